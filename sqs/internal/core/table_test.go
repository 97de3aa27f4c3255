package core

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A group has one lane for as long as it holds a message, also where hashes meet, and the lanes are no more than the groups that
// ever were at once.
func TestLanes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var ls lanes
		of := map[string]uint32{}
		most := 0
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			id := uuid.UUID{byte(rapid.IntRange(0, 40).Draw(t, "group"))}.String()
			l := ls.find(id)
			require.Equal(t, id, ls.all[l].id)
			if known, ok := of[id]; ok {
				require.Equal(t, known, l)
				if rapid.Bool().Draw(t, "free") {
					ls.free(l)
					delete(of, id)
				}
			} else {
				require.NotZero(t, l)
				for _, other := range of {
					require.NotEqual(t, other, l)
				}
				of[id] = l
			}
			most = max(most, len(of))
			require.LessOrEqual(t, len(ls.all), most+2)
			require.Equal(t, len(of), ls.named)
			require.LessOrEqual(t, len(ls.buckets), max(8, 2*most))
			require.LessOrEqual(t, ls.named, len(ls.buckets), "a search is short in the mean")
		}
		require.Equal(t, uint32(ungrouped), ls.find(""))
	})
}

// Two groups whose hashes are the same are two groups.
func TestLanesOfOneHash(t *testing.T) {
	seen := map[uint32]string{}
	for k := 0; ; k++ {
		id := strconv.Itoa(k)
		hash := uint32(xxhash.Sum64String(id)) // all that buckets can be told apart by
		other, ok := seen[hash]
		seen[hash] = id
		if ok {
			var ls lanes
			a, b := ls.find(id), ls.find(other)
			require.NotEqual(t, a, b)
			require.Equal(t, []uint32{a, b}, []uint32{ls.find(id), ls.find(other)})
			ls.free(a)
			require.Equal(t, b, ls.find(other))
			return
		}
	}
}

// The rotation gives its lanes by turn, whatever leaves it, comes back to its place or goes to the back in between.
func TestTurns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var ls lanes
		queued := map[uint32]bool{}
		byTurn := func() []uint32 {
			return slices.SortedFunc(maps.Keys(queued), func(a, b uint32) int { return cmp.Compare(ls.all[a].turn, ls.all[b].turn) })
		}
		for range rapid.IntRange(0, 100).Draw(t, "steps") {
			l := ls.find(rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e"}).Draw(t, "group"))
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1, 2:
				want := uint32(0)
				if all := byTurn(); len(all) > 0 {
					want = all[0]
				}
				require.Equal(t, want, ls.take(nil))
				if delete(queued, want); want != 0 {
					ls.toBack(want)
				}
			case 3:
				ls.free(l)
				delete(queued, l)
			default:
				want := rapid.Bool().Draw(t, "want")
				ls.setQueued(l, want)
				if delete(queued, l); want {
					queued[l] = true
				}
			}
			require.Equal(t, len(queued), ls.turns.queued)
			outs := 0
			for l := range queued {
				if ls.all[l].place == outside {
					outs++
				}
			}
			require.Equal(t, outs, ls.turns.outs)
			require.LessOrEqual(t, len(ls.turns.out), 2*outs+slack)
		}
		want, got := byTurn(), []uint32(nil)
		c := ls.clone()
		for l := c.take(nil); l != 0; l = c.take(nil) {
			got = append(got, l)
		}
		require.Equal(t, want, got)
		require.Equal(t, len(queued), ls.turns.queued, "a clone goes its own way")
	})
}
