package sqstest

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

// redriveCases are about the redrive policy and the redrive-allow policy themselves.
func redriveCases() []Case {
	return []Case{
		recorded("14.1", "shown", "the redrive policy is shown as JSON, its count as a number", redriveShown),
		recorded("3.3", "removed", "an empty redrive policy removes it", redriveRemoved).spreads(),
		observed("14.1", "count-range", "a redrive policy allows 1 to 1000 receives", redriveCountRange),
		inferred("14.1", "no-arn", "the target must be an ARN", redriveNoARN),
		inferred("14.1", "other-service", "the target must be a queue", redriveOtherService),
		observed("14.1", "unknown-target", "the target must exist", redriveUnknownTarget),
		observed("14.1", "kind", "source and target must be of the same kind", redriveKind),
		documented("14.1", "sources", "a queue lists the queues whose dead letters it gets", redriveSources).spreads(),
		documented("14.2", "deny", "a queue may refuse to be a dead-letter queue", redriveDeny).spreads(),
		documented("14.2", "by-queue", "a queue may name the queues whose dead letters it takes", redriveByQueue).spreads(),
		inferred("14.2", "allow-range", "a redrive-allow policy names 1 to 10 queues, and only by queue", redriveAllowRange),
		inferred("14.2", "existing", "a redrive-allow policy does not undo a link that exists", redriveExisting).exact(),
	}
}

// anyMessage is a message that fits the kind of the queue.
func anyMessage(q sqs.Queue) sqs.Message {
	if strings.HasSuffix(q.Name(), ".fifo") {
		return fifoMessage("m", "g", "d")
	}
	return sqs.Message{Body: "m"}
}

func redriveShown(e *Env) {
	dlq, q := e.pairOfQueues(42)
	var got map[string]any
	e.ok(json.Unmarshal([]byte(e.attribute(q, "RedrivePolicy")), &got))
	assert.Equal(e, map[string]any{"deadLetterTargetArn": dlq.ARN(), "maxReceiveCount": 42.0}, got)
	cfg, err := q.Config(e.Ctx)
	e.ok(err)
	if assert.NotNil(e, cfg.DeadLetter) {
		assert.Equal(e, dlq.ARN(), cfg.DeadLetter.Target)
		assert.Equal(e, 42, cfg.DeadLetter.MaxReceives)
	}
}

func redriveRemoved(e *Env) {
	_, q := e.pairOfQueues(1)
	e.set(q, sqs.Config{DeadLetter: &sqs.DeadLetter{}})
	assert.Empty(e, e.attribute(q, "RedrivePolicy"))
	e.send(q, "m")
	e.lend(q, 0)
	assert.Equal(e, 2, e.lend(q, 0).Receives)
}

// redriveRefused demands that a redrive policy is refused, by SetConfig and by Create, for a reason. The empty reason is not
// compared.
func (e *Env) redriveRefused(q sqs.Queue, d sqs.DeadLetter, reason string) {
	text := ""
	if reason != "" {
		text = fmt.Sprintf(`Value {"deadLetterTargetArn":"%s","maxReceiveCount":%d} for parameter RedrivePolicy is invalid. Reason: %s`,
			d.Target, d.MaxReceives, reason)
	}
	e.refused(q.SetConfig(e.Ctx, sqs.Config{DeadLetter: &d}), sqs.ErrInvalidParameterValue, text)
	_, err := e.Queues.Create(e.Ctx, e.name(), sqs.Config{DeadLetter: &d})
	e.refused(err, sqs.ErrInvalidParameterValue, text)
}

func redriveCountRange(e *Env) {
	dlq, q := e.queue(sqs.Config{}), e.queue(sqs.Config{})
	for _, bad := range []int{0, -1, 1001} {
		e.redriveRefused(q, sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: bad},
			fmt.Sprintf("Invalid value for maxReceiveCount: %d, valid values are from 1 to 1000 both inclusive.", bad))
	}
	for _, good := range []int{1, 1000} {
		assert.NoError(e, q.SetConfig(e.Ctx, sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: good}}))
	}
}

