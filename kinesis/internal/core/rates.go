package core

// admits counts a record of n bytes, or reports that the shard's rate is exceeded.
func (s *Stream) admits(h *Shard, n int) bool {
	r := &s.set.Rates
	if !r.on() {
		return true
	}
	if !h.rates.bytes.Has(s.now, n, r.WriteBytes, r.WriteBurst) || !h.rates.records.Take(s.now, r.WriteRecords) {
		return false
	}
	h.rates.bytes.TakeN(s.now, n, r.WriteBytes, r.WriteBurst)
	return true
}

// mayRead counts a read, or reports when the next one may be: there are so many calls a second, and none while more has been read
// than a second allows.
func (s *Stream) mayRead(h *Shard) (retry int64, ok bool) {
	r := &s.set.Rates
	if !r.on() {
		return 0, true
	}
	if s.now < h.rates.readLock {
		return h.rates.readLock, false
	}
	if !h.rates.reads.Take(s.now, r.ReadCalls) {
		return s.now + 1e9/int64(r.ReadCalls), false
	}
	return 0, true
}

// readBytes counts n bytes that were read. Who reads more than there is left of a second waits until all is paid off.
func (s *Stream) readBytes(h *Shard, n int) {
	r := &s.set.Rates
	if !r.on() {
		return
	}
	h.rates.readFree = max(h.rates.readFree, s.now) + int64(n)*1e9/int64(r.ReadBytes)
	if h.rates.readFree-s.now > 1e9 {
		h.rates.readLock = h.rates.readFree
	}
}

// MayIterate counts an iterator of a shard, or reports that there were too many this second.
func (s *Stream) MayIterate(now int64, h *Shard) bool {
	s.Advance(now)
	r := &s.set.Rates
	return !r.on() || h.rates.iterators.Take(s.now, r.ReadCalls)
}
