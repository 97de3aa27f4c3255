package sqstest

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

func moveCases() []Case {
	return []Case{
		recorded("15.2", "back", "without a destination each message goes back to the queue that gave it up", moveBack),
		recorded("15.2", "back-each", "also when several queues gave messages up", moveBackEach),
		recorded("15.2", "elsewhere", "with a destination all messages go there", moveElsewhere),
		documented("15.2", "new-messages", "moved messages are new, but for body and attributes: another id, never received, no dead letters",
			moveNewMessages),
		documented("15.2", "fifo", "messages of FIFO queues move too, in order", moveFIFO),
		recorded("15.2", "rate", "with a rate the first message moves at once, and the others one by one",
			moveRate).takes(5 * time.Second),
		inferred("15.2", "in-flight", "messages that are lent do not move", moveInFlight).exact(),
		inferred("15.2", "no-origin", "a task that meets a message without origin fails", moveNoOrigin).exact(),
		recorded("15.3", "listed", "a finished task is listed with its numbers and without a handle", moveListed),
		documented("15.3", "newest-first", "tasks are listed newest first, as many as asked for", moveNewestFirst).exact(),
		recorded("15.3", "destination-gone", "a task whose destination is deleted fails, and the rest stays",
			moveDestinationGone).exact(),
		recorded("15.1", "not-dead-letter", "only a dead-letter queue can be emptied by a task", moveNotDeadLetter),
		recorded("15.1", "unknown", "source and destination must exist", moveUnknown),
		recorded("15.1", "one-task", "a queue has one active task at most", moveOneTask),
		inferred("15.1", "rate-range", "a rate is 1 to 500 a second", moveRateRange),
		recorded("15.1", "handle", "a handle is the base64 of a task id and the source's ARN", moveHandle),
		recorded("15.4", "cancel", "a cancelled task stops, and what has moved stays moved", moveCancel).exact(),
		recorded("15.4", "cancel-garbage", "a handle that is none is refused", moveCancelGarbage),
		recorded("15.4", "cancel-unknown", "a handle of no task and a handle of no queue are refused", moveCancelUnknown),
		inferred("15.4", "cancel-finished", "a finished task cannot be cancelled", moveCancelFinished).exact(),
	}
}

const (
	textNoSource = "The resource that you specified for the SourceArn parameter doesn't exist."
	textNoDest   = "The resource that you specified for the DestinationArn parameter doesn't exist."
)

// letters makes dead letters of messages.
func (e *Env) letters(q sqs.Queue, bodies ...string) {
	for _, b := range bodies {
		m := anyMessage(q)
		m.Body = b
		if m.DedupID != "" {
			m.DedupID = e.dedupID()
		}
		e.put(q, m)
		e.lend(q, 0)
		e.none(q)
	}
}

// start starts a move task.
func (e *Env) start(opts sqs.MoveOptions) sqs.MoveTask {
	task, err := e.Queues.StartMove(e.Ctx, opts)
	require.NoError(e, err, "StartMove")
	return task
}

// finish waits for the newest task of a queue to end, a second where time is exact, and demands its state.
func (e *Env) finish(dlq sqs.Queue, want sqs.MoveStatus) sqs.MoveTask {
	for tries := 0; ; tries++ {
		tasks, err := e.Queues.Moves(e.Ctx, dlq.ARN(), 1)
		e.ok(err)
		require.Len(e, tasks, 1)
		if tasks[0].Status != sqs.MoveRunning || tries == 60 {
			require.Equal(e, want, tasks[0].Status, tasks[0].Failure)
			return tasks[0]
		}
		e.Wait(time.Second)
	}
}

func moveBack(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.letters(q, "m1", "m2")
	e.start(sqs.MoveOptions{Source: dlq.ARN()})
	e.finish(dlq, sqs.MoveCompleted)
	e.none(dlq)
	e.drained(q, "m1", "m2")
}

