package sqs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 7: digests, by the recorded vectors.

func TestDigestOfBody(t *testing.T) {
	require.Equal(t, "78e731027d8fd50ed642340b7c9a63b3", sqs.MD5OfBody("message"))
	require.Equal(t, "098f6bcd4621d373cade4e832627b4f6", sqs.MD5OfBody("test"))
}

func TestDigestOfAttributes(t *testing.T) {
	text := func(pairs ...string) map[string]sqs.Attribute {
		m := map[string]sqs.Attribute{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = sqs.String(pairs[i+1])
		}
		return m
	}
	for _, c := range []struct {
		attributes map[string]sqs.Attribute
		want       string
	}{
		{map[string]sqs.Attribute{"timestamp": sqs.Number("1493147359900")}, "235c5c510d26fb653d073faed50ae77c"},
		{text("k", "x"), "a45daa70926828a2f0a1db3418e6feb4"},
		{text("Foo", "Bar"), "ae7155c6026991b6d54b11589678bf9c"},
		{text("MyAttribute", "foobar"), "adb59cd4678ea5a855436b949cd07ab6"},
		{text("General", "Kenobi", "Hello", "There", "Help.Me", "Me"), "4c360f3fdafd970e05fae2f149d997f5"},
		{text("Hello", "There", "General", "Kenobi"), "fca026605781cb4126a1e9044df24232"},
		{text("Hello", "There"), "a311262e065454b75da111d535b8dacd"},
		{text("Hello", "There", "Help.Me", "Me"), "83fee93c1bcd8b9a5a923ffacdc636c7"},
		{map[string]sqs.Attribute{"attr1": sqs.Number("99.12")}, "d302007e9aa062660afc85fd0a482472"},
		{map[string]sqs.Attribute{"attr1": sqs.Number("99.12"), "attr2": sqs.Number("109.12")}, "9b720b3af309c1c4b0d395c53b08c502"},
		{map[string]sqs.Attribute{"attr1": sqs.Binary([]byte("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"))},
			"8cbe4db156db8a94db8b801b7addb984"},
		{nil, ""},
		{map[string]sqs.Attribute{}, ""},
	} {
		require.Equal(t, c.want, sqs.MD5OfAttributes(c.attributes), c.attributes)
	}
}

func TestDigestOfSystemAttributes(t *testing.T) {
	require.Equal(t, "5ae4d5d7636402d80f4eb6d213245a88",
		sqs.MD5OfSystemAttributes("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"))
	require.Empty(t, sqs.MD5OfSystemAttributes(""))
}

// A custom label belongs to the digested type, and names are sorted by bytes, upper case first.
func TestDigestOfLabelsAndOrder(t *testing.T) {
	digest := func(kind string, binary []byte, text string) string {
		return sqs.MD5OfAttributes(map[string]sqs.Attribute{"k": {Type: kind, Text: text, Binary: binary}})
	}
	require.NotEqual(t, digest("String", nil, "x"), digest("String.label", nil, "x"))
	require.NotEqual(t, digest("Binary.x", []byte("x"), ""), digest("String.x", nil, "x"))
	ordered := map[string]sqs.Attribute{"b": sqs.String("1"), "B": sqs.String("2"), "a": sqs.String("3"), "ä": sqs.String("4")}
	// MD5 of the four in the order B a b ä, computed by another program
	require.Equal(t, "1e3362d3971e407f3697b0b54e8c5c3b", sqs.MD5OfAttributes(ordered))
}
