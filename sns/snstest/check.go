package snstest

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Rules say what a topic promised, so that [Check] can judge a history of it.
type Rules struct {
	// Topic is the topic's ARN. It is a FIFO topic if that ends in .fifo.
	Topic string
	// Exact holds a standard topic to what only FIFO topics promise: that every subscriber gets a message once.
	Exact bool
	// GroupScope says that deduplication ids need to be unique within their message group only.
	GroupScope bool
	// Others says that the history does not know all that was published and subscribed.
	Others bool
	// Drained says that no endpoint failed but for a subscription with a dead-letter queue, and that in the end everything that
	// subscribers and dead-letter queues held was received through recorders.
	Drained bool
}

// Rule is a promise that a history can break.
type Rule string

// The promises.
const (
	// NothingInvented: what is delivered was published, and is as it was published.
	NothingInvented Rule = "nothing is invented"
	// NothingMissed: every subscription that is confirmed when a message is published, and whose filter policy it matches, gets it.
	NothingMissed Rule = "every subscriber gets every message"
	// SubscribersOnly: no other subscription does.
	SubscribersOnly Rule = "nobody else gets anything"
	// GotOnce: nobody gets a message twice, but by a replay.
	GotOnce Rule = "nobody gets a message twice"
	// GroupOrder: a subscriber gets the messages of a group in the order of their publishing.
	GroupOrder Rule = "groups keep their order"
	// OneOrder: all subscribers get the messages of a group in one order.
	OneOrder Rule = "one order for all"
	// NumbersRise: later messages have higher sequence numbers.
	NumbersRise Rule = "sequence numbers rise"
	// PublishedOnce: within five minutes the same deduplication id means the same message, which is answered by its id and its
	// number, and after that it does not.
	PublishedOnce Rule = "duplicates are found"
)

// Violation is a broken promise.
type Violation struct {
	Rule Rule
	Text string
	Ops  []Op // the operations that show it, in their order
}

// String returns the rule, the text and the operations.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.Rule, v.Text)
	for _, o := range v.Ops {
		b.WriteString("\n\t" + o.String())
	}
	return b.String()
}

// Check judges a history of the topic that the rules name, and returns every broken promise it can prove, by rule. Where calls
// overlap in time, or failed without an answer, it assumes what excuses the topic. It changes nothing.
//
// A raw delivery tells neither the message nor the subscription: it counts as that of any that it may be. Messages that differ in
// their text are told apart.
func Check(ops []Op, r Rules) []Violation {
	c := newChecker(ops, r)
	c.checkDelivered()
	c.checkMissed()
	c.checkOnce()
	c.checkOrder()
	c.checkNumbers()
	c.checkDuplicates()
	return c.found
}

// checker holds a history of one topic. Operations are meant by their index.
type checker struct {
	ops      []Op
	rules    Rules
	fifo     bool
	messages []*message // that were published, in the order of their first answers
	byID     map[uuid.UUID]*message
	unsure   []int // publishes that failed, and may have published
	subs     []*sub
	byARN    map[string]*sub
	lost     []int // Subscribes that failed, and may have subscribed
	got      []*delivery
	found    []Violation
}

// message is what was published, with all that was answered with its id.
type message struct {
	publishes []int
	sure      bool // the first publish has certainly published it
}

// sub is a subscription, with what was done to it.
type sub struct {
	arn      string
	ops      []int
	replayed bool // it had a replay at some time
}

// delivery is something that arrived, with what it can be.
type delivery struct {
	op       int
	messages []*message
	maybe    bool // a publish that failed may have published it
	subs     []*sub
	stray    bool // a Subscribe that failed may have made it come
}

func newChecker(ops []Op, r Rules) *checker {
	c := &checker{ops: ops, rules: r, fifo: isFIFO(r.Topic), byID: map[uuid.UUID]*message{}, byARN: map[string]*sub{}}
	for i, o := range ops {
		switch o.Kind {
		case OpPublished:
			c.addPublish(i)
		case OpDelivered:
		case OpSubscribed, OpConfirmed, OpChanged, OpUnsubscribed, OpTopicDeleted:
			c.addChange(i)
		}
	}
	for _, m := range c.messages {
		m.sure = !c.maybeEarlier(m.publishes[0])
	}
	for i, o := range ops {
		if o.Kind == OpDelivered {
			c.addDelivery(i)
		}
	}
	return c
}

func (c *checker) addPublish(i int) {
	o := c.ops[i]
	switch {
	case o.Topic != c.rules.Topic:
	case o.Err != nil:
		c.unsure = append(c.unsure, i)
	default:
		m := c.byID[o.ID]
		if m == nil {
			m = &message{}
			c.byID[o.ID] = m
			c.messages = append(c.messages, m)
		}
		m.publishes = append(m.publishes, i)
	}
}

// maybeEarlier reports whether a publish may have been answered as the duplicate of one that failed.
func (c *checker) maybeEarlier(i int) bool {
	for _, u := range c.unsure {
		if c.fifo && c.ops[u].Dedup == c.ops[i].Dedup && !c.before(i, u) {
			return true
		}
	}
	return false
}

// addChange adds what was done to a subscription, or to all.
func (c *checker) addChange(i int) {
	o := c.ops[i]
	switch {
	case o.Kind == OpTopicDeleted && o.Topic == c.rules.Topic:
		for _, s := range c.subs {
			s.ops = append(s.ops, i)
		}
	case o.Subscription == "" && o.Topic == c.rules.Topic:
		c.lost = append(c.lost, i)
	case o.Subscription != "" && topicOf(o.Subscription) == c.rules.Topic:
		s := c.byARN[o.Subscription]
		if s == nil {
			s = &sub{arn: o.Subscription}
			c.byARN[s.arn] = s
			c.subs = append(c.subs, s)
		}
		s.ops = append(s.ops, i)
		s.replayed = s.replayed || settingsOf(o.Config).replay
	}
}

// before reports whether one operation was over when the other began.
func (c *checker) before(i, j int) bool { return i < c.ops[j].Since }

func (c *checker) report(r Rule, text string, shown ...int) {
	v := Violation{Rule: r, Text: text}
	for _, i := range shown {
		v.Ops = append(v.Ops, c.ops[i])
	}
	c.found = append(c.found, v)
}

// firsts are the first publishes of messages.
func firsts(ms []*message) []int {
	var all []int
	for _, m := range ms {
		all = append(all, m.publishes[0])
	}
	return all
}
