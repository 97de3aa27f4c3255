package awswire

import (
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// In reads a JSON document that is valid UTF-8, member by member, several times faster than a decoder that must look at types.
// Whoever reads asks for what a member must be; anything else makes the document malformed, and all further reads return nothing.
// A member that is null is absent: its read returns nil.
type In struct {
	b   []byte
	i   int
	bad bool
}

// NewIn returns a reader of a document.
func NewIn(document []byte) *In { return &In{b: document} }

// Err returns [ErrMalformed] if the document was malformed as far as it was read, or if something stands behind it.
func (in *In) Err() error {
	if in.blank(); in.bad || in.i != len(in.b) {
		return ErrMalformed
	}
	return nil
}

// blank skips white space and returns the next byte, 0 at the end.
func (in *In) blank() byte {
	for ; in.i < len(in.b); in.i++ {
		switch c := in.b[in.i]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take skips white space and the byte c, or fails.
func (in *In) take(c byte) bool {
	if in.bad || in.blank() != c || c == 0 {
		in.bad = true
		return false
	}
	in.i++
	return true
}

// null skips null and reports whether it stood there.
func (in *In) null() bool {
	if in.blank() == 'n' {
		in.word("null")
		return true
	}
	return in.bad
}

func (in *In) word(w string) {
	if len(in.b)-in.i < len(w) || string(in.b[in.i:in.i+len(w)]) != w {
		in.bad = true
		return
	}
	in.i += len(w)
}

// more reports whether another item of an object or a list follows, and skips the comma before it.
func (in *In) more(first bool, end byte) bool {
	if in.bad {
		return false
	}
	if in.blank() == end {
		in.i++
		return false
	}
	return first || in.take(',')
}

// Object reads an object; member reads the value of each member, or skips it. It reports whether there was one.
func (in *In) Object(member func(name string)) bool {
	if in.null() || !in.take('{') {
		return false
	}
	for first := true; in.more(first, '}'); first = false {
		name := in.text()
		if !in.take(':') {
			return false
		}
		member(name)
	}
	return !in.bad
}

// List reads a list; item reads each item. It reports whether there was one.
func (in *In) List(item func()) bool {
	if in.null() || !in.take('[') {
		return false
	}
	for first := true; in.more(first, ']'); first = false {
		item()
	}
	return !in.bad
}

// Text reads a text.
func (in *In) Text() *string {
	if in.null() {
		return nil
	}
	s := in.text()
	return &s
}

// Texts reads a list of texts; null items are empty.
func (in *In) Texts() []string {
	l := []string{}
	if !in.List(func() { l = append(l, orEmpty(in.Text())) }) {
		return nil
	}
	return l
}

// TextMap reads an object of texts; null values are empty.
func (in *In) TextMap() map[string]string {
	m := map[string]string{}
	if !in.Object(func(name string) { m[name] = orEmpty(in.Text()) }) {
		return nil
	}
	return m
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Int32 reads a whole number of 32 bits.
func (in *In) Int32() *int32 {
	if in.null() {
		return nil
	}
	start := in.i
	in.number()
	n, err := strconv.ParseInt(string(in.b[start:in.i]), 10, 32)
	if err != nil {
		in.bad = true
	}
	return new(int32(n))
}

// Binary reads bytes in base64.
func (in *In) Binary() []byte {
	if in.null() {
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(in.text())
	if err != nil {
		in.bad = true
	}
	return b
}

// Kind returns what comes next.
func (in *In) Kind() Kind {
	c := in.blank()
	switch {
	case in.bad:
		return Broken
	case c == '"':
		return Text
	case c == '{':
		return Map
	case c == '[':
		return List
	case c == 't', c == 'f':
		return Bool
	case c == 'n':
		return Null
	case c == '-', c >= '0' && c <= '9':
		return Number
	}
	in.bad = true
	return Broken
}

// Bool reads true or false.
func (in *In) Bool() bool {
	if in.blank() == 't' {
		in.word("true")
		return !in.bad
	}
	in.word("false")
	return false
}

// Float reads a number.
func (in *In) Float() float64 {
	in.blank()
	start := in.i
	in.number()
	f, err := strconv.ParseFloat(string(in.b[start:in.i]), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		in.bad = true
	}
	return f
}

// Time reads seconds since 1970, of which milliseconds count.
func (in *In) Time() time.Time { return millis(math.Round(in.Float() * 1000)) }

// number skips a number in the form of JSON.
func (in *In) number() {
	if in.at('-') {
		in.i++
	}
	if in.at('0') {
		in.i++
	} else if !in.digits() {
		in.bad = true
	}
	if in.at('.') {
		in.i++
		in.bad = !in.digits() || in.bad
	}
	if in.at('e') || in.at('E') {
		in.i++
		if in.at('+') || in.at('-') {
			in.i++
		}
		in.bad = !in.digits() || in.bad
	}
}

func (in *In) at(c byte) bool { return in.i < len(in.b) && in.b[in.i] == c }

func (in *In) digits() bool {
	start := in.i
	for in.i < len(in.b) && in.b[in.i] >= '0' && in.b[in.i] <= '9' {
		in.i++
	}
	return in.i > start
}

// text reads a string.
func (in *In) text() string { return string(in.Bytes()) }

// Bytes reads a string. Those without escapes, the usual ones, are part of the document.
func (in *In) Bytes() []byte {
	if !in.take('"') {
		return nil
	}
	start := in.i
	for in.i < len(in.b) {
		switch c := in.b[in.i]; {
		case c == '"':
			in.i++
			return in.b[start : in.i-1]
		case c == '\\':
			return in.escaped(start)
		case c < ' ':
			in.bad = true
			return nil
		}
		in.i++
	}
	in.bad = true
	return nil
}

// escaped reads the rest of a string that has an escape where in stands.
func (in *In) escaped(start int) []byte {
	s := append([]byte(nil), in.b[start:in.i]...)
	for in.i < len(in.b) && !in.bad {
		c := in.b[in.i]
		in.i++
		switch {
		case c == '"':
			return s
		case c == '\\':
			s = in.escape(s)
		case c < ' ':
			in.bad = true
		default:
			s = append(s, c)
		}
	}
	in.bad = true
	return nil
}

// escape appends what an escape stands for. Half a character, which the services have no way to store, is malformed.
func (in *In) escape(s []byte) []byte {
	if in.i >= len(in.b) {
		in.bad = true
		return s
	}
	c := in.b[in.i]
	in.i++
	switch c {
	case '"', '\\', '/':
		return append(s, c)
	case 'b':
		return append(s, '\b')
	case 'f':
		return append(s, '\f')
	case 'n':
		return append(s, '\n')
	case 'r':
		return append(s, '\r')
	case 't':
		return append(s, '\t')
	case 'u':
		r := in.hex()
		if utf16.IsSurrogate(r) {
			in.word(`\u`)
			if r = utf16.DecodeRune(r, in.hex()); r == utf8.RuneError {
				in.bad = true
			}
		}
		return utf8.AppendRune(s, r)
	}
	in.bad = true
	return s
}

// hex reads four hexadecimal digits.
func (in *In) hex() rune {
	if len(in.b)-in.i < 4 {
		in.bad = true
		return 0
	}
	n, err := strconv.ParseUint(string(in.b[in.i:in.i+4]), 16, 32)
	if err != nil {
		in.bad = true
	}
	in.i += 4
	return rune(n)
}

// deepest is how deep below a member a value may be nested that nobody asked for: 10,000 levels in all, as in encoding/json.
const deepest = 9_998

// Skip skips a value of any kind.
func (in *In) Skip() { in.skip(0) }

func (in *In) skip(depth int) {
	if depth > deepest {
		in.bad = true
	}
	if in.bad {
		return
	}
	switch in.blank() {
	case '{':
		in.Object(func(string) { in.skip(depth + 1) })
	case '[':
		in.List(func() { in.skip(depth + 1) })
	case '"':
		in.text()
	case 't':
		in.word("true")
	case 'f':
		in.word("false")
	case 'n':
		in.word("null")
	default:
		in.number()
	}
}
