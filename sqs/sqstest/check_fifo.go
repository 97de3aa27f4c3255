package sqstest

import (
	"slices"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// dedupTime is how long a deduplication id is remembered.
const dedupTime = 5 * time.Minute

// checkHolders looks for messages that were lent while they were lent.
func (c *checker) checkHolders() {
	if !c.rules.FIFO && !c.rules.Exact {
		return
	}
	for _, id := range c.ids {
		t := c.messages[id]
		receives := c.here(t.receives)
		for k, b := range receives {
			for _, a := range receives[:k] {
				if c.ops[a].Receipt != c.ops[b].Receipt && c.heldTwice(t, a, b) {
					c.report(OneHolder, "lent again before its visibility timeout ended", a, b)
				}
			}
		}
	}
}

// heldTwice reports whether two deliveries certainly held a message at the same time. Each held it when it was answered.
func (c *checker) heldTwice(t *track, a, b int) bool {
	first, second := c.ops[a], c.ops[b]
	if !second.Until.After(first.Done) {
		return false // the second may have come and gone before the first, if both ran at the same time
	}
	for _, d := range c.here(t.deletes) {
		if !c.before(b, d) {
			return false // the other rules judge what was deleted
		}
	}
	for _, k := range c.unseen {
		if c.rules.FIFO && !c.before(k, a) && !c.before(b, k) {
			return false // it may have repeated the attempt, with a shorter timeout
		}
	}
	end := first.Until
	for _, h := range c.rehidden(t, first.Receipt) {
		switch until := c.ops[h].Until; {
		case h == a || c.before(h, a) || c.before(b, h): // does not concern the time between
		case c.ops[h].Err == nil && c.before(a, h) && c.before(h, b):
			end = until
		case until.Before(end):
			end = until
		}
	}
	return end.After(second.Done)
}

// rehidden returns what gave a delivery another end: changes of visibility, and repeated attempts, which give its handle again.
func (c *checker) rehidden(t *track, receipt sqs.Receipt) []int {
	all := c.here(t.hides)
	for _, k := range c.here(t.receives) {
		if c.ops[k].Receipt == receipt {
			all = append(all, k)
		}
	}
	slices.Sort(all)
	return all
}

// checkOrder looks for messages that were lent past an earlier one of their group, and for sequence numbers that do not rise.
func (c *checker) checkOrder() {
	if !c.rules.FIFO {
		return
	}
	groups := map[string][]int{} // origins by group
	for _, id := range c.ids {
		if j, ok := c.origin(c.messages[id]); ok {
			group := c.ops[j].Group
			for _, i := range groups[group] {
				c.checkSequence(i, j)
			}
			groups[group] = append(groups[group], j)
		}
	}
	for _, id := range c.ids {
		t := c.messages[id]
		if send, ok := c.origin(t); ok {
			for _, j := range c.here(t.receives) {
				c.checkOvertaken(send, j, groups[c.ops[send].Group])
			}
		}
	}
}

func (c *checker) checkSequence(i, j int) {
	if c.before(i, j) && c.earlier(j, i) {
		c.report(GroupOrder, "sent later under a lower sequence number", i, j)
	}
}

// earlier reports whether the message of one send stands before that of another.
func (c *checker) earlier(i, j int) bool {
	p, q := c.ops[i].Sequence, c.ops[j].Sequence
	if p.IsZero() || q.IsZero() {
		return c.before(i, j)
	}
	return p.Compare(q) < 0
}

// checkOvertaken checks one receive of the message of a send against all sends of its group.
func (c *checker) checkOvertaken(send, receive int, group []int) {
	for _, i := range group {
		if c.earlier(i, send) && !c.sameAnswer(i, receive) && !c.maybeGone(i, receive) {
			c.report(GroupOrder, "lent while an earlier message of its group is still there", i, send, receive)
		}
	}
}

// sameAnswer reports whether the message of a send stands before a received one in the same answer.
func (c *checker) sameAnswer(send, receive int) bool {
	for _, k := range c.messages[c.ops[send].ID].receives {
		if c.ops[k].Call == c.ops[receive].Call && k < receive {
			return true
		}
	}
	return false
}

// maybeGone reports whether the message of a send may have left the queue when a receive was answered: deleted, purged,
// expired or dead-lettered.
func (c *checker) maybeGone(send, receive int) bool {
	t := c.messages[c.ops[send].ID]
	for _, d := range c.here(t.deletes) {
		if !c.before(receive, d) {
			return true
		}
	}
	if c.maybePurged(send, receive) || c.expired(send, c.ops[receive].Done) {
		return true
	}
	lent := 0
	for _, k := range slices.Concat(c.here(t.receives), c.unseen) {
		if !c.before(receive, k) {
			lent++
		}
	}
	return c.rules.MaxReceives > 0 && lent >= c.rules.MaxReceives
}

// maybePurged reports whether a purge may lie between two operations.
func (c *checker) maybePurged(i, j int) bool {
	for _, p := range c.purges {
		if !c.before(p, i) && !c.before(j, p) {
			return true
		}
	}
	return false
}

// checkDuplicates looks for deduplication ids that meant two messages within five minutes, or the same one after them.
func (c *checker) checkDuplicates() {
	if !c.rules.FIFO {
		return
	}
	type key struct{ group, id string }
	first := map[key][]int{} // first sends of messages by id
	for i, o := range c.ops {
		if o.Kind != OpSent || o.Queue != c.rules.Queue || o.Err != nil || o.Dedup == "" {
			continue
		}
		k := key{id: o.Dedup}
		if c.rules.GroupScope {
			k.group = o.Group
		}
		fresh := true
		for _, f := range first[k] {
			fresh = fresh && c.ops[f].ID != o.ID
			c.checkPair(f, i)
		}
		if fresh {
			first[k] = append(first[k], i)
		}
	}
}

// checkPair checks two sends under the same deduplication id, the first of which stored a message.
func (c *checker) checkPair(i, j int) {
	p, q := c.ops[i], c.ops[j]
	switch {
	case p.ID != q.ID && c.isOrigin(i) && q.Done.Sub(p.At) < dedupTime && !c.maybePurged(i, j):
		c.report(SentOnce, "the same deduplication id made a second message within five minutes", i, j)
	case p.ID == q.ID && q.At.Sub(p.Done) >= dedupTime:
		c.report(SentOnce, "a deduplication id was taken for a duplicate after five minutes", i, j)
	}
}

// isOrigin reports whether a send certainly stored its message.
func (c *checker) isOrigin(i int) bool {
	origin, ok := c.origin(c.messages[c.ops[i].ID])
	return ok && origin == i
}
