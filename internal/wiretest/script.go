package wiretest

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Step is a request and its whole answer, as they stand on the wire. «name» is a text without quotes and angle brackets that is
// not known beforehand: the first answer that has it fixes it, later requests and answers mean the same text.
type Step struct {
	Op, Request, Answer string
}

// Names are the texts that names stand for.
type Names struct {
	t     testing.TB
	known map[string]string
}

// NewNames returns a set of names of which none is known.
func NewNames(t testing.TB) *Names { return &Names{t, map[string]string{}} }

// Set makes a name, such as «request», stand for a text.
func (n *Names) Set(name, text string) { n.known[name] = text }

var unknown = regexp.MustCompile(`«(\w+)»`)

// Fill puts what is known in place of its names.
func (n *Names) Fill(text string) string {
	n.t.Helper()
	return unknown.ReplaceAllStringFunc(text, func(name string) string {
		value, ok := n.known[name]
		require.True(n.t, ok, "%s is not known yet", name)
		return value
	})
}

// Expect requires the answer to a request in full, and learns what it names.
func (n *Names) Expect(want, got, request string) {
	n.t.Helper()
	pattern, end := "^", 0
	var learned []string
	for _, at := range unknown.FindAllStringIndex(want, -1) {
		name := want[at[0]:at[1]]
		pattern += regexp.QuoteMeta(want[end:at[0]])
		if value, ok := n.known[name]; ok {
			pattern += regexp.QuoteMeta(value)
		} else {
			pattern += `([^"<>]+)`
			learned = append(learned, name)
		}
		end = at[1]
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(want[end:]) + "$").FindStringSubmatch(got)
	require.NotNil(n.t, found, "%s\nwant %s\ngot  %s", request, want, got)
	for i, name := range learned {
		n.known[name] = found[i+1]
	}
}

// UUID is the pattern of a UUID of version 4.
const UUID = `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`
