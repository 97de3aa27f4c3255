package snstest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sns/snstest"
	"github.com/inflight-mq/inflight/sqs"
)

var errLost = errors.New("the answer was lost")

// world is a topic under random publishers and subscribers, all recorded.
type world struct {
	*rapid.T
	ctx     context.Context
	clk     *inflight.FakeClock
	history snstest.History
	b       *sns.Broker
	t       sns.Topic
	queues  []sqs.Queue // standard ones, then FIFO ones on a FIFO topic
	web     map[string]sns.Endpoint
	subs    []sns.Subscription
	fifo    bool
	lossy   bool
}

func newWorld(t *rapid.T, fifo bool, ch sns.Chooser) *world {
	w := &world{T: t, ctx: context.Background(), clk: inflight.NewFakeClock(time.Time{}), fifo: fifo, lossy: true, web: map[string]sns.Endpoint{}}
	queues := sqs.New(sqs.WithClock(w.clk))
	w.b = sns.New(sns.WithClock(w.clk), sns.WithChooser(ch), sns.WithQueues(inflight.Queues(queues)), sns.WithoutQueuePolicies(),
		sns.WithoutSignatures(), sns.WithSeed(1))
	topic, cfg := "t", sns.Config{}
	if fifo {
		topic, cfg.FIFO = "t.fifo", new(true)
	}
	var err error
	w.t, err = w.history.Topics(w.b, w.clk.Now).Create(w.ctx, topic, cfg)
	require.NoError(t, err)
	for i := range 4 {
		name, cfg := fmt.Sprint("q", i), sqs.Config{}
		if fifo && i > 0 {
			name, cfg.FIFO = name+".fifo", new(true)
		}
		q, err := queues.Create(w.ctx, name, cfg)
		require.NoError(t, err)
		w.queues = append(w.queues, w.history.Queue(q, w.clk.Now))
	}
	w.b.Intercept(func(_ context.Context, c sns.Call) error {
		if w.lossy && c.Stage == sns.AfterCommit && rapid.IntRange(0, 14).Draw(t, "whether the answer is lost") == 14 {
			return errLost
		}
		return nil
	})
	return w
}

// message draws one of few groups and deduplication ids, and what filters look at.
func (w *world) message() sns.Message {
	k := rapid.SampledFrom([]string{"a", "b"}).Draw(w.T, "k")
	m := sns.Message{
		Body:       fmt.Sprintf(`{"k":%q,"n":%d}`, k, rapid.IntRange(0, 1<<30).Draw(w.T, "n")),
		Attributes: map[string]sns.Attribute{"k": sns.String(k)},
	}
	if rapid.Bool().Draw(w.T, "whether there is a subject") {
		m.Subject = "subject"
	}
	if w.fifo {
		m.GroupID = fmt.Sprint("g", rapid.IntRange(0, 2).Draw(w.T, "group"))
		m.DedupID = fmt.Sprint("d", rapid.IntRange(0, 19).Draw(w.T, "dedup"))
	}
	return m
}

// config draws settings of a subscription.
func (w *world) config() sns.SubscriptionConfig {
	cfg := sns.SubscriptionConfig{Raw: new(rapid.Bool().Draw(w.T, "raw"))}
	if policy := rapid.SampledFrom([]string{"", `{"k":["a"]}`, `{"k":["b"]}`}).Draw(w.T, "policy"); policy != "" {
		cfg.FilterPolicy = &policy
		cfg.FilterScope = new(rapid.SampledFrom([]filter.Scope{filter.MessageBody, filter.MessageAttributes}).Draw(w.T, "scope"))
	}
	return cfg
}

func (w *world) publish(*rapid.T) { _, _ = w.t.Publish(w.ctx, w.message()) }

func (w *world) publishBatch(*rapid.T) {
	_, _ = w.t.PublishBatch(w.ctx, w.message(), w.message(), w.message())
}

func (w *world) subscribe(*rapid.T) {
	q := rapid.SampledFrom(w.queues).Draw(w.T, "queue")
	if s, err := w.t.Subscribe(w.ctx, sns.ToQueue(q.ARN()), w.config()); err == nil {
		w.subs = append(w.subs, s)
	}
}

