package awswire

import "time"

// Kind is what a value of a document is.
type Kind uint8

// The kinds. A value that is malformed is Broken.
const (
	Broken Kind = iota
	Null
	Text
	Number
	Bool
	Blob // CBOR only: bytes that are no text
	List
	Map
)

// Reader reads a document member by member, in whatever encoding: [In] in JSON, [CBORIn] in CBOR. Whoever reads looks at the kind of
// what comes next and reads it as that; anything else makes the document malformed, and all further reads return nothing.
type Reader interface {
	// Kind returns what comes next, and reads nothing.
	Kind() Kind
	// Object reads a map; member reads the value of each member, or skips it. It reports whether there was one.
	Object(member func(name string)) bool
	// List reads a list; item reads each item. It reports whether there was one.
	List(item func()) bool
	// Bytes reads a text or a blob, as bytes that may be shared with the document.
	Bytes() []byte
	// Float reads a number. What is beyond its range is infinite.
	Float() float64
	// Bool reads true or false.
	Bool() bool
	// Time reads a number that is a time: seconds since 1970 in JSON, whole milliseconds in CBOR, as the services have them.
	Time() time.Time
	// Skip skips a value of any kind.
	Skip()
	// Err returns [ErrMalformed] if the document was malformed as far as it was read, or if something stands behind it.
	Err() error
}

// Writer writes the members of an answer, in whatever encoding: [Out] in JSON, [CBOROut] in CBOR. Absent members are simply not
// written. The elements are those of XML, and mean nothing in both.
type Writer interface {
	// Open begins the document, Close ends it.
	Open(element string)
	Close(element string)
	// Text writes a text, unless it is empty, and ForceText also then.
	Text(name, v string)
	ForceText(name, v string)
	Int(name string, v int64)
	Bool(name string, v bool)
	// Time writes a time of whole milliseconds; see [Reader].
	Time(name string, t time.Time)
	Binary(name string, v []byte)
	// Object writes an object, whose members f writes.
	Object(name string, f func())
	// List writes a list of n objects; item writes the members of the i-th.
	List(name, element string, n int, item func(i int))
	// Texts writes a list of texts.
	Texts(name, element string, vs []string)
	// Bytes returns what was written.
	Bytes() []byte
}

// millis returns the time of a number of milliseconds since 1970, at the end of the calendar for what is beyond it.
func millis(ms float64) time.Time {
	const first, last = -62_135_596_799_000, 253_402_300_799_999 // the years 1 to 9999, without the zero time
	switch {
	case !(ms >= first): // NaN too
		ms = first
	case ms > last:
		ms = last
	}
	return time.UnixMilli(int64(ms)).UTC()
}
