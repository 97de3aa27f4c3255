package sns

import (
	"github.com/inflight-mq/inflight/sns/internal/core"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
	"github.com/inflight-mq/inflight/sns/internal/retry"
)

// delivery is one message on its way to one subscription. But for attempt and hasTurn it never changes.
type delivery struct {
	s       *subscription
	m       *core.Message // nil: a confirmation
	body    string        // what the endpoint gets, and its dead-letter queue
	queue   QueueMessage  // the same for a queue
	event   *FunctionEvent
	request *request        // HTTP
	mail    *envelope.Email // e-mail
	token   string          // of a message that asks for a confirmation
	payload string          // mobile push
	attempt int             // made so far
	hasTurn bool            // waits for the turn that a throttle policy gave it
}

// recipients returns the subscriptions of numbers. The caller holds t.mu.
func (t *topic) recipients(numbers []uint64) []*subscription {
	to := make([]*subscription, len(numbers))
	for i, n := range numbers {
		to[i] = t.subs[n]
	}
	return to
}

// deliver delivers the message to subscriptions, one after the other. No lock is held but a FIFO topic's turn.
func (r *rendering) deliver(to []*subscription) {
	d := &delivery{}
	for _, s := range to {
		r.fill(d, s)
		if r.t.b.start(d) {
			d = &delivery{} // the outbox keeps the other
		} else {
			*d = delivery{}
		}
	}
}

// fill renders the message for one subscription.
func (r *rendering) fill(d *delivery, s *subscription) {
	set := s.settings.Load()
	f := r.forms(s.endpoint.group())
	d.s, d.m, d.body = s, r.m, f.text
	switch {
	case set.raw:
	case s.endpoint.Protocol == ProtocolFirehose:
		d.body = r.streamed(f, s.arn)
	default:
		d.body = r.envelope(f, s.arn)
	}
	d.queue = QueueMessage{Body: d.body, TraceHeader: r.m.Trace}
	if set.raw {
		d.queue.Attributes = r.attributes()
	}
	r.group(&d.queue, s.endpoint)
	switch s.endpoint.Protocol {
	case ProtocolLambda:
		d.event = new(r.event(f, s.arn))
	case ProtocolHTTP, ProtocolHTTPS:
		policy := retry.Resolve(r.set.delivery, set.delivery)
		d.request = &request{
			header: r.message.Header(s.arn, policy.ContentType(set.raw), set.raw), policy: policy,
		}
	case ProtocolEmail:
		d.mail = new(envelope.NewEmail(&r.message, f.text, r.t.endpointURL(), s.arn))
	case ProtocolEmailJSON:
		d.mail = new(envelope.NewEmailJSON(&r.message, d.body))
	case ProtocolSMS:
		d.payload = envelope.SMS(r.set.attrs[attrDisplayName], f.text)
	case ProtocolApplication:
		d.payload = r.m.Texts.Push(s.endpoint.group())
	}
}

// group hands group and deduplication ids on to a queue: those of a FIFO topic to FIFO queues, the group of a standard topic to
// standard ones.
func (r *rendering) group(m *QueueMessage, to Endpoint) {
	fifo := to.Protocol == ProtocolSQS && isFIFOQueue(to.Address)
	switch {
	case r.set.fifo && fifo:
		m.GroupID, m.DedupID = r.m.Group, r.m.Dedup
	case !r.set.fifo && to.Protocol == ProtocolSQS:
		m.GroupID = r.m.Group
	}
}

// ask is the delivery of a message that asks for a confirmation with a token.
func (b *Broker) ask(s *subscription, token string, c envelope.Confirmation) *delivery {
	set := s.t.settings.Load()
	body := c.JSON(s.t.sign(c.Signed(), set.signature))
	d := &delivery{s: s, body: body, queue: QueueMessage{Body: body}, token: token}
	switch s.endpoint.Protocol {
	case ProtocolSQS:
		if isFIFOQueue(s.endpoint.Address) { // which takes nothing without
			id := c.Signed().MessageID
			d.queue.GroupID, d.queue.DedupID = id, id
		}
	case ProtocolHTTP, ProtocolHTTPS:
		d.request = &request{header: c.Header(), policy: retry.Resolve(set.delivery, s.settings.Load().delivery)}
	case ProtocolEmail, ProtocolEmailJSON:
		d.mail = new(c.Email())
		if s.endpoint.Protocol == ProtocolEmailJSON {
			d.mail.Body = body
		}
	}
	return d
}

