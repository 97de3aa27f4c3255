package kinesis

import (
	"cmp"
	"context"
	"errors"

	"github.com/inflight-mq/inflight/internal/access"
	"github.com/inflight-mq/inflight/internal/bucket"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/policy"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// call is one running operation.
type call struct {
	b      *Broker
	h      *handle // nil for operations that concern no single stream
	s      *stream // nil for those, and where there is no such stream
	meter  *meter
	ctx    context.Context
	caller *identity.Caller // nil: the owner
	op     Op
	number int
	now    int64
}

// begin starts an operation on a stream: it counts it and asks the interceptors. Every begin is followed by an end, also when it
// fails.
func (h *handle) begin(ctx context.Context, op Op) (call, error) {
	h.b.freeDeleted()
	c := call{b: h.b, h: h, s: h.current(), meter: &h.b.meter, ctx: ctx, op: op}
	if c.s != nil {
		c.meter = &c.s.meter
	}
	return c, c.start()
}

// begin starts an operation of the control plane.
func (b *Broker) begin(ctx context.Context, op Op) (call, error) {
	b.freeDeleted()
	c := call{b: b, meter: &b.meter, ctx: ctx, op: op}
	return c, c.start()
}

func (c *call) start() error {
	c.number = int(c.meter[c.op].calls.Add(1))
	if c.ctx == nil {
		return fail(ErrInvalidArgument, "The context is nil.")
	}
	if err := c.ctx.Err(); err != nil {
		return err
	}
	c.caller = identity.FromContext(c.ctx)
	if c.b.hooks.Any() {
		if err := c.b.hooks.Ask(c.ctx, c.asked(0, BeforeCommit)); err != nil {
			return err
		}
	}
	c.now = c.b.now()
	return nil
}

// home returns the account and region that the caller's names are looked up in.
func (b *Broker) home(ctx context.Context) (account, region string) {
	if ctx != nil {
		if c := identity.FromContext(ctx); c != nil {
			return cmp.Or(c.Account, b.account), cmp.Or(c.Region, b.region)
		}
	}
	return b.account, b.region
}

func (c *call) name() string {
	if c.h == nil {
		return ""
	}
	return c.h.key.name
}

func (c *call) asked(entry int, stage Stage) Call {
	return Call{Op: c.op, Stream: c.name(), Number: c.number, Entry: entry, Stage: stage}
}

// refused returns the refusal of a request that is out of form, nil if it is not.
func refused(f *model.Faults) error {
	if !f.Any() {
		return nil
	}
	return &Error{Code: ErrValidation, Message: f.String()}
}

// checked returns the refusal of a request whose last member is the name of the stream.
func (c *call) checked(f *model.Faults) error {
	if !c.h.valid {
		checkRef(f, c.h.ref)
	}
	return refused(f)
}

// enter locks the stream, if it is there and the caller may do this. The caller leaves it by unlock.
func (c *call) enter() error {
	if err := c.countRate(); err != nil {
		return err
	}
	if !c.lock() {
		return c.noStream()
	}
	if err := c.authorize(c.s.config.policy, c.s.arn); err != nil {
		c.unlock()
		return err
	}
	return nil
}

// lock locks the stream, or reports that there is none.
func (c *call) lock() bool {
	for {
		if c.s == nil {
			return false
		}
		c.s.mu.Lock()
		if !c.s.gone && c.s.state.State(c.now) != core.Gone {
			return true
		}
		c.unlock()
		c.b.forget(c.s)
		c.s = c.h.current()
	}
}

func (c *call) unlock() { c.s.unlockAfter(c) }

// active refuses what needs an active stream. The caller holds it.
func (c *call) active() error {
	st := c.s.state.State(c.now)
	if st == core.Active {
		return nil
	}
	return c.inState(st)
}

func (c *call) inState(st core.State) error {
	return fail(ErrResourceInUse, "Stream %s under account %s not ACTIVE, instead in state %s",
		c.h.key.name, c.h.key.account, statusOf(st))
}

func (c *call) noStream() error { return noStream(c.h.key) }

func noStream(k key) error {
	return fail(ErrResourceNotFound, "Stream %s under account %s not found.", k.name, k.account)
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
	c.meter[c.op].errors.Add(1)
	return c.named(err)
}

// answered returns an answer, or nothing but the error: an answer that an interceptor loses is not given all the same.
func answered[T any](answer T, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return answer, nil
}

// named returns the error with operation and stream filled in. A bare Code, as interceptors may return it, becomes an Error.
func (c *call) named(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		code, ok := errors.AsType[Code](err)
		if !ok {
			return err
		}
		e = &Error{Code: code}
		if code != ErrInternal { // the service says nothing more of it either
			e.Message = string(code)
		}
	}
	named := *e
	if named.Op == OpNone {
		named.Op = c.op
	}
	if name := c.name(); named.Stream == "" && len(name) <= 128 {
		named.Stream = name
	}
	return &named
}

