package snstest

import (
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

func subscribeCases() []Case {
	return append([]Case{
		recorded("3.3", "confirmed", "a queue of the same account is confirmed at once", subscribeConfirmed),
		recorded("3.1", "no-such-queue", "a queue that does not exist can be subscribed", subscribeNoSuchQueue),
		recorded("3.3", "pending", "an HTTP endpoint is pending, and its subscription has its real ARN", subscribePending),
		recorded("3.3", "pending-listed", "lists show a pending subscription as PendingConfirmation", subscribePendingListed),
		observed("3.3", "pending-changed", "a pending subscription can be read and changed", subscribePendingChanged),
		recorded("3.4", "twice", "subscribing an endpoint again finds its subscription", subscribeTwice),
		recorded("3.4", "twice-equal", "it does so with settings that equal its own", subscribeTwiceEqual),
		recorded("3.4", "twice-defaults", "it does so with defaults spelled out", subscribeTwiceDefaults),
		recorded("3.4", "twice-left-out", "settings that are left out are not compared", subscribeTwiceLeftOut),
		recorded("3.4", "twice-different", "a setting that differs is refused, and nothing changes", subscribeTwiceDifferent),
		recorded("3.4", "twice-current", "what is compared are the settings in force", subscribeTwiceCurrent),
		recorded("3.3", "twice-pending", "subscribing a pending endpoint again finds its subscription", subscribeTwicePending),
		documented("3.4", "other-endpoint", "another endpoint is another subscription", subscribeOtherEndpoint),
		documented("3.9", "anew", "an endpoint whose subscription was ended gets a new one", subscribeAnew),
		recorded("3.2", "fifo-queue-to-standard", "a FIFO queue cannot be subscribed to a standard topic", subscribeFIFOToStandard),
		recorded("3.2", "fifo-queue-by-name", "whether a queue is FIFO is known by its name: it need not exist", subscribeFIFOByName),
		documented("3.2", "fifo-to-fifo", "a FIFO queue can be subscribed to a FIFO topic", subscribeFIFOToFIFO),
		recorded("3.2", "standard-to-fifo", "so can a standard queue", subscribeStandardToFIFO),
		recorded("3.1", "phone", "phone numbers are confirmed at once", subscribePhone),
		recorded("3.1", "unknown-protocol", "an unknown protocol is refused by its name", subscribeUnknownProtocol),
		inferred("3.1", "topic-first", "whether the topic exists is looked at before the endpoint", subscribeTopicFirst),
		inferred("3.1", "protocol-before-attributes", "the protocol and the endpoint are looked at before the settings", subscribeEndpointFirst),
		inferred("3.1", "attributes-before-existing", "bad settings are refused also for an endpoint that is subscribed", subscribeBadAgain),
		inferred("4.4", "big-messages", "a topic of messages above 256 KiB takes queues, functions and streams only", subscribeBigMessages),
		documented("3.1", "settings", "settings can be given to Subscribe", subscribeSettings),
		contract("3", "typed", "what SubscriptionConfig sets is what it reads", subscribeTyped),
	}, badEndpoints()...)
}

func subscribeConfirmed(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	assert.False(e, s.Pending())
	m := e.subAttributes(s)
	assert.Equal(e, "false", m["PendingConfirmation"])
	assert.Equal(e, "true", m["ConfirmationWasAuthenticated"])
	assert.Equal(e, q.ARN(), m["Endpoint"])
}

func subscribeNoSuchQueue(e *Env) {
	t := e.topic(sns.Config{})
	s := e.subscribe(t, sns.ToQueue(e.queueARN(t, "")), sns.SubscriptionConfig{})
	assert.Equal(e, "false", e.subAttributes(s)["PendingConfirmation"])
	e.publish(t, "m")
	assert.Len(e, e.listed(t), 1, "a failed delivery does not change the subscription")
}

// somebody is an endpoint that has to be confirmed.
func somebody() sns.Endpoint { return sns.ToEmail("somebody@example.com") }

func subscribePending(e *Env) {
	t := e.topic(sns.Config{})
	for _, to := range []sns.Endpoint{sns.ToURL("http://example.com/hook"), somebody()} {
		s := e.subscribe(t, to, sns.SubscriptionConfig{})
		assert.True(e, s.Pending())
		assert.Contains(e, s.ARN(), t.ARN()+":")
		m := e.subAttributes(s)
		assert.Equal(e, "true", m["PendingConfirmation"])
		assert.Equal(e, "false", m["ConfirmationWasAuthenticated"])
	}
}

func subscribePendingListed(e *Env) {
	t := e.topic(sns.Config{})
	e.subscribe(t, somebody(), sns.SubscriptionConfig{})
	assert.Equal(e, []sns.SubscriptionInfo{{
		ARN: "PendingConfirmation", Owner: part(t.ARN(), 4), TopicARN: t.ARN(), Endpoint: somebody(),
	}}, e.listed(t))
}

func subscribePendingChanged(e *Env) {
	s := e.subscribe(e.topic(sns.Config{}), somebody(), sns.SubscriptionConfig{})
	e.ok(s.SetAttribute(e.Ctx, "FilterPolicy", `{"k":["v"]}`))
	assert.Equal(e, `{"k":["v"]}`, e.subAttributes(s)["FilterPolicy"])
}

// resubscribes demands that an endpoint subscribed again is the same subscription.
func (e *Env) resubscribes(t sns.Topic, to sns.Endpoint, s sns.Subscription, cfg sns.SubscriptionConfig) {
	before := e.subAttributes(s)
	assert.Equal(e, s.ARN(), e.subscribe(t, to, cfg).ARN())
	assert.Equal(e, before, e.subAttributes(s), "nothing changes")
}

func subscribeTwice(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, raw())
	e.resubscribes(t, sns.ToQueue(q.ARN()), s, sns.SubscriptionConfig{})
	assert.Len(e, e.listed(t), 1)
	e.publish(t, "m")
	e.gets(q, "m")
}

