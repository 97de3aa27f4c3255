package main

import (
	"fmt"
	"io"

	"github.com/inflight-mq/inflight/sqs"
)

// account is one queue's closing balance. Three witnesses give evidence: the broker's journal, what the queue holds in the
// end, and what those who sent and received wrote down themselves.
type account struct {
	queue string

	// By the journal.
	sent, swallowed, arrived                       int
	processed, deadLettered, moved, expired, purge int

	// By Peek, and by Counts.
	held, counted int

	// By the shop's own book.
	stored, swallowedTold, refused, done int
}

// balance is the accounts of all queues. What the dead-letter queue holds is accounted for; what others hold is unfinished.
type balance struct {
	accounts []account
	letters  string
}

// balance reads the witnesses.
func (s *shop) balance() (balance, error) {
	b := balance{letters: s.letters.Name()}
	for q, err := range sqs.All(s.ctx, s.broker, "") {
		if err != nil {
			return b, err
		}
		book := s.books[q.Name()]
		if book == nil {
			continue // a queue of the topic's audience; see fanoutbalance.go
		}
		n, err := s.load(q)
		if err != nil {
			return b, err
		}
		a := account{
			queue: q.Name(), held: len(s.broker.Peek(q.Name())), counted: n,
			stored: len(book.stored), swallowedTold: book.swallowed, refused: book.refused, done: book.done,
		}
		for e := range s.journal.Events() {
			if e.Queue == a.queue {
				a.add(e)
			}
		}
		b.accounts = append(b.accounts, a)
	}
	return b, nil
}

// add counts an event that brings a message in or takes it out. All other events change only where it stands.
func (a *account) add(e sqs.Event) {
	switch e.Kind {
	case sqs.EventSent:
		a.sent++
	case sqs.EventDeduplicated:
		a.swallowed++
	case sqs.EventArrived:
		a.arrived++
	case sqs.EventDeleted:
		a.processed++
	case sqs.EventDeadLettered:
		a.deadLettered++
	case sqs.EventMoved:
		a.moved++
	case sqs.EventExpired:
		a.expired++
	case sqs.EventPurged:
		a.purge += e.Receives // of this kind, the number of messages
	}
}

// complaints are what does not add up, in words.
type complaints []string

// equal complains unless two witnesses agree.
func (c *complaints) equal(x, y int, format string, args ...any) {
	if x != y {
		*c = append(*c, fmt.Sprintf("%s: %d is not %d", fmt.Sprintf(format, args...), x, y))
	}
}

// print prints what does not add up, and returns the error for it.
func (c complaints) print(out io.Writer) error {
	fmt.Fprintf(out, "\n!!! %v !!!\n", errUnbalanced)
	for _, text := range c {
		fmt.Fprintln(out, "!!!", text)
	}
	return errUnbalanced
}

// sum is what became of all that was sent.
type sum struct{ sent, processed, inLetters, expired, queued int }

// sum adds the accounts up, by the shop's own books wherever it has some.
func (b balance) sum() sum {
	var all sum
	for _, a := range b.accounts {
		all.sent += a.stored
		all.processed += a.done
		all.expired += a.expired
		if a.queue == b.letters {
			all.inLetters += a.held
		} else {
			all.queued += a.held
		}
	}
	return all
}

// complaints returns all that does not add up.
func (b balance) complaints() complaints {
	var c complaints
	arrived, left := 0, 0
	for _, a := range b.accounts {
		c.equal(a.sent+a.arrived, a.processed+a.deadLettered+a.moved+a.expired+a.purge+a.held, "%s: came = went + held", a.queue)
		c.equal(a.counted, a.held, "%s: Counts = Peek", a.queue)
		c.equal(a.stored, a.sent, "%s: sent by the producers' books = by the journal", a.queue)
		c.equal(a.swallowedTold, a.swallowed, "%s: swallowed by the producers' books = by the journal", a.queue)
		c.equal(a.done, a.processed, "%s: processed by the consumers' books = by the journal", a.queue)
		arrived += a.arrived
		left += a.deadLettered + a.moved
	}
	c.equal(arrived, left, "between queues: arrived = left")
	all := b.sum()
	c.equal(all.sent, all.processed+all.inLetters+all.expired+all.queued,
		"overall: sent = processed + dead-lettered + expired + queued")
	c.equal(all.queued, 0, "overall: still queued = none")
	return c
}

// print prints the accounts by the journal, and the sum by the shop's books.
func (b balance) print(out io.Writer) {
	fmt.Fprintf(out, "\n%-15s %5s %8s   = %9s %14s %6s %8s %5s   %9s\n", "balance", "sent", "arrived", "processed",
		"dead-lettered", "moved", "expired", "held", "swallowed")
	for _, a := range b.accounts {
		fmt.Fprintf(out, "%-15s %5d %8d   = %9d %14d %6d %8d %5d   %9d\n", a.queue, a.sent, a.arrived, a.processed, a.deadLettered,
			a.moved, a.expired, a.held, a.swallowed)
	}
	all := b.sum()
	fmt.Fprintf(out, "overall: %d sent = %d processed + %d dead-lettered + %d expired + %d still queued\n",
		all.sent, all.processed, all.inLetters, all.expired, all.queued)
}

// report prints the end of the story, and fails if it does not add up.
func (s *shop) report(out io.Writer) error {
	fmt.Fprintln(out)
	sent := s.books[s.bookings.Name()]
	mixedUp := s.ledger.mixedUp(sent.inOrder)
	fmt.Fprintf(out, "order      %s sent for %s: booked out of order for %d; %s swallowed\n",
		plural(len(sent.stored), "booking"), plural(len(sent.inOrder), "customer"), len(mixedUp), plural(sent.swallowed, "duplicate"))
	fmt.Fprintf(out, "repeats    %s came to the packers twice, and shipped once\n", plural(s.repeats, "order"))
	s.reportWaits(out)
	s.fanout.reportLate(out)
	b, err := s.balance()
	if err != nil {
		return err
	}
	b.print(out)
	t, err := s.fanout.balance()
	if err != nil {
		return err
	}
	t.print(out)
	wrong := append(b.complaints(), t.complaints()...)
	for _, customer := range mixedUp {
		wrong = append(wrong, "bookings of "+customer+" are not those that were sent, in that order")
	}
	if len(wrong) > 0 {
		return wrong.print(out)
	}
	fmt.Fprintln(out, "the books balance: journals, queues, webhook, producers and consumers agree")
	return nil
}
