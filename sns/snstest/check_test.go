package snstest_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sns/snstest"
)

// script writes histories by hand: one call after the other, a second apart unless time is let pass.
type script struct {
	topic string
	ops   []snstest.Op
	call  int
	now   time.Time
}

const (
	standardARN = "arn:aws:sns:us-east-1:123456789012:t"
	fifoARN     = standardARN + ".fifo"
)

func standard() *script { return history(standardARN) }

func fifo() *script { return history(fifoARN) }

func history(topic string) *script {
	return &script{topic: topic, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// id is the message id of a letter.
func id(letter byte) uuid.UUID { return uuid.UUID{0: letter, 15: 1} }

// add adds the ops of one call.
func (s *script) add(ops ...snstest.Op) *script {
	s.now = s.now.Add(time.Second)
	s.call++
	since := len(s.ops)
	for _, o := range ops {
		if o.Topic == "" && (o.Kind != snstest.OpDelivered || o.Enveloped) {
			o.Topic = s.topic
		}
		o.Call, o.Since, o.At, o.Done = s.call, since, s.now, s.now
		s.ops = append(s.ops, o)
	}
	return s
}

// overlapping makes the last call begin when the one before it did.
func (s *script) overlapping() *script {
	last, before := &s.ops[len(s.ops)-1], s.ops[len(s.ops)-2]
	last.Since, last.At = before.Since, before.At
	return s
}

func (s *script) pass(d time.Duration) *script { s.now = s.now.Add(d); return s }

func (s *script) last() *snstest.Op { return &s.ops[len(s.ops)-1] }

// fail makes the last call one without an answer.
func (s *script) fail() *script {
	o := s.last()
	o.Err, o.Sequence = assert.AnError, sns.SequenceNumber{}
	if o.Kind == snstest.OpPublished {
		o.ID = uuid.Nil
	}
	if o.Kind == snstest.OpSubscribed {
		o.Subscription = ""
	}
	return s
}

func message(letter byte) sns.Message { return sns.Message{Body: string(letter), GroupID: "g"} }

// sent is a publish of a letter, with its place in the alphabet as its number.
func sent(letter byte) snstest.Op {
	n, _ := sns.ParseSequenceNumber(string([]byte{'1', '0' + letter - 'a'}))
	return snstest.Op{Kind: snstest.OpPublished, ID: id(letter), Message: message(letter), Dedup: string(letter), Sequence: n}
}

// twin is another message that reads as a does.
func twin() snstest.Op {
	o := sent('b')
	o.ID, o.Message, o.Dedup = id('x'), message('a'), "x"
	return o
}

// dedup gives a publish another deduplication id.
func dedup(o snstest.Op, id string) snstest.Op { o.Dedup = id; return o }

func (s *script) publish(letter byte) *script { return s.add(sent(letter)) }

// subscriber is the queue of a digit, sub the ARN of its subscription.
func (s *script) subscriber(n byte) sns.Endpoint {
	name := "arn:aws:sqs:us-east-1:123456789012:q" + string(n)
	if s.topic == fifoARN {
		name += ".fifo"
	}
	return sns.ToQueue(name)
}

func (s *script) sub(n byte) string { return s.topic + ":" + string(n) }

func (s *script) subscribe(n byte, cfg sns.SubscriptionConfig) *script {
	return s.add(snstest.Op{Kind: snstest.OpSubscribed, Subscription: s.sub(n), Endpoint: s.subscriber(n), Config: cfg})
}

func (s *script) on(ns ...byte) *script {
	for _, n := range ns {
		s.subscribe(n, sns.SubscriptionConfig{})
	}
	return s
}

func (s *script) pending() *script { s.last().Pending = true; return s }

func (s *script) change(kind snstest.OpKind, n byte, cfg sns.SubscriptionConfig) *script {
	return s.add(snstest.Op{Kind: kind, Subscription: s.sub(n), Config: cfg})
}

func (s *script) end(n byte) *script {
	return s.change(snstest.OpUnsubscribed, n, sns.SubscriptionConfig{})
}

// enveloped is a delivery of a letter to the subscriber of a digit.
func (s *script) enveloped(n, letter byte) snstest.Op {
	o := sent(letter)
	return snstest.Op{
		Kind: snstest.OpDelivered, Enveloped: true, ID: o.ID, Message: o.Message, Sequence: o.Sequence, Subscription: s.sub(n),
		Endpoint: s.subscriber(n),
	}
}

func (s *script) get(n byte, letters ...byte) *script {
	for _, letter := range letters {
		s.add(s.enveloped(n, letter))
	}
	return s
}

func (s *script) raw(n, letter byte) *script {
	return s.add(snstest.Op{Kind: snstest.OpDelivered, Message: sns.Message{Body: string(letter)}, Endpoint: s.subscriber(n)})
}

type judged struct {
	name    string
	history *script
	rules   snstest.Rules
	want    []snstest.Rule
}

func judge(t *testing.T, cases []judged) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.rules.Topic = c.history.topic
			var broken []snstest.Rule
			for _, v := range snstest.Check(c.history.ops, c.rules) {
				broken = append(broken, v.Rule)
				assert.NotEmpty(t, v.Ops, "a violation shows what happened")
				assert.Contains(t, v.String(), string(v.Rule))
			}
			assert.Equal(t, c.want, broken)
		})
	}
}

