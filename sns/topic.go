package sns

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// topic is the shell of one topic: it holds the lock, reads the clock, asks the core and carries out what follows.
type topic struct {
	b         *Broker
	key       key
	arn       string
	number    uint64 // by creation
	settings  atomic.Pointer[settings]
	meter     kit.Meter
	asService context.Context // in which it calls other services
	asOwner   context.Context // the same where policies are not asked

	turn sync.Mutex // FIFO topics: held from the acceptance of a message until its deliveries are made

	mu         sync.Mutex // guards what follows, and the change of settings
	gone       bool
	state      *core.Topic
	ids        *rand.ChaCha8
	subs       map[uint64]*subscription // by number
	byEndpoint map[Endpoint]*subscription
	expired    []string       // ARNs of subscriptions that nobody confirmed, which the broker still knows
	filtered   int            // subscriptions with a filter policy
	streams    map[string]int // Firehose subscriptions by owner
	quotas     *quotas        // what its subscriptions count for; nil: nothing
	asks       *kit.Guard[Choice]
}

func (b *Broker) newTopic(k key, now int64, s *settings) *topic {
	b.made++
	t := &topic{
		b: b, key: k, arn: k.arn(), number: b.made, meter: kit.NewMeter(int(numOps)), ids: b.seed.Derive(k.arn(), b.made),
		subs: map[uint64]*subscription{}, byEndpoint: map[Endpoint]*subscription{}, streams: map[string]int{}, quotas: b.quotas,
		asks:      kit.NewGuard(b.chooser),
		asService: serviceContext(k, k.arn()), asOwner: ownerContext(k.account, k.region),
	}
	t.settings.Store(s)
	t.state = core.New(now, s.forCore())
	return t
}

// lock locks the topic, or reports that it was deleted.
func (t *topic) lock(now int64) error {
	t.mu.Lock()
	if t.gone {
		t.mu.Unlock()
		return noTopic()
	}
	t.advance(now)
	return nil
}

// advance ends the subscriptions that nobody confirmed in time. The caller holds mu.
func (t *topic) advance(now int64) {
	for _, end := range t.state.Advance(now) {
		s := t.subs[end.Number]
		t.forget(s)
		t.expired = append(t.expired, s.arn)
		t.b.record(Event{Kind: EventExpired, At: at(end.At), Topic: t.key.name, Subscription: s.arn, Endpoint: s.endpoint})
	}
}

// forget drops what the topic knows of a subscription. The caller holds mu.
func (t *topic) forget(s *subscription) {
	delete(t.subs, s.number)
	if t.byEndpoint[s.endpoint] == s {
		delete(t.byEndpoint, s.endpoint)
	}
	t.filtered -= count(s.settings.Load().filter != nil)
	if s.endpoint.Protocol == ProtocolFirehose {
		t.streams[s.owner]--
	}
	t.quotas.release(s)
	s.ended = true
}

// chooser returns who answers the core's questions, nil for the tame answers.
func (t *topic) chooser() core.Chooser {
	if t.asks == nil {
		return nil
	}
	return t.asks
}

// handle is a topic by its ARN.
type handle struct {
	b   *Broker
	ref string
}

var _ Topic = handle{}

// Topic returns the topic of an ARN; see [Topics].
func (b *Broker) Topic(arn string) Topic { return handle{b, arn} }

// String returns the ARN, so that printing a handle shows no more.
func (h handle) String() string { return h.ref }

// GoString returns the ARN.
func (h handle) GoString() string { return h.ref }

// Name returns the topic's name.
func (h handle) Name() string { return keyOf(h.ref, "", "").name }

// ARN returns the topic's ARN.
func (h handle) ARN() string { return h.ref }

// begin starts an operation on the topic.
func (h handle) begin(ctx context.Context, op Op) (call, *topic, error) {
	return h.b.beginOn(ctx, op, "TopicArn", h.ref)
}
