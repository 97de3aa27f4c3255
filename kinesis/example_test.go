package kinesis_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
)

// get keeps the examples short.
func get[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Trucks report, a shard is split, and a reader that finishes parents before their children sees each truck's reports in order.
func Example() {
	ctx := context.Background()
	clock := inflight.NewFakeClock(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
	broker := kinesis.New(kinesis.WithClock(clock))
	trucks := get(broker.Create(ctx, "trucks", kinesis.Config{Shards: 1}))

	report := func(truck, where string) {
		get(trucks.Put(ctx, kinesis.Entry{PartitionKey: truck, Data: []byte(where)}))
		clock.Advance(time.Minute)
	}
	report("truck 1", "Lyon")
	report("truck 2", "Oslo")
	must(trucks.Split(ctx, "shardId-000000000000", kinesis.HashKey{Hi: 1 << 63}))
	report("truck 1", "Nice")
	report("truck 2", "Rome")

	for shard := range trucks.Shards(ctx, kinesis.ShardFilter{}) { // in order of ids: parents come first
		it := get(trucks.Iterator(ctx, shard.ID, kinesis.Oldest()))
		for _, r := range get(broker.Read(ctx, it, kinesis.ReadOptions{})).Records {
			fmt.Println(shard.ID, r.Arrived.Format("15:04"), r.PartitionKey, string(r.Data))
		}
	}
	fmt.Println(broker.ExplainKey("trucks", "truck 1").Before)
	// Output:
	// shardId-000000000000 09:00 truck 1 Lyon
	// shardId-000000000000 09:01 truck 2 Oslo
	// shardId-000000000001 09:02 truck 1 Nice
	// shardId-000000000002 09:03 truck 2 Rome
	// [shardId-000000000000]
}

// Records of a batch fail one by one: those that did are put again.
func Example_partialFailure() {
	ctx := context.Background()
	broker := kinesis.New()
	s := get(broker.Create(ctx, "s", kinesis.Config{Shards: 1}))
	defer broker.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Number: 1, Entry: 2, Err: kinesis.ErrThroughputExceeded}.Inject)()

	left := []kinesis.Entry{{PartitionKey: "a"}, {PartitionKey: "b"}, {PartitionKey: "c"}}
	for len(left) > 0 {
		var failed []kinesis.Entry
		for i, p := range get(s.PutBatch(ctx, left...)) {
			if p.Err != nil {
				fmt.Println(left[i].PartitionKey, "again:", p.Err)
				failed = append(failed, left[i])
			}
		}
		left = failed
	}
	for _, r := range broker.Peek("s")[0].Records {
		fmt.Print(r.PartitionKey, " ")
	}
	fmt.Println()
	// Output:
	// b again: kinesis: PutRecords s: ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream s under account 123456789012.
	// a c b
}

// A follower waits for records, and ends where its shard does.
func ExampleReader() {
	ctx := context.Background()
	s := get(kinesis.New().Create(ctx, "s", kinesis.Config{Shards: 1}))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for r, err := range s.Records(ctx, "shardId-000000000000", kinesis.Oldest()) {
			must(err)
			fmt.Println(string(r.Data))
		}
		fmt.Println("the shard was closed")
	}()
	for _, data := range []string{"one", "two"} {
		get(s.Put(ctx, kinesis.Entry{PartitionKey: "k", Data: []byte(data)}))
	}
	get(s.SetShardCount(ctx, 2, kinesis.UniformScaling))
	<-done
	// Output:
	// one
	// two
	// the shard was closed
}

// twice answers one question with yes.
type twice struct{}

func (twice) Choose(what kinesis.Choice, n int) int {
	if what == kinesis.ChooseRepeat {
		return 1
	}
	return 0
}

// What the service may do, a test can have it do: here each record is stored twice, as by a producer that missed the first answers.
func ExampleWithChooser() {
	ctx := context.Background()
	broker := kinesis.New(kinesis.WithChooser(twice{}))
	s := get(broker.Create(ctx, "s", kinesis.Config{Shards: 1}))
	get(s.Put(ctx, kinesis.Entry{PartitionKey: "k", Data: []byte("paid")}))

	it := get(s.Iterator(ctx, "shardId-000000000000", kinesis.Oldest()))
	for _, r := range get(broker.Read(ctx, it, kinesis.ReadOptions{})).Records {
		fmt.Println(string(r.Data))
	}
	// Output:
	// paid
	// paid
}
