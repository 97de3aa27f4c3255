package filter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// kind is what a JSON value is. The zero kind is none.
type kind uint8

const (
	none kind = iota
	object
	array
	text
	number
	yes
	no
	null
)

// deepest is how many objects and arrays may be open at once.
const deepest = 1000

// scanner reads a JSON document that is valid UTF-8, value by value. After the first problem it reads nothing more.
type scanner struct {
	s       string
	i       int
	depth   int
	problem string // in the words of the service's parser; empty as long as there is none
	at      int    // the offset that the problem is reported for
}

func (sc *scanner) fail(at int, problem string) {
	if sc.problem == "" {
		sc.problem, sc.at = problem, at
	}
}

// unexpected reports the character at hand.
func (sc *scanner) unexpected(what string) {
	if sc.i >= len(sc.s) {
		sc.fail(sc.i, "Unexpected end-of-input")
		return
	}
	r, _ := utf8.DecodeRuneInString(sc.s[sc.i:])
	sc.fail(sc.i, fmt.Sprintf("Unexpected character ('%c' (code %d)): %s", r, r, what))
}

// blank skips white space and returns the next byte, 0 at the end.
func (sc *scanner) blank() byte {
	for ; sc.i < len(sc.s); sc.i++ {
		if c := sc.s[sc.i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

// end reports whether the document ended where it should.
func (sc *scanner) end() bool {
	if sc.blank(); sc.problem == "" && sc.i < len(sc.s) {
		sc.value()
		sc.fail(sc.i, "Unexpected value after the end of the document")
	}
	return sc.problem == ""
}

// more reports whether another item follows in the object or array that end closes, and skips the comma before it.
func (sc *scanner) more(first bool, end byte) bool {
	if sc.problem != "" {
		return false
	}
	switch c := sc.blank(); {
	case c == end:
		sc.i++
		sc.depth--
		return false
	case first:
		return true
	case c == ',':
		sc.i++
		return true
	case end == '}':
		sc.unexpected("was expecting comma to separate Object entries")
	default:
		sc.unexpected("was expecting comma to separate Array entries")
	}
	return false
}

// name reads the name of a member and the colon after it.
func (sc *scanner) name() string {
	if sc.blank() != '"' {
		sc.unexpected("was expecting double-quote to start field name")
		return ""
	}
	s := sc.quoted()
	if sc.blank() != ':' {
		sc.unexpected("was expecting a colon to separate field name and value")
		return ""
	}
	sc.i++
	return s
}

// value reads a value: of objects and arrays only the opening, for the caller to go through their items with more. The text
// is what a string says or how a number is written; it shares the document's memory if it can.
func (sc *scanner) value() (kind, string) {
	if sc.problem != "" {
		return none, ""
	}
	switch c := sc.blank(); {
	case c == '{':
		return sc.open(object), ""
	case c == '[':
		return sc.open(array), ""
	case c == '"':
		return text, sc.quoted()
	case c == '-' || '0' <= c && c <= '9':
		return number, sc.number()
	case isWord(c):
		return sc.word(), ""
	}
	sc.unexpected("expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')")
	return none, ""
}

func (sc *scanner) open(k kind) kind {
	sc.i++
	if sc.depth++; sc.depth > deepest {
		sc.fail(sc.i, fmt.Sprintf("Document nesting depth (%d) exceeds the maximum allowed (%d, from "+
			"`StreamReadConstraints.getMaxNestingDepth()`)", sc.depth, deepest))
	}
	return k
}

func isWord(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == '$' || '0' <= c && c <= '9'
}

func (sc *scanner) word() kind {
	start := sc.i
	for sc.i < len(sc.s) && isWord(sc.s[sc.i]) {
		sc.i++
	}
	switch w := sc.s[start:sc.i]; w {
	case "true":
		return yes
	case "false":
		return no
	case "null":
		return null
	default:
		const longest = 256 // of a word in a text
		sc.fail(sc.i, "Unrecognized token '"+w[:min(len(w), longest)]+
			"': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')")
		return none
	}
}

func (sc *scanner) number() string {
	start := sc.i
	sc.skip('-')
	if !sc.skip('0') {
		sc.digits()
	}
	if sc.skip('.') {
		sc.digits()
	}
	if sc.skip('e') || sc.skip('E') {
		_ = sc.skip('+') || sc.skip('-')
		sc.digits()
	}
	return sc.s[start:sc.i]
}

func (sc *scanner) skip(c byte) bool {
	if sc.i < len(sc.s) && sc.s[sc.i] == c {
		sc.i++
		return true
	}
	return false
}

func (sc *scanner) digits() {
	start := sc.i
	for sc.i < len(sc.s) && '0' <= sc.s[sc.i] && sc.s[sc.i] <= '9' {
		sc.i++
	}
	if sc.i == start {
		sc.unexpected("expected digit in numeric value")
	}
}

// quoted reads a string, from its opening to its closing quote.
func (sc *scanner) quoted() string {
	sc.i++
	start := sc.i
	for ; sc.i < len(sc.s); sc.i++ {
		switch c := sc.s[sc.i]; {
		case c == '"':
			sc.i++
			return sc.s[start : sc.i-1]
		case c == '\\':
			return sc.escaped(start)
		case c < ' ':
			sc.control(c)
			return ""
		}
	}
	sc.unexpected("")
	return ""
}

func (sc *scanner) control(c byte) {
	sc.fail(sc.i, fmt.Sprintf("Illegal unquoted character ((CTRL-CHAR, code %d)): "+
		"has to be escaped using backslash to be included in string value", c))
}

// escaped reads the rest of a string that has an escape at hand.
func (sc *scanner) escaped(start int) string {
	var b strings.Builder
	b.WriteString(sc.s[start:sc.i])
	for sc.i < len(sc.s) && sc.problem == "" {
		switch c := sc.s[sc.i]; {
		case c == '"':
			sc.i++
			return b.String()
		case c == '\\':
			sc.i++
			b.WriteRune(sc.escape())
		case c < ' ':
			sc.control(c)
		default:
			b.WriteByte(c)
			sc.i++
		}
	}
	sc.unexpected("")
	return ""
}

// escape reads what follows a backslash. Half a surrogate pair stands for U+FFFD.
func (sc *scanner) escape() rune {
	if sc.i >= len(sc.s) {
		sc.unexpected("")
		return 0
	}
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := sc.s[sc.i]
	if i := strings.IndexByte(letters, c); i >= 0 {
		sc.i++
		return rune(meanings[i])
	}
	if c != 'u' {
		sc.fail(sc.i, fmt.Sprintf("Unrecognized character escape %q (code %d)", c, c))
		return 0
	}
	r := sc.hex()
	if utf16.IsSurrogate(r) {
		if low := sc.i; strings.HasPrefix(sc.s[sc.i:], `\u`) {
			sc.i++
			if pair := utf16.DecodeRune(r, sc.hex()); pair != utf8.RuneError {
				return pair
			}
			sc.i = low
		}
		return utf8.RuneError
	}
	return r
}

// hex reads the u at hand and four hexadecimal digits.
func (sc *scanner) hex() rune {
	if len(sc.s)-sc.i >= 5 {
		if n, err := strconv.ParseUint(sc.s[sc.i+1:sc.i+5], 16, 16); err == nil {
			sc.i += 5
			return rune(n)
		}
	}
	sc.fail(sc.i, "Unexpected character in escape: expected a hex-digit for character escape sequence")
	return 0
}

// appendQuoted appends s as a JSON string, escaped where it must be and nowhere else.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		default:
			if j := strings.IndexByte("\b\f\n\r\t", c); j >= 0 {
				b = append(b, '\\', "bfnrt"[j])
			} else {
				b = fmt.Appendf(b, `\u%04X`, c)
			}
		}
	}
	return append(b, '"')
}
