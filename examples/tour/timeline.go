package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// timeline prints what happens: a line for each hour, and between them what is worth a line of its own.
type timeline struct {
	out       io.Writer
	day       time.Time                    // whose heading was printed
	hourBegan time.Time                    // whose line comes next
	quiet     struct{ from, to time.Time } // hours in which nothing happened, not printed yet
}

// hour is what happened in one hour.
type hour struct {
	in, packed, again, dead, booked, expired int
	waiting                                  int // orders in the queue at its end
}

// describe says what the queues are, by their own word, and what the columns mean.
func (s *shop) describe() error {
	out := s.timeline.out
	fmt.Fprintln(out)
	for q, err := range sqs.All(s.ctx, s.broker, "") {
		if err != nil {
			return err
		}
		if s.books[q.Name()] == nil {
			continue // the topic's audience is described below
		}
		cfg, err := q.Config(s.ctx) // every setting that has a value is set
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%-15s delays %v, hides for %v, keeps for %v",
			q.Name(), *cfg.Delay, *cfg.VisibilityTimeout, *cfg.Retention)
		if d := cfg.DeadLetter; d != nil {
			fmt.Fprintf(out, ", gives up after %d receives", d.MaxReceives)
		}
		fmt.Fprintln(out)
	}
	s.fanout.describe()
	fmt.Fprintln(out, "in, packed, again (received again), dead-lettered and waiting are orders;",
		"booked: in customers.fifo; expired: anywhere")
	return nil
}

// event prints a line with a time.
func (t *timeline) event(now time.Time, format string, args ...any) {
	t.head(now)
	fmt.Fprintf(t.out, "  %s  %s\n", now.Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// more prints what belongs to the event before, a line for each clause.
func (t *timeline) more(text string) {
	for clause := range strings.SplitSeq(text, ", ") {
		fmt.Fprintf(t.out, "%14s%s\n", "", clause)
	}
}

// head prints what must stand before a line about now: quiet hours, and the heading of a new day.
func (t *timeline) head(now time.Time) {
	if q := t.quiet; !q.from.IsZero() {
		t.quiet.from = time.Time{}
		t.heading(q.from)
		fmt.Fprintf(t.out, "%s-%s %18s\n", q.from.Format("15"), q.to.Format("15"), "-")
	}
	t.heading(now)
}

func (t *timeline) heading(now time.Time) {
	if day := midnight(now); !day.Equal(t.day) {
		t.day = day
		fmt.Fprintf(t.out, "\n%-22s in  packed  again  dead  booked  expired  waiting\n", day.Format("Monday 2 January"))
	}
}

// hour prints the line of the hour that began at from. Quiet hours are put off until it is known how many there are; they end
// at midnight, with their day.
func (t *timeline) hour(from time.Time, h hour) {
	if h == (hour{}) {
		if q := &t.quiet; q.from.IsZero() || !midnight(from).Equal(midnight(q.from)) {
			t.head(from)
			q.from = from
		}
		t.quiet.to = from.Add(time.Hour)
		return
	}
	t.head(from)
	line := fmt.Sprintf("%s-%s %18d %7d %6d %5d %7d %8d %8d  %s", from.Format("15"), from.Add(time.Hour).Format("15"),
		h.in, h.packed, h.again, h.dead, h.booked, h.expired, h.waiting, strings.Repeat("#", min(h.waiting, 40)))
	fmt.Fprintln(t.out, strings.TrimRight(line, " "))
}

// summarize prints the hour that ends now.
func (s *shop) summarize() error {
	return s.summarizeUntil(s.timeline.hourBegan)
}

// summarizeUntil prints all hours that began until then.
func (s *shop) summarizeUntil(then time.Time) error {
	// Time's own doings enter the journal with the next operation on their queue. Counting is one.
	if _, err := s.load(s.samples, s.bookings, s.letters); err != nil {
		return err
	}
	waiting, err := s.load(s.orders)
	if err != nil {
		return err
	}
	for t := s.timeline; !t.hourBegan.After(then); t.hourBegan = t.hourBegan.Add(time.Hour) {
		h := s.count(t.hourBegan, t.hourBegan.Add(time.Hour))
		h.waiting = waiting
		t.hour(t.hourBegan, h)
	}
	return nil
}

// count reads the journal of the time from from until before to.
func (s *shop) count(from, to time.Time) hour {
	var h hour
	for e := range s.journal.Events() {
		if e.At.Before(from) || !e.At.Before(to) {
			continue
		}
		orders := e.Queue == s.orders.Name()
		switch {
		case e.Kind == sqs.EventSent && orders:
			h.in++
		case e.Kind == sqs.EventDeleted && orders:
			h.packed++
		case e.Kind == sqs.EventReceived && orders && e.Receives > 1:
			h.again++
		case e.Kind == sqs.EventDeadLettered:
			h.dead++
		case e.Kind == sqs.EventDeleted && e.Queue == s.bookings.Name():
			h.booked++
		case e.Kind == sqs.EventExpired:
			h.expired++
		}
	}
	return h
}

// reportWaits says how long orders waited for their first packer, from the journal.
func (s *shop) reportWaits(out io.Writer) {
	sent := map[string]time.Time{} // by message id
	var noisy, others stopwatch
	for e := range s.journal.Events() {
		id := e.ID.String()
		switch {
		case e.Queue != s.orders.Name():
		case e.Kind == sqs.EventSent:
			sent[id] = e.At
		case e.Kind == sqs.EventReceived && e.Receives == 1 && !sent[id].IsZero():
			if w := e.At.Sub(sent[id]); e.Group == s.noisy {
				noisy.add(w)
			} else {
				others.add(w)
			}
		}
	}
	if others.n > 0 {
		fmt.Fprintf(out, "fairness   until the first look at an order: %s for %s, %s for all others\n", noisy, s.noisy, others)
	}
}

// stopwatch keeps a mean.
type stopwatch struct {
	sum time.Duration
	n   int
}

func (w *stopwatch) add(d time.Duration) {
	w.sum += d
	w.n++
}

func (w stopwatch) String() string {
	return (w.sum / time.Duration(max(1, w.n))).Round(time.Second).String()
}
