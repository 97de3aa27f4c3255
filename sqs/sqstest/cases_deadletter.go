package sqstest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

func deadLetterCases() []Case {
	return []Case{
		recorded("14.3", "after-last", "the receive after the last allowed delivery moves the message instead of lending it",
			deadAfterLast),
		recorded("14.3", "once", "one allowed delivery means one", deadOnce),
		documented("14.3", "not-by-time", "without a further receive a message stays, visible, whatever time passes",
			deadNotByTime),
		documented("14.3", "not-by-release", "giving a message back moves nothing", deadNotByRelease),
		inferred("14.3", "goes-on", "the receive that moves a message lends the next ones", deadGoesOn).exact(),
		inferred("14.3", "no-queue", "without its dead-letter queue a message is lent as usual", deadNoQueue).exact(),
		inferred("3.4", "counted-before", "a new redrive policy counts the receives of the past", deadCountedBefore).exact(),
		recorded("14.4", "count-continues", "the receive count goes on in the dead-letter queue; the failed receive does not count",
			deadCountContinues),
		recorded("14.4", "unchanged", "id, body, attributes and trace header stay as they were", deadUnchanged),
		recorded("14.4", "source", "a dead letter tells which queue gave it up", deadSource),
		documented("14.4", "sent-at", "a dead letter of a standard queue keeps the time of its sending", deadSentAt),
		inferred("14.4", "handles", "old handles delete nothing after the move, and change nothing", deadHandles).exact(),
		documented("12", "retention", "a dead letter of a standard queue goes on ageing", deadRetention).takes(3 * time.Minute),
		documented("12", "fifo-retention", "a dead letter of a FIFO queue begins a new life",
			deadRetentionFIFO).takes(3 * time.Minute),
		documented("14.4", "fifo-dedup", "in a FIFO dead-letter queue the message id is the deduplication id", deadDedupFIFO),
		recorded("14.4", "fifo-group", "after the move of a FIFO message its group goes on", deadGroupGoesOn),
		inferred("14.4", "chain", "each queue of a chain counts its own receives; the attribute shows their sum",
			deadChain).exact(),
	}
}

// pairOfQueues makes a standard queue and its dead-letter queue.
func (e *Env) pairOfQueues(maxReceives int) (dlq, q sqs.Queue) {
	dlq = e.queue(sqs.Config{})
	return dlq, e.queue(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: maxReceives}})
}

// fifoPairOfQueues makes a FIFO queue and its dead-letter queue.
func (e *Env) fifoPairOfQueues(maxReceives int) (dlq, q sqs.Queue) {
	dlq = e.fifo(sqs.Config{})
	return dlq, e.fifo(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: maxReceives}})
}

func deadAfterLast(e *Env) {
	dlq, q := e.pairOfQueues(2)
	e.send(q, "m")
	assert.Equal(e, 1, e.lend(q, 0).Receives)
	assert.Equal(e, 2, e.lend(q, 0).Receives)
	e.none(dlq)
	e.none(q)
	e.drained(dlq, "m")
}

func deadOnce(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "m")
	e.lend(q, 0)
	e.none(q)
	e.drained(dlq, "m")
}

func deadNotByTime(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "m")
	e.lend(q, time.Second)
	e.Wait(3 * time.Second)
	e.none(dlq)
	e.counts(q, sqs.Counts{Visible: 1})
}

func deadNotByRelease(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "m")
	e.hide(q, e.lend(q, time.Minute), 0)
	e.none(dlq)
	e.counts(q, sqs.Counts{Visible: 1})
}

func deadGoesOn(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "poison")
	e.lend(q, 0)
	e.send(q, "m1", "m2")
	assert.Equal(e, []string{"m1"}, bodies(e.receive(q, upTo(1))))
	assert.Equal(e, []string{"m2"}, bodies(e.receive(q, upTo(10))))
	e.drained(dlq, "poison")
}

func deadNoQueue(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "m")
	e.ok(e.Queues.Delete(e.Ctx, dlq.Name()))
	e.lend(q, 0)
	assert.Equal(e, 2, e.lend(q, 0).Receives)
}

