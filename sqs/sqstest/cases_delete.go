package sqstest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

func deleteCases() []Case {
	return []Case{
		documented("10.2", "lent", "a lent message is deleted by its handle, and does not come back", deleteLent),
		contract("10", "ack", "Ack deletes a message", deleteAck),
		recorded("10.2", "expired", "on a standard queue an expired handle deletes the message", deleteExpired),
		recorded("10.2", "fifo-expired", "on a FIFO queue an expired handle is refused, and the message stays",
			deleteFIFOExpired),
		recorded("10.2", "fifo-extended", "on a FIFO queue a handle lives as long as its visibility is extended",
			deleteFIFOExtended),
		observed("10.2", "older-handle", "on a standard queue a handle from an earlier delivery deletes the message",
			deleteOlder).exact(),
		inferred("10.2", "fifo-older-handle", "on a FIFO queue a handle from an earlier delivery is refused", deleteFIFOOlder),
		documented("10.2", "visibility-zero", "a message received with a visibility timeout of 0 is deleted by its handle",
			deleteAfterZero),
		recorded("10.2", "twice", "deleting a message again succeeds", deleteTwice),
		inferred("10.2", "fifo-twice", "deleting a message of a FIFO queue again succeeds", deleteFIFOTwice),
		recorded("10.2", "out-of-retention", "deleting a message that has expired succeeds",
			deleteExpiredMessage).takes(62 * time.Second),
		recorded("10.2", "garbage", "what is no handle is refused as such", deleteGarbage),
		observed("10.2", "foreign", "a handle of another queue is refused", deleteForeign),
	}
}

func deleteLent(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1", "m2")
	r := e.lend(q, 2*time.Second)
	e.delete(q, r)
	e.Wait(3 * time.Second)
	left := map[string]string{"m1": "m2", "m2": "m1"}
	e.drained(q, left[r.Body])
}

func deleteAck(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.ok(e.lend(q, time.Second).Ack(e.Ctx))
	e.Wait(2 * time.Second)
	e.none(q)
}

func deleteExpired(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Second)
	e.Wait(2 * time.Second)
	e.delete(q, r)
	e.none(q)
}

func deleteFIFOExpired(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m")
	r := e.lend(q, time.Second)
	e.Wait(2 * time.Second)
	e.refused(q.Delete(e.Ctx, r.Receipt), sqs.ErrInvalidParameterValue, textExpired(r))
	e.drained(q, "m")
}

func deleteFIFOExtended(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m")
	r := e.lend(q, 2*time.Second)
	e.hide(q, r, time.Minute)
	e.Wait(3 * time.Second)
	e.delete(q, r)
	e.counts(q, sqs.Counts{})
}

func deleteOlder(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	first := e.lend(q, 0)
	e.lend(q, time.Second)
	e.delete(q, first)
	e.Wait(2 * time.Second)
	e.none(q)
}

func deleteFIFOOlder(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m")
	first := e.lend(q, time.Second)
	e.Wait(2 * time.Second)
	e.lend(q, 2*time.Second)
	e.refused(q.Delete(e.Ctx, first.Receipt), sqs.ErrInvalidParameterValue, textExpired(first))
	e.Wait(3 * time.Second)
	e.drained(q, "m")
}

func deleteAfterZero(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.delete(q, e.lend(q, 0))
	e.none(q)
}

func deleteTwice(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Minute)
	for range 3 {
		assert.NoError(e, q.Delete(e.Ctx, r.Receipt))
	}
}

func deleteFIFOTwice(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m")
	r := e.lend(q, time.Minute)
	for range 3 {
		assert.NoError(e, q.Delete(e.Ctx, r.Receipt))
	}
}

func deleteExpiredMessage(e *Env) {
	q := e.queue(sqs.Config{Retention: new(time.Minute)})
	e.send(q, "m")
	r := e.lend(q, 2*time.Minute)
	e.Wait(62 * time.Second)
	e.delete(q, r)
}

func deleteGarbage(e *Env) {
	for _, q := range []sqs.Queue{e.queue(sqs.Config{}), e.fifo(sqs.Config{})} {
		e.refused(q.Delete(e.Ctx, sqs.ReceiptOf("garbage")), sqs.ErrReceiptHandleIsInvalid,
			`The input receipt handle "garbage" is not a valid receipt handle.`)
	}
}

func deleteForeign(e *Env) {
	q, other := e.queue(sqs.Config{}), e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, 2*time.Second)
	e.refused(other.Delete(e.Ctx, r.Receipt), sqs.ErrReceiptHandleIsInvalid,
		`The receipt handle "`+r.Receipt.String()+`" is not valid for this queue.`)
	e.Wait(2 * time.Second)
	e.drained(q, "m")
}
