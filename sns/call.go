package sns

import (
	"context"
	"errors"
	"strings"

	"github.com/inflight-mq/inflight/internal/access"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/internal/policy"
)

// call is one running operation.
type call struct {
	b      *Broker
	meter  kit.Meter
	ctx    context.Context
	caller *identity.Caller // nil: the owner
	op     Op
	name   string // what the operation concerns, as faults name it
	number int
	now    int64
}

// begin starts an operation: it counts it, asks the interceptors, and brings what is due up to date. The name is that of a topic,
// or "". Every begin is followed by an end, also when it fails.
func (b *Broker) begin(ctx context.Context, op Op, name string, m kit.Meter) (call, error) {
	c := call{b: b, meter: m, ctx: ctx, op: op, name: name}
	c.number = m[op].Call()
	if err := checkContext(ctx); err != nil {
		return c, err
	}
	c.caller = identity.FromContext(ctx)
	if b.hooks.Any() {
		if err := b.hooks.Ask(ctx, c.asked(0, BeforeCommit)); err != nil {
			return c, err
		}
	}
	c.now = b.now()
	return c, nil
}

// beginOn starts an operation on the topic of an ARN, and finds it: the topic must exist and the caller be allowed this.
func (b *Broker) beginOn(ctx context.Context, op Op, parameter, ref string) (call, *topic, error) {
	k := keyOf(ref, "", "")
	t := b.find(k)
	m := b.meter
	if t != nil {
		m = t.meter
	}
	c, err := b.begin(ctx, op, k.name, m)
	if err == nil {
		t, err = c.topic(parameter, ref)
	}
	return c, t, err
}

// topic finds the topic of an ARN, if the caller may do this to it.
func (c *call) topic(parameter, ref string) (*topic, error) {
	k, err := c.topicKey(parameter, ref)
	if err != nil {
		return nil, err
	}
	t := c.b.find(k)
	if t == nil || t.arn != ref { // of another partition
		return nil, noTopic()
	}
	return t, t.authorize(c, nil)
}

func (c *call) asked(entry int, stage Stage) Call {
	return Call{Op: c.op, Topic: c.name, Number: c.number, Entry: entry, Stage: stage}
}

// askEntry asks the interceptors about an entry of a batch.
func (c *call) askEntry(entry int, stage Stage) error {
	if !c.b.hooks.Any() {
		return nil
	}
	return c.named(c.b.hooks.Ask(c.ctx, c.asked(entry+1, stage)))
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

// named returns the error with operation and resource filled in. A bare Code, as interceptors may return it, becomes an Error.
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
	if named.Resource == "" && len(c.name) <= maxTopicName {
		named.Resource = c.name
	}
	return &named
}

// ownerOnly reports whether no policy can give an operation to another account.
func ownerOnly(op Op) bool {
	switch op {
	case OpTagResource, OpUntagResource:
		return true
	}
	return false
}

// authorize evaluates the topic's policy for a named caller, with the values of further condition keys. The owner's own account
// may do what no statement denies.
func (t *topic) authorize(c *call, values map[string][]string) error {
	if c.caller == nil {
		return nil
	}
	set := t.settings.Load()
	ask := access.Question{
		Caller: c.caller, Account: c.b.account, Owner: t.key.account, Policy: set.policy, Resource: t.arn, Now: c.now,
		Values: values, OwnerOnly: ownerOnly(c.op),
	}
	if ask.Policy == nil {
		if ask.Owns() {
			return nil
		}
		ask.Policy, _ = policy.Parse(set.attrs[attrPolicy]) // the default is rarely asked, and not kept for that
	}
	ask.Action = "sns:" + strings.ToLower(c.op.single().String())
	d := ask.Decide()
	if d == policy.Allow {
		return nil
	}
	action := "SNS:" + c.op.single().String()
	reason := "because no resource-based policy allows the " + action + " action"
	if d == policy.Deny {
		reason = "with an explicit deny in a resource-based policy"
	}
	return fail(ErrAuthorization, "User: %s is not authorized to perform: %s on resource: %s %s", ask.Who(), action, t.arn, reason)
}

// refuseService refuses a service what needs an account, and concerns no topic whose policy could allow it.
func (c *call) refuseService() error {
	if c.caller == nil || c.caller.Service == "" {
		return nil
	}
	return fail(ErrAuthorization, "User: %s is not authorized to perform: SNS:%s", c.caller.Service, c.op)
}
