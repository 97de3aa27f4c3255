package sqs

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/inflight-mq/inflight/internal/clock"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/kit"
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
	chooser  kit.Chooser[Choice] // nil: tame
	throttle bool
	seed     kit.Seed

	mu      sync.RWMutex
	queues  map[key]*queue
	made    uint64 // queues so far, by which their ids differ; a Restore sets it back
	numbers uint64 // locks so far, by which they are ordered; never used again
	deleted map[key]int64

	moves moves

	hooks    kit.Hooks[Call]
	journals kit.Recordings[Event]
	meter    meter // of calls that concern no single queue
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
	return func(b *Broker) { b.seed = kit.SeedOf(seed) }
}

// WithChooser lets c decide what the service leaves open. The default is always the tame answer. Nil means the default.
func WithChooser(c Chooser) Option {
	return func(b *Broker) {
		b.chooser = nil
		if c != nil {
			b.chooser = kit.OneAtATime[Choice](c)
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
		limits: Limits{}.orToday(), clock: &clock.Quick{}, seed: kit.RandomSeed(),
		queues: map[key]*queue{}, deleted: map[key]int64{},
	}
	for _, o := range opts {
		if o != nil {
			o(b)
		}
	}
	b.quick, _ = b.clock.(*clock.Quick)
	b.account, b.region = cmp.Or(b.account, ownAccount), cmp.Or(b.region, ownRegion)
	b.moves.ids = b.seed.Generator()
	return b
}

// now returns the instant of the call.
func (b *Broker) now() int64 {
	if b.quick != nil {
		return b.quick.UnixNano()
	}
	return kit.Instant(b.clock.Now())
}

// at returns the time of an instant, in UTC; the zero time for never.
func at(instant int64) time.Time { return kit.TimeOf(instant) }

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
