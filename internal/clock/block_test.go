package clock

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBlockUntilReturnsAtOnceWhenThereIsEnough(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	var f Fake
	require.NoError(t, f.BlockUntil(ended, 0))
	require.NoError(t, f.BlockUntil(ended, -1))
	f.AfterFunc(1, func() {})
	f.AfterFunc(1, func() {})
	require.NoError(t, f.BlockUntil(ended, 1))
	require.NoError(t, f.BlockUntil(ended, 2))
	require.ErrorIs(t, f.BlockUntil(ended, 3), context.Canceled)
}

func TestBlockUntilWaitsForAnotherGoroutine(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	var f Fake
	ran := make(chan struct{})
	go f.AfterFunc(time.Hour, func() { close(ran) })
	require.NoError(t, f.BlockUntil(ctx, 1))
	f.Advance(time.Hour)
	<-ran
}

func TestBlockUntilCountsWhatIsPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f Fake
		var woken [4]atomic.Bool // by the number waited for
		for _, n := range []int{3, 1, 2} {
			go func() { woken[n].Store(f.BlockUntil(t.Context(), n) == nil) }()
		}
		add := func() func() bool { return f.AfterFunc(1, func() {}) }
		expect := func(one, two, three bool, why string) {
			synctest.Wait()
			require.Equal(t, [3]bool{one, two, three}, [3]bool{woken[1].Load(), woken[2].Load(), woken[3].Load()}, why)
		}
		expect(false, false, false, "nothing is pending")
		stop := add()
		expect(true, false, false, "one is pending")
		stop()
		add()
		expect(true, false, false, "one that is stopped does not count")
		f.Advance(1)
		f.AfterFunc(1, func() { add(); add() })
		expect(true, false, false, "one that ran does not count")
		f.Advance(1)
		expect(true, true, false, "those that a function adds do count")
		add()
		expect(true, true, true, "three are pending")
		require.Empty(t, f.waiters)
	})
}

func TestBlockUntilEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f Fake
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("a cause"))
		defer cancel()
		begin := time.Now()
		var other atomic.Bool
		go func() { other.Store(f.BlockUntil(t.Context(), 1) == nil) }()
		require.Equal(t, context.DeadlineExceeded, f.BlockUntil(ctx, 1))
		require.Equal(t, time.Minute, time.Since(begin))
		synctest.Wait()
		require.Len(t, f.waiters, 1, "the one that gave up is forgotten, the other one is not")

		f.AfterFunc(1, func() {})
		synctest.Wait()
		require.True(t, other.Load())
		require.Empty(t, f.waiters)
	})
}

func TestBlockUntilPrefersSuccess(t *testing.T) {
	var f Fake
	ctx, cancel := context.WithCancel(t.Context())
	w := f.waitFor(1)
	f.AfterFunc(1, func() {})
	cancel()
	require.NoError(t, f.giveUp(ctx, w), "both at once")
}
