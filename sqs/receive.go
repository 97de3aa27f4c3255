package sqs

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// Receive lends messages; see [Receiver].
func (q *queue) Receive(ctx context.Context, opts ReceiveOptions) ([]*Received, error) {
	c, err := q.begin(ctx, OpReceiveMessage)
	if err != nil {
		return nil, c.end(err)
	}
	got, err := c.receive(&opts)
	if err = c.end(err); err != nil {
		return nil, err
	}
	return got, nil
}

func (c *call) receive(opts *ReceiveOptions) ([]*Received, error) {
	q := c.q
	set := q.settings.Load()
	if err := opts.validate(set); err != nil {
		return nil, err
	}
	wait := set.wait
	if opts.Wait != nil {
		wait = *opts.Wait
	}
	r := opts.request(set)
	r.Short = wait == 0
	dlq, err := q.withDLQ()
	if err != nil {
		return nil, err
	}
	if err := q.allow(c.op, c.now, ""); err != nil {
		q.flush()
		unlockBoth(q, dlq)
		return nil, err
	}
	q.serveWaiters(c.now, dlq) // those who wait come first
	got, full := q.tryReceive(c.now, r, opts.Attributes, dlq)
	var w *waiter
	if len(got) == 0 && wait > 0 && !q.asks.Panicking() {
		w = &waiter{request: r, names: opts.Attributes}
		q.waiters.push(w)
	}
	q.served(c.now, dlq)
	if w != nil {
		return c.wait(w, wait)
	}
	if len(got) == 0 && full && !set.fifo {
		return nil, fail(ErrOverLimit, "Too many messages are in flight: the maximum is %d.", q.b.limits.InFlight)
	}
	c.meter[c.op].Payload(payload(got))
	return got, nil
}

// validate refuses options out of range.
func (o *ReceiveOptions) validate(set *settings) error {
	switch {
	case (o.Max != 0 || o.Given&GivenMax != 0) && (o.Max < 1 || o.Max > MaxReceive):
		return badValue(o.Max, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
	case o.Wait != nil && (*o.Wait < 0 || *o.Wait > MaxWait):
		return badValue(seconds(*o.Wait), "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
	case o.Visibility != nil && (*o.Visibility < 0 || *o.Visibility > MaxVisibilityTimeout):
		return badValue(seconds(*o.Visibility), "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
	case o.AttemptID == "" && o.Given&GivenAttemptID == 0:
		return nil
	case !set.fifo:
		return wrongKind(o.AttemptID, "ReceiveRequestAttemptId")
	}
	return validateToken("ReceiveRequestAttemptId", o.AttemptID)
}

func (o *ReceiveOptions) request(set *settings) core.Request {
	r := core.Request{Max: max(1, o.Max), Visibility: set.visibility, Attempt: o.AttemptID}
	if o.Visibility != nil {
		r.Visibility = *o.Visibility
	}
	return r
}

// tryReceive lends what there is. The caller holds the locks of a receive and ends with served.
func (q *queue) tryReceive(now int64, r core.Request, names []string, dlq *queue) (got []*Received, full bool) {
	loans, is := q.state.Receive(now, r, q.chooser(), stateOf(dlq))
	q.buried = q.buried || is.Buried
	if len(loans) == 0 {
		return nil, is.Full
	}
	return q.received(loans, names), false
}

// received renders loans for the caller, in one allocation for one plain message and in two for more.
func (q *queue) received(loans []core.Loan, names []string) []*Received {
	if len(loans) == 1 {
		one := &struct {
			received Received
			list     [1]*Received
		}{}
		one.list[0] = &one.received
		q.render(&one.received, &loans[0], names)
		return one.list[:]
	}
	all := make([]Received, len(loans))
	got := make([]*Received, len(loans))
	for i := range loans {
		got[i] = &all[i]
		q.render(got[i], &loans[i], names)
	}
	return got
}

// render writes a loan into an empty r.
func (q *queue) render(r *Received, l *core.Loan, names []string) {
	r.Body, r.GroupID, r.DedupID, r.TraceHeader = l.Body, l.Group, l.Dedup, l.Trace
	r.ID, r.Receipt.handle, r.Receives = l.ID, l.Receipt, l.Receives
	r.SentAt, r.FirstReceivedAt, r.HiddenUntil = at(l.Sent), at(l.First), at(l.Hidden)
	r.SenderID, r.DeadLetteredBy, r.From = l.Sender, l.Source, q
	if r.SenderID == "" {
		r.SenderID = q.key.account
	}
	if q.state.Settings().FIFO {
		r.SequenceNumber = sequenceOf(l.Order)
	}
	if l.Attributes != nil {
		r.Attributes = selectAttributes(l.Attributes, names)
	}
}

// selectAttributes copies the attributes that the names select; nil names select all.
func selectAttributes(as []core.Attribute, names []string) map[string]Attribute {
	var m map[string]Attribute
	for _, a := range as {
		if names == nil || selects(names, a.Name) {
			if m == nil {
				m = make(map[string]Attribute, len(as))
			}
			m[a.Name] = Attribute{a.Type, a.Text, bytes.Clone(a.Binary)}
		}
	}
	return m
}

func selects(names []string, name string) bool {
	for _, n := range names {
		prefix, wild := strings.CutSuffix(n, ".*")
		if n == name || n == "All" || n == "*" || wild && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// payload is the size of an answer as it is billed.
func payload(got []*Received) int {
	n := 0
	for _, r := range got {
		n += len(r.Body) + sizeOf(r.Attributes)
	}
	return n
}

// wait blocks until w is served, its time is over, the queue is deleted or the context ends.
func (c *call) wait(w *waiter, wait time.Duration) ([]*Received, error) {
	q := c.q
	stop := q.b.clock.AfterFunc(wait-time.Duration(q.b.now()-c.now), func() { q.timeUp(w) })
	defer stop()
	select {
	case <-w.done:
	case <-c.ctx.Done():
		if q.leave(w) { // not served meanwhile: nothing was lent
			return nil, c.ctx.Err()
		}
		<-w.done
	}
	if w.err != nil {
		return nil, w.err
	}
	c.meter[c.op].Payload(payload(w.got))
	return w.got, nil
}
