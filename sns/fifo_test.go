package sns_test

import (
	"fmt"
	"math/big"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Section 6.1 to 6.3: FIFO topics.

const dedupOfTest = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25" // recorded, of "Test"

func TestDeduplication(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	q, _ := w.raw(t, topic, "q.fifo", sns.SubscriptionConfig{})
	loose, _ := w.raw(t, topic, "loose", sns.SubscriptionConfig{})
	filtered, _ := w.raw(t, topic, "filtered.fifo", sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)})
	got := func() [2]int { return [2]int{len(drain(t, q)), len(drain(t, loose))} }
	send := func(m sns.Message) sns.Published { return publishMessage(t, topic, m) }
	b := map[string]sns.Attribute{"a": sns.String("b")}
	first := send(sns.Message{Body: "Test", GroupID: "g"})
	require.Equal(t, first, send(sns.Message{Body: "Test", GroupID: "other", Attributes: b}), "across groups, whatever the attributes")
	require.Equal(t, first, send(sns.Message{Body: "different", GroupID: "g", DedupID: dedupOfTest}))
	require.Equal(t, [2]int{1, 1}, got())
	require.Empty(t, drain(t, filtered), "the first counts though it was filtered out")
	explicit := send(sns.Message{Body: "Test", GroupID: "g", DedupID: "1"})
	require.NotEqual(t, first.ID, explicit.ID)
	require.Equal(t, explicit, send(sns.Message{Body: "x", GroupID: "g", DedupID: "1"}))
	require.Equal(t, [2]int{1, 1}, got())

	w.clk.Advance(sns.DedupWindow - 1)
	require.Equal(t, first, send(sns.Message{Body: "Test", GroupID: "g"}), "duplicates do not prolong it")
	w.clk.Advance(1)
	again := send(sns.Message{Body: "Test", GroupID: "g"})
	require.NotEqual(t, first.ID, again.ID)
	require.Equal(t, [2]int{1, 1}, got())
	require.Equal(t, 5*time.Minute, sns.DedupWindow)
}

func TestDeduplicationPerGroup(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{DedupPerGroup: new(true)})
	loose, _ := w.raw(t, topic, "loose", sns.SubscriptionConfig{})
	for _, group := range []string{"g", "h", "g"} {
		publishMessage(t, topic, sns.Message{Body: "m", GroupID: group})
	}
	require.Len(t, drain(t, loose), 2)
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{DedupPerGroup: new(false)}))
	publishMessage(t, topic, sns.Message{Body: "m", GroupID: "i"})
	require.Empty(t, drain(t, loose))
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{ContentDedup: new(false)}))
	_, err := topic.Publish(t.Context(), sns.Message{Body: "m", GroupID: "i"})
	invalid(t, err, textNoDedup)
}

// FIFO queues get the group and the effective id, standard queues neither.
func TestFIFOIDs(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	q, _ := w.raw(t, topic, "q.fifo", sns.SubscriptionConfig{})
	loose, _ := w.raw(t, topic, "loose", sns.SubscriptionConfig{})
	publishMessage(t, topic, sns.Message{Body: "Test", GroupID: "g"})
	publishMessage(t, topic, sns.Message{Body: "Test", GroupID: "h", DedupID: "d"})
	all := drain(t, q)
	require.Len(t, all, 2)
	require.Equal(t, []string{"g", dedupOfTest, "h", "d"}, []string{all[0].GroupID, all[0].DedupID, all[1].GroupID, all[1].DedupID})
	for _, m := range drain(t, loose) {
		require.Empty(t, m.GroupID+m.DedupID)
	}
}

// The topic's numbers rise, have twenty digits and are not those of the queue.
func TestSequenceNumbers(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	q := w.queue(t, "q.fifo")
	subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	last := sns.SequenceNumber{}
	for i := range 5 {
		p := publish(t, topic, strconv.Itoa(i))
		require.Regexp(t, "^[0-9]{20}$", p.SequenceNumber.String())
		require.Equal(t, 1, p.SequenceNumber.Compare(last))
		last = p.SequenceNumber
		m := one(t, q)
		require.Equal(t, last.String(), object(t, m.Body)["SequenceNumber"])
		require.NotEqual(t, last.String(), m.SequenceNumber.String())
		again, err := sns.ParseSequenceNumber(last.String())
		require.NoError(t, err)
		require.Equal(t, last, again)
	}
	for _, text := range []string{"", "x", "-1", new(big.Int).Lsh(big.NewInt(1), 128).String()} {
		_, err := sns.ParseSequenceNumber(text)
		require.Error(t, err, text)
	}
}

// Whoever publishes at the same time: five queues get the same order.
func TestOneOrderForAll(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	var queues []sqs.Queue
	for i := range 5 {
		q, _ := w.raw(t, topic, fmt.Sprintf("q%d.fifo", i), sns.SubscriptionConfig{})
		queues = append(queues, q)
	}
	const publishers, each = 8, 25
	var all sync.WaitGroup
	for p := range publishers {
		all.Go(func() {
			for i := range each {
				if _, err := topic.Publish(t.Context(), sns.Message{Body: fmt.Sprint(p, " ", i), GroupID: "g"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	want := bodies(t, queues[0])
	require.Len(t, want, publishers*each)
	for _, q := range queues[1:] {
		require.Equal(t, want, bodies(t, q))
	}
	next := [publishers]int{}
	for _, body := range want {
		var p, i int
		_, err := fmt.Sscan(body, &p, &i)
		require.NoError(t, err)
		require.Equal(t, next[p], i, "each publisher's own order")
		next[p]++
	}
}
