package sns_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Section 4: what can be published.

const (
	textNoGroup = "The MessageGroupId parameter is required for FIFO topics"
	textNoDedup = "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
	textDedup   = "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type"
	textType    = "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
)

func withAttribute(name string, a sns.Attribute) sns.Message {
	return sns.Message{Body: "m", Attributes: map[string]sns.Attribute{name: a}}
}

type badMessage struct {
	m    sns.Message
	code sns.Code
	text string
}

// badMessages are refused by standard topics.
func badMessages() []badMessage {
	bad := func(m sns.Message, text string) badMessage {
		return badMessage{m, sns.ErrInvalidParameter, "Invalid parameter: " + text}
	}
	value := func(name string, a sns.Attribute, text string) badMessage {
		return badMessage{withAttribute(name, a), sns.ErrParameterValueInvalid, text}
	}
	empty := func(kind string) string {
		return "The message attribute 'a' must contain non-empty message attribute value for message attribute type '" + kind + "'."
	}
	nameCharacter := func(hex string) string {
		return "Invalid non-alphanumeric character '#x" + hex + "' was found in the message attribute name. " +
			"Can only include alphanumeric characters, hyphens, underscores, or dots."
	}
	const noNumber = "Could not cast message attribute 'a' value to number."
	return []badMessage{
		bad(sns.Message{}, "Empty message"),
		bad(sns.Message{Body: "m", Given: sns.GivenSubject}, "Subject"),
		bad(sns.Message{Body: "m", Subject: strings.Repeat("é", 101)}, "Subject"),
		bad(sns.Message{Body: "m", Subject: "a\nb"}, "Subject"),
		bad(sns.Message{Body: "m", Subject: "a\rb"}, "Subject"),
		bad(sns.Message{Body: "m", Subject: "a\x01"}, "Subject"),
		bad(sns.Message{Body: "m", Subject: " a"}, "Subject"),
		bad(sns.Message{Body: "m", Subject: "\xff"}, "Subject"),
		bad(sns.Message{Body: "\xff"}, "Message Reason: must be valid UTF-8"),
		bad(sns.Message{Body: strings.Repeat("x", 262_145)}, "Message too long"),
		bad(sns.Message{Body: strings.Repeat("x", 262_144-9), Attributes: map[string]sns.Attribute{"abc": sns.String("1")}}, "Message too long"),
		bad(sns.Message{Body: strings.Repeat("x", 262_144-9), Attributes: map[string]sns.Attribute{"abc": sns.Binary([]byte{1})}}, "Message too long"),
		bad(sns.Message{Body: "m", DedupID: "d"}, textDedup),
		bad(sns.Message{Body: "m", Given: sns.GivenDedupID}, textDedup),
		bad(sns.Message{Body: "m", Given: sns.GivenGroupID}, "MessageGroupId Reason: must be 1 to 128 alphanumeric or punctuation characters"),
		bad(sns.Message{Body: "m", GroupID: "a b"}, "MessageGroupId Reason: must be 1 to 128 alphanumeric or punctuation characters"),
		bad(sns.Message{Body: "m", Structure: "xml"}, "MessageStructure"),
		bad(sns.Message{Body: "m", Given: sns.GivenStructure}, "MessageStructure"),
		bad(sns.Message{Body: "m", Structure: "json"}, "Message Structure - JSON message body failed to parse"),
		bad(sns.Message{Body: `{"default":"m"}x`, Structure: "json"}, "Message Structure - JSON message body failed to parse"),
		bad(sns.Message{Body: `["default"]`, Structure: "json"}, "Message Structure - JSON message body failed to parse"),
		bad(sns.Message{Body: `{"sqs":"m"}`, Structure: "json"}, "Message Structure - No default entry in JSON message body"),
		bad(sns.Message{Body: `{"default":1}`, Structure: "json"}, "Message Structure - No default entry in JSON message body"),
		bad(sns.Message{Body: `{"default":null}`, Structure: "json"}, "Message Structure - No default entry in JSON message body"),

		value("a", sns.Attribute{Type: "String"}, empty("String")),
		value("a", sns.Attribute{Type: "Number"}, empty("Number")),
		value("a", sns.Attribute{Type: "Binary"}, empty("Binary")),
		value("a", sns.Attribute{Type: "String.x"}, empty("String.x")),
		{withAttribute("a", sns.Attribute{Text: "x"}), sns.ErrValidation,
			"1 validation error detected: Value null at 'messageAttributes.a.member.dataType' failed to satisfy constraint: Member must not be null"},
		value("a", sns.Attribute{Type: "Binary", Text: "x"}, "The message attribute 'a' with type 'Binary' must use field 'Binary'."),
		value("a", sns.Attribute{Type: "String", Binary: []byte("x")}, "The message attribute 'a' with type 'String' must use field 'String'."),
		value("a", sns.Attribute{Type: "Number", Binary: []byte("1")}, "The message attribute 'a' with type 'Number' must use field 'String'."),
		value("a", sns.Attribute{Type: "String.", Text: "x"}, textType),
		value("a", sns.Attribute{Type: "Stringprefixed", Text: "x"}, textType),
		value("a", sns.Attribute{Type: "string", Text: "x"}, textType),
		value("a", sns.Attribute{Type: "InvalidType", Text: "x"}, textType),
		value("a", sns.Attribute{Type: "String.\xff", Text: "x"}, textType),
		value("a", sns.String("\xff"), "The message attribute 'a' must be valid UTF-8."),
		value(strings.Repeat("a", 257), sns.String("x"), "Length of message attribute name must be less than 256 bytes."),
		value("a^b$", sns.String("x"), nameCharacter("5E")),
		value("a b", sns.String("x"), nameCharacter("20")),
		value("é", sns.String("x"), nameCharacter("E9")),
		value(".a", sns.String("x"), "Invalid message attribute name starting with character '.' was found."),
		value("a.", sns.String("x"), "Invalid message attribute name ending with character '.' was found."),
		value("a..b", sns.String("x"), "Message attribute name can not have successive '.' character."),
		value("", sns.String("x"), "The message attribute name must not be empty."),
		value("a", sns.Number("x"), noNumber), value("a", sns.Number("1_0"), noNumber), value("a", sns.Number("0x10"), noNumber),
		value("a", sns.Number("NaN"), noNumber), value("a", sns.Number("1 "), noNumber), value("a", sns.Number("-"), noNumber),
	}
}

