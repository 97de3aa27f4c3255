package sqs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Sections 10.2 to 10.5: what a receipt handle is good for.

const (
	textExpired = "The receipt handle has expired."
	textNoMore  = "Message does not exist or is not available for visibility timeout change."
	reasonRange = "Must be >= 0 and <= 43200, if provided."
	reasonTotal = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
)

// handleCase is a way to come by a handle, and what it then does on a standard and on a FIFO queue: the texts of the refusals, in
// which %s stands for the handle and an empty text is a success, and whether the message is gone, or hidden for the minute asked for.
type handleCase struct {
	what               string
	get                func(t *testing.T, w handleWorld) sqs.Receipt
	delete, change     [2]string
	deleted, changed   [2]bool
	deleteCode, chCode sqs.Code
}

type handleWorld struct {
	b   *sqs.Broker
	clk *inflight.FakeClock
	q   sqs.Queue
}

func (w handleWorld) lend(t *testing.T, visibility time.Duration) sqs.Receipt {
	t.Helper()
	return receiveOne(t, w.q, sqs.ReceiveOptions{Visibility: &visibility}).Receipt
}

func handleCases() []handleCase {
	value := sqs.ErrInvalidParameterValue
	bad := "Value %s for parameter ReceiptHandle is invalid. Reason: "
	gone := func(undo func(t *testing.T, w handleWorld, r sqs.Receipt)) func(*testing.T, handleWorld) sqs.Receipt {
		return func(t *testing.T, w handleWorld) sqs.Receipt {
			r := w.lend(t, 30*time.Second)
			undo(t, w, r)
			return r
		}
	}
	return []handleCase{
		{
			what:    "current, in flight",
			get:     func(t *testing.T, w handleWorld) sqs.Receipt { return w.lend(t, 30*time.Second) },
			deleted: [2]bool{true, true}, changed: [2]bool{true, true},
		},
		{
			what: "current, in its last nanosecond",
			get: func(t *testing.T, w handleWorld) sqs.Receipt {
				r := w.lend(t, 30*time.Second)
				w.clk.Advance(30*time.Second - 1)
				return r
			},
			deleted: [2]bool{true, true}, changed: [2]bool{true, true},
		},
		{
			what: "visibility expired, not received again",
			get: func(t *testing.T, w handleWorld) sqs.Receipt {
				r := w.lend(t, 30*time.Second)
				w.clk.Advance(30 * time.Second)
				return r
			},
			deleted: [2]bool{true, false}, changed: [2]bool{true, false},
			delete: [2]string{"", bad + textExpired}, change: [2]string{"", bad + textExpired}, deleteCode: value, chCode: value,
		},
		{
			what: "visibility extended in time, the first timeout passed",
			get: func(t *testing.T, w handleWorld) sqs.Receipt {
				r := w.lend(t, 30*time.Second)
				w.clk.Advance(20 * time.Second)
				require.NoError(t, w.q.ChangeVisibility(t.Context(), r, 30*time.Second))
				w.clk.Advance(20 * time.Second)
				return r
			},
			deleted: [2]bool{true, true}, changed: [2]bool{true, true},
		},
		{
			what: "older handle, received again since",
			get: func(t *testing.T, w handleWorld) sqs.Receipt {
				r := w.lend(t, time.Second)
				w.clk.Advance(time.Second)
				w.lend(t, 30*time.Second)
				return r
			},
			deleted: [2]bool{true, false}, changed: [2]bool{true, false},
			delete: [2]string{"", bad + textExpired}, change: [2]string{"", bad + textExpired}, deleteCode: value, chCode: value,
		},
		{
			what: "received with timeout 0, a millisecond ago",
			get: func(t *testing.T, w handleWorld) sqs.Receipt {
				r := w.lend(t, 0)
				w.clk.Advance(time.Millisecond)
				return r
			},
			deleted: [2]bool{true, false}, changed: [2]bool{true, false},
			delete: [2]string{"", bad + textExpired}, change: [2]string{"", bad + textExpired}, deleteCode: value, chCode: value,
		},
		{
			what:    "received with timeout 0, in the same millisecond",
			get:     func(t *testing.T, w handleWorld) sqs.Receipt { return w.lend(t, 0) },
			deleted: [2]bool{true, true}, changed: [2]bool{true, true},
		},
		{
			what: "message deleted",
			get: gone(func(t *testing.T, w handleWorld, r sqs.Receipt) {
				require.NoError(t, w.q.Delete(t.Context(), r))
				require.NoError(t, w.q.Delete(t.Context(), r))
			}),
			deleted: [2]bool{true, true}, change: [2]string{bad + textNoMore, bad + textNoMore}, chCode: value,
		},
		{
			what:    "message purged",
			get:     gone(func(t *testing.T, w handleWorld, _ sqs.Receipt) { require.NoError(t, w.q.Purge(t.Context())) }),
			deleted: [2]bool{true, true}, change: [2]string{bad + textNoMore, bad + textNoMore}, chCode: value,
		},
		{
			what: "message expired by retention",
			get: gone(func(t *testing.T, w handleWorld, r sqs.Receipt) {
				require.NoError(t, w.q.ChangeVisibility(t.Context(), r, 5*time.Hour))
				require.NoError(t, w.q.SetConfig(t.Context(), sqs.Config{Retention: new(time.Minute)}))
				w.clk.Advance(time.Minute)
			}),
			deleted: [2]bool{true, true}, change: [2]string{bad + textNoMore, bad + textNoMore}, chCode: value,
		},
		{
			what:   "not a handle",
			get:    func(*testing.T, handleWorld) sqs.Receipt { return sqs.ReceiptOf("garbage") },
			delete: [2]string{`The input receipt handle "garbage" is not a valid receipt handle.`, `The input receipt handle "garbage" is not a valid receipt handle.`},
			change: [2]string{`The input receipt handle "garbage" is not a valid receipt handle.`, `The input receipt handle "garbage" is not a valid receipt handle.`},
			chCode: sqs.ErrReceiptHandleIsInvalid, deleteCode: sqs.ErrReceiptHandleIsInvalid,
		},
		{
			what: "handle of another queue",
			get: func(t *testing.T, w handleWorld) sqs.Receipt {
				other := create(t, w.b, "other", sqs.Config{})
				send(t, other, "m")
				return receiveOne(t, other, sqs.ReceiveOptions{}).Receipt
			},
			delete: [2]string{`The receipt handle "%s" is not valid for this queue.`, `The receipt handle "%s" is not valid for this queue.`},
			change: [2]string{`The receipt handle "%s" is not valid for this queue.`, `The receipt handle "%s" is not valid for this queue.`},
			chCode: sqs.ErrReceiptHandleIsInvalid, deleteCode: sqs.ErrReceiptHandleIsInvalid,
		},
		{
			what: "handle of a deleted queue of the same name",
			get: func(t *testing.T, w handleWorld) sqs.Receipt {
				r := w.lend(t, time.Minute)
				require.NoError(t, w.b.Delete(t.Context(), w.q.Name()))
				w.clk.Advance(sqs.NameLock)
				create(t, w.b, w.q.Name(), sqs.Config{})
				send(t, w.q, "m")
				return r
			},
			delete: [2]string{`The receipt handle "%s" is not valid for this queue.`, `The receipt handle "%s" is not valid for this queue.`},
			change: [2]string{`The receipt handle "%s" is not valid for this queue.`, `The receipt handle "%s" is not valid for this queue.`},
			chCode: sqs.ErrReceiptHandleIsInvalid, deleteCode: sqs.ErrReceiptHandleIsInvalid,
		},
		{
			what:   "no handle",
			get:    func(*testing.T, handleWorld) sqs.Receipt { return sqs.Receipt{} },
			delete: [2]string{"The request must contain the parameter ReceiptHandle.", "The request must contain the parameter ReceiptHandle."},
			change: [2]string{"The request must contain the parameter ReceiptHandle.", "The request must contain the parameter ReceiptHandle."},
			chCode: sqs.ErrMissingParameter, deleteCode: sqs.ErrMissingParameter,
		},
	}
}

