package core

import "github.com/cespare/xxhash/v2"

// lane is a message group: on a FIFO queue what keeps its order, on a standard queue one tenant of a fair queue. Messages
// without a group id share lane 0, which is never freed.
type lane struct {
	id       string
	out      heap   // standard: deliverable messages older than the line's tail
	line     list   // standard: deliverable messages by age; FIFO: all messages by order
	turn     uint64 // place in the rotation of lanes
	outs     uint32 // messages in out
	waiting  uint32 // standard: deliverable messages, in line and out
	messages uint32 // all messages held
	hash     uint32 // of id
	after    uint32 // the next lane of the same bucket
	queued   bool   // an entry for this turn stands in turns
}

// lanes holds the lanes and whose turn it is.
type lanes struct {
	all     []lane
	buckets []uint32 // the first lane of each hash, a power of two of them
	named   int      // lanes in buckets
	spare   []uint32
	turns   turns // of lanes that can be served
	queued  int
	turn    uint64
}

// find returns the lane of a group id, made when need be.
func (ls *lanes) find(id string) uint32 {
	if len(ls.all) == 0 {
		ls.all = append(ls.all, lane{})
	}
	if id == "" {
		return 0
	}
	hash := uint32(xxhash.Sum64String(id))
	if len(ls.buckets) > 0 {
		for l := *ls.bucket(hash); l != 0; l = ls.all[l].after {
			if ln := &ls.all[l]; ln.hash == hash && ln.id == id {
				return l
			}
		}
	}
	return ls.add(id, hash)
}

func (ls *lanes) bucket(hash uint32) *uint32 { return &ls.buckets[hash&uint32(len(ls.buckets)-1)] }

func (ls *lanes) add(id string, hash uint32) uint32 {
	if ls.named == len(ls.buckets) {
		ls.grow()
	}
	l := uint32(len(ls.all))
	if n := len(ls.spare); n > 0 {
		l, ls.spare = ls.spare[n-1], ls.spare[:n-1]
	} else {
		ls.all = append(ls.all, lane{})
	}
	ls.named++
	ln, first := &ls.all[l], ls.bucket(hash)
	ln.id, ln.hash = id, hash
	ln.after, *first = *first, l
	return l
}

// grow doubles the buckets. None of the lanes is spare then.
func (ls *lanes) grow() {
	ls.buckets = make([]uint32, max(8, 2*len(ls.buckets)))
	for l := 1; l < len(ls.all); l++ {
		ln := &ls.all[l]
		first := ls.bucket(ln.hash)
		ln.after, *first = *first, uint32(l)
	}
}

// free gives up a lane that holds no message any more; its place in the rotation goes with it.
func (ls *lanes) free(l uint32) {
	ls.setQueued(l, false)
	if l == 0 {
		ls.all[0].turn = 0
		return
	}
	ln := &ls.all[l]
	at := ls.bucket(ln.hash)
	for *at != l {
		at = &ls.all[*at].after
	}
	*at = ln.after
	ls.named--
	*ln = lane{out: ln.out[:0]}
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
	if ls.turns.len() > 2*ls.queued+slack {
		ls.turns.sweep(ls.holds)
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
	for ls.turns.len() > 0 {
		if e := ls.turns.first(); ls.holds(e) {
			return e.slot, true
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
		if e := ls.turns.first(); len(few) == 0 || few[len(few)-1] != e { // a lane that left and came back stands there twice
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
	c.buckets = append([]uint32(nil), ls.buckets...)
	c.spare = append([]uint32(nil), ls.spare...)
	c.turns = ls.turns.clone()
	return c
}
