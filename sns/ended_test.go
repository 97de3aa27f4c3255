package sns_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// What still waits for a subscription when it is ended is not delivered any more, and the journal says so; its farewell is.
func TestEndingASubscriptionEndsItsDeliveries(t *testing.T) {
	ctx := t.Context()
	clock := inflight.NewFakeClock(time.Time{})
	var posts []string
	status := http.StatusServiceUnavailable
	b := sns.New(sns.WithClock(clock), sns.WithTransport(sns.HandlerTransport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posts = append(posts, r.Header.Get("X-Amz-Sns-Message-Type"))
		w.WriteHeader(status)
	}))))
	topic, err := b.Create(ctx, "news", sns.Config{})
	require.NoError(t, err)
	sub, err := topic.Subscribe(ctx, sns.ToURL("http://web.test/"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	_, err = b.Confirm(ctx, sns.Confirmation{TopicARN: topic.ARN(), Token: b.PendingToken(sub.ARN()), Unsigned: true})
	require.NoError(t, err)
	clock.Advance(time.Hour) // the request to confirm is given up
	posts = nil
	j := b.Record()
	p, err := topic.Publish(ctx, sns.Message{Body: "late"})
	require.NoError(t, err)
	clock.Advance(0)
	require.Equal(t, []string{"Notification"}, posts)
	require.NoError(t, b.Unsubscribe(ctx, sub.ARN(), true))
	status = http.StatusOK
	clock.Advance(time.Hour)
	require.Equal(t, []string{"Notification", "UnsubscribeConfirmation"}, posts)
	require.Equal(t, "lost: the subscription has ended", j.Explain(sub.ARN(), p.ID).Text)
	require.Empty(t, b.Peek("news").Waiting)
}
