package core

import (
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
			require.LessOrEqual(t, len(ls.all), most+1)
			require.Equal(t, len(of), ls.named)
			require.LessOrEqual(t, len(ls.buckets), max(8, 2*most))
		}
		require.Zero(t, ls.find(""))
	})
}

// Two groups whose hashes are the same are two groups.
func TestLanesOfOneHash(t *testing.T) {
	seen := map[uint32]string{}
	for k := 0; ; k++ {
		id := strconv.Itoa(k)
		hash := uint32(xxhash.Sum64String(id))
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

// The rotation gives its valid entries by turn, whatever is outdated, put back or swept in between.
func TestTurns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var ts turns
		valid := map[entry]bool{}
		holds := func(e entry) bool { return valid[e] }
		next := int64(0)
		for range rapid.IntRange(0, 100).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0, 1:
				next++
				valid[entry{at: next}] = true
				ts.push(entry{at: next})
			case 2:
				if e := (entry{at: rapid.Int64Range(0, next).Draw(t, "turn")}); e.at > 0 {
					if !valid[e] { // back to its place
						ts.push(e)
					}
					valid[e] = !valid[e]
				}
			case 3:
				ts.sweep(holds)
				require.LessOrEqual(t, ts.len(), len(valid)*2)
			case 4:
				for ts.len() > 0 && !holds(ts.first()) {
					ts.pop()
				}
				if ts.len() > 0 {
					valid[ts.first()] = false
					ts.pop()
				}
			}
		}
		var want, got []int64
		for e, v := range valid {
			if v {
				want = append(want, e.at)
			}
		}
		slices.Sort(want)
		for c := ts.clone(); c.len() > 0; c.pop() {
			if e := c.first(); holds(e) && (len(got) == 0 || got[len(got)-1] != e.at) {
				got = append(got, e.at)
			}
		}
		require.Equal(t, want, got)
	})
}
