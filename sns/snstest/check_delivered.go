package snstest

import (
	"bytes"
	"maps"
	"slices"

	"github.com/inflight-mq/inflight/sns"
)

// addDelivery finds out what a delivery can be. One that is certainly of another topic is left out.
func (c *checker) addDelivery(i int) {
	o := c.ops[i]
	d := &delivery{op: i}
	if o.Enveloped {
		if o.Topic != c.rules.Topic {
			return
		}
		if s := c.byARN[o.Subscription]; s != nil {
			d.subs = []*sub{s}
		}
		if m := c.byID[o.ID]; m != nil {
			d.messages = []*message{m}
		}
		d.stray = len(d.subs) == 0 && c.maybeSubscribed(o.Endpoint)
	} else {
		if c.otherTopics(o.Endpoint.Address) {
			return // it may be of any
		}
		for _, s := range c.subs {
			if c.delivers(s, o.Endpoint) {
				d.subs = append(d.subs, s)
			}
		}
		d.stray = c.maybeSubscribed(o.Endpoint)
		if len(d.subs) == 0 {
			return
		}
		for _, m := range c.messages {
			if c.carries(i, m.publishes[0], d.subs[0]) {
				d.messages = append(d.messages, m)
			}
		}
	}
	for _, u := range c.unsure {
		var s *sub
		if len(d.subs) > 0 {
			s = d.subs[0]
		}
		d.maybe = d.maybe || !c.before(i, u) && c.carries(i, u, s)
	}
	c.got = append(c.got, d)
}

// otherTopics reports whether subscriptions of other topics may deliver to an address.
func (c *checker) otherTopics(address string) bool {
	for _, o := range c.ops {
		if o.Kind == OpSubscribed && o.Topic != c.rules.Topic && o.Endpoint.Address == address {
			return true
		}
	}
	return false
}

// delivers reports whether a subscription may ever have delivered to an endpoint: its own, or its dead-letter queue.
func (c *checker) delivers(s *sub, to sns.Endpoint) bool {
	for _, i := range s.ops {
		o := c.ops[i]
		target := settingsOf(o.Config).deadLetter
		if o.Endpoint == to || target != nil && *target == to.Address {
			return true
		}
	}
	return false
}

// maybeSubscribed reports whether a Subscribe that failed may have subscribed an endpoint.
func (c *checker) maybeSubscribed(to sns.Endpoint) bool {
	return slices.ContainsFunc(c.lost, func(i int) bool { return c.ops[i].Kind == OpSubscribed && c.ops[i].Endpoint == to })
}

// endpoint returns where a subscription delivers.
func (c *checker) endpoint(s *sub) sns.Endpoint {
	if s == nil {
		return sns.Endpoint{}
	}
	return c.at(s, s.ops[len(s.ops)-1]).endpoint
}

// carries reports whether a delivery has the content of a publish.
func (c *checker) carries(delivery, publish int, s *sub) bool {
	got, sent := c.ops[delivery], c.ops[publish].Message
	to := c.endpoint(s)
	if s == nil {
		to = got.Endpoint
	}
	if got.Message.Body != textFor(sent, to) || got.Enveloped && got.Message.Subject != sent.Subject {
		return false
	}
	if !got.Enveloped && got.Endpoint.Protocol != sns.ProtocolSQS {
		return true // which does not tell the attributes
	}
	return maps.EqualFunc(got.Message.Attributes, sent.Attributes, func(a, b sns.Attribute) bool {
		return a.Type == b.Type && a.Text == b.Text && bytes.Equal(a.Binary, b.Binary)
	})
}

// checkDelivered looks for deliveries of what was not published, or not so, and to whom it should not have gone.
func (c *checker) checkDelivered() {
	for _, d := range c.got {
		switch {
		case len(d.messages) == 0:
			if !d.maybe && !c.rules.Others {
				c.report(NothingInvented, "delivered and never published so", d.op)
			}
		case !d.maybe && c.allLater(d):
			c.report(NothingInvented, "delivered before it was published", append([]int{d.op}, firsts(d.messages)...)...)
		case c.ops[d.op].Enveloped && !c.carries(d.op, d.messages[0].publishes[0], first(d.subs)):
			if d.messages[0].sure {
				c.report(NothingInvented, "delivered other than it was published", d.messages[0].publishes[0], d.op)
			}
		default:
			c.checkAddressee(d)
		}
	}
}

