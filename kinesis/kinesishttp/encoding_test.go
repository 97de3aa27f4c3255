package kinesishttp_test

import (
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

// The same requests in both encodings have the same answers.
func TestEncodingsAgree(t *testing.T) {
	steps := []struct {
		op string
		in obj
	}{
		{"CreateStream", obj{"StreamName": "s", "ShardCount": 2, "Tags": texts{"a": "ä"}}},
		{"PutRecord", obj{"StreamName": "s", "PartitionKey": "a", "Data": []byte{0xff, 0}}},
		{"PutRecords", obj{"StreamName": "s", "Records": batch{{"PartitionKey": "b", "Data": []byte("x")}, {"PartitionKey": "c", "Data": []byte{}}}}},
		{"DescribeStream", obj{"StreamName": "s", "Limit": 1.9}},
		{"DescribeStreamSummary", obj{"StreamName": "s"}},
		{"ListStreams", obj{"Limit": 1e12}},
		{"ListStreams", obj{"Limit": 1}},
		{"ListShards", obj{"StreamName": "s", "StreamCreationTimestamp": time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}},
		{"ListShards", obj{"StreamName": "s", "StreamCreationTimestamp": time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC)}},
		{"ListShards", obj{"StreamName": "s", "ShardFilter": obj{"Type": "FROM_TIMESTAMP", "Timestamp": time.Date(2026, 1, 1, 0, 0, 0, 1e6, time.UTC)}}},
		{"ListTagsForStream", obj{"StreamName": "s"}},
		{"ListTagsForStream", obj{"StreamName": 1}},
		{"PutRecord", obj{"StreamName": "s", "PartitionKey": true, "Data": 1}},
		{"DeleteStream", obj{"StreamName": "s", "EnforceConsumerDeletion": true}},
		{"DeleteStream", obj{"StreamName": "s"}},
		{"DescribeLimits", obj{"Unknown": obj{"a": list{1, nil, "x", []byte("y")}}}},
		{"Unknown", obj{}},
	}
	json, cbor := newWorld(t), newWorld(t).in(t, true)
	for _, s := range steps {
		want, got := json.do(s.op, s.in), cbor.do(s.op, s.in)
		require.Equal(t, want.data, got.data, "%s %v", s.op, s.in)
		require.Equal(t, want.status, got.status)
		require.Equal(t, []any{typeJSON, typeCBOR}, []any{want.header.Get("Content-Type"), got.header.Get("Content-Type")})
	}
}

// A time is a fraction of seconds in JSON and whole milliseconds in CBOR, both ways.
func TestTimesHaveMilliseconds(t *testing.T) {
	eachEncoding(t, func(w *world) {
		w.stream("s", 1)
		for i, ms := range []int{500, 250, 249} {
			w.clk.Advance(time.Duration(ms) * time.Millisecond)
			w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte{byte(i)}})
		}
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, row := range []struct {
			since time.Duration
			want  []any
		}{
			{750 * time.Millisecond, []any{1767225600.75, 1767225600.999}},
			{751 * time.Millisecond, []any{1767225600.999}},
			{0, []any{1767225600.5, 1767225600.75, 1767225600.999}},
		} {
			it := w.ok("GetShardIterator", obj{
				"StreamName": "s", "ShardId": "0", "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": start.Add(row.since),
			})["ShardIterator"]
			var got []any
			for _, r := range w.ok("GetRecords", obj{"ShardIterator": it})["Records"].(list) {
				got = append(got, r.(obj)["ApproximateArrivalTimestamp"])
			}
			require.Equal(t, row.want, got)
		}
	})
	w := newWorld(t)
	w.stream("s", 1)
	w.clk.Advance(120 * time.Millisecond)
	w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte{}})
	a := w.raw("GetRecords", w.encode(obj{"ShardIterator": w.iterator("s", "0")}))
	require.Contains(t, a.text, `"ApproximateArrivalTimestamp":1767225600.12,`)
}

// Of a creation the service tells the second.
func TestCreationsAreWholeSeconds(t *testing.T) {
	eachEncoding(t, func(w *world) {
		w.clk.Advance(1900 * time.Millisecond)
		w.stream("s", 1)
		const second = 1767225601.0
		require.Equal(t, second, w.ok("DescribeStream", obj{"StreamName": "s"})["StreamDescription"].(obj)["StreamCreationTimestamp"])
		require.Equal(t, second, w.ok("ListStreams", obj{})["StreamSummaries"].(list)[0].(obj)["StreamCreationTimestamp"])
		made := w.ok("RegisterStreamConsumer", obj{"StreamARN": arnPrefix + "s", "ConsumerName": "c"})["Consumer"].(obj)
		require.Equal(t, second, made["ConsumerCreationTimestamp"])
	})
}

