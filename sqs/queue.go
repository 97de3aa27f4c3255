package sqs

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// queue is the shell of one queue: it holds the lock, reads the clock, asks the core and carries out what follows.
type queue struct {
	b        *Broker
	key      key
	arn      string
	number   uint64 // by creation: the order of locks
	settings atomic.Pointer[settings]
	gone     atomic.Bool
	meter    meter

	mu       sync.Mutex // guards what follows, and the change of settings
	state    *core.Queue
	ids      *rand.ChaCha8
	waiters  waiters
	rates    *rates             // nil without throttling
	purgedAt int64              // 0: never
	buried   bool               // the running receive sent dead letters
	asks     *kit.Guard[Choice] // nil: all answers are tame
}

var _ Queue = (*queue)(nil)

func (b *Broker) newQueue(k key, s settings) *queue {
	b.made++
	b.numbers++
	q := &queue{b: b, key: k, arn: k.arn(), number: b.numbers, ids: b.seed.Derive(k.arn(), b.made)}
	q.settings.Store(&s)
	q.state = core.New(q.arn, q.ids.Uint64(), s.forCore(b.limits))
	q.state.Record(b.journals.Any())
	if b.throttle && s.fifo {
		q.rates = &rates{}
	}
	q.asks = kit.NewGuard(b.chooser)
	return q
}

// current returns the queue that the handle means: itself, or the queue made under its name since it was deleted.
func (q *queue) current() *queue {
	if q.gone.Load() {
		if now := q.b.find(q.key); now != nil {
			return now
		}
	}
	return q
}

// lock locks the queue, or reports that it was deleted.
func (q *queue) lock() error {
	q.mu.Lock()
	if q.gone.Load() {
		q.mu.Unlock()
		return noQueue()
	}
	return nil
}

// unlock ends a change: it writes the journal, releases the queue and serves the long polls that can now be answered.
func (q *queue) unlock(now int64) {
	waiting := q.waiters.count > 0
	q.flush()
	p := q.asks.TakePanic()
	q.mu.Unlock()
	if waiting {
		q.serve(now)
	}
	if p != nil {
		panic(p)
	}
}

// withDLQ locks the queue, and the queue that its dead letters go to, if there is one: two locks in the order of numbers.
func (q *queue) withDLQ() (dlq *queue, err error) {
	for {
		d := q.settings.Load().deadLetter
		dlq = nil
		if d != nil {
			dlq = q.b.target(d.Target)
		}
		lockBoth(q, dlq)
		if q.settings.Load().deadLetter == d {
			break
		}
		unlockBoth(q, dlq) // the policy was changed meanwhile
	}
	if q.gone.Load() {
		unlockBoth(q, dlq)
		return nil, noQueue()
	}
	if dlq != nil && dlq != q && dlq.gone.Load() {
		dlq.mu.Unlock()
		dlq = nil // messages stay, and are delivered as usual
	}
	return dlq, nil
}

// target returns the queue of an ARN, or nil.
func (b *Broker) target(ref string) *queue {
	a, _ := arn.Parse(ref)
	return b.find(keyOf(a))
}

func lockBoth(p, q *queue) {
	switch {
	case q == nil || p == q:
		p.mu.Lock()
	case p.number < q.number:
		p.mu.Lock()
		q.mu.Lock()
	default:
		q.mu.Lock()
		p.mu.Lock()
	}
}

func unlockBoth(p, q *queue) {
	p.mu.Unlock()
	if q != nil && q != p {
		q.mu.Unlock()
	}
}

// stateOf returns the core of a queue that may be nil.
func stateOf(q *queue) *core.Queue {
	if q == nil {
		return nil
	}
	return q.state
}

// String returns the queue's ARN, so that printing a handle shows no more.
func (q *queue) String() string { return q.arn }

// GoString returns the queue's ARN.
func (q *queue) GoString() string { return q.arn }

// Name returns the queue's name.
func (q *queue) Name() string { return q.key.name }

// ARN returns the queue's Amazon Resource Name.
func (q *queue) ARN() string { return q.arn }

// URL returns the queue's URL at the service's own host. A broker accepts any host.
func (q *queue) URL() string { return q.key.url() }

func (q *queue) Counts(ctx context.Context) (Counts, error) {
	c, err := q.begin(ctx, OpGetQueueAttributes)
	n := core.Counts{}
	if err == nil {
		n, err = c.q.counts(c.now)
	}
	return Counts{n.Waiting, n.InFlight, n.Delayed}, c.end(err)
}

func (q *queue) counts(now int64) (core.Counts, error) {
	if err := q.lock(); err != nil {
		return core.Counts{}, err
	}
	defer q.unlock(now)
	return q.state.Counts(now), nil
}

// Purge drops all messages and, of a FIFO queue, the memory of deduplication.
func (q *queue) Purge(ctx context.Context) error {
	c, err := q.begin(ctx, OpPurgeQueue)
	if err == nil {
		err = c.q.purge(c.now)
	}
	return c.end(err)
}

func (q *queue) purge(now int64) error {
	if err := q.lock(); err != nil {
		return err
	}
	defer q.unlock(now)
	if q.purgedAt != 0 && now < q.purgedAt+int64(PurgeLock) {
		return fail(ErrPurgeQueueInProgress, "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.key.name)
	}
	q.purgedAt = now
	q.state.Purge(now)
	return nil
}
