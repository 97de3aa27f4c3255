package sns

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/inflight-mq/inflight/internal/clock"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/kit"
)

// Broker is the service in memory: it implements [Topics], [Platforms] and [Phones]. [New] makes one; the zero Broker is none. It
// needs no Close; two brokers share nothing. All methods may be called concurrently.
//
// It starts no goroutine but for HTTP requests to endpoints, each as long as it is under way, and arms one timer while a delivery
// waits for its next attempt.
type Broker struct {
	// Locks are taken in this order: a topic's turn, mu, a topic's mu, the outbox's or the quotas'. None is held during a delivery,
	// but for the turn of a FIFO topic.

	clock     Clock
	account   string
	region    string
	limits    Limits
	chooser   kit.Chooser[Choice] // nil: tame
	seed      kit.Seed
	queues    QueueTarget // nil: no queue exists
	transport http.RoundTripper
	signing   signing
	trusting  bool // queue policies are not asked
	sandboxed bool // SMS goes to verified numbers only

	mu sync.RWMutex
	state
	handlers handlers

	outbox   outbox
	hooks    kit.Hooks[Call]
	journals kit.Recordings[Event]
}

// state is what a snapshot holds of a broker, beside the deliveries that wait. It is guarded by the broker's mu.
type state struct {
	topics   map[key]*topic
	byAge    []*topic
	counts   map[topicKind]int
	made     uint64 // topics so far, by which their ids differ and lists are ordered
	subs     map[string]*subscription
	quotas   *quotas
	orphans  []orphan // subscriptions that outlive their topics, by the end of their time
	tokens   map[string]*token
	tokenAge []*token // by the end of their time
	ids      *rand.ChaCha8
	inboxes  inboxes
	mobile   mobile
	phones   phones
	meter    kit.Meter // of calls that concern no topic
}

// Clock tells the time and schedules wake-ups. Any type with these two methods will do; the system's clock is virtual in a
// testing/synctest bubble, and inflight.FakeClock moves only when told to.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once d has passed, unless the returned stop is called before; stop reports whether it prevented that.
	// It must not call f itself, whatever d is: its caller holds a lock that f takes.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// Option configures a new Broker.
type Option func(*Broker)

// WithClock makes the broker live by c. The default, which nil means too, is the system's clock. Times before 1970 count as 1970:
// a clock that starts there stands still.
func WithClock(c Clock) Option {
	return func(b *Broker) {
		if c != nil {
			b.clock = c
		}
	}
}

// WithSeed makes all ids, tokens and sequence numbers a function of the seed and of the calls on each topic. The default seed is
// random.
func WithSeed(seed uint64) Option { return func(b *Broker) { b.seed = kit.SeedOf(seed) } }

// WithChooser lets c decide what the service leaves open. The default is always the tame answer. Nil means the default.
func WithChooser(c Chooser) Option {
	return func(b *Broker) {
		b.chooser = nil
		if c != nil {
			b.chooser = kit.OneAtATime[Choice](c)
		}
	}
}

// WithLimits replaces limits of the service.
func WithLimits(l Limits) Option { return func(b *Broker) { b.limits = l.orDefault() } }

// WithAccount sets the account of the broker's owner, twelve digits, which are not checked. The default is 123456789012.
func WithAccount(account string) Option { return func(b *Broker) { b.account = account } }

// WithRegion sets the broker's region. The default is us-east-1.
func WithRegion(region string) Option { return func(b *Broker) { b.region = region } }

// WithQueues delivers to the queues of t. Without it no queue exists, and what is published to one is lost.
func WithQueues(t QueueTarget) Option { return func(b *Broker) { b.queues = t } }

// WithTransport sends HTTP deliveries through rt, which must be safe for concurrent use and end a request whose context ends. The
// default refuses every connection, so that nothing leaves the process unless it is told to: http.DefaultTransport does, and
// [HandlerTransport] answers in the process. Nil means the default.
func WithTransport(rt http.RoundTripper) Option {
	return func(b *Broker) {
		if b.transport = rt; rt == nil {
			b.transport = refusing{}
		}
	}
}

// WithoutQueuePolicies delivers to queues whose access policy does not allow the topic to send. By default nothing arrives
// there, as on the service.
func WithoutQueuePolicies() Option { return func(b *Broker) { b.trusting = true } }

const (
	ownAccount = "123456789012"
	ownRegion  = "us-east-1"
)

// New returns an empty broker.
func New(opts ...Option) *Broker {
	b := &Broker{
		clock: clock.System{}, limits: Limits{}.orDefault(), seed: kit.RandomSeed(), transport: refusing{},
		state: state{
			topics: map[key]*topic{}, counts: map[topicKind]int{}, subs: map[string]*subscription{}, tokens: map[string]*token{},
			meter: kit.NewMeter(int(numOps)),
		},
	}
	for _, o := range opts {
		if o != nil {
			o(b)
		}
	}
	b.account, b.region = cmp.Or(b.account, ownAccount), cmp.Or(b.region, ownRegion)
	b.ids, b.quotas = b.seed.Generator(), newQuotas(&b.limits)
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
	UserID  string // unique id; not used here
	// Service is a service principal such as s3.amazonaws.com. A service owns nothing: it may do what a policy allows.
	Service string
	// SourceARN and SourceAccount are the values of the condition keys aws:SourceArn and aws:SourceAccount.
	SourceARN, SourceAccount string
	// Conditions are the values of further condition keys, by key in lower case.
	Conditions map[string][]string
}

// WithCaller returns a context whose calls are made by c. Without it the owner of the topics calls, who may do everything. A
// nil context stays nil, which every call refuses. The contexts of all services' packages are the same.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return identity.NewContext(ctx, identity.Caller(c))
}

// find returns the topic of a key, or nil.
func (b *Broker) find(k key) *topic {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.topics[k]
}
