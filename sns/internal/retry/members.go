package retry

import (
	"encoding/json"
	"strconv"
	"strings"

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

// object reads the members of an object and refuses unknown ones.
func object(path string, raw []byte, known ...string) (map[string]json.RawMessage, error) {
	members, ok := jsontext.Object(raw)
	if !ok {
		return nil, unreadable("Expected an object" + at(path))
	}
	found := 0
	for _, name := range known {
		if _, ok := members[name]; ok {
			found++
		}
	}
	if found == len(members) {
		return members, nil
	}
	for _, name := range known {
		delete(members, name)
	}
	first := "" // of the unknown ones: which one is named must not depend on chance
	for name := range members {
		if first == "" || name < first {
			first = name
		}
	}
	return nil, unreadable("Unrecognized field " + strconv.Quote(first) + at(path))
}

func at(path string) string {
	if path == "" {
		return ""
	}
	return " at " + path
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// number is a whole number that may be absent.
type number struct {
	given bool
	n     int
}

// readNumber reads a whole number of 32 bits, which may stand in quotes: templates write numbers so.
func readNumber(path string, raw json.RawMessage) (number, error) {
	if isNull(raw) {
		return number{}, nil
	}
	digits := string(raw)
	if digits[0] == '"' {
		digits = digits[1 : len(digits)-1]
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		return number{}, unreadable("Expected a whole number" + at(path))
	}
	return number{true, int(n)}, nil
}

func readBool(path string, raw json.RawMessage) (bool, error) {
	switch string(raw) {
	case `true`, `"true"`:
		return true, nil
	case ``, `null`, `false`, `"false"`:
		return false, nil
	}
	return false, unreadable("Expected true or false" + at(path))
}

func readText(path string, raw json.RawMessage) (string, error) {
	var s string
	if isNull(raw) || json.Unmarshal(raw, &s) == nil {
		return s, nil
	}
	return "", unreadable("Expected a string" + at(path))
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

func (w *writer) text(name, v string) {
	if v == "" {
		w.absent(name)
		return
	}
	w.name(name)
	w.buf = jsontext.Append(w.buf, v)
}
