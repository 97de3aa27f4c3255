package awssdk_test

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Every operation of the service is called here through the SDK, and every member of every answer is looked at: those of the
// list are empty for the reason given, all others must arrive in the SDK's struct.

// filled demands that every field of an answer of the SDK holds something, except those named.
func filled(t *testing.T, answer any, except ...string) {
	t.Helper()
	v := reflect.Indirect(reflect.ValueOf(answer))
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		assert.Equal(t, slices.Contains(except, f.Name), v.FieldByIndex(f.Index).IsZero(), "%s.%s is empty", v.Type(), f.Name)
	}
}

// must gives the answer of a call that has to succeed.
func must[T any](out T, err error) T {
	if err != nil {
		panic(err)
	}
	return out
}

func TestEveryOperation(t *testing.T) {
	region, c, clock := fakeRegion()
	checkQueues(t, c)
	checkSending(t, c)
	checkBatches(t, c)
	checkMoves(t, c, clock.Advance)
	checkDeletion(t, c)
	called := map[sqs.Op]bool{sqs.OpDeleteQueue: true} // looked at before; a meter counts for queues that exist
	for _, u := range region.SQS().Meter() {
		called[u.Op] = true
	}
	for op := sqs.OpAddPermission; op <= sqs.OpUntagQueue; op++ {
		assert.True(t, called[op], "%s was not called", op)
	}
}

// checkQueues looks at the answers about queues.
func checkQueues(t *testing.T, c *awssqs.Client) {
	ctx := t.Context()
	created := must(c.CreateQueue(ctx, &awssqs.CreateQueueInput{
		QueueName: aws.String("q"), Attributes: map[string]string{"DelaySeconds": "1"}, Tags: map[string]string{"a": "1", "b": ""},
	}))
	url := created.QueueUrl
	assert.Equal(t, "https://sqs.us-east-1.amazonaws.com/123456789012/q", *url)
	found := must(c.GetQueueUrl(ctx, &awssqs.GetQueueUrlInput{QueueName: aws.String("q")}))
	assert.Equal(t, *url, *found.QueueUrl)

	must(c.SetQueueAttributes(ctx, &awssqs.SetQueueAttributesInput{
		QueueUrl: url, Attributes: map[string]string{"DelaySeconds": "0", "VisibilityTimeout": "7"},
	}))
	got := must(c.GetQueueAttributes(ctx, &awssqs.GetQueueAttributesInput{
		QueueUrl: url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	}))
	assert.Len(t, got.Attributes, 12)
	assert.Equal(t, "0", got.Attributes["DelaySeconds"])
	assert.Equal(t, "7", got.Attributes["VisibilityTimeout"])

	must(c.TagQueue(ctx, &awssqs.TagQueueInput{QueueUrl: url, Tags: map[string]string{"c": "3"}}))
	must(c.UntagQueue(ctx, &awssqs.UntagQueueInput{QueueUrl: url, TagKeys: []string{"a"}}))
	tags := must(c.ListQueueTags(ctx, &awssqs.ListQueueTagsInput{QueueUrl: url}))
	assert.Equal(t, map[string]string{"b": "", "c": "3"}, tags.Tags)

	must(c.AddPermission(ctx, &awssqs.AddPermissionInput{
		QueueUrl: url, Label: aws.String("l"), AWSAccountIds: []string{"111122223333"}, Actions: []string{"SendMessage"},
	}))
	assert.Contains(t, attribute(t, c, url, types.QueueAttributeNamePolicy), "arn:aws:iam::111122223333:root")
	must(c.RemovePermission(ctx, &awssqs.RemovePermissionInput{QueueUrl: url, Label: aws.String("l")}))
	assert.Empty(t, attribute(t, c, url, types.QueueAttributeNamePolicy))

	create(t, c, "other", nil)
	filled(t, must(c.ListQueues(ctx, &awssqs.ListQueuesInput{MaxResults: aws.Int32(1)})))
	all := must(c.ListQueues(ctx, &awssqs.ListQueuesInput{}))
	filled(t, all, "NextToken") // of the last page
}

