package sqs_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// What a newcomer fell over.

// panicky panics at its nth question.
type panicky struct{ left int }

func (p *panicky) Choose(sqs.Choice, int) int {
	if p.left--; p.left == 0 {
		panic("no more")
	}
	return 0
}

// Property tests end a run by a panic in the middle of a choice. The operation panics too, but only when it is done.
func TestChooserPanics(t *testing.T) {
	for question := 1; question <= 4; question++ {
		ch := &panicky{}
		b := sqs.New(sqs.WithChooser(ch))
		q := create(t, b, "q", sqs.Config{})
		send(t, q, "a", "b", "c")
		ch.left = question
		require.PanicsWithValue(t, "no more", func() { _, _ = q.Receive(t.Context(), sqs.ReceiveOptions{Max: 2}) })
		require.Len(t, b.Peek("q"), 3, "nothing is lost")
		n, err := q.Counts(t.Context())
		require.NoError(t, err)
		require.Equal(t, sqs.Counts{Visible: 1, InFlight: 2}, n, "the operation went on tamely")
		b.Restore(b.Snapshot())
	}
	ch := &panicky{}
	b := sqs.New(sqs.WithChooser(ch))
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "a")
	m, err := q.Receive(t.Context(), sqs.ReceiveOptions{})
	require.NoError(t, err)
	ch.left = 1
	require.Panics(t, func() { _ = m[0].Ack(t.Context()) })
	require.Empty(t, b.Peek("q"))
}

func TestRestoreNothing(t *testing.T) {
	b, _ := fakeBroker()
	send(t, create(t, b, "q", sqs.Config{}), "a")
	b.Restore(nil)
	b.Restore(&sqs.Snapshot{})
	require.Len(t, b.Peek("q"), 1)
}

// Printing a handle, also by way of a message, looks at nothing that changes.
func TestHandlePrints(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	require.Equal(t, q.ARN(), fmt.Sprint(q))
	require.Equal(t, q.ARN(), fmt.Sprintf("%#v", q))
}

func TestFaultOfTheControlPlane(t *testing.T) {
	b, _ := fakeBroker()
	create(t, b, "q", sqs.Config{})
	remove := b.Intercept(sqs.Fault{Op: sqs.OpDeleteQueue, Queue: "q", Err: sqs.ErrInternal}.Inject)
	require.ErrorIs(t, b.Delete(t.Context(), "https://sqs.us-east-1.amazonaws.com/123456789012/q"), sqs.ErrInternal)
	remove()
	require.NoError(t, b.Delete(t.Context(), "q"))
	defer b.Intercept(sqs.Fault{Op: sqs.OpCreateQueue, Queue: "r", Err: sqs.ErrInternal}.Inject)()
	_, err := b.Create(t.Context(), "r", sqs.Config{})
	require.ErrorIs(t, err, sqs.ErrInternal)
	b.Intercept(nil)()
	require.Equal(t, "after", sqs.AfterCommit.String())
}

// counting is a wrapper such as an embedder writes.
type counting struct {
	sqs.Receiver
	deletes int
}

func (c *counting) Delete(ctx context.Context, r sqs.Receipt) error {
	c.deletes++
	return c.Receiver.Delete(ctx, r)
}

func TestMessagesAckThroughTheWrapper(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "a", "b")
	c := &counting{Receiver: q}
	for m, err := range sqs.Messages(t.Context(), c, sqs.ReceiveOptions{Wait: new(time.Duration(0))}) {
		require.NoError(t, err)
		require.NoError(t, m.Ack(t.Context()))
	}
	require.Equal(t, 2, c.deletes)
	require.ErrorIs(t, (&sqs.Received{}).Ack(t.Context()), sqs.ErrInvalidParameterValue)
}
