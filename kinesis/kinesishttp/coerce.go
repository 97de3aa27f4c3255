package kinesishttp

import (
	"bytes"
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/internal/awswire"
)

// typeError is the refusal of a member of the wrong type.
type typeError string

func (e typeError) Error() string { return serialization + ": " + string(e) }

// typed reads values as the service converts them. The first one that cannot be converted is the refusal of the request, once all of
// it has been read. What is null is absent.
type typed struct {
	awswire.Reader
	wrong string
}

// err returns the refusal of what was read.
func (t *typed) err() error {
	if err := t.Err(); err != nil {
		return err
	}
	if t.wrong != "" {
		return typeError(t.wrong)
	}
	return nil
}

// refuse skips a value that is not what it should be.
func (t *typed) refuse(text string) {
	t.Skip()
	if t.wrong == "" {
		t.wrong = text
	}
}

const (
	unexpectedList = "Start of list found where not expected"
	unexpectedMap  = "Start of structure or map found where not expected."
)

// refuseScalar skips a value where a text, a number and the like should be.
func (t *typed) refuseScalar(k awswire.Kind, wanted string) {
	switch k {
	case awswire.List:
		t.refuse(unexpectedList)
	case awswire.Map:
		t.refuse(unexpectedMap)
	case awswire.Null:
		t.Skip()
	default:
		t.refuse("class " + class(k) + " can not be converted to " + wanted)
	}
}

// class is the service's own name for a kind of value.
func class(k awswire.Kind) string {
	switch k {
	case awswire.Text:
		return "java.lang.String"
	case awswire.Bool:
		return "java.lang.Boolean"
	case awswire.Blob:
		return "java.nio.HeapByteBuffer"
	}
	return "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
}

func (t *typed) text() *string {
	if k := t.Kind(); k != awswire.Text {
		t.refuseScalar(k, "an String")
		return nil
	}
	return new(string(t.Bytes()))
}

// int reads a number, without its fraction and no further than 32 bits reach.
func (t *typed) int() *int {
	if k := t.Kind(); k != awswire.Number {
		t.refuseScalar(k, "an Integer")
		return nil
	}
	f := math.Floor(t.Float())
	switch {
	case math.IsNaN(f):
		f = 0
	case f < math.MinInt32:
		f = math.MinInt32
	case f > math.MaxInt32:
		f = math.MaxInt32
	}
	return new(int(f))
}

func (t *typed) bool() bool {
	switch k := t.Kind(); k {
	case awswire.Bool:
		return t.Bool()
	case awswire.Text:
		s := string(t.Bytes())
		if b, err := strconv.ParseBool(strings.ToLower(s)); err == nil && len(s) > 1 {
			return b
		}
		if t.wrong == "" {
			t.wrong = "'" + s + "' can not be converted to an Boolean"
		}
	default:
		t.refuseScalar(k, "an Boolean")
	}
	return false
}

func (t *typed) time() time.Time {
	if k := t.Kind(); k != awswire.Number {
		t.refuseScalar(k, "milliseconds since epoch")
		return time.Time{}
	}
	return t.Time()
}

// blob reads bytes, nil if they are absent. They may be part of the request.
func (t *typed) blob() []byte {
	switch k := t.Kind(); k {
	case awswire.Blob:
		if b := t.Bytes(); b != nil {
			return b
		}
		return []byte{}
	case awswire.Text:
		text := t.Bytes()
		b, why := decodeBase64(text)
		if why != "" && t.wrong == "" {
			t.wrong = "'" + string(text) + "' can not be converted to a Blob: " + why
		}
		return b
	default:
		t.refuseScalar(k, "a Blob")
		return nil
	}
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// decodeBase64 returns what a text stands for, or why it stands for nothing.
func decodeBase64(text []byte) (b []byte, why string) {
	if len(text)%4 != 0 {
		return nil, "Base64 encoded length is expected a multiple of 4 bytes but found: " + strconv.Itoa(len(text))
	}
	b = make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(b, text)
	if err == nil && bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') < 0 { // which a lenient decoder would skip
		return b[:n], ""
	}
	body := strings.TrimSuffix(strings.TrimSuffix(string(text), "="), "=")
	for _, r := range body {
		if !strings.ContainsRune(base64Letters, r) {
			return nil, "Invalid Base64 character: '" + string(r) + "'"
		}
	}
	return nil, "Invalid last non-pad Base64 character dectected"
}

// list reads a list, whose items item reads; null items are left out. It reports whether there was one.
func (t *typed) list(item func()) bool {
	switch t.Kind() {
	case awswire.List:
		return t.List(func() {
			if t.Kind() == awswire.Null {
				t.Skip()
				return
			}
			item()
		})
	case awswire.Null:
		t.Skip()
	case awswire.Map:
		t.refuse(unexpectedMap)
	default:
		t.refuse("Expected list or null")
	}
	return false
}

func (t *typed) texts() []string {
	l := []string{}
	if !t.list(func() {
		if s := t.text(); s != nil {
			l = append(l, *s)
		}
	}) {
		return nil
	}
	return l
}

// object reads a structure or a map; scalar is the refusal of what is no such thing. It reports whether there was one.
func (t *typed) object(scalar string, member func(name string)) bool {
	switch t.Kind() {
	case awswire.Map:
		return t.Object(member)
	case awswire.Null:
		t.Skip()
	case awswire.List:
		t.refuse(unexpectedList)
	default:
		t.refuse(scalar)
	}
	return false
}

func (t *typed) structure(member func(name string)) bool {
	return t.object("Expected null", member)
}

func (t *typed) textMap() map[string]string {
	m := map[string]string{}
	if !t.object("Expected map or null", func(name string) {
		if s := t.text(); s != nil {
			m[name] = *s
		}
	}) {
		return nil
	}
	return m
}
