package inflight_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// The code blocks of README.md are the bodies of the functions below; TestReadme compares them.

func Example() {
	ctx := context.Background()
	broker := sqs.New()
	orders, err := broker.Create(ctx, "orders", sqs.Config{VisibilityTimeout: new(time.Minute)})
	if err != nil {
		panic(err)
	}
	if _, err := orders.Send(ctx, sqs.Message{Body: "one espresso"}); err != nil {
		panic(err)
	}
	for m, err := range sqs.Messages(ctx, orders, sqs.ReceiveOptions{Max: 10}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(m.Body)
		if err := m.Ack(ctx); err != nil {
			panic(err)
		}
		break
	}
	// Output: one espresso
}

func Example_topics() {
	ctx := context.Background()
	region := inflight.New() // queues and topics, wired
	topic, _ := region.SNS().Create(ctx, "orders", sns.Config{})
	refunds, _ := region.SQS().Create(ctx, "refunds", sqs.Config{})
	refunds.SetConfig(ctx, sqs.Config{Policy: new(sns.QueuePolicy(refunds.ARN(), topic.ARN()))}) // or nothing arrives, as on AWS
	sub, _ := topic.Subscribe(ctx, sns.ToQueue(refunds.ARN()), sns.SubscriptionConfig{
		FilterPolicy: new(`{"kind":["refund"],"amount":[{"numeric":[">=",100]}]}`), Raw: new(true),
	})
	order := func(kind, amount string) sns.Message {
		return sns.Message{Body: kind + " of " + amount, Attributes: map[string]sns.Attribute{
			"kind": sns.String(kind), "amount": sns.Number(amount),
		}}
	}
	topic.Publish(ctx, order("refund", "250"))
	topic.Publish(ctx, order("refund", "20"))

	fmt.Println(region.SQS().Peek("refunds")[0].Body, "and no other:", len(region.SQS().Peek("refunds")))
	fmt.Println(region.SNS().Explain(sub.ARN(), order("refund", "20")).Text)
	// Output:
	// refund of 250 and no other: 1
	// its filter policy does not match: amount: want [{"numeric":[">=",100]}], found 20
}

func Example_streams() {
	ctx := context.Background()
	trucks, _ := kinesis.New().Create(ctx, "trucks", kinesis.Config{Shards: 1})
	put := func(position string) kinesis.Placed {
		placed, _ := trucks.Put(ctx, kinesis.Entry{PartitionKey: "truck 7", Data: []byte(position)})
		return placed
	}
	first := put("at the depot")
	put("on the road")
	trucks.Split(ctx, first.ShardID, kinesis.HashKey{Hi: 1 << 63})
	last := put("at the harbour")

	for _, shard := range []string{first.ShardID, last.ShardID} { // parents first
		for r := range trucks.Records(ctx, shard, kinesis.Oldest()) { // ends with a closed shard, waits at the tip of an open one
			fmt.Println(shard, string(r.Data))
			if r.Sequence == last.Sequence {
				break
			}
		}
	}
	// Output:
	// shardId-000000000000 at the depot
	// shardId-000000000000 on the road
	// shardId-000000000002 at the harbour
}

func TestPoisonEndsInTheDeadLetterQueue(t *testing.T) {
	clock := inflight.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	broker, ctx := sqs.New(sqs.WithClock(clock)), t.Context()
	dlq, _ := broker.Create(ctx, "orders-dlq", sqs.Config{})
	orders, _ := broker.Create(ctx, "orders", sqs.Config{
		DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 2},
	})
	orders.Send(ctx, sqs.Message{Body: "poison"})
	for range 3 { // the third receive is the one too many
		orders.Receive(ctx, sqs.ReceiveOptions{})
		clock.Advance(31 * time.Second)
	}
	require.Empty(t, broker.Peek("orders"))
	require.Len(t, broker.Peek("orders-dlq"), 1)
}

func TestLongPollInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jobs, _ := sqs.New().Create(t.Context(), "jobs", sqs.Config{})
		go func() {
			time.Sleep(7 * time.Second)
			jobs.Send(t.Context(), sqs.Message{Body: "job"})
		}()
		start := time.Now()
		got, _ := jobs.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(20 * time.Second)})
		require.Len(t, got, 1)
		require.Equal(t, 7*time.Second, time.Since(start)) // a few microseconds of real time
	})
}

func TestTheAnswerIsLostButTheMessageIsNot(t *testing.T) {
	broker, ctx := sqs.New(), t.Context()
	orders, _ := broker.Create(ctx, "orders", sqs.Config{})
	broker.Intercept(sqs.Fault{
		Op: sqs.OpSendMessage, Number: 1, Stage: sqs.AfterCommit, Err: sqs.ErrServiceUnavailable,
	}.Inject)

	_, err := orders.Send(ctx, sqs.Message{Body: "42"})
	require.ErrorIs(t, err, sqs.ErrServiceUnavailable)
	orders.Send(ctx, sqs.Message{Body: "42"}) // what every SDK does: it tries again

	require.Len(t, broker.Peek("orders"), 2) // so consumers must be idempotent
}

func TestCustomerPaysOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := inflight.NewFakeClock(time.Time{})
		broker := sqs.New(sqs.WithClock(clock), sqs.WithChooser(sqstest.Draw(t)))
		orders, _ := broker.Create(t.Context(), "orders", sqs.Config{})
		orders.Send(t.Context(), sqs.Message{Body: "order 42"})
		paid := map[string]int{}
		for range 20 { // repeats, reordering, forgotten deletes: whatever the service may do
			got, _ := orders.Receive(t.Context(), sqs.ReceiveOptions{Max: 10})
			for _, m := range got {
				if paid[m.Body] == 0 { // take this check out, and rapid shows the tamest schedule that charges twice
					paid[m.Body]++
				}
				m.Ack(t.Context())
			}
			clock.Advance(31 * time.Second)
		}
		if paid["order 42"] != 1 {
			t.Fatalf("paid %d times", paid["order 42"])
		}
	})
}

func ExampleFakeClock_explain() {
	ctx := context.Background()
	clock := inflight.NewFakeClock(time.Time{})
	broker := sqs.New(sqs.WithClock(clock), sqs.WithSeed(1))
	mail, err := broker.Create(ctx, "mail.fifo", sqs.Config{FIFO: new(true), ContentDedup: new(true)})
	if err != nil {
		panic(err)
	}
	mail.Send(ctx, sqs.Message{Body: "first", GroupID: "ann"})
	second, _ := mail.Send(ctx, sqs.Message{Body: "second", GroupID: "ann"})
	mail.Receive(ctx, sqs.ReceiveOptions{})
	fmt.Println(broker.Explain("mail.fifo", second.ID).State)
	_, err = mail.Send(ctx, sqs.Message{Body: "third"})
	fmt.Println(errors.Is(err, sqs.ErrMissingParameter), err)
	// Output:
	// blocked
	// true sqs: SendMessage mail.fifo: MissingRequiredParameterException: The request must contain the parameter MessageGroupId.
}
