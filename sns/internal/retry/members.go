package retry

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/inflight-mq/inflight/internal/jsontext"
)

// Error says why a policy was refused: the service's text, without "Invalid parameter: ". It can be compared with ==.
type Error struct{ Text string }

// Error returns the text.
func (e Error) Error() string { return e.Text }

func refuse(text string) error { return Error{"DeliveryPolicy: " + text} }

// unreadable is the refusal of what is not JSON, or not of the right kind. The service goes on with the words of its parser; so
// do we, with words of our own.
func unreadable(detail string) error { return refuse("failed to parse JSON. " + detail) }

// reader reads the parts of a policy and keeps the first error; what it returns then does not count. Absent parts and null are
// the same.
type reader struct{ err error }

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// object reads the members of an object, nil when there is none, and refuses unknown ones.
func (r *reader) object(path string, raw json.RawMessage, known ...string) map[string]json.RawMessage {
	if path != "" && isNull(raw) {
		return nil
	}
	members, ok := jsontext.Object(raw)
	if !ok {
		r.fail(unreadable("Expected an object" + at(path)))
		return nil
	}
	// Which of several is named must not depend on chance.
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) {
			r.fail(unreadable("Unrecognized field " + strconv.Quote(name) + at(path)))
		}
	}
	return members
}

func at(path string) string {
	if path == "" {
		return ""
	}
	return " at " + path
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// number is a whole number that may be absent.
type number struct {
	given bool
	n     int
}

// number reads a whole number of 32 bits, which may stand in quotes: templates write numbers so.
func (r *reader) number(path string, raw json.RawMessage) number {
	if isNull(raw) {
		return number{}
	}
	digits := string(raw)
	if digits[0] == '"' {
		digits = digits[1 : len(digits)-1]
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		r.fail(unreadable("Expected a whole number" + at(path)))
	}
	return number{true, int(n)}
}

func (r *reader) bool(path string, raw json.RawMessage) bool {
	switch string(raw) {
	case `true`, `"true"`:
		return true
	case ``, `null`, `false`, `"false"`:
		return false
	}
	r.fail(unreadable("Expected true or false" + at(path)))
	return false
}

// text reads a string; absent is nil.
func (r *reader) text(path string, raw json.RawMessage) *string {
	if isNull(raw) {
		return nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		r.fail(unreadable("Expected a string" + at(path)))
	}
	return &s
}

// writer writes a policy without white space. Absent members are null in the policies of subscriptions, and left out in those of
// topics.
type writer struct {
	buf   []byte
	nulls bool
}

func (w *writer) raw(s string) { w.buf = append(w.buf, s...) }

func (w *writer) name(name string) {
	if w.buf[len(w.buf)-1] != '{' {
		w.raw(",")
	}
	w.raw(`"` + name + `":`)
}

// absent writes the member that is absent.
func (w *writer) absent(name string) {
	if w.nulls {
		w.name(name)
		w.raw("null")
	}
}

func (w *writer) bool(name string, v bool) {
	w.name(name)
	w.buf = strconv.AppendBool(w.buf, v)
}

func (w *writer) number(name string, v number) {
	if !v.given {
		w.absent(name)
		return
	}
	w.name(name)
	w.buf = strconv.AppendInt(w.buf, int64(v.n), 10)
}

func (w *writer) text(name string, v *string) {
	if v == nil {
		w.absent(name)
		return
	}
	w.name(name)
	w.buf = jsontext.Append(w.buf, *v)
}
