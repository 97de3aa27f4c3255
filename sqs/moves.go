package sqs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// MoveOptions says what a move task moves. Source and Destination are ARNs.
type MoveOptions struct {
	Source string // a queue that is the dead-letter queue of at least one other
	// Destination is a queue of the same kind. Empty means that each message goes back to the queue that gave it up.
	Destination string
	PerSecond   int // 1 to 500 messages; 0 means at once
	Given       Given
}

// MoveStatus is the state of a move task.
type MoveStatus string

// The states of a move task.
const (
	MoveRunning   MoveStatus = "RUNNING"
	MoveCompleted MoveStatus = "COMPLETED"
	MoveCancelled MoveStatus = "CANCELLED"
	MoveFailed    MoveStatus = "FAILED"
)

// MoveTask is a move task as it stands. What it moves are new messages in their destination: with another id, never received,
// their retention beginning anew.
type MoveTask struct {
	Handle      string // for CancelMove; Moves shows it of running tasks only
	Source      string
	Destination string // as given
	PerSecond   int    // as given
	Status      MoveStatus
	StartedAt   time.Time
	Moved       int
	ToMove      int    // messages that were visible in the source when the task began
	Failure     string // why a failed task failed
}

// moves are the move tasks of a broker. Time alone moves them: they are brought up to date before every operation.
type moves struct {
	running atomic.Int32
	next    atomic.Int64 // when the next message moves, 0: never

	mu    sync.Mutex
	tasks []*move // in order of start
	ids   *rand.ChaCha8
}

type move struct {
	core.Task
	source *queue
	dest   *queue // nil: each message's own source
}

func (m *move) handle() string {
	b, _ := json.Marshal(moveHandle{m.ID, m.Source}) // both always have a JSON form
	return base64.StdEncoding.EncodeToString(b)
}

type moveHandle struct {
	TaskID    uuid.UUID `json:"taskId"`
	SourceARN string    `json:"sourceArn"`
}

func (m *move) public() MoveTask {
	t := MoveTask{
		Source: m.Source, Destination: m.Destination, PerSecond: m.Rate, StartedAt: at(m.Started), Moved: m.Moved,
		ToMove: m.ToMove, Failure: m.Failure,
		Status: [...]MoveStatus{MoveRunning, MoveCompleted, MoveCancelled, MoveFailed}[m.Status],
	}
	if m.Status == core.Running {
		t.Handle = m.handle()
	}
	return t
}

// StartMove starts a move task; see [Queues].
func (b *Broker) StartMove(ctx context.Context, opts MoveOptions) (MoveTask, error) {
	c, err := b.begin(ctx, OpStartMessageMoveTask, opts.Source)
	var t MoveTask
	if err == nil {
		t, err = c.startMove(opts)
	}
	if err = c.end(err); err != nil {
		return MoveTask{}, err
	}
	return t, nil
}

func (c *call) startMove(opts MoveOptions) (MoveTask, error) {
	b := c.b
	source, err := c.byARN(opts.Source, "SourceArn")
	if err != nil {
		return MoveTask{}, err
	}
	if !b.isDeadLetterQueue(source.arn) {
		return MoveTask{}, fail(ErrInvalidParameterValue, "Source queue must be configured as a Dead Letter Queue.")
	}
	var dest *queue
	if opts.Destination != "" {
		if dest, err = c.byARN(opts.Destination, "DestinationArn"); err != nil {
			return MoveTask{}, err
		}
	}
	b.moves.mu.Lock()
	defer b.moves.mu.Unlock()
	if err := b.moves.admit(source, dest, opts); err != nil {
		return MoveTask{}, err
	}
	n, err := source.counts(c.now)
	if err != nil {
		return MoveTask{}, err
	}
	m := &move{source: source, dest: dest, Task: core.Task{
		ID: kit.NewID(b.moves.ids), Source: source.arn, Destination: opts.Destination, Rate: opts.PerSecond,
		Started: c.now, ToMove: n.Waiting,
	}}
	b.moves.tasks = slices.DeleteFunc(b.moves.tasks, func(m *move) bool { return m.source.gone.Load() })
	b.moves.tasks = append(b.moves.tasks, m)
	defer b.rearm() // also when a Chooser panics
	b.moves.run(b, c.now)
	t := m.public()
	t.Handle = m.handle() // also when the task has ended already
	return t, nil
}

