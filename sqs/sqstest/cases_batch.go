package sqstest

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

func batchCases() []Case {
	return []Case{
		recorded("8.1", "empty", "an empty batch is refused", batchEmpty),
		recorded("8.1", "too-many", "a batch has ten entries at most", batchTooMany),
		recorded("8.1", "entry-syntax", "an entry's id is 1 to 80 letters, digits, hyphens and underscores", batchEntrySyntax),
		recorded("8.1", "entry-distinct", "the ids of entries are distinct; the refusal names the first that is repeated",
			batchEntryDistinct),
		recorded("8.1", "too-long", "the messages of a batch have 1 MiB together at most", batchTooLong),
		recorded("8.1", "longest", "a batch of exactly 1 MiB is accepted", batchLongest),
		recorded("8.1", "no-group", "a batch to a FIFO queue with an entry without group id is refused as a whole",
			batchNoGroup),
		recorded("8.1", "no-dedup", "a batch to a FIFO queue with an entry without deduplication id is refused as a whole",
			batchNoDedup),
		documented("8.2", "answers", "the answers of a batch stand in the order of its entries", batchAnswers),
		recorded("8.2", "own-limit", "the queue's size limit bounds each message, not the batch", batchOwnLimit),
		recorded("8.2", "oversized", "an oversized message fails alone, with a text of its own", batchOversized),
		recorded("8.2", "characters", "a message with forbidden characters fails alone", batchCharacters),
		inferred("8.2", "delay", "a message with a bad delay fails alone", batchDelay),
		documented("8.2", "fifo-order", "the messages of a batch are stored in its order, whatever fails between them",
			batchFIFOOrder),
		observed("8.2", "delete", "a batch of deletes deletes what it can", batchDelete),
		observed("8.2", "hide", "a batch of visibility changes changes what it can", batchHide),
		inferred("8.2", "fifo-expired", "an expired handle of a FIFO queue fails alone", batchFIFOExpired),
	}
}

func batchEmpty(e *Env) {
	q := e.queue(sqs.Config{})
	_, err := q.SendBatch(e.Ctx)
	e.refused(err, sqs.ErrEmptyBatchRequest, "There should be at least one SendMessageBatchRequestEntry in the request.")
	_, err = q.DeleteBatch(e.Ctx)
	e.refused(err, sqs.ErrEmptyBatchRequest, "There should be at least one DeleteMessageBatchRequestEntry in the request.")
	_, err = q.ChangeVisibilityBatch(e.Ctx)
	e.refused(err, sqs.ErrEmptyBatchRequest, "")
}

func batchTooMany(e *Env) {
	const text = "Maximum number of entries per request are 10. You have sent 11."
	q := e.queue(sqs.Config{})
	ms := make([]sqs.Message, 11)
	for i := range ms {
		ms[i] = sqs.Message{Body: "m", EntryID: fmt.Sprint(i)}
	}
	_, err := q.SendBatch(e.Ctx, ms...)
	e.refused(err, sqs.ErrTooManyEntriesInBatchRequest, text)
	e.send(q, "m")
	r := e.one(q, forMinutes(1)).Receipt
	var ds []sqs.DeleteEntry
	var vs []sqs.VisibilityEntry
	for i := range ms {
		ds = append(ds, sqs.DeleteEntry{EntryID: fmt.Sprint(i), Receipt: r})
		vs = append(vs, sqs.VisibilityEntry{EntryID: fmt.Sprint(i), Receipt: r, Timeout: time.Minute})
	}
	_, err = q.DeleteBatch(e.Ctx, ds...)
	e.refused(err, sqs.ErrTooManyEntriesInBatchRequest, text)
	_, err = q.ChangeVisibilityBatch(e.Ctx, vs...)
	e.refused(err, sqs.ErrTooManyEntriesInBatchRequest, text)
	e.counts(q, sqs.Counts{InFlight: 1})
}

