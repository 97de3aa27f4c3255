package kinesis

import (
	"context"
	"slices"
	"time"

	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// Iterator returns an iterator; see [Reader].
func (h *handle) Iterator(ctx context.Context, shard string, pos Position) (Iterator, error) {
	c, err := h.begin(ctx, OpGetShardIterator)
	var it Iterator
	if err == nil {
		it, err = c.iterator(shard, &pos)
	}
	if err = c.end(err); err != nil {
		return "", err
	}
	return it, nil
}

func (c *call) iterator(id string, pos *Position) (Iterator, error) {
	shard, from, err := c.enterPosition(id, pos)
	if err != nil {
		return "", err
	}
	defer c.unlock()
	if isDryRun(c.ctx) {
		return "", dryRunError()
	}
	if !c.s.state.MayIterate(c.now, shard) {
		return "", c.readThrottled(shard)
	}
	return c.issue(shard.Index, from), nil
}

// enterPosition locks the stream and finds where in it a position is.
func (c *call) enterPosition(id string, pos *Position) (*core.Shard, uint64, error) {
	var f model.Faults
	checkShardID(&f, "shardId", id)
	pos.check(&f)
	if err := c.checked(&f); err != nil {
		return nil, 0, err
	}
	shard, err := c.enterShard(id)
	if err != nil {
		return nil, 0, err
	}
	from, err := c.locate(shard, pos)
	if err != nil {
		c.unlock()
	}
	return shard, from, err
}

// issue makes an iterator. The caller holds the stream.
func (c *call) issue(shard int32, from uint64) Iterator {
	return Iterator(c.b.seal(token{
		kind: tokenIterator, issued: c.now, stream: c.s.key, nonce: c.s.nonce, shard: shard, from: from,
	}))
}

func (c *call) readThrottled(h *core.Shard) error {
	return fail(ErrThroughputExceeded, "Rate exceeded for Shard - %s/%s/%s", c.h.key.account, c.h.key.name, shardID(h.Index))
}

// Read reads records; see [Streams].
func (b *Broker) Read(ctx context.Context, it Iterator, opts ReadOptions) (Batch, error) {
	t, bad := b.iteratorToken(b.now(), it)
	h := b.handle(t.stream.name, t.stream)
	c, err := h.begin(ctx, OpGetRecords)
	var batch Batch
	if err == nil {
		batch, err = c.read(it, &opts, t, bad)
	}
	if err = c.end(err); err != nil {
		return Batch{}, err
	}
	return batch, nil
}

func (c *call) read(it Iterator, opts *ReadOptions, t token, bad error) (Batch, error) {
	var f model.Faults
	f.Number("limit", opts.Limit, opts.Given&GivenLimit != 0, 1, MaxRead)
	f.Required("shardIterator", string(it), opts.Given&GivenToken != 0, nil, 1, 512)
	if opts.StreamARN != "" {
		f.Text("streamARN", opts.StreamARN, model.StreamARNs(), 1, 2048)
	}
	if err := refused(&f); err != nil {
		return Batch{}, err
	}
	if bad != nil {
		return Batch{}, bad
	}
	shard, err := c.enterToken(t)
	if err != nil {
		return Batch{}, err
	}
	if isDryRun(c.ctx) {
		c.unlock()
		return Batch{}, dryRunError()
	}
	limit := opts.Limit
	if limit == 0 {
		limit = MaxRead
	}
	return c.answer(shard, core.Request{From: t.from, Limit: limit, Bytes: MaxReadBytes}, opts.Into)
}

// enterToken locks the stream of an iterator and finds its shard.
func (c *call) enterToken(t token) (*core.Shard, error) {
	if c.s == nil || !c.lock() {
		return nil, c.noShard(t.shard)
	}
	if err := c.authorize(c.s.config.policy, c.s.arn); err != nil {
		c.unlock()
		return nil, err
	}
	shard := c.s.state.Shard(c.now, t.shard)
	if c.s.nonce != t.nonce || shard == nil {
		c.unlock()
		return nil, c.noShard(t.shard)
	}
	return shard, nil
}

// answer reads, appends the records to into, and leaves the stream.
func (c *call) answer(shard *core.Shard, r core.Request, into []Record) (Batch, error) {
	a := c.s.state.Read(c.now, shard, r, c.s.chooser())
	if a.Throttled {
		c.unlock()
		return Batch{}, c.readThrottled(shard)
	}
	var b Batch
	b.Behind = behind(a.Behind)
	if a.End {
		b.Children = c.s.children(shard)
	} else {
		b.Next = c.issue(shard.Index, a.Next)
	}
	c.unlock()
	c.meter.add(c.op, a.Count, a.Bytes, 0)
	b.Records = appendRecords(into, &a)
	if b.Records == nil {
		b.Records = []Record{}
	}
	return b, nil
}

// behind returns whole milliseconds, at least one unless there is nothing more.
func behind(ns int64) time.Duration {
	if ns == 0 {
		return 0
	}
	return max(time.Millisecond, time.Duration(ns).Truncate(time.Millisecond))
}

// appendRecords renders what a read found. What it found is shared and never changes: no lock is needed.
func appendRecords(rs []Record, a *core.Answer) []Record {
	n := len(rs)
	rs = slices.Grow(rs, a.Count)[:n+a.Count]
	for _, run := range a.Run {
		for i := range run {
			rs[n].render(a.Shard, &run[i])
			n++
		}
	}
	return rs
}

// render fills in a record where it stands: a copy of it would cost as much again.
func (r *Record) render(h *core.Shard, stored *core.Record) {
	r.Data, r.PartitionKey = stored.Data, stored.Key
	r.Sequence = SequenceNumber(h.Number(stored))
	r.Arrived = at(stored.Arrived)
	r.Encrypted = stored.Encrypted()
}

// children returns what is read after a closed shard. The caller holds s.mu.
func (s *stream) children(h *core.Shard) []ChildShard {
	var all []ChildShard
	for _, index := range h.Children {
		child := s.state.Shard(0, index)
		if child == nil {
			continue // closed with its parent, and expired with it
		}
		one := ChildShard{ID: s.idOf(index), Start: HashKey(child.Start), End: HashKey(child.End)}
		for _, parent := range [...]int32{child.Parent, child.Adjacent} {
			if parent != core.None {
				one.Parents = append(one.Parents, s.idOf(parent))
			}
		}
		all = append(all, one)
	}
	return all
}
