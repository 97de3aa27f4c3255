package kinesis

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// Create makes a stream; see [Streams].
func (b *Broker) Create(ctx context.Context, name string, cfg Config) (Stream, error) {
	account, region := b.home(ctx)
	h := b.handle(name, key{account, region, name})
	c, err := b.begin(ctx, OpCreateStream)
	c.h = h
	if err == nil {
		err = c.create(cfg)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return h, nil
}

// check refuses what is out of form.
func (cfg *Config) check(f *model.Faults) {
	f.Number("shardCount", cfg.Shards, cfg.Given&GivenShards != 0, 1, 1<<31-1)
	if cfg.Mode != "" || cfg.Given&GivenType != 0 {
		f.Enum("streamModeDetails.streamMode", string(cfg.Mode), model.Modes()...)
	}
	if cfg.WarmMiBps != 0 || cfg.Given&GivenWarm != 0 {
		f.Number("warmThroughputMiBps", cfg.WarmMiBps, true, 0, 1<<31-1)
	}
	if cfg.Distribution != "" {
		checkDistribution(f, cfg.Distribution)
	}
}

func (c *call) create(cfg Config) error {
	var f model.Faults
	cfg.check(&f)
	checkRecordKiB(&f, cfg.MaxRecordKiB, cfg.Given&GivenRecordSize != 0, c.b.limits)
	checkTags(&f, cfg.Tags, cfg.Given&GivenTags != 0)
	f.Text("streamName", c.h.ref, model.Names(), 1, 128)
	if err := refused(&f); err != nil {
		return err
	}
	if err := c.refuseService(); err != nil {
		return err
	}
	if err := c.countRate(); err != nil {
		return err
	}
	b := c.b
	b.mu.Lock()
	defer b.mu.Unlock()
	if old := b.streams[c.h.key]; old != nil {
		if !b.isGone(old, c.now) {
			return fail(ErrResourceInUse, "Stream %s under account %s already exists.", c.h.key.name, c.h.key.account)
		}
		b.drop(old)
	}
	if err := c.settle(&cfg); err != nil {
		return err
	}
	c.s = b.add(c.h.key, cfg, c.now)
	c.recordCreation()
	return nil
}

// recordCreation begins the stream's part of the journal.
func (c *call) recordCreation() {
	st := Active
	if c.b.transitions.Create > 0 {
		st = Creating
	}
	c.s.mu.Lock()
	c.record(Event{Kind: EventCreated, Status: st})
	c.s.state.Advance(c.now) // the shards that are there at once are the call's doing too
	c.unlock()
}

// settle decides the mode, and refuses what contradicts it or exceeds a quota. The caller holds b.mu.
func (c *call) settle(cfg *Config) error {
	switch {
	case cfg.Mode == "" && cfg.Shards == 0:
		cfg.Mode = OnDemand
	case cfg.Mode == "":
		cfg.Mode = Provisioned
	}
	switch {
	case cfg.Mode == Provisioned && cfg.Shards == 0:
		return fail(ErrInvalidArgument, "ShardCount is required for streams in PROVISIONED mode.")
	case cfg.Mode == OnDemand && cfg.Shards != 0:
		return fail(ErrInvalidArgument, "ShardCount cannot be specified for streams in ON_DEMAND mode.")
	case cfg.Mode == Provisioned && cfg.Distribution == Auto:
		return fail(ErrInvalidArgument, "RecordDistributionStrategy AUTO is supported in ON_DEMAND mode only.")
	case cfg.WarmMiBps != 0:
		if err := c.mayWarm(cfg.Mode); err != nil {
			return err
		}
	}
	if err := checkTagRules(c.h.key, cfg.Tags, nil, "add tags to"); err != nil {
		return err
	}
	used := c.b.use(c.h.key.account, c.h.key.region, c.now)
	switch {
	case used.creating >= MaxCreating:
		return fail(ErrLimitExceeded, "The number of streams in CREATING state under account %s exceeds the limit of %d.",
			c.h.key.account, MaxCreating)
	case cfg.Mode == OnDemand && used.onDemand >= c.b.limits.OnDemandStreams:
		return fail(ErrLimitExceeded, "This request would exceed the on-demand stream limit of %d for the account %s in %s.",
			c.b.limits.OnDemandStreams, c.h.key.account, c.h.key.region)
	case cfg.Mode == OnDemand:
		cfg.Shards = defaultShards
		return nil
	}
	return c.b.checkShardQuota(c.h.key, used, cfg.Shards)
}

// usage is what an account uses in a region.
type usage struct{ creating, onDemand, shards int }

// use counts. The caller holds b.mu, and no stream.
func (b *Broker) use(account, region string, now int64) (u usage) {
	all := maps.Values(b.streams)
	if b.journals.Any() { // what a look brings about is recorded in an order that does not depend on a map's
		all = slices.Values(b.sorted())
	}
	for s := range all {
		if s.key.account != account || s.key.region != region {
			continue
		}
		s.mu.Lock()
		st := s.state.State(now)
		switch {
		case st == core.Gone:
		case st == core.Creating:
			u.creating++
			fallthrough
		default:
			if s.config.mode == OnDemand {
				u.onDemand++
			} else {
				u.shards += max(s.state.Open(now), s.state.Promised())
			}
		}
		s.unlock()
	}
	return u
}

func (b *Broker) checkShardQuota(k key, used usage, more int) error {
	if most := b.limits.shardsIn(k.region); used.shards+more > most {
		return fail(ErrLimitExceeded, "This request would exceed the shard limit for the account %s in %s. Current shard count for the "+
			"account: %d. Limit: %d. Number of additional shards that would have resulted from this request: %d. Refer to the AWS "+
			"Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how "+
			"to request higher limits.", k.account, k.region, used.shards, most, more)
	}
	return nil
}

// isGone reports whether a stream's deletion has ended. The caller holds b.mu.
func (b *Broker) isGone(s *stream, now int64) bool {
	s.mu.Lock()
	defer s.unlock()
	return s.state.State(now) == core.Gone
}

// add makes a stream. The caller holds b.mu.
func (b *Broker) add(k key, cfg Config, now int64) *stream {
	b.made++
	ids := b.seed.Derive(k.arn(), b.made)
	config := settings{
		id: newStreamID(ids), created: now, mode: cfg.Mode, retention: defaultRetentionHours, maxKiB: cfg.MaxRecordKiB,
		distribution: cfg.Distribution, tags: maps.Clone(cfg.Tags),
	}
	if config.maxKiB == 0 {
		config.maxKiB = defaultRecordKiB
	}
	if config.distribution == "" {
		config.distribution = ByPartitionKey
	}
	if cfg.WarmMiBps != 0 {
		config.warm = &WarmThroughput{cfg.WarmMiBps, cfg.WarmMiBps}
	}
	// What is deleted and made anew in one second must differ all the same, as the second is all that tells the sequence numbers of
	// two streams apart.
	born := b.born.Next(k, firstSecond(now))
	state := core.New(now, now+int64(b.transitions.Create), born, cfg.Shards, config.forCore(b))
	s := b.makeStream(k, ids.Uint64(), config, state)
	b.streams[k] = s
	return s
}

// firstSecond returns the second that the first shards of a stream show as that of their creation: some before the stream's own.
func firstSecond(now int64) int64 { return max(0, now/1e9-2) }

// newStreamID draws 24 characters.
func newStreamID(ids *rand.ChaCha8) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	var id strings.Builder
	for i := range 24 {
		if i == 20 {
			id.WriteByte('-')
			continue
		}
		id.WriteByte(letters[ids.Uint64()%uint64(len(letters))])
	}
	return id.String()
}