func moveBackEach(e *Env) {
	dlq, first := e.pairOfQueues(1)
	second := e.queue(sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
	e.letters(first, "first")
	e.letters(second, "second")
	e.start(sqs.MoveOptions{Source: dlq.ARN()})
	e.finish(dlq, sqs.MoveCompleted)
	e.drained(first, "first")
	e.drained(second, "second")
}

func moveElsewhere(e *Env) {
	dlq, q := e.pairOfQueues(1)
	other := e.queue(sqs.Config{})
	e.letters(q, "m1", "m2")
	e.start(sqs.MoveOptions{Source: dlq.ARN(), Destination: other.ARN()})
	e.finish(dlq, sqs.MoveCompleted)
	e.none(q)
	e.drained(other, "m1", "m2")
}

func moveNewMessages(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.put(q, greeting())
	e.lend(q, 0)
	e.none(q)
	letter := e.lend(dlq, 0)
	e.Wait(2 * time.Second)
	e.start(sqs.MoveOptions{Source: dlq.ARN()})
	e.finish(dlq, sqs.MoveCompleted)
	r := e.lend(q, time.Minute)
	assert.NotEqual(e, letter.ID, r.ID)
	assert.Equal(e, letter.Body, r.Body)
	assert.Equal(e, greeting().Attributes, r.Attributes)
	assert.Equal(e, 1, r.Receives)
	assert.Empty(e, r.DeadLetteredBy)
	assert.Greater(e, r.SentAt, letter.SentAt)
}

func moveFIFO(e *Env) {
	dlq, q := e.fifoPairOfQueues(1)
	e.letters(q, "m1", "m2", "m3")
	e.start(sqs.MoveOptions{Source: dlq.ARN()})
	e.finish(dlq, sqs.MoveCompleted)
	var got []string
	for range 3 {
		r := e.lend(q, time.Minute)
		got = append(got, r.Body)
		e.delete(q, r)
	}
	assert.Equal(e, []string{"m1", "m2", "m3"}, got)
}

func moveRate(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.letters(q, "m1", "m2", "m3", "m4")
	start := e.Now()
	task := e.start(sqs.MoveOptions{Source: dlq.ARN(), PerSecond: 1})
	assert.Equal(e, 1, task.PerSecond)
	if e.Exact {
		e.Wait(1500 * time.Millisecond)
		e.counts(q, sqs.Counts{Visible: 2})
	}
	e.finish(dlq, sqs.MoveCompleted)
	assert.GreaterOrEqual(e, e.Now().Sub(start), 3*time.Second)
	e.drained(q, "m1", "m2", "m3", "m4")
}

func moveInFlight(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.letters(q, "lent", "free")
	e.lend(dlq, time.Hour)
	e.start(sqs.MoveOptions{Source: dlq.ARN()})
	e.finish(dlq, sqs.MoveCompleted)
	e.drained(q, "free")
	e.counts(dlq, sqs.Counts{InFlight: 1})
}

func moveNoOrigin(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.send(dlq, "sent directly")
	e.start(sqs.MoveOptions{Source: dlq.ARN()})
	assert.NotEmpty(e, e.finish(dlq, sqs.MoveFailed).Failure)
	e.none(q)
	e.drained(dlq, "sent directly")
}

func moveListed(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.letters(q, "m1", "m2")
	started := e.start(sqs.MoveOptions{Source: dlq.ARN(), Destination: q.ARN()})
	task := e.finish(dlq, sqs.MoveCompleted)
	assert.Equal(e, dlq.ARN(), task.Source)
	assert.Equal(e, q.ARN(), task.Destination)
	assert.Equal(e, 2, task.Moved)
	assert.Equal(e, 2, task.ToMove)
	assert.Zero(e, task.PerSecond)
	assert.Empty(e, task.Handle)
	assert.Empty(e, task.Failure)
	assert.WithinDuration(e, started.StartedAt, task.StartedAt, 5*time.Second)
}

func moveNewestFirst(e *Env) {
	dlq, q := e.pairOfQueues(1)
	for _, body := range []string{"m1", "m2", "m3"} {
		e.letters(q, body)
		e.start(sqs.MoveOptions{Source: dlq.ARN()})
		e.delete(q, e.drained(q, body)...)
		e.Wait(time.Second)
	}
	tasks, err := e.Queues.Moves(e.Ctx, dlq.ARN(), 2)
	e.ok(err)
	require.Len(e, tasks, 2)
	assert.Greater(e, tasks[0].StartedAt, tasks[1].StartedAt)
	_, err = e.Queues.Moves(e.Ctx, dlq.ARN(), 11)
	e.refused(err, sqs.ErrInvalidParameterValue, "")
}

func moveDestinationGone(e *Env) {
	dlq, q := e.pairOfQueues(1)
	other := e.queue(sqs.Config{})
	e.letters(q, "m1", "m2", "m3")
	e.start(sqs.MoveOptions{Source: dlq.ARN(), Destination: other.ARN(), PerSecond: 1})
	e.ok(e.Queues.Delete(e.Ctx, other.Name()))
	e.Wait(5 * time.Second)
	assert.Equal(e, "AWS.SimpleQueueService.NonExistentQueue", e.finish(dlq, sqs.MoveFailed).Failure)
	e.drained(dlq, "m2", "m3")
}

func moveNotDeadLetter(e *Env) {
	_, err := e.Queues.StartMove(e.Ctx, sqs.MoveOptions{Source: e.queue(sqs.Config{}).ARN()})
	e.refused(err, sqs.ErrInvalidParameterValue, "Source queue must be configured as a Dead Letter Queue.")
}

func moveUnknown(e *Env) {
	dlq, q := e.pairOfQueues(1)
	unknown := strings.TrimSuffix(q.ARN(), q.Name()) + e.name()
	_, err := e.Queues.StartMove(e.Ctx, sqs.MoveOptions{Source: unknown})
	e.refused(err, sqs.ErrResourceNotFound, textNoSource)
	_, err = e.Queues.StartMove(e.Ctx, sqs.MoveOptions{Source: dlq.ARN(), Destination: unknown})
	e.refused(err, sqs.ErrResourceNotFound, textNoDest)
	_, err = e.Queues.Moves(e.Ctx, unknown, 1)
	e.refused(err, sqs.ErrResourceNotFound, textNoSource)
}

func moveOneTask(e *Env) {
	dlq, q := e.pairOfQueues(1)
	e.letters(q, "m1", "m2", "m3")
	e.start(sqs.MoveOptions{Source: dlq.ARN(), PerSecond: 1})
	_, err := e.Queues.StartMove(e.Ctx, sqs.MoveOptions{Source: dlq.ARN()})
	e.refused(err, sqs.ErrInvalidParameterValue,
		"There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
}

func moveRateRange(e *Env) {
	dlq, _ := e.pairOfQueues(1)
	for _, bad := range []int{-1, 0, 501} {
		_, err := e.Queues.StartMove(e.Ctx, sqs.MoveOptions{Source: dlq.ARN(), PerSecond: bad, Given: sqs.GivenPerSecond})
		e.refused(err, sqs.ErrInvalidParameterValue, "")
	}
}

// running starts a task of three messages and one a second, and returns its handle's two parts too.
func (e *Env) running() (dlq sqs.Queue, task sqs.MoveTask, parts map[string]string) {
	dlq, q := e.pairOfQueues(1)
	e.letters(q, "m1", "m2", "m3")
	task = e.start(sqs.MoveOptions{Source: dlq.ARN(), PerSecond: 1})
	text, err := base64.StdEncoding.DecodeString(task.Handle)
	e.ok(err)
	e.ok(json.Unmarshal(text, &parts))
	return dlq, task, parts
}

func moveHandle(e *Env) {
	dlq, task, parts := e.running()
	assert.Equal(e, sqs.MoveRunning, task.Status)
	assert.Len(e, parts, 2)
	assert.Equal(e, dlq.ARN(), parts["sourceArn"])
	assert.Len(e, parts["taskId"], 36)
}

func moveCancel(e *Env) {
	dlq, task, _ := e.running()
	e.Wait(1500 * time.Millisecond)
	cancelled, err := e.Queues.CancelMove(e.Ctx, task.Handle)
	e.ok(err)
	assert.Equal(e, 2, cancelled.Moved)
	e.Wait(10 * time.Second)
	assert.Empty(e, e.finish(dlq, sqs.MoveCancelled).Handle)
	e.drained(dlq, "m3")
}

func moveCancelGarbage(e *Env) {
	_, err := e.Queues.CancelMove(e.Ctx, "foobar")
	e.refused(err, sqs.ErrInvalidParameterValue, "Value for parameter TaskHandle is invalid.")
}

func moveCancelUnknown(e *Env) {
	_, _, parts := e.running()
	handle := func(task, source string) string {
		b, err := json.Marshal(map[string]string{"taskId": task, "sourceArn": source})
		e.ok(err)
		return base64.StdEncoding.EncodeToString(b)
	}
	_, err := e.Queues.CancelMove(e.Ctx, handle("00000000-0000-4000-8000-000000000000", parts["sourceArn"]))
	e.refused(err, sqs.ErrResourceNotFound, "Task does not exist.")
	_, err = e.Queues.CancelMove(e.Ctx, handle(parts["taskId"], parts["sourceArn"]+"-unknown"))
	e.refused(err, sqs.ErrResourceNotFound, textNoSource)
}

func moveCancelFinished(e *Env) {
	dlq, task, _ := e.running()
	e.Wait(10 * time.Second)
	e.finish(dlq, sqs.MoveCompleted)
	_, err := e.Queues.CancelMove(e.Ctx, task.Handle)
	e.refused(err, sqs.ErrResourceNotFound, "")
}
