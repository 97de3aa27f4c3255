package snstest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func batchCases() []Case {
	return append([]Case{
		recorded("5", "answers", "every entry is answered with an id, in the order of the request", batchAnswers),
		recorded("5", "fifo", "on a FIFO topic the entries are published in their order", batchFIFO),
		inferred("5", "none", "a batch without entries is refused", batchNone),
		recorded("5", "eleven", "a batch has ten entries at most", batchEleven),
		recorded("5", "equal-ids", "two entries cannot have the same id", batchEqualIDs),
		recorded("5", "id-character", "an id is letters, digits, hyphens and underscores", batchIDCharacter),
		recorded("5", "id-long", "an id has 80 characters at most", batchIDLong),
		recorded("5", "too-long", "the sizes together are 262,144 bytes at most, attributes included", batchTooLong),
		recorded("5", "no-dedup", "an entry without deduplication id fails the batch", batchNoDedup),
		recorded("5", "no-type", "an attribute without type is named with its place in the batch", batchNoType),
		recorded("5", "filters", "filter policies are applied to each entry", batchFilters),
		recorded("5", "duplicates", "duplicates are found within a batch", batchDuplicates),
		recorded("5", "again", "a batch published again is answered as the first was, and delivered to nobody", batchAgain),
		documented("5", "fields", "an entry can have all that a message has", batchFields),
	}, batchFlaws()...)
}

// batchFlaws are the flaws of messages: each fails the whole batch.
func batchFlaws() []Case {
	var all []Case
	for _, f := range flaws {
		if !f.batch {
			continue
		}
		all = append(all, recorded("5", "one-bad-"+f.name, "one bad entry fails the whole batch, and nobody gets anything", func(e *Env) {
			fifo := f.fifo
			t := e.topic(sns.Config{})
			if fifo {
				t = e.fifo(sns.Config{})
			}
			q := e.subscriber(t, raw())
			bad := e.plain(fifo)
			f.spoil(&bad)
			_, err := t.PublishBatch(e.Ctx, e.plain(fifo), bad, e.plain(fifo))
			e.refused(err, f.code, f.text)
			e.none(q)
		}))
	}
	return all
}

// batch publishes a batch, all of which must succeed.
func (e *Env) batch(t sns.Topic, ms ...sns.Message) []sns.Published {
	ps, err := t.PublishBatch(e.Ctx, ms...)
	require.NoError(e, err, "PublishBatch")
	require.Len(e, ps, len(ms))
	for _, p := range ps {
		require.NoError(e, p.Err)
	}
	return ps
}

func withIDs(ids ...string) []sns.Message {
	var ms []sns.Message
	for _, id := range ids {
		ms = append(ms, sns.Message{Body: "m", EntryID: id, Given: sns.GivenEntryID})
	}
	return ms
}

func batchAnswers(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	byText := map[string]string{}
	for i, p := range e.batch(t, sns.Message{Body: "0", EntryID: "z"}, sns.Message{Body: "1", EntryID: "a"}, sns.Message{Body: "2"}) {
		byText[fmt.Sprint(i)] = p.ID.String()
	}
	for _, r := range e.gets(q, "0", "1", "2") {
		m := envelopeOf(r.Body)
		assert.Equal(e, byText[m["Message"].(string)], m["MessageId"])
	}
}

func batchFIFO(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	q := e.subscriber(t, raw())
	var ms []sns.Message
	var want []string
	for i := range 10 {
		want = append(want, fmt.Sprint("m", i))
		ms = append(ms, sns.Message{Body: want[i], GroupID: "g"})
	}
	ps := e.batch(t, ms...)
	for i := 1; i < len(ps); i++ {
		assert.Equal(e, 1, ps[i].SequenceNumber.Compare(ps[i-1].SequenceNumber))
	}
	e.gets(q, want...)
}

// refusesBatch demands the refusal of a batch, and that nobody gets anything of it.
func (e *Env) refusesBatch(t sns.Topic, code sns.Code, text string, ms ...sns.Message) {
	q := e.subscriber(t, raw())
	_, err := t.PublishBatch(e.Ctx, ms...)
	e.refused(err, code, text)
	e.none(q)
}

func batchNone(e *Env) { e.refusesBatch(e.topic(sns.Config{}), sns.ErrEmptyBatchRequest, "") }

func batchEleven(e *Env) {
	ids := strings.Split("a b c d e f g h i j k", " ")
	t := e.topic(sns.Config{})
	e.refusesBatch(t, sns.ErrTooManyEntriesInBatchRequest, "The batch request contains more entries than permissible.", withIDs(ids...)...)
	e.batch(t, withIDs(ids[:10]...)...)
}

