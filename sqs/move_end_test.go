package sqs_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Sections 15.2 and 15.4: how move tasks fail and are cancelled.

func TestFailedMoves(t *testing.T) {
	t.Run("destination deleted", func(t *testing.T) {
		w := newMoveWorld(t, "", 3)
		w.start(t, w.to(1))
		require.NoError(t, w.b.Delete(t.Context(), "dest"))
		w.clk.Advance(time.Second)
		task := w.newest(t)
		require.Equal(t, sqs.MoveFailed, task.Status)
		require.Equal(t, "AWS.SimpleQueueService.NonExistentQueue", task.Failure)
		require.Equal(t, 1, task.Moved)
		require.Empty(t, task.Handle)
		require.Equal(t, []string{"m1", "m2"}, receiveAll(t, w.dlq), "the rest stays")
	})
	t.Run("source of the letters deleted", func(t *testing.T) {
		w := newMoveWorld(t, "", 1)
		source(t, w.b, "second", w.dlq) // else it is no dead-letter queue any more
		require.NoError(t, w.b.Delete(t.Context(), "q"))
		task := w.start(t, sqs.MoveOptions{Source: w.dlq.ARN()})
		require.Equal(t, sqs.MoveFailed, task.Status)
		require.Equal(t, "AWS.SimpleQueueService.NonExistentQueue", task.Failure)
		require.Equal(t, [3]int{1, 0, 0}, counts(t, w.dlq))
	})
	t.Run("dead-letter queue deleted", func(t *testing.T) {
		w := newMoveWorld(t, "", 3)
		task := w.start(t, w.to(1))
		require.NoError(t, w.b.Delete(t.Context(), "dlq"))
		_, err := w.b.Moves(t.Context(), w.dlq.ARN(), 1)
		refused(t, err, sqs.ErrResourceNotFound, textSource)
		_, err = w.b.CancelMove(t.Context(), task.Handle)
		refused(t, err, sqs.ErrResourceNotFound, textSource)
		w.clk.Advance(sqs.NameLock)
		create(t, w.b, "dlq", sqs.Config{})
		require.Len(t, w.b.Peek("dest"), 1, "the task ended with its source")
		_, err = w.b.CancelMove(t.Context(), task.Handle)
		refused(t, err, sqs.ErrResourceNotFound, "Task does not exist.")
		w.start(t, w.to(1))
	})
	t.Run("no letter", func(t *testing.T) {
		w := newMoveWorld(t, "", 1)
		send(t, w.dlq, "sent here")
		task := w.start(t, sqs.MoveOptions{Source: w.dlq.ARN()})
		require.Equal(t, sqs.MoveFailed, task.Status)
		require.NotEmpty(t, task.Failure)
		require.Equal(t, 1, task.Moved)
		require.Equal(t, []string{"sent here"}, receiveAll(t, w.dlq))
	})
	t.Run("a destination takes what is no letter", func(t *testing.T) {
		w := newMoveWorld(t, "", 0)
		send(t, w.dlq, "sent here")
		require.Equal(t, sqs.MoveCompleted, w.start(t, w.to(0)).Status)
		require.Equal(t, []string{"sent here"}, receiveAll(t, w.dest))
	})
}

func TestCancelMove(t *testing.T) {
	w := newMoveWorld(t, "", 4)
	task := w.start(t, w.to(1))
	w.clk.Advance(time.Second)
	cancelled, err := w.b.CancelMove(t.Context(), task.Handle)
	require.NoError(t, err)
	require.Equal(t, sqs.MoveCancelled, cancelled.Status)
	require.Equal(t, 2, cancelled.Moved)
	w.clk.Advance(time.Hour)
	require.Equal(t, cancelled, w.newest(t))
	require.Equal(t, [3]int{2, 0, 0}, counts(t, w.dest), "moved messages stay moved")
	require.Equal(t, [3]int{2, 0, 0}, counts(t, w.dlq))

	handle := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	id := "6d2ad2ab-9a1b-4ff1-bd5d-2b52a2c9b0d3"
	for _, c := range []struct {
		handle string
		code   sqs.Code
		text   string
	}{
		{"", sqs.ErrInvalidParameterValue, "Value for parameter TaskHandle is invalid."},
		{"!", sqs.ErrInvalidParameterValue, "Value for parameter TaskHandle is invalid."},
		{handle("x"), sqs.ErrInvalidParameterValue, "Value for parameter TaskHandle is invalid."},
		{handle(`{"taskId":"` + id + `","sourceArn":"` + arnPrefix + `missing"}`), sqs.ErrResourceNotFound, textSource},
		{handle(`{"taskId":"` + id + `","sourceArn":"` + w.dlq.ARN() + `"}`), sqs.ErrResourceNotFound, "Task does not exist."},
		{task.Handle, sqs.ErrResourceNotFound, "Only active tasks can be cancelled."},
	} {
		_, err := w.b.CancelMove(t.Context(), c.handle)
		refused(t, err, c.code, c.text, c.handle)
	}
	w.start(t, w.to(0)) // another may begin
	require.Equal(t, [3]int{4, 0, 0}, counts(t, w.dest))
}

func TestHandleOfATask(t *testing.T) {
	w := newMoveWorld(t, "", 2)
	task := w.start(t, w.to(1))
	text, err := base64.StdEncoding.DecodeString(task.Handle)
	require.NoError(t, err)
	var members map[string]string
	require.NoError(t, json.Unmarshal(text, &members))
	require.Len(t, members, 2)
	require.Equal(t, w.dlq.ARN(), members["sourceArn"])
	require.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, members["taskId"])
	require.Equal(t, task, w.newest(t))
}
