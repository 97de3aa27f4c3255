package kinesishttp_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	notNull  = "failed to satisfy constraint: Member must not be null"
	badName  = "failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
	tooShort = "failed to satisfy constraint: Member must have length greater than or equal to 1"
	tooSmall = "failed to satisfy constraint: Member must have value greater than or equal to 1"
	types    = "failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"
	number   = `failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\d{0,128})`
	hashKey  = `failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\d{0,38})`
)

func null(path string) string { return "Value null at '" + path + "' " + notNull }

// Section 3.2: what is absent, in the order of the sheet.
func TestRequiredMembers(t *testing.T) {
	eachEncoding(t, func(w *world) {
		for op, paths := range map[string]string{
			"AddTagsToStream": "tags", "CreateStream": "streamName", "DecreaseStreamRetentionPeriod": "retentionPeriodHours",
			"DeleteResourcePolicy": "resourceARN", "DisableEnhancedMonitoring": "shardLevelMetrics",
			"EnableEnhancedMonitoring": "shardLevelMetrics", "GetRecords": "shardIterator", "GetResourcePolicy": "resourceARN",
			"GetShardIterator": "shardId shardIteratorType", "IncreaseStreamRetentionPeriod": "retentionPeriodHours",
			"ListStreamConsumers": "streamARN", "ListTagsForResource": "resourceARN", "MergeShards": "shardToMerge adjacentShardToMerge",
			"PutRecord": "partitionKey data", "PutRecords": "records", "PutResourcePolicy": "policy resourceARN",
			"RegisterStreamConsumer": "consumerName streamARN", "RemoveTagsFromStream": "tagKeys", "SplitShard": "newStartingHashKey shardToSplit",
			"StartStreamEncryption": "encryptionType keyId", "StopStreamEncryption": "encryptionType keyId",
			"SubscribeToShard": "consumerARN shardId startingPosition", "TagResource": "tags resourceARN", "UntagResource": "tagKeys resourceARN",
			"UpdateAccountSettings": "minimumThroughputBillingCommitment", "UpdateMaxRecordSize": "maxRecordSizeInKiB",
			"UpdateShardCount": "scalingType targetShardCount", "UpdateStreamMode": "streamModeDetails streamARN",
			"UpdateStreamRecordDistributionStrategy": "recordDistributionStrategy streamARN", "UpdateStreamWarmThroughput": "warmThroughputMiBps",
		} {
			var all []string
			for path := range strings.FieldsSeq(paths) {
				all = append(all, null(path))
			}
			head := "1 validation error detected: "
			if len(all) > 1 {
				head = map[int]string{2: "2", 3: "3"}[len(all)] + " validation errors detected: "
			}
			w.refused("ValidationException", head+strings.Join(all, "; "), op, obj{})
		}
		w.refused("InvalidArgumentException", "Either NextToken or StreamName should be provided.", "ListShards", obj{})
		w.refused("InvalidArgumentException", "Either StreamName or StreamARN should be provided.", "DescribeStream", obj{})
		w.refused("InvalidArgumentException", "StreamName a and StreamARN "+arnPrefix+"b do not name the same stream.", "DescribeStream",
			obj{"StreamName": "a", "StreamARN": arnPrefix + "b"})
		w.refused("InvalidArgumentException", "Either ConsumerARN or both StreamARN and ConsumerName should be provided.",
			"DescribeStreamConsumer", obj{"ConsumerName": "a"})
	})
}

