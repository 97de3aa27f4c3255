package sqs_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 16.5: the rates of FIFO queues, with WithThrottling only.

// untilThrottled calls f until it is refused for its rate, and returns how often it succeeded.
func untilThrottled(t *testing.T, f func() error) int {
	t.Helper()
	for n := 0; ; n++ {
		require.Less(t, n, 100_000, "it is never refused")
		if err := f(); err != nil {
			refused(t, err, sqs.ErrRequestThrottled, "Rate exceeded")
			return n
		}
	}
}

// 300 calls of each method at once, and then one every 1/300 of a second: 300 in each second.
func TestRateOfAFIFOQueue(t *testing.T) {
	b, clk := fakeBroker(sqs.WithThrottling())
	q := create(t, b, "q.fifo", sqs.Config{})
	n := 0
	message := func() sqs.Message { n++; return sqs.Message{Body: fmt.Sprint(n), GroupID: "g"} }
	for what, call := range map[string]func() error{
		"send":    func() error { _, err := q.Send(t.Context(), message()); return err },
		"receive": func() error { _, err := q.Receive(t.Context(), sqs.ReceiveOptions{}); return err },
		"delete":  func() error { return ignoreHandle(q.Delete(t.Context(), sqs.ReceiptOf("x"))) },
		"change":  func() error { return ignoreHandle(q.ChangeVisibility(t.Context(), sqs.ReceiptOf("x"), 0)) },
	} {
		require.Equal(t, 300, untilThrottled(t, call), what)
		clk.Advance(time.Second/300 - 1)
		require.Equal(t, 0, untilThrottled(t, call), what)
		clk.Advance(2) // a 300th of a second is no whole number of nanoseconds
		require.Equal(t, 1, untilThrottled(t, call), what)
		clk.Advance(500 * time.Millisecond)
		require.Equal(t, 150, untilThrottled(t, call), what)
		clk.Advance(time.Hour)
		require.Equal(t, 300, untilThrottled(t, call), "%s: rest saves up for one second only", what)
	}
}

// A batch is one call of its method, whatever it holds, and what is refused stores nothing.
func TestBatchIsOneCall(t *testing.T) {
	b, _ := fakeBroker(sqs.WithThrottling())
	q := create(t, b, "q.fifo", sqs.Config{})
	n := 0
	batch := func() error {
		var ms []sqs.Message
		for range 10 {
			n++
			ms = append(ms, sqs.Message{Body: fmt.Sprint(n), GroupID: "g"})
		}
		_, err := q.SendBatch(t.Context(), ms...)
		return err
	}
	require.Equal(t, 300, untilThrottled(t, batch))
	require.Equal(t, [3]int{3000, 0, 0}, counts(t, q))
	_, err := q.Send(t.Context(), sqs.Message{Body: "single", GroupID: "g"})
	require.ErrorIs(t, err, sqs.ErrRequestThrottled, "the same method")
	require.Equal(t, [3]int{3000, 0, 0}, counts(t, q))
}

// With high throughput each message group has 300 calls, and the queue many more.
func TestHighThroughput(t *testing.T) {
	limits := sqs.LimitsAsOf(time.Now())
	limits.HighThroughputCalls = 1000
	b, clk := fakeBroker(sqs.WithThrottling(), sqs.WithLimits(limits))
	q := create(t, b, "q.fifo", sqs.Config{DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup)})
	n := 0
	sendTo := func(group string) func() error {
		return func() error {
			n++
			_, err := q.Send(t.Context(), sqs.Message{Body: fmt.Sprint(n), GroupID: group})
			return err
		}
	}
	require.Equal(t, 300, untilThrottled(t, sendTo("a")))
	require.Equal(t, 300, untilThrottled(t, sendTo("b")), "another group is another count")
	clk.Advance(time.Second)
	groups := 0
	require.Equal(t, 1000, untilThrottled(t, func() error { groups++; return sendTo(fmt.Sprint("group", groups))() }), "the queue's own rate")

	// in a batch a group counts once, and an entry of a group at its limit fails alone
	clk.Advance(time.Second)
	require.Equal(t, 300, untilThrottled(t, sendTo("a")))
	sent, err := q.SendBatch(t.Context(), sqs.Message{Body: "x", GroupID: "a"}, sqs.Message{Body: "y", GroupID: "c"}, sqs.Message{Body: "z", GroupID: "c"})
	require.NoError(t, err)
	refused(t, sent[0].Err, sqs.ErrRequestThrottled, "Rate exceeded")
	require.NoError(t, sent[1].Err)
	require.NoError(t, sent[2].Err)
	require.Equal(t, 299, untilThrottled(t, sendTo("c")))
}

// Without the option nothing is refused, nor is it on standard queues.
func TestNoThrottling(t *testing.T) {
	for name, opts := range map[string][]sqs.Option{"q.fifo": nil, "q": {sqs.WithThrottling()}} {
		b, _ := fakeBroker(opts...)
		q := create(t, b, name, sqs.Config{})
		for range 1000 {
			send(t, q, "m")
			_, err := q.Receive(context.Background(), sqs.ReceiveOptions{})
			require.NoError(t, err)
		}
	}
}

// Once a group's rate refused an entry, it refuses the group's later ones: else they would overtake it.
func TestThrottledGroupKeepsItsOrder(t *testing.T) {
	b, _ := fakeBroker(sqs.WithThrottling(), sqs.WithLimits(sqs.Limits{FIFOCalls: 1}))
	q := create(t, b, "q.fifo", sqs.Config{DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup)})
	send(t, q, "x")
	sent, err := q.SendBatch(t.Context(), sqs.Message{Body: "1", GroupID: "g"}, sqs.Message{Body: "h", GroupID: "h"},
		sqs.Message{Body: "2", GroupID: "g"}, sqs.Message{Body: "h2", GroupID: "h"})
	require.NoError(t, err)
	for i, want := range []error{sqs.ErrRequestThrottled, nil, sqs.ErrRequestThrottled, nil} {
		require.ErrorIs(t, sent[i].Err, want)
	}
	require.Len(t, b.Peek("q.fifo"), 3)
}
