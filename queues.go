package inflight

import (
	"context"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Queues makes the queues of an SQS broker a target for topics, see [sns.WithQueues]. [New] does it for a region's own brokers.
func Queues(b *sqs.Broker) sns.QueueTarget { return queues{b} }

type queues struct{ b *sqs.Broker }

// SendTo sends a message to a queue.
func (q queues) SendTo(ctx context.Context, queueARN string, m sns.QueueMessage) error {
	var attributes map[string]sqs.Attribute
	if len(m.Attributes) > 0 {
		attributes = make(map[string]sqs.Attribute, len(m.Attributes))
		for name, a := range m.Attributes {
			attributes[name] = sqs.Attribute(a)
		}
	}
	_, err := q.b.Queue(ctx, queueARN).Send(ctx, sqs.Message{
		Body: m.Body, Attributes: attributes, GroupID: m.GroupID, DedupID: m.DedupID, TraceHeader: m.TraceHeader,
	})
	return err
}
