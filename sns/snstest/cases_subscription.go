package snstest

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

func subscriptionCases() []Case {
	return append([]Case{
		recorded("3.7", "defaults", "a queue's subscription shows nine attributes by default", subscriptionDefaults),
		recorded("3.5", "principal", "a subscription shows who subscribed, and the owner", subscriptionPrincipal),
		recorded("3.5", "raw-any-case", "RawMessageDelivery is taken in any case and shown in lower case", subscriptionRawCase),
		recorded("3.5", "filter-as-sent", "a filter policy is shown exactly as it was sent", subscriptionFilterAsSent),
		recorded("3.5", "filter-removed", "an empty filter policy removes it, and its scope is not shown", subscriptionFilterRemoved),
		recorded("3.5", "scope-shown", "the scope is shown while there is a filter policy only", subscriptionScopeShown),
		inferred("3.5", "redrive-removed", "an empty redrive policy removes it", subscriptionRedriveRemoved),
		inferred("3.5", "redrive-not-looked-up", "a dead-letter queue need not exist", subscriptionRedriveNotLookedUp),
		recorded("3.5", "redrive-fifo", "the dead-letter queue of a FIFO queue on a FIFO topic is FIFO", subscriptionRedriveFIFO),
		recorded("3.5", "redrive-standard", "a standard queue on a FIFO topic takes a standard dead-letter queue", subscriptionRedriveStandard),
		observed("3.5", "raw-protocols", "e-mail, SMS and functions have no raw delivery", subscriptionRawProtocols),
		recorded("3.5", "effective-only-http", "EffectiveDeliveryPolicy is shown for HTTP only", subscriptionEffective),
		recorded("3.7", "unknown", "a subscription that does not exist is NotFound", subscriptionUnknown),
		documented("3.9", "ended", "so is one that was ended", subscriptionEnded),
		recorded("1", "parts", "a subscription's ARN has six parts at least", subscriptionParts),
		contract("3", "all-or-none", "SetConfig changes all that it names or nothing", subscriptionAllOrNone),
		documented("11", "stranger", "another account may not look at a subscription", subscriptionStranger).needs(NeedCaller).exact(),
	}, refusedSettings()...)
}

// refusedSettings are settings that cannot be set, with the text of the refusal: Subscribe says Attributes Reason before it.
func refusedSettings() []Case {
	var all []Case
	for _, row := range []struct{ source, name, attribute, value, text string }{
		{"recorded 3.5", "unknown", "Colour", "red", "AttributeName"},
		{"recorded 3.5", "read-only", "Endpoint", "x", "AttributeName"},
		{"documented 3.5", "pending", "PendingConfirmation", "true", "AttributeName"},
		{"recorded 3.5", "raw", "RawMessageDelivery", "test-ValUe", "RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false."},
		{"recorded 3.5", "raw-empty", "RawMessageDelivery", "", "RawMessageDelivery: Invalid value []. Must be true or false."},
		{"recorded 3.5", "scope", "FilterPolicyScope", "Message",
			"FilterPolicyScope: Invalid value [Message]. Please use either MessageBody or MessageAttributes"},
		{"recorded 3.5", "filter", "FilterPolicy", "{invalid}", "FilterPolicy: failed to parse JSON.…"},
		{"recorded 3.5", "redrive", "RedrivePolicy", "{invalid}", "RedrivePolicy: failed to parse JSON.…"},
		{"recorded 3.5", "redrive-arn", "RedrivePolicy", `{"deadLetterTargetArn":"fake"}`, "RedrivePolicy: deadLetterTargetArn is an invalid arn"},
		{"documented 3.5", "redrive-none", "RedrivePolicy", `{}`, ""},
		{"documented 3.5", "replay-on-standard", "ReplayPolicy", `{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00.000Z"}`, ""},
		{"documented 3.5", "delivery-on-queue", "DeliveryPolicy", `{"requestPolicy":{"headerContentType":"text/csv"}}`, ""},
	} {
		run := func(e *Env) {
			t := e.topic(sns.Config{})
			q, s := e.subscribed(t, sns.SubscriptionConfig{})
			before := e.subAttributes(s)
			e.invalid(s.SetAttribute(e.Ctx, row.attribute, row.value), row.text)
			assert.Equal(e, before, e.subAttributes(s))
			e.ok(s.Unsubscribe(e.Ctx))
			text := row.text
			if text != "" {
				text = "Attributes Reason: " + text
			}
			_, err := t.Subscribe(e.Ctx, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{Attributes: map[string]string{row.attribute: row.value}})
			e.invalid(err, text)
		}
		all = append(all, Case{
			Name: "refused-" + row.name, Source: row.source, Run: run,
			Rule: "the attribute " + row.attribute + " cannot be set so, neither at once nor later, and nothing changes",
		})
	}
	return all
}