// shared reports whether a policy can give an operation to another account.
func shared(op Op) bool {
	switch op {
	case OpPutRecord, OpPutRecords, OpGetShardIterator, OpGetRecords, OpListShards, OpDescribeStream, OpDescribeStreamSummary,
		OpDescribeStreamConsumer, OpRegisterStreamConsumer, OpSubscribeToShard:
		return true
	}
	return false
}

// authorize evaluates the policy of a stream or consumer for a named caller. The owner's own account may do what no statement
// denies.
func (c *call) authorize(text *resourcePolicy, arn string) error {
	if c.caller == nil {
		return nil
	}
	ask := access.Question{
		Caller: c.caller, Account: c.b.account, Owner: c.h.key.account, Resource: arn, Now: c.now, OwnerOnly: !shared(c.op),
	}
	if text != nil {
		ask.Policy = text.parsed
	}
	if ask.Policy == nil && ask.Owns() { // nearly always, and then no text is put together
		return nil
	}
	ask.Action = "kinesis:" + c.op.String()
	d := ask.Decide()
	if d == policy.Allow {
		return nil
	}
	who := "User: " + ask.Who() + " is not authorized to perform: " + ask.Action + " on resource: " + arn
	if d == policy.Deny {
		return fail(ErrAccessDenied, "%s with an explicit deny in a resource-based policy", who)
	}
	return fail(ErrAccessDenied, "%s because no resource-based policy allows the %s action", who, ask.Action)
}

// refuseService refuses a service what needs an account, and concerns no single stream whose policy could allow it.
func (c *call) refuseService() error {
	if c.caller == nil || c.caller.Service == "" {
		return nil
	}
	return fail(ErrAccessDenied, "User: %s is not authorized to perform: kinesis:%s", c.caller.Service, c.op)
}

// rateKey is what calls of the control plane are counted by.
type rateKey struct {
	account, region string
	op              Op
}

// countRate counts a call of an operation with a rate, or refuses it.
func (c *call) countRate() error {
	perSecond := c.op.rate()
	if !c.b.throttle || perSecond == 0 {
		return nil
	}
	account, region := c.b.home(c.ctx)
	if c.h != nil {
		account, region = c.h.key.account, c.h.key.region
	}
	c.b.ledger.Lock()
	defer c.b.ledger.Unlock()
	k := rateKey{account, region, c.op}
	if c.b.rates[k] == nil {
		if c.b.rates == nil {
			c.b.rates = map[rateKey]*bucket.Bucket{}
		}
		c.b.rates[k] = &bucket.Bucket{}
	}
	if c.b.rates[k].Take(c.now, perSecond) {
		return nil
	}
	return c.tooManyCalls(account)
}

func (c *call) tooManyCalls(account string) error {
	return fail(ErrLimitExceeded, "Rate exceeded for %s under account %s.", c.op, account)
}
