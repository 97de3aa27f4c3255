package sns_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Sections 3.3 and 3.4: what Subscribe answers, and what it means for what is there.

const otherSettings = "Attributes Reason: Subscription already exists with different attributes"

// A pending subscription gets nothing but the request to confirm, and what was published before the confirmation is lost for it.
func TestPending(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{Raw: new(true)})
	require.True(t, sub.Pending())
	require.Regexp(t, "^"+topic.ARN()+":[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", sub.ARN())
	mail := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	publish(t, topic, "lost")
	w.clk.Advance(day)
	posts := s.take()
	require.Len(t, posts, 1)
	require.Equal(t, "SubscriptionConfirmation", object(t, posts[0].body)["Type"], "enveloped though raw")
	require.Len(t, w.Emails("a@b"), 1)
	page, err := topic.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	for _, info := range page.Subscriptions {
		require.Equal(t, "PendingConfirmation", info.ARN)
	}
	require.NoError(t, sub.SetAttribute(t.Context(), "RawMessageDelivery", "false"), "it can be changed")
	require.Equal(t, "false", attributes(t, sub)["RawMessageDelivery"])
	w.confirm(t, sub)
	w.confirm(t, mail)
	require.Empty(t, s.take())
	publish(t, topic, "m")
	w.clk.Advance(0)
	posts = s.take()
	require.Len(t, posts, 1)
	require.Equal(t, "m", message(t, posts[0].body))
	require.Len(t, w.Emails("a@b"), 2)
}

// A second Subscribe of a pending endpoint asks again; both tokens are good.
func TestPendingAgain(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	first := subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{})
	w.clk.Advance(day)
	again := subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{})
	require.True(t, again.Pending())
	require.Equal(t, first.ARN(), again.ARN())
	w.clk.Advance(0)
	posts := s.take()
	require.Len(t, posts, 2)
	old, fresh := object(t, posts[0].body)["Token"].(string), object(t, posts[1].body)["Token"].(string)
	require.NotEqual(t, old, fresh)
	require.Equal(t, fresh, w.PendingToken(first.ARN()))
	for _, token := range []string{old, fresh} {
		_, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: token})
		require.NoError(t, err)
	}
	require.False(t, subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{}).Pending())
	w.clk.Advance(day)
	require.Empty(t, s.take(), "who is confirmed is not asked")
}

// A token lives 48 hours, the subscription that nobody confirms 72, and no request to confirm prolongs that.
func TestPendingEnds(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	first := w.PendingToken(sub.ARN())
	confirm := func(token string) error {
		_, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: token})
		return err
	}
	w.clk.Advance(sns.TokenLife - 1)
	require.Equal(t, first, w.PendingToken(sub.ARN()))
	w.clk.Advance(1)
	require.Empty(t, w.PendingToken(sub.ARN()))
	invalid(t, confirm(first), "Token")
	subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	second := w.PendingToken(sub.ARN())
	w.clk.Advance(sns.PendingLife - sns.TokenLife - 1)
	require.NotEmpty(t, attributes(t, sub))
	j := w.Record()
	w.clk.Advance(1)
	_, err := sub.Attributes(t.Context())
	refused(t, err, sns.ErrNotFound, "Subscription does not exist")
	require.Equal(t, 1, j.Count(sns.EventExpired))
	invalid(t, confirm(second), "Token")

	// It ends when it is due, however late that is noticed.
	late, due := subscribe(t, topic, sns.ToEmail("c@d"), sns.SubscriptionConfig{}), w.clk.Now().Add(sns.PendingLife)
	w.clk.Advance(2 * sns.PendingLife)
	_, err = late.Attributes(t.Context())
	refused(t, err, sns.ErrNotFound, "Subscription does not exist")
	events := slices.Collect(j.Events())
	require.Equal(t, sns.EventExpired, events[len(events)-1].Kind)
	require.True(t, due.Equal(events[len(events)-1].At))
	anew := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	require.NotEqual(t, sub.ARN(), anew.ARN())
	require.Equal(t, []int{48, 72}, []int{int(sns.TokenLife.Hours()), int(sns.PendingLife.Hours())})
}

