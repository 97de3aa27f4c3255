package sqs

import (
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/kit"
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
	b   *Broker
	log *kit.Recording[Event]
}

// Record begins a journal of all that happens from now on. Without a journal nothing is recorded, and nothing is paid for it.
func (b *Broker) Record() *Journal {
	j := &Journal{b, b.journals.Begin()}
	b.switchRecording()
	return j
}

// Stop ends the recording. What was recorded stays readable.
func (j *Journal) Stop() {
	j.b.switchRecording() // what has happened belongs to it
	j.b.journals.End(j.log)
	j.b.switchRecording()
}

// Events yields what was recorded, in the order in which it was noticed. What is recorded during the loop is not yielded.
func (j *Journal) Events() iter.Seq[Event] { return j.log.Events() }

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

// switchRecording makes all queues record, or stop it, as there are journals or none.
func (b *Broker) switchRecording() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, q := range b.queues {
		q.mu.Lock()
		q.flush()
		q.state.Record(b.journals.Any())
		q.mu.Unlock()
	}
}

// flush writes the queue's events to the journals. The caller holds q.mu.
func (q *queue) flush() {
	events := q.state.Events()
	if len(events) == 0 || !q.b.journals.Any() {
		return
	}
	all := make([]Event, len(events))
	for i, e := range events {
		all[i] = Event{e.Kind, at(e.At), q.key.name, e.ID, e.Group, e.Receives, at(e.Due), e.Other}
	}
	q.b.journals.Add(all...)
}
