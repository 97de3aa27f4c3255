package sns_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

// What no caller should pass: nothing panics, and nothing changes.

func TestContextsThatAreNone(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	before, j := state(t, w, topic, sub), w.Record()
	var none context.Context
	for op, call := range everyCall(w, topic, sub) {
		invalid(t, call(none), "the context is nil", op)
		require.Equal(t, context.Canceled, call(ended), op)
		require.Equal(t, context.DeadlineExceeded, call(late), op)
		require.ErrorIs(t, call(sns.WithCaller(none, sns.Caller{})), sns.ErrInvalidParameter, op)
	}
	require.Equal(t, before, state(t, w, topic, sub))
	for range j.Events() {
		t.Fatal("something happened")
	}
	require.Len(t, w.Emails("a@b"), 1)
	require.Zero(t, w.clk.Timers())
}

// Texts of a mebibyte, or of no UTF-8, in every place that takes one.
func TestAbsurdTexts(t *testing.T) {
	w := fake()
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
	sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	before := state(t, w, topic, sub)
	for _, text := range []string{
		strings.Repeat("x", 1<<20), "\xff\xfe", "\x00", strings.Repeat("/", 1<<16), "%s%d%!", "arn:aws:sns:us-east-1:", strings.Repeat(":", 1<<16),
		strings.Repeat("[", 1<<16), strings.Repeat(`{"a":`, 1<<14), "\"\xed\xa0\x80\"",
	} {
		failed := func(err error) {
			t.Helper()
			require.ErrorIs(t, err, sns.ErrInvalidParameter)
		}
		_, err := w.Create(t.Context(), text+"!", sns.Config{})
		failed(err)
		refs := []sns.Topic{w.Topic(text), w.Topic(topic.ARN() + text)}
		for _, ref := range refs {
			require.NotPanics(t, func() { _ = ref.Name() + ref.ARN() })
			for op, call := range operations(ref) {
				require.Error(t, call(t.Context()), op)
			}
			for op, call := range onResource(ref) {
				require.Error(t, call(t.Context()), op)
			}
		}
		for _, ref := range []string{text, topic.ARN() + ":" + text, sub.ARN() + text} {
			_, err = w.Subscription(ref).Attributes(t.Context())
			require.Error(t, err)
			require.Error(t, w.Subscription(ref).SetAttribute(t.Context(), "RawMessageDelivery", "true"))
		}
		_, err = w.Confirm(t.Context(), sns.Confirmation{TopicARN: text, Token: text})
		failed(err)
		_, err = w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: text})
		failed(err)
		_, err = w.List(t.Context(), text+"!")
		failed(err)
		for _, protocol := range []sns.Protocol{sns.Protocol(text), "sqs", "http", "https", "lambda", "firehose", "sms"} {
			_, err = topic.Subscribe(t.Context(), sns.Endpoint{Protocol: protocol, Address: text}, sns.SubscriptionConfig{})
			failed(err)
		}
		for _, name := range []string{text, "Policy", "DeliveryPolicy", "SignatureVersion", "MaximumMessageSize", "TracingConfig", "SQSSuccessFeedbackSampleRate"} {
			failed(topic.SetAttribute(t.Context(), name, text))
		}
		for _, name := range []string{"ArchivePolicy", "ContentBasedDeduplication", "FifoThroughputScope"} {
			failed(fifo.SetAttribute(t.Context(), name, text))
		}
		for _, name := range []string{text, "FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy", "ReplayPolicy", "RawMessageDelivery"} {
			failed(sub.SetAttribute(t.Context(), name, text))
		}
		failed(topic.AddPermission(t.Context(), text, []string{text}, []string{text}))
		require.NoError(t, topic.RemovePermission(t.Context(), text))
		if text != "\x00" && text != "%s%d%!" && !strings.HasPrefix(text, "arn") {
			require.Error(t, topic.Tag(t.Context(), map[string]string{text: "v"}))
		}
		failed(topic.SetDataProtection(t.Context(), text))
		_, err = fifo.Publish(t.Context(), sns.Message{Body: "m", GroupID: text + " ", DedupID: "d"})
		failed(err)
		_, err = fifo.Publish(t.Context(), sns.Message{Body: "m", GroupID: "g", DedupID: text + " "})
		failed(err)
		_, err = topic.Publish(t.Context(), sns.Message{Body: "m", Subject: text + "\n"})
		failed(err)
		_, err = topic.Publish(t.Context(), sns.Message{Body: "m", Structure: text})
		failed(err)
		_, err = topic.Publish(t.Context(), sns.Message{Body: text, Structure: "json"})
		failed(err)
		_, err = topic.PublishBatch(t.Context(), sns.Message{Body: "m", EntryID: text + "!"})
		require.ErrorIs(t, err, sns.ErrInvalidBatchEntryID)
		_, err = topic.Publish(t.Context(), withAttribute(text+"!", sns.String("x")))
		require.ErrorIs(t, err, sns.ErrParameterValueInvalid)
		_, err = topic.Publish(t.Context(), withAttribute("a", sns.Attribute{Type: text, Text: "x"}))
		require.ErrorIs(t, err, sns.ErrParameterValueInvalid)
		require.Empty(t, w.Emails(text))
		require.Empty(t, w.Peek(text))
		require.Empty(t, w.PendingToken(text))
		require.False(t, w.Explain(text, sns.Message{Body: "m"}).Delivered)
	}
	require.Equal(t, before, state(t, w, topic, sub))
	require.Empty(t, w.Peek("x.fifo").Archive)
}

