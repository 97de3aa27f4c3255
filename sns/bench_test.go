package sns_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// discard is a queue service that accepts everything and keeps nothing: what is left is the cost of topics.
type discard struct{ n int }

func (d *discard) SendTo(context.Context, string, sns.QueueMessage) error { d.n++; return nil }

// topicWith returns a topic with n queue subscribers.
func topicWith(b testing.TB, broker *sns.Broker, n int, cfg func(i int) sns.SubscriptionConfig) sns.Topic {
	ctx := b.Context()
	topic, err := broker.Create(ctx, "bench", sns.Config{})
	require.NoError(b, err)
	for i := range n {
		_, err := topic.Subscribe(ctx, sns.ToQueue("arn:aws:sqs:us-east-1:123456789012:q"+strconv.Itoa(i)), cfg(i))
		require.NoError(b, err)
	}
	return topic
}

func raw(int) sns.SubscriptionConfig { return sns.SubscriptionConfig{Raw: new(true)} }

func enveloped(int) sns.SubscriptionConfig { return sns.SubscriptionConfig{} }

// BenchmarkFanOut reports the cost of one delivery, by the number of subscribers, of raw texts and of envelopes, the signature of
// which is the message's and not the delivery's. The floor is a call of the target for each.
func BenchmarkFanOut(b *testing.B) {
	for _, kind := range []struct {
		name string
		cfg  func(int) sns.SubscriptionConfig
	}{{"raw", raw}, {"envelope", enveloped}} {
		for _, n := range []int{1, 10, 100, 1_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", kind.name, n), func(b *testing.B) {
				to := &discard{}
				topic := topicWith(b, sns.New(sns.WithQueues(to), sns.WithoutSignatures()), n, kind.cfg)
				ctx, m := b.Context(), sns.Message{Body: "a message of sixty-four bytes, as they are used for measurements."}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := topic.Publish(ctx, m); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/delivery")
				if to.n < b.N*n {
					b.Fatalf("%d deliveries of %d", to.n, b.N*n)
				}
			})
		}
	}
	b.Run("floor", func(b *testing.B) {
		var to sns.QueueTarget = &discard{}
		ctx, m := b.Context(), sns.QueueMessage{Body: "a message of sixty-four bytes, as they are used for measurements."}
		for b.Loop() {
			_ = to.SendTo(ctx, "arn", m)
		}
	})
}

// BenchmarkFanOutToQueues is the same into real queues, whose policies are evaluated or not.
func BenchmarkFanOutToQueues(b *testing.B) {
	for _, trusting := range []bool{true, false} {
		for _, n := range []int{10, 1_000} {
			b.Run(fmt.Sprintf("policies=%v/%d", !trusting, n), func(b *testing.B) {
				ctx := b.Context()
				queues := sqs.New()
				opts := []sns.Option{sns.WithQueues(inflight.Queues(queues))}
				if trusting {
					opts = append(opts, sns.WithoutQueuePolicies())
				}
				topic := topicWith(b, sns.New(opts...), n, raw)
				all := make([]sqs.Queue, n)
				for i := range all {
					q, err := queues.Create(ctx, "q"+strconv.Itoa(i), sqs.Config{Policy: new(sns.QueuePolicy("arn:aws:sqs:us-east-1:123456789012:q"+strconv.Itoa(i), topic.ARN()))})
					require.NoError(b, err)
					all[i] = q
				}
				m := sns.Message{Body: "a message of sixty-four bytes, as they are used for measurements."}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := topic.Publish(ctx, m); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/delivery")
			})
		}
	}
}

// BenchmarkFiltered publishes to a topic with very many filtered subscriptions of which ten match, beside one that has only those.
func BenchmarkFiltered(b *testing.B) {
	for _, scope := range []string{"attributes", "body"} {
		for _, n := range []int{10, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", scope, n), func(b *testing.B) {
				to := &discard{}
				cfg := func(i int) sns.SubscriptionConfig {
					c := sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(fmt.Sprintf(`{"customer":["%d"]}`, i%(n/10)))}
					if scope == "body" {
						c.Attributes = map[string]string{"FilterPolicyScope": "MessageBody"}
					}
					return c
				}
				topic := topicWith(b, sns.New(sns.WithQueues(to)), n, cfg)
				m := sns.Message{Body: `{"customer":"0","order":12345,"note":"sixty-four bytes or so"}`}
				m.Attributes = map[string]sns.Attribute{"customer": sns.String("0")}
				ctx := b.Context()
				b.ReportAllocs()
				for b.Loop() {
					if _, err := topic.Publish(ctx, m); err != nil {
						b.Fatal(err)
					}
				}
				if to.n != 10*b.N {
					b.Fatalf("%d deliveries of %d", to.n, 10*b.N)
				}
			})
		}
	}
}

// BenchmarkSigned is a publish whose one envelope is signed.
func BenchmarkSigned(b *testing.B) {
	topic := topicWith(b, sns.New(sns.WithQueues(&discard{}), sns.WithClock(inflight.NewFakeClock(time.Time{}))), 1, enveloped)
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := topic.Publish(ctx, sns.Message{Body: "signed"}); err != nil {
			b.Fatal(err)
		}
	}
}
