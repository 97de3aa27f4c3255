package kinesishttp_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

// Every operation, with its whole answer as it stands on the wire in JSON. «name» is a text that is not known beforehand.
func TestEveryOperation(t *testing.T) {
	w, n := newWorld(t), wiretest.NewNames(t)
	seen := map[string]bool{}
	const (
		arn   = arnPrefix + "s"
		named = `"StreamName":"s"`
		first = `"HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"` + highest + `"}`
	)
	for _, s := range []wiretest.Step{
		{Op: "CreateStream", Request: `{"StreamName":"s","ShardCount":1,"Tags":{"b":"2","a":""},"StreamId":"x"}`},
		{Op: "DescribeStream", Request: `{"StreamName":"s"}`, Answer: `{"StreamDescription":{"StreamName":"s","StreamARN":"` + arn + `",` +
			`"StreamStatus":"ACTIVE","StreamModeDetails":{"StreamMode":"PROVISIONED"},"RetentionPeriodHours":24,` +
			`"StreamCreationTimestamp":1767225600,"EnhancedMonitoring":[{"ShardLevelMetrics":[]}],"EncryptionType":"NONE","Shards":[` +
			`{"ShardId":"shardId-000000000000",` + first + `,"SequenceNumberRange":{"StartingSequenceNumber":"«first»"}}],"HasMoreShards":false}}`},
		{Op: "DescribeStreamSummary", Request: `{"StreamARN":"` + arn + `"}`, Answer: `{"StreamDescriptionSummary":{"StreamName":"s",` +
			`"StreamARN":"` + arn + `","StreamStatus":"ACTIVE","StreamModeDetails":{"StreamMode":"PROVISIONED"},"RetentionPeriodHours":24,` +
			`"StreamCreationTimestamp":1767225600,"EnhancedMonitoring":[{"ShardLevelMetrics":[]}],"EncryptionType":"NONE",` +
			`"StreamId":"«id»","OpenShardCount":1,"ConsumerCount":0,"ChannelCount":0,"MaxRecordSizeInKiB":1024}}`},
		{Op: "ListStreams", Request: `{}`, Answer: `{"StreamNames":["s"],"HasMoreStreams":false,"StreamSummaries":[{"StreamName":"s",` +
			`"StreamARN":"` + arn + `","StreamStatus":"ACTIVE","StreamModeDetails":{"StreamMode":"PROVISIONED"},"StreamCreationTimestamp":1767225600}]}`},
		{Op: "PutRecord", Request: `{` + named + `,"PartitionKey":"é","Data":"aGVsbG8="}`,
			Answer: `{"ShardId":"shardId-000000000000","SequenceNumber":"«n1»","EncryptionType":"NONE"}`},
		{Op: "PutRecords", Request: `{` + named + `,"Records":[{"PartitionKey":"b","Data":""},{"PartitionKey":"c","Data":"//8=","ExplicitHashKey":"0"}]}`,
			Answer: `{"FailedRecordCount":0,"Records":[{"SequenceNumber":"«n2»","ShardId":"shardId-000000000000"},` +
				`{"SequenceNumber":"«n3»","ShardId":"shardId-000000000000"}],"EncryptionType":"NONE"}`},
		{Op: "GetShardIterator", Request: `{` + named + `,"ShardId":"0","ShardIteratorType":"TRIM_HORIZON"}`, Answer: `{"ShardIterator":"«it»"}`},
		{Op: "GetRecords", Request: `{"ShardIterator":"«it»","Limit":2}`, Answer: `{"Records":[` +
			`{"SequenceNumber":"«n1»","ApproximateArrivalTimestamp":1767225600,"Data":"aGVsbG8=","PartitionKey":"é"},` +
			`{"SequenceNumber":"«n2»","ApproximateArrivalTimestamp":1767225600,"Data":"","PartitionKey":"b"}],` +
			`"NextShardIterator":"«next»","MillisBehindLatest":1}`},
		{Op: "SplitShard", Request: `{` + named + `,"ShardToSplit":"shardId-000000000000","NewStartingHashKey":"2"}`},
		{Op: "GetRecords", Request: `{"ShardIterator":"«next»"}`, Answer: `{"Records":[` +
			`{"SequenceNumber":"«n3»","ApproximateArrivalTimestamp":1767225600,"Data":"//8=","PartitionKey":"c"}],"MillisBehindLatest":0,` +
			`"ChildShards":[{"ShardId":"shardId-000000000001","ParentShards":["shardId-000000000000"],"HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"1"}},` +
			`{"ShardId":"shardId-000000000002","ParentShards":["shardId-000000000000"],"HashKeyRange":{"StartingHashKey":"2","EndingHashKey":"` + highest + `"}}]}`},
		{Op: "MergeShards", Request: `{` + named + `,"ShardToMerge":"1","AdjacentShardToMerge":"2"}`},
		{Op: "ListShards", Request: `{` + named + `,"ExclusiveStartShardId":"1","MaxResults":1}`, Answer: `{"Shards":[{"ShardId":"shardId-000000000002",` +
			`"ParentShardId":"shardId-000000000000","HashKeyRange":{"StartingHashKey":"2","EndingHashKey":"` + highest + `"},` +
			`"SequenceNumberRange":{"StartingSequenceNumber":"«s2»","EndingSequenceNumber":"«e2»"}}],"NextToken":"«page»"}`},
		{Op: "ListShards", Request: `{"NextToken":"«page»"}`, Answer: `{"Shards":[{"ShardId":"shardId-000000000003",` +
			`"ParentShardId":"shardId-000000000001","AdjacentParentShardId":"shardId-000000000002",` + first + `,` +
			`"SequenceNumberRange":{"StartingSequenceNumber":"«s3»"}}]}`},
		{Op: "ListShards", Request: `{` + named + `,"ShardFilter":{"Type":"AT_LATEST"}}`, Answer: `{"Shards":[{"ShardId":"shardId-000000000003",` +
			`"ParentShardId":"shardId-000000000001","AdjacentParentShardId":"shardId-000000000002",` + first + `,` +
			`"SequenceNumberRange":{"StartingSequenceNumber":"«s3»"}}]}`},
		{Op: "UpdateShardCount", Request: `{` + named + `,"TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}`,
			Answer: `{` + named + `,"CurrentShardCount":1,"TargetShardCount":2,"StreamARN":"` + arn + `"}`},
		{Op: "IncreaseStreamRetentionPeriod", Request: `{` + named + `,"RetentionPeriodHours":48}`},
		{Op: "DecreaseStreamRetentionPeriod", Request: `{` + named + `,"RetentionPeriodHours":24}`},
		{Op: "ListTagsForStream", Request: `{` + named + `,"Limit":1}`, Answer: `{"Tags":[{"Key":"a","Value":""}],"HasMoreTags":true}`},
		{Op: "AddTagsToStream", Request: `{` + named + `,"Tags":{"c":"3"}}`},
		{Op: "RemoveTagsFromStream", Request: `{` + named + `,"TagKeys":["a"]}`},
		{Op: "TagResource", Request: `{"ResourceARN":"` + arn + `","Tags":{"d":"4"}}`},
		{Op: "UntagResource", Request: `{"ResourceARN":"` + arn + `","TagKeys":["c"]}`},
		{Op: "ListTagsForResource", Request: `{"ResourceARN":"` + arn + `"}`, Answer: `{"Tags":[{"Key":"b","Value":"2"},{"Key":"d","Value":"4"}]}`},
		{Op: "EnableEnhancedMonitoring", Request: `{` + named + `,"ShardLevelMetrics":["IncomingBytes"]}`, Answer: `{` + named + `,` +
			`"CurrentShardLevelMetrics":[],"DesiredShardLevelMetrics":["IncomingBytes"],"StreamARN":"` + arn + `"}`},
		{Op: "DisableEnhancedMonitoring", Request: `{` + named + `,"ShardLevelMetrics":["ALL"]}`, Answer: `{` + named + `,` +
			`"CurrentShardLevelMetrics":["IncomingBytes"],"DesiredShardLevelMetrics":[],"StreamARN":"` + arn + `"}`},
		{Op: "StartStreamEncryption", Request: `{` + named + `,"EncryptionType":"KMS","KeyId":"alias/aws/kinesis"}`},
		{Op: "PutRecord", Request: `{` + named + `,"PartitionKey":"a","Data":"","ExplicitHashKey":"0","SequenceNumberForOrdering":"«n1»"}`,
			Answer: `{"ShardId":"shardId-000000000004","SequenceNumber":"«n4»","EncryptionType":"KMS"}`},
		{Op: "GetShardIterator", Request: `{` + named + `,"ShardId":"4","ShardIteratorType":"AT_SEQUENCE_NUMBER","StartingSequenceNumber":"«n4»"}`,
			Answer: `{"ShardIterator":"«it4»"}`},
		{Op: "GetRecords", Request: `{"ShardIterator":"«it4»","StreamARN":"` + arn + `"}`, Answer: `{"Records":[{"SequenceNumber":"«n4»",` +
			`"ApproximateArrivalTimestamp":1767225600,"Data":"","PartitionKey":"a","EncryptionType":"KMS"}],` +
			`"NextShardIterator":"«next4»","MillisBehindLatest":0}`},
		{Op: "StopStreamEncryption", Request: `{` + named + `,"EncryptionType":"KMS","KeyId":"alias/aws/kinesis"}`},
		{Op: "UpdateMaxRecordSize", Request: `{"StreamARN":"` + arn + `","MaxRecordSizeInKiB":2048}`},
		{Op: "UpdateStreamMode", Request: `{"StreamARN":"` + arn + `","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}`},
		{Op: "UpdateStreamRecordDistributionStrategy", Request: `{"StreamARN":"` + arn + `","RecordDistributionStrategy":"AUTO"}`},
		{Op: "DescribeAccountSettings", Request: `{}`, Answer: `{"MinimumThroughputBillingCommitment":{"Status":"DISABLED"}}`},
		{Op: "UpdateAccountSettings", Request: `{"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}}`,
			Answer: `{"MinimumThroughputBillingCommitment":{"Status":"ENABLED","StartedAt":1767225600,"EarliestAllowedEndAt":1767312000}}`},
		{Op: "UpdateStreamWarmThroughput", Request: `{` + named + `,"WarmThroughputMiBps":10}`,
			Answer: `{"StreamARN":"` + arn + `",` + named + `,"WarmThroughput":{"TargetMiBps":10,"CurrentMiBps":10}}`},
		{Op: "DescribeLimits", Request: `{}`, Answer: `{"ShardLimit":500,"OpenShardCount":0,"OnDemandStreamCount":1,"OnDemandStreamCountLimit":50}`},
		{Op: "RegisterStreamConsumer", Request: `{"StreamARN":"` + arn + `","ConsumerName":"c"}`, Answer: `{"Consumer":{"ConsumerName":"c",` +
			`"ConsumerARN":"` + arn + `/consumer/c:1767225600","ConsumerStatus":"ACTIVE","ConsumerCreationTimestamp":1767225600}}`},
		{Op: "DescribeStreamConsumer", Request: `{"StreamARN":"` + arn + `","ConsumerName":"c"}`, Answer: `{"ConsumerDescription":{"ConsumerName":"c",` +
			`"ConsumerARN":"` + arn + `/consumer/c:1767225600","ConsumerStatus":"ACTIVE","ConsumerCreationTimestamp":1767225600,"StreamARN":"` + arn + `"}}`},
		{Op: "ListStreamConsumers", Request: `{"StreamARN":"` + arn + `"}`, Answer: `{"Consumers":[{"ConsumerName":"c",` +
			`"ConsumerARN":"` + arn + `/consumer/c:1767225600","ConsumerStatus":"ACTIVE","ConsumerCreationTimestamp":1767225600}]}`},
		{Op: "DescribeStreamSummary", Request: `{"StreamName":"s"}`, Answer: `{"StreamDescriptionSummary":{"StreamName":"s",` +
			`"StreamARN":"` + arn + `","StreamStatus":"ACTIVE","StreamModeDetails":{"StreamMode":"ON_DEMAND"},"RetentionPeriodHours":24,` +
			`"StreamCreationTimestamp":1767225600,"EnhancedMonitoring":[{"ShardLevelMetrics":[]}],"EncryptionType":"NONE",` +
			`"StreamId":"«id»","OpenShardCount":2,"ConsumerCount":1,"ChannelCount":0,"MaxRecordSizeInKiB":2048,` +
			`"RecordDistributionStrategy":"AUTO","WarmThroughput":{"TargetMiBps":10,"CurrentMiBps":10}}}`},
		{Op: "DeregisterStreamConsumer", Request: `{"ConsumerARN":"` + arn + `/consumer/c:1767225600"}`},
		{Op: "GetResourcePolicy", Request: `{"ResourceARN":"` + arn + `"}`, Answer: `{"Policy":"{}"}`},
		{Op: "PutResourcePolicy", Request: `{"ResourceARN":"` + arn + `","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kinesis:PutRecord\",\"Resource\":\"*\"}}"}`},
		{Op: "GetResourcePolicy", Request: `{"ResourceARN":"` + arn + `"}`, Answer: `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kinesis:PutRecord\",\"Resource\":\"*\"}}"}`},
		{Op: "DeleteResourcePolicy", Request: `{"ResourceARN":"` + arn + `"}`},
		{Op: "DeleteStream", Request: `{` + named + `,"EnforceConsumerDeletion":true}`},
		{Op: "ListStreams", Request: `{}`, Answer: `{"StreamNames":[],"HasMoreStreams":false,"StreamSummaries":[]}`},
	} {
		a := w.raw(s.Op, n.Fill(s.Request))
		require.Equal(t, http.StatusOK, a.status, "%s %s: %s", s.Op, s.Request, a.text)
		require.Equal(t, typeJSON, a.header.Get("Content-Type"))
		require.Regexp(t, wiretest.UUID, a.header.Get("x-amzn-RequestId"))
		require.Len(t, a.header.Get("x-amz-id-2"), 96, "72 bytes in base64")
		n.Expect(s.Answer, a.text, s.Op+" "+s.Request)
		seen[s.Op] = true
	}
	for _, op := range operations() {
		require.True(t, seen[op] || op == "SubscribeToShard", op)
	}
}

// operations are those of API version 2013-12-02.
func operations() []string {
	return []string{"AddTagsToStream", "CreateStream", "DecreaseStreamRetentionPeriod", "DeleteResourcePolicy", "DeleteStream",
		"DeregisterStreamConsumer", "DescribeAccountSettings", "DescribeLimits", "DescribeStream", "DescribeStreamConsumer",
		"DescribeStreamSummary", "DisableEnhancedMonitoring", "EnableEnhancedMonitoring", "GetRecords", "GetResourcePolicy",
		"GetShardIterator", "IncreaseStreamRetentionPeriod", "ListShards", "ListStreamConsumers", "ListStreams", "ListTagsForResource",
		"ListTagsForStream", "MergeShards", "PutRecord", "PutRecords", "PutResourcePolicy", "RegisterStreamConsumer",
		"RemoveTagsFromStream", "SplitShard", "StartStreamEncryption", "StopStreamEncryption", "SubscribeToShard", "TagResource",
		"UntagResource", "UpdateAccountSettings", "UpdateMaxRecordSize", "UpdateShardCount", "UpdateStreamMode",
		"UpdateStreamRecordDistributionStrategy", "UpdateStreamWarmThroughput"}
}
