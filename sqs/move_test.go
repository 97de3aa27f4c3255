package sqs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Section 15: move tasks.

// moveWorld is a dead-letter queue that holds dead letters of the queue q, and a destination.
type moveWorld struct {
	b            *sqs.Broker
	clk          *inflight.FakeClock
	dlq, q, dest sqs.Queue
}

func newMoveWorld(t *testing.T, suffix string, letters int) moveWorld {
	b, clk := fakeBroker()
	w := moveWorld{b: b, clk: clk, dlq: create(t, b, "dlq"+suffix, sqs.Config{})}
	w.q, w.dest = source(t, b, "q"+suffix, w.dlq), create(t, b, "dest"+suffix, sqs.Config{})
	for i := range letters {
		bury(t, w.q, fmt.Sprint("m", i))
		clk.Advance(time.Millisecond)
	}
	return w
}

// to are the options of a move to the destination.
func (w moveWorld) to(perSecond int) sqs.MoveOptions {
	return sqs.MoveOptions{Source: w.dlq.ARN(), Destination: w.dest.ARN(), PerSecond: perSecond}
}

func (w moveWorld) start(t *testing.T, opts sqs.MoveOptions) sqs.MoveTask {
	t.Helper()
	task, err := w.b.StartMove(t.Context(), opts)
	require.NoError(t, err)
	return task
}

// newest returns the newest task of the dead-letter queue.
func (w moveWorld) newest(t *testing.T) sqs.MoveTask {
	t.Helper()
	tasks, err := w.b.Moves(t.Context(), w.dlq.ARN(), 1)
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	return tasks[0]
}

const (
	textARN     = "You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
	textDestARN = "You must use this format to specify the DestinationArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
	textSource  = "The resource that you specified for the SourceArn parameter doesn't exist."
	textDest    = "The resource that you specified for the DestinationArn parameter doesn't exist."
	textNoDLQ   = "Source queue must be configured as a Dead Letter Queue."
	textRunning = "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
	reasonRate  = "Must be between 1 and 500, if provided."
)

// Each row has all the faults of the rows below it.
func TestStartMoveChecks(t *testing.T) {
	w := newMoveWorld(t, "", 2)
	fifo := create(t, w.b, "other.fifo", sqs.Config{})
	missing := sqs.ErrResourceNotFound
	check := func(opts sqs.MoveOptions, code sqs.Code, text string) {
		t.Helper()
		_, err := w.b.StartMove(t.Context(), opts)
		refused(t, err, code, text)
	}
	opts := sqs.MoveOptions{Source: "dlq", Destination: "dest", PerSecond: 501}
	check(opts, sqs.ErrInvalidParameterValue, textARN)
	opts.Source = arnPrefix + "missing"
	check(opts, missing, textSource)
	opts.Source = "arn:aws:sns:us-east-1:123456789012:dlq"
	check(opts, missing, textSource)
	opts.Source = w.dest.ARN()
	check(opts, sqs.ErrInvalidParameterValue, textNoDLQ)
	opts.Source = w.dlq.ARN()
	check(opts, sqs.ErrInvalidParameterValue, textDestARN)
	opts.Destination = arnPrefix + "missing"
	check(opts, missing, textDest)
	w.start(t, w.to(1))
	opts.Destination = fifo.ARN()
	check(opts, sqs.ErrInvalidParameterValue, textRunning)
	w.clk.Advance(time.Second)
	check(opts, sqs.ErrInvalidParameterValue, badValue("501", "MaxNumberOfMessagesPerSecond", reasonRate))
	opts.PerSecond, opts.Given = 0, sqs.GivenPerSecond
	check(opts, sqs.ErrInvalidParameterValue, badValue("0", "MaxNumberOfMessagesPerSecond", reasonRate))
	opts.PerSecond = -1
	check(opts, sqs.ErrInvalidParameterValue, badValue("-1", "MaxNumberOfMessagesPerSecond", reasonRate))
	opts.PerSecond = 500
	check(opts, sqs.ErrInvalidParameterValue,
		badValue(fifo.ARN(), "DestinationArn", "Destination queue must be same type of queue as the source."))
	opts.Destination = w.dest.ARN()
	w.start(t, opts)
}

