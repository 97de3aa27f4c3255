package core

import (
	"slices"

	"github.com/inflight-mq/inflight/sns/filter"
)

// Sub is one subscription.
type Sub struct {
	Number  uint64 // by age, from 1
	Made    int64
	Pending bool
	group   string         // whose text of a structured message it gets
	filter  *filter.Policy // nil: takes everything
	until   int64          // of a replay with an end: what is published from then on is not delivered; 0: no end
}

// takes reports whether the subscription gets what is published at an instant.
func (s *Sub) takes(at int64) bool { return s.until == 0 || at < s.until }

// Add adds a subscription, which gets the texts of a group: its protocol or its platform. A pending one ends after life unless it
// is confirmed.
func (t *Topic) Add(now int64, group string, isPending bool, life int64) uint64 {
	t.Advance(now)
	t.made++
	s := &Sub{Number: t.made, Made: t.now, Pending: isPending, group: group}
	t.subs[s.Number] = s
	t.age = append(t.age, s.Number)
	t.index.add(s)
	if isPending {
		t.pending.add(s.Number, t.now+life)
		t.counts.Pending++
	} else {
		t.counts.Confirmed++
	}
	return s.Number
}

// Sub returns a subscription, or nil.
func (t *Topic) Sub(n uint64) *Sub { return t.subs[n] }

// Confirm confirms a pending subscription.
func (t *Topic) Confirm(n uint64) {
	if s := t.subs[n]; s != nil && s.Pending {
		s.Pending = false
		t.counts.Pending--
		t.counts.Confirmed++
	}
}

// Restore brings an ended subscription back, confirmed, at its old place.
func (t *Topic) Restore(now int64, n uint64, group string, policy *filter.Policy) {
	t.Advance(now)
	if n == 0 || n > t.made || t.subs[n] != nil {
		return
	}
	s := &Sub{Number: n, Made: t.now, group: group, filter: policy}
	t.subs[n] = s
	if i, found := slices.BinarySearch(t.age, n); !found {
		t.age = slices.Insert(t.age, i, n)
	} else {
		t.ended--
	}
	t.index.add(s)
	t.counts.Confirmed++
}

// Remove ends a subscription.
func (t *Topic) Remove(now int64, n uint64) {
	t.Advance(now)
	if s := t.subs[n]; s != nil {
		if !s.Pending {
			t.counts.Deleted++
		}
		t.drop(s)
	}
}

func (t *Topic) drop(s *Sub) {
	if s.Pending {
		t.counts.Pending--
	} else {
		t.counts.Confirmed--
	}
	delete(t.subs, s.Number)
	t.index.remove(s)
	if t.ended++; t.ended > 16 && t.ended > len(t.age)/2 {
		t.age = slices.DeleteFunc(t.age, func(n uint64) bool { return t.subs[n] == nil })
		t.ended = 0
	}
}

// SetFilter changes what a subscription takes from the next publish on. Nil takes everything.
func (t *Topic) SetFilter(n uint64, policy *filter.Policy) {
	if s := t.subs[n]; s != nil {
		t.index.remove(s)
		s.filter = policy
		t.index.add(s)
	}
}

// Page returns up to most subscriptions younger than after, oldest first.
func (t *Topic) Page(after uint64, most int) []uint64 {
	i, found := slices.BinarySearch(t.age, after)
	if found {
		i++
	}
	var page []uint64
	for ; i < len(t.age) && len(page) < most; i++ {
		if t.subs[t.age[i]] != nil {
			page = append(page, t.age[i])
		}
	}
	return page
}

// All returns all subscriptions, oldest first.
func (t *Topic) All() []uint64 { return t.Page(0, len(t.age)) }
