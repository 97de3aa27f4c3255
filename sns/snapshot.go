package sns

import (
	"maps"
	"slices"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// Snapshot is the state of a whole broker at one instant: topics, subscriptions, tokens, deduplication, archives, applications,
// inboxes, meters, generators of ids, and the deliveries that wait for another attempt. It never changes and may be restored any
// number of times, into any broker. Functions, streams and queues are not part of it.
type Snapshot struct {
	state   state
	waiting core.Outbox[*delivery]
}

// Snapshot takes the state of the broker. It stops all operations for as long as copying takes. An HTTP request under way counts as
// one that is still to be made.
func (b *Broker) Snapshot() *Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := newCopier(b)
	s := &Snapshot{state: k.state(&b.state)}
	o := &b.outbox
	o.mu.Lock()
	all, due := o.box.Waiting()
	running := o.underWay()
	for _, ds := range [][]*delivery{all, running} {
		for i, d := range ds {
			ds[i] = new(*d) // it changes as soon as somebody takes it
		}
	}
	o.mu.Unlock()
	for i, d := range all {
		s.waiting.Add(due[i], k.delivery(d))
	}
	now := b.now()
	for _, d := range running {
		s.waiting.Add(now, k.delivery(d))
	}
	return s
}

// Restore gives the broker the state of a snapshot. Handles stay valid for the topics and subscriptions that the snapshot holds.
// Clock, limits, chooser, interceptors, journals, functions and streams stay as they are, and requests under way are forgotten.
// Time does not go back: what would have happened since the snapshot by time alone happens next.
//
// A nil or zero Snapshot changes nothing.
func (b *Broker) Restore(s *Snapshot) {
	if s == nil || s.state.topics == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k := newCopier(b)
	b.state = k.state(&s.state)
	var waiting core.Outbox[*delivery]
	all, due := s.waiting.Waiting()
	for i, d := range all {
		waiting.Add(due[i], k.delivery(d))
	}
	o := &b.outbox
	o.mu.Lock()
	defer o.mu.Unlock()
	o.box, o.running = waiting, nil
	b.arm()
}

// copier copies a state for a broker, so that what was one thing stays one.
type copier struct {
	b      *Broker
	quotas *quotas
	topics map[*topic]*topic
	subs   map[*subscription]*subscription
}

func newCopier(b *Broker) *copier {
	return &copier{b, newQuotas(&b.limits), map[*topic]*topic{}, map[*subscription]*subscription{}}
}

func (k *copier) state(old *state) state {
	c := *old
	c.topics, c.byAge = map[key]*topic{}, nil
	for _, t := range old.byAge {
		again := k.topic(t)
		c.topics[t.key] = again
		c.byAge = append(c.byAge, again)
	}
	c.counts, c.quotas = maps.Clone(old.counts), k.quotas
	c.subs = make(map[string]*subscription, len(old.subs))
	for ref, s := range old.subs {
		c.subs[ref] = k.subscription(s)
	}
	c.orphans = nil
	for _, o := range old.orphans {
		c.orphans = append(c.orphans, orphan{k.subscription(o.s), o.until})
	}
	c.tokens, c.tokenAge = map[string]*token{}, nil
	for _, t := range old.tokenAge {
		again := *t
		again.s = k.subscription(t.s)
		c.tokens[again.text] = &again
		c.tokenAge = append(c.tokenAge, &again)
	}
	c.ids = new(*old.ids)
	c.inboxes, c.mobile, c.phones = old.inboxes.clone(), old.mobile.clone(), old.phones.clone()
	c.meter = old.meter.Clone()
	return c
}

// topic returns the copy of a topic, with its subscriptions.
func (k *copier) topic(t *topic) *topic {
	if again := k.topics[t]; again != nil {
		return again
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	c := &topic{
		b: k.b, key: t.key, arn: t.arn, number: t.number, meter: t.meter.Clone(),
		asService: t.asService, asOwner: t.asOwner, gone: t.gone, expired: slices.Clone(t.expired),
		state: t.state.Clone(), ids: new(*t.ids), filtered: t.filtered, streams: maps.Clone(t.streams), asks: kit.NewGuard(k.b.chooser),
		subs: make(map[uint64]*subscription, len(t.subs)), byEndpoint: make(map[Endpoint]*subscription, len(t.byEndpoint)),
	}
	if c.settings.Store(t.settings.Load()); !t.gone {
		c.quotas = k.quotas
	}
	k.topics[t] = c
	for n, s := range t.subs {
		again := k.subscriptionOf(c, s)
		c.subs[n] = again
		if t.byEndpoint[s.endpoint] == s {
			c.byEndpoint[s.endpoint] = again
		}
	}
	return c
}

// subscription returns the copy of a subscription, also of one that has ended.
func (k *copier) subscription(s *subscription) *subscription {
	if again := k.subs[s]; again != nil {
		return again
	}
	t := k.topic(s.t)
	if again := k.subs[s]; again != nil {
		return again
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	return k.subscriptionOf(t, s)
}

// subscriptionOf copies a subscription for the copy of its topic. The caller holds the old topic's mu.
func (k *copier) subscriptionOf(t *topic, s *subscription) *subscription {
	c := &subscription{
		t: t, number: s.number, arn: s.arn, endpoint: s.endpoint, owner: s.owner, principal: s.principal, ended: s.ended,
		authenticated: s.authenticated, guarded: s.guarded,
	}
	c.nextSlot.Store(s.nextSlot.Load())
	c.settings.Store(s.settings.Load())
	if state := t.state.Sub(s.number); state != nil && !s.ended {
		t.quotas.count(c, c.shareOf(state))
	}
	k.subs[s] = c
	return c
}

// delivery copies a delivery that waits.
func (k *copier) delivery(d *delivery) *delivery {
	again := *d
	again.s = k.subscription(d.s)
	return &again
}

func (i inboxes) clone() inboxes {
	c := inboxes{emails: make(map[string][]Email, len(i.emails))}
	for address, all := range i.emails {
		c.emails[address] = slices.Clone(all)
	}
	return c
}
