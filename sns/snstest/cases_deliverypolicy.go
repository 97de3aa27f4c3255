package snstest

import (
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func deliveryPolicyCases() []Case {
	return []Case{
		recorded("2.4", "default", "the effective delivery policy of a topic is three retries, 20 s apart", policyDefault),
		recorded("2.4", "stored", "a topic's policy is stored as it was given, and disableSubscriptionOverrides", policyStored),
		recorded("2.4", "null-dropped", "parts that are null are dropped", policyNull),
		recorded("2.4", "replaced", "a policy replaces the one before, and nothing of that is left", policyReplaced),
		recorded("2.4", "removed", "an empty policy removes it", policyRemoved),
		observed("2.3", "too-many", "a topic's policy has 100 retries at most", policyTooMany),
		observed("2.3", "not-json", "a policy that is no JSON is refused", policyNotJSON),
		recorded("3.6", "subscription-stored", "a subscription's policy is stored with all five parts", policySubscriptionStored),
		recorded("3.6", "subscription-effective", "what a subscription does not set is effective as the topic sets it", policySubscriptionEffective),
		recorded("3.6", "subscription-replaced", "a subscription's policy replaces the one before", policySubscriptionReplaced),
		observed("3.5", "subscription-bad", "a delay is at least one second", policySubscriptionBad),
		observed("3.6", "subscription-incomplete", "a retry policy has its three numbers", policySubscriptionIncomplete),
		documented("2.4", "overrides-disabled", "a topic can make the policies of its subscriptions ineffective", policyOverridesDisabled),
	}
}

const defaultEffective = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,` +
	`"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},` +
	`"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

// delivers demands the stored and the effective delivery policy of a topic; an empty one is not shown.
func (e *Env) delivers(t sns.Topic, stored, effective string) {
	m := e.attributes(t)
	if stored == "" {
		assert.NotContains(e, m, "DeliveryPolicy")
	} else {
		assert.JSONEq(e, stored, m["DeliveryPolicy"])
	}
	assert.JSONEq(e, effective, m["EffectiveDeliveryPolicy"])
}

func (e *Env) setPolicy(t sns.Topic, policy string) {
	e.ok(t.SetAttribute(e.Ctx, "DeliveryPolicy", policy))
}

func policyDefault(e *Env) {
	t := e.topic(sns.Config{})
	e.delivers(t, "", defaultEffective)
	assert.Equal(e, defaultEffective, e.attributes(t)["EffectiveDeliveryPolicy"])
}

func policyStored(e *Env) {
	t := e.topic(sns.Config{})
	e.setPolicy(t, `{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)
	e.delivers(t, `{"http":{"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"application/json"}}}`,
		`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,`+
			`"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,`+
			`"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)
}

func policyNull(e *Env) {
	t := e.topic(sns.Config{})
	e.setPolicy(t, `{"http":{"defaultHealthyRetryPolicy":null}}`)
	e.delivers(t, `{"http":{"disableSubscriptionOverrides":false}}`, defaultEffective)
}

func policyReplaced(e *Env) {
	t := e.topic(sns.Config{})
	e.setPolicy(t, `{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)
	e.setPolicy(t, `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1}}}`)
	e.delivers(t, `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1},"disableSubscriptionOverrides":false}}`,
		`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1,"numMaxDelayRetries":0,`+
			`"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,`+
			`"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`)
}

func policyRemoved(e *Env) {
	t := e.topic(sns.Config{DeliveryPolicy: new(`{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)})
	e.setPolicy(t, "")
	e.delivers(t, "", defaultEffective)
}

func policyTooMany(e *Env) {
	e.invalid(e.topic(sns.Config{}).SetAttribute(e.Ctx, "DeliveryPolicy",
		`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":101}}}`),
		"DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100")
}

func policyNotJSON(e *Env) {
	e.invalid(e.topic(sns.Config{}).SetAttribute(e.Ctx, "DeliveryPolicy", "not JSON"), "DeliveryPolicy: failed to parse JSON.…")
}

// hook subscribes a URL that nobody reaches.
func (e *Env) hook(t sns.Topic, policy string) sns.Subscription {
	return e.subscribe(t, sns.ToURL("http://example.com/"+e.name()), sns.SubscriptionConfig{DeliveryPolicy: &policy})
}

const csv = `{"requestPolicy":{"headerContentType":"text/csv"}}`

func policySubscriptionStored(e *Env) {
	m := e.subAttributes(e.hook(e.topic(sns.Config{}), csv))
	assert.JSONEq(e, `{"healthyRetryPolicy":null,"sicklyRetryPolicy":null,"throttlePolicy":null,`+
		`"requestPolicy":{"headerContentType":"text/csv"},"guaranteed":false}`, m["DeliveryPolicy"])
}

const effectiveRetries = `{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,` +
	`"numMinDelayRetries":0,"backoffFunction":"linear"}`

func policySubscriptionEffective(e *Env) {
	t := e.topic(sns.Config{DeliveryPolicy: new(`{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)})
	plain := e.subscribe(t, sns.ToURL("http://example.com/plain"), sns.SubscriptionConfig{})
	effective := func(contentType string) string {
		return `{"healthyRetryPolicy":` + effectiveRetries + `,"sicklyRetryPolicy":null,"throttlePolicy":null,` +
			`"requestPolicy":{"headerContentType":"` + contentType + `"},"guaranteed":false}`
	}
	assert.JSONEq(e, effective("application/json"), e.subAttributes(plain)["EffectiveDeliveryPolicy"])
	assert.JSONEq(e, effective("text/csv"), e.subAttributes(e.hook(t, csv))["EffectiveDeliveryPolicy"])
}

func policySubscriptionReplaced(e *Env) {
	s := e.hook(e.topic(sns.Config{}), csv)
	e.ok(s.SetAttribute(e.Ctx, "DeliveryPolicy", `{"throttlePolicy":{"maxReceivesPerSecond":5}}`))
	assert.JSONEq(e, `{"healthyRetryPolicy":null,"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":5},`+
		`"requestPolicy":null,"guaranteed":false}`, e.subAttributes(s)["DeliveryPolicy"])
	e.ok(s.SetAttribute(e.Ctx, "DeliveryPolicy", ""))
	assert.NotContains(e, e.subAttributes(s), "DeliveryPolicy")
}

func policySubscriptionBad(e *Env) {
	_, err := e.topic(sns.Config{}).Subscribe(e.Ctx, sns.ToURL("http://example.com/"), sns.SubscriptionConfig{
		DeliveryPolicy: new(`{"healthyRetryPolicy":{"minDelayTarget":0,"maxDelayTarget":1,"numRetries":1}}`),
	})
	e.invalid(err, "Attributes Reason: DeliveryPolicy: healthyRetryPolicy.minDelayTarget must be greater than or equal to 1")
}

func policySubscriptionIncomplete(e *Env) {
	s := e.subscribe(e.topic(sns.Config{}), sns.ToURL("http://example.com/"), sns.SubscriptionConfig{})
	e.invalid(s.SetAttribute(e.Ctx, "DeliveryPolicy", `{"healthyRetryPolicy":{"numRetries":1}}`), "")
}

func policyOverridesDisabled(e *Env) {
	t := e.topic(sns.Config{DeliveryPolicy: new(`{"http":{"disableSubscriptionOverrides":true}}`)})
	m := e.subAttributes(e.hook(t, `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":2,"numRetries":9}}`))
	assert.Contains(e, m["EffectiveDeliveryPolicy"], `"numRetries":3`)
}
