package snstest_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
	"github.com/inflight-mq/inflight/sqs"
)

// pair is a broker of topics that delivers to a broker of queues, without signatures and policies.
func pair(opts ...sns.Option) (*sns.Broker, *sqs.Broker) {
	queues := sqs.New()
	return sns.New(append(opts, sns.WithQueues(inflight.Queues(queues)), sns.WithoutQueuePolicies(), sns.WithoutSignatures())...), queues
}

func kinds(h *snstest.History) []string {
	var all []string
	for _, o := range h.Ops() {
		all = append(all, o.Kind.String())
	}
	return all
}

func TestRecorderRecords(t *testing.T) {
	b, queues := pair()
	h, ctx := &snstest.History{}, t.Context()
	topics := h.Topics(b, time.Now)
	topic, err := topics.Create(ctx, "t", sns.Config{})
	require.NoError(t, err)
	made, err := queues.Create(ctx, "q", sqs.Config{})
	require.NoError(t, err)
	q := h.Queue(made, time.Now)

	s, err := topic.Subscribe(ctx, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	require.NoError(t, err)
	p, err := topics.Topic(topic.ARN()).Publish(ctx, sns.Message{
		Body: "one", Subject: "s", Attributes: map[string]sns.Attribute{"a": sns.Binary([]byte{1}), "b": sns.Number("2")},
	})
	require.NoError(t, err)
	require.NoError(t, topics.Subscription(s.ARN()).SetAttribute(ctx, "RawMessageDelivery", "true"))
	require.NoError(t, s.SetConfig(ctx, sns.SubscriptionConfig{FilterPolicy: new("")}))
	_, err = topic.PublishBatch(ctx, sns.Message{Body: "two", Attributes: map[string]sns.Attribute{"c": sns.String("v")}}, sns.Message{Body: "three"})
	require.NoError(t, err)
	_, err = topic.PublishBatch(ctx, sns.Message{})
	require.Error(t, err, "refused, and not recorded")
	for range 2 { // the second time nothing is new
		_, err = q.Receive(ctx, sqs.ReceiveOptions{Max: 10, Visibility: new(0 * time.Second)})
		require.NoError(t, err)
	}
	pending, err := topic.Subscribe(ctx, sns.ToEmail("x@example.com"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	_, err = topics.Confirm(ctx, sns.Confirmation{TopicARN: topic.ARN(), Token: b.PendingToken(pending.ARN())})
	require.NoError(t, err)
	require.NoError(t, s.Unsubscribe(ctx))
	require.NoError(t, topics.Delete(ctx, topic.ARN()))

	assert.Equal(t, []string{"subscribed", "published", "changed", "changed", "published", "published", "delivered", "delivered", "delivered",
		"subscribed", "confirmed", "unsubscribed", "deleted topic"}, kinds(h))
	ops := h.Ops()
	assert.Equal(t, s.ARN(), ops[0].Subscription)
	assert.Equal(t, sns.ToQueue(q.ARN()), ops[0].Endpoint)
	assert.Equal(t, ops[4].Call, ops[5].Call, "the messages of a batch share a call")
	enveloped, raw := ops[6], ops[7]
	assert.True(t, enveloped.Enveloped)
	assert.Equal(t, p.ID, enveloped.ID)
	assert.Equal(t, s.ARN(), enveloped.Subscription)
	assert.Equal(t, ops[1].Message, enveloped.Message)
	assert.False(t, raw.Enveloped)
	assert.Equal(t, uuid.Nil, raw.ID)
	assert.Equal(t, ops[4].Message, raw.Message)
	assert.True(t, ops[9].Pending)
	assert.Equal(t, pending.ARN(), ops[10].Subscription)
	assert.Equal(t, 6, enveloped.Since)
	assert.Empty(t, snstest.Check(ops, snstest.Rules{Topic: topic.ARN(), Exact: true, Drained: true}))
	for _, o := range ops {
		assert.Contains(t, o.String(), o.Kind.String())
	}
}

// An answer that was lost is recorded as such; a refusal is not recorded.
func TestRecorderRecordsLostAnswers(t *testing.T) {
	b, _ := pair()
	h, ctx := &snstest.History{}, t.Context()
	topic, err := h.Topics(b, time.Now).Create(ctx, "t", sns.Config{})
	require.NoError(t, err)
	b.Intercept(sns.Fault{Stage: sns.AfterCommit, Err: errLost}.Inject)
	_, err = topic.Publish(ctx, sns.Message{Body: "m"})
	require.ErrorIs(t, err, errLost)
	_, err = topic.Subscribe(ctx, sns.ToPhone("+15551234567"), sns.SubscriptionConfig{})
	require.ErrorIs(t, err, errLost)
	_, err = topic.Publish(ctx, sns.Message{})
	require.ErrorIs(t, err, sns.ErrInvalidParameter)
	assert.Equal(t, []string{"published", "subscribed"}, kinds(h))
	for _, o := range h.Ops() {
		assert.ErrorIs(t, o.Err, errLost)
		assert.Contains(t, o.String(), "lost")
	}
}

// Concurrent publishers and consumers, in a bubble: the recorder is safe, and the checker has nothing to say.
func TestRecorderIsSafe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, queues := pair()
		h, ctx := &snstest.History{}, t.Context()
		topic, err := h.Topics(b, time.Now).Create(ctx, "t.fifo", sns.Config{FIFO: new(true)})
		require.NoError(t, err)
		var all sync.WaitGroup
		for n := range 3 {
			made, err := queues.Create(ctx, fmt.Sprint("q", n, ".fifo"), sqs.Config{FIFO: new(true)})
			require.NoError(t, err)
			q := h.Queue(made, time.Now)
			_, err = topic.Subscribe(ctx, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{Raw: new(n == 0)})
			require.NoError(t, err)
			all.Go(func() {
				for i := range 20 {
					_, err := topic.Publish(ctx, sns.Message{
						Body: fmt.Sprint(n, "/", i), GroupID: fmt.Sprint("g", i%4), DedupID: fmt.Sprint(n, "-", i/2*2),
					})
					assert.NoError(t, err)
				}
			})
			all.Go(func() { consume(t, q) })
		}
		all.Wait()
		assert.Empty(t, snstest.Check(h.Ops(), snstest.Rules{Topic: topic.ARN(), Drained: true}))
	})
}

