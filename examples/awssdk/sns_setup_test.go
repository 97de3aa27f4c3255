package awssdk_test

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sns"
)

// fanout is a region with a client of its topics and one of its queues, as a program that publishes and consumes has them.
type fanout struct {
	region *inflight.Region
	topics *awssns.Client
	queues *awssqs.Client
}

func newFanout(opts ...inflight.Option) fanout {
	region := inflight.New(opts...)
	return fanout{region, awssdk.TopicClient(region), awssdk.Client(region)}
}

// fakeFanout is a fanout that lives by a fake clock.
func fakeFanout(opts ...inflight.Option) (fanout, *inflight.FakeClock) {
	clock := inflight.NewFakeClock(time.Time{})
	return newFanout(append(opts, inflight.WithClock(clock))...), clock
}

// topic makes a topic and returns its ARN.
func (f fanout) topic(t require.TestingT, name string, attributes map[string]string) *string {
	out, err := f.topics.CreateTopic(context.Background(), &awssns.CreateTopicInput{Name: &name, Attributes: attributes})
	require.NoError(t, err)
	return out.TopicArn
}

// allow gives a queue the access policy by which a topic may send to it.
func (f fanout) allow(t require.TestingT, url, topic *string) {
	_, err := f.queues.SetQueueAttributes(context.Background(), &awssqs.SetQueueAttributesInput{
		QueueUrl: url, Attributes: map[string]string{"Policy": sns.QueuePolicy(f.arnOf(t, url), *topic)},
	})
	require.NoError(t, err)
}

func (f fanout) arnOf(t require.TestingT, url *string) string {
	return attribute(t, f.queues, url, types.QueueAttributeNameQueueArn)
}

// subscribe subscribes an endpoint and returns the ARN of the subscription, though it may be pending.
func (f fanout) subscribe(t require.TestingT, topic *string, protocol, endpoint string, attributes map[string]string) string {
	out, err := f.topics.Subscribe(context.Background(), &awssns.SubscribeInput{
		TopicArn: topic, Protocol: &protocol, Endpoint: &endpoint, Attributes: attributes, ReturnSubscriptionArn: true,
	})
	require.NoError(t, err)
	return *out.SubscriptionArn
}

// queue makes a queue that a topic may send to, and subscribes it.
func (f fanout) queue(t require.TestingT, topic *string, name string, attributes map[string]string) (url *string, subscription string) {
	url = create(t, f.queues, name, nil)
	f.allow(t, url, topic)
	return url, f.subscribe(t, topic, "sqs", f.arnOf(t, url), attributes)
}

// publish publishes a text with attributes.
func (f fanout) publish(t require.TestingT, topic *string, text string, attributes map[string]snstypes.MessageAttributeValue) *awssns.PublishOutput {
	out, err := f.topics.Publish(context.Background(), &awssns.PublishInput{
		TopicArn: topic, Message: &text, MessageAttributes: attributes,
	})
	require.NoError(t, err)
	return out
}

// stringValue and numberValue are message attributes.
func stringValue(s string) snstypes.MessageAttributeValue {
	return snstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
}

func numberValue(digits string) snstypes.MessageAttributeValue {
	return snstypes.MessageAttributeValue{DataType: aws.String("Number"), StringValue: &digits}
}

// envelope is what a queue gets from a topic, and an HTTP endpoint too, unless delivery is raw.
type envelope struct {
	Type, MessageId, TopicArn, Subject, Message, Timestamp string
	SequenceNumber                                         string                                  // of a FIFO topic
	SignatureVersion, Signature, SigningCertURL            string                                  // of a standard topic
	SubscribeURL, Token                                    string                                  // of a confirmation
	UnsubscribeURL                                         string                                  // of a notification
	MessageAttributes                                      map[string]struct{ Type, Value string } // of a notification that has any
}

func decode[T any](t require.TestingT, text string) T {
	var v T
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	return v
}
