package main

import (
	"strings"
	"testing"
)

// sound returns accounts in which everything adds up.
func sound() balance {
	return balance{letters: "dlq", accounts: []account{
		{queue: "dlq", arrived: 5, moved: 3, held: 2, counted: 2},
		{queue: "orders", sent: 20, arrived: 3, processed: 15, deadLettered: 5, expired: 3, stored: 20, done: 15},
		{queue: "books", sent: 9, swallowed: 2, processed: 9, stored: 9, swallowedTold: 2, done: 9},
	}}
}

func TestSoundBooks(t *testing.T) {
	b := sound()
	if wrong := b.complaints(); wrong != nil {
		t.Errorf("complaints: %v", wrong)
	}
	want := sum{sent: 29, processed: 24, inLetters: 2, expired: 3}
	if got := b.sum(); got != want {
		t.Errorf("sum is %+v, want %+v", got, want)
	}
}

func TestWrongNumbers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(dlq, orders, books *account)
		want   string
	}{
		"a message is lost":         {func(_, o, _ *account) { o.processed--; o.done-- }, "orders: came = went + held: 23 is not 22"},
		"a message is lost overall": {func(_, o, _ *account) { o.processed--; o.done-- }, "overall: sent = processed"},
		"a letter is lost":          {func(d, _, _ *account) { d.held--; d.counted-- }, "dlq: came = went + held"},
		"one comes from nowhere":    {func(_, _, b *account) { b.held++; b.counted++ }, "books: came = went + held"},
		"a letter never arrives":    {func(d, _, _ *account) { d.arrived--; d.held--; d.counted-- }, "between queues: arrived = left"},
		"a purge":                   {func(_, o, _ *account) { o.processed--; o.done--; o.purge++ }, "overall: sent = processed"},
		"Counts disagree":           {func(d, _, _ *account) { d.counted++ }, "dlq: Counts = Peek"},
		"producers disagree":        {func(_, o, _ *account) { o.stored++ }, "orders: sent by the producers' books"},
		"consumers disagree":        {func(_, o, _ *account) { o.done++ }, "orders: processed by the consumers' books"},
		"a duplicate too many":      {func(_, _, b *account) { b.swallowedTold++ }, "books: swallowed by the producers' books"},
		"work is left over": {func(_, o, _ *account) { o.processed--; o.done--; o.held++; o.counted++ },
			"overall: still queued = none: 1 is not 0"},
	} {
		t.Run(name, func(t *testing.T) {
			b := sound()
			c.change(&b.accounts[0], &b.accounts[1], &b.accounts[2])
			if wrong := strings.Join(b.complaints(), "\n"); !strings.Contains(wrong, c.want) {
				t.Errorf("no %q in %q", c.want, wrong)
			}
		})
	}
}
