package core

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// naive is one queue as the sheet tells it: a slice in order of arrival, and every question is a scan of it.
type naive struct {
	set      Settings
	arn      string
	now      int64
	order    uint64
	held     []*naiveMessage
	turns    []string // tenants or groups in rotation, the next one first
	accepted []naiveSend
	scope    bool // the deduplication scope that rules
	next     bool // and the one that rules from nextAt on, if that is not 0
	nextAt   int64
	answers  map[string]naiveAnswer
}

type naiveMessage struct {
	Loan
	kept, due, leased int64
	here              int
	hidden, late      bool // in flight, delayed
	changed           bool // its visibility, since it was lent
	taken             bool // by the running receive
}

type naiveSend struct {
	group, id string
	at        int64
	placed    Placed
}

type naiveAnswer struct {
	at   int64
	lent []naiveHandle
}

type naiveHandle struct {
	order    uint64
	delivery int
}

func newNaive(arn string, set Settings) *naive {
	return &naive{set: set, arn: arn, scope: set.GroupScope, answers: map[string]naiveAnswer{}}
}

func (m *naiveMessage) waits() bool { return !m.hidden && !m.late && !m.taken }

// nextEvent is the earliest expiry or end of a delay or visibility timeout.
func (n *naive) nextEvent() (first *naiveMessage, at int64, expires bool) {
	for _, m := range n.held {
		if end := m.kept + int64(n.set.Retention); first == nil || end < at || end == at && !expires {
			first, at, expires = m, end, true
		}
		if (m.hidden || m.late) && m.due < at {
			first, at, expires = m, m.due, false
		}
	}
	return first, at, expires
}

func (n *naive) advance(now int64) {
	n.now = max(n.now, now)
	for {
		m, at, expires := n.nextEvent()
		if m == nil || at > n.now {
			break
		}
		if expires {
			n.drop(m)
		} else {
			n.show(m)
		}
	}
	if n.nextAt != 0 && n.nextAt <= n.now {
		n.scope, n.nextAt = n.next, 0
	}
}

func (n *naive) put(m *naiveMessage) {
	n.order++
	m.Order = n.order
	n.held = append(n.held, m)
	if n.set.FIFO {
		n.join(m.Group)
	}
}

func (n *naive) drop(m *naiveMessage) {
	n.held = slices.DeleteFunc(n.held, func(o *naiveMessage) bool { return o == m })
	if !slices.ContainsFunc(n.held, func(o *naiveMessage) bool { return o.Group == m.Group }) {
		n.turns = slices.DeleteFunc(n.turns, func(g string) bool { return g == m.Group })
	}
}

func (n *naive) join(group string) {
	if !slices.Contains(n.turns, group) {
		n.turns = append(n.turns, group)
	}
}

func (n *naive) show(m *naiveMessage) {
	m.hidden, m.late = false, false
	n.join(m.Group)
}

func (n *naive) hide(m *naiveMessage, until int64, late bool) {
	m.due = until
	if until <= n.now {
		n.show(m)
		return
	}
	m.hidden, m.late = !late, late
}

// offer is what a receive may take of a group. Standard: what waits, oldest first. FIFO: the longest prefix that waits.
func (n *naive) offer(group string) (offer []*naiveMessage) {
	for _, m := range n.held {
		switch {
		case m.Group != group:
		case m.waits():
			offer = append(offer, m)
		case n.set.FIFO:
			return offer
		}
	}
	if !n.set.FIFO {
		slices.SortStableFunc(offer, func(a, b *naiveMessage) int { return int(a.Sent - b.Sent) })
	}
	return offer
}

// turn is the group whose turn it is, and what it offers.
func (n *naive) turn() (string, []*naiveMessage) {
	for _, g := range n.turns {
		if offer := n.offer(g); len(offer) > 0 {
			return g, offer
		}
	}
	return "", nil
}

func (n *naive) toBack(group string) {
	n.turns = append(slices.DeleteFunc(n.turns, func(g string) bool { return g == group }), group)
}

func (n *naive) inFlight() (count int) {
	for _, m := range n.held {
		if m.hidden {
			count++
		}
	}
	return count
}

func (n *naive) full() bool { return n.set.InFlight > 0 && n.inFlight() >= n.set.InFlight }

func (n *naive) send(id uuid.UUID, msg *Message) Placed {
	delay := msg.Delay
	if n.set.FIFO {
		delay = n.set.Delay
		// Newest first: after a change of scope several may match, and the sheet does not say which is the original.
		for _, s := range slices.Backward(n.accepted) {
			if s.id == msg.Dedup && (!n.scope || s.group == msg.Group) && n.now < s.at+int64(5*time.Minute) {
				return Placed{s.placed.ID, s.placed.Order, true}
			}
		}
	}
	m := &naiveMessage{Loan: Loan{
		ID: id, Body: msg.Body, Group: msg.Group, Dedup: msg.Dedup, Trace: msg.Trace, Sender: msg.Sender, Sent: n.now,
	}, kept: n.now}
	n.put(m)
	n.hide(m, n.now+int64(delay), true)
	placed := Placed{ID: id, Order: m.Order}
	if n.set.FIFO {
		n.accepted = append(n.accepted, naiveSend{msg.Group, msg.Dedup, n.now, placed})
	}
	return placed
}

