package sns_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Whatever runs at the same time, no operation waits for another forever, nothing races, and what was published is in the queue that
// was there all the time: once, and on the FIFO topic in the topic's order.
func TestEverythingAtOnce(t *testing.T) {
	queues := sqs.New()
	web := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch rand.IntN(4) {
		case 0:
			w.WriteHeader(500)
		case 1:
			panic("no")
		case 2:
			runtime.Gosched()
		}
	})
	b := sns.New(sns.WithQueues(inflight.Queues(queues)), sns.WithTransport(sns.HandlerTransport(web)), sns.WithoutQueuePolicies(),
		sns.WithoutSignatures(), sns.WithChooser(sns.RandomChooser(1)))
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	w := &world{Broker: b, queues: queues}
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(1)})
	q, kept := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	inOrder, ordered := w.raw(t, fifo, "q.fifo", sns.SubscriptionConfig{})
	var all sync.WaitGroup
	var published, fifos atomic.Int64
	work := func(n int, f func(r *rand.Rand)) {
		for i := range n {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			all.Go(func() {
				for ctx.Err() == nil {
					f(r)
				}
			})
		}
	}
	work(2, func(r *rand.Rand) {
		if p, err := topic.Publish(ctx, sns.Message{Body: "m", Attributes: map[string]sns.Attribute{"a": sns.Number(fmt.Sprint(r.IntN(3)))}}); err == nil && p.Err == nil {
			published.Add(1)
		}
	})
	work(2, func(r *rand.Rand) {
		if p, err := fifo.Publish(ctx, sns.Message{Body: fmt.Sprint(r.Uint64()), GroupID: "g"}); err == nil && p.Err == nil {
			fifos.Add(1)
		}
	})
	work(2, func(r *rand.Rand) {
		n := r.IntN(5)
		to := []sns.Endpoint{
			sns.ToURL(fmt.Sprint("http://a/", n)), sns.ToEmail(fmt.Sprint(n, "@b")), sns.ToQueue(fmt.Sprint(queuePrefix, "missing", n)),
			b.Function(fmt.Sprint("f", n), func(ctx context.Context, _ sns.FunctionEvent) error { _, err := b.List(ctx, ""); return err }),
		}[r.IntN(4)]
		sub, err := topic.Subscribe(ctx, to, sns.SubscriptionConfig{})
		if err != nil {
			return
		}
		if token := b.PendingToken(sub.ARN()); token != "" {
			_, _ = b.Confirm(ctx, sns.Confirmation{TopicARN: topic.ARN(), Token: token})
		}
		_ = sub.SetConfig(ctx, sns.SubscriptionConfig{FilterPolicy: new(`{"a":[1,2]}`)})
		_, _ = sub.Attributes(ctx)
		_ = b.Unsubscribe(ctx, sub.ARN(), r.IntN(2) == 0)
		if token := b.PendingToken(sub.ARN()); token != "" {
			_, _ = b.Confirm(ctx, sns.Confirmation{TopicARN: topic.ARN(), Token: token, Unsigned: true})
		}
	})
	work(1, func(r *rand.Rand) {
		other := fmt.Sprint(queuePrefix, "other", r.IntN(3), ".fifo")
		if sub, err := fifo.Subscribe(ctx, sns.ToQueue(other), sns.SubscriptionConfig{}); err == nil {
			_ = sub.SetConfig(ctx, sns.SubscriptionConfig{Replay: &sns.Replay{From: time.Now().Add(-time.Millisecond)}})
			_ = sub.Unsubscribe(ctx)
		}
	})
	work(1, func(r *rand.Rand) {
		j := b.Record()
		b.Peek("x")
		b.Explain(kept.ARN(), sns.Message{Body: "m"})
		b.Snapshot()
		b.Meter()
		_ = topic.SetConfig(ctx, sns.Config{DisplayName: new(fmt.Sprint(r.IntN(9)))})
		_ = fifo.SetConfig(ctx, sns.Config{DedupPerGroup: new(r.IntN(2) == 0)})
		_ = topic.AddPermission(ctx, "l", []string{foreign}, []string{"Publish"})
		_ = topic.RemovePermission(ctx, "l")
		_, _ = b.Subscriptions(ctx, "")
		_, _ = topic.Attributes(ctx)
		name := fmt.Sprint("short-lived-", r.IntN(1_000_000))
		if short, err := b.Create(ctx, name, sns.Config{}); err == nil {
			_, _ = short.Subscribe(ctx, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{FilterPolicy: new(`{"never":["x"]}`)})
			all.Go(func() { _, _ = short.Publish(ctx, sns.Message{Body: "short"}) })
			_ = b.Delete(ctx, short.ARN())
		}
		j.Stop()
	})
	all.Wait()
	require.NoError(t, b.Settle(t.Context()))
	require.Positive(t, published.Load())
	require.Positive(t, fifos.Load())
	// A call whose answer was an error, because its context ended, has done nothing: nobody lost an answer here.
	require.GreaterOrEqual(t, len(queues.Peek("q")), int(published.Load()), "at least once: the chooser repeats")
	require.LessOrEqual(t, len(queues.Peek("q")), 2*int(published.Load()))
	require.Len(t, queues.Peek("q.fifo"), int(fifos.Load()))
	archive := b.Peek("x.fifo").Archive
	require.Len(t, archive, int(fifos.Load()))
	for i, held := range queues.Peek("q.fifo") {
		require.Equal(t, archive[i].Body, held.Body)
	}
	_, _, _ = q, inOrder, ordered
}

