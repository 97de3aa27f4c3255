package awswire

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

// value reads whatever comes next, in either encoding.
func value(in Reader) any {
	switch in.Kind() {
	case Text:
		return string(in.Bytes())
	case Blob:
		return in.Bytes()
	case Number:
		return in.Float()
	case Bool:
		return in.Bool()
	case List:
		l := wiretest.List{}
		in.List(func() { l = append(l, value(in)) })
		return l
	case Map:
		o := wiretest.Obj{}
		in.Object(func(name string) { o[name] = value(in) })
		return o
	case Null:
		in.Skip()
	}
	return nil
}

func TestKindsOfJSON(t *testing.T) {
	in := NewIn([]byte(`{"a":[1,-2.5,"x","\u00e9",true,false,null,{}],"b":1e999,"c":{"d":[[]]}}`))
	require.Equal(t, Map, in.Kind())
	require.Equal(t, wiretest.Obj{
		"a": wiretest.List{1.0, -2.5, "x", "é", true, false, nil, wiretest.Obj{}}, "b": math.Inf(1),
		"c": wiretest.Obj{"d": wiretest.List{wiretest.List{}}},
	}, value(in))
	require.NoError(t, in.Err())
	for _, text := range []string{"", "x", "}", "nul", "tru", "falsy", "-", "1.", "+1"} {
		in := NewIn([]byte(text))
		value(in)
		require.Error(t, in.Err(), text)
	}
}

