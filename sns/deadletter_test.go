package sns_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Sections 10.4 and 11: dead-letter queues, and queues that do not let a topic send.

// The dead letter is what the endpoint would have got.
func TestDeadLetterBodies(t *testing.T) {
	for _, raw := range []bool{false, true} {
		s := &site{}
		w := withSite(s)
		topic := w.topic(t, "x", sns.Config{})
		dlq := w.queue(t, "dlq")
		cfg := sns.SubscriptionConfig{DeadLetter: new(dlq.ARN()), Raw: &raw}
		check := func(kind string, sub sns.Subscription) {
			p := publishMessage(t, topic, full())
			w.clk.Advance(time.Hour)
			m := one(t, dlq)
			if raw {
				require.Equal(t, full().Body, m.Body, kind)
				require.Len(t, m.Attributes, 4, kind)
			} else {
				require.Empty(t, m.Attributes, kind)
				e := object(t, m.Body)
				require.Equal(t, p.ID.String(), e["MessageId"], kind)
				require.Equal(t, full().Body, e["Message"], kind)
				require.Contains(t, e["UnsubscribeURL"], sub.ARN(), kind)
				require.Equal(t, kind == "stream", e["Signature"] == nil, kind)
			}
			require.NoError(t, sub.Unsubscribe(t.Context()))
		}
		check("queue", subscribe(t, topic, sns.ToQueue(queuePrefix+"missing"), cfg))
		web := w.web(t, s, topic, "http://a/", cfg)
		s.answer = status(http.StatusNotFound)
		check("web", web)
		withRole := cfg
		withRole.Attributes = map[string]string{"SubscriptionRoleArn": "r"}
		check("stream", subscribe(t, topic, w.Stream("s", nil), withRole))
		if !raw {
			check("function", subscribe(t, topic, w.Function("f", nil), cfg))
		}
	}
}

// A FIFO dead-letter queue keeps group and deduplication id.
func TestDeadLettersOfFIFO(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	dlq, loose := w.queue(t, "dlq.fifo"), w.queue(t, "dlq")
	subscribe(t, topic, sns.ToQueue(queuePrefix+"missing.fifo"), sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	subscribe(t, topic, sns.ToQueue(queuePrefix+"missing"), sns.SubscriptionConfig{DeadLetter: new(loose.ARN())})
	publishMessage(t, topic, sns.Message{Body: "m", GroupID: "g", DedupID: "d"})
	m := one(t, dlq)
	require.Equal(t, []string{"g", "d"}, []string{m.GroupID, m.DedupID})
	m = one(t, loose)
	require.Empty(t, m.GroupID+m.DedupID)
}

// The dead-letter queue is the one that is set when the message is given up.
func TestDeadLetterSetWhileFailing(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	sub := w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{DeliveryPolicy: new(fewTries)})
	s.answer = status(500)
	one, two := w.queue(t, "one"), w.queue(t, "two")
	set := func(arn string) {
		require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{DeadLetter: &arn}))
	}
	j := w.Record()
	publish(t, topic, "lost")
	w.clk.Advance(time.Minute)
	require.Equal(t, 1, j.Count(sns.EventLost))
	publish(t, topic, "1")
	w.clk.Advance(0)
	set(one.ARN())
	w.clk.Advance(time.Minute)
	publish(t, topic, "2")
	set(two.ARN())
	w.clk.Advance(time.Minute)
	publish(t, topic, "lost, too")
	set("")
	w.clk.Advance(time.Minute)
	require.Len(t, drain(t, one), 1)
	require.Len(t, drain(t, two), 1)
	require.Equal(t, 2, j.Count(sns.EventLost))
	set(queuePrefix + "missing")
	publish(t, topic, "lost as well")
	w.clk.Advance(time.Minute)
	require.Equal(t, 3, j.Count(sns.EventLost))
	last := ""
	for e := range j.Events() {
		last = e.Reason
	}
	require.Contains(t, last, "the endpoint answered 500; and by its dead-letter queue: ")
}

// A queue must let the topic send, the dead-letter queue too; nobody is told but the journal, and nothing comes back later.
func TestQueuePolicies(t *testing.T) {
	w := strict()
	topic := w.topic(t, "x", sns.Config{})
	q, dlq := w.queue(t, "q"), w.queue(t, "dlq")
	sub := subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{Raw: new(true), DeadLetter: new(dlq.ARN())})
	require.False(t, sub.Pending())
	j := w.Record()
	allow := func(q sqs.Queue, policy string) {
		require.NoError(t, q.SetConfig(t.Context(), sqs.Config{Policy: &policy}))
	}
	counts := func() [4]int {
		return [4]int{j.Count(sns.EventDelivered), j.Count(sns.EventFailed), j.Count(sns.EventDeadLettered), j.Count(sns.EventLost)}
	}
	publish(t, topic, "1")
	require.Equal(t, [4]int{0, 0, 0, 1}, counts())
	allow(dlq, sns.QueuePolicy(dlq.ARN(), topic.ARN()))
	publish(t, topic, "2")
	require.Equal(t, [4]int{0, 0, 1, 1}, counts())
	require.Equal(t, []string{"2"}, bodies(t, dlq))
	allow(q, sns.QueuePolicy(q.ARN(), arnPrefix+"other"))
	publish(t, topic, "3")
	require.Equal(t, [4]int{0, 0, 2, 1}, counts())
	allow(q, sns.QueuePolicy(q.ARN(), topic.ARN()))
	publish(t, topic, "4")
	require.Equal(t, [4]int{1, 0, 2, 1}, counts())
	require.Equal(t, []string{"4"}, bodies(t, q))
	bySource := strings.Replace(allowing("sqs:SendMessage", q.ARN()), `"Effect"`,
		`"Condition":{"StringEquals":{"aws:SourceAccount":"`+account+`"}},"Effect"`, 1)
	allow(q, bySource)
	publish(t, topic, "5")
	allow(q, strings.Replace(bySource, account, foreign, 1)) // the first occurrence is the condition's
	publish(t, topic, "6")
	allow(q, strings.Replace(sns.QueuePolicy(q.ARN(), topic.ARN()), "sns.amazonaws.com", "s3.amazonaws.com", 1))
	publish(t, topic, "7")
	require.Equal(t, []string{"5"}, bodies(t, q))
	require.Equal(t, "false", attributes(t, sub)["PendingConfirmation"])
	require.Zero(t, w.clk.Timers())
}

