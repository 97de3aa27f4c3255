package snstest_test

import (
	"context"
	"testing"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
	"github.com/inflight-mq/inflight/sqs"
)

func TestBrokerOnFakeClock(t *testing.T) {
	snstest.Run(t, snstest.Harness{New: func(testing.TB) snstest.Instance { return onFakeClock() }})
}

func TestBrokerInBubble(t *testing.T) {
	snstest.Run(t, snstest.Harness{Bubble: true, New: func(testing.TB) snstest.Instance { return inBubble() }})
}

// onFakeClock is a broker whose time only the suite moves.
func onFakeClock(opts ...sns.Option) snstest.Instance {
	clk := inflight.NewFakeClock(time.Time{})
	in := instance(sqs.New(sqs.WithClock(clk)), append(opts, sns.WithClock(clk))...)
	in.Wait, in.Now, in.Virtual = clk.Advance, clk.Now, true
	return in
}

// inBubble is a broker that lives by the system's clock, which a bubble makes virtual.
func inBubble(opts ...sns.Option) snstest.Instance {
	in := instance(sqs.New(), opts...)
	in.Virtual = true
	return in
}

// instance is a broker of topics that delivers to a broker of queues.
func instance(queues *sqs.Broker, opts ...sns.Option) snstest.Instance {
	web := snstest.NewWeb("http://web.test")
	b := sns.New(append(opts, sns.WithQueues(inflight.Queues(queues)), sns.WithTransport(sns.HandlerTransport(web)))...)
	return snstest.Instance{
		Topics: b, Queues: queues, Publish: b.Publish, Exact: true, Web: web, Visit: visitor{b}.visit, As: as, Function: b.Function,
		Stream: b.Stream, Emails: b.Emails,
		Certificate: func(context.Context, string) ([]byte, error) { pem, _ := b.Certificate(); return pem, nil },
	}
}

func as(ctx context.Context, account string) context.Context {
	return sns.WithCaller(ctx, sns.Caller{Account: account})
}
