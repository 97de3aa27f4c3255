package awssdk_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

const hookURL = "https://shop.example/orders"

// hooked makes a region that delivers to a webhook, under whatever URL, and a topic. The URLs in envelopes are those of AWS, and the
// client of the region answers them: the certificate, the confirmation, the end of a subscription.
func hooked(t require.TestingT, opts ...inflight.Option) (fanout, *webhook) {
	h := &webhook{}
	h.confirm = h.confirmByVisit
	f := newFanout(append(opts, inflight.WithSNS(sns.WithTransport(sns.HandlerTransport(h))))...)
	h.client = f.region.HTTPClient() // made after the region, which knows the handler already
	h.topic = *f.topic(t, "orders", nil)
	return f, h
}

// setting returns an attribute of a subscription.
func (f fanout) setting(t require.TestingT, subscription, name string) string {
	out, err := f.topics.GetSubscriptionAttributes(context.Background(), &awssns.GetSubscriptionAttributesInput{
		SubscriptionArn: &subscription,
	})
	require.NoError(t, err)
	return out.Attributes[name]
}

// The webhook is asked to confirm, believes the request because the signature is right, and visits the URL. From then on it gets
// what is published, under signatures of either version. With a fake clock requests go out when it moves, be it by nothing.
func TestWebhookConfirmsAndBooks(t *testing.T) {
	for _, version := range []string{"1", "2"} {
		t.Run("signature version "+version, func(t *testing.T) {
			clock := inflight.NewFakeClock(time.Time{})
			f, hook := hooked(t, inflight.WithClock(clock))
			must(f.topics.SetTopicAttributes(t.Context(), &awssns.SetTopicAttributesInput{
				TopicArn: &hook.topic, AttributeName: aws.String("SignatureVersion"), AttributeValue: &version,
			}))
			subscription := f.subscribe(t, &hook.topic, "https", hookURL, nil)
			f.publish(t, &hook.topic, "too early", nil)
			assert.Equal(t, "true", f.setting(t, subscription, "PendingConfirmation"))
			clock.Advance(0)
			assert.Equal(t, "false", f.setting(t, subscription, "PendingConfirmation"))

			f.publish(t, &hook.topic, "order 42", nil)
			clock.Advance(0)
			assert.Equal(t, []string{"order 42"}, hook.booked())
		})
	}
}

// Instead of a visit the webhook may call ConfirmSubscription, which is signed: then nobody who only knows the URL in an envelope can
// end the subscription. In a bubble requests go out by themselves, and the test waits until they are done.
func TestWebhookConfirmsByToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, hook := hooked(t)
		hook.confirm = func(ctx context.Context, e envelope) error {
			_, err := f.topics.ConfirmSubscription(ctx, &awssns.ConfirmSubscriptionInput{
				TopicArn: &e.TopicArn, Token: &e.Token, AuthenticateOnUnsubscribe: aws.String("true"),
			})
			return err
		}
		subscription := f.subscribe(t, &hook.topic, "https", hookURL, nil)
		synctest.Wait()
		assert.Equal(t, "true", f.setting(t, subscription, "ConfirmationWasAuthenticated"))

		_, err := hook.visit(t.Context(), "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="+subscription)
		assert.ErrorContains(t, err, "403")
		f.publish(t, &hook.topic, "order 42", nil)
		synctest.Wait()
		assert.Equal(t, []string{"order 42"}, hook.booked())
	})
}

