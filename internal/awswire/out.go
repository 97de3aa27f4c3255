package awswire

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/inflight-mq/inflight/internal/jsontext"
)

// Out writes the members of an answer, once for both protocols. In JSON a member has a name; in the Query protocol's XML, lists
// and maps are repeated elements with names of their own. Absent members are simply not written.
type Out struct {
	XML   bool // else JSON
	buf   []byte
	comma bool // JSON: something stands before the next member
}

// NewOut returns an Out with room for an answer of usual size.
func NewOut(xml bool) Out { return Out{XML: xml, buf: make([]byte, 0, 512)} }

// Bytes returns what was written.
func (o *Out) Bytes() []byte { return o.buf }

// Raw appends texts as they are.
func (o *Out) Raw(texts ...string) {
	for _, s := range texts {
		o.buf = append(o.buf, s...)
	}
}

// Open begins an object, Close ends it: braces in JSON, the element name in XML.
func (o *Out) Open(element string) {
	if o.XML {
		o.tag("<", element)
		return
	}
	o.buf = append(o.buf, '{')
	o.comma = false
}

// Close ends the object that Open began.
func (o *Out) Close(element string) {
	if o.XML {
		o.tag("</", element)
		return
	}
	o.buf = append(o.buf, '}')
	o.comma = true
}

func (o *Out) tag(open, name string) {
	o.buf = append(o.buf, open...)
	o.buf = append(o.buf, name...)
	o.buf = append(o.buf, '>')
}

// name begins a JSON member.
func (o *Out) name(name string) {
	if o.comma {
		o.buf = append(o.buf, ',')
	}
	o.comma = true
	o.buf = append(o.buf, '"')
	o.buf = append(o.buf, name...)
	o.buf = append(o.buf, '"', ':')
}

// Text writes a member that is a text, unless it is empty.
func (o *Out) Text(name, v string) {
	if v != "" {
		o.ForceText(name, v)
	}
}

// ForceText writes a member that is a text, also when it is empty.
func (o *Out) ForceText(name, v string) {
	if o.XML {
		o.tag("<", name)
		o.buf = appendXML(o.buf, v)
		o.tag("</", name)
		return
	}
	o.name(name)
	o.buf = jsontext.Append(o.buf, v)
}

// Int writes a member that is a number.
func (o *Out) Int(name string, v int64) {
	o.literal(name, strconv.FormatInt(v, 10))
}

// Bool writes a member that is true or false.
func (o *Out) Bool(name string, v bool) {
	o.literal(name, strconv.FormatBool(v))
}

func (o *Out) literal(name, v string) {
	if o.XML {
		o.tag("<", name)
		o.Raw(v)
		o.tag("</", name)
		return
	}
	o.name(name)
	o.Raw(v)
}

// Binary writes a member of bytes, as base64.
func (o *Out) Binary(name string, v []byte) {
	if o.XML {
		o.ForceText(name, base64.StdEncoding.EncodeToString(v))
		return
	}
	o.name(name)
	o.buf = append(o.buf, '"')
	o.buf = append(base64.StdEncoding.AppendEncode(o.buf, v), '"')
}

// Time writes a member that is a time: seconds since 1970, with the milliseconds as a fraction unless there are none.
func (o *Out) Time(name string, t time.Time) {
	ms := t.UnixMilli()
	s := strconv.FormatInt(ms/1000, 10)
	if ms %= 1000; ms > 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(1000+ms, 10)[1:], "0")
	}
	o.literal(name, s)
}

// Object writes a member that is an object, whose members f writes.
func (o *Out) Object(name string, f func()) {
	if !o.XML {
		o.name(name)
	}
	o.Open(name)
	f()
	o.Close(name)
}

// List writes a list of n objects; item writes the members of the i-th. In XML each is an element.
func (o *Out) List(name, element string, n int, item func(i int)) {
	if !o.XML {
		o.name(name)
		o.buf = append(o.buf, '[')
	}
	for i := range n {
		if !o.XML && i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.Open(element)
		item(i)
		o.Close(element)
	}
	if !o.XML {
		o.buf = append(o.buf, ']')
	}
}

// Texts writes a list of texts.
func (o *Out) Texts(name, element string, vs []string) {
	if o.XML {
		for _, v := range vs {
			o.ForceText(element, v)
		}
		return
	}
	o.name(name)
	o.buf = append(o.buf, '[')
	for i, v := range vs {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.buf = jsontext.Append(o.buf, v)
	}
	o.buf = append(o.buf, ']')
}

// Map writes a map of texts in key order, unless it is empty. In XML each entry is an element with two of its own.
func (o *Out) Map(name, element, key, value string, m map[string]string) {
	if len(m) == 0 {
		return
	}
	if !o.XML {
		o.name(name)
		o.Open("")
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if !o.XML {
			o.key(k)
			o.buf = jsontext.Append(o.buf, m[k])
			continue
		}
		o.Open(element)
		o.ForceText(key, k)
		o.ForceText(value, m[k])
		o.Close(element)
	}
	if !o.XML {
		o.Close("")
	}
}

// Objects writes a map of objects in key order, unless it is empty; item writes the members of one. In XML each entry is an
// element with a Name and a Value.
func (o *Out) Objects(name, element string, keys []string, item func(key string)) {
	if len(keys) == 0 {
		return
	}
	if !o.XML {
		o.name(name)
		o.Open("")
	}
	for _, k := range keys {
		if o.XML {
			o.Open(element)
			o.ForceText("Name", k)
		} else {
			o.key(k)
		}
		o.Open("Value")
		item(k)
		o.Close("Value")
		if o.XML {
			o.Close(element)
		}
	}
	if !o.XML {
		o.Close("")
	}
}

// key begins an entry of a JSON map, whose key is not a name of ours.
func (o *Out) key(k string) {
	if o.comma {
		o.buf = append(o.buf, ',')
	}
	o.comma = true
	o.buf = append(jsontext.Append(o.buf, k), ':')
}

// appendXML appends the text of an XML node. A carriage return must be escaped, or parsers would drop it; what XML cannot hold
// becomes the replacement character.
func appendXML(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\r':
			b = append(b, "&#xD;"...)
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}
