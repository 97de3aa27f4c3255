package sns_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// What the service leaves open, and a chooser decides: the order among subscriptions, and repeats; on standard topics only.

type chooser func(sns.Choice, int) int

func (c chooser) Choose(what sns.Choice, n int) int { return c(what, n) }

// Whatever is chosen: everybody gets each message, once or twice, and FIFO queues once and in order.
func TestWhateverIsChosen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := fake(sns.WithChooser(chooser(func(what sns.Choice, n int) int { return rapid.IntRange(-1, n).Draw(rt, what.String()) })))
		topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
		var queues, ordered []sqs.Queue
		for i := range 3 {
			q, _ := w.raw(t, topic, fmt.Sprint("q", i), sns.SubscriptionConfig{})
			queues = append(queues, q)
			q, _ = w.raw(t, fifo, fmt.Sprint("q", i, ".fifo"), sns.SubscriptionConfig{})
			ordered = append(ordered, q)
		}
		publish(t, topic, "1", "2")
		publish(t, fifo, "1", "2")
		for _, q := range queues {
			got := bodies(t, q)
			require.LessOrEqual(rt, len(got), 4)
			slices.Sort(got)
			require.Equal(rt, []string{"1", "2"}, slices.Compact(got))
		}
		for _, q := range ordered {
			require.Equal(rt, []string{"1", "2"}, bodies(t, q))
		}
	})
}

// The order of deliveries is the chosen one; a seeded chooser chooses alike.
func TestChosenOrder(t *testing.T) {
	run := func(ch sns.Chooser) []string {
		w := fake(sns.WithChooser(ch))
		topic := w.topic(t, "x", sns.Config{})
		for i := range 5 {
			w.raw(t, topic, fmt.Sprint("q", i), sns.SubscriptionConfig{})
		}
		j := w.Record()
		publish(t, topic, "m")
		var order []string
		for e := range j.Events() {
			if e.Kind == sns.EventDelivered {
				order = append(order, e.Endpoint.Address[len(queuePrefix):])
			}
		}
		return order
	}
	require.Equal(t, []string{"q0", "q1", "q2", "q3", "q4"}, run(nil), "creation order")
	last := chooser(func(what sns.Choice, n int) int {
		if what == sns.ChooseRepeat {
			return 0
		}
		return n - 1
	})
	require.Equal(t, []string{"q4", "q3", "q2", "q1", "q0"}, run(last))
	require.Equal(t, []string{"q0", "q1", "q2", "q3", "q4", "q0", "q1", "q2", "q3", "q4"},
		run(chooser(func(what sns.Choice, n int) int { return int(what) })), "each is repeated")
	require.Equal(t, run(sns.RandomChooser(7)), run(sns.RandomChooser(7)))
}

// A chooser that panics ends the run, but loses nothing: the messages are delivered tamely, and the topic is not locked.
func TestPanickingChooser(t *testing.T) {
	broken := true
	w := fake(sns.WithChooser(chooser(func(_ sns.Choice, n int) int {
		if broken {
			panic("on purpose")
		}
		return 0
	})))
	topic := w.topic(t, "x", sns.Config{})
	a, _ := w.raw(t, topic, "a", sns.SubscriptionConfig{})
	b, _ := w.raw(t, topic, "b", sns.SubscriptionConfig{})
	require.PanicsWithValue(t, "on purpose", func() { _, _ = topic.Publish(t.Context(), sns.Message{Body: "1"}) })
	require.PanicsWithValue(t, "on purpose", func() {
		_, _ = topic.PublishBatch(t.Context(), sns.Message{Body: "2"}, sns.Message{Body: "3"})
	})
	broken = false
	publish(t, topic, "4")
	for _, q := range []sqs.Queue{a, b} {
		require.Equal(t, []string{"1", "2", "3", "4"}, bodies(t, q))
	}
}