// onHandle runs f on a queue that holds one message, for each case and kind of queue.
func onHandle(t *testing.T, f func(t *testing.T, w handleWorld, c handleCase, kind int, r sqs.Receipt)) {
	for _, c := range handleCases() {
		for kind, name := range []string{"q", "q.fifo"} {
			t.Run(name+" "+c.what, func(t *testing.T) {
				b, clk := fakeBroker()
				w := handleWorld{b, clk, create(t, b, name, sqs.Config{})}
				send(t, w.q, "m")
				r := c.get(t, w)
				f(t, w, c, kind, r)
			})
		}
	}
}

// requireAnswer compares an answer with its template.
func requireAnswer(t *testing.T, err error, code sqs.Code, template string, r sqs.Receipt) {
	t.Helper()
	if template == "" {
		require.NoError(t, err)
		return
	}
	refused(t, err, code, strings.Replace(template, "%s", r.String(), 1))
}

func TestDeleteByHandle(t *testing.T) {
	onHandle(t, func(t *testing.T, w handleWorld, c handleCase, kind int, r sqs.Receipt) {
		requireAnswer(t, w.q.Delete(t.Context(), r), c.deleteCode, c.delete[kind], r)
		require.Equal(t, c.deleted[kind], len(w.b.Peek(w.q.Name())) == 0, "the message is gone")
	})
}

