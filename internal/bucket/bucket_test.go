package bucket

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Take is tested exhaustively where it is used first, in sqs/internal/core.

func TestBurstAboveTheRate(t *testing.T) {
	var b Bucket
	now := int64(1)
	require.True(t, b.TakeN(now, 10, 2, 10), "after a rest the whole burst is there")
	require.False(t, b.TakeN(now, 1, 2, 10))
	now += int64(3 * time.Second)
	require.False(t, b.TakeN(now, 7, 2, 10), "three seconds refill six")
	require.True(t, b.Has(now, 6, 2, 10))
	require.True(t, b.TakeN(now, 6, 2, 10), "to look takes nothing")
	now += int64(time.Hour)
	require.False(t, b.TakeN(now, 11, 2, 10), "a long rest fills no more than the burst")
	require.True(t, b.TakeN(now, 10, 2, 10))
}

// In no window is more taken than the burst and what the rate refills in it.
func TestNoWindowExceedsTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, burst := rapid.IntRange(1, 2000).Draw(t, "rate"), rapid.IntRange(1, 5000).Draw(t, "burst")
		var b Bucket
		now, begin, taken := int64(1), int64(1), 0
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			now += rapid.Int64Range(0, int64(3*time.Second)).Draw(t, "rest")
			n := rapid.IntRange(0, burst).Draw(t, "n")
			if b.TakeN(now, n, rate, burst) {
				taken += n
			}
			most := int64(burst)*int64(time.Second) + (now-begin)*int64(rate)
			require.LessOrEqual(t, int64(taken)*int64(time.Second), most)
		}
	})
}
