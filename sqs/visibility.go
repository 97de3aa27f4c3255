package sqs

import (
	"context"
	"time"

	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// Delete deletes the message of a handle; see [Receiver].
func (q *queue) Delete(ctx context.Context, r Receipt) error {
	c, err := q.begin(ctx, OpDeleteMessage)
	if err == nil {
		err = c.one(r, c.delete)
	}
	return c.end(err)
}

// DeleteBatch deletes up to ten messages; see [Receiver].
func (q *queue) DeleteBatch(ctx context.Context, es ...DeleteEntry) ([]error, error) {
	return q.batch(ctx, OpDeleteMessageBatch, len(es),
		func(i int) (string, Given) { return es[i].EntryID, es[i].Given },
		func(c *call, i int) error { return c.delete(es[i].Receipt) })
}

// ChangeVisibility hides the message of a handle anew; see [Receiver].
func (q *queue) ChangeVisibility(ctx context.Context, r Receipt, d time.Duration) error {
	c, err := q.begin(ctx, OpChangeMessageVisibility)
	if err == nil {
		err = c.one(r, func(r Receipt) error { return c.change(r, d) })
	}
	return c.end(err)
}

// ChangeVisibilityBatch changes up to ten messages; see [Receiver].
func (q *queue) ChangeVisibilityBatch(ctx context.Context, es ...VisibilityEntry) ([]error, error) {
	return q.batch(ctx, OpChangeMessageVisibilityBatch, len(es),
		func(i int) (string, Given) { return es[i].EntryID, es[i].Given },
		func(c *call, i int) error { return c.change(es[i].Receipt, es[i].Timeout) })
}

// batch does something to the messages of up to ten handles.
func (q *queue) batch(ctx context.Context, op Op, n int, id func(i int) (string, Given), do func(c *call, i int) error) ([]error, error) {
	c, err := q.begin(ctx, op)
	var errs []error
	if err == nil {
		err = validateEntries(op, n, id)
	}
	if err == nil {
		errs, err = c.each(n, do)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return errs, nil
}

// one does something to the message of one handle under the queue's lock.
func (c *call) one(r Receipt, do func(Receipt) error) error {
	if err := c.q.lock(); err != nil {
		return err
	}
	defer c.q.unlock(c.now)
	if err := c.q.allow(c.op, c.now, ""); err != nil {
		return err
	}
	return do(r)
}

// each does something for every entry of a batch, and asks the interceptors about each.
func (c *call) each(n int, do func(c *call, i int) error) ([]error, error) {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = c.askEntry(i, BeforeCommit)
	}
	if err := c.q.lock(); err != nil {
		return nil, err
	}
	err := c.q.allow(c.op, c.now, "")
	if err == nil {
		for i := range errs {
			if errs[i] == nil {
				errs[i] = c.named(do(c, i))
			}
		}
	}
	c.q.unlock(c.now)
	if err != nil {
		return nil, err
	}
	for i := range errs {
		if errs[i] == nil {
			errs[i] = c.askEntry(i, AfterCommit)
		}
	}
	return errs, nil
}

// delete deletes the message of a handle. The caller holds q.mu.
func (c *call) delete(r Receipt) error {
	h, err := r.read()
	if err != nil {
		return err
	}
	switch is := c.q.state.Delete(c.now, h, c.q.chooser()); is {
	case core.Valid, core.Gone:
		return nil
	default:
		return r.fault(is)
	}
}

// change changes the visibility of the message of a handle. The caller holds q.mu.
func (c *call) change(r Receipt, d time.Duration) error {
	if d < 0 || d > MaxVisibilityTimeout {
		return badValue(seconds(d), "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
	}
	h, err := r.read()
	if err != nil {
		return err
	}
	switch is := c.q.state.ChangeVisibility(c.now, h, d); is {
	case core.Valid:
		return nil
	case core.Beyond:
		return badValue(seconds(d), "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
	case core.Gone:
		return badValue(r, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.")
	default:
		return r.fault(is)
	}
}

// read returns the handle, or why the text is none.
func (r Receipt) read() (core.Receipt, error) {
	switch {
	case r == Receipt{}:
		return r.handle, missing("ReceiptHandle")
	case r.handle == core.Receipt{}:
		return r.handle, fail(ErrReceiptHandleIsInvalid, `The input receipt handle "%s" is not a valid receipt handle.`, r.text)
	}
	return r.handle, nil
}

// fault is the refusal of a handle that stands so.
func (r Receipt) fault(is core.Standing) error {
	if is == core.Foreign {
		return fail(ErrReceiptHandleIsInvalid, `The receipt handle "%s" is not valid for this queue.`, r)
	}
	return badValue(r, "ReceiptHandle", "The receipt handle has expired.")
}