// A filter that looks at the body takes any body, however deep.
func TestAbsurdBodies(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`), FilterScope: new(filter.MessageBody)})
	for _, body := range []string{
		strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 40_000), `{"a":` + strings.Repeat("9", 100_000) + `}`, `{"a":"` + strings.Repeat("b", 100_000) + `"}`,
		"\x00", `{"a":"\ud800"}`, `{"a":1e999999}`, "{", `{"a":"b"`,
	} {
		publish(t, topic, body)
	}
	require.Empty(t, bodies(t, q))
	publish(t, topic, `{"a":["x","b"]}`)
	require.Len(t, bodies(t, q), 1)
}

func TestAbsurdNumbers(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{Topics: -1}))
	_, err := w.Create(t.Context(), "x", sns.Config{})
	require.ErrorIs(t, err, sns.ErrTopicLimitExceeded)
	w = fake(nil, sns.WithClock(nil), sns.WithChooser(nil), sns.WithAccount(""), sns.WithRegion(""))
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
	require.Equal(t, arnPrefix+"x", topic.ARN())
	for _, n := range []int{math.MinInt, -1, math.MaxInt} {
		for _, cfg := range []sns.Config{{MaxMessageSize: &n}, {SignatureVersion: &n}, {ArchiveDays: &n}} {
			require.ErrorIs(t, fifo.SetConfig(t.Context(), cfg), sns.ErrInvalidParameter)
		}
	}
	_, err = topic.PublishBatch(t.Context(), make([]sns.Message, 100_000)...)
	require.ErrorIs(t, err, sns.ErrTooManyEntriesInBatchRequest)
}

// Clocks far from today: nothing overflows, and nothing that waits is lost.
func TestAbsurdTimes(t *testing.T) {
	for _, year := range []int{1, 1815, 1969, 2200, 2262, 2263, 9999} {
		s := &site{}
		w := since(time.Date(year, 1, 2, 0, 0, 0, 0, time.UTC), sns.WithTransport(sns.HandlerTransport(s)), sns.WithoutQueuePolicies())
		s.clk = w.clk
		topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(365)})
		q, sub := w.raw(t, fifo, "q.fifo", sns.SubscriptionConfig{})
		w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{})
		publish(t, fifo, "m")
		publish(t, topic, "m")
		w.clk.Advance(0)
		require.Len(t, s.take(), 1, year)
		require.Len(t, bodies(t, q), 1, year)
		require.NotEmpty(t, attributes(t, sub))
		begin, err := time.Parse(time.RFC3339, attributes(t, fifo)["BeginningArchiveTime"])
		require.NoError(t, err)
		require.NoError(t, sub.SetConfig(t.Context(), replay(begin, time.Time{})))
		require.NoError(t, w.Delete(t.Context(), topic.ARN()))
	}
}