// Queues of other accounts and regions are delivered to; Subscribe is called in the topic's.
func TestElsewhere(t *testing.T) {
	for name, w := range map[string]*world{"strict": strict(), "trusting": fake()} {
		t.Run(name, func(t *testing.T) {
			topic := w.topic(t, "x", sns.Config{})
			for _, caller := range []sqs.Caller{{Region: "eu-west-1"}, {Account: foreign}, {Account: foreign, Region: "eu-west-1"}} {
				ctx := sqs.WithCaller(t.Context(), caller)
				made, err := w.queues.Create(ctx, "q", sqs.Config{})
				require.NoError(t, err)
				q := w.queues.Queue(ctx, made.ARN())
				if name == "strict" {
					require.NoError(t, q.SetConfig(ctx, sqs.Config{Policy: new(sns.QueuePolicy(q.ARN(), topic.ARN()))}))
				}
				sub := subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{Raw: new(true)})
				receive := func() []string {
					got, err := q.Receive(ctx, sqs.ReceiveOptions{Max: 10})
					require.NoError(t, err)
					all := []string{}
					for _, m := range got {
						all = append(all, m.Body)
						require.NoError(t, q.Delete(ctx, m.Receipt))
					}
					return all
				}
				if sub.Pending() {
					require.Len(t, receive(), 1)
					w.confirm(t, sub)
				}
				publish(t, topic, "m")
				require.Equal(t, []string{"m"}, receive())
			}
			_, err := topic.Subscribe(sns.WithCaller(t.Context(), sns.Caller{Region: "eu-west-1"}), sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
			invalid(t, err, "TopicArn")
		})
	}
}

// Streams that fail are tried again; what was retried reaches the endpoint as it was.
func TestStreamRetry(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	calls, got := 0, ""
	s := w.Stream("s", func(_ context.Context, record []byte) error {
		if calls++; calls < 6 {
			return errors.New("no")
		}
		got = string(record)
		return nil
	})
	subscribe(t, topic, s, sns.SubscriptionConfig{Raw: new(true), Attributes: map[string]string{"SubscriptionRoleArn": "r"}})
	publish(t, topic, "m", "next")
	w.clk.Advance(3 * time.Second)
	require.Equal(t, 7, calls)
	require.Equal(t, "m", got, "the first, on its first retry with a pause")
}

// A dead-letter queue is of the account that owns the subscription, and of the topic's region, wherever the endpoint is. (The text is
// that of a target that is no queue: nobody has recorded this one.)
func TestDeadLetterOfAnotherPlace(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:Subscribe", topic.ARN())))
	const text = "RedrivePolicy: deadLetterTargetArn is an invalid arn"
	here, theirs := queuePrefix+"dlq", "arn:aws:sqs:us-east-1:"+foreign+":dlq"
	own, guest := t.Context(), sns.WithCaller(t.Context(), sns.Caller{Account: foreign, ARN: "arn:aws:iam::" + foreign + ":user/u"})
	for n, row := range []struct {
		ctx      context.Context
		to       string
		yes, not []string
	}{
		{own, queuePrefix + "q", []string{here}, []string{theirs, strings.Replace(here, "us-east-1", "us-west-2", 1)}},
		{own, strings.Replace(queuePrefix, "us-east-1", "us-west-2", 1) + "q", []string{here}, []string{strings.Replace(here, "us-east-1", "us-west-2", 1)}},
		{guest, strings.Replace(theirs, "dlq", "q", 1), []string{theirs}, []string{here}},
	} {
		for _, dlq := range row.not {
			_, err := topic.Subscribe(row.ctx, sns.ToQueue(row.to), sns.SubscriptionConfig{DeadLetter: &dlq})
			invalid(t, err, "Attributes Reason: "+text)
		}
		require.Len(t, w.Peek("x").Subscriptions, n)
		sub, err := topic.Subscribe(row.ctx, sns.ToQueue(row.to), sns.SubscriptionConfig{})
		require.NoError(t, err)
		for _, dlq := range row.not {
			invalid(t, sub.SetConfig(row.ctx, sns.SubscriptionConfig{DeadLetter: &dlq, Raw: new(true)}), text)
			require.Equal(t, "false", attributes(t, sub)["RawMessageDelivery"])
			require.NotContains(t, attributes(t, sub), "RedrivePolicy")
		}
		for _, dlq := range row.yes {
			require.NoError(t, sub.SetConfig(own, sns.SubscriptionConfig{DeadLetter: &dlq}), "also by the owner of the topic")
			again, err := topic.Subscribe(own, sns.ToQueue(row.to), sns.SubscriptionConfig{DeadLetter: &dlq})
			require.NoError(t, err)
			require.Equal(t, sub.ARN(), again.ARN())
		}
	}
}
