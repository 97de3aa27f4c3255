package sqshttp_test

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
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// Clients that are slow, break off or send too much, over real connections.

// loopback is a world behind a server.
type loopback struct {
	*world
	*wiretest.Server
}

func newLoopback(t *testing.T) *loopback {
	w := newWorld(t)
	w.create("q", nil)
	return &loopback{w, wiretest.Serve(t, w.h)}
}

const jsonHead = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.SendMessage\r\nX-Amzn-Query-Mode: true\r\n"

// works requires that the connection serves a request.
func works(t *testing.T, c *wiretest.Conn, message string) {
	t.Helper()
	text := `{"QueueUrl":"q","MessageBody":"` + message + `"}`
	c.Send(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", jsonHead, len(text), text))
	status, answer := c.Answer()
	require.Equal(t, http.StatusOK, status, answer)
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	return wiretest.Body(t, r)
}

func TestTheConnectionSurvivesBadRequests(t *testing.T) {
	l := newLoopback(t)
	c := l.Dial(t)
	for i, request := range []string{
		jsonHead + "Content-Length: 4\r\n\r\nnope",
		jsonHead + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n0\r\n\r\n",
		strings.Replace(jsonHead, "SendMessage", "Unknown", 1) + "Content-Length: 2\r\n\r\n{}",
		"POST /?Action=Unknown HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
		"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		c.Send(request)
		status, answer := c.Answer()
		require.Contains(t, []int{400, 404}, status, answer)
		works(t, c, fmt.Sprint(i))
	}
	require.Len(t, l.held("q"), 6)
}

func TestChunkedAndSlowBodies(t *testing.T) {
	l := newLoopback(t)
	c := l.Dial(t)
	c.Send(jsonHead + "Transfer-Encoding: chunked\r\n\r\n")
	for _, part := range []string{`{"QueueUrl":"q",`, `"MessageBody"`, `:"chunked"}`} {
		c.Send(fmt.Sprintf("%x\r\n%s\r\n", len(part), part))
		require.Empty(t, l.held("q"), "the rest of the request may never come")
	}
	c.Send("0\r\n\r\n")
	status, _ := c.Answer()
	require.Equal(t, http.StatusOK, status)

	c.Send(jsonHead + "Content-Length: 35\r\n\r\n" + `{"QueueUrl":"q",`)
	require.Len(t, l.held("q"), 1)
	c.Send(`"MessageBody":"slow"}`[:19])
	status, _ = c.Answer()
	require.Equal(t, http.StatusBadRequest, status, "what came is not whole")
	c.Send("GET /?Action=SendMessage&QueueUrl=q&MessageBody=get HTTP/1.1\r\nHost: x\r\n\r\n")
	status, _ = c.Answer()
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, []string{"chunked", "get"}, l.held("q"))
}

func TestHalfABody(t *testing.T) {
	l := newLoopback(t)
	text := `{"QueueUrl":"q","MessageBody":"m"}`
	for _, head := range []string{
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text)+1, text),      // whole, but for a blank
		fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n22\r\n%s\r\n", text), // whole, but for its end
		"Content-Length: 1000\r\n\r\n" + text[:10],
	} {
		c := l.Dial(t)
		c.Send(jsonHead + head)
		require.NoError(t, c.Close())
		<-l.Done
		require.Empty(t, l.held("q"))
	}
	works(t, l.Dial(t), "whole")
}

func TestBodiesOverTheLimit(t *testing.T) {
	l := newLoopback(t)
	const limit = 8 << 20
	for size, want := range map[int]int{limit: 200, limit + 1: 413} {
		for _, chunked := range []bool{false, true} {
			var content io.Reader = strings.NewReader(strings.Repeat(" ", size))
			if chunked {
				content = io.MultiReader(content)
			}
			r := httptest.NewRequest(http.MethodPost, "/", content)
			r.Header.Set("X-Amz-Target", "AmazonSQS.ListQueues")
			r.Header.Set("X-Amzn-Query-Mode", "true")
			rec := httptest.NewRecorder()
			l.h.ServeHTTP(rec, r)
			require.Equal(t, want, rec.Code, "%d %v", size, chunked)
			if want != 200 {
				require.Equal(t, `{"__type":"com.amazon.coral.service#RequestEntityTooLargeException",`+
					`"message":"Request size exceeded the limit."}`, rec.Body.String())
			}
		}
	}

	c := l.Dial(t)
	c.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8388609\r\n\r\n")
	status, answer := c.Answer()
	require.Equal(t, http.StatusRequestEntityTooLarge, status, "before the body is read")
	require.Contains(t, answer, "<Code>RequestEntityTooLarge</Code>")
}

func TestAnAnnouncedBodyThatIsTooLargeCostsNothing(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest(http.MethodPost, "/", unreadable{})
	r.ContentLength = 1 << 40
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	require.Equal(t, http.StatusRequestEntityTooLarge, rec.Code)
}

type unreadable struct{}

func (unreadable) Read([]byte) (int, error) { panic("it is not read") }

func TestClientThatLeavesItsLongPoll(t *testing.T) {
	l := newLoopback(t)
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet,
		l.URL+"/?Action=ReceiveMessage&QueueUrl=q&WaitTimeSeconds=20", nil)
	require.NoError(t, err)
	left := make(chan error)
	go func() {
		a, err := l.Client().Do(r)
		if err == nil {
			_ = a.Body.Close()
		}
		left <- err
	}()
	require.NoError(t, l.clk.BlockUntil(t.Context(), 1), "it waits")
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	<-l.Done
	require.Zero(t, l.clk.Timers(), "nobody waits any more")
	works(t, l.Dial(t), "m")
	m := l.message("q", obj{"MessageSystemAttributeNames": names{"ApproximateReceiveCount"}})
	require.Equal(t, obj{"ApproximateReceiveCount": "1"}, m["Attributes"], "the message was lent to nobody")
}

// A server may end a request whose client still listens: it must not take that for an empty success.
func TestARequestThatIsEndedForItsClient(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	ended, end := context.WithCancel(t.Context())
	end()
	for target, want := range map[string]string{
		"": "<Code>ServiceUnavailable</Code>", "AmazonSQS.ReceiveMessage": "com.amazonaws.sqs#ServiceUnavailable",
	} {
		r := httptest.NewRequestWithContext(ended, http.MethodPost, "/?Action=ReceiveMessage", strings.NewReader(`{"QueueUrl":"q"}`))
		r.URL.RawQuery += "&QueueUrl=q"
		r.Header.Set("X-Amz-Target", target)
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, r)
		require.Equal(t, http.StatusServiceUnavailable, rec.Code)
		require.Contains(t, rec.Body.String(), want)
		require.Contains(t, rec.Body.String(), "The request was ended before it was done.")
		require.Regexp(t, uuidPattern, rec.Header().Get("x-amzn-RequestId"))
	}
	r := httptest.NewRequestWithContext(ended, http.MethodPost, "/", strings.NewReader("malformed"))
	r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	require.Equal(t, http.StatusBadRequest, rec.Code, "that is wrong whether the request was ended or not")
}

// In the process a body may be sent without its length, as over a socket.
func TestClientSendsBodiesOfUnknownLength(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://sqs.test", io.MultiReader(
		strings.NewReader(`{"QueueUrl":"q",`), strings.NewReader(`"MessageBody":"in pieces"}`)))
	require.NoError(t, err)
	require.Zero(t, r.ContentLength)
	r.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
	a, err := sqshttp.Client(w.b).Do(r)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, a.StatusCode, body(t, a))
	require.Equal(t, []string{"in pieces"}, w.held("q"))
}
