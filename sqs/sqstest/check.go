package sqstest

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Rules say what a queue promised, so that [Check] can judge a history of it.
type Rules struct {
	// Queue is the queue's name. Of the others in the history only the messages count that came from them or went there.
	Queue string
	// FIFO says that it is a FIFO queue.
	FIFO bool
	// Exact holds a standard queue to what only FIFO queues promise: one holder at a time, and no return of what was deleted.
	Exact bool
	// GroupScope says that deduplication ids need to be unique within their message group only.
	GroupScope bool
	// Retention is the queue's retention period. 0 means that nothing expires.
	Retention time.Duration
	// MaxReceives is that of the queue's redrive policy, 0 if it has none.
	MaxReceives int
	// Others says that the queue got messages that the history does not know: of producers without a recorder, of topics, of
	// move tasks.
	Others bool
	// Drained says that in the end everything that the queue and its dead-letter queue held was received and deleted through
	// recorders.
	Drained bool
}

// Rule is a promise that a history can break.
type Rule string

// The promises.
const (
	// NothingInvented: what is received was sent, and is as it was sent.
	NothingInvented Rule = "nothing is invented"
	// NothingLost: of a drained queue, what was sent was deleted, purged or expired.
	NothingLost Rule = "nothing is lost"
	// OneHolder: a message is not lent while it is lent.
	OneHolder Rule = "one holder at a time"
	// GroupOrder: a message is not lent while an earlier one of its group is there, unless that stands before it in the same
	// answer. It follows that first deliveries come in the order of sending.
	GroupOrder Rule = "groups keep their order"
	// SentOnce: within five minutes the same deduplication id means the same message, and after that it does not.
	SentOnce Rule = "duplicates are found"
	// CountsRise: each delivery has a higher receive count than those before.
	CountsRise Rule = "receive counts rise"
	// DeletedForGood: a deleted message does not come back.
	DeletedForGood Rule = "what is deleted is gone"
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

// Check judges a history of the queue that the rules name, and returns every broken promise it can prove, by rule. Where calls
// overlap in time, or failed without an answer, it assumes what excuses the queue. It changes nothing.
func Check(ops []Op, r Rules) []Violation {
	c := newChecker(ops, r)
	c.checkInvented()
	c.checkLost()
	c.checkHolders()
	c.checkOrder()
	c.checkDuplicates()
	c.checkCounts()
	c.checkDeleted()
	return c.found
}

// checker holds a history, by message. Operations are meant by their index.
type checker struct {
	ops      []Op
	rules    Rules
	ids      []uuid.UUID // of all messages, in the order in which they appear
	messages map[uuid.UUID]*track
	unsure   []int // sends that failed, and may have sent
	unseen   []int // receives of the queue that failed, and may have lent
	purges   []int // of the queue
	found    []Violation
}

// track is what happened to one message, in all queues.
type track struct {
	sends, receives, deletes, hides []int
}

func newChecker(ops []Op, r Rules) *checker {
	c := &checker{ops: ops, rules: r, messages: map[uuid.UUID]*track{}}
	for i, o := range ops {
		switch {
		case o.Kind == OpPurged && o.Queue == r.Queue:
			c.purges = append(c.purges, i)
		case o.Kind == OpReceived && o.Err != nil && o.Queue == r.Queue:
			c.unseen = append(c.unseen, i)
		case o.Kind == OpSent && o.Err != nil:
			c.unsure = append(c.unsure, i)
		case o.ID != uuid.Nil:
			c.track(i)
		}
	}
	return c
}

func (c *checker) track(i int) {
	o := c.ops[i]
	t := c.messages[o.ID]
	if t == nil {
		t = &track{}
		c.messages[o.ID] = t
		c.ids = append(c.ids, o.ID)
	}
	switch o.Kind {
	case OpSent:
		t.sends = append(t.sends, i)
	case OpReceived:
		t.receives = append(t.receives, i)
	case OpDeleted:
		t.deletes = append(t.deletes, i)
	case OpHidden:
		t.hides = append(t.hides, i)
	}
}

// before reports whether one operation was over when the other began.
func (c *checker) before(i, j int) bool { return i < c.ops[j].Since }

// here selects the operations on the queue that is judged.
func (c *checker) here(all []int) []int {
	var mine []int
	for _, i := range all {
		if c.ops[i].Queue == c.rules.Queue {
			mine = append(mine, i)
		}
	}
	return mine
}

func (c *checker) report(r Rule, text string, shown ...int) {
	v := Violation{Rule: r, Text: text}
	for _, i := range shown {
		v.Ops = append(v.Ops, c.ops[i])
	}
	c.found = append(c.found, v)
}

// checkInvented looks for messages that were received and not sent so.
func (c *checker) checkInvented() {
	for _, id := range c.ids {
		t := c.messages[id]
		for _, j := range c.here(t.receives) {
			if len(t.sends) == 0 {
				if !c.rules.Others && !c.maybeSent(j) {
					c.report(NothingInvented, "received and never sent", j)
				}
				continue
			}
			i := t.sends[0]
			sent, got := c.ops[i], c.ops[j]
			switch {
			case c.maybeSent(j): // and i was its duplicate
			case c.before(j, i):
				c.report(NothingInvented, "received before it was sent", j, i)
			case sent.Body != got.Body || sent.Group != got.Group:
				c.report(NothingInvented, "received other than it was sent", i, j)
			}
		}
	}
}

// origin returns the send that put a message into the queue, if one certainly did: not if it may have been answered as the
// duplicate of a send that failed.
func (c *checker) origin(t *track) (send int, ok bool) {
	sends := c.here(t.sends)
	if len(sends) == 0 {
		return 0, false
	}
	first := c.ops[sends[0]]
	for _, u := range c.here(c.unsure) {
		d := c.ops[u].Dedup
		if first.Dedup != "" && (d == "" || d == first.Dedup) && !c.before(sends[0], u) {
			return 0, false
		}
	}
	return sends[0], true
}

// maybeSent reports whether a send that failed may have sent what was received.
func (c *checker) maybeSent(j int) bool {
	for _, i := range c.unsure {
		if c.ops[i].Body == c.ops[j].Body && c.ops[i].Group == c.ops[j].Group && !c.before(j, i) {
			return true
		}
	}
	return false
}

// checkLost looks for messages that are nowhere.
func (c *checker) checkLost() {
	if !c.rules.Drained || len(c.ops) == 0 {
		return
	}
	end := c.ops[len(c.ops)-1].Done
	for _, id := range c.ids {
		t := c.messages[id]
		i, ok := c.origin(t)
		if !ok || len(t.deletes) > 0 {
			continue
		}
		purged := false
		for _, p := range c.purges {
			purged = purged || !c.before(p, i)
		}
		if !purged && !c.expired(i, end) {
			c.report(NothingLost, "sent, and in the end neither deleted nor expired", append([]int{i}, t.receives...)...)
		}
	}
}

// expired reports whether a message that was sent may have expired by a time.
func (c *checker) expired(send int, by time.Time) bool {
	return c.rules.Retention > 0 && !c.ops[send].At.Add(c.rules.Retention).After(by)
}

// checkCounts looks for deliveries whose count is not higher than that of an earlier one. A repeated receive attempt, which
// gives the same handle again, is no delivery.
func (c *checker) checkCounts() {
	for _, id := range c.ids {
		all := c.messages[id].receives
		for _, j := range c.here(all) {
			if c.ops[j].Receives < 1 {
				c.report(CountsRise, "received for the 0th time", j)
			}
			for _, i := range all {
				if c.before(i, j) && c.ops[i].Receipt != c.ops[j].Receipt && c.ops[j].Receives <= c.ops[i].Receives {
					c.report(CountsRise, "received again without a higher count", i, j)
				}
			}
		}
	}
}

// checkDeleted looks for messages that came back after their delete was answered.
func (c *checker) checkDeleted() {
	if !c.rules.FIFO && !c.rules.Exact {
		return
	}
	for _, id := range c.ids {
		t := c.messages[id]
		for _, j := range c.here(t.receives) {
			for _, d := range c.here(t.deletes) {
				if c.ops[d].Err == nil && c.before(d, j) {
					c.report(DeletedForGood, "received after its delete succeeded", d, j)
				}
			}
		}
	}
}