// deliver makes deliveries. No lock is held but a FIFO topic's turn.
func (b *Broker) deliver(all []*delivery) {
	for _, d := range all {
		b.start(d)
	}
}

// start makes as many attempts of a delivery as follow without a pause, and reports whether it waits for another. HTTP endpoints
// are not waited for: their deliveries are due at once, on the clock.
func (b *Broker) start(d *delivery) (kept bool) {
	if d.request != nil {
		b.schedule(d, b.now())
		return true
	}
	for {
		again, kept := b.settle(d, b.hand(d))
		if !again {
			return kept
		}
	}
}

// hand hands a delivery to its endpoint, whatever that does.
func (b *Broker) hand(d *delivery) error {
	to := d.s.endpoint
	switch to.Protocol {
	case ProtocolSQS:
		return d.s.t.sendTo(to.Address, d.queue)
	case ProtocolLambda:
		if d.event == nil {
			return nil // a function of another account, asked to confirm
		}
		return b.invoke(to.Address, *d.event)
	case ProtocolFirehose:
		return b.feed(to.Address, d.body)
	case ProtocolEmail, ProtocolEmailJSON:
		return b.mail(d)
	case ProtocolSMS:
		return b.text(d)
	case ProtocolApplication:
		return b.push(d)
	}
	return gone("nothing delivers to protocol " + string(to.Protocol))
}

// settle notes what became of an attempt, and says whether the next one follows at once, or else whether it was scheduled.
func (b *Broker) settle(d *delivery, err error) (again, kept bool) {
	d.attempt++
	if err == nil {
		b.note(d, EventDelivered, 0, nil)
		return false, false
	}
	now := b.now()
	pause, more := d.schedule().Delay(d.attempt)
	if isFinal(err) || !more {
		b.giveUp(d, err)
		return false, false
	}
	b.note(d, EventFailed, now+int64(pause), err)
	if pause == 0 && d.request == nil {
		return true, false
	}
	b.schedule(d, now+int64(pause))
	return false, true
}

// schedule is when to try again.
func (d *delivery) schedule() retry.Schedule {
	switch d.s.endpoint.Protocol {
	case ProtocolHTTP, ProtocolHTTPS:
		return d.request.policy.Schedule
	case ProtocolSQS, ProtocolLambda, ProtocolFirehose:
		return retry.Managed()
	}
	return retry.Unmanaged()
}

// giveUp sends what could not be delivered to the subscription's dead-letter queue, as it is set now. Without one it is lost.
func (b *Broker) giveUp(d *delivery, why error) {
	target := d.s.settings.Load().deadLetter
	if target == "" || d.m == nil {
		b.note(d, EventLost, 0, why)
		return
	}
	m := d.queue
	m.GroupID, m.DedupID = "", ""
	if isFIFOQueue(target) {
		m.GroupID, m.DedupID = d.m.Group, d.m.Dedup
	}
	if err := d.s.t.sendTo(target, m); err != nil {
		b.note(d, EventLost, 0, gone(why.Error()+"; and by its dead-letter queue: "+err.Error()))
		return
	}
	b.note(d, EventDeadLettered, 0, why)
}

// note records what became of a delivery, and until when it waits.
func (b *Broker) note(d *delivery, kind EventKind, until int64, why error) {
	if !b.journals.Any() {
		return
	}
	e := Event{
		Kind: kind, At: at(b.now()), Topic: d.s.t.key.name, Subscription: d.s.arn, Endpoint: d.s.endpoint, Attempt: d.attempt,
		Until: at(until),
	}
	if d.m != nil {
		e.ID = d.m.ID
	}
	if why != nil {
		e.Reason = why.Error()
	}
	b.record(e)
}
