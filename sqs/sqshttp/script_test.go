package sqshttp_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

type step struct{ op, request, answer string }

// script is a sequence of requests with their whole answers; see [wiretest.Names].
type script struct {
	*world
	*wiretest.Names
}

func newScript(t testing.TB) *script { return &script{newWorld(t), wiretest.NewNames(t)} }

// runJSON runs the steps in the JSON protocol. All of them succeed.
func (s *script) runJSON(steps []step) {
	s.t.Helper()
	for _, step := range steps {
		a := s.json(step.op, s.Fill(step.request))
		require.Equal(s.t, http.StatusOK, a.status, "%s %s: %s", step.op, step.request, a.text)
		require.Equal(s.t, "application/x-amz-json-1.0", a.header.Get("Content-Type"))
		require.Regexp(s.t, uuidPattern, a.header.Get("x-amzn-RequestId"))
		require.Empty(s.t, a.header.Values("x-amzn-query-error"))
		s.Expect(step.answer, a.text, step.op+" "+step.request)
	}
}

// runQuery runs the steps in the Query protocol. All of them succeed. Their answers stand without the frame around the result;
// an operation without any result has none.
func (s *script) runQuery(steps []step) {
	s.t.Helper()
	for _, step := range steps {
		a := s.form("Action=" + step.op + "&Version=2012-11-05&" + s.Fill(step.request))
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
		s.Expect(want, a.text, step.op+" "+step.request)
	}
}

const uuidPattern = wiretest.UUID
