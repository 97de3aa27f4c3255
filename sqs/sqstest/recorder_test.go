package sqstest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// recorded makes a queue of a fresh broker and a recorder of it.
func recorded(t *testing.T, name string, cfg sqs.Config, opts ...sqs.Option) (*sqs.Broker, *sqstest.History, *sqstest.Recorder) {
	b := sqs.New(opts...)
	q, err := b.Create(t.Context(), name, cfg)
	require.NoError(t, err)
	h := &sqstest.History{}
	return b, h, h.Record(q, time.Now)
}

func kinds(h *sqstest.History) []string {
	var all []string
	for _, o := range h.Ops() {
		all = append(all, o.Kind.String())
	}
	return all
}

func TestRecorderRecords(t *testing.T) {
	_, h, q := recorded(t, "q", sqs.Config{})
	ctx := t.Context()
	sent, err := q.Send(ctx, sqs.Message{Body: "one"})
	require.NoError(t, err)
	_, err = q.SendBatch(ctx, sqs.Message{Body: "two", GroupID: "g"}, sqs.Message{Body: "\x01"}, sqs.Message{Body: "three"})
	require.NoError(t, err)
	got, err := q.Receive(ctx, sqs.ReceiveOptions{Max: 10})
	require.NoError(t, err)
	require.Len(t, got, 3)
	_, err = q.Receive(ctx, sqs.ReceiveOptions{})
	require.NoError(t, err)
	require.NoError(t, got[0].Ack(ctx), "what was lent is acknowledged through the recorder")
	require.NoError(t, got[1].Nack(ctx, time.Minute))
	_, err = q.ChangeVisibilityBatch(ctx, sqs.VisibilityEntry{Receipt: got[1].Receipt})
	require.NoError(t, err)
	_, err = q.DeleteBatch(ctx, sqs.DeleteEntry{Receipt: got[1].Receipt}, sqs.DeleteEntry{Receipt: sqs.ReceiptOf("garbage")})
	require.NoError(t, err)
	require.NoError(t, q.Purge(ctx))
	require.Error(t, q.Purge(ctx), "refused, and not recorded")

	assert.Equal(t, []string{"sent", "sent", "sent", "received", "received", "received", "empty", "deleted", "hidden", "hidden",
		"deleted", "purged"}, kinds(h))
	ops := h.Ops()
	assert.Equal(t, sent.ID, ops[0].ID)
	assert.Equal(t, "g", ops[1].Group)
	assert.Equal(t, got[1].Receipt, ops[4].Receipt)
	assert.Equal(t, 1, ops[4].Receives)
	assert.Equal(t, got[1].HiddenUntil, ops[4].Until)
	assert.Equal(t, sent.ID, ops[7].ID, "a delete knows its message by the handle")
	assert.Equal(t, got[1].ID, ops[8].ID)
	assert.WithinDuration(t, time.Now().Add(time.Minute), ops[8].Until, 10*time.Second)
	assert.Equal(t, ops[3].Call, ops[5].Call, "the messages of one answer share a call")
	assert.NotEqual(t, ops[0].Call, ops[1].Call)
	assert.Equal(t, 3, ops[3].Since)
	assert.Empty(t, sqstest.Check(ops, sqstest.Rules{Queue: "q", Exact: true, Drained: true}))
}

// An answer that was lost is recorded as such; a refusal is not recorded.
func TestRecorderRecordsLostAnswers(t *testing.T) {
	b, h, q := recorded(t, "q", sqs.Config{})
	ctx := t.Context()
	b.Intercept(sqs.Fault{Stage: sqs.AfterCommit, Err: errLost}.Inject)
	_, err := q.Send(ctx, sqs.Message{Body: "m"})
	require.ErrorIs(t, err, errLost)
	_, err = q.SendBatch(ctx, sqs.Message{Body: "n"})
	require.ErrorIs(t, err, errLost)
	_, err = q.Receive(ctx, sqs.ReceiveOptions{})
	require.ErrorIs(t, err, errLost)
	_, err = q.Send(ctx, sqs.Message{})
	require.ErrorIs(t, err, sqs.ErrMissingParameter)
	assert.Equal(t, []string{"sent", "sent", "received"}, kinds(h))
	for _, o := range h.Ops() {
		assert.Equal(t, uuid.Nil, o.ID)
		assert.ErrorIs(t, o.Err, errLost)
		assert.Contains(t, o.String(), "lost")
	}
}

// Concurrent consumers, in a bubble: the recorder is safe, and the checker has nothing to say.
func TestRecorderIsSafe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, h, q := recorded(t, "q.fifo", sqs.Config{FIFO: new(true), VisibilityTimeout: new(2 * time.Second)})
		var all sync.WaitGroup
		for p := range 3 {
			all.Go(func() {
				for i := range 20 {
					_, err := q.Send(t.Context(), sqs.Message{
						Body: fmt.Sprint(p, "/", i), GroupID: fmt.Sprint("g", i%4), DedupID: fmt.Sprint(p, "-", i),
					})
					assert.NoError(t, err)
				}
			})
			all.Go(func() { consume(t, q, p) })
		}
		all.Wait()
		assert.Empty(t, sqstest.Check(h.Ops(), sqstest.Rules{Queue: "q.fifo", FIFO: true, Drained: true}))
	})
}

