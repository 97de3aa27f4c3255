package kinesishttp_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

// furnished is a world with something for every operation to find.
func furnished(t testing.TB) *world {
	w := newWorld(t)
	w.stream("s", 2)
	w.ok("RegisterStreamConsumer", obj{"StreamARN": arnPrefix + "s", "ConsumerName": "c"})
	w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte("x")})
	return w
}

// sound requires an answer that is well formed, and not the server's fault.
func sound(t require.TestingT, a answer) {
	if strings.HasPrefix(a.header.Get("Content-Type"), "application/vnd") {
		return
	}
	// The one exception: numbers of the service's first format make it fail.
	require.True(t, a.status < 500 || a.text != "" && a.data["__type"] == "InternalFailure", a.text)
	require.Equal(t, a.status == 200, a.data["__type"] == nil, a.text)
	require.NotContains(t, a.text, ":null")
}

// quiet are the operations that answer in one piece.
func quiet() []string {
	all := operations()
	for i, op := range all {
		if op == "SubscribeToShard" { // whose recorder would wait
			all[i] = "PutRecord"
		}
	}
	return all
}

// FuzzJSON gives any body to any operation.
func FuzzJSON(f *testing.F) {
	for i := range operations() {
		f.Add(byte(i), `{"StreamName":"s","ShardId":"0","ResourceARN":"`+arnPrefix+`s","StreamARN":"`+arnPrefix+`s","ConsumerName":"c","Limit":1}`)
		f.Add(byte(i), `{"Records":[{"PartitionKey":"k","Data":"AA=="}],"Tags":{"a":"b"},"TagKeys":["a"],"RetentionPeriodHours":48,"TargetShardCount":4,"ScalingType":"UNIFORM_SCALING"}`)
	}
	for _, body := range []string{
		"", " ", "{}", "null", "[]", "\xff", `{"StreamName":null}`, `{"PartitionKey":"\ud83d\ude00\ud800"}`, `{"Data":"A"}`, `{"Timestamp":1e999}`,
		`{"StreamName":"s","ShardIteratorType":"AT_SEQUENCE_NUMBER","ShardId":"0","StartingSequenceNumber":"0"}`, `{"Limit":-1e9}`,
		`{"StreamModeDetails":{"StreamMode":"ON_DEMAND"},"ShardFilter":{"Type":"AT_TIMESTAMP","Timestamp":-0.5}}`, `{"NextToken":"AAAA"}`,
	} {
		for _, op := range []byte{1, 8, 13, 15, 17, 24, 25} {
			f.Add(op, body)
		}
	}
	all := quiet()
	f.Fuzz(func(t *testing.T, op byte, body string) {
		w := furnished(t)
		a := w.raw(all[int(op)%len(all)], body)
		sound(t, a)
		require.True(t, a.text == "" || json.Valid([]byte(a.text)), a.text)
		w.b.Peek("s")
	})
}

// FuzzCBOR does the same in CBOR.
func FuzzCBOR(f *testing.F) {
	for i := range operations() {
		f.Add(byte(i), wiretest.EncodeCBOR(obj{"StreamName": "s", "ShardId": "0", "ResourceARN": arnPrefix + "s", "StreamARN": arnPrefix + "s", "Limit": 1}))
		f.Add(byte(i), wiretest.EncodeCBOR(obj{"Records": batch{{"PartitionKey": "k", "Data": []byte{0}}}, "Tags": texts{"a": "b"}, "DryRun": true}))
	}
	for _, body := range []string{
		"", "\xa0", "\xbf\xff", "\xbf", "\x9f", "\xf6", "\xa1\x65Limit\xf9\x7e\x00", "\xa1\x65Limit\xfb\xff\xf0\x00\x00\x00\x00\x00\x00",
		"\xa1\x64Data\x5f\x41a\xff", "\xa1\x69Timestamp\xc1\x3b\xff\xff\xff\xff\xff\xff\xff\xff", "\xa1\x61x\xdb\xff\xff\xff\xff\xff\xff\xff\xff\x00",
	} {
		for _, op := range []byte{1, 8, 13, 15, 17, 24, 25} {
			f.Add(op, []byte(body))
		}
	}
	all := quiet()
	f.Fuzz(func(t *testing.T, op byte, body []byte) {
		w := furnished(t).in(t, true)
		sound(t, w.raw(all[int(op)%len(all)], string(body)))
		w.b.Peek("s")
	})
}

// Random members of random types, for every operation in both encodings: never a panic, always an answer in form, and the same one.
func TestRandomMembers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		json, cbor := furnished(t), furnished(t).in(t, true)
		for range rapid.IntRange(1, 5).Draw(r, "calls") {
			op := rapid.SampledFrom(quiet()).Draw(r, "operation")
			in := obj{}
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(members()), 0, 8, rapid.ID).Draw(r, "names") {
				in[name] = rapid.OneOf(likely(name), likely(name), likely(name), anything(2)).Draw(r, name)
			}
			a, b := json.do(op, in), cbor.do(op, in)
			sound(r, a)
			sound(r, b)
			require.Equal(r, []any{a.status, a.data["__type"]}, []any{b.status, b.data["__type"]}, "%s %v\n%s\n%s", op, in, a.text, b.text)
		}
	})
}

