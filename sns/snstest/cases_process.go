package snstest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Endpoints in the process: functions, streams, e-mail.
func processCases() []Case {
	all := []Case{
		recorded("7.4", "event", "a function gets an event with one record", functionEvent).needs(NeedFunctions),
		recorded("7.4", "event-absent", "subject and attributes stand in it also when there are none", functionEventAbsent).needs(NeedFunctions),
		recorded("7.4", "event-version", "it says signature version 1, whatever the topic's", functionVersion).needs(NeedFunctions | NeedSigning),
		recorded("10.4", "dead-letter", "the dead-letter queue of a function gets an envelope", functionDeadLetter).needs(NeedFunctions),
		documented("10.2", "retries", "a function that fails is tried again: three times at once, twice after a second", functionRetries).
			needs(NeedFunctions).instant(),
		documented("10.1", "panic", "one that panics has failed, and nobody else is affected", functionPanics).needs(NeedFunctions).instant(),
		documented("7.5", "record", "a stream gets envelopes without signature", streamRecord).needs(NeedStreams),
		documented("7.5", "record-raw", "raw delivery to a stream is the text alone", streamRaw).needs(NeedStreams),
		documented("7.6", "email", "an e-mail has the text, and the subject of the message or a fixed one", emailText).needs(NeedEmails),
		documented("7.6", "email-json", "an e-mail in JSON has the envelope", emailJSON).needs(NeedEmails),
	}
	for i := range all {
		all[i] = all[i].exact() // on AWS they are far away, and may be called twice
	}
	return all
}

// invoked are the events that a function got.
type invoked struct {
	mu  sync.Mutex
	all []sns.FunctionEvent
}

// add adds an event, and returns how many there are now.
func (i *invoked) add(ev sns.FunctionEvent) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.all = append(i.all, ev)
	return len(i.all)
}

func (i *invoked) events() []sns.FunctionEvent {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.all)
}

// function subscribes a function, which fails as often as it is told at first.
func (e *Env) function(t sns.Topic, cfg sns.SubscriptionConfig, failures int) *invoked {
	got := &invoked{}
	e.subscribe(t, e.Function(e.name(), func(_ context.Context, ev sns.FunctionEvent) error {
		if got.add(ev) <= failures {
			return errors.New("not now")
		}
		return nil
	}), cfg)
	return got
}

// event returns the record of the only event, in JSON.
func (e *Env) event(got *invoked) (record map[string]any, message map[string]any) {
	require.Len(e, got.events(), 1)
	text, err := json.Marshal(got.events()[0])
	e.ok(err)
	var ev struct{ Records []map[string]any }
	e.ok(json.Unmarshal(text, &ev))
	require.Len(e, ev.Records, 1)
	message, _ = ev.Records[0]["Sns"].(map[string]any)
	return ev.Records[0], message
}

