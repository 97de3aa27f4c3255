package snstest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

func fifoCases() []Case {
	return []Case{
		recorded("6.1", "duplicate", "a duplicate is answered as the first was, and delivered to nobody", fifoDuplicate),
		recorded("6.1", "content", "with ContentBasedDeduplication the SHA-256 of the text is the id", fifoContent),
		recorded("6.1", "content-not-attributes", "attributes do not count", fifoContentAttributes),
		recorded("6.1", "explicit-overrides", "an id that is given counts instead", fifoExplicit),
		recorded("6.1", "explicit-equals", "one that equals a generated id is a duplicate", fifoExplicitEquals),
		recorded("6.1", "across-groups", "ids count in the whole topic, whatever the group", fifoAcrossGroups),
		documented("6.1", "group-scope", "with FifoThroughputScope=MessageGroup they count within the group", fifoGroupScope),
		documented("6.1", "window", "an id counts for five minutes from its first publish", fifoWindow).instant().takes(6 * time.Minute),
		documented("6.1", "window-not-renewed", "a duplicate does not renew them", fifoWindowNotRenewed).instant().takes(6 * time.Minute),
		documented("6.1", "after-window", "after five minutes the same id is a new message", fifoAfterWindow).takes(6 * time.Minute),
		inferred("6.1", "filtered", "a message that every filter refused counts too", fifoFiltered),
		inferred("6.1", "no-subscriber", "so does one that had no subscriber", fifoNoSubscriber),
		recorded("6.1", "two-topics", "two topics have nothing to do with each other", fifoTwoTopics),
		recorded("6.1", "passed-on", "group and id are passed on to FIFO queues", fifoPassedOn),
		recorded("6.1", "passed-on-content", "so is a generated id, whatever the queue's own settings", fifoPassedOnContent),
		recorded("6.1", "standard-queue", "a standard queue gets neither, and no duplicates", fifoStandardQueue),
		recorded("6.2", "order", "the order of a group is that of publishing", fifoOrder),
		recorded("6.2", "one-order", "it is the same in all queues", fifoOneOrder),
		recorded("6.2", "sequence", "sequence numbers rise", fifoSequence),
		recorded("6.2", "sequence-of-its-own", "they are not those of the queue", fifoSequenceNotQueues),
		documented("6.2", "failing-subscriber", "a subscriber that fails does not hold up the others", fifoFailing),
		documented("4.7", "ids", "ids are 1 to 128 letters, digits and punctuation", fifoIDs),
		recorded("4.7", "standard-group", "a standard topic passes the group on to standard queues", fifoStandardGroup),
	}
}

// duplicate publishes to a FIFO topic, and demands the answer of an earlier publish.
func (e *Env) duplicate(t sns.Topic, of sns.Published, m sns.Message) {
	p := e.put(t, m)
	assert.Equal(e, of.ID, p.ID, "the id of the first")
	assert.Equal(e, of.SequenceNumber, p.SequenceNumber, "the sequence number of the first")
}

func fifoDuplicate(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, raw())
	p := e.put(t, sns.Message{Body: "first", GroupID: "g", DedupID: "d"})
	e.duplicate(t, p, sns.Message{Body: "second", GroupID: "g", DedupID: "d"})
	e.gets(q, "first")
}

const testSum = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25" // SHA-256 of Test

func fifoContent(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	q := e.subscriber(t, raw())
	p := e.put(t, sns.Message{Body: "Test", GroupID: "g"})
	e.duplicate(t, p, sns.Message{Body: "Test", GroupID: "g"})
	assert.Equal(e, testSum, e.one(q).DedupID)
}

func fifoContentAttributes(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	p := e.put(t, sns.Message{Body: "Test", GroupID: "g"})
	e.duplicate(t, p, sns.Message{Body: "Test", GroupID: "g", Subject: "s", Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
}

func fifoExplicit(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	q := e.subscriber(t, raw())
	for _, id := range []string{"1", "2", ""} {
		e.put(t, sns.Message{Body: "Test", GroupID: "g", DedupID: id})
	}
	e.gets(q, "Test", "Test", "Test")
}

func fifoExplicitEquals(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	p := e.put(t, sns.Message{Body: "Test", GroupID: "g"})
	e.duplicate(t, p, sns.Message{Body: "other", GroupID: "g", DedupID: testSum})
}

func fifoAcrossGroups(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, raw())
	p := e.put(t, sns.Message{Body: "m1", GroupID: "g", DedupID: "d"})
	e.duplicate(t, p, sns.Message{Body: "m2", GroupID: "h", DedupID: "d"})
	e.gets(q, "m1")
}

func fifoGroupScope(e *Env) {
	t := e.fifo(sns.Config{DedupPerGroup: new(true)})
	q := e.queueWith(true, sqs.Config{
		Policy: new(openPolicy), DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup),
	})
	e.subscribe(t, sns.ToQueue(q.ARN()), raw())
	p := e.put(t, sns.Message{Body: "m1", GroupID: "g", DedupID: "d"})
	e.put(t, sns.Message{Body: "m2", GroupID: "h", DedupID: "d"})
	e.duplicate(t, p, sns.Message{Body: "m3", GroupID: "g", DedupID: "d"})
	assert.ElementsMatch(e, []string{"m1", "m2"}, texts(e.take(q, 2)))
}

func dedup(body string) sns.Message { return sns.Message{Body: body, GroupID: "g", DedupID: "d"} }

func fifoWindow(e *Env) {
	t := e.fifo(sns.Config{})
	p := e.put(t, dedup("m1"))
	e.Wait(5*time.Minute - time.Millisecond)
	e.duplicate(t, p, dedup("m2"))
	e.Wait(time.Millisecond)
	assert.NotEqual(e, p.ID, e.put(t, dedup("m3")).ID)
}

