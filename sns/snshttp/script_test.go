package snshttp_test

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

// run runs the steps. All of them succeed. Their answers stand without the frame around the result; "-" is that of an operation
// without any result.
func (s *script) run(steps []step) {
	s.t.Helper()
	for _, step := range steps {
		a := s.form("Action=" + step.op + "&Version=2010-03-31&" + s.Fill(step.request))
		require.Equal(s.t, http.StatusOK, a.status, "%s %s: %s", step.op, step.request, a.text)
		require.Equal(s.t, "text/xml", a.header.Get("Content-Type"))
		id := a.header.Get("x-amzn-RequestId")
		require.Regexp(s.t, wiretest.UUID, id)
		result := ""
		if step.answer != "-" {
			result = "<" + step.op + "Result>" + step.answer + "</" + step.op + "Result>"
		}
		want := "<" + step.op + `Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/">` + result +
			"<ResponseMetadata><RequestId>" + id + "</RequestId></ResponseMetadata></" + step.op + "Response>"
		s.Expect(want, a.text, step.op+" "+step.request)
	}
}
