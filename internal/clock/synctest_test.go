package clock

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// realTime returns how long f takes on the machine's clock. It must be called outside of a bubble.
func realTime(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

func TestSystemIsVirtualInABubble(t *testing.T) {
	took := realTime(func() {
		synctest.Test(t, func(t *testing.T) {
			var c Clock = System{}
			begin := c.Now()
			require.Equal(t, time.Now(), begin)
			var ran atomic.Int64 // how long after begin
			c.AfterFunc(12*time.Hour, func() { ran.Store(int64(c.Now().Sub(begin))) })

			time.Sleep(12*time.Hour - 1)
			synctest.Wait()
			require.Zero(t, ran.Load())
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			require.Equal(t, 12*time.Hour, time.Duration(ran.Load()))
		})
	})
	require.Less(t, took, time.Minute)
}

func TestSystemStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran atomic.Int32
		stop := System{}.AfterFunc(time.Second, func() { ran.Add(1) })
		require.True(t, stop())
		require.False(t, stop())
		stop = System{}.AfterFunc(-time.Second, func() { ran.Add(10) })
		synctest.Wait()
		require.False(t, stop())
		time.Sleep(time.Minute)
		require.Equal(t, int32(10), ran.Load())
	})
}

func TestFakeInABubbleKeepsItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewFake(start)
		var log []string
		go func() {
			time.Sleep(time.Hour)
			f.AfterFunc(time.Minute, func() { log = append(log, "due") })
			log = append(log, "added")
		}()
		require.NoError(t, f.BlockUntil(t.Context(), 1)) // durable, so the bubble's hour passes
		synctest.Wait()
		require.Equal(t, []string{"added"}, log)
		require.Equal(t, start, f.Now(), "the bubble's time is not the clock's")

		before := time.Now()
		d, ok := f.AdvanceToNext()
		require.True(t, ok)
		require.Equal(t, time.Minute, d)
		require.Equal(t, []string{"added", "due"}, log)
		require.Equal(t, before, time.Now(), "the clock's time is not the bubble's")
	})
}
