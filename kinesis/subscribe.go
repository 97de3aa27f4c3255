package kinesis

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"

	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// Subscription is a consumer's subscription to one shard. It costs nothing while nobody loops over its events.
type Subscription struct {
	h        *handle
	ctx      context.Context
	caller   *identity.Caller // nil: the owner
	s        *stream
	nonce    uint64 // of the stream
	consumer string // ARN
	name     string // of the consumer
	shard    int32
	serial   uint64
	began    int64
	looped   atomic.Bool

	from uint64
	last int64 // when the last event was pushed
	free int64 // with throttling: when the next may be
	wait *waiter
	tame bool
	over bool // there is nothing more

	source iter.Seq2[ShardEvent, error] // takes the place of all that, if it is not nil
	pull   func() (ShardEvent, error, bool)
	stop   func()
}

// NewSubscription returns a subscription that pushes what events yields: for implementations of [Reader] other than the broker's, and
// for those that stand between a reader and one.
func NewSubscription(events iter.Seq2[ShardEvent, error]) *Subscription {
	return &Subscription{source: events}
}

// Subscribe subscribes a consumer to a shard; see [Reader].
func (h *handle) Subscribe(ctx context.Context, consumer, shard string, pos Position) (*Subscription, error) {
	c, err := h.begin(ctx, OpSubscribeToShard)
	var sub *Subscription
	if err == nil {
		sub, err = c.subscribe(consumer, shard, &pos)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return sub, nil
}

func (c *call) subscribe(ref, id string, pos *Position) (*Subscription, error) {
	var f model.Faults
	checkConsumer(&f, ref)
	checkShardID(&f, "shardId", id)
	pos.check(&f)
	if err := c.checked(&f); err != nil {
		return nil, err
	}
	index, ok := parseShardID(id)
	if !ok {
		return nil, c.noSuchShard(id)
	}
	if c.s == nil || !c.lock() {
		return nil, c.noStream()
	}
	defer c.unlock()
	k, shard, err := c.subscriber(ref, index)
	if err != nil {
		return nil, err
	}
	from, err := c.locate(shard, pos)
	if err != nil {
		return nil, err
	}
	if isDryRun(c.ctx) {
		return nil, dryRunError()
	}
	serial, asked := c.s.state.Subscribe(c.now, k.arn, shard)
	switch asked {
	case core.TooYoung:
		return nil, c.subscribed(k.name, index)
	case core.TooSoon:
		return nil, fail(ErrLimitExceeded, "Rate exceeded for consumer %s and shard %s.", k.arn, shardID(index))
	}
	c.s.wakeAll() // the one whose place it took looks anew
	return &Subscription{
		h: c.h, ctx: c.ctx, caller: c.caller, s: c.s, nonce: c.s.nonce, consumer: k.arn, name: k.name, shard: index, serial: serial,
		began: c.now, from: from, last: c.now,
	}, nil
}

// subscriber finds the consumer and the shard of a subscription, if the caller may have it. The caller holds the stream.
func (c *call) subscriber(ref string, index int32) (*consumer, *core.Shard, error) {
	k := c.s.members.find(c.now, ref)
	if k == nil {
		return nil, nil, c.noConsumer(ref)
	}
	if err := c.authorize(k.policy, k.arn); err != nil {
		return nil, nil, err
	}
	if k.status(c.now) != Active {
		return nil, nil, fail(ErrResourceInUse, "Consumer %s with creation timestamp %d under stream: %s , account %s is not in ACTIVE status.",
			k.name, k.created/1e9, c.h.key.name, c.h.key.account)
	}
	shard := c.s.state.Shard(c.now, index)
	if shard == nil {
		return nil, nil, c.noShard(index)
	}
	return k, shard, nil
}

func (c *call) subscribed(consumer string, shard int32) error {
	return fail(ErrResourceInUse, "Another active subscription exists for this consumer: %s:%s:%s:%s", c.h.key.account, c.h.key.name,
		shardID(shard), consumer)
}

// Events yields what the service pushes, and waits in between. It ends without an error five minutes after the subscription
// began, after the last event of a closed shard, when the loop stops, and when the context of the subscription ends. It yields
// [ErrResourceInUse] when another subscription took its place, [ErrResourceNotFound] when stream or consumer are gone. It can
// be looped over once: a second loop yields an error.
func (s *Subscription) Events() iter.Seq2[ShardEvent, error] {
	return func(yield func(ShardEvent, error) bool) {
		if s.looped.Swap(true) {
			yield(ShardEvent{}, errors.New("kinesis: the events of a subscription can be looped over once"))
			return
		}
		if s.source != nil {
			s.source(yield)
			return
		}
		for {
			e, more, err := s.Next()
			if !more && err == nil || !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Next waits for the next event, for those who cannot loop over Events. It reports false where such a loop would end, and returns the
// error that the loop would yield. It must not be called concurrently, nor together with Events.
func (s *Subscription) Next() (e ShardEvent, more bool, err error) {
	if s.source != nil {
		return s.pulled()
	}
	defer s.leave()
	for !s.over && s.ctx.Err() == nil {
		e, state, err := s.next()
		s.over = err != nil || state == pushLast || state == pushOver
		switch {
		case err != nil:
			return ShardEvent{}, false, err
		case state == pushEvent || state == pushLast:
			return e, true, nil
		}
		if s.wait != nil {
			s.wait.await(s.ctx)
		}
	}
	return ShardEvent{}, false, nil
}

// pulled takes the next event out of a source.
func (s *Subscription) pulled() (ShardEvent, bool, error) {
	if s.pull == nil {
		s.pull, s.stop = iter.Pull2(s.source)
	}
	e, err, more := s.pull()
	if err != nil || !more {
		s.stop()
		return ShardEvent{}, false, err
	}
	return e, true, nil
}

// pushState is how a subscription stands after it was looked at.
type pushState uint8

const (
	pushIdle  pushState = iota // it waits
	pushEvent                  // there is an event
	pushLast                   // there is the last one
	pushOver                   // its time is over
)

// next makes an event, or puts the subscription in line.
func (s *Subscription) next() (ShardEvent, pushState, error) {
	s.leave()
	c := call{
		b: s.h.b, h: s.h, s: s.h.current(), meter: &s.h.b.meter, ctx: s.ctx, caller: s.caller, op: OpSubscribeToShard, now: s.h.b.now(),
	}
	if c.s != nil {
		c.meter = &c.s.meter
	}
	end := s.began + int64(SubscriptionLife)
	if c.now >= end {
		return ShardEvent{}, pushOver, nil
	}
	shard, err := c.pushable(s)
	if err != nil {
		return ShardEvent{}, pushOver, c.named(err)
	}
	if c.now < s.free {
		s.wait = c.s.pause(min(s.free, end))
		c.unlock()
		return ShardEvent{}, pushIdle, nil
	}
	s.from = c.s.placeOf(s.from, shard, &s.s)
	ch := c.s.chooser()
	if s.tame {
		ch = nil
	}
	a := c.s.state.Read(c.now, shard, core.Request{From: s.from, Limit: MaxRead, Bytes: FanOutBytes, Free: true, For: s.consumer}, ch)
	s.from = a.Next
	beat := s.last + int64(Heartbeat)
	s.tame = a.Count == 0 && a.Behind > 0 && !a.End // by choice
	if a.Count == 0 && !a.End && c.now < beat {
		if !s.tame {
			s.wait = c.s.wait(s.shard, c.s.state.Tip(shard), min(beat, end))
		}
		c.unlock()
		return ShardEvent{}, pushIdle, nil
	}
	return s.push(&c, &a)
}

// push renders an event, and leaves the stream.
func (s *Subscription) push(c *call, a *core.Answer) (ShardEvent, pushState, error) {
	s.last = c.now
	if s.h.b.throttle {
		s.free = c.now + int64(a.Bytes)*1e9/FanOutBytes
	}
	e, state := ShardEvent{Behind: behind(a.Behind)}, pushEvent
	if a.End {
		e.Children, state = c.s.children(a.Shard), pushLast
	} else {
		e.Continuation = SequenceNumber(c.s.state.Continuation(a.Shard, a.Next))
	}
	c.unlock()
	c.meter.add(c.op, a.Count, a.Bytes, 0)
	e.Records = appendRecords(make([]Record, 0, a.Count), a)
	return e, state, nil
}

// pushable locks the stream if the subscription still stands.
func (c *call) pushable(s *Subscription) (*core.Shard, error) {
	if c.s == nil || !c.lock() {
		return nil, c.noStream()
	}
	var err error
	shard := c.s.state.Shard(c.now, s.shard)
	k := c.s.members.find(c.now, s.consumer)
	switch {
	case c.s.nonce != s.nonce:
		err = c.noStream()
	case k == nil || k.deleting:
		err = c.noConsumer(s.consumer)
	case shard == nil:
		err = c.noShard(s.shard)
	case !c.s.state.IsSubscribed(s.serial):
		err = c.subscribed(s.name, s.shard)
	default:
		return shard, nil
	}
	c.unlock()
	return nil, err
}

// leave ends a wait, if there was one.
func (s *Subscription) leave() {
	if s.wait == nil {
		return
	}
	s.wait.leaveAlone()
	s.wait = nil
}
