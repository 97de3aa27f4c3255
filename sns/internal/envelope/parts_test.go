package envelope

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParts(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct {
		text  string
		parts []string
	}{
		"none":                     {"", []string{""}},
		"as long as one can be":    {x(160), []string{x(160)}},
		"one more":                 {x(161), []string{x(160), x(1)}},
		"between words":            {x(100) + " " + x(100), []string{x(100) + " ", x(100)}},
		"a blank that just fits":   {x(159) + " " + x(10), []string{x(159) + " ", x(10)}},
		"no blank in the second":   {"a " + x(158) + x(160), []string{"a ", x(160), x(158)}},
		"signs of twice 7 bits":    {strings.Repeat("€", 81), []string{strings.Repeat("€", 80), "€"}},
		"a blank at the start":     {" " + x(160), []string{" ", x(160)}},
		"one sign of 16 bits":      {x(70) + "ж", []string{x(70), "ж"}},
		"signs of twice 16 bits":   {strings.Repeat("🙂", 36), []string{strings.Repeat("🙂", 35), "🙂"}},
		"letters of other tongues": {strings.Repeat("é", 160), []string{strings.Repeat("é", 160)}},
	} {
		require.Equal(t, c.parts, Parts(c.text), name)
	}
}

// Put together the parts are the text, none is empty unless the text is, none holds more than 140 bytes, and each could not have
// taken the next character too, unless it was cut after a blank.
func TestPartsAreTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alphabet := rapid.SampledFrom([][]rune{[]rune("ab €"), []rune("aж "), []rune("🙂ж"), []rune("x")}).Draw(t, "alphabet")
		text := rapid.StringOfN(rapid.SampledFrom(alphabet), 0, 500, -1).Draw(t, "text")
		sixteen := strings.ContainsAny(text, "ж🙂")
		bits := func(s string) int {
			if sixteen {
				return 16 * len(utf16.Encode([]rune(s)))
			}
			return 7 * (len([]rune(s)) + strings.Count(s, "€"))
		}
		parts := Parts(text)
		require.Equal(t, text, strings.Join(parts, ""))
		for i, p := range parts {
			require.LessOrEqual(t, bits(p), 140*8)
			if text != "" {
				require.NotEmpty(t, p)
			}
			if i+1 < len(parts) && !strings.HasSuffix(p, " ") {
				next := string([]rune(parts[i+1])[0])
				require.Greater(t, bits(p+next), 140*8)
				require.NotContains(t, p, " ")
			}
		}
	})
}
