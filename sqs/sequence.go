package sqs

import (
	"cmp"
	"math/bits"
	"strconv"
)

// SequenceNumber orders the messages of a FIFO queue: later messages have larger numbers. The service promises up to 128
// bits. The zero SequenceNumber is that of a standard queue: none.
type SequenceNumber struct{ hi, lo uint64 }

// firstSequence makes all numbers 20 digits long, so that the order of texts is that of numbers.
const firstSequence = 10_000_000_000_000_000_000

func sequenceOf(order uint64) SequenceNumber { return SequenceNumber{lo: firstSequence + order} }

// ParseSequenceNumber reads a decimal number of up to 128 bits.
func ParseSequenceNumber(s string) (SequenceNumber, error) {
	var n SequenceNumber
	if s == "" {
		return n, strconv.ErrSyntax
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return SequenceNumber{}, strconv.ErrSyntax
		}
		top, lo := bits.Mul64(n.lo, 10)
		over, hi := bits.Mul64(n.hi, 10)
		var carry uint64
		n.lo, carry = bits.Add64(lo, uint64(c-'0'), 0)
		n.hi, carry = bits.Add64(hi, top, carry)
		if over+carry != 0 {
			return SequenceNumber{}, strconv.ErrRange
		}
	}
	return n, nil
}

// IsZero reports whether there is no number.
func (n SequenceNumber) IsZero() bool { return n == SequenceNumber{} }

// Compare returns -1, 0 or 1 as n is less than, equal to or greater than m.
func (n SequenceNumber) Compare(m SequenceNumber) int {
	return cmp.Or(cmp.Compare(n.hi, m.hi), cmp.Compare(n.lo, m.lo))
}

// String returns the decimal number, or "" for none.
func (n SequenceNumber) String() string {
	if n.IsZero() {
		return ""
	}
	var b [40]byte
	i := len(b)
	for !n.IsZero() {
		var rest uint64
		n.hi, rest = n.hi/10, n.hi%10
		n.lo, rest = bits.Div64(rest, n.lo, 10)
		i--
		b[i] = byte('0' + rest)
	}
	return string(b[i:])
}
