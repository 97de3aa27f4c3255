package sqstest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

func someContext() context.Context { return context.Background() }

var errLost = errors.New("the answer was lost")

// world is a queue with a dead-letter queue under random producers and consumers, all recorded.
type world struct {
	*rapid.T
	ctx     context.Context
	clk     *inflight.FakeClock
	journal *sqs.Journal
	history sqstest.History
	q, dlq  *sqstest.Recorder
	fifo    bool
	held    []*sqs.Received
	lossy   bool
}

const (
	retention   = 10 * time.Minute
	maxReceives = 2
)

func newWorld(t *rapid.T, fifo bool, ch sqs.Chooser) *world {
	w := &world{T: t, ctx: someContext(), clk: inflight.NewFakeClock(time.Time{}), fifo: fifo, lossy: true}
	b := sqs.New(sqs.WithClock(w.clk), sqs.WithChooser(ch))
	w.journal = b.Record()
	w.dlq = w.create(b, "dlq", sqs.Config{})
	w.q = w.create(b, "q", sqs.Config{
		Retention: new(retention), DeadLetter: &sqs.DeadLetter{Target: w.dlq.ARN(), MaxReceives: maxReceives},
	})
	b.Intercept(func(_ context.Context, c sqs.Call) error {
		if w.lossy && c.Stage == sqs.AfterCommit && rapid.IntRange(0, 19).Draw(t, "whether the answer is lost") == 19 {
			return errLost
		}
		return nil
	})
	return w
}

func (w *world) create(b *sqs.Broker, name string, cfg sqs.Config) *sqstest.Recorder {
	if w.fifo {
		name += ".fifo"
		cfg.FIFO = new(true)
	}
	q, err := b.Create(w.ctx, name, cfg)
	require.NoError(w, err)
	return w.history.Record(q, w.clk.Now)
}

// message draws one of few groups and deduplication ids.
func (w *world) message() sqs.Message {
	m := sqs.Message{Body: fmt.Sprint("body ", rapid.IntRange(0, 1<<30).Draw(w.T, "body"))}
	if w.fifo {
		m.GroupID = fmt.Sprint("g", rapid.IntRange(0, 2).Draw(w.T, "group"))
		m.DedupID = fmt.Sprint("d", rapid.IntRange(0, 19).Draw(w.T, "dedup"))
	} else if rapid.Bool().Draw(w.T, "delayed") {
		m.Delay = new(20 * time.Second)
	}
	return m
}

func (w *world) send(*rapid.T) { _, _ = w.q.Send(w.ctx, w.message()) }

func (w *world) sendBatch(*rapid.T) {
	_, _ = w.q.SendBatch(w.ctx, w.message(), w.message(), w.message())
}

func (w *world) receive(*rapid.T) {
	opts := sqs.ReceiveOptions{Max: rapid.IntRange(1, 4).Draw(w.T, "max")}
	opts.Visibility = new(time.Duration(rapid.IntRange(0, 30).Draw(w.T, "visibility")) * time.Second)
	if w.fifo && rapid.Bool().Draw(w.T, "as an attempt") {
		opts.AttemptID = "attempt"
	}
	got, _ := w.q.Receive(w.ctx, opts)
	w.held = append(w.held, got...)
}

// any draws one of the deliveries so far, which may be over.
func (w *world) any() *sqs.Received {
	if len(w.held) == 0 {
		w.Skip("nothing was received yet")
	}
	return rapid.SampledFrom(w.held).Draw(w.T, "delivery")
}

func (w *world) ack(*rapid.T) { _ = w.any().Ack(w.ctx) }

func (w *world) ackBatch(*rapid.T) {
	_, _ = w.q.DeleteBatch(w.ctx, sqs.DeleteEntry{Receipt: w.any().Receipt}, sqs.DeleteEntry{Receipt: w.any().Receipt})
}

func (w *world) hide(*rapid.T) {
	_ = w.any().Nack(w.ctx, time.Duration(rapid.IntRange(0, 60).Draw(w.T, "for"))*time.Second)
}

