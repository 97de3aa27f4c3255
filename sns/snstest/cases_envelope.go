package snstest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

func envelopeCases() []Case {
	return []Case{
		recorded("7.1", "standard", "an envelope of a standard topic has its fields", envelopeStandard),
		recorded("7.1", "order", "they stand in their order", envelopeOrder).exact(),
		recorded("7.1", "subject", "a subject stands in the envelope if it was given", envelopeSubject),
		recorded("7.1", "attributes", "message attributes stand in it with type and value; numbers stay as they were written", envelopeAttributes),
		recorded("7.1", "fifo", "an envelope of a FIFO topic has a sequence number and no signature", envelopeFIFO),
		recorded("7.1", "fifo-standard-queue", "so it has in a standard queue", envelopeFIFOStandardQueue),
		recorded("7.1", "message-id", "the envelope has the id of the publish, the queue's message another", envelopeMessageID),
		recorded("7.1", "no-attributes", "the queue's message has no attributes of its own", envelopeNoAttributes),
		recorded("7.1", "timestamp", "the timestamp is that of the publish, with three decimals", envelopeTimestamp),
		recorded("7.1", "unsubscribe-url", "the URL to unsubscribe names the subscription", envelopeUnsubscribeURL),
		recorded("7.1", "escaped", "any text comes through", envelopeEscaped),
		recorded("7.1", "sender", "the sender of the queue's message is the service", envelopeSender),
		recorded("7.1", "one-for-all", "all subscribers get the same message", envelopeOneForAll),
		recorded("8", "signed", "signatures of both versions verify, with and without a subject", envelopeSigned).needs(NeedSigning),
		recorded("4.8", "trace", "a trace header is passed on to queues", envelopeTrace),
	}
}

const timestamp = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$`

// signed demands that a signature verifies.
func (e *Env) signed(envelope string, version int) {
	e.ok(sns.Verify(e.Ctx, []byte(envelope), e.Certificate))
	assert.Equal(e, map[int]string{1: "1", 2: "2"}[version], envelopeOf(envelope)["SignatureVersion"])
}

var standardFields = []string{"Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL",
	"UnsubscribeURL"}

func envelopeStandard(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.publish(t, "text")
	r := e.one(q)
	assert.ElementsMatch(e, standardFields, members(r.Body))
	m := envelopeOf(r.Body)
	require.NotNil(e, m)
	assert.Equal(e, "Notification", m["Type"])
	assert.Equal(e, t.ARN(), m["TopicArn"])
	assert.Equal(e, "text", m["Message"])
	assert.Equal(e, "1", m["SignatureVersion"])
	assert.NotEmpty(e, m["Signature"])
	assert.Regexp(e, `^https?://.*\.pem$`, m["SigningCertURL"])
}

func envelopeOrder(e *Env) {
	t, f := e.topic(sns.Config{}), e.fifo(sns.Config{})
	q, fq := e.subscriber(t, sns.SubscriptionConfig{}), e.subscriber(f, sns.SubscriptionConfig{})
	m := sns.Message{Body: "m", Subject: "s", Attributes: map[string]sns.Attribute{"a": sns.String("v")}}
	e.put(t, m)
	assert.Equal(e, []string{"Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
		"SigningCertURL", "UnsubscribeURL", "MessageAttributes"}, members(e.one(q).Body))
	m.GroupID, m.DedupID = "g", "d"
	e.put(f, m)
	assert.Equal(e, []string{"Type", "MessageId", "SequenceNumber", "TopicArn", "Subject", "Message", "Timestamp", "UnsubscribeURL",
		"MessageAttributes"}, members(e.one(fq).Body))
}

func envelopeSubject(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "m", Subject: "the subject"})
	assert.Equal(e, "the subject", e.note(q)["Subject"])
	e.publish(t, "m")
	assert.NotContains(e, e.note(q), "Subject")
}

