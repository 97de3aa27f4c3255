package sns_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Sections 2.1, 2.5, 2.7: the life of topics.

const (
	otherAttributes = "Attributes Reason: Topic already exists with different attributes"
	otherTags       = "Tags Reason: Topic already exists with different tags"
)

// Every attribute in the request must equal the current value; those that are not in it do not matter.
func TestCreateAgain(t *testing.T) {
	w := fake()
	_, err := w.Create(t.Context(), "x", sns.Config{DisplayName: new("first"), Tags: map[string]string{"a": "1", "b": "2"}})
	require.NoError(t, err)
	same := func(cfg sns.Config) {
		t.Helper()
		topic, err := w.Create(t.Context(), "x", cfg)
		require.NoError(t, err)
		require.Equal(t, arnPrefix+"x", topic.ARN())
	}
	other := func(cfg sns.Config, text string) {
		t.Helper()
		_, err := w.Create(t.Context(), "x", cfg)
		invalid(t, err, text)
	}
	same(sns.Config{})
	same(sns.Config{DisplayName: new("first")})
	same(sns.Config{FIFO: new(false)})
	same(sns.Config{Attributes: map[string]string{"FifoTopic": "false", "DisplayName": "first"}})
	other(sns.Config{DisplayName: new("second")}, otherAttributes)
	other(sns.Config{DisplayName: new("")}, otherAttributes)
	other(sns.Config{SignatureVersion: new(2)}, otherAttributes)
	other(sns.Config{SignatureVersion: new(2), DisplayName: new("first")}, otherAttributes)
	other(sns.Config{SignatureVersion: new(1)}, otherAttributes)
	other(sns.Config{FIFO: new(true)}, "Topic Name")
	topic := w.Topic(arnPrefix + "x")
	require.NoError(t, topic.SetAttribute(t.Context(), "DisplayName", "second"))
	require.NoError(t, topic.SetAttribute(t.Context(), "SignatureVersion", "2"))
	same(sns.Config{})
	same(sns.Config{DisplayName: new("second"), SignatureVersion: new(2)})
	other(sns.Config{DisplayName: new("first")}, otherAttributes)

	same(sns.Config{Tags: map[string]string{"a": "1", "b": "2"}})
	same(sns.Config{Tags: map[string]string{"b": "2"}})
	other(sns.Config{Tags: map[string]string{"b": "1"}}, otherTags)
	other(sns.Config{Tags: map[string]string{"c": "1"}}, otherTags)
	other(sns.Config{Tags: map[string]string{"a": "1", "b": "2", "c": "3"}}, otherTags)
	tags, err := topic.Tags(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "1", "b": "2"}, tags)

	// An equal policy need not be equal text; a delivery policy is compared as it is stored.
	policy := attributes(t, topic)["Policy"]
	same(sns.Config{Policy: new(" " + policy + "\n")})
	require.NoError(t, topic.SetAttribute(t.Context(), "DeliveryPolicy", `{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":5}}}`))
	same(sns.Config{DeliveryPolicy: new(`{"http": {"defaultThrottlePolicy": {"maxReceivesPerSecond": 5}}}`)})
	other(sns.Config{DeliveryPolicy: new(`{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":6}}}`)}, otherAttributes)
	require.Equal(t, "second", attributes(t, topic)["DisplayName"], "nothing has changed")
}

func TestCreateFIFOAgain(t *testing.T) {
	w := fake()
	w.topic(t, "x.fifo", sns.Config{ContentDedup: new(false)})
	for _, attrs := range []map[string]string{{"FifoTopic": "true"}, {"FifoTopic": "true", "ContentBasedDeduplication": "false"}} {
		_, err := w.Create(t.Context(), "x.fifo", sns.Config{Attributes: attrs})
		require.NoError(t, err)
	}
	for _, attrs := range []map[string]string{
		{"FifoTopic": "true", "ContentBasedDeduplication": "true"}, {"FifoTopic": "true", "FifoThroughputScope": "Topic"},
	} {
		_, err := w.Create(t.Context(), "x.fifo", sns.Config{Attributes: attrs})
		invalid(t, err, otherAttributes)
	}
	_, err := w.Create(t.Context(), "x.fifo", sns.Config{})
	invalid(t, err, "Topic Name")
}

