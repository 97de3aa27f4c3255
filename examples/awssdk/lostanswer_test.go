package awssdk_test

import (
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs"
)

// losing loses the answer to the first call of an operation: it takes effect, and the caller sees a server error.
func losing(r *inflight.Region, op sqs.Op) {
	r.SQS().Intercept(sqs.Fault{Op: op, Number: 1, Stage: sqs.AfterCommit, Err: sqs.ErrServiceUnavailable}.Inject)
}

// The SDK sends again when an answer is lost, and cannot know that the first message is stored: a real duplicate, under another
// message id. No visibility timeout helps against that; a consumer that knows what it has done does.
func TestLostAnswerMakesADuplicate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region)
		url := create(t, client, "payments", nil)
		losing(region, sqs.OpSendMessage)
		send(t, client, url, "charge order 17") // one call of the producer's, and no error

		got := receive(t, client, url)
		require.Equal(t, []string{"charge order 17", "charge order 17"}, bodies(got))
		assert.NotEqual(t, *got[0].MessageId, *got[1].MessageId)

		naive, careful := 0, map[string]int{}
		for _, m := range got {
			naive++
			if careful[*m.Body] == 0 { // an idempotent consumer keys by what the message says, not by the message id
				careful[*m.Body]++
			}
			remove(t, client, url, m)
		}
		assert.Equal(t, 2, naive, "the customer of the naive consumer pays twice")
		assert.Equal(t, map[string]int{"charge order 17": 1}, careful)
	})
}

// On a FIFO queue the deduplication id makes the retry harmless: it is answered with the id of the first message.
func TestLostAnswerOnFIFO(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region)
		url := create(t, client, "payments.fifo", map[string]string{"FifoQueue": "true"})
		losing(region, sqs.OpSendMessage)
		out, err := client.SendMessage(t.Context(), &awssqs.SendMessageInput{
			QueueUrl: url, MessageBody: aws.String("charge order 17"), MessageGroupId: aws.String("customer-4"),
			MessageDeduplicationId: aws.String("order-17"),
		})
		require.NoError(t, err)
		assert.Equal(t, 2, calls(region, sqs.OpSendMessage))
		assert.Equal(t, *out.MessageId, *receiveOne(t, client, url).MessageId)
	})
}

// The lost answer of a receive hides its messages until the visibility timeout ends: the retry finds nothing.
func TestLostAnswerOfAReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region)
		url := create(t, client, "payments", nil)
		send(t, client, url, "charge order 17")
		losing(region, sqs.OpReceiveMessage)
		assert.Empty(t, receive(t, client, url))
		held := region.SQS().Peek("payments")
		require.Len(t, held, 1)
		assert.Equal(t, sqs.StateInFlight, held[0].State)
	})
}

// The lost answer of a delete does no harm at all: deleting again succeeds.
func TestLostAnswerOfADelete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region)
		url := create(t, client, "payments", nil)
		send(t, client, url, "charge order 17")
		losing(region, sqs.OpDeleteMessage)
		remove(t, client, url, receiveOne(t, client, url))
		assert.Equal(t, 2, calls(region, sqs.OpDeleteMessage))
		assert.Empty(t, region.SQS().Peek("payments"))
	})
}
