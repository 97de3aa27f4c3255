package inflight_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
)

func ExampleFakeClock() {
	c := inflight.NewFakeClock(time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC))
	say := func(what string) func() {
		return func() { fmt.Println(c.Now().Format(time.DateTime), what) }
	}
	c.AfterFunc(30*time.Second, say("a message becomes visible again"))
	c.AfterFunc(10*time.Second, say("a delay ends"))
	c.AfterFunc(5*time.Minute, say("a deduplication window closes"))
	c.AfterFunc(4*24*time.Hour, say("a message expires"))

	// By a duration: everything due on the way has run when Advance returns.
	c.Advance(time.Minute)

	// To whatever comes next, however far away it is.
	d, _ := c.AdvanceToNext()
	fmt.Println("that was", d, "away")

	// To a point in time.
	c.Set(time.Date(2026, time.March, 31, 0, 0, 0, 0, time.UTC))
	fmt.Println(c.Now().Format(time.DateTime), "and", c.Timers(), "pending")
	// Output:
	// 2026-03-01 12:00:10 a delay ends
	// 2026-03-01 12:00:30 a message becomes visible again
	// 2026-03-01 12:05:00 a deduplication window closes
	// that was 4m0s away
	// 2026-03-05 12:00:00 a message expires
	// 2026-03-31 00:00:00 and 0 pending
}

func ExampleFakeClock_BlockUntil() {
	var c inflight.FakeClock
	timedOut := make(chan struct{})
	go func() { // code under test: sooner or later it waits for 20 seconds to pass
		c.AfterFunc(20*time.Second, func() { close(timedOut) })
	}()
	if err := c.BlockUntil(context.Background(), 1); err != nil {
		fmt.Println(err)
		return
	}
	c.Advance(20 * time.Second)
	<-timedOut
	fmt.Println("timed out at", c.Now().Format(time.TimeOnly))
	// Output: timed out at 00:00:20
}

func TestFakeClockIsAClock(t *testing.T) {
	fake := new(inflight.FakeClock)
	var c inflight.Clock = fake
	require.Equal(t, time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC), c.Now(), "the zero value's start")

	ran := 0
	c.AfterFunc(time.Second, func() { ran++ })
	stop := c.AfterFunc(time.Second, func() { ran += 10 })
	require.Equal(t, 2, fake.Timers())
	require.True(t, stop())
	require.False(t, stop())
	fake.Advance(time.Second)
	require.Equal(t, 1, ran)
	require.Zero(t, fake.Timers())
}

func TestNewFakeClockStandsAtItsStart(t *testing.T) {
	past := time.Date(1999, time.December, 31, 23, 59, 59, 0, time.FixedZone("east", 3600))
	c := inflight.NewFakeClock(past)
	require.Equal(t, past, c.Now())
	c.Set(past.Add(-time.Hour))
	require.Equal(t, past, c.Now(), "time never goes backwards")
	c.Set(past.Add(time.Hour).UTC())
	require.Equal(t, past.Add(time.Hour), c.Now(), "in the location of the start")
	require.Equal(t, new(inflight.FakeClock).Now(), inflight.NewFakeClock(time.Time{}).Now())
}

func TestFakeClockBlockUntilEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var c inflight.FakeClock
	require.ErrorIs(t, c.BlockUntil(ctx, 1), context.Canceled)
	d, ok := c.AdvanceToNext()
	require.Zero(t, d)
	require.False(t, ok)
}
