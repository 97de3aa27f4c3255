package awssdk

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/inflight-mq/inflight/kinesis"
)

// stream is one stream, which requests name by its ARN.
type stream struct {
	s         *streams
	name, arn string
}

var _ kinesis.Stream = (*stream)(nil)

func (s *stream) Name() string { return s.name }

func (s *stream) ARN() string { return s.arn }

// done is how calls without an answer end.
func (s *stream) done(ctx context.Context, op kinesis.Op, err error) error {
	return streamRefusal(ctx, op, s.name, err)
}

func (s *stream) Summary(ctx context.Context) (kinesis.Summary, error) {
	out, err := s.s.c.DescribeStreamSummary(ctx, &awskinesis.DescribeStreamSummaryInput{StreamARN: &s.arn}, optionsOf(ctx))
	if err != nil {
		return kinesis.Summary{}, s.done(ctx, kinesis.OpDescribeStreamSummary, err)
	}
	d := out.StreamDescriptionSummary
	sum := kinesis.Summary{
		Name: aws.ToString(d.StreamName), ARN: aws.ToString(d.StreamARN), ID: aws.ToString(d.StreamId),
		Status: kinesis.Status(d.StreamStatus),
		Mode:   modeOf(d.StreamModeDetails), RetentionHours: whole(d.RetentionPeriodHours), Created: aws.ToTime(d.StreamCreationTimestamp),
		Metrics: metricsIn(d.EnhancedMonitoring), KMSKey: aws.ToString(d.KeyId), OpenShards: whole(d.OpenShardCount),
		Consumers: whole(d.ConsumerCount), Channels: whole(d.ChannelCount), MaxRecordKiB: whole(d.MaxRecordSizeInKiB),
		Distribution: kinesis.Distribution(d.RecordDistributionStrategy),
	}
	if d.WarmThroughput != nil {
		sum.Warm = new(warmOf(d.WarmThroughput))
	}
	return sum, nil
}

