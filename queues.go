package inflight

import (
	"context"
	"errors"

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
	if errors.Is(err, sqs.ErrRequestThrottled) || errors.Is(err, sqs.ErrKMSThrottled) {
		return throttled{err}
	}
	return err
}

// throttled is a refusal that ends by itself: for topics a fault of the service, which they try again.
type throttled struct{ error }

func (t throttled) Unwrap() error { return t.error }

func (t throttled) ServerFault() bool { return true }