// consume works until nothing came for 20 s.
func consume(t *testing.T, q sqs.Queue) {
	for {
		got, err := q.Receive(t.Context(), sqs.ReceiveOptions{Max: 3, Wait: new(20 * time.Second)})
		assert.NoError(t, err)
		if len(got) == 0 {
			return
		}
		for _, m := range got {
			assert.NoError(t, m.Ack(t.Context()))
		}
	}
}

// The whole chain finds wrong brokers: what they do, recorded and judged.
func TestRecordedHistoriesConvict(t *testing.T) {
	topics := func(twist func(sns.Topic) sns.Topic) func(sns.Topics) sns.Topics {
		return func(b sns.Topics) sns.Topics { return twisted{b, twist} }
	}
	for _, wrong := range []struct {
		name  string
		fifo  bool
		twist func(sns.Topics) sns.Topics
		send  func(arn string, m *sns.QueueMessage) bool // false: lose it
		want  snstest.Rule
	}{
		{"nothing", false, nil, nil, ""},
		{"nothing on FIFO", true, nil, nil, ""},
		{"delivers twice", false, topics(func(t sns.Topic) sns.Topic { return doubling{t} }), nil, snstest.NothingInvented},
		{"knows no duplicates", true, topics(func(t sns.Topic) sns.Topic { return amnesiac{t, new(int)} }), nil, snstest.PublishedOnce},
		{"does not filter", false, topics(func(t sns.Topic) sns.Topic { return indiscriminate{t} }), nil, snstest.SubscribersOnly},
		{"does not end subscriptions", false, topics(func(t sns.Topic) sns.Topic { return clinging{t} }), nil, snstest.SubscribersOnly},
		{"drops the subject", false, topics(func(t sns.Topic) sns.Topic { return plain{t} }), nil, snstest.NothingInvented},
		{"delivers the latest first", true, nil, nil, snstest.GroupOrder},
		{"numbers backwards", true, topics(func(t sns.Topic) sns.Topic { return backwards{t} }), nil, snstest.NumbersRise},
		{"alters texts", false, nil, func(_ string, m *sns.QueueMessage) bool { m.Body += "!"; return true }, snstest.NothingInvented},
		{"loses some", false, nil, func(arn string, _ *sns.QueueMessage) bool { return arn[len(arn)-2:] != "q1" }, snstest.NothingMissed},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var broken []snstest.Rule
				arn, ops := workDay(t, wrong.fifo, wrong.want == snstest.GroupOrder, wrong.twist, wrong.send)
				for _, v := range snstest.Check(ops, snstest.Rules{Topic: arn, Exact: true, Drained: true}) {
					broken = append(broken, v.Rule)
				}
				if wrong.want == "" {
					assert.Empty(t, broken)
					return
				}
				assert.Contains(t, broken, wrong.want)
			})
		})
	}
}

