package core

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/uint128"
)

const (
	quarter = int64(15 * time.Minute)
	month   = int64(30 * 24 * time.Hour)
)

// rates of a shard that takes 100 bytes and 10 records a second.
func smallRates() Rates {
	return Rates{WriteBytes: 100, WriteRecords: 10, WriteBurst: 100, ReadBytes: 100, ReadCalls: 5}
}

// scaled returns an on-demand stream of four shards that began to scale itself at begin.
func scaled() *Stream {
	s := New(begin, begin, begin/1e9, 4, Settings{Retention: 24 * time.Hour, OnDemand: true, Rates: smallRates()})
	s.Advance(begin)
	return s
}

// write has a shard take n bytes at an instant, whatever its rate, by records of a size.
func write(s *Stream, at int64, h *Shard, n, size int) {
	s.Advance(at)
	for range n / size {
		h.rates = rates{}
		s.Append(&Entry{Data: make([]byte, size), Hash: h.Start}, nil)
	}
}

func openIndexes(s *Stream, now int64) (all []int32) {
	s.Advance(now)
	for _, h := range s.open {
		all = append(all, h.Index)
	}
	return all
}

// A shard is split at the end of the quarter in which it was loaded to more than half in some minute, and not before.
func TestABusyShardIsSplit(t *testing.T) {
	for name, row := range map[string]struct {
		bytes, size int
		at          int64 // since the beginning
		later       int   // bytes, a minute later
		splits      bool
	}{
		"half":                       {3000, 100, 0, 0, false},
		"more":                       {3001, 1, 0, 0, true}, // 3,001 records too
		"a larger record more":       {3100, 100, 0, 0, true},
		"half of the records":        {300, 1, 0, 0, false},
		"a record more":              {301, 1, 0, 0, true},
		"in the last instant":        {3100, 100, quarter - 1, 0, true},
		"in two minutes":             {2000, 100, 0, 2000, false},
		"half twice":                 {3000, 100, 0, 3000, false},
		"across the end of a minute": {2000, 100, int64(time.Minute) - 1, 2000, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := scaled()
			write(s, begin+row.at, s.open[1], row.bytes, row.size)
			if row.later > 0 {
				write(s, begin+row.at+int64(time.Minute), s.open[1], row.later, 100)
			}
			require.Equal(t, []int32{0, 1, 2, 3}, openIndexes(s, begin+quarter-1))
			want := []int32{0, 1, 2, 3}
			if row.splits {
				want = []int32{0, 4, 5, 2, 3}
			}
			require.Equal(t, want, openIndexes(s, begin+quarter))
			if row.splits {
				require.Equal(t, begin+quarter, s.shard(1).Closed)
				require.Equal(t, middle(s.shard(1).Start, s.shard(1).End), s.shard(5).Start)
			}
			require.Equal(t, want, openIndexes(s, begin+month-1), "and no more is")
		})
	}
}

// What is written at full speed doubles the shards each quarter, up to 200.
func TestGrowthDoubles(t *testing.T) {
	s := scaled()
	for i, want := range []int{8, 16, 32, 64, 128, 200, 200} {
		for _, h := range slices.Clone(s.open) {
			write(s, begin+int64(i)*quarter, h, 6000, 100)
		}
		require.Len(t, openIndexes(s, begin+int64(i+1)*quarter), want)
	}
}

// After 30 days without a load neighbours are merged, in each quarter half of the shards, until four are left; a shard that is
// younger, or was loaded, is not.
func TestAQuietStreamShrinks(t *testing.T) {
	s := scaled()
	for _, h := range slices.Clone(s.open) {
		write(s, begin, h, 6000, 100)
	}
	s.Advance(begin + quarter)
	write(s, begin+quarter, s.open[0], 6000, 100)
	opened := begin + 2*quarter // shard 12 and 13, out of 4
	require.Equal(t, []int32{12, 13, 5, 6, 7, 8, 9, 10, 11}, openIndexes(s, opened))
	require.Equal(t, begin+quarter+month, s.NextDue())
	require.Equal(t, []int32{12, 13, 5, 6, 7, 8, 9, 10, 11}, openIndexes(s, begin+quarter+month-1))
	require.Equal(t, []int32{12, 13, 14, 15, 16, 11}, openIndexes(s, begin+quarter+month))
	require.Equal(t, []int32{17, 18, 16, 11}, openIndexes(s, opened+month), "12 and 13 are old enough, and two others not needed")
	require.Equal(t, []int32{17, 18, 16, 11}, openIndexes(s, opened+12*month), "four are left")
	require.Zero(t, s.NextDue())
}

