package snstest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func webCases() []Case {
	all := []Case{
		recorded("7.3", "notification", "a notification has the envelope as its body and its headers", webNotification),
		recorded("7.3", "raw", "a raw notification has the text as its body, and says that it is raw", webRaw),
		documented("7.3", "raw-attributes", "it has no message attributes", webRawAttributes),
		recorded("7.3", "content-type-of-topic", "the topic's content type is that of notifications, enveloped too", webContentTypeTopic),
		recorded("7.3", "content-type-of-subscription", "the subscription's comes first", webContentTypeSubscription),
		recorded("8", "signed", "the signature of a notification verifies", webSigned).needs(NeedSigning),
		documented("9", "filter", "filter policies apply", webFilter),
		documented("10.2", "default-retries", "by default a failed delivery is tried three times more, 20 s apart", webDefaultRetries).instant(),
		documented("10.2", "policy-retries", "a delivery policy says how often, and how far apart", webPolicyRetries).instant(),
		recorded("7.3", "same-id", "attempts have the same message id", webSameID).instant(),
		documented("10.3", "success-ends", "a success ends the attempts", webSuccessEnds).instant(),
		inferred("10.3", "permanent", "an answer of 4xx or 3xx is final: straight to the dead-letter queue", webPermanent).instant(),
		inferred("10.3", "throttled", "an answer of 429 is not final", webThrottled).instant(),
		documented("10.1", "stays-confirmed", "failures do not change the subscription", webStaysConfirmed).instant(),
		documented("10.2", "throttle", "a throttle policy spaces the deliveries", webThrottle).instant(),
		documented("10.4", "dead-letter", "what is given up goes to the dead-letter queue", webDeadLetter).instant(),
	}
	for i := range all {
		all[i] = all[i].needs(NeedWeb)
	}
	return all
}

