package filter

import (
	"strconv"
	"strings"
)

// value is a leaf of a message: one scalar that an attribute or a member of the body offers.
type value struct {
	kind   kind // text, number, yes, no or null
	text   string
	number float64
	elem   int32 // the innermost element of an array, itself an object or an array, that holds it: an index of Body.elems, or -1
}

// literal returns how JSON writes a scalar, or what else the service's parser may see instead: a bracket.
func literal(k kind, s string) string {
	switch k {
	case text:
		return string(appendQuoted(nil, s))
	case number:
		return s
	case yes:
		return "true"
	case no:
		return "false"
	case null:
		return "null"
	case array:
		return "["
	case object:
		return "{"
	}
	return "]"
}

func (v *value) String() string { return literal(v.kind, v.text) }

// scalar makes a value of what the scanner read.
func scalar(k kind, s string, elem int32) value {
	v := value{kind: k, text: s, elem: elem}
	if k == number {
		v.number, _ = strconv.ParseFloat(s, 64) // infinite if out of range
	}
	return v
}

// readNumber reads a decimal number of any length with the precision of a float64. What is too large is infinite.
func readNumber(s string) (float64, bool) {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false // strconv also reads hexadecimal, infinities and what is not a number
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && f == 0 {
		return 0, false
	}
	return f, true
}
