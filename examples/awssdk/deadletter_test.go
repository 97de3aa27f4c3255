package awssdk_test

import (
	"fmt"
	"testing"
	"time"

	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// createWithDLQ makes a queue whose messages are given up after a number of receives, and its dead-letter queue.
func createWithDLQ(t require.TestingT, c *awssqs.Client, name string, receives int) (url, dlq *string) {
	dlq = create(t, c, name+"-dead", nil)
	policy := fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":%d}`,
		attribute(t, c, dlq, types.QueueAttributeNameQueueArn), receives)
	return create(t, c, name, map[string]string{"RedrivePolicy": policy, "VisibilityTimeout": "60"}), dlq
}

// A poisonous message is tried twice, each time until its visibility timeout ends, and then put aside. The test takes
// microseconds: the clock moves when the test says so.
func TestPoisonousMessageIsPutAside(t *testing.T) {
	_, client, clock := fakeRegion()
	orders, dead := createWithDLQ(t, client, "orders", 2)
	send(t, client, orders, "poison")

	for try := 1; try <= 2; try++ {
		m := receiveOne(t, client, orders)
		assert.Equal(t, fmt.Sprint(try), m.Attributes["ApproximateReceiveCount"])
		clock.Advance(time.Minute) // nobody deletes it
	}
	assert.Empty(t, receive(t, client, dead), "the move happens at the next receive, not when the timeout ends")
	assert.Empty(t, receive(t, client, orders))

	letter := receiveOne(t, client, dead)
	assert.Equal(t, "poison", *letter.Body)
	assert.Equal(t, "3", letter.Attributes["ApproximateReceiveCount"], "the count goes on")
	assert.Equal(t, attribute(t, client, orders, types.QueueAttributeNameQueueArn), letter.Attributes["DeadLetterQueueSourceArn"])
}

// After the bug is fixed, the letters go back to where they came from, one a second.
func TestRedriveOfDeadLetters(t *testing.T) {
	_, client, clock := fakeRegion()
	orders, dead := createWithDLQ(t, client, "orders", 1)
	send(t, client, orders, "m1", "m2", "m3")
	require.Len(t, receive(t, client, orders), 3)
	clock.Advance(time.Minute)
	require.Empty(t, receive(t, client, orders))

	source := attribute(t, client, dead, types.QueueAttributeNameQueueArn)
	_, err := client.StartMessageMoveTask(t.Context(), &awssqs.StartMessageMoveTaskInput{
		SourceArn: &source, MaxNumberOfMessagesPerSecond: new(int32(1)),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"m1"}, bodies(receive(t, client, orders)), "the first at once")
	clock.Advance(2 * time.Second)
	assert.Equal(t, []string{"m2", "m3"}, bodies(receive(t, client, orders)))

	clock.Advance(time.Second)
	tasks, err := client.ListMessageMoveTasks(t.Context(), &awssqs.ListMessageMoveTasksInput{SourceArn: &source})
	require.NoError(t, err)
	require.Len(t, tasks.Results, 1)
	assert.Equal(t, "COMPLETED", *tasks.Results[0].Status)
	assert.EqualValues(t, 3, tasks.Results[0].ApproximateNumberOfMessagesMoved)
}
