package sqs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Sections 11 to 13: counts, retention, delay.

func TestCountsOfAStandardQueue(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "1", "2", "3")
	_, err := q.Send(t.Context(), sqs.Message{Body: "4", Delay: new(10 * time.Second)})
	require.NoError(t, err)
	require.Equal(t, [3]int{3, 0, 1}, counts(t, q))
	got := receive(t, q, sqs.ReceiveOptions{Max: 2})
	require.Equal(t, [3]int{1, 2, 1}, counts(t, q))
	as := attributes(t, q, "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
	require.Equal(t, map[string]string{
		"ApproximateNumberOfMessages": "1", "ApproximateNumberOfMessagesNotVisible": "2", "ApproximateNumberOfMessagesDelayed": "1",
	}, as)
	require.NoError(t, got[0].Ack(t.Context()))
	require.Equal(t, [3]int{1, 1, 1}, counts(t, q))
	clk.Advance(10 * time.Second)
	require.Equal(t, [3]int{2, 1, 0}, counts(t, q))
	clk.Advance(20 * time.Second)
	require.Equal(t, [3]int{3, 0, 0}, counts(t, q))
}

// What a group blocks counts as visible: 6 messages in 3 groups, one received of each of two groups.
func TestCountsOfAFIFOQueue(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	for _, m := range []sqs.Message{
		{Body: "1", GroupID: "a"}, {Body: "2", GroupID: "a"}, {Body: "3", GroupID: "b"}, {Body: "4", GroupID: "b"},
		{Body: "5", GroupID: "c"}, {Body: "6", GroupID: "c"},
	} {
		_, err := q.Send(t.Context(), m)
		require.NoError(t, err)
	}
	require.Equal(t, "1", receive(t, q, sqs.ReceiveOptions{})[0].Body)
	require.Equal(t, "3", receive(t, q, sqs.ReceiveOptions{})[0].Body)
	require.Equal(t, [3]int{4, 2, 0}, counts(t, q))
}

// Whatever its state, a message is gone when its retention ends, and goes nowhere else.
func TestRetention(t *testing.T) {
	eachKind(t, sqs.Config{Retention: new(time.Hour)}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock) {
		dlq := create(t, b, "dlq"+q.Name(), sqs.Config{})
		setConfig(t, q, sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
		send(t, q, "in flight", "visible")
		lent := receive(t, q, sqs.ReceiveOptions{Visibility: new(2 * time.Hour)})[0]
		if !isFIFO(q) {
			_, err := q.Send(t.Context(), sqs.Message{Body: "delayed", Delay: new(15 * time.Minute)})
			require.NoError(t, err)
		}
		clk.Advance(30 * time.Minute)
		send(t, q, "later")
		clk.Advance(30*time.Minute - 1)
		require.Equal(t, 1, counts(t, q)[1])
		clk.Advance(1)
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
		require.NoError(t, lent.Ack(t.Context()), "no effect")
		require.Equal(t, []string{"later"}, receiveAll(t, q), "an expired head blocks no group")
		require.Equal(t, [3]int{}, counts(t, dlq))
	})
}

// Neither receives nor changes of visibility make a message live longer.
func TestNothingProlongsLife(t *testing.T) {
	eachKind(t, sqs.Config{Retention: new(time.Minute)}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "m")
		for range 3 {
			clk.Advance(15 * time.Second)
			m := receiveOne(t, q, sqs.ReceiveOptions{Visibility: new(time.Hour)})
			require.NoError(t, m.Nack(t.Context(), 0))
		}
		clk.Advance(15*time.Second - 1)
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
		clk.Advance(1)
		require.Empty(t, receiveAll(t, q))
	})
}

func TestDelayedMessagesCannotBeReceived(t *testing.T) {
	eachKind(t, sqs.Config{Delay: new(10 * time.Second)}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, clk *inflight.FakeClock) {
		sentAt := clk.Now()
		send(t, q, "m")
		clk.Advance(10*time.Second - 1)
		require.Empty(t, receiveAll(t, q))
		require.Equal(t, [3]int{0, 0, 1}, counts(t, q))
		clk.Advance(1)
		m := receiveOne(t, q, sqs.ReceiveOptions{})
		require.Equal(t, sentAt, m.SentAt)
		require.NoError(t, m.Nack(t.Context(), 0))
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q), "it is delayed once only")
	})
}

// One leap of the clock over several deadlines applies them in order of time.
func TestDeadlinesInOrderOfTime(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{Retention: new(time.Minute)})
	journal := b.Record()
	send(t, q, "first")
	receiveOne(t, q, sqs.ReceiveOptions{Visibility: new(40 * time.Second)})
	_, err := q.Send(t.Context(), sqs.Message{Body: "second", Delay: new(20 * time.Second)})
	require.NoError(t, err)
	start := clk.Now()
	clk.Advance(time.Hour)
	require.Equal(t, [3]int{}, counts(t, q))
	var kinds []sqs.EventKind
	var after []time.Duration
	for e := range journal.Events() {
		kinds = append(kinds, e.Kind)
		after = append(after, e.At.Sub(start))
	}
	require.Equal(t, []sqs.EventKind{
		sqs.EventSent, sqs.EventReceived, sqs.EventSent, sqs.EventReturned, sqs.EventReturned, sqs.EventExpired, sqs.EventExpired,
	}, kinds)
	require.Equal(t, []time.Duration{0, 0, 0, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute}, after)
}
