package sqs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// poisoned returns a queue with a dead-letter queue and two messages that the next receive moves there; a chooser whose next
// question, once armed, panics.
func poisoned(t *testing.T, visibility time.Duration) (q, dlq sqs.Queue, ms []*sqs.Received, ch *panicky, clk *inflight.FakeClock, b *sqs.Broker) {
	ch = &panicky{}
	b, clk = fakeBroker(sqs.WithChooser(ch))
	dlq = create(t, b, "dlq", sqs.Config{})
	q = create(t, b, "q", sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
	send(t, q, "1", "2")
	ms, err := q.Receive(t.Context(), sqs.ReceiveOptions{Max: 10, Visibility: &visibility})
	require.NoError(t, err)
	require.Len(t, ms, 2)
	return q, dlq, ms, ch, clk, b
}

// A long poll whose receive panics does not wait: it would take messages that nobody gets.
func TestPanicLeavesNoGhost(t *testing.T) {
	q, _, _, ch, clk, _ := poisoned(t, 0)
	ch.left = 1
	require.Panics(t, func() {
		_, _ = q.Receive(t.Context(), sqs.ReceiveOptions{Max: 10, Wait: new(20 * time.Second)})
	})
	send(t, q, "a")
	got, err := q.Receive(t.Context(), sqs.ReceiveOptions{})
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Zero(t, clk.Timers())
}

// A long poll ends at its time, also when the receive of its last instant panics.
func TestPanicAtTheDeadlineEndsThePoll(t *testing.T) {
	q, _, ms, ch, clk, _ := poisoned(t, 10*time.Second)
	done := make(chan int)
	go func() {
		got, _ := q.Receive(t.Context(), sqs.ReceiveOptions{Max: 10, Wait: new(5 * time.Second)})
		done <- len(got)
	}()
	require.NoError(t, clk.BlockUntil(t.Context(), 2))
	for _, m := range ms {
		require.NoError(t, m.Extend(t.Context(), 5*time.Second))
	}
	ch.left = 1
	require.Panics(t, func() { clk.Advance(5 * time.Second) })
	func() {
		defer func() { _ = recover() }()
		clk.Advance(time.Hour)
	}()
	require.Zero(t, <-done)
}

// A move task goes on though the long poll that it serves panicked.
func TestPanicDoesNotStopAMoveTask(t *testing.T) {
	q, dlq, _, ch, clk, b := poisoned(t, time.Hour)
	send(t, dlq, "a", "b", "c")
	go func() { _, _ = q.Receive(t.Context(), sqs.ReceiveOptions{Max: 2, Wait: new(20 * time.Second)}) }()
	require.NoError(t, clk.BlockUntil(t.Context(), 2))
	send(t, dlq, "d")
	ch.left = 1
	start := func() {
		_, _ = b.StartMove(t.Context(), sqs.MoveOptions{Source: dlq.ARN(), Destination: q.ARN(), PerSecond: 1})
	}
	func() {
		defer func() { _ = recover() }() // whether a question is asked is not the point
		start()
	}()
	ch.left = 0
	clk.Advance(time.Minute)
	tasks, err := b.Moves(t.Context(), dlq.ARN(), 1)
	require.NoError(t, err)
	require.Equal(t, sqs.MoveCompleted, tasks[0].Status)
	require.Equal(t, 4, tasks[0].Moved)
}
