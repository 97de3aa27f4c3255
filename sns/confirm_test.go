package sns_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Sections 3.8 and 3.9: how subscriptions are confirmed, ended, and brought back.

func TestConfirm(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	token := w.PendingToken(sub.ARN())
	require.Regexp(t, "^[0-9a-f]{288}$", token)
	require.Equal(t, token, w.Emails("a@b")[0].Token)
	confirm := func(c sns.Confirmation) error { _, err := w.Confirm(t.Context(), c); return err }
	unknown := strings.Repeat("0", 288)
	elsewhere := "arn:aws:sns:eu-west-1:" + account + ":x"
	for _, ref := range []string{"", "x", "arn:aws:sns:us-east-1:x", elsewhere} {
		invalid(t, confirm(sns.Confirmation{TopicARN: ref, Token: token}), "Topic", ref)
		invalid(t, confirm(sns.Confirmation{TopicARN: ref, Token: "x"}), "Topic", ref)
	}
	for _, bad := range []string{"randomtoken", "", token[1:], token + "0", strings.ToUpper(token), "x" + token[1:], "\xff"} {
		refused(t, confirm(sns.Confirmation{TopicARN: topic.ARN(), Token: bad}), sns.ErrInvalidParameter, "Invalid token", bad)
		invalid(t, confirm(sns.Confirmation{TopicARN: topic.ARN(), Token: bad, Unsigned: true}), "Token", bad)
	}
	for _, unsigned := range []bool{true, false} {
		invalid(t, confirm(sns.Confirmation{TopicARN: topic.ARN(), Token: unknown, Unsigned: unsigned}), "Token")
		invalid(t, confirm(sns.Confirmation{TopicARN: arnPrefix + "missing", Token: unknown, Unsigned: unsigned}), "Token")
	}
	require.Equal(t, "true", attributes(t, sub)["PendingConfirmation"])
	got, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: arnPrefix + "missing", Token: token})
	require.NoError(t, err, "recorded: only the token decides")
	require.Equal(t, sub.ARN(), got.ARN())
	as := attributes(t, sub)
	require.Equal(t, []string{"false", "true"}, []string{as["PendingConfirmation"], as["ConfirmationWasAuthenticated"]})
	require.NoError(t, confirm(sns.Confirmation{TopicARN: topic.ARN(), Token: token, Unsigned: true}), "again")
	require.Equal(t, "true", attributes(t, sub)["ConfirmationWasAuthenticated"], "the first time counts")
	require.NoError(t, sub.Unsubscribe(t.Context()))
	invalid(t, confirm(sns.Confirmation{TopicARN: topic.ARN(), Token: token}), "Token", "it brings nothing back")
}

func TestUnsignedConfirmation(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	_, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(sub.ARN()), Unsigned: true, Authenticate: true})
	require.NoError(t, err)
	require.Equal(t, "false", attributes(t, sub)["ConfirmationWasAuthenticated"])
	require.NoError(t, w.Unsubscribe(t.Context(), sub.ARN(), true), "who has not signed cannot ask for signatures")
}

func TestUnsubscribe(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, sub := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	pending := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	for ref, text := range map[string]string{
		"":                        "SubscriptionArn Reason: no value for required parameter",
		"pending confirmation":    "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
		"PendingConfirmation":     "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
		"arn:aws:sns:us-east-1:1": "SubscriptionArn Reason: An ARN must have at least 6 elements, not 5",
		topic.ARN():               "SubscriptionId",
		pending.ARN():             "SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation",
	} {
		for _, unsigned := range []bool{false, true} {
			invalid(t, w.Unsubscribe(t.Context(), ref, unsigned), text, ref)
		}
		invalid(t, w.Subscription(ref).Unsubscribe(t.Context()), text, ref)
	}
	require.NoError(t, w.Unsubscribe(t.Context(), topic.ARN()+":00000000-0000-4000-8000-000000000000", false))
	refused(t, w.Unsubscribe(t.Context(), sub.ARN(), true), sns.ErrAuthorization, "This subscription can only be ended by an authenticated request.")
	publish(t, topic, "1")
	require.NoError(t, sub.Unsubscribe(t.Context()))
	require.NoError(t, sub.Unsubscribe(t.Context()))
	publish(t, topic, "2")
	require.Equal(t, []string{"1"}, bodies(t, q))
	_, err := sub.Attributes(t.Context())
	refused(t, err, sns.ErrNotFound, "Subscription does not exist")
	again := subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	require.NotEqual(t, sub.ARN(), again.ARN())
}

