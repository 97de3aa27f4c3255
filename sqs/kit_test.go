package sqs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// What the broker offers to tests: faults, meters, explanations, journals.

// A fault before the commit refuses the call and changes nothing.
func TestFaultBeforeCommit(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "m")
	before := b.Peek("q")
	remove := b.Intercept(sqs.Fault{Err: sqs.ErrServiceUnavailable}.Inject) // every operation on every queue
	for op, call := range everyCall(q, b) {
		err := call(t.Context())
		require.ErrorIs(t, err, sqs.ErrServiceUnavailable, op)
		e, ok := errors.AsType[*sqs.Error](err)
		require.True(t, ok)
		if strings.Contains(op, "Queue") || strings.Contains(op, "Message") {
			require.Equal(t, op, e.Op.String())
		}
	}
	remove()
	require.Equal(t, before, b.Peek("q"))
	require.Len(t, receiveAll(t, q), 1)
}

// An answer that is lost after the commit: the work is done, and nobody knows.
func TestFaultAfterCommit(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	lose := func(op sqs.Op) (remove func()) {
		return b.Intercept(sqs.Fault{Op: op, Stage: sqs.AfterCommit, Err: sqs.ErrInternal}.Inject)
	}
	remove := lose(sqs.OpSendMessage)
	sent, err := q.Send(t.Context(), sqs.Message{Body: "m"})
	require.ErrorIs(t, err, sqs.ErrInternal)
	require.Zero(t, sent)
	require.Equal(t, [3]int{1, 0, 0}, counts(t, q), "it is stored")
	remove()

	remove = lose(sqs.OpReceiveMessage)
	got, err := q.Receive(t.Context(), sqs.ReceiveOptions{})
	require.ErrorIs(t, err, sqs.ErrInternal)
	require.Nil(t, got)
	remove()
	require.Empty(t, receiveAll(t, q), "hidden from everybody")
	clk.Advance(30 * time.Second)
	m := receiveOne(t, q, sqs.ReceiveOptions{})
	require.Equal(t, 2, m.Receives)

	defer lose(sqs.OpDeleteMessage)()
	require.ErrorIs(t, m.Ack(t.Context()), sqs.ErrInternal)
	require.Equal(t, [3]int{}, counts(t, q), "it is gone")
	require.ErrorIs(t, q.Delete(t.Context(), sqs.ReceiptOf("x")), sqs.ErrReceiptHandleIsInvalid, "a refusal is not lost")
}

// Op, queue, number and entry select exactly.
func TestFaultSelects(t *testing.T) {
	b, _ := fakeBroker()
	q, other := create(t, b, "q", sqs.Config{}), create(t, b, "other", sqs.Config{})
	defer b.Intercept(sqs.Fault{Op: sqs.OpSendMessage, Queue: "q", Number: 3, Err: sqs.ErrInternal}.Inject)()
	for n := 1; n <= 5; n++ {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m"})
		require.Equal(t, n == 3, err != nil, n)
		send(t, other, "m")
		receive(t, q, sqs.ReceiveOptions{})
	}
	defer b.Intercept(sqs.Fault{Op: sqs.OpSendMessageBatch, Entry: 2, Err: sqs.ErrKMSThrottled}.Inject)()
	defer b.Intercept(sqs.Fault{Op: sqs.OpSendMessageBatch, Entry: 3, Stage: sqs.AfterCommit, Err: sqs.ErrInternal}.Inject)()
	fresh := create(t, b, "fresh", sqs.Config{})
	sent, err := fresh.SendBatch(t.Context(), sqs.Message{Body: "1"}, sqs.Message{Body: "2"}, sqs.Message{Body: "3"}, sqs.Message{})
	require.NoError(t, err)
	require.NoError(t, sent[0].Err)
	require.ErrorIs(t, sent[1].Err, sqs.ErrKMSThrottled)
	require.ErrorIs(t, sent[2].Err, sqs.ErrInternal)
	require.Zero(t, sent[2].ID)
	require.ErrorIs(t, sent[3].Err, sqs.ErrMissingParameter)
	got := receive(t, fresh, sqs.ReceiveOptions{Max: 10})
	require.Equal(t, []string{"1", "3"}, bodies(got), "the third is stored, though its answer is lost")

	defer b.Intercept(sqs.Fault{Op: sqs.OpDeleteMessageBatch, Entry: 1, Err: sqs.ErrInternal}.Inject)()
	errs, err := fresh.DeleteBatch(t.Context(), sqs.DeleteEntry{Receipt: got[0].Receipt}, sqs.DeleteEntry{Receipt: got[1].Receipt})
	require.NoError(t, err)
	require.ErrorIs(t, errs[0], sqs.ErrInternal)
	require.NoError(t, errs[1])
	require.Equal(t, [3]int{0, 1, 0}, counts(t, fresh))
}