// What arrives are new messages with the old content.
func TestMovedMessagesAreNew(t *testing.T) {
	w := newMoveWorld(t, "", 0)
	m := sqs.Message{Body: "m", GroupID: "g", Attributes: map[string]sqs.Attribute{"k": sqs.Binary([]byte{1})}, TraceHeader: "Root=1"}
	sent, err := w.q.Send(t.Context(), m)
	require.NoError(t, err)
	receiveOne(t, w.q, sqs.ReceiveOptions{})
	w.clk.Advance(time.Hour)
	require.Empty(t, receiveAll(t, w.q))
	task := w.start(t, sqs.MoveOptions{Source: w.dlq.ARN()})
	want := sqs.MoveTask{Source: w.dlq.ARN(), Status: sqs.MoveCompleted, StartedAt: w.clk.Now(), Moved: 1, ToMove: 1}
	require.Equal(t, want, w.newest(t))
	require.NotEmpty(t, task.Handle, "the answer to the start has one, though the task is over")
	task.Handle = ""
	require.Equal(t, want, task)
	require.Equal(t, [3]int{}, counts(t, w.dlq))
	require.Equal(t, w.clk.Now().Add(4*day), w.b.Peek("q")[0].ExpiresAt)
	movedAt := w.clk.Now()
	w.clk.Advance(time.Second)
	got := receiveOne(t, w.q, sqs.ReceiveOptions{})
	require.NotEqual(t, sent.ID, got.ID)
	require.Equal(t, &sqs.Received{
		Body: "m", GroupID: "g", Attributes: m.Attributes, TraceHeader: "Root=1", ID: got.ID, Receipt: got.Receipt, From: got.From,
		SentAt: movedAt, FirstReceivedAt: w.clk.Now(), HiddenUntil: w.clk.Now().Add(time.Second), Receives: 1, SenderID: account,
	}, got)
}

// Without a destination each message goes back to where it came from.
func TestMoveBackToSeveralSources(t *testing.T) {
	for _, suffix := range []string{"", ".fifo"} {
		w := newMoveWorld(t, suffix, 0)
		other := source(t, w.b, "other"+suffix, w.dlq)
		bury(t, w.q, "a")
		bury(t, other, "b")
		bury(t, w.q, "c")
		bury(t, other, "d")
		require.Equal(t, 4, w.start(t, sqs.MoveOptions{Source: w.dlq.ARN()}).Moved)
		require.Equal(t, []string{"a", "c"}, receiveAll(t, w.q))
		require.Equal(t, []string{"b", "d"}, receiveAll(t, other))
	}
}

// One message at once, then one each 1/rate of a second, oldest first.
func TestRateOfAMove(t *testing.T) {
	for _, suffix := range []string{"", ".fifo"} {
		w := newMoveWorld(t, suffix, 4)
		task := w.start(t, w.to(4))
		require.Equal(t, sqs.MoveRunning, task.Status)
		require.Equal(t, []int{1, 4, 4}, []int{task.Moved, task.ToMove, task.PerSecond})
		require.Equal(t, w.dest.ARN(), task.Destination)
		require.NotEmpty(t, task.Handle)
		const step = time.Second / 4
		for n := 1; n < 4; n++ {
			w.clk.Advance(step - 1)
			require.Equal(t, n, w.newest(t).Moved, "a nanosecond too early")
			w.clk.Advance(1)
			require.Equal(t, n+1, w.newest(t).Moved)
			require.Equal(t, [3]int{n + 1, 0, 0}, counts(t, w.dest))
			require.Equal(t, [3]int{3 - n, 0, 0}, counts(t, w.dlq))
		}
		done := w.newest(t)
		require.Equal(t, sqs.MoveCompleted, done.Status)
		require.Empty(t, done.Handle, "only while running")
		require.Equal(t, 4, done.ToMove)
		require.Equal(t, []string{"m0", "m1", "m2", "m3"}, receiveAll(t, w.dest))
	}
}

// A long leap of the clock applies each step at its own time.
func TestLeapOverAMove(t *testing.T) {
	w := newMoveWorld(t, "", 3)
	started := w.clk.Now()
	w.start(t, w.to(1))
	w.clk.Advance(time.Hour)
	for i, m := range receive(t, w.dest, sqs.ReceiveOptions{Max: 10}) {
		require.Equal(t, started.Add(time.Duration(i)*time.Second), m.SentAt)
	}
	require.Equal(t, sqs.MoveCompleted, w.newest(t).Status)
}

// The steps of two tasks are applied in order of time, at the same instant that of the older task first.
func TestLeapOverTwoMoves(t *testing.T) {
	w := newMoveWorld(t, ".fifo", 2)
	second := create(t, w.b, "second.fifo", sqs.Config{})
	bury(t, source(t, w.b, "other.fifo", second), "n0", "n1", "n2")
	w.start(t, w.to(1))
	w.start(t, sqs.MoveOptions{Source: second.ARN(), Destination: w.dest.ARN(), PerSecond: 2})
	w.clk.Advance(time.Hour)
	require.Equal(t, []string{"m0", "n0", "n1", "m1", "n2"}, receiveAll(t, w.dest))
}

// What is in flight stays, and so does what comes later than the start.
func TestMoveLeavesTheRest(t *testing.T) {
	w := newMoveWorld(t, "", 3)
	taken := receive(t, w.dlq, sqs.ReceiveOptions{})[0]
	task := w.start(t, w.to(1))
	require.Equal(t, 2, task.ToMove)
	bury(t, w.q, "later")
	w.clk.Advance(time.Second)
	require.Equal(t, sqs.MoveCompleted, w.newest(t).Status)
	require.Equal(t, []string{"m1", "m2"}, receiveAll(t, w.dest))
	require.Equal(t, []string{"later"}, receiveAll(t, w.dlq))
	require.NoError(t, taken.Ack(t.Context()))
	require.Equal(t, [3]int{0, 1, 0}, counts(t, w.dlq))
}

