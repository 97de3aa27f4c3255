package awssdk_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// instance is what the conformance suite runs against: a service with a fake clock, behind the SDK.
func instance(client *awssqs.Client, clock *inflight.FakeClock) sqstest.Instance {
	return sqstest.Instance{
		Queues: awssdk.QueuesAt(client, clock.Now), Wait: clock.Advance, Now: clock.Now, Settle: clock.BlockUntil,
		Virtual: true, Exact: true,
	}
}

// The conformance suite of the library, but through the SDK: its serialisation, its checks of digests, its errors. What the
// broker promises in Go it keeps on the wire.
func TestConformance(t *testing.T) {
	sqstest.Run(t, sqstest.Harness{New: func(testing.TB) sqstest.Instance {
		_, client, clock := fakeRegion()
		return instance(client, clock)
	}})
}

// The same over a socket. All cases share one server and its clock.
func TestConformanceOverLoopback(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of cases over sockets")
	}
	clock := inflight.NewFakeClock(time.Time{})
	server := httptest.NewServer(inflight.New(inflight.WithClock(clock)).Handler())
	defer server.Close()
	in := instance(overLoopback(server), clock)
	skip := map[string]string{"poll/cancel": "who hangs up knows it before the server does, which may lend a message meanwhile"}
	if raceDetector {
		for _, name := range []string{"content/largest", "batch/longest", "batch/too-long"} {
			skip[name] = "a megabyte takes long under the race detector"
		}
	}
	sqstest.Run(t, sqstest.Harness{New: func(testing.TB) sqstest.Instance { return in }, Skip: skip})
}

// overLoopback returns a client that opens sockets to a server.
func overLoopback(server *httptest.Server) *awssqs.Client {
	cfg := awssdk.Config(inflight.New())
	cfg.HTTPClient = &http.Client{Transport: awssdk.PlainBody{Transport: server.Client().Transport}}
	cfg.BaseEndpoint = aws.String(server.URL)
	return awssqs.NewFromConfig(cfg)
}
