package kinesis

import "github.com/inflight-mq/inflight/kinesis/internal/core"

// SequenceNumber is the number of a record, or of the beginning or end of a shard: some 186 bits, Hi<<128 + Mid<<64 + Lo, in the
// service's own layout. Numbers of one shard grow in the order in which records become readable; those of different shards say
// nothing about each other. They have gaps. The zero SequenceNumber is none.
type SequenceNumber core.Sequence

// ParseSequenceNumber reads a decimal number, as [SequenceNumber.String] writes it. Its errors are those of package strconv.
func ParseSequenceNumber(s string) (SequenceNumber, error) {
	n, err := core.ParseSequence(s)
	return SequenceNumber(n), err
}

// Compare returns -1, 0 or 1 as s is less than, equal to or greater than o.
func (s SequenceNumber) Compare(o SequenceNumber) int {
	return core.Sequence(s).Compare(core.Sequence(o))
}

// IsZero reports whether s is no number.
func (s SequenceNumber) IsZero() bool { return core.Sequence(s).IsZero() }

// String returns the decimal number, as the wire shows it; the empty string for no number.
func (s SequenceNumber) String() string {
	if s.IsZero() {
		return ""
	}
	var digits [56]byte // of today's numbers
	return string(s.Append(digits[:0]))
}

// Append appends what String returns.
func (s SequenceNumber) Append(b []byte) []byte {
	if s.IsZero() {
		return b
	}
	return core.Sequence(s).Append(b)
}