// Describe returns what a description has on the wire: less than a summary.
func (s *stream) Describe(ctx context.Context, opts kinesis.DescribeOptions) (kinesis.Description, error) {
	out, err := s.s.c.DescribeStream(ctx, &awskinesis.DescribeStreamInput{
		StreamARN: &s.arn, Limit: number(opts.Limit, opts.Given&kinesis.GivenLimit != 0),
		ExclusiveStartShardId: text(opts.After, opts.Given&kinesis.GivenAfter != 0),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Description{}, s.done(ctx, kinesis.OpDescribeStream, err)
	}
	d := out.StreamDescription
	shards, err := shardsOf(d.Shards)
	return kinesis.Description{
		Summary: kinesis.Summary{
			Name: aws.ToString(d.StreamName), ARN: aws.ToString(d.StreamARN), Status: kinesis.Status(d.StreamStatus),
			Mode: modeOf(d.StreamModeDetails), RetentionHours: whole(d.RetentionPeriodHours), Created: aws.ToTime(d.StreamCreationTimestamp),
			Metrics: metricsIn(d.EnhancedMonitoring),
			KMSKey:  aws.ToString(d.KeyId),
		},
		Shards: shards, More: aws.ToBool(d.HasMoreShards),
	}, err
}

func (s *stream) ListShards(ctx context.Context, opts kinesis.ListShardsOptions) (kinesis.ShardPage, error) {
	opts.Stream = s.arn
	return s.s.ListShards(ctx, opts)
}

func (s *stream) Split(ctx context.Context, shard string, at kinesis.HashKey) error {
	return s.SplitText(ctx, shard, at.String())
}

func (s *stream) SplitText(ctx context.Context, shard, at string) error {
	_, err := s.s.c.SplitShard(ctx, &awskinesis.SplitShardInput{
		StreamARN: &s.arn, ShardToSplit: &shard, NewStartingHashKey: &at,
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpSplitShard, err)
}

func (s *stream) Merge(ctx context.Context, shard, adjacent string) error {
	_, err := s.s.c.MergeShards(ctx, &awskinesis.MergeShardsInput{
		StreamARN: &s.arn, ShardToMerge: &shard, AdjacentShardToMerge: &adjacent,
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpMergeShards, err)
}

func (s *stream) SetShardCount(ctx context.Context, target int, how kinesis.ScalingType) (kinesis.ShardCount, error) {
	out, err := s.s.c.UpdateShardCount(ctx, &awskinesis.UpdateShardCountInput{
		StreamARN: &s.arn, TargetShardCount: number(target, true), ScalingType: types.ScalingType(how),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.ShardCount{}, s.done(ctx, kinesis.OpUpdateShardCount, err)
	}
	return kinesis.ShardCount{Before: whole(out.CurrentShardCount), Target: whole(out.TargetShardCount)}, nil
}

func (s *stream) IncreaseRetention(ctx context.Context, hours int) error {
	_, err := s.s.c.IncreaseStreamRetentionPeriod(ctx, &awskinesis.IncreaseStreamRetentionPeriodInput{
		StreamARN: &s.arn, RetentionPeriodHours: number(hours, true),
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpIncreaseStreamRetentionPeriod, err)
}

func (s *stream) DecreaseRetention(ctx context.Context, hours int) error {
	_, err := s.s.c.DecreaseStreamRetentionPeriod(ctx, &awskinesis.DecreaseStreamRetentionPeriodInput{
		StreamARN: &s.arn, RetentionPeriodHours: number(hours, true),
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpDecreaseStreamRetentionPeriod, err)
}

func (s *stream) SetMode(ctx context.Context, m kinesis.Mode, warmMiBps int) error {
	_, err := s.s.c.UpdateStreamMode(ctx, &awskinesis.UpdateStreamModeInput{
		StreamARN: &s.arn, StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamMode(m)},
		WarmThroughputMiBps: number(warmMiBps, false),
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpUpdateStreamMode, err)
}

func (s *stream) SetMaxRecordSize(ctx context.Context, kib int) error {
	_, err := s.s.c.UpdateMaxRecordSize(ctx, &awskinesis.UpdateMaxRecordSizeInput{
		StreamARN: &s.arn, MaxRecordSizeInKiB: number(kib, true),
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpUpdateMaxRecordSize, err)
}

func (s *stream) SetWarmThroughput(ctx context.Context, mibps int) (kinesis.WarmThroughput, error) {
	out, err := s.s.c.UpdateStreamWarmThroughput(ctx, &awskinesis.UpdateStreamWarmThroughputInput{
		StreamARN: &s.arn, WarmThroughputMiBps: number(mibps, true),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.WarmThroughput{}, s.done(ctx, kinesis.OpUpdateStreamWarmThroughput, err)
	}
	return warmOf(out.WarmThroughput), nil
}

func (s *stream) SetDistribution(ctx context.Context, d kinesis.Distribution) error {
	_, err := s.s.c.UpdateStreamRecordDistributionStrategy(ctx, &awskinesis.UpdateStreamRecordDistributionStrategyInput{
		StreamARN: &s.arn, RecordDistributionStrategy: types.RecordDistributionStrategy(d),
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpUpdateStreamRecordDistributionStrategy, err)
}

func (s *stream) StartEncryption(ctx context.Context, kmsKey string) error {
	_, err := s.s.c.StartStreamEncryption(ctx, &awskinesis.StartStreamEncryptionInput{
		StreamARN: &s.arn, EncryptionType: types.EncryptionTypeKms, KeyId: &kmsKey,
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpStartStreamEncryption, err)
}

func (s *stream) StopEncryption(ctx context.Context, kmsKey string) error {
	_, err := s.s.c.StopStreamEncryption(ctx, &awskinesis.StopStreamEncryptionInput{
		StreamARN: &s.arn, EncryptionType: types.EncryptionTypeKms, KeyId: &kmsKey,
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpStopStreamEncryption, err)
}

func (s *stream) EnableMonitoring(ctx context.Context, metrics ...kinesis.Metric) (kinesis.Monitoring, error) {
	out, err := s.s.c.EnableEnhancedMonitoring(ctx, &awskinesis.EnableEnhancedMonitoringInput{
		StreamARN: &s.arn, ShardLevelMetrics: named[types.MetricsName](metrics),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Monitoring{}, s.done(ctx, kinesis.OpEnableEnhancedMonitoring, err)
	}
	return kinesis.Monitoring{
		Before: named[kinesis.Metric](out.CurrentShardLevelMetrics), After: named[kinesis.Metric](out.DesiredShardLevelMetrics),
	}, nil
}

func (s *stream) DisableMonitoring(ctx context.Context, metrics ...kinesis.Metric) (kinesis.Monitoring, error) {
	out, err := s.s.c.DisableEnhancedMonitoring(ctx, &awskinesis.DisableEnhancedMonitoringInput{
		StreamARN: &s.arn, ShardLevelMetrics: named[types.MetricsName](metrics),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Monitoring{}, s.done(ctx, kinesis.OpDisableEnhancedMonitoring, err)
	}
	return kinesis.Monitoring{
		Before: named[kinesis.Metric](out.CurrentShardLevelMetrics), After: named[kinesis.Metric](out.DesiredShardLevelMetrics),
	}, nil
}

func (s *stream) Tags(ctx context.Context, opts kinesis.TagOptions) (kinesis.TagPage, error) {
	out, err := s.s.c.ListTagsForStream(ctx, &awskinesis.ListTagsForStreamInput{
		StreamARN: &s.arn, ExclusiveStartTagKey: text(opts.After, opts.Given&kinesis.GivenAfter != 0),
		Limit: number(opts.Limit, opts.Given&kinesis.GivenLimit != 0),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.TagPage{}, s.done(ctx, kinesis.OpListTagsForStream, err)
	}
	return kinesis.TagPage{Tags: streamTagsOf(out.Tags), More: aws.ToBool(out.HasMoreTags)}, nil
}

func (s *stream) Tag(ctx context.Context, tags map[string]string) error {
	_, err := s.s.c.AddTagsToStream(ctx, &awskinesis.AddTagsToStreamInput{StreamARN: &s.arn, Tags: presentMap(tags)}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpAddTagsToStream, err)
}

func (s *stream) Untag(ctx context.Context, keys ...string) error {
	_, err := s.s.c.RemoveTagsFromStream(ctx, &awskinesis.RemoveTagsFromStreamInput{
		StreamARN: &s.arn, TagKeys: present(keys),
	}, optionsOf(ctx))
	return s.done(ctx, kinesis.OpRemoveTagsFromStream, err)
}

func (s *stream) Register(ctx context.Context, name string, tags map[string]string) (kinesis.Consumer, error) {
	out, err := s.s.c.RegisterStreamConsumer(ctx, &awskinesis.RegisterStreamConsumerInput{
		StreamARN: &s.arn, ConsumerName: &name, Tags: tags,
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Consumer{}, s.done(ctx, kinesis.OpRegisterStreamConsumer, err)
	}
	return s.consumerOf(out.Consumer), nil
}

func (s *stream) consumerOf(c *types.Consumer) kinesis.Consumer {
	return kinesis.Consumer{
		Name: aws.ToString(c.ConsumerName), ARN: aws.ToString(c.ConsumerARN), Status: kinesis.Status(c.ConsumerStatus),
		Created: aws.ToTime(c.ConsumerCreationTimestamp), Stream: s.arn,
	}
}

func (s *stream) Consumer(ctx context.Context, ref string) (kinesis.Consumer, error) {
	in := &awskinesis.DescribeStreamConsumerInput{StreamARN: &s.arn, ConsumerName: &ref}
	if isARN(ref) {
		in = &awskinesis.DescribeStreamConsumerInput{ConsumerARN: &ref}
	}
	out, err := s.s.c.DescribeStreamConsumer(ctx, in, optionsOf(ctx))
	if err != nil {
		return kinesis.Consumer{}, s.done(ctx, kinesis.OpDescribeStreamConsumer, err)
	}
	c := out.ConsumerDescription
	return kinesis.Consumer{
		Name: aws.ToString(c.ConsumerName), ARN: aws.ToString(c.ConsumerARN), Status: kinesis.Status(c.ConsumerStatus),
		Created: aws.ToTime(c.ConsumerCreationTimestamp), Stream: aws.ToString(c.StreamARN),
	}, nil
}

func (s *stream) Consumers(ctx context.Context, opts kinesis.ConsumersOptions) (kinesis.ConsumerPage, error) {
	out, err := s.s.c.ListStreamConsumers(ctx, &awskinesis.ListStreamConsumersInput{
		StreamARN: &s.arn, NextToken: text(opts.Token, opts.Given&kinesis.GivenToken != 0),
		MaxResults:              number(opts.Max, opts.Given&kinesis.GivenLimit != 0),
		StreamCreationTimestamp: timeOf(opts.Created),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.ConsumerPage{}, s.done(ctx, kinesis.OpListStreamConsumers, err)
	}
	p := kinesis.ConsumerPage{Next: aws.ToString(out.NextToken)}
	for _, c := range out.Consumers {
		p.Consumers = append(p.Consumers, s.consumerOf(&c))
	}
	return p, nil
}

func (s *stream) Deregister(ctx context.Context, ref string) error {
	in := &awskinesis.DeregisterStreamConsumerInput{StreamARN: &s.arn, ConsumerName: &ref}
	if isARN(ref) {
		in = &awskinesis.DeregisterStreamConsumerInput{ConsumerARN: &ref}
	}
	_, err := s.s.c.DeregisterStreamConsumer(ctx, in, optionsOf(ctx))
	return s.done(ctx, kinesis.OpDeregisterStreamConsumer, err)
}