func TestBadMessages(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	for i, row := range badMessages() {
		_, err := topic.Publish(t.Context(), row.m)
		refused(t, err, row.code, row.text, i)
		_, err = w.Broker.Publish(t.Context(), sns.Target{TargetARN: topic.ARN()}, row.m)
		refused(t, err, row.code, row.text, i)
		_, err = topic.PublishBatch(t.Context(), sns.Message{Body: "good"}, row.m)
		text := strings.Replace(row.text, "'messageAttributes", "'publishBatchRequestEntries.2.member.messageAttributes", 1)
		switch {
		case row.m.Body != "" && len(row.m.Body) > 200_000:
			refused(t, err, sns.ErrBatchRequestTooLong, "The length of all the messages put together is more than the limit.", i)
		default:
			refused(t, err, row.code, text, i)
		}
	}
	require.Empty(t, bodies(t, q), "one bad entry refuses all")
}

func TestGoodMessages(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	for i, m := range []sns.Message{
		{Body: "m", Subject: strings.Repeat("é", 100)}, {Body: "m", Subject: "!"}, {Body: " "}, {Body: "\t\n"},
		{Body: strings.Repeat("x", 262_144)}, {Body: strings.Repeat("x", 262_144-10), Attributes: map[string]sns.Attribute{"abc": sns.String("1")}},
		{Body: strings.Repeat("x", 262_144), Subject: "not counted"},
		{Body: "m", GroupID: strings.Repeat("g", 128)},
		{Body: `{"default":"1","default":"m","lambda":{"x":1},"other":[]}`, Structure: "json"},
		withAttribute("a", sns.Attribute{Type: "String.prefixed", Text: "x"}), withAttribute("a", sns.Attribute{Type: "String.  prefixed.", Text: "x"}),
		withAttribute(strings.Repeat("a", 256), sns.String("x")), withAttribute("a.b-c_D1", sns.Number("-1.5e+10")), withAttribute("a", sns.Number("99.12")),
		withAttribute("a", sns.Attribute{Type: "String.Array", Text: "no array"}), withAttribute("AWS.SNS.SMS.SenderID", sns.String("x")),
		withAttribute("a", sns.Number("1e999")), withAttribute("a", sns.Attribute{Type: "Binary.png", Binary: []byte{0xff}}),
	} {
		p := publishMessage(t, topic, m)
		require.NotZero(t, p.ID, i)
		require.True(t, p.SequenceNumber.IsZero())
	}
	require.Equal(t, "", sns.SequenceNumber{}.String())
	require.NotEmpty(t, drain(t, q))
}

