package sqstest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// The suite can fail: brokers that are wrong in one respect fail the cases that are about it.

// twisted is a broker whose queues are replaced.
type twisted struct {
	sqs.Queues
	twist func(sqs.Queue) sqs.Queue
}

func (w twisted) Create(ctx context.Context, name string, cfg sqs.Config) (sqs.Queue, error) {
	q, err := w.Queues.Create(ctx, name, cfg)
	if err != nil {
		return nil, err
	}
	return w.twist(q), nil
}

// zeroDelayIsUnset takes a delay of 0 for none given.
type zeroDelayIsUnset struct{ sqs.Queue }

func (q zeroDelayIsUnset) Send(ctx context.Context, m sqs.Message) (sqs.Sent, error) {
	if m.Delay != nil && *m.Delay == 0 {
		m.Delay = nil
	}
	return q.Queue.Send(ctx, m)
}

// secondDeleteFails refuses to delete what is gone.
type secondDeleteFails struct {
	sqs.Queue
	deleted map[sqs.Receipt]bool
}

func (q secondDeleteFails) Delete(ctx context.Context, r sqs.Receipt) error {
	if q.deleted[r] {
		return &sqs.Error{Code: sqs.ErrReceiptHandleIsInvalid, Message: "gone"}
	}
	q.deleted[r] = true
	return q.Queue.Delete(ctx, r)
}

// backwards turns the answers of receives around.
type backwards struct{ sqs.Queue }

func (q backwards) Receive(ctx context.Context, o sqs.ReceiveOptions) ([]*sqs.Received, error) {
	got, err := q.Queue.Receive(ctx, o)
	slices.Reverse(got)
	return got, err
}

// wordy words refusals in its own way.
type wordy struct{ sqs.Queue }

func (q wordy) Send(ctx context.Context, m sqs.Message) (sqs.Sent, error) {
	sent, err := q.Queue.Send(ctx, m)
	if code, ok := errors.AsType[sqs.Code](err); ok {
		err = &sqs.Error{Code: code, Message: "no, thank you"}
	}
	return sent, err
}

// fromOldEnd adds a change of visibility to the old timeout.
type fromOldEnd struct{ sqs.Queue }

func (q fromOldEnd) ChangeVisibility(ctx context.Context, r sqs.Receipt, d time.Duration) error {
	return q.Queue.ChangeVisibility(ctx, r, d+30*time.Second)
}

// eager does not wait.
type eager struct{ sqs.Queue }

func (q eager) Receive(ctx context.Context, o sqs.ReceiveOptions) ([]*sqs.Received, error) {
	o.Wait = new(0 * time.Second)
	return q.Queue.Receive(ctx, o)
}

// panicky panics.
type panicky struct{ sqs.Queue }

func (panicky) Purge(context.Context) error { panic("out of cheese") }

func TestTheSuiteCanFail(t *testing.T) {
	for name, wrong := range map[string]struct {
		twist func(sqs.Queue) sqs.Queue
		cases []string
	}{
		"zero delay is unset": {func(q sqs.Queue) sqs.Queue { return zeroDelayIsUnset{q} }, []string{"time/delay-zero"}},
		"second delete fails": {func(q sqs.Queue) sqs.Queue { return secondDeleteFails{q, map[sqs.Receipt]bool{}} },
			[]string{"delete/twice", "delete/fifo-twice"}},
		"backwards": {func(q sqs.Queue) sqs.Queue { return backwards{q} },
			[]string{"fifo/one-answer", "fifo/all-back", "fifo/groups-together", "receive/old-place"}},
		"wordy": {func(q sqs.Queue) sqs.Queue { return wordy{q} }, []string{"send/no-body", "content/size-inclusive"}},
		"from the old end": {func(q sqs.Queue) sqs.Queue { return fromOldEnd{q} },
			[]string{"visibility/zero", "visibility/from-now", "poll/released", "fifo/prefix-released"}},
		"eager":   {func(q sqs.Queue) sqs.Queue { return eager{q} }, []string{"poll/send", "poll/empty", "poll/cancel"}},
		"panicky": {func(q sqs.Queue) sqs.Queue { return panicky{q} }, []string{"lifecycle/purge"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range wrong.cases {
				synctest.Test(t, func(t *testing.T) {
					in := sqstest.Instance{Queues: sqs.New(), Virtual: true, Exact: true}
					require.NoError(t, named(t, c).Try(t.Context(), in), "the case passes by itself")
					in.Queues = twisted{in.Queues, wrong.twist}
					assert.Error(t, named(t, c).Try(t.Context(), in), c)
				})
			}
		})
	}
}

func named(t *testing.T, name string) sqstest.Case {
	cases := sqstest.Cases()
	i := slices.IndexFunc(cases, func(c sqstest.Case) bool { return c.Name == name })
	require.NotEqual(t, -1, i, name)
	return cases[i]
}

// A failure teaches: it names the case, the rule and where the rule comes from, and shows what was found.
func TestAFailureTeaches(t *testing.T) {
	in := onFakeClock()
	in.Queues = twisted{in.Queues, func(q sqs.Queue) sqs.Queue { return secondDeleteFails{q, map[sqs.Receipt]bool{}} }}
	err := named(t, "delete/twice").Try(t.Context(), in)
	require.Error(t, err)
	for _, part := range []string{
		"delete/twice\n", "rule:   deleting a message again succeeds\n", "source: recorded 10.2\n", "cases_delete.go:", "gone",
	} {
		assert.Contains(t, err.Error(), part)
	}
}

// A case that panics is a finding, and its queues are deleted all the same.
func TestAPanicIsAFinding(t *testing.T) {
	in := onFakeClock()
	in.Queues = twisted{in.Queues, func(q sqs.Queue) sqs.Queue { return panicky{q} }}
	assert.ErrorContains(t, named(t, "lifecycle/purge").Try(t.Context(), in), "out of cheese")
	page, err := in.Queues.List(t.Context(), sqs.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, page.Queues)
}
