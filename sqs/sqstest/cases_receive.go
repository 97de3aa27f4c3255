package sqstest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

func receiveCases() []Case {
	return []Case{
		documented("9.1", "one", "a receive that names no number lends one message at most", receiveOne),
		recorded("9.1", "max-range", "a receive asks for 1 to 10 messages", receiveMaxRange),
		recorded("9.1", "wait-range", "a receive waits 0 to 20 s", receiveWaitRange),
		inferred("9.1", "visibility-range", "a receive hides messages for 0 to 43200 s", receiveVisibilityRange),
		documented("9.1", "ten", "a receive lends up to ten messages at once", receiveTen).exact(),
		documented("9.2", "empty", "a receive from an empty queue succeeds with nothing", receiveEmpty),
		recorded("9.2", "order", "a standard queue lends in the order of sending", receiveOrder).exact(),
		recorded("9.2", "old-place", "a message that comes back has its old place in the order", receiveOldPlace).exact(),
		documented("9.3", "fields", "a message tells when it was sent and first received, how often, and by whom it was sent",
			receiveFields),
		documented("9.3", "count", "every delivery raises the receive count; the time of the first stays", receiveCount),
		recorded("9.5", "new-handle", "every delivery has a new receipt handle", receiveNewHandle),
		recorded("9.6", "visibility-zero", "a visibility timeout of 0 is a value: the message is deliverable again at once",
			receiveVisibilityZero),
		inferred("9.6", "once-per-answer", "a message appears once in an answer, also with a visibility timeout of 0",
			receiveOncePerAnswer).exact(),
		recorded("9.4", "attribute-filter", "a receive returns the attributes that its names select", receiveFilter),
		recorded("9.4", "attribute-prefix", "Hel.* selects all names that begin with Hel, the dot being part of the wildcard",
			receivePrefix),
		contract("9", "concurrent", "concurrent receives lend each message once", receiveConcurrent).exact(),
		documented("9.8", "attempt", "on a FIFO queue the same attempt id gets the same messages and handles again",
			receiveAttempt),
		documented("9.8", "attempt-hides", "a repeated attempt restarts the visibility timeouts", receiveAttemptHides),
		documented("9.8", "attempt-window", "an attempt id is remembered for five minutes",
			receiveAttemptWindow).takes(5 * time.Minute),
		inferred("9.8", "attempt-count", "a repeated attempt does not raise the receive count", receiveAttemptCount),
		inferred("9.8", "attempt-deleted", "a repeated attempt is a fresh receive once a message was deleted",
			receiveAttemptDeleted).exact(),
		inferred("9.8", "attempt-standard", "a standard queue refuses an attempt id", receiveAttemptStandard),
	}
}

func receiveOne(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1", "m2", "m3", "m4", "m5")
	for range 5 {
		assert.LessOrEqual(e, len(e.receive(q, sqs.ReceiveOptions{})), 1)
	}
}

func receiveMaxRange(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []int{-1, 0, 11} {
		_, err := q.Receive(e.Ctx, sqs.ReceiveOptions{Max: bad, Given: sqs.GivenMax})
		e.refused(err, sqs.ErrInvalidParameterValue, fmt.Sprintf(
			"Value %d for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", bad))
	}
}

func receiveWaitRange(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []int{-1, 21} {
		_, err := q.Receive(e.Ctx, sqs.ReceiveOptions{Wait: new(time.Duration(bad) * time.Second)})
		e.refused(err, sqs.ErrInvalidParameterValue, fmt.Sprintf(
			"Value %d for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.", bad))
	}
}

func receiveVisibilityRange(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []int{-1, 43201} {
		_, err := q.Receive(e.Ctx, sqs.ReceiveOptions{Visibility: new(time.Duration(bad) * time.Second)})
		e.refused(err, sqs.ErrInvalidParameterValue, "")
	}
	e.receive(q, sqs.ReceiveOptions{Visibility: new(12 * time.Hour)})
}