// Requests that hang end with their time, and their goroutines with them.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	synctest.Test(t, func(t *testing.T) {
		b, topic, dlq := system(t, roundTrip(hangs))
		for range 20 {
			publish(t, topic, "m")
		}
		time.Sleep(time.Second)
		require.Greater(t, runtime.NumGoroutine(), before+20)
		time.Sleep(time.Minute)
		require.NoError(t, b.Settle(t.Context()))
		require.Len(t, drain(t, dlq), 20)
		synctest.Wait()
	})
	for range 100_000 { // the last may still be on their way out, on a busy machine
		if runtime.NumGoroutine() <= before+1 {
			return
		}
		runtime.Gosched()
	}
	t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// Settle waits for whatever anybody has begun, also for a queue's retry that the timer makes.
func TestSettleWaitsForTheTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queues := sqs.New()
		b := sns.New(sns.WithQueues(inflight.Queues(queues)), sns.WithoutQueuePolicies())
		topic, err := b.Create(t.Context(), "x", sns.Config{})
		require.NoError(t, err)
		w := &world{Broker: b, queues: queues}
		w.raw(t, topic, "q", sns.SubscriptionConfig{})
		n := 0
		queues.Intercept(func(_ context.Context, c sqs.Call) error {
			if c.Op != sqs.OpSendMessage || c.Stage != sqs.BeforeCommit {
				return nil
			}
			if n++; n <= 4 {
				return sqs.ErrInternal
			}
			time.Sleep(100 * time.Millisecond) // a slow queue
			return nil
		})
		publish(t, topic, "m")
		time.Sleep(time.Second + 50*time.Millisecond) // the timer's goroutine is at it
		require.Empty(t, queues.Peek("q"))
		require.NoError(t, b.Settle(t.Context()))
		require.Len(t, queues.Peek("q"), 1)
	})
}

// The order of locks allows publishing to a topic from within another's delivery.
func TestTopicsThatFeedEachOther(t *testing.T) {
	w := fake()
	x, y := w.topic(t, "x", sns.Config{}), w.topic(t, "y", sns.Config{})
	var got []string
	forward := func(name string, to sns.Topic) sns.Endpoint {
		return w.Function(name, func(ctx context.Context, e sns.FunctionEvent) error {
			m := e.Records[0].SNS.Message
			if got = append(got, name+m); len(m) < 4 {
				_, err := to.Publish(ctx, sns.Message{Body: m + "+"})
				return err
			}
			return nil
		})
	}
	subscribe(t, x, forward("x", y), sns.SubscriptionConfig{})
	subscribe(t, y, forward("y", x), sns.SubscriptionConfig{})
	publish(t, x, "m")
	require.Equal(t, []string{"xm", "ym+", "xm++", "ym+++"}, slices.Clone(got))
}
