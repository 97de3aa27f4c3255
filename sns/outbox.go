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
	changed chan struct{}        // closed when a request ends; nil when nobody waits for that
}

// schedule has a delivery attempted at an instant.
func (b *Broker) schedule(d *delivery, due int64) {
	o := &b.outbox
	o.mu.Lock()
	defer o.mu.Unlock()
	o.box.Add(d.slot(due), d)
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
	o := &b.outbox
	for {
		o.mu.Lock()
		o.armed, o.stop = 0, nil
		d, _, ok := o.box.Take(b.now())
		if !ok {
			b.arm()
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
		if d.request == nil {
			b.start(d)
			continue
		}
		done := b.send(d)
		if _, system := b.clock.(clock.System); !system {
			await(done) // so that whoever moved the clock sees what came of it
		}
	}
}

// Settle makes all attempts that are due now, and waits until the requests under way have ended: afterwards all that can be
// delivered without time passing is delivered. It returns the context's error if that ends first.
func (b *Broker) Settle(ctx context.Context) error {
	if err := checkContext(ctx); err != nil {
		return err
	}
	o := &b.outbox
	for {
		b.wake()
		o.mu.Lock()
		next, ok := o.box.Next()
		if len(o.running) == 0 && (!ok || next > b.now()) {
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

// begin notes that a request is under way, end that it is not. end reports whether it still was: a Restore forgets them.
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

func (o *outbox) end(d *delivery) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, was := o.running[d]
	delete(o.running, d)
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
	return was
}
