package sqs_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// What no caller should pass: nothing panics, and nothing changes.

// everyCall adds the operations of the broker to those on a queue.
func everyCall(q sqs.Queue, b *sqs.Broker) map[string]func(context.Context) error {
	calls := operations(q, b)
	calls["CreateQueue"] = func(ctx context.Context) error { _, err := b.Create(ctx, "new", sqs.Config{}); return err }
	calls["ListQueues"] = func(ctx context.Context) error { _, err := b.List(ctx, sqs.ListOptions{}); return err }
	calls["StartMessageMoveTask"] = func(ctx context.Context) error {
		_, err := b.StartMove(ctx, sqs.MoveOptions{Source: q.ARN()})
		return err
	}
	calls["ListMessageMoveTasks"] = func(ctx context.Context) error { _, err := b.Moves(ctx, q.ARN(), 1); return err }
	calls["CancelMessageMoveTask"] = func(ctx context.Context) error { _, err := b.CancelMove(ctx, "x"); return err }
	calls["Config"] = func(ctx context.Context) error { _, err := q.Config(ctx); return err }
	calls["Counts"] = func(ctx context.Context) error { _, err := q.Counts(ctx); return err }
	calls["long poll"] = func(ctx context.Context) error {
		_, err := q.Receive(ctx, sqs.ReceiveOptions{Wait: new(sqs.MaxWait)})
		return err
	}
	return calls
}

func TestContextsThatAreNone(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "m")
	held, journal := b.Peek("q"), b.Record()
	for op, call := range everyCall(q, b) {
		refused(t, call(nil), sqs.ErrInvalidParameterValue, "The context is nil.", op)
		require.Equal(t, context.Canceled, call(ended), op)
		require.Equal(t, context.DeadlineExceeded, call(late), op)
	}
	require.Equal(t, held, b.Peek("q"))
	for range journal.Events() {
		t.Fatal("something happened")
	}
	page, err := b.List(t.Context(), sqs.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"q"}, names(page))
	require.Zero(t, clk.Timers())
	n := 0
	var none context.Context
	for m, err := range sqs.Messages(none, q, sqs.ReceiveOptions{}) {
		require.Nil(t, m)
		require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
		n++
	}
	require.Equal(t, 1, n)
	for range sqs.Messages(ended, q, sqs.ReceiveOptions{}) {
		t.Fatal("an ended context ends the sequence")
	}
}

func TestAbsurdDurations(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "m")
		m := receiveOne(t, q, sqs.ReceiveOptions{})
		before, config := b.Peek(q.Name()), attributes(t, q, "All")
		for _, d := range []time.Duration{math.MinInt64, math.MinInt64 + 1, -1, sqs.MaxVisibilityTimeout + 1, math.MaxInt64 - 1, math.MaxInt64} {
			invalid := sqs.ErrInvalidParameterValue
			require.ErrorIs(t, m.Nack(t.Context(), d), invalid)
			errs, err := q.ChangeVisibilityBatch(t.Context(), sqs.VisibilityEntry{Receipt: m.Receipt, Timeout: d})
			require.NoError(t, err)
			require.ErrorIs(t, errs[0], invalid)
			_, err = q.Receive(t.Context(), sqs.ReceiveOptions{Visibility: &d})
			require.ErrorIs(t, err, invalid)
			_, err = q.Receive(t.Context(), sqs.ReceiveOptions{Wait: &d})
			require.ErrorIs(t, err, invalid)
			_, err = q.Send(t.Context(), sqs.Message{Body: "x", GroupID: "g", Delay: &d})
			require.ErrorIs(t, err, invalid)
			for _, cfg := range []sqs.Config{{Delay: &d}, {VisibilityTimeout: &d}, {ReceiveWait: &d}} {
				require.ErrorIs(t, q.SetConfig(t.Context(), cfg), sqs.ErrInvalidAttributeValue)
			}
			if d != sqs.MaxVisibilityTimeout+1 { // which these two may be
				require.ErrorIs(t, q.SetConfig(t.Context(), sqs.Config{Retention: &d}), sqs.ErrInvalidAttributeValue)
				require.ErrorIs(t, q.SetConfig(t.Context(), sqs.Config{KMSReuse: &d}), sqs.ErrInvalidAttributeValue)
			}
		}
		for _, n := range []int{math.MinInt, -1, 0, math.MaxInt} {
			require.ErrorIs(t, q.SetConfig(t.Context(), sqs.Config{MaxMessageSize: &n}), sqs.ErrInvalidAttributeValue)
			_, err := q.Receive(t.Context(), sqs.ReceiveOptions{Max: n, Given: sqs.GivenMax})
			require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
			_, err = b.List(t.Context(), sqs.ListOptions{Max: n, Given: sqs.GivenMax})
			require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
		}
		require.Equal(t, before, b.Peek(q.Name()))
		require.Equal(t, config, attributes(t, q, "All"))
		require.Zero(t, clk.Timers())
	})
}