func (n *naive) receive(r Request, dlq *naive) (lent []*naiveMessage, is Outcome) {
	if lent = n.replay(r); lent != nil {
		return lent, is
	}
	if n.full() {
		return nil, Outcome{Full: true}
	}
	most := r.Max
	if n.set.InFlight > 0 {
		most = min(most, n.set.InFlight-n.inFlight())
	}
	var poisoned []*naiveMessage
	for len(lent) < most {
		group, offer := n.turn()
		if offer == nil {
			break
		}
		n.toBack(group)
		if !n.set.FIFO {
			offer = offer[:1]
		}
		for _, m := range offer {
			if len(lent) == most {
				break
			}
			m.taken = true
			if dlq != nil && n.set.MaxReceives > 0 && m.here >= n.set.MaxReceives {
				poisoned = append(poisoned, m)
			} else {
				lent = append(lent, m)
			}
		}
	}
	for _, m := range lent {
		n.lend(m, r.Visibility)
	}
	for _, m := range poisoned {
		n.drop(m)
		dlq.bury(m, n.arn, n.now)
	}
	n.remember(r.Attempt, lent)
	return lent, Outcome{Buried: poisoned != nil}
}

func (n *naive) lend(m *naiveMessage, visibility time.Duration) {
	m.taken, m.changed = false, false
	m.Receives++
	m.here++
	if m.First == 0 {
		m.First = n.now
	}
	m.leased = n.now
	n.hide(m, n.now+int64(visibility), false)
}

func (n *naive) bury(m *naiveMessage, from string, now int64) {
	n.advance(now)
	c := &naiveMessage{Loan: m.Loan, kept: m.Sent}
	c.Source = from
	if n.set.FIFO {
		c.kept, c.Dedup = n.now, m.ID.String()
	}
	n.put(c)
	n.show(c)
}

func (n *naive) remember(attempt string, lent []*naiveMessage) {
	if attempt == "" || len(lent) == 0 {
		return
	}
	a := naiveAnswer{at: n.now}
	for _, m := range lent {
		a.lent = append(a.lent, naiveHandle{m.Order, m.here})
	}
	n.answers[attempt] = a
}

// replay repeats the answer to an attempt id within five minutes, unless a message of it is no longer lent as it was.
func (n *naive) replay(r Request) (lent []*naiveMessage) {
	a, ok := n.answers[r.Attempt]
	if !ok || n.now >= a.at+int64(5*time.Minute) {
		return nil
	}
	for _, h := range a.lent {
		m, is := n.find(h)
		if is != Valid || m.changed {
			return nil
		}
		lent = append(lent, m)
	}
	for _, m := range lent {
		m.leased = n.now
		n.hide(m, n.now+int64(r.Visibility), false)
	}
	return lent
}

// find says what a handle of this queue means.
func (n *naive) find(h naiveHandle) (*naiveMessage, Standing) {
	for _, m := range n.held {
		if m.Order != h.order {
			continue
		}
		sameMilli := m.due == m.leased && n.now/1e6 == m.leased/1e6
		if n.set.FIFO && (h.delivery != m.here || !m.hidden && !sameMilli) {
			return nil, Stale
		}
		return m, Valid
	}
	return nil, Gone
}

func (n *naive) remove(h naiveHandle) Standing {
	m, is := n.find(h)
	if is == Valid {
		n.drop(m)
	}
	return is
}

func (n *naive) change(h naiveHandle, d time.Duration) Standing {
	m, is := n.find(h)
	if is != Valid {
		return is
	}
	if n.now+int64(d) > m.leased+int64(12*time.Hour) {
		return Beyond
	}
	m.changed = true
	if d > 0 || m.hidden {
		n.hide(m, n.now+int64(d), false)
	}
	return Valid
}

func (n *naive) purge() int {
	count := len(n.held)
	n.held, n.turns, n.accepted, n.answers = nil, nil, nil, map[string]naiveAnswer{}
	return count
}

func (n *naive) configure(set Settings) {
	if set.GroupScope != n.set.GroupScope {
		n.next, n.nextAt = set.GroupScope, n.now+int64(time.Minute)
	}
	retimed := set.FIFO && set.Delay != n.set.Delay
	n.set = set
	for _, m := range n.held {
		if retimed && m.here == 0 && !m.hidden {
			n.hide(m, m.Sent+int64(set.Delay), true)
		}
	}
	n.advance(n.now)
}

// move takes the message that is next to another queue, where it is a new message.
func (n *naive) move(to *naive, id uuid.UUID) {
	group, offer := n.turn()
	if offer == nil {
		return
	}
	if !n.set.FIFO {
		n.toBack(group)
	}
	m := offer[0]
	n.drop(m)
	c := &naiveMessage{Loan: m.Loan, kept: to.now}
	c.ID, c.Sent, c.First, c.Receives, c.Source = id, to.now, 0, 0, ""
	to.put(c)
	to.hide(c, to.now+int64(to.set.Delay), true)
}

func (n *naive) clone() *naive {
	c := *n
	c.held, c.turns = nil, slices.Clone(n.turns)
	for _, m := range n.held {
		m := *m
		c.held = append(c.held, &m)
	}
	return &c
}
