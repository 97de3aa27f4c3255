package core

import (
	"time"

	"github.com/google/uuid"
)

// TaskStatus is the state of a move task.
type TaskStatus uint8

// The states of a move task.
const (
	Running TaskStatus = iota
	Completed
	Cancelled
	Failed
)

// TaskLimit is how long a move task may run.
const TaskLimit = 36 * time.Hour

// Task is a move task: what it has done, and when its next step is due. Who runs it moves the messages.
type Task struct {
	ID          uuid.UUID
	Source      string
	Destination string // empty: each message back to where it was dead-lettered from
	Rate        int    // messages a second, 0: all at once
	Started     int64
	ToMove      int
	Moved       int
	Status      TaskStatus
	Failure     string
}

// Due returns when the next message moves.
func (t *Task) Due() int64 {
	if t.Rate == 0 {
		return t.Started
	}
	return t.Started + int64(t.Moved)*int64(time.Second)/int64(t.Rate)
}

// Step counts one moved message and ends the task with the last.
func (t *Task) Step() {
	t.Moved++
	if t.Moved >= t.ToMove {
		t.Status = Completed
	}
}

// Fail ends the task.
func (t *Task) Fail(reason string) {
	t.Status, t.Failure = Failed, reason
}