// message is one that uses every parameter of a message on a FIFO queue.
func message() *awssqs.SendMessageInput {
	return &awssqs.SendMessageInput{
		MessageBody: aws.String("body \r\n\t\" ü 😀 &quot;"), MessageGroupId: aws.String("g"), MessageDeduplicationId: aws.String("d"),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"text":   {DataType: aws.String("String.note"), StringValue: aws.String("x")},
			"number": {DataType: aws.String("Number"), StringValue: aws.String("1493147359900")},
			"bytes":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 0xff, 1}},
		},
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1-5759e988-bd862e3fe1be46a994272793")},
		},
	}
}

// checkSending looks at the answers to a message's way: sent, received, hidden, deleted.
func checkSending(t *testing.T, c *awssqs.Client) {
	ctx := t.Context()
	url := createFIFO(t, c, "m.fifo")
	m := message()
	m.QueueUrl = url
	sent := must(c.SendMessage(ctx, m))
	filled(t, sent)
	got := receiveOne(t, c, url)
	filled(t, got)
	assert.Equal(t, *m.MessageBody, *got.Body)
	assert.Equal(t, m.MessageAttributes, got.MessageAttributes)
	assert.Equal(t, *sent.MessageId, *got.MessageId)
	assert.Equal(t, *sent.MD5OfMessageBody, *got.MD5OfBody)
	assert.Equal(t, *sent.MD5OfMessageAttributes, *got.MD5OfMessageAttributes)
	assert.Equal(t, map[string]string{
		"SenderId": "123456789012", "SentTimestamp": "1767225600000", "ApproximateReceiveCount": "1",
		"ApproximateFirstReceiveTimestamp": "1767225600000", "MessageGroupId": "g", "MessageDeduplicationId": "d",
		"SequenceNumber": *sent.SequenceNumber, "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
	}, got.Attributes)

	must(c.ChangeMessageVisibility(ctx, &awssqs.ChangeMessageVisibilityInput{
		QueueUrl: url, ReceiptHandle: got.ReceiptHandle, VisibilityTimeout: 0,
	}))
	again := receiveOne(t, c, url)
	must(c.DeleteMessage(ctx, &awssqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: again.ReceiptHandle}))
	assert.Equal(t, "0", attribute(t, c, url, "ApproximateNumberOfMessagesNotVisible"))
	plain := must(c.SendMessage(ctx, &awssqs.SendMessageInput{
		QueueUrl: create(t, c, "plain", nil), MessageBody: aws.String("test"),
	}))
	filled(t, plain, "MD5OfMessageAttributes", "MD5OfMessageSystemAttributes", "SequenceNumber") // nothing to tell
	assert.Equal(t, "098f6bcd4621d373cade4e832627b4f6", *plain.MD5OfMessageBody)
}

// checkBatches looks at the answers to batches in which one entry succeeds and one fails.
func checkBatches(t *testing.T, c *awssqs.Client) {
	ctx := t.Context()
	url := createFIFO(t, c, "b.fifo")
	m := message()
	good := types.SendMessageBatchRequestEntry{
		Id: aws.String("good"), MessageBody: m.MessageBody, MessageGroupId: m.MessageGroupId,
		MessageAttributes: m.MessageAttributes, MessageSystemAttributes: m.MessageSystemAttributes,
	}
	bad := types.SendMessageBatchRequestEntry{Id: aws.String("bad"), MessageBody: aws.String("\x02"), MessageGroupId: aws.String("g")}
	sent := must(c.SendMessageBatch(ctx, &awssqs.SendMessageBatchInput{
		QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{bad, good},
	}))
	require.Len(t, sent.Successful, 1)
	filled(t, sent.Successful[0])
	failedEntry(t, sent.Failed, "InvalidMessageContents")

	got := receiveOne(t, c, url)
	changed := must(c.ChangeMessageVisibilityBatch(ctx,
		&awssqs.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
			{Id: aws.String("bad"), ReceiptHandle: aws.String("garbage"), VisibilityTimeout: 9},
			{Id: aws.String("good"), ReceiptHandle: got.ReceiptHandle, VisibilityTimeout: 9},
		}}))
	require.Len(t, changed.Successful, 1)
	filled(t, changed.Successful[0])
	failedEntry(t, changed.Failed, "ReceiptHandleIsInvalid")

	deleted := must(c.DeleteMessageBatch(ctx, &awssqs.DeleteMessageBatchInput{
		QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{
			{Id: aws.String("bad"), ReceiptHandle: aws.String("garbage")}, {Id: aws.String("good"), ReceiptHandle: got.ReceiptHandle},
		},
	}))
	require.Len(t, deleted.Successful, 1)
	filled(t, deleted.Successful[0])
	failedEntry(t, deleted.Failed, "ReceiptHandleIsInvalid")
}

