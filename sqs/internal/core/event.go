package core

import "github.com/google/uuid"

// Kind says what happened to a message.
type Kind uint8

// The kinds of events.
const (
	Sent         Kind = iota + 1 // accepted
	Deduplicated                 // accepted, but a duplicate: nothing was stored
	Received                     // lent, hidden until Due
	Hidden                       // its visibility was changed, hidden until Due
	Returned                     // deliverable again: its visibility or its delay ended, or its visibility was set to 0
	Deleted                      // deleted by its consumer
	Forgotten                    // its delete was answered and forgotten (a choice)
	Expired                      // retention ended
	DeadLettered                 // moved to the dead-letter queue Other
	Arrived                      // came in as a dead letter of the queue Other, or by a move task from it
	Moved                        // taken by a move task to the queue Other
	Purged                       // gone with all others
	Throttled                    // a call was refused for its rate
)

// Event is one thing that happened in a queue.
type Event struct {
	Kind     Kind
	At       int64
	ID       uuid.UUID
	Group    string
	Receives int
	Due      int64
	Other    string // ARN of the other queue
}

// Record switches the recording of events on or off.
func (q *Queue) Record(on bool) { q.recording = on }

// Events returns what happened since the last call. The slice is valid until the next operation.
func (q *Queue) Events() []Event {
	e := q.events
	q.events = q.events[:0]
	return e
}

func (q *Queue) note(k Kind, at int64, s *slot) {
	if q.recording {
		q.noteOther(k, at, s, "")
	}
}

func (q *Queue) noteOther(k Kind, at int64, s *slot, other string) {
	if q.recording {
		q.events = append(q.events, Event{k, at, s.id, q.lanes.all[s.lane].id, s.receives(), s.due, other})
	}
}

// Refused records that a call was refused for its rate.
func (q *Queue) Refused(now int64, group string) {
	if q.recording {
		q.events = append(q.events, Event{Kind: Throttled, At: now, Group: group})
	}
}

// String returns the kind in one word, such as dead-lettered.
func (k Kind) String() string {
	names := [...]string{"none", "sent", "deduplicated", "received", "hidden", "returned", "deleted", "forgotten", "expired",
		"dead-lettered", "arrived", "moved", "purged", "throttled"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}
