package awssdk_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/kinesis"
)

// Every operation of the service is called here through the SDK, and every member of every answer is looked at; see filled.

// fakeStreams returns a region that lives by a fake clock, and a client of its streams.
func fakeStreams(opts ...inflight.Option) (*inflight.Region, *awskinesis.Client, *inflight.FakeClock) {
	clock := inflight.NewFakeClock(time.Time{})
	region := inflight.New(append(opts, inflight.WithClock(clock))...)
	return region, awskinesis.NewFromConfig(awssdk.Config(region)), clock
}

const (
	streamARN   = "arn:aws:kinesis:us-east-1:123456789012:stream/s"
	consumerARN = streamARN + "/consumer/c:1767225600"
	shardZero   = "shardId-000000000000"
)

func TestEveryKinesisOperation(t *testing.T) {
	region, c, clock := fakeStreams()
	s := aws.String("s")
	must(c.CreateStream(t.Context(), &awskinesis.CreateStreamInput{
		StreamName: s, ShardCount: aws.Int32(1), Tags: map[string]string{"a": "1"},
	}))
	checkRecords(t, c, s)
	checkStreams(t, c, s)
	checkResharding(t, c, s)
	checkStreamSettings(t, c, s)
	checkStreamTags(t, c, s)
	checkConsumers(t, c)
	checkSubscription(t, region, clock)
	must(c.DeregisterStreamConsumer(t.Context(), &awskinesis.DeregisterStreamConsumerInput{ConsumerARN: aws.String(consumerARN)}))
	called := map[kinesis.Op]bool{}
	for _, u := range region.Kinesis().Meter() {
		called[u.Op] = true
	}
	must(c.DeleteStream(t.Context(), &awskinesis.DeleteStreamInput{StreamName: s, EnforceConsumerDeletion: aws.Bool(true)}))
	called[kinesis.OpDeleteStream] = true // a meter counts for streams that exist
	for op := kinesis.OpAddTagsToStream; op <= kinesis.OpUpdateStreamWarmThroughput; op++ {
		assert.True(t, called[op], "%s was not called", op)
	}
	_, err := c.DescribeStream(t.Context(), &awskinesis.DescribeStreamInput{StreamName: s})
	var gone *types.ResourceNotFoundException
	require.ErrorAs(t, err, &gone)
	assert.Equal(t, "Stream s under account 123456789012 not found.", gone.ErrorMessage())
}

// checkRecords looks at the answers to a record's way.
func checkRecords(t *testing.T, c *awskinesis.Client, s *string) {
	ctx := t.Context()
	data := []byte{0, 0xff, 'x'}
	placed := must(c.PutRecord(ctx, &awskinesis.PutRecordInput{StreamName: s, PartitionKey: aws.String("k é 😀"), Data: data}))
	filled(t, placed)
	batch := must(c.PutRecords(ctx, &awskinesis.PutRecordsInput{StreamName: s, Records: []types.PutRecordsRequestEntry{
		{PartitionKey: aws.String("a"), Data: []byte{}}, {PartitionKey: aws.String("b"), Data: data, ExplicitHashKey: aws.String("0")},
	}}))
	filled(t, batch)
	assert.EqualValues(t, 0, *batch.FailedRecordCount)
	require.Len(t, batch.Records, 2)
	filled(t, batch.Records[0], "ErrorCode", "ErrorMessage")

	it := must(c.GetShardIterator(ctx, &awskinesis.GetShardIteratorInput{
		StreamName: s, ShardId: aws.String(shardZero), ShardIteratorType: types.ShardIteratorTypeAtTimestamp,
		Timestamp: aws.Time(time.Unix(1767225600, 0)),
	}))
	filled(t, it)
	got := must(c.GetRecords(ctx, &awskinesis.GetRecordsInput{ShardIterator: it.ShardIterator, Limit: aws.Int32(1)}))
	filled(t, got, "ChildShards")
	require.Len(t, got.Records, 1)
	filled(t, got.Records[0], "EncryptionType")
	assert.Equal(t, data, got.Records[0].Data)
	assert.Equal(t, "k é 😀", *got.Records[0].PartitionKey)
	assert.Equal(t, *placed.SequenceNumber, *got.Records[0].SequenceNumber)
	assert.Equal(t, time.Unix(1767225600, 0).UTC(), *got.Records[0].ApproximateArrivalTimestamp)

	_, err := c.PutRecord(ctx, &awskinesis.PutRecordInput{
		StreamName: s, PartitionKey: aws.String("k"), Data: data, DryRun: aws.Bool(true),
	})
	assert.Equal(t, "DryRunOperationException", codeOf(err))
	_, err = c.GetRecords(ctx, &awskinesis.GetRecordsInput{ShardIterator: aws.String("x")})
	var bad *types.InvalidArgumentException
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, "Invalid ShardIterator.", bad.ErrorMessage())
}

