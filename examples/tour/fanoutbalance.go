package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// hearing is one subscription's closing balance. Three witnesses give evidence here too: the topic's journal, those who got
// something, and the shop, which knows what it published and for whom it was.
type hearing struct {
	name string

	// By the journal: what became of the messages. late are among those delivered.
	delivered, filtered, deadLettered, lost, late int

	// By the clerk or the webhook, by Peek into the queue, and by Peek into the dead-letter queue.
	got, held, letters int

	// By the shop's own books: how many were meant for it; and how many are among those and did not come, or the other way round.
	meant, mistaken int
}

// topicBalance is the accounts of all subscriptions.
type topicBalance struct {
	topic     string
	told      int // orders that the shop published, by its own books
	published int // the same by the journal
	waiting   int // notifications that may still come
	hearings  []hearing
}

// balance reads the witnesses.
func (f *fanout) balance() (topicBalance, error) {
	b := topicBalance{
		topic: f.topic.Name(), told: f.published, published: f.journal.Count(sns.EventPublished),
		waiting: f.waiting(),
	}
	for _, r := range f.audience {
		held, letters := bodies(f.s.broker, r.queue), bodies(f.s.broker, r.letters)
		h := hearing{name: r.name, got: len(r.got), held: len(held), letters: len(letters), meant: len(r.meant)}
		came := slices.Concat(r.got, held)
		for _, text := range letters {
			e, err := envelopeOf([]byte(text))
			if err != nil {
				return b, err
			}
			came = append(came, e.Message)
		}
		h.mistaken = differences(r.meant, came)
		for e := range f.journal.Events() {
			if e.Subscription == r.sub.ARN() && e.ID != uuid.Nil { // which is that of the request to confirm
				h.add(e)
			}
		}
		b.hearings = append(b.hearings, h)
	}
	return b, nil
}

// waiting is how many notifications wait for another attempt. A request to confirm is none.
func (f *fanout) waiting() int {
	n := 0
	for _, w := range f.broker.Peek(f.topic.Name()).Waiting {
		if w.ID != uuid.Nil {
			n++
		}
	}
	return n
}

// add counts an event that ends a message's way to the subscription.
func (h *hearing) add(e sns.Event) {
	switch e.Kind {
	case sns.EventSkipped:
		h.filtered++
	case sns.EventDelivered:
		h.delivered++
		if e.Attempt > 1 {
			h.late++
		}
	case sns.EventDeadLettered:
		h.deadLettered++
	case sns.EventLost:
		h.lost++
	}
}

// bodies returns what a queue holds; nil is no queue.
func bodies(b *sqs.Broker, q sqs.Queue) []string {
	if q == nil {
		return nil
	}
	var all []string
	for _, h := range b.Peek(q.Name()) {
		all = append(all, h.Body)
	}
	return all
}

// differences counts what is in one list and not in the other. The same may be in a list twice.
func differences(a, b []string) int {
	n := map[string]int{}
	for _, x := range a {
		n[x]++
	}
	for _, x := range b {
		n[x]--
	}
	sum := 0
	for _, left := range n {
		sum += max(left, -left)
	}
	return sum
}

// complaints returns all that does not add up.
func (b topicBalance) complaints() complaints {
	var c complaints
	c.equal(b.told, b.published, "%s: published by the shop's books = by the journal", b.topic)
	c.equal(b.waiting, 0, "%s: still to be delivered = none", b.topic)
	for _, h := range b.hearings {
		c.equal(b.told, h.delivered+h.filtered+h.deadLettered+h.lost,
			"%s: published = delivered + filtered + dead-lettered + lost", h.name)
		c.equal(h.lost, 0, "%s: lost = none", h.name)
		c.equal(h.delivered, h.got+h.held, "%s: delivered by the journal = got + held", h.name)
		c.equal(h.deadLettered, h.letters, "%s: dead-lettered by the journal = in its dead-letter queue", h.name)
		c.equal(h.filtered, b.told-h.meant, "%s: filtered by the journal = not meant for it by the shop's books", h.name)
		c.equal(h.mistaken, 0, "%s: orders that missed it or were not meant for it = none", h.name)
	}
	return c
}

// reportLate says how late notifications came that did not come at the first attempt.
func (f *fanout) reportLate(out io.Writer) {
	published := map[uuid.UUID]time.Time{}
	var late stopwatch
	var longest time.Duration
	most := 0
	for e := range f.journal.Events() {
		switch {
		case e.Kind == sns.EventPublished:
			published[e.ID] = e.At
		case e.Kind == sns.EventDelivered && e.Attempt > 1 && e.ID != uuid.Nil:
			w := e.At.Sub(published[e.ID])
			late.add(w)
			longest, most = max(longest, w), max(most, e.Attempt)
		}
	}
	if late.n > 0 {
		fmt.Fprintf(out, "lateness   %s came late, after %s in the mean, %v and %d attempts at most\n", plural(late.n, "notification"),
			late, longest, most)
	}
}

// print prints the accounts by the journal, and the sum by the shop's books and by those who got something.
func (b topicBalance) print(out io.Writer) {
	fmt.Fprintf(out, "\n%-15s %9s   = %9s %9s %14s %5s   %5s\n", "topic "+b.topic, "published", "delivered", "filtered",
		"dead-lettered", "lost", "late")
	var all hearing
	for _, h := range b.hearings {
		fmt.Fprintf(out, "%-15s %9d   = %9d %9d %14d %5d   %5d\n", h.name, b.published, h.delivered, h.filtered, h.deadLettered,
			h.lost, h.late)
		all.meant, all.got, all.held, all.letters = all.meant+h.meant, all.got+h.got, all.held+h.held, all.letters+h.letters
	}
	fmt.Fprintf(out, "overall: %d meant for somebody = %d got + %d held + %d in dead-letter queues\n", all.meant, all.got, all.held,
		all.letters)
}
