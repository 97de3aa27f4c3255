package core

import (
	"slices"

	"github.com/google/uuid"
)

// Held is a message as it stands, for those who look and change nothing.
type Held struct {
	Loan              // its Receipt is that of the last delivery
	InFlight, Delayed bool
	Due               int64
	Expires           int64
	Here              int  // receives in this queue
	Blocked           bool // FIFO: a message before it in its group blocks it
	Blocker           uuid.UUID
	BlockerDue        int64
}

// Held returns all messages held at the time now: on a standard queue by age, on a FIFO queue by order.
func (q *Queue) Held(now int64) []Held {
	q.Advance(now)
	var all []Held
	for i := uint32(1); i < q.slots.used; i++ {
		if q.slots.at(i).state != free {
			all = append(all, q.held(i))
		}
	}
	slices.SortFunc(all, func(a, b Held) int {
		x, y := entry{a.Sent, a.Order, 0}, entry{b.Sent, b.Order, 0}
		if q.set.FIFO {
			x.at, y.at = 0, 0
		}
		if x.before(y) {
			return -1
		}
		return 1
	})
	if q.set.FIFO {
		block(all)
	}
	return all
}

func (q *Queue) held(i uint32) Held {
	s := q.slots.at(i)
	clear(q.loans)
	q.loans = q.loans[:0]
	q.answer(i, s, s.due)
	return Held{
		Loan: q.loans[0], InFlight: s.state == inFlight, Delayed: s.state == delayed, Due: s.due,
		Expires: s.kept() + int64(q.set.Retention), Here: int(s.here),
	}
}

// block marks what stands behind a message that is in flight or delayed in its group.
func block(all []Held) {
	by := map[string]Held{}
	for k := range all {
		h := &all[k]
		if b, ok := by[h.Group]; ok {
			h.Blocked, h.Blocker, h.BlockerDue = true, b.ID, b.Due
		} else if h.InFlight || h.Delayed {
			by[h.Group] = *h
		}
	}
}