// Delete and create at once, with whatever settings; what the old topic had is gone.
func TestDelete(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{DisplayName: new("first"), Tags: map[string]string{"a": "1"}})
	q, sub := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	before := attributes(t, sub)
	require.NoError(t, w.Delete(t.Context(), topic.ARN()))
	require.NoError(t, w.Delete(t.Context(), topic.ARN()))
	_, err := topic.Tags(t.Context())
	refused(t, err, sns.ErrResourceNotFound, "Resource does not exist")
	_, err = topic.Publish(t.Context(), sns.Message{Body: "m"})
	refused(t, err, sns.ErrNotFound, "Topic does not exist")
	require.Equal(t, before, attributes(t, sub), "recorded: the subscription still answers")

	again := w.topic(t, "x", sns.Config{DisplayName: new("second"), Tags: map[string]string{"b": "1"}})
	require.Equal(t, "second", attributes(t, again)["DisplayName"])
	require.Equal(t, "0", attributes(t, again)["SubscriptionsConfirmed"])
	publish(t, again, "m")
	require.Empty(t, bodies(t, q))
	page, err := w.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, page.Subscriptions)
	require.Equal(t, before, attributes(t, sub))
	next := subscribe(t, again, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	require.NotEqual(t, sub.ARN(), next.ARN())
}

// The subscription of a deleted topic is there for 48 hours, can be ended, and can be confirmed while it is pending.
func TestOrphans(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	_, kept := w.raw(t, topic, "kept", sns.SubscriptionConfig{})
	_, ended := w.raw(t, topic, "ended", sns.SubscriptionConfig{})
	pending := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	require.NoError(t, w.Delete(t.Context(), topic.ARN()))
	require.NoError(t, ended.Unsubscribe(t.Context()))
	_, err := ended.Attributes(t.Context())
	refused(t, err, sns.ErrNotFound, "Subscription does not exist")
	w.confirm(t, pending)
	require.Equal(t, "false", attributes(t, pending)["PendingConfirmation"])
	w.clk.Advance(sns.OrphanLife - 1)
	require.NotEmpty(t, attributes(t, kept))
	w.clk.Advance(1)
	for _, s := range []sns.Subscription{kept, pending} {
		_, err = s.Attributes(t.Context())
		refused(t, err, sns.ErrNotFound, "Subscription does not exist")
		require.NoError(t, s.Unsubscribe(t.Context()))
	}
	require.Equal(t, 48*time.Hour, sns.OrphanLife)
}

func TestDeleteWithArchive(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(1)})
	refused(t, w.Delete(t.Context(), topic.ARN()), sns.ErrInvalidState, "Invalid state: Cannot delete a topic with an ArchivePolicy")
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{ArchiveDays: new(0)}))
	require.NoError(t, w.Delete(t.Context(), topic.ARN()))
}

func TestListTopics(t *testing.T) {
	w := fake()
	abroad := sns.WithCaller(t.Context(), sns.Caller{Region: "eu-west-1"})
	stranger := sns.WithCaller(t.Context(), sns.Caller{Account: foreign})
	var want []string
	for i := range 250 {
		name := fmt.Sprintf("t%d", 999-i) // in the order of their making, not of their names
		want = append(want, w.topic(t, name, sns.Config{}).ARN())
		if i%50 == 0 {
			_, err := w.Create(abroad, name, sns.Config{})
			require.NoError(t, err)
			_, err = w.Create(stranger, name, sns.Config{})
			require.NoError(t, err)
		}
	}
	var got []string
	sizes, token := []int{}, ""
	for {
		page, err := w.List(t.Context(), token)
		require.NoError(t, err)
		for _, topic := range page.Topics {
			got = append(got, topic.ARN())
		}
		sizes = append(sizes, len(page.Topics))
		if token = page.Next; token == "" {
			break
		}
	}
	require.Equal(t, want, got)
	require.Equal(t, []int{100, 100, 50}, sizes)
	page, err := w.List(abroad, "")
	require.NoError(t, err)
	require.Len(t, page.Topics, 5)
	require.Equal(t, "arn:aws:sns:eu-west-1:"+account+":t999", page.Topics[0].ARN())
	page, err = w.List(stranger, "")
	require.NoError(t, err)
	require.Len(t, page.Topics, 5)
	n := 0
	for topic, err := range sns.AllTopics(t.Context(), w) {
		require.NoError(t, err)
		require.Equal(t, want[n], topic.ARN())
		n++
	}
	require.Equal(t, 250, n)
	for range sns.AllTopics(t.Context(), w) {
		break
	}
}

