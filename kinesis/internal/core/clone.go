package core

// Clone returns a copy that shares nothing that changes.
func (s *Stream) Clone() *Stream {
	c := *s
	byOld := make(map[*Shard]*Shard, len(s.shards))
	c.shards = make([]*Shard, len(s.shards))
	for i, h := range s.shards {
		c.shards[i] = h.clone()
		byOld[h] = c.shards[i]
	}
	c.open = make([]*Shard, len(s.open))
	for i, h := range s.open {
		c.open[i] = byOld[h]
	}
	c.starts = append(c.starts[:0:0], s.starts...)
	c.counters = append([]uint64(nil), s.counters...)
	c.subs = append([]Subscription(nil), s.subs...)
	c.events = nil
	return &c
}