// subscribeFunction subscribes a function, whose events are deliveries.
func (w *world) subscribeFunction(*rapid.T) {
	if w.fifo {
		w.Skip("queues only")
	}
	var to sns.Endpoint
	to = w.b.Function("f", func(_ context.Context, e sns.FunctionEvent) error {
		w.history.Delivered(to, e.Records[0].SNS.Message, w.clk.Now())
		return nil
	})
	cfg := w.config()
	cfg.Raw = nil
	if s, err := w.t.Subscribe(w.ctx, to, cfg); err == nil {
		w.subs = append(w.subs, s)
	}
}

// any draws one of the subscriptions so far, which may be over.
func (w *world) any() sns.Subscription {
	if len(w.subs) == 0 {
		w.Skip("nobody has subscribed yet")
	}
	return rapid.SampledFrom(w.subs).Draw(w.T, "subscription")
}

func (w *world) change(*rapid.T) { _ = w.any().SetConfig(w.ctx, w.config()) }

func (w *world) unfilter(*rapid.T) { _ = w.any().SetAttribute(w.ctx, "FilterPolicy", "") }

func (w *world) unsubscribe(*rapid.T) { _ = w.any().Unsubscribe(w.ctx) }

func (w *world) pass(*rapid.T) {
	w.clk.Advance(time.Duration(rapid.IntRange(1, 200).Draw(w.T, "seconds")) * time.Second)
}

// receive takes some messages, and leaves some of them undeleted.
func (w *world) receive(*rapid.T) {
	q := rapid.SampledFrom(w.queues).Draw(w.T, "queue")
	got, err := q.Receive(w.ctx, sqs.ReceiveOptions{Max: rapid.IntRange(1, 10).Draw(w.T, "max")})
	require.NoError(w, err)
	for _, m := range got {
		if rapid.Bool().Draw(w.T, "ack") {
			require.NoError(w, m.Ack(w.ctx))
		}
	}
}

// drain receives and deletes all that there is. No answer is lost any more.
func (w *world) drain() {
	w.lossy = false
	w.clk.Advance(time.Minute)
	for _, q := range w.queues {
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
}

func (w *world) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"publish": w.publish, "publish more": w.publish, "publish batch": w.publishBatch, "subscribe": w.subscribe,
		"subscribe function": w.subscribeFunction, "change": w.change, "unfilter": w.unfilter, "unsubscribe": w.unsubscribe,
		"time passes": w.pass, "receive": w.receive,
	}
}

// Random publishers and subscribers, lost answers included, and in the end everything is drained: every promise is kept.
func TestHistoriesKeepThePromises(t *testing.T) {
	for _, kind := range []struct {
		name        string
		fifo, exact bool
		draw        func(*rapid.T) sns.Chooser
	}{
		{"standard", false, false, snstest.Draw},
		{"standard, tame", false, true, func(*rapid.T) sns.Chooser { return nil }},
		{"fifo", true, false, snstest.Draw},
	} {
		t.Run(kind.name, rapid.MakeCheck(func(t *rapid.T) {
			w := newWorld(t, kind.fifo, kind.draw(t))
			t.Repeat(w.actions())
			w.drain()
			for _, v := range snstest.Check(w.history.Ops(), snstest.Rules{Topic: w.t.ARN(), Exact: kind.exact, Drained: true}) {
				t.Errorf("%s", v)
			}
		}))
	}
}

// The liberties that a standard topic takes are seen: without them a message comes once, and with them it may come twice.
func TestAnExactTopicTakesNoLiberties(t *testing.T) {
	repeats := func(ch sns.Chooser) []snstest.Rule {
		var broken []snstest.Rule
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t, false, ch)
			w.lossy = false
			q := w.queues[0]
			_, err := w.t.Subscribe(w.ctx, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
			require.NoError(t, err)
			_, err = w.t.Publish(w.ctx, sns.Message{Body: "m"})
			require.NoError(t, err)
			w.drain()
			for _, v := range snstest.Check(w.history.Ops(), snstest.Rules{Topic: w.t.ARN(), Exact: true, Drained: true}) {
				if !slices.Contains(broken, v.Rule) {
					broken = append(broken, v.Rule)
				}
			}
		})
		return broken
	}
	require.Empty(t, repeats(nil))
	require.Equal(t, []snstest.Rule{snstest.GotOnce}, repeats(snstest.Script(1)))
}
