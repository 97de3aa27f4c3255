package sqstest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

func dedupCases() []Case {
	return []Case{
		recorded("16.3", "explicit", "a second message of the same deduplication id succeeds and is not stored", dedupExplicit),
		recorded("16.3", "content", "without an id the SHA-256 of the body is the id, and it is shown", dedupContent),
		recorded("16.3", "content-attributes", "attributes play no part in content-based deduplication",
			dedupContentAttributes),
		documented("16.3", "explicit-wins", "an explicit id overrides the one of the content", dedupExplicitWins),
		recorded("16.3", "explicit-hash", "an explicit id that equals the hash of an earlier body is a duplicate",
			dedupExplicitHash),
		recorded("16.3", "queue-scope", "the same id in another group is a duplicate when the scope is the queue",
			dedupQueueScope),
		recorded("16.3", "group-scope", "the same id in another group is no duplicate when the scope is the group",
			dedupGroupScope),
		inferred("16.3", "answer", "a duplicate is answered with the id and sequence number of the original", dedupAnswer),
		recorded("16.3", "after-delete", "a duplicate of a deleted message is still one", dedupAfterDelete),
		documented("16.3", "after-receive", "a duplicate of a lent message is still one", dedupAfterReceive),
		documented("16.3", "window", "after five minutes the id is free; duplicates do not prolong them",
			dedupWindow).takes(6 * time.Minute),
		inferred("16.3", "window-boundary", "the id is free at the very end of the five minutes",
			dedupWindowBoundary).instant().takes(6 * time.Minute),
		inferred("16.3", "after-expiry", "the expiry of a message does not free its id",
			dedupAfterExpiry).takes(2 * time.Minute),
		inferred("16.3", "after-dead-letter", "a dead letter's id stays taken in the queue it left", dedupAfterDeadLetter),
		recorded("16.3", "after-purge", "a purge forgets all ids", dedupAfterPurge).spreads(),
		documented("16.3", "batch", "duplicates within one batch are found", dedupInBatch),
		documented("16.3", "redelivery", "deduplication does not concern what comes back after a visibility timeout",
			dedupRedelivery),
	}
}

// twice sends two messages that should be duplicates, and demands that only the first was stored.
func (e *Env) twice(q sqs.Queue, first, second sqs.Message) {
	e.put(q, first)
	e.put(q, second)
	e.drained(q, first.Body)
}

func fifoMessage(body, group, dedup string) sqs.Message {
	return sqs.Message{Body: body, GroupID: group, DedupID: dedup}
}

func dedupExplicit(e *Env) {
	e.twice(e.fifo(sqs.Config{}), fifoMessage("m1", "g", "d"), fifoMessage("m2", "g", "d"))
}

// hashOfTest is the SHA-256 of the body "Test".
const hashOfTest = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25"

func dedupContent(e *Env) {
	q := e.fifo(sqs.Config{ContentDedup: new(true)})
	e.put(q, fifoMessage("Test", "g", ""))
	e.put(q, fifoMessage("Test", "g", ""))
	e.put(q, fifoMessage("test", "g", ""))
	got := e.drained(q, "Test", "test")
	assert.Equal(e, hashOfTest, got[0].DedupID)
}

func dedupContentAttributes(e *Env) {
	second := fifoMessage("m", "g", "")
	second.Attributes = map[string]sqs.Attribute{"k": sqs.String("x")}
	e.twice(e.fifo(sqs.Config{ContentDedup: new(true)}), fifoMessage("m", "g", ""), second)
}

func dedupExplicitWins(e *Env) {
	q := e.fifo(sqs.Config{ContentDedup: new(true)})
	e.put(q, fifoMessage("m", "g", "d1"))
	e.put(q, fifoMessage("m", "g", "d2"))
	e.drained(q, "m", "m")
}

func dedupExplicitHash(e *Env) {
	e.twice(e.fifo(sqs.Config{ContentDedup: new(true)}), fifoMessage("Test", "g", ""), fifoMessage("other", "g", hashOfTest))
}

