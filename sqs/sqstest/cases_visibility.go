package sqstest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

func visibilityCases() []Case {
	return []Case{
		documented("9.6", "expires", "a message that is not deleted comes back when its visibility timeout ends",
			visibilityExpires),
		documented("9.1", "own-timeout", "a receive hides for as long as the queue says when it does not say itself",
			visibilityOfQueue),
		inferred("10.5", "boundary", "a message is back at the very instant its visibility timeout ends",
			visibilityBoundary).instant(),
		recorded("10.3", "from-now", "a change hides the message from now; it adds nothing to the old timeout",
			visibilityFromNow),
		recorded("10.3", "zero", "a change to 0 makes the message deliverable at once", visibilityZero),
		recorded("10.3", "this-delivery", "a change concerns one delivery; the next has the queue's timeout again",
			visibilityThisDelivery),
		documented("10.3", "count-stays", "a change does not touch the receive count", visibilityCountStays),
		observed("10.4", "twelve-hours", "a message is hidden for 12 h after its receive at most; extending does not begin them anew",
			visibilityTwelveHours).takes(2 * time.Hour),
		observed("10.4", "twelve-hours-receive", "the 12 h begin with the receive, not with the send",
			visibilityTwelveFromReceive).takes(14 * time.Hour),
		inferred("10.4", "range", "a change hides for 0 to 43200 s", visibilityRange),
		recorded("10.4", "expired", "on a standard queue an expired handle still changes the visibility", visibilityExpired),
		inferred("10.4", "expired-hides", "on a standard queue an expired handle hides the message again",
			visibilityExpiredHides).exact(),
		recorded("10.4", "older-handle", "on a standard queue a handle from an earlier delivery releases the later one",
			visibilityOlderHandle),
		observed("10.4", "fifo-expired", "on a FIFO queue an expired handle is refused", visibilityFIFOExpired),
		inferred("10.4", "fifo-older-handle", "on a FIFO queue a handle from an earlier delivery is refused",
			visibilityFIFOOlder),
		recorded("10.4", "deleted", "the visibility of a deleted message cannot be changed", visibilityDeleted),
		recorded("10.4", "garbage", "what is no handle is refused as such", visibilityGarbage),
		contract("10", "nack", "Nack gives a message back after a while", visibilityNack),
		documented("11", "counts", "messages are counted as visible, in flight or delayed", visibilityCounts),
	}
}

// textGone is the refusal to change a message that is gone.
func textGone(r *sqs.Received) string {
	return "Value " + r.Receipt.String() + " for parameter ReceiptHandle is invalid. " +
		"Reason: Message does not exist or is not available for visibility timeout change."
}

// textExpired is the refusal of an expired handle of a FIFO queue.
func textExpired(r *sqs.Received) string {
	return "Value " + r.Receipt.String() + " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
}

func visibilityExpires(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.lend(q, 3*time.Second)
	e.none(q)
	e.Wait(3 * time.Second)
	assert.Equal(e, 2, e.lend(q, time.Minute).Receives)
}

func visibilityOfQueue(e *Env) {
	q := e.queue(sqs.Config{VisibilityTimeout: new(3 * time.Second)})
	e.send(q, "m")
	e.one(q, sqs.ReceiveOptions{})
	e.none(q)
	e.Wait(3 * time.Second)
	e.drained(q, "m")
}

func visibilityBoundary(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.lend(q, 3*time.Second)
	e.Wait(3*time.Second - 1)
	e.none(q)
	e.Wait(1)
	e.drained(q, "m")
}

func visibilityFromNow(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.hide(q, e.lend(q, time.Minute), 3*time.Second)
	e.none(q)
	e.Wait(3 * time.Second)
	r := e.lend(q, 2*time.Second)
	e.hide(q, r, 6*time.Second)
	e.Wait(2 * time.Second)
	e.none(q)
	e.Wait(4 * time.Second)
	e.drained(q, "m")
}

func visibilityZero(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.hide(q, e.lend(q, time.Hour), 0)
	e.drained(q, "m")
}

