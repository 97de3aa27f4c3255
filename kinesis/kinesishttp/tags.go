package kinesishttp

import (
	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// The operations on tags and policies.

func (c *call) addTags(s kinesis.Stream) error {
	return s.Tag(c.ctx, c.p.Tags)
}

func (c *call) removeTags(s kinesis.Stream) error {
	return s.Untag(c.ctx, c.p.TagKeys...)
}

func (c *call) listTags(s kinesis.Stream) error {
	page, err := s.Tags(c.ctx, kinesis.TagOptions{After: text(c.p.ExclusiveStartTagKey), Limit: number(c.p.Limit)})
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		writeTags(o, page.Tags)
		o.Bool("HasMoreTags", page.More)
	})
}

func writeTags(o awswire.Writer, tags []kinesis.Tag) {
	o.List("Tags", "", len(tags), func(i int) {
		o.ForceText("Key", tags[i].Key)
		o.ForceText("Value", tags[i].Value)
	})
}

func (c *call) tagResource() error {
	return c.b.TagResource(c.ctx, text(c.p.ResourceARN), c.p.Tags)
}

func (c *call) untagResource() error {
	return c.b.UntagResource(c.ctx, text(c.p.ResourceARN), c.p.TagKeys...)
}

func (c *call) resourceTags() error {
	tags, err := c.b.ResourceTags(c.ctx, text(c.p.ResourceARN))
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) { writeTags(o, tags) })
}

func (c *call) policy() error {
	policy, err := c.b.Policy(c.ctx, text(c.p.ResourceARN))
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) { o.Text("Policy", policy) })
}

func (c *call) setPolicy() error {
	return c.b.SetPolicy(c.ctx, text(c.p.ResourceARN), text(c.p.Policy))
}

func (c *call) deletePolicy() error {
	return c.b.DeletePolicy(c.ctx, text(c.p.ResourceARN))
}
