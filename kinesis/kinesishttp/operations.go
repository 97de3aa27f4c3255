package kinesishttp

import (
	"strings"

	"github.com/inflight-mq/inflight/kinesis"
)

// operation is one operation of the service.
type operation struct {
	// do asks the broker and writes the answer; on does so for an operation on a single stream, which the request names.
	do func(*call) error
	on func(*call, kinesis.Stream) error
	// members are those of the request, in the order in which a refusal lists what is wrong with them; those that must be there have
	// a star.
	members string
	limit   int // highest value of Limit, if it is not the usual one
}

const named = " streamName streamARN" // how most operations name their stream

// operationNamed returns the operation of a name, nil if there is none.
func operationNamed(name string) *operation {
	switch name {
	case "AddTagsToStream":
		return &operation{on: (*call).addTags, members: "*tags" + named}
	case "CreateStream":
		return &operation{do: (*call).create, members: "shardCount streamModeDetails warmThroughputMiBps recordDistributionStrategy " +
			"maxRecordSizeInKiB tags *streamName"}
	case "DecreaseStreamRetentionPeriod":
		return &operation{on: (*call).decreaseRetention, members: "*retentionPeriodHours" + named}
	case "DeleteResourcePolicy":
		return &operation{do: (*call).deletePolicy, members: "*resourceARN"}
	case "DeleteStream":
		return &operation{do: (*call).deleteStream, members: "enforceConsumerDeletion" + named}
	case "DeregisterStreamConsumer":
		return &operation{do: (*call).deregister, members: "consumerName consumerARN streamARN"}
	case "DescribeAccountSettings":
		return &operation{do: (*call).accountSettings}
	case "DescribeLimits":
		return &operation{do: (*call).limits}
	case "DescribeStream":
		return &operation{on: (*call).describe, members: "limit exclusiveStartShardId" + named}
	case "DescribeStreamConsumer":
		return &operation{do: (*call).describeConsumer, members: "consumerName consumerARN streamARN"}
	case "DescribeStreamSummary":
		return &operation{on: (*call).summary, members: named}
	case "DisableEnhancedMonitoring":
		return &operation{on: (*call).disableMonitoring, members: "*shardLevelMetrics" + named}
	case "EnableEnhancedMonitoring":
		return &operation{on: (*call).enableMonitoring, members: "*shardLevelMetrics" + named}
	case "GetRecords":
		return &operation{do: (*call).getRecords, members: "limit *shardIterator streamARN dryRun"}
	case "GetResourcePolicy":
		return &operation{do: (*call).policy, members: "*resourceARN"}
	case "GetShardIterator":
		return &operation{on: (*call).iterator, members: "*shardId *shardIteratorType startingSequenceNumber" + named + " timestamp dryRun"}
	case "IncreaseStreamRetentionPeriod":
		return &operation{on: (*call).increaseRetention, members: "*retentionPeriodHours" + named}
	case "ListShards":
		return &operation{do: (*call).listShards, members: "maxResults nextToken exclusiveStartShardId shardFilter " +
			"streamCreationTimestamp" + named}
	case "ListStreamConsumers":
		return &operation{on: (*call).listConsumers, members: "maxResults nextToken streamCreationTimestamp *streamARN"}
	case "ListStreams":
		return &operation{do: (*call).listStreams, members: "limit exclusiveStartStreamName nextToken"}
	case "ListTagsForResource":
		return &operation{do: (*call).resourceTags, members: "*resourceARN"}
	case "ListTagsForStream":
		return &operation{on: (*call).listTags, members: "limit exclusiveStartTagKey" + named, limit: 50}
	case "MergeShards":
		return &operation{on: (*call).merge, members: "*shardToMerge *adjacentShardToMerge" + named}
	case "PutRecord":
		return &operation{on: (*call).put, members: "sequenceNumberForOrdering *partitionKey explicitHashKey *data" + named + " dryRun"}
	case "PutRecords":
		return &operation{on: (*call).putBatch, members: "*records" + named + " dryRun"}
	case "PutResourcePolicy":
		return &operation{do: (*call).setPolicy, members: "*policy *resourceARN"}
	case "RegisterStreamConsumer":
		return &operation{on: (*call).register, members: "*consumerName tags *streamARN"}
	case "RemoveTagsFromStream":
		return &operation{on: (*call).removeTags, members: "*tagKeys" + named}
	case "SplitShard":
		return &operation{on: (*call).split, members: "*newStartingHashKey" + named + " *shardToSplit"}
	case "StartStreamEncryption":
		return &operation{on: (*call).startEncryption, members: "*encryptionType *keyId" + named}
	case "StopStreamEncryption":
		return &operation{on: (*call).stopEncryption, members: "*encryptionType *keyId" + named}
	case "SubscribeToShard":
		return &operation{do: (*call).subscribe, members: "*consumerARN *shardId *startingPosition dryRun"}
	case "TagResource":
		return &operation{do: (*call).tagResource, members: "*tags *resourceARN"}
	case "UntagResource":
		return &operation{do: (*call).untagResource, members: "*tagKeys *resourceARN"}
	case "UpdateAccountSettings":
		return &operation{do: (*call).setAccountSettings, members: "*minimumThroughputBillingCommitment"}
	case "UpdateMaxRecordSize":
		return &operation{on: (*call).setMaxRecordSize, members: "*maxRecordSizeInKiB streamARN"}
	case "UpdateShardCount":
		return &operation{on: (*call).setShardCount, members: "*scalingType *targetShardCount" + named}
	case "UpdateStreamMode":
		return &operation{on: (*call).setMode, members: "*streamModeDetails warmThroughputMiBps *streamARN"}
	case "UpdateStreamRecordDistributionStrategy":
		return &operation{on: (*call).setDistribution, members: "*recordDistributionStrategy *streamARN"}
	case "UpdateStreamWarmThroughput":
		return &operation{on: (*call).setWarmThroughput, members: "*warmThroughputMiBps" + named}
	}
	return nil
}

// has reports whether the operation has a member, which is named with a large letter. Nearly all have a StreamId, which is reserved.
func (op *operation) has(name string) bool {
	if name == "" || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	for m := range strings.FieldsSeq(op.members) {
		m = strings.TrimPrefix(m, "*")
		if m[1:] == name[1:] && m[0]-'a' == name[0]-'A' {
			return true
		}
	}
	return name == "StreamId"
}
