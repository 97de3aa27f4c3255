package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// An afternoon with something for everybody. The tea club's server is down from 15:15 to 16:15.
func afternoon() string {
	mug := func(at, id, channel string, amount int, priority string) string {
		return fmt.Sprintf(line, at, id, channel, amount, priority, "1 Mill Lane, Leeds")
	}
	tea := func(at, id string) string {
		return strings.Replace(mug(at, id, "web", 850, "normal"), `"mug"`, `"tea-rooibos-100"`, 1)
	}
	return tea("15:10", "o-1") +
		mug("15:11", "o-2", "edi", dear, "normal") +
		mug("15:12", "o-3", "web", dear, "express") +
		tea("15:22", "o-4") + // is given up at 16:14
		tea("15:23", "o-5") + // comes with its last attempt
		tea("15:24", "o-6") +
		tea("16:14", "o-7") +
		mug("16:30", "o-8", "web", dear-1, "express") +
		tea("16:31", "o-9")
}

func TestFanout(t *testing.T) {
	got, err := tour(t, afternoon(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"15:00:00  the tea club's server confirms its subscription",
		`15:13:00  why does the express-desk not hear of o-2, which is dear? Explain says:
              skipped: its filter policy does not match: priority: want ["express"]
              found "normal"`,
		"15:15:00  outage: the tea club's server is down for an hour",
		"16:14:00  first undeliverable notification: o-4, given up after 12 attempts: the endpoint answered 503",
		"16:15:00  outage: the tea club's server is back; 3 notifications to come",
		"16:15:00  first late notification: o-5, 52m0s after it was published",
		"3 notifications came late, after 35m0s in the mean, 52m0s and 12 attempts at most",
		`
topic placed    published   = delivered  filtered  dead-lettered  lost    late
express-desk            9   =         2         7              0     0       0
edi-desk                9   =         1         8              0     0       0
credit-desk             9   =         2         7              0     0       0
tea-club                9   =         5         3              1     0       3
overall: 11 meant for somebody = 10 got + 0 held + 1 in dead-letter queues`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

// A request to confirm that is answered late is no notification that comes late.
func TestLateConfirmation(t *testing.T) {
	got, err := playOrders(t, afternoon(), func(s *shop) {
		s.fanout.hook.down = true
		s.after(time.Second, func() error { s.fanout.hook.down = false; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"15:01:00  the tea club's server confirms", "3 notifications came late, after 35m0s"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

// What waits for its clerk when the shop closes has been delivered.
func TestHeldNotificationsAreDelivered(t *testing.T) {
	got, err := playOrders(t, afternoon(), func(s *shop) {
		s.at(midnight(s.clock.Now()).Add(33*time.Hour+30*time.Second), func() error {
			return s.fanout.publish(order{ID: "o-10", Channel: "web", Priority: "express"})
		})
	})
	if want := "12 meant for somebody = 10 got + 1 held + 1 in"; err != nil || !strings.Contains(got, want) {
		t.Errorf("%v, and no %q in:\n%s", err, want, got)
	}
}

func TestMeddlingWithTheTopicIsFound(t *testing.T) {
	from := func(at string, s *shop, f func() error) {
		then, err := time.Parse("2006-01-02 15:04", "2026-03-02 "+at)
		if err != nil {
			t.Error(err)
		}
		s.at(then, f)
	}
	for name, c := range map[string]struct {
		meddle func(*shop)
		want   string
	}{
		"a stolen notification": {func(s *shop) { steal(s, s.fanout.audience[1].queue) }, "edi-desk: delivered by the journal"},
		"an order nobody published": {func(s *shop) { s.fanout.published++ },
			"placed: published by the shop's books = by the journal: 10 is not 9"},
		"an order that goes round the books": {func(s *shop) {
			from("15:30", s, func() error {
				_, err := s.fanout.topic.Publish(s.ctx, sns.Message{Body: "psst"})
				return err
			})
		}, "express-desk: published = delivered + filtered + dead-lettered + lost: 9 is not 10"},
		"a webhook that forgets": {func(s *shop) {
			from("17:00", s, func() error {
				s.fanout.hook.club.got = s.fanout.hook.club.got[1:]
				return nil
			})
		}, "tea-club: delivered by the journal = got + held: 5 is not 4"},
		"a webhook that changes what it got": {func(s *shop) {
			from("17:00", s, func() error {
				s.fanout.hook.club.got[0] = "coffee"
				return nil
			})
		}, "tea-club: orders that missed it or were not meant for it = none: 2 is not 0"},
		"a webhook that was never confirmed": {func(s *shop) {
			s.fanout.broker.Intercept(sns.Fault{Op: sns.OpConfirmSubscription, Err: sns.ErrInternal}.Inject)
		}, "tea-club: filtered by the journal"},
		"a webhook that is down for good": {func(s *shop) {
			s.at(midnight(s.clock.Now()).Add(33*time.Hour), func() error {
				s.fanout.hook.down = true
				return s.fanout.publish(order{ID: "o-10", SKU: "tea-", Channel: "web", Priority: "normal"})
			})
		}, "placed: still to be delivered = none: 1 is not 0"},
		"a webhook without a dead-letter queue": {func(s *shop) {
			from("15:30", s, func() error {
				return s.fanout.hook.club.sub.SetConfig(s.ctx, sns.SubscriptionConfig{DeadLetter: new("")})
			})
		}, "tea-club: lost = none: 1 is not 0"},
		"a dead letter thrown away": {func(s *shop) {
			from("17:00", s, func() error { return s.fanout.hook.club.letters.Purge(s.ctx) })
		}, "tea-club: dead-lettered by the journal = in its dead-letter queue: 1 is not 0"},
		"a filter policy that says something else": {func(s *shop) {
			from("15:30", s, func() error {
				return s.fanout.audience[0].sub.SetConfig(s.ctx, sns.SubscriptionConfig{FilterPolicy: new(`{"priority":["normal"]}`)})
			})
		}, "express-desk: filtered by the journal"},
		"a queue that no longer lets the topic send": {func(s *shop) {
			from("15:30", s, func() error {
				return s.fanout.audience[0].queue.SetConfig(s.ctx, sqs.Config{Policy: new("")})
			})
		}, "express-desk: lost = none: 1 is not 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := playOrders(t, afternoon(), c.meddle)
			if !errors.Is(err, errUnbalanced) || !strings.Contains(out, c.want) {
				t.Errorf("%v, and no %q in:\n%s", err, c.want, out)
			}
		})
	}
}

func TestFaultsOfTheTopicEndTheTour(t *testing.T) {
	_, err := playOrders(t, afternoon(), func(s *shop) {
		s.fanout.broker.Intercept(sns.Fault{Op: sns.OpPublish, Number: 2, Err: sns.ErrInternal}.Inject)
	})
	if !errors.Is(err, sns.ErrInternal) {
		t.Errorf("the tour ends with %v", err)
	}
}
