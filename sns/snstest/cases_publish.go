package snstest

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func publishCases() []Case {
	return append([]Case{
		recorded("4.1", "answer", "a publish is answered with an id, and on FIFO topics with a sequence number", publishAnswer),
		documented("4.1", "nobody", "a publish succeeds also when nobody subscribes", publishNobody),
		recorded("4.1", "later-subscriber", "a later subscriber gets nothing of before", publishLaterSubscriber),
		documented("4.1", "all", "every subscriber gets the message", publishAll),
		inferred("17", "order", "a queue gets messages in the order of publishing", publishOrder).exact(),
		recorded("4.1", "target", "a topic can be published to as a target", publishTarget).needs(NeedDirect),
		recorded("4.1", "target-fifo", "a FIFO topic can be published to as a target", publishTargetFIFO).needs(NeedDirect),
		observed("4.2", "no-target", "a target is required", publishNoTarget).needs(NeedDirect),
		documented("4.2", "two-targets", "two targets are one too many", publishTwoTargets).needs(NeedDirect),
		observed("4.2", "target-parts", "a target is an ARN of six parts", publishTargetParts).needs(NeedDirect),
		observed("4.3", "subject-longest", "a subject of exactly 100 characters is accepted", publishSubjectLongest),
		recorded("4.4", "largest", "262,144 bytes are accepted, attributes included, and no more", publishLargest),
		documented("4.4", "size-binary", "a binary value counts its bytes", publishSizeBinary),
		inferred("4.3", "size-subject", "the subject does not count", publishSizeSubject),
		documented("4.4", "size-by-topic", "MaximumMessageSize moves the limit", publishSizeByTopic),
		contract("3", "ended-context", "a call whose context has ended does nothing", publishEndedContext),
		contract("3", "copied", "what a publisher changes afterwards is not delivered", publishCopied),
	}, append(badMessages(), checkOrder()...)...)
}

// flaws are what a message can be refused for, in the order in which a topic looks for it.
var flaws = []struct {
	source, name, rule string
	spoil              func(*sns.Message)
	code               sns.Code
	text               string
	fifo, standard     bool // on which topics it is a flaw
	batch              bool // and in batches, too
}{
	{"recorded 4.2", "subject", "an empty subject is refused", func(m *sns.Message) { m.Given |= sns.GivenSubject; m.Subject = "" },
		sns.ErrInvalidParameter, "Invalid parameter: Subject", true, true, true},
	{"recorded 4.2", "empty", "an empty message is refused", func(m *sns.Message) { m.Body = "" },
		sns.ErrInvalidParameter, "Invalid parameter: Empty message", true, true, true},
	{"recorded 4.6", "attribute", "a bad message attribute is refused", func(m *sns.Message) {
		m.Attributes = map[string]sns.Attribute{"bad": {Type: "Colour", Text: "red"}}
	}, sns.ErrParameterValueInvalid, textBadType("bad"), true, true, true},
	{"recorded 4.2", "size", "a message that is too large is refused", func(m *sns.Message) { m.Body += strings.Repeat("x", 262_144) },
		sns.ErrInvalidParameter, "Invalid parameter: Message too long", true, true, false},
	{"recorded 4.7", "no-group", "a FIFO topic requires a message group", func(m *sns.Message) { m.GroupID = "" },
		sns.ErrInvalidParameter, "Invalid parameter: The MessageGroupId parameter is required for FIFO topics", true, false, true},
	{"recorded 4.7", "dedup-on-standard", "a standard topic takes no deduplication id", func(m *sns.Message) { m.DedupID = "d" },
		sns.ErrInvalidParameter, "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter " +
			"that is not valid for this topic type", false, true, true},
	{"recorded 4.5", "structure", "a structured message has an entry for all", func(m *sns.Message) { m.Structure = "json"; m.Body = `{}` + m.Body[len(m.Body):] },
		sns.ErrInvalidParameter, "Invalid parameter: Message Structure - No default entry in JSON message body", true, true, true},
}

// plain is a message that every kind of topic takes.
func (e *Env) plain(fifo bool) sns.Message {
	m := sns.Message{Body: "m"}
	if fifo {
		m.GroupID, m.DedupID = "g", e.dedupID()
	}
	return m
}