// Interceptors are asked in order, before and after, with the caller's context; they may call the broker, and return any error.
func TestInterceptors(t *testing.T) {
	type key struct{}
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	var calls []sqs.Call
	removeFirst := b.Intercept(func(ctx context.Context, c sqs.Call) error {
		require.Equal(t, "value", ctx.Value(key{}))
		calls = append(calls, c)
		require.Len(t, b.Peek("q"), int(c.Stage), "no lock is held, and the commit is between the two")
		return nil
	})
	ctx := context.WithValue(t.Context(), key{}, "value")
	_, err := q.Send(ctx, sqs.Message{Body: "m"})
	require.NoError(t, err)
	require.Equal(t, []sqs.Call{
		{Op: sqs.OpSendMessage, Queue: "q", Number: 1}, {Op: sqs.OpSendMessage, Queue: "q", Number: 1, Stage: sqs.AfterCommit},
	}, calls)
	removeFirst()

	own := errors.New("own")
	removeOwn := b.Intercept(func(context.Context, sqs.Call) error { return own })
	removeOther := b.Intercept(func(context.Context, sqs.Call) error { panic("the first error counts") })
	_, err = q.Counts(t.Context())
	require.Equal(t, own, err, "as it is")
	removeOther()
	removeOwn()
	removeOwn() // twice is once
	_, err = q.Counts(t.Context())
	require.NoError(t, err)
}

func TestMeter(t *testing.T) {
	const chunk = 64 << 10
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	create(t, b, "idle", sqs.Config{})
	send(t, q, "m", strings.Repeat("x", chunk), strings.Repeat("x", chunk+1))
	_, err := q.Send(t.Context(), sqs.Message{})
	require.Error(t, err)
	_, err = q.SendBatch(t.Context(), sqs.Message{Body: strings.Repeat("x", chunk)}, sqs.Message{Body: strings.Repeat("x", chunk)})
	require.NoError(t, err)
	receive(t, q, sqs.ReceiveOptions{Max: 10})
	require.Empty(t, receiveAll(t, q))
	defer b.Intercept(sqs.Fault{Op: sqs.OpPurgeQueue, Err: sqs.ErrInternal}.Inject)()
	require.Error(t, q.Purge(t.Context()))
	_, err = b.Open(t.Context(), "missing")
	require.Error(t, err)
	want := []sqs.Usage{
		{Op: sqs.OpCreateQueue, Calls: 2, Billed: 2},
		{Op: sqs.OpGetQueueURL, Calls: 1, Errors: 1, Billed: 1},
		{Queue: "q", Op: sqs.OpPurgeQueue, Calls: 1, Errors: 1, Billed: 1},
		{Queue: "q", Op: sqs.OpReceiveMessage, Calls: 2, Billed: 2 + 4}, // 4 * 64 KiB + 2 bytes in all: five requests for the first
		{Queue: "q", Op: sqs.OpSendMessage, Calls: 4, Errors: 1, Billed: 4 + 1},
		{Queue: "q", Op: sqs.OpSendMessageBatch, Calls: 1, Billed: 1 + 1},
	}
	require.Equal(t, want, b.Meter())
	require.NoError(t, b.Delete(t.Context(), "q"))
	require.Len(t, b.Meter(), 3, "those of no queue: create, open, delete")
}

