package sns_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

// Sections 3.5 to 3.7: what subscriptions are set to.

func TestDefaultSubscriptionAttributes(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	user := sns.WithCaller(t.Context(), sns.Caller{ARN: "arn:aws:iam::" + account + ":user/u"})
	sub, err := topic.Subscribe(user, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	want := map[string]string{
		"ConfirmationWasAuthenticated": "true", "Endpoint": queuePrefix + "q", "Owner": account, "PendingConfirmation": "false",
		"Protocol": "sqs", "RawMessageDelivery": "false", "SubscriptionArn": sub.ARN(),
		"SubscriptionPrincipal": "arn:aws:iam::" + account + ":user/u", "TopicArn": topic.ARN(),
	}
	require.Equal(t, want, attributes(t, sub))
	require.Equal(t, want, attributes(t, w.Subscription(sub.ARN())))
	web := subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{})
	got := attributes(t, web)
	require.JSONEq(t, `{"healthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,
		"numMinDelayRetries":0,"backoffFunction":"linear"},"sicklyRetryPolicy":null,"throttlePolicy":null,
		"requestPolicy":{"headerContentType":"text/plain; charset=UTF-8"},"guaranteed":false}`, got["EffectiveDeliveryPolicy"])
	require.Len(t, got, 10)
	require.Equal(t, []string{"http", "http://a/", "false", "true", "arn:aws:iam::" + account + ":root"}, []string{
		got["Protocol"], got["Endpoint"], got["ConfirmationWasAuthenticated"], got["PendingConfirmation"], got["SubscriptionPrincipal"]})
}

// Set, shown; removed, not shown.
func TestSubscriptionAttributes(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
	set := func(name, value string) { require.NoError(t, sub.SetAttribute(t.Context(), name, value), name) }
	shown := func(name string) any {
		if v, ok := attributes(t, sub)[name]; ok {
			return v
		}
		return nil
	}
	for _, v := range []string{"true", "FALSE", "True"} {
		set("RawMessageDelivery", v)
		require.Equal(t, strings.ToLower(v), shown("RawMessageDelivery"))
	}
	set("FilterPolicyScope", "MessageBody")
	require.Nil(t, shown("FilterPolicyScope"), "only with a policy")
	const text = "{ \"a\" : [\"b\"],\n \"c\": [1.0] }"
	set("FilterPolicy", text)
	require.Equal(t, text, shown("FilterPolicy"), "exactly as it was sent")
	require.Equal(t, "MessageBody", shown("FilterPolicyScope"))
	set("FilterPolicyScope", "MessageAttributes")
	require.Equal(t, "MessageAttributes", shown("FilterPolicyScope"))
	set("FilterPolicy", "{}")
	require.Equal(t, "{}", shown("FilterPolicy"))
	set("FilterPolicy", "")
	require.Nil(t, shown("FilterPolicy"))
	require.Nil(t, shown("FilterPolicyScope"))
	const redrive = `{"deadLetterTargetArn": "` + queuePrefix + `dlq"}`
	set("RedrivePolicy", redrive)
	require.Equal(t, redrive, shown("RedrivePolicy"))
	set("RedrivePolicy", "")
	require.Nil(t, shown("RedrivePolicy"))

	require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{
		Raw: new(true), FilterPolicy: new(`{"a":{"b":["c"]}}`), FilterScope: new(filter.MessageBody), DeadLetter: new(queuePrefix + "dlq"),
	}))
	cfg, err := sub.Config(t.Context())
	require.NoError(t, err)
	require.Equal(t, []any{true, `{"a":{"b":["c"]}}`, filter.MessageBody, queuePrefix + "dlq"},
		[]any{*cfg.Raw, *cfg.FilterPolicy, *cfg.FilterScope, *cfg.DeadLetter})
	require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{DeadLetter: new(""), FilterPolicy: new("")}))
	cfg, err = sub.Config(t.Context())
	require.NoError(t, err)
	require.Nil(t, cfg.DeadLetter)
	require.Nil(t, cfg.FilterPolicy)

	stream := subscribe(t, topic, w.Stream("s", nil), sns.SubscriptionConfig{Attributes: map[string]string{"SubscriptionRoleArn": "r"}, Raw: new(true)})
	require.Equal(t, "r", attributes(t, stream)["SubscriptionRoleArn"])
	require.ErrorIs(t, stream.SetAttribute(t.Context(), "SubscriptionRoleArn", ""), sns.ErrInvalidParameter)
	require.Equal(t, "r", attributes(t, stream)["SubscriptionRoleArn"])
}