func batchEntrySyntax(e *Env) {
	const text = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
	q := e.queue(sqs.Config{})
	for _, bad := range []string{"", "invalid:id", strings.Repeat("x", 81)} {
		_, err := q.SendBatch(e.Ctx, sqs.Message{Body: "m", EntryID: bad, Given: sqs.GivenEntryID})
		e.refused(err, sqs.ErrInvalidBatchEntryID, text)
	}
	_, err := q.SendBatch(e.Ctx, sqs.Message{Body: "m", EntryID: strings.Repeat("x", 80)},
		sqs.Message{Body: "m", EntryID: "A-z_9"})
	e.ok(err)
}

func batchEntryDistinct(e *Env) {
	var ms []sqs.Message
	for _, id := range []string{"1", "2", "2", "1"} {
		ms = append(ms, sqs.Message{Body: "m", EntryID: id})
	}
	_, err := e.queue(sqs.Config{}).SendBatch(e.Ctx, ms...)
	e.refused(err, sqs.ErrBatchEntryIDsNotDistinct, "Id 2 repeated.")
}

func batchTooLong(e *Env) {
	const text = "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
	half := strings.Repeat("x", 1<<19)
	q := e.queue(sqs.Config{MaxMessageSize: new(1024)})
	_, err := q.SendBatch(e.Ctx, sqs.Message{Body: half}, sqs.Message{Body: half + "x"})
	e.refused(err, sqs.ErrBatchRequestTooLong, text)
	_, err = q.SendBatch(e.Ctx, sqs.Message{Body: half + half + "x"})
	e.refused(err, sqs.ErrBatchRequestTooLong, text)
}

func batchLongest(e *Env) {
	half := strings.Repeat("x", 1<<19)
	q := e.queue(sqs.Config{})
	sent, err := q.SendBatch(e.Ctx, sqs.Message{Body: half}, sqs.Message{Body: half})
	e.ok(err)
	e.allSucceeded(sent)
}

// allSucceeded demands that no message of a batch failed.
func (e *Env) allSucceeded(sent []sqs.Sent) {
	for _, s := range sent {
		e.ok(s.Err)
	}
}

func batchNoGroup(e *Env) {
	q := e.fifo(sqs.Config{})
	_, err := q.SendBatch(e.Ctx, sqs.Message{Body: "m1", GroupID: "g", DedupID: "d1"}, sqs.Message{Body: "m2", DedupID: "d2"})
	e.refused(err, sqs.ErrInvalidParameterValue, textNoGroup)
	e.none(q)
}

func batchNoDedup(e *Env) {
	q := e.fifo(sqs.Config{})
	_, err := q.SendBatch(e.Ctx, sqs.Message{Body: "m1", GroupID: "g", DedupID: "d1"}, sqs.Message{Body: "m2", GroupID: "g"})
	e.refused(err, sqs.ErrInvalidParameterValue, textNoDedup)
	e.none(q)
}

func batchAnswers(e *Env) {
	q := e.queue(sqs.Config{})
	sent, err := q.SendBatch(e.Ctx, sqs.Message{Body: "m0", EntryID: "z"}, sqs.Message{Body: "m1", EntryID: "a"},
		sqs.Message{Body: "m2"})
	e.ok(err)
	require.Len(e, sent, 3)
	e.allSucceeded(sent)
	for _, r := range e.take(q, 3, forMinutes(1)) {
		var i int
		_, err := fmt.Sscanf(r.Body, "m%d", &i)
		e.ok(err)
		assert.Equal(e, sent[i].ID, r.ID, r.Body)
	}
}

func batchOwnLimit(e *Env) {
	q := e.queue(sqs.Config{MaxMessageSize: new(2048)})
	sent, err := q.SendBatch(e.Ctx, sqs.Message{Body: strings.Repeat("x", 2048)}, sqs.Message{Body: "x"})
	e.ok(err)
	e.allSucceeded(sent)
}

func batchOversized(e *Env) {
	q := e.queue(sqs.Config{MaxMessageSize: new(1024)})
	sent, err := q.SendBatch(e.Ctx, sqs.Message{Body: "m1"}, sqs.Message{Body: strings.Repeat("x", 1025)}, sqs.Message{Body: "m3"})
	e.ok(err)
	e.fails(sent, 1, sqs.ErrInvalidParameterValue,
		"One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.")
	e.drained(q, "m1", "m3")
}

