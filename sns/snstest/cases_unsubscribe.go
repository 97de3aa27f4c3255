package snstest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func unsubscribeCases() []Case {
	return []Case{
		documented("3.9", "stops", "an ended subscription gets nothing more", unsubscribeStops),
		recorded("3.9", "twice", "ending a subscription again succeeds", unsubscribeTwice),
		recorded("3.9", "unknown", "so does ending one that never was", unsubscribeUnknown),
		recorded("3.9", "parts", "an ARN has at least six parts, and the refusal counts those given", unsubscribeParts),
		recorded("3.9", "topic", "the ARN of a topic names no subscription", unsubscribeTopic),
		recorded("3.9", "empty", "the ARN is required", unsubscribeEmpty),
		observed("3.9", "pending", "a pending subscription cannot be ended", unsubscribePending),
		recorded("3.9", "signed-is-silent", "an endpoint is not told when its subscription's owner ends it", unsubscribeSilent).
			needs(NeedWeb),
		recorded("3.9", "visit", "whoever visits the URL ends the subscription, and the endpoint is told", unsubscribeVisit).
			needs(NeedWeb | NeedVisit),
		recorded("3.9", "visit-taken-back", "the URL that it is told restores the subscription", unsubscribeTakenBack).needs(NeedWeb | NeedVisit),
		documented("3.8", "guarded", "a subscription confirmed with authentication can only be ended so", unsubscribeGuarded).
			needs(NeedWeb | NeedVisit),
		documented("3.8", "guarded-queue", "a subscription that was confirmed at once can only be ended with authentication", unsubscribeGuardedQueue).needs(NeedVisit),
	}
}

func unsubscribeStops(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, raw())
	other := e.subscriber(t, raw())
	e.publish(t, "m1")
	e.gets(q, "m1")
	e.ok(s.Unsubscribe(e.Ctx))
	e.publish(t, "m2")
	e.none(q)
	e.gets(other, "m1", "m2")
}

func unsubscribeTwice(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.ok(s.Unsubscribe(e.Ctx))
	e.ok(s.Unsubscribe(e.Ctx))
	e.counts(t, 0, 0, 1)
}

func unsubscribeUnknown(e *Env) {
	e.ok(e.Topics.Subscription(e.topic(sns.Config{}).ARN() + ":" + noUUID).Unsubscribe(e.Ctx))
}

func unsubscribeParts(e *Env) {
	for _, ref := range []string{"randomarn", "pending confirmation", "PendingConfirmation"} {
		e.invalid(e.Topics.Subscription(ref).Unsubscribe(e.Ctx), "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1")
	}
	e.invalid(e.Topics.Subscription("arn:aws:sns:us-east-1:random").Unsubscribe(e.Ctx),
		"SubscriptionArn Reason: An ARN must have at least 6 elements, not 5")
}

func unsubscribeTopic(e *Env) {
	e.invalid(e.Topics.Subscription(e.topic(sns.Config{}).ARN()).Unsubscribe(e.Ctx), "SubscriptionId")
}

func unsubscribeEmpty(e *Env) {
	e.invalid(e.Topics.Subscription("").Unsubscribe(e.Ctx), "SubscriptionArn Reason: no value for required parameter")
}

func unsubscribePending(e *Env) {
	t := e.topic(sns.Config{})
	s := e.subscribe(t, somebody(), sns.SubscriptionConfig{})
	err := s.Unsubscribe(e.Ctx)
	e.invalid(err, "")
	assert.ErrorContains(e, err, "Cannot unsubscribe a subscription that is pending confirmation")
	e.counts(t, 0, 1, 0)
}

func unsubscribeSilent(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.confirmed(t, sns.SubscriptionConfig{})
	e.ok(s.Unsubscribe(e.Ctx))
	e.Wait(time.Second)
	e.arrive(path, 1)
}

// left subscribes an endpoint, lets it get a message and visits the URL that ends its subscription.
func (e *Env) left(t sns.Topic) (path string, s sns.Subscription) {
	path, s = e.confirmed(t, sns.SubscriptionConfig{})
	e.publish(t, "m")
	m := envelopeOf(e.arrive(path, 2)[1].Body)
	e.ok(e.Visit(e.Ctx, m["UnsubscribeURL"].(string)))
	e.arrive(path, 3)
	return path, s
}

func unsubscribeVisit(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.left(t)
	e.lost(s)
	r := e.requests(path)[2]
	m := envelopeOf(r.Body)
	assert.Equal(e, "UnsubscribeConfirmation", m["Type"])
	assert.Equal(e, "UnsubscribeConfirmation", r.Header.Get("x-amz-sns-message-type"))
	assert.Equal(e, s.ARN(), r.Header.Get("x-amz-sns-subscription-arn"))
	assert.Equal(e, "text/plain; charset=UTF-8", r.Header.Get("Content-Type"))
	assert.ElementsMatch(e, []string{"Type", "MessageId", "Token", "TopicArn", "Message", "SubscribeURL", "Timestamp",
		"SignatureVersion", "Signature", "SigningCertURL"}, members(r.Body))
	assert.Equal(e, "You have chosen to deactivate subscription "+s.ARN()+
		".\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.", m["Message"])
	e.publish(t, "after")
	e.Wait(time.Second)
	e.arrive(path, 3)
}

func unsubscribeTakenBack(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.left(t)
	e.ok(e.Visit(e.Ctx, envelopeOf(e.requests(path)[2].Body)["SubscribeURL"].(string)))
	assert.Equal(e, "false", e.subAttributes(s)["PendingConfirmation"])
	e.publish(t, "again")
	assert.Equal(e, "again", envelopeOf(e.arrive(path, 4)[3].Body)["Message"])
}

func unsubscribeGuarded(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.page(t, sns.SubscriptionConfig{})
	_, err := e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: t.ARN(), Token: e.token(path, 1), Authenticate: true})
	e.ok(err)
	e.publish(t, "m")
	m := envelopeOf(e.arrive(path, 2)[1].Body)
	assert.Error(e, e.Visit(e.Ctx, m["UnsubscribeURL"].(string)))
	e.subAttributes(s)
	e.ok(s.Unsubscribe(e.Ctx))
}

func unsubscribeGuardedQueue(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.publish(t, "m")
	assert.Error(e, e.Visit(e.Ctx, e.note(q)["UnsubscribeURL"].(string)))
	e.subAttributes(s)
}
