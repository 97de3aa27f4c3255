package snstest

import (
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sns"
)

// arrival is a message of a FIFO topic as a subscriber first got it.
type arrival struct {
	d *delivery
	m *message
}

// arrivals are what a subscription got, by group, in the order of the history. Deliveries that can be more than one message, or of
// more than one subscription, are left out; so is what does not come in order anyhow, from standard queues.
func (c *checker) arrivals(s *sub) map[string][]arrival {
	byGroup := map[string][]arrival{}
	seen := map[*message]bool{}
	for _, d := range c.got {
		o := c.ops[d.op]
		if len(d.subs) != 1 || d.subs[0] != s || len(d.messages) != 1 || d.maybe || d.stray || o.Replayed {
			continue
		}
		if o.Endpoint.Protocol == sns.ProtocolSQS && !strings.HasSuffix(o.Endpoint.Address, ".fifo") && !c.rules.Exact {
			continue
		}
		m := d.messages[0]
		if !seen[m] {
			seen[m] = true
			group := c.ops[m.publishes[0]].Message.GroupID
			byGroup[group] = append(byGroup[group], arrival{d, m})
		}
	}
	return byGroup
}

// certainly reports whether one delivery came before another.
func (c *checker) certainly(a, b *delivery) bool {
	return c.before(a.op, b.op) || c.ops[a.op].Call == c.ops[b.op].Call && a.op < b.op
}

// earlier reports whether a message was certainly published before another.
func (c *checker) earlier(a, b *message) bool {
	i, j := a.publishes[0], b.publishes[0]
	if p, q := c.ops[i].Sequence, c.ops[j].Sequence; !p.IsZero() && !q.IsZero() {
		return p.Compare(q) < 0
	}
	return a.sure && b.sure && c.before(i, j)
}

// checkOrder looks for messages that overtook others of their group, and for subscribers that disagree.
func (c *checker) checkOrder() {
	if !c.fifo {
		return
	}
	type pair struct{ first, second *message }
	seen := map[pair]arrival{} // second arrivals of pairs, by the order in which somebody got them
	for _, s := range c.subs {
		if s.replayed {
			continue
		}
		byGroup := c.arrivals(s)
		for _, group := range c.groups() {
			all := byGroup[group]
			for k, b := range all {
				for _, a := range all[:k] {
					if !c.certainly(a.d, b.d) {
						continue
					}
					if c.earlier(b.m, a.m) {
						c.report(GroupOrder, "delivered after a later message of its group", b.m.publishes[0], a.m.publishes[0], a.d.op, b.d.op)
					}
					if other, ok := seen[pair{b.m, a.m}]; ok {
						c.report(OneOrder, "two subscribers got two messages of a group in different order", other.d.op, a.d.op, b.d.op)
					}
					seen[pair{a.m, b.m}] = b
				}
			}
		}
	}
}

// groups are the message groups, in the order of their first messages.
func (c *checker) groups() []string {
	var all []string
	seen := map[string]bool{}
	for _, m := range c.messages {
		if g := c.ops[m.publishes[0]].Message.GroupID; !seen[g] {
			seen[g] = true
			all = append(all, g)
		}
	}
	return all
}

// checkNumbers looks for messages that were published later under a lower number.
func (c *checker) checkNumbers() {
	if !c.fifo {
		return
	}
	for k, b := range c.messages {
		j := b.publishes[0]
		for _, a := range c.messages[:k] {
			i := a.publishes[0]
			inOrder := c.before(i, j) || c.ops[i].Call == c.ops[j].Call
			if inOrder && a.sure && b.sure && c.ops[i].Message.GroupID == c.ops[j].Message.GroupID &&
				c.ops[j].Sequence.Compare(c.ops[i].Sequence) <= 0 {
				c.report(NumbersRise, "published later under a number that is not higher", i, j)
			}
		}
	}
}

// checkDuplicates looks for deduplication ids that meant two messages within five minutes, or the same one after them.
func (c *checker) checkDuplicates() {
	if !c.fifo {
		return
	}
	type key struct{ group, id string }
	byKey := map[key][]int{}
	for i, o := range c.ops {
		if o.Kind != OpPublished || o.Topic != c.rules.Topic || o.Err != nil {
			continue
		}
		k := key{id: o.Dedup}
		if c.rules.GroupScope {
			k.group = o.Message.GroupID
		}
		for _, f := range byKey[k] {
			c.checkPair(f, i)
		}
		if c.byID[o.ID].publishes[0] == i {
			byKey[k] = append(byKey[k], i)
		}
	}
}

// checkPair checks two publishes under the same deduplication id, the first of which was answered with a new message.
func (c *checker) checkPair(i, j int) {
	p, q := c.ops[i], c.ops[j]
	within := q.Done.Sub(p.At) < sns.DedupWindow
	switch {
	case p.ID != q.ID && within && c.byID[p.ID].sure:
		c.report(PublishedOnce, "the same deduplication id made a second message within five minutes", i, j)
	case p.ID == q.ID && q.At.Sub(p.Done) >= sns.DedupWindow:
		c.report(PublishedOnce, "a deduplication id was taken for a duplicate after "+sns.DedupWindow.Truncate(time.Second).String(), i, j)
	case p.ID == q.ID && p.Sequence != q.Sequence:
		c.report(PublishedOnce, "a duplicate was answered with another sequence number", i, j)
	}
}
