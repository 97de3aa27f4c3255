package sqstest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sqs"
)

// OpKind says what a call did.
type OpKind uint8

// The kinds of operations.
const (
	OpSent     OpKind = iota // a message was sent, or answered as the duplicate of an earlier one
	OpReceived               // a message was lent, or a receive failed and may have lent some
	OpEmpty                  // a receive was answered with nothing
	OpDeleted                // a message was deleted by a handle
	OpHidden                 // a message's visibility was changed by a handle
	OpPurged                 // the queue was purged
)

// String returns a word.
func (k OpKind) String() string {
	return [...]string{"sent", "received", "empty", "deleted", "hidden", "purged"}[k]
}

// Op is what one call did to one message. A history is a slice of them in the order in which the calls were answered; a call
// that concerns several messages makes one Op for each, next to each other.
type Op struct {
	Kind OpKind
	// Call numbers the calls: the Ops of one call share it.
	Call int
	// Since is how many Ops the history had when the call began. Those before it happened before this one; later ones, as far
	// as they are of other calls, ran at the same time.
	Since int
	At    time.Time // when the call began
	Done  time.Time // when it was answered
	Queue string    // name

	ID       uuid.UUID // of the message; not known for a send or receive that failed
	Body     string    // sent and received
	Group    string    // sent and received, "" where there is none
	Dedup    string    // sent to a FIFO queue: the id, or the hash of the body
	Sequence sqs.SequenceNumber
	Receipt  sqs.Receipt // received, deleted, hidden
	Receives int         // received: the count with this delivery
	Until    time.Time   // received and hidden: when the message becomes visible again

	// Err is why the call failed. What a call did that failed for want of an answer is not known, so that the checker reckons
	// with both. Calls that the service refused changed nothing, and are not recorded.
	Err error
}

// String returns one line.
func (o Op) String() string {
	s := fmt.Sprintf("%s %s %s %s", o.Done.Format("15:04:05.000"), o.Queue, o.Kind, o.ID)
	if o.Body != "" {
		s += fmt.Sprintf(" %q", o.Body)
	}
	if o.Group != "" {
		s += " group " + o.Group
	}
	if o.Kind == OpReceived {
		s += fmt.Sprintf(" (receive %d)", o.Receives)
	}
	if !o.Until.IsZero() {
		s += " until " + o.Until.Format("15:04:05.000")
	}
	if o.Err != nil {
		s += " failed: " + o.Err.Error()
	}
	return s
}

// History collects what was done to some queues. The zero History is empty and ready to use. Its methods, and its Recorders',
// may be called concurrently.
type History struct {
	mu       sync.Mutex
	ops      []Op
	calls    int
	messages map[sqs.Receipt]uuid.UUID // by handle
}

// Ops returns the history so far.
func (h *History) Ops() []Op {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ops)
}

// began notes the beginning of a call.
func (h *History) began(q string, at time.Time) Op {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls++
	return Op{Call: h.calls, Since: len(h.ops), At: at, Queue: q}
}

// add adds what a call did.
func (h *History) add(ops ...Op) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range ops {
		switch o.Kind {
		case OpReceived:
			if o.Err != nil {
				break
			}
			if h.messages == nil {
				h.messages = map[sqs.Receipt]uuid.UUID{}
			}
			h.messages[o.Receipt] = o.ID
		case OpDeleted, OpHidden:
			o.ID = h.messages[o.Receipt]
		}
		h.ops = append(h.ops, o)
	}
}

// sentOp completes the Op of a message that was sent.
func sentOp(o Op, m sqs.Message, s sqs.Sent) Op {
	o.Kind, o.ID, o.Body, o.Group, o.Dedup = OpSent, s.ID, m.Body, m.GroupID, m.DedupID
	o.Sequence, o.Err = s.SequenceNumber, s.Err
	if o.Dedup == "" && !o.Sequence.IsZero() {
		sum := sha256.Sum256([]byte(m.Body))
		o.Dedup = hex.EncodeToString(sum[:])
	}
	return o
}

// receivedOp completes the Op of a message that was lent.
func receivedOp(o Op, r *sqs.Received) Op {
	o.Kind, o.ID, o.Body, o.Group = OpReceived, r.ID, r.Body, r.GroupID
	o.Sequence, o.Receipt, o.Receives, o.Until = r.SequenceNumber, r.Receipt, r.Receives, r.HiddenUntil
	return o
}
