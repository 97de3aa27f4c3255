package main

import (
	"cmp"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// Who looks after the queues: a monitor that never sleeps, and an operator who comes in the morning after the last order.

const (
	alarmAt   = 5 // letters in the dead-letter queue
	moveRate  = 5 // letters a second that go back
	watchRate = time.Second
)

// monitor looks at the queues once a minute, and reports what is new.
type monitor struct {
	s         *shop
	alarm     bool // was raised, and holds
	explained bool
}

func (m *monitor) look() error {
	s := m.s
	n, err := s.load(s.letters)
	if err != nil {
		return err
	}
	// Peek shows what a queue holds, hidden or not, and lends nothing: looking is not receiving.
	if n > 0 && !s.told["dead letter"] {
		h := s.broker.Peek(s.letters.Name())[0]
		o, err := orderOf(h.Body)
		if err != nil {
			return err
		}
		s.once("dead letter", "%s, given up after %d receives", o.ID, h.Receives)
	}
	if alarm := n >= alarmAt; alarm != m.alarm {
		m.alarm = alarm
		if alarm {
			s.event("ALARM: %s in %s", plural(n, "letter"), s.letters.Name())
		}
	}
	if !m.explained {
		m.explainBlock()
	}
	return nil
}

// explainBlock asks once why a message of the FIFO queue cannot be received.
func (m *monitor) explainBlock() {
	s := m.s
	for _, h := range s.broker.Peek(s.bookings.Name()) {
		if h.State == sqs.StateBlocked {
			m.explained = true
			s.event("a booking for %s cannot be received. Explain says why:", h.GroupID)
			s.timeline.more(s.broker.Explain(s.bookings.Name(), h.ID).Text)
			return
		}
	}
}

// operator empties the dead-letter queue.
type operator struct{ s *shop }

// arrive waits until all other work is done, for the story's sake, and then looks at the dead letters.
func (op *operator) arrive() error {
	s := op.s
	n, err := s.load(s.orders, s.bookings, s.samples)
	if err != nil {
		return err
	}
	if n > 0 {
		s.after(time.Minute, op.arrive)
		return nil
	}
	if n, err = s.load(s.letters); err != nil {
		return err
	}
	if n == 0 {
		return op.close("the operator finds no letters, and goes home")
	}
	if err := op.sort(); err != nil {
		return err
	}
	s.newPrinter = true
	s.event("the operator puts up a label printer that copes with all addresses")
	return op.redrive()
}

// sort reads all dead letters and tells their causes.
func (op *operator) sort() error {
	s := op.s
	n, err := s.letters.Counts(s.ctx)
	if err != nil {
		return err
	}
	// Messages receives until the loop ends. It would wait for more letters than there are, so the loop ends by count.
	causes := map[string]int{}
	var read []*sqs.Received
	for m, err := range sqs.Messages(s.ctx, s.letters, sqs.ReceiveOptions{Max: sqs.MaxReceive, Visibility: new(time.Minute)}) {
		if err != nil {
			return err
		}
		o, err := orderOf(m.Body)
		if err != nil {
			return err
		}
		cause, _, _ := strings.Cut(cmp.Or(s.fault(o), "luck"), ",")
		causes["bad "+cause]++
		if read = append(read, m); len(read) == n.Visible {
			break
		}
	}
	for _, m := range read { // only now, or the next receive would bring the same letters
		if err := m.Nack(s.ctx, 0); err != nil {
			return err
		}
	}
	s.event("the operator reads %s: %s", plural(len(read), "letter"), list(causes))
	return nil
}

// redrive sends every letter back to the queue that gave it up: a move task without a destination.
func (op *operator) redrive() error {
	s := op.s
	task, err := s.broker.StartMove(s.ctx, sqs.MoveOptions{Source: s.letters.ARN(), PerSecond: moveRate})
	if err != nil {
		return err
	}
	s.event("redrive: %s to move, %d a second", plural(task.ToMove, "letter"), task.PerSecond)
	s.after(watchRate, op.watch)
	return nil
}

func (op *operator) watch() error {
	s := op.s
	tasks, err := s.broker.Moves(s.ctx, s.letters.ARN(), 1) // the newest
	if err != nil {
		return err
	}
	task := tasks[0]
	if task.Status == sqs.MoveRunning {
		s.after(watchRate, op.watch)
		return nil
	}
	s.event("redrive: %s, %d moved", strings.ToLower(string(task.Status)), task.Moved)
	s.after(time.Minute, op.leave)
	return nil
}

// leave closes the shop once the letters are packed, or dead again.
func (op *operator) leave() error {
	s := op.s
	n, err := s.load(s.orders, s.bookings, s.samples)
	if err != nil {
		return err
	}
	if n > 0 {
		s.after(time.Minute, op.leave)
		return nil
	}
	if n, err = s.load(s.letters); err != nil {
		return err
	}
	return op.close("the operator leaves %s to the accountant", plural(n, "letter"))
}

// close ends the day, and with it the play.
func (op *operator) close(format string, args ...any) error {
	op.s.event(format, args...)
	op.s.closed = true
	return op.s.summarizeUntil(op.s.clock.Now())
}
