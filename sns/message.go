package sns

import (
	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/uint128"
)

// Message is what a publisher publishes.
type Message struct {
	// Body is the text, at least 1 byte. With Structure "json" it is a JSON object of texts by protocol, such as email or sqs, and by
	// platform, such as APNS; "default" is the text for all others, and must be there.
	Body string
	// Subject is up to 100 characters that begin with a letter, a digit or punctuation and hold no control character. E-mail
	// uses it, envelopes carry it.
	Subject string
	// Structure is empty or "json".
	Structure string
	// Attributes are named values, which filter policies look at and raw delivery hands on. Publish copies them.
	Attributes map[string]Attribute
	// GroupID is the message group of a FIFO topic, where it is required. On a standard topic it is handed on to standard
	// queues. 1 to 128 alphanumeric or punctuation characters.
	GroupID string
	// DedupID is the deduplication id, for FIFO topics only: required unless the topic deduplicates by content.
	DedupID string
	// TraceHeader is handed on to queues as the AWSTraceHeader system attribute.
	TraceHeader string
	// EntryID is the id of this entry in PublishBatch: 1 to 80 letters, digits, hyphens and underscores, unlike all others.
	// Empty means the entry's position, from 0.
	EntryID string
	// Given marks empty fields as present; see [Given].
	Given Given
}

// Given marks fields as present though they are empty, as a request on the wire can. Go code leaves it zero.
type Given uint8

// The fields of a Message that can be present and empty.
const (
	GivenSubject Given = 1 << iota
	GivenStructure
	GivenGroupID
	GivenDedupID
	GivenEntryID
)

// Attribute is a value of a message attribute.
type Attribute struct {
	Type   string // String, String.Array, Number or Binary, or one of them with a label after a dot
	Text   string // the value, unless it is Binary
	Binary []byte // the value of Binary
}

// String returns a String attribute.
func String(s string) Attribute { return Attribute{Type: "String", Text: s} }

// Number returns a Number attribute. The digits are kept as given.
func Number(digits string) Attribute { return Attribute{Type: "Number", Text: digits} }

// Binary returns a Binary attribute. Publish copies b.
func Binary(b []byte) Attribute { return Attribute{Type: "Binary", Binary: b} }

// Published is the answer to one published message. It says nothing about delivery.
type Published struct {
	ID             uuid.UUID
	SequenceNumber SequenceNumber // FIFO topics only
	Err            error          // PublishBatch only, and only by an interceptor: why this entry failed
}

// SequenceNumber orders the messages of a FIFO topic: later messages have larger numbers. It is not that of the queues. The zero
// SequenceNumber is that of a standard topic: none.
type SequenceNumber struct{ n uint128.Uint128 }

// firstSequence makes all numbers 20 digits long, so that the order of texts is that of numbers, and unlike those of queues, which
// begin lower: who takes one for the other finds out.
const firstSequence = 15_000_000_000_000_000_000

func sequenceOf(order uint64) SequenceNumber {
	return SequenceNumber{uint128.Uint128{Lo: firstSequence + order}}
}

// ParseSequenceNumber reads a decimal number of up to 128 bits.
func ParseSequenceNumber(s string) (SequenceNumber, error) {
	n, err := uint128.Parse(s)
	return SequenceNumber{n}, err
}

// IsZero reports whether there is no number.
func (n SequenceNumber) IsZero() bool { return n.n.IsZero() }

// Compare returns -1, 0 or 1 as n is less than, equal to or greater than m.
func (n SequenceNumber) Compare(m SequenceNumber) int { return n.n.Compare(m.n) }

// String returns the decimal number, or "" for none.
func (n SequenceNumber) String() string {
	if n.IsZero() {
		return ""
	}
	return n.n.String()
}
