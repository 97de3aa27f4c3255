package sqs

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// State is where a message stands.
type State string

// The states of a message.
const (
	StateVisible  State = "visible"   // can be received
	StateBlocked  State = "blocked"   // FIFO: visible, behind a message of its group that is in flight or delayed
	StateInFlight State = "in flight" // lent, until Until
	StateDelayed  State = "delayed"   // until Until
)

// Held is a message as Peek finds it. Its Receipt is that of the last delivery, the zero Receipt if there was none; Receives
// counts the deliveries so far.
type Held struct {
	Received
	State     State
	Until     time.Time // in flight and delayed: when it becomes visible
	ExpiresAt time.Time // end of its retention
	// Here counts the deliveries by this queue: what the redrive policy compares.
	Here int
	// BlockedBy is the message that blocks a blocked one.
	BlockedBy uuid.UUID
}

// Peek returns everything that a queue holds, hidden and delayed messages too: on a standard queue by age, on a FIFO queue by
// sequence number. It changes nothing and lends nothing. ref is a name, URL or ARN; an unknown queue holds nothing.
func (b *Broker) Peek(ref string) []Held {
	q := b.find(resolve(ref, b.account, b.region))
	if q == nil {
		return nil
	}
	now := b.now()
	if b.moves.running.Load() > 0 {
		b.runMoves(now)
	}
	q.mu.Lock()
	held := q.state.Held(now)
	all := make([]Held, len(held))
	for i := range held {
		all[i] = q.held(&held[i])
	}
	q.unlock(now)
	return all
}

// held renders one message. The caller holds q.mu.
func (q *queue) held(h *core.Held) Held {
	p := Held{
		Received: *q.received([]core.Loan{h.Loan}, nil)[0], State: StateVisible, ExpiresAt: at(h.Expires), Here: h.Here,
	}
	if h.Here == 0 {
		p.Receipt = Receipt{}
	}
	switch {
	case h.InFlight:
		p.State = StateInFlight
	case h.Delayed:
		p.State = StateDelayed
	case h.Blocked:
		p.State, p.BlockedBy = StateBlocked, h.Blocker
	}
	p.HiddenUntil = time.Time{}
	if h.InFlight || h.Delayed {
		p.Until = at(h.Due)
		p.HiddenUntil = p.Until
	}
	return p
}

// Explanation says whether a message could be received now, and if not, why and until when.
type Explanation struct {
	Found      bool
	Receivable bool
	State      State
	Until      time.Time // when time alone ends what hinders it; zero if time alone does not
	BlockedBy  uuid.UUID // FIFO: the message that blocks its group
	Poisoned   bool      // the next receive moves it to the dead-letter queue instead of delivering it
	Text       string    // all this in one sentence
}

// Explain answers why a message of a queue cannot be received now. ref is a name, URL or ARN.
func (b *Broker) Explain(ref string, id uuid.UUID) Explanation {
	held := b.Peek(ref)
	full := b.isFull(ref)
	byID := map[uuid.UUID]*Held{}
	for i := range held {
		byID[held[i].ID] = &held[i]
	}
	h := byID[id]
	if h == nil && b.find(resolve(ref, b.account, b.region)) == nil {
		return Explanation{Text: "there is no such queue"}
	}
	if h == nil {
		return Explanation{Text: "the queue does not hold this message: it was never sent here, or was deleted, expired, purged or moved"}
	}
	e := Explanation{Found: true, State: h.State, Until: h.Until, BlockedBy: h.BlockedBy, Poisoned: b.isPoisoned(ref, h)}
	switch {
	case h.State == StateInFlight:
		e.Text = fmt.Sprintf("it is in flight until %s, delivered %s", stamp(h.Until), times(h.Receives))
	case h.State == StateDelayed:
		e.Text = fmt.Sprintf("it is delayed until %s", stamp(h.Until))
	case h.State == StateBlocked:
		by := byID[h.BlockedBy]
		e.Until = by.Until
		e.Text = fmt.Sprintf("its group %q is blocked by message %s, which is %s until %s", h.GroupID, by.ID, by.State, stamp(by.Until))
	case full:
		e.Text = "too many messages of the queue are in flight"
	case e.Poisoned:
		e.Text = fmt.Sprintf("it was received %s: the next receive moves it to the dead-letter queue", times(h.Here))
	default:
		e.Receivable = true
		e.Text = "it can be received now"
	}
	return e
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func stamp(t time.Time) string { return t.Format("2006-01-02 15:04:05.999 MST") }

// isFull reports whether a queue has as many messages in flight as it may have.
func (b *Broker) isFull(ref string) bool {
	q := b.find(resolve(ref, b.account, b.region))
	if q == nil {
		return false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	most := q.state.Settings().InFlight
	return most > 0 && q.state.Counts(0).InFlight >= most
}

// isPoisoned reports whether the next receive moves a message to the dead-letter queue.
func (b *Broker) isPoisoned(ref string, h *Held) bool {
	q := b.find(resolve(ref, b.account, b.region))
	if q == nil {
		return false
	}
	d := q.settings.Load().deadLetter
	return d != nil && h.Here >= d.MaxReceives && b.target(d.Target) != nil
}
