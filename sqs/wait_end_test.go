package sqs_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 9.2: what ends a long poll, and what outlives it.

func TestCancelledPollReturnsTheContextsError(t *testing.T) {
	inBubble(t, "q", sqs.Config{}, func(t *testing.T, w longPoll) {
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		go func() {
			_, err := w.q.Receive(ctx, sqs.ReceiveOptions{Wait: new(sqs.MaxWait)})
			done <- err
		}()
		synctest.Wait()
		cancel(nil)
		require.ErrorIs(t, <-done, context.Canceled)
		send(t, w.q, "for another")
		require.Equal(t, [3]int{1, 0, 0}, counts(t, w.q))
	})
}

// Whether the message or the cancellation is first: it is lent to the poll, or it stays. It is never lent to nobody.
func TestCancellationNeverLosesAMessage(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	outcomes := map[bool]int{}
	for range 500 {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var got []*sqs.Received
		var err error
		wg.Go(func() { got, err = q.Receive(ctx, sqs.ReceiveOptions{Wait: new(sqs.MaxWait)}) })
		require.NoError(t, clk.BlockUntil(t.Context(), 1)) // it waits
		both := make(chan struct{})
		wg.Go(func() { <-both; cancel() })
		wg.Go(func() { <-both; _, _ = q.Send(t.Context(), sqs.Message{Body: "m"}) })
		close(both)
		wg.Wait()
		outcomes[err == nil]++
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
			require.Empty(t, got)
			got = receive(t, q, sqs.ReceiveOptions{})
		}
		require.Len(t, got, 1)
		require.NoError(t, got[0].Ack(t.Context()))
		require.Zero(t, clk.Timers())
	}
	require.Empty(t, b.Peek("q"))
	t.Log(outcomes)
}

func TestDeletionEndsPolls(t *testing.T) {
	inBubble(t, "q", sqs.Config{}, func(t *testing.T, w longPoll) {
		send(t, w.q, "in flight")
		receiveOne(t, w.q, sqs.ReceiveOptions{})
		polls := []*poll{startPoll(t, w.q, sqs.MaxWait), startPoll(t, w.q, sqs.MaxWait)}
		require.NoError(t, w.b.Delete(t.Context(), "q"))
		for _, p := range polls {
			require.False(t, p.waiting())
			refused(t, p.err, sqs.ErrQueueDoesNotExist, "The specified queue does not exist.")
		}
	})
}

func TestPollOutlivesPurge(t *testing.T) {
	inBubble(t, "q", sqs.Config{VisibilityTimeout: new(2 * time.Second)}, func(t *testing.T, w longPoll) {
		send(t, w.q, "old")
		receiveOne(t, w.q, sqs.ReceiveOptions{})
		p := startPoll(t, w.q, sqs.MaxWait)
		require.NoError(t, w.q.Purge(t.Context()))
		w.clk.Advance(3 * time.Second)
		require.True(t, p.waiting())
		send(t, w.q, "new")
		require.Equal(t, []string{"new"}, p.answer(t))
	})
}

// Polls on two queues that are each other's dead-letter queues: the poll of one sends the message to the poll of the other.
func TestPollsOnEachOthersDeadLetterQueue(t *testing.T) {
	inBubble(t, "a", sqs.Config{VisibilityTimeout: new(time.Second)}, func(t *testing.T, w longPoll) {
		from, to := w.q, source(t, w.b, "b", w.q)
		require.NoError(t, from.SetConfig(t.Context(), sqs.Config{DeadLetter: &sqs.DeadLetter{Target: to.ARN(), MaxReceives: 1}}))
		send(t, from, "ball")
		receiveOne(t, from, sqs.ReceiveOptions{})
		sender, getter := startPoll(t, from, sqs.MaxWait), startPoll(t, to, sqs.MaxWait)
		w.clk.Advance(time.Second)
		for round := range 5 {
			require.Equal(t, []string{"ball"}, getter.answer(t))
			require.Equal(t, round+2, getter.got[0].Receives)
			require.Equal(t, from.ARN(), getter.got[0].DeadLetteredBy)
			require.True(t, sender.waiting())
			w.clk.Advance(time.Second)
			from, to = to, from
			sender, getter = startPoll(t, from, sqs.MaxWait), sender
		}
		require.Equal(t, []string{"ball"}, getter.answer(t))
		w.clk.Advance(sqs.MaxWait)
		require.Empty(t, sender.answer(t), "nobody polls the other queue any more")
	})
}

// Time may pass between the beginning of a call and its end: what is due is due by the clock, not by the call.
func TestPollWakesInTimeAfterASlowCall(t *testing.T) {
	b, clk := fakeBroker()
	q, begin := create(t, b, "q", sqs.Config{}), clk.Now()
	served := make(chan time.Duration, 1)
	clk.AfterFunc(7*time.Second+1, func() {}) // so that the clock stops there at the latest
	go func() {
		_, _ = q.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(20 * time.Second)})
		served <- clk.Now().Sub(begin)
	}()
	require.NoError(t, clk.BlockUntil(t.Context(), 2))
	defer b.Intercept(func(_ context.Context, c sqs.Call) error {
		if c.Op == sqs.OpSendMessageBatch && c.Entry == 1 && c.Stage == sqs.BeforeCommit {
			clk.Advance(6 * time.Second)
		}
		return nil
	})()
	_, err := q.SendBatch(t.Context(), sqs.Message{Body: "a", Delay: new(7 * time.Second)})
	require.NoError(t, err)
	clk.Advance(time.Second)
	require.Equal(t, 7*time.Second, <-served)
}

// A queue may be its own dead-letter queue: what it buries is visible again, also to the poll that buried it.
func TestPollOfItsOwnDeadLetterQueue(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	require.NoError(t, q.SetConfig(t.Context(), sqs.Config{DeadLetter: &sqs.DeadLetter{Target: q.ARN(), MaxReceives: 1}}))
	send(t, q, "a")
	_, err := q.Receive(t.Context(), sqs.ReceiveOptions{Visibility: new(time.Duration(0))})
	require.NoError(t, err)
	got, err := q.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(20 * time.Second)})
	require.NoError(t, err)
	require.Len(t, got, 1)
}
