package sqs

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// allowed is the rule of the service, character by character.
func allowed(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return false
		}
	}
	return utf8.ValidString(s)
}

// What may stand in a body does not depend on where in it, or in which company, it stands.
func TestContentEverywhere(t *testing.T) {
	for _, part := range []string{"", "\t", "\n", "\x00", "\x1f", "\x7f", "\x80", "é", "\xc3", "世", "\ufffd", "\ufffe", "\uffff", "\U0010ffff", "\xff"} {
		for before := range 70 {
			for _, after := range []int{0, 1, 7, 8, 31, 40} {
				s := strings.Repeat(" ", before) + part + strings.Repeat("~", after)
				require.Equal(t, allowed(s), isContent(s), "%q", s)
			}
		}
	}
}

func TestContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.StringN(30, 40, -1),
			rapid.SampledFrom([]string{strings.Repeat("x", 8), strings.Repeat("x", 33), "\n", "\x01", "\x80", "\xa0", "\xff\xff", "\uffff"})))
		s := strings.Join(parts.Draw(t, "parts"), "")
		require.Equal(t, allowed(s), isContent(s), "%q", s)
	})
}
