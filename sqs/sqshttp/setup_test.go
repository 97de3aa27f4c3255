package sqshttp_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// world is a broker that lives by a fake clock behind a handler, and how a test speaks to it.
type world struct {
	t      testing.TB
	b      *sqs.Broker
	clk    *inflight.FakeClock
	h      http.Handler
	query  bool              // speak Query, not JSON
	host   string            // that requests are sent to
	path   string            // the same
	header map[string]string // added to each request
}

func newWorld(t testing.TB, opts ...sqs.Option) *world {
	clk := inflight.NewFakeClock(time.Time{})
	b := sqs.New(append([]sqs.Option{sqs.WithClock(clk), sqs.WithSeed(1)}, opts...)...)
	return &world{t: t, b: b, clk: clk, h: sqshttp.NewHandler(b), host: "localhost", path: "/"}
}

// in returns the world as seen by a subtest, with another protocol.
func (w *world) in(t testing.TB, query bool) *world {
	other := *w
	other.t, other.query = t, query
	return &other
}

// with returns the world as seen by a client that sends a header.
func (w *world) with(name, value string) *world {
	other := *w
	other.header = maps.Clone(w.header)
	if other.header == nil {
		other.header = map[string]string{}
	}
	other.header[name] = value
	return &other
}

// at returns the world as seen by a client that sends to another path.
func (w *world) at(path string) *world {
	other := *w
	other.path = path
	return &other
}

// eachProtocol runs a test in both protocols, each in a world of its own.
func eachProtocol(t *testing.T, f func(w *world)) {
	for name, query := range map[string]bool{"json": false, "query": true} {
		t.Run(name, func(t *testing.T) { f(newWorld(t).in(t, query)) })
	}
}

// answer is what a request was answered with.
type answer struct {
	status int
	header http.Header
	text   string
	data   obj // the body as boto3 decodes it
}

// send sends a request as it is.
func (w *world) send(method, body string) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://"+w.host+w.path, strings.NewReader(body))
	for name, value := range w.header {
		r.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return answer{status: rec.Code, header: rec.Header(), text: rec.Body.String()}
}

// json sends the text of a JSON request, as a current SDK does.
func (w *world) json(op, body string) answer {
	w.t.Helper()
	if _, ok := w.header["X-Amzn-Query-Mode"]; !ok {
		w = w.with("X-Amzn-Query-Mode", "true")
	}
	a := w.with("Content-Type", "application/x-amz-json-1.0").with("X-Amz-Target", "AmazonSQS."+op).send(http.MethodPost, body)
	a.data = decodeJSON(w.t, a)
	return a
}

// form sends the text of a form.
func (w *world) form(body string) answer {
	w.t.Helper()
	return w.with("Content-Type", "application/x-www-form-urlencoded").send(http.MethodPost, body)
}

// do carries out an operation as boto3 does, with its parameters and answers, in the world's protocol.
func (w *world) do(op string, in obj) answer {
	w.t.Helper()
	if w.query {
		form := url.Values{"Action": {op}, "Version": {"2012-11-05"}}
		flatten(form, op, "", in)
		a := w.form(form.Encode())
		a.data = decodeXML(w.t, a)
		return a
	}
	body, err := json.Marshal(in)
	require.NoError(w.t, err)
	return w.json(op, string(body))
}

// ok carries out an operation that must succeed.
func (w *world) ok(op string, in obj) obj {
	w.t.Helper()
	a := w.do(op, in)
	require.Equal(w.t, http.StatusOK, a.status, a.text)
	return a.data
}

// refused carries out an operation that must be refused.
func (w *world) refused(status int, code, message string, op string, in obj) {
	w.t.Helper()
	a := w.do(op, in)
	require.Equal(w.t, []any{status, code, message}, []any{a.status, a.error()["Code"], a.error()["Message"]}, a.text)
}

func (a answer) error() obj {
	e, _ := a.data["Error"].(obj)
	return e
}

// create makes a queue and returns its URL. A name with the suffix .fifo makes a FIFO queue that deduplicates by content.
func (w *world) create(name string, attributes texts) string {
	w.t.Helper()
	all := texts{}
	if strings.HasSuffix(name, ".fifo") {
		all["FifoQueue"], all["ContentBasedDeduplication"] = "true", "true"
	}
	maps.Copy(all, attributes)
	return w.ok("CreateQueue", obj{"QueueName": name, "Attributes": all})["QueueUrl"].(string)
}

// messages receives up to ten messages.
func (w *world) messages(queue string, more obj) []obj {
	w.t.Helper()
	in := obj{"QueueUrl": queue, "MaxNumberOfMessages": 10}
	maps.Copy(in, more)
	var ms []obj
	got, _ := w.ok("ReceiveMessage", in)["Messages"].(list)
	for _, m := range got {
		ms = append(ms, m.(obj))
	}
	return ms
}

// message receives the only message there is.
func (w *world) message(queue string, more obj) obj {
	w.t.Helper()
	ms := w.messages(queue, more)
	require.Len(w.t, ms, 1)
	return ms[0]
}

// held returns the bodies that a queue holds, in any state.
func (w *world) held(name string) []string {
	bodies := []string{}
	for _, m := range w.b.Peek(name) {
		bodies = append(bodies, m.Body)
	}
	return bodies
}
