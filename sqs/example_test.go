package sqs_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// get keeps the examples short.
func get[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// A worker that fails, a dead-letter queue, and the way back.
func Example() {
	ctx := context.Background()
	clock := inflight.NewFakeClock(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
	broker := sqs.New(sqs.WithClock(clock))

	dead := get(broker.Create(ctx, "mail-dead", sqs.Config{}))
	mail := get(broker.Create(ctx, "mail", sqs.Config{
		VisibilityTimeout: new(time.Minute),
		DeadLetter:        &sqs.DeadLetter{Target: dead.ARN(), MaxReceives: 3},
	}))
	get(mail.Send(ctx, sqs.Message{Body: "to ann"}))
	get(mail.Send(ctx, sqs.Message{Body: "to nobody"}))

	deliver := func(addressKnown bool) {
		for range 4 {
			for _, m := range get(mail.Receive(ctx, sqs.ReceiveOptions{Max: 10})) {
				if m.Body == "to nobody" && !addressKnown {
					continue // the worker crashes: nobody deletes the message
				}
				if err := m.Ack(ctx); err != nil {
					log.Fatal(err)
				}
				fmt.Printf("%s delivered %q at attempt %d\n", clock.Now().Format("15:04"), m.Body, m.Receives)
			}
			clock.Advance(time.Minute)
		}
	}
	deliver(false)
	fmt.Println("dead:", get(dead.Counts(ctx)).Visible)

	task := get(broker.StartMove(ctx, sqs.MoveOptions{Source: dead.ARN()}))
	fmt.Println("moved back:", task.Moved, task.Status)
	deliver(true)
	// Output:
	// 09:00 delivered "to ann" at attempt 1
	// dead: 1
	// moved back: 1 COMPLETED
	// 09:04 delivered "to nobody" at attempt 1
}

// A message group is worked on in order; other groups are not held up.
func Example_fifo() {
	ctx := context.Background()
	q := get(sqs.New().Create(ctx, "orders.fifo", sqs.Config{FIFO: new(true), ContentDedup: new(true)}))
	for _, body := range []string{"ann 1", "ann 2", "bob 1", "ann 1"} { // the last is a duplicate
		get(q.Send(ctx, sqs.Message{Body: body, GroupID: body[:3]}))
	}
	first := get(q.Receive(ctx, sqs.ReceiveOptions{}))
	second := get(q.Receive(ctx, sqs.ReceiveOptions{Max: 10}))
	fmt.Println(first[0].Body, "|", second[0].Body, "|", len(second))
	if err := first[0].Ack(ctx); err != nil {
		log.Fatal(err)
	}
	third := get(q.Receive(ctx, sqs.ReceiveOptions{Max: 10}))
	fmt.Println(third[0].Body, "|", len(third))
	// Output:
	// ann 1 | bob 1 | 1
	// ann 2 | 1
}

// Tenants of a standard queue are served in turn, whatever backlog one of them has.
func Example_fairQueue() {
	ctx := context.Background()
	q := get(sqs.New().Create(ctx, "jobs", sqs.Config{}))
	for i := range 1000 {
		get(q.Send(ctx, sqs.Message{Body: fmt.Sprint("noisy ", i), GroupID: "noisy"}))
	}
	get(q.Send(ctx, sqs.Message{Body: "quiet", GroupID: "quiet"}))
	for _, m := range get(q.Receive(ctx, sqs.ReceiveOptions{Max: 3})) {
		fmt.Println(m.Body)
	}
	// Output:
	// noisy 0
	// quiet
	// noisy 1
}

// The journal tells what happened, also what time alone did.
func ExampleBroker_Record() {
	ctx := context.Background()
	clock := inflight.NewFakeClock(time.Time{})
	broker := sqs.New(sqs.WithClock(clock))
	q := get(broker.Create(ctx, "jobs", sqs.Config{Retention: new(time.Hour)}))
	journal := broker.Record()
	get(q.Send(ctx, sqs.Message{Body: "job", Delay: new(10 * time.Second)}))
	clock.Advance(15 * time.Second)
	get(q.Receive(ctx, sqs.ReceiveOptions{}))
	clock.Advance(2 * time.Hour)
	get(q.Counts(ctx))
	for e := range journal.Events() {
		fmt.Println(e.At.Format("15:04:05"), e.Kind, e.Receives)
	}
	// Output:
	// 00:00:00 sent 0
	// 00:00:10 returned 0
	// 00:00:15 received 1
	// 00:00:45 returned 1
	// 01:00:00 expired 1
}

// A snapshot is a point to go back to.
func ExampleBroker_Snapshot() {
	ctx := context.Background()
	broker := sqs.New()
	q := get(broker.Create(ctx, "jobs", sqs.Config{}))
	get(q.Send(ctx, sqs.Message{Body: "job"}))
	before := broker.Snapshot()
	for range 2 {
		m := get(q.Receive(ctx, sqs.ReceiveOptions{}))[0]
		fmt.Println(m.Body, m.Receives)
		broker.Restore(before)
	}
	// Output:
	// job 1
	// job 1
}

// Settings can be written by the service's names, too.
func ExampleParseAttributes() {
	cfg := get(sqs.ParseAttributes(map[string]string{"VisibilityTimeout": "120", "DelaySeconds": "5"}))
	fmt.Println(*cfg.VisibilityTimeout, *cfg.Delay)
	_, err := sqs.ParseAttributes(map[string]string{"VisibilityTimeout": "soon"})
	fmt.Println(err)
	// Output:
	// 2m0s 5s
	// sqs: InvalidAttributeValue: Invalid value for the parameter VisibilityTimeout.
}
