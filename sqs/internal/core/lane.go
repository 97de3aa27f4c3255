package core

import "maps"

// lane is a message group: on a FIFO queue what keeps its order, on a standard queue one tenant of a fair queue. Messages
// without a group id share lane 0, which is never freed.
type lane struct {
	id       string
	line     list   // standard: deliverable messages by age; FIFO: all messages by order
	out      heap   // standard: deliverable messages older than the line's tail
	outs     int    // messages in out
	waiting  int    // standard: deliverable messages, in line and out
	messages int    // all messages held
	turn     uint64 // place in the rotation of lanes
	queued   bool   // an entry for this turn stands in turns
}

// lanes holds the lanes and whose turn it is.
type lanes struct {
	all    []lane
	byID   map[string]uint32
	spare  []uint32
	turns  heap // of lanes that can be served, by turn
	queued int
	turn   uint64
}

// find returns the lane of a group id, made when need be.
func (ls *lanes) find(id string) uint32 {
	if len(ls.all) == 0 {
		ls.all = append(ls.all, lane{})
	}
	if id == "" {
		return 0
	}
	if l, ok := ls.byID[id]; ok {
		return l
	}
	if ls.byID == nil {
		ls.byID = map[string]uint32{}
	}
	l := uint32(len(ls.all))
	if n := len(ls.spare); n > 0 {
		l, ls.spare = ls.spare[n-1], ls.spare[:n-1]
	} else {
		ls.all = append(ls.all, lane{})
	}
	ls.byID[id] = l
	ls.all[l].id = id
	return l
}

// free gives up a lane that holds no message any more; its place in the rotation goes with it.
func (ls *lanes) free(l uint32) {
	ls.setQueued(l, false)
	if l == 0 {
		ls.all[0].turn = 0
		return
	}
	delete(ls.byID, ls.all[l].id)
	ls.all[l] = lane{out: ls.all[l].out[:0]}
	ls.spare = append(ls.spare, l)
}

// setQueued puts a lane into the rotation or takes it out. A lane that has no turn yet gets the last.
func (ls *lanes) setQueued(l uint32, want bool) {
	ln := &ls.all[l]
	if ln.queued == want {
		return
	}
	ln.queued = want
	if !want {
		ls.queued--
		return
	}
	ls.queued++
	if ln.turn == 0 {
		ls.toBack(l)
	}
	ls.turns.push(entry{at: int64(ln.turn), slot: l})
	if len(ls.turns) > 2*ls.queued+slack {
		ls.turns.tidy(ls.queued, ls.holds)
	}
}

func (ls *lanes) toBack(l uint32) {
	ls.turn++
	ls.all[l].turn = ls.turn
}

func (ls *lanes) holds(e entry) bool {
	ln := &ls.all[e.slot]
	return ln.queued && int64(ln.turn) == e.at
}

// next returns the lane whose turn it is and leaves it in place.
func (ls *lanes) next() (uint32, bool) {
	for len(ls.turns) > 0 {
		if ls.holds(ls.turns[0]) {
			return ls.turns[0].slot, true
		}
		ls.turns.pop()
	}
	return 0, false
}

// take takes the next lane, or the chosen one of the next few, out of the rotation.
func (ls *lanes) take(ch Chooser) (uint32, bool) {
	l, ok := ls.next()
	if !ok {
		return 0, false
	}
	if ch != nil && ls.queued > 1 {
		l = ls.choose(ch)
	} else {
		ls.turns.pop()
	}
	ls.all[l].queued = false
	ls.queued--
	return l, true
}

// choose asks which of the next few lanes it shall be, and puts the others back.
func (ls *lanes) choose(ch Chooser) uint32 {
	var few []entry
	for len(few) < min(window, ls.queued) {
		if _, ok := ls.next(); !ok {
			break
		}
		if e := ls.turns[0]; len(few) == 0 || few[len(few)-1] != e { // a lane that left and came back stands there twice
			few = append(few, e)
		}
		ls.turns.pop()
	}
	k := choose(ch, ChooseGroup, len(few))
	for i, e := range few {
		if i != k {
			ls.turns.push(e)
		}
	}
	return few[k].slot
}

func (ls *lanes) clone() lanes {
	c := *ls
	c.all = append([]lane(nil), ls.all...)
	for i := range c.all {
		c.all[i].out = append(heap(nil), c.all[i].out...)
	}
	c.byID = maps.Clone(ls.byID)
	c.spare = append([]uint32(nil), ls.spare...)
	c.turns = append(heap(nil), ls.turns...)
	return c
}
