package awswire

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyText draws any text: also control characters, invalid UTF-8 and what separates lines in JavaScript.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{
			"", "\x00\x01\x1f\x7f", "\u2028\u2029\ufeff", "\r\n\t", `"\/<>&'`, "\xff", "\xed\xa0\x80", "\xf0\x9f\x98", "😀", "a\xffb", "\ufffd",
			"\u0085", "\ufffe\uffff",
		}))
}

// whole replaces every invalid byte, as encoding/json does.
func whole(s string) string { return string([]rune(s)) }

// written returns what f writes.
func written(xml bool, f func(o *Out)) string {
	o := NewOut(xml)
	f(&o)
	return string(o.Bytes())
}

// member writes a text as a member of an object, and returns it as package json understands it.
func member(t require.TestingT, text string) string {
	out := written(false, func(o *Out) {
		o.Open("")
		o.ForceText("a", text)
		o.Close("")
	})
	require.True(t, json.Valid([]byte(out)), out)
	var back struct{ A *string }
	require.NoError(t, json.Unmarshal([]byte(out), &back), out)
	return *back.A
}

func TestTextsComeBackFromJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		require.Equal(t, whole(text), member(t, text))
	})
	for c := range rune(0x3000) { // the blocks in which anything is special
		require.Equal(t, string(c), member(t, string(c)))
	}
}

func FuzzTexts(f *testing.F) {
	for _, text := range []string{"", "\x00\"\\\u2028\xff", "<&>\r\n", "\xed\xa0\x80", "\ufffe"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		require.Equal(t, whole(text), member(t, text))
		require.Equal(t, readable(text), element(t, text))
	})
}

// element writes a text as an element, and returns it as package xml understands it.
func element(t require.TestingT, text string) string {
	out := written(true, func(o *Out) { o.ForceText("a", text) })
	var back string
	require.NoError(t, xml.Unmarshal([]byte(out), &back), out)
	return back
}

// readable replaces what XML has no characters for.
func readable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, s)
}

func TestTextsComeBackFromXML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		require.Equal(t, readable(text), element(t, text))
	})
	for c := range rune(0x3000) {
		require.Equal(t, readable(string(c)), element(t, string(c)))
	}
}

func TestXMLAsTheServiceWritesIt(t *testing.T) {
	for text, want := range map[string]string{
		"\r\n\t": "&#xD;\n\t", `"'`: "&quot;'", "<&>": "&lt;&amp;&gt;", "&lt;&#xD;": "&amp;lt;&amp;#xD;", "]]>": "]]&gt;",
		"é\u2028😀": "é\u2028😀", "\x00\xff\uffff": "\ufffd\ufffd\ufffd", "\x7f\u0085": "\x7f\u0085",
	} {
		require.Equal(t, want, string(appendXML(nil, text)))
	}
}

// all writes one member of each kind, between two others.
func all(o *Out) {
	o.Open("R")
	o.Text("empty", "")
	o.ForceText("forced", "")
	o.Text("text", "x")
	o.Int("int", -5)
	o.Bool("bool", true)
	o.Binary("bytes", []byte{0, 0xff})
	o.Texts("texts", "T", []string{"a", `"`})
	o.Texts("none", "T", nil)
	o.Map("map", "M", "K", "V", map[string]string{"b\"": "2", "a": ""})
	o.Map("noMap", "M", "K", "V", nil)
	o.List("list", "E", 2, func(i int) { o.Int("i", int64(i)) })
	o.List("emptyList", "E", 0, nil)
	o.Objects("objects", "O", []string{"x", "y"}, func(key string) {
		o.Text("is", key)
		o.Bool("b", false)
	})
	o.Objects("noObjects", "O", nil, nil)
	o.Text("last", "z")
	o.Close("R")
}

func TestShapesInJSON(t *testing.T) {
	require.Equal(t, `{"forced":"","text":"x","int":-5,"bool":true,"bytes":"AP8=","texts":["a","\""],"none":[],`+
		`"map":{"a":"","b\"":"2"},"list":[{"i":0},{"i":1}],"emptyList":[],"objects":{"x":{"is":"x","b":false},"y":{"is":"y","b":false}},`+
		`"last":"z"}`, written(false, all))
}

func TestShapesInXML(t *testing.T) {
	require.Equal(t, `<R><forced></forced><text>x</text><int>-5</int><bool>true</bool><bytes>AP8=</bytes><T>a</T><T>&quot;</T>`+
		`<M><K>a</K><V></V></M><M><K>b&quot;</K><V>2</V></M><E><i>0</i></E><E><i>1</i></E>`+
		`<O><Name>x</Name><Value><is>x</is><b>false</b></Value></O><O><Name>y</Name><Value><is>y</is><b>false</b></Value></O>`+
		`<last>z</last></R>`, written(true, all))
}

// An object may begin with a member of any kind, and be empty.
func TestCommasInJSON(t *testing.T) {
	kinds := []func(o *Out){
		func(o *Out) { o.Text("a", "x") },
		func(o *Out) { o.Int("b", 1) },
		func(o *Out) { o.Texts("c", "T", []string{"x"}) },
		func(o *Out) { o.Map("d", "M", "K", "V", map[string]string{"x": "y"}) },
		func(o *Out) { o.List("e", "E", 1, func(int) {}) },
		func(o *Out) { o.Objects("f", "O", []string{"x"}, func(string) {}) },
		func(o *Out) { o.List("g", "E", 2, func(int) { o.Text("x", "y") }) },
	}
	rapid.Check(t, func(t *rapid.T) {
		picked := rapid.SliceOfDistinct(rapid.IntRange(0, len(kinds)-1), rapid.ID[int]).Draw(t, "kinds")
		out := written(false, func(o *Out) {
			o.Open("")
			for _, k := range picked {
				kinds[k](o)
			}
			o.Close("")
		})
		var back map[string]any
		require.NoError(t, json.Unmarshal([]byte(out), &back), out)
		require.Len(t, back, len(picked))
	})
}
