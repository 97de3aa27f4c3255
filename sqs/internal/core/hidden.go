package core

// The hidden messages, by the end of their delay or of their visibility timeout. On a standard queue most timeouts are the
// queue's own, so that they end in the order in which they began: a list, and a heap for the others. The messages of a FIFO
// queue, whose links hold the order of their groups, all stand in the heap.
type hidden struct {
	delayed, lent list // standard queues only
	out           heap
	outs          int // messages in out
}

func (h *hidden) line(of state) *list {
	if of == inFlight {
		return &h.lent
	}
	return &h.delayed
}

func (q *Queue) dueKey(i uint32) entry {
	s := q.slots.at(i)
	return entry{s.due, s.order(), i}
}

func (q *Queue) holdsDue(e entry) bool {
	s := q.slots.at(e.slot)
	return s.order() == e.order && s.due == e.at && s.is(dueOut)
}

// hideUntilDue puts a message that stands in no state into flight or delay until its due time, or makes it deliverable when
// that has come.
func (q *Queue) hideUntilDue(i uint32, s *slot, in state) {
	if s.due <= q.now {
		q.enqueue(i, s)
		return
	}
	s.state = in
	if in == inFlight {
		q.inFlight++
	} else {
		q.delayed++
	}
	q.calm = min(q.calm, s.due)
	h := &q.hidden
	key := entry{s.due, s.order(), i}
	if line := h.line(in); !q.set.FIFO && (line.tail == 0 || q.dueKey(line.tail).before(key)) {
		q.slots.push(line, inLine, i, s)
		return
	}
	s.marks |= dueOut
	h.outs++
	h.out.push(key)
	h.out.tidy(h.outs, q.holdsDue)
}

// unhide takes a message out of its state: out of its count, and out of where it stands.
func (q *Queue) unhide(i uint32, s *slot) {
	switch s.state {
	case waiting:
		q.waiting--
		if !q.set.FIFO {
			q.dequeue(s)
		}
		return
	case inFlight:
		q.inFlight--
	case delayed:
		q.delayed--
	default:
		return
	}
	if s.is(dueOut) {
		s.marks &^= dueOut
		q.hidden.outs--
	} else {
		q.slots.unlink(q.hidden.line(s.state), inLine, s)
	}
}

// nextDue returns the hidden message that becomes deliverable next.
func (q *Queue) nextDue() (next entry, ok bool) {
	h := &q.hidden
	for len(h.out) > 0 && !q.holdsDue(h.out[0]) {
		h.out.pop()
	}
	if len(h.out) > 0 {
		next, ok = h.out[0], true
	}
	for _, head := range [...]uint32{h.delayed.head, h.lent.head} {
		if head == 0 {
			continue
		}
		if key := q.dueKey(head); !ok || key.before(next) {
			next, ok = key, true
		}
	}
	return next, ok
}

// release makes the message whose due time came deliverable.
func (q *Queue) release(due entry) {
	s := q.slots.at(due.slot)
	q.unhide(due.slot, s)
	q.enqueue(due.slot, s)
	q.note(Returned, due.at, s)
}
