package sqs

import (
	"context"

	"github.com/inflight-mq/inflight/internal/policy"
)

// Config returns the settings in force; see [Queue].
func (q *queue) Config(ctx context.Context) (Config, error) {
	c, err := q.begin(ctx, OpGetQueueAttributes)
	if err = c.end(err); err != nil {
		return Config{}, err
	}
	return c.q.settings.Load().config(), nil
}

// SetConfig changes settings; see [Queue].
func (q *queue) SetConfig(ctx context.Context, patch Config) error {
	c, err := q.begin(ctx, OpSetQueueAttributes)
	if err == nil {
		err = c.setConfig(patch)
	}
	return c.end(err)
}

func (c *call) setConfig(patch Config) error {
	q := c.q
	set := q.settings.Load()
	if err := patch.validate(false, set.fifo, *set, c.b.limits); err != nil {
		return err
	}
	if patch.Tags != nil {
		return unknownAttribute("Tags")
	}
	c.b.mu.RLock()
	err := c.b.checkTarget(patch.DeadLetter, q.key, set.fifo)
	c.b.mu.RUnlock()
	if err != nil {
		return err
	}
	return q.edit(c.now, func(s settings) (settings, error) {
		// Again, because the settings may have changed since: two valid changes need not be valid together.
		return s.patched(patch), patch.validate(false, set.fifo, s, c.b.limits)
	})
}

// edit replaces the settings by what change makes of them, unless it fails.
func (q *queue) edit(now int64, change func(settings) (settings, error)) error {
	if err := q.lock(); err != nil {
		return err
	}
	defer q.unlock(now)
	next, err := change(*q.settings.Load())
	if err != nil {
		return err
	}
	next.modified = now
	q.settings.Store(&next)
	q.state.Configure(now, next.forCore(q.b.limits))
	return nil
}

// Attributes returns settings and counts by the service's names; see [Queue].
func (q *queue) Attributes(ctx context.Context, names ...string) (map[string]string, error) {
	c, err := q.begin(ctx, OpGetQueueAttributes)
	var m map[string]string
	if err == nil {
		m, err = c.attributes(names)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return m, nil
}

func (c *call) attributes(names []string) (map[string]string, error) {
	n, err := c.q.counts(c.now)
	if err != nil {
		return nil, err
	}
	all := c.q.settings.Load().attributes(c.q.arn, n)
	picked := map[string]string{}
	wantAll := false
	for _, name := range names {
		if !readable(name) {
			return nil, unknownAttribute(name)
		}
		if text, ok := all[name]; ok {
			picked[name] = text
		}
		wantAll = wantAll || name == attrAll
	}
	if wantAll {
		return all, nil
	}
	return picked, nil
}

// checkQuotas refuses a policy that is larger than the service allows.
func checkQuotas(p *policy.Policy) error {
	switch {
	case p.Statements() > MaxPolicyStatements:
		return fail(ErrOverLimit, "%d statements were found, maximum allowed is %d.", p.Statements(), MaxPolicyStatements)
	case p.MaxActions() > MaxPolicyActions:
		return tooManyActions(p.MaxActions())
	case p.MaxPrincipals() > MaxPolicyPrincipals:
		return fail(ErrOverLimit, "%d principals were found, maximum allowed is %d.", p.MaxPrincipals(), MaxPolicyPrincipals)
	case p.MaxConditions() > MaxPolicyConditions:
		return fail(ErrOverLimit, "%d conditions were found, maximum allowed is %d.", p.MaxConditions(), MaxPolicyConditions)
	}
	return nil
}

func tooManyActions(n int) error {
	return fail(ErrOverLimit, "%d Actions were found, maximum allowed is %d.", n, MaxPolicyActions)
}
