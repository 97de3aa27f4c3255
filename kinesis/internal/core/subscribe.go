package core

import (
	"slices"
	"time"
)

// The times of subscriptions.
const (
	SubscriptionLife = 5 * time.Minute
	TakeoverGuard    = 5 * time.Second
)

// Subscription is a consumer's subscription to a shard, and stays known until another takes its place or its time is over.
type Subscription struct {
	Consumer string
	Shard    int32
	Began    int64
	serial   uint64
}

// Subscribe begins a subscription, which ends the consumer's older one to the shard, or reports that the older one is too young.
// Serials are never 0.
func (s *Stream) Subscribe(now int64, consumer string, h *Shard) (serial uint64, ok bool) {
	s.Advance(now)
	young := false
	s.subs = slices.DeleteFunc(s.subs, func(o Subscription) bool {
		same := o.Consumer == consumer && o.Shard == h.Index
		if same && s.now < o.Began+int64(TakeoverGuard) {
			young = true
			return false
		}
		return same || s.now >= o.Began+int64(SubscriptionLife)
	})
	if young {
		return 0, false
	}
	s.serial++
	s.subs = append(s.subs, Subscription{consumer, h.Index, s.now, s.serial})
	s.note(Event{Kind: Subscribed, At: s.now, Shard: h.Index, Key: consumer})
	return s.serial, true
}

// IsSubscribed reports whether no other subscription took the place of one whose time is not over.
func (s *Stream) IsSubscribed(serial uint64) bool {
	return slices.ContainsFunc(s.subs, func(o Subscription) bool { return o.serial == serial })
}

// Unsubscribe ends all subscriptions of a consumer.
func (s *Stream) Unsubscribe(consumer string) {
	s.subs = slices.DeleteFunc(s.subs, func(o Subscription) bool { return o.Consumer == consumer })
}
