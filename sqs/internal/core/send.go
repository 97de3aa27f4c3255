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

// Send stores a message under the given id, or recognises it as a duplicate.
func (q *Queue) Send(now int64, id uuid.UUID, m *Message) Placed {
	q.Advance(now)
	if q.set.FIFO {
		if old, dup := q.dedup.seen(q.now, m.Group, m.Dedup); dup {
			if q.recording {
				q.events = append(q.events, Event{Kind: Deduplicated, At: q.now, ID: old.ID, Group: m.Group})
			}
			return Placed{old.ID, old.Order, true}
		}
	}
	i := q.put(id, m.Body, m.Group, q.now, m.extra())
	s := q.slots.at(i)
	delay := m.Delay
	if q.set.FIFO {
		delay = q.set.Delay
		q.dedup.remember(q.now, m.Group, m.Dedup, Placed{ID: id, Order: s.order})
	}
	s.due = q.now + int64(delay)
	q.hideUntilDue(i, delayed)
	q.note(Sent, q.now, s)
	return Placed{ID: id, Order: s.order}
}

func (m *Message) extra() *extra {
	if m.Dedup == "" && m.Attributes == nil && m.Trace == "" && m.Sender == "" {
		return nil
	}
	e := &extra{dedup: m.Dedup, attributes: m.Attributes}
	if m.Trace != "" || m.Sender != "" {
		e.rare = &rare{trace: m.Trace, sender: m.Sender}
	}
	return e
}