func TestChangeVisibilityByHandle(t *testing.T) {
	onHandle(t, func(t *testing.T, w handleWorld, c handleCase, kind int, r sqs.Receipt) {
		before := w.b.Peek(w.q.Name())
		requireAnswer(t, w.q.ChangeVisibility(t.Context(), r, time.Minute), c.chCode, c.change[kind], r)
		held := w.b.Peek(w.q.Name())
		if !c.changed[kind] {
			require.Equal(t, before, held, "nothing has changed")
			return
		}
		require.Equal(t, w.clk.Now().Add(time.Minute), held[0].Until, "from now, not added to the old end")
		require.Equal(t, before[0].Receives, held[0].Receives)
		w.clk.Advance(time.Minute)
		again := receiveOne(t, w.q, sqs.ReceiveOptions{})
		require.Equal(t, w.clk.Now().Add(30*time.Second), again.HiddenUntil, "the next receive takes the queue's timeout")
	})
}

// A handle that only grew old still rules on a standard queue: setting 0 through the first releases the second delivery.
func TestReleaseThroughAnOldHandle(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "m")
	first := receiveOne(t, q, sqs.ReceiveOptions{})
	clk.Advance(30 * time.Second)
	second := receiveOne(t, q, sqs.ReceiveOptions{})
	require.NoError(t, first.Nack(t.Context(), 0))
	third := receiveOne(t, q, sqs.ReceiveOptions{})
	require.Equal(t, 3, third.Receives)
	require.NotEqual(t, first.Receipt, second.Receipt)
	require.NotEqual(t, second.Receipt, third.Receipt)
}

func TestExtend(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "m")
	m := receiveOne(t, q, sqs.ReceiveOptions{})
	clk.Advance(20 * time.Second)
	require.NoError(t, m.Extend(t.Context(), time.Minute))
	require.Equal(t, clk.Now().Add(time.Minute), b.Peek("q")[0].Until)
}

func TestChangeVisibilityToZero(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "m")
		m := receiveOne(t, q, sqs.ReceiveOptions{})
		require.NoError(t, m.Nack(t.Context(), 0))
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
		require.Equal(t, 2, receiveOne(t, q, sqs.ReceiveOptions{}).Receives)
	})
}

// After delete of the head, the group's next message is deliverable at once; and no other one's group is touched.
func TestDeleteUnlocksTheGroup(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	send(t, q, "1", "2", "3")
	got := receive(t, q, sqs.ReceiveOptions{Max: 2})
	require.NoError(t, got[0].Ack(t.Context()))
	require.Empty(t, receiveAll(t, q), "2 still blocks")
	require.NoError(t, got[1].Ack(t.Context()))
	require.Equal(t, []string{"3"}, receiveAll(t, q))
}

// The clock of the twelve hours starts at the receive; extending does not reset it, receiving again does.
func TestTwelveHours(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "m")
		clk.Advance(time.Hour) // since the send, which does not matter
		r := receiveOne(t, q, sqs.ReceiveOptions{}).Receipt
		change := func(d time.Duration) error { return q.ChangeVisibility(t.Context(), r, d) }
		beyond := func(seconds string, d time.Duration) {
			t.Helper()
			refused(t, change(d), sqs.ErrInvalidParameterValue, badValue(seconds, "VisibilityTimeout", reasonTotal))
		}
		require.NoError(t, change(12*time.Hour))
		clk.Advance(1)
		beyond("43200", 12*time.Hour)
		require.NoError(t, change(12*time.Hour-1))
		clk.Advance(11*time.Hour - 1)
		beyond("3601", time.Hour+time.Second)
		require.NoError(t, change(time.Hour))
		clk.Advance(time.Hour - 1)
		require.Equal(t, [3]int{0, 1, 0}, counts(t, q))
		beyond("2", 2*time.Second)
		require.NoError(t, change(0))
		r = receiveOne(t, q, sqs.ReceiveOptions{}).Receipt
		require.NoError(t, change(12*time.Hour))
	})
}

func TestVisibilityOutOfRange(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, _ *inflight.FakeClock) {
		for seconds, d := range map[string]time.Duration{"-1": -time.Second, "43201": 43201 * time.Second} {
			err := q.ChangeVisibility(t.Context(), sqs.ReceiptOf("garbage"), d) // the range is checked before the handle
			refused(t, err, sqs.ErrInvalidParameterValue, badValue(seconds, "VisibilityTimeout", reasonRange))
		}
	})
}

// A handle's text is all that is needed to use it.
func TestHandleAsText(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "m")
	m := receiveOne(t, q, sqs.ReceiveOptions{})
	text := m.Receipt.String()
	require.Less(t, len(text), 1024)
	require.Equal(t, m.Receipt, sqs.ReceiptOf(text), "comparable")
	require.NoError(t, q.Delete(t.Context(), sqs.ReceiptOf(text)))
	require.Equal(t, [3]int{}, counts(t, q))
	require.Equal(t, "garbage", sqs.ReceiptOf("garbage").String())
	require.Empty(t, sqs.Receipt{}.String())
}