func (w *world) hideBatch(*rapid.T) {
	_, _ = w.q.ChangeVisibilityBatch(w.ctx, sqs.VisibilityEntry{Receipt: w.any().Receipt, Timeout: 9 * time.Second},
		sqs.VisibilityEntry{Receipt: w.any().Receipt})
}

func (w *world) pass(*rapid.T) {
	w.clk.Advance(time.Duration(rapid.IntRange(1, 300).Draw(w.T, "seconds")) * time.Second)
}

func (w *world) purge(*rapid.T) {
	if rapid.IntRange(0, 9).Draw(w.T, "really purge") == 9 {
		_ = w.q.Purge(w.ctx)
	}
}

// drain receives and deletes all that there is, long before the youngest messages expire. No answer is lost any more.
func (w *world) drain(ch *sometimesTame) {
	w.lossy, ch.tame = false, true
	for range 4 {
		for _, q := range []*sqstest.Recorder{w.q, w.dlq} {
			for {
				got, err := q.Receive(w.ctx, sqs.ReceiveOptions{Max: 10})
				require.NoError(w, err)
				if len(got) == 0 {
					break
				}
				for _, m := range got {
					require.NoError(w, m.Ack(w.ctx))
				}
			}
		}
		w.clk.Advance(61 * time.Second)
	}
}

// sometimesTame stops taking liberties.
type sometimesTame struct {
	sqs.Chooser
	tame bool
}

func (s *sometimesTame) Choose(what sqs.Choice, n int) int {
	if s.tame || s.Chooser == nil {
		return 0
	}
	return s.Chooser.Choose(what, n)
}

// balance demands that every message that came has gone some way.
func (w *world) balance() {
	came, went := map[string]int{}, map[string]int{}
	for e := range w.journal.Events() {
		switch e.Kind {
		case sqs.EventSent, sqs.EventArrived:
			came[e.Queue]++
		case sqs.EventDeleted, sqs.EventExpired, sqs.EventDeadLettered:
			went[e.Queue]++
		case sqs.EventPurged:
			went[e.Queue] += e.Receives
		}
	}
	require.Equal(w, came[w.q.Name()], went[w.q.Name()], "sent = deleted + expired + purged + dead-lettered")
	require.Equal(w, came[w.dlq.Name()], went[w.dlq.Name()], "arrived = deleted + expired")
}

func (w *world) judge(exact bool) {
	ops := w.history.Ops()
	for _, r := range []sqstest.Rules{
		{Queue: w.q.Name(), Retention: retention, MaxReceives: maxReceives},
		{Queue: w.dlq.Name(), Retention: sqs.DefaultRetention},
	} {
		r.FIFO, r.Exact, r.Drained = w.fifo, exact, true
		for _, v := range sqstest.Check(ops, r) {
			w.Errorf("%s", v)
		}
	}
}

// Random producers and consumers, lost answers included, and in the end everything is drained: every promise is kept.
func TestHistoriesKeepThePromises(t *testing.T) {
	for _, kind := range []struct {
		name        string
		fifo, exact bool
		draw        func(*rapid.T) sqs.Chooser
	}{
		{"standard", false, false, sqstest.Draw},
		{"standard, tame", false, true, func(*rapid.T) sqs.Chooser { return nil }},
		{"fifo", true, false, sqstest.Draw},
	} {
		t.Run(kind.name, rapid.MakeCheck(func(t *rapid.T) {
			ch := &sometimesTame{Chooser: kind.draw(t)}
			w := newWorld(t, kind.fifo, ch)
			t.Repeat(map[string]func(*rapid.T){
				"send": w.send, "send batch": w.sendBatch, "receive": w.receive, "receive more": w.receive, "ack": w.ack,
				"ack batch": w.ackBatch, "hide": w.hide, "hide batch": w.hideBatch, "time passes": w.pass, "purge": w.purge,
			})
			w.drain(ch)
			w.judge(kind.exact)
			w.balance()
		}))
	}
}