func receiveTen(e *Env) {
	q := e.queue(sqs.Config{})
	for i := range 12 {
		e.send(q, fmt.Sprint(i))
	}
	assert.Len(e, e.receive(q, upTo(10)), 10)
	assert.Len(e, e.receive(q, upTo(10)), 2)
}

func receiveEmpty(e *Env) {
	got, err := e.queue(sqs.Config{}).Receive(e.Ctx, sqs.ReceiveOptions{Wait: new(0 * time.Second)})
	e.ok(err)
	assert.Empty(e, got)
}

func receiveOrder(e *Env) {
	q := e.queue(sqs.Config{})
	want := []string{"m1", "m2", "m3", "m4"}
	e.send(q, want...)
	got := append(e.receive(q, upTo(1)), e.receive(q, upTo(10))...)
	assert.Equal(e, want, bodies(got))
}

func receiveOldPlace(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1")
	r := e.lend(q, time.Minute)
	e.send(q, "m2")
	e.hide(q, r, 0)
	assert.Equal(e, []string{"m1", "m2"}, bodies(e.receive(q, upTo(10))))
	q = e.queue(sqs.Config{})
	e.send(q, "m1", "m2", "m3")
	got := e.receive(q, upTo(10))
	require.Len(e, got, 3)
	e.hide(q, got[0], 0)
	e.send(q, "m4")
	e.hide(q, got[2], 0)
	e.hide(q, got[1], 0)
	assert.Equal(e, []string{"m1", "m2", "m3", "m4"}, bodies(e.receive(q, upTo(10))))
}

func receiveFields(e *Env) {
	q := e.queue(sqs.Config{})
	before := e.Now()
	e.send(q, "m")
	e.Wait(2 * time.Second)
	r := e.lend(q, time.Minute)
	assert.WithinDuration(e, before, r.SentAt, 1500*time.Millisecond, "SentAt")
	assert.Greater(e, r.FirstReceivedAt.Sub(r.SentAt), 1500*time.Millisecond, "FirstReceivedAt")
	assert.Equal(e, 1, r.Receives)
	assert.NotEmpty(e, r.SenderID)
	assert.Empty(e, r.DeadLetteredBy)
	assert.Empty(e, r.GroupID)
	assert.WithinDuration(e, e.Now().Add(time.Minute), r.HiddenUntil, 5*time.Second, "HiddenUntil")
}

func receiveCount(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	first := e.lend(q, 0)
	e.Wait(time.Second)
	for n := 2; n <= 4; n++ {
		r := e.lend(q, 0)
		assert.Equal(e, n, r.Receives)
		assert.Equal(e, first.FirstReceivedAt, r.FirstReceivedAt)
		assert.Equal(e, first.SentAt, r.SentAt)
	}
}

func receiveNewHandle(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	handles := map[sqs.Receipt]bool{}
	for range 3 {
		handles[e.lend(q, 0).Receipt] = true
	}
	assert.Len(e, handles, 3)
	for r := range handles {
		assert.LessOrEqual(e, len(r.String()), 1024)
	}
}

func receiveVisibilityZero(e *Env) {
	q := e.queue(sqs.Config{VisibilityTimeout: new(time.Minute)})
	e.send(q, "m")
	assert.Equal(e, 1, e.lend(q, 0).Receives)
	assert.Equal(e, 2, e.lend(q, 0).Receives)
	own := e.queue(sqs.Config{VisibilityTimeout: new(0 * time.Second)})
	e.send(own, "m")
	assert.Equal(e, 1, e.one(own, sqs.ReceiveOptions{}).Receives)
	assert.Equal(e, 2, e.one(own, sqs.ReceiveOptions{}).Receives)
}

func receiveOncePerAnswer(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m1", "m2")
	assert.Equal(e, []string{"m1", "m2"}, bodies(e.receive(q, lentFor(10, 0))))
}

// greeting is a message with the attributes of the service's own example.
func greeting() sqs.Message {
	return sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{
		"General": sqs.String("Kenobi"), "Hello": sqs.String("There"), "Help.Me": sqs.String("Me"),
	}}
}

