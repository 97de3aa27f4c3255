package sqs

import (
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// EventKind says what happened.
type EventKind = core.Kind

// The kinds of events. What time alone does (a return, an expiry) is noticed at the next operation on the queue, and recorded
// with the time at which it was due.
const (
	EventSent         = core.Sent         // accepted and stored
	EventDeduplicated = core.Deduplicated // accepted, but a duplicate of the message ID: nothing was stored
	EventReceived     = core.Received     // lent, hidden until Until
	EventHidden       = core.Hidden       // its visibility was changed, hidden until Until
	EventReturned     = core.Returned     // visible: its delay or visibility timeout ended, or was set to 0
	EventDeleted      = core.Deleted      // deleted
	EventForgotten    = core.Forgotten    // its delete was answered and forgotten, as the [Chooser] decided
	EventExpired      = core.Expired      // its retention ended
	EventDeadLettered = core.DeadLettered // received too often, and moved to the queue Other
	EventArrived      = core.Arrived      // came from the queue Other, as a dead letter or by a move task
	EventMoved        = core.Moved        // taken by a move task to the queue Other, under another id there
	EventPurged       = core.Purged       // all messages are gone; Receives is their number
	EventThrottled    = core.Throttled    // a call was refused for its rate
)

// Event is one entry of a journal.
type Event struct {
	Kind     EventKind
	At       time.Time
	Queue    string // name
	ID       uuid.UUID
	Group    string
	Receives int       // of the message, so far
	Until    time.Time // received and hidden: when it becomes visible
	Other    string    // ARN of the other queue
}

// String returns one line.
func (e Event) String() string {
	s := fmt.Sprintf("%s %-12s %s", e.At.Format("2006-01-02 15:04:05.000"), e.Kind, e.Queue)
	if e.ID != uuid.Nil {
		s += fmt.Sprintf(" %s (receives %d)", e.ID, e.Receives)
	}
	if e.Other != "" {
		s += " " + e.Other
	}
	return s
}

// Journal records what happens in a broker, from [Broker.Record] until Stop. It grows without bound: it is made for tests.
type Journal struct {
	b      *Broker
	mu     sync.Mutex
	events []Event
}

// Record begins a journal of all that happens from now on. Without a journal nothing is recorded, and nothing is paid for it.
func (b *Broker) Record() *Journal {
	j := &Journal{b: b}
	b.editJournals(func(js []*Journal) []*Journal { return append(js, j) })
	return j
}

// Stop ends the recording. What was recorded stays readable.
func (j *Journal) Stop() {
	j.b.editJournals(func(js []*Journal) []*Journal {
		return slices.DeleteFunc(js, func(o *Journal) bool { return o == j })
	})
}

// Events yields what was recorded, in the order in which it was noticed. What is recorded during the loop is not yielded.
func (j *Journal) Events() iter.Seq[Event] {
	j.mu.Lock()
	events := j.events
	j.mu.Unlock()
	return slices.Values(events[:len(events):len(events)])
}

// Count returns how many events of a kind were recorded.
func (j *Journal) Count(kind EventKind) int {
	n := 0
	for e := range j.Events() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func (b *Broker) editJournals(edit func([]*Journal) []*Journal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var js []*Journal
	if old := b.journal.Load(); old != nil {
		js = slices.Clone(*old)
	}
	js = edit(js)
	if len(js) == 0 {
		b.journal.Store(nil)
	} else {
		b.journal.Store(&js)
	}
	for _, q := range b.queues {
		q.mu.Lock()
		q.flush()
		q.state.Record(len(js) > 0)
		q.mu.Unlock()
	}
}

// flush writes the queue's events to the journals. The caller holds q.mu.
func (q *queue) flush() {
	events := q.state.Events()
	if len(events) == 0 {
		return
	}
	js := q.b.journal.Load()
	if js == nil {
		return
	}
	for _, j := range *js {
		j.mu.Lock()
		for _, e := range events {
			j.events = append(j.events, Event{
				e.Kind, at(e.At), q.key.name, e.ID, e.Group, e.Receives, at(e.Due), e.Other,
			})
		}
		j.mu.Unlock()
	}
}
