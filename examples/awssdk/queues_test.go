package awssdk_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs"
)

// What the conformance suite does not look at, because it is the wire's and the SDK's, and not the service's.

// adapted returns a queue through the SDK.
func adapted(t *testing.T, cfg sqs.Config) (sqs.Queue, *inflight.FakeClock) {
	_, client, clock := fakeRegion()
	q, err := awssdk.QueuesAt(client, clock.Now).Create(t.Context(), "q", cfg)
	require.NoError(t, err)
	return q, clock
}

// The SDK has no way to say a delay of 0, which is not the same as no delay on a queue that has one.
func TestZeroIsSaidInABatchToo(t *testing.T) {
	q, _ := adapted(t, sqs.Config{Delay: new(time.Minute)})
	_, err := q.SendBatch(t.Context(), sqs.Message{Body: "at once", Delay: new(time.Duration(0))}, sqs.Message{Body: "later"})
	require.NoError(t, err)
	n, err := q.Counts(t.Context())
	require.NoError(t, err)
	assert.Equal(t, sqs.Counts{Visible: 1, Delayed: 1}, n)
}

// Parts of a second are not on the wire; nothing comes earlier than asked for.
func TestTimesAreRoundedUp(t *testing.T) {
	q, clock := adapted(t, sqs.Config{})
	_, err := q.Send(t.Context(), sqs.Message{Body: "m", Delay: new(1200 * time.Millisecond)})
	require.NoError(t, err)
	clock.Advance(2*time.Second - 1)
	got, err := q.Receive(t.Context(), sqs.ReceiveOptions{})
	require.NoError(t, err)
	assert.Empty(t, got)
	clock.Advance(1)
	got, err = q.Receive(t.Context(), sqs.ReceiveOptions{})
	require.NoError(t, err)
	assert.Len(t, got, 1)
}

// broken is a network without a service.
type broken struct{}

var errBroken = errors.New("the network is down")

func (broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, errBroken }

// A failure that is not the service's answer stays what it is: nobody knows whether the call took effect.
func TestFailuresOfTheNetworkAreNotRefusals(t *testing.T) {
	cfg := awssdk.Config(inflight.New())
	cfg.HTTPClient = &http.Client{Transport: broken{}}
	client := awssqs.NewFromConfig(cfg, func(o *awssqs.Options) { o.RetryMaxAttempts = 1 })
	_, err := awssdk.Queues(client).Open(context.Background(), "q")
	require.ErrorIs(t, err, errBroken)
	_, refused := errors.AsType[*sqs.Error](err)
	assert.False(t, refused)
}
