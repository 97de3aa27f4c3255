package kinesis

// Op is an operation of the service.
type Op uint8

// The operations of API version 2013-12-02. Those of channels are not among them: see the package's chapter on differences.
const (
	OpNone Op = iota
	OpAddTagsToStream
	OpCreateStream
	OpDecreaseStreamRetentionPeriod
	OpDeleteResourcePolicy
	OpDeleteStream
	OpDeregisterStreamConsumer
	OpDescribeAccountSettings
	OpDescribeLimits
	OpDescribeStream
	OpDescribeStreamConsumer
	OpDescribeStreamSummary
	OpDisableEnhancedMonitoring
	OpEnableEnhancedMonitoring
	OpGetRecords
	OpGetResourcePolicy
	OpGetShardIterator
	OpIncreaseStreamRetentionPeriod
	OpListShards
	OpListStreamConsumers
	OpListStreams
	OpListTagsForResource
	OpListTagsForStream
	OpMergeShards
	OpPutRecord
	OpPutRecords
	OpPutResourcePolicy
	OpRegisterStreamConsumer
	OpRemoveTagsFromStream
	OpSplitShard
	OpStartStreamEncryption
	OpStopStreamEncryption
	OpSubscribeToShard
	OpTagResource
	OpUntagResource
	OpUpdateAccountSettings
	OpUpdateMaxRecordSize
	OpUpdateShardCount
	OpUpdateStreamMode
	OpUpdateStreamRecordDistributionStrategy
	OpUpdateStreamWarmThroughput
	numOps
)

// String returns the operation's name in the service, such as PutRecord.
func (o Op) String() string {
	if o >= numOps {
		return "Unknown"
	}
	return [numOps]string{
		"", "AddTagsToStream", "CreateStream", "DecreaseStreamRetentionPeriod", "DeleteResourcePolicy", "DeleteStream",
		"DeregisterStreamConsumer", "DescribeAccountSettings", "DescribeLimits", "DescribeStream", "DescribeStreamConsumer",
		"DescribeStreamSummary", "DisableEnhancedMonitoring", "EnableEnhancedMonitoring", "GetRecords", "GetResourcePolicy",
		"GetShardIterator", "IncreaseStreamRetentionPeriod", "ListShards", "ListStreamConsumers", "ListStreams",
		"ListTagsForResource", "ListTagsForStream", "MergeShards", "PutRecord", "PutRecords", "PutResourcePolicy",
		"RegisterStreamConsumer", "RemoveTagsFromStream", "SplitShard", "StartStreamEncryption", "StopStreamEncryption",
		"SubscribeToShard", "TagResource", "UntagResource", "UpdateAccountSettings", "UpdateMaxRecordSize", "UpdateShardCount",
		"UpdateStreamMode", "UpdateStreamRecordDistributionStrategy", "UpdateStreamWarmThroughput",
	}[o]
}

// rate is how many calls a second the service takes of an operation in one account and region; 0: the operation has no such
// rate, or one for each stream or shard.
func (o Op) rate() int {
	switch o {
	case OpDescribeLimits:
		return 1
	case OpDescribeStream, OpUpdateShardCount:
		return 10
	case OpDescribeStreamSummary, OpDescribeStreamConsumer:
		return 20
	case OpCreateStream, OpDeleteStream, OpListStreams, OpSplitShard, OpMergeShards, OpIncreaseStreamRetentionPeriod,
		OpDecreaseStreamRetentionPeriod, OpStartStreamEncryption, OpStopStreamEncryption, OpEnableEnhancedMonitoring,
		OpDisableEnhancedMonitoring, OpRegisterStreamConsumer, OpDeregisterStreamConsumer, OpListStreamConsumers,
		OpAddTagsToStream, OpRemoveTagsFromStream, OpListTagsForStream, OpTagResource, OpUntagResource, OpListTagsForResource:
		return 5
	}
	return 0
}