// Explain names each state, and what ends it.
func TestExplain(t *testing.T) {
	b, clk := fakeBroker()
	dlq := create(t, b, "dlq.fifo", sqs.Config{})
	q := create(t, b, "q.fifo", deadLetter(dlq, 1))
	first, second := send(t, q, "1"), send(t, q, "2")
	until := clk.Now().Add(30 * time.Second)
	explain := func(ref string, sent sqs.Sent) sqs.Explanation {
		e := b.Explain(ref, sent.ID)
		require.NotEmpty(t, e.Text)
		e.Text = ""
		return e
	}
	require.Equal(t, sqs.Explanation{Found: true, Receivable: true, State: sqs.StateVisible}, explain("q.fifo", first))
	require.Equal(t, sqs.Explanation{Found: true, Receivable: true, State: sqs.StateVisible}, explain("q.fifo", second))
	receive(t, q, sqs.ReceiveOptions{})
	require.Equal(t, sqs.Explanation{Found: true, State: sqs.StateInFlight, Until: until, Poisoned: true}, explain("q.fifo", first))
	require.Equal(t, sqs.Explanation{Found: true, State: sqs.StateBlocked, Until: until, BlockedBy: first.ID}, explain("q.fifo", second))
	require.Contains(t, b.Explain("q.fifo", second.ID).Text, first.ID.String())
	clk.Advance(30 * time.Second)
	require.Equal(t, sqs.Explanation{Found: true, State: sqs.StateVisible, Poisoned: true}, explain("q.fifo", first))
	require.Equal(t, []string{"2"}, receiveAll(t, q))
	require.Equal(t, sqs.Explanation{}, explain("q.fifo", first))
	require.True(t, explain("dlq.fifo", first).Receivable)
	require.Equal(t, sqs.Explanation{}, explain("missing", first))

	limits := sqs.LimitsAsOf(clk.Now())
	limits.InFlight = 1
	small, _ := fakeBroker(sqs.WithLimits(limits))
	standard := create(t, small, "q", sqs.Config{})
	send(t, standard, "lent")
	receiveOne(t, standard, sqs.ReceiveOptions{})
	late, err := standard.Send(t.Context(), sqs.Message{Body: "late", Delay: new(time.Minute)})
	require.NoError(t, err)
	waits := send(t, standard, "waits")
	require.Equal(t, sqs.StateDelayed, small.Explain("q", late.ID).State)
	require.Equal(t, time.Minute, small.Explain("q", late.ID).Until.Sub(small.Peek("q")[0].SentAt))
	require.False(t, small.Explain("q", waits.ID).Receivable, "too many are in flight")
	require.Equal(t, sqs.StateVisible, small.Explain("q", waits.ID).State)
	require.Equal(t, sqs.Explanation{Text: "there is no such queue"}, small.Explain("r", waits.ID))
}

// Peek shows all, in order, and changes nothing.
func TestPeek(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "lent", "waiting")
	lent := receive(t, q, sqs.ReceiveOptions{})[0]
	_, err := q.Send(t.Context(), sqs.Message{Body: "delayed", Delay: new(time.Minute)})
	require.NoError(t, err)
	start := clk.Now()
	for range 2 {
		held := b.Peek("q")
		require.Len(t, held, 3)
		require.Equal(t, []string{"lent", "waiting", "delayed"}, []string{held[0].Body, held[1].Body, held[2].Body})
		require.Equal(t, []sqs.State{sqs.StateInFlight, sqs.StateVisible, sqs.StateDelayed}, []sqs.State{held[0].State, held[1].State, held[2].State})
		require.Equal(t, lent.Receipt, held[0].Receipt)
		require.Equal(t, sqs.Receipt{}, held[1].Receipt)
		require.Equal(t, []int{1, 0, 0}, []int{held[0].Here, held[1].Here, held[2].Here})
		require.Equal(t, start.Add(time.Minute), held[2].Until)
		require.Zero(t, held[1].Until)
		require.Equal(t, start.Add(4*day), held[1].ExpiresAt)
	}
	require.Nil(t, b.Peek("missing"))
}
