package core

import (
	"slices"

	"github.com/inflight-mq/inflight/internal/uint128"
)

// plan is what takes effect when a state ends.
type plan struct {
	kind   planKind
	a, b   int32
	key    uint128.Uint128
	target int
	lasts  bool // the state is seen
}

type planKind uint8

const (
	planNothing planKind = iota
	planCreate
	planGone
	planSplit
	planMerge
	planCount
)

// carryOut does what was planned, at the instant at.
func (s *Stream) carryOut(at int64, p plan) {
	s.state = Active
	s.shape++
	s.byTime = p.lasts
	defer func() { s.byTime = false }()
	switch p.kind {
	case planCreate:
		s.began = at
		if s.set.scales() {
			p.target = max(p.target, s.set.Warm)
		}
		s.create(p.target)
		s.startScaling(at)
	case planNothing:
		s.prepare(at)
	case planGone:
		s.vanish(at)
		return
	case planSplit:
		s.split(at, s.shard(p.a), p.key)
	case planMerge:
		s.merge(at, s.shard(p.a), s.shard(p.b))
	case planCount:
		s.count(at, p.target)
	}
	if p.lasts {
		s.note(Event{Kind: Entered, At: at, Shard: None, State: Active})
	}
}

// vanish drops everything.
func (s *Stream) vanish(at int64) {
	held := 0
	for _, h := range s.shards {
		if dropped := h.log.trim(max(s.floor, at-int64(s.set.Retention))); dropped > 0 {
			s.note(Event{Kind: Expired, At: at, Shard: h.Index, Count: dropped, ByTime: true})
		}
		held += h.log.held
	}
	s.state = Gone
	s.shards, s.open, s.starts, s.subs = nil, nil, nil, nil
	s.planExpiry()
	s.note(Event{Kind: Deleted, At: at, Shard: None, Count: held})
}

func (s *Stream) create(n int) {
	for _, start := range bounds(n) {
		s.starts = append(s.starts, start)
		h := s.add(&Shard{Parent: None, Adjacent: None, Start: start, End: lastKey(), Created: s.born})
		if len(s.open) > 0 {
			s.open[len(s.open)-1].End = minus(start, 1)
		}
		s.open = append(s.open, h)
	}
}

// add gives a new shard its index.
func (s *Stream) add(h *Shard) *Shard {
	h.Index = s.next
	s.next++
	s.newborn = max(s.newborn, h.Created)
	s.startLoad(h, max(h.Opened, s.began))
	s.shards = append(s.shards, h)
	if group := int(h.Index) / sharers; group == len(s.counters) {
		s.counters = append(s.counters, 0)
	}
	s.note(Event{Kind: ShardOpened, At: max(h.Opened, s.began), Shard: h.Index})
	return h
}

func (s *Stream) close(at int64, hs ...*Shard) {
	s.shape++
	for _, h := range hs {
		h.Closed = at
		if expiry := at + int64(s.set.Retention); s.expiry == 0 || expiry < s.expiry {
			s.expiry = expiry
		}
		s.note(Event{Kind: ShardClosed, At: at, Shard: h.Index})
	}
}

// rangeOf returns where an open shard stands among the open ones.
func (s *Stream) rangeOf(h *Shard) int {
	i, _ := slices.BinarySearchFunc(s.starts, h.Start, uint128.Uint128.Compare)
	return i
}

// split closes a shard and opens two in its place. The key has been checked.
func (s *Stream) split(at int64, h *Shard, key uint128.Uint128) (low, high *Shard) {
	s.close(at, h)
	created := max(seconds(at), h.Created) + 1
	low = s.add(&Shard{Parent: h.Index, Adjacent: None, Start: h.Start, End: minus(key, 1), Created: created, Opened: at})
	high = s.add(&Shard{Parent: h.Index, Adjacent: None, Start: key, End: h.End, Created: created, Opened: at})
	h.Children = []int32{low.Index, high.Index}
	i := s.rangeOf(h)
	s.open = slices.Replace(s.open, i, i+1, low, high)
	s.starts = slices.Insert(s.starts, i+1, key)
	return low, high
}

// merge closes two neighbours and opens one in their place.
func (s *Stream) merge(at int64, low, high *Shard) *Shard {
	s.close(at, low, high)
	h := s.add(&Shard{
		Parent: low.Index, Adjacent: high.Index, Start: low.Start, End: high.End,
		Created: max(seconds(at), low.Created, high.Created) + 1, Opened: at,
	})
	low.Children, high.Children = []int32{h.Index}, []int32{h.Index}
	i := s.rangeOf(low)
	s.open = slices.Replace(s.open, i, i+2, h)
	s.starts = slices.Delete(s.starts, i+1, i+2)
	return h
}

// count splits and merges until there are target shards of equal ranges: it cuts where the new ranges begin, and joins what lies
// between.
func (s *Stream) count(at int64, target int) {
	firsts := bounds(target)
	for i, k := range firsts {
		h := s.route(k)
		switch {
		case h.Start == k:
		case CanSplit(h, k):
			s.split(at, h, k)
		case h.End == k: // too near to an end for a shard of its own: the range begins where a shard does
			firsts[i] = plus(h.End, 1)
		default:
			firsts[i] = h.Start
		}
	}
	for i, k := range firsts {
		last := lastKey()
		if i+1 < len(firsts) {
			last = minus(firsts[i+1], 1)
		}
		for h := s.route(k); h.End.Compare(last) < 0; {
			h = s.merge(at, h, s.route(plus(h.End, 1)))
		}
	}
}

// CanSplit reports whether both halves of a shard hold at least two keys.
func CanSplit(h *Shard, key uint128.Uint128) bool {
	return plus(h.Start, 1).Compare(key) < 0 && key.Compare(h.End) < 0
}

// AreNeighbours reports whether the range of high begins where that of low ends.
func AreNeighbours(low, high *Shard) bool {
	return low.End != lastKey() && plus(low.End, 1) == high.Start
}

// Split has an open shard split when due. The shell has checked everything.
func (s *Stream) Split(now, due int64, h *Shard, key uint128.Uint128) {
	s.begin(now, due, plan{kind: planSplit, a: h.Index, key: key})
}

// Merge has two open neighbours merged when due.
func (s *Stream) Merge(now, due int64, low, high *Shard) {
	s.begin(now, due, plan{kind: planMerge, a: low.Index, b: high.Index})
}

// SetCount has the number of open shards changed when due.
func (s *Stream) SetCount(now, due int64, target int) {
	s.begin(now, due, plan{kind: planCount, target: target})
}
