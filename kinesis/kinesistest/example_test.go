package kinesistest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// A history is judged after the fact. Here a reader has lost its place, and begins anew where it should not have.
func ExampleCheck() {
	ctx, clock := context.Background(), inflight.NewFakeClock(time.Time{})
	var history kinesistest.History
	streams := history.Record(kinesis.New(kinesis.WithClock(clock)), "reader", clock.Now)
	trucks, _ := streams.Create(ctx, "trucks", kinesis.Config{Shards: 1})
	for _, truck := range []string{"a", "b", "c"} {
		if _, err := trucks.Put(ctx, kinesis.Entry{PartitionKey: truck, Data: []byte("50 N 8 E")}); err != nil {
			panic(err)
		}
	}
	it, _ := trucks.Iterator(ctx, "0", kinesis.Oldest())
	if _, err := streams.Read(ctx, it, kinesis.ReadOptions{Limit: 1}); err != nil {
		panic(err)
	}
	it, _ = trucks.Iterator(ctx, "0", kinesis.Latest()) // not where the read ended
	if _, err := streams.Read(ctx, it, kinesis.ReadOptions{}); err != nil {
		panic(err)
	}
	for _, v := range kinesistest.Check(history.Ops(), kinesistest.Rules{Stream: trucks.ARN(), Drained: true}) {
		fmt.Println(v.Rule, "-", v.Text, v.Ops[0].Key)
	}
	// Output:
	// nothing is lost - a record was put, and in the end neither read nor expired b
	// nothing is lost - a record was put, and in the end neither read nor expired c
}

// A schedule that a property test has found is kept as a script: here the first read answers nothing, though there is a record.
func ExampleScript() {
	ctx := context.Background()
	broker := kinesis.New(kinesis.WithChooser(kinesistest.Script(0, 0, 0, 1)))
	trucks, _ := broker.Create(ctx, "trucks", kinesis.Config{Shards: 1})
	if _, err := trucks.Put(ctx, kinesis.Entry{PartitionKey: "a", Data: []byte("50 N 8 E")}); err != nil {
		panic(err)
	}
	it, _ := trucks.Iterator(ctx, "0", kinesis.Oldest())
	for range 2 {
		b, err := broker.Read(ctx, it, kinesis.ReadOptions{})
		if err != nil {
			panic(err)
		}
		fmt.Println(len(b.Records), "records, behind:", b.Behind > 0)
		it = b.Next
	}
	// Output:
	// 0 records, behind: true
	// 1 records, behind: false
}
