package jsontext

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Any text comes back from encoding/json, with its invalid bytes replaced, and nothing is escaped that need not be.
func TestAppend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()),
			func(b []byte) string { return string(b) })).Draw(t, "text")
		var back string
		require.NoError(t, json.Unmarshal(Append(nil, text), &back))
		require.Equal(t, string([]rune(text)), back)
	})
	require.Equal(t, `before"<a href='/'>&\"\\\n\r\t\u0000\u007fé`+"\u2028"+`\ufffd"`,
		string(Append([]byte("before"), "<a href='/'>&\"\\\n\r\t\x00\x7fé\u2028\xff")))
	require.Equal(t, `"\u001f\ufffd\ufffd😀"`, string(Append(nil, "\x1f\xe2\x82😀")))
}

func TestObject(t *testing.T) {
	m, ok := Object([]byte(` {"a":1,"A":2,"a":3} `))
	require.True(t, ok)
	require.Equal(t, map[string]json.RawMessage{"a": json.RawMessage("3"), "A": json.RawMessage("2")}, m)
	for _, text := range []string{``, `null`, `[]`, `"{}"`, `{`, `{}x`, `{"a":}`, `{}{}`} {
		_, ok := Object([]byte(text))
		require.False(t, ok, text)
	}
}