// Two neighbours are merged as soon as both together were loaded to less than half of one for 30 days.
func TestPeaksAreRemembered(t *testing.T) {
	for name, row := range map[string]struct {
		low, high int // bytes, ten days after the shards were opened
		merged    int64
	}{
		"together less than half": {1400, 1500, month},
		"together half":           {1500, 1500, 10*int64(24*time.Hour) + quarter + month},
		"one of them":             {0, 3000, 10*int64(24*time.Hour) + quarter + month},
	} {
		t.Run(name, func(t *testing.T) {
			s := scaled()
			write(s, begin, s.open[0], 6000, 100)
			opened := begin + quarter
			s.Advance(opened)
			loaded := opened + 10*int64(24*time.Hour)
			for _, h := range slices.Clone(s.open[2:]) { // 1, 2 and 3, all that are not to be merged
				write(s, loaded, h, 3000, 100)
			}
			write(s, loaded, s.open[0], row.low, 100)
			write(s, loaded, s.open[1], row.high, 100)
			require.Len(t, openIndexes(s, opened+row.merged-1), 5)
			require.Len(t, openIndexes(s, opened+row.merged), 4)
		})
	}
}

// What two shards were loaded to together is remembered of the one that they are merged to until the later of both is forgotten.
func TestMergedPeaks(t *testing.T) {
	s := scaled()
	for _, h := range slices.Clone(s.open) {
		write(s, begin, h, 6000, 100)
	}
	opened, day := begin+quarter, int64(24*time.Hour)
	require.Equal(t, []int32{4, 5, 6, 7, 8, 9, 10, 11}, openIndexes(s, opened))
	write(s, opened+10*day, s.shard(4), 1400, 100)
	write(s, opened+20*day, s.shard(5), 1400, 100)
	write(s, opened+25*day, s.shard(6), 600, 100)
	for i := range int32(5) {
		write(s, opened+29*day, s.shard(7+i), 3000, 100)
	}
	require.Equal(t, []int32{12, 6, 7, 8, 9, 10, 11}, openIndexes(s, opened+month))
	forgotten := opened + 20*day + quarter + month
	require.Equal(t, []int32{12, 6, 7, 8, 9, 10, 11}, openIndexes(s, forgotten-1))
	require.Equal(t, []int32{13, 7, 8, 9, 10, 11}, openIndexes(s, forgotten))
}

// A byte or a record more than half is more than half, at the rates of the service too.
func TestLoads(t *testing.T) {
	r := Rates{WriteBytes: 1 << 20, WriteRecords: 1000}
	require.EqualValues(t, full/2, r.load(30<<20, 30_000))
	require.Greater(t, r.load(30<<20+1, 1), int64(full/2))
	require.Greater(t, r.load(1, 30_001), int64(full/2))
	require.EqualValues(t, full, r.load(1, 60_000))
	require.EqualValues(t, 1, r.load(1, 0))
}

func TestCopiesOfLoads(t *testing.T) {
	h := &Shard{load: load{peaks: make([]peak, 0, 4)}}
	h.load.remember(peak{1, 9})
	c := h.clone()
	h.load.remember(peak{2, 8})
	c.load.remember(peak{3, 7})
	require.Equal(t, []peak{{1, 9}, {2, 8}}, h.load.peaks)
	require.Equal(t, []peak{{1, 9}, {3, 7}}, c.load.peaks)
}