// Of several faults the first in this order is named: subject, empty message, attributes, size, ids, structure, target.
func TestOrderOfChecks(t *testing.T) {
	w := fake()
	fifo := w.topic(t, "x.fifo", sns.Config{ContentDedup: new(false)})
	standard := w.topic(t, "x", sns.Config{})
	m := sns.Message{Subject: "\n", Structure: "json", Attributes: map[string]sns.Attribute{"^": {}, "a": sns.String(strings.Repeat("x", 262_144))}}
	publish := func(topic sns.Topic) error { _, err := topic.Publish(t.Context(), m); return err }
	missing := w.Topic(arnPrefix + "missing.fifo")
	each := func(text string) {
		t.Helper()
		for _, topic := range []sns.Topic{fifo, missing} {
			require.ErrorContains(t, publish(topic), text)
		}
	}
	each("Invalid parameter: Subject")
	m.Subject = ""
	each("Empty message")
	m.Body = "m"
	each("1 validation error detected")
	m.Attributes["^"] = sns.String("x")
	each("#x5E")
	delete(m.Attributes, "^")
	each("Message too long")
	m.Attributes = nil
	each(textNoGroup)
	m.GroupID = "g"
	require.ErrorContains(t, publish(fifo), textNoDedup)
	m.DedupID = "d"
	each("JSON message body failed to parse")
	require.ErrorContains(t, publish(standard), textDedup)
	m.Body = `{"default":"m"}`
	require.NoError(t, publish(fifo))
	require.ErrorContains(t, publish(missing), "Topic does not exist")
}

func TestTargets(t *testing.T) {
	w := fake()
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
	publish := func(to sns.Target, m sns.Message) error { _, err := w.Broker.Publish(t.Context(), to, m); return err }
	m := sns.Message{Body: "m"}
	require.NoError(t, publish(sns.Target{TopicARN: topic.ARN()}, m))
	require.NoError(t, publish(sns.Target{TargetARN: topic.ARN()}, m))
	require.NoError(t, publish(sns.Target{TargetARN: fifo.ARN()}, sns.Message{Body: "m", GroupID: "g"}))
	invalid(t, publish(sns.Target{TargetARN: fifo.ARN()}, m), textNoGroup)
	invalid(t, publish(sns.Target{}, m), "TopicArn or TargetArn Reason: no value for required parameter")
	for _, to := range []sns.Target{
		{TopicARN: topic.ARN(), TargetARN: topic.ARN()}, {TopicARN: topic.ARN(), PhoneNumber: "+123456"}, {TargetARN: topic.ARN(), PhoneNumber: "+123456"},
	} {
		require.ErrorIs(t, publish(to, m), sns.ErrInvalidParameter)
	}
	invalid(t, publish(sns.Target{TargetARN: "x"}, m), "TargetArn Reason: An ARN must have at least 6 elements, not 1")
	refused(t, publish(sns.Target{TargetARN: arnPrefix + "missing"}, m), sns.ErrNotFound, "Topic does not exist")
	invalid(t, publish(sns.Target{TopicARN: "arn:aws:sns:eu-west-1:" + account + ":x"}, m), "TopicArn")
}

