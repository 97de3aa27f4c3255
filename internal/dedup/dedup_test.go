package dedup

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naive remembers everything, and looks through all of it.
type naive struct {
	perGroup bool
	next     bool
	at       int64
	all      []accepted
}

type accepted struct {
	group, id string
	placed    int
	until     int64
}

func (n *naive) settle(now int64) {
	if n.at != 0 && now >= n.at {
		n.perGroup, n.at = n.next, 0
	}
}

func (n *naive) seen(now int64, group, id string) (int, bool) {
	for i := len(n.all) - 1; i >= 0; i-- {
		if a := n.all[i]; a.id == id && a.until > now && (!n.perGroup || a.group == group) {
			return a.placed, true
		}
	}
	return 0, false
}

// Whatever is accepted, forgotten by time, purged or judged by another scope: an id is a duplicate exactly as long as the newest
// acceptance of it, in the scope that rules, is younger than the window. A copy goes its own way.
func TestMemoryAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := New[int](false), naive{}
		now, made := int64(1), 0
		name := rapid.SampledFrom([]string{"a", "b", "c", "ab", "d", "e", "f", "g", "h", "i", "j", "k"})
		t.Repeat(map[string]func(*rapid.T){
			"send": func(t *rapid.T) {
				group, id := name.Draw(t, "group"), name.Draw(t, "id")
				m.Settle(now)
				n.settle(now)
				hash := m.Hash(group, id)
				is, ok := m.Seen(hash, group, id)
				want, wanted := n.seen(now, group, id)
				require.Equal(t, wanted, ok)
				require.Equal(t, want, is)
				if !ok {
					made++
					m.Remember(now, hash, group, id, made)
					n.all = append(n.all, accepted{group, id, made, now + int64(Window)})
				}
			},
			"time": func(t *rapid.T) { now += rapid.Int64Range(0, int64(2*time.Minute)).Draw(t, "step") },
			"scope": func(t *rapid.T) {
				perGroup := rapid.Bool().Draw(t, "per group")
				lag := rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "lag")
				m.Rescope(now, perGroup, lag)
				n.settle(now)
				if n.at != 0 && perGroup != n.next || n.at == 0 && perGroup != n.perGroup {
					n.next, n.at = perGroup, now+int64(lag)
					n.settle(now)
				}
			},
			"purge": func(*rapid.T) {
				m.Forget()
				n.all = nil
			},
			"copy": func(t *rapid.T) {
				old := m
				m = m.Clone()
				old.Forget()
			},
			"": func(t *rapid.T) {
				m.Settle(now)
				live := 0
				for _, a := range n.all {
					if a.until > now {
						live++
					}
				}
				require.Equal(t, live, m.Len())
				require.LessOrEqual(t, len(m.newest), max(8, 2*made))
			},
		})
	})
}

// A memory gives back what a busy time took.
func TestMemoryShrinks(t *testing.T) {
	var m Memory[int]
	for i := range 10_000 {
		id := string(rune('a' + i))
		m.Remember(1, m.Hash("", id), "", id, i)
	}
	m.Settle(1 + int64(Window))
	require.Zero(t, m.Len())
	require.Nil(t, m.newest)
}

// However many ids come and go, a memory takes room for those of a window only.
func TestMemoryStaysBounded(t *testing.T) {
	var m Memory[int]
	now := int64(1)
	for i := range 10_000 {
		m.Settle(now)
		id := strconv.Itoa(i)
		m.Remember(now, m.Hash("", id), "", id, i)
		now += int64(time.Second)
	}
	const window = 5 * 60
	require.LessOrEqual(t, m.Len(), window)
	require.LessOrEqual(t, len(m.newest), 2*window)
}

// The deduplication finds the newest send of an id that the window and the scope hold, whatever the hashes say, also where the
// numbers of its items go round.
func TestHashesMeetAndNumbersGoRound(t *testing.T) {
	t.Parallel()
	type sent struct {
		group, id string
		until     int64
		placed    uint64
	}
	rapid.Check(t, func(t *rapid.T) {
		d := Memory[uint64]{first: rapid.SampledFrom([]uint32{0, 1, math.MaxUint32 - 3}).Draw(t, "first")}
		d.groupScope = rapid.Bool().Draw(t, "scope")
		mask := rapid.SampledFrom([]uint32{0, 1, math.MaxUint32}).Draw(t, "hashes")
		now, all := int64(1), []sent(nil)
		for n := range uint64(rapid.IntRange(1, 100).Draw(t, "sends")) {
			now += rapid.SampledFrom([]int64{0, 0, 1, int64(time.Second), int64(Window) / 2}).Draw(t, "pause")
			if rapid.IntRange(0, 20).Draw(t, "rescope") == 0 && mask == math.MaxUint32 {
				d.Rescope(now, !d.groupScope, time.Minute)
				now += int64(time.Minute)
			}
			group := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "group")
			id := rapid.SampledFrom([]string{"a", "b", "c", strconv.FormatUint(n, 10)}).Draw(t, "id")
			d.Settle(now)
			hash := d.Hash(group, id) & mask
			got, dup := d.Seen(hash, group, id)
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
			p := n + 1
			d.Remember(now, hash, group, id, p)
			all = append(all, sent{group, id, now + int64(Window), p})
			require.LessOrEqual(t, len(d.newest), max(8, 2*len(all)))
		}
	})
}
