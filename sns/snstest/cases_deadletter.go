package snstest

import (
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

func deadLetterCases() []Case {
	return []Case{
		recorded("10.4", "envelope", "a message for a queue that is gone goes to the dead-letter queue, enveloped", deadLetterEnvelope),
		recorded("10.4", "raw", "or raw, with its attributes", deadLetterRaw),
		recorded("10.4", "fifo", "a FIFO dead-letter queue gets group and deduplication id", deadLetterFIFO),
		recorded("10.4", "set-later", "one that is set later gets later failures", deadLetterSetLater),
		documented("10.4", "none", "without one the message is lost, and others are not affected", deadLetterNone),
		documented("10.4", "gone", "the message is lost when the dead-letter queue is gone, too", deadLetterGone),
		documented("10.4", "other-region", "a dead-letter queue is of the region of the subscription", deadLetterElsewhere(3, "eu-south-2")),
		documented("10.4", "other-account", "and of its account", deadLetterElsewhere(4, "111122223333")),
		recorded("10.1", "stays-confirmed", "the subscription stays as it was", deadLetterStays),
		inferred("10.1", "queue-again", "a queue that is made anew under its name is delivered to again", deadLetterAgain).exact(),
		documented("11", "no-policy", "a queue whose policy does not admit the topic gets nothing, and nobody is told", queueNoPolicy).needs(NeedPolicies),
		documented("11", "no-policy-dead-letter", "the dead-letter queue gets it", queueNoPolicyDeadLetter).needs(NeedPolicies),
		documented("10.4", "dead-letter-policy", "the dead-letter queue gets nothing if its own policy does not admit the topic", queueDeadLetterPolicy).needs(NeedPolicies),
		documented("11", "policy-of-topic", "a policy can admit one topic by its ARN", queuePolicyOfTopic).needs(NeedPolicies),
		documented("11", "policy-later", "a policy that is put right later does not bring back earlier messages", queuePolicyLater).
			needs(NeedPolicies).exact(),
		documented("11", "policy-denies", "a queue's policy can deny a topic what it allows others", queuePolicyDenies).needs(NeedPolicies),
	}
}

// broken subscribes a queue that is deleted afterwards.
func (e *Env) broken(t sns.Topic, cfg sns.SubscriptionConfig) sns.Subscription {
	q, s := e.subscribed(t, cfg)
	e.ok(e.Queues.Delete(e.Ctx, q.ARN()))
	return s
}

func deadLetterEnvelope(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queue(false)
	s := e.broken(t, sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	p := e.put(t, sns.Message{Body: "text", Subject: "the subject", Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
	r := e.one(dlq)
	m := envelopeOf(r.Body)
	assert.Equal(e, p.ID.String(), m["MessageId"])
	assert.Equal(e, "text", m["Message"])
	assert.Equal(e, "the subject", m["Subject"])
	assert.Contains(e, m["UnsubscribeURL"], s.ARN())
	assert.Empty(e, r.Attributes)
}

func deadLetterRaw(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queue(false)
	e.broken(t, sns.SubscriptionConfig{Raw: new(true), DeadLetter: new(dlq.ARN())})
	e.putWith(t, "text", "v")
	r := e.one(dlq)
	assert.Equal(e, "text", r.Body)
	assert.Equal(e, map[string]sqs.Attribute{"k": sqs.String("v")}, r.Attributes)
}

func deadLetterFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	dlq := e.queue(true)
	e.broken(t, sns.SubscriptionConfig{Raw: new(true), DeadLetter: new(dlq.ARN())})
	e.put(t, sns.Message{Body: "m1", GroupID: "the-group", DedupID: "the-id"})
	r := e.one(dlq)
	assert.Equal(e, "the-group", r.GroupID)
	assert.Equal(e, "the-id", r.DedupID)
}

func deadLetterSetLater(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queue(false)
	s := e.broken(t, raw())
	e.publish(t, "m1")
	e.set(s, sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	e.publish(t, "m2")
	e.gets(dlq, "m2")
}

func deadLetterNone(e *Env) {
	t := e.topic(sns.Config{})
	e.broken(t, raw())
	q := e.subscriber(t, raw())
	e.publish(t, "m")
	e.gets(q, "m")
}

func deadLetterGone(e *Env) {
	t := e.topic(sns.Config{})
	e.broken(t, sns.SubscriptionConfig{DeadLetter: new(e.queueARN(t, ""))})
	q := e.subscriber(t, raw())
	e.publish(t, "m")
	e.gets(q, "m")
}

// deadLetterElsewhere replaces a part of the ARN of a dead-letter queue.
func deadLetterElsewhere(n int, part string) func(*Env) {
	return func(e *Env) {
		t := e.topic(sns.Config{})
		to, dlq := sns.ToQueue(e.queueARN(t, "")), sibling(e.queueARN(t, ""), n, part)
		_, err := t.Subscribe(e.Ctx, to, sns.SubscriptionConfig{DeadLetter: &dlq})
		e.invalid(err, "")
		s := e.subscribe(t, to, sns.SubscriptionConfig{})
		e.invalid(s.SetConfig(e.Ctx, sns.SubscriptionConfig{DeadLetter: &dlq}), "")
		assert.NotContains(e, e.subAttributes(s), "RedrivePolicy")
	}
}

func deadLetterStays(e *Env) {
	t := e.topic(sns.Config{})
	s := e.broken(t, sns.SubscriptionConfig{})
	before := e.subAttributes(s)
	e.publish(t, "m")
	assert.Equal(e, before, e.subAttributes(s))
	assert.Len(e, e.listed(t), 1)
}

func deadLetterAgain(e *Env) {
	t := e.topic(sns.Config{})
	name := e.name()
	e.subscribe(t, sns.ToQueue(sibling(e.queueARN(t, ""), 5, name)), raw())
	e.publish(t, "m1")
	q, err := e.Queues.Create(e.Ctx, name, open())
	e.ok(err)
	defer func() { _ = e.Queues.Delete(e.Ctx, q.ARN()) }()
	e.publish(t, "m2")
	e.gets(q, "m2")
}

// admits is a policy that admits a topic by its ARN.
func admits(effect, topicARN string) string {
	return `{"Effect":"` + effect + `","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*",` +
		`"Condition":{"ArnEquals":{"aws:SourceArn":"` + topicARN + `"}}}`
}

func statements(all string) *string { return new(`{"Version":"2012-10-17","Statement":[` + all + `]}`) }

// under subscribes a queue with an access policy.
func (e *Env) under(t sns.Topic, policy *string, cfg sns.SubscriptionConfig) sqs.Queue {
	q := e.queueWith(false, sqs.Config{Policy: policy})
	e.subscribe(t, sns.ToQueue(q.ARN()), cfg)
	return q
}

func queueNoPolicy(e *Env) {
	t := e.topic(sns.Config{})
	q := e.under(t, nil, raw())
	other := e.subscriber(t, raw())
	e.publish(t, "m")
	e.gets(other, "m")
	e.none(q)
	e.counts(t, 2, 0, 0)
}

func queueNoPolicyDeadLetter(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queue(false)
	q := e.under(t, nil, sns.SubscriptionConfig{Raw: new(true), DeadLetter: new(dlq.ARN())})
	e.publish(t, "m")
	e.gets(dlq, "m")
	e.none(q)
}

func queueDeadLetterPolicy(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queueWith(false, sqs.Config{})
	q := e.under(t, nil, sns.SubscriptionConfig{Raw: new(true), DeadLetter: new(dlq.ARN())})
	e.publish(t, "m")
	e.none(q, dlq)
}

func queuePolicyOfTopic(e *Env) {
	t, u := e.topic(sns.Config{}), e.topic(sns.Config{})
	q := e.under(t, statements(admits("Allow", t.ARN())), raw())
	e.subscribe(u, sns.ToQueue(q.ARN()), raw())
	e.publish(u, "m1")
	e.publish(t, "m2")
	e.gets(q, "m2")
}

func queuePolicyLater(e *Env) {
	t := e.topic(sns.Config{})
	q := e.under(t, nil, raw())
	e.publish(t, "m1")
	e.ok(q.SetConfig(e.Ctx, open()))
	e.publish(t, "m2")
	e.gets(q, "m2")
}

func queuePolicyDenies(e *Env) {
	t, u := e.topic(sns.Config{}), e.topic(sns.Config{})
	q := e.under(t, statements(openStatement+","+admits("Deny", t.ARN())), raw())
	e.subscribe(u, sns.ToQueue(q.ARN()), raw())
	e.publish(t, "m1")
	e.publish(u, "m2")
	e.gets(q, "m2")
}