// Rows of bad values: the text of a change, and that of Subscribe with its prefix. A row that ends in a star is a beginning.
func TestBadSubscriptionAttributes(t *testing.T) {
	w := fake()
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
	queue, web, mail, phone := sns.ToQueue(queuePrefix+"q"), sns.ToURL("http://a/"), sns.ToEmail("a@b"), sns.ToPhone("+123456")
	inOrder, loose := sns.ToQueue(queuePrefix+"q.fifo"), sns.ToQueue(queuePrefix+"loose")
	const noJSON = ": failed to parse JSON.*"
	const noFIFO = "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
	six := `{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}`
	for _, row := range []struct {
		topic             sns.Topic
		to                sns.Endpoint
		name, value, text string
	}{
		{topic, queue, "Nonsense", "x", "AttributeName"},
		{topic, queue, "TopicArn", "x", "AttributeName"},
		{topic, queue, "EffectiveDeliveryPolicy", "{}", "AttributeName"},
		{topic, queue, "PendingConfirmation", "true", "AttributeName"},
		{topic, queue, "ReplayStatus", "x", "AttributeName"},
		{topic, queue, "SubscriptionRoleArn", "x", "AttributeName"},
		{topic, queue, "RawMessageDelivery", "test-ValUe", "RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false."},
		{topic, queue, "RawMessageDelivery", "", "RawMessageDelivery: Invalid value []. Must be true or false."},
		{topic, mail, "RawMessageDelivery", "true", "Delivery protocol [email] does not support raw message delivery."},
		{topic, phone, "RawMessageDelivery", "true", "Delivery protocol [sms] does not support raw message delivery."},
		{topic, w.Function("f", nil), "RawMessageDelivery", "true", "Delivery protocol [lambda] does not support raw message delivery."},
		{topic, queue, "FilterPolicyScope", "x", "FilterPolicyScope: Invalid value [x]. Please use either MessageBody or MessageAttributes"},
		{topic, queue, "FilterPolicyScope", "", "FilterPolicyScope: Invalid value []. Please use either MessageBody or MessageAttributes"},
		{topic, queue, "FilterPolicy", "invalid", "FilterPolicy" + noJSON},
		{topic, queue, "FilterPolicy", `{invalid"`, "FilterPolicy" + noJSON},
		{topic, queue, "FilterPolicy", "\"\xff\"", "FilterPolicy: must be valid UTF-8"},
		{topic, queue, "FilterPolicy", six, "FilterPolicy: Filter policy can not have more than 5 keys"},
		{topic, queue, "FilterPolicy", `{"a":{"b":["c"]}}`, "Filter policy scope MessageAttributes does not support nested filter policy"},
		{topic, queue, "FilterPolicy", `{"a":[]}`, "FilterPolicy: Empty arrays are not allowed*"},
		{topic, queue, "RedrivePolicy", "{x", "RedrivePolicy" + noJSON},
		{topic, queue, "RedrivePolicy", `"x"`, "RedrivePolicy" + noJSON},
		{topic, queue, "RedrivePolicy", `{}`, "RedrivePolicy: deadLetterTargetArn is an invalid arn"},
		{topic, queue, "RedrivePolicy", `{"deadLetterTargetArn":"fake"}`, "RedrivePolicy: deadLetterTargetArn is an invalid arn"},
		{topic, queue, "RedrivePolicy", `{"deadLetterTargetArn":"` + topic.ARN() + `"}`, "RedrivePolicy: deadLetterTargetArn is an invalid arn"},
		{fifo, inOrder, "RedrivePolicy", `{"deadLetterTargetArn":"` + queuePrefix + `dlq"}`, noFIFO},
		{topic, queue, "DeliveryPolicy", `{}`, "Delivery protocol [sqs] does not support a delivery policy."},
		{topic, web, "DeliveryPolicy", "x", "DeliveryPolicy" + noJSON},
		{topic, web, "DeliveryPolicy", `{"healthyRetryPolicy":{"minDelayTarget":0,"maxDelayTarget":1,"numRetries":1}}`,
			"DeliveryPolicy: healthyRetryPolicy.minDelayTarget must be greater than or equal to 1"},
		{topic, web, "DeliveryPolicy", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1}}`,
			"DeliveryPolicy: healthyRetryPolicy.numRetries must be specified"},
		{topic, queue, "ReplayPolicy", `{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00.000Z"}`, "ReplayPolicy:*"},
		{fifo, loose, "ReplayPolicy", `{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00.000Z"}`, "ReplayPolicy:*"},
		{fifo, loose, "ReplayPolicy", `{"PointType":"Number","StartingPoint":"2026-01-01T00:00:00.000Z"}`, "ReplayPolicy:*"},
		{fifo, loose, "ReplayPolicy", `{"PointType":"Timestamp"}`, "ReplayPolicy:*"},
		{fifo, loose, "ReplayPolicy", `{"PointType":"Timestamp","StartingPoint":"yesterday"}`, "ReplayPolicy:*"},
		{fifo, loose, "ReplayPolicy", `x`, "ReplayPolicy: failed to parse JSON.*"},
	} {
		check := func(err error, prefix string) {
			t.Helper()
			if beginning, ok := strings.CutSuffix(row.text, "*"); ok {
				require.ErrorIs(t, err, sns.ErrInvalidParameter, row)
				require.Contains(t, err.Error(), "Invalid parameter: "+prefix+beginning, row)
				return
			}
			invalid(t, err, prefix+row.text, row)
		}
		before := len(w.Peek(row.topic.ARN()).Subscriptions)
		_, err := row.topic.Subscribe(t.Context(), row.to, sns.SubscriptionConfig{Attributes: map[string]string{row.name: row.value}})
		check(err, "Attributes Reason: ")
		require.Len(t, w.Peek(row.topic.ARN()).Subscriptions, before)
		sub := subscribe(t, row.topic, row.to, sns.SubscriptionConfig{})
		was := attributes(t, sub)
		check(sub.SetAttribute(t.Context(), row.name, row.value), "")
		require.Equal(t, was, attributes(t, sub))
	}
	_, err := topic.Subscribe(t.Context(), w.Stream("s", nil), sns.SubscriptionConfig{})
	require.ErrorIs(t, err, sns.ErrInvalidParameter)
	ordinary := subscribe(t, fifo, sns.ToQueue(queuePrefix+"looser"), sns.SubscriptionConfig{DeadLetter: new(queuePrefix + "dlq")})
	require.Contains(t, attributes(t, ordinary)["RedrivePolicy"], "dlq", "a standard queue takes a standard one")
	missing := w.Subscription(topic.ARN() + ":00000000-0000-4000-8000-000000000000")
	_, err = missing.Attributes(t.Context())
	refused(t, err, sns.ErrNotFound, "Subscription does not exist")
	_, err = missing.Config(t.Context())
	refused(t, err, sns.ErrNotFound, "Subscription does not exist")
	refused(t, missing.SetAttribute(t.Context(), "RawMessageDelivery", "x"), sns.ErrNotFound, "Subscription does not exist")
	require.Equal(t, 404, sns.ErrNotFound.Status())
}

