package core

import "time"

// An on-demand stream with rates scales itself. Time is divided into quarters of an hour, from when it began to; in each, the load of a
// shard is that of its busiest minute. What its shards together may take is to be at least twice what they took in any minute of the
// last 30 days, and so, when a quarter ends:
//
//   - a shard that was loaded to more than half is split in the middle;
//   - two neighbours are merged that in the last 30 days were loaded to less than half of one, together.
//
// A new shard counts as loaded to half when it begins: it is merged after 30 days at the earliest. So is every shard of a stream that
// becomes on-demand, which therefore keeps them all at first.
const (
	ScaleInterval = 15 * time.Minute
	PeakMemory    = 30 * 24 * time.Hour
	LeastScaled   = 4   // shards that are left
	MostScaled    = 200 // shards at which none is split any more; more only for a throughput that was asked for
)

// full is the load of a shard that takes all it may. Loads are in millionths, rounded up: more than half is more than half of full.
const full = 1_000_000

// load is what a shard has taken, as the scaling looks at it.
type load struct {
	minute, quarter int64 // that it was last written in, since the scaling began
	bytes, records  int   // taken in the minute
	highest         int64 // of the minutes of the quarter so far
	peaks           []peak
}

// peak is the load of a quarter that ended at an instant.
type peak struct{ ended, load int64 }

// remember adds a peak. Older ones that are no higher are of no more use: those that are left fall, and the first is the highest.
func (l *load) remember(p peak) {
	for n := len(l.peaks); n > 0 && l.peaks[n-1].load <= p.load; n-- {
		l.peaks = l.peaks[:n-1]
	}
	l.peaks = append(l.peaks, p)
}

// peak returns the highest load of the quarters that ended within the last 30 days.
func (l *load) peak(now int64) int64 {
	for len(l.peaks) > 0 && now-l.peaks[0].ended >= int64(PeakMemory) {
		l.peaks = l.peaks[1:]
	}
	if len(l.peaks) == 0 {
		return 0
	}
	return l.peaks[0].load
}

// scales reports whether the settings make a stream that scales itself.
func (s *Settings) scales() bool { return s.OnDemand && s.Rates.on() }

// least returns how many open shards are left.
func (s *Stream) least() int { return max(LeastScaled, s.set.Warm) }

// startScaling begins the first quarter, if the stream scales itself.
func (s *Stream) startScaling(at int64) {
	s.scaling, s.mark = 0, 0
	if !s.set.scales() {
		return
	}
	s.scaling = at
	for _, h := range s.open {
		s.startLoad(h, at)
	}
	s.planScaling(at)
}

// startLoad counts a shard as loaded to half from now on.
func (s *Stream) startLoad(h *Shard, at int64) {
	if s.scaling != 0 {
		h.load = load{quarter: s.quarter(at), peaks: []peak{{at, full / 2}}}
	}
}

func (s *Stream) quarter(at int64) int64 { return (at - s.scaling) / int64(ScaleInterval) }

func (s *Stream) endOf(quarter int64) int64 { return s.scaling + (quarter+1)*int64(ScaleInterval) }

// take counts n bytes that a shard took.
func (s *Stream) take(h *Shard, n int) {
	if s.scaling == 0 {
		return
	}
	l := &h.load
	s.settle(h, s.quarter(s.now))
	if minute := (s.now - s.scaling) / int64(time.Minute); minute != l.minute {
		l.minute, l.bytes, l.records = minute, 0, 0
	}
	l.bytes += n
	l.records++
	was := l.highest
	l.highest = max(was, s.set.Rates.load(l.bytes, l.records))
	if was <= full/2 && l.highest > full/2 && s.splits(h) {
		s.mark = earliest(s.mark, s.endOf(l.quarter))
		s.shape++
	}
}

// load returns what a minute's bytes and records are of what a shard may take in one.
func (r *Rates) load(bytes, records int) int64 {
	part := func(n, most int) int64 {
		all := 60 * int64(most)
		return (int64(n)*full + all - 1) / all
	}
	return max(part(bytes, r.WriteBytes), part(records, r.WriteRecords))
}

// settle remembers the load of a shard's last quarter, if that is over.
func (s *Stream) settle(h *Shard, quarter int64) {
	l := &h.load
	if quarter == l.quarter {
		return
	}
	if l.highest > 0 {
		l.remember(peak{s.endOf(l.quarter), l.highest})
	}
	l.quarter, l.highest = quarter, 0
}

// prepare makes the shards of the throughput that was asked for.
func (s *Stream) prepare(at int64) {
	if s.scaling != 0 && len(s.open) < s.set.Warm {
		s.count(at, s.set.Warm)
		s.planScaling(at)
	}
}

func (s *Stream) splits(h *Shard) bool {
	return len(s.open) < MostScaled && CanSplit(h, middle(h.Start, h.End))
}

// rescale does what is due at the end of a quarter.
func (s *Stream) rescale(at int64) {
	s.byTime = true
	defer func() { s.byTime = false }()
	quarter := s.quarter(at)
	for _, h := range append([]*Shard(nil), s.open...) {
		hot := h.load.highest > full/2
		s.settle(h, quarter)
		if hot && s.splits(h) {
			s.split(at, h, middle(h.Start, h.End))
		}
	}
	for i := 0; i+1 < len(s.open) && len(s.open) > s.least(); i++ {
		if low, high := s.open[i], s.open[i+1]; mergeable(low, high, at) {
			together := low.load.peak(at) + high.load.peak(at)
			h := s.merge(at, low, high)
			h.load.peaks = nil
			if together > 0 {
				h.load.remember(peak{max(low.load.newest(), high.load.newest()), together})
			}
		}
	}
	s.planScaling(at)
}

func (l *load) newest() int64 {
	if n := len(l.peaks); n > 0 {
		return l.peaks[n-1].ended
	}
	return 0
}

func mergeable(low, high *Shard, at int64) bool {
	return low.load.peak(at)+high.load.peak(at) < full/2
}

// planScaling works out which end of a quarter is the next at which anything can become due. What is written until then can only make
// a split due sooner, or a merge later.
func (s *Stream) planScaling(at int64) {
	s.mark = 0
	s.shape++
	quarter := s.quarter(at)
	shrinks := len(s.open) > s.least()
	for i, h := range s.open {
		hot := h.load.highest > full/2 && s.splits(h)
		if hot || shrinks && i > 0 && mergeable(s.open[i-1], h, at) {
			s.mark = s.endOf(quarter)
			return
		}
		for _, p := range h.load.peaks {
			forgotten := p.ended + int64(PeakMemory)
			if shrinks && forgotten > at {
				s.mark = earliest(s.mark, s.endOf(s.quarter(forgotten-1))) // forgotten itself, if a quarter ends there
			}
		}
	}
}
