package sqs_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

func TestDeadLetterWithoutASleep(t *testing.T) {
	clk := inflight.NewFakeClock(time.Time{})
	b, ctx := sqs.New(sqs.WithClock(clk)), t.Context()
	dlq, err := b.Create(ctx, "orders-dlq", sqs.Config{})
	require.NoError(t, err)
	orders, err := b.Create(ctx, "orders", sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 2}})
	require.NoError(t, err)
	_, err = orders.Send(ctx, sqs.Message{Body: "poison"})
	require.NoError(t, err)
	for range 3 {
		_, err := orders.Receive(ctx, sqs.ReceiveOptions{})
		require.NoError(t, err)
		clk.Advance(31 * time.Second)
	}
	require.Len(t, b.Peek("orders-dlq"), 1)
	require.Empty(t, b.Peek("orders"))
}

func TestLongPollInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, err := sqs.New().Create(t.Context(), "jobs", sqs.Config{})
		require.NoError(t, err)
		go func() {
			time.Sleep(7 * time.Second)
			_, _ = q.Send(t.Context(), sqs.Message{Body: "job"})
		}()
		start := time.Now()
		got, err := q.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(20 * time.Second)})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, 7*time.Second, time.Since(start))
		got2, err := q.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(20 * time.Second)})
		require.NoError(t, err)
		require.Empty(t, got2)
		require.Equal(t, 27*time.Second, time.Since(start))
		got3, err := q.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(20 * time.Second)})
		require.NoError(t, err)
		require.Len(t, got3, 1)
		require.Equal(t, 37*time.Second, time.Since(start))
	})
}

func BenchmarkX(b *testing.B) {
	q, _ := sqs.New().Create(context.Background(), "jobs", sqs.Config{})
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		q.Send(ctx, sqs.Message{Body: "0123456789012345678901234567890123456789012345678901234567890123"})
		m, _ := q.Receive(ctx, sqs.ReceiveOptions{})
		m[0].Ack(ctx)
	}
}