func envelopeAttributes(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "m", Attributes: map[string]sns.Attribute{
		"attr1": sns.Number("99.12"), "attr2": sns.String("text"), "attr3": sns.Binary([]byte{1, 2, 3}),
		"attr4": {Type: "String.Array", Text: `["a",1,true,null]`},
	}})
	value := func(kind, v string) any { return map[string]any{"Type": kind, "Value": v} }
	assert.Equal(e, map[string]any{
		"attr1": value("Number", "99.12"), "attr2": value("String", "text"), "attr3": value("Binary", "AQID"),
		"attr4": value("String.Array", `["a",1,true,null]`),
	}, e.note(q)["MessageAttributes"])
}

var fifoFields = []string{"Type", "MessageId", "SequenceNumber", "TopicArn", "Message", "Timestamp", "UnsubscribeURL"}

func envelopeFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	p := e.group(t, "g", "text")[0]
	r := e.one(q)
	assert.ElementsMatch(e, fifoFields, members(r.Body))
	assert.Equal(e, p.SequenceNumber.String(), envelopeOf(r.Body)["SequenceNumber"])
}

func envelopeFIFOStandardQueue(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.queue(false)
	e.subscribe(t, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	e.group(t, "g", "text")
	assert.ElementsMatch(e, fifoFields, members(e.one(q).Body))
}

func envelopeMessageID(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	p := e.publish(t, "m")[0]
	r := e.one(q)
	assert.Equal(e, p.ID.String(), envelopeOf(r.Body)["MessageId"])
	assert.NotEqual(e, p.ID, r.ID)
}

func envelopeNoAttributes(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "m", Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
	assert.Empty(e, e.one(q).Attributes)
}

func envelopeTimestamp(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.publish(t, "m")
	now := e.Now()
	text, _ := e.note(q)["Timestamp"].(string)
	require.Regexp(e, timestamp, text)
	at, err := time.Parse(time.RFC3339Nano, text)
	e.ok(err)
	assert.WithinDuration(e, now, at, time.Minute)
}

func envelopeUnsubscribeURL(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.publish(t, "m")
	assert.Regexp(e, `^https?://[^/]*/\?Action=Unsubscribe&SubscriptionArn=`+s.ARN()+`$`, e.note(q)["UnsubscribeURL"])
}

func envelopeEscaped(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	const text = "{\"a\": \"b\\n\"}\n\t<&>\u2028 ä 世界 🎉 \\ / \x7f"
	e.put(t, sns.Message{Body: text, Subject: `a "subject" ä`, Attributes: map[string]sns.Attribute{"a": sns.String(text)}})
	m := e.note(q)
	assert.Equal(e, text, m["Message"])
	assert.Equal(e, `a "subject" ä`, m["Subject"])
	assert.Equal(e, map[string]any{"a": map[string]any{"Type": "String", "Value": text}}, m["MessageAttributes"])
}

func envelopeSender(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.publish(t, "m")
	assert.Regexp(e, `^AIDA[A-Z0-9]+$`, e.one(q).SenderID)
}

func envelopeOneForAll(e *Env) {
	t := e.topic(sns.Config{})
	var qs []sqs.Queue
	for range 4 {
		qs = append(qs, e.subscriber(t, sns.SubscriptionConfig{}))
	}
	p := e.publish(t, "m")[0]
	for _, q := range qs {
		m := e.note(q)
		assert.Equal(e, p.ID.String(), m["MessageId"])
		assert.Equal(e, "m", m["Message"])
	}
}

func envelopeSigned(e *Env) {
	for _, version := range []int{1, 2} {
		t := e.topic(sns.Config{SignatureVersion: &version})
		q := e.subscriber(t, sns.SubscriptionConfig{})
		for _, subject := range []string{"", "a subject"} {
			e.put(t, sns.Message{Body: "a \"text\"\nof two lines, ä", Subject: subject, Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
			e.signed(e.one(q).Body, version)
		}
	}
}

func envelopeTrace(e *Env) {
	t := e.topic(sns.Config{})
	q, r := e.subscriber(t, sns.SubscriptionConfig{}), e.subscriber(t, raw())
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	e.put(t, sns.Message{Body: "m", TraceHeader: header})
	assert.Equal(e, header, e.one(q).TraceHeader)
	assert.Equal(e, header, e.one(r).TraceHeader)
}
