package sns

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/inflight-mq/inflight/internal/access"
	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/kit"
)

// subscription is one subscription. It stays readable for a time after its topic's deletion.
type subscription struct {
	t         *topic
	number    uint64 // within the topic
	arn       string
	endpoint  Endpoint
	owner     string // account
	principal string // who subscribed
	settings  atomic.Pointer[subSettings]

	// Guarded by the topic's mu.
	ended         bool         // gone, or never confirmed in time
	authenticated bool         // was confirmed by a caller who signs
	guarded       bool         // only who signs can end it
	nextSlot      atomic.Int64 // of an HTTP endpoint that is throttled: when the next attempt may be
}

// hasEnded reports whether the subscription was ended, which stops what waits for it too.
func (s *subscription) hasEnded() bool {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	return s.ended
}

// orphan is a subscription whose topic is gone, until its own time has come.
type orphan struct {
	s     *subscription
	until int64
}

// orphan keeps a subscription of a topic that is deleted readable for a while. The caller holds b.mu and the topic's mu.
func (b *Broker) orphan(s *subscription, now int64) {
	b.dropOrphans(now)
	b.orphans = append(b.orphans, orphan{s, now + int64(OrphanLife)})
}

// dropOrphans forgets the subscriptions whose time has come. The caller holds b.mu.
func (b *Broker) dropOrphans(now int64) {
	for len(b.orphans) > 0 && b.orphans[0].until <= now {
		delete(b.subs, b.orphans[0].s.arn)
		b.orphans = b.orphans[1:]
	}
}

// subHandle is a subscription by its ARN.
type subHandle struct {
	b       *Broker
	ref     string
	pending bool
}

var _ Subscription = subHandle{}

// Subscription returns the subscription of an ARN; see [Topics].
func (b *Broker) Subscription(arn string) Subscription { return subHandle{b: b, ref: arn} }

// String returns the ARN, so that printing a handle shows no more.
func (h subHandle) String() string { return h.ref }

// GoString returns the ARN.
func (h subHandle) GoString() string { return h.ref }

// ARN returns the subscription's ARN.
func (h subHandle) ARN() string { return h.ref }

// Pending reports whether the subscription was pending when the handle was made.
func (h subHandle) Pending() bool { return h.pending }

// begin starts an operation on the subscription, and finds it.
func (h subHandle) begin(ctx context.Context, op Op) (call, *subscription, error) {
	c, err := h.b.beginOnSubscription(ctx, op, h.ref)
	if err != nil {
		return c, nil, err
	}
	s, err := c.subscription(h.ref)
	return c, s, err
}

// beginOnSubscription starts an operation on the subscription of an ARN, which counts as one on its topic.
func (b *Broker) beginOnSubscription(ctx context.Context, op Op, ref string) (call, error) {
	topicName, m := "", b.meter
	if i := strings.LastIndexByte(ref, ':'); i > 0 {
		k := keyOf(ref[:i], "", "")
		topicName = k.name
		if t := b.find(k); t != nil {
			m = t.meter
		}
	}
	return b.begin(ctx, op, topicName, m)
}

// subscription finds the subscription of an ARN, if the caller may look at it.
func (c *call) subscription(ref string) (*subscription, error) {
	n, err := parseName("SubscriptionArn", ref)
	if err != nil {
		return nil, err
	}
	if n.parts < 7 {
		return nil, invalid("SubscriptionId")
	}
	s := c.b.lookUp(ref, c.now)
	if s == nil {
		return nil, noSubscription()
	}
	return s, s.authorize(c)
}

