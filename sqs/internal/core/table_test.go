package core

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The deduplication finds the newest send of an id that the window and the scope hold, whatever the hashes say, also where the
// numbers of its items go round.
func TestDedup(t *testing.T) {
	t.Parallel()
	type sent struct {
		group, id string
		until     int64
		placed    Placed
	}
	rapid.Check(t, func(t *rapid.T) {
		d := dedup{first: rapid.SampledFrom([]uint32{0, 1, math.MaxUint32 - 3}).Draw(t, "first")}
		d.groupScope = rapid.Bool().Draw(t, "scope")
		mask := rapid.SampledFrom([]uint32{0, 1, math.MaxUint32}).Draw(t, "hashes")
		now, all := start, []sent(nil)
		for n := range uint64(rapid.IntRange(1, 100).Draw(t, "sends")) {
			now += rapid.SampledFrom([]int64{0, 0, 1, int64(time.Second), int64(DedupWindow) / 2}).Draw(t, "pause")
			if rapid.IntRange(0, 20).Draw(t, "rescope") == 0 && mask == math.MaxUint32 {
				d.rescope(now, !d.groupScope)
				now += int64(ScopeLag)
			}
			group := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "group")
			id := rapid.SampledFrom([]string{"a", "b", "c", uuid.UUID{byte(n)}.String()}).Draw(t, "id")
			d.settle(now)
			hash := d.hash(group, id) & mask
			got, dup := d.seen(hash, group, id)
			var want *sent
			for k := range all {
				if s := &all[k]; s.until > now && s.id == id && (s.group == group || !d.groupScope) {
					want = s
				}
			}
			require.Equal(t, want != nil, dup)
			if dup {
				require.Equal(t, want.placed, got)
				continue
			}
			p := Placed{ID: uuid.UUID{1, byte(n)}, Order: n}
			d.remember(now, hash, group, id, p)
			all = append(all, sent{group, id, now + int64(DedupWindow), p})
			require.LessOrEqual(t, len(d.newest), len(d.recent.buf))
		}
	})
}

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
