package awssdk_test

import (
	"context"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func createFIFO(t require.TestingT, c *awssqs.Client, name string) *string {
	return create(t, c, name, map[string]string{
		"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "60",
	})
}

func sendTo(t require.TestingT, c *awssqs.Client, url *string, group, body string) *awssqs.SendMessageOutput {
	in := &awssqs.SendMessageInput{QueueUrl: url, MessageGroupId: &group, MessageBody: &body}
	out, err := c.SendMessage(context.Background(), in)
	require.NoError(t, err)
	return out
}

// A consumer of a FIFO queue sees each group's messages in order, whatever fails in between and however groups interleave.
func TestConsumerKeepsTheOrderOfEachGroup(t *testing.T) {
	_, client, clock := fakeRegion()
	url := createFIFO(t, client, "steps.fifo")
	for step := 1; step <= 3; step++ {
		for _, order := range []string{"a", "b", "c"} {
			sendTo(t, client, url, order, fmt.Sprint(order, step))
		}
	}
	handled := map[string][]string{}
	for round := 0; len(handled["a"])+len(handled["b"])+len(handled["c"]) < 9; round++ {
		require.Less(t, round, 20)
		for i, m := range receive(t, client, url) {
			if round%2 == 0 && i > 0 {
				break // a crash in the middle of a batch: what is left comes back, and first
			}
			group := m.Attributes["MessageGroupId"]
			handled[group] = append(handled[group], *m.Body)
			remove(t, client, url, m)
		}
		clock.Advance(time.Minute)
	}
	assert.Equal(t, map[string][]string{
		"a": {"a1", "a2", "a3"}, "b": {"b1", "b2", "b3"}, "c": {"c1", "c2", "c3"},
	}, handled)
}

// While a message of a group is in flight the group is locked, and others are not.
func TestGroupIsLockedByAMessageInFlight(t *testing.T) {
	_, client, _ := fakeRegion()
	url := createFIFO(t, client, "steps.fifo")
	sendTo(t, client, url, "a", "a1")
	first := receiveOne(t, client, url)
	sendTo(t, client, url, "a", "a2")
	sendTo(t, client, url, "b", "b1")
	assert.Equal(t, []string{"b1"}, bodies(receive(t, client, url)))
	remove(t, client, url, first)
	assert.Equal(t, []string{"a2"}, bodies(receive(t, client, url)))
}

// A handle of a FIFO queue works only while its delivery is hidden: who is too late learns it.
func TestTooLateToDelete(t *testing.T) {
	_, client, clock := fakeRegion()
	url := createFIFO(t, client, "steps.fifo")
	sendTo(t, client, url, "a", "a1")
	m := receiveOne(t, client, url)
	clock.Advance(time.Minute)
	_, err := client.DeleteMessage(t.Context(), &awssqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
	assert.Equal(t, "InvalidParameterValue", codeOf(err))
	assert.ErrorContains(t, err, "Reason: The receipt handle has expired.")
	assert.Equal(t, "2", receiveOne(t, client, url).Attributes["ApproximateReceiveCount"])
}

// For five minutes a deduplication id is accepted once, here that of the content.
func TestDuplicatesAreAnsweredAndNotStored(t *testing.T) {
	_, client, clock := fakeRegion()
	url := createFIFO(t, client, "steps.fifo")
	first := sendTo(t, client, url, "a", "Test")
	again := sendTo(t, client, url, "a", "Test")
	assert.Equal(t, *first.MessageId, *again.MessageId)
	assert.Equal(t, *first.SequenceNumber, *again.SequenceNumber)

	m := receiveOne(t, client, url)
	assert.Equal(t, "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25", m.Attributes["MessageDeduplicationId"])
	remove(t, client, url, m)
	clock.Advance(5*time.Minute - 1)
	sendTo(t, client, url, "a", "Test")
	assert.Empty(t, receive(t, client, url), "a deleted message still has its duplicates")
	clock.Advance(1)
	assert.NotEqual(t, *first.MessageId, *sendTo(t, client, url, "a", "Test").MessageId)
	assert.Len(t, receive(t, client, url), 1)
}

// Sequence numbers rise, in the answers to sends and in what is received.
func TestSequenceNumbersRise(t *testing.T) {
	_, client, _ := fakeRegion()
	url := createFIFO(t, client, "steps.fifo")
	var sent []string
	entries := []types.SendMessageBatchRequestEntry{
		{Id: aws.String("x"), MessageBody: aws.String("1"), MessageGroupId: aws.String("a")},
		{Id: aws.String("y"), MessageBody: aws.String("2"), MessageGroupId: aws.String("a")},
	}
	out, err := client.SendMessageBatch(t.Context(), &awssqs.SendMessageBatchInput{QueueUrl: url, Entries: entries})
	require.NoError(t, err)
	for _, e := range out.Successful {
		sent = append(sent, *e.SequenceNumber)
	}
	sent = append(sent, *sendTo(t, client, url, "a", "3").SequenceNumber)
	var received []string
	for _, m := range receive(t, client, url) {
		received = append(received, m.Attributes["SequenceNumber"])
	}
	assert.Equal(t, sent, received)
	last := new(big.Int)
	for _, s := range received {
		n, ok := new(big.Int).SetString(s, 10)
		require.True(t, ok, s)
		assert.Positive(t, n.Cmp(last), "%s after %s", n, last)
		last = n
	}
}

// A receive whose answer was lost is repeated with its attempt id, and gets the same messages under the same handles.
func TestReceiveAttemptIsRepeatable(t *testing.T) {
	_, client, _ := fakeRegion()
	url := createFIFO(t, client, "steps.fifo")
	sendTo(t, client, url, "a", "a1")
	in := &awssqs.ReceiveMessageInput{QueueUrl: url, ReceiveRequestAttemptId: aws.String("attempt-1")}
	lost, err := client.ReceiveMessage(t.Context(), in)
	require.NoError(t, err)
	again, err := client.ReceiveMessage(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, again.Messages, 1)
	assert.Equal(t, lost.Messages, again.Messages)
}
