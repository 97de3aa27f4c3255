package snshttp

import (
	"maps"
	"slices"

	"github.com/inflight-mq/inflight/sns"
)

// The operations on topics.

func (c *call) createTopic() error {
	tags, err := c.newTags()
	if err != nil {
		return err
	}
	t, err := c.b.Create(c.ctx, c.text("Name"), sns.Config{
		Attributes: c.attributes(), Tags: tags, DataProtection: c.form.Text("DataProtectionPolicy"),
	})
	if err != nil {
		return err
	}
	c.out.Text("TopicArn", t.ARN())
	return nil
}

func (c *call) deleteTopic() error {
	ref, err := c.required("TopicArn")
	if err != nil {
		return err
	}
	return c.b.Delete(c.ctx, ref)
}

func (c *call) topics() error {
	p, err := c.b.List(c.ctx, c.text("NextToken"))
	if err != nil {
		return err
	}
	c.writeList("Topics", len(p.Topics), func(i int) { c.out.Text("TopicArn", p.Topics[i].ARN()) })
	c.out.Text("NextToken", p.Next)
	return nil
}

func (c *call) topicAttributes() error {
	t, err := c.topic()
	if err != nil {
		return err
	}
	m, err := t.Attributes(c.ctx)
	if err != nil {
		return err
	}
	c.writeMap("Attributes", m)
	return nil
}

func (c *call) setTopicAttribute() error {
	t, err := c.topic()
	if err != nil {
		return err
	}
	name, err := c.required("AttributeName")
	if err != nil {
		return err
	}
	return t.SetAttribute(c.ctx, name, c.text("AttributeValue"))
}

func (c *call) tags() error {
	t, err := c.resource("ResourceArn")
	if err != nil {
		return err
	}
	tags, err := t.Tags(c.ctx)
	if err != nil {
		return err
	}
	keys := slices.Sorted(maps.Keys(tags))
	c.writeList("Tags", len(keys), func(i int) {
		c.out.ForceText("Key", keys[i])
		c.out.ForceText("Value", tags[keys[i]])
	})
	return nil
}

func (c *call) tag() error {
	t, err := c.resource("ResourceArn")
	if err != nil {
		return err
	}
	tags, err := c.newTags()
	if err != nil {
		return err
	}
	if tags == nil && c.form.Text("Tags") == nil {
		return null("tags")
	}
	return t.Tag(c.ctx, tags)
}

func (c *call) untag() error {
	t, err := c.resource("ResourceArn")
	if err != nil {
		return err
	}
	keys := c.form.Texts("TagKeys.member")
	if keys == nil && c.form.Text("TagKeys") == nil {
		return null("tagKeys")
	}
	return t.Untag(c.ctx, keys...)
}

func (c *call) addPermission() error {
	t, err := c.topic()
	if err != nil {
		return err
	}
	label, err := c.required("Label")
	if err != nil {
		return err
	}
	return t.AddPermission(c.ctx, label, c.form.Texts("AWSAccountId.member"), c.form.Texts("ActionName.member"))
}

func (c *call) removePermission() error {
	t, err := c.topic()
	if err != nil {
		return err
	}
	label, err := c.required("Label")
	if err != nil {
		return err
	}
	return t.RemovePermission(c.ctx, label)
}

func (c *call) dataProtection() error {
	t, err := c.resource("ResourceArn")
	if err != nil {
		return err
	}
	policy, err := t.DataProtection(c.ctx)
	if err != nil {
		return err
	}
	c.out.Text("DataProtectionPolicy", policy)
	return nil
}

func (c *call) setDataProtection() error {
	t, err := c.resource("ResourceArn")
	if err != nil {
		return err
	}
	policy, err := c.required("DataProtectionPolicy")
	if err != nil {
		return err
	}
	return t.SetDataProtection(c.ctx, policy)
}
