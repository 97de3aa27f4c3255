package sqs

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/inflight-mq/inflight/internal/access"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/policy"
)

// call is one running operation.
type call struct {
	b      *Broker
	q      *queue // nil for operations that concern no single queue
	meter  *meter
	ctx    context.Context
	caller *identity.Caller // nil: the owner
	op     Op
	name   string // of the queue, also where q is nil
	number int
	now    int64
}

// begin starts an operation on q: it counts it, asks the interceptors, brings move tasks up to date, and checks that the queue
// exists and the caller may do this. Every begin is followed by an end, also when it fails.
func (q *queue) begin(ctx context.Context, op Op) (c call, err error) {
	q = q.current()
	c.b, c.q, c.name, c.meter, c.ctx, c.op = q.b, q, q.key.name, &q.meter, ctx, op // in place: a literal would be copied
	if err := c.start(); err != nil {
		return c, err
	}
	if q.gone.Load() {
		return c, noQueue()
	}
	if c.caller != nil {
		return c, q.authorize(c.caller, op, c.now)
	}
	return c, nil
}

// begin starts an operation of the control plane on the queue that ref names, "" for all.
func (b *Broker) begin(ctx context.Context, op Op, ref string) (call, error) {
	c := call{b: b, name: resolve(ref, "", "").name, meter: &b.meter, ctx: ctx, op: op}
	return c, c.start()
}

func (c *call) start() error {
	c.number = c.meter[c.op].Call()
	if err := checkContext(c.ctx); err != nil {
		return err
	}
	c.caller = identity.FromContext(c.ctx)
	if c.b.hooks.Any() {
		if err := c.b.hooks.Ask(c.ctx, c.asked(0, BeforeCommit)); err != nil {
			return err
		}
	}
	c.now = c.b.now()
	if c.b.moves.running.Load() > 0 {
		c.b.runMoves(c.now)
	}
	return nil
}

// home returns the account and region that the caller's names are looked up in.
func (c *call) home() (account, region string) {
	if c.caller == nil {
		return c.b.account, c.b.region
	}
	return cmp.Or(c.caller.Account, c.b.account), cmp.Or(c.caller.Region, c.b.region)
}

func (c *call) asked(entry int, stage Stage) Call {
	return Call{Op: c.op, Queue: c.name, Number: c.number, Entry: entry, Stage: stage}
}

// askEntry asks the interceptors about an entry of a batch.
func (c *call) askEntry(entry int, stage Stage) error {
	if !c.b.hooks.Any() {
		return nil
	}
	return c.askHooks(entry+1, stage)
}

func (c *call) askHooks(entry int, stage Stage) error {
	return c.named(c.b.hooks.Ask(c.ctx, c.asked(entry, stage)))
}

// end finishes an operation that ended with err: it asks the interceptors about a success, names the operation in a refusal
// and counts it.
func (c *call) end(err error) error {
	if err == nil && c.b.hooks.Any() {
		err = c.b.hooks.Ask(c.ctx, c.asked(0, AfterCommit))
	}
	if err == nil {
		return nil
	}
	c.meter[c.op].Error()
	return c.named(err)
}

// named returns the error with operation and queue filled in. A bare Code, as interceptors may return it, becomes an Error.
func (c *call) named(err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		code, ok := errors.AsType[Code](err)
		if !ok {
			return err
		}
		e = fail(code, "%s", string(code))
	}
	named := *e
	if named.Op == OpNone {
		named.Op = c.op
	}
	if named.Queue == "" && len(c.name) <= 80 {
		named.Queue = c.name
	}
	return &named
}

// ownerOnly reports whether no policy can give an operation to another account.
func ownerOnly(op Op) bool {
	switch op {
	case OpAddPermission, OpCreateQueue, OpDeleteQueue, OpListQueues, OpListQueueTags, OpRemovePermission,
		OpSetQueueAttributes, OpTagQueue, OpUntagQueue:
		return true
	}
	return false
}

// authorize evaluates the queue's policy for a caller. The owner's own account may do what no statement denies; nil, who is the
// owner, may do everything.
func (q *queue) authorize(c *identity.Caller, op Op, now int64) error {
	if c == nil {
		return nil
	}
	ask := access.Question{
		Caller: c, Account: q.b.account, Owner: q.key.account, Policy: q.settings.Load().policy,
		Resource: q.arn, Now: now, OwnerOnly: ownerOnly(op),
	}
	if ask.Policy == nil && ask.Owns() { // nearly always, and then no text is put together
		return nil
	}
	ask.Action = op.action()
	d := ask.Decide()
	if d == policy.Allow {
		return nil
	}
	who := "User: " + ask.Who() + " is not authorized to perform: " + ask.Action + " on resource: " + q.arn
	if d == policy.Deny {
		return fail(ErrAccessDenied, "%s with an explicit deny in a resource-based policy", who)
	}
	return fail(ErrAccessDenied, "%s because no resource-based policy allows the %s action", who, ask.Action)
}

// refuseService refuses a service what needs an account, and concerns no single queue whose policy could allow it.
func (c *call) refuseService() error {
	if c.caller == nil || c.caller.Service == "" {
		return nil
	}
	return fail(ErrAccessDenied, "User: %s is not authorized to perform: sqs:%s", c.caller.Service, strings.ToLower(c.op.String()))
}