// badMessages are the flaws, one by one.
func badMessages() []Case {
	var all []Case
	for _, f := range flaws {
		all = append(all, Case{Name: "refused-" + f.name, Source: f.source, Rule: f.rule + ", and nobody gets it", Run: func(e *Env) {
			for _, fifo := range []bool{false, true} {
				if fifo && !f.fifo || !fifo && !f.standard {
					continue
				}
				t := e.topic(sns.Config{})
				if fifo {
					t = e.fifo(sns.Config{})
				}
				q := e.subscriber(t, raw())
				m := e.plain(fifo)
				f.spoil(&m)
				_, err := t.Publish(e.Ctx, m)
				e.refused(err, f.code, f.text)
				e.none(q)
			}
		}})
	}
	subjects := map[string]string{
		"too-long": strings.Repeat("x", 101), "line-break": "two\nlines", "control": "a\x01b", "blank": " begins with a blank",
	}
	for name, subject := range subjects {
		all = append(all, documented("4.3", "subject-"+name,
			"a subject has 100 characters at most, begins with a visible one, and holds no control characters", func(e *Env) {
				_, err := e.topic(sns.Config{}).Publish(e.Ctx, sns.Message{Body: "m", Subject: subject})
				e.invalid(err, "Subject")
			}))
	}
	return append(all, recorded("4.7", "refused-no-dedup", "a FIFO topic needs a deduplication id, or to take that of the content",
		func(e *Env) {
			_, err := e.fifo(sns.Config{}).Publish(e.Ctx, sns.Message{Body: "m", GroupID: "g"})
			e.invalid(err, textNoDedup)
		}))
}

const textNoDedup = "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"

// checkOrder are pairs of flaws: the earlier one is answered.
func checkOrder() []Case {
	var all []Case
	for i, f := range flaws {
		for _, g := range flaws[i+1:] {
			fifo := f.fifo && g.fifo
			if !fifo && !(f.standard && g.standard) {
				continue
			}
			all = append(all, inferred("4.2", f.name+"-before-"+g.name, "of two flaws the service answers the one that it looks for first",
				func(e *Env) {
					t := e.topic(sns.Config{})
					if fifo {
						t = e.fifo(sns.Config{})
					}
					m := e.plain(fifo)
					g.spoil(&m)
					f.spoil(&m)
					_, err := t.Publish(e.Ctx, m)
					e.refused(err, f.code, f.text)
				}))
		}
	}
	return append(all, inferred("4.2", "flaws-before-topic", "the message is looked at before the topic is looked up", func(e *Env) {
		t := e.Topics.Topic(e.topic(sns.Config{}).ARN() + "-other")
		for _, f := range flaws {
			if !f.standard {
				continue
			}
			m := sns.Message{Body: "m"}
			f.spoil(&m)
			_, err := t.Publish(e.Ctx, m)
			e.refused(err, f.code, f.text)
		}
	}))
}

func publishAnswer(e *Env) {
	p := e.publish(e.topic(sns.Config{}), "m")[0]
	assert.True(e, p.SequenceNumber.IsZero(), p.SequenceNumber)
	p = e.group(e.fifo(sns.Config{}), "g", "m")[0]
	assert.Regexp(e, `^[0-9]{20,}$`, p.SequenceNumber.String())
}

func publishNobody(e *Env) { e.publish(e.topic(sns.Config{}), "m") }

func publishLaterSubscriber(e *Env) {
	t := e.topic(sns.Config{})
	e.publish(t, "before")
	q := e.subscriber(t, raw())
	e.none(q)
	e.publish(t, "after")
	e.gets(q, "after")
}

func publishAll(e *Env) {
	t := e.topic(sns.Config{})
	a, b, c := e.subscriber(t, raw()), e.subscriber(t, sns.SubscriptionConfig{}), e.subscriber(t, raw())
	e.publish(t, "m1", "m2")
	e.gets(a, "m1", "m2")
	e.gets(b, "m1", "m2")
	e.gets(c, "m1", "m2")
}

func publishOrder(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	e.publish(t, "m1", "m2", "m3")
	e.gets(q, "m1", "m2", "m3")
}

