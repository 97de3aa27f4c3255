package ring

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A ring is a queue, and its clone another.
func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r Ring[int]
		var want []int
		for k := range rapid.IntRange(0, 100).Draw(t, "steps") {
			if len(want) == 0 || rapid.IntRange(0, 2).Draw(t, "push") > 0 {
				r.Push(k)
				want = append(want, k)
			} else {
				require.Equal(t, want[0], *r.Front())
				require.Equal(t, want[0], r.Pop())
				want = want[1:]
			}
			if c := r.Clone(); k%7 == 0 { // what the clone does is no matter of the ring
				c.Push(-1)
				*c.Front() = -2
			}
			var got []int
			for v := range r.All() {
				got = append(got, *v)
			}
			require.True(t, slices.Equal(want, got), "%v %v", want, got)
			require.Equal(t, len(want), r.Len())
		}
	})
}
