package snstest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sns"
)

// OpKind says what an operation is.
type OpKind uint8

// The kinds of operations.
const (
	OpPublished    OpKind = iota // a message was published, or answered as the duplicate of an earlier one
	OpSubscribed                 // a subscription was made, or found
	OpConfirmed                  // a subscription was confirmed
	OpChanged                    // the settings of a subscription were changed
	OpUnsubscribed               // a subscription was ended
	OpTopicDeleted               // a topic was deleted, and its subscriptions with it
	OpDelivered                  // a subscriber got a message
)

// String returns a word or two.
func (k OpKind) String() string {
	return [...]string{"published", "subscribed", "confirmed", "changed", "unsubscribed", "deleted topic", "delivered"}[k]
}

// Op is what one call did to one message or subscription, or one delivery. A history is a slice of them in the order in which the
// calls were answered; a call that concerns several messages makes one Op for each, next to each other.
type Op struct {
	Kind OpKind
	// Call numbers the calls: the Ops of one call share it.
	Call int
	// Since is how many Ops the history had when the call began. Those before it happened before this one; later ones, as far
	// as they are of other calls, ran at the same time.
	Since int
	At    time.Time // when the call began
	Done  time.Time // when it was answered

	Topic        string       // ARN; empty for deliveries that do not tell
	Subscription string       // ARN; empty for deliveries that do not tell, and for a Subscribe that failed
	Endpoint     sns.Endpoint // subscribed: the subscriber; delivered: where
	ID           uuid.UUID    // of the message; not known for a publish that failed and for raw deliveries

	Message  sns.Message // published: what was; delivered: text, subject and attributes, as far as they were delivered
	Dedup    string      // published to a FIFO topic: the id, or the hash of the text
	Sequence sns.SequenceNumber
	Pending  bool                   // subscribed: it has to be confirmed
	Config   sns.SubscriptionConfig // subscribed and changed: the settings that were named

	Enveloped bool // delivered: with everything that an envelope tells
	Replayed  bool // delivered: again, from the archive

	// Err is why the call failed. What a call did that failed for want of an answer is not known, so that the checker reckons
	// with both. Calls that the service refused changed nothing, and are not recorded.
	Err error
}

// String returns one line.
func (o Op) String() string {
	s := fmt.Sprintf("%s %s", o.Done.Format("15:04:05.000"), o.Kind)
	if o.ID != uuid.Nil {
		s += " " + o.ID.String()
	}
	if o.Message.Body != "" {
		s += fmt.Sprintf(" %q", o.Message.Body)
	}
	if o.Message.GroupID != "" {
		s += " group " + o.Message.GroupID
	}
	if !o.Sequence.IsZero() {
		s += " number " + o.Sequence.String()
	}
	if o.Endpoint != (sns.Endpoint{}) {
		s += fmt.Sprintf(" %s %s", o.Endpoint.Protocol, o.Endpoint.Address)
	}
	if o.Subscription != "" {
		s += " " + o.Subscription
	}
	if o.Pending {
		s += " pending"
	}
	if o.Err != nil {
		s += " failed: " + o.Err.Error()
	}
	return s
}

// History collects what was done to some topics, and what their subscribers got. The zero History is empty and ready to use. Its
// methods, and those of its recorders, may be called concurrently.
type History struct {
	mu    sync.Mutex
	ops   []Op
	calls int
	seen  map[copyOf]bool
}

// copyOf is a message in a queue, which may be received more than once.
type copyOf struct {
	queue string
	id    uuid.UUID
}

// Ops returns the history so far.
func (h *History) Ops() []Op {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ops)
}

// began notes the beginning of a call.
func (h *History) began(at time.Time) Op {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls++
	return Op{Call: h.calls, Since: len(h.ops), At: at}
}

// add adds what a call did, unless the service refused it.
func (h *History) add(ops ...Op) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range ops {
		if !refused(o.Err) {
			h.ops = append(h.ops, o)
		}
	}
}

// isNew reports whether a message of a queue is received for the first time.
func (h *History) isNew(queue string, id uuid.UUID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil {
		h.seen = map[copyOf]bool{}
	}
	c := copyOf{queue, id}
	was := h.seen[c]
	h.seen[c] = true
	return !was
}
