package core

import "github.com/inflight-mq/inflight/internal/uint128"

// sharers is how many shards number their records together, so that the numbers of each have gaps.
const sharers = 5

// Entry is a record to store.
type Entry struct {
	Data []byte
	Key  string
	Hash uint128.Uint128
}

// Append stores a record, and returns its shard and number, or a shard only when its rate is exceeded. There are open shards, and
// now is the time of the last Advance: a batch advances once.
func (s *Stream) Append(e *Entry, ch Chooser) (*Shard, Sequence, bool) {
	h := s.target(e)
	if !s.admits(h, len(e.Data)+len(e.Key)) || choose(ch, ChooseThrottle, 2) == 1 {
		s.note(Event{Kind: Throttled, At: s.now, Shard: h.Index, Key: e.Key})
		return h, Sequence{}, false
	}
	kind := Put
	if choose(ch, ChooseRepeat, 2) == 1 {
		s.store(h, e, kind)
		kind = Repeated
	}
	n := s.store(h, e, kind)
	s.take(h, len(e.Data)+len(e.Key))
	return h, n, true
}

// target returns the shard that a record goes to.
func (s *Stream) target(e *Entry) *Shard {
	if !s.set.Auto {
		return s.route(e.Hash)
	}
	s.turn = (s.turn + 1) % len(s.open)
	return s.open[s.turn]
}

func (s *Stream) store(h *Shard, e *Entry, kind Kind) Sequence {
	if dropped := h.log.trim(s.cutoff()); dropped > 0 {
		s.note(Event{Kind: Expired, At: s.now, Shard: h.Index, Count: dropped, ByTime: true})
	}
	counter := &s.counters[h.Index/sharers]
	*counter++
	r := Record{Data: e.Data, Key: e.Key, Arrived: s.now, mark: *counter}
	if s.set.Encrypted {
		r.mark |= encryptedBit
	}
	h.log.append(r)
	n := h.Number(&r)
	s.note(Event{Kind: kind, At: s.now, Shard: h.Index, Sequence: n, Key: e.Key})
	return n
}

// CanFollow reports whether the number of a record that is put now exceeds n as far as the two can be compared: n must not be
// ahead of its own shard.
func (s *Stream) CanFollow(now int64, n Sequence) bool {
	s.Advance(now)
	if !n.CanOrder(s.now) {
		return false
	}
	p := n.Parts()
	h := s.shard(p.Shard)
	return n.Version() != currentFormat || h == nil || h.Created != p.Created || !h.IsOpen() || p.Index <= s.counters[p.Shard/sharers]
}