func fifoWindowNotRenewed(e *Env) {
	t := e.fifo(sns.Config{})
	p := e.put(t, dedup("m1"))
	e.Wait(3 * time.Minute)
	e.duplicate(t, p, dedup("m2"))
	e.Wait(2 * time.Minute)
	assert.NotEqual(e, p.ID, e.put(t, dedup("m3")).ID)
}

func fifoAfterWindow(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, raw())
	p := e.put(t, dedup("m1"))
	e.Wait(5*time.Minute + 10*time.Second)
	again := e.put(t, dedup("m2"))
	assert.NotEqual(e, p.ID, again.ID)
	assert.Equal(e, 1, again.SequenceNumber.Compare(p.SequenceNumber))
	e.gets(q, "m1", "m2")
}

func fifoFiltered(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"a":["v"]}`)})
	p := e.put(t, dedup("m1"))
	m := dedup("m2")
	m.Attributes = map[string]sns.Attribute{"a": sns.String("v")}
	e.duplicate(t, p, m)
	e.none(q)
}

func fifoNoSubscriber(e *Env) {
	t := e.fifo(sns.Config{})
	p := e.put(t, dedup("m1"))
	q := e.subscriber(t, raw())
	e.duplicate(t, p, dedup("m1"))
	e.none(q)
}

func fifoTwoTopics(e *Env) {
	t, u := e.fifo(sns.Config{}), e.fifo(sns.Config{})
	a, b := e.subscriber(t, raw()), e.subscriber(u, raw())
	assert.NotEqual(e, e.put(t, dedup("m1")).ID, e.put(u, dedup("m2")).ID)
	e.gets(a, "m1")
	e.gets(b, "m2")
}

func fifoPassedOn(e *Env) {
	t := e.fifo(sns.Config{})
	for _, cfg := range []sns.SubscriptionConfig{raw(), {}} {
		q := e.subscriber(t, cfg)
		m := sns.Message{Body: "m", GroupID: "the-group", DedupID: e.dedupID()}
		e.put(t, m)
		r := e.one(q)
		assert.Equal(e, m.GroupID, r.GroupID)
		assert.Equal(e, m.DedupID, r.DedupID)
	}
}

func fifoPassedOnContent(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "Test", GroupID: "g"})
	assert.Equal(e, testSum, e.one(q).DedupID)
}

func fifoStandardQueue(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.queue(false)
	e.subscribe(t, sns.ToQueue(q.ARN()), raw())
	e.put(t, dedup("m1"))
	e.put(t, dedup("m2"))
	r := e.one(q)
	assert.Equal(e, "m1", r.Body)
	assert.Empty(e, r.GroupID)
	assert.Empty(e, r.DedupID)
}

func fifoOrder(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, raw())
	e.group(t, "g", "m1", "m2", "m3", "m4")
	e.gets(q, "m1", "m2", "m3", "m4")
}

func fifoOneOrder(e *Env) {
	t := e.fifo(sns.Config{})
	var qs []sqs.Queue
	for range 5 {
		qs = append(qs, e.subscriber(t, sns.SubscriptionConfig{}))
	}
	var want []string
	for _, body := range strings.Split("a b c d e f g h", " ") {
		want = append(want, body)
		e.group(t, "g", body)
	}
	for _, q := range qs {
		e.gets(q, want...)
	}
}

func fifoSequence(e *Env) {
	t := e.fifo(sns.Config{})
	ps := append(e.group(t, "g", "m1", "m2"), e.group(t, "g", "m3")...)
	for i := 1; i < len(ps); i++ {
		assert.Equal(e, 1, ps[i].SequenceNumber.Compare(ps[i-1].SequenceNumber))
	}
}

func fifoSequenceNotQueues(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	p := e.group(t, "g", "m")[0]
	r := e.one(q)
	assert.Equal(e, p.SequenceNumber.String(), envelopeOf(r.Body)["SequenceNumber"])
	assert.False(e, r.SequenceNumber.IsZero())
	assert.NotEqual(e, p.SequenceNumber.String(), r.SequenceNumber.String())
}

func fifoFailing(e *Env) {
	t := e.fifo(sns.Config{})
	e.subscribe(t, sns.ToQueue(e.queueARN(t, ".fifo")), sns.SubscriptionConfig{})
	q := e.subscriber(t, raw())
	e.group(t, "g", "m1", "m2")
	e.gets(q, "m1", "m2")
}

func fifoIDs(e *Env) {
	t := e.fifo(sns.Config{})
	longest := strings.Repeat("x", 127) + "~"
	e.put(t, sns.Message{Body: "m", GroupID: longest, DedupID: longest})
	for _, bad := range []string{longest + "x", "two words", "ä", "a\n"} {
		_, err := t.Publish(e.Ctx, sns.Message{Body: "m", GroupID: bad, DedupID: "d"})
		e.invalid(err, "")
		_, err = t.Publish(e.Ctx, sns.Message{Body: "m", GroupID: "g", DedupID: bad})
		e.invalid(err, "")
	}
}

func fifoStandardGroup(e *Env) {
	t := e.topic(sns.Config{})
	for _, cfg := range []sns.SubscriptionConfig{raw(), {}} {
		q := e.subscriber(t, cfg)
		e.put(t, sns.Message{Body: "m", GroupID: "the-group"})
		assert.Equal(e, "the-group", e.one(q).GroupID)
		e.publish(t, "m")
		require.Empty(e, e.one(q).GroupID)
	}
}
