package sqs

import (
	"context"
	"encoding/base64"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/inflight-mq/inflight/internal/identity"
)

// Create makes a queue; see [Queues].
func (b *Broker) Create(ctx context.Context, name string, cfg Config) (Queue, error) {
	c, err := b.begin(ctx, OpCreateQueue, name)
	var q *queue
	if err == nil {
		q, err = c.create(name, cfg)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return q, nil
}

func (c *call) create(name string, cfg Config) (*queue, error) {
	b := c.b
	fifo := cfg.FIFO != nil && *cfg.FIFO
	if err := validateName(name, fifo); err != nil {
		return nil, err
	}
	if err := c.refuseService(); err != nil {
		return nil, err
	}
	account, region := c.home()
	k := key{account, region, name}
	b.mu.Lock()
	defer b.mu.Unlock()
	q, base := b.queues[k], defaults(fifo, b.limits)
	if q != nil {
		base = *q.settings.Load()
	}
	if err := cfg.validate(true, fifo, base, b.limits); err != nil {
		return nil, err
	}
	if err := validateTags(name, cfg.Tags, nil); err != nil {
		return nil, err
	}
	if q != nil {
		if name := base.conflict(cfg); name != "" {
			return nil, fail(ErrQueueNameExists,
				"A queue already exists with the same name and a different value for attribute %s", name)
		}
		return q, nil
	}
	if err := b.checkTarget(cfg.DeadLetter, k, fifo); err != nil {
		return nil, err
	}
	if at, ok := b.deleted[k]; ok && c.now < at+int64(NameLock) {
		return nil, fail(ErrQueueDeletedRecently,
			"You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	delete(b.deleted, k)
	s := base.patched(cfg)
	s.created, s.modified, s.tags = c.now, c.now, maps.Clone(cfg.Tags)
	q = b.newQueue(k, s)
	b.queues[k] = q
	return q, nil
}

// Queue returns the queue of a name, URL or ARN without asking whether it exists: if it does not, every method of the handle
// fails with [ErrQueueDoesNotExist] until it does. A bare name is one of the caller's account and region.
func (b *Broker) Queue(ctx context.Context, ref string) Queue {
	c := call{b: b}
	if ctx != nil {
		c.caller = identity.FromContext(ctx)
	}
	account, region := c.home()
	k := resolve(ref, account, region)
	if q := b.find(k); q != nil {
		return q
	}
	return b.deletedQueue(k)
}

// deletedQueue returns a queue that is none, until there is one of its name.
func (b *Broker) deletedQueue(k key) *queue {
	q := &queue{b: b, key: k, arn: k.arn()}
	q.gone.Store(true)
	return q
}

// Open finds a queue; see [Queues].
func (b *Broker) Open(ctx context.Context, ref string) (Queue, error) {
	c, err := b.begin(ctx, OpGetQueueURL, ref)
	var q *queue
	if err == nil {
		q, err = c.open(ref)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return q, nil
}

func (c *call) open(ref string) (*queue, error) {
	account, region := c.home()
	q := c.b.find(resolve(ref, account, region))
	if q == nil {
		return nil, noQueue()
	}
	return q, q.authorize(c.caller, c.op, c.now)
}

// Delete deletes a queue; see [Queues].
func (b *Broker) Delete(ctx context.Context, ref string) error {
	c, err := b.begin(ctx, OpDeleteQueue, ref)
	if err == nil {
		err = c.deleteQueue(ref)
	}
	return c.end(err)
}

func (c *call) deleteQueue(ref string) error {
	b := c.b
	account, region := c.home()
	q := b.find(resolve(ref, account, region))
	if q == nil {
		return noQueue()
	}
	if err := q.authorize(c.caller, c.op, c.now); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queues[q.key] != q {
		return noQueue()
	}
	delete(b.queues, q.key)
	b.forgetNames(c.now)
	b.deleted[q.key] = c.now
	q.mu.Lock()
	defer q.mu.Unlock()
	q.gone.Store(true)
	q.dismiss(noQueue())
	return nil
}

// forgetNames drops the names whose lock has ended, so that the locks do not pile up.
func (b *Broker) forgetNames(now int64) {
	maps.DeleteFunc(b.deleted, func(_ key, at int64) bool { return now >= at+int64(NameLock) })
}

// List lists the queues of the caller's account and region; see [Queues].
func (b *Broker) List(ctx context.Context, opts ListOptions) (Page, error) {
	c, err := b.begin(ctx, OpListQueues, "")
	var p Page
	if err == nil {
		err = c.refuseService()
	}
	if err == nil {
		account, region := c.home()
		p, err = b.page(opts, func(q *queue) bool {
			return q.key.account == account && q.key.region == region && strings.HasPrefix(q.key.name, opts.Prefix)
		})
	}
	if err = c.end(err); err != nil {
		return Page{}, err
	}
	return p, nil
}

// page returns the queues that match and come after the token. A token is the base64 form of the last name before.
func (b *Broker) page(opts ListOptions, match func(*queue) bool) (Page, error) {
	if (opts.Max != 0 || opts.Given&GivenMax != 0) && (opts.Max < 1 || opts.Max > MaxListed) {
		return Page{}, badValue(opts.Max, "MaxResults", "Must be between 1 and 1000, if provided.")
	}
	after, err := base64.StdEncoding.DecodeString(opts.Token)
	if err != nil || !utf8.Valid(after) {
		return Page{}, badValue(opts.Token, "NextToken", "Invalid or expired next token.")
	}
	b.mu.RLock()
	all := b.sorted(func(q *queue) bool { return q.key.name > string(after) && match(q) })
	b.mu.RUnlock()
	most := opts.Max
	if most == 0 {
		most = MaxListed
	}
	var p Page
	for _, q := range all[:min(len(all), most)] {
		p.Queues = append(p.Queues, q)
	}
	if opts.Max > 0 && len(all) > opts.Max {
		p.Next = base64.StdEncoding.EncodeToString([]byte(all[opts.Max-1].key.name))
	}
	return p, nil
}

// Sources lists the queues that name this one as their dead-letter queue; see [Queue].
func (q *queue) Sources(ctx context.Context, opts ListOptions) (Page, error) {
	c, err := q.begin(ctx, OpListDeadLetterSourceQueues)
	var p Page
	if err == nil {
		p, err = c.b.page(opts, func(s *queue) bool { return s.feeds(c.q.arn) })
	}
	if err = c.end(err); err != nil {
		return Page{}, err
	}
	return p, nil
}

// feeds reports whether the queue's dead letters go to the queue of an ARN.
func (q *queue) feeds(arn string) bool {
	d := q.settings.Load().deadLetter
	return d != nil && d.Target == arn
}

// checkTarget makes the checks of a redrive policy that need other queues. The caller holds b.mu.
func (b *Broker) checkTarget(d *DeadLetter, source key, fifo bool) error {
	if d == nil || d.isZero() {
		return nil
	}
	a, err := d.validate()
	if err != nil {
		return err
	}
	if a.Account != source.account {
		return d.fault("Dead-letter target owner should be same as the source.")
	}
	target := b.queues[keyOf(a)]
	switch {
	case target == nil || a.Region != source.region:
		return d.fault("Dead letter target does not exist.")
	case target.settings.Load().fifo != fifo:
		return d.fault("Dead-letter queue must be same type of queue as the source..")
	case !target.settings.Load().allow.allows(source.arn()):
		return d.fault("The dead-letter queue does not allow this source queue.")
	}
	return nil
}
