package sqstest_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// One case, without a test: a broker that refuses to delete what is gone already.
func ExampleCase_Try() {
	strict := twisted{sqs.New(), func(q sqs.Queue) sqs.Queue { return secondDeleteFails{q, map[sqs.Receipt]bool{}} }}
	for _, c := range sqstest.Cases() {
		if c.Name != "delete/twice" {
			continue
		}
		fmt.Println(c.Try(context.Background(), sqstest.Instance{Queues: sqs.New(), Exact: true}))
		err := c.Try(context.Background(), sqstest.Instance{Queues: strict, Exact: true})
		for _, line := range strings.Split(err.Error(), "\n")[:3] {
			fmt.Println(line)
		}
	}
	// Output:
	// <nil>
	// delete/twice
	// rule:   deleting a message again succeeds
	// source: recorded 10.2
}

// A message is received three times: again when its time is over, as it should be, and once more too soon, as it may be.
func ExampleCheck() {
	clk := inflight.NewFakeClock(time.Time{})
	ctx, broker := context.Background(), sqs.New(sqs.WithClock(clk), sqs.WithChooser(sqstest.Script(0, 0, 0, 1)))
	q, _ := broker.Create(ctx, "orders", sqs.Config{})
	var history sqstest.History
	orders := history.Record(q, clk.Now)

	_, _ = orders.Send(ctx, sqs.Message{Body: "order"})
	_, _ = orders.Receive(ctx, sqs.ReceiveOptions{})
	clk.Advance(31 * time.Second)                    // too slow: the message is visible again
	_, _ = orders.Receive(ctx, sqs.ReceiveOptions{}) // the script has the service lend it twice
	_, _ = orders.Receive(ctx, sqs.ReceiveOptions{})

	fmt.Println(len(sqstest.Check(history.Ops(), sqstest.Rules{Queue: "orders"})), "broken promises of a standard queue")
	for _, v := range sqstest.Check(history.Ops(), sqstest.Rules{Queue: "orders", Exact: true}) {
		fmt.Println(v.Rule+":", v.Text)
		for _, o := range v.Ops {
			fmt.Println(o.Kind, o.At.Format("04:05"), "until", o.Until.Format("04:05"))
		}
	}
	// Output:
	// 0 broken promises of a standard queue
	// one holder at a time: lent again before its visibility timeout ended
	// received 00:31 until 01:01
	// received 00:31 until 01:01
}

// A schedule that Draw has found, replayed: the delete is forgotten, so the message comes back and is handled twice.
func ExampleScript() {
	clk := inflight.NewFakeClock(time.Time{})
	const tame, forget = 0, 1
	ctx, broker := context.Background(), sqs.New(sqs.WithClock(clk), sqs.WithChooser(sqstest.Script(tame, tame, forget)))
	orders, _ := broker.Create(ctx, "orders", sqs.Config{})
	_, _ = orders.Send(ctx, sqs.Message{Body: "one book"})
	for range 3 {
		got, _ := orders.Receive(ctx, sqs.ReceiveOptions{})
		for _, m := range got {
			fmt.Println("charged for", m.Body)
			_ = m.Ack(ctx)
		}
		clk.Advance(time.Minute)
	}
	// Output:
	// charged for one book
	// charged for one book
}
