package kinesishttp_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesishttp"
)

// The handler alone: decode, core, encode.

// benchmark sends the same request over and over, in both encodings, to a broker with a stream. How long records are held does not
// matter.
func benchmark(b *testing.B, op string, in obj) {
	for name, cbor := range map[string]bool{"JSON": false, "CBOR": true} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b).in(b, cbor)
			w.stream("s", 4)
			if op == "GetRecords" {
				fill(b, w.b)
				in["ShardIterator"] = w.iterator("s", "0")
			}
			kind := typeJSON
			if cbor {
				kind = typeCBOR
			}
			wiretest.Benchmark(b, kinesishttp.NewHandler(w.b), http.Header{
				"X-Amz-Target": {"Kinesis_20131202." + op}, "Content-Type": {kind},
				"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=00"},
			}, w.encode(in))
		})
	}
}

// fill puts 10,000 records of 100 bytes into the first shard.
func fill(b *testing.B, broker *kinesis.Broker) {
	es := make([]kinesis.Entry, 500)
	for i := range es {
		es[i] = kinesis.Entry{PartitionKey: "truck-1", Data: make([]byte, 100), HashKeyText: "0"}
	}
	for range 20 {
		if _, err := broker.Stream(b.Context(), "s").PutBatch(b.Context(), es...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutRecord(b *testing.B) {
	benchmark(b, "PutRecord", obj{"StreamName": "s", "PartitionKey": "truck-17", "Data": []byte(strings.Repeat("x", 100))})
}

func BenchmarkPutRecords(b *testing.B) {
	records := make(batch, 500)
	for i := range records {
		records[i] = obj{"PartitionKey": base64.StdEncoding.EncodeToString([]byte{byte(i), 1, byte(i >> 8)}), "Data": []byte(strings.Repeat("x", 100))}
	}
	benchmark(b, "PutRecords", obj{"StreamName": "s", "Records": records})
}

func BenchmarkGetRecords(b *testing.B) {
	benchmark(b, "GetRecords", obj{})
}
