package sqs

import (
	"cmp"
	"context"
	"errors"
	"strings"

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
	c.number = int(c.meter[c.op].calls.Add(1))
	if err := checkContext(c.ctx); err != nil {
		return err
	}
	c.caller = identity.FromContext(c.ctx)
	if c.b.hooks.Load() != nil {
		if err := c.b.ask(c.ctx, c.asked(0, BeforeCommit)); err != nil {
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
	if c.b.hooks.Load() == nil {
		return nil
	}
	return c.askHooks(entry+1, stage)
}

func (c *call) askHooks(entry int, stage Stage) error {
	return c.named(c.b.ask(c.ctx, c.asked(entry, stage)))
}

// end finishes an operation that ended with err: it asks the interceptors about a success, names the operation in a refusal
// and counts it.
func (c *call) end(err error) error {
	if err == nil && c.b.hooks.Load() != nil {
		err = c.b.ask(c.ctx, c.asked(0, AfterCommit))
	}
	if err == nil {
		return nil
	}
	c.meter[c.op].errors.Add(1)
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
	account := cmp.Or(c.Account, q.b.account)
	owner := c.Service == "" && account == q.key.account
	rules := q.settings.Load().policy
	if owner && rules == nil {
		return nil
	}
	if !owner && ownerOnly(op) {
		return q.denied(c, account, op)
	}
	values := map[string][]string{}
	for k, v := range c.Conditions {
		values[k] = v
	}
	if c.SourceARN != "" {
		values["aws:sourcearn"] = []string{c.SourceARN}
	}
	if c.SourceAccount != "" {
		values["aws:sourceaccount"] = []string{c.SourceAccount}
	}
	d := rules.Evaluate(policy.Request{
		Account: account, PrincipalARN: c.ARN, Service: c.Service, Action: "sqs:" + op.single().String(), Resource: q.arn,
		Now: at(now), Context: values,
	})
	if d == policy.Allow || owner && d != policy.Deny {
		return nil
	}
	if d == policy.Deny {
		return fail(ErrAccessDenied, "%s with an explicit deny in a resource-based policy", q.unauthorized(c, account, op))
	}
	return q.denied(c, account, op)
}

// refuseService refuses a service what needs an account, and concerns no single queue whose policy could allow it.
func (c *call) refuseService() error {
	if c.caller == nil || c.caller.Service == "" {
		return nil
	}
	return fail(ErrAccessDenied, "User: %s is not authorized to perform: sqs:%s", c.caller.Service, strings.ToLower(c.op.String()))
}

func (q *queue) denied(c *identity.Caller, account string, op Op) error {
	return fail(ErrAccessDenied, "%s because no resource-based policy allows the sqs:%s action",
		q.unauthorized(c, account, op), strings.ToLower(op.single().String()))
}

// unauthorized is what all denials begin with.
func (q *queue) unauthorized(c *identity.Caller, account string, op Op) string {
	who := c.ARN
	switch {
	case c.Service != "":
		who = c.Service
	case who == "":
		who = "arn:aws:iam::" + account + ":root"
	}
	return "User: " + who + " is not authorized to perform: sqs:" + strings.ToLower(op.single().String()) +
		" on resource: " + q.arn
}
