package main

import (
	"context"
	"io"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// shop is everything there is: a clock, a broker with four queues, a topic, and the people who work with them.
type shop struct {
	agenda
	ctx     context.Context // kept here because the functions that a clock calls take no arguments
	broker  *sqs.Broker
	journal *sqs.Journal
	seed    uint64

	orders   sqs.Queue // what is to be packed
	letters  sqs.Queue // orders that nobody could pack: the dead-letter queue of orders
	bookings sqs.Queue // what is to be booked, in order for each customer
	samples  sqs.Queue // free samples, as long as they are fresh
	fanout   *fanout   // who else hears of orders

	timeline *timeline
	books    map[string]*book // by name of queue: what the shop itself remembers, to compare with the broker
	packers  []*packer
	ledger   ledger
	shipped  map[string]bool // by order id
	repeats  int             // orders that came to a packer although they were shipped
	noisy    string          // the customer with the most orders
	told     map[string]bool // what the timeline tells only once

	newPrinter bool // the label printer that copes with every address
}

// Policies of the queues that code elsewhere must know.
const (
	visibility  = 5 * time.Minute  // how long an order is a packer's own, unless he asks for more
	cancelTime  = 2 * time.Minute  // in which customers may change their minds
	maxReceives = 3                // then an order is a dead letter
	freshness   = 30 * time.Minute // of a request for a sample
)

func newShop(ctx context.Context, out io.Writer, orders []order, seed uint64) (*shop, error) {
	start := time.Time{} // the fake clock's own beginning
	if len(orders) > 0 {
		start = orders[0].At.Truncate(time.Hour)
	}
	clock := inflight.NewFakeClock(start)
	s := &shop{
		agenda: agenda{clock: clock}, ctx: ctx, seed: seed,
		broker:   sqs.New(sqs.WithClock(clock), sqs.WithSeed(seed)), // the seed makes ids and receipt handles repeat too
		timeline: &timeline{out: out, hourBegan: start},
		books:    map[string]*book{},
		ledger:   ledger{},
		shipped:  map[string]bool{},
		told:     map[string]bool{},
	}
	s.noisy, _ = biggest(orders)
	s.journal = s.broker.Record() // from the very first message on, or the closing balance would miss some
	if err := s.createQueues(); err != nil {
		return nil, err
	}
	var err error
	if s.fanout, err = newFanout(s); err != nil {
		return nil, err
	}
	s.hire()
	s.expect(orders)
	return s, nil
}

// createQueues makes the four queues. A Config names only what differs from the service's defaults, and new makes a pointer of
// a value in place.
func (s *shop) createQueues() error {
	var err error
	create := func(name string, cfg sqs.Config) sqs.Queue {
		if err != nil {
			return nil
		}
		var q sqs.Queue
		q, err = s.broker.Create(s.ctx, name, cfg)
		s.books[name] = &book{stored: map[string]bool{}, inOrder: map[string][]string{}}
		return q
	}
	// A dead letter keeps its age, so its queue keeps messages longer than the queue it comes from.
	if s.letters = create("orders-dlq", sqs.Config{Retention: new(sqs.MaxRetention)}); err != nil {
		return err
	}
	s.orders = create("orders", sqs.Config{
		Delay:             new(cancelTime),
		Retention:         new(7 * 24 * time.Hour),
		VisibilityTimeout: new(visibility),
		DeadLetter:        &sqs.DeadLetter{Target: s.letters.ARN(), MaxReceives: maxReceives},
	})
	s.bookings = create("customers.fifo", sqs.Config{FIFO: new(true), VisibilityTimeout: new(2 * time.Minute)})
	s.samples = create("samples", sqs.Config{Retention: new(freshness)})
	return err
}

// hire puts everybody to work. Nobody does anything before the clock moves.
func (s *shop) hire() {
	for _, name := range []string{"ann", "bob", "cleo"} {
		p := &packer{s: s, name: name, rand: chance(s.seed, name)}
		s.packers = append(s.packers, p)
		s.after(0, p.look)
	}
	for _, name := range []string{"lea", "tim"} {
		b := &bookkeeper{s: s, rand: chance(s.seed, name)}
		s.every(bookingPause, b.look)
	}
	s.every(20*time.Minute, s.sendSamples)
	s.every(time.Hour, s.summarize)
	m := &monitor{s: s}
	s.every(time.Minute, m.look)
	s.every(time.Minute, s.fanout.hook.watch)
}

// play lets time pass until the shop is closed. Nobody in the shop polls with a wait: the only goroutine would block, and time
// would stand still.
func (s *shop) play() error {
	if err := s.describe(); err != nil {
		return err
	}
	return s.agenda.play()
}

// event adds a line to the timeline.
func (s *shop) event(format string, args ...any) {
	s.timeline.event(s.clock.Now(), format, args...)
}

// once adds a line to the timeline, the first time it is asked to for a thing.
func (s *shop) once(thing, format string, args ...any) {
	if !s.told[thing] {
		s.told[thing] = true
		s.event("first "+thing+": "+format, args...)
	}
}

// load is how many messages a queue holds, in whatever state.
func (s *shop) load(queues ...sqs.Queue) (int, error) {
	sum := 0
	for _, q := range queues {
		n, err := q.Counts(s.ctx)
		if err != nil {
			return 0, err
		}
		sum += n.Visible + n.InFlight + n.Delayed
	}
	return sum, nil
}
