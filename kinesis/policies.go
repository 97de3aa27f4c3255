package kinesis

import (
	"context"
	"slices"
	"strings"

	"github.com/inflight-mq/inflight/internal/policy"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// resource is what an ARN names: a stream, or one of its consumers.
type resource struct {
	arn      string
	consumer *consumer // nil: the stream itself
}

// onResource runs an operation on the stream or consumer of an ARN. f is called with the stream locked.
func (b *Broker) onResource(ctx context.Context, op Op, arn string, check func(*model.Faults), f func(*call, resource) error) error {
	c, err := b.named(ctx, arn).begin(ctx, op)
	if err == nil {
		err = c.onResource(arn, check, f)
	}
	return c.end(err)
}

func (c *call) onResource(arn string, check func(*model.Faults), f func(*call, resource) error) error {
	var faults model.Faults
	check(&faults)
	faults.Required("resourceARN", arn, false, model.ResourceARNs(), 1, 2048)
	if err := refused(&faults); err != nil {
		return err
	}
	if err := c.enter(); err != nil {
		return err
	}
	defer c.unlock()
	r := resource{arn: arn}
	if strings.Contains(arn, consumerResource) {
		if r.consumer = c.s.members.find(c.now, arn); r.consumer == nil {
			return c.noConsumer(arn)
		}
	}
	return f(c, r)
}

// changedTags and changedPolicy record what a resource has now.
func (c *call) changedTags(r resource) {
	c.changed(SettingTags, r.consumerARN(), func() string { return tagTexts(*c.tagsOf(r)) })
}

func (c *call) changedPolicy(r resource, text string) {
	c.changed(SettingPolicy, r.consumerARN(), func() string { return text })
}

func (r resource) consumerARN() string {
	if r.consumer == nil {
		return ""
	}
	return r.consumer.arn
}

// ResourceTags returns tags; see [Streams].
func (b *Broker) ResourceTags(ctx context.Context, arn string) ([]Tag, error) {
	var tags []Tag
	err := b.onResource(ctx, OpListTagsForResource, arn, noCheck, func(c *call, r resource) error {
		tags = sortedTags(*c.tagsOf(r))
		return nil
	})
	return answered(tags, err)
}

func (c *call) tagsOf(r resource) *map[string]string {
	if r.consumer != nil {
		return &r.consumer.tags
	}
	return &c.s.config.tags
}

// TagResource adds tags; see [Streams].
func (b *Broker) TagResource(ctx context.Context, arn string, tags map[string]string) error {
	check := func(f *model.Faults) { checkTags(f, tags, true) }
	return b.onResource(ctx, OpTagResource, arn, check, func(c *call, r resource) error {
		if err := c.taggableResource(r); err != nil {
			return err
		}
		of := c.tagsOf(r)
		if err := checkTagRules(c.h.key, tags, *of, "add tags to"); err != nil {
			return err
		}
		*of = merged(*of, tags)
		c.changedTags(r)
		return nil
	})
}

// UntagResource removes tags; see [Streams].
func (b *Broker) UntagResource(ctx context.Context, arn string, keys ...string) error {
	check := func(f *model.Faults) { f.TagKeys(keys) }
	return b.onResource(ctx, OpUntagResource, arn, check, func(c *call, r resource) error {
		if err := c.taggableResource(r); err != nil {
			return err
		}
		if err := checkTagTexts(c.h.key, keys, "remove tags from"); err != nil {
			return err
		}
		of := c.tagsOf(r)
		*of = without(*of, slices.Clone(keys))
		c.changedTags(r)
		return nil
	})
}

// taggableResource refuses to change the tags of a stream that is not there for good, as by its name.
func (c *call) taggableResource(r resource) error {
	if r.consumer != nil {
		return nil
	}
	return c.taggable()
}

func (c *call) policyOf(r resource) **resourcePolicy {
	if r.consumer != nil {
		return &r.consumer.policy
	}
	return &c.s.config.policy
}

// Policy returns a resource policy; see [Streams].
func (b *Broker) Policy(ctx context.Context, arn string) (string, error) {
	text := "{}"
	err := b.onResource(ctx, OpGetResourcePolicy, arn, noCheck, func(c *call, r resource) error {
		if p := *c.policyOf(r); p != nil {
			text = p.text
		}
		return nil
	})
	return answered(text, err)
}

// SetPolicy sets a resource policy; see [Streams].
func (b *Broker) SetPolicy(ctx context.Context, arn, text string) error {
	return b.onResource(ctx, OpPutResourcePolicy, arn, noCheck, func(c *call, r resource) error {
		p, err := policy.Parse(text)
		if err != nil {
			return fail(ErrInvalidArgument, "Resource policy is not valid: %v.", err)
		}
		*c.policyOf(r) = &resourcePolicy{text, p}
		c.changedPolicy(r, text)
		return nil
	})
}

// DeletePolicy removes a resource policy; see [Streams].
func (b *Broker) DeletePolicy(ctx context.Context, arn string) error {
	return b.onResource(ctx, OpDeleteResourcePolicy, arn, noCheck, func(c *call, r resource) error {
		p := c.policyOf(r)
		if *p == nil {
			return fail(ErrResourceNotFound, "No resource policy found for resource ARN %s.", arn)
		}
		*p = nil
		c.changedPolicy(r, "")
		return nil
	})
}
