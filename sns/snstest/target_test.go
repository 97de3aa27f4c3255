package snstest_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// target is a queue service that does with what topics send to it what it should not, or stands for topics that send it so.
type target struct {
	sns.QueueTarget
	spoil func(arn string, m *sns.QueueMessage)
}

func (t target) SendTo(ctx context.Context, arn string, m sns.QueueMessage) error {
	if t.spoil != nil {
		t.spoil(arn, &m)
	}
	return t.QueueTarget.SendTo(ctx, arn, m)
}

// trusting sends in the name of the queue's owner.
type trusting struct{ sns.QueueTarget }

func (t trusting) SendTo(_ context.Context, arn string, m sns.QueueMessage) error {
	return t.QueueTarget.SendTo(context.Background(), arn, m)
}

// The suite finds what goes wrong between topics and queues.
func TestTheSuiteLooksIntoQueues(t *testing.T) {
	spoiling := func(spoil func(string, *sns.QueueMessage)) func(sns.QueueTarget) sns.QueueTarget {
		return func(q sns.QueueTarget) sns.QueueTarget { return target{q, spoil} }
	}
	for name, wrong := range map[string]struct {
		twist func(sns.QueueTarget) sns.QueueTarget
		cases []string
	}{
		"no attributes": {spoiling(func(_ string, m *sns.QueueMessage) { m.Attributes = nil }),
			[]string{"raw/attributes", "attribute/types", "deadletter/raw"}},
		"no trace": {spoiling(func(_ string, m *sns.QueueMessage) { m.TraceHeader = "" }), []string{"envelope/trace"}},
		"no group": {spoiling(func(_ string, m *sns.QueueMessage) { m.GroupID = "" }), []string{"fifo/passed-on", "fifo/standard-group"}},
		"own ids": {spoiling(func(arn string, m *sns.QueueMessage) {
			if m.DedupID != "" {
				m.DedupID += "x"
			}
		}), []string{"fifo/passed-on", "fifo/content", "deadletter/fifo"}},
		"longer text": {spoiling(func(_ string, m *sns.QueueMessage) { m.Body += " " }), []string{"raw/body", "publish/all"}},
		"trusting": {func(q sns.QueueTarget) sns.QueueTarget { return trusting{q} },
			[]string{"deadletter/no-policy", "deadletter/policy-denies", "deadletter/dead-letter-policy", "envelope/sender"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range wrong.cases {
				synctest.Test(t, func(t *testing.T) {
					queues := sqs.New()
					in := instance(queues, sns.WithQueues(wrong.twist(inflight.Queues(queues))))
					in.Virtual = true
					assert.Error(t, named(t, c).Try(t.Context(), in), c)
				})
			}
		})
	}
}
