// Package uint128 is numbers of 128 bits, as far as sequence numbers and hash keys need them.
package uint128

import (
	"cmp"
	"math/bits"
	"strconv"
)

// Uint128 is Hi<<64 + Lo.
type Uint128 struct{ Hi, Lo uint64 }

// Parse reads a decimal number of up to 128 bits: digits only, at least one.
func Parse(s string) (Uint128, error) {
	var n Uint128
	if s == "" {
		return n, strconv.ErrSyntax
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return Uint128{}, strconv.ErrSyntax
		}
		top, lo := bits.Mul64(n.Lo, 10)
		over, hi := bits.Mul64(n.Hi, 10)
		var carry uint64
		n.Lo, carry = bits.Add64(lo, uint64(c-'0'), 0)
		n.Hi, carry = bits.Add64(hi, top, carry)
		if over+carry != 0 {
			return Uint128{}, strconv.ErrRange
		}
	}
	return n, nil
}

// Compare returns -1, 0 or 1 as n is less than, equal to or greater than m.
func (n Uint128) Compare(m Uint128) int {
	return cmp.Or(cmp.Compare(n.Hi, m.Hi), cmp.Compare(n.Lo, m.Lo))
}

// IsZero reports whether n is 0.
func (n Uint128) IsZero() bool { return n == Uint128{} }

// Append appends the decimal number.
func (n Uint128) Append(b []byte) []byte {
	var digits [39]byte
	i := len(digits)
	for {
		var rest uint64
		n.Hi, rest = n.Hi/10, n.Hi%10
		n.Lo, rest = bits.Div64(rest, n.Lo, 10)
		i--
		digits[i] = byte('0' + rest)
		if n.IsZero() {
			return append(b, digits[i:]...)
		}
	}
}

// String returns the decimal number.
func (n Uint128) String() string {
	var b [39]byte
	return string(n.Append(b[:0]))
}
