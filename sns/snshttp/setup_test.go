package snshttp_test

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
	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/sqs"
)

// world is a region that lives by a fake clock behind a handler, and how a test speaks to it.
type world struct {
	t      testing.TB
	r      *inflight.Region
	clk    *inflight.FakeClock
	h      http.Handler
	host   string // that requests are sent to
	path   string // the same
	header map[string]string
	signed [3]string // access key, secret and region, if requests are signed
}

func newWorld(t testing.TB, opts ...inflight.Option) *world {
	clk := inflight.NewFakeClock(time.Time{})
	r := inflight.New(append([]inflight.Option{inflight.WithClock(clk), inflight.WithSeed(1)}, opts...)...)
	return &world{t: t, r: r, clk: clk, h: r.Handler(), host: "localhost", path: "/"}
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

// in returns the world as seen by a subtest.
func (w *world) in(t testing.TB) *world {
	other := *w
	other.t = t
	return &other
}

// by returns the world as seen by who signs with a key, for a region.
func (w *world) by(key, secret, region string) *world {
	other := *w
	other.signed = [3]string{key, secret, region}
	return &other
}

// answer is what a request was answered with.
type answer struct {
	status int
	header http.Header
	text   string
	data   obj // the body as boto3 decodes it
}

// send sends a request as it is.
func (w *world) send(service, method, body string) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://"+w.host+w.path, strings.NewReader(body))
	for name, value := range w.header {
		r.Header.Set(name, value)
	}
	if w.signed[0] != "" {
		wiretest.Sign(r, body, w.signed[0], w.signed[1], w.signed[2], service)
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return answer{status: rec.Code, header: rec.Header(), text: rec.Body.String()}
}

// form sends the text of a form.
func (w *world) form(body string) answer {
	w.t.Helper()
	a := w.with("Content-Type", "application/x-www-form-urlencoded; charset=utf-8").send("sns", http.MethodPost, body)
	if strings.Contains(a.text, "<RequestId>") {
		a.data = decodeXML(w.t, a)
	}
	return a
}

// visit opens a URL, as a browser does.
func (w *world) visit(text string) answer {
	w.t.Helper()
	u, err := url.Parse(text)
	require.NoError(w.t, err)
	visitor := *w
	visitor.host, visitor.path, visitor.signed = u.Host, u.RequestURI(), [3]string{}
	a := visitor.send("", http.MethodGet, "")
	if strings.Contains(a.text, "<RequestId>") {
		a.data = decodeXML(w.t, a)
	}
	return a
}

// do carries out an operation as boto3 does, with its parameters and answers.
func (w *world) do(op string, in obj) answer {
	w.t.Helper()
	form := url.Values{"Action": {op}, "Version": {"2010-03-31"}}
	flatten(form, "", in)
	return w.form(form.Encode())
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

// sqs carries out an operation on queues.
func (w *world) sqs(op string, in obj) obj {
	w.t.Helper()
	body, err := json.Marshal(in)
	require.NoError(w.t, err)
	a := w.with("X-Amz-Target", "AmazonSQS."+op).send("sqs", http.MethodPost, string(body))
	require.Equal(w.t, http.StatusOK, a.status, a.text)
	data := obj{}
	if a.text != "" {
		require.NoError(w.t, json.Unmarshal([]byte(a.text), &data))
	}
	data["ResponseMetadata"] = metadata(a)
	return data
}

// topic makes a topic and returns its ARN. A name with the suffix .fifo makes a FIFO topic.
func (w *world) topic(name string, attributes texts) string {
	w.t.Helper()
	all := texts{}
	if strings.HasSuffix(name, ".fifo") {
		all["FifoTopic"] = "true"
	}
	maps.Copy(all, attributes)
	return w.ok("CreateTopic", obj{"Name": name, "Attributes": all})["TopicArn"].(string)
}

// queue makes a queue that topics may send to, and returns its URL and ARN.
func (w *world) queue(name string) (queueURL, queueARN string) {
	w.t.Helper()
	in := obj{"QueueName": name}
	attributes := texts{"Policy": `{"Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},` +
		`"Action":"sqs:SendMessage","Resource":"*"}]}`}
	if strings.HasSuffix(name, ".fifo") {
		attributes["FifoQueue"] = "true"
	}
	in["Attributes"] = attributes
	queueURL = w.sqs("CreateQueue", in)["QueueUrl"].(string)
	got := w.sqs("GetQueueAttributes", obj{"QueueUrl": queueURL, "AttributeNames": names{"QueueArn"}})
	return queueURL, got["Attributes"].(obj)["QueueArn"].(string)
}

// subscribe subscribes an endpoint and returns the ARN that the service answers with.
func (w *world) subscribe(topic, protocol, endpoint string, attributes texts) string {
	w.t.Helper()
	return w.ok("Subscribe", obj{
		"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint, "Attributes": attributes, "ReturnSubscriptionArn": true,
	})["SubscriptionArn"].(string)
}

// fanOut makes a topic and a queue subscribed to it.
func (w *world) fanOut(topicName, queueName string, attributes texts) (topic, queue, subscription string) {
	w.t.Helper()
	topic = w.topic(topicName, nil)
	queue, queueARN := w.queue(queueName)
	return topic, queue, w.subscribe(topic, "sqs", queueARN, attributes)
}

// held returns what a queue of the broker's own account holds.
func (w *world) held(name string) []sqs.Held { return w.r.SQS().Peek(name) }

// bodies returns what such a queue holds.
func (w *world) bodies(name string) []string {
	all := []string{}
	for _, m := range w.held(name) {
		all = append(all, m.Body)
	}
	return all
}

// raw are the attributes of a subscription that gets the text alone.
func raw() texts { return texts{"RawMessageDelivery": "true"} }