func subscribeTwiceEqual(e *Env) {
	t := e.topic(sns.Config{})
	cfg := sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["v"]}`)}
	q, s := e.subscribed(t, cfg)
	e.resubscribes(t, sns.ToQueue(q.ARN()), s, cfg)
	e.resubscribes(t, sns.ToQueue(q.ARN()), s, sns.SubscriptionConfig{Attributes: map[string]string{"RawMessageDelivery": "TRUE"}})
}

func subscribeTwiceDefaults(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.resubscribes(t, sns.ToQueue(q.ARN()), s, sns.SubscriptionConfig{Raw: new(false), FilterScope: new(filter.MessageAttributes)})
}

func subscribeTwiceLeftOut(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["v"]}`)})
	e.resubscribes(t, sns.ToQueue(q.ARN()), s, raw())
}

const textDifferentSubscription = "Attributes Reason: Subscription already exists with different attributes"

func subscribeTwiceDifferent(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{FilterPolicy: new(`{"k":["v"]}`)})
	before := e.subAttributes(s)
	for _, other := range []sns.SubscriptionConfig{
		raw(), {FilterPolicy: new(`{"k":["w"]}`)}, {FilterPolicy: new(`{"k":["v"]}`), DeadLetter: new(e.queueARN(t, ""))},
	} {
		_, err := t.Subscribe(e.Ctx, sns.ToQueue(q.ARN()), other)
		e.invalid(err, textDifferentSubscription)
	}
	assert.Equal(e, before, e.subAttributes(s))
}

func subscribeTwiceCurrent(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, raw())
	e.ok(s.SetAttribute(e.Ctx, "RawMessageDelivery", "false"))
	_, err := t.Subscribe(e.Ctx, sns.ToQueue(q.ARN()), raw())
	e.invalid(err, textDifferentSubscription)
	e.resubscribes(t, sns.ToQueue(q.ARN()), s, sns.SubscriptionConfig{Raw: new(false)})
}

func subscribeTwicePending(e *Env) {
	t := e.topic(sns.Config{})
	s := e.subscribe(t, somebody(), sns.SubscriptionConfig{})
	again := e.subscribe(t, somebody(), sns.SubscriptionConfig{})
	assert.Equal(e, s.ARN(), again.ARN())
	assert.True(e, again.Pending())
	e.counts(t, 0, 1, 0)
}

func subscribeOtherEndpoint(e *Env) {
	t := e.topic(sns.Config{})
	_, a := e.subscribed(t, sns.SubscriptionConfig{})
	_, b := e.subscribed(t, sns.SubscriptionConfig{})
	assert.NotEqual(e, a.ARN(), b.ARN())
}

func subscribeAnew(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, raw())
	e.ok(s.Unsubscribe(e.Ctx))
	again := e.subscribe(t, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	assert.NotEqual(e, s.ARN(), again.ARN())
	assert.Equal(e, "false", e.subAttributes(again)["RawMessageDelivery"])
}

const textFIFOQueue = "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"

func subscribeFIFOToStandard(e *Env) {
	_, err := e.topic(sns.Config{}).Subscribe(e.Ctx, sns.ToQueue(e.queue(true).ARN()), sns.SubscriptionConfig{})
	e.invalid(err, textFIFOQueue)
}

