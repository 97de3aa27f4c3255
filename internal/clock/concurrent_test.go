package clock

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// crowd is many goroutines on one clock, and the counts that tell whether the clock kept its promises to them.
type crowd struct {
	fake                                  Fake
	added, ran, stopped, wrong, backwards atomic.Int64
	running                               atomic.Int32
}

// add makes a function pending that checks that it runs alone and at its own deadline, and that no one was added twice.
func (c *crowd) add(d time.Duration) (stop func()) {
	var once atomic.Bool
	earliest := c.fake.Now().Add(d)
	c.added.Add(1)
	cancel := c.fake.AfterFunc(d, func() {
		at := c.fake.Now()
		if c.running.Add(1) != 1 || !once.CompareAndSwap(false, true) || at.Before(earliest) {
			c.wrong.Add(1)
		}
		c.ran.Add(1)
		if !c.fake.Now().Equal(at) {
			c.wrong.Add(1)
		}
		c.running.Add(-1)
	})
	return func() {
		if cancel() {
			c.stopped.Add(1)
		}
	}
}

func (c *crowd) work(rounds int) {
	seen := c.fake.Now()
	for i := range rounds {
		stop := c.add(time.Duration(i%5) * time.Millisecond)
		c.add(time.Duration(i%3) * time.Millisecond)
		c.fake.Advance(time.Millisecond)
		if i%2 == 0 {
			stop()
		}
		now := c.fake.Now()
		if now.Before(seen.Add(time.Millisecond)) {
			c.backwards.Add(1)
		}
		seen = now
	}
}

func TestManyGoroutinesShareAClock(t *testing.T) {
	const goroutines, rounds = 8, 100
	var c crowd
	begin := c.fake.Now()
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() { c.work(rounds) })
	}
	all.Wait()
	require.Equal(t, begin.Add(goroutines*rounds*time.Millisecond), c.fake.Now(), "every Advance counts once")
	c.fake.Advance(time.Second)
	require.Zero(t, c.wrong.Load(), "functions that overlapped, ran twice or early")
	require.Zero(t, c.backwards.Load())
	require.Equal(t, c.added.Load(), c.ran.Load()+c.stopped.Load())
	require.Zero(t, c.fake.Timers())
}

func TestManyGoroutinesJumpToDeadlines(t *testing.T) {
	var c crowd
	begin := c.fake.Now()
	for i := range 200 {
		c.add(time.Duration(i/2) * time.Second)
	}
	var all sync.WaitGroup
	var moved atomic.Int64
	for range 4 {
		all.Go(func() {
			for d, ok := c.fake.AdvanceToNext(); ok; d, ok = c.fake.AdvanceToNext() {
				moved.Add(int64(d))
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(200), c.ran.Load())
	require.Zero(t, c.wrong.Load())
	require.Equal(t, 99*time.Second, time.Duration(moved.Load()), "the distances add up")
	require.Equal(t, begin.Add(99*time.Second), c.fake.Now())
}

func TestAMoveWaitsForTheOneBeforeIt(t *testing.T) {
	j := newJournal()
	held, hold := make(chan struct{}), make(chan struct{})
	j.fake.AfterFunc(1, j.note("held", func() { close(held); <-hold }, j.note("rest of held")))
	j.fake.AfterFunc(2, j.note("after"))
	j.fake.AfterFunc(15, j.note("second"))
	var all sync.WaitGroup
	all.Go(func() { j.fake.Advance(10) })
	<-held

	var done atomic.Int32
	for _, move := range []func(){
		func() { j.fake.Advance(10) },
		func() { j.fake.Advance(0) },
		func() { j.fake.AdvanceToNext() },
		func() { j.fake.Set(start.Add(15)) },
	} {
		all.Go(func() { move(); done.Add(1) })
	}
	for range 10_000 { // a move that does not wait gets the time to be seen
		runtime.Gosched()
	}
	require.Zero(t, done.Load(), "nobody moves time while a function runs")
	require.Equal(t, start.Add(1), j.fake.Now(), "Now does not wait")
	require.Equal(t, 2, j.fake.Timers(), "Timers does not wait")
	require.True(t, j.fake.AfterFunc(1, func() {})(), "AfterFunc and stop do not wait")

	close(hold)
	all.Wait()
	require.Equal(t, []entry{{"held", 1}, {"rest of held", 1}, {"after", 2}, {"second", 15}}, j.ran)
}
