package kinesis

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/inflight-mq/inflight/internal/bucket"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/internal/policy"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// handle is a name of a stream, whether there is one or not.
type handle struct {
	b      *Broker
	key    key
	arn    string
	ref    string // as it was given
	valid  bool   // ref has the form of a reference
	cached atomic.Pointer[stream]
}

var _ Stream = (*handle)(nil)

func (b *Broker) handle(ref string, k key) *handle {
	return &handle{b: b, key: k, arn: k.arn(), ref: ref, valid: validRef(ref)}
}

// current returns the stream that has the name, nil if there is none.
func (h *handle) current() *stream {
	s := h.cached.Load()
	if s == nil || s.dropped.Load() {
		s = h.b.find(h.key)
		h.cached.Store(s)
	}
	return s
}

// Name returns the stream's name.
func (h *handle) Name() string { return h.key.name }

// ARN returns the stream's Amazon Resource Name.
func (h *handle) ARN() string { return h.arn }

// String returns the stream's ARN, so that printing a handle shows no more.
func (h *handle) String() string { return h.arn }

// GoString returns the stream's ARN.
func (h *handle) GoString() string { return h.arn }

// stream is the shell of one stream: it holds the lock, reads the clock, asks the core and carries out what follows.
type stream struct {
	b       *Broker
	key     key
	arn     string
	nonce   uint64 // tells the stream from all others, those of the same name included
	meter   meter
	dropped atomic.Bool // mirrors gone, for those who hold no lock
	// distributes mirrors config.distribution.
	distributes atomic.Bool

	mu       sync.Mutex // guards what follows
	gone     bool       // no longer the broker's
	state    *core.Stream
	config   settings
	members  consumers
	listings bucket.Bucket      // calls of ListShards
	ids      []string           // of shards, by index
	waiting  map[int32]*line    // by shard; a line has a reader in it, or one that was just woken
	asks     *kit.Guard[Choice] // nil: all answers are tame
	shape    uint64             // of the core, when the readers were last told
	tips     map[int32]uint64   // of the shards, by index, when a Restore put the stream here
}

// settings are what a stream is beside its shards. Maps and slices in it are never changed in place.
type settings struct {
	id           string
	created      int64
	mode         Mode
	retention    int // hours
	maxKiB       int
	warm         *WarmThroughput
	distribution Distribution
	kmsKey       string
	metrics      []Metric
	tags         map[string]string
	policy       *resourcePolicy

	counts, modes, starts, stops []int64 // instants of the changes of the last 24 hours
}

// resourcePolicy is a policy as it was given.
type resourcePolicy struct {
	text   string
	parsed *policy.Policy
}

// forCore returns what the state machine needs to know.
func (s *settings) forCore(b *Broker) core.Settings {
	c := core.Settings{
		Retention: time.Duration(s.retention) * time.Hour, OnDemand: s.mode == OnDemand, Auto: s.distribution == Auto,
		Encrypted: s.kmsKey != "",
	}
	if b.throttle {
		l := b.limits
		c.Rates = core.Rates{WriteBytes: l.WriteBytes, WriteRecords: l.WriteRecords, WriteBurst: l.WriteBytes,
			ReadBytes: l.ReadBytes, ReadCalls: l.ReadCalls}
		if s.maxKiB > MinRecordKiB {
			c.Rates.WriteBurst = max(l.WriteBytes, WriteBurst)
		}
		if s.warm != nil {
			c.Warm = int(min(MaxStreamShards, (int64(s.warm.Target)<<20+int64(l.WriteBytes)-1)/int64(l.WriteBytes)))
		}
	}
	return c
}

func (b *Broker) makeStream(k key, nonce uint64, config settings, state *core.Stream) *stream {
	s := &stream{b: b, key: k, arn: k.arn(), nonce: nonce, config: config, state: state, asks: kit.NewGuard(b.chooser)}
	s.distributes.Store(config.distribution == Auto)
	s.state.Record(b.journals.Any())
	s.shape = s.state.Shape()
	return s
}

// unlock releases the stream after what is no call's doing.
func (s *stream) unlock() { s.unlockAfter(nil) }

// unlockAfter ends an operation: it writes the journal, tells waiting readers what has changed, and releases the stream.
func (s *stream) unlockAfter(c *call) {
	s.flush(c)
	if shape := s.state.Shape(); shape != s.shape || s.gone {
		s.shape = shape
		s.wakeAll()
	}
	p := s.asks.TakePanic()
	s.mu.Unlock()
	if p != nil {
		panic(p)
	}
}

// chooser returns who answers the core's questions, nil for the tame answers.
func (s *stream) chooser() core.Chooser {
	if s.asks == nil {
		return nil
	}
	return s.asks
}

// idOf returns the id of a shard, which is put together once. The caller holds s.mu.
func (s *stream) idOf(index int32) string {
	for int(index) >= len(s.ids) {
		s.ids = append(s.ids, "")
	}
	if s.ids[index] == "" {
		s.ids[index] = shardID(index)
	}
	return s.ids[index]
}

func statusOf(st core.State) Status {
	switch st {
	case core.Creating:
		return Creating
	case core.Active:
		return Active
	case core.Updating:
		return Updating
	}
	return Deleting
}

// Stream returns the stream of a name or ARN without asking whether it exists: if it does not, every method of the handle fails
// with [ErrResourceNotFound] until it does. A bare name is one of the caller's account and region. The ARN of a consumer is that
// of its stream.
func (b *Broker) Stream(ctx context.Context, ref string) Stream { return b.named(ctx, ref) }

func (b *Broker) named(ctx context.Context, ref string) *handle {
	account, region := b.home(ctx)
	return b.handle(ref, resolve(ref, account, region))
}