func subscribeFIFOByName(e *Env) {
	t := e.topic(sns.Config{})
	_, err := t.Subscribe(e.Ctx, sns.ToQueue(e.queueARN(t, ".fifo")), sns.SubscriptionConfig{})
	e.invalid(err, textFIFOQueue)
}

func subscribeFIFOToFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, raw())
	e.group(t, "g", "m")
	e.gets(q, "m")
}

func subscribeStandardToFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.queue(false)
	e.subscribe(t, sns.ToQueue(q.ARN()), raw())
	e.group(t, "g", "m")
	e.gets(q, "m")
}

func subscribePhone(e *Env) {
	t := e.topic(sns.Config{})
	for _, number := range []string{"+1234567890", "+12/34-567.890"} {
		s := e.subscribe(t, sns.ToPhone(number), sns.SubscriptionConfig{})
		assert.False(e, s.Pending())
		assert.Equal(e, number, e.subAttributes(s)["Endpoint"])
	}
}

func subscribeUnknownProtocol(e *Env) {
	_, err := e.topic(sns.Config{}).Subscribe(e.Ctx, sns.Endpoint{Protocol: "pigeon", Address: "loft"}, sns.SubscriptionConfig{})
	e.invalid(err, "Amazon SNS does not support this protocol string: pigeon")
}

func subscribeTopicFirst(e *Env) {
	t := e.Topics.Topic(e.topic(sns.Config{}).ARN() + "-other")
	_, err := t.Subscribe(e.Ctx, sns.Endpoint{Protocol: "pigeon"}, sns.SubscriptionConfig{})
	e.refused(err, sns.ErrNotFound, textNoTopic)
}

func subscribeEndpointFirst(e *Env) {
	bad := sns.SubscriptionConfig{Attributes: map[string]string{"Colour": "red"}}
	t := e.topic(sns.Config{})
	_, err := t.Subscribe(e.Ctx, sns.Endpoint{Protocol: "pigeon", Address: "loft"}, bad)
	e.invalid(err, "Amazon SNS does not support this protocol string: pigeon")
	_, err = t.Subscribe(e.Ctx, sns.ToQueue("q"), bad)
	e.invalid(err, "SQS endpoint ARN")
	_, err = t.Subscribe(e.Ctx, sns.ToQueue(e.queueARN(t, ".fifo")), bad)
	e.invalid(err, textFIFOQueue)
}

func subscribeBadAgain(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	_, err := t.Subscribe(e.Ctx, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{FilterPolicy: new("not JSON")})
	e.invalid(err, "Attributes Reason: FilterPolicy: failed to parse JSON.…")
}

func subscribeBigMessages(e *Env) {
	t := e.topic(sns.Config{MaxMessageSize: new(1 << 20)})
	_, err := t.Subscribe(e.Ctx, somebody(), sns.SubscriptionConfig{})
	e.invalid(err, "")
	q := e.subscriber(t, raw())
	big := strings.Repeat("x", 300<<10)
	e.publish(t, big)
	e.gets(q, big)
}

func subscribeSettings(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queueARN(t, "")
	_, s := e.subscribed(t, sns.SubscriptionConfig{Attributes: map[string]string{
		"RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody", "FilterPolicy": `{"k":{"l":["v"]}}`,
		"RedrivePolicy": `{"deadLetterTargetArn":"` + dlq + `"}`,
	}})
	m := e.subAttributes(s)
	assert.Equal(e, "true", m["RawMessageDelivery"])
	assert.Equal(e, "MessageBody", m["FilterPolicyScope"])
	assert.Equal(e, `{"k":{"l":["v"]}}`, m["FilterPolicy"])
	assert.JSONEq(e, `{"deadLetterTargetArn":"`+dlq+`"}`, m["RedrivePolicy"])
}

func subscribeTyped(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queueARN(t, "")
	_, s := e.subscribed(t, sns.SubscriptionConfig{
		Raw: new(true), FilterPolicy: new(`{"k":["v"]}`), FilterScope: new(filter.MessageBody), DeadLetter: &dlq,
	})
	cfg, err := s.Config(e.Ctx)
	e.ok(err)
	assert.Equal(e, new(true), cfg.Raw)
	assert.Equal(e, new(`{"k":["v"]}`), cfg.FilterPolicy)
	assert.Equal(e, new(filter.MessageBody), cfg.FilterScope)
	assert.Equal(e, &dlq, cfg.DeadLetter)
	e.ok(s.SetConfig(e.Ctx, sns.SubscriptionConfig{DeadLetter: new(""), FilterPolicy: new("")}))
	cfg, err = s.Config(e.Ctx)
	e.ok(err)
	assert.Nil(e, cfg.DeadLetter)
	assert.Nil(e, cfg.FilterPolicy)
	assert.Equal(e, new(true), cfg.Raw)
}