func visibilityThisDelivery(e *Env) {
	q := e.queue(sqs.Config{VisibilityTimeout: new(3 * time.Second)})
	e.send(q, "m")
	r := e.one(q, sqs.ReceiveOptions{})
	e.hide(q, r, time.Hour)
	e.hide(q, r, 0)
	e.one(q, sqs.ReceiveOptions{})
	e.none(q)
	e.Wait(3 * time.Second)
	e.drained(q, "m")
}

func visibilityCountStays(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Hour)
	e.hide(q, r, time.Minute)
	e.hide(q, r, 0)
	assert.Equal(e, 2, e.lend(q, time.Minute).Receives)
}

func visibilityTwelveHours(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Hour)
	e.Wait(30 * time.Minute)
	e.hide(q, r, time.Hour)
	e.Wait(30 * time.Minute)
	e.hide(q, r, 11*time.Hour)
	err := q.ChangeVisibility(e.Ctx, r.Receipt, 11*time.Hour+time.Second)
	e.refused(err, sqs.ErrInvalidParameterValue, "Value 39601 for parameter VisibilityTimeout is invalid. "+
		"Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
}

func visibilityTwelveFromReceive(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.Wait(13 * time.Hour)
	r := e.lend(q, time.Minute)
	e.hide(q, r, 11*time.Hour)
	e.hide(q, r, 0)
	e.Wait(time.Hour)
	e.hide(q, e.lend(q, time.Minute), 12*time.Hour-time.Minute)
}

func visibilityRange(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Minute)
	for _, bad := range []time.Duration{-time.Second, 43201 * time.Second} {
		e.refused(q.ChangeVisibility(e.Ctx, r.Receipt, bad), sqs.ErrInvalidParameterValue, "")
	}
}

func visibilityExpired(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Second)
	e.Wait(2 * time.Second)
	e.hide(q, r, 2*time.Second)
	e.Wait(2 * time.Second)
	e.drained(q, "m")
}

func visibilityExpiredHides(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Second)
	e.Wait(2 * time.Second)
	e.hide(q, r, 2*time.Second)
	e.none(q)
	e.counts(q, sqs.Counts{InFlight: 1})
}

func visibilityOlderHandle(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	first := e.lend(q, 0)
	e.lend(q, time.Hour)
	e.hide(q, first, 0)
	assert.Equal(e, 3, e.lend(q, time.Minute).Receives)
}

func visibilityFIFOExpired(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m")
	r := e.lend(q, time.Second)
	e.Wait(2 * time.Second)
	e.refused(q.ChangeVisibility(e.Ctx, r.Receipt, time.Minute), sqs.ErrInvalidParameterValue, textExpired(r))
	e.drained(q, "m")
}

func visibilityFIFOOlder(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m")
	first := e.lend(q, time.Second)
	e.Wait(2 * time.Second)
	e.lend(q, time.Minute)
	e.refused(q.ChangeVisibility(e.Ctx, first.Receipt, 0), sqs.ErrInvalidParameterValue, textExpired(first))
	e.none(q)
}

func visibilityDeleted(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Minute)
	e.delete(q, r)
	e.refused(q.ChangeVisibility(e.Ctx, r.Receipt, time.Minute), sqs.ErrInvalidParameterValue, textGone(r))
}

func visibilityGarbage(e *Env) {
	err := e.queue(sqs.Config{}).ChangeVisibility(e.Ctx, sqs.ReceiptOf("garbage"), time.Minute)
	e.refused(err, sqs.ErrReceiptHandleIsInvalid, `The input receipt handle "garbage" is not a valid receipt handle.`)
}

func visibilityNack(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.ok(e.lend(q, time.Hour).Nack(e.Ctx, 2*time.Second))
	e.Wait(2 * time.Second)
	e.drained(q, "m")
}

func visibilityCounts(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1", "m2", "m3")
	e.put(q, sqs.Message{Body: "m4", Delay: new(15 * time.Minute)})
	e.counts(q, sqs.Counts{Visible: 3, Delayed: 1})
	r := e.lend(q, 10*time.Minute)
	e.counts(q, sqs.Counts{Visible: 2, InFlight: 1, Delayed: 1})
	e.delete(q, r)
	e.counts(q, sqs.Counts{Visible: 2, Delayed: 1})
}