func TestValidation(t *testing.T) {
	eachEncoding(t, func(w *world) {
		long := strings.Repeat("a", 129)
		for _, row := range []struct {
			op   string
			in   obj
			text string
		}{
			{"PutRecord", obj{"StreamName": "", "SequenceNumberForOrdering": "x", "ExplicitHashKey": "01"},
				"6 validation errors detected: Value 'x' at 'sequenceNumberForOrdering' " + number + "; " + null("partitionKey") +
					"; Value '01' at 'explicitHashKey' " + hashKey + "; " + null("data") + "; Value '' at 'streamName' " + badName +
					"; Value '' at 'streamName' " + tooShort},
			{"PutRecord", obj{"StreamName": "a", "PartitionKey": "", "Data": []byte{}},
				"1 validation error detected: Value '' at 'partitionKey' " + tooShort},
			{"PutRecord", obj{"StreamName": "a", "PartitionKey": strings.Repeat("é", 257), "Data": []byte{}},
				"1 validation error detected: Value '" + strings.Repeat("é", 257) + "' at 'partitionKey' failed to satisfy constraint: " +
					"Member must have length less than or equal to 256"},
			{"PutRecord", obj{"StreamARN": "x", "PartitionKey": "k", "Data": []byte{}}, "1 validation error detected: Value 'x' at 'streamARN' " +
				`failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\d{12}:stream/\S+`},
			{"PutRecords", obj{"StreamName": "?", "Records": batch{{}, {"PartitionKey": "k", "Data": []byte{}, "ExplicitHashKey": "-1"}}},
				"4 validation errors detected: " + null("records.1.member.partitionKey") + "; " + null("records.1.member.data") +
					"; Value '-1' at 'records.2.member.explicitHashKey' " + hashKey + "; Value '?' at 'streamName' " + badName},
			{"PutRecords", obj{"StreamName": "a", "Records": list{}}, "1 validation error detected: Value '[]' at 'records' " + tooShort},
			{"PutRecords", obj{"StreamName": "a", "Records": manyRecords(501)}, "1 validation error detected: Value at 'records' failed to satisfy " +
				"constraint: Member must have length less than or equal to 500."},
			{"PutRecords", obj{"StreamName": "a", "Records": batch{{}, {}, {}, {}, {}, {}}}, "10 validation errors detected: " +
				nulls("records.1.member", "records.2.member", "records.3.member", "records.4.member", "records.5.member")},
			{"CreateStream", obj{"StreamName": long, "ShardCount": 0}, "2 validation errors detected: Value '0' at 'shardCount' " + tooSmall +
				"; Value '" + long + "' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128"},
			{"CreateStream", obj{"StreamName": "a", "StreamModeDetails": obj{}, "MaxRecordSizeInKiB": 1, "Tags": obj{}},
				"3 validation errors detected: " + null("streamModeDetails.streamMode") + "; Value '1' at 'maxRecordSizeInKiB' failed to satisfy " +
					"constraint: Member must have value greater than or equal to 1024; Value '{}' at 'tags' " + tooShort},
			{"DescribeStream", obj{"StreamName": "a", "Limit": 10_001, "ExclusiveStartShardId": ""}, "3 validation errors detected: " +
				"Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000; " +
				"Value '' at 'exclusiveStartShardId' " + badName + "; Value '' at 'exclusiveStartShardId' " + tooShort},
			{"StartStreamEncryption", obj{"StreamName": "a", "EncryptionType": "KMS", "KeyId": ""},
				"1 validation error detected: Value '' at 'keyId' " + tooShort},
			{"StopStreamEncryption", obj{"StreamName": "a", "EncryptionType": "x", "KeyId": strings.Repeat("k", 2049)},
				"2 validation errors detected: Value 'x' at 'encryptionType' failed to satisfy constraint: Member must satisfy enum value set: " +
					"[KMS, NONE]; Value '" + strings.Repeat("k", 2049) + "' at 'keyId' failed to satisfy constraint: Member must have length " +
					"less than or equal to 2048"},
			{"ListTagsForStream", obj{"StreamName": "a", "Limit": 51}, "1 validation error detected: Value '51' at 'limit' failed to satisfy " +
				"constraint: Member must have value less than or equal to 50"},
			{"GetShardIterator", obj{"StreamName": "a", "ShardId": "0", "ShardIteratorType": "x", "StartingSequenceNumber": ""},
				"2 validation errors detected: Value 'x' at 'shardIteratorType' " + types + "; Value '' at 'startingSequenceNumber' " + number},
			{"SubscribeToShard", obj{"ConsumerARN": arnPrefix + "s/consumer/c:1", "ShardId": "0", "StartingPosition": obj{"SequenceNumber": "-1"}},
				"2 validation errors detected: " + null("startingPosition.type") + "; Value '-1' at 'startingPosition.sequenceNumber' " + number},
			{"SubscribeToShard", obj{"ConsumerARN": arnPrefix + "s/consumer/c:1", "ShardId": "0", "StartingPosition": obj{"Type": ""}},
				"1 validation error detected: Value '' at 'startingPosition.type' " + types},
			{"GetRecords", obj{"ShardIterator": "", "Limit": 0}, "2 validation errors detected: Value '0' at 'limit' " + tooSmall +
				"; Value '' at 'shardIterator' " + tooShort},
			{"SplitShard", obj{"StreamName": "!", "NewStartingHashKey": "x", "ShardToSplit": "!"}, "3 validation errors detected: Value 'x' at " +
				"'newStartingHashKey' " + hashKey + "; Value '!' at 'streamName' " + badName + "; Value '!' at 'shardToSplit' " + badName},
			{"AddTagsToStream", obj{"StreamName": "a", "Tags": texts{"": "v"}}, "1 validation error detected: Value '{=v}' at 'tags' failed to " +
				"satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have " +
				"length greater than or equal to 1]"},
			{"RemoveTagsFromStream", obj{"StreamName": "a", "TagKeys": names{"", "b"}}, "1 validation error detected: Value '[, b]' at 'tagKeys' " +
				"failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member " +
				"must have length greater than or equal to 1]"},
			{"EnableEnhancedMonitoring", obj{"StreamName": "a", "ShardLevelMetrics": names{"x"}}, "1 validation error detected: Value 'x' at " +
				"'shardLevelMetrics.1.member' failed to satisfy constraint: Member must satisfy enum value set: [IncomingBytes, IncomingRecords, " +
				"OutgoingBytes, OutgoingRecords, WriteProvisionedThroughputExceeded, ReadProvisionedThroughputExceeded, IteratorAgeMilliseconds, ALL]"},
			{"UpdateShardCount", obj{"StreamName": "a", "TargetShardCount": 0, "ScalingType": "x"}, "2 validation errors detected: Value 'x' at " +
				"'scalingType' failed to satisfy constraint: Member must satisfy enum value set: [UNIFORM_SCALING]; Value '0' at 'targetShardCount' " + tooSmall},
			{"ListShards", obj{"StreamName": "a", "ShardFilter": obj{"ShardId": ""}, "NextToken": ""}, "4 validation errors detected: Value '' at " +
				"'nextToken' " + tooShort + "; " + null("shardFilter.type") + "; Value '' at 'shardFilter.shardId' " + badName +
				"; Value '' at 'shardFilter.shardId' " + tooShort},
			{"UpdateAccountSettings", obj{"MinimumThroughputBillingCommitment": obj{}}, "1 validation error detected: " +
				null("minimumThroughputBillingCommitment.status")},
			{"RegisterStreamConsumer", obj{"StreamARN": arnPrefix + "s", "ConsumerName": "a b"}, "1 validation error detected: Value 'a b' at " +
				"'consumerName' " + badName},
		} {
			w.refused("ValidationException", row.text, row.op, row.in)
		}
	})
}

