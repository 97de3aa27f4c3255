package awssdk_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs"
)

// systemClient returns a client of a region that lives by the system's clock, which is virtual in a bubble.
func systemClient(opts ...func(*awssqs.Options)) *awssqs.Client {
	return awssdk.Client(inflight.New(), opts...)
}

// backOff makes the SDK wait 1 s, 2 s, 4 s … between its attempts, where it would otherwise wait a random part of such times.
func backOff(attempts int) func(*awssqs.Options) {
	return func(o *awssqs.Options) { o.Retryer = patient(attempts) }
}

func patient(attempts int) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			return time.Second << (attempt - 1), nil
		})
	})
}

// failing makes the first n calls of an operation fail with 503.
func failing(r *inflight.Region, op sqs.Op, n int) {
	for number := 1; number <= n; number++ {
		r.SQS().Intercept(sqs.Fault{Op: op, Number: number, Err: sqs.ErrServiceUnavailable}.Inject)
	}
}

// The SDK's own retries, in virtual time: the back-off is real, and costs nothing.
func TestRetriesWithBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region, backOff(5))
		url := create(t, client, "orders", nil)
		failing(region, sqs.OpSendMessage, 3)
		start := time.Now()
		send(t, client, url, "order")
		assert.Equal(t, (1+2+4)*time.Second, time.Since(start))
		assert.Equal(t, 4, calls(region, sqs.OpSendMessage))
		assert.Len(t, region.SQS().Peek("orders"), 1, "what was refused was not stored")
	})
}

func TestRetriesGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region, backOff(3))
		url := create(t, client, "orders", nil)
		failing(region, sqs.OpSendMessage, 3)
		start := time.Now()
		_, err := client.SendMessage(t.Context(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("order")})
		var spent *retry.MaxAttemptsError
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, 3, spent.Attempt)
		assert.Equal(t, "ServiceUnavailable", codeOf(err))
		assert.Equal(t, 503, statusOf(err))
		assert.Equal(t, (1+2)*time.Second, time.Since(start))
	})
}

// The SDK as it comes makes three attempts, and waits up to 2 s and 4 s between them.
func TestRetriesByDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region)
		url := create(t, client, "orders", nil)
		failing(region, sqs.OpReceiveMessage, 2)
		start := time.Now()
		assert.Empty(t, receive(t, client, url))
		assert.Greater(t, time.Since(start), time.Duration(0))
		assert.Less(t, time.Since(start), 6*time.Second)
		assert.Equal(t, 3, calls(region, sqs.OpReceiveMessage))
	})
}

// An error of the caller's is not retried.
func TestRefusalsAreNotRetried(t *testing.T) {
	region, client, _ := fakeRegion()
	url := create(t, client, "orders", nil)
	_, err := client.SendMessage(t.Context(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("\x01")})
	assert.Equal(t, "InvalidMessageContents", codeOf(err))
	assert.Equal(t, 1, calls(region, sqs.OpSendMessage))
}
