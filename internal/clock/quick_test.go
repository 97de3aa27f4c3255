package clock

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A Quick clock made anywhere tells the time of wherever it is asked: of the machine, and of each bubble to the nanosecond.
func TestQuickIsVirtualInABubble(t *testing.T) {
	var q Quick
	inBubble := func(t *testing.T) {
		for _, pause := range []time.Duration{0, 1, time.Second - 1, time.Second, 90 * time.Minute, 3} {
			time.Sleep(pause)
			require.True(t, time.Now().Equal(q.Now()))
		}
	}
	for range 2 {
		require.WithinDuration(t, time.Now(), q.Now(), time.Minute)
		synctest.Test(t, inBubble)
		synctest.Test(t, inBubble)
	}
	require.WithinDuration(t, time.Now(), q.Now(), time.Minute)
}

// The time of day is read again after a second, so that a clock that was set anew shows.
func TestQuickFollowsTheTimeOfDay(t *testing.T) {
	var q Quick
	set := time.Now().Add(-time.Hour) // as if the time of day had been an hour behind
	wrong := time.Unix(0, set.UnixNano())
	q.last.Store(&reading{wrong, wrong.UnixNano()})
	read := q.last.Load()
	require.WithinDuration(t, time.Now(), q.Now(), time.Minute)
	require.NotSame(t, read, q.last.Load())
}

// It reads again only after a second.
func TestQuickReadsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Quick
		q.Now()
		read := q.last.Load()
		time.Sleep(time.Second - 1)
		q.Now()
		require.Same(t, read, q.last.Load())
		time.Sleep(time.Nanosecond)
		q.Now()
		require.NotSame(t, read, q.last.Load())
	})
}
