package sqs

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/clock"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// Broker is the service in memory: it implements [Queues]. [New] makes one; the zero Broker is none. It starts no goroutine and
// needs no Close; two brokers share nothing. All methods may be called concurrently.
type Broker struct {
	// Locks are taken in this order: that of the move tasks, mu, queues by their number, the journal's.

	clock    Clock
	quick    *clock.Quick // the same, unless it is the caller's
	account  string
	region   string
	limits   Limits
	chooser  core.Chooser // nil: tame
	throttle bool
	seed     [32]byte

	mu      sync.RWMutex
	queues  map[key]*queue
	made    uint64 // queues so far, by which their ids differ; a Restore sets it back
	numbers uint64 // locks so far, by which they are ordered; never used again
	deleted map[key]int64

	moves moves

	hooks   atomic.Pointer[[]*hook]
	journal atomic.Pointer[[]*Journal]
	meter   meter // of calls that concern no single queue
}

var _ Queues = (*Broker)(nil)

// Clock tells the time and schedules wake-ups. Any type with these two methods will do; the system's clock is virtual in a
// testing/synctest bubble, and inflight.FakeClock moves only when told to.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once d has passed, unless the returned stop is called before; stop reports whether it prevented that.
	// It must not call f itself, whatever d is: its caller holds a lock that f takes. f does not block.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// Option configures a new Broker.
type Option func(*Broker)

// WithClock makes the broker live by c. The default, which nil means too, is the system's clock. Times before 1970 count as
// 1970: a clock that starts there stands still.
func WithClock(c Clock) Option {
	return func(b *Broker) {
		if c != nil {
			b.clock = c
		}
	}
}

// WithSeed makes all ids and receipt handles a function of the seed and of the calls on each queue. The default seed is random.
func WithSeed(seed uint64) Option {
	return func(b *Broker) { b.seed = sha256.Sum256(binary.BigEndian.AppendUint64(nil, seed)) }
}

// WithChooser lets c decide what the service leaves open. The default is always the tame answer. Nil means the default.
func WithChooser(c Chooser) Option {
	return func(b *Broker) {
		b.chooser = nil
		if c != nil {
			b.chooser = &oneAtATime{ch: c}
		}
	}
}

// WithLimits replaces limits of today. [LimitsAsOf] gives those of an earlier day.
func WithLimits(l Limits) Option { return func(b *Broker) { b.limits = l.orToday() } }

// WithThrottling makes FIFO queues refuse calls above their rate with [ErrRequestThrottled].
func WithThrottling() Option { return func(b *Broker) { b.throttle = true } }

// WithAccount sets the account of the broker's owner, twelve digits, which are not checked. The default is 123456789012.
func WithAccount(account string) Option { return func(b *Broker) { b.account = account } }

// WithRegion sets the broker's region. The default is us-east-1.
func WithRegion(region string) Option { return func(b *Broker) { b.region = region } }

const (
	ownAccount = "123456789012"
	ownRegion  = "us-east-1"
)

// New returns an empty broker.
func New(opts ...Option) *Broker {
	b := &Broker{
		limits: Limits{}.orToday(), clock: &clock.Quick{},
		queues: map[key]*queue{}, deleted: map[key]int64{},
	}
	_, _ = crand.Read(b.seed[:]) // never fails
	for _, o := range opts {
		if o != nil {
			o(b)
		}
	}
	b.quick, _ = b.clock.(*clock.Quick)
	b.account, b.region = cmp.Or(b.account, ownAccount), cmp.Or(b.region, ownRegion)
	b.moves.ids = rand.NewChaCha8(b.seed)
	return b
}

// now returns the instant of the call: nanoseconds of Unix time, between 1970 and 2116.
func (b *Broker) now() int64 {
	if b.quick != nil {
		return b.quick.UnixNano()
	}
	return max(1, min(1<<62, b.clock.Now().UnixNano()))
}

// at returns the time of an instant, in UTC; the zero time for never.
func at(instant int64) time.Time {
	if instant == 0 {
		return time.Time{}
	}
	return time.Unix(0, instant).UTC()
}

// Caller is who makes a call: where names are looked up, and whom policies are evaluated for. The zero Caller is the owner of
// the broker's own account, in its own region.
type Caller struct {
	Account string // twelve digits; empty: the broker's own
	Region  string // where names are looked up and made; empty: the broker's own
	ARN     string // of the user or role; empty: the root of Account
	UserID  string // what messages show as SenderID; empty: Account
	// Service is a service principal such as sns.amazonaws.com. A service owns nothing: it may do what a policy allows.
	Service string
	// SourceARN and SourceAccount are the values of the condition keys aws:SourceArn and aws:SourceAccount.
	SourceARN, SourceAccount string
	// Conditions are the values of further condition keys, by key in lower case.
	Conditions map[string][]string
}

// WithCaller returns a context whose calls are made by c. Without it the owner of the queues calls, who may do everything. A
// nil context stays nil, which every call refuses.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return identity.NewContext(ctx, identity.Caller(c))
}

// asker returns who puts the questions of one queue, nil for the tame answers.
func (b *Broker) asker() *asker {
	if b.chooser == nil {
		return nil
	}
	return &asker{ch: b.chooser}
}

// find returns the queue of a key, or nil.
func (b *Broker) find(k key) *queue {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.queues[k]
}

// sorted returns the queues that match, by name. The caller holds b.mu.
func (b *Broker) sorted(match func(*queue) bool) []*queue {
	var all []*queue
	for _, q := range b.queues {
		if match(q) {
			all = append(all, q)
		}
	}
	slices.SortFunc(all, func(p, q *queue) int {
		return cmp.Or(strings.Compare(p.key.name, q.key.name), strings.Compare(p.key.region, q.key.region),
			strings.Compare(p.key.account, q.key.account))
	})
	return all
}

// newID draws a random UUID of version 4.
func newID(r *rand.ChaCha8) uuid.UUID {
	var id uuid.UUID
	binary.LittleEndian.PutUint64(id[:8], r.Uint64())
	binary.LittleEndian.PutUint64(id[8:], r.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// seedFor derives the generator of the n-th queue, so that its ids do not depend on what other queues do meanwhile.
func (b *Broker) seedFor(k key, n uint64) *rand.ChaCha8 {
	h := sha256.New()
	h.Write(b.seed[:])
	h.Write(binary.BigEndian.AppendUint64([]byte(k.arn()), n))
	return rand.NewChaCha8([32]byte(h.Sum(nil)))
}
