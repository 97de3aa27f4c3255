package core

import (
	"time"

	"github.com/google/uuid"
)

// Message is what a producer sends, validated, with its deduplication id resolved.
type Message struct {
	Body       string
	Attributes []Attribute // sorted by name
	Trace      string
	Sender     string // empty: the owner
	Group      string
	Dedup      string
	Delay      time.Duration // standard queues only
}

// Placed is the answer to a send: for a duplicate, that of the original.
type Placed struct {
	ID        uuid.UUID
	Order     uint64
	Duplicate bool
}

// original is what a duplicate is answered with.
type original struct {
	id    uuid.UUID
	order uint64
}

// Send stores a message under the given id, or recognises it as a duplicate.
func (q *Queue) Send(now int64, id uuid.UUID, m *Message) Placed {
	q.Advance(now)
	var hash uint32
	if q.set.FIFO {
		q.dedup.Settle(q.now)
		hash = q.dedup.Hash(m.Group, m.Dedup)
		if old, dup := q.dedup.Seen(hash, m.Group, m.Dedup); dup {
			if q.recording {
				q.events = append(q.events, Event{Kind: Deduplicated, At: q.now, ID: old.id, Group: m.Group})
			}
			return Placed{old.id, old.order, true}
		}
	}
	i, s := q.put(id, m.Body, m.Group, m.Dedup, q.now, q.extra(m))
	placed, delay := Placed{ID: id, Order: q.order}, m.Delay
	if q.set.FIFO {
		delay = q.set.Delay
		q.dedup.Remember(q.now, hash, m.Group, m.Dedup, original{placed.ID, placed.Order})
	}
	s.due = q.now + int64(delay)
	q.hideUntilDue(i, s, delayed)
	q.note(Sent, q.now, s)
	return placed
}

// extra is what few messages have, nil for most. Messages that have but a sender share theirs with the one before.
func (q *Queue) extra(m *Message) *extra {
	plain := m.Attributes == nil && m.Trace == ""
	switch {
	case plain && m.Sender == "":
		return nil
	case plain && q.sender != nil && q.sender.rare.sender == m.Sender:
		return q.sender
	case plain:
		q.sender = &extra{rare: &rare{sender: m.Sender}}
		return q.sender
	}
	e := &extra{attributes: m.Attributes}
	if m.Trace != "" || m.Sender != "" {
		e.rare = &rare{trace: m.Trace, sender: m.Sender}
	}
	return e
}
