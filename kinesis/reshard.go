package kinesis

import (
	"context"
	"time"

	"github.com/inflight-mq/inflight/internal/uint128"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// ScalingType says how the ranges of the shards are divided.
type ScalingType string

// UniformScaling makes them equal. There is no other way.
const UniformScaling ScalingType = "UNIFORM_SCALING"

// Split splits a shard; see [Stream].
func (h *handle) Split(ctx context.Context, shard string, at HashKey) error {
	return h.SplitText(ctx, shard, at.String())
}

// SplitText is Split with a hash key that came in as text, right or wrong.
func (h *handle) SplitText(ctx context.Context, shard, at string) error {
	c, err := h.begin(ctx, OpSplitShard)
	if err == nil {
		err = c.split(shard, at)
	}
	return c.end(err)
}

func (c *call) split(id, at string) error {
	var f model.Faults
	f.Required("newStartingHashKey", at, false, model.HashKeys(), 0, 1<<31-1)
	if !c.h.valid {
		checkRef(&f, c.h.ref)
	}
	checkShardID(&f, "shardToSplit", id)
	if err := refused(&f); err != nil {
		return err
	}
	index, ok := parseShardID(id)
	if !ok {
		return c.noSuchShard(id)
	}
	return c.reshard(func(used usage) error {
		s := c.s
		h := s.state.Shard(c.now, index)
		if h == nil {
			return c.noSuchShard(shardID(index))
		}
		if !h.IsOpen() {
			return c.ineligible(index)
		}
		if err := c.b.checkShardQuota(s.key, used, 1); err != nil {
			return err
		}
		key, err := uint128.Parse(at)
		if err != nil || !core.CanSplit(h, key) {
			return fail(ErrInvalidArgument, "NewStartingHashKey %s used in SplitShard() on shard %s in stream %s under account %s is not "+
				"both greater than one plus the shard's StartingHashKey %s and less than the shard's EndingHashKey %s.", at,
				shardID(index), s.key.name, s.key.account, h.Start, h.End)
		}
		s.state.Split(c.now, c.updated(), h, key)
		return nil
	})
}

// reshard has f change the shards of an active, provisioned stream. f is told what the account uses.
func (c *call) reshard(f func(usage) error) error {
	if err := c.countRate(); err != nil {
		return err
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	used := c.b.use(c.h.key.account, c.h.key.region, c.now)
	if c.s = c.b.streams[c.h.key]; c.s == nil || c.b.isGone(c.s, c.now) {
		return c.noStream()
	}
	c.s.mu.Lock()
	defer c.unlock()
	if err := c.authorize(c.s.config.policy, c.s.arn); err != nil {
		return err
	}
	if err := c.active(); err != nil {
		return err
	}
	if c.s.config.mode == OnDemand {
		return fail(ErrValidation, "Request is invalid. Stream %s under account %s is in On-Demand mode.", c.h.key.name, c.h.key.account)
	}
	return f(used)
}

// updated returns when a change that begins now ends.
func (c *call) updated() int64 { return c.now + int64(c.b.transitions.Update) }

func (c *call) ineligible(index int32) error {
	return fail(ErrInvalidArgument, "Shard %s in stream %s under account %s has already been merged or split, and thus is not eligible for "+
		"merging or splitting.", shardID(index), c.h.key.name, c.h.key.account)
}

// Merge merges two shards; see [Stream].
func (h *handle) Merge(ctx context.Context, shard, adjacent string) error {
	c, err := h.begin(ctx, OpMergeShards)
	if err == nil {
		err = c.merge(shard, adjacent)
	}
	return c.end(err)
}

func (c *call) merge(shard, adjacent string) error {
	var f model.Faults
	checkShardID(&f, "shardToMerge", shard)
	checkShardID(&f, "adjacentShardToMerge", adjacent)
	if err := c.checked(&f); err != nil {
		return err
	}
	var index [2]int32
	for i, id := range [...]string{shard, adjacent} {
		var ok bool
		if index[i], ok = parseShardID(id); !ok {
			return c.noSuchShard(id)
		}
	}
	return c.reshard(func(usage) error {
		s := c.s
		low, high := s.state.Shard(c.now, index[0]), s.state.Shard(c.now, index[1])
		switch {
		case low == nil:
			return c.noSuchShard(shardID(index[0]))
		case high == nil:
			return c.noSuchShard(shardID(index[1]))
		case !core.AreNeighbours(low, high):
			return fail(ErrInvalidArgument, "Shards %s and %s in stream %s under account %s are not an adjacent pair of shards eligible for "+
				"merging", shardID(index[0]), shardID(index[1]), s.key.name, s.key.account)
		case !low.IsOpen():
			return c.ineligible(low.Index)
		case !high.IsOpen():
			return c.ineligible(high.Index)
		}
		s.state.Merge(c.now, c.updated(), low, high)
		return nil
	})
}

// SetShardCount changes the number of shards; see [Stream].
func (h *handle) SetShardCount(ctx context.Context, target int, how ScalingType) (ShardCount, error) {
	c, err := h.begin(ctx, OpUpdateShardCount)
	var n ShardCount
	if err == nil {
		n, err = c.setShardCount(target, how)
	}
	if err = c.end(err); err != nil {
		return ShardCount{}, err
	}
	return n, nil
}

func (c *call) setShardCount(target int, how ScalingType) (ShardCount, error) {
	var f model.Faults
	if how == "" {
		f.Null("scalingType")
	} else {
		f.Enum("scalingType", string(how), model.ScalingTypes()...)
	}
	f.Number("targetShardCount", target, true, 1, 1<<31-1)
	if err := c.checked(&f); err != nil {
		return ShardCount{}, err
	}
	n := ShardCount{Target: target}
	return n, c.reshard(func(used usage) error {
		s := c.s
		n.Before = s.state.Open(c.now)
		if err := c.checkCount(n.Before, target, used); err != nil {
			return err
		}
		changes, ok := within24h(s.config.counts, c.now, MaxCountChanges)
		if !ok {
			return fail(ErrLimitExceeded, "UpdateShardCount can be called at most %d times in 24 hours on stream %s under account %s.",
				MaxCountChanges, s.key.name, s.key.account)
		}
		s.config.counts = changes
		if target != n.Before {
			s.state.SetCount(c.now, c.updated(), target)
		}
		return nil
	})
}

func (c *call) checkCount(open, target int, used usage) error {
	switch {
	case target > 2*open:
		return fail(ErrInvalidArgument, "UpdateShardCount cannot scale up over double your current open shard count. Current open shard "+
			"count: %d Target shard count: %d", open, target)
	case target < (open+1)/2:
		return fail(ErrInvalidArgument, "UpdateShardCount cannot scale down below half your current open shard count. Current open shard "+
			"count: %d Target shard count: %d", open, target)
	case target > MaxStreamShards || open > MaxStreamShards && target >= MaxStreamShards:
		return fail(ErrLimitExceeded, "UpdateShardCount cannot scale a stream over %d shards. Target shard count: %d",
			MaxStreamShards, target)
	}
	if target > open {
		return c.b.checkShardQuota(c.h.key, used, target-open)
	}
	return nil
}

// within24h adds the instant of a change to those of the last 24 hours, or reports that there are too many. The old slice stays as it
// is.
func within24h(changes []int64, now int64, most int) ([]int64, bool) {
	var kept []int64
	for _, at := range changes {
		if now-at < int64(24*time.Hour) {
			kept = append(kept, at)
		}
	}
	if len(kept) >= most {
		return changes, false
	}
	return append(kept, now), true
}