// Each subscription gets the text of its protocol, else that for all. http is not for https; what is no text does not count.
func TestMessageStructure(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{Raw: new(true)})
	w.web(t, s, topic, "https://a/", sns.SubscriptionConfig{Raw: new(true)})
	for _, to := range []sns.Endpoint{sns.ToEmail("a@b"), sns.ToEmailJSON("c@d")} {
		w.confirm(t, subscribe(t, topic, to, sns.SubscriptionConfig{}))
	}
	got := map[string]string{}
	subscribe(t, topic, w.Function("f", func(_ context.Context, e sns.FunctionEvent) error {
		got["lambda"] = e.Records[0].SNS.Message
		return nil
	}), sns.SubscriptionConfig{})
	subscribe(t, topic, w.Stream("s", func(_ context.Context, record []byte) error { got["firehose"] = string(record); return nil }),
		sns.SubscriptionConfig{Raw: new(true), Attributes: map[string]string{"SubscriptionRoleArn": "r"}})
	read := func() map[string]string {
		w.clk.Advance(0)
		got["sqs"] = one(t, q).Body
		for _, p := range s.take() {
			scheme, _, _ := strings.Cut(p.url, ":")
			got[scheme] = p.body
		}
		mails := w.Emails("a@b")
		got["email"], _, _ = strings.Cut(mails[len(mails)-1].Body, "\n")
		mails = w.Emails("c@d")
		got["email-json"] = message(t, mails[len(mails)-1].Body)
		return got
	}
	body, want := `{"default":"all"`, map[string]string{}
	for _, protocol := range []string{"sqs", "http", "https", "email", "email-json", "lambda", "firehose"} {
		want[protocol] = "for " + protocol
		body += fmt.Sprintf(`,"%s":"for %s"`, protocol, protocol)
	}
	publishMessage(t, topic, sns.Message{Body: body + "}", Structure: "json"})
	require.Equal(t, want, read())
	publishMessage(t, topic, sns.Message{Body: `{"default":"all","http":"for http","sqs":7,"email":{"a":"b"},"lambda":null}`, Structure: "json"})
	for protocol := range want {
		want[protocol] = "all"
	}
	want["http"] = "for http"
	require.Equal(t, want, read())
}

// The publisher keeps what it published: the broker has copies.
func TestMessagesAreCopied(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	ran := 0
	fails := true
	f := func(_ context.Context, e sns.FunctionEvent) error {
		if ran++; fails {
			return fmt.Errorf("no")
		}
		require.Equal(t, "AQI=", e.Records[0].SNS.MessageAttributes["a"].Value)
		return nil
	}
	subscribe(t, topic, w.Function("f", f), sns.SubscriptionConfig{})
	data := []byte{1, 2}
	as := map[string]sns.Attribute{"a": sns.Binary(data)}
	publishMessage(t, topic, sns.Message{Body: "m", Attributes: as})
	data[0] = 9
	delete(as, "a")
	fails = false
	w.clk.Advance(day)
	require.Equal(t, 5, ran)
}

// A group id of a standard topic goes to standard queues only.
func TestGroupsOfStandardTopics(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	publishMessage(t, topic, sns.Message{Body: "m", GroupID: "g"})
	m := one(t, q)
	require.Equal(t, "g", m.GroupID)
	require.Empty(t, m.DedupID)
}

func TestTraceHeader(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	publishMessage(t, topic, sns.Message{Body: "m", TraceHeader: "Root=1"})
	require.Equal(t, "Root=1", one(t, q).TraceHeader)
}