func subscriptionDefaults(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	m := e.subAttributes(s)
	assert.ElementsMatch(e, []string{"ConfirmationWasAuthenticated", "Endpoint", "Owner", "PendingConfirmation", "Protocol",
		"RawMessageDelivery", "SubscriptionArn", "SubscriptionPrincipal", "TopicArn"}, slices.Collect(maps.Keys(m)))
	for name, want := range map[string]string{
		"ConfirmationWasAuthenticated": "true", "Endpoint": q.ARN(), "Owner": part(t.ARN(), 4), "PendingConfirmation": "false",
		"Protocol": "sqs", "RawMessageDelivery": "false", "SubscriptionArn": s.ARN(), "TopicArn": t.ARN(),
	} {
		assert.Equal(e, want, m[name], name)
	}
}

func subscriptionPrincipal(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	assert.Regexp(e, `^arn:`+part(t.ARN(), 1)+`:(iam|sts)::`+part(t.ARN(), 4)+`:`, e.subAttributes(s)["SubscriptionPrincipal"])
}

func subscriptionRawCase(e *Env) {
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	for given, shown := range map[string]string{"TRUE": "true", "False": "false", "tRuE": "true"} {
		e.ok(s.SetAttribute(e.Ctx, "RawMessageDelivery", given))
		assert.Equal(e, shown, e.subAttributes(s)["RawMessageDelivery"])
	}
}

func subscriptionFilterAsSent(e *Env) {
	const policy = "{ \"k\" : [ \"v\" ,\n 1.50 ] }"
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	e.ok(s.SetAttribute(e.Ctx, "FilterPolicy", policy))
	assert.Equal(e, policy, e.subAttributes(s)["FilterPolicy"])
}