func functionEvent(e *Env) {
	t := e.topic(sns.Config{})
	got := e.function(t, sns.SubscriptionConfig{}, 0)
	p := e.put(t, sns.Message{Body: "text", Subject: "the subject", Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
	r, m := e.event(got)
	assert.Equal(e, "aws:sns", r["EventSource"])
	assert.Equal(e, "1.0", r["EventVersion"])
	assert.Equal(e, e.listed(t)[0].ARN, r["EventSubscriptionArn"])
	for name, want := range map[string]any{
		"Type": "Notification", "MessageId": p.ID.String(), "TopicArn": t.ARN(), "Subject": "the subject", "Message": "text",
		"MessageAttributes": map[string]any{"a": map[string]any{"Type": "String", "Value": "v"}},
	} {
		assert.Equal(e, want, m[name], name)
	}
	for _, name := range []string{"Timestamp", "Signature", "SigningCertUrl", "UnsubscribeUrl"} {
		assert.NotEmpty(e, m[name], name)
	}
}

func functionEventAbsent(e *Env) {
	t := e.topic(sns.Config{})
	got := e.function(t, sns.SubscriptionConfig{}, 0)
	e.publish(t, "text")
	_, m := e.event(got)
	subject, ok := m["Subject"]
	assert.True(e, ok && subject == nil, "Subject is null")
	assert.Equal(e, map[string]any{}, m["MessageAttributes"])
}

func functionVersion(e *Env) {
	t := e.topic(sns.Config{SignatureVersion: new(2)})
	got := e.function(t, sns.SubscriptionConfig{}, 0)
	e.publish(t, "text")
	_, m := e.event(got)
	text, err := json.Marshal(m)
	e.ok(err)
	e.signed(string(text), 1)
}

func functionDeadLetter(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queue(false)
	missing := sns.ToFunction("arn:" + part(t.ARN(), 1) + ":lambda:" + part(t.ARN(), 3) + ":" + part(t.ARN(), 4) + ":function:" + e.name())
	e.subscribe(t, missing, sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	e.publish(t, "text")
	r := e.one(dlq)
	assert.ElementsMatch(e, standardFields, members(r.Body))
	assert.Equal(e, "text", envelopeOf(r.Body)["Message"])
}

func functionRetries(e *Env) {
	t := e.topic(sns.Config{})
	got := e.function(t, sns.SubscriptionConfig{}, 5)
	e.publish(t, "text")
	assert.Equal(e, 4, len(got.events()))
	for _, want := range []int{5, 6} {
		e.Wait(time.Second - time.Millisecond)
		assert.Equal(e, want-1, len(got.events()))
		e.Wait(time.Millisecond)
		assert.Equal(e, want, len(got.events()))
	}
	e.Wait(time.Hour)
	assert.Equal(e, 6, len(got.events()))
}

func functionPanics(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queue(false)
	e.subscribe(t, e.Function(e.name(), func(context.Context, sns.FunctionEvent) error { panic("out of cheese") }),
		sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	q := e.subscriber(t, raw())
	e.publish(t, "text")
	e.gets(q, "text")
}

// stream subscribes a delivery stream and returns the records that it gets.
func (e *Env) stream(t sns.Topic, cfg sns.SubscriptionConfig) *[]string {
	got := &[]string{}
	cfg.Attributes = map[string]string{"SubscriptionRoleArn": "arn:aws:iam::" + part(t.ARN(), 4) + ":role/r"}
	e.subscribe(t, e.Stream(e.name(), func(_ context.Context, record []byte) error {
		*got = append(*got, string(record))
		return nil
	}), cfg)
	return got
}

func streamRecord(e *Env) {
	t := e.topic(sns.Config{})
	got := e.stream(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "text", Subject: "the subject", Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
	require.Len(e, *got, 1)
	assert.Equal(e, []string{"Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "UnsubscribeURL", "MessageAttributes"},
		members((*got)[0]))
}

func streamRaw(e *Env) {
	t := e.topic(sns.Config{})
	got := e.stream(t, raw())
	e.put(t, sns.Message{Body: "text", Subject: "the subject"})
	assert.Equal(e, []string{"text"}, *got)
}

// mailbox subscribes an address and confirms it.
func (e *Env) mailbox(t sns.Topic, to sns.Endpoint) {
	e.subscribe(t, to, sns.SubscriptionConfig{})
	_, err := e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: t.ARN(), Token: e.Emails(to.Address)[0].Token})
	e.ok(err)
}

func emailText(e *Env) {
	t := e.topic(sns.Config{})
	to := sns.ToEmail(e.name() + "@example.com")
	e.mailbox(t, to)
	e.put(t, sns.Message{Body: "text", Subject: "the subject"})
	e.publish(t, "text")
	got := e.Emails(to.Address)
	require.Len(e, got, 3)
	assert.Equal(e, "the subject", got[1].Subject)
	assert.Contains(e, got[1].Body, "text")
	assert.Equal(e, "AWS Notification Message", got[2].Subject)
}

func emailJSON(e *Env) {
	t := e.topic(sns.Config{})
	to := sns.ToEmailJSON(e.name() + "@example.com")
	e.mailbox(t, to)
	e.publish(t, "text")
	got := e.Emails(to.Address)
	require.Len(e, got, 2)
	assert.ElementsMatch(e, standardFields, members(got[1].Body))
}
