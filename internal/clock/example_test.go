package clock_test

import (
	"context"
	"fmt"
	"time"

	"github.com/inflight-mq/inflight/internal/clock"
)

// heartbeat stands for code that runs on any Clock: it beats now and every d from then on, until stop is called.
func heartbeat(c clock.Clock, d time.Duration) (stop func() bool) {
	var next func() bool
	var beat func()
	beat = func() {
		fmt.Println("beat at", c.Now().Format(time.TimeOnly))
		next = c.AfterFunc(d, beat)
	}
	beat()
	return func() bool { return next() }
}

func ExampleFake() {
	var c clock.Fake
	stop := heartbeat(&c, 20*time.Second)
	c.Advance(time.Minute)
	fmt.Println("stopped:", stop(), "pending:", c.Timers())
	// Output:
	// beat at 00:00:00
	// beat at 00:00:20
	// beat at 00:00:40
	// beat at 00:01:00
	// stopped: true pending: 0
}

func ExampleFake_AdvanceToNext() {
	c := clock.NewFake(time.Date(2030, time.May, 1, 9, 0, 0, 0, time.UTC))
	c.AfterFunc(12*time.Hour, func() { fmt.Println("visible again") })
	c.AfterFunc(4*24*time.Hour, func() { fmt.Println("expired") })
	for d, ok := c.AdvanceToNext(); ok; d, ok = c.AdvanceToNext() {
		fmt.Println("after", d)
	}
	fmt.Println(c.Now().Format(time.DateTime))
	// Output:
	// visible again
	// after 12h0m0s
	// expired
	// after 84h0m0s
	// 2030-05-05 09:00:00
}

func ExampleFake_BlockUntil() {
	var c clock.Fake
	done := make(chan struct{})
	go func() { // code under test, which gets to its timer in its own time
		c.AfterFunc(time.Hour, func() { close(done) })
	}()
	if err := c.BlockUntil(context.Background(), 1); err != nil {
		fmt.Println(err)
		return
	}
	c.Advance(time.Hour)
	<-done
	fmt.Println("an hour later")
	// Output: an hour later
}
