package awssdk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs"
)

// smallBody is what all measurements send.
var smallBody = strings.Repeat("m", 64)

// recorded answers every request with the same text: the least that any double of the service could do.
type recorded struct {
	contentType string
	body        []byte
}

func (r recorded) RoundTrip(req *http.Request) (*http.Response, error) {
	_, err := io.Copy(io.Discard, req.Body)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Content-Type": {r.contentType}, "X-Amzn-Requestid": {"5d3c0e1c-9d3e-4a65-a0fb-5b3ea9ab04a4"},
		},
		Body: io.NopCloser(bytes.NewReader(r.body)), ContentLength: int64(len(r.body)), Request: req,
	}, req.Body.Close()
}

// recordedConfig is a config whose clients get a canned answer to everything.
func recordedConfig(contentType string, body []byte) aws.Config {
	cfg := awssdk.Config(inflight.New())
	cfg.HTTPClient = &http.Client{Transport: recorded{contentType, body}}
	return cfg
}

// recordedClient is a client that gets a canned answer to SendMessage.
func recordedClient() *awssqs.Client {
	text, _ := json.Marshal(map[string]string{
		"MessageId": "c5e3b1f7-0a0c-4f3d-8f6e-3a2f3a4f5b6c", "MD5OfMessageBody": sqs.MD5OfBody(smallBody),
	})
	return awssqs.NewFromConfig(recordedConfig("application/x-amz-json-1.0", text))
}

// recordedTopicClient is a client that gets a canned answer to Publish.
func recordedTopicClient() *awssns.Client {
	return awssns.NewFromConfig(recordedConfig("text/xml", []byte(`<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">`+
		`<PublishResult><MessageId>c5e3b1f7-0a0c-4f3d-8f6e-3a2f3a4f5b6c</MessageId></PublishResult>`+
		`<ResponseMetadata><RequestId>5d3c0e1c-9d3e-4a65-a0fb-5b3ea9ab04a4</RequestId></ResponseMetadata></PublishResponse>`)))
}

// compare makes a call through the SDK to a region and to a canned answer in turn, and reports how much longer the region takes:
// what remains of a test's time when the SDK's own work is taken away.
func compare(b *testing.B, region, canned func() error) {
	var took [2]time.Duration
	for b.Loop() {
		for i, call := range []func() error{region, canned} {
			start := time.Now()
			err := call()
			took[i] += time.Since(start)
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(took[0])/float64(took[1]), "ratio")
	b.ReportMetric(float64(took[0].Nanoseconds())/float64(b.N), "ns/region")
	b.ReportMetric(float64(took[1].Nanoseconds())/float64(b.N), "ns/canned")
}

// BenchmarkSendMessage sends a message.
func BenchmarkSendMessage(b *testing.B) {
	client := awssdk.Client(inflight.New())
	url := create(b, client, "q", nil)
	send := func(c *awssqs.Client) func() error {
		return func() error {
			_, err := c.SendMessage(context.Background(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: &smallBody})
			return err
		}
	}
	compare(b, send(client), send(recordedClient()))
}

// BenchmarkPublish publishes a message to a topic without subscriptions and to one with a queue, which gets it raw.
func BenchmarkPublish(b *testing.B) {
	for _, queues := range []int{0, 1} {
		b.Run(fmt.Sprint(queues, "queues"), func(b *testing.B) {
			f := newFanout()
			topic := f.topic(b, "t", nil)
			for range queues {
				f.queue(b, topic, "q", map[string]string{"RawMessageDelivery": "true"})
			}
			publish := func(c *awssns.Client) func() error {
				return func() error {
					_, err := c.Publish(context.Background(), &awssns.PublishInput{TopicArn: topic, Message: &smallBody})
					return err
				}
			}
			compare(b, publish(f.topics), publish(recordedTopicClient()))
		})
	}
}

// handled is SendMessage as it reaches the handler, ready to be answered again and again.
type handled struct {
	handler http.Handler
	request *http.Request
	text    []byte
	body    *bytes.Reader
	answer  answered
}

func newHandled(tb testing.TB, r *inflight.Region) *handled {
	url := create(tb, awssdk.Client(r), "q", nil)
	text, err := json.Marshal(map[string]string{"QueueUrl": *url, "MessageBody": smallBody})
	require.NoError(tb, err)
	h := &handled{handler: r.Handler(), text: text, body: bytes.NewReader(text), answer: answered{header: http.Header{}}}
	h.request, err = http.NewRequest(http.MethodPost, "https://sqs.us-east-1.amazonaws.com/", h.body)
	require.NoError(tb, err)
	h.request.Header = http.Header{
		"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"AmazonSQS.SendMessage"}, "X-Amzn-Query-Mode": {"true"},
		"Authorization": {"AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/sqs/aws4_request, " +
			"SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + strings.Repeat("0", 64)},
	}
	return h
}

func (h *handled) serve() {
	h.body.Reset(h.text)
	h.handler.ServeHTTP(&h.answer, h.request)
}

// answered is a ResponseWriter that keeps the status.
type answered struct {
	header http.Header
	status int
}

func (a *answered) Header() http.Header         { return a.header }
func (a *answered) WriteHeader(status int)      { a.status = status }
func (a *answered) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkHandler is the handler alone: a request decoded, carried out and answered, without the SDK.
func BenchmarkHandler(b *testing.B) {
	h := newHandled(b, inflight.New())
	b.ReportAllocs()
	for b.Loop() {
		h.serve()
	}
	if h.answer.status != http.StatusOK {
		b.Fatal(h.answer.status)
	}
}

// mostAllocations is the budget of a small SendMessage.
const mostAllocations = 25

// The handler's allocations are its cost under load.
func TestHandlerAllocatesLittle(t *testing.T) {
	region := inflight.New()
	h := newHandled(t, region)
	allocations := testing.AllocsPerRun(1000, h.serve)
	assert.Equal(t, http.StatusOK, h.answer.status)
	assert.Len(t, region.SQS().Peek("q"), 1001, "each run sends")
	assert.LessOrEqual(t, allocations, float64(mostAllocations))
	t.Log(allocations, "allocations")
}