func nulls(paths ...string) string {
	var all []string
	for _, p := range paths {
		all = append(all, null(p+".partitionKey"), null(p+".data"))
	}
	return strings.Join(all, "; ")
}

func manyRecords(n int) batch {
	all := make(batch, n)
	for i := range all {
		all[i] = obj{"PartitionKey": "k", "Data": []byte{}}
	}
	return all
}

// A stream that distributes records itself needs no partition keys; all others do, and only the broker knows.
func TestPartitionKeysOfStreamsThatDistribute(t *testing.T) {
	eachEncoding(t, func(w *world) {
		w.void("CreateStream", obj{"StreamName": "auto", "RecordDistributionStrategy": "AUTO"})
		w.stream("s", 1)
		for stream, code := range map[string]string{"auto": "", "s": "ValidationException"} {
			for op, in := range map[string]obj{
				"PutRecord":  {"StreamName": stream, "Data": []byte("x")},
				"PutRecords": {"StreamName": stream, "Records": batch{{"Data": []byte("x")}}},
			} {
				a := w.do(op, in)
				if code == "" {
					require.Equal(t, 200, a.status, a.text)
					continue
				}
				path := map[string]string{"PutRecord": "partitionKey", "PutRecords": "records.1.member.partitionKey"}[op]
				require.Equal(t, obj{"__type": code, "message": "1 validation error detected: " + null(path)}, a.data)
			}
		}
		require.Equal(t, []string{"x", "x"}, w.held("auto"))
		w.refused("ValidationException", "2 validation errors detected: "+null("partitionKey")+"; "+null("data"), "PutRecord", obj{"StreamName": "s"})
		for _, r := range w.b.Peek("auto")[0].Records {
			require.Empty(t, r.PartitionKey)
		}
	})
}
