package awswire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// document is what the tests read: one member of each type, and what nobody asks for.
type document struct {
	Text   *string
	Number *int32
	Binary []byte
	Texts  []string
	Map    map[string]string
	Inner  *document
	List   []document
}

func read(in *In) *document {
	d := &document{}
	if !in.Object(func(name string) {
		switch name {
		case "Text":
			d.Text = in.Text()
		case "Number":
			d.Number = in.Int32()
		case "Binary":
			d.Binary = in.Binary()
		case "Texts":
			d.Texts = in.Texts()
		case "Map":
			d.Map = in.TextMap()
		case "Inner":
			d.Inner = read(in)
		case "List":
			d.List = nil
			if in.List(func() {
				if item := read(in); item != nil {
					d.List = append(d.List, *item)
				} else {
					d.List = append(d.List, document{})
				}
			}) && d.List == nil {
				d.List = []document{}
			}
		default:
			in.Skip()
		}
	}) {
		return nil
	}
	return d
}

func TestIn(t *testing.T) {
	d := read(NewIn([]byte(` {"Text" : "a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é", "Number":-12,"Binary":"AAE=", "skip":[1.5e-3,{"a":null},true],
		"Texts":["x",null],"Map":{"k":"v"},"Inner":{"Text":null},"List":[{"Number":1},{}]} `)))
	require.Equal(t, &document{
		Text: new("a\"\\/\b\f\n\r\té😀é"), Number: new(int32(-12)), Binary: []byte{0, 1}, Texts: []string{"x", ""},
		Map: map[string]string{"k": "v"}, Inner: &document{}, List: []document{{Number: new(int32(1))}, {}},
	}, d)
}

func TestInRefuses(t *testing.T) {
	for _, text := range []string{
		``, `x`, `{`, `{"a"`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a" 1}`, `{"a":1 "b":2}`, `[]`, `"s"`, `1`, `{}x`, `{} {}`, `{a:1}`,
		`{"Text":1}`, `{"Text":tru}`, `{"Number":"1"}`, `{"Number":1.0}`, `{"Number":1e2}`, `{"Number":01}`, `{"Number":+1}`,
		`{"Number":2147483648}`, `{"Number":99999999999999999999}`, `{"Number":-}`, `{"x":01}`, `{"x":.5}`, `{"x":1.}`, `{"x":1e}`, `{"x":nul}`, `{"x":[1,]}`,
		`{"Text":"` + "\n" + `"}`, `{"Text":"\q"}`, `{"Text":"\u12"}`, `{"Text":"\ud83d"}`, `{"Text":"\ude00\ud83d"}`, `{"Text":"\`,
		`{"Text":"\ud83dx"}`, `{"Texts":{}}`, `{"Map":[]}`, `{"Binary":"*"}`, `{"Binary":1}`, `{"Texts":[1]}`,
		`{"x":` + strings.Repeat("[", deepest+2) + strings.Repeat("]", deepest+2) + `}`,
	} {
		in := NewIn([]byte(text))
		d := read(in)
		require.True(t, in.Err() != nil || d == nil, text)
	}
}

// In takes what the standard library's decoder takes and what has the right types, reads the same from it, and refuses all else.
func FuzzIn(f *testing.F) {
	for _, s := range []string{
		`{"Text":"a","Number":1}`, `{"Texts":["\u00e9"],"Map":{"a":"b"},"List":[{}]}`, `{"Inner":{"Binary":"AA=="},"x":{"y":[1,2.5e3,null]}}`,
		`null`, `{"Number":null}`, `{"List":[null]}`, `{"Number":-1,"Number":2}`, `{"Number":0e1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) || strings.Contains(string(text), `\u`) { // half characters are replaced there, refused here
			return
		}
		in := NewIn(text)
		got := read(in)
		if in.Err() != nil {
			got = nil
		}
		want, ok := standard(text)
		if !ok {
			want = nil
		}
		require.Equal(t, want, got, "%s", text)
	})
}

// standard reads a document with encoding/json.
func standard(text []byte) (*document, bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return nil, false
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, false
	}
	return convert(v)
}

// convert turns what any document decodes into into ours, where the types agree.
func convert(v any) (d *document, ok bool) {
	m, isObject := v.(map[string]any)
	if !isObject {
		return nil, v == nil
	}
	d, ok = &document{}, true
	as := func(good bool) { ok = ok && good }
	for name, v := range m {
		if v == nil {
			continue
		}
		switch name {
		case "Text":
			s, good := v.(string)
			d.Text = &s
			as(good)
		case "Number":
			n, _ := v.(json.Number)
			i, err := strconv.ParseInt(n.String(), 10, 32)
			d.Number = new(int32(i))
			as(err == nil)
		case "Binary":
			s, good := v.(string)
			b, err := base64.StdEncoding.DecodeString(s)
			d.Binary = b
			as(good && err == nil)
		case "Texts":
			l, good := v.([]any)
			d.Texts = []string{}
			for _, v := range l {
				s, good := v.(string)
				d.Texts = append(d.Texts, s)
				as(good || v == nil)
			}
			as(good)
		case "Map":
			m, good := v.(map[string]any)
			d.Map = map[string]string{}
			for k, v := range m {
				s, good := v.(string)
				d.Map[k] = s
				as(good || v == nil)
			}
			as(good)
		case "Inner":
			inner, good := convert(v)
			d.Inner = inner
			as(good)
		case "List":
			l, good := v.([]any)
			d.List = []document{}
			for _, v := range l {
				item, good := convert(v)
				if item == nil {
					item = &document{}
				}
				d.List = append(d.List, *item)
				as(good)
			}
			as(good)
		}
	}
	return d, ok
}
