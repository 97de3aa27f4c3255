package filter

import (
	"net/netip"
	"slices"
	"strings"
)

// op is what a condition asks of a value.
type op uint8

const (
	equals     op = iota // a literal; for null, true and false the kind says it all
	hasPrefix            // prefix
	hasSuffix            // suffix
	equalsFold           // equals-ignore-case
	inRange              // numeric
	inBlock              // cidr
	notIn                // anything-but
	notPrefix            // anything-but prefix
	exists               // exists true
	absent               // exists false
)

// condition is one item of the list under a key.
type condition struct {
	op     op
	kind   kind // of the literal
	text   string
	number float64
	more   *operands // for the operators that have more to say
}

// operands are what few conditions have.
type operands struct {
	low, high         float64
	lowOpen, highOpen bool
	block             netip.Prefix
	texts             []string // sorted
	numbers           []float64
}

// accepts reports whether the condition holds for a value that is there.
func (c *condition) accepts(v *value) bool {
	switch c.op {
	case equals:
		if c.kind == number {
			return v.kind == number && v.number == c.number
		}
		return v.kind == c.kind && v.text == c.text
	case hasPrefix:
		return v.kind == text && strings.HasPrefix(v.text, c.text)
	case hasSuffix:
		return v.kind == text && strings.HasSuffix(v.text, c.text)
	case equalsFold:
		return v.kind == text && strings.EqualFold(v.text, c.text)
	case inRange:
		return v.kind == number && c.more.spans(v.number)
	case inBlock:
		return v.kind == text && c.more.holds(v.text)
	case notIn:
		return !c.more.names(v)
	case notPrefix:
		return v.kind != text || !strings.HasPrefix(v.text, c.text)
	}
	return c.op == exists
}

func (o *operands) spans(f float64) bool {
	return (o.low < f || !o.lowOpen && o.low == f) && (f < o.high || !o.highOpen && f == o.high)
}

func (o *operands) holds(address string) bool {
	a, ok := readAddress(address)
	return ok && o.block.Contains(a)
}

func (o *operands) names(v *value) bool {
	found := false
	switch v.kind {
	case text:
		_, found = slices.BinarySearch(o.texts, v.text)
	case number:
		_, found = slices.BinarySearch(o.numbers, v.number)
	}
	return found
}

// readAddress reads an IPv4 or IPv6 address without a zone.
func readAddress(s string) (netip.Addr, bool) {
	if strings.Trim(s, "0123456789abcdefABCDEF:.") != "" {
		return netip.Addr{}, false // most texts are no address; to say so costs netip an allocation
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap(), err == nil
}
