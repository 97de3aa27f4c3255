package sqs

import (
	"context"
	"time"
	"unique"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// Message is what a producer sends.
type Message struct {
	// Body is 1 byte to the queue's MaxMessageSize of valid UTF-8 without control characters other than tab, line feed and
	// carriage return. It comes back byte for byte.
	Body string
	// Attributes are up to 10 named values. Send copies them.
	Attributes map[string]Attribute
	// GroupID is the message group of a FIFO queue, where it is required, or the tenant of a fair standard queue. 1 to 128
	// alphanumeric or punctuation characters.
	GroupID string
	// DedupID is the deduplication id, for FIFO queues only: required unless the queue deduplicates by content.
	DedupID string
	// Delay hides the message at first, 0 to 15 minutes. Nil means the queue's own delay, which 0 overrides on a standard
	// queue. A FIFO queue knows only its own: it refuses more than 0, and takes 0 for nil.
	Delay *time.Duration
	// TraceHeader is the AWSTraceHeader system attribute.
	TraceHeader string
	// SystemAttributes are system attributes by name, as on the wire. The service takes AWSTraceHeader only, of type String;
	// where it is given, TraceHeader is not looked at.
	SystemAttributes map[string]Attribute
	// EntryID is the id of this entry in SendBatch: 1 to 80 letters, digits, hyphens and underscores, unlike all others.
	// Empty means the entry's position, from 0.
	EntryID string
	// Given marks empty ids as present; see [Given].
	Given Given
}

// Attribute is a value of a message attribute.
type Attribute struct {
	Type   string // String, Number or Binary, with an optional label after a dot
	Text   string // the value of String and Number
	Binary []byte // the value of Binary
}

// String returns a String attribute.
func String(s string) Attribute { return Attribute{Type: "String", Text: s} }

// Number returns a Number attribute. The digits are kept as given.
func Number(digits string) Attribute { return Attribute{Type: "Number", Text: digits} }

// Binary returns a Binary attribute. Send copies b.
func Binary(b []byte) Attribute { return Attribute{Type: "Binary", Binary: b} }

// Sent is the answer to one sent message.
type Sent struct {
	ID             uuid.UUID
	SequenceNumber SequenceNumber // FIFO queues only
	Err            error          // SendBatch only: why this entry failed
}

// Received is a message on loan until HiddenUntil.
type Received struct {
	Body            string
	Attributes      map[string]Attribute // the caller's own; nil when there are none
	GroupID         string
	DedupID         string
	TraceHeader     string
	ID              uuid.UUID
	Receipt         Receipt // new with every delivery
	SequenceNumber  SequenceNumber
	SentAt          time.Time
	FirstReceivedAt time.Time
	HiddenUntil     time.Time // when it becomes visible again unless deleted or changed
	Receives        int       // deliveries so far with this one, in all queues that held it
	SenderID        string
	DeadLetteredBy  string // ARN of the queue that gave it up, if one did
	// From is whom Ack, Extend and Nack call: the queue that lent it, or the Receiver that [Messages] was given.
	From Receiver
}

// Ack deletes the message: it is done. It fails as [Receiver].Delete of From does.
func (r *Received) Ack(ctx context.Context) error {
	if r.From == nil {
		return errNobody()
	}
	return r.From.Delete(ctx, r.Receipt)
}

func errNobody() error {
	return fail(ErrInvalidParameterValue, "The message was received from no queue: its From is nil.")
}

// Extend keeps the message hidden for d from now, as a worker does that needs more time: 0 to 12 hours, and not past 12 hours
// after the receive. HiddenUntil stays as it was.
func (r *Received) Extend(ctx context.Context, d time.Duration) error {
	if r.From == nil {
		return errNobody()
	}
	return r.From.ChangeVisibility(ctx, r.Receipt, d)
}

// Nack gives the message back: it becomes visible again after the given time, at once when that is 0.
func (r *Received) Nack(ctx context.Context, after time.Duration) error {
	return r.Extend(ctx, after)
}

// Receipt is a receipt handle: a delivery of a message, for Delete and ChangeVisibility. It is comparable. The zero Receipt is
// no handle.
type Receipt struct {
	handle core.Receipt
	text   unique.Handle[string] // of what this library did not write: half of a string's size, in every Received
}

// ReceiptOf makes a Receipt of a handle's text. It takes any text: the queue judges it.
func ReceiptOf(text string) Receipt {
	if h, ok := core.ParseReceipt(text); ok {
		return Receipt{handle: h}
	}
	if text == "" {
		return Receipt{}
	}
	return Receipt{text: unique.Make(text)}
}

// String returns the handle's text.
func (r Receipt) String() string {
	switch {
	case r == Receipt{}:
		return ""
	case r.handle == core.Receipt{}:
		return r.text.Value()
	}
	return r.handle.String()
}

// DeleteEntry is one entry of DeleteBatch.
type DeleteEntry struct {
	EntryID string // as in Message
	Receipt Receipt
	Given   Given
}

// VisibilityEntry is one entry of ChangeVisibilityBatch.
type VisibilityEntry struct {
	EntryID string // as in Message
	Receipt Receipt
	Timeout time.Duration
	Given   Given
}

// ReceiveOptions says what to receive.
type ReceiveOptions struct {
	// Max is the most messages to lend, 1 to 10; 0 means 1.
	Max int
	// Wait is how long to wait for a first message, 0 to 20 s. Nil means the queue's ReceiveWait; 0 does not wait.
	Wait *time.Duration
	// Visibility hides the messages for 0 to 12 h. Nil means the queue's VisibilityTimeout.
	Visibility *time.Duration
	// Attributes selects message attributes by name: "All", "*" or ".*" for all, "Hel.*" for all that begin with Hel. Nil
	// means all; an empty list means none.
	Attributes []string
	// AttemptID makes a receive of a FIFO queue repeatable for 5 minutes: the same id gives the same messages and receipt
	// handles again, unless one was deleted, came back or had its visibility changed meanwhile.
	AttemptID string
	// Given marks a zero Max and an empty AttemptID as present; see [Given].
	Given Given
}
