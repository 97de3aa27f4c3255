package main

import (
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// packer packs one order after the other, and is only human: some take long, some find the shelf empty, some walk away.
type packer struct {
	s    *shop
	name string
	rand *rand.Rand
	down bool // during an outage
}

const (
	glance    = 20 * time.Second // between two looks into an empty queue; elsewhere it would be one long poll
	heartbeat = 4 * time.Minute  // a packer who is not done by then asks for more time: before visibility ends
)

// look takes the next order, if there is one.
func (p *packer) look() error {
	if p.down {
		return nil
	}
	ms, err := p.s.orders.Receive(p.s.ctx, sqs.ReceiveOptions{})
	if err != nil {
		return err
	}
	if len(ms) == 0 {
		p.s.after(glance, p.look)
		return nil
	}
	return p.take(ms[0])
}

// take decides what becomes of an order.
func (p *packer) take(m *sqs.Received) error {
	o, err := orderOf(m.Body)
	if err != nil {
		return err
	}
	if why := p.s.fault(o); why != "" {
		p.s.once("poison", "%s of %s has a bad %s; %s hands it back", o.ID, o.Customer, why, p.name)
		return p.handBack(m, time.Minute)
	}
	switch luck := p.rand.IntN(100); {
	case luck < 4: // walks away, and says nothing: only the visibility timeout brings the order back
		p.s.once("crash", "%s drops %s, which stays hidden until %s", p.name, o.ID, m.HiddenUntil.Format(time.TimeOnly))
		p.s.after(3*time.Minute, p.look)
		return nil
	case luck < 9: // the shelf is empty, and will be filled
		return p.handBack(m, 10*time.Minute)
	case m.Attributes["priority"].Text == "express": // told by an attribute, which is as well as looking into the body
		return p.pack(m, o, 2*time.Minute)
	case luck < 16: // a parcel of many pieces
		return p.pack(m, o, 14*time.Minute)
	}
	return p.pack(m, o, 3*time.Minute+time.Duration(p.rand.IntN(180))*time.Second)
}

// handBack gives the order to whoever looks after a while. It took half a minute to find out.
func (p *packer) handBack(m *sqs.Received, after time.Duration) error {
	p.s.after(30*time.Second, p.look)
	return m.Nack(p.s.ctx, after)
}

// pack works until nothing is left to do, and keeps the order hidden meanwhile.
func (p *packer) pack(m *sqs.Received, o order, left time.Duration) error {
	if left <= heartbeat {
		p.s.after(left, func() error { return p.ship(m, o) })
		return nil
	}
	p.s.after(heartbeat, func() error {
		if p.down {
			return nil // nobody asks for more time: the order comes back
		}
		switch err := m.From.ChangeVisibility(p.s.ctx, m.Receipt, visibility); {
		case errors.Is(err, sqs.ErrInvalidParameterValue):
			return p.look() // the message is gone, purged for example: whatever is on the table is nobody's order
		case err != nil:
			return err
		}
		p.s.once("slow parcel", "%s is not done with %s, and hides it for %v more", p.name, o.ID, visibility)
		return p.pack(m, o, left-heartbeat)
	})
	return nil
}

// ship finishes an order. A standard queue may deliver twice, and a producer may send twice: shipping must bear both.
func (p *packer) ship(m *sqs.Received, o order) error {
	if p.down {
		return nil
	}
	if p.s.shipped[o.ID] {
		p.s.repeats++
	}
	p.s.shipped[o.ID] = true
	if err := p.s.finish(p.s.orders, m); err != nil {
		return err
	}
	return p.look()
}

// finish acknowledges a message and writes that down.
func (s *shop) finish(q sqs.Queue, m *sqs.Received) error {
	if err := m.Ack(s.ctx); err != nil {
		return err
	}
	s.books[q.Name()].done++
	return nil
}

// fault says why an order cannot be packed, whoever tries: it is poison.
func (s *shop) fault(o order) string {
	switch {
	case o.Amount < 0:
		return "amount, below zero"
	case !s.newPrinter && !strings.Contains(o.Address, ","):
		return "address, without a comma"
	}
	return ""
}

// planOutage takes a packer out for an hour, which is longer than anything he may be in the middle of.
func (s *shop) planOutage(from time.Time) {
	p := s.packers[1]
	s.at(from, func() error {
		n, err := s.load(s.orders)
		p.down = true
		s.event("outage: %s is out for an hour; %s in the queue", p.name, plural(n, "order"))
		s.at(from.Add(time.Hour), func() error { return s.endOutage(p, n) })
		return err
	})
}

func (s *shop) endOutage(p *packer, before int) error {
	n, err := s.load(s.orders)
	p.down = false
	s.event("outage: %s is back; %s in the queue", p.name, plural(n, "order"))
	s.after(0, p.look)
	s.after(0, func() error { return s.watchBacklog(before) })
	return err
}

// watchBacklog waits until no more orders are in the queue than there were before the outage.
func (s *shop) watchBacklog(before int) error {
	n, err := s.load(s.orders)
	if n > before {
		s.after(time.Minute, func() error { return s.watchBacklog(before) })
	} else if err == nil {
		s.event("the backlog of the outage is gone; %s in the queue", plural(n, "order"))
	}
	return err
}

// sendSamples is what somebody does who has nothing else to do. In busy hours the requests end with their retention instead.
func (s *shop) sendSamples() error {
	n, err := s.orders.Counts(s.ctx)
	if err != nil || n.Visible > 0 {
		return err
	}
	ms, err := s.samples.Receive(s.ctx, sqs.ReceiveOptions{Max: 2})
	if err != nil {
		return err
	}
	for _, m := range ms {
		if err := s.finish(s.samples, m); err != nil {
			return err
		}
	}
	return nil
}
