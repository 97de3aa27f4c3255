package sqs

import "github.com/inflight-mq/inflight/internal/uint128"

// SequenceNumber orders the messages of a FIFO queue: later messages have larger numbers. The service promises up to 128
// bits. The zero SequenceNumber is that of a standard queue: none.
type SequenceNumber struct{ n uint128.Uint128 }

// firstSequence makes all numbers 20 digits long, so that the order of texts is that of numbers.
const firstSequence = 10_000_000_000_000_000_000

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
