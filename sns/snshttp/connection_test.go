package snshttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snshttp"
)

// Clients that are slow, break off or send too much, over real connections.

// loopback is a world behind a server.
type loopback struct {
	*world
	*wiretest.Server
	topic string
}

func newLoopback(t *testing.T) *loopback {
	w := newWorld(t)
	topic, _, _ := w.fanOut("t", "q", raw())
	return &loopback{w, wiretest.Serve(t, w.h), topic}
}

const formHead = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"

func (l *loopback) form(message string) string {
	return "Action=Publish&Version=2010-03-31&TopicArn=" + l.topic + "&Message=" + message
}

// works requires that the connection serves a request.
func (l *loopback) works(t *testing.T, c *wiretest.Conn, message string) {
	t.Helper()
	text := l.form(message)
	c.Send(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", formHead, len(text), text))
	status, answer := c.Answer()
	require.Equal(t, http.StatusOK, status, answer)
}

func TestTheConnectionSurvivesBadRequests(t *testing.T) {
	l := newLoopback(t)
	c := l.Dial(t)
	for i, request := range []string{
		formHead + "Content-Length: 3\r\n\r\n%zz",
		formHead + "Transfer-Encoding: chunked\r\n\r\n3\r\n%zz\r\n0\r\n\r\n",
		"POST /?Version=2010-03-31&Action=Unknown HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
		"PUT /?Version=2010-03-31 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
		"GET /x.pem HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		c.Send(request)
		status, answer := c.Answer()
		require.Contains(t, []int{400, 404}, status, answer)
		l.works(t, c, fmt.Sprint(i))
	}
	require.Len(t, l.bodies("q"), 5)
}

func TestSlowAndBrokenBodies(t *testing.T) {
	l := newLoopback(t)
	c := l.Dial(t)
	c.Send(formHead + "Transfer-Encoding: chunked\r\n\r\n")
	for part := range strings.SplitSeq(strings.ReplaceAll(l.form("chunked"), "&", "|&"), "|") {
		c.Send(fmt.Sprintf("%x\r\n%s\r\n", len(part), part))
		require.Empty(t, l.bodies("q"), "the rest of the request may never come")
	}
	c.Send("0\r\n\r\n")
	status, answer := c.Answer()
	require.Equal(t, http.StatusOK, status, answer)
	<-l.Done

	for _, head := range []string{
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(l.form("m"))+1, l.form("m")),
		fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(l.form("m")), l.form("m")),
	} {
		c := l.Dial(t)
		c.Send(formHead + head)
		require.NoError(t, c.Close())
		<-l.Done
	}
	l.works(t, l.Dial(t), "whole")
	require.Equal(t, []string{"chunked", "whole"}, l.bodies("q"), "half a request publishes nothing")
}

func TestBodiesOverTheLimit(t *testing.T) {
	l := newLoopback(t)
	for size, want := range map[int]int{8 << 20: 200, 8<<20 + 1: 413} {
		for _, chunked := range []bool{false, true} {
			text := "Action=ListTopics&x="
			var content io.Reader = strings.NewReader(text + strings.Repeat("x", size-len(text)))
			if chunked {
				content = io.MultiReader(content)
			}
			r := httptest.NewRequest(http.MethodPost, "/", content)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			rec := httptest.NewRecorder()
			snshttp.NewHandler(l.r.SNS()).ServeHTTP(rec, r)
			require.Equal(t, want, rec.Code, "%d %v", size, chunked)
			require.Equal(t, want == 413, strings.Contains(rec.Body.String(), "<Code>RequestEntityTooLarge</Code>"))
		}
	}
}

// A server may end a request whose client still listens: it must not take that for an empty success.
func TestARequestThatIsEndedForItsClient(t *testing.T) {
	b := sns.New()
	ended, end := context.WithCancel(t.Context())
	end()
	r := httptest.NewRequestWithContext(ended, http.MethodPost, "/?Action=ListTopics", nil)
	rec := httptest.NewRecorder()
	snshttp.NewHandler(b).ServeHTTP(rec, r)
	require.Equal(t, http.StatusServiceUnavailable, rec.Code)
	require.Contains(t, rec.Body.String(), "<Type>Receiver</Type><Code>ServiceUnavailable</Code><Message>The request was ended before it was done.</Message>")
	require.Regexp(t, wiretest.UUID, rec.Header().Get("x-amzn-RequestId"))

	_, err := snshttp.Client(b).Transport.RoundTrip(httptest.NewRequestWithContext(ended, http.MethodPost, "/?Action=ListTopics", nil))
	require.Equal(t, context.Canceled, err)
}