// admit makes the checks of a new task that come after its queues were found. The caller holds mu.
func (ms *moves) admit(source, dest *queue, opts MoveOptions) error {
	active := 0
	for _, m := range ms.tasks {
		if m.Status != core.Running {
			continue
		}
		if m.source == source {
			return fail(ErrInvalidParameterValue, "There is already a task running. Only one active task is allowed for a "+
				"source queue arn at a given time.")
		}
		if m.source.key.account == source.key.account {
			active++
		}
	}
	switch {
	case active >= MaxMoves:
		return fail(ErrOverLimit, "%d move tasks are active, maximum allowed is %d.", active, MaxMoves)
	case (opts.PerSecond != 0 || opts.Given&GivenPerSecond != 0) && (opts.PerSecond < 1 || opts.PerSecond > MaxMoveRate):
		return badValue(opts.PerSecond, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500, if provided.")
	case dest != nil && dest.settings.Load().fifo != source.settings.Load().fifo:
		return badValue(opts.Destination, "DestinationArn", "Destination queue must be same type of queue as the source.")
	}
	return nil
}

// byARN finds the queue of an ARN parameter, for a caller who may use it.
func (c *call) byARN(ref, parameter string) (*queue, error) {
	a, ok := arn.Parse(ref)
	if !ok {
		return nil, fail(ErrInvalidParameterValue, "You must use this format to specify the %s: "+
			"arn:<partition>:<service>:<region>:<account-id>:<resource-id>", parameter)
	}
	q := c.b.find(keyOf(a))
	if q == nil {
		return nil, fail(ErrResourceNotFound,
			"The resource that you specified for the %s parameter doesn't exist.", parameter)
	}
	return q, q.authorize(c.caller, c.op, c.now)
}

func (b *Broker) isDeadLetterQueue(arn string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, q := range b.queues {
		if q.feeds(arn) {
			return true
		}
	}
	return false
}

// Moves lists move tasks; see [Queues].
func (b *Broker) Moves(ctx context.Context, source string, limit int) ([]MoveTask, error) {
	c, err := b.begin(ctx, OpListMessageMoveTasks, source)
	var ts []MoveTask
	if err == nil {
		ts, err = c.listMoves(source, limit)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return ts, nil
}

func (c *call) listMoves(source string, limit int) ([]MoveTask, error) {
	q, err := c.byARN(source, "SourceArn")
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > 10 {
		return nil, badValue(limit, "MaxResults", "Must be between 1 and 10, if provided.")
	}
	c.b.moves.mu.Lock()
	defer c.b.moves.mu.Unlock()
	var ts []MoveTask
	for _, m := range slices.Backward(c.b.moves.tasks) {
		if m.source == q && len(ts) < limit {
			ts = append(ts, m.public())
		}
	}
	return ts, nil
}

// CancelMove cancels a running move task; see [Queues].
func (b *Broker) CancelMove(ctx context.Context, handle string) (MoveTask, error) {
	c, err := b.begin(ctx, OpCancelMessageMoveTask, "")
	var t MoveTask
	if err == nil {
		t, err = c.cancelMove(handle)
	}
	if err = c.end(err); err != nil {
		return MoveTask{}, err
	}
	return t, nil
}

func (c *call) cancelMove(handle string) (MoveTask, error) {
	text, err := base64.StdEncoding.DecodeString(handle)
	var h moveHandle
	if err != nil || json.Unmarshal(text, &h) != nil {
		return MoveTask{}, fail(ErrInvalidParameterValue, "Value for parameter TaskHandle is invalid.")
	}
	q, err := c.byARN(h.SourceARN, "SourceArn")
	if err != nil {
		return MoveTask{}, err
	}
	ms := &c.b.moves
	ms.mu.Lock()
	defer ms.mu.Unlock()
	i := slices.IndexFunc(ms.tasks, func(m *move) bool { return m.source == q && m.ID == h.TaskID })
	switch {
	case i < 0:
		return MoveTask{}, fail(ErrResourceNotFound, "Task does not exist.")
	case ms.tasks[i].Status != core.Running:
		return MoveTask{}, fail(ErrResourceNotFound, "Only active tasks can be cancelled.")
	}
	ms.tasks[i].Status = core.Cancelled
	ms.plan()
	return ms.tasks[i].public(), nil
}
