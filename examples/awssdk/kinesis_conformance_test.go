package awssdk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// streams is what the conformance suite of streams runs against: a service that lives by a fake clock, behind the SDK, which does not try
// again.
func streams(cfg aws.Config, clock *inflight.FakeClock) kinesistest.Instance {
	client := awskinesis.NewFromConfig(cfg, func(o *awskinesis.Options) { o.Retryer = aws.NopRetryer{} })
	return kinesistest.Instance{
		Streams: awssdk.Streams(client), Wait: clock.Advance, Now: clock.Now, Settle: clock.BlockUntil, Virtual: true, Exact: true, Texts: true,
		DryRun: awssdk.WithStreamDryRun,
		As: func(ctx context.Context, account string) context.Context {
			return awssdk.WithStreamOptions(ctx, func(o *awskinesis.Options) {
				o.Credentials = credentials.NewStaticCredentialsProvider(account, "any secret", "")
			})
		},
	}
}

// skipped are the cases of streams that cannot pass through the SDK.
func skipped() map[string]string {
	return map[string]string{"put/no-data": "the SDK refuses a record without data itself"}
}

// The conformance suite of streams, but through the SDK: its serialisation, its event streams, its errors.
func TestConformanceOfStreams(t *testing.T) {
	kinesistest.Run(t, kinesistest.Harness{Skip: skipped(), New: func(testing.TB) kinesistest.Instance {
		clock := inflight.NewFakeClock(time.Time{})
		return streams(awssdk.Config(inflight.New(inflight.WithClock(clock))), clock)
	}})
}

// The cases about rates.
func TestConformanceOfStreamsWithRates(t *testing.T) {
	kinesistest.Run(t, kinesistest.Harness{New: func(testing.TB) kinesistest.Instance {
		clock := inflight.NewFakeClock(time.Time{})
		region := inflight.New(inflight.WithClock(clock), inflight.WithKinesis(kinesis.WithThrottling()))
		in := streams(awssdk.Config(region), clock)
		in.Throttled = true
		return in
	}})
}

// The same over a socket. All cases share one server and its clock.
func TestConformanceOfStreamsOverLoopback(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of cases over sockets")
	}
	clock := inflight.NewFakeClock(time.Time{})
	region := inflight.New(inflight.WithClock(clock))
	server := httptest.NewServer(region.Handler())
	defer server.Close()
	cfg := awssdk.Config(region)
	cfg.HTTPClient = &http.Client{Transport: awssdk.PlainBody{Transport: server.Client().Transport}}
	cfg.BaseEndpoint = aws.String(server.URL)
	in := streams(cfg, clock)
	kinesistest.Run(t, kinesistest.Harness{Skip: skipped(), New: func(testing.TB) kinesistest.Instance { return in }})
}
