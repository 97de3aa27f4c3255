package sns_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// get keeps the examples short.
func get[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A topic fans out to a queue and a function, each with what its filter lets through.
func Example() {
	ctx := context.Background()
	queues := sqs.New()
	broker := sns.New(sns.WithQueues(inflight.Queues(queues)))
	orders := get(broker.Create(ctx, "orders", sns.Config{}))

	audit := get(queues.Create(ctx, "audit", sqs.Config{}))
	if err := audit.SetConfig(ctx, sqs.Config{Policy: new(sns.QueuePolicy(audit.ARN(), orders.ARN()))}); err != nil {
		panic(err)
	}
	get(orders.Subscribe(ctx, sns.ToQueue(audit.ARN()), sns.SubscriptionConfig{Raw: new(true)}))
	refund := broker.Function("refund", func(_ context.Context, e sns.FunctionEvent) error {
		fmt.Println("to be refunded:", e.Records[0].SNS.Message)
		return nil
	})
	sub := get(orders.Subscribe(ctx, refund, sns.SubscriptionConfig{FilterPolicy: new(`{"kind":["refund"]}`)}))

	order := func(kind, text string) sns.Message {
		return sns.Message{Body: text, Attributes: map[string]sns.Attribute{"kind": sns.String(kind)}}
	}
	get(orders.Publish(ctx, order("sale", "one teapot")))
	get(orders.Publish(ctx, order("refund", "two cups")))
	for _, m := range queues.Peek("audit") {
		fmt.Println("in the audit:", m.Body)
	}
	fmt.Println(broker.Explain(sub.ARN(), order("sale", "one teapot")).Text)
	// Output:
	// to be refunded: two cups
	// in the audit: one teapot
	// in the audit: two cups
	// its filter policy does not match: kind: want ["refund"], found "sale"
}

// A webhook that asks for a password, and that is down at first: requests go out while the clock is moved.
func ExampleHandlerTransport() {
	ctx := context.Background()
	clock := inflight.NewFakeClock(time.Time{})
	up := clock.Now().Add(30 * time.Second)
	webhook := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); clock.Now().Before(up) {
			w.WriteHeader(http.StatusServiceUnavailable)
		} else if !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
			w.WriteHeader(http.StatusUnauthorized)
		} else {
			fmt.Println("from", user, password)
		}
	})
	broker := sns.New(sns.WithClock(clock), sns.WithTransport(sns.HandlerTransport(webhook)))
	orders := get(broker.Create(ctx, "orders", sns.Config{}))
	sub := get(orders.Subscribe(ctx, sns.ToURL("https://sns:secret@shop.example/hook"), sns.SubscriptionConfig{}))
	journal := broker.Record()
	clock.Advance(time.Minute)
	for e := range journal.Events() {
		fmt.Println(e.At.Format("15:04:05"), e.Reason, e.Kind)
	}
	fmt.Println("pending:", sub.Pending(), "token:", len(broker.PendingToken(sub.ARN())) > 0)
	// Output:
	// from sns secret
	// 00:00:00 the endpoint answered 503 failed
	// 00:00:20 the endpoint answered 503 failed
	// 00:00:40  delivered
	// pending: true token: true
}