// A stream that becomes on-demand keeps its shards for 30 days; its quarters begin with it.
func TestScalingBeginsWithTheMode(t *testing.T) {
	set := Settings{Retention: 24 * time.Hour, Rates: smallRates()}
	s := New(begin, begin, begin/1e9, 6, set)
	s.Advance(begin)
	write(s, begin, s.shard(0), 6000, 100)
	since := begin + 7*int64(time.Minute)
	set.OnDemand = true
	s.Configure(since, set)
	require.Len(t, openIndexes(s, since+month-1), 6, "what was written before does not count")
	write(s, since+month-1, s.open[0], 6000, 100)
	require.Equal(t, since+month, s.NextDue())
	require.Equal(t, []int32{6, 7, 8, 9, 5}, openIndexes(s, since+month))
	set.OnDemand = false
	s.Configure(since+month, set)
	require.Zero(t, s.NextDue())
	write(s, since+month, s.open[0], 6000, 100)
	require.Len(t, openIndexes(s, since+3*month), 5, "who manages the shards does so alone")
}

// A stream is prepared when its creation ends, or an update; what it is prepared for is what it does not shrink below.
func TestWarmThroughputMakesShards(t *testing.T) {
	set := Settings{Retention: 24 * time.Hour, OnDemand: true, Rates: smallRates(), Warm: 7}
	s := New(begin, begin+1e9, begin/1e9, 4, set)
	require.Equal(t, []int32{0, 1, 2, 3, 4, 5, 6}, openIndexes(s, begin+1e9))
	set.Warm = 9
	s.Configure(begin+2e9, set)
	s.Update(begin+2e9, begin+3e9)
	require.Len(t, openIndexes(s, begin+3e9-1), 7)
	require.Len(t, openIndexes(s, begin+3e9), 9)
	require.Len(t, openIndexes(s, begin+2*month), 9)
	set.Warm = 5
	s.Configure(begin+2*month, set)
	require.Len(t, openIndexes(s, begin+2*month+quarter), 5)
	set.Warm, set.Rates = 50, Rates{}
	s.Configure(begin+3*month, set)
	s.Update(begin+3*month, begin+3*month)
	require.Len(t, openIndexes(s, begin+3*month), 5, "without rates nothing is scaled")
	set.Warm, set.Rates = 300, smallRates()
	s.Configure(begin+3*month, set)
	s.Update(begin+3*month, begin+3*month)
	write(s, begin+3*month, s.open[0], 6000, 100)
	require.Len(t, openIndexes(s, begin+4*month), 300, "more than 200, which are split no more")
}

// What is being deleted changes no more.
func TestADyingStreamDoesNotScale(t *testing.T) {
	s := scaled()
	write(s, begin, s.open[0], 6000, 100)
	s.Delete(begin, begin+month)
	write(s, begin+1, s.open[0], 6000, 100)
	require.Len(t, openIndexes(s, begin+quarter), 4)
	s.Advance(begin + 2*month)
	require.Zero(t, s.NextDue())
}

// A reader that waits is told when a shard that is busy now will be split.
func TestScalingIsFollowed(t *testing.T) {
	s := scaled()
	require.Zero(t, s.NextDue())
	shape := s.Shape()
	write(s, begin+1, s.open[0], 3000, 100)
	require.Equal(t, shape, s.Shape())
	write(s, begin+1, s.open[0], 100, 100)
	require.Equal(t, begin+quarter, s.NextDue())
	require.Greater(t, s.Shape(), shape)
	s.Configure(begin+2, s.Settings())
	require.Equal(t, begin+quarter, s.NextDue(), "other settings make no difference")
	c := s.Clone()
	s.Advance(begin + quarter)
	write(c, begin+2, c.open[1], 6000, 100)
	require.Len(t, s.open, 5)
	require.Len(t, openIndexes(c, begin+quarter), 6, "copies have their own loads")
}

// naiveLoad is what a shard took, and what it is remembered for.
type naiveLoad struct {
	writes []naiveWrite
	peaks  []peak
}