// What a Subscribe of an endpoint that is subscribed may name.
func TestSubscribeAgain(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	const dlq, filter = `{"deadLetterTargetArn":"` + queuePrefix + `dlq"}`, `{"a":["b"]}`
	set := map[string]string{"RawMessageDelivery": "TRUE", "FilterPolicy": filter, "RedrivePolicy": dlq}
	to := sns.ToQueue(queuePrefix + "q")
	sub := subscribe(t, topic, to, sns.SubscriptionConfig{Attributes: set})
	plain := subscribe(t, topic, sns.ToQueue(queuePrefix+"plain"), sns.SubscriptionConfig{})
	same := func(as map[string]string) {
		t.Helper()
		require.Equal(t, sub.ARN(), subscribe(t, topic, to, sns.SubscriptionConfig{Attributes: as}).ARN())
	}
	other := func(as map[string]string) {
		t.Helper()
		_, err := topic.Subscribe(t.Context(), to, sns.SubscriptionConfig{Attributes: as})
		invalid(t, err, otherSettings)
	}
	same(nil)
	same(map[string]string{})
	same(set)
	for name, value := range set {
		same(map[string]string{name: value})
	}
	same(map[string]string{"RawMessageDelivery": "true"})
	same(map[string]string{"FilterPolicyScope": "MessageAttributes"})
	same(map[string]string{"RedrivePolicy": `{ "deadLetterTargetArn": "` + queuePrefix + `dlq" }`})
	other(map[string]string{"RawMessageDelivery": "false"})
	other(map[string]string{"FilterPolicy": `{"a":["c"]}`})
	other(map[string]string{"FilterPolicy": ""})
	other(map[string]string{"FilterPolicyScope": "MessageBody"})
	other(map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + queuePrefix + `other"}`})
	other(map[string]string{"RawMessageDelivery": "true", "FilterPolicy": `{}`})
	for name, value := range map[string]string{"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes", "FilterPolicy": "", "RedrivePolicy": ""} {
		again := subscribe(t, topic, sns.ToQueue(queuePrefix+"plain"), sns.SubscriptionConfig{Attributes: map[string]string{name: value}})
		require.Equal(t, plain.ARN(), again.ARN(), "the default counts as set")
	}
	require.NoError(t, sub.SetAttribute(t.Context(), "RawMessageDelivery", "false"))
	same(map[string]string{"RawMessageDelivery": "false"})
	require.Equal(t, 2, len(w.Peek("x").Subscriptions))
	_, err := topic.Subscribe(t.Context(), to, sns.SubscriptionConfig{Attributes: map[string]string{"RawMessageDelivery": "x"}})
	invalid(t, err, "Attributes Reason: RawMessageDelivery: Invalid value [x]. Must be true or false.", "what is wrong is wrong before that")
}

// The same address by another protocol is another endpoint, and so is the same endpoint of another topic.
func TestWhatIsAnEndpoint(t *testing.T) {
	w := fake()
	x, y := w.topic(t, "x", sns.Config{}), w.topic(t, "y", sns.Config{})
	arns := map[string]bool{}
	for _, s := range []sns.Subscription{
		subscribe(t, x, sns.ToEmail("a@b"), sns.SubscriptionConfig{}), subscribe(t, x, sns.ToEmailJSON("a@b"), sns.SubscriptionConfig{}),
		subscribe(t, y, sns.ToEmail("a@b"), sns.SubscriptionConfig{}), subscribe(t, x, sns.ToEmail("A@b"), sns.SubscriptionConfig{}),
	} {
		arns[s.ARN()] = true
	}
	require.Len(t, arns, 4)
}

