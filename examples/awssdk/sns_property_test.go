package awssdk_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// subscriber processes orders that a topic hands to its queue. It knows what it has processed by a key that it takes of a message.
type subscriber struct {
	fanout
	url       *string
	key       func(envelope) string
	processed map[string]int // times, by order
	done      map[string]bool
}

// consume receives once, and crashes before the n-th delete.
func (s *subscriber) consume(t require.TestingT, n int) {
	for i, m := range receive(t, s.queues, s.url) {
		e := decode[envelope](t, *m.Body)
		if key := s.key(e); !s.done[key] {
			s.done[key] = true
			s.processed[e.Message]++
		}
		if i == n {
			return
		}
		remove(t, s.queues, s.url, m)
	}
}

// process publishes orders to a topic that may deliver them twice and in any order, to a queue that may repeat, reorder and forget,
// from a publisher that may publish again, and crashes the subscriber. It returns how often each order was
// processed.
func process(t *rapid.T, key func(envelope) string) map[string]int {
	f, clock := fakeFanout(
		inflight.WithSNS(sns.WithChooser(snstest.Draw(t)), sns.WithoutSignatures()),
		inflight.WithSQS(sqs.WithChooser(sqstest.Draw(t))),
	)
	topic := f.topic(t, "orders", nil)
	url, _ := f.queue(t, topic, "orders", nil)
	s := &subscriber{fanout: f, url: url, key: key, processed: map[string]int{}, done: map[string]bool{}}
	for i := range rapid.IntRange(1, 4).Draw(t, "orders") {
		order := fmt.Sprint("order ", i)
		s.processed[order] = 0
		for range rapid.IntRange(1, 2).Draw(t, "publishes") { // the second by a publisher that has lost the answer to the first
			f.publish(t, topic, order, nil)
		}
	}
	untilEmpty(t, f.region, clock, "orders", func(crash int) { s.consume(t, crash) })
	return s.processed
}

// Whatever is repeated, by the publisher, the topic or the queue, an order is processed, and processed once, by a subscriber that
// goes by what the message says.
func TestOrderIsProcessedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for order, times := range process(t, func(e envelope) string { return e.Message }) {
			require.Equal(t, 1, times, order)
		}
	})
}

// It is not enough to go by the topic's message id: it tells the repeats of the topic and of the queue, and not those of the
// publisher.
func TestMessageIDsAreNotEnough(t *testing.T) {
	most := 0
	rapid.Check(t, func(t *rapid.T) {
		for _, times := range process(t, func(e envelope) string { return e.MessageId }) {
			most = max(most, times)
		}
	})
	require.Equal(t, 2, most)
}
