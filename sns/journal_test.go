package sns_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// The journal says what happened, in order, to whom, and why not.
func TestJournal(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(1)})
	j, all := w.Record(), w.Record()
	start := w.clk.Now()
	first := func(of *sns.Journal) (lines []string) {
		for e := range of.Events() {
			name := strings.TrimPrefix(e.Endpoint.Address, queuePrefix)
			lines = append(lines, e.Kind.String()+" "+name)
			require.NotEmpty(t, e.String())
			require.False(t, e.At.IsZero())
		}
		return lines
	}
	q, sub := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	_, filtered := w.raw(t, topic, "f", sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)})
	pending := subscribe(t, topic, sns.ToURL("http://a"), sns.SubscriptionConfig{DeliveryPolicy: new(fewTries), DeadLetter: new(q.ARN())})
	w.clk.Advance(0)
	p := publish(t, topic, "m")
	w.confirm(t, pending)
	s.answer = status(http.StatusServiceUnavailable)
	second := publish(t, topic, "n")
	w.clk.Advance(20 * time.Second)
	require.NoError(t, sub.Unsubscribe(t.Context()))
	require.Equal(t, []string{
		"subscribed q", "subscribed f", "subscribed http://a", "delivered http://a",
		"published ", "skipped f", "skipped http://a", "delivered q",
		"confirmed http://a", "published ", "skipped f", "delivered q", "failed http://a", "dead-lettered http://a", "unsubscribed q",
	}, first(j))
	reasons := map[string]string{}
	for e := range j.Events() {
		require.Equal(t, "x", e.Topic)
		switch e.Kind {
		case sns.EventSkipped:
			if e.ID == p.ID {
				reasons[e.Subscription] = e.Reason
			}
		case sns.EventDeadLettered:
			require.Equal(t, []any{2, second.ID, "the endpoint answered 503"}, []any{e.Attempt, e.ID, e.Reason})
		case sns.EventFailed:
			require.Equal(t, []any{1, start.Add(20 * time.Second)}, []any{e.Attempt, e.Until})
		case sns.EventSubscribed, sns.EventConfirmed, sns.EventUnsubscribed:
			require.Equal(t, uuid.Nil, e.ID)
		}
	}
	require.Equal(t, map[string]string{
		filtered.ARN(): `its filter policy does not match: a: want ["b"], found no value`, pending.ARN(): "the subscription is pending confirmation",
	}, reasons)

	j.Stop()
	j.Stop()
	n := len(first(j))
	publish(t, fifo, "m", "m")
	_, paused := w.raw(t, fifo, "r.fifo", replay(start.Add(20*time.Second), start.Add(20*time.Second+1e6)))
	w.clk.Advance(time.Second)
	publish(t, fifo, "late")
	require.Len(t, first(j), n, "it has stopped")
	lines := first(all)[n:]
	require.Equal(t, []string{"published ", "deduplicated ", "subscribed r.fifo", "replayed r.fifo", "delivered r.fifo", "published ", "skipped r.fifo"}, lines)
	for e := range all.Events() {
		if e.Kind == sns.EventSkipped && e.Subscription == paused.ARN() {
			require.Equal(t, "its replay has come to its end, which pauses it", e.Reason)
		}
	}
	require.Equal(t, 2, all.Count(sns.EventSkipped)-2)
}

// Signatures can be left out; the rest of the envelope stays.
func TestWithoutSignatures(t *testing.T) {
	w := fake(sns.WithoutSignatures())
	topic := w.topic(t, "x", sns.Config{SignatureVersion: new(2)})
	q := w.queue(t, "q")
	subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	publish(t, topic, "m")
	e := object(t, one(t, q).Body)
	require.Equal(t, []any{"", "2", "m"}, []any{e["Signature"], e["SignatureVersion"], e["Message"]})
}

// The same seed and the same calls give the same ids and tokens; what happens on one topic does not change the ids of another.
func TestSeeds(t *testing.T) {
	run := func(more bool, opts ...sns.Option) []string {
		w := fake(opts...)
		x, y := w.topic(t, "x", sns.Config{}), w.topic(t, "y.fifo", sns.Config{})
		if more {
			publish(t, x, "m")
		}
		_, sub := w.raw(t, y, "q.fifo", sns.SubscriptionConfig{})
		p := publish(t, y, "m")
		mail := subscribe(t, x, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
		return []string{sub.ARN(), p.ID.String(), p.SequenceNumber.String(), w.PendingToken(mail.ARN())}
	}
	want := run(false, sns.WithSeed(7))
	require.Equal(t, want, run(false, sns.WithSeed(7)))
	require.Equal(t, want[:3], run(true, sns.WithSeed(7))[:3])
	other := run(false, sns.WithSeed(8))
	for i := range want {
		require.Equal(t, i == 2, want[i] == other[i], "but for the sequence number, which says only the order")
	}
}