func first(all []*sub) *sub {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// allLater reports whether all that a delivery can be was published afterwards.
func (c *checker) allLater(d *delivery) bool {
	return !slices.ContainsFunc(d.messages, func(m *message) bool { return !c.before(d.op, m.publishes[0]) })
}

// checkAddressee looks whether anybody whom a delivery can have gone to was to get what it can be.
func (c *checker) checkAddressee(d *delivery) {
	if d.maybe || d.stray || c.ops[d.op].Replayed {
		return
	}
	if len(d.subs) == 0 {
		if !c.rules.Others {
			c.report(SubscribersOnly, "delivered to a subscription that nobody made", append(firsts(d.messages), d.op)...)
		}
		return
	}
	for _, m := range d.messages {
		for _, s := range d.subs {
			if yes, sure := c.wants(s, m.publishes[0]); yes || !sure || !m.sure {
				return
			}
		}
	}
	shown := append(slices.Clone(d.subs[0].ops), firsts(d.messages)...)
	slices.Sort(shown)
	c.report(SubscribersOnly, "delivered to a subscription that was not on, or that filters it out", append(shown, d.op)...)
}

// checkMissed looks for messages that somebody should have got and did not.
func (c *checker) checkMissed() {
	if !c.rules.Drained {
		return
	}
	for _, s := range c.subs {
		spent := map[*delivery]bool{} // deliveries already counted, of messages with the same content
		for _, m := range c.messages {
			yes, sure := c.wants(s, m.publishes[0])
			if !yes || !sure || !m.sure {
				continue
			}
			d := c.unspent(s, m, spent)
			if d == nil {
				c.report(NothingMissed, "published and not delivered", append(slices.Clone(s.ops), m.publishes[0])...)
			}
			spent[d] = true
		}
	}
}

// unspent returns a delivery of a message to a subscription, nil if there is none: one that can be of no other message if possible.
func (c *checker) unspent(s *sub, m *message, spent map[*delivery]bool) (found *delivery) {
	for _, d := range c.got {
		if spent[d] || !slices.Contains(d.subs, s) || !slices.Contains(d.messages, m) {
			continue
		}
		if len(d.messages) == 1 {
			return d
		}
		if found == nil {
			found = d
		}
	}
	return found
}

// checkOnce looks for messages that somebody got more often than they were published.
func (c *checker) checkOnce() {
	if !c.fifo && !c.rules.Exact {
		return
	}
	for _, s := range c.subs {
		if s.replayed {
			continue
		}
		for _, m := range c.messages {
			copies := c.copies(s, m)
			if len(copies) < 2 || len(copies) <= c.alike(copies) || copies[0].messages[0] != m {
				continue
			}
			shown := []int{m.publishes[0]}
			for _, d := range copies {
				shown = append(shown, d.op)
			}
			c.report(GotOnce, "delivered twice to one subscription", shown...)
		}
	}
}

// copies are the deliveries to a subscription alone that can be of a message.
func (c *checker) copies(s *sub, m *message) []*delivery {
	var all []*delivery
	for _, d := range c.got {
		if len(d.subs) == 1 && d.subs[0] == s && slices.Contains(d.messages, m) && !d.stray && !c.ops[d.op].Replayed {
			all = append(all, d)
		}
	}
	return all
}

// alike is how many messages deliveries can be of, those of publishes that failed included.
func (c *checker) alike(all []*delivery) int {
	var ms []*message
	maybe := 0
	for _, d := range all {
		for _, m := range d.messages {
			if !slices.Contains(ms, m) {
				ms = append(ms, m)
			}
		}
		if d.maybe {
			maybe = len(c.unsure)
		}
	}
	return len(ms) + maybe
}
