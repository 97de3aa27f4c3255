package awssdk_test

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
)

// raceDetector says that the tests run under it, where some would take too long.
var raceDetector bool

// fakeRegion returns a region that lives by a fake clock, and a client of it.
func fakeRegion(opts ...inflight.Option) (*inflight.Region, *awssqs.Client, *inflight.FakeClock) {
	clock := inflight.NewFakeClock(time.Time{})
	region := inflight.New(append(opts, inflight.WithClock(clock))...)
	return region, awssdk.Client(region), clock
}

// create makes a queue and returns its URL.
func create(t require.TestingT, c *awssqs.Client, name string, attributes map[string]string) *string {
	out, err := c.CreateQueue(context.Background(), &awssqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	require.NoError(t, err)
	return out.QueueUrl
}

// attribute returns one attribute of a queue.
func attribute(t require.TestingT, c *awssqs.Client, url *string, name types.QueueAttributeName) string {
	out, err := c.GetQueueAttributes(context.Background(), &awssqs.GetQueueAttributesInput{
		QueueUrl: url, AttributeNames: []types.QueueAttributeName{name},
	})
	require.NoError(t, err)
	return out.Attributes[string(name)]
}

func send(t require.TestingT, c *awssqs.Client, url *string, bodies ...string) {
	for _, body := range bodies {
		_, err := c.SendMessage(context.Background(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: &body})
		require.NoError(t, err)
	}
}

// receive takes up to ten messages with all their attributes, without a wait.
func receive(t require.TestingT, c *awssqs.Client, url *string) []types.Message {
	out, err := c.ReceiveMessage(context.Background(), &awssqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	require.NoError(t, err)
	return out.Messages
}

// receiveOne takes the only message there is.
func receiveOne(t require.TestingT, c *awssqs.Client, url *string) types.Message {
	got := receive(t, c, url)
	require.Len(t, got, 1)
	return got[0]
}

func remove(t require.TestingT, c *awssqs.Client, url *string, m types.Message) {
	_, err := c.DeleteMessage(context.Background(), &awssqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
	require.NoError(t, err)
}

func bodies(ms []types.Message) []string {
	all := []string{}
	for _, m := range ms {
		all = append(all, aws.ToString(m.Body))
	}
	return all
}

// codeOf returns the error code that the SDK shows, "" for none.
func codeOf(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

// statusOf returns the HTTP status of a refusal, 0 for none.
func statusOf(err error) int {
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return e.HTTPStatusCode()
	}
	return 0
}
