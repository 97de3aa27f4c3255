package sqstest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// Recorder is a queue that records what is done through it. It adds nothing and leaves nothing out; calls of the queue that
// do not go through it are not in the history.
type Recorder struct {
	sqs.Queue
	history *History
	now     func() time.Time
}

var _ sqs.Queue = (*Recorder)(nil)

// Record returns a recorder of q that writes to h, with the times that now tells. Recorders of several queues may share a
// history: a dead letter is then known where it arrives.
func (h *History) Record(q sqs.Queue, now func() time.Time) *Recorder {
	return &Recorder{q, h, now}
}

// call is one call under way.
type call struct {
	r     *Recorder
	begun Op
}

func (r *Recorder) begin() call { return call{r, r.history.began(r.Name(), r.now())} }

// op returns the Op of the call, which has now ended.
func (c call) op(kind OpKind, err error) Op {
	o := c.begun
	o.Kind, o.Done, o.Err = kind, c.r.now(), err
	return o
}

// add records, unless the service refused the call.
func (c call) add(ops ...Op) {
	c.r.history.add(slices.DeleteFunc(ops, func(o Op) bool { return refused(o.Err) })...)
}

// refused reports whether an error is an answer of the service that says that nothing was done.
func refused(err error) bool {
	code, ok := errors.AsType[sqs.Code](err)
	return ok && !code.ServerFault()
}

// Send sends and records.
func (r *Recorder) Send(ctx context.Context, m sqs.Message) (sqs.Sent, error) {
	c := r.begin()
	sent, err := r.Queue.Send(ctx, m)
	answer := sent
	answer.Err = err
	c.add(sentOp(c.op(OpSent, err), m, answer))
	return sent, err
}

// SendBatch sends and records.
func (r *Recorder) SendBatch(ctx context.Context, ms ...sqs.Message) ([]sqs.Sent, error) {
	c := r.begin()
	sent, err := r.Queue.SendBatch(ctx, ms...)
	ops := make([]Op, len(ms))
	for i, m := range ms {
		answer := sqs.Sent{Err: err}
		if err == nil {
			answer = sent[i]
		}
		ops[i] = sentOp(c.op(OpSent, nil), m, answer)
	}
	c.add(ops...)
	return sent, err
}

// Receive receives and records. What it lends is acknowledged through the recorder.
func (r *Recorder) Receive(ctx context.Context, opts sqs.ReceiveOptions) ([]*sqs.Received, error) {
	c := r.begin()
	got, err := r.Queue.Receive(ctx, opts)
	if err != nil {
		c.add(c.op(OpReceived, err))
		return got, err
	}
	if len(got) == 0 {
		c.add(c.op(OpEmpty, nil))
	}
	ops := make([]Op, len(got))
	for i, m := range got {
		m.From = r
		ops[i] = receivedOp(c.op(OpReceived, nil), m)
	}
	c.add(ops...)
	return got, nil
}

// Delete deletes and records.
func (r *Recorder) Delete(ctx context.Context, h sqs.Receipt) error {
	c := r.begin()
	err := r.Queue.Delete(ctx, h)
	c.add(c.deleted(h, err))
	return err
}

// DeleteBatch deletes and records.
func (r *Recorder) DeleteBatch(ctx context.Context, es ...sqs.DeleteEntry) ([]error, error) {
	c := r.begin()
	errs, err := r.Queue.DeleteBatch(ctx, es...)
	ops := make([]Op, len(es))
	for i, e := range es {
		ops[i] = c.deleted(e.Receipt, entryError(errs, err, i))
	}
	c.add(ops...)
	return errs, err
}

func (c call) deleted(h sqs.Receipt, err error) Op {
	o := c.op(OpDeleted, err)
	o.Receipt = h
	return o
}

// entryError is why an entry of a batch failed: for itself, or with the batch.
func entryError(errs []error, err error, i int) error {
	if err != nil {
		return err
	}
	return errs[i]
}

// ChangeVisibility changes the visibility and records.
func (r *Recorder) ChangeVisibility(ctx context.Context, h sqs.Receipt, d time.Duration) error {
	c := r.begin()
	err := r.Queue.ChangeVisibility(ctx, h, d)
	c.add(c.hidden(h, d, err))
	return err
}

// ChangeVisibilityBatch changes visibilities and records.
func (r *Recorder) ChangeVisibilityBatch(ctx context.Context, es ...sqs.VisibilityEntry) ([]error, error) {
	c := r.begin()
	errs, err := r.Queue.ChangeVisibilityBatch(ctx, es...)
	ops := make([]Op, len(es))
	for i, e := range es {
		ops[i] = c.hidden(e.Receipt, e.Timeout, entryError(errs, err, i))
	}
	c.add(ops...)
	return errs, err
}

// hidden is a change of visibility: the message may be visible again from the call's beginning plus d.
func (c call) hidden(h sqs.Receipt, d time.Duration, err error) Op {
	o := c.op(OpHidden, err)
	o.Receipt, o.Until = h, o.At.Add(d)
	return o
}

// Purge purges and records.
func (r *Recorder) Purge(ctx context.Context) error {
	c := r.begin()
	err := r.Queue.Purge(ctx)
	c.add(c.op(OpPurged, err))
	return err
}