// A page goes on behind the last entry of the one before, whatever was deleted meanwhile. A full last page has no token.
func TestPagesOverDeletions(t *testing.T) {
	w := fake()
	var topics []sns.Topic
	for i := range 101 {
		topics = append(topics, w.topic(t, fmt.Sprint("t", i), sns.Config{}))
		subscribe(t, topics[i], sns.ToQueue("arn:aws:sqs:us-east-1:"+account+":q"), sns.SubscriptionConfig{})
		subscribe(t, topics[0], sns.ToQueue(fmt.Sprint("arn:aws:sqs:us-east-1:", account, ":q", i)), sns.SubscriptionConfig{})
	}
	page, err := w.List(t.Context(), "")
	require.NoError(t, err)
	all, err := w.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	of, err := topics[0].Subscriptions(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, of.Subscriptions, 100)
	rest, err := topics[0].Subscriptions(t.Context(), of.Next)
	require.NoError(t, err)
	require.Len(t, rest.Subscriptions, 2)
	require.NoError(t, w.Subscription(of.Subscriptions[99].ARN).Unsubscribe(t.Context()))
	rest, err = topics[0].Subscriptions(t.Context(), of.Next)
	require.NoError(t, err)
	require.Len(t, rest.Subscriptions, 2)
	require.NoError(t, w.Subscription(of.Subscriptions[98].ARN).Unsubscribe(t.Context()))
	of, err = topics[0].Subscriptions(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, of.Subscriptions, 100)
	require.Empty(t, of.Next)

	require.NoError(t, w.Delete(t.Context(), topics[99].ARN()))
	after, err := w.List(t.Context(), page.Next)
	require.NoError(t, err)
	require.Len(t, after.Topics, 1)
	require.Equal(t, topics[100].ARN(), after.Topics[0].ARN())
	page, err = w.List(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, page.Topics, 100)
	require.Empty(t, page.Next)

	// The first page ended within the first topic, which goes.
	require.Len(t, all.Subscriptions, 100)
	require.NoError(t, w.Delete(t.Context(), topics[0].ARN()))
	all, err = w.Subscriptions(t.Context(), all.Next)
	require.NoError(t, err)
	require.Len(t, all.Subscriptions, 99)
	require.Empty(t, all.Next)
	require.Equal(t, topics[1].ARN(), all.Subscriptions[0].TopicARN)
}

