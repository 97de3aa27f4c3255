package sqstest

import (
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// timeCases are about delay and retention: what time alone does.
func timeCases() []Case {
	return []Case{
		documented("13", "delay", "a delayed message is counted as delayed, and cannot be received before its time",
			delayHides),
		documented("13", "delay-queue", "a queue's delay hides every message at first", delayOfQueue),
		documented("6.1", "delay-zero", "a delay of 0 is a value: it overrides the queue's on a standard queue", delayZero),
		recorded("6.1", "fifo-delay-zero", "a delay of 0 does not override that of a FIFO queue", delayZeroFIFO),
		documented("3.4", "delay-change", "a new delay of a standard queue leaves waiting messages alone",
			delayChange).spreads(),
		documented("3.4", "fifo-delay-change", "a new delay of a FIFO queue re-times waiting messages",
			delayChangeFIFO).exact(),
		documented("13", "fifo-delay-blocks", "a delayed message of a group blocks those behind it", delayBlocksGroup),
		recorded("12", "retention", "a message expires when its retention ends, visible or lent",
			retentionEnds).takes(62 * time.Second),
		recorded("12", "fifo-retention", "a message of a FIFO queue expires likewise",
			retentionEndsFIFO).takes(62 * time.Second),
		documented("12", "retention-receive", "receiving a message does not prolong its life",
			retentionNotProlonged).takes(62 * time.Second),
		inferred("12", "retention-boundary", "a message expires at the very instant its retention ends",
			retentionBoundary).instant().takes(time.Minute),
		documented("3.4", "retention-change", "a shorter retention expires messages that are older",
			retentionChange).exact().takes(2 * time.Minute),
		inferred("12", "expired-head", "an expired message no longer blocks its group",
			expiredHead).exact().takes(62 * time.Second),
		inferred("23", "in-order", "deadlines that are passed together take effect in their order",
			deadlinesInOrder).exact().takes(time.Hour),
	}
}

func delayHides(e *Env) {
	q := e.queue(sqs.Config{})
	e.put(q, sqs.Message{Body: "m", Delay: new(4 * time.Second)})
	e.none(q)
	if e.Exact {
		e.counts(q, sqs.Counts{Delayed: 1})
	}
	e.Wait(4 * time.Second)
	e.drained(q, "m")
}

func delayOfQueue(e *Env) {
	q := e.queue(sqs.Config{Delay: new(4 * time.Second)})
	e.send(q, "m")
	e.none(q)
	e.Wait(4 * time.Second)
	e.drained(q, "m")
}

func delayZero(e *Env) {
	q := e.queue(sqs.Config{Delay: new(15 * time.Minute)})
	e.put(q, sqs.Message{Body: "m", Delay: new(0 * time.Second)})
	e.drained(q, "m")
}

func delayZeroFIFO(e *Env) {
	q := e.fifo(sqs.Config{Delay: new(4 * time.Second)})
	e.put(q, sqs.Message{Body: "m", GroupID: "g", DedupID: "d", Delay: new(0 * time.Second)})
	e.none(q)
	e.Wait(4 * time.Second)
	e.drained(q, "m")
}

func delayChange(e *Env) {
	q := e.queue(sqs.Config{Delay: new(15 * time.Minute)})
	e.send(q, "before")
	e.set(q, sqs.Config{Delay: new(0 * time.Second)})
	e.send(q, "after")
	e.drained(q, "after")
}

func delayChangeFIFO(e *Env) {
	q := e.fifo(sqs.Config{Delay: new(15 * time.Minute)})
	e.group(q, "g", "m1")
	e.set(q, sqs.Config{Delay: new(2 * time.Second)})
	e.none(q)
	e.counts(q, sqs.Counts{Delayed: 1})
	e.Wait(2 * time.Second)
	e.drained(q, "m1")
	e.group(q, "h", "m2")
	e.set(q, sqs.Config{Delay: new(10 * time.Second)})
	e.Wait(2 * time.Second)
	e.none(q)
	e.Wait(8 * time.Second)
	e.drained(q, "m2")
}

func delayBlocksGroup(e *Env) {
	q := e.fifo(sqs.Config{Delay: new(4 * time.Second)})
	e.group(q, "g", "m1", "m2")
	e.none(q)
	e.Wait(5 * time.Second)
	e.inOrder(q, "m1", "m2")
}

func retentionEnds(e *Env) {
	q := e.queue(sqs.Config{Retention: new(time.Minute)})
	e.send(q, "lent", "visible")
	e.lend(q, 10*time.Second)
	e.Wait(62 * time.Second)
	e.none(q)
	e.counts(q, sqs.Counts{})
}

func retentionEndsFIFO(e *Env) {
	q := e.fifo(sqs.Config{Retention: new(time.Minute)})
	e.group(q, "g", "lent", "waiting")
	e.group(q, "h", "visible")
	e.lend(q, 10*time.Second)
	e.Wait(62 * time.Second)
	e.none(q)
	e.counts(q, sqs.Counts{})
}

func retentionNotProlonged(e *Env) {
	q := e.queue(sqs.Config{Retention: new(time.Minute)})
	e.send(q, "m")
	e.Wait(30 * time.Second)
	e.hide(q, e.lend(q, 20*time.Second), 10*time.Second)
	e.Wait(32 * time.Second)
	e.none(q)
}

func retentionBoundary(e *Env) {
	q := e.queue(sqs.Config{Retention: new(time.Minute)})
	e.send(q, "m")
	e.Wait(time.Minute - 1)
	e.lend(q, 0)
	e.Wait(1)
	e.none(q)
}

func retentionChange(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "old")
	e.Wait(2 * time.Minute)
	e.send(q, "young")
	e.set(q, sqs.Config{Retention: new(time.Minute)})
	e.drained(q, "young")
}

func expiredHead(e *Env) {
	q := e.fifo(sqs.Config{Retention: new(time.Minute)})
	e.group(q, "g", "head")
	e.lend(q, time.Hour)
	e.Wait(30 * time.Second)
	e.group(q, "g", "next")
	e.none(q)
	e.Wait(30 * time.Second)
	e.drained(q, "next")
}

func deadlinesInOrder(e *Env) {
	q := e.queue(sqs.Config{Retention: new(time.Minute)})
	e.put(q, sqs.Message{Body: "m", Delay: new(10 * time.Second)})
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	e.Wait(time.Hour)
	p.answers("m") // at 10 s, before it expired
	e.none(q)
	e.counts(q, sqs.Counts{})
}
