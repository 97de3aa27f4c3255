package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sqs"
)

// The fan-out: the shop publishes every order that is placed once, to a topic. Who hears of it is the subscribers' business.

// fanout is the topic of placed orders, and its audience.
type fanout struct {
	s         *shop
	broker    *sns.Broker
	journal   *sns.Journal
	topic     sns.Topic
	audience  []*subscriber // by age
	hook      *webhook
	published int // orders that the shop published, by its own count
	explained bool
}

// subscriber is a subscription, and what is known of it outside of the topic.
type subscriber struct {
	name    string
	sub     sns.Subscription
	queue   sqs.Queue        // where its notifications wait for a clerk; nil: they are posted to a webhook
	letters sqs.Queue        // its dead-letter queue; nil: it has none
	wants   func(order) bool // what its filter policy is meant to say
	meant   []string         // the orders that the shop published and it wants
	got     []string         // those that its clerk or webhook got
}

const (
	dear        = 10_000 // cents, from which on an order is looked at twice
	deskPause   = 5 * time.Minute
	teaClubHook = "https://tea-club.example/orders"

	// When the tea club's webhook is tried again: five times after a minute, then after 1, 2, 4, 8 and 16, and after 16 more.
	// That is 52 minutes. A policy may take an hour.
	patience = `{"healthyRetryPolicy":{"numRetries":11,"numMinDelayRetries":5,"numMaxDelayRetries":1,` +
		`"minDelayTarget":60,"maxDelayTarget":960,"backoffFunction":"geometric"}}`
)

// newFanout makes the topic and subscribes everybody.
func newFanout(s *shop) (*fanout, error) {
	f := &fanout{s: s}
	f.hook = &webhook{f: f}
	f.broker = sns.New(sns.WithClock(s.clock), sns.WithSeed(s.seed), sns.WithQueues(inflight.Queues(s.broker)),
		sns.WithTransport(sns.HandlerTransport(http.HandlerFunc(f.hook.answer))))
	f.journal = f.broker.Record()
	var err error
	if f.topic, err = f.broker.Create(s.ctx, "placed", sns.Config{SignatureVersion: new(2)}); err != nil {
		return nil, err
	}
	if err := f.openDesks(); err != nil {
		return nil, err
	}
	return f, f.admitClub()
}

// openDesks subscribes a queue for each desk of the shop. Raw delivery spares the clerks the envelope: the body is the order.
func (f *fanout) openDesks() (err error) {
	for _, d := range []struct {
		name, policy string
		scope        filter.Scope
		wants        func(order) bool
	}{
		{"express-desk", `{"priority":["express"]}`, filter.MessageAttributes, func(o order) bool { return o.Priority == "express" }},
		{"edi-desk", `{"channel":["edi"]}`, filter.MessageAttributes, func(o order) bool { return o.Channel == "edi" }},
		{"credit-desk", fmt.Sprintf(`{"amount":[{"numeric":[">=",%d]}]}`, dear), filter.MessageBody, order.isDear},
	} {
		r := &subscriber{name: d.name, wants: d.wants}
		if r.queue, err = f.mailbox(d.name); err != nil {
			return err
		}
		cfg := sns.SubscriptionConfig{Raw: new(true), FilterPolicy: &d.policy, FilterScope: &d.scope}
		if err := f.subscribe(r, sns.ToQueue(r.queue.ARN()), cfg); err != nil {
			return err
		}
		f.s.every(deskPause, func() error { return r.work(f.s.ctx) })
	}
	return nil
}

// admitClub subscribes the webhook. The topic asks it to confirm as soon as the clock moves.
func (f *fanout) admitClub() (err error) {
	club := &subscriber{name: "tea-club", wants: func(o order) bool { return strings.HasPrefix(o.SKU, "tea-") }}
	if club.letters, err = f.mailbox("tea-club-dlq"); err != nil {
		return err
	}
	f.hook.club = club
	return f.subscribe(club, sns.ToURL(teaClubHook), sns.SubscriptionConfig{
		FilterPolicy: new(`{"sku":[{"prefix":"tea-"}]}`), FilterScope: new(filter.MessageBody),
		DeliveryPolicy: new(patience), DeadLetter: new(club.letters.ARN()),
	})
}

// isDear reports whether an order is worth a second look.
func (o order) isDear() bool { return o.Amount >= dear }

// mailbox makes a queue that the topic may send to. Without the policy nothing would arrive, and nobody would be told.
func (f *fanout) mailbox(name string) (sqs.Queue, error) {
	q, err := f.s.broker.Create(f.s.ctx, name, sqs.Config{Retention: new(sqs.MaxRetention)})
	if err != nil {
		return nil, err
	}
	return q, q.SetConfig(f.s.ctx, sqs.Config{Policy: new(sns.QueuePolicy(q.ARN(), f.topic.ARN()))})
}

func (f *fanout) subscribe(r *subscriber, to sns.Endpoint, cfg sns.SubscriptionConfig) (err error) {
	r.sub, err = f.topic.Subscribe(f.s.ctx, to, cfg)
	f.audience = append(f.audience, r)
	return err
}

// publish publishes an order. The attributes are for filter policies; a policy that looks at the body needs none.
func (f *fanout) publish(o order) error {
	m := sns.Message{Body: body(o), Attributes: map[string]sns.Attribute{
		"channel": sns.String(o.Channel), "priority": sns.String(o.Priority),
	}}
	p, err := f.topic.Publish(f.s.ctx, m)
	if err != nil {
		return err
	}
	f.published++
	for _, r := range f.audience {
		if r.wants(o) {
			r.meant = append(r.meant, m.Body)
		}
	}
	if !f.explained && o.isDear() && o.Priority != "express" {
		f.explained = true
		r := f.audience[0]
		f.s.event("why does the %s not hear of %s, which is dear? Explain says:", r.name, o.ID)
		f.s.timeline.more(f.journal.Explain(r.sub.ARN(), p.ID).Text)
	}
	return nil
}

// work is what a clerk does: he reads all that has come.
func (r *subscriber) work(ctx context.Context) error {
	for {
		ms, err := r.queue.Receive(ctx, sqs.ReceiveOptions{Max: sqs.MaxReceive})
		if err != nil || len(ms) == 0 {
			return err
		}
		for _, m := range ms {
			if err := m.Ack(ctx); err != nil {
				return err
			}
			r.got = append(r.got, m.Body)
		}
	}
}

// describe says who listens to the topic, by its own word.
func (f *fanout) describe() {
	for i, p := range f.broker.Peek(f.topic.Name()).Subscriptions { // by age, as the audience
		fmt.Fprintf(f.s.timeline.out, "%-15s hears of %s over %s by %s %s\n", f.audience[i].name, f.topic.Name(), p.Endpoint.Protocol,
			*p.Config.FilterScope, *p.Config.FilterPolicy)
	}
}
