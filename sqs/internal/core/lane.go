package core

import "github.com/cespare/xxhash/v2"

// lane is a message group: on a FIFO queue what keeps its order, on a standard queue one tenant of a fair queue. Messages
// without a group id share a lane, which is never freed. It takes 64 bytes: a queue may have a lane for every message.
type lane struct {
	id       string
	late     *late  // standard: nil for most
	line     list   // standard: deliverable messages by age; FIFO: all messages by order
	turn     uint64 // place in the rotation of lanes, 0 before the first
	beside   link   // the lanes before and behind it there
	waiting  uint32 // standard: deliverable messages, in line and late
	messages uint32 // all messages held
	after    uint32 // the next lane of the same bucket
	place    place
}

// ungrouped is the lane of messages without a group id. Lane 0 is never used: 0 means none.
const ungrouped = 1

// late holds the deliverable messages of a lane that are older than its line's tail.
type late struct {
	out  heap
	outs int // messages in out
}

// lanes holds the lanes and whose turn it is.
type lanes struct {
	all     []lane
	buckets []uint32 // the first lane of each hash, a power of two of them
	named   int      // lanes in buckets
	spare   []uint32
	turns   turns
	turn    uint64 // of the lane that was served last
}

// find returns the lane of a group id, made when need be.
func (ls *lanes) find(id string) uint32 {
	if len(ls.all) == 0 {
		ls.all = make([]lane, ungrouped+1)
	}
	if id == "" {
		return ungrouped
	}
	hash := xxhash.Sum64String(id)
	if len(ls.buckets) > 0 {
		for l := *ls.bucket(hash); l != 0; l = ls.all[l].after {
			if ls.all[l].id == id {
				return l
			}
		}
	}
	return ls.add(id, hash)
}

func (ls *lanes) bucket(hash uint64) *uint32 { return &ls.buckets[hash&uint64(len(ls.buckets)-1)] }

func (ls *lanes) add(id string, hash uint64) uint32 {
	if ls.named == len(ls.buckets) {
		ls.grow()
	}
	l := uint32(len(ls.all))
	if n := len(ls.spare); n > 0 {
		l, ls.spare = ls.spare[n-1], ls.spare[:n-1]
	} else {
		if n := len(ls.all); n == cap(ls.all) { // grows by an eighth: append would leave more unused
			ls.all = append(make([]lane, 0, n+n/8+8), ls.all...)
		}
		ls.all = append(ls.all, lane{})
	}
	ls.named++
	ln, first := &ls.all[l], ls.bucket(hash)
	ln.id = id
	ln.after, *first = *first, l
	return l
}

// grow doubles the buckets. None of the lanes is spare then.
func (ls *lanes) grow() {
	ls.buckets = make([]uint32, max(8, 2*len(ls.buckets)))
	for l := ungrouped + 1; l < len(ls.all); l++ {
		ln := &ls.all[l]
		first := ls.bucket(xxhash.Sum64String(ln.id))
		ln.after, *first = *first, uint32(l)
	}
}

// free gives up a lane that holds no message any more; its place in the rotation goes with it.
func (ls *lanes) free(l uint32) {
	ls.setQueued(l, false)
	ln := &ls.all[l]
	if l == ungrouped {
		ln.turn = 0
		return
	}
	at := ls.bucket(xxhash.Sum64String(ln.id))
	for *at != l {
		at = &ls.all[*at].after
	}
	*at = ln.after
	ls.named--
	if ln.late != nil {
		*ln.late = late{out: ln.late.out[:0]}
	}
	*ln = lane{late: ln.late}
	ls.spare = append(ls.spare, l)
}

// setQueued puts a lane into the rotation or takes it out. A lane that has no turn yet gets the last.
func (ls *lanes) setQueued(l uint32, want bool) {
	ln := &ls.all[l]
	switch {
	case want == (ln.place != away):
	case want:
		if ln.turn == 0 {
			ls.toBack(l)
		}
		ls.queue(l)
	default:
		ls.unqueue(l)
	}
}

func (ls *lanes) toBack(l uint32) {
	ls.turn++
	ls.all[l].turn = ls.turn
}

func (ls *lanes) clone() lanes {
	c := *ls
	c.all = append([]lane(nil), ls.all...)
	for i := range c.all {
		if l := c.all[i].late; l != nil {
			c.all[i].late = &late{append(heap(nil), l.out...), l.outs}
		}
	}
	c.buckets = append([]uint32(nil), ls.buckets...)
	c.spare = append([]uint32(nil), ls.spare...)
	c.turns = ls.turns.clone()
	return c
}
