package sqshttp_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// step is a request and its whole answer, as they stand on the wire. «name» is a text without quotes and angle brackets that is
// not known beforehand: the first answer that has it fixes it, later requests and answers mean the same text.
type step struct {
	op, request, answer string
}

type script struct {
	*world
	known map[string]string
}

func newScript(t testing.TB) *script { return &script{newWorld(t), map[string]string{}} }

var unknown = regexp.MustCompile(`«(\w+)»`)

// fill puts what is known in place of its names.
func (s *script) fill(text string) string {
	return unknown.ReplaceAllStringFunc(text, func(name string) string {
		value, ok := s.known[name]
		require.True(s.t, ok, "%s is not known yet", name)
		return value
	})
}

// expect requires an answer in full, and learns what it names.
func (s *script) expect(want, got, request string) {
	s.t.Helper()
	pattern, end := "^", 0
	var learned []string
	for _, at := range unknown.FindAllStringIndex(want, -1) {
		name := want[at[0]:at[1]]
		pattern += regexp.QuoteMeta(want[end:at[0]])
		if value, ok := s.known[name]; ok {
			pattern += regexp.QuoteMeta(value)
		} else {
			pattern += `([^"<>]+)`
			learned = append(learned, name)
		}
		end = at[1]
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(want[end:]) + "$").FindStringSubmatch(got)
	require.NotNil(s.t, found, "%s\nwant %s\ngot  %s", request, want, got)
	for i, name := range learned {
		s.known[name] = found[i+1]
	}
}

// runJSON runs the steps in the JSON protocol. All of them succeed.
func (s *script) runJSON(steps []step) {
	s.t.Helper()
	for _, step := range steps {
		a := s.json(step.op, s.fill(step.request))
		require.Equal(s.t, http.StatusOK, a.status, "%s %s: %s", step.op, step.request, a.text)
		require.Equal(s.t, "application/x-amz-json-1.0", a.header.Get("Content-Type"))
		require.Regexp(s.t, uuidPattern, a.header.Get("x-amzn-RequestId"))
		require.Empty(s.t, a.header.Values("x-amzn-query-error"))
		s.expect(step.answer, a.text, step.op+" "+step.request)
	}
}

// runQuery runs the steps in the Query protocol. All of them succeed. Their answers stand without the frame around the result;
// an operation without any result has none.
func (s *script) runQuery(steps []step) {
	s.t.Helper()
	for _, step := range steps {
		a := s.form("Action=" + step.op + "&Version=2012-11-05&" + s.fill(step.request))
		require.Equal(s.t, http.StatusOK, a.status, "%s %s: %s", step.op, step.request, a.text)
		require.Equal(s.t, "text/xml", a.header.Get("Content-Type"))
		id := a.header.Get("x-amzn-RequestId")
		require.Regexp(s.t, uuidPattern, id)
		result := ""
		if step.answer != "" {
			result = "<" + step.op + "Result>" + step.answer + "</" + step.op + "Result>"
		}
		want := `<?xml version="1.0"?><` + step.op + `Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">` + result +
			"<ResponseMetadata><RequestId>" + id + "</RequestId></ResponseMetadata></" + step.op + "Response>"
		s.expect(want, a.text, step.op+" "+step.request)
	}
}

const uuidPattern = `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`

func TestScriptsFindDifferences(t *testing.T) {
	s := newScript(t)
	s.expect(`{"a":"«x»"}`, `{"a":"1"}`, "")
	require.Equal(t, "1 1", s.fill("«x» «x»"))
	s.expect(`«x»-«y»`, `1-2`, "")
	require.Equal(t, "2", s.known["«y»"])
}
