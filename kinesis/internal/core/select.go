package core

// Filter selects shards of a listing.
type Filter uint8

// The filters.
const (
	All       Filter = iota
	AtHorizon        // open at the trim horizon
	AtLatest         // open now
	AtTime           // open at an instant
	FromTime         // open at an instant or later
)

// Select returns the shards that a filter selects and whose index is above after, by index. An instant before the horizon counts
// as the horizon. At the instant of a change of shards those count as open that were closed by it, so that AtHorizon, AtLatest
// and AtTime always cover the key space once.
func (s *Stream) Select(now int64, f Filter, at int64, after int64) []*Shard {
	s.Advance(now)
	horizon := max(s.cutoff(), s.began)
	if at = max(at, horizon); f == AtHorizon {
		at = horizon
	}
	var selected []*Shard
	for _, h := range s.shards {
		if int64(h.Index) > after && h.matches(f, at) {
			selected = append(selected, h)
		}
	}
	return selected
}

func (h *Shard) matches(f Filter, at int64) bool {
	switch f {
	case AtLatest:
		return h.IsOpen()
	case AtHorizon, AtTime:
		return h.Opened < at && (h.IsOpen() || h.Closed >= at)
	case FromTime:
		return h.IsOpen() || h.Closed >= at
	}
	return true
}
