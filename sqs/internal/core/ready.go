package core

// The deliverable messages of one lane of a standard queue, by age: a list as long as they come in order, and a heap for those
// that come back, or come in, older than the newest that waits.

func (q *Queue) sentKey(i uint32) entry {
	s := q.slots.at(i)
	return entry{s.sent, s.order(), i}
}

// insert adds a message to its lane.
func (q *Queue) insert(i uint32, s *slot) {
	ln := &q.lanes.all[s.lane]
	ln.waiting++
	key := entry{s.sent, s.order(), i}
	if ln.line.tail == 0 || q.sentKey(ln.line.tail).before(key) {
		q.slots.push(&ln.line, inLine, i, s)
		return
	}
	s.marks |= readyOut
	if ln.late == nil {
		ln.late = &late{}
	}
	ln.late.outs++
	ln.late.out.push(key)
	ln.late.out.tidy(ln.late.outs, q.holdsReady)
}

func (q *Queue) holdsReady(e entry) bool {
	s := q.slots.at(e.slot)
	return s.order() == e.order && s.is(readyOut)
}

// dequeue takes a deliverable message out of its lane.
func (q *Queue) dequeue(s *slot) {
	ln := &q.lanes.all[s.lane]
	ln.waiting--
	if s.is(readyOut) {
		s.marks &^= readyOut
		ln.late.outs--
		return
	}
	q.slots.unlink(&ln.line, inLine, s)
}

// first returns the oldest deliverable message of a lane that has one.
func (q *Queue) first(l uint32) uint32 {
	ln := &q.lanes.all[l]
	if ln.late == nil {
		return ln.line.head
	}
	out := &ln.late.out
	for len(*out) > 0 && !q.holdsReady((*out)[0]) {
		out.pop()
	}
	if len(*out) == 0 || ln.line.head != 0 && q.sentKey(ln.line.head).before((*out)[0]) {
		return ln.line.head
	}
	return (*out)[0].slot
}

// pick takes the oldest deliverable message of a lane, or the chosen one of the next few, out of the lane.
func (q *Queue) pick(l uint32, ch Chooser) (uint32, *slot) {
	n := min(window, int(q.lanes.all[l].waiting))
	if ch == nil || n < 2 {
		i := q.first(l)
		s := q.slots.at(i)
		q.dequeue(s)
		return i, s
	}
	few := make([]uint32, n)
	for k := range few {
		few[k] = q.first(l)
		q.dequeue(q.slots.at(few[k]))
	}
	k := choose(ch, ChooseMessage, n)
	for j, i := range few {
		if j != k {
			q.insert(i, q.slots.at(i))
		}
	}
	return few[k], q.slots.at(few[k])
}
