package awswire

import (
	"encoding/binary"
	"math"
	"time"
	"unicode/utf8"
)

// The major types of CBOR (RFC 8949), the upper three bits of an item's first byte.
const (
	cborUint = iota
	cborNegative
	cborBytes
	cborText
	cborList
	cborMap
	cborTag
	cborSimple
)

const (
	cborIndefinite = 31   // in the lower five bits: the length is not known, or, of a simple value, the break that ends it
	cborBreak      = 0xff // ends what is indefinite
	cborTime       = 1    // tag of a time
)

// CBORIn reads a CBOR document, as [In] reads one in JSON: items of known and of indefinite length, and numbers of all widths.
// Tags say nothing but that a number is a time. Members without a text for a name are malformed, as are texts that are no UTF-8.
type CBORIn struct {
	b     []byte
	i     int
	depth int
	bad   bool
}

// NewCBORIn returns a reader of a document.
func NewCBORIn(document []byte) *CBORIn { return &CBORIn{b: document} }

// Err returns [ErrMalformed] if the document was malformed as far as it was read, or if something stands behind it.
func (in *CBORIn) Err() error {
	if in.bad || in.i != len(in.b) {
		return ErrMalformed
	}
	return nil
}

// peek returns the first byte of the next item, behind its tags. At the end it is a break, which is malformed wherever it is read.
func (in *CBORIn) peek() byte {
	for !in.bad && in.i < len(in.b) && in.b[in.i]>>5 == cborTag {
		in.head()
	}
	if in.bad || in.i >= len(in.b) {
		in.bad = true
		return cborBreak
	}
	return in.b[in.i]
}

// head reads the head of an item: its major type and the number in it, which is a length, a value or the bits of a float.
func (in *CBORIn) head() (major byte, n uint64, indefinite bool) {
	if in.bad || in.i >= len(in.b) {
		in.bad = true
		return cborSimple, 0, false
	}
	first := in.b[in.i]
	in.i++
	major, low := first>>5, first&31
	switch {
	case low < 24:
		return major, uint64(low), false
	case low == cborIndefinite && major >= cborBytes && major <= cborMap:
		return major, 0, true
	case low > 27 || len(in.b)-in.i < 1<<(low-24):
		in.bad = true
		return major, 0, false
	}
	var wide [8]byte
	width := 1 << (low - 24)
	copy(wide[8-width:], in.b[in.i:in.i+width])
	in.i += width
	return major, binary.BigEndian.Uint64(wide[:]), false
}

// Kind returns what comes next.
func (in *CBORIn) Kind() Kind {
	first := in.peek()
	switch first >> 5 {
	case cborUint, cborNegative:
		return Number
	case cborBytes:
		return Blob
	case cborText:
		return Text
	case cborList:
		return List
	case cborMap:
		return Map
	}
	switch first & 31 {
	case 20, 21:
		return Bool
	case 22, 23: // null and undefined
		return Null
	case 25, 26, 27:
		return Number
	}
	in.bad = true
	return Broken
}

// enter reads the head of an item of a major type that holds others, and leave ends it. The count is -1 where the end is marked.
func (in *CBORIn) enter(major byte) (count int, ok bool) {
	in.peek()
	m, n, indefinite := in.head()
	switch {
	case m != major, in.depth > deepest, !indefinite && n > uint64(len(in.b)-in.i): // an item takes a byte at least
		in.bad = true
	case indefinite:
		n = math.MaxUint64
	}
	if in.bad {
		return 0, false
	}
	in.depth++
	return int(n), true
}

// more reports whether another item follows, of which there are count.
func (in *CBORIn) more(count *int) bool {
	switch {
	case in.bad:
		return false
	case *count < 0:
		if in.i < len(in.b) && in.b[in.i] == cborBreak {
			in.i++
			return false
		}
		return true
	}
	*count--
	return *count >= 0
}

// Object reads a map.
func (in *CBORIn) Object(member func(name string)) bool {
	count, ok := in.enter(cborMap)
	if !ok {
		return false
	}
	for in.more(&count) {
		if in.Kind() != Text {
			in.bad = true
			break
		}
		member(string(in.Bytes()))
	}
	in.depth--
	return !in.bad
}

// List reads a list.
func (in *CBORIn) List(item func()) bool {
	count, ok := in.enter(cborList)
	if !ok {
		return false
	}
	for in.more(&count) {
		item()
	}
	in.depth--
	return !in.bad
}

// Bytes reads a text or a blob. Those in one piece are part of the document.
func (in *CBORIn) Bytes() []byte {
	kind := in.peek() >> 5
	b, indefinite := in.piece(kind)
	if indefinite {
		b = []byte{}
		for count := -1; in.more(&count); {
			part, nested := in.piece(kind)
			in.bad = in.bad || nested
			b = append(b, part...)
		}
	}
	if in.bad {
		return nil
	}
	return b
}

// piece reads a text or a blob of known length, or the beginning of one of indefinite length.
func (in *CBORIn) piece(kind byte) (b []byte, indefinite bool) {
	major, n, indefinite := in.head()
	switch {
	case major != kind, kind != cborBytes && kind != cborText, n > uint64(len(in.b)-in.i):
		in.bad = true
	case !indefinite:
		b = in.b[in.i : in.i+int(n) : in.i+int(n)]
		in.i += int(n)
		in.bad = in.bad || kind == cborText && !utf8.Valid(b)
	}
	return b, indefinite
}

// Float reads a number.
func (in *CBORIn) Float() float64 {
	f, _ := in.number()
	return f
}

// Time reads a number that is a time: milliseconds if it is whole, seconds if it is a fraction.
func (in *CBORIn) Time() time.Time {
	f, whole := in.number()
	if !whole {
		f = math.Round(f * 1000)
	}
	return millis(f)
}

func (in *CBORIn) number() (f float64, whole bool) {
	width := in.peek() & 31
	major, n, _ := in.head()
	switch {
	case in.bad:
	case major == cborUint:
		return float64(n), true
	case major == cborNegative:
		return -1 - float64(n), true
	case major == cborSimple && width == 25:
		return half(uint16(n)), false
	case major == cborSimple && width == 26:
		return float64(math.Float32frombits(uint32(n))), false
	case major == cborSimple && width == 27:
		return math.Float64frombits(n), false
	}
	in.bad = true
	return 0, false
}

// half returns the number that a float of 16 bits is.
func half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	var f float64
	switch exponent {
	case 0:
		f = math.Ldexp(fraction, -24)
	case 31:
		if f = math.Inf(1); fraction != 0 {
			return math.NaN()
		}
	default:
		f = math.Ldexp(fraction+1024, exponent-25)
	}
	if bits>>15 != 0 {
		f = -f
	}
	return f
}

// Bool reads true or false.
func (in *CBORIn) Bool() bool {
	in.bad = in.Kind() != Bool || in.bad
	_, n, _ := in.head()
	return n == 21 && !in.bad
}

// Skip skips a value of any kind.
func (in *CBORIn) Skip() {
	switch in.Kind() {
	case Map:
		in.Object(func(string) { in.Skip() })
	case List:
		in.List(in.Skip)
	case Text, Blob:
		in.Bytes()
	case Broken:
	default:
		in.head()
	}
}
