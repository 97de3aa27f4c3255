package snstest_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
	"github.com/inflight-mq/inflight/sqs"
)

// One case, without a test: a service that finds a topic whatever is asked of it.
func ExampleCase_Try() {
	for _, c := range snstest.Cases() {
		if c.Name != "create/compares-given" {
			continue
		}
		fmt.Println(c.Try(context.Background(), snstest.Instance{Topics: sns.New(), Queues: sqs.New(), Exact: true}))
		err := c.Try(context.Background(), snstest.Instance{Topics: indifferent{sns.New()}, Queues: sqs.New(), Exact: true})
		for _, line := range strings.Split(err.Error(), "\n")[:3] {
			fmt.Println(line)
		}
	}
	// Output:
	// <nil>
	// create/compares-given
	// rule:   creation compares only the settings that it names
	// source: recorded 2.1
}

// A subscriber gets a message twice, as a standard topic may deliver it.
func ExampleCheck() {
	clk := inflight.NewFakeClock(time.Time{})
	ctx, queues := context.Background(), sqs.New(sqs.WithClock(clk))
	broker := sns.New(sns.WithClock(clk), sns.WithQueues(inflight.Queues(queues)), sns.WithoutQueuePolicies(),
		sns.WithChooser(snstest.Script(1)))

	var history snstest.History
	orders, _ := history.Topics(broker, clk.Now).Create(ctx, "orders", sns.Config{})
	made, _ := queues.Create(ctx, "bills", sqs.Config{})
	bills := history.Queue(made, clk.Now)
	_, _ = orders.Subscribe(ctx, sns.ToQueue(bills.ARN()), sns.SubscriptionConfig{Raw: new(true)})
	_, _ = orders.Publish(ctx, sns.Message{Body: "one book"})
	_, _ = bills.Receive(ctx, sqs.ReceiveOptions{Max: 10})

	fmt.Println(len(snstest.Check(history.Ops(), snstest.Rules{Topic: orders.ARN(), Drained: true})), "broken promises of a standard topic")
	for _, v := range snstest.Check(history.Ops(), snstest.Rules{Topic: orders.ARN(), Exact: true}) {
		fmt.Println(v.Rule+":", v.Text)
		for _, o := range v.Ops {
			fmt.Println(o.Kind, o.Message.Body)
		}
	}
	// Output:
	// 0 broken promises of a standard topic
	// nobody gets a message twice: delivered twice to one subscription
	// published one book
	// delivered one book
	// delivered one book
}

// A schedule that Draw has found, replayed: with one subscriber the only question is whether it gets the message twice.
func ExampleScript() {
	ctx, broker := context.Background(), sns.New(sns.WithChooser(snstest.Script(1, 0)))
	orders, _ := broker.Create(ctx, "orders", sns.Config{})
	charge := broker.Function("charge", func(_ context.Context, e sns.FunctionEvent) error {
		fmt.Println("charged for", e.Records[0].SNS.Message)
		return nil
	})
	_, _ = orders.Subscribe(ctx, charge, sns.SubscriptionConfig{})
	_, _ = orders.Publish(ctx, sns.Message{Body: "one book"})
	_, _ = orders.Publish(ctx, sns.Message{Body: "a pen"})
	// Output:
	// charged for one book
	// charged for one book
	// charged for a pen
}
