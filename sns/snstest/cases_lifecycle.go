package snstest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func lifecycleCases() []Case {
	return []Case{
		recorded("2.5", "delete-unknown", "deleting a topic that does not exist succeeds", deleteUnknown),
		recorded("2.5", "delete-twice", "so does deleting it twice", deleteTwice),
		recorded("2.5", "delete-keeps-subscription", "the subscription of a deleted topic still answers as before", deleteKeepsSubscription),
		inferred("2.5", "delete-lists-nothing", "subscriptions of a deleted topic are not listed", deleteListsNothing).exact(),
		inferred("17", "orphan-ends", "48 hours after its topic a subscription is gone", orphanEnds).instant().takes(48 * time.Hour),
		recorded("2.5", "list", "a listing holds the topics of the account, by their ARNs", listHolds),
		recorded("2.5", "list-pages", "a page of topics has 100 at most, and a token when more follow", listPages),
		inferred("2.5", "list-order", "topics are listed by age", listOrder).exact(),
		inferred("3.10", "list-foreign-token", "a token that the service has not given is refused", listForeignToken),
		recorded("3.10", "subscriptions-none", "a topic without subscriptions lists none", subscriptionsNone),
		recorded("3.10", "subscriptions", "a listed subscription shows ARN, owner, protocol, endpoint and topic", subscriptionsShown),
		recorded("2.5", "subscriptions-pages", "a page of subscriptions has 100 at most, and a token when more follow", subscriptionsPages),
		documented("3.10", "subscriptions-all", "the subscriptions of all topics are listed together", subscriptionsAll),
		inferred("2.5", "subscriptions-order", "the subscriptions of a topic are listed by age", subscriptionsOrder).exact(),
		documented("3.10", "subscriptions-ended", "an ended subscription is not listed", subscriptionsEnded),
	}
}

// listed returns the subscriptions of a topic.
func (e *Env) listed(t sns.Topic) []sns.SubscriptionInfo {
	var all []sns.SubscriptionInfo
	for i, err := range sns.AllSubscriptions(e.Ctx, t) {
		e.ok(err)
		all = append(all, i)
	}
	return all
}

func deleteUnknown(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()+"-other"))
}

func deleteTwice(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
}

func deleteKeepsSubscription(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, raw())
	before := e.subAttributes(s)
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
	assert.Equal(e, before, e.subAttributes(s))
	e.ok(s.Unsubscribe(e.Ctx))
}

func deleteListsNothing(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
	assert.False(e, e.lists(s.ARN()))
}

// lists reports whether the account's subscriptions have this one among them.
func (e *Env) lists(arn string) bool {
	for token, pages := "", 0; pages < 1000; pages++ {
		p, err := e.Topics.Subscriptions(e.Ctx, token)
		e.ok(err)
		if slices.ContainsFunc(p.Subscriptions, func(i sns.SubscriptionInfo) bool { return i.ARN == arn }) {
			return true
		}
		if token = p.Next; token == "" {
			break
		}
	}
	return false
}

func orphanEnds(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
	e.Wait(48*time.Hour - time.Second)
	e.subAttributes(s)
	e.Wait(time.Second)
	_, err := s.Attributes(e.Ctx)
	e.refused(err, sns.ErrNotFound, textNoSubscription)
}

// topics returns those ARNs that are listed.
func (e *Env) topics(among map[string]bool) []string {
	var all []string
	for t, err := range sns.AllTopics(e.Ctx, e.Topics) {
		e.ok(err)
		if among[t.ARN()] {
			all = append(all, t.ARN())
		}
	}
	return all
}

func listHolds(e *Env) {
	a, b := e.topic(sns.Config{}), e.fifo(sns.Config{})
	among := map[string]bool{a.ARN(): true, b.ARN(): true}
	assert.ElementsMatch(e, []string{a.ARN(), b.ARN()}, e.topics(among))
	e.ok(e.Topics.Delete(e.Ctx, a.ARN()))
	assert.Equal(e, []string{b.ARN()}, e.topics(among))
}

func listPages(e *Env) {
	among := map[string]bool{}
	for range 101 {
		among[e.topic(sns.Config{}).ARN()] = true
	}
	p, err := e.Topics.List(e.Ctx, "")
	e.ok(err)
	require.Len(e, p.Topics, 100)
	require.NotEmpty(e, p.Next)
	assert.Len(e, e.topics(among), 101)
}

func listOrder(e *Env) {
	among := map[string]bool{}
	var want []string
	for _, name := range []string{"-b", "-a", "-c"} {
		t := e.create(e.name()+name, sns.Config{})
		want, among[t.ARN()] = append(want, t.ARN()), true
	}
	assert.Equal(e, want, e.topics(among))
}

func listForeignToken(e *Env) {
	t := e.topic(sns.Config{})
	_, err := e.Topics.List(e.Ctx, "no token")
	e.invalid(err, "")
	_, err = e.Topics.Subscriptions(e.Ctx, "no token")
	e.invalid(err, "")
	_, err = t.Subscriptions(e.Ctx, "no token")
	e.invalid(err, "")
}

func subscriptionsNone(e *Env) {
	p, err := e.topic(sns.Config{}).Subscriptions(e.Ctx, "")
	e.ok(err)
	assert.Empty(e, p.Subscriptions)
	assert.Empty(e, p.Next)
}

func subscriptionsShown(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	want := sns.SubscriptionInfo{ARN: s.ARN(), Owner: part(t.ARN(), 4), TopicARN: t.ARN(), Endpoint: sns.ToQueue(q.ARN())}
	assert.Equal(e, []sns.SubscriptionInfo{want}, e.listed(t))
	assert.True(e, e.lists(s.ARN()))
}

func subscriptionsPages(e *Env) {
	t := e.topic(sns.Config{})
	for i := range 101 {
		e.subscribe(t, sns.ToQueue(e.queueARN(t, fmt.Sprint("-", i))), sns.SubscriptionConfig{})
	}
	p, err := t.Subscriptions(e.Ctx, "")
	e.ok(err)
	require.Len(e, p.Subscriptions, 100)
	require.NotEmpty(e, p.Next)
	seen := map[string]bool{}
	for _, i := range e.listed(t) {
		seen[i.ARN] = true
	}
	assert.Len(e, seen, 101)
}

func subscriptionsAll(e *Env) {
	_, a := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	_, b := e.subscribed(e.fifo(sns.Config{}), sns.SubscriptionConfig{})
	assert.True(e, e.lists(a.ARN()))
	assert.True(e, e.lists(b.ARN()))
}

func subscriptionsOrder(e *Env) {
	t := e.topic(sns.Config{})
	var want, got []string
	for range 4 {
		_, s := e.subscribed(t, sns.SubscriptionConfig{})
		want = append(want, s.ARN())
	}
	for _, i := range e.listed(t) {
		got = append(got, i.ARN)
	}
	assert.Equal(e, want, got)
}

func subscriptionsEnded(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.ok(s.Unsubscribe(e.Ctx))
	for _, i := range e.listed(t) {
		assert.Equal(e, "Deleted", i.ARN) // which AWS may show for a while
	}
	assert.False(e, e.lists(s.ARN()))
}