func dedupQueueScope(e *Env) {
	e.twice(e.fifo(sqs.Config{}), fifoMessage("m1", "g1", "d"), fifoMessage("m2", "g2", "d"))
}

func dedupGroupScope(e *Env) {
	q := e.fifo(sqs.Config{DedupScope: new(sqs.ScopeMessageGroup)})
	e.put(q, fifoMessage("m1", "g1", "d"))
	e.put(q, fifoMessage("m2", "g2", "d"))
	e.put(q, fifoMessage("m3", "g1", "d"))
	e.drained(q, "m1", "m2")
}

func dedupAnswer(e *Env) {
	q := e.fifo(sqs.Config{})
	first := e.put(q, fifoMessage("m1", "g", "d"))
	assert.Equal(e, first, e.put(q, fifoMessage("m2", "g", "d")))
}

func dedupAfterDelete(e *Env) {
	for _, cfg := range []sqs.Config{{}, {ContentDedup: new(true)}} {
		q := e.fifo(cfg)
		m := fifoMessage("m", "g", "d")
		if cfg.ContentDedup != nil {
			m.DedupID = ""
		}
		e.put(q, m)
		e.delete(q, e.drained(q, "m")...)
		e.put(q, m)
		e.none(q)
	}
}

func dedupAfterReceive(e *Env) {
	q := e.fifo(sqs.Config{})
	e.put(q, fifoMessage("m1", "g", "d"))
	r := e.lend(q, 10*time.Minute)
	e.put(q, fifoMessage("m2", "g", "d"))
	e.delete(q, r)
	e.none(q)
}

func dedupWindow(e *Env) {
	q := e.fifo(sqs.Config{})
	e.put(q, fifoMessage("m1", "g", "d"))
	e.Wait(4*time.Minute + 55*time.Second)
	e.put(q, fifoMessage("m2", "g", "d"))
	e.Wait(10 * time.Second)
	e.put(q, fifoMessage("m3", "g", "d"))
	e.drained(q, "m1", "m3")
}

func dedupWindowBoundary(e *Env) {
	q := e.fifo(sqs.Config{})
	e.put(q, fifoMessage("m1", "g", "d"))
	e.Wait(5*time.Minute - 1)
	e.put(q, fifoMessage("m2", "g", "d"))
	e.Wait(1)
	e.put(q, fifoMessage("m3", "g", "d"))
	e.drained(q, "m1", "m3")
}

func dedupAfterExpiry(e *Env) {
	q := e.fifo(sqs.Config{Retention: new(time.Minute)})
	e.put(q, fifoMessage("m1", "g", "d"))
	e.Wait(62 * time.Second)
	e.put(q, fifoMessage("m2", "g", "d"))
	e.none(q)
}

func dedupAfterDeadLetter(e *Env) {
	dlq, q := e.fifoPairOfQueues(1)
	e.put(q, fifoMessage("m1", "g", "d"))
	e.lend(q, 0)
	e.none(q)
	e.put(q, fifoMessage("m2", "g", "d"))
	e.none(q)
	e.drained(dlq, "m1")
}

func dedupAfterPurge(e *Env) {
	q := e.fifo(sqs.Config{})
	e.put(q, fifoMessage("m1", "g", "d"))
	e.ok(q.Purge(e.Ctx))
	e.spread()
	e.put(q, fifoMessage("m2", "g", "d"))
	e.drained(q, "m2")
}

func dedupInBatch(e *Env) {
	q := e.fifo(sqs.Config{})
	sent, err := q.SendBatch(e.Ctx, fifoMessage("m1", "g", "d"), fifoMessage("m2", "g", "d"), fifoMessage("m3", "g", "e"))
	e.ok(err)
	e.allSucceeded(sent)
	e.drained(q, "m1", "m3")
}

func dedupRedelivery(e *Env) {
	q := e.fifo(sqs.Config{})
	e.put(q, fifoMessage("m", "g", "d"))
	e.lend(q, 2*time.Second)
	e.Wait(2 * time.Second)
	assert.Equal(e, 2, e.lend(q, time.Minute).Receives)
}