// A consumer that takes what was to move lets the task end early.
func TestMoveEndsWhenNothingIsLeft(t *testing.T) {
	w := newMoveWorld(t, "", 3)
	w.start(t, w.to(1))
	require.Len(t, receiveAll(t, w.dlq), 2)
	w.clk.Advance(time.Second)
	task := w.newest(t)
	require.Equal(t, sqs.MoveCompleted, task.Status)
	require.Equal(t, []int{1, 3}, []int{task.Moved, task.ToMove})
}

func TestMoveOfNothing(t *testing.T) {
	w := newMoveWorld(t, "", 0)
	task := w.start(t, w.to(1))
	require.Equal(t, sqs.MoveCompleted, task.Status)
	require.Zero(t, task.ToMove)
}

// A FIFO move keeps the order of groups and interleaves with new messages by arrival.
func TestFIFOMoveInterleaves(t *testing.T) {
	w := newMoveWorld(t, ".fifo", 3)
	w.start(t, w.to(1))
	w.clk.Advance(500 * time.Millisecond)
	send(t, w.dest, "new")
	w.clk.Advance(2 * time.Second)
	got := receive(t, w.dest, sqs.ReceiveOptions{Max: 10})
	require.Equal(t, []string{"m0", "new", "m1", "m2"}, bodies(got))
	for i := range got[1:] {
		require.Equal(t, -1, got[i].SequenceNumber.Compare(got[i+1].SequenceNumber))
	}
}

func TestListMoves(t *testing.T) {
	w := newMoveWorld(t, "", 12)
	var want []int
	for n := range 12 {
		w.start(t, w.to(500-n))
		w.clk.Advance(time.Second) // moves them all, the first time
		bury(t, w.q, "again")
		want = append([]int{500 - n}, want...)
	}
	rates := func(limit int) (all []int) {
		tasks, err := w.b.Moves(t.Context(), w.dlq.ARN(), limit)
		require.NoError(t, err)
		for _, task := range tasks {
			all = append(all, task.PerSecond)
		}
		return all
	}
	require.Equal(t, want[:10], rates(10), "newest first")
	require.Equal(t, want[:1], rates(1))
	for _, limit := range []int{0, 11, -1} {
		_, err := w.b.Moves(t.Context(), w.dlq.ARN(), limit)
		refused(t, err, sqs.ErrInvalidParameterValue, badValue(fmt.Sprint(limit), "MaxResults", "Must be between 1 and 10, if provided."))
	}
	none, err := w.b.Moves(t.Context(), w.dest.ARN(), 10)
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = w.b.Moves(t.Context(), arnPrefix+"missing", 1)
	refused(t, err, sqs.ErrResourceNotFound, textSource)
	_, err = w.b.Moves(t.Context(), "dlq", 1)
	refused(t, err, sqs.ErrInvalidParameterValue, textARN)
}

// The tasks of two queues run side by side; the hundred-and-first of an account is too much.
func TestActiveMoves(t *testing.T) {
	b, clk := fakeBroker()
	var last sqs.MoveTask
	start := func(i int) (err error) {
		dlq := create(t, b, fmt.Sprint("dlq", i), sqs.Config{})
		bury(t, source(t, b, fmt.Sprint("q", i), dlq), "a", "b")
		last, err = b.StartMove(t.Context(), sqs.MoveOptions{Source: dlq.ARN(), PerSecond: 1})
		return err
	}
	for i := range sqs.MaxMoves {
		require.NoError(t, start(i))
		require.Equal(t, sqs.MoveRunning, last.Status)
	}
	require.ErrorIs(t, start(sqs.MaxMoves), sqs.ErrOverLimit)
	other := sqs.WithCaller(t.Context(), sqs.Caller{Account: "210987654321"})
	dlq, err := b.Create(other, "dlq", sqs.Config{})
	require.NoError(t, err)
	_, err = b.Create(other, "q", sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
	require.NoError(t, err)
	_, err = b.StartMove(other, sqs.MoveOptions{Source: dlq.ARN()})
	require.NoError(t, err, "the tasks of other accounts do not count")
	clk.Advance(time.Second)
	require.NoError(t, start(sqs.MaxMoves+1))
}

// A task runs 36 hours at most: with one message a second it moves 129,600.
func TestLongestMove(t *testing.T) {
	const most = 36 * 60 * 60
	w := newMoveWorld(t, "", 0)
	ten := make([]sqs.Message, 10)
	for i := range ten {
		ten[i].Body = "m"
	}
	for range most/10 + 1 {
		_, err := w.dlq.SendBatch(t.Context(), ten...)
		require.NoError(t, err)
	}
	w.start(t, w.to(1))
	w.clk.Advance(36*time.Hour - 1)
	require.Equal(t, sqs.MoveRunning, w.newest(t).Status)
	w.clk.Advance(1)
	task := w.newest(t)
	require.Equal(t, sqs.MoveFailed, task.Status)
	require.Equal(t, most, task.Moved)
	require.Equal(t, [3]int{10, 0, 0}, counts(t, w.dlq))
}
