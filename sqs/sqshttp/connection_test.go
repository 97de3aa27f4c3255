package sqshttp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// Clients that are slow, break off or send too much, over real connections.

// loopback is a world behind a server.
type loopback struct {
	*world
	server *httptest.Server
	done   chan string // a value for every request that the handler has done with
}

func newLoopback(t *testing.T) *loopback {
	l := &loopback{world: newWorld(t), done: make(chan string, 100)}
	l.create("q", nil)
	h := l.h
	l.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { l.done <- r.Method }()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(l.server.Close)
	return l
}

// conn is one connection, on which a test writes and reads as it likes.
type conn struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func (l *loopback) dial(t *testing.T) *conn {
	t.Helper()
	c, err := net.Dial("tcp", l.server.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return &conn{c, t, bufio.NewReader(c)}
}

const jsonHead = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.SendMessage\r\nX-Amzn-Query-Mode: true\r\n"

func (c *conn) write(text string) {
	c.t.Helper()
	_, err := c.Write([]byte(text))
	require.NoError(c.t, err)
}

// answer reads an answer.
func (c *conn) answer() (status int, text string) {
	c.t.Helper()
	r, err := http.ReadResponse(c.r, nil)
	require.NoError(c.t, err)
	return r.StatusCode, body(c.t, r)
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Len(t, text, int(r.ContentLength), "in one piece, with its length")
	return string(text)
}

// works requires that the connection serves a request.
func (c *conn) works(message string) {
	c.t.Helper()
	text := `{"QueueUrl":"q","MessageBody":"` + message + `"}`
	c.write(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", jsonHead, len(text), text))
	status, answer := c.answer()
	require.Equal(c.t, http.StatusOK, status, answer)
}

func TestTheConnectionSurvivesBadRequests(t *testing.T) {
	l := newLoopback(t)
	c := l.dial(t)
	for i, request := range []string{
		jsonHead + "Content-Length: 4\r\n\r\nnope",
		jsonHead + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n0\r\n\r\n",
		strings.Replace(jsonHead, "SendMessage", "Unknown", 1) + "Content-Length: 2\r\n\r\n{}",
		"POST /?Action=Unknown HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
		"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		c.write(request)
		status, answer := c.answer()
		require.Contains(t, []int{400, 404}, status, answer)
		c.works(fmt.Sprint(i))
	}
	require.Len(t, l.held("q"), 6)
}

func TestChunkedAndSlowBodies(t *testing.T) {
	l := newLoopback(t)
	c := l.dial(t)
	c.write(jsonHead + "Transfer-Encoding: chunked\r\n\r\n")
	for _, part := range []string{`{"QueueUrl":"q",`, `"MessageBody"`, `:"chunked"}`} {
		c.write(fmt.Sprintf("%x\r\n%s\r\n", len(part), part))
		require.Empty(t, l.held("q"), "the rest of the request may never come")
	}
	c.write("0\r\n\r\n")
	status, _ := c.answer()
	require.Equal(t, http.StatusOK, status)

	c.write(jsonHead + "Content-Length: 35\r\n\r\n" + `{"QueueUrl":"q",`)
	require.Len(t, l.held("q"), 1)
	c.write(`"MessageBody":"slow"}`[:19])
	status, _ = c.answer()
	require.Equal(t, http.StatusBadRequest, status, "what came is not whole")
	c.write("GET /?Action=SendMessage&QueueUrl=q&MessageBody=get HTTP/1.1\r\nHost: x\r\n\r\n")
	status, _ = c.answer()
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
		c := l.dial(t)
		c.write(jsonHead + head)
		require.NoError(t, c.Close())
		<-l.done
		require.Empty(t, l.held("q"))
	}
	l.dial(t).works("whole")
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

	c := l.dial(t)
	c.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8388609\r\n\r\n")
	status, answer := c.answer()
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
		l.server.URL+"/?Action=ReceiveMessage&QueueUrl=q&WaitTimeSeconds=20", nil)
	require.NoError(t, err)
	left := make(chan error)
	go func() {
		a, err := l.server.Client().Do(r)
		if err == nil {
			_ = a.Body.Close()
		}
		left <- err
	}()
	require.NoError(t, l.clk.BlockUntil(t.Context(), 1), "it waits")
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	<-l.done
	require.Zero(t, l.clk.Timers(), "nobody waits any more")
	l.dial(t).works("m")
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