// checkStreams looks at what describes and lists streams.
func checkStreams(t *testing.T, c *awskinesis.Client, s *string) {
	ctx := t.Context()
	d := must(c.DescribeStream(ctx, &awskinesis.DescribeStreamInput{StreamName: s})).StreamDescription
	filled(t, d, "KeyId")
	assert.Equal(t, types.EncryptionTypeNone, d.EncryptionType)
	require.Len(t, d.Shards, 1)
	filled(t, d.Shards[0], "ParentShardId", "AdjacentParentShardId")
	filled(t, d.Shards[0].SequenceNumberRange, "EndingSequenceNumber")
	filled(t, d.Shards[0].HashKeyRange)
	sum := must(c.DescribeStreamSummary(ctx, &awskinesis.DescribeStreamSummaryInput{
		StreamARN: aws.String(streamARN),
	})).StreamDescriptionSummary
	filled(t, sum, "KeyId", "RecordDistributionStrategy", "WarmThroughput")
	assert.Equal(t, time.Unix(1767225600, 0).UTC(), *sum.StreamCreationTimestamp)

	must(c.CreateStream(ctx, &awskinesis.CreateStreamInput{
		StreamName: aws.String("t"), StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamModeOnDemand},
	}))
	page := must(c.ListStreams(ctx, &awskinesis.ListStreamsInput{Limit: aws.Int32(1)}))
	filled(t, page)
	filled(t, page.StreamSummaries[0])
	var names []string
	for p := awskinesis.NewListStreamsPaginator(c, &awskinesis.ListStreamsInput{Limit: aws.Int32(1)}); p.HasMorePages(); {
		names = append(names, must(p.NextPage(ctx)).StreamNames...)
	}
	assert.Equal(t, []string{"s", "t"}, names)
	filled(t, must(c.DescribeLimits(ctx, &awskinesis.DescribeLimitsInput{})), "ChannelCount", "ChannelCountLimit") // there are no channels
	require.NoError(t, awskinesis.NewStreamExistsWaiter(c).Wait(ctx, &awskinesis.DescribeStreamInput{StreamName: s}, time.Minute))
}

// checkResharding looks at the answers about shards.
func checkResharding(t *testing.T, c *awskinesis.Client, s *string) {
	ctx := t.Context()
	must(c.SplitShard(ctx, &awskinesis.SplitShardInput{
		StreamName: s, ShardToSplit: aws.String(shardZero), NewStartingHashKey: aws.String("1000"),
	}))
	must(c.MergeShards(ctx, &awskinesis.MergeShardsInput{
		StreamName: s, ShardToMerge: aws.String("shardId-000000000001"), AdjacentShardToMerge: aws.String("shardId-000000000002"),
	}))
	filled(t, must(c.UpdateShardCount(ctx, &awskinesis.UpdateShardCountInput{
		StreamName: s, TargetShardCount: aws.Int32(2), ScalingType: types.ScalingTypeUniformScaling,
	})))
	page := must(c.ListShards(ctx, &awskinesis.ListShardsInput{StreamName: s, MaxResults: aws.Int32(4)}))
	filled(t, page)
	filled(t, page.Shards[3])
	open := must(c.ListShards(ctx, &awskinesis.ListShardsInput{
		StreamName: s, ShardFilter: &types.ShardFilter{Type: types.ShardFilterTypeAtLatest},
	}))
	filled(t, open, "NextToken")
	assert.Len(t, open.Shards, 2)

	it := must(c.GetShardIterator(ctx, &awskinesis.GetShardIteratorInput{
		StreamName: s, ShardId: aws.String(shardZero), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	}))
	last := must(c.GetRecords(ctx, &awskinesis.GetRecordsInput{ShardIterator: it.ShardIterator}))
	filled(t, last, "NextShardIterator")
	require.Len(t, last.ChildShards, 2)
	filled(t, last.ChildShards[0])
}

