package core

// place is where a lane stands in the rotation.
type place uint8

const (
	away    place = iota // it can't be served
	inOrder              // in the list
	outside              // in the heap
)

// turns is the rotation of the lanes that can be served: a list as long as they come in order of their turns, and a heap for
// those that come back to a place before the last.
type turns struct {
	line   list // of lanes, linked by their beside
	out    heap
	outs   int // lanes in out
	queued int // lanes in line and out
}

// queue puts a lane that is away into the rotation.
func (ls *lanes) queue(l uint32) {
	ln, ts := &ls.all[l], &ls.turns
	ts.queued++
	if ts.line.tail != 0 && ls.all[ts.line.tail].turn > ln.turn {
		ln.place = outside
		ts.outs++
		ts.out.push(entry{at: int64(ln.turn), slot: l})
		ts.out.tidy(ts.outs, ls.holds)
		return
	}
	ln.place, ln.beside = inOrder, link{prev: ts.line.tail}
	if ts.line.tail == 0 {
		ts.line.head = l
	} else {
		ls.all[ts.line.tail].beside.next = l
	}
	ts.line.tail = l
}

// unqueue takes a lane out of the rotation.
func (ls *lanes) unqueue(l uint32) {
	ln, ts := &ls.all[l], &ls.turns
	ts.queued--
	if ln.place == outside {
		ln.place = away
		ts.outs--
		return
	}
	ln.place = away
	if ln.beside.prev == 0 {
		ts.line.head = ln.beside.next
	} else {
		ls.all[ln.beside.prev].beside.next = ln.beside.next
	}
	if ln.beside.next == 0 {
		ts.line.tail = ln.beside.prev
	} else {
		ls.all[ln.beside.next].beside.prev = ln.beside.prev
	}
}

func (ls *lanes) holds(e entry) bool {
	ln := &ls.all[e.slot]
	return ln.place == outside && int64(ln.turn) == e.at
}

// next returns the lane whose turn it is, and leaves it in place; 0 when there is none.
func (ls *lanes) next() uint32 {
	ts := &ls.turns
	for len(ts.out) > 0 && !ls.holds(ts.out[0]) {
		ts.out.pop()
	}
	head := ts.line.head
	if len(ts.out) > 0 && (head == 0 || ts.out[0].at < int64(ls.all[head].turn)) {
		return ts.out[0].slot
	}
	return head
}

// take takes the next lane, or the chosen one of the next few, out of the rotation; 0 when
// there is none.
func (ls *lanes) take(ch Chooser) uint32 {
	if ch != nil && ls.turns.queued > 1 {
		return ls.choose(ch)
	}
	l := ls.next()
	if l != 0 {
		ls.unqueue(l)
	}
	return l
}

// choose asks which of the next few lanes it shall be, and puts the others back.
func (ls *lanes) choose(ch Chooser) uint32 {
	few := make([]uint32, min(window, ls.turns.queued))
	for i := range few {
		few[i] = ls.next()
		ls.unqueue(few[i])
	}
	k := choose(ch, ChooseGroup, len(few))
	for i, l := range few {
		if i != k {
			ls.queue(l)
		}
	}
	return few[k]
}

func (ts turns) clone() turns {
	ts.out = append(heap(nil), ts.out...)
	return ts
}
