package snstest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func attributeCases() []Case {
	return append([]Case{
		recorded("2.2", "defaults", "a standard topic shows eight attributes by default", attributesDefaults),
		recorded("2.2", "defaults-fifo", "a FIFO topic shows FifoTopic and ContentBasedDeduplication besides", attributesDefaultsFIFO),
		recorded("2.6", "default-policy", "the default policy allows the owner eight actions", attributesDefaultPolicy),
		recorded("2.2", "set", "settings are shown as they were set", attributesSet),
		documented("2.2", "creation", "the same settings can be given at creation", attributesCreation),
		observed("2.2", "key-not-checked", "a KMS key is not looked up", attributesKey),
		observed("2.2", "tracing-fifo", "TracingConfig is accepted on a FIFO topic", attributesTracing),
		inferred("2.2", "display-name", "a display name has 100 characters at most", attributesDisplayName),
		documented("2.2", "max-size", "MaximumMessageSize is 1,024 to 1,048,576 bytes", attributesMaxSize),
		recorded("2.3", "dedup-on-standard", "ContentBasedDeduplication is refused on a standard topic", attributesDedupOnStandard),
		documented("2.2", "policy", "a policy is shown as it was given", attributesPolicy),
		contract("3", "all-or-none", "SetConfig changes all that it names or nothing", attributesAllOrNone),
		documented("2.7", "counts", "confirmed, pending and deleted subscriptions are counted", attributesCounts),
	}, refusedAttributes()...)
}