// lossy is a queue service that loses and alters messages.
type lossy struct {
	sns.QueueTarget
	send func(arn string, m *sns.QueueMessage) bool
}

func (l lossy) SendTo(ctx context.Context, arn string, m sns.QueueMessage) error {
	if l.send != nil && !l.send(arn, &m) {
		return nil
	}
	return l.QueueTarget.SendTo(ctx, arn, m)
}

// amnesiac takes every message for a new one.
type amnesiac struct {
	sns.Topic
	published *int
}

func (t amnesiac) Publish(ctx context.Context, m sns.Message) (sns.Published, error) {
	*t.published++
	m.DedupID = fmt.Sprint(*t.published)
	return t.Topic.Publish(ctx, m)
}

// latestFirst turns the answers of receives around.
type latestFirst struct{ sqs.Queue }

func (q latestFirst) Receive(ctx context.Context, o sqs.ReceiveOptions) ([]*sqs.Received, error) {
	got, err := q.Queue.Receive(ctx, o)
	slices.Reverse(got)
	return got, err
}

// workDay publishes to two queues and one that filters, ends one of them, publishes more, and drains all.
func workDay(t *testing.T, fifo, reversed bool, twist func(sns.Topics) sns.Topics, send func(string, *sns.QueueMessage) bool) (string, []snstest.Op) {
	queues := sqs.New()
	b := sns.New(sns.WithQueues(lossy{inflight.Queues(queues), send}), sns.WithoutQueuePolicies(), sns.WithoutSignatures())
	var topics sns.Topics = b
	if twist != nil {
		topics = twist(b)
	}
	h, ctx, suffix := &snstest.History{}, t.Context(), ""
	cfg, qcfg := sns.Config{}, sqs.Config{}
	if fifo {
		suffix, cfg.FIFO, qcfg.FIFO = ".fifo", new(true), new(true)
	}
	topic, err := h.Topics(topics, time.Now).Create(ctx, "t"+suffix, cfg)
	require.NoError(t, err)
	var all []sqs.Queue
	var subs []sns.Subscription
	for n := range 3 {
		made, err := queues.Create(ctx, fmt.Sprint("q", n)+suffix, qcfg)
		require.NoError(t, err)
		if reversed {
			made = latestFirst{made}
		}
		all = append(all, h.Queue(made, time.Now))
		sub := sns.SubscriptionConfig{Raw: new(n == 0)}
		if n == 2 {
			sub.FilterPolicy = new(`{"k":["v"]}`)
		}
		s, err := topic.Subscribe(ctx, sns.ToQueue(made.ARN()), sub)
		require.NoError(t, err)
		subs = append(subs, s)
	}
	message := func(body string) sns.Message {
		m := sns.Message{Body: body, Subject: "s"}
		if fifo {
			m.GroupID, m.DedupID = "g", body
		}
		return m
	}
	for _, body := range []string{"a", "b", "b", "c"} { // b is a duplicate where there are such
		_, err = topic.Publish(ctx, message(body))
		require.NoError(t, err)
	}
	_, err = topic.PublishBatch(ctx, message("d"), message("e"))
	require.NoError(t, err)
	require.NoError(t, subs[0].Unsubscribe(ctx))
	_, err = topic.Publish(ctx, message("f"))
	require.NoError(t, err)
	for _, q := range all {
		consume(t, q)
	}
	return topic.ARN(), h.Ops()
}
