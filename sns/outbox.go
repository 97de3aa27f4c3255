package sns

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/inflight-mq/inflight/internal/clock"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// outbox holds the deliveries that wait for their next attempt, and the one timer for the soonest.
type outbox struct {
	mu      sync.Mutex
	box     core.Outbox[*delivery]
	armed   int64 // what the timer is set to; 0: there is none
	stop    func() bool
	running map[*delivery]uint64 // HTTP requests under way, with their numbers
	sent    uint64               // requests so far
	busy    int                  // deliveries that were taken and neither run nor wait yet
	changed chan struct{}        // closed when that has changed; nil when nobody waits for it
}

// schedule has a delivery attempted at an instant.
func (b *Broker) schedule(d *delivery, due int64) {
	o := &b.outbox
	o.mu.Lock()
	defer o.mu.Unlock()
	o.box.Add(due, d)
	b.arm()
}

// arm sets the timer to the soonest delivery. The caller holds the outbox.
func (b *Broker) arm() {
	o := &b.outbox
	next, ok := o.box.Next()
	if !ok {
		next = 0
	}
	if next == o.armed {
		return
	}
	if o.stop != nil {
		o.stop()
		o.stop = nil
	}
	if o.armed = next; ok {
		o.stop = b.clock.AfterFunc(at(next).Sub(at(b.now())), b.wake)
	}
}

// wake makes the attempts that have become due, in order of time, then of age.
func (b *Broker) wake() {
	finished := false
	defer func() {
		if !finished { // a queue panicked, as a test's may: what waits must not wait for ever
			b.outbox.mu.Lock()
			defer b.outbox.mu.Unlock()
			b.arm()
		}
	}()
	for b.attempt() {
	}
	finished = true
}

// attempt makes the soonest attempt that is due, or else sets the timer to it and returns false.
func (b *Broker) attempt() bool {
	o := &b.outbox
	d := b.take()
	if d == nil {
		return false
	}
	defer o.idle()
	if d.m != nil && d.s.hasEnded() {
		b.note(d, EventLost, 0, gone("the subscription has ended"))
		return true
	}
	if d.request == nil {
		b.start(d)
		return true
	}
	done := b.send(d)
	if _, system := b.clock.(clock.System); !system {
		await(done) // so that whoever moved the clock sees what came of it
	}
	return true
}

// take takes the soonest delivery that is due, which idle must follow, or nil. One whose subscription is throttled waits for its
// turn, once.
func (b *Broker) take() *delivery {
	o := &b.outbox
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stop != nil {
		o.stop()
	}
	o.armed, o.stop = 0, nil
	now := b.now()
	for {
		d, _, ok := o.box.Take(now)
		if !ok {
			b.arm()
			return nil
		}
		if turn := d.slot(now); turn > now {
			o.box.Add(turn, d)
			continue
		}
		o.busy++
		return d
	}
}

// idle ends what take began.
func (o *outbox) idle() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.busy--
	o.change()
}

// change tells those who wait for it that something has ended. The caller holds the outbox.
func (o *outbox) change() {
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}

// Settle makes all attempts that are due now, and waits until the requests under way have ended: afterwards all that can be
// delivered without time passing is delivered. It returns the context's error if that ends first. Endpoints must not call it: it
// would wait for them.
func (b *Broker) Settle(ctx context.Context) error {
	if err := checkContext(ctx); err != nil {
		return err
	}
	o := &b.outbox
	for {
		b.wake()
		o.mu.Lock()
		next, ok := o.box.Next()
		if len(o.running) == 0 && o.busy == 0 && (!ok || next > b.now()) {
			o.mu.Unlock()
			return nil
		}
		if o.changed == nil {
			o.changed = make(chan struct{})
		}
		changed := o.changed
		o.mu.Unlock()
		if ok && next <= b.now() {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// begin notes that a request is under way.
func (o *outbox) begin(d *delivery) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.running == nil {
		o.running = map[*delivery]uint64{}
	}
	o.sent++
	o.running[d] = o.sent
}

// underWay returns the deliveries whose requests are under way, in the order of their beginning. The caller holds the outbox.
func (o *outbox) underWay() []*delivery {
	return slices.SortedFunc(maps.Keys(o.running), func(d, e *delivery) int { return cmp.Compare(o.running[d], o.running[e]) })
}

// end notes that a request is not under way any more, and reports whether it still was: a Restore forgets them. If it was, idle
// must follow, when it is settled what comes of it.
func (o *outbox) end(d *delivery) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, was := o.running[d]
	delete(o.running, d)
	if was {
		o.busy++
	} else {
		o.change()
	}
	return was
}
