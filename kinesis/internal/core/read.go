package core

import "math"

// Request is a read of one shard.
type Request struct {
	From  uint64 // index of the first record
	Limit int
	Bytes int    // of all records together; at least one record is answered all the same
	Free  bool   // counts towards no rate
	For   string // consumer that is pushed to, none for a plain read
}

// Answer is what a read found.
type Answer struct {
	Shard     *Shard
	Run       [][]Record // slices of what is stored: they are shared, and never change
	Count     int
	Bytes     int
	Next      uint64 // index to read on from
	Behind    int64  // how old what comes next is at most, in nanoseconds; 0: there is nothing more
	End       bool   // closed, and nothing more to read
	Throttled bool
	Retry     int64 // throttled: when the next read may be
}

// Read reads from a shard that is held. What the position has lost to the horizon is skipped.
func (s *Stream) Read(now int64, h *Shard, r Request, ch Chooser) Answer {
	s.Advance(now)
	if !r.Free {
		if retry, ok := s.mayRead(h); !ok {
			return s.refuse(h, retry)
		}
		if choose(ch, ChooseThrottle, 2) == 1 {
			return s.refuse(h, s.now)
		}
	}
	s.trim(h)
	run, n, bytes, next := h.log.run(h.log.from(r.From), r.Limit, r.Bytes)
	if fewer := choose(ch, ChooseFewer, n+1); fewer > 0 {
		run, n, bytes, next = h.log.run(h.log.from(r.From), n-fewer, r.Bytes)
	}
	a := Answer{Shard: h, Run: run, Count: n, Bytes: bytes, Next: max(r.From, h.horizon())}
	if n > 0 {
		last := run[len(run)-1]
		a.Next = last[len(last)-1].Index() + 1
		a.Behind = s.now - last[len(last)-1].Arrived
		s.note(Event{Kind: Read, At: s.now, Shard: h.Index, Consumer: r.For, Count: n})
	}
	s.finish(&a, next, ch)
	if !r.Free {
		s.readBytes(h, bytes)
	}
	return a
}

// finish says how far behind the reader is, and whether the shard ends.
func (s *Stream) finish(a *Answer, next place, ch Chooser) {
	ahead := a.Shard.log.at(next)
	switch {
	case ahead != nil && a.Count == 0:
		a.Behind = s.now - ahead.Arrived
	case ahead != nil:
	case a.Shard.IsOpen():
		a.Behind = 0
		return
	case choose(ch, ChooseLinger, 2) == 0:
		a.End, a.Behind = true, s.now-a.Shard.Closed
		return
	}
	a.Behind = max(a.Behind, 1e6)
}

func (s *Stream) refuse(h *Shard, retry int64) Answer {
	s.note(Event{Kind: Throttled, At: s.now, Shard: h.Index})
	return Answer{Shard: h, Throttled: true, Retry: retry}
}

// trim drops what has passed the horizon.
func (s *Stream) trim(h *Shard) {
	if dropped := h.log.trim(s.cutoff()); dropped > 0 {
		s.note(Event{Kind: Expired, At: s.now, Shard: h.Index, Count: dropped, ByTime: true})
	}
}

// horizon returns the index of the oldest record held, 0 if there is none.
func (h *Shard) horizon() uint64 {
	if r := h.log.at(place{0, h.log.gone}); r != nil {
		return r.Index()
	}
	return 0
}

// Tip returns the position behind the newest record.
func (s *Stream) Tip(h *Shard) uint64 { return h.log.newest + 1 }

// Tips returns the tips of all shards that are held, by their indexes.
func (s *Stream) Tips() map[int32]uint64 {
	tips := make(map[int32]uint64, len(s.shards))
	for _, h := range s.shards {
		tips[h.Index] = s.Tip(h)
	}
	return tips
}

// Since returns the position of the first record that arrived at the instant at or later.
func (s *Stream) Since(now int64, h *Shard, at int64) uint64 {
	s.Advance(now)
	s.trim(h)
	if r := h.log.at(h.log.search(func(r *Record) bool { return r.Arrived < at })); r != nil {
		return r.Index()
	}
	return s.Tip(h)
}

// AtNumber returns the position of the first record whose number is n or higher, or only higher if after.
func (s *Stream) AtNumber(now int64, h *Shard, n Sequence, after bool) uint64 {
	s.Advance(now)
	index := n.Parts().Index
	past := after
	if r := h.log.at(h.log.from(index)); r != nil && r.Index() == index { // the time digits below the index may differ
		c := h.Number(r).Compare(n)
		past = c < 0 || c == 0 && after
	}
	if past {
		return index + 1
	}
	return index
}

// Continuation returns a number that is higher than those of all records before a position, and not higher than any behind it.
func (s *Stream) Continuation(h *Shard, next uint64) Sequence {
	p := Parts{Created: h.Created, Shard: h.Index, Index: max(1, next) - 1, Second: max(seconds(s.now), h.Created)}
	if r := h.log.at(h.log.from(p.Index)); r != nil && r.Index() == p.Index {
		p.Second = max(p.Second, seconds(r.Arrived)+1)
	}
	return p.Sequence()
}

// Look finds all records from an index on, and changes nothing but what time has: nobody is asked, nothing is counted or noted.
func (s *Stream) Look(now int64, h *Shard, from uint64) Answer {
	s.Advance(now)
	s.trim(h)
	run, n, bytes, _ := h.log.run(h.log.from(from), math.MaxInt, math.MaxInt)
	return Answer{Shard: h, Run: run, Count: n, Bytes: bytes}
}

// Lost reports whether the shard once had a record at an index or behind it that has passed the horizon.
func (h *Shard) Lost(from uint64) bool { return h.log.lost > 0 && from <= h.log.lost }
