package core

import (
	"cmp"
	"math/bits"
	"strconv"
)

// Sequence is a sequence number: 186 bits, Hi<<128 + Mid<<64 + Lo. From the top, in bits: 4 that are always 2, 36 for the second
// in which the shard was made, 4 and later 32 for the shard's index, 64 for the index of the record, 8 that are 0, 36 for the
// second of the record, and in the end 4 for the version.
type Sequence struct{ Hi, Mid, Lo uint64 }

const (
	secondBits    = 36
	lastCreation  = 16025175000 // no shard was made in this second or later
	MaxIndex      = 1<<63 - 1   // of a record: the number that closes a shard has it
	currentFormat = 2
)

// Parts are what a sequence number is put together from.
type Parts struct {
	Created int64 // second in which the shard was made
	Shard   int32
	Index   uint64
	Second  int64 // of the record
}

// Sequence puts a number together. Seconds are cut to 36 bits.
func (p Parts) Sequence() Sequence {
	const mask = 1<<secondBits - 1
	created, second := uint64(p.Created)&mask, uint64(p.Second)&mask
	return Sequence{
		Hi:  2<<56 | created<<20 | uint64(p.Shard&15)<<16 | p.Index>>48,
		Mid: p.Index<<16 | second>>28,
		Lo:  second<<36 | uint64(uint32(p.Shard))<<4 | currentFormat,
	}
}

// Parts takes a number apart, whatever its version.
func (s Sequence) Parts() Parts {
	return Parts{
		Created: int64(s.Hi >> 20 & (1<<secondBits - 1)),
		Shard:   int32(uint32(s.Lo >> 4)),
		Index:   s.Hi<<48 | s.Mid>>16,
		Second:  int64(s.Mid&0xff<<28 | s.Lo>>36),
	}
}

// Version returns the last hexadecimal digit, which says how the others are to be read; 0 for the numbers of the first format,
// which are below 2^124.
func (s Sequence) Version() int {
	if s.Hi == 0 && s.Mid>>60 == 0 {
		return 0
	}
	return int(s.Lo & 15)
}

// sound reports whether the parts that all later formats share have a form that was ever given out.
func (s Sequence) sound() bool {
	p := s.Parts()
	return s.Hi>>56 == 2 && p.Index <= MaxIndex && p.Created < lastCreation
}

// WellFormed reports whether the service could have given out the number, in today's format.
func (s Sequence) WellFormed() bool { return s.Version() == currentFormat && s.sound() }

// CanOrder reports whether the service accepts the number as one that a later record must exceed.
func (s Sequence) CanOrder(now int64) bool {
	v := s.Version()
	return (v == 1 || v == currentFormat) && s.sound() && (v == 1 || s.Parts().Second <= seconds(now))
}

// IsZero reports whether s is 0, which is no number that is given out.
func (s Sequence) IsZero() bool { return s == Sequence{} }

// Compare returns -1, 0 or 1 as s is less than, equal to or greater than o.
func (s Sequence) Compare(o Sequence) int {
	return cmp.Or(cmp.Compare(s.Hi, o.Hi), cmp.Compare(s.Mid, o.Mid), cmp.Compare(s.Lo, o.Lo))
}

// ParseSequence reads a decimal number of up to 192 bits: digits only, at least one.
func ParseSequence(text string) (Sequence, error) {
	var s Sequence
	if text == "" {
		return s, strconv.ErrSyntax
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return Sequence{}, strconv.ErrSyntax
		}
		var carry, over uint64
		over, s.Lo = mulAdd(s.Lo, uint64(c-'0'))
		carry, s.Mid = mulAdd(s.Mid, over)
		if over, s.Hi = mulAdd(s.Hi, carry); over != 0 {
			return Sequence{}, strconv.ErrRange
		}
	}
	return s, nil
}

// mulAdd returns n*10 + add.
func mulAdd(n, add uint64) (hi, lo uint64) {
	hi, lo = bits.Mul64(n, 10)
	lo, carry := bits.Add64(lo, add, 0)
	return hi + carry, lo
}

const tenTo19 = 10_000_000_000_000_000_000 // the largest power of ten in 64 bits

// Append appends the decimal number.
func (s Sequence) Append(b []byte) []byte {
	var digits [60]byte // three times 19 hold 2^189: more than any number in use
	i := len(digits)
	for {
		var rest uint64
		s.Hi, rest = s.Hi/tenTo19, s.Hi%tenTo19
		s.Mid, rest = bits.Div64(rest, s.Mid, tenTo19)
		s.Lo, rest = bits.Div64(rest, s.Lo, tenTo19)
		last := s.IsZero()
		for n := 0; n < 19 && (!last || rest > 0); n++ {
			i--
			digits[i] = byte('0' + rest%10)
			rest /= 10
		}
		if last {
			break
		}
	}
	if i == len(digits) {
		return append(b, '0')
	}
	return append(b, digits[i:]...)
}

// seconds returns the whole seconds of an instant.
func seconds(instant int64) int64 { return instant / 1e9 }

// IsHistoric reports whether the number is of the first format, which says no more than that: below 2^124.
func (s Sequence) IsHistoric() bool { return s.Hi == 0 && s.Mid>>60 == 0 }
