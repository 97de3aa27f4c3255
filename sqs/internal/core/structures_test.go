package core

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A heap gives its valid entries in order, whatever is pushed, outdated and put in again in between, and holds no more than
// twice as many as are valid, and the slack.
func TestHeap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var h heap
		valid := map[entry]bool{}
		var known []entry
		holds := func(e entry) bool { return valid[e] }
		count := func() (n int) {
			for _, v := range valid {
				if v {
					n++
				}
			}
			return n
		}
		push := func(e entry) {
			valid[e] = true
			h.push(e)
			h.tidy(count(), holds)
			require.LessOrEqual(t, len(h), 2*count()+slack)
		}
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0, 1:
				e := entry{rapid.Int64Range(0, 5).Draw(t, "at"), uint64(len(known)), 7}
				known = append(known, e)
				push(e)
			case 2, 3:
				if len(known) > 0 { // outdate one, and again and again put it back
					e := rapid.SampledFrom(known).Draw(t, "entry")
					valid[e] = false
					for range rapid.IntRange(0, 50).Draw(t, "times") {
						push(e)
						valid[e] = rapid.Bool().Draw(t, "stays")
					}
				}
			case 4:
				for len(h) > 0 && !holds(h[0]) {
					h.pop()
				}
				if len(h) > 0 {
					valid[h[0]] = false
					h.pop()
				}
			}
		}
		var want, got []entry
		for e, v := range valid {
			if v {
				want = append(want, e)
			}
		}
		slices.SortFunc(want, func(a, b entry) int {
			if a.before(b) {
				return -1
			}
			return 1
		})
		for ; len(h) > 0; h.pop() {
			if holds(h[0]) && (len(got) == 0 || got[len(got)-1] != h[0]) {
				got = append(got, h[0])
			}
		}
		require.Equal(t, want, got)
	})
}

// A list is a slice that takes out anything, read from either end.
func TestList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var st store
		var l list
		var want []uint32
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			if len(want) == 0 || rapid.Bool().Draw(t, "push") {
				i, s := st.alloc()
				st.push(&l, inLine, i, s)
				want = append(want, i)
			} else {
				k := rapid.IntRange(0, len(want)-1).Draw(t, "which")
				s := st.at(want[k])
				st.unlink(&l, inLine, s)
				st.release(want[k], s)
				want = slices.Delete(want, k, k+1)
			}
			var ahead, back []uint32
			for i := l.head; i != 0; i = st.at(i).links[inLine].next {
				ahead = append(ahead, i)
			}
			for i := l.tail; i != 0; i = st.at(i).links[inLine].prev {
				back = append(back, i)
			}
			slices.Reverse(back)
			require.True(t, slices.Equal(want, ahead) && slices.Equal(want, back), "%v %v %v", want, ahead, back)
		}
	})
}

// Every index is a slot of its own, and stays where it is while the store grows.
func TestStoreAddresses(t *testing.T) {
	const n = 20_000
	var st store
	where := map[*slot]bool{}
	at := []*slot{nil}
	for k := uint32(1); k <= n; k++ {
		require.False(t, st.has(k))
		if i, s := st.alloc(); i != k || s != st.at(i) {
			require.FailNow(t, "another slot", "%d is %d", k, i)
		}
		require.True(t, st.has(k))
		s := st.at(k)
		where[s] = true
		at = append(at, s)
	}
	require.Len(t, where, n)
	room := 0
	for _, chunk := range st.chunks {
		room += len(chunk)
	}
	require.Less(t, room, n+1+lastChunk)
	for k := uint32(1); k <= n; k++ {
		require.Same(t, at[k], st.at(k))
	}
	require.False(t, st.has(0))
}

// A slot keeps the whole of its order.
func TestSlotOrder(t *testing.T) {
	for _, n := range []uint64{1, 1<<32 - 1, 1 << 32, 1<<48 - 1} {
		s := slot{state: waiting, marks: changed}
		s.setOrder(n)
		require.Equal(t, n, s.order())
		require.True(t, s.state == waiting && s.is(changed) && !s.is(ageOut))
	}
}

