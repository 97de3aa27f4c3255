package sns

import (
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// EventKind says what happened.
type EventKind uint8

// The kinds of events.
const (
	EventPublished    EventKind = iota // accepted
	EventDeduplicated                  // accepted, but a duplicate of the message ID: nobody gets it
	EventSkipped                       // not for this subscription; Reason says why
	EventDelivered                     // handed to the endpoint
	EventFailed                        // an attempt failed; the next one is at Until
	EventDeadLettered                  // given up, and sent to the subscription's dead-letter queue
	EventLost                          // given up, and gone
	EventSubscribed                    // a subscription was made
	EventConfirmed                     // it was confirmed
	EventUnsubscribed                  // it was ended
	EventExpired                       // nobody confirmed it in time: noticed at the next operation, recorded as of when it was due
	EventReplayed                      // a message from the archive is delivered again
	numEvents
)

// String returns one word.
func (k EventKind) String() string {
	if k >= numEvents {
		return "unknown"
	}
	return [numEvents]string{
		"published", "deduplicated", "skipped", "delivered", "failed", "dead-lettered", "lost", "subscribed", "confirmed",
		"unsubscribed", "expired", "replayed",
	}[k]
}

// Event is one entry of a journal.
type Event struct {
	Kind         EventKind
	At           time.Time
	Topic        string    // name
	Subscription string    // ARN, where the event concerns one
	Endpoint     Endpoint  // of the subscription, or that of a direct publish
	ID           uuid.UUID // of the message; zero for confirmations and what concerns no message
	Attempt      int       // of a delivery, from 1
	Until        time.Time // failed: when the next attempt is
	Reason       string    // why a message was skipped, failed, dead-lettered or lost
}

// String returns one line.
func (e Event) String() string {
	s := fmt.Sprintf("%s %-13s %s", e.At.Format("2006-01-02 15:04:05.000"), e.Kind, e.Topic)
	if e.ID != uuid.Nil {
		s += " " + e.ID.String()
	}
	if e.Endpoint != (Endpoint{}) {
		s += fmt.Sprintf(" %s %s", e.Endpoint.Protocol, e.Endpoint.Address)
	}
	if e.Reason != "" {
		s += ": " + e.Reason
	}
	if e.Kind == EventFailed {
		s += fmt.Sprintf(" (attempt %d, the next at %s)", e.Attempt, e.Until.Format("2006-01-02 15:04:05.000"))
	}
	return s
}

// Journal records what happens in a broker, from [Broker.Record] until Stop. It grows without bound: it is made for tests.
type Journal struct {
	b   *Broker
	log *kit.Recording[Event]
}

// Record begins a journal of all that happens from now on. Without a journal nothing is recorded, and nothing is paid for it; with
// one, each publish looks at every subscription of its topic, to say why those that get nothing do not.
func (b *Broker) Record() *Journal { return &Journal{b, b.journals.Begin()} }

// Stop ends the recording. What was recorded stays readable.
func (j *Journal) Stop() { j.b.journals.End(j.log) }

// Events yields what was recorded, in order. What is recorded during the loop is not yielded.
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

func (b *Broker) record(e Event) {
	if b.journals.Any() {
		b.journals.Add(e)
	}
}

// recordPublish records what a publish means for each subscription. The caller holds t.mu.
func (t *topic) recordPublish(now int64, p core.Placed, m *core.Message, to []uint64, duplicate bool) {
	if !t.b.journals.Any() {
		return
	}
	e := Event{Kind: EventPublished, At: at(now), Topic: t.key.name, ID: p.ID}
	if duplicate {
		e.Kind = EventDeduplicated
		t.b.record(e)
		return
	}
	t.b.record(e)
	gets := make(map[uint64]bool, len(to))
	for _, n := range to {
		gets[n] = true
	}
	for _, n := range t.state.All() {
		if !gets[n] {
			s := t.subs[n]
			e.Kind, e.Subscription, e.Endpoint, e.Reason = EventSkipped, s.arn, s.endpoint, t.whyNot(s, m)
			t.b.record(e)
		}
	}
}

// whyNot says why a subscription does not get a message; "" when it does. The caller holds t.mu.
func (t *topic) whyNot(s *subscription, m *core.Message) string {
	state := t.state.Sub(s.number)
	switch {
	case state == nil:
		return "the subscription has ended"
	case state.Pending:
		return "the subscription is pending confirmation"
	}
	if p := s.settings.Load().filter; p != nil {
		if why := p.Explain(m.Input(s.endpoint.group(), p.Scope())); len(why) > 0 {
			return "its filter policy does not match: " + joined(why)
		}
	}
	if end := t.state.ReplayEnds(s.number); end != 0 && m.At >= end {
		return "its replay has come to its end, which pauses it"
	}
	return ""
}

func joined(ms []filter.Mismatch) string {
	s := ""
	for i, m := range ms {
		if i > 0 {
			s += "; "
		}
		s += m.String()
	}
	return s
}