// Open finds a stream; see [Streams].
func (b *Broker) Open(ctx context.Context, ref string) (Stream, error) {
	h := b.named(ctx, ref)
	c, err := h.begin(ctx, OpDescribeStreamSummary)
	if err == nil {
		_, err = c.summary()
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return h, nil
}

// Delete deletes a stream; see [Streams].
func (b *Broker) Delete(ctx context.Context, ref string, withConsumers bool) error {
	c, err := b.named(ctx, ref).begin(ctx, OpDeleteStream)
	if err == nil {
		err = c.deleteStream(withConsumers)
	}
	return c.end(err)
}

func (c *call) deleteStream(withConsumers bool) error {
	if err := c.checked(&model.Faults{}); err != nil {
		return err
	}
	if err := c.enter(); err != nil {
		return err
	}
	s := c.s
	if s.state.State(c.now) == core.Deleting { // it is under way, with all consumers
		c.unlock()
		return nil
	}
	if n := len(s.members.at(c.now)); n > 0 && !withConsumers {
		c.unlock()
		return fail(ErrResourceInUse, "Stream %s under account %s has %d registered consumers. Set EnforceConsumerDeletion to delete "+
			"them with the stream.", c.h.key.name, c.h.key.account, n)
	}
	for _, k := range s.members.at(c.now) {
		c.deregister(k)
	}
	s.state.Delete(c.now, c.now+int64(c.b.transitions.Delete))
	ends := s.state.Ends()
	c.unlock()
	if ends == 0 {
		c.b.forget(s)
		return nil
	}
	c.b.mu.Lock()
	c.b.willEnd(ends)
	c.b.mu.Unlock()
	return nil
}

// List lists streams; see [Streams].
func (b *Broker) List(ctx context.Context, opts ListOptions) (Page, error) {
	c, err := b.begin(ctx, OpListStreams)
	var p Page
	if err == nil {
		p, err = c.list(opts)
	}
	if err = c.end(err); err != nil {
		return Page{}, err
	}
	return p, nil
}

func (c *call) list(opts ListOptions) (Page, error) {
	var f model.Faults
	f.Number("limit", opts.Limit, opts.Given&GivenLimit != 0, 1, 10_000)
	f.Optional("exclusiveStartStreamName", opts.After, opts.Given&GivenAfter != 0, model.Names(), 1, 128)
	if err := refused(&f); err != nil {
		return Page{}, err
	}
	if err := c.refuseService(); err != nil {
		return Page{}, err
	}
	if err := c.countRate(); err != nil {
		return Page{}, err
	}
	after := opts.After
	if opts.Token != "" || opts.Given&GivenToken != 0 {
		t, err := c.b.page(c.now, tokenStreams, opts.Token)
		if err != nil {
			return Page{}, err
		}
		after = max(after, t.after)
	}
	most := opts.Limit
	if most == 0 {
		most = c.b.limits.ListedStreams
	}
	return c.listed(after, most), nil
}

func (c *call) listed(after string, most int) Page {
	b := c.b
	account, region := b.home(c.ctx)
	b.mu.RLock()
	all := b.sorted()
	b.mu.RUnlock()
	var p Page
	for _, s := range all {
		if s.key.account != account || s.key.region != region || s.key.name <= after {
			continue
		}
		s.mu.Lock()
		st, config := s.state.State(c.now), s.config
		s.unlock()
		if st == core.Gone {
			continue
		}
		if len(p.Streams) == most {
			p.More = true
			p.Next = b.next(c.now, token{kind: tokenStreams, after: p.Streams[most-1].Name()})
			break
		}
		p.Streams = append(p.Streams, Listed{b.handle(s.key.name, s.key), statusOf(st), config.mode, at(config.created)})
	}
	return p
}
