package core

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Request asks for messages.
type Request struct {
	Max        int
	Visibility time.Duration
	Attempt    string // FIFO queues: receive request attempt id
	Short      bool   // a short poll may be answered with nothing though there is something
}

// Loan is one delivery of a message.
type Loan struct {
	ID                  uuid.UUID
	Order               uint64
	Body                string
	Attributes          []Attribute
	Group, Dedup        string
	Trace, Sender       string
	Source              string
	Sent, First, Hidden int64 // Hidden: until when
	Receives            int
	Receipt             Receipt
}

// Outcome is what else a receive found.
type Outcome struct {
	Full   bool // nothing could be lent because too many messages are in flight
	Buried bool // messages went to the dead-letter queue
}

// Receive lends up to Max messages, and moves those that were received too often to dlq, when there is one. The slice is
// valid until the next operation.
func (q *Queue) Receive(now int64, r Request, ch Chooser, dlq *Queue) (loans []Loan, is Outcome) {
	q.Advance(now)
	clear(q.loans)
	q.loans = q.loans[:0]
	if r.Attempt != "" && q.replay(r) {
		return q.loans, is
	}
	most := r.Max
	if q.set.InFlight > 0 {
		if most = min(most, q.set.InFlight-q.inFlight); most <= 0 {
			return nil, Outcome{Full: true}
		}
	}
	most = fewer(ch, min(most, q.waiting), r.Short)
	if q.set.FIFO {
		q.receiveFIFO(most, r, ch, dlq)
	} else {
		q.receiveStandard(most, r, ch, dlq)
	}
	is.Buried = len(q.leave) > 0
	q.sendLetters(dlq)
	if r.Attempt != "" && len(q.loans) > 0 {
		q.attempts.remember(q.now, r.Attempt, q)
	}
	return q.loans, is
}

// fewer asks how many less than n are answered. A long poll answers with one at least.
func fewer(ch Chooser, n int, short bool) int {
	if n <= 0 || ch == nil {
		return n
	}
	options := n
	if short {
		options++
	}
	return n - choose(ch, ChooseFewer, options)
}

// receiveStandard serves the lanes in turn, one message each, so that the backlog of one tenant delays no other.
func (q *Queue) receiveStandard(most int, r Request, ch Chooser, dlq *Queue) {
	q.lent = q.lent[:0]
	for len(q.lent) < most {
		l := q.lanes.take(ch)
		if l == 0 {
			break
		}
		i, s := q.pick(l, ch)
		q.lanes.toBack(l)
		q.refresh(l)
		q.waiting--
		s.state = leaving
		if q.poisoned(s, dlq) {
			q.leave = append(q.leave, i)
			continue
		}
		q.lent = append(q.lent, i)
	}
	for _, i := range q.lent { // hidden only now: with a timeout of 0 a message is deliverable again, but not in this answer
		q.lend(i, r.Visibility, ch)
	}
}

func (q *Queue) poisoned(s *slot, dlq *Queue) bool {
	return dlq != nil && q.set.MaxReceives > 0 && int(s.here) >= q.set.MaxReceives
}

// lend counts the receive, hides the message and adds it to the answer.
func (q *Queue) lend(i uint32, visibility time.Duration, ch Chooser) {
	s := q.slots.at(i)
	s.here++
	if s.first == 0 {
		s.first = q.now
	}
	s.leased = q.now
	s.marks &^= changed
	hidden := q.now + int64(visibility)
	s.due = hidden
	q.note(Received, q.now, s)
	if ch != nil && !q.set.FIFO && visibility > 0 && choose(ch, ChooseRepeat, 2) == 1 {
		s.due = q.now
	}
	q.hideUntilDue(i, s, inFlight)
	q.answer(i, s, hidden)
}

// answer adds the running delivery of a message to the loans.
func (q *Queue) answer(i uint32, s *slot, hidden int64) {
	n := len(q.loans)
	q.loans = slices.Grow(q.loans, 1)[:n+1] // empty: the last receive's are cleared
	l, order := &q.loans[n], s.order()      // filled in place: a literal would be copied
	l.ID, l.Order, l.Body, l.Group, l.Dedup = s.id, order, s.body, q.lanes.all[s.lane].id, s.dedup
	l.Sent, l.First, l.Hidden, l.Receives = s.sent, s.first, hidden, s.receives()
	l.Receipt.Queue, l.Receipt.Order, l.Receipt.Slot, l.Receipt.Delivery = q.nonce, order, i, s.here
	if s.more != nil {
		l.Attributes = s.more.attributes
		if r := s.more.rare; r != nil {
			l.Trace, l.Sender, l.Source = r.trace, r.sender, r.source
		}
	}
}