// lookUp returns the subscription of an ARN, or nil.
func (b *Broker) lookUp(ref string, now int64) *subscription {
	b.mu.Lock()
	b.dropOrphans(now)
	s := b.subs[ref]
	b.mu.Unlock()
	if s == nil {
		return nil
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	s.t.advance(now)
	if s.ended {
		return nil
	}
	return s
}

// authorize lets a subscription be seen and changed by who owns it or its topic.
func (s *subscription) authorize(c *call) error {
	if c.caller == nil {
		return nil
	}
	account, _ := c.home()
	if c.caller.Service == "" && (account == s.owner || account == s.t.key.account) {
		return nil
	}
	who := (&access.Question{Caller: c.caller, Account: c.b.account}).Who()
	return fail(ErrAuthorization, "User: %s is not authorized to perform: SNS:%s on resource: %s", who, c.op, s.arn)
}

// info is the subscription as lists show it. The caller holds the topic's mu.
func (s *subscription) info() SubscriptionInfo {
	i := SubscriptionInfo{ARN: s.arn, Owner: s.owner, TopicARN: s.t.arn, Endpoint: s.endpoint}
	if s.t.state.Sub(s.number).Pending {
		i.ARN = "PendingConfirmation"
	}
	return i
}

// Attributes returns everything about the subscription; see [Subscription].
func (h subHandle) Attributes(ctx context.Context) (map[string]string, error) {
	c, s, err := h.begin(ctx, OpGetSubscriptionAttributes)
	var m map[string]string
	if err == nil {
		m, err = s.attributes(c.now)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return m, nil
}

func (s *subscription) attributes(now int64) (map[string]string, error) {
	t := s.t
	t.mu.Lock()
	defer t.mu.Unlock()
	state := t.state.Sub(s.number)
	if s.ended || state == nil {
		return nil, noSubscription()
	}
	m := s.settings.Load().shown(s.endpoint.Protocol, t.settings.Load())
	m["SubscriptionArn"], m["TopicArn"], m["Owner"] = s.arn, t.arn, s.owner
	m["Protocol"], m["Endpoint"] = string(s.endpoint.Protocol), s.endpoint.Address
	m["SubscriptionPrincipal"] = s.principal
	m["ConfirmationWasAuthenticated"] = strconv.FormatBool(s.authenticated)
	m["PendingConfirmation"] = strconv.FormatBool(state.Pending)
	if status := s.replayStatus(now); status != "" {
		m["ReplayStatus"] = status
	}
	return m, nil
}

// Config returns the settings in force; see [Subscription].
func (h subHandle) Config(ctx context.Context) (SubscriptionConfig, error) {
	c, s, err := h.begin(ctx, OpGetSubscriptionAttributes)
	var cfg SubscriptionConfig
	if err == nil {
		cfg = s.settings.Load().config()
	}
	return cfg, c.end(err)
}

// SetConfig changes settings; see [Subscription].
func (h subHandle) SetConfig(ctx context.Context, patch SubscriptionConfig) error {
	return h.setAttributes(ctx, patch.attributes())
}

// SetAttribute changes one setting; see [Subscription].
func (h subHandle) SetAttribute(ctx context.Context, name, value string) error {
	return h.setAttributes(ctx, map[string]string{name: value})
}

func (h subHandle) setAttributes(ctx context.Context, attrs map[string]string) error {
	c, s, err := h.begin(ctx, OpSetSubscriptionAttributes)
	if err == nil {
		err = s.set(&c, attrs)
	}
	return c.end(err)
}

func (s *subscription) set(c *call, attrs map[string]string) error {
	s.t.takeTurn() // of a replay
	defer s.t.endTurn()
	again, err := s.change(c, attrs)
	if err == nil {
		c.b.deliver(again)
	}
	return err
}

// change changes the settings, and returns what a replay that begins with them delivers.
func (s *subscription) change(c *call, attrs map[string]string) ([]*delivery, error) {
	t := s.t
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.ended {
		return nil, noSubscription()
	}
	now := s.settings.Load()
	next, err := now.changed(attrs, s.endpoint, s.owner, t, c.now, "")
	if err != nil {
		return nil, err
	}
	if err := t.allowFilter(now, next); err != nil {
		return nil, err
	}
	_, replays := attrs[attrReplay]
	err = t.quotas.change(c.now, s, func(sh *share) {
		if sh.filter = next.filter != nil; replays {
			sh.replay = next.replay.until(t.state.Sub(s.number).Pending)
		}
	})
	if err != nil {
		return nil, err
	}
	t.install(s, now, next)
	if replays {
		return s.startReplay(c.now), nil
	}
	return nil, nil
}

// install puts new settings into force. The caller holds t.mu.
func (t *topic) install(s *subscription, old, next *subSettings) {
	s.settings.Store(next)
	t.filtered += count(next.filter != nil) - count(old != nil && old.filter != nil)
	if old == nil && next.filter != nil || old != nil && old.filter != next.filter {
		t.state.SetFilter(s.number, next.filter)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// allowFilter refuses a filter policy too many. The caller holds t.mu.
func (t *topic) allowFilter(old, next *subSettings) error {
	if most := t.b.limits.FilterPolicies; most > 0 && next.filter != nil && (old == nil || old.filter == nil) && t.filtered >= most {
		return fail(ErrFilterPolicyLimitExceeded, "Filter policy limit exceeded: at most %d per topic are allowed.", most)
	}
	return nil
}

// principalOf names who makes a call, as subscriptions show it.
func (c *call) principalOf() string {
	account, region := c.home()
	if c.caller != nil && c.caller.ARN != "" {
		return c.caller.ARN
	}
	return arn.ARN{Partition: arn.Partition(region), Service: "iam", Account: account, Resource: "root"}.String()
}

// newARN draws the ARN of a new subscription. The caller holds t.mu.
func (t *topic) newARN() string { return t.arn + ":" + kit.NewID(t.ids).String() }
