package kinesis

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

const consumerResource = "/consumer/"

// consumer is a registered consumer. It is replaced, never changed, except for its tags and policy.
type consumer struct {
	name, arn string
	created   int64
	due       int64 // when it becomes active, or, deleting, is gone
	deleting  bool
	tags      map[string]string
	policy    *resourcePolicy
}

func (k *consumer) status(now int64) Status {
	switch {
	case k.deleting:
		return Deleting
	case now < k.due:
		return Creating
	}
	return Active
}

func (k *consumer) render(stream string, now int64) Consumer {
	return Consumer{Name: k.name, ARN: k.arn, Status: k.status(now), Created: at(k.created), Stream: stream}
}

// consumers are those of a stream, by name, and the last second in which a name was registered: it is part of the ARN, which is never
// given out twice.
type consumers struct {
	all     []*consumer
	seconds core.Seconds[string]
}

// at returns the consumers that are there at an instant, and forgets those that are gone.
func (ks *consumers) at(now int64) []*consumer {
	if slices.ContainsFunc(ks.all, func(k *consumer) bool { return k.deleting && now >= k.due }) {
		ks.all = slices.DeleteFunc(ks.all, func(k *consumer) bool { return k.deleting && now >= k.due })
	}
	return ks.all
}

// find finds a consumer by name or ARN, nil if there is none.
func (ks *consumers) find(now int64, ref string) *consumer {
	for _, k := range ks.at(now) {
		if k.name == ref || k.arn == ref {
			return k
		}
	}
	return nil
}

func (ks *consumers) clone() consumers {
	c := consumers{all: make([]*consumer, len(ks.all)), seconds: ks.seconds.Clone()}
	for i, k := range ks.all {
		c.all[i] = new(*k)
	}
	return c
}

func (c *call) noConsumer(ref string) error {
	return fail(ErrResourceNotFound, "Consumer %s, account %s not found.", ref, c.h.key.account)
}

// checkConsumer adds what is wrong with the name or ARN of a consumer.
func checkConsumer(f *model.Faults, ref string) {
	if isARN(ref) {
		f.Text("consumerARN", ref, model.ConsumerARNs(), 1, 2048)
		return
	}
	f.Required("consumerName", ref, false, model.Names(), 1, 128)
}

// Register registers a consumer; see [Stream].
func (h *handle) Register(ctx context.Context, name string, tags map[string]string) (Consumer, error) {
	var k Consumer
	check := func(f *model.Faults) {
		f.Required("consumerName", name, false, model.Names(), 1, 128)
		checkTags(f, tags, false)
	}
	err := h.change(ctx, OpRegisterStreamConsumer, check, func(c *call) (err error) {
		k, err = c.register(name, tags)
		return err
	})
	return answered(k, err)
}

func (c *call) register(name string, tags map[string]string) (Consumer, error) {
	s := c.s
	if err := c.active(); err != nil {
		return Consumer{}, err
	}
	if err := checkTagRules(s.key, tags, nil, "add tags to"); err != nil {
		return Consumer{}, err
	}
	all, creating := s.members.at(c.now), 0
	for _, k := range all {
		if k.name == name {
			return Consumer{}, fail(ErrResourceInUse, "Consumer %s under stream %s already exists for account %s.", name, s.arn, s.key.account)
		}
		if k.status(c.now) == Creating {
			creating++
		}
	}
	switch {
	case len(all) >= c.b.limits.consumers(s.config.mode, c.b.commitment(s.key.account, s.key.region, c.now).Status):
		return Consumer{}, fail(ErrLimitExceeded, "Stream %s under account %s already has %d consumers registered.", s.key.name, s.key.account,
			len(all))
	case creating >= MaxCreating:
		return Consumer{}, fail(ErrLimitExceeded, "Stream %s under account %s already has %d consumers in CREATING state.", s.key.name,
			s.key.account, creating)
	}
	second := s.members.seconds.Next(name, c.now/1e9)
	k := &consumer{
		name: name, arn: s.arn + consumerResource + name + ":" + strconv.FormatInt(second, 10), created: max(c.now, second*1e9),
		due: c.now + int64(c.b.transitions.Consumer), tags: merged(nil, tags),
	}
	s.members.seconds.Give(name, second, c.now/1e9)
	i, _ := slices.BinarySearchFunc(all, name, func(k *consumer, name string) int { return strings.Compare(k.name, name) })
	s.members.all = slices.Insert(all, i, k)
	c.record(Event{Kind: EventRegistered, Consumer: k.arn, Status: k.status(c.now)})
	return k.render(s.arn, c.now), nil
}

// Consumer finds a consumer; see [Stream].
func (h *handle) Consumer(ctx context.Context, ref string) (Consumer, error) {
	var found Consumer
	check := func(f *model.Faults) { checkConsumer(f, ref) }
	err := h.change(ctx, OpDescribeStreamConsumer, check, func(c *call) error {
		k := c.s.members.find(c.now, ref)
		if k == nil {
			return c.noConsumer(ref)
		}
		found = k.render(c.s.arn, c.now)
		return nil
	})
	return answered(found, err)
}

// Deregister deletes a consumer; see [Stream].
func (h *handle) Deregister(ctx context.Context, ref string) error {
	check := func(f *model.Faults) { checkConsumer(f, ref) }
	return h.change(ctx, OpDeregisterStreamConsumer, check, func(c *call) error {
		k := c.s.members.find(c.now, ref)
		if k == nil {
			return c.noConsumer(ref)
		}
		c.deregister(k)
		return nil
	})
}

// deregister begins the deletion of a consumer, whose subscriptions are over. The caller holds the stream.
func (c *call) deregister(k *consumer) {
	if k.deleting {
		return
	}
	k.deleting, k.due = true, c.now+int64(c.b.transitions.Consumer)
	c.s.state.Unsubscribe(k.arn)
	c.record(Event{Kind: EventDeregistered, Consumer: k.arn})
	c.s.wakeAll()
}

// Consumers lists consumers; see [Stream].
func (h *handle) Consumers(ctx context.Context, opts ConsumersOptions) (ConsumerPage, error) {
	var p ConsumerPage
	check := func(f *model.Faults) { f.Number("maxResults", opts.Max, opts.Given&GivenLimit != 0, 1, 10_000) }
	err := h.change(ctx, OpListStreamConsumers, check, func(c *call) (err error) {
		p, err = c.consumers(opts)
		return err
	})
	return answered(p, err)
}

func (c *call) consumers(opts ConsumersOptions) (ConsumerPage, error) {
	var t token
	if opts.Token != "" || opts.Given&GivenToken != 0 {
		var err error
		if t, err = c.b.page(c.now, tokenConsumers, opts.Token); err != nil {
			return ConsumerPage{}, err
		}
		if t.nonce != c.s.nonce {
			return ConsumerPage{}, c.noStream()
		}
	}
	if !opts.Created.IsZero() && opts.Created.Unix() != at(c.s.config.created).Unix() {
		return ConsumerPage{}, c.noStream()
	}
	if st := c.s.state.State(c.now); st != core.Active && st != core.Updating {
		return ConsumerPage{}, c.inState(st)
	}
	var p ConsumerPage
	most := opts.Max
	if most == 0 {
		most = 100
	}
	for _, k := range c.s.members.at(c.now) {
		if k.name <= t.after {
			continue
		}
		if len(p.Consumers) == most {
			p.Next = c.b.next(c.now, token{kind: tokenConsumers, nonce: c.s.nonce, after: p.Consumers[most-1].Name})
			break
		}
		p.Consumers = append(p.Consumers, k.render(c.s.arn, c.now))
	}
	return p, nil
}