// What a record holds comes back, in whatever encodings it was put and is read.
func TestRecordsSurviveEveryEncoding(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.stream("s", 1)
		put, get := w.in(t, rapid.Bool().Draw(r, "put in CBOR")), w.in(t, rapid.Bool().Draw(r, "read in CBOR"))
		records := batch{}
		for range rapid.IntRange(1, 5).Draw(r, "records") {
			records = append(records, obj{
				"PartitionKey": rapid.StringN(1, 256, 256).Draw(r, "key"), "Data": append([]byte{}, rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(r, "data")...),
			})
		}
		put.ok("PutRecords", obj{"StreamName": "s", "Records": records})
		got := get.ok("GetRecords", obj{"ShardIterator": get.iterator("s", "0")})["Records"].(list)
		require.Len(t, got, len(records))
		for i, want := range records {
			have := got[i].(obj)
			require.Equal(t, want, obj{"PartitionKey": have["PartitionKey"], "Data": have["Data"]})
		}
	})
}

// Section 3.1, in both encodings: the first member of a wrong type is the refusal, under a name with a large letter.
func TestTypes(t *testing.T) {
	const number = "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
	eachEncoding(t, func(w *world) {
		for _, row := range []struct {
			op, member string
			value      any
			text       string
		}{
			{"PutRecord", "StreamName", true, "class java.lang.Boolean can not be converted to an String"},
			{"PutRecord", "StreamName", 23, "class " + number + " can not be converted to an String"},
			{"PutRecord", "StreamName", list{1}, "Start of list found where not expected"},
			{"PutRecord", "StreamName", obj{"a": 1}, "Start of structure or map found where not expected."},
			{"PutRecord", "StreamId", 1, "class " + number + " can not be converted to an String"},
			{"CreateStream", "ShardCount", "1", "class java.lang.String can not be converted to an Integer"},
			{"CreateStream", "ShardCount", false, "class java.lang.Boolean can not be converted to an Integer"},
			{"CreateStream", "ShardCount", list{}, "Start of list found where not expected"},
			{"CreateStream", "ShardCount", obj{}, "Start of structure or map found where not expected."},
			{"DeleteStream", "EnforceConsumerDeletion", "23", "'23' can not be converted to an Boolean"},
			{"DeleteStream", "EnforceConsumerDeletion", 1, "class " + number + " can not be converted to an Boolean"},
			{"PutRecord", "DryRun", "1", "'1' can not be converted to an Boolean"},
			{"PutRecord", "Data", 1.5, "class " + number + " can not be converted to a Blob"},
			{"PutRecord", "Data", true, "class java.lang.Boolean can not be converted to a Blob"},
			{"PutRecord", "Data", "abcde", "'abcde' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5"},
			{"PutRecord", "Data", "=bcd", "'=bcd' can not be converted to a Blob: Invalid Base64 character: '='"},
			{"PutRecord", "Data", "a===", "'a===' can not be converted to a Blob: Invalid Base64 character: '='"},
			{"PutRecord", "Data", "ab-_", "'ab-_' can not be converted to a Blob: Invalid Base64 character: '-'"},
			{"PutRecord", "Data", "YQ\r\n", "'YQ\r\n' can not be converted to a Blob: Invalid Base64 character: '\r'"},
			{"PutRecord", "Data", "YWJj\n\n\n\n", "'YWJj\n\n\n\n' can not be converted to a Blob: Invalid Base64 character: '\n'"},
			{"PutRecord", "Data", "YWJj\r\r\r\r", "'YWJj\r\r\r\r' can not be converted to a Blob: Invalid Base64 character: '\r'"},
			{"PutRecord", "Data", "YR==", "'YR==' can not be converted to a Blob: Invalid last non-pad Base64 character dectected"},
			{"GetShardIterator", "Timestamp", "2026", "class java.lang.String can not be converted to milliseconds since epoch"},
			{"GetShardIterator", "Timestamp", list{}, "Start of list found where not expected"},
			{"PutRecords", "Records", "x", "Expected list or null"},
			{"PutRecords", "Records", obj{}, "Start of structure or map found where not expected."},
			{"PutRecords", "Records", list{1}, "Expected null"},
			{"PutRecords", "Records", list{1, list{}}, "Expected null"},
			{"PutRecords", "Records", list{list{}, 1}, "Start of list found where not expected"},
			{"PutRecords", "Records", list{list{}}, "Start of list found where not expected"},
			{"PutRecords", "Records", list{obj{"Data": false}}, "class java.lang.Boolean can not be converted to a Blob"},
			{"RemoveTagsFromStream", "TagKeys", list{"a", 1}, "class " + number + " can not be converted to an String"},
			{"AddTagsToStream", "Tags", "a", "Expected map or null"},
			{"AddTagsToStream", "Tags", list{}, "Start of list found where not expected"},
			{"AddTagsToStream", "Tags", obj{"a": 1}, "class " + number + " can not be converted to an String"},
			{"UpdateStreamMode", "StreamModeDetails", "ON_DEMAND", "Expected null"},
			{"ListShards", "ShardFilter", obj{"Type": obj{}}, "Start of structure or map found where not expected."},
			{"SubscribeToShard", "StartingPosition", obj{"Timestamp": "x"}, "class java.lang.String can not be converted to milliseconds since epoch"},
		} {
			a := w.do(row.op, obj{row.member: row.value})
			require.Equal(t, obj{"__type": "SerializationException", "Message": row.text}, a.data, "%s %s %v", row.op, row.member, row.value)
			require.Equal(t, http.StatusBadRequest, a.status)
		}
	})
}