// checkStreamSettings looks at what changes a stream, and the account.
func checkStreamSettings(t *testing.T, c *awskinesis.Client, s *string) {
	ctx, arn, key := t.Context(), aws.String(streamARN), aws.String("alias/aws/kinesis")
	must(c.IncreaseStreamRetentionPeriod(ctx, &awskinesis.IncreaseStreamRetentionPeriodInput{
		StreamName: s, RetentionPeriodHours: aws.Int32(48),
	}))
	must(c.DecreaseStreamRetentionPeriod(ctx, &awskinesis.DecreaseStreamRetentionPeriodInput{
		StreamName: s, RetentionPeriodHours: aws.Int32(24),
	}))
	on := must(c.EnableEnhancedMonitoring(ctx, &awskinesis.EnableEnhancedMonitoringInput{
		StreamName: s, ShardLevelMetrics: []types.MetricsName{types.MetricsNameAll},
	}))
	filled(t, on)
	assert.Len(t, on.DesiredShardLevelMetrics, 7)
	off := must(c.DisableEnhancedMonitoring(ctx, &awskinesis.DisableEnhancedMonitoringInput{
		StreamName: s, ShardLevelMetrics: []types.MetricsName{types.MetricsNameIncomingBytes},
	}))
	filled(t, off)
	assert.Len(t, off.DesiredShardLevelMetrics, 6)
	must(c.StartStreamEncryption(ctx, &awskinesis.StartStreamEncryptionInput{
		StreamName: s, EncryptionType: types.EncryptionTypeKms, KeyId: key,
	}))
	assert.Equal(t, types.EncryptionTypeKms, must(c.PutRecord(ctx,
		&awskinesis.PutRecordInput{StreamName: s, PartitionKey: aws.String("k"), Data: []byte("x")})).EncryptionType)
	filled(t, must(c.DescribeStream(ctx, &awskinesis.DescribeStreamInput{StreamName: s})).StreamDescription)
	must(c.StopStreamEncryption(ctx, &awskinesis.StopStreamEncryptionInput{
		StreamName: s, EncryptionType: types.EncryptionTypeKms, KeyId: key,
	}))
	must(c.UpdateMaxRecordSize(ctx, &awskinesis.UpdateMaxRecordSizeInput{StreamARN: arn, MaxRecordSizeInKiB: aws.Int32(2048)}))

	filled(t, must(c.DescribeAccountSettings(ctx, &awskinesis.DescribeAccountSettingsInput{})))
	enabled := must(c.UpdateAccountSettings(ctx, &awskinesis.UpdateAccountSettingsInput{
		MinimumThroughputBillingCommitment: &types.MinimumThroughputBillingCommitmentInput{
			Status: types.MinimumThroughputBillingCommitmentInputStatusEnabled,
		},
	})).MinimumThroughputBillingCommitment
	filled(t, enabled, "EndedAt")
	must(c.UpdateStreamMode(ctx, &awskinesis.UpdateStreamModeInput{
		StreamARN: arn, StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamModeOnDemand},
	}))
	warm := must(c.UpdateStreamWarmThroughput(ctx, &awskinesis.UpdateStreamWarmThroughputInput{
		StreamName: s, WarmThroughputMiBps: aws.Int32(100),
	}))
	filled(t, warm)
	filled(t, warm.WarmThroughput)
	must(c.UpdateStreamRecordDistributionStrategy(ctx, &awskinesis.UpdateStreamRecordDistributionStrategyInput{
		StreamARN: arn, RecordDistributionStrategy: types.RecordDistributionStrategyAuto,
	}))
	filled(t, must(c.DescribeStreamSummary(ctx, &awskinesis.DescribeStreamSummaryInput{StreamName: s})).StreamDescriptionSummary, "KeyId")
}

