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
		err = c.locked(func() error { return c.delete(r) })
	}
	return c.end(err)
}

// DeleteBatch deletes up to ten messages; see [Receiver].
func (q *queue) DeleteBatch(ctx context.Context, es ...DeleteEntry) ([]error, error) {
	c, err := q.begin(ctx, OpDeleteMessageBatch)
	var errs []error
	if err == nil {
		errs, err = c.batch(len(es), func(i int) (string, Given) { return es[i].EntryID, es[i].Given },
			func(i int) error { return c.delete(es[i].Receipt) })
	}
	return c.ends(errs, err)
}

// ChangeVisibility hides the message of a handle anew; see [Receiver].
func (q *queue) ChangeVisibility(ctx context.Context, r Receipt, d time.Duration) error {
	c, err := q.begin(ctx, OpChangeMessageVisibility)
	if err == nil {
		err = c.locked(func() error { return c.change(r, d) })
	}
	return c.end(err)
}

// ChangeVisibilityBatch changes up to ten messages; see [Receiver].
func (q *queue) ChangeVisibilityBatch(ctx context.Context, es ...VisibilityEntry) ([]error, error) {
	c, err := q.begin(ctx, OpChangeMessageVisibilityBatch)
	var errs []error
	if err == nil {
		errs, err = c.batch(len(es), func(i int) (string, Given) { return es[i].EntryID, es[i].Given },
			func(i int) error { return c.change(es[i].Receipt, es[i].Timeout) })
	}
	return c.ends(errs, err)
}

// locked does something under the queue's lock.
func (c *call) locked(do func() error) error {
	if err := c.q.lock(); err != nil {
		return err
	}
	err := c.q.allow(c.op, c.now, "")
	if err == nil {
		err = do()
	}
	c.q.unlock(c.now)
	return err
}

// ends finishes a batch: an answer that is lost has no entries.
func (c *call) ends(errs []error, err error) ([]error, error) {
	if err = c.end(err); err != nil {
		return nil, err
	}
	return errs, nil
}

// batch does something for each of up to ten entries, under one lock, and asks the interceptors about each.
func (c *call) batch(n int, id func(i int) (string, Given), do func(i int) error) ([]error, error) {
	if err := validateEntries(c.op, n, id); err != nil {
		return nil, err
	}
	errs := make([]error, n)
	for i := range errs {
		errs[i] = c.askEntry(i, BeforeCommit)
	}
	err := c.locked(func() error {
		for i := range errs {
			if errs[i] != nil {
				continue
			}
			if err := do(i); err != nil {
				errs[i] = c.named(err)
			}
		}
		return nil
	})
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
		return r.handle, fail(ErrReceiptHandleIsInvalid, `The input receipt handle "%s" is not a valid receipt handle.`, r)
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