// members are the names of all members of requests.
func members() []string {
	return strings.Fields(`AdjacentShardToMerge ConsumerARN ConsumerName Data DryRun EncryptionType EnforceConsumerDeletion ExclusiveStartShardId
		ExclusiveStartStreamName ExclusiveStartTagKey ExplicitHashKey KeyId Limit MaxRecordSizeInKiB MaxResults MinimumThroughputBillingCommitment
		NewStartingHashKey NextToken PartitionKey Policy RecordDistributionStrategy Records ResourceARN RetentionPeriodHours ScalingType
		SequenceNumberForOrdering ShardCount ShardFilter ShardId ShardIterator ShardIteratorType ShardLevelMetrics ShardToMerge ShardToSplit
		StartingPosition StartingSequenceNumber StreamARN StreamCreationTimestamp StreamId StreamModeDetails StreamName Tags TagKeys
		TargetShardCount Timestamp WarmThroughputMiBps`)
}

// likely draws a value that a member may have.
func likely(name string) *rapid.Generator[any] {
	one := func(vs ...any) *rapid.Generator[any] { return rapid.SampledFrom(vs) }
	switch {
	case name == "Data":
		return rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 9), func(b []byte) any { return append([]byte{}, b...) })
	case name == "Records":
		return one(list{}, list{obj{"PartitionKey": "k", "Data": "YQ=="}}, list{obj{"PartitionKey": "k"}, obj{"Data": "", "ExplicitHashKey": "0"}})
	case name == "StreamName":
		return one("s", "s", "s", "none", "")
	case strings.HasSuffix(name, "ARN"):
		return one(arnPrefix+"s", arnPrefix+"s", arnPrefix+"s/consumer/c:1767225600", arnPrefix+"none", "arn:")
	case name == "ShardFilter", name == "StartingPosition":
		return one(obj{"Type": "AT_TIMESTAMP", "Timestamp": 1.5}, obj{"Type": "AT_LATEST"}, obj{})
	case name == "StreamModeDetails":
		return one(obj{"StreamMode": "ON_DEMAND"}, obj{"StreamMode": "PROVISIONED"}, obj{"StreamMode": ""})
	case name == "MinimumThroughputBillingCommitment":
		return one(obj{"Status": "ENABLED"}, obj{"Status": "DISABLED"})
	case name == "ShardLevelMetrics":
		return one(list{"ALL"}, list{"IncomingBytes", "x"}, list{})
	case name == "Tags":
		return one(obj{"a": "b"}, obj{"a": "%"}, obj{})
	case name == "TagKeys":
		return one(list{"a"}, list{""}, list{})
	case strings.Contains(name, "Shard") && !strings.HasSuffix(name, "Count") || strings.Contains(name, "Type"):
		return one("0", "shardId-000000000001", "2", "x", "TRIM_HORIZON", "AT_SEQUENCE_NUMBER", "AT_TIMESTAMP", "UNIFORM_SCALING", "KMS", "AUTO")
	case strings.Contains(name, "Timestamp"):
		return one(0, 1767225600, 1767225600.5, -1, 1e300)
	case strings.Contains(name, "HashKey"), strings.Contains(name, "Sequence"):
		return one("0", "2", highest, "340282366920938463463374607431768211456", "-1", "170141183460469231731687303715884105728",
			"49570154343577991434159135485979649237735405726566711298")
	case name == "DryRun", name == "EnforceConsumerDeletion":
		return one(true, false, "true")
	}
	return rapid.OneOf(one("a", "c", "", 0, 1, 4, 24, 48, 1024, 10_000, 8760, 1e9, -1), rapid.Map(rapid.String(), func(s string) any { return s }))
}

// anything draws a value of any type that both encodings have.
func anything(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(r *rapid.T) any {
		most := 6
		if depth == 0 {
			most = 4
		}
		switch rapid.IntRange(0, most).Draw(r, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(r, "truth")
		case 2:
			return rapid.IntRange(-1<<40, 1<<40).Draw(r, "whole")
		case 3:
			return rapid.Float64Range(-1e20, 1e20).Draw(r, "number")
		case 4:
			return rapid.String().Draw(r, "text")
		case 5:
			return list(rapid.SliceOfN(anything(depth-1), 0, 3).Draw(r, "list"))
		}
		return rapid.MapOfN(rapid.OneOf(rapid.SampledFrom([]string{"Type", "Status", "StreamMode", "Data"}), rapid.String()), anything(depth-1), 0, 3).Draw(r, "map")
	})
}
