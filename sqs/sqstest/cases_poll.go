package sqstest

import (
	"context"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

func pollCases() []Case {
	return []Case{
		recorded("9.2", "not-full", "a long poll answers at once with what there is, and does not wait for more", pollNotFull),
		recorded("9.2", "send", "a message that is sent ends a long poll", pollSend),
		recorded("9.2", "delay", "the end of a delay ends a long poll", pollDelay),
		recorded("9.2", "visibility", "the end of a visibility timeout ends a long poll", pollVisibility),
		documented("9.2", "released", "a message that is given back ends a long poll", pollReleased),
		recorded("9.2", "group", "the delete that frees a message group ends a long poll", pollGroup),
		recorded("9.2", "empty", "a long poll that found nothing ends after its time, successfully", pollEmpty),
		recorded("9.2", "one-each", "a message ends one long poll, not two", pollOneEach),
		inferred("9.2", "first-come", "the long poll that has waited longest is served first", pollFirstCome).exact(),
		documented("9.1", "own-wait", "a receive waits as long as the queue says when it does not say itself", pollOwnWait),
		inferred("9.1", "zero-wait", "a wait of 0 is a value: it does not wait, whatever the queue says", pollZeroWait),
		inferred("14.3", "dead-letter", "a long poll that only moves a dead letter keeps waiting", pollDeadLetter).exact(),
		contract("9", "cancel", "the end of the context ends a long poll with its error, and nothing is lent", pollCancel),
	}
}

func pollNotFull(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1", "m2")
	start := e.Now()
	got, err := q.Receive(e.Ctx, sqs.ReceiveOptions{Max: 10, Wait: new(20 * time.Second)})
	e.ok(err)
	assert.NotEmpty(e, got)
	assert.Less(e, e.Now().Sub(start), 10*time.Second)
}

func pollSend(e *Env) {
	q := e.queue(sqs.Config{})
	p := e.poll(q, 20*time.Second, upTo(10))
	e.Wait(time.Second)
	p.open()
	e.send(q, "m")
	p.answers("m")
	assert.Less(e, p.took, 10*time.Second)
}

func pollDelay(e *Env) {
	q := e.queue(sqs.Config{})
	e.put(q, sqs.Message{Body: "m", Delay: new(3 * time.Second)})
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	e.Wait(time.Second)
	p.open()
	e.Wait(2 * time.Second)
	p.answers("m")
	assert.Less(e, p.took, 10*time.Second)
}

func pollVisibility(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	e.lend(q, 3*time.Second)
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	e.Wait(time.Second)
	p.open()
	e.Wait(2 * time.Second)
	p.answers("m")
	assert.Less(e, p.took, 10*time.Second)
}

func pollReleased(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Hour)
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	e.hide(q, r, 0)
	p.answers("m")
	assert.Less(e, p.took, 10*time.Second)
}

func pollGroup(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2")
	r := e.lend(q, time.Hour)
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	p.open()
	e.delete(q, r)
	p.answers("m2")
	assert.Less(e, p.took, 10*time.Second)
}

func pollEmpty(e *Env) {
	q := e.queue(sqs.Config{})
	p := e.poll(q, 2*time.Second, sqs.ReceiveOptions{})
	e.Wait(time.Second)
	p.open()
	e.Wait(time.Second)
	p.answers()
	assert.GreaterOrEqual(e, p.took, 1900*time.Millisecond)
}

// pair begins two long polls of 4 s that ask for many messages.
func (e *Env) pair(q sqs.Queue) (first, second *poll) {
	return e.poll(q, 4*time.Second, upTo(10)), e.poll(q, 4*time.Second, upTo(10))
}

func pollOneEach(e *Env) {
	q := e.fifo(sqs.Config{})
	first, second := e.pair(q)
	e.group(q, "g", "m")
	e.Wait(5 * time.Second)
	a, err := first.answer()
	e.ok(err)
	b, err := second.answer()
	e.ok(err)
	assert.Equal(e, []string{"m"}, bodies(append(a, b...)))
}

func pollFirstCome(e *Env) {
	q := e.queue(sqs.Config{})
	first, second := e.pair(q)
	e.send(q, "m1")
	e.send(q, "m2")
	first.answers("m1")
	second.answers("m2")
}

func pollOwnWait(e *Env) {
	q := e.queue(sqs.Config{ReceiveWait: new(2 * time.Second)})
	p := e.begin(q, sqs.ReceiveOptions{})
	e.Wait(time.Second)
	p.open()
	e.send(q, "m")
	p.answers("m")
}

func pollZeroWait(e *Env) {
	q := e.queue(sqs.Config{ReceiveWait: new(20 * time.Second)})
	p := e.poll(q, 0, sqs.ReceiveOptions{})
	p.answers()
	assert.Less(e, p.took, 10*time.Second)
}

func pollDeadLetter(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "poison")
	e.lend(q, 0)
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	p.open()
	e.send(q, "m")
	p.answers("m")
	e.drained(dlq, "poison")
}

func pollCancel(e *Env) {
	q := e.queue(sqs.Config{})
	whole := e.Ctx
	ctx, cancel := context.WithCancel(whole)
	e.Ctx = ctx
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	p.open()
	cancel()
	_, err := p.answer()
	assert.ErrorIs(e, err, context.Canceled)
	e.Ctx = whole
	e.send(q, "m")
	assert.Equal(e, 1, e.lend(q, time.Minute).Receives)
}
