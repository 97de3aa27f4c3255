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
	inLane        // standard: the deliverable messages of a lane; FIFO: all messages of a group
)

type link struct{ prev, next uint32 }

// slot holds one message: 112 bytes, pointers first so that the collector stops early.
type slot struct {
	body     string
	more     *extra // nil for a plain message; never changed once stored
	id       uuid.UUID
	order    uint64 // unique in the queue's life; tells a slot's tenants apart
	sent     int64
	due      int64 // end of the delay or of the visibility timeout
	first    int64 // first receive, 0 before
	leased   int64 // receive that the visibility ceiling counts from
	links    [2]link
	lane     uint32
	receives uint32 // over all queues
	here     uint32 // in this queue: what redrive compares
	state    state
	readyOut bool // waiting out of order: in the lane's heap, not in its list
	changed  bool // its visibility was changed since it was lent
	ageOut   bool // out of order by age: in the queue's heap, not in its list
}

// extra is what few messages of a standard queue have.
type extra struct {
	dedup      string
	attributes []Attribute
	rare       *rare
}

type rare struct {
	trace, sender string
	source        string // queue it was dead-lettered from
	kept          int64  // start of its retention, when that is not the time it was sent
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

// alloc returns an empty slot.
func (st *store) alloc() uint32 {
	if i := st.spare; i != 0 {
		s := st.at(i)
		st.spare = s.links[byAge].next
		s.links[byAge] = link{}
		return i
	}
	if st.used == 0 {
		st.used = 1
	}
	i := st.used
	if st.chunkOf(i) == len(st.chunks) {
		st.chunks = append(st.chunks, make([]slot, firstChunk<<min(len(st.chunks), doublings-1)))
	}
	st.used++
	return i
}

func (st *store) chunkOf(i uint32) int {
	if i < doubled {
		return bits.Len32(i+firstChunk) - lenOfFirst
	}
	return doublings + int(i-doubled)>>chunkShift
}

// release empties a slot for reuse.
func (st *store) release(i uint32) {
	s := st.at(i)
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
