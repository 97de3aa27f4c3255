package kinesishttp

import (
	"time"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// The operations on shards.

func writeShards(o awswire.Writer, all []kinesis.Shard) {
	o.List("Shards", "", len(all), func(i int) {
		s := &all[i]
		o.Text("ShardId", s.ID)
		o.Text("ParentShardId", s.Parent)
		o.Text("AdjacentParentShardId", s.AdjacentParent)
		writeRange(o, s.Start, s.End)
		o.Object("SequenceNumberRange", func() {
			o.Text("StartingSequenceNumber", s.First.String())
			o.Text("EndingSequenceNumber", s.Last.String())
		})
	})
}

func (c *call) listShards() error {
	opts := kinesis.ListShardsOptions{
		Token: text(c.p.NextToken), After: text(c.p.ExclusiveStartShardID), Max: number(c.p.MaxResults),
		Created: c.p.StreamCreationTimestamp,
	}
	if c.p.StreamName != nil || c.p.StreamARN != nil {
		var err error
		if opts.Stream, err = kinesis.Ref(c.p.StreamName, c.p.StreamARN); err != nil {
			return err
		}
	}
	if f := c.p.ShardFilter; f != nil {
		opts.Filter = kinesis.ShardFilter{Type: kinesis.FilterType(text(f.Type)), ShardID: text(f.ShardID), Time: f.Time}
	}
	page, err := c.b.ListShards(c.ctx, opts)
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		writeShards(o, page.Shards)
		o.Text("NextToken", page.Next)
	})
}

func (c *call) split(s kinesis.Stream) error {
	return s.SplitText(c.ctx, text(c.p.ShardToSplit), text(c.p.NewStartingHashKey))
}

func (c *call) merge(s kinesis.Stream) error {
	return s.Merge(c.ctx, text(c.p.ShardToMerge), text(c.p.AdjacentShardToMerge))
}

func (c *call) setShardCount(s kinesis.Stream) error {
	n, err := s.SetShardCount(c.ctx, number(c.p.TargetShardCount), kinesis.ScalingType(text(c.p.ScalingType)))
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Text("StreamName", s.Name())
		o.Int("CurrentShardCount", int64(n.Before))
		o.Int("TargetShardCount", int64(n.Target))
		o.Text("StreamARN", s.ARN())
	})
}

// second returns the whole second of a creation, which is all that the service tells of it.
func second(t time.Time) time.Time { return t.Truncate(time.Second) }
