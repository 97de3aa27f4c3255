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
	called   int64 // when the consumer last asked for one to this shard
	serial   uint64
}

// Asked is what becomes of a request for a subscription.
type Asked uint8

// The outcomes.
const (
	Granted  Asked = iota // it began, and ended the consumer's older one to the shard
	TooYoung              // the older one is too young to be ended
	TooSoon               // the same, and asked for within a second of the last request; with throttling only
)

// Subscribe begins a subscription, if it may be. Serials are never 0.
func (s *Stream) Subscribe(now int64, consumer string, h *Shard) (serial uint64, asked Asked) {
	s.Advance(now)
	s.subs = slices.DeleteFunc(s.subs, func(o Subscription) bool { return s.now >= o.Began+int64(SubscriptionLife) })
	i := slices.IndexFunc(s.subs, func(o Subscription) bool { return o.Consumer == consumer && o.Shard == h.Index })
	if i >= 0 {
		old := &s.subs[i]
		soon := s.set.Rates.on() && s.now < old.called+int64(time.Second)
		switch old.called = s.now; {
		case soon:
			return 0, TooSoon
		case s.now < old.Began+int64(TakeoverGuard):
			return 0, TooYoung
		}
		s.subs = slices.Delete(s.subs, i, i+1)
	}
	s.serial++
	s.subs = append(s.subs, Subscription{consumer, h.Index, s.now, s.now, s.serial})
	s.note(Event{Kind: Subscribed, At: s.now, Shard: h.Index, Consumer: consumer})
	return s.serial, Granted
}

// IsSubscribed reports whether no other subscription took the place of one whose time is not over.
func (s *Stream) IsSubscribed(serial uint64) bool {
	return slices.ContainsFunc(s.subs, func(o Subscription) bool { return o.serial == serial })
}

// Unsubscribe ends all subscriptions of a consumer.
func (s *Stream) Unsubscribe(consumer string) {
	s.subs = slices.DeleteFunc(s.subs, func(o Subscription) bool { return o.Consumer == consumer })
}
