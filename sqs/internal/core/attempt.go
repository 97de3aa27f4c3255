package core

import (
	"maps"

	"github.com/inflight-mq/inflight/internal/ring"
)

// attempts remembers the answers of a FIFO queue to receives that carried an attempt id.
type attempts struct {
	byID   map[string]attempt
	recent ring.Ring[attemptItem] // in order of receive
}

type attempt struct {
	until int64
	lent  []Receipt
}

type attemptItem struct {
	id    string
	until int64
}

// remember keeps the running answer of q.
func (a *attempts) remember(now int64, id string, q *Queue) {
	for a.recent.Len() > 0 && a.recent.Front().until <= now {
		if it := a.recent.Pop(); a.byID[it.id].until == it.until {
			delete(a.byID, it.id)
		}
	}
	if a.byID == nil {
		a.byID = map[string]attempt{}
	}
	lent := make([]Receipt, len(q.loans))
	for k, l := range q.loans {
		lent[k] = l.Receipt
	}
	until := now + int64(AttemptWindow)
	a.byID[id] = attempt{until, lent}
	a.recent.Push(attemptItem{id, until})
}

// replay gives the answer of an earlier receive with the same attempt id again and restarts its visibility timeouts, unless
// one of its messages was deleted, came back or had its visibility changed since.
func (q *Queue) replay(r Request) bool {
	a, ok := q.attempts.byID[r.Attempt]
	if !ok || a.until <= q.now {
		return false
	}
	for _, it := range a.lent {
		if i, is := q.find(it); is != Valid || q.slots.at(i).is(changed) {
			return false
		}
	}
	for _, it := range a.lent {
		s := q.slots.at(it.Slot)
		s.leased, s.due = q.now, q.now // a timeout of 0 over and over leaves it where it is
		q.rehide(it.Slot, r.Visibility)
		q.answer(it.Slot, s, s.due)
	}
	return true
}

func (a *attempts) clone() attempts {
	return attempts{maps.Clone(a.byID), a.recent.Clone()}
}
