package sns

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sns/filter"
)

// Peeked is what Peek finds.
type Peeked struct {
	Subscriptions []PeekedSubscription // by age, pending ones too
	Waiting       []Waiting            // deliveries that wait for an attempt, soonest first; requests under way are not among them
	Archive       []Archived           // oldest first
}

// PeekedSubscription is one subscription of a topic.
type PeekedSubscription struct {
	ARN      string
	Endpoint Endpoint
	Pending  bool
	Config   SubscriptionConfig
}

// Waiting is a delivery on its way.
type Waiting struct {
	Subscription string // ARN
	Endpoint     Endpoint
	ID           uuid.UUID // of the message; zero for a confirmation
	Attempts     int       // made so far
	Next         time.Time // when the next one is due
}

// Archived is a message of an archive.
type Archived struct {
	ID             uuid.UUID
	SequenceNumber SequenceNumber
	At             time.Time
	Body           string // the text for those that have none of their own
	GroupID        string
	DedupID        string
}

// Peek returns what there is of a topic: its subscriptions, the deliveries that wait, the archive. It changes nothing. ref is a
// name, in the broker's own account and region, or an ARN; an unknown topic has nothing.
func (b *Broker) Peek(ref string) Peeked {
	t := b.find(keyOf(ref, b.account, b.region))
	if t == nil {
		return Peeked{}
	}
	var p Peeked
	now := b.now()
	t.mu.Lock()
	t.advance(now)
	for _, n := range t.state.All() {
		s := t.subs[n]
		p.Subscriptions = append(p.Subscriptions, PeekedSubscription{s.arn, s.endpoint, t.state.Sub(n).Pending, s.settings.Load().config()})
	}
	for _, m := range t.state.Archived() {
		p.Archive = append(p.Archive, Archived{m.ID, sequenceOf(m.Order), at(m.At), m.Text(""), m.Group, m.Dedup})
	}
	t.mu.Unlock()
	b.outbox.mu.Lock()
	defer b.outbox.mu.Unlock()
	all, due := b.outbox.box.Waiting()
	for i, d := range all {
		if d.s.t != t {
			continue
		}
		w := Waiting{Subscription: d.s.arn, Endpoint: d.s.endpoint, Attempts: d.attempt, Next: at(due[i])}
		if d.m != nil {
			w.ID = d.m.ID
		}
		p.Waiting = append(p.Waiting, w)
	}
	return p
}

// Explanation says whether a subscription gets a message, and if not, why.
type Explanation struct {
	Delivered  bool
	Mismatches []filter.Mismatch // of the filter policy, when that is why
	Text       string            // all this in one sentence
}

// Explain answers whether a subscription would get a message if it were published now. It does not ask the endpoint: a queue that
// refuses the topic is found out by a [Journal] only. A message that cannot be published at all is explained by its error.
func (b *Broker) Explain(subscriptionARN string, m Message) Explanation {
	now := b.now()
	s := b.lookUp(subscriptionARN, now)
	if s == nil {
		return Explanation{Text: "there is no such subscription"}
	}
	t := s.t
	set := t.settings.Load()
	if err := m.validate(set.rules(), 0); err != nil {
		return Explanation{Text: "the message cannot be published: " + err.Error()}
	}
	stored, err := m.stored("")
	if err != nil {
		return Explanation{Text: "the message cannot be published: " + err.Error()}
	}
	stored.At = now
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone {
		return Explanation{Text: "the topic was deleted"}
	}
	if why := t.whyNot(s, stored); why != "" {
		e := Explanation{Text: why}
		if p := s.settings.Load().filter; p != nil {
			e.Mismatches = p.Explain(stored.Input(s.endpoint.group(), p.Scope()))
		}
		return e
	}
	return Explanation{Delivered: true, Text: "the subscription takes it; whether its endpoint does is not asked"}
}

// Explain answers what became of a message for a subscription, by what the journal recorded.
func (j *Journal) Explain(subscriptionARN string, id uuid.UUID) Explanation {
	var last *Event
	published := false
	for e := range j.Events() {
		if e.ID != id {
			continue
		}
		published = published || e.Kind == EventPublished
		if e.Subscription == subscriptionARN {
			last = &e
		}
	}
	switch {
	case last == nil && !published:
		return Explanation{Text: "the message was not published while the journal ran"}
	case last == nil:
		return Explanation{Text: "the subscription did not exist when the message was published"}
	case last.Kind == EventDelivered:
		return Explanation{Delivered: true, Text: "it was delivered at " + stamp(last.At)}
	}
	text := last.Kind.String()
	if last.Reason != "" {
		text = strings.Join([]string{text, last.Reason}, ": ")
	}
	if last.Kind == EventFailed {
		text += ", the next attempt is at " + stamp(last.Until)
	}
	return Explanation{Text: text}
}