// refusedAttributes are settings that cannot be set, each with the text of the refusal.
func refusedAttributes() []Case {
	var all []Case
	for _, row := range []struct{ source, name, attribute, value, text string }{
		{"recorded 2.3", "fifo", "FifoTopic", "true", "AttributeName"},
		{"recorded 2.3", "unknown", "Colour", "red", "AttributeName"},
		{"documented 2.2", "arn", "TopicArn", "x", "AttributeName"},
		{"documented 2.2", "owner", "Owner", "000000000001", "AttributeName"},
		{"documented 2.2", "confirmed", "SubscriptionsConfirmed", "7", "AttributeName"},
		{"documented 2.2", "effective", "EffectiveDeliveryPolicy", "{}", "AttributeName"},
		{"observed 2.3", "sample-rate", "SQSSuccessFeedbackSampleRate", "500",
			"SQSSuccessFeedbackSampleRate: 500 value provided is not an integer between 0-100"},
		{"observed 2.3", "policy-not-json", "Policy", "not JSON", "Policy Error: null"},
		{"observed 2.3", "policy-action", "Policy",
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`,
			"Policy statement action out of service scope!"},
		{"documented 2.2", "policy-size", "Policy", `{"Version":"2012-10-17","Id":"` + strings.Repeat("x", 30_720) + `","Statement":[]}`, ""},
		{"documented 2.2", "signature-version", "SignatureVersion", "3", ""},
		{"documented 2.2", "tracing", "TracingConfig", "Loud", ""},
	} {
		all = append(all, Case{
			Name: "refused-" + row.name, Source: row.source, Rule: "the attribute " + row.attribute + " cannot be set so, and nothing changes",
			Run: func(e *Env) {
				t := e.topic(sns.Config{})
				before := e.attributes(t)
				e.invalid(t.SetAttribute(e.Ctx, row.attribute, row.value), row.text)
				assert.Equal(e, before, e.attributes(t))
			},
		})
	}
	return all
}

// shows demands the names of the attributes that a topic shows.
func (e *Env) shows(t sns.Topic, more ...string) {
	want := append([]string{"TopicArn", "Owner", "DisplayName", "Policy", "EffectiveDeliveryPolicy", "SubscriptionsConfirmed",
		"SubscriptionsPending", "SubscriptionsDeleted"}, more...)
	assert.ElementsMatch(e, want, slices.Collect(maps.Keys(e.attributes(t))))
}

func attributesDefaults(e *Env) {
	t := e.topic(sns.Config{})
	e.shows(t)
	m := e.attributes(t)
	assert.Equal(e, "", m["DisplayName"])
	for _, n := range []string{"Confirmed", "Pending", "Deleted"} {
		assert.Equal(e, "0", m["Subscriptions"+n], n)
	}
}

func attributesDefaultsFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	e.shows(t, "FifoTopic", "ContentBasedDeduplication")
	assert.Equal(e, "true", e.attributes(t)["FifoTopic"])
	assert.Equal(e, "false", e.attributes(t)["ContentBasedDeduplication"])
}

// policyOf is a policy as it is shown.
type policyOf struct {
	Version, ID string
	Statement   []map[string]any
}

func (e *Env) policy(t sns.Topic) (p policyOf) {
	text := e.attributes(t)["Policy"]
	require.NoError(e, json.Unmarshal([]byte(text), &p), text)
	return p
}

func attributesDefaultPolicy(e *Env) {
	t := e.topic(sns.Config{})
	assert.Equal(e, policyOf{"2008-10-17", "__default_policy_ID", []map[string]any{{
		"Sid": "__default_statement_ID", "Effect": "Allow", "Principal": map[string]any{"AWS": "*"},
		"Action": []any{"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
			"SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"},
		"Resource": t.ARN(), "Condition": map[string]any{"StringEquals": map[string]any{"AWS:SourceOwner": part(t.ARN(), 4)}},
	}}}, e.policy(t))
}

// some are settings that every topic can have.
func some(t string) map[string]string {
	return map[string]string{
		"DisplayName": "Orders", "SignatureVersion": "2", "KmsMasterKeyId": "alias/aws/sns", "TracingConfig": "Active",
		"LambdaSuccessFeedbackRoleArn": "arn:aws:iam::" + t + ":role/r", "LambdaFailureFeedbackRoleArn": "arn:aws:iam::" + t + ":role/r",
		"LambdaSuccessFeedbackSampleRate": "100",
	}
}

func attributesSet(e *Env) {
	t := e.topic(sns.Config{})
	wanted := some(part(t.ARN(), 4))
	for name, value := range wanted {
		e.ok(t.SetAttribute(e.Ctx, name, value))
	}
	m := e.attributes(t)
	for name, value := range wanted {
		assert.Equal(e, value, m[name], name)
	}
}

func attributesCreation(e *Env) {
	wanted := some("000000000001")
	m := e.attributes(e.topic(sns.Config{Attributes: wanted}))
	for name, value := range wanted {
		assert.Equal(e, value, m[name], name)
	}
}

func attributesKey(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(t.SetAttribute(e.Ctx, "KmsMasterKeyId", "no-such-key"))
	assert.Equal(e, "no-such-key", e.attributes(t)["KmsMasterKeyId"])
}

func attributesTracing(e *Env) {
	e.ok(e.fifo(sns.Config{}).SetAttribute(e.Ctx, "TracingConfig", "Active"))
}

func attributesDisplayName(e *Env) {
	t := e.topic(sns.Config{DisplayName: new(strings.Repeat("ä", 100))})
	e.invalid(t.SetAttribute(e.Ctx, "DisplayName", strings.Repeat("ä", 101)), "")
}

func attributesMaxSize(e *Env) {
	t := e.topic(sns.Config{})
	for _, good := range []string{"1024", "1048576"} {
		e.ok(t.SetAttribute(e.Ctx, "MaximumMessageSize", good))
	}
	for _, bad := range []string{"1023", "1048577", "big"} {
		e.invalid(t.SetAttribute(e.Ctx, "MaximumMessageSize", bad), "")
	}
}

func attributesDedupOnStandard(e *Env) {
	t := e.topic(sns.Config{})
	e.invalid(t.SetAttribute(e.Ctx, "ContentBasedDeduplication", "true"), "")
	_, err := e.Topics.Create(e.Ctx, e.name(), sns.Config{ContentDedup: new(true)})
	e.invalid(err, "")
	e.shows(t)
}

func attributesPolicy(e *Env) {
	t := e.topic(sns.Config{})
	policy := `{"Version":"2012-10-17","Id":"mine","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"AWS":"*"},` +
		`"Action":"sns:Publish","Resource":"` + t.ARN() + `"}]}`
	e.ok(t.SetAttribute(e.Ctx, "Policy", policy))
	assert.JSONEq(e, policy, e.attributes(t)["Policy"])
}

func attributesAllOrNone(e *Env) {
	t := e.topic(sns.Config{})
	before := e.attributes(t)
	e.invalid(t.SetConfig(e.Ctx, sns.Config{DisplayName: new("Orders"), Policy: new("not JSON")}), "")
	assert.Equal(e, before, e.attributes(t))
}

func attributesCounts(e *Env) {
	t := e.topic(sns.Config{})
	e.counts(t, 0, 0, 0)
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.subscribed(t, sns.SubscriptionConfig{})
	e.subscribe(t, sns.ToEmail("somebody@example.com"), sns.SubscriptionConfig{})
	e.counts(t, 2, 1, 0)
	e.ok(s.Unsubscribe(e.Ctx))
	e.counts(t, 1, 1, 1)
}