// failedEntry demands that one entry failed, by the fault of its sender.
func failedEntry(t *testing.T, failed []types.BatchResultErrorEntry, code string) {
	t.Helper()
	require.Len(t, failed, 1)
	filled(t, failed[0])
	assert.Equal(t, "bad", *failed[0].Id)
	assert.Equal(t, code, *failed[0].Code)
}

// checkMoves looks at the answers about move tasks, of which one runs, one is cancelled and one fails.
func checkMoves(t *testing.T, c *awssqs.Client, advance func(time.Duration)) {
	ctx := t.Context()
	url, dead := createWithDLQ(t, c, "moved", 1)
	assert.Len(t, must(c.ListDeadLetterSourceQueues(ctx,
		&awssqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead})).QueueUrls, 1)
	source, dest := attribute(t, c, dead, "QueueArn"), attribute(t, c, url, "QueueArn")
	list := func() types.ListMessageMoveTasksResultEntry {
		out := must(c.ListMessageMoveTasks(ctx, &awssqs.ListMessageMoveTasksInput{SourceArn: &source}))
		require.Len(t, out.Results, 1)
		return out.Results[0]
	}
	start := &awssqs.StartMessageMoveTaskInput{SourceArn: &source, DestinationArn: &dest, MaxNumberOfMessagesPerSecond: aws.Int32(1)}
	send(t, c, dead, "m1", "m2", "m3")
	started := must(c.StartMessageMoveTask(ctx, start))
	handle, err := base64.StdEncoding.DecodeString(*started.TaskHandle)
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(string(handle), `","sourceArn":"`+source+`"}`), "%s", handle)
	running := list()
	filled(t, running, "FailureReason")
	assert.Equal(t, *started.TaskHandle, *running.TaskHandle)
	assert.EqualValues(t, 1767225600000, running.StartedTimestamp, "milliseconds")
	assert.EqualValues(t, []int64{1, 3}, []int64{running.ApproximateNumberOfMessagesMoved, *running.ApproximateNumberOfMessagesToMove})

	advance(time.Second)
	cancelled := must(c.CancelMessageMoveTask(ctx,
		&awssqs.CancelMessageMoveTaskInput{TaskHandle: started.TaskHandle}))
	assert.EqualValues(t, 2, cancelled.ApproximateNumberOfMessagesMoved)
	filled(t, list(), "FailureReason", "TaskHandle") // only a running task can be cancelled
	start.DestinationArn, start.MaxNumberOfMessagesPerSecond = nil, nil
	must(c.StartMessageMoveTask(ctx, start))
	failed := list()
	filled(t, failed, "TaskHandle", "DestinationArn", "MaxNumberOfMessagesPerSecond", "ApproximateNumberOfMessagesMoved")
	assert.Equal(t, "FAILED", *failed.Status, "a message that was sent directly has no queue to go back to")
}

// checkDeletion looks at what empties and deletes queues.
func checkDeletion(t *testing.T, c *awssqs.Client) {
	url := create(t, c, "short-lived", nil)
	send(t, c, url, "m")
	must(c.PurgeQueue(t.Context(), &awssqs.PurgeQueueInput{QueueUrl: url}))
	assert.Equal(t, "0", attribute(t, c, url, "ApproximateNumberOfMessages"))
	must(c.PurgeQueue(t.Context(), &awssqs.PurgeQueueInput{QueueUrl: create(t, c, "purged", nil)}))
	must(c.DeleteQueue(t.Context(), &awssqs.DeleteQueueInput{QueueUrl: url}))
	_, err := c.GetQueueUrl(t.Context(), &awssqs.GetQueueUrlInput{QueueName: aws.String("short-lived")})
	assert.Error(t, err)
}
