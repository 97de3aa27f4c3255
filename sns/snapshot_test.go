package sns_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// A fork has everything the original has, the attempts that wait too, and neither sees what becomes of the other.
func TestSnapshotForksABroker(t *testing.T) {
	ctx := t.Context()
	clock := inflight.NewFakeClock(time.Time{})
	posts := map[string]int{}
	endpoint := func(name string) sns.Option {
		return sns.WithTransport(sns.HandlerTransport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			posts[name]++
			w.WriteHeader(http.StatusServiceUnavailable)
		})))
	}
	one := sns.New(sns.WithClock(clock), sns.WithSeed(1), endpoint("one"))
	topic, err := one.Create(ctx, "news", sns.Config{DisplayName: new("News")})
	require.NoError(t, err)
	web, err := topic.Subscribe(ctx, sns.ToURL("http://down.test/"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	clock.Advance(0)
	require.Equal(t, map[string]int{"one": 1}, posts)

	s := one.Snapshot()
	other := sns.New(sns.WithClock(clock), endpoint("other"))
	other.Restore(s)
	clock.Advance(20 * time.Second)
	require.Equal(t, map[string]int{"one": 2, "other": 1}, posts, "the retry waits in both")

	require.NoError(t, one.Delete(ctx, topic.ARN()))
	require.Len(t, other.Peek("news").Subscriptions, 1)
	require.Empty(t, one.Peek("news").Subscriptions)
	_, err = other.Confirm(ctx, sns.Confirmation{TopicARN: topic.ARN(), Token: other.PendingToken(web.ARN())})
	require.NoError(t, err)
	require.False(t, other.Peek("news").Subscriptions[0].Pending)

	one.Restore(s)
	require.True(t, one.Peek("news").Subscriptions[0].Pending, "the snapshot is as it was")
	p, err := one.Topic(topic.ARN()).Publish(ctx, sns.Message{Body: "again"})
	require.NoError(t, err)
	one.Restore(s)
	q, err := one.Topic(topic.ARN()).Publish(ctx, sns.Message{Body: "again"})
	require.NoError(t, err)
	require.Equal(t, p.ID, q.ID, "generators go back too")
}

// A request that hangs while its broker is restored counts for nothing any more.
func TestRestoreForgetsRequestsUnderWay(t *testing.T) {
	ctx := t.Context()
	clock := inflight.NewFakeClock(time.Time{})
	begun, release := make(chan bool), make(chan bool)
	b := sns.New(sns.WithClock(clock), sns.WithTransport(sns.HandlerTransport(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		begun <- true
		<-release
	}))))
	empty := b.Snapshot()
	topic, err := b.Create(ctx, "news", sns.Config{})
	require.NoError(t, err)
	_, err = topic.Subscribe(ctx, sns.ToURL("http://slow.test/"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	moved := make(chan bool)
	go func() {
		clock.Advance(0)
		moved <- true
	}()
	<-begun
	j := b.Record()
	b.Restore(empty)
	close(release)
	<-moved
	require.NoError(t, b.Settle(ctx))
	require.Zero(t, j.Count(sns.EventDelivered))
	require.Empty(t, b.Peek("news"))
	b.Restore(nil)
	b.Restore(&sns.Snapshot{})
}