// checkStreamTags looks at tags and policies.
func checkStreamTags(t *testing.T, c *awskinesis.Client, s *string) {
	ctx, arn := t.Context(), aws.String(streamARN)
	must(c.AddTagsToStream(ctx, &awskinesis.AddTagsToStreamInput{StreamName: s, Tags: map[string]string{"b": "2", "c": "3"}}))
	must(c.RemoveTagsFromStream(ctx, &awskinesis.RemoveTagsFromStreamInput{StreamName: s, TagKeys: []string{"a"}}))
	tags := must(c.ListTagsForStream(ctx, &awskinesis.ListTagsForStreamInput{StreamName: s, Limit: aws.Int32(1)}))
	filled(t, tags)
	assert.Equal(t, []types.Tag{{Key: aws.String("b"), Value: aws.String("2")}}, tags.Tags)
	must(c.TagResource(ctx, &awskinesis.TagResourceInput{ResourceARN: arn, Tags: map[string]string{"d": "4"}}))
	must(c.UntagResource(ctx, &awskinesis.UntagResourceInput{ResourceARN: arn, TagKeys: []string{"b", "c"}}))
	assert.Equal(t, []types.Tag{{Key: aws.String("d"), Value: aws.String("4")}},
		must(c.ListTagsForResource(ctx, &awskinesis.ListTagsForResourceInput{ResourceARN: arn})).Tags)

	policy := `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kinesis:GetRecords",` +
		`"Resource":"` + streamARN + `"}]}`
	must(c.PutResourcePolicy(ctx, &awskinesis.PutResourcePolicyInput{ResourceARN: arn, Policy: &policy}))
	assert.Equal(t, policy, *must(c.GetResourcePolicy(ctx, &awskinesis.GetResourcePolicyInput{ResourceARN: arn})).Policy)
	must(c.DeleteResourcePolicy(ctx, &awskinesis.DeleteResourcePolicyInput{ResourceARN: arn}))
}

func checkConsumers(t *testing.T, c *awskinesis.Client) {
	ctx, arn := t.Context(), aws.String(streamARN)
	made := must(c.RegisterStreamConsumer(ctx, &awskinesis.RegisterStreamConsumerInput{
		StreamARN: arn, ConsumerName: aws.String("c"),
	})).Consumer
	filled(t, made)
	assert.Equal(t, consumerARN, *made.ConsumerARN)
	filled(t, must(c.DescribeStreamConsumer(ctx, &awskinesis.DescribeStreamConsumerInput{
		StreamARN: arn, ConsumerName: aws.String("c"),
	})).ConsumerDescription)
	all := must(c.ListStreamConsumers(ctx, &awskinesis.ListStreamConsumersInput{StreamARN: arn}))
	filled(t, all, "NextToken")
	filled(t, all.Consumers[0])
}

// checkSubscription reads a closed shard to its end, by push, and an open one until another subscription takes the place.
func checkSubscription(t *testing.T, region *inflight.Region, clock *inflight.FakeClock) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	subscribe := func(shard string, from types.ShardIteratorType) *awskinesis.SubscribeToShardEventStream {
		c := awskinesis.NewFromConfig(awssdk.Config(region)) // today's SDK has a data race between the streams of one client
		return must(c.SubscribeToShard(ctx, &awskinesis.SubscribeToShardInput{
			ConsumerARN: aws.String(consumerARN), ShardId: &shard, StartingPosition: &types.StartingPosition{Type: from},
		})).GetStream()
	}
	next := func(s *awskinesis.SubscribeToShardEventStream) types.SubscribeToShardEvent {
		e, ok := <-s.Events()
		require.True(t, ok, "%v", s.Err())
		return e.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent).Value
	}
	closed := subscribe(shardZero, types.ShardIteratorTypeTrimHorizon)
	last := next(closed)
	filled(t, last, "ContinuationSequenceNumber")
	require.Len(t, last.Records, 3)
	filled(t, last.Records[0], "EncryptionType")
	assert.Len(t, last.ChildShards, 2)
	_, more := <-closed.Events()
	assert.False(t, more)
	require.NoError(t, closed.Err())
	require.NoError(t, closed.Close())

	open := subscribe("shardId-000000000005", types.ShardIteratorTypeLatest)
	require.NoError(t, clock.BlockUntil(ctx, 1))
	clock.Advance(kinesis.Heartbeat)
	idle := next(open)
	filled(t, idle, "ChildShards")
	assert.Empty(t, idle.Records)
	assert.EqualValues(t, 0, *idle.MillisBehindLatest)
	other := subscribe("shardId-000000000005", types.ShardIteratorTypeTrimHorizon)
	_, more = <-open.Events()
	assert.False(t, more)
	var inUse *types.ResourceInUseException
	require.ErrorAs(t, open.Err(), &inUse)
	require.NoError(t, other.Close())
	_, err := awskinesis.NewFromConfig(awssdk.Config(region)).SubscribeToShard(ctx, &awskinesis.SubscribeToShardInput{
		ConsumerARN: aws.String(consumerARN), ShardId: aws.String("shardId-000000000099"),
		StartingPosition: &types.StartingPosition{Type: types.ShardIteratorTypeLatest},
	})
	var none *types.ResourceNotFoundException
	require.ErrorAs(t, err, &none)
}
