package awssdk

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/inflight-mq/inflight/kinesis"
)

// How the two interfaces of streams say the same.

func whole(n *int32) int { return int(aws.ToInt32(n)) }

func millis(n *int64) time.Duration { return time.Duration(aws.ToInt64(n)) * time.Millisecond }

// timeOf is a time that is absent when it is zero.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func presentMap(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// named turns names of one type into those of another, never nil.
func named[To, From ~string](all []From) []To {
	to := make([]To, len(all))
	for i, name := range all {
		to[i] = To(name)
	}
	return to
}

func modeOf(m *types.StreamModeDetails) kinesis.Mode {
	if m == nil {
		return ""
	}
	return kinesis.Mode(m.StreamMode)
}

func metricsIn(all []types.EnhancedMetrics) []kinesis.Metric {
	var metrics []kinesis.Metric
	for _, m := range all {
		metrics = append(metrics, named[kinesis.Metric](m.ShardLevelMetrics)...)
	}
	return metrics
}

func warmOf(w *types.WarmThroughputObject) kinesis.WarmThroughput {
	if w == nil {
		return kinesis.WarmThroughput{}
	}
	return kinesis.WarmThroughput{Target: whole(w.TargetMiBps), Current: whole(w.CurrentMiBps)}
}

func commitmentOf(m *types.MinimumThroughputBillingCommitmentOutput) kinesis.Commitment {
	if m == nil {
		return kinesis.Commitment{}
	}
	return kinesis.Commitment{
		Status: kinesis.CommitmentStatus(m.Status), Started: aws.ToTime(m.StartedAt), Ended: aws.ToTime(m.EndedAt),
		EarliestAllowed: aws.ToTime(m.EarliestAllowedEndAt),
	}
}

func streamTagsOf(all []types.Tag) []kinesis.Tag {
	var tags []kinesis.Tag
	for _, t := range all {
		tags = append(tags, kinesis.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	return tags
}

// sequenceOf reads a number; none is the zero one.
func sequenceOf(s *string) (kinesis.SequenceNumber, error) {
	if aws.ToString(s) == "" {
		return kinesis.SequenceNumber{}, nil
	}
	return kinesis.ParseSequenceNumber(*s)
}

func rangeOf(r *types.HashKeyRange) (start, end kinesis.HashKey, err error) {
	if start, err = kinesis.ParseHashKey(aws.ToString(r.StartingHashKey)); err == nil {
		end, err = kinesis.ParseHashKey(aws.ToString(r.EndingHashKey))
	}
	return start, end, err
}

func shardsOf(all []types.Shard) ([]kinesis.Shard, error) {
	var shards []kinesis.Shard
	for _, sh := range all {
		start, end, err := rangeOf(sh.HashKeyRange)
		if err != nil {
			return nil, err
		}
		first, err := sequenceOf(sh.SequenceNumberRange.StartingSequenceNumber)
		if err != nil {
			return nil, err
		}
		last, err := sequenceOf(sh.SequenceNumberRange.EndingSequenceNumber)
		if err != nil {
			return nil, err
		}
		shards = append(shards, kinesis.Shard{
			ID: aws.ToString(sh.ShardId), Parent: aws.ToString(sh.ParentShardId), AdjacentParent: aws.ToString(sh.AdjacentParentShardId),
			Start: start, End: end, First: first, Last: last,
		})
	}
	return shards, nil
}

func childrenOf(all []types.ChildShard) ([]kinesis.ChildShard, error) {
	var children []kinesis.ChildShard
	for _, c := range all {
		start, end, err := rangeOf(c.HashKeyRange)
		if err != nil {
			return nil, err
		}
		children = append(children, kinesis.ChildShard{ID: aws.ToString(c.ShardId), Parents: c.ParentShards, Start: start, End: end})
	}
	return children, nil
}

// recordsOf appends records.
func recordsOf(into []kinesis.Record, all []types.Record) ([]kinesis.Record, error) {
	for _, r := range all {
		n, err := sequenceOf(r.SequenceNumber)
		if err != nil {
			return nil, err
		}
		into = append(into, kinesis.Record{
			Data: r.Data, PartitionKey: aws.ToString(r.PartitionKey), Sequence: n, Arrived: aws.ToTime(r.ApproximateArrivalTimestamp),
			Encrypted: r.EncryptionType == types.EncryptionTypeKms,
		})
	}
	return into, nil
}

func eventOf(v *types.SubscribeToShardEvent) (kinesis.ShardEvent, error) {
	e := kinesis.ShardEvent{Behind: millis(v.MillisBehindLatest)}
	var err error
	if e.Continuation, err = sequenceOf(v.ContinuationSequenceNumber); err != nil {
		return kinesis.ShardEvent{}, err
	}
	if e.Records, err = recordsOf(nil, v.Records); err != nil {
		return kinesis.ShardEvent{}, err
	}
	e.Children, err = childrenOf(v.ChildShards)
	return e, err
}