func webNotification(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.confirmed(t, sns.SubscriptionConfig{})
	p := e.put(t, sns.Message{Body: "text", Subject: "the subject", Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
	r := e.arrive(path, 2)[1]
	assert.ElementsMatch(e, append([]string{"Subject", "MessageAttributes"}, standardFields...), members(r.Body))
	assert.Equal(e, "text", envelopeOf(r.Body)["Message"])
	for name, want := range map[string]string{
		"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": p.ID.String(), "x-amz-sns-topic-arn": t.ARN(),
		"x-amz-sns-subscription-arn": s.ARN(), "Content-Type": "text/plain; charset=UTF-8",
		"User-Agent": "Amazon Simple Notification Service Agent", "x-amz-sns-rawdelivery": "",
	} {
		assert.Equal(e, want, r.Header.Get(name), name)
	}
}

func webRaw(e *Env) {
	t := e.topic(sns.Config{})
	path, _ := e.confirmed(t, raw())
	e.publish(t, "text")
	r := e.arrive(path, 2)[1]
	assert.Equal(e, "text", r.Body)
	assert.Equal(e, "true", r.Header.Get("x-amz-sns-rawdelivery"))
	assert.Equal(e, "Notification", r.Header.Get("x-amz-sns-message-type"))
}

func webRawAttributes(e *Env) {
	t := e.topic(sns.Config{})
	path, _ := e.confirmed(t, raw())
	e.put(t, sns.Message{Body: "text", Attributes: numbered(11)})
	assert.Equal(e, "text", e.arrive(path, 2)[1].Body)
}

const jsonTopic = `{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`

func webContentTypeTopic(e *Env) {
	t := e.topic(sns.Config{DeliveryPolicy: new(jsonTopic)})
	for _, cfg := range []sns.SubscriptionConfig{{}, raw()} {
		path, _ := e.confirmed(t, cfg)
		e.publish(t, "m")
		assert.Equal(e, "application/json", e.arrive(path, 2)[1].Header.Get("Content-Type"))
	}
}

func webContentTypeSubscription(e *Env) {
	t := e.topic(sns.Config{DeliveryPolicy: new(jsonTopic)})
	path, _ := e.confirmed(t, sns.SubscriptionConfig{Raw: new(true), DeliveryPolicy: new(csv)})
	e.publish(t, "m")
	assert.Equal(e, "text/csv", e.arrive(path, 2)[1].Header.Get("Content-Type"))
}

func webSigned(e *Env) {
	for _, version := range []int{1, 2} {
		t := e.topic(sns.Config{SignatureVersion: &version})
		path, _ := e.confirmed(t, sns.SubscriptionConfig{})
		e.publish(t, "m")
		e.signed(e.arrive(path, 2)[1].Body, version)
	}
}

func webFilter(e *Env) {
	t := e.topic(sns.Config{})
	path, _ := e.confirmed(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["v"]}`)})
	e.putWith(t, "no", "w")
	e.putWith(t, "yes", "v")
	assert.Equal(e, "yes", e.arrive(path, 2)[1].Body)
}

// failing confirms a path whose next requests are answered with statuses, and publishes a message to it.
func (e *Env) failing(cfg sns.SubscriptionConfig, statuses ...int) (path string, s sns.Subscription) {
	t := e.topic(sns.Config{})
	path, s = e.confirmed(t, cfg)
	e.Web.answer(path, statuses...)
	e.publish(t, "m")
	return path, s
}

// attempts demands that so many have been made, the confirmation not counted, after a time.
func (e *Env) attempts(path string, after time.Duration, n int) []Request {
	e.Wait(after)
	return e.arrive(path, n+1)[1:]
}

func webDefaultRetries(e *Env) {
	path, _ := e.failing(sns.SubscriptionConfig{}, 500, 500, 500, 500)
	e.attempts(path, 0, 1)
	for i := range 3 {
		e.attempts(path, 20*time.Second-time.Millisecond, i+1)
		e.attempts(path, time.Millisecond, i+2)
	}
	e.attempts(path, time.Hour, 4)
}

func webPolicyRetries(e *Env) {
	path, _ := e.failing(sns.SubscriptionConfig{DeliveryPolicy: new(`{"healthyRetryPolicy":{"numRetries":5,"numNoDelayRetries":1,` +
		`"numMinDelayRetries":1,"numMaxDelayRetries":1,"minDelayTarget":2,"maxDelayTarget":8,"backoffFunction":"linear"}}`)},
		500, 500, 500, 500, 500, 500)
	e.attempts(path, 0, 2)
	for i, pause := range []time.Duration{2, 2, 8, 8} {
		e.attempts(path, pause*time.Second-time.Millisecond, i+2)
		e.attempts(path, time.Millisecond, i+3)
	}
	e.attempts(path, time.Hour, 6)
}

func webSameID(e *Env) {
	path, _ := e.failing(sns.SubscriptionConfig{}, 500)
	got := e.attempts(path, 20*time.Second, 2)
	assert.Equal(e, got[0].Header.Get("x-amz-sns-message-id"), got[1].Header.Get("x-amz-sns-message-id"))
	assert.Equal(e, got[0].Body, got[1].Body)
}

func webSuccessEnds(e *Env) {
	path, _ := e.failing(sns.SubscriptionConfig{}, 503, 200)
	e.attempts(path, time.Hour, 2)
}

func webPermanent(e *Env) {
	for _, status := range []int{400, 403, 404, 301} {
		dlq := e.queue(false)
		path, _ := e.failing(sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())}, status)
		e.attempts(path, time.Hour, 1)
		e.gets(dlq, "m")
	}
}

func webThrottled(e *Env) {
	path, _ := e.failing(sns.SubscriptionConfig{}, 429)
	e.attempts(path, 20*time.Second, 2)
}

func webStaysConfirmed(e *Env) {
	path, s := e.failing(sns.SubscriptionConfig{}, 500, 500, 500, 500)
	e.attempts(path, time.Hour, 4)
	assert.Equal(e, "false", e.subAttributes(s)["PendingConfirmation"])
}

func webThrottle(e *Env) {
	t := e.topic(sns.Config{})
	path, _ := e.confirmed(t, sns.SubscriptionConfig{Raw: new(true), DeliveryPolicy: new(`{"throttlePolicy":{"maxReceivesPerSecond":2}}`)})
	e.Wait(time.Minute)
	e.publish(t, "m1", "m2", "m3", "m4")
	e.attempts(path, 0, 1)
	for i := range 3 {
		e.attempts(path, 500*time.Millisecond-time.Millisecond, i+1)
		e.attempts(path, time.Millisecond, i+2)
	}
}

func webDeadLetter(e *Env) {
	for _, raw := range []bool{true, false} {
		dlq := e.queue(false)
		path, _ := e.failing(sns.SubscriptionConfig{Raw: &raw, DeadLetter: new(dlq.ARN())}, 500, 500, 500, 500)
		e.attempts(path, 59*time.Second, 3)
		e.none(dlq)
		got := e.attempts(path, time.Second, 4)
		assert.Equal(e, got[0].Body, e.one(dlq).Body, "what the endpoint would have got")
	}
}
