package core

import (
	"math/bits"

	"github.com/google/uuid"
)

// state is where a message stands.
type state uint8

const (
	free     state = iota
	delayed        // not deliverable before its first due time
	waiting        // deliverable, as far as the message itself goes
	inFlight       // lent, hidden until its due time
	leaving        // taken out by the running operation
)

// Which of a slot's two pairs of links a list uses.
const (
	byAge  = iota // all messages of the queue, oldest first
	inLine        // standard: the deliverable messages of a lane, or the hidden ones; FIFO: all messages of a group
)

type link struct{ prev, next uint32 }

// slot holds one message: 120 bytes, pointers first so that the collector stops early.
type slot struct {
	body      string
	dedup     string // FIFO queues only
	more      *extra // nil for a plain message; never changed once stored
	id        uuid.UUID
	sent      int64
	due       int64 // end of the delay or of the visibility timeout
	first     int64 // first receive, 0 before
	leased    int64 // receive that the visibility ceiling counts from
	links     [2]link
	lane      uint32
	here      uint32 // receives in this queue: what redrive compares
	orderLow  uint32 // see order
	orderHigh uint16
	state     state
	marks     mark
}

// mark is a set of facts about a message.
type mark uint8

const (
	readyOut mark = 1 << iota // waiting out of order: in the lane's heap, not in its list
	dueOut                    // hidden out of order: in the queue's heap, not in a list
	ageOut                    // out of order by age: in the queue's heap, not in its list
	changed                   // its visibility was changed since it was lent
)

func (s *slot) is(m mark) bool { return s.marks&m != 0 }

// order is unique in the queue's life and tells a slot's tenants apart. Its 48 bits are a million messages a second for nine
// years.
func (s *slot) order() uint64 { return uint64(s.orderHigh)<<32 | uint64(s.orderLow) }

func (s *slot) setOrder(n uint64) { s.orderLow, s.orderHigh = uint32(n), uint16(n>>32) }

// extra is what few messages have.
type extra struct {
	attributes []Attribute
	rare       *rare
}

type rare struct {
	trace, sender string
	source        string // queue it was dead-lettered from
	kept          int64  // start of its retention, when that is not the time it was sent
	before        uint32 // receives in the queues that held it before
}

// receives counts over all queues.
func (s *slot) receives() int {
	if s.more != nil && s.more.rare != nil {
		return int(s.here) + int(s.more.rare.before)
	}
	return int(s.here)
}

// kept is when the retention of the message began.
func (s *slot) kept() int64 {
	if s.more != nil && s.more.rare != nil && s.more.rare.kept != 0 {
		return s.more.rare.kept
	}
	return s.sent
}

const (
	firstChunk = 16
	lastChunk  = 4096
	doublings  = 9                               // chunks of 16, 32, ... 4096
	doubled    = firstChunk * (1<<doublings - 1) // slots in the chunks that double
	chunkShift = 12                              // log2(lastChunk)
	lenOfFirst = 5                               // bits.Len32(firstChunk)
)

// store holds slots in chunks that start small and never move. Slot 0 is never used: 0 means none.
type store struct {
	chunks [][]slot
	used   uint32 // slots ever handed out, with slot 0
	spare  uint32 // freed slots, linked by links[byAge].next
}

func (st *store) at(i uint32) *slot {
	if i < doubled {
		k := bits.Len32(i+firstChunk) - lenOfFirst
		return &st.chunks[k][i+firstChunk-firstChunk<<k]
	}
	i -= doubled
	return &st.chunks[doublings+i>>chunkShift][i&(lastChunk-1)]
}

// alloc returns an empty slot and its number.
func (st *store) alloc() (uint32, *slot) {
	if i := st.spare; i != 0 {
		s := st.at(i)
		st.spare = s.links[byAge].next
		s.links[byAge] = link{}
		return i, s
	}
	if st.used == 0 {
		st.used = 1
	}
	i := st.used
	if st.chunkOf(i) == len(st.chunks) {
		st.chunks = append(st.chunks, make([]slot, firstChunk<<min(len(st.chunks), doublings-1)))
	}
	st.used++
	return i, st.at(i)
}

func (st *store) chunkOf(i uint32) int {
	if i < doubled {
		return bits.Len32(i+firstChunk) - lenOfFirst
	}
	return doublings + int(i-doubled)>>chunkShift
}

// release empties slot i, which s is, for reuse.
func (st *store) release(i uint32, s *slot) {
	*s = slot{}
	s.links[byAge].next = st.spare
	st.spare = i
}

// has reports whether i may be looked at.
func (st *store) has(i uint32) bool { return i != 0 && i < st.used }

func (st *store) clone() store {
	c := *st
	c.chunks = make([][]slot, len(st.chunks))
	for k, chunk := range st.chunks {
		c.chunks[k] = append([]slot(nil), chunk...)
	}
	return c
}