func TestListSubscriptions(t *testing.T) {
	w := fake()
	empty := w.topic(t, "empty", sns.Config{})
	page, err := empty.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, page)
	one, two := w.topic(t, "one", sns.Config{}), w.topic(t, "two", sns.Config{})
	_, first := w.raw(t, two, "a", sns.SubscriptionConfig{})
	_, second := w.raw(t, one, "b", sns.SubscriptionConfig{})
	subscribe(t, one, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	page, err = w.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	queue := func(name string) sns.Endpoint { return sns.ToQueue("arn:aws:sqs:us-east-1:" + account + ":" + name) }
	inOne := []sns.SubscriptionInfo{
		{ARN: second.ARN(), Owner: account, TopicARN: one.ARN(), Endpoint: queue("b")},
		{ARN: "PendingConfirmation", Owner: account, TopicARN: one.ARN(), Endpoint: sns.ToEmail("a@b")},
	}
	inTwo := sns.SubscriptionInfo{ARN: first.ARN(), Owner: account, TopicARN: two.ARN(), Endpoint: queue("a")}
	require.Equal(t, append(inOne, inTwo), page.Subscriptions, "topic by topic")
	var got []sns.SubscriptionInfo
	for s, err := range sns.AllSubscriptions(t.Context(), one) {
		require.NoError(t, err)
		got = append(got, s)
	}
	require.Equal(t, inOne, got)

	// The list is the subscriber's own.
	require.NoError(t, one.SetAttribute(t.Context(), "Policy", allowing("SNS:*", one.ARN())))
	stranger := sns.WithCaller(t.Context(), sns.Caller{Account: foreign})
	theirs, err := one.Subscribe(stranger, sns.ToQueue("arn:aws:sqs:us-east-1:"+foreign+":q"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	require.False(t, theirs.Pending(), "they own the queue")
	page, err = w.Subscriptions(stranger, "")
	require.NoError(t, err)
	require.Len(t, page.Subscriptions, 1)
	require.Equal(t, foreign, page.Subscriptions[0].Owner)
	page, err = w.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, page.Subscriptions, 3)
	page, err = one.Subscriptions(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, page.Subscriptions, 3)

	// And that of a region.
	west := sns.WithCaller(t.Context(), sns.Caller{Account: account, Region: "us-west-2"})
	there, err := w.Create(west, "one", sns.Config{})
	require.NoError(t, err)
	_, err = there.Subscribe(west, queue("b"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	for ctx, want := range map[context.Context]int{t.Context(): 3, west: 1} {
		page, err = w.Subscriptions(ctx, "")
		require.NoError(t, err)
		require.Len(t, page.Subscriptions, want)
	}
}

func allowing(action, resource string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"` + action + `","Resource":"` + resource + `"}]}`
}

func TestForeignTokens(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	for _, token := range []string{"x", "AAAA", "YWZ0ZXIgMSAx", "YWZ0ZXIgMSAx\n", "YWZ0ZXIgLTEgMQ==", "\xff"} {
		if token == "YWZ0ZXIgMSAx" {
			continue // it is one of ours
		}
		_, err := w.List(t.Context(), token)
		invalid(t, err, "NextToken", token)
		_, err = w.Subscriptions(t.Context(), token)
		invalid(t, err, "NextToken", token)
		_, err = topic.Subscriptions(t.Context(), token)
		invalid(t, err, "NextToken", token)
	}
	n := 0
	for _, err := range sns.AllSubscriptions(t.Context(), w.Topic("x")) {
		require.Error(t, err)
		n++
	}
	require.Equal(t, 1, n)
}

func TestCounters(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	counts := func(confirmed, pending, deleted string) {
		t.Helper()
		as := attributes(t, topic)
		require.Equal(t, []string{confirmed, pending, deleted},
			[]string{as["SubscriptionsConfirmed"], as["SubscriptionsPending"], as["SubscriptionsDeleted"]})
	}
	counts("0", "0", "0")
	_, a := w.raw(t, topic, "a", sns.SubscriptionConfig{})
	b := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	subscribe(t, topic, sns.ToEmail("c@d"), sns.SubscriptionConfig{})
	counts("1", "2", "0")
	w.confirm(t, b)
	counts("2", "1", "0")
	require.NoError(t, a.Unsubscribe(t.Context()))
	counts("1", "1", "1")
	w.clk.Advance(sns.PendingLife)
	counts("1", "0", "1")
	w.clk.Advance(1000 * day)
	counts("1", "0", "1")
}

func TestTopicLimits(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{Topics: 2, TopicsFIFO: 1}))
	w.topic(t, "a", sns.Config{})
	b := w.topic(t, "b", sns.Config{})
	w.topic(t, "a.fifo", sns.Config{})
	for _, cfg := range []sns.Config{{}, {FIFO: new(true)}} {
		name := "c"
		if cfg.FIFO != nil {
			name = "c.fifo"
		}
		_, err := w.Create(t.Context(), name, cfg)
		require.ErrorIs(t, err, sns.ErrTopicLimitExceeded)
	}
	_, err := w.Create(t.Context(), "b", sns.Config{})
	require.NoError(t, err, "it is there")
	_, err = w.Create(sns.WithCaller(t.Context(), sns.Caller{Account: foreign}), "c", sns.Config{})
	require.NoError(t, err, "another account")
	require.NoError(t, w.Delete(t.Context(), b.ARN()))
	w.topic(t, "c", sns.Config{})
	require.Equal(t, 403, sns.ErrTopicLimitExceeded.Status())
}
