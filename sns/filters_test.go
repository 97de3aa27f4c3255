package sns_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

// Section 9.8: the recorded vectors, from Subscribe to the queue.

func TestFilterVectors(t *testing.T) {
	const (
		numbers = `{"attr1":[{"numeric":[">",0,"<=",100]}]}`
		object  = `{"object":{"key":[{"prefix":"auto-"},"hardcodedvalue"],"nested_key":[{"exists":false}]},"test":[{"exists":false}]}`
		records = `{"Records":{"s3":{"object":{"key":[{"prefix":"auto-"}]}},"eventName":[{"prefix":"ObjectCreated:"}]}}`
		either  = `{"$or":[{"metricName":["CPUUtilization","ReadLatency"]},{"namespace":["AWS/EC2","AWS/ES"]}],"detail":{"scope":["Service"],` +
			`"$or":[{"source":["aws.cloudwatch"]},{"type":["CloudWatch Alarm State Change"]}]}}`
	)
	attr := func(policy string, as map[string]sns.Attribute, want bool) [4]any {
		return [4]any{policy, filter.MessageAttributes, sns.Message{Body: "m", Attributes: as}, want}
	}
	body := func(policy, body string, want bool) [4]any {
		return [4]any{policy, filter.MessageBody, sns.Message{Body: body}, want}
	}
	one := func(name string, a sns.Attribute) map[string]sns.Attribute { return map[string]sns.Attribute{name: a} }
	array := func(text string) sns.Attribute { return sns.Attribute{Type: "String.Array", Text: text} }
	record := func(key, event string) string {
		return `{"s3":{"object":{"key":"` + key + `"}},"eventName":"` + event + `"}`
	}
	for i, row := range [][4]any{
		attr(numbers, one("attr1", sns.Number("99")), true),
		attr(numbers, one("attr1", sns.Number("111")), false),
		attr(`{"attr1":[null,{"anything-but":"whatever"}]}`, nil, false),
		attr(`{"store":[{"exists":true}]}`, one("store", sns.Number("99")), true),
		attr(`{"store":[{"exists":true}]}`, nil, false),
		attr(`{"store":[{"exists":false}]}`, one("other", sns.Number("99")), true),
		attr(`{"store":["value1"]}`, one("store", sns.String("value1")), true),
		attr(`{"store":["value1"]}`, one("store", array(`["value1","value2"]`)), true),
		attr(`{"store":["value1"]}`, one("store", array(`["value2","value3"]`)), false),
		attr(`{}`, nil, true), attr("", nil, true),
		body(object, `{"object":{"key":"auto-test"}}`, true),
		body(object, `{"object":{"key":"hardcodedvalue"}}`, true),
		body(object, `{"object":{"key":"test-auto"}}`, false),
		body(object, `{"object":{"key":"auto-test"},"test":"x"}`, false),
		body(object, `{"object":{"key":"auto-test","nested_key":"x"}}`, false),
		body(object, `{"object":{"test":"auto-test"}}`, false),
		body(object, `text`, false), body(object, `"text"`, false), body(object, `[]`, false),
		body(`{"headers":{"route-to":["queue1"]}}`, `{"headers":{"route-to":["queue1","queue2"]}}`, true),
		body(records, `{"Records":[`+record("auto-x", "ObjectCreated:Put")+`]}`, true),
		body(records, `{"Records":[`+record("auto-x", "ObjectRemoved:Delete")+`]}`, false),
		body(records, `{"Records":[`+record("home-x", "ObjectCreated:Put")+`]}`, false),
		body(records, `{"Records":[{"s3":{"object":[[{"key":"auto-x"}]]},"eventName":"ObjectCreated:Put"},`+record("home-x", "ObjectRemoved:Delete")+`]}`, true),
		body(either, `{"metricName":"CPUUtilization","detail":{"scope":"Service","source":"aws.cloudwatch"}}`, true),
		body(either, `{"metricName":"AWS/EC2","detail":{"scope":"Service","source":"aws.cloudwatch"}}`, false),
		body(either, `{"metricName":"CPUUtilization","detail":{"scope":"Service"}}`, false),
		body(either, `{"metricName":"CPUUtilization","scope":"Service","detail":{"source":"aws.cloudwatch"}}`, false),
		body(`{"detail":{"eventVersion":[""]}}`, `{"detail":{"eventVersion":""},"resources":[]}`, true),
		body("", `text`, true),
	} {
		w := fake()
		topic := w.topic(t, "x", sns.Config{})
		policy, scope, m, want := row[0].(string), row[1].(filter.Scope), row[2].(sns.Message), row[3].(bool)
		atOnce, _ := w.raw(t, topic, "at-once", sns.SubscriptionConfig{FilterPolicy: &policy, FilterScope: &scope})
		later, sub := w.raw(t, topic, "later", sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)})
		require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new("")}))
		require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{FilterScope: &scope}))
		require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: &policy}))
		j := w.Record()
		publishMessage(t, topic, m)
		require.Equal(t, want, len(drain(t, atOnce)) == 1, i)
		require.Equal(t, want, len(drain(t, later)) == 1, i)
		require.Equal(t, want, j.Count(sns.EventSkipped) == 0, i)
		for e := range j.Events() {
			if e.Kind == sns.EventSkipped {
				require.Contains(t, e.Reason, "its filter policy does not match", i)
			}
		}
	}
}

// A structured message is filtered by the text that the subscription gets.
func TestFilterOfStructuredMessages(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	cfg := sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`), FilterScope: new(filter.MessageBody)}
	q, _ := w.raw(t, topic, "q", cfg)
	called := 0
	subscribe(t, topic, w.Function("f", func(context.Context, sns.FunctionEvent) error { called++; return nil }), cfg)
	publishMessage(t, topic, sns.Message{Body: `{"default":"{\"a\":\"c\"}","sqs":"{\"a\":\"b\"}"}`, Structure: "json"})
	require.Equal(t, []string{`{"a":"b"}`}, bodies(t, q))
	require.Zero(t, called)
	publishMessage(t, topic, sns.Message{Body: `{"default":"{\"a\":\"b\"}","sqs":"x"}`, Structure: "json"})
	require.Empty(t, bodies(t, q))
	require.Equal(t, 1, called)
}
