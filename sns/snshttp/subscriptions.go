package snshttp

import (
	"strings"

	"github.com/inflight-mq/inflight/sns"
)

// The operations on subscriptions.

func (c *call) subscribe() error {
	t, err := c.topic()
	if err != nil {
		return err
	}
	protocol, err := c.required("Protocol")
	if err != nil {
		return err
	}
	shown := c.form.Bool("ReturnSubscriptionArn")
	if err := c.form.Err(); err != nil {
		return err
	}
	to := sns.Endpoint{Protocol: sns.Protocol(protocol), Address: c.text("Endpoint")}
	sub, err := t.Subscribe(c.ctx, to, sns.SubscriptionConfig{Attributes: c.attributes()})
	if err != nil {
		return err
	}
	if sub.Pending() && !shown {
		c.out.Text("SubscriptionArn", "pending confirmation")
	} else {
		c.out.Text("SubscriptionArn", sub.ARN())
	}
	return nil
}

func (c *call) confirm() error {
	topic, err := c.required("TopicArn")
	if err != nil {
		return err
	}
	token, err := c.required("Token")
	if err != nil {
		return err
	}
	sub, err := c.b.Confirm(c.ctx, sns.Confirmation{
		TopicARN: topic, Token: token, Authenticate: strings.EqualFold(c.text("AuthenticateOnUnsubscribe"), "true"),
		Unsigned: c.unsigned,
	})
	if err != nil {
		return err
	}
	c.out.Text("SubscriptionArn", sub.ARN())
	return nil
}

func (c *call) unsubscribe() error {
	return c.b.Unsubscribe(c.ctx, c.text("SubscriptionArn"), c.unsigned)
}

// subscription returns the subscription that the request names.
func (c *call) subscription() (sns.Subscription, error) {
	ref, err := c.required("SubscriptionArn")
	if err != nil {
		return nil, err
	}
	return c.b.Subscription(ref), nil
}

func (c *call) subscriptionAttributes() error {
	s, err := c.subscription()
	if err != nil {
		return err
	}
	m, err := s.Attributes(c.ctx)
	if err != nil {
		return err
	}
	c.writeMap("Attributes", m)
	return nil
}

func (c *call) setSubscriptionAttribute() error {
	s, err := c.subscription()
	if err != nil {
		return err
	}
	name, err := c.required("AttributeName")
	if err != nil {
		return err
	}
	return s.SetAttribute(c.ctx, name, c.text("AttributeValue"))
}

func (c *call) subscriptions() error {
	p, err := c.b.Subscriptions(c.ctx, c.text("NextToken"))
	if err != nil {
		return err
	}
	c.listed(p)
	return nil
}

func (c *call) subscriptionsByTopic() error {
	t, err := c.topic()
	if err != nil {
		return err
	}
	p, err := t.Subscriptions(c.ctx, c.text("NextToken"))
	if err != nil {
		return err
	}
	c.listed(p)
	return nil
}

// listed writes a page of subscriptions.
func (c *call) listed(p sns.SubscriptionPage) {
	c.writeList("Subscriptions", len(p.Subscriptions), func(i int) {
		s := p.Subscriptions[i]
		c.out.Text("SubscriptionArn", s.ARN)
		c.out.Text("Owner", s.Owner)
		c.out.Text("Protocol", string(s.Endpoint.Protocol))
		c.out.ForceText("Endpoint", s.Endpoint.Address)
		c.out.Text("TopicArn", s.TopicARN)
	})
	c.out.Text("NextToken", p.Next)
}