func batchEqualIDs(e *Env) {
	e.refusesBatch(e.topic(sns.Config{}), sns.ErrBatchEntryIDsNotDistinct, "Two or more batch entries in the request have the same Id.",
		withIDs("a", "b", "a")...)
}

func batchIDCharacter(e *Env) {
	t := e.topic(sns.Config{})
	for _, id := range []string{"a b", "a.b", "ä"} {
		e.refusesBatch(t, sns.ErrInvalidBatchEntryID,
			"The Id of a batch entry in the batch request contains an impermissible character: "+id, withIDs("a", id)...)
	}
	e.batch(t, withIDs("a-b_C9")...)
}

func batchIDLong(e *Env) {
	t := e.topic(sns.Config{})
	longest := strings.Repeat("x", 80)
	e.refusesBatch(t, sns.ErrInvalidBatchEntryID, "The Id of a batch entry in the batch request is too long: x"+longest, withIDs("x"+longest)...)
	e.batch(t, withIDs(longest)...)
}

func batchTooLong(e *Env) {
	t := e.topic(sns.Config{})
	half := strings.Repeat("x", mostBytes/2)
	const text = "The length of all the messages put together is more than the limit."
	e.refusesBatch(t, sns.ErrBatchRequestTooLong, text, sns.Message{Body: half}, sns.Message{Body: half + "x"})
	rest := mostBytes/2 - len("name") - len("String") - len("v")
	as := map[string]sns.Attribute{"name": sns.String("v")}
	e.refusesBatch(t, sns.ErrBatchRequestTooLong, text, sns.Message{Body: half}, sns.Message{Body: half[:rest+1], Attributes: as})
	e.batch(t, sns.Message{Body: half}, sns.Message{Body: half[:rest], Attributes: as})
}

func batchNoDedup(e *Env) {
	e.refusesBatch(e.fifo(sns.Config{}), sns.ErrInvalidParameter, "Invalid parameter: "+textNoDedup, e.plain(true),
		sns.Message{Body: "m", GroupID: "g"})
}

func batchNoType(e *Env) {
	e.refusesBatch(e.topic(sns.Config{}), sns.ErrValidation, "1 validation error detected: Value null at 'publishBatchRequestEntries.2.member."+
		"messageAttributes.attr.member.dataType' failed to satisfy constraint: Member must not be null",
		sns.Message{Body: "m"}, sns.Message{Body: "m", Attributes: map[string]sns.Attribute{"attr": {Text: "v"}}})
}

func batchFilters(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"a":["yes"]}`)})
	yes, no := map[string]sns.Attribute{"a": sns.String("yes")}, map[string]sns.Attribute{"a": sns.String("no")}
	e.batch(t, sns.Message{Body: "1", Attributes: yes}, sns.Message{Body: "2", Attributes: no}, sns.Message{Body: "3"},
		sns.Message{Body: "4", Attributes: yes})
	e.gets(q, "1", "4")
}

func batchDuplicates(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, raw())
	ps := e.batch(t, sns.Message{Body: "m1", GroupID: "g", DedupID: "d"}, sns.Message{Body: "m2", GroupID: "g", DedupID: "d"},
		sns.Message{Body: "m3", GroupID: "g", DedupID: "e"})
	assert.Equal(e, ps[0], ps[1])
	assert.NotEqual(e, ps[0].ID, ps[2].ID)
	e.gets(q, "m1", "m3")
}

func batchAgain(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	q := e.subscriber(t, raw())
	ms := []sns.Message{{Body: "m1", GroupID: "g"}, {Body: "m2", GroupID: "h"}}
	first := e.batch(t, ms...)
	e.gets(q, "m1", "m2")
	assert.Equal(e, first, e.batch(t, ms...))
	e.none(q)
}

func batchFields(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.batch(t, sns.Message{
		Body: `{"default":"for all","sqs":"for queues"}`, Structure: "json", Subject: "the subject",
		Attributes: map[string]sns.Attribute{"a": sns.Number("1.50")}, GroupID: "g",
	})
	r := e.one(q)
	m := envelopeOf(r.Body)
	require.NotNil(e, m)
	assert.Equal(e, "for queues", m["Message"])
	assert.Equal(e, "the subject", m["Subject"])
	assert.Equal(e, map[string]any{"a": map[string]any{"Type": "Number", "Value": "1.50"}}, m["MessageAttributes"])
	assert.Equal(e, "g", r.GroupID)
}