// The scope in force judges a nested policy, also when it goes back.
func TestNestedFilterPolicies(t *testing.T) {
	const nested, text = `{"a":{"b":["c"]}}`, "Filter policy scope MessageAttributes does not support nested filter policy"
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
	invalid(t, sub.SetAttribute(t.Context(), "FilterPolicy", nested), text)
	require.NoError(t, sub.SetAttribute(t.Context(), "FilterPolicyScope", "MessageBody"))
	require.NoError(t, sub.SetAttribute(t.Context(), "FilterPolicy", nested))
	invalid(t, sub.SetAttribute(t.Context(), "FilterPolicyScope", "MessageAttributes"), text)
	require.Equal(t, "MessageBody", attributes(t, sub)["FilterPolicyScope"])
	subscribe(t, topic, sns.ToQueue(queuePrefix+"p"), sns.SubscriptionConfig{FilterPolicy: new(nested), FilterScope: new(filter.MessageBody)})
	invalid(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{Raw: new(true), FilterScope: new(filter.MessageAttributes)}), text)
	require.Equal(t, "false", attributes(t, sub)["RawMessageDelivery"], "all or nothing")
}

// The recorded forms of a subscription's delivery policy.
func TestSubscriptionDeliveryPolicy(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{})
	require.NoError(t, sub.SetAttribute(t.Context(), "DeliveryPolicy", `{"requestPolicy":{"headerContentType":"text/csv"}}`))
	as := attributes(t, sub)
	require.Equal(t, `{"healthyRetryPolicy":null,"sicklyRetryPolicy":null,"throttlePolicy":null,"requestPolicy":{"headerContentType":"text/csv"},"guaranteed":false}`,
		as["DeliveryPolicy"])
	require.Equal(t, "text/csv", object(t, as["EffectiveDeliveryPolicy"])["requestPolicy"].(map[string]any)["headerContentType"])
	require.NoError(t, topic.SetAttribute(t.Context(), "DeliveryPolicy", `{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"},
		"defaultThrottlePolicy":{"maxReceivesPerSecond":7}}}`))
	require.NoError(t, sub.SetAttribute(t.Context(), "DeliveryPolicy", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":2,"numRetries":3}}`))
	as = attributes(t, sub)
	eff := object(t, as["EffectiveDeliveryPolicy"])
	require.Equal(t, "application/json", eff["requestPolicy"].(map[string]any)["headerContentType"], "the topic's")
	require.Equal(t, 7.0, eff["throttlePolicy"].(map[string]any)["maxReceivesPerSecond"], "the topic's")
	require.Equal(t, 2.0, eff["healthyRetryPolicy"].(map[string]any)["maxDelayTarget"], "its own")
	require.NoError(t, topic.SetAttribute(t.Context(), "DeliveryPolicy", `{"http":{"disableSubscriptionOverrides":true}}`))
	require.Equal(t, 20.0, object(t, attributes(t, sub)["EffectiveDeliveryPolicy"])["healthyRetryPolicy"].(map[string]any)["maxDelayTarget"])
	require.NoError(t, sub.SetAttribute(t.Context(), "DeliveryPolicy", ""))
	require.NotContains(t, maps.Collect(maps.All(attributes(t, sub))), "DeliveryPolicy")
}