// A freed slot comes back empty and before any new one.
func TestStoreReuse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var st store
		held := map[uint32]bool{}
		most := 0
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			if len(held) == 0 || rapid.Bool().Draw(t, "alloc") {
				i, s := st.alloc()
				require.False(t, held[i])
				require.Same(t, st.at(i), s)
				require.Equal(t, slot{}, *s)
				*s = slot{orderLow: i, state: waiting, links: [2]link{{1, 2}, {3, 4}}}
				held[i] = true
			} else {
				all := make([]uint32, 0, len(held))
				for i := range held {
					all = append(all, i)
				}
				slices.Sort(all)
				i := rapid.SampledFrom(all).Draw(t, "release")
				st.release(i, st.at(i))
				require.Equal(t, free, st.at(i).state)
				delete(held, i)
			}
			most = max(most, len(held))
			for i := range held {
				require.Equal(t, uint64(i), st.at(i).order())
			}
			require.LessOrEqual(t, int(st.used), most+1)
		}
	})
}

// exactBucket counts in integers of any size what a bucket holds, in tokens times a second.
type exactBucket struct {
	level, full *big.Int
	at          int64
	rate        int64
}

func newExactBucket(rate int64) *exactBucket {
	full := new(big.Int).Mul(big.NewInt(rate), big.NewInt(int64(time.Second)))
	return &exactBucket{level: new(big.Int).Set(full), full: full, rate: rate}
}

func (b *exactBucket) take(now int64) bool {
	b.level.Add(b.level, new(big.Int).Mul(big.NewInt(now-b.at), big.NewInt(b.rate)))
	if b.at = now; b.level.Cmp(b.full) > 0 {
		b.level.Set(b.full)
	}
	if b.level.Cmp(big.NewInt(int64(time.Second))) < 0 {
		return false
	}
	b.level.Sub(b.level, big.NewInt(int64(time.Second)))
	return true
}

// A bucket decides as exact arithmetic does, over any rests, and so never admits more than a second's calls at once and the
// rate from then on.
func TestBucket(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]int{1, 3, 7, 300}).Draw(t, "rate")
		b, exact := Bucket{}, newExactBucket(int64(rate))
		now := rapid.SampledFrom([]int64{0, 1, start}).Draw(t, "start")
		var admitted []int64
		for range rapid.IntRange(1, 20).Draw(t, "bursts") {
			now += rapid.SampledFrom([]int64{0, 1, 3_333_333, 3_333_334, 1e8, 1e9 - 1, 1e9, 1e17}).Draw(t, "rest")
			for range rapid.SampledFrom([]int{1, 2, rate, rate + 1}).Draw(t, "calls") {
				took := b.Take(now, rate)
				if exact.take(now) != took {
					require.FailNow(t, "decides otherwise", "took %v", took)
				}
				if took {
					admitted = append(admitted, now)
				}
			}
			require.Equal(t, exact.level.Cmp(exact.full) == 0, b.Full(now, rate))
		}
		for i := 0; i < len(admitted); i += max(1, len(admitted)/20) {
			seconds := big.NewRat(admitted[len(admitted)-1]-admitted[i], int64(time.Second))
			most := new(big.Rat).Mul(seconds, big.NewRat(int64(rate), 1))
			most.Add(most, big.NewRat(int64(rate), 1))
			require.LessOrEqual(t, big.NewRat(int64(len(admitted)-i), 1).Cmp(most), 0)
		}
	})
}

// A steady pace of the rate is never refused, also with nothing saved up.
func TestBucketPace(t *testing.T) {
	const rate = 300
	var b Bucket
	for range rate {
		require.True(t, b.Take(start, rate))
	}
	require.False(t, b.Take(start, rate))
	for k := int64(1); k <= 10*rate; k++ {
		at := start + (k*int64(time.Second)+rate-1)/rate // the first nanosecond at which the k-th is due
		require.False(t, b.Take(at-1, rate), "a nanosecond early")
		require.True(t, b.Take(at, rate))
	}
}