func redriveNoARN(e *Env) {
	e.redriveRefused(e.queue(sqs.Config{}), sqs.DeadLetter{Target: "dummy", MaxReceives: 1}, "")
}

func redriveOtherService(e *Env) {
	q := e.queue(sqs.Config{})
	topic := strings.Replace(q.ARN(), ":sqs:", ":sns:", 1)
	e.redriveRefused(q, sqs.DeadLetter{Target: topic, MaxReceives: 1}, "")
}

func redriveUnknownTarget(e *Env) {
	q := e.queue(sqs.Config{})
	e.redriveRefused(q, sqs.DeadLetter{Target: q.ARN() + "-unknown", MaxReceives: 1}, "Dead letter target does not exist.")
}

func redriveKind(e *Env) {
	const reason = "Dead-letter queue must be same type of queue as the source.."
	standard, fifo := e.queue(sqs.Config{}), e.fifo(sqs.Config{})
	e.redriveRefused(standard, sqs.DeadLetter{Target: fifo.ARN(), MaxReceives: 1}, reason)
	err := fifo.SetConfig(e.Ctx, sqs.Config{DeadLetter: &sqs.DeadLetter{Target: standard.ARN(), MaxReceives: 1}})
	e.refused(err, sqs.ErrInvalidParameterValue, "")
}

func redriveSources(e *Env) {
	dlq, first := e.pairOfQueues(1)
	second := e.queue(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 9}})
	e.spread()
	page, err := dlq.Sources(e.Ctx, sqs.ListOptions{})
	e.ok(err)
	var names []string
	for _, q := range page.Queues {
		names = append(names, q.Name())
	}
	assert.ElementsMatch(e, []string{first.Name(), second.Name()}, names)
	page, err = first.Sources(e.Ctx, sqs.ListOptions{})
	e.ok(err)
	assert.Empty(e, page.Queues)
}

// link makes a dead-letter queue of one queue for another.
func (e *Env) link(q, dlq sqs.Queue) error {
	return q.SetConfig(e.Ctx, sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
}

func redriveDeny(e *Env) {
	dlq, q := e.queue(sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.DenyAll}}), e.queue(sqs.Config{})
	e.refused(e.link(q, dlq), sqs.ErrInvalidParameterValue, "")
	e.set(dlq, sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.AllowAll}})
	e.ok(e.link(q, dlq))
}

func redriveByQueue(e *Env) {
	friend, stranger := e.queue(sqs.Config{}), e.queue(sqs.Config{})
	dlq := e.queue(sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.ByQueue, Sources: []string{friend.ARN()}}})
	e.spread()
	e.ok(e.link(friend, dlq))
	e.refused(e.link(stranger, dlq), sqs.ErrInvalidParameterValue, "")
}

func redriveAllowRange(e *Env) {
	q := e.queue(sqs.Config{})
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = fmt.Sprint(q.ARN(), i)
	}
	for _, bad := range []sqs.RedriveAllow{
		{Permission: "allowSome"}, {Permission: sqs.ByQueue}, {Permission: sqs.ByQueue, Sources: eleven},
		{Permission: sqs.AllowAll, Sources: eleven[:1]}, {Permission: sqs.DenyAll, Sources: eleven[:1]},
	} {
		e.refused(q.SetConfig(e.Ctx, sqs.Config{RedriveAllow: &bad}), sqs.ErrInvalidParameterValue, "")
	}
	e.ok(q.SetConfig(e.Ctx, sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.ByQueue, Sources: eleven[:10]}}))
}

func redriveExisting(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.set(dlq, sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.DenyAll}})
	e.send(q, "m")
	e.lend(q, 0)
	e.none(q)
	e.drained(dlq, "m")
}
