package kinesis

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/inflight-mq/inflight/internal/bucket"
	"github.com/inflight-mq/inflight/internal/clock"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// Broker is the service in memory: it implements [Streams]. [New] makes one; the zero Broker is none. It starts no goroutine and
// needs no Close; two brokers share nothing. All methods may be called concurrently.
type Broker struct {
	clock       Clock
	account     string
	region      string
	limits      Limits
	chooser     kit.Chooser[Choice] // nil: tame
	throttle    bool
	transitions Transitions
	partition   Partitioner // nil: HashOf
	seed        kit.Seed

	// Locks are taken in this order: mu, a stream's, ledger, the journal's.

	mu      sync.RWMutex
	streams map[key]*stream
	made    uint64            // streams so far, by which their ids differ; a Restore sets it back
	born    core.Seconds[key] // newest second that a shard of a deleted stream showed as that of its creation
	tokens  atomic.Pointer[sealer]
	ends    atomic.Int64 // when the next stream that is being deleted is gone, 0 for never; changed under mu

	ledger   sync.Mutex
	rates    map[rateKey]*bucket.Bucket
	accounts map[home]*account

	hooks    kit.Hooks[Call]
	journals kit.Recordings[Event]
	meter    meter // of calls that concern no single stream, or one that is not there
}

var _ Streams = (*Broker)(nil)

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

// WithSeed makes all ids, iterators and tokens a function of the seed and of the calls. The default seed is random.
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

// WithThrottling makes shards refuse what exceeds their throughput with [ErrThroughputExceeded], and operations of the control
// plane what exceeds their rate with [ErrLimitExceeded]. Subscriptions are paced, and on-demand streams scale themselves.
func WithThrottling() Option { return func(b *Broker) { b.throttle = true } }

// WithPartitioner places partition keys by p instead of by [HashOf]. The service does not: it is for embedders. Nil means the
// default.
func WithPartitioner(p Partitioner) Option {
	return func(b *Broker) { b.partition = p }
}

// Transitions are how long changes take. A time of 0 means at once, and then the state between is never seen.
type Transitions struct {
	Create   time.Duration // a stream is CREATING, and has no shards
	Delete   time.Duration // a stream is DELETING, and can be written and read
	Update   time.Duration // a stream is UPDATING; a change of its shards takes effect in the end, all others at once
	Consumer time.Duration // a consumer is CREATING, and later DELETING
}

// RealTransitions returns about what the service takes.
func RealTransitions() Transitions {
	return Transitions{30 * time.Second, 30 * time.Second, 30 * time.Second, 10 * time.Second}
}

// WithTransitions makes changes take time. The default is at once. Times below 0 count as 0; none is too long.
func WithTransitions(t Transitions) Option {
	for _, d := range []*time.Duration{&t.Create, &t.Delete, &t.Update, &t.Consumer} {
		*d = max(0, min(*d, never))
	}
	return func(b *Broker) { b.transitions = t }
}

// never is a time after which no clock's time is: an instant and it are still an instant.
const never = 1<<62 - 1

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
		limits: Limits{}.orToday(), clock: clock.System{}, seed: kit.RandomSeed(),
		streams: map[key]*stream{}, accounts: map[home]*account{},
	}
	for _, o := range opts {
		if o != nil {
			o(b)
		}
	}
	b.account, b.region = cmp.Or(b.account, ownAccount), cmp.Or(b.region, ownRegion)
	b.tokens.Store(newSealer(b.seed))
	return b
}

// now returns the instant of the call.
func (b *Broker) now() int64 { return kit.Instant(b.clock.Now()) }

// at returns the time of an instant, in UTC; the zero time for never.
func at(instant int64) time.Time { return kit.TimeOf(instant) }

// Caller is who makes a call: where names are looked up, and whom policies are evaluated for. The zero Caller is the owner of
// the broker's own account, in its own region.
type Caller struct {
	Account string // twelve digits; empty: the broker's own
	Region  string // where names are looked up and made; empty: the broker's own
	ARN     string // of the user or role; empty: the root of Account
	UserID  string // shown nowhere
	// Service is a service principal such as firehose.amazonaws.com. A service owns nothing: it may do what a policy allows.
	Service string
	// SourceARN and SourceAccount are the values of the condition keys aws:SourceArn and aws:SourceAccount.
	SourceARN, SourceAccount string
	// Conditions are the values of further condition keys, by key in lower case.
	Conditions map[string][]string
}

// WithCaller returns a context whose calls are made by c. Without it the owner of the streams calls, who may do everything. A
// nil context stays nil, which every call refuses.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return identity.NewContext(ctx, identity.Caller(c))
}

type dryRun struct{}

// WithDryRun returns a context whose calls of [Producer], [Reader.Iterator], [Reader.Subscribe] and [Streams.Read] check
// everything and do nothing: where they would have succeeded they fail with [ErrDryRun]. Other calls do not look at it.
func WithDryRun(ctx context.Context) context.Context {
	if ctx == nil {
		return nil
	}
	return context.WithValue(ctx, dryRun{}, true)
}

func isDryRun(ctx context.Context) bool { return ctx.Value(dryRun{}) != nil }

// find returns the stream of a key, or nil.
func (b *Broker) find(k key) *stream {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.streams[k]
}

// forget drops a stream that time has deleted. The caller holds no lock.
func (b *Broker) forget(s *stream) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.streams[s.key] == s {
		b.drop(s)
	}
}

// freeDeleted drops the streams whose deletion has ended, whoever looks, so that nobody ever sees one, and those that nobody asks for
// any more take no memory. While nothing is being deleted it costs next to nothing. The caller holds no lock.
func (b *Broker) freeDeleted() {
	if ends := b.ends.Load(); ends != 0 {
		b.freeAt(ends)
	}
}

func (b *Broker) freeAt(ends int64) {
	now := b.now()
	if now < ends {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ends.Store(0)
	for _, s := range b.sorted() {
		s.mu.Lock()
		gone := s.state.State(now) == core.Gone
		if !gone {
			b.willEnd(s.state.Ends())
		}
		s.unlock()
		if gone {
			b.drop(s)
		}
	}
}

// willEnd notes that a stream is gone at an instant, unless that is 0. The caller holds b.mu.
func (b *Broker) willEnd(at int64) {
	if ends := b.ends.Load(); at != 0 && (ends == 0 || at < ends) {
		b.ends.Store(at)
	}
}

// drop takes a stream out of the broker and ends the waiting of its readers. The caller holds b.mu.
func (b *Broker) drop(s *stream) {
	delete(b.streams, s.key)
	s.mu.Lock()
	b.born.Give(s.key, s.state.Newborn(), firstSecond(b.now()))
	s.gone = true
	s.dropped.Store(true)
	s.unlock()
}