// Texts of a mebibyte, or of no UTF-8, in every place that takes one.
func TestAbsurdTexts(t *testing.T) {
	b, _ := fakeBroker()
	q, fifo := create(t, b, "q", sqs.Config{}), create(t, b, "q.fifo", sqs.Config{})
	for _, text := range []string{strings.Repeat("x", 1<<20), "\xff\xfe", "\x00", strings.Repeat("/", 1<<16), "%s%d%!", "arn:aws:sqs:::"} {
		_, err := b.Create(t.Context(), text, sqs.Config{})
		require.Error(t, err)
		_, err = b.Open(t.Context(), text)
		require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist)
		require.ErrorIs(t, b.Delete(t.Context(), text), sqs.ErrQueueDoesNotExist)
		require.Empty(t, b.Peek(text))
		handle := sqs.ReceiptOf(text)
		refused(t, q.Delete(t.Context(), handle), sqs.ErrReceiptHandleIsInvalid, `The input receipt handle "`+text+`" is not a valid receipt handle.`)
		require.ErrorIs(t, q.ChangeVisibility(t.Context(), handle, 0), sqs.ErrReceiptHandleIsInvalid)
		require.Error(t, q.AddPermission(t.Context(), text+"!", []string{text}, []string{text}))
		require.Error(t, q.RemovePermission(t.Context(), text))
		_, err = b.StartMove(t.Context(), sqs.MoveOptions{Source: text, Destination: text})
		require.Error(t, err)
		_, err = b.CancelMove(t.Context(), text)
		require.Error(t, err)
		_, err = b.List(t.Context(), sqs.ListOptions{Token: text + "!"})
		require.Error(t, err)
		page, err := b.List(t.Context(), sqs.ListOptions{Prefix: text})
		require.NoError(t, err)
		require.Empty(t, page.Queues)
		_, err = q.Attributes(t.Context(), text)
		require.ErrorIs(t, err, sqs.ErrInvalidAttributeName)
		_, err = sqs.ParseAttributes(map[string]string{text: text})
		require.ErrorIs(t, err, sqs.ErrInvalidAttributeName)
		for _, name := range []string{"Policy", "RedrivePolicy", "RedriveAllowPolicy", "DeduplicationScope", "VisibilityTimeout"} {
			require.Error(t, setText(t, fifo, name, text), name)
		}
		_, err = fifo.Send(t.Context(), sqs.Message{Body: "m", GroupID: text + " ", DedupID: "d"})
		require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
		_, err = fifo.Receive(t.Context(), sqs.ReceiveOptions{AttemptID: text + " "})
		require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
		_, err = q.SendBatch(t.Context(), sqs.Message{Body: "m", EntryID: text})
		require.Error(t, err)
		require.Empty(t, receive(t, q, sqs.ReceiveOptions{Attributes: []string{text, text + ".*"}}))
	}
	require.Equal(t, [3]int{}, counts(t, q))
	require.Equal(t, [3]int{}, counts(t, fifo))
	require.Empty(t, policyOf(t, q))
}

// A handle of a message that is gone does nothing to the one that took its place.
func TestHandleOfAReusedPlace(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, _ *inflight.FakeClock) {
		send(t, q, "old")
		old := receiveOne(t, q, sqs.ReceiveOptions{})
		require.NoError(t, old.Ack(t.Context()))
		send(t, q, "new")
		receiveOne(t, q, sqs.ReceiveOptions{})
		require.NoError(t, old.Ack(t.Context()))
		require.ErrorIs(t, old.Nack(t.Context(), 0), sqs.ErrInvalidParameterValue)
		require.Equal(t, [3]int{0, 1, 0}, counts(t, q))
	})
}

// FuzzReceiptText mutates the text of a valid handle: only the handle itself does anything.
func FuzzReceiptText(f *testing.F) {
	b, _ := fakeBroker(sqs.WithSeed(1))
	q, fifo := create(f, b, "q", sqs.Config{}), create(f, b, "q.fifo", sqs.Config{})
	valid := map[string]bool{}
	for _, q := range []sqs.Queue{q, fifo} {
		send(f, q, "m")
		handle := receiveOne(f, q, sqs.ReceiveOptions{}).Receipt.String()
		valid[handle] = true
		f.Add(handle)
		f.Add(handle[1:])
		f.Add(handle + "=")
		f.Add(strings.ToLower(handle))
		f.Add(handle[:39] + "A")
	}
	f.Add("")
	f.Add(strings.Repeat("A", 40))
	before := append(b.Peek("q"), b.Peek("q.fifo")...)
	f.Fuzz(func(t *testing.T, text string) {
		r := sqs.ReceiptOf(text)
		require.Equal(t, text, r.String())
		if valid[text] {
			return
		}
		for _, q := range []sqs.Queue{q, fifo} {
			require.Error(t, q.Delete(t.Context(), r))
			require.Error(t, q.ChangeVisibility(t.Context(), r, time.Minute))
		}
		require.Equal(t, before, append(b.Peek("q"), b.Peek("q.fifo")...))
	})
}
