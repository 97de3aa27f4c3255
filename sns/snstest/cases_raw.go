package snstest

import (
	"fmt"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func rawCases() []Case {
	return []Case{
		recorded("7.2", "body", "raw delivery hands on the text and nothing else", rawBody),
		recorded("7.2", "attributes", "attributes become those of the queue's message", rawAttributes),
		recorded("7.2", "ten", "ten attributes are delivered", rawTen),
		observed("7.2", "eleven", "with more the message is lost to this subscriber, and the publish succeeds", rawEleven),
		observed("7.2", "eleven-dead-letter", "the dead-letter queue of such a subscriber refuses the message for the same reason", rawElevenDeadLetter),
		inferred("7.2", "refused-by-queue", "attributes that a queue refuses lose the message likewise", rawRefused),
		recorded("7.2", "changed", "raw delivery can be switched on and off", rawChanged),
		recorded("7.2", "beside", "raw and enveloped subscribers stand side by side", rawBeside),
	}
}

func rawBody(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	e.put(t, sns.Message{Body: "{\"any\": \"text\"}\n", Subject: "the subject"})
	r := e.one(q)
	assert.Equal(e, "{\"any\": \"text\"}\n", r.Body)
	assert.Empty(e, r.Attributes)
}

func rawAttributes(e *Env) {
	as := map[string]sns.Attribute{
		"attr1": sns.Number("99.12"), "attr2": sns.String("text"), "attr3": sns.Binary([]byte{1, 2, 3}), "attr4": {Type: "String.x", Text: "y"},
	}
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	e.put(t, sns.Message{Body: "m", Attributes: as})
	r := e.one(q)
	assert.Len(e, r.Attributes, len(as))
	for name, a := range as {
		assert.Equal(e, a, sns.Attribute(r.Attributes[name]), name)
	}
}

func numbered(n int) map[string]sns.Attribute {
	as := map[string]sns.Attribute{}
	for i := range n {
		as[fmt.Sprint("attr", i)] = sns.String("v")
	}
	return as
}

func rawTen(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	e.put(t, sns.Message{Body: "m", Attributes: numbered(10)})
	assert.Len(e, e.one(q).Attributes, 10)
}

func rawEleven(e *Env) {
	t := e.topic(sns.Config{})
	r, q := e.subscriber(t, raw()), e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "m", Attributes: numbered(11)})
	assert.Len(e, e.note(q)["MessageAttributes"], 11)
	e.none(r)
}

func rawElevenDeadLetter(e *Env) {
	t := e.topic(sns.Config{})
	dlq := e.queue(false)
	e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), DeadLetter: new(dlq.ARN())})
	e.put(t, sns.Message{Body: "m", Attributes: numbered(11)})
	e.none(dlq) // which refuses it for the same reason
}

func rawRefused(e *Env) {
	t := e.topic(sns.Config{})
	r, q := e.subscriber(t, raw()), e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "m", Attributes: map[string]sns.Attribute{"AWS.SNS.SMS.SenderID": sns.String("me")}})
	e.gets(q, "m")
	e.none(r)
}

func rawChanged(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	for _, on := range []bool{true, false} {
		e.set(s, sns.SubscriptionConfig{Raw: &on})
		e.publish(t, "m")
		assert.Equal(e, on, e.one(q).Body == "m")
	}
}

func rawBeside(e *Env) {
	t := e.topic(sns.Config{})
	r, q := e.subscriber(t, raw()), e.subscriber(t, sns.SubscriptionConfig{})
	e.publish(t, "m")
	assert.Equal(e, "m", e.one(r).Body)
	assert.Equal(e, "m", e.note(q)["Message"])
}
