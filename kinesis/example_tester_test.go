package kinesis_test

import (
	"context"
	"fmt"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
)

// The journal tells what happened to the stream, and who brought it about.
func ExampleBroker_Record() {
	ann := kinesis.WithCaller(context.Background(), kinesis.Caller{ARN: "arn:aws:iam::123456789012:user/ann"})
	broker := kinesis.New(kinesis.WithClock(inflight.NewFakeClock(time.Time{})))
	journal := broker.Record()
	s := get(broker.Create(ann, "s", kinesis.Config{Shards: 1}))
	get(s.Put(context.Background(), kinesis.Entry{PartitionKey: "k"}))
	must(s.IncreaseRetention(ann, 48))
	journal.Stop()

	for e := range journal.Events() {
		if e.Kind != kinesis.EventPut { // whose sequence number is long
			fmt.Println(e)
		}
	}
	fmt.Println(journal.Count(kinesis.EventPut))
	// Output:
	// 2026-01-01 00:00:00.000 created       s ACTIVE by arn:aws:iam::123456789012:user/ann
	// 2026-01-01 00:00:00.000 shard opened  s shardId-000000000000 by arn:aws:iam::123456789012:user/ann
	// 2026-01-01 00:00:00.000 changed       s retention = "48" by arn:aws:iam::123456789012:user/ann
	// 1
}

// With throttling, an on-demand stream splits the shards that took more than half of what they may take: here one of its four, that
// of the only key, took 0.6 MiB a second for a minute.
func ExampleWithThrottling() {
	ctx := context.Background()
	clock := inflight.NewFakeClock(time.Time{})
	s := get(kinesis.New(kinesis.WithClock(clock), kinesis.WithThrottling()).Create(ctx, "s", kinesis.Config{}))
	data := make([]byte, 600<<10)
	for range 60 {
		get(s.Put(ctx, kinesis.Entry{PartitionKey: "hot", Data: data}))
		clock.Advance(time.Second)
	}
	fmt.Println(get(s.Summary(ctx)).OpenShards)
	clock.Advance(kinesis.ScaleInterval)
	fmt.Println(get(s.Summary(ctx)).OpenShards)
	// Output:
	// 4
	// 5
}