// selected demands what a receive with a list of attribute names returns.
func (e *Env) selected(names []string, want ...string) {
	q := e.queue(sqs.Config{})
	e.put(q, greeting())
	got := slices.Sorted(maps.Keys(e.one(q, sqs.ReceiveOptions{Attributes: names}).Attributes))
	assert.Equal(e, strings.Join(want, " "), strings.Join(got, " "), "names %q", names)
}

func receiveFilter(e *Env) {
	all := []string{"General", "Hello", "Help.Me"}
	e.selected(nil, all...)
	e.selected([]string{})
	for _, everything := range []string{"All", ".*", "*"} {
		e.selected([]string{everything}, all...)
	}
	e.selected([]string{"Hello", "General"}, "General", "Hello")
	e.selected([]string{"Hello", "Unknown"}, "Hello")
	e.selected([]string{"Unknown"})
	e.selected([]string{"AWS.", "..foo"})
}

func receivePrefix(e *Env) {
	e.selected([]string{"Hel.*"}, "Hello", "Help.Me")
	e.selected([]string{"Help.*"}, "Help.Me")
	e.selected([]string{"Hel"})
	e.selected([]string{"el.*"})
}

func receiveConcurrent(e *Env) {
	q := e.queue(sqs.Config{})
	for i := range 40 {
		e.send(q, fmt.Sprint(i))
	}
	got := make([][]*sqs.Received, 8)
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i], errs[i] = q.Receive(e.Ctx, lentFor(5, time.Minute)) })
	}
	all.Wait()
	seen := map[string]int{}
	for i := range got {
		e.ok(errs[i])
		for _, r := range got[i] {
			seen[r.Body]++
		}
	}
	require.Len(e, seen, 40)
	assert.Equal(e, 1, slices.Max(slices.Collect(maps.Values(seen))))
}

// attempt receives up to two messages as an attempt.
func (e *Env) attempt(q sqs.Queue, id string) []*sqs.Received {
	return e.receive(q, sqs.ReceiveOptions{Max: 2, Visibility: new(time.Minute), AttemptID: id})
}

func receiveAttempt(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2", "m3")
	first, again := e.attempt(q, "a"), e.attempt(q, "a")
	require.Len(e, first, 2)
	require.Equal(e, bodies(first), bodies(again))
	for i := range first {
		assert.Equal(e, first[i].Receipt, again[i].Receipt)
	}
	assert.Empty(e, bodies(e.attempt(q, "b")), "another attempt finds the group locked")
}

func receiveAttemptHides(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1")
	again := sqs.ReceiveOptions{AttemptID: "a", Visibility: new(4 * time.Second)}
	first := e.receive(q, again)
	require.Len(e, first, 1)
	e.Wait(3 * time.Second)
	require.Len(e, e.receive(q, again), 1)
	e.Wait(2 * time.Second)
	e.hide(q, first[0], time.Minute) // still valid
	e.none(q)
}

func receiveAttemptWindow(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1")
	again := sqs.ReceiveOptions{AttemptID: "a", Visibility: new(time.Hour)}
	require.Len(e, e.receive(q, again), 1)
	e.Wait(4*time.Minute + 50*time.Second)
	require.Len(e, e.receive(q, again), 1)
	e.Wait(20 * time.Second)
	assert.Empty(e, bodies(e.receive(q, again)), "a fresh receive, which finds the group locked")
}

func receiveAttemptCount(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1")
	require.Len(e, e.attempt(q, "a"), 1)
	again := e.attempt(q, "a")
	require.Len(e, again, 1)
	assert.Equal(e, 1, again[0].Receives)
}

func receiveAttemptDeleted(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2", "m3")
	e.delete(q, e.attempt(q, "a")...)
	assert.Equal(e, []string{"m3"}, bodies(e.attempt(q, "a")))
}

func receiveAttemptStandard(e *Env) {
	_, err := e.queue(sqs.Config{}).Receive(e.Ctx, sqs.ReceiveOptions{AttemptID: "a"})
	e.refused(err, sqs.ErrInvalidParameterValue, "")
}