// RFC 8949 lists these examples in its appendix A.
func TestExamplesOfCBOR(t *testing.T) {
	for document, want := range map[string]any{
		"\x00": 0.0, "\x17": 23.0, "\x18\x18": 24.0, "\x19\x03\xe8": 1000.0, "\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00": 1e12,
		"\x20": -1.0, "\x38\x63": -100.0, "\x3b\xff\xff\xff\xff\xff\xff\xff\xff": -18446744073709551616.0,
		"\xf9\x00\x00": 0.0, "\xf9\x80\x00": math.Copysign(0, -1), "\xf9\x3c\x00": 1.0, "\xf9\x3e\x00": 1.5, "\xf9\x7b\xff": 65504.0,
		"\xfa\x47\xc3\x50\x00": 100000.0, "\xfb\x7e\x37\xe4\x3c\x88\x00\x75\x9c": 1.0e+300, "\xf9\x00\x01": 5.960464477539063e-8,
		"\xf9\x04\x00": 0.00006103515625, "\xf9\xc4\x00": -4.0, "\xfb\xc0\x10\x66\x66\x66\x66\x66\x66": -4.1, "\xf9\x7c\x00": math.Inf(1),
		"\xf9\xfc\x00": math.Inf(-1), "\xfa\x7f\x80\x00\x00": math.Inf(1), "\xf4": false, "\xf5": true, "\xf6": nil, "\xf7": nil,
		"\xc1\x1a\x51\x4b\x67\xb0": 1363896240.0, "\x40": []byte{}, "\x44\x01\x02\x03\x04": []byte{1, 2, 3, 4}, "\x60": "", "\x62\x22\x5c": `"\`,
		"\x62\xc3\xbc": "ü", "\x80": wiretest.List{}, "\x83\x01\x02\x03": wiretest.List{1.0, 2.0, 3.0},
		"\x5f\x42\x01\x02\x43\x03\x04\x05\xff": []byte{1, 2, 3, 4, 5}, "\x7f\x65strea\x64ming\xff": "streaming", "\x9f\xff": wiretest.List{},
		"\x9f\x01\x82\x02\x03\x9f\x04\x05\xff\xff": wiretest.List{1.0, wiretest.List{2.0, 3.0}, wiretest.List{4.0, 5.0}},
		"\xbf\x63Fun\xf5\x63Amt\x21\xff":           wiretest.Obj{"Fun": true, "Amt": -2.0},
		"\xa2\x61a\x01\x61b\x82\x02\x03":           wiretest.Obj{"a": 1.0, "b": wiretest.List{2.0, 3.0}},
		"\xd8\x20\x76http://www.example.com":       "http://www.example.com",
		"\x5f\xff":                                 []byte{}, "\x7f\xff": "", "\xbf\xff": wiretest.Obj{},
	} {
		in := NewCBORIn([]byte(document))
		require.Equal(t, want, value(in), "%x", document)
		require.NoError(t, in.Err(), "%x", document)
		in = NewCBORIn([]byte(document))
		in.Skip()
		require.NoError(t, in.Err(), "%x skipped", document)
		for end := range len(document) {
			in := NewCBORIn([]byte(document[:end]))
			value(in)
			require.Error(t, in.Err(), "%x cut at %d", document, end)
		}
	}
	in := NewCBORIn([]byte("\xf9\x7e\x00"))
	require.True(t, math.IsNaN(in.Float()))
}

// Whoever asks for what is not there makes the document malformed, and reads nothing more.
func TestCBOROfTheWrongKind(t *testing.T) {
	for document, ask := range map[string]func(*CBORIn){
		"\x61x": func(in *CBORIn) { in.Float() }, "\x00": func(in *CBORIn) { in.Bytes() }, "\x01": func(in *CBORIn) { in.Bool() },
		"\x80": func(in *CBORIn) { in.Object(func(string) {}) }, "\xa0": func(in *CBORIn) { in.List(func() {}) },
		"\xf4": func(in *CBORIn) { in.Time() }, "\xf6": func(in *CBORIn) { in.Object(func(string) {}) },
	} {
		in := NewCBORIn([]byte(document))
		ask(in)
		require.Equal(t, ErrMalformed, in.Err(), "%x", document)
		require.Equal(t, Broken, in.Kind())
		require.Nil(t, in.Bytes())
		require.Zero(t, in.Float())
		require.False(t, in.Bool())
	}
}

func TestTimes(t *testing.T) {
	at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
	for text, want := range map[string]time.Time{
		"1545084650.987": at(1545084650987), "1545084650": at(1545084650000), "0.0004": at(0), "0.0006": at(1), "-1.5": at(-1500),
		"1e999": at(253402300799999), "-1e999": at(-62135596799000), "1.5450846505E9": at(1545084650500),
	} {
		in := NewIn([]byte(text))
		require.Equal(t, want, in.Time(), text)
		require.NoError(t, in.Err())
	}
	for document, want := range map[string]time.Time{
		"\xc1\x1b\x00\x00\x01\x67\xbe\x38\xc5\xeb": at(1545084650987), "\x00": at(0), "\xc1\x39\x05\xdb": at(-1500),
		"\xc1\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00": at(1500), "\xf9\x7e\x00": at(-62135596799000),
		"\x1b\xff\xff\xff\xff\xff\xff\xff\xff": at(253402300799999),
	} {
		in := NewCBORIn([]byte(document))
		require.Equal(t, want, in.Time(), "%x", document)
		require.NoError(t, in.Err())
	}
	for ms, want := range map[int64]string{1545084650987: "1545084650.987", 1545084650500: "1545084650.5", 1545084650000: "1545084650", 7: "0.007"} {
		o := NewOut(false)
		o.Open("")
		o.Time("t", at(ms))
		o.Close("")
		require.Equal(t, `{"t":`+want+`}`, string(o.Bytes()))
	}
}

// write writes one of each.
func write(o Writer, n int) {
	o.Open("")
	o.Text("text", "x")
	o.Text("empty", "")
	o.ForceText("forced", "")
	o.Int("int", int64(n))
	o.Int("negative", -int64(n))
	o.Bool("yes", true)
	o.Bool("no", false)
	o.Time("time", time.UnixMilli(1500))
	o.Binary("bytes", []byte{0xff, 0})
	o.Object("object", func() {
		for i := range n {
			o.Int("n"+strings.Repeat("i", i), int64(i))
		}
	})
	o.List("list", "", 2, func(i int) { o.Texts("texts", "", []string{"a", "b"}[:i]) })
	o.Close("")
}

// The same members in both encodings, whatever their number; in CBOR the shortest heads.
func TestWritersAgree(t *testing.T) {
	for _, n := range []int{0, 1, 23, 24, 255, 256, 300} {
		json, cbor := NewOut(false), NewCBOROut()
		write(&json, n)
		write(cbor, n)
		in := NewIn(json.Bytes())
		want := value(in).(wiretest.Obj)
		require.NoError(t, in.Err())
		want["bytes"] = []byte{0xff, 0}
		got, err := wiretest.DecodeCBOR(cbor.Bytes())
		require.NoError(t, err)
		require.Equal(t, any(want), got)
		require.Len(t, want["object"], n)
	}
	o := NewCBOROut()
	o.Open("")
	o.Int("a", 24)
	o.Int("b", -1)
	o.Time("c", time.UnixMilli(65536))
	o.Close("")
	require.Equal(t, "\xa3\x61a\x18\x18\x61b\x20\x61c\xc1\x1a\x00\x01\x00\x00", string(o.Bytes()))
}

// What an encoder of another hand writes is read as it was.
func TestCBORIsRead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want := drawValue(r, 3)
		in := NewCBORIn(wiretest.EncodeCBOR(want))
		require.Equal(r, want, value(in))
		require.NoError(r, in.Err())
	})
}

func drawValue(r *rapid.T, depth int) any {
	most := 6
	if depth == 0 {
		most = 4
	}
	switch rapid.IntRange(0, most).Draw(r, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(r, "truth")
	case 2:
		return rapid.Float64().Draw(r, "number")
	case 3:
		return rapid.String().Draw(r, "text")
	case 4:
		return append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(r, "bytes")...)
	case 5:
		l := wiretest.List{}
		for range rapid.IntRange(0, 3).Draw(r, "items") {
			l = append(l, drawValue(r, depth-1))
		}
		return l
	}
	o := wiretest.Obj{}
	for range rapid.IntRange(0, 3).Draw(r, "members") {
		o[rapid.String().Draw(r, "name")] = drawValue(r, depth-1)
	}
	return o
}

// FuzzCBORIn reads anything: it ends, and what is skipped is malformed if what is read is.
func FuzzCBORIn(f *testing.F) {
	for _, document := range []string{
		"", "\xa0", "\xbf\x61a\x5f\x41a\xff\xff", "\xc1\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00", "\x9f\x9f\x9f", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
		"\xdb\x00\x00\x00\x00\x00\x00\x00\x01\xf6", "\x7f\x61x\x00\xff", "\xf8\x18", "\xff", "\xdb\xdb", "\xa1\x61\xff\x00", "\xf9\x7e\x00",
	} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		read, skipped := NewCBORIn(document), NewCBORIn(document)
		value(read)
		skipped.Skip()
		require.Equal(t, read.Err(), skipped.Err())
		require.Equal(t, read.i, skipped.i)
		if v, err := wiretest.DecodeCBOR(document); err == nil && v != nil {
			require.NoError(t, read.Err(), "%v", v)
		}
	})
}