func only(r snstest.Rule) []snstest.Rule { return []snstest.Rule{r} }

var (
	loose   = snstest.Rules{}
	exact   = snstest.Rules{Exact: true}
	drained = snstest.Rules{Drained: true}
	others  = snstest.Rules{Others: true}
)

func TestCheckInvented(t *testing.T) {
	altered := standard().enveloped('1', 'a')
	altered.Message.Body = "b"
	subject := standard().enveloped('1', 'a')
	subject.Message.Subject = "s"
	attributes := standard().enveloped('1', 'a')
	attributes.Message.Attributes = map[string]sns.Attribute{"k": sns.String("v")}
	elsewhere := standard().enveloped('1', 'a')
	elsewhere.Topic = "arn:aws:sns:us-east-1:123456789012:other"
	judge(t, []judged{
		{"published", standard().on('1').publish('a').get('1', 'a'), loose, nil},
		{"never published", standard().on('1').get('1', 'a'), loose, only(snstest.NothingInvented)},
		{"by others", standard().on('1').get('1', 'a'), others, nil},
		{"of another topic", standard().on('1').add(elsewhere), loose, nil},
		{"altered", standard().on('1').publish('a').add(altered), loose, only(snstest.NothingInvented)},
		{"with a subject", standard().on('1').publish('a').add(subject), loose, only(snstest.NothingInvented)},
		{"with attributes", standard().on('1').publish('a').add(attributes), loose, only(snstest.NothingInvented)},
		{"published afterwards", standard().on('1').get('1', 'a').publish('a'), loose, only(snstest.NothingInvented)},
		{"published meanwhile", standard().on('1').get('1', 'a').publish('a').overlapping(), loose, nil},
		{"perhaps published", standard().on('1').publish('a').fail().get('1', 'a'), loose, nil},
		{"perhaps published, but other", standard().on('1').publish('b').fail().get('1', 'a'), loose, only(snstest.NothingInvented)},
		{"raw", standard().on('1').publish('a').raw('1', 'a'), loose, nil},
		{"raw, never published", standard().on('1').publish('a').raw('1', 'b'), loose, only(snstest.NothingInvented)},
		{"raw, to nobody's queue", standard().on('1').raw('2', 'b'), loose, nil},
	})
}

func TestCheckMissed(t *testing.T) {
	yes := sns.SubscriptionConfig{FilterScope: new(filter.MessageBody), FilterPolicy: new(`{"k":["v"]}`)}
	body := func(s *script, text string) *script { s.last().Message.Body = text; return s }
	dead := sns.SubscriptionConfig{DeadLetter: new(standard().subscriber('9').Address)}
	judge(t, []judged{
		{"delivered", standard().on('1', '2').publish('a').get('1', 'a').get('2', 'a'), drained, nil},
		{"not to one", standard().on('1', '2').publish('a').get('1', 'a'), drained, only(snstest.NothingMissed)},
		{"to nobody", standard().on('1', '2').publish('a'), drained, []snstest.Rule{snstest.NothingMissed, snstest.NothingMissed}},
		{"not drained", standard().on('1').publish('a'), loose, nil},
		{"raw", standard().on('1').publish('a').raw('1', 'a'), drained, nil},
		{"raw, two alike", standard().on('1').publish('a').add(twin()).raw('1', 'a'),
			drained, only(snstest.NothingMissed)},
		{"raw and enveloped, alike", standard().on('1').publish('a').add(twin()).raw('1', 'a').add(standard().enveloped('1', 'a')), drained, nil},
		{"subscribed later", standard().publish('a').on('1'), drained, nil},
		{"subscribed meanwhile", standard().publish('a').on('1').overlapping(), drained, nil},
		{"ended before", standard().on('1').end('1').publish('a'), drained, nil},
		{"ended afterwards", standard().on('1').publish('a').end('1'), drained, only(snstest.NothingMissed)},
		{"ended meanwhile", standard().on('1').publish('a').end('1').overlapping(), drained, nil},
		{"perhaps ended", standard().on('1').end('1').fail().publish('a'), drained, nil},
		{"pending", standard().on('1').pending().publish('a'), drained, nil},
		{"confirmed", standard().on('1').pending().change(snstest.OpConfirmed, '1', sns.SubscriptionConfig{}).publish('a'), drained,
			only(snstest.NothingMissed)},
		{"the topic was deleted", standard().on('1').add(snstest.Op{Kind: snstest.OpTopicDeleted}).publish('a'), drained, nil},
		{"filtered out", standard().subscribe('1', yes).publish('a'), drained, nil},
		{"not filtered out", body(standard().subscribe('1', yes).publish('a'), `{"k":"v"}`), drained, only(snstest.NothingMissed)},
		{"no filter any more", standard().subscribe('1', yes).change(snstest.OpChanged, '1',
			sns.SubscriptionConfig{Attributes: map[string]string{"FilterPolicy": ""}}).publish('a'), drained, only(snstest.NothingMissed)},
		{"perhaps not published", standard().on('1').publish('a').fail(), drained, nil},
		{"perhaps subscribed with a filter", standard().subscribe('1', yes).fail().on('1').publish('a'), drained, nil},
		{"a duplicate", fifo().on('1').publish('a').publish('a').get('1', 'a'), drained, nil},
		{"perhaps the duplicate of a lost answer", fifo().publish('a').fail().on('1').publish('a'), drained, nil},
		{"as a dead letter", standard().subscribe('1', dead).publish('a').raw('9', 'a'), drained, nil},
	})
}

