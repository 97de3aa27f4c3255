package sqstest

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

func sendCases() []Case {
	return []Case{
		documented("6.7", "answer", "every message gets an id of its own, under which it is received", sendAnswers),
		recorded("6.7", "sequence", "only FIFO queues give sequence numbers", sendSequence),
		recorded("6.2", "no-body", "a message without a body is refused", sendNoBody),
		recorded("6.2", "group-syntax", "a group id is 1 to 128 visible characters, also on a standard queue", sendGroupSyntax),
		recorded("6.2", "dedup-syntax", "a deduplication id is 1 to 128 visible characters", sendDedupSyntax),
		recorded("6.2", "no-group", "a FIFO queue refuses a message without a group id", sendNoGroup),
		recorded("6.2", "no-dedup", "a FIFO queue that does not deduplicate by content needs a deduplication id", sendNoDedup),
		inferred("6.2", "standard-dedup", "a standard queue refuses a deduplication id", sendStandardDedup),
		recorded("6.2", "fifo-delay", "a FIFO queue refuses a delay of a message, also when it has one itself", sendFIFODelay),
		observed("6.2", "delay-range", "a delay is 0 to 900 s", sendDelayRange),
		inferred("6.2", "missing-queue", "a missing queue is noticed before a bad message", sendMissingQueue).exact(),
		recorded("6.6", "trace", "the trace header comes back", sendTrace),
		recorded("17", "fair-group", "a group id on a standard queue comes back, without a sequence number", sendFairGroup),
		recorded("17", "fair-no-lock", "a group id on a standard queue locks nothing", sendFairNoLock),
	}
}

const (
	textNoGroup = "The request must contain the parameter MessageGroupId."
	textNoDedup = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
)

// textToken is the refusal of an id with bad characters.
func textToken(parameter, value string) string {
	return fmt.Sprintf("Value %s for parameter %s is invalid. Reason: %[2]s can only include alphanumeric and punctuation "+
		"characters. 1 to 128 in length.", value, parameter)
}

func sendAnswers(e *Env) {
	q := e.queue(sqs.Config{})
	sent := map[uuid.UUID]string{}
	for i, s := range e.send(q, "m0", "m1", "m2") {
		sent[s.ID] = fmt.Sprintf("m%d", i)
	}
	received := map[uuid.UUID]string{}
	for _, r := range e.take(q, 3, forMinutes(1)) {
		received[r.ID] = r.Body
	}
	assert.Equal(e, sent, received)
}

func sendSequence(e *Env) {
	assert.True(e, e.send(e.queue(sqs.Config{}), "m")[0].SequenceNumber.IsZero())
	assert.False(e, e.group(e.fifo(sqs.Config{}), "g", "m")[0].SequenceNumber.IsZero())
}

func sendNoBody(e *Env) {
	_, err := e.queue(sqs.Config{}).Send(e.Ctx, sqs.Message{})
	e.refused(err, sqs.ErrMissingParameter, "The request must contain the parameter MessageBody.")
}

// badTokens are values that no group or deduplication id can have.
func badTokens() []string {
	return []string{"", "with space", strings.Repeat("x", 129), "tab\there", "ümlaut"}
}

func sendGroupSyntax(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range badTokens() {
		_, err := q.Send(e.Ctx, sqs.Message{Body: "m", GroupID: bad, Given: sqs.GivenGroupID})
		e.refused(err, sqs.ErrInvalidParameterValue, textToken("MessageGroupId", bad))
	}
	e.put(q, sqs.Message{Body: "m", GroupID: "aZ09!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"})
	e.put(q, sqs.Message{Body: "m", GroupID: strings.Repeat("x", 128)})
}

func sendDedupSyntax(e *Env) {
	q := e.fifo(sqs.Config{})
	for _, bad := range badTokens() {
		_, err := q.Send(e.Ctx, sqs.Message{Body: "m", GroupID: "g", DedupID: bad, Given: sqs.GivenDedupID})
		e.refused(err, sqs.ErrInvalidParameterValue, textToken("MessageDeduplicationId", bad))
	}
	e.put(q, sqs.Message{Body: "m", GroupID: "g", DedupID: strings.Repeat("x", 128)})
}

func sendNoGroup(e *Env) {
	_, err := e.fifo(sqs.Config{}).Send(e.Ctx, sqs.Message{Body: "m", DedupID: "d"})
	e.refused(err, sqs.ErrMissingParameter, textNoGroup)
}

func sendNoDedup(e *Env) {
	_, err := e.fifo(sqs.Config{}).Send(e.Ctx, sqs.Message{Body: "m", GroupID: "g"})
	e.refused(err, sqs.ErrInvalidParameterValue, textNoDedup)
	e.put(e.fifo(sqs.Config{ContentDedup: new(true)}), sqs.Message{Body: "m", GroupID: "g"})
}

func sendStandardDedup(e *Env) {
	_, err := e.queue(sqs.Config{}).Send(e.Ctx, sqs.Message{Body: "m", DedupID: "d"})
	e.refused(err, sqs.ErrInvalidParameterValue, "")
}

func sendFIFODelay(e *Env) {
	for _, own := range []time.Duration{0, 2 * time.Second} {
		q := e.fifo(sqs.Config{Delay: &own})
		_, err := q.Send(e.Ctx, sqs.Message{Body: "m", GroupID: "g", DedupID: "d", Delay: new(2 * time.Second)})
		e.refused(err, sqs.ErrInvalidParameterValue,
			"Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.")
	}
}

func sendDelayRange(e *Env) {
	q := e.queue(sqs.Config{})
	_, err := q.Send(e.Ctx, sqs.Message{Body: "m", Delay: new(901 * time.Second)})
	e.refused(err, sqs.ErrInvalidParameterValue,
		"Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.")
	_, err = q.Send(e.Ctx, sqs.Message{Body: "m", Delay: new(-time.Second)})
	e.refused(err, sqs.ErrInvalidParameterValue, "")
	e.put(q, sqs.Message{Body: "m", Delay: new(900 * time.Second)})
}

func sendMissingQueue(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(e.Queues.Delete(e.Ctx, q.Name()))
	_, err := q.Send(e.Ctx, sqs.Message{Body: ""})
	e.refused(err, sqs.ErrQueueDoesNotExist, textNoQueue)
}

func sendTrace(e *Env) {
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	q := e.queue(sqs.Config{})
	e.put(q, sqs.Message{Body: "m", TraceHeader: header})
	assert.Equal(e, header, e.one(q, sqs.ReceiveOptions{}).TraceHeader)
}

func sendFairGroup(e *Env) {
	q := e.queue(sqs.Config{})
	sent := e.put(q, sqs.Message{Body: "m", GroupID: "tenant"})
	assert.True(e, sent.SequenceNumber.IsZero())
	r := e.one(q, sqs.ReceiveOptions{})
	assert.Equal(e, "tenant", r.GroupID)
	assert.True(e, r.SequenceNumber.IsZero())
}

func sendFairNoLock(e *Env) {
	q := e.queue(sqs.Config{})
	for _, body := range []string{"m1", "m2", "m3"} {
		e.put(q, sqs.Message{Body: body, GroupID: "tenant"})
	}
	seen := []string{e.lend(q, time.Minute).Body, e.lend(q, time.Minute).Body, e.lend(q, time.Minute).Body}
	assert.ElementsMatch(e, []string{"m1", "m2", "m3"}, seen)
}