// fails demands that of three messages one failed, and the others did not.
func (e *Env) fails(sent []sqs.Sent, i int, code sqs.Code, text string) {
	require.Len(e, sent, 3)
	for k, s := range sent {
		if k == i {
			e.refused(s.Err, code, text)
		} else {
			assert.NoError(e, s.Err)
		}
	}
}

func batchCharacters(e *Env) {
	q := e.queue(sqs.Config{})
	sent, err := q.SendBatch(e.Ctx, sqs.Message{Body: "\x01"}, sqs.Message{Body: "m2"}, sqs.Message{Body: "m3"})
	e.ok(err)
	e.fails(sent, 0, sqs.ErrInvalidMessageContents, "")
	e.drained(q, "m2", "m3")
}

func batchDelay(e *Env) {
	q := e.queue(sqs.Config{})
	sent, err := q.SendBatch(e.Ctx, sqs.Message{Body: "m1"}, sqs.Message{Body: "m2"},
		sqs.Message{Body: "m3", Delay: new(901 * time.Second)})
	e.ok(err)
	e.fails(sent, 2, sqs.ErrInvalidParameterValue, "")
	e.drained(q, "m1", "m2")
}

func batchFIFOOrder(e *Env) {
	q := e.fifo(sqs.Config{MaxMessageSize: new(1024)})
	m := func(body string) sqs.Message { return sqs.Message{Body: body, GroupID: "g", DedupID: e.dedupID()} }
	sent, err := q.SendBatch(e.Ctx, m("m1"), m(strings.Repeat("x", 1025)), m("m3"))
	e.ok(err)
	e.fails(sent, 1, sqs.ErrInvalidParameterValue, "")
	assert.Equal(e, -1, sent[0].SequenceNumber.Compare(sent[2].SequenceNumber))
	assert.Equal(e, []string{"m1", "m3"}, bodies(e.take(q, 2, sqs.ReceiveOptions{})))
}

func batchDelete(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1", "m2")
	got := e.take(q, 2, lentFor(0, 2*time.Second))
	errs, err := q.DeleteBatch(e.Ctx, sqs.DeleteEntry{Receipt: got[0].Receipt},
		sqs.DeleteEntry{Receipt: sqs.ReceiptOf("garbage")}, sqs.DeleteEntry{Receipt: got[1].Receipt})
	e.ok(err)
	e.secondFails(errs, sqs.ErrReceiptHandleIsInvalid)
	e.Wait(3 * time.Second)
	e.none(q)
}

// secondFails demands that the second of three entries failed, and the others did not.
func (e *Env) secondFails(errs []error, code sqs.Code) {
	require.Len(e, errs, 3)
	assert.NoError(e, errs[0])
	e.refused(errs[1], code, "")
	assert.NoError(e, errs[2])
}

func batchHide(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1", "m2")
	got := e.take(q, 2, forMinutes(2))
	errs, err := q.ChangeVisibilityBatch(e.Ctx, sqs.VisibilityEntry{Receipt: got[0].Receipt},
		sqs.VisibilityEntry{Receipt: sqs.ReceiptOf("garbage")}, sqs.VisibilityEntry{Receipt: got[1].Receipt})
	e.ok(err)
	e.secondFails(errs, sqs.ErrReceiptHandleIsInvalid)
	e.drained(q, "m1", "m2")
}

func batchFIFOExpired(e *Env) {
	q := e.fifo(sqs.Config{})
	var rs []*sqs.Received
	for i, d := range []time.Duration{time.Minute, time.Second, time.Minute} {
		e.group(q, fmt.Sprint("g", i), fmt.Sprint("m", i))
		rs = append(rs, e.lend(q, d))
	}
	e.Wait(2 * time.Second)
	errs, err := q.DeleteBatch(e.Ctx, sqs.DeleteEntry{Receipt: rs[0].Receipt}, sqs.DeleteEntry{Receipt: rs[1].Receipt},
		sqs.DeleteEntry{Receipt: rs[2].Receipt})
	e.ok(err)
	e.secondFails(errs, sqs.ErrInvalidParameterValue)
	e.drained(q, "m1")
}