func TestSubscriptionLimits(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{Subscriptions: 2, SubscriptionsFIFO: 1, FilterPolicies: 1}))
	x, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
	_, first := w.raw(t, x, "a", sns.SubscriptionConfig{})
	pending := subscribe(t, x, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	_, err := x.Subscribe(t.Context(), sns.ToQueue(queuePrefix+"c"), sns.SubscriptionConfig{})
	require.ErrorIs(t, err, sns.ErrSubscriptionLimitExceeded)
	subscribe(t, x, sns.ToQueue(queuePrefix+"a"), sns.SubscriptionConfig{})
	w.raw(t, fifo, "a.fifo", sns.SubscriptionConfig{})
	_, err = fifo.Subscribe(t.Context(), sns.ToQueue(queuePrefix+"b.fifo"), sns.SubscriptionConfig{})
	require.ErrorIs(t, err, sns.ErrSubscriptionLimitExceeded)
	require.Equal(t, 403, sns.ErrSubscriptionLimitExceeded.Status())

	filter := sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)}
	require.NoError(t, first.SetConfig(t.Context(), filter))
	require.NoError(t, first.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new(`{"a":["c"]}`)}))
	require.ErrorIs(t, pending.SetConfig(t.Context(), filter), sns.ErrFilterPolicyLimitExceeded)
	require.NoError(t, first.Unsubscribe(t.Context()))
	require.NoError(t, pending.SetConfig(t.Context(), filter))
	_, err = x.Subscribe(t.Context(), sns.ToQueue(queuePrefix+"c"), filter)
	require.ErrorIs(t, err, sns.ErrFilterPolicyLimitExceeded)
	require.NoError(t, pending.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new("")}))
	subscribe(t, x, sns.ToQueue(queuePrefix+"c"), filter)
}

// A queue of another account gets the request to confirm as a message, also a FIFO queue.
func TestConfirmationOfAForeignQueue(t *testing.T) {
	for _, kind := range []string{"", ".fifo"} {
		w := fake()
		topic := w.topic(t, "x"+kind, sns.Config{})
		q := w.queue(t, "q"+kind)
		require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:Subscribe", topic.ARN())))
		stranger := sns.WithCaller(t.Context(), sns.Caller{Account: foreign, ARN: "arn:aws:iam::" + foreign + ":user/u"})
		sub, err := topic.Subscribe(stranger, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{Raw: new(true)})
		require.NoError(t, err)
		require.True(t, sub.Pending())
		as := attributes(t, sub)
		require.Equal(t, foreign, as["Owner"])
		require.Equal(t, "arn:aws:iam::"+foreign+":user/u", as["SubscriptionPrincipal"])
		publish(t, topic, "lost")
		m := object(t, one(t, q).Body)
		require.Equal(t, "SubscriptionConfirmation", m["Type"])
		_, err = w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: m["Token"].(string)})
		require.NoError(t, err)
		publish(t, topic, "m")
		require.Equal(t, []string{"m"}, bodies(t, q))
	}
}

// Replays ask for the confirmation too: nothing is delivered before, everything after.
func TestReplayOfAPendingSubscription(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(10)})
	q := w.queue(t, "q.fifo")
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:Subscribe", topic.ARN())))
	from := w.clk.Now()
	publish(t, topic, "a", "b")
	sub, err := topic.Subscribe(sns.WithCaller(t.Context(), sns.Caller{Account: foreign}), sns.ToQueue(q.ARN()),
		sns.SubscriptionConfig{Raw: new(true), Replay: &sns.Replay{From: from}})
	require.NoError(t, err)
	require.Equal(t, "Pending", attributes(t, sub)["ReplayStatus"])
	one(t, q)
	require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{Replay: &sns.Replay{From: from}}))
	require.Empty(t, bodies(t, q))
	w.confirm(t, sub)
	require.Equal(t, []string{"a", "b"}, bodies(t, q))
	require.Equal(t, "Completed", attributes(t, sub)["ReplayStatus"])
	_, err = w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(sub.ARN())})
	require.NoError(t, err)
	require.Empty(t, bodies(t, q), "once")
}
