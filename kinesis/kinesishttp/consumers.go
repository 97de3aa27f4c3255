package kinesishttp

import (
	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// The operations on consumers.

// consumer returns the consumer that the request names: by its ARN, or by its name and its stream's ARN.
func (c *call) consumer() (s kinesis.Stream, ref string, err error) {
	switch {
	case c.p.ConsumerARN != nil:
		return c.b.Stream(c.ctx, *c.p.ConsumerARN), *c.p.ConsumerARN, nil
	case c.p.ConsumerName == nil || c.p.StreamARN == nil:
		return nil, "", &kinesis.Error{
			Code: kinesis.ErrInvalidArgument, Message: "Either ConsumerARN or both StreamARN and ConsumerName should be provided.",
		}
	}
	return c.b.Stream(c.ctx, *c.p.StreamARN), *c.p.ConsumerName, nil
}

func (c *call) register(s kinesis.Stream) error {
	k, err := s.Register(c.ctx, text(c.p.ConsumerName), c.p.Tags)
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Object("Consumer", func() { writeConsumer(o, &k) })
	})
}

func writeConsumer(o awswire.Writer, k *kinesis.Consumer) {
	o.Text("ConsumerName", k.Name)
	o.Text("ConsumerARN", k.ARN)
	o.Text("ConsumerStatus", string(k.Status))
	o.Time("ConsumerCreationTimestamp", second(k.Created))
}

func (c *call) describeConsumer() error {
	s, ref, err := c.consumer()
	if err != nil {
		return err
	}
	k, err := s.Consumer(c.ctx, ref)
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Object("ConsumerDescription", func() {
			writeConsumer(o, &k)
			o.Text("StreamARN", k.Stream)
		})
	})
}

func (c *call) deregister() error {
	s, ref, err := c.consumer()
	if err != nil {
		return err
	}
	return s.Deregister(c.ctx, ref)
}

func (c *call) listConsumers(s kinesis.Stream) error {
	page, err := s.Consumers(c.ctx, kinesis.ConsumersOptions{
		Token: text(c.p.NextToken), Max: number(c.p.MaxResults), Created: c.p.StreamCreationTimestamp,
	})
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.List("Consumers", "", len(page.Consumers), func(i int) { writeConsumer(o, &page.Consumers[i]) })
		o.Text("NextToken", page.Next)
	})
}
