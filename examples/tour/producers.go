package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// Who sends: the web shop message by message, the importer of EDI orders in batches of ten.

// expect has every order arrive at its time, and plans what depends on the days they come on.
func (s *shop) expect(orders []order) {
	if len(orders) == 0 {
		s.closed = true
		return
	}
	im := &importer{s: s}
	for _, o := range orders {
		s.at(o.At, func() error {
			switch {
			case o.Priority == "low":
				return s.requestSample(o)
			case o.Channel == "edi":
				return im.add(o)
			}
			return s.placeOrder(o)
		})
	}
	// A minute past the hour, so that the line of the hour before comes first.
	first, last := orders[0].At, orders[len(orders)-1].At
	if lunch := midnight(first).Add(13*time.Hour + time.Minute); lunch.After(s.clock.Now()) {
		s.planOutage(lunch)
	}
	if tea := midnight(last).Add(15*time.Hour + 15*time.Minute); tea.After(s.clock.Now()) {
		s.fanout.hook.planOutage(tea)
	}
	op := &operator{s: s}
	s.at(midnight(last).AddDate(0, 0, 1).Add(9*time.Hour+time.Minute), op.arrive)
}

func midnight(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }

// placeOrder sends a web order to those who pack and to those who book, and publishes it if it can be packed.
func (s *shop) placeOrder(o order) error {
	taken, err := s.send(s.orders, packing(o))
	if taken {
		err = s.fanout.publish(o)
	}
	if err != nil {
		return err
	}
	_, err = s.send(s.bookings, booking(o))
	return err
}

func (s *shop) requestSample(o order) error {
	_, err := s.send(s.samples, sqs.Message{Body: body(o)})
	return err
}

// packing is the message for the packers. On a standard queue the group is a tenant: the queue serves tenants in turn, so that
// no customer waits behind the thousand orders of another.
func packing(o order) sqs.Message {
	m := sqs.Message{
		Body:       body(o),
		GroupID:    o.Customer,
		Attributes: map[string]sqs.Attribute{"priority": sqs.String(o.Priority)},
	}
	if o.Priority == "express" || o.Channel == "edi" {
		m.Delay = new(time.Duration(0)) // nobody changes his mind; nil would mean the queue's own delay
	}
	return m
}

// booking is the message for the bookkeepers. On a FIFO queue the group is what is kept in order. The id of the order makes an
// order that is sent again a duplicate; its body would not, as its time is another.
func booking(o order) sqs.Message {
	return sqs.Message{Body: body(o), GroupID: o.Customer, DedupID: o.ID}
}

func body(o order) string {
	b, _ := json.Marshal(o) // an order always has a JSON form
	return string(b)
}

// importer collects EDI orders.
type importer struct {
	s       *shop
	pending []order
	stop    func() bool // of the timer that ends the collecting
}

// add sends the batch when it is full. One that does not fill is sent two minutes after its first order.
func (im *importer) add(o order) error {
	im.pending = append(im.pending, o)
	switch len(im.pending) {
	case 1:
		im.stop = im.s.after(2*time.Minute, im.flush)
	case sqs.MaxBatchEntries:
		im.stop()
		return im.flush()
	}
	return nil
}

func (im *importer) flush() error {
	var toPack, toBook []sqs.Message
	orders := im.pending
	for _, o := range orders {
		toPack = append(toPack, packing(o))
		toBook = append(toBook, booking(o))
	}
	im.pending = nil
	taken, err := im.s.sendBatch(im.s.orders, toPack)
	if err != nil {
		return err
	}
	for i, o := range orders {
		if taken[i] {
			if err := im.s.fanout.publish(o); err != nil {
				return err
			}
		}
	}
	_, err = im.s.sendBatch(im.s.bookings, toBook)
	return err
}

// send sends one message, writes the answer down, and reports whether the queue took it.
func (s *shop) send(q sqs.Queue, m sqs.Message) (taken bool, err error) {
	sent, err := q.Send(s.ctx, m)
	return s.books[q.Name()].answer(s, m, sent, err)
}

// sendBatch sends up to ten. The error speaks about the request, each answer about its own message.
func (s *shop) sendBatch(q sqs.Queue, ms []sqs.Message) (taken []bool, err error) {
	answers, err := q.SendBatch(s.ctx, ms...)
	if err != nil {
		return nil, err
	}
	taken = make([]bool, len(ms))
	for i, sent := range answers {
		if taken[i], err = s.books[q.Name()].answer(s, ms[i], sent, sent.Err); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// book is what the shop remembers of a queue.
type book struct {
	stored    map[string]bool     // ids of messages that the queue took
	inOrder   map[string][]string // the same by group, in the order in which they were sent
	swallowed int                 // sends that were answered with the id of an earlier message
	refused   int                 // sends that the queue refused
	done      int                 // messages that somebody finished
}

// answer writes down what became of a send. A refusal is about the message: it would be refused for ever, and the shop goes on.
// Any other error is about the shop.
func (b *book) answer(s *shop, m sqs.Message, sent sqs.Sent, err error) (taken bool, _ error) {
	if refusal, ok := errors.AsType[*sqs.Error](err); ok && !refusal.Code.ServerFault() {
		b.refused++
		s.event("%s refuses a message: %s", refusal.Queue, refusal.Code)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	id := sent.ID.String()
	if b.stored[id] {
		b.swallowed++
		return true, nil
	}
	b.stored[id] = true
	b.inOrder[m.GroupID] = append(b.inOrder[m.GroupID], id)
	return true, nil
}
