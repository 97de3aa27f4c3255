package sns

import (
	"context"
	"maps"
	"slices"
)

// Create makes a topic; see [Topics].
func (b *Broker) Create(ctx context.Context, name string, cfg Config) (Topic, error) {
	c, err := b.begin(ctx, OpCreateTopic, name, b.meter)
	var t *topic
	if err == nil {
		t, err = c.create(name, cfg)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return handle{b, t.arn}, nil
}

func (c *call) create(name string, cfg Config) (*topic, error) {
	b := c.b
	wanted := cfg.attributes()
	fifo := wanted[attrFIFO] == "true"
	if err := validateName(name, fifo); err != nil {
		return nil, err
	}
	if err := c.refuseService(); err != nil {
		return nil, err
	}
	if err := validateTags(cfg.Tags, nil); err != nil {
		return nil, err
	}
	account, region := c.home()
	k := key{account, region, name}
	base := defaults(k, fifo)
	next, err := base.changed(wanted, k, "Attributes Reason: ")
	if err != nil {
		return nil, err
	}
	if cfg.DataProtection != nil {
		if err := validateProtection(*cfg.DataProtection); err != nil {
			return nil, err
		}
		next.protection = *cfg.DataProtection
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.topics[k]; t != nil {
		if err := t.authorize(c, nil); err != nil {
			return nil, err
		}
		return t, t.settings.Load().matches(wanted, next, &cfg)
	}
	kind := topicKind{account, region, fifo}
	if most := c.mostTopics(fifo); b.counts[kind] >= most {
		return nil, fail(ErrTopicLimitExceeded, "Topic limit exceeded: at most %d topics of this kind are allowed.", most)
	}
	b.counts[kind]++
	next.tags = maps.Clone(cfg.Tags)
	t := b.newTopic(k, c.now, next)
	b.topics[k] = t
	b.byAge = append(b.byAge, t)
	return t, nil
}

func (c *call) mostTopics(fifo bool) int {
	if fifo {
		return c.b.limits.TopicsFIFO
	}
	return c.b.limits.Topics
}

// topicKind is what topics are counted by, for the limit of each kind in an account and region.
type topicKind struct {
	account, region string
	fifo            bool
}

// Delete deletes a topic; see [Topics].
func (b *Broker) Delete(ctx context.Context, arn string) error {
	c, err := b.begin(ctx, OpDeleteTopic, keyOf(arn, "", "").name, b.meter)
	if err == nil {
		err = c.deleteTopic(arn)
	}
	return c.end(err)
}

func (c *call) deleteTopic(ref string) error {
	t, err := c.topic("TopicArn", ref)
	if err != nil {
		if e, ok := err.(*Error); ok && e.Code == ErrNotFound {
			return nil
		}
		return err
	}
	b := c.b
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.topics[t.key] != t {
		return nil
	}
	if t.settings.Load().archive != 0 {
		return fail(ErrInvalidState, "Invalid state: Cannot delete a topic with an ArchivePolicy")
	}
	delete(b.topics, t.key)
	b.counts[topicKind{t.key.account, t.key.region, t.settings.Load().fifo}]--
	i, _ := slices.BinarySearchFunc(b.byAge, t.number, byNumber)
	b.byAge = slices.Delete(b.byAge, i, i+1)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.advance(c.now)
	t.gone = true
	for _, n := range t.state.All() {
		b.orphan(t.subs[n], c.now)
		t.quotas.release(t.subs[n])
	}
	t.quotas = nil // the orphans count for nothing
	return nil
}

// List lists topics; see [Topics].
func (b *Broker) List(ctx context.Context, token string) (TopicPage, error) {
	c, err := b.begin(ctx, OpListTopics, "", b.meter)
	var p TopicPage
	if err == nil {
		err = c.refuseService()
	}
	if err == nil {
		p, err = c.list(token)
	}
	if err = c.end(err); err != nil {
		return TopicPage{}, err
	}
	return p, nil
}

func (c *call) list(token string) (TopicPage, error) {
	after, err := readToken(token)
	if err != nil {
		return TopicPage{}, err
	}
	account, region := c.home()
	b := c.b
	b.mu.RLock()
	defer b.mu.RUnlock()
	var p TopicPage
	i, _ := slices.BinarySearchFunc(b.byAge, after.topic+1, byNumber)
	for _, t := range b.byAge[i:] {
		if t.key.account != account || t.key.region != region {
			continue
		}
		if len(p.Topics) == MaxListed {
			p.Next = after.String()
			break
		}
		p.Topics = append(p.Topics, handle{b, t.arn})
		after.topic = t.number
	}
	return p, nil
}