// What others post to the webhook is not booked, be it unsigned, changed on the way, or signed with a certificate from elsewhere.
func TestWebhookBelievesNobody(t *testing.T) {
	f, hook := hooked(t)
	url, _ := f.queue(t, &hook.topic, "orders", nil) // whose envelopes are those of the webhook
	f.publish(t, &hook.topic, "order 42", nil)
	genuine := *receiveOne(t, f.queues, url).Body
	assert.Equal(t, http.StatusOK, post(hook, genuine))
	for name, forged := range map[string]string{
		"unsigned": `{"Type":"Notification","TopicArn":"` + hook.topic + `","Message":"order 43"}`,
		"changed":  strings.Replace(genuine, "order 42", "order 43", 1),
		"from elsewhere": strings.Replace(genuine, "https://sns.us-east-1.amazonaws.com/SimpleNotificationService",
			"https://sns.us-east-1.amazonaws.com.example/SimpleNotificationService", 1),
		"of another topic": strings.Replace(genuine, hook.topic, hook.topic+"-test", 1),
		"no JSON":          "order 43",
	} {
		assert.NotEqual(t, genuine, forged, name)
		assert.Equal(t, http.StatusForbidden, post(hook, forged), name)
	}
	assert.Equal(t, []string{"order 42"}, hook.booked())
}

// post posts a body to a handler and returns the status of the answer.
func post(h http.Handler, body string) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, hookURL, strings.NewReader(body)))
	return w.Code
}

// The webhook is down for an hour. By its delivery policy a message is tried again for 33 minutes; so what is published late enough
// arrives when the webhook is back, and the rest goes to a dead-letter queue, as the webhook would have got it.
func TestWebhookIsDownForAnHour(t *testing.T) {
	clock := inflight.NewFakeClock(time.Time{})
	f, hook := hooked(t, inflight.WithClock(clock))
	dead := create(t, f.queues, "dead", nil)
	f.allow(t, dead, &hook.topic) // or the letters are lost as well
	redrive, err := json.Marshal(map[string]string{"deadLetterTargetArn": f.arnOf(t, dead)})
	require.NoError(t, err)
	f.subscribe(t, &hook.topic, "https", hookURL, map[string]string{
		// After 60, 168, 276, 384, 492 and 600 seconds, then no more.
		"DeliveryPolicy": `{"healthyRetryPolicy": {"minDelayTarget": 60, "maxDelayTarget": 600, "numRetries": 6}}`,
		"RedrivePolicy":  string(redrive),
	})
	clock.Advance(0) // what is due goes out when the clock moves: here the request to confirm

	hook.setDown(true)
	for _, order := range []string{"published at once", "published after 20 minutes", "published after 40 minutes"} {
		f.publish(t, &hook.topic, order, nil)
		clock.Advance(20 * time.Minute)
	}
	assert.Empty(t, hook.booked())
	assert.Len(t, f.region.SNS().Peek("orders").Waiting, 1, "the third order has attempts left")
	hook.setDown(false)
	clock.Advance(10 * time.Minute)
	assert.Equal(t, []string{"published after 40 minutes"}, hook.booked())

	letters := receive(t, f.queues, dead)
	require.Len(t, letters, 2)
	for _, m := range letters { // the same code takes them, signatures and all
		require.NoError(t, hook.take(t.Context(), []byte(*m.Body)))
	}
	assert.Equal(t, []string{"published after 40 minutes", "published at once", "published after 20 minutes"}, hook.booked())
}

// The journal tells the story of one message.
func TestStoryOfADelivery(t *testing.T) {
	clock := inflight.NewFakeClock(time.Time{})
	f, hook := hooked(t, inflight.WithClock(clock))
	f.subscribe(t, &hook.topic, "https", hookURL, nil)
	clock.Advance(0)
	journal := f.region.SNS().Record()
	hook.setDown(true)
	f.publish(t, &hook.topic, "order 42", nil)
	clock.Advance(30 * time.Second)
	hook.setDown(false)
	clock.Advance(10 * time.Second)

	var story []string
	for e := range journal.Events() {
		story = append(story, e.At.Format(time.TimeOnly)+" "+e.Kind.String()+" "+e.Reason)
	}
	assert.Equal(t, []string{
		"00:00:00 published ",
		"00:00:00 failed the endpoint answered 503",
		"00:00:20 failed the endpoint answered 503",
		"00:00:40 delivered ",
	}, story)
}
