package awssdk_test

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/kinesis"
)

// stream is a stream of positions of trucks, with its region and a client of it.
type stream struct {
	region *inflight.Region
	client *awskinesis.Client
	name   *string
	arn    *string
}

func newStream(t require.TestingT, shards int32, opts ...inflight.Option) stream {
	s := stream{region: inflight.New(opts...), name: aws.String("trucks")}
	s.client = awssdk.StreamClient(s.region)
	_, err := s.client.CreateStream(context.Background(), &awskinesis.CreateStreamInput{StreamName: s.name, ShardCount: &shards})
	require.NoError(t, err)
	out, err := s.client.DescribeStreamSummary(context.Background(), &awskinesis.DescribeStreamSummaryInput{StreamName: s.name})
	require.NoError(t, err)
	require.Equal(t, types.StreamStatusActive, out.StreamDescriptionSummary.StreamStatus, "at once, unless WithTransitions says otherwise")
	s.arn = out.StreamDescriptionSummary.StreamARN
	return s
}

// fakeStream is a stream that lives by a fake clock.
func fakeStream(t require.TestingT, shards int32, opts ...inflight.Option) (stream, *inflight.FakeClock) {
	clock := inflight.NewFakeClock(time.Time{})
	return newStream(t, shards, append(opts, inflight.WithClock(clock))...), clock
}

// put puts one record and returns its sequence number.
func (s stream) put(t require.TestingT, key, data string) string {
	out, err := s.client.PutRecord(context.Background(), &awskinesis.PutRecordInput{
		StreamName: s.name, PartitionKey: &key, Data: []byte(data),
	})
	require.NoError(t, err)
	return *out.SequenceNumber
}

// split splits a shard in the middle of its range.
func (s stream) split(t require.TestingT, shard string) {
	for _, held := range s.region.Kinesis().Peek(*s.name) {
		if held.ID == shard {
			_, err := s.client.SplitShard(context.Background(), &awskinesis.SplitShardInput{
				StreamName: s.name, ShardToSplit: &shard, NewStartingHashKey: aws.String(middle(held.Start, held.End).String()),
			})
			require.NoError(t, err)
		}
	}
}

// middle is about half way from a to b.
func middle(a, b kinesis.HashKey) kinesis.HashKey {
	return kinesis.HashKey{Hi: a.Hi/2 + b.Hi/2 + a.Hi&b.Hi&1, Lo: 1 << 63}
}

// stored returns the data of all records that the stream holds, by shard in order of ids.
func (s stream) stored() []string {
	var all []string
	for _, shard := range s.region.Kinesis().Peek(*s.name) {
		for _, r := range shard.Records {
			all = append(all, string(r.Data))
		}
	}
	return all
}

// usage returns what the meter says of an operation on the stream.
func (s stream) usage(op kinesis.Op) kinesis.Usage {
	for _, u := range s.region.Kinesis().Meter() {
		if u.Op == op && u.Stream == *s.name {
			return u
		}
	}
	return kinesis.Usage{}
}