type naiveWrite struct {
	at    int64
	bytes int
}

// naiveScale does the scaling as its rules are written: at every end of a quarter, with everything that was written in it.
type naiveScale struct {
	open  []uint128.Uint128 // first keys, by range
	loads map[uint128.Uint128]*naiveLoad
}

func (m *naiveScale) quarterEnds(end int64) {
	old := slices.Clone(m.open)
	for _, k := range old {
		l, busiest := m.loads[k], 0
		if len(l.writes) == 0 {
			continue
		}
		for from := end - quarter; from < end; from += int64(time.Minute) {
			bytes, records := 0, 0
			for _, w := range l.writes {
				if w.at >= from && w.at < from+int64(time.Minute) {
					bytes += w.bytes
					records++
				}
			}
			busiest = max(busiest, (bytes*full+5999)/6000, (records*full+599)/600)
		}
		l.peaks, l.writes = append(l.peaks, peak{end, int64(busiest)}), nil
		i := slices.Index(m.open, k)
		last := lastKey()
		if i+1 < len(m.open) {
			last = minus(m.open[i+1], 1)
		}
		if busiest > full/2 {
			mid := middle(k, last)
			m.open = slices.Insert(m.open, i+1, mid)
			m.loads[k], m.loads[mid] = &naiveLoad{peaks: []peak{{end, full / 2}}}, &naiveLoad{peaks: []peak{{end, full / 2}}}
		}
	}
	for i := 0; i+1 < len(m.open) && len(m.open) > 4; i++ {
		low, high := m.loads[m.open[i]], m.loads[m.open[i+1]]
		a, newest := low.peak(end)
		b, other := high.peak(end)
		if a+b < full/2 {
			m.loads[m.open[i]] = &naiveLoad{peaks: []peak{{max(newest, other), a + b}}}
			m.open = slices.Delete(m.open, i+1, i+2)
		}
	}
}

func (l *naiveLoad) peak(now int64) (highest, newest int64) {
	for _, p := range l.peaks {
		if now-p.ended < month && p.load > 0 {
			highest, newest = max(highest, p.load), p.ended
		}
	}
	return highest, newest
}

// However it is written and waited: the shards are those that the rules lead to, step by step, and no instant at which they change was
// unannounced.
func TestScalingModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scaled()
		m := &naiveScale{loads: map[uint128.Uint128]*naiveLoad{}}
		for _, h := range s.open {
			m.open = append(m.open, h.Start)
			m.loads[h.Start] = &naiveLoad{peaks: []peak{{begin, full / 2}}}
		}
		now, ended := begin, begin
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			step := rapid.OneOf(rapid.Int64Range(0, int64(3*time.Minute)), rapid.Int64Range(0, 3*quarter), rapid.SampledFrom([]int64{quarter,
				month / 2, month - quarter, month, month + quarter, month - int64(time.Minute)})).Draw(t, "step")
			now += step
			for ended+quarter <= now {
				before := len(m.open)
				ended += quarter
				m.quarterEnds(ended)
				if len(m.open) != before && s.now < ended {
					due := s.NextDue()
					if due == 0 || due > ended {
						t.Fatalf("shards change at %d, and %d is announced", ended, due)
					}
					s.Advance(ended)
				}
			}
			s.Advance(now)
			var have []uint128.Uint128
			for _, h := range s.open {
				have = append(have, h.Start)
			}
			require.Equal(t, fmt.Sprint(m.open), fmt.Sprint(have))
			h := s.open[rapid.IntRange(0, len(s.open)-1).Draw(t, "shard")]
			size := rapid.SampledFrom([]int{1, 100}).Draw(t, "size")
			n := rapid.SampledFrom([]int{1, 2, 14, 15, 16, 30, 31, 60}).Draw(t, "n")
			if size == 1 {
				n *= 10
			}
			write(s, now, h, n*size, size)
			for range n {
				m.loads[h.Start].writes = append(m.loads[h.Start].writes, naiveWrite{now, size})
			}
		}
	})
}