// What is converted without a word.
func TestConversions(t *testing.T) {
	eachEncoding(t, func(w *world) {
		for value, want := range map[any]int{
			-0.5: -1, 0.9: 0, 1e10: math.MaxInt32, -1e10: math.MinInt32, 1e300: math.MaxInt32, 10_001: 10_001, 10_000.9: 0, 1.9: 0,
		} {
			if want == 0 && value != 0.9 { // floored, and in range
				w.ok("ListStreams", obj{"Limit": value})
				continue
			}
			bound := "greater than or equal to 1"
			if want > 0 {
				bound = "less than or equal to 10000"
			}
			w.refused("ValidationException", fmt.Sprintf("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
				"Member must have value %s", want, bound), "ListStreams", obj{"Limit": value})
		}
		w.stream("s", 1)
		for i, yes := range []any{"true", "TRUE", true} {
			w.refused("DryRunOperationException", "Request would have succeeded, but DryRun flag is set.", "PutRecord",
				obj{"StreamName": "s", "PartitionKey": fmt.Sprint(i), "Data": []byte{}, "DryRun": yes})
		}
		for _, no := range []any{"false", "False", false, nil} {
			w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte("x"), "DryRun": no, "ExplicitHashKey": nil})
		}
		require.Len(t, w.held("s"), 4)
		w.ok("PutRecords", obj{"StreamName": "s", "Records": list{nil, obj{"Data": []byte("y"), "PartitionKey": "k"}, nil}})
		w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": "YQ=="}) // a text is base64 in both
		require.Equal(t, []string{"x", "x", "x", "x", "y", "a"}, w.held("s"))
		// A list and a map that are null, or have null in them.
		w.void("AddTagsToStream", obj{"StreamName": "s", "Tags": obj{"a": "b", "c": nil}})
		require.Equal(t, list{obj{"Key": "a", "Value": "b"}}, w.ok("ListTagsForStream", obj{"StreamName": "s", "Limit": nil})["Tags"])
	})
}

// All widths and forms of CBOR say the same.
func TestUnusualCBOR(t *testing.T) {
	w := newWorld(t).in(t, true)
	w.stream("s", 1)
	body := "\xa4" + "\x7f\x66Stream\x64Name\xff" + "\x61s" + "\xd9\xd9\xf7\x6cPartitionKey" + "\x7f\x61k\x60\xff" +
		"\x64Data" + "\x5f\x41a\x42bc\xff" + "\x67Unknown" + "\xc2\x42\x01\x00"
	a := w.raw("PutRecord", body)
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, []string{"abc"}, w.held("s"))
	for value, ok := range map[string]bool{
		"\x01": true, "\x18\x01": true, "\x19\x00\x01": true, "\x1a\x00\x00\x00\x01": true, "\xf9\x3c\x00": true, "\xfa\x3f\x80\x00\x00": true,
		"\xc1\x01": true, "\xf7": true, "\xf6": true, "\x00": false, "\x20": false, "\xf9\x00\x01": false, "\xf9\xfc\x00": false,
	} {
		a := w.raw("ListStreams", "\xa1\x65Limit"+value)
		require.Equal(t, ok, a.status == http.StatusOK, "%x: %s", value, a.text)
	}
	require.Equal(t, http.StatusOK, w.raw("ListStreams", "\xbf\xff").status)
	v, err := wiretest.DecodeCBOR([]byte(w.raw("ListStreams", "\xa0").text))
	require.NoError(t, err)
	require.Equal(t, list{"s"}, v.(obj)["StreamNames"])
}