func deadCountedBefore(e *Env) {
	dlq, q := e.queue(sqs.Config{}), e.queue(sqs.Config{})
	e.send(q, "m")
	e.lend(q, 0)
	e.lend(q, 0)
	e.set(q, sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 2}})
	e.none(q)
	e.drained(dlq, "m")
}

func deadCountContinues(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "m")
	e.lend(q, 0)
	e.none(q)
	e.none(q)
	assert.Equal(e, 2, e.lend(dlq, 0).Receives)
	assert.Equal(e, 3, e.lend(dlq, 0).Receives)
}

func deadUnchanged(e *Env) {
	dlq, q := e.pairOfQueues(1)
	m := greeting()
	m.TraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793"
	sent := e.put(q, m)
	e.lend(q, 0)
	e.none(q)
	r := e.lend(dlq, time.Minute)
	assert.Equal(e, sent.ID, r.ID)
	assert.Equal(e, m.Body, r.Body)
	assert.Equal(e, m.Attributes, r.Attributes)
	assert.Equal(e, m.TraceHeader, r.TraceHeader)
}

func deadSource(e *Env) {
	for _, make := range []func(int) (dlq, q sqs.Queue){e.pairOfQueues, e.fifoPairOfQueues} {
		dlq, q := make(1)
		e.put(q, anyMessage(q))
		assert.Empty(e, e.lend(q, 0).DeadLetteredBy)
		e.none(q)
		assert.Equal(e, q.ARN(), e.lend(dlq, time.Minute).DeadLetteredBy)
	}
}

func deadSentAt(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "m")
	r := e.lend(q, 0)
	e.Wait(2 * time.Second)
	e.none(q)
	assert.Equal(e, r.SentAt, e.lend(dlq, time.Minute).SentAt)
}

func deadHandles(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(q, "m")
	r := e.lend(q, 0)
	e.none(q)
	e.ok(q.Delete(e.Ctx, r.Receipt))
	e.refused(q.ChangeVisibility(e.Ctx, r.Receipt, time.Minute), sqs.ErrInvalidParameterValue, textGone(r))
	e.drained(dlq, "m")
}

func deadRetention(e *Env) {
	dlq := e.queue(sqs.Config{Retention: new(2 * time.Minute)})
	q := e.queue(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
	e.send(q, "m")
	e.lend(q, 0)
	e.Wait(time.Minute)
	e.none(q)
	e.drained(dlq, "m")
	e.Wait(62 * time.Second)
	e.none(dlq)
}

func deadRetentionFIFO(e *Env) {
	dlq := e.fifo(sqs.Config{Retention: new(2 * time.Minute)})
	q := e.fifo(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
	e.group(q, "g", "m")
	e.lend(q, 0)
	e.Wait(time.Minute)
	e.none(q)
	e.drained(dlq, "m")
	e.Wait(62 * time.Second)
	e.drained(dlq, "m")
}

func deadDedupFIFO(e *Env) {
	dlq, q := e.fifoPairOfQueues(1)
	e.put(dlq, fifoMessage("other", "h", "d"))
	sent := e.put(q, fifoMessage("m", "g", "d"))
	e.lend(q, 0)
	e.none(q)
	for _, r := range e.drained(dlq, "other", "m") {
		if r.Body == "m" {
			assert.Equal(e, sent.ID.String(), r.DedupID)
			assert.Equal(e, "g", r.GroupID)
		}
	}
}

func deadGroupGoesOn(e *Env) {
	dlq, q := e.fifoPairOfQueues(1)
	e.group(q, "g", "poison")
	e.lend(q, 0)
	e.none(q)
	e.group(q, "g", "next")
	e.drained(q, "next")
	e.drained(dlq, "poison")
}

func deadChain(e *Env) {
	last := e.queue(sqs.Config{})
	middle := e.queue(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: last.ARN(), MaxReceives: 1}})
	first := e.queue(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: middle.ARN(), MaxReceives: 2}})
	e.send(first, "m")
	e.lend(first, 0)
	e.lend(first, 0)
	e.none(first)
	r := e.lend(middle, 0)
	assert.Equal(e, 3, r.Receives)
	e.none(middle)
	r = e.lend(last, 0)
	require.Equal(e, 4, r.Receives)
	assert.Equal(e, middle.ARN(), r.DeadLetteredBy)
}