func TestCheckSubscribersOnly(t *testing.T) {
	no := sns.SubscriptionConfig{FilterPolicy: new(`{"k":["v"]}`)}
	bare := sns.SubscriptionConfig{}
	judge(t, []judged{
		{"filtered out", standard().subscribe('1', no).publish('a').get('1', 'a'), loose, only(snstest.SubscribersOnly)},
		{"filtered out, raw", standard().subscribe('1', no).publish('a').raw('1', 'a'), loose, only(snstest.SubscribersOnly)},
		{"filtered out later", standard().on('1').publish('a').change(snstest.OpChanged, '1', no).get('1', 'a'), loose, nil},
		{"filtered out meanwhile", standard().on('1').publish('a').change(snstest.OpChanged, '1', no).overlapping().get('1', 'a'), loose, nil},
		{"pending", standard().on('1').pending().publish('a').get('1', 'a'), loose, only(snstest.SubscribersOnly)},
		{"confirmed too late", standard().on('1').pending().publish('a').change(snstest.OpConfirmed, '1', bare).get('1', 'a'), loose,
			only(snstest.SubscribersOnly)},
		{"ended", standard().on('1').end('1').publish('a').get('1', 'a'), loose, only(snstest.SubscribersOnly)},
		{"ended later", standard().on('1').publish('a').end('1').get('1', 'a'), loose, nil},
		{"ended perhaps", standard().on('1').end('1').fail().publish('a').get('1', 'a'), loose, nil},
		{"subscribed too late", standard().publish('a').on('1').get('1', 'a'), loose, only(snstest.SubscribersOnly)},
		{"nobody's", standard().publish('a').get('1', 'a'), loose, only(snstest.SubscribersOnly)},
		{"somebody else's", standard().publish('a').get('1', 'a'), others, nil},
		{"perhaps subscribed", standard().on('1').fail().publish('a').get('1', 'a'), loose, nil},
		{"replayed", func() *script {
			s := fifo().publish('a').subscribe('1', sns.SubscriptionConfig{Replay: &sns.Replay{}}).get('1', 'a')
			s.last().Replayed = true
			return s
		}(), loose, nil},
		{"replayed raw", fifo().publish('a').subscribe('1', sns.SubscriptionConfig{Replay: &sns.Replay{}}).raw('1', 'a'), loose, nil},
	})
}

func TestCheckOnce(t *testing.T) {
	replay := sns.SubscriptionConfig{Replay: &sns.Replay{}}
	judge(t, []judged{
		{"twice on FIFO", fifo().on('1').publish('a').get('1', 'a', 'a'), loose, only(snstest.GotOnce)},
		{"a standard topic may", standard().on('1').publish('a').get('1', 'a', 'a'), loose, nil},
		{"an exact one does not", standard().on('1').publish('a').get('1', 'a', 'a'), exact, only(snstest.GotOnce)},
		{"two subscribers", fifo().on('1', '2').publish('a').get('1', 'a').get('2', 'a'), loose, nil},
		{"raw", fifo().on('1').publish('a').raw('1', 'a').raw('1', 'a'), loose, only(snstest.GotOnce)},
		{"raw, two alike", fifo().on('1').publish('a').add(twin()).raw('1', 'a').raw('1', 'a'), loose, nil},
		{"raw, two alike, thrice", fifo().on('1').publish('a').add(twin()).raw('1', 'a').raw('1', 'a').raw('1', 'a'), loose,
			only(snstest.GotOnce)},
		{"raw, perhaps published again", fifo().on('1').publish('a').publish('a').fail().raw('1', 'a').raw('1', 'a'), loose, nil},
		{"replayed", fifo().subscribe('1', replay).publish('a').get('1', 'a', 'a'), loose, nil},
	})
}

