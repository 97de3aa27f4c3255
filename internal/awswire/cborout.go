package awswire

import (
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// CBOROut writes the members of an answer in CBOR: the same members give the same bytes, in the order in which they are written, with
// known lengths and the shortest heads.
type CBOROut struct {
	buf  []byte
	maps []openMap
}

// openMap is a map that has not ended: where its head is, and how many members it has so far.
type openMap struct{ at, members int }

// NewCBOROut returns a CBOROut with room for an answer of usual size.
func NewCBOROut() *CBOROut { return &CBOROut{buf: make([]byte, 0, 512)} }

// Bytes returns what was written.
func (o *CBOROut) Bytes() []byte { return o.buf }

func appendHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n <= math.MaxUint8:
		return append(b, major|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

func (o *CBOROut) head(major byte, n int) { o.buf = appendHead(o.buf, major, uint64(n)) }

func (o *CBOROut) text(s string) {
	o.head(cborText, len(s))
	o.buf = append(o.buf, s...)
}

// name begins a member.
func (o *CBOROut) name(name string) {
	o.maps[len(o.maps)-1].members++
	o.text(name)
}

// Open begins a map, whose head has room for the few members that nearly all have.
func (o *CBOROut) Open(string) {
	o.maps = append(o.maps, openMap{at: len(o.buf)})
	o.head(cborMap, 0)
}

// Close ends the map that Open began.
func (o *CBOROut) Close(string) {
	m := o.maps[len(o.maps)-1]
	o.maps = o.maps[:len(o.maps)-1]
	var head [9]byte
	o.buf = slices.Replace(o.buf, m.at, m.at+1, appendHead(head[:0], cborMap, uint64(m.members))...)
}

// Text writes a member that is a text, unless it is empty.
func (o *CBOROut) Text(name, v string) {
	if v != "" {
		o.ForceText(name, v)
	}
}

// ForceText writes a member that is a text, also when it is empty.
func (o *CBOROut) ForceText(name, v string) {
	o.name(name)
	o.text(v)
}

// Int writes a member that is a number.
func (o *CBOROut) Int(name string, v int64) {
	o.name(name)
	o.int(v)
}

func (o *CBOROut) int(v int64) {
	if v < 0 {
		o.buf = appendHead(o.buf, cborNegative, uint64(^v))
		return
	}
	o.buf = appendHead(o.buf, cborUint, uint64(v))
}

// Bool writes a member that is true or false.
func (o *CBOROut) Bool(name string, v bool) {
	o.name(name)
	if v {
		o.head(cborSimple, 21)
	} else {
		o.head(cborSimple, 20)
	}
}

// Time writes a member that is a time: whole milliseconds, not the seconds that the tag stands for elsewhere.
func (o *CBOROut) Time(name string, t time.Time) {
	o.name(name)
	o.head(cborTag, cborTime)
	o.int(t.UnixMilli())
}

// Binary writes a member of bytes.
func (o *CBOROut) Binary(name string, v []byte) {
	o.name(name)
	o.head(cborBytes, len(v))
	o.buf = append(o.buf, v...)
}

// Object writes a member that is an object, whose members f writes.
func (o *CBOROut) Object(name string, f func()) {
	o.name(name)
	o.Open("")
	f()
	o.Close("")
}

// List writes a list of n objects; item writes the members of the i-th.
func (o *CBOROut) List(name, _ string, n int, item func(i int)) {
	o.name(name)
	o.head(cborList, n)
	for i := range n {
		o.Open("")
		item(i)
		o.Close("")
	}
}

// Texts writes a list of texts.
func (o *CBOROut) Texts(name, _ string, vs []string) {
	o.name(name)
	o.head(cborList, len(vs))
	for _, v := range vs {
		o.text(v)
	}
}