func subscriptionFilterRemoved(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["v"]}`)})
	e.publish(t, "m1")
	e.none(q)
	e.set(s, sns.SubscriptionConfig{FilterPolicy: new("")})
	m := e.subAttributes(s)
	assert.NotContains(e, m, "FilterPolicy")
	assert.NotContains(e, m, "FilterPolicyScope")
	e.publish(t, "m2")
	e.gets(q, "m2")
}

func subscriptionScopeShown(e *Env) {
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	e.ok(s.SetAttribute(e.Ctx, "FilterPolicyScope", "MessageBody"))
	assert.NotContains(e, e.subAttributes(s), "FilterPolicyScope")
	e.ok(s.SetAttribute(e.Ctx, "FilterPolicy", `{"k":{"l":["v"]}}`))
	assert.Equal(e, "MessageBody", e.subAttributes(s)["FilterPolicyScope"])
	_, other := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{FilterPolicy: new(`{"k":["v"]}`)})
	assert.Equal(e, "MessageAttributes", e.subAttributes(other)["FilterPolicyScope"])
}

func subscriptionRedriveRemoved(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{DeadLetter: new(e.queueARN(t, ""))})
	e.ok(s.SetAttribute(e.Ctx, "RedrivePolicy", ""))
	assert.NotContains(e, e.subAttributes(s), "RedrivePolicy")
}

func subscriptionRedriveNotLookedUp(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	policy := `{"deadLetterTargetArn":"` + e.queueARN(t, "") + `"}`
	e.ok(s.SetAttribute(e.Ctx, "RedrivePolicy", policy))
	assert.Equal(e, policy, e.subAttributes(s)["RedrivePolicy"])
}

const textFIFODeadLetter = "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."

func subscriptionRedriveFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.invalid(s.SetConfig(e.Ctx, sns.SubscriptionConfig{DeadLetter: new(e.queueARN(t, ""))}), textFIFODeadLetter)
	e.ok(s.SetConfig(e.Ctx, sns.SubscriptionConfig{DeadLetter: new(e.queueARN(t, ".fifo"))}))
	e.ok(s.Unsubscribe(e.Ctx))
	_, err := t.Subscribe(e.Ctx, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{DeadLetter: new(e.queueARN(t, ""))})
	e.invalid(err, "Attributes Reason: "+textFIFODeadLetter)
}

func subscriptionRedriveStandard(e *Env) {
	t := e.fifo(sns.Config{})
	e.subscribe(t, sns.ToQueue(e.queue(false).ARN()), sns.SubscriptionConfig{DeadLetter: new(e.queueARN(t, ""))})
}

func subscriptionRawProtocols(e *Env) {
	t := e.topic(sns.Config{})
	function := sns.ToFunction("arn:aws:lambda:" + part(t.ARN(), 3) + ":" + part(t.ARN(), 4) + ":function:f")
	for _, to := range []sns.Endpoint{somebody(), sns.ToPhone("+15551234567"), function} {
		text := "Delivery protocol [" + string(to.Protocol) + "] does not support raw message delivery."
		_, err := t.Subscribe(e.Ctx, to, raw())
		e.invalid(err, "Attributes Reason: "+text)
		s := e.subscribe(t, to, sns.SubscriptionConfig{})
		e.invalid(s.SetAttribute(e.Ctx, "RawMessageDelivery", "true"), text)
	}
}

func subscriptionEffective(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	assert.NotContains(e, e.subAttributes(s), "EffectiveDeliveryPolicy")
	assert.NotContains(e, e.subAttributes(e.subscribe(t, somebody(), sns.SubscriptionConfig{})), "EffectiveDeliveryPolicy")
	web := e.subscribe(t, sns.ToURL("http://example.com/hook"), sns.SubscriptionConfig{})
	assert.Contains(e, e.subAttributes(web), "EffectiveDeliveryPolicy")
}

// lost demands that a subscription is not found.
func (e *Env) lost(s sns.Subscription) {
	_, err := s.Attributes(e.Ctx)
	e.refused(err, sns.ErrNotFound, textNoSubscription)
	e.refused(s.SetAttribute(e.Ctx, "RawMessageDelivery", "true"), sns.ErrNotFound, textNoSubscription)
}

const noUUID = "00000000-0000-0000-0000-000000000000"

func subscriptionUnknown(e *Env) {
	e.lost(e.Topics.Subscription(e.topic(sns.Config{}).ARN() + ":" + noUUID))
}

func subscriptionEnded(e *Env) {
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	e.ok(s.Unsubscribe(e.Ctx))
	e.lost(s)
}

func subscriptionParts(e *Env) {
	s := e.Topics.Subscription("pending confirmation")
	const text = "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"
	_, err := s.Attributes(e.Ctx)
	e.invalid(err, text)
	e.invalid(s.SetAttribute(e.Ctx, "RawMessageDelivery", "true"), text)
}

func subscriptionAllOrNone(e *Env) {
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	before := e.subAttributes(s)
	e.invalid(s.SetConfig(e.Ctx, sns.SubscriptionConfig{Raw: new(true), FilterScope: new(filter.Scope("Nowhere"))}), "")
	assert.Equal(e, before, e.subAttributes(s))
}

func subscriptionStranger(e *Env) {
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	ctx := e.As(e.Ctx, stranger)
	_, err := s.Attributes(ctx)
	e.refused(err, sns.ErrAuthorization, "")
	e.refused(s.SetAttribute(ctx, "RawMessageDelivery", "true"), sns.ErrAuthorization, "")
	e.refused(s.Unsubscribe(ctx), sns.ErrAuthorization, "")
	e.subAttributes(s)
}
