package envelope

import "github.com/inflight-mq/inflight/internal/jsontext"

// object writes a JSON object, in one of two layouts: as the envelopes have it, with a line break and two blanks before each
// member and blanks around the colon, or without any white space.
type object struct {
	buf     []byte
	compact bool
	comma   bool
}

func (o *object) raw(s string) { o.buf = append(o.buf, s...) }

// name begins a member.
func (o *object) name(name string) {
	first := !o.comma
	o.comma = true
	switch {
	case o.compact && first:
		o.raw(`"`)
	case o.compact:
		o.raw(`,"`)
	case first:
		o.raw("\n  \"")
	default:
		o.raw(",\n  \"")
	}
	o.raw(name)
	if o.compact {
		o.raw(`":`)
		return
	}
	o.raw(`" : `)
}

func (o *object) text(name, value string) {
	o.name(name)
	o.buf = jsontext.Append(o.buf, value)
}

// open writes a member that is a text up to the place where it goes on with a subscription's ARN, and returns that place.
func (o *object) open(name, value string) int {
	o.text(name, value)
	o.buf = o.buf[:len(o.buf)-1]
	return len(o.buf)
}

// attributes writes the member MessageAttributes. kind is the type to show for a type.
func (o *object) attributes(all []Attribute, kind func(string) string) {
	o.name("MessageAttributes")
	o.raw("{")
	for i := range all {
		if i > 0 {
			o.raw(",")
		}
		if !o.compact {
			o.raw("\n    ")
		}
		o.buf = jsontext.Append(o.buf, all[i].Name)
		if o.compact {
			o.raw(`:{"Type":`)
		} else {
			o.raw(` : {"Type":`)
		}
		o.buf = jsontext.Append(o.buf, kind(all[i].Type))
		o.raw(`,"Value":`)
		o.buf = jsontext.Append(o.buf, all[i].value())
		o.raw("}")
	}
	if !o.compact {
		o.raw("\n  ")
	}
	o.raw("}")
}

// end closes the object.
func (o *object) end() {
	if !o.compact {
		o.raw("\n")
	}
	o.raw("}")
}

func asIs(kind string) string { return kind }
