package awssdk_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answer is what became of a long poll.
type answer struct {
	messages []types.Message
	err      error
}

// poll begins a long poll of 20 s.
func poll(ctx context.Context, c *awssqs.Client, url *string) <-chan answer {
	done := make(chan answer, 1)
	go func() {
		out, err := c.ReceiveMessage(ctx, &awssqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
		if err != nil {
			done <- answer{nil, err}
			return
		}
		done <- answer{out.Messages, nil}
	}()
	return done
}

// With a fake clock a test waits until the poll waits (it has armed its timer), and nothing is left to luck.
func TestLongPollIsAnsweredByASend(t *testing.T) {
	_, client, clock := fakeRegion()
	url := create(t, client, "jobs", nil)
	waiting := poll(t.Context(), client, url)
	require.NoError(t, clock.BlockUntil(t.Context(), 1))
	send(t, client, url, "job")
	got := <-waiting
	require.NoError(t, got.err)
	assert.Equal(t, []string{"job"}, bodies(got.messages))
	assert.Zero(t, clock.Timers(), "a poll that was answered leaves nothing behind")
}

func TestLongPollEndsWithNothing(t *testing.T) {
	_, client, clock := fakeRegion()
	url := create(t, client, "jobs", nil)
	waiting := poll(t.Context(), client, url)
	require.NoError(t, clock.BlockUntil(t.Context(), 1))
	clock.Advance(20*time.Second - 1)
	assert.Empty(t, waiting)
	clock.Advance(1)
	assert.Equal(t, answer{}, <-waiting)
}

// A worker that shuts down cancels its poll: it ends at once, and a message that comes a moment later is nobody's yet.
func TestCancelledLongPollLosesNothing(t *testing.T) {
	_, client, clock := fakeRegion()
	url := create(t, client, "jobs", nil)
	ctx, cancel := context.WithCancel(t.Context())
	waiting := poll(ctx, client, url)
	require.NoError(t, clock.BlockUntil(t.Context(), 1))

	cancel()
	got := <-waiting // though the clock stands still
	require.ErrorIs(t, got.err, context.Canceled)

	send(t, client, url, "job")
	m := receiveOne(t, client, url)
	assert.Equal(t, "1", m.Attributes["ApproximateReceiveCount"], "it was lent to nobody before")
	assert.Zero(t, clock.Timers())
}

// A deadline of the caller's is as good as a cancel: it ends the poll at its instant, and it is not retried.
func TestLongPollKeepsTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := systemClient()
		url := create(t, client, "jobs", nil)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		got := <-poll(ctx, client, url)
		require.ErrorIs(t, got.err, context.DeadlineExceeded)
		assert.Equal(t, 3*time.Second, time.Since(start))
	})
}