func publishTarget(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	p, err := e.Publish(e.Ctx, sns.Target{TargetARN: t.ARN()}, sns.Message{Body: "m1"})
	e.ok(err)
	assert.NotEqual(e, uuid.Nil, p.ID)
	_, err = e.Publish(e.Ctx, sns.Target{TopicARN: t.ARN()}, sns.Message{Body: "m2"})
	e.ok(err)
	e.gets(q, "m1", "m2")
}

func publishTargetFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, raw())
	p, err := e.Publish(e.Ctx, sns.Target{TargetARN: t.ARN()}, e.plain(true))
	e.ok(err)
	assert.False(e, p.SequenceNumber.IsZero())
	e.gets(q, "m")
}

func publishNoTarget(e *Env) {
	_, err := e.Publish(e.Ctx, sns.Target{}, sns.Message{Body: "m"})
	e.invalid(err, "TopicArn or TargetArn Reason: no value for required parameter")
}

func publishTwoTargets(e *Env) {
	t := e.topic(sns.Config{})
	for _, to := range []sns.Target{
		{TopicARN: t.ARN(), TargetARN: t.ARN()}, {TopicARN: t.ARN(), PhoneNumber: "+15551234567"}, {TargetARN: t.ARN(), PhoneNumber: "+15551234567"},
	} {
		_, err := e.Publish(e.Ctx, to, sns.Message{Body: "m"})
		e.invalid(err, "")
	}
}

func publishTargetParts(e *Env) {
	_, err := e.Publish(e.Ctx, sns.Target{TargetARN: "randomarn"}, sns.Message{Body: "m"})
	e.invalid(err, "TargetArn Reason: An ARN must have at least 6 elements, not 1")
}

func publishSubjectLongest(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	longest := strings.Repeat("ä", 100)
	e.put(t, sns.Message{Body: "m", Subject: longest})
	assert.Equal(e, longest, e.note(q)["Subject"])
}

// tooLong demands that a message is accepted, and refused with one byte more.
func (e *Env) tooLong(t sns.Topic, m sns.Message) {
	_, err := t.Publish(e.Ctx, m)
	require.NoError(e, err)
	m.Body += "x"
	_, err = t.Publish(e.Ctx, m)
	e.invalid(err, "Message too long")
}

const mostBytes = 262_144

func publishLargest(e *Env) {
	t := e.topic(sns.Config{})
	e.tooLong(t, sns.Message{Body: strings.Repeat("x", mostBytes)})
	e.tooLong(t, sns.Message{Body: "ä" + strings.Repeat("x", mostBytes-2)})
	e.tooLong(t, sns.Message{
		Body:       strings.Repeat("x", mostBytes-len("name")-len("String")-len("välue")),
		Attributes: map[string]sns.Attribute{"name": sns.String("välue")},
	})
}

func publishSizeBinary(e *Env) {
	e.tooLong(e.topic(sns.Config{}), sns.Message{
		Body:       strings.Repeat("x", mostBytes-len("name")-len("Binary")-3),
		Attributes: map[string]sns.Attribute{"name": sns.Binary([]byte{1, 2, 3})},
	})
}

func publishSizeSubject(e *Env) {
	e.tooLong(e.topic(sns.Config{}), sns.Message{Body: strings.Repeat("x", mostBytes), Subject: "subject"})
}

func publishSizeByTopic(e *Env) {
	e.tooLong(e.topic(sns.Config{MaxMessageSize: new(1024)}), sns.Message{Body: strings.Repeat("x", 1024)})
	e.tooLong(e.topic(sns.Config{MaxMessageSize: new(1 << 20)}), sns.Message{Body: strings.Repeat("x", 1<<20)})
}

func publishEndedContext(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	ctx, cancel := context.WithCancel(e.Ctx)
	cancel()
	_, err := t.Publish(ctx, sns.Message{Body: "m"})
	assert.ErrorIs(e, err, context.Canceled)
	e.none(q)
}

func publishCopied(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	value := []byte{1, 2, 3}
	attributes := map[string]sns.Attribute{"a": sns.Binary(value)}
	e.put(t, sns.Message{Body: "m", Attributes: attributes})
	value[0] = 9
	delete(attributes, "a")
	assert.Equal(e, []byte{1, 2, 3}, e.one(q).Attributes["a"].Binary)
}