func TestCheckOrder(t *testing.T) {
	other := sent('b')
	other.Message.GroupID = "h"
	two := func() *script { return fifo().on('1').publish('a').publish('b') }
	both := func() *script { return fifo().on('1', '2').publish('a').publish('b').overlapping() }
	blank := func(s *script) *script { // without numbers
		for i := range s.ops {
			s.ops[i].Sequence = sns.SequenceNumber{}
		}
		return s
	}
	late := two().get('1', 'b', 'a')
	for i := range late.ops {
		late.ops[i].Endpoint.Address = standard().subscriber('1').Address
	}
	judge(t, []judged{
		{"in order", two().get('1', 'a', 'b'), loose, nil},
		{"overtaken", two().get('1', 'b', 'a'), loose, only(snstest.GroupOrder)},
		{"overtaken, raw", two().raw('1', 'b').raw('1', 'a'), loose, only(snstest.GroupOrder)},
		{"overtaken in one answer", two().add(fifo().enveloped('1', 'b'), fifo().enveloped('1', 'a')), loose, only(snstest.GroupOrder)},
		{"at the same time", two().get('1', 'b', 'a').overlapping(), loose, nil},
		{"a standard topic may", standard().on('1').publish('a').publish('b').get('1', 'b', 'a'), loose, nil},
		{"so may a standard queue", late, loose, nil},
		{"another group", fifo().on('1').publish('a').add(other).add(func() snstest.Op {
			o := fifo().enveloped('1', 'b')
			o.Message.GroupID = "h"
			return o
		}()).get('1', 'a'), loose, nil},
		{"two orders", blank(both().get('1', 'a', 'b').get('2', 'b', 'a')), loose, only(snstest.OneOrder)},
		{"one order", blank(both().get('1', 'b', 'a').get('2', 'b', 'a')), loose, nil},
		{"numbers decide", both().get('1', 'b', 'a').get('2', 'b', 'a'), loose, []snstest.Rule{snstest.GroupOrder, snstest.GroupOrder}},
	})
}

func TestCheckNumbers(t *testing.T) {
	judge(t, []judged{
		{"rising", fifo().publish('a').publish('b'), loose, nil},
		{"falling", fifo().publish('b').publish('a'), loose, only(snstest.NumbersRise)},
		{"falling in a batch", fifo().add(sent('b'), sent('a')), loose, only(snstest.NumbersRise)},
		{"at the same time", fifo().publish('b').publish('a').overlapping(), loose, nil},
		{"a standard topic has none", standard().publish('b').publish('a'), loose, nil},
	})
}

func TestCheckDuplicates(t *testing.T) {
	a, b := dedup(sent('a'), "d"), dedup(sent('b'), "d")
	other := b
	other.Message.GroupID = "h"
	renumbered := a
	renumbered.Sequence = b.Sequence
	judge(t, []judged{
		{"found", fifo().add(a).add(a), loose, nil},
		{"not found", fifo().add(a).add(b), loose, only(snstest.PublishedOnce)},
		{"not found in one batch", fifo().add(a, b), loose, only(snstest.PublishedOnce)},
		{"just in the window", fifo().add(a).pass(298 * time.Second).add(b), loose, only(snstest.PublishedOnce)},
		{"after the window", fifo().add(a).pass(299 * time.Second).add(b), loose, nil},
		{"remembered too long", fifo().add(a).pass(299 * time.Second).add(a), loose, only(snstest.PublishedOnce)},
		{"prolonged", fifo().add(a).pass(200 * time.Second).add(a).pass(200 * time.Second).add(a), loose, only(snstest.PublishedOnce)},
		{"another number", fifo().add(a).add(renumbered), loose, only(snstest.PublishedOnce)},
		{"other group, same topic", fifo().add(a).add(other), loose, only(snstest.PublishedOnce)},
		{"other group, own scope", fifo().add(a).add(other), snstest.Rules{GroupScope: true}, nil},
		{"perhaps the duplicate of a lost answer", fifo().add(a).fail().pass(4 * time.Minute).add(a).pass(2 * time.Minute).add(b), loose, nil},
		{"a standard topic knows none", standard().add(a).add(b), loose, nil},
	})
}