func TestAuthenticateOnUnsubscribe(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	for _, guarded := range []bool{true, false} {
		sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
		_, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(sub.ARN()), Authenticate: guarded})
		require.NoError(t, err)
		err = w.Unsubscribe(t.Context(), sub.ARN(), true)
		require.Equal(t, guarded, err != nil)
		require.NoError(t, sub.Unsubscribe(t.Context()))
	}
}

// An unsigned unsubscribe of a web endpoint tells it so, and how to take it back; a signed one does not.
func TestFarewell(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	sub := w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`), DeadLetter: new(w.queue(t, "dlq").ARN())})
	before := attributes(t, sub)
	_, younger := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	require.NoError(t, w.Unsubscribe(t.Context(), sub.ARN(), true))
	_, err := sub.Attributes(t.Context())
	require.ErrorIs(t, err, sns.ErrNotFound)
	w.clk.Advance(0)
	posts := s.take()
	require.Len(t, posts, 1)
	m := object(t, posts[0].body)
	require.Equal(t, "UnsubscribeConfirmation", m["Type"])
	require.Equal(t, "You have chosen to deactivate subscription "+sub.ARN()+".\nTo cancel this operation and restore the subscription, "+
		"visit the SubscribeURL included in this message.", m["Message"])
	confirm := sns.Confirmation{TopicARN: topic.ARN(), Token: m["Token"].(string), Unsigned: true}
	got, err := w.Confirm(t.Context(), confirm)
	require.NoError(t, err)
	require.Equal(t, sub.ARN(), got.ARN())
	before["ConfirmationWasAuthenticated"] = "false"
	require.Equal(t, before, attributes(t, sub))
	page, err := topic.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []string{sub.ARN(), younger.ARN()}, []string{page.Subscriptions[0].ARN, page.Subscriptions[1].ARN}, "at its old place")
	publish(t, topic, "filtered")
	publishMessage(t, topic, sns.Message{Body: "m", Attributes: map[string]sns.Attribute{"a": sns.String("b")}})
	w.clk.Advance(0)
	posts = s.take()
	require.Len(t, posts, 1, "with its filter")
	require.Equal(t, "m", message(t, posts[0].body))

	require.NoError(t, sub.Unsubscribe(t.Context()))
	w.clk.Advance(day)
	require.Empty(t, s.take())
}

// Nothing comes back whose endpoint was subscribed anew, whose topic is gone, or whose token is too old.
func TestNothingComesBack(t *testing.T) {
	for name, meanwhile := range map[string]func(w *world, s *site, topic sns.Topic){
		"subscribed anew": func(w *world, s *site, topic sns.Topic) {
			_, err := topic.Subscribe(t.Context(), sns.ToURL("http://a/"), sns.SubscriptionConfig{})
			require.NoError(t, err)
		},
		"topic gone": func(w *world, _ *site, topic sns.Topic) { require.NoError(t, w.Delete(t.Context(), topic.ARN())) },
		"too late":   func(w *world, _ *site, _ sns.Topic) { w.clk.Advance(sns.TokenLife) },
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{}
			w := withSite(s)
			topic := w.topic(t, "x", sns.Config{})
			sub := w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{})
			require.NoError(t, w.Unsubscribe(t.Context(), sub.ARN(), true))
			w.clk.Advance(0)
			token := object(t, s.take()[0].body)["Token"].(string)
			meanwhile(w, s, topic)
			_, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: token, Unsigned: true})
			invalid(t, err, "Token")
			_, err = sub.Attributes(t.Context())
			require.ErrorIs(t, err, sns.ErrNotFound)
		})
	}
}

// Requests to confirm that cannot be delivered go to no dead-letter queue; they are tried by the same policy.
func TestConfirmationsAreNoDeadLetters(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	dlq := w.queue(t, "dlq")
	gone := w.web(t, s, topic, "http://b/", sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	s.answer = status(http.StatusServiceUnavailable)
	start := w.clk.Now()
	s.start = start
	j := w.Record()
	subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	require.NoError(t, w.Unsubscribe(t.Context(), gone.ARN(), true))
	w.clk.Advance(day)
	require.Len(t, s.take(), 8)
	require.Empty(t, drain(t, dlq))
	require.Equal(t, 2, j.Count(sns.EventLost))
	require.Zero(t, j.Count(sns.EventDeadLettered))
}
