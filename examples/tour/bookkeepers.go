package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// bookkeeper books orders to the accounts of customers. Two of them share the queue, and the order of each account's bookings
// is kept nevertheless: while a message of a group is in flight, the queue lends none behind it.
type bookkeeper struct {
	s    *shop
	rand *rand.Rand
}

const bookingPause = 30 * time.Second // between two looks into the queue

// look books up to ten messages. They may belong to several customers, and several of them to one.
func (b *bookkeeper) look() error {
	ms, err := b.s.bookings.Receive(b.s.ctx, sqs.ReceiveOptions{Max: sqs.MaxReceive})
	if err != nil {
		return err
	}
	stuck := map[string]bool{} // customers whose account is locked
	for i, m := range ms {
		luck := b.rand.IntN(100)
		switch {
		case luck < 2: // a crash: what is not acknowledged comes back in two minutes, in the same order
			b.s.once("lost bookings", "a bookkeeper walks off with %s: %s", plural(len(ms)-i, "booking"), list(groups(ms[i:])))
			return nil
		case stuck[m.GroupID]:
			// What was handed back holds the group. Booking what stands behind it would break the order, though this
			// bookkeeper holds it already: it is handed back too.
			err = m.Nack(b.s.ctx, 0)
		case luck < 6: // somebody else has the account open
			stuck[m.GroupID] = true
			err = m.Nack(b.s.ctx, 3*time.Minute)
		default:
			b.s.ledger.book(m)
			err = b.s.finish(b.s.bookings, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// groups counts messages by their group.
func groups(ms []*sqs.Received) map[string]int {
	n := map[string]int{}
	for _, m := range ms {
		n[m.GroupID]++
	}
	return n
}

// list writes counts in the order of their names: a map has none.
func list(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(parts, ", ")
}

// ledger is the bookings as they were made: the ids of messages, by customer.
type ledger map[string][]string

func (l ledger) book(m *sqs.Received) {
	l[m.GroupID] = append(l[m.GroupID], m.ID.String())
}

// mixedUp returns the customers whose bookings are not what the producers sent, message by message and in that order. It
// trusts neither the broker's sequence numbers nor its journal: the two lists were written by those who sent and received.
func (l ledger) mixedUp(sent map[string][]string) []string {
	var all []string
	for _, customer := range slices.Sorted(maps.Keys(sent)) {
		if !slices.Equal(l[customer], sent[customer]) {
			all = append(all, customer)
		}
	}
	return all
}