// consume works until nothing came for 20 s. Now and then it is too slow for the visibility timeout.
func consume(t *testing.T, q *sqstest.Recorder, slowness int) {
	for n := 0; ; n++ {
		got, err := q.Receive(t.Context(), sqs.ReceiveOptions{Max: 3, Wait: new(20 * time.Second)})
		assert.NoError(t, err)
		if len(got) == 0 {
			return
		}
		time.Sleep(time.Duration(n*slowness%5) * time.Second)
		for _, m := range got {
			_ = m.Ack(t.Context()) // refused if its time is over
		}
	}
}

// The whole chain finds wrong brokers: what they do, recorded and judged.
func TestRecordedHistoriesConvict(t *testing.T) {
	for _, wrong := range []struct {
		name  string
		fifo  bool
		twist func(sqs.Queue) sqs.Queue
		ch    sqs.Chooser
		want  sqstest.Rule
	}{
		{"backwards", true, func(q sqs.Queue) sqs.Queue { return backwards{q} }, nil, sqstest.GroupOrder},
		{"lends twice", false, nil, &always{sqs.ChooseRepeat, 9}, sqstest.OneHolder},
		{"forgets a delete", false, nil, &always{sqs.ChooseForget, 1}, sqstest.DeletedForGood},
		{"makes things up", false, func(q sqs.Queue) sqs.Queue { return inventive{q} }, nil, sqstest.NothingInvented},
		{"does not count", false, func(q sqs.Queue) sqs.Queue { return countless{q} }, nil, sqstest.CountsRise},
		{"knows no duplicates", true, func(q sqs.Queue) sqs.Queue { return amnesiac{q, new(int)} }, nil, sqstest.SentOnce},
		{"drops messages", false, func(q sqs.Queue) sqs.Queue { return leaky{q} }, nil, sqstest.NothingLost},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg, name := sqs.Config{}, "q"
				if wrong.fifo {
					cfg.FIFO, name = new(true), "q.fifo"
				}
				q, err := sqs.New(sqs.WithChooser(wrong.ch)).Create(t.Context(), name, cfg)
				require.NoError(t, err)
				if wrong.twist != nil {
					q = wrong.twist(q)
				}
				var broken []sqstest.Rule
				for _, v := range sqstest.Check(workDay(t, q, wrong.fifo), sqstest.Rules{
					Queue: name, FIFO: wrong.fifo, Exact: true, Drained: true,
				}) {
					broken = append(broken, v.Rule)
				}
				assert.Contains(t, broken, wrong.want)
			})
		})
	}
}

// workDay sends three messages, one of them twice, gives one back and drains the queue.
func workDay(t *testing.T, q sqs.Queue, fifo bool) []sqstest.Op {
	h, ctx := &sqstest.History{}, t.Context()
	r := h.Record(q, time.Now)
	for _, body := range []string{"a", "b", "c", "c"} {
		m := sqs.Message{Body: body}
		if fifo {
			m.GroupID, m.DedupID = "g", body
		}
		_, err := r.Send(ctx, m)
		require.NoError(t, err)
	}
	got, err := r.Receive(ctx, sqs.ReceiveOptions{Max: 10})
	require.NoError(t, err)
	for _, m := range got {
		require.NoError(t, m.Nack(ctx, time.Second))
	}
	for range 4 {
		time.Sleep(20 * time.Second)
		got, err := r.Receive(ctx, sqs.ReceiveOptions{Max: 10})
		require.NoError(t, err)
		again, err := r.Receive(ctx, sqs.ReceiveOptions{Max: 10})
		require.NoError(t, err)
		for _, m := range append(got, again...) {
			require.NoError(t, m.Ack(ctx))
		}
	}
	return h.Ops()
}

// inventive alters what it lends.
type inventive struct{ sqs.Queue }

func (q inventive) Receive(ctx context.Context, o sqs.ReceiveOptions) ([]*sqs.Received, error) {
	got, err := q.Queue.Receive(ctx, o)
	for _, m := range got {
		m.Body += "!"
	}
	return got, err
}

// countless counts every delivery as the first.
type countless struct{ sqs.Queue }

func (q countless) Receive(ctx context.Context, o sqs.ReceiveOptions) ([]*sqs.Received, error) {
	got, err := q.Queue.Receive(ctx, o)
	for _, m := range got {
		m.Receives = 1
	}
	return got, err
}

// amnesiac stores every message.
type amnesiac struct {
	sqs.Queue
	sent *int
}

func (q amnesiac) Send(ctx context.Context, m sqs.Message) (sqs.Sent, error) {
	*q.sent++
	m.DedupID = fmt.Sprint(*q.sent)
	return q.Queue.Send(ctx, m)
}

// leaky accepts a message and forgets it.
type leaky struct{ sqs.Queue }

func (q leaky) Send(ctx context.Context, m sqs.Message) (sqs.Sent, error) {
	if m.Body == "b" {
		return sqs.Sent{ID: uuid.New()}, nil
	}
	return q.Queue.Send(ctx, m)
}
