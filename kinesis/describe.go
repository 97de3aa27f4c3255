package kinesis

import (
	"context"
	"iter"
	"slices"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// Summary describes the stream; see [Stream].
func (h *handle) Summary(ctx context.Context) (Summary, error) {
	c, err := h.begin(ctx, OpDescribeStreamSummary)
	var sum Summary
	if err == nil {
		sum, err = c.summary()
	}
	if err = c.end(err); err != nil {
		return Summary{}, err
	}
	return sum, nil
}

func (c *call) summary() (Summary, error) {
	if err := c.checked(&model.Faults{}); err != nil {
		return Summary{}, err
	}
	if err := c.enter(); err != nil {
		return Summary{}, err
	}
	defer c.unlock()
	return c.s.summary(c.now), nil
}

// summary renders the stream. The caller holds s.mu.
func (s *stream) summary(now int64) Summary {
	g := &s.config
	sum := Summary{
		Name: s.key.name, ARN: s.arn, ID: g.id, Status: statusOf(s.state.State(now)), Mode: g.mode, RetentionHours: g.retention,
		Created: at(g.created), Metrics: slices.Clone(g.metrics), KMSKey: g.kmsKey, OpenShards: s.state.Open(now),
		Consumers: len(s.members.at(now)), MaxRecordKiB: g.maxKiB,
	}
	if g.mode == OnDemand {
		sum.Distribution = g.distribution
	}
	if g.warm != nil {
		sum.Warm = new(*g.warm)
	}
	return sum
}

// Describe describes the stream with its shards; see [Stream].
func (h *handle) Describe(ctx context.Context, opts DescribeOptions) (Description, error) {
	c, err := h.begin(ctx, OpDescribeStream)
	var d Description
	if err == nil {
		d, err = c.describe(opts)
	}
	if err = c.end(err); err != nil {
		return Description{}, err
	}
	return d, nil
}

func (c *call) describe(opts DescribeOptions) (Description, error) {
	var f model.Faults
	f.Number("limit", opts.Limit, opts.Given&GivenLimit != 0, 1, 10_000)
	f.Optional("exclusiveStartShardId", opts.After, opts.Given&GivenAfter != 0, model.Names(), 1, 128)
	if err := c.checked(&f); err != nil {
		return Description{}, err
	}
	after, err := c.afterShard(opts.After)
	if err != nil {
		return Description{}, err
	}
	if err := c.enter(); err != nil {
		return Description{}, err
	}
	defer c.unlock()
	d := Description{Summary: c.s.summary(c.now)}
	all := c.s.state.Select(c.now, core.All, 0, after)
	most := limitOr(opts.Limit, MaxDescribedShards)
	d.More = len(all) > most
	d.Shards = c.s.shards(all[:min(len(all), most)])
	return d, nil
}

// limitOr returns the limit of a page, which is most without one.
func limitOr(limit, most int) int {
	if limit == 0 {
		return most
	}
	return min(limit, most)
}

// afterShard returns the index that a listing begins behind.
func (c *call) afterShard(id string) (int64, error) {
	if id == "" {
		return core.None, nil
	}
	index, ok := parseShardID(id)
	if !ok {
		return 0, c.noSuchShard(id)
	}
	return int64(index), nil
}

func (c *call) noSuchShard(id string) error {
	return fail(ErrResourceNotFound, "Could not find shard %s in stream %s under account %s.", id, c.h.key.name, c.h.key.account)
}

// shards renders shards. The caller holds s.mu.
func (s *stream) shards(hs []*core.Shard) []Shard {
	all := make([]Shard, len(hs))
	for i, h := range hs {
		all[i] = s.shard(h)
	}
	return all
}

func (s *stream) shard(h *core.Shard) Shard {
	sh := Shard{
		ID: s.idOf(h.Index), Start: HashKey(h.Start), End: HashKey(h.End),
		First: SequenceNumber(h.First()), Last: SequenceNumber(h.Last()),
	}
	if h.Parent != core.None {
		sh.Parent = s.idOf(h.Parent)
	}
	if h.Adjacent != core.None {
		sh.AdjacentParent = s.idOf(h.Adjacent)
	}
	return sh
}

// ListShards lists the stream's shards; see [Stream].
func (h *handle) ListShards(ctx context.Context, opts ListShardsOptions) (ShardPage, error) {
	opts.Stream = h.ref
	return h.b.listShards(ctx, h, opts)
}

// ListShards lists shards; see [Streams].
func (b *Broker) ListShards(ctx context.Context, opts ListShardsOptions) (ShardPage, error) {
	return b.listShards(ctx, b.named(ctx, opts.Stream), opts)
}

func (b *Broker) listShards(ctx context.Context, h *handle, opts ListShardsOptions) (ShardPage, error) {
	var t token
	var bad error
	paging := opts.Token != "" || opts.Given&GivenToken != 0
	if paging && opts.Stream == "" {
		if t, bad = b.page(b.now(), tokenShards, opts.Token); bad == nil {
			h = b.handle(t.stream.name, t.stream)
		}
	}
	c, err := h.begin(ctx, OpListShards)
	var p ShardPage
	if err == nil {
		err = opts.check(h, paging)
	}
	if err == nil {
		err = bad
	}
	if err == nil {
		if paging {
			p, err = c.shardPage(t, opts.Max, false)
		} else {
			p, err = c.firstShards(opts)
		}
	}
	if err = c.end(err); err != nil {
		return ShardPage{}, err
	}
	return p, nil
}

// check refuses options that are out of form, or contradict each other.
func (o *ListShardsOptions) check(h *handle, paging bool) error {
	var f model.Faults
	f.Number("maxResults", o.Max, o.Given&GivenLimit != 0, 1, 10_000)
	f.Optional("exclusiveStartShardId", o.After, o.Given&GivenAfter != 0, model.Names(), 1, 128)
	if o.Filter.Type != "" || o.Filter.Given&GivenType != 0 {
		f.Enum("shardFilter.type", string(o.Filter.Type), model.FilterTypes()...)
	}
	if o.Stream != "" && !h.valid {
		checkRef(&f, o.Stream)
	}
	if err := refused(&f); err != nil {
		return err
	}
	switch {
	case !paging && o.Stream == "":
		return fail(ErrInvalidArgument, "Either NextToken or StreamName should be provided.")
	case paging && o.Stream != "":
		return fail(ErrInvalidArgument, "NextToken and StreamName cannot be provided together.")
	case paging && (o.After != "" || !o.Created.IsZero() || o.Filter.Type != ""):
		return fail(ErrInvalidArgument, "NextToken cannot be provided together with ExclusiveStartShardId, StreamCreationTimestamp or "+
			"ShardFilter.")
	case o.Filter.Type == AfterShardID && o.Filter.ShardID == "":
		return fail(ErrInvalidArgument, "ShardId must be provided with ShardFilter type AFTER_SHARD_ID.")
	case (o.Filter.Type == AtTimestampShards || o.Filter.Type == FromTimestampShards) && o.Filter.Time.IsZero():
		return fail(ErrInvalidArgument, "Timestamp must be provided with ShardFilter type %s.", o.Filter.Type)
	}
	return nil
}

// firstShards answers the first page: what it selects by is what the tokens of further pages carry.
func (c *call) firstShards(o ListShardsOptions) (ShardPage, error) {
	after, err := c.afterShard(o.After)
	if err != nil {
		return ShardPage{}, err
	}
	t := token{kind: tokenShards, stream: c.h.key, shard: int32(after), filter: byte(core.All)}
	switch o.Filter.Type {
	case AfterShardID:
		behind, err := c.afterShard(o.Filter.ShardID)
		if err != nil {
			return ShardPage{}, err
		}
		t.shard = max(t.shard, int32(behind))
	case AtTrimHorizonShards:
		t.filter = byte(core.AtHorizon)
	case AtLatestShards:
		t.filter = byte(core.AtLatest)
	case AtTimestampShards:
		t.filter, t.since = byte(core.AtTime), kit.Instant(o.Filter.Time)
	case FromTimestampShards:
		t.filter, t.since = byte(core.FromTime), kit.Instant(o.Filter.Time)
	}
	if !o.Created.IsZero() {
		t.from = uint64(o.Created.Unix())
	}
	return c.shardPage(t, o.Max, true)
}

// shardPage answers the page behind a token.
func (c *call) shardPage(t token, most int, first bool) (ShardPage, error) {
	if err := c.enter(); err != nil {
		return ShardPage{}, err
	}
	defer c.unlock()
	s := c.s
	if c.b.throttle && !s.listings.Take(c.now, ListShardsCalls) {
		return ShardPage{}, c.tooManyCalls(s.key.account)
	}
	if first {
		t.nonce = s.nonce
	}
	if t.nonce != s.nonce || t.from != 0 && int64(t.from) != at(s.config.created).Unix() {
		return ShardPage{}, c.noStream()
	}
	if st := s.state.State(c.now); st != core.Active && st != core.Updating {
		return ShardPage{}, c.inState(st)
	}
	all := s.state.Select(c.now, core.Filter(t.filter), t.since, int64(t.shard))
	if t.max == 0 || most != 0 {
		t.max = int32(limitOr(most, MaxListedShards))
	}
	n := min(len(all), int(t.max))
	p := ShardPage{Shards: s.shards(all[:n])}
	if n < len(all) {
		t.shard = all[n-1].Index
		p.Next = c.b.next(c.now, t)
	}
	return p, nil
}

// Shards yields shards; see [Reader].
func (h *handle) Shards(ctx context.Context, f ShardFilter) iter.Seq2[Shard, error] {
	return func(yield func(Shard, error) bool) {
		page, err := h.ListShards(ctx, ListShardsOptions{Filter: f})
		for {
			if err != nil {
				yield(Shard{}, err)
				return
			}
			for _, s := range page.Shards {
				if !yield(s, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			page, err = h.b.ListShards(ctx, ListShardsOptions{Token: page.Next})
		}
	}
}
