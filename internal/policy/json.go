package policy

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// Equal reports whether two policies are the same JSON value. White space, the order of members and escapes in strings
// do not matter; the order of arrays and the way a number is written do. Texts that are not JSON must be identical.
func Equal(a, b string) bool {
	if a == b {
		return true
	}
	x, xok := decode([]byte(a))
	y, yok := decode([]byte(b))
	return xok && yok && reflect.DeepEqual(x, y)
}

// decode reads one JSON value and keeps the digits of its numbers.
func decode(raw []byte) (any, bool) {
	if !json.Valid(raw) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	return v, d.Decode(&v) == nil
}

// encode writes v compactly and without the escapes that only HTML needs. It is for values that always have a JSON form.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// only reports whether all members have one of the names.
func only(members map[string]json.RawMessage, names ...string) bool {
	for name := range members {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

// textOf reads a JSON string.
func textOf(raw json.RawMessage) (string, bool) {
	v, _ := decode(raw)
	s, ok := v.(string)
	return s, ok
}

// list reads a JSON array of what one accepts, or a single such value as an array of one.
func list(raw json.RawMessage, one func(any) (string, bool)) ([]string, bool) {
	v, ok := decode(raw)
	if !ok {
		return nil, false
	}
	items, isArray := v.([]any)
	if !isArray {
		items = []any{v}
	}
	all := make([]string, 0, len(items))
	for _, item := range items {
		s, ok := one(item)
		if !ok {
			return nil, false
		}
		all = append(all, s)
	}
	return all, true
}

func onlyText(v any) (string, bool) {
	s, ok := v.(string)
	return s, ok
}

// anyScalar takes numbers and booleans as they are written: the value of a condition may lack its quotes.
func anyScalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	}
	return "", false
}

// statements splits the member Statement: an array, or an object that stands for an array of one. Absent and null are none.
func statements(raw json.RawMessage) ([]json.RawMessage, bool) {
	switch {
	case raw == nil:
		return nil, true
	case strings.HasPrefix(string(raw), "{"):
		return []json.RawMessage{raw}, true
	}
	var all []json.RawMessage
	return all, json.Unmarshal(raw, &all) == nil
}
