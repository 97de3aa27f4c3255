package policy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// covers is the definition, in exponential time.
func covers(pattern, text []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(text) == 0
	case pattern[0] == '*':
		return covers(pattern[1:], text) || len(text) > 0 && covers(pattern, text[1:])
	}
	return len(text) > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && covers(pattern[1:], text[1:])
}

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "a", true}, {"?", "", false}, {"?", "é", true},
		{"??", "é", false}, {"*?é", "éé", true}, {"*??b*", "日bx", false}, {"a*b*c", "abxbc", true}, {"a*b*c", "abxbcd", false}, {"*a", "aaab", false},
		{"*ab", "aab", true}, {"*a*b", "axb", true}, {"a", "ab", false}, {"ab", "a", false}, {"*", "*?", true}, {"[a]", "a", false}, {`\*`, "x", false},
	} {
		require.Equal(t, c.want, wildcard(c.pattern, c.text), "%q %q", c.pattern, c.text)
	}
}

// All short patterns against all short texts.
func TestWildcardIsTheDefinition(t *testing.T) {
	texts := words("a日", 5)
	for _, pattern := range words("a日*?", 5) {
		for _, text := range texts {
			if wildcard(pattern, text) != covers([]rune(pattern), []rune(text)) {
				t.Fatalf("wildcard(%q, %q) is wrong", pattern, text)
			}
		}
	}
}

// words returns all words over the alphabet up to the given length.
func words(alphabet string, length int) []string {
	all := []string{""}
	for begin := 0; length > 0; length-- {
		end := len(all)
		for _, word := range all[begin:end] {
			for _, letter := range alphabet {
				all = append(all, word+string(letter))
			}
		}
		begin = end
	}
	return all
}

// A recursive matcher would not come back from this.
func TestWildcardTakesNoExponentialTime(t *testing.T) {
	text := strings.Repeat("a", 8_000)
	require.False(t, wildcard(strings.Repeat("*a", 2_000)+"*b", text))
	require.True(t, wildcard(strings.Repeat("*a", 2_000)+"*", text))
	require.False(t, wildcard(strings.Repeat("*?", 2_000)+"*b", text))
}

func FuzzWildcard(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Add("*é?", "aéé")
	f.Add("**?*", "")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		_ = wildcard(pattern, text)
		pattern, text = strings.ToValidUTF8(pattern, "a"), strings.ToValidUTF8(text, "a")
		if len(text) > 20 || strings.Count(pattern, "*") > 5 {
			return // too much for the definition
		}
		if wildcard(pattern, text) != covers([]rune(pattern), []rune(text)) {
			t.Errorf("wildcard(%q, %q) is wrong", pattern, text)
		}
	})
}
