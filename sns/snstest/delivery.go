package snstest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Queue returns a recorder of q that writes to h what topics delivered to it, when that is first received: by its envelope, or
// raw. A message that is received again is no other delivery.
func (h *History) Queue(q sqs.Queue, now func() time.Time) sqs.Queue { return recordedQueue{q, h, now} }

type recordedQueue struct {
	sqs.Queue
	h   *History
	now func() time.Time
}

// Receive receives and records.
func (q recordedQueue) Receive(ctx context.Context, opts sqs.ReceiveOptions) ([]*sqs.Received, error) {
	begun := q.h.began(q.now())
	got, err := q.Queue.Receive(ctx, opts)
	for _, m := range got {
		m.From = q
		if !q.h.isNew(q.ARN(), m.ID) {
			continue
		}
		o := begun
		o.Endpoint, o.Done = sns.ToQueue(q.ARN()), q.now()
		if deliver(&o, m.Body) {
			if !o.Enveloped {
				o.Message.Attributes = attributesFrom(m.Attributes)
			}
			o.Message.GroupID = m.GroupID
			q.h.add(o)
		}
	}
	return got, err
}

func attributesFrom(all map[string]sqs.Attribute) map[string]sns.Attribute {
	if len(all) == 0 {
		return nil
	}
	as := map[string]sns.Attribute{}
	for name, a := range all {
		as[name] = sns.Attribute(a)
	}
	return as
}

// Delivered adds a delivery to an endpoint that is no queue: what a request, a function or an e-mail had as its body.
func (h *History) Delivered(to sns.Endpoint, body string, at time.Time) {
	o := h.began(at)
	o.Endpoint, o.Done = to, at
	if deliver(&o, body) {
		h.add(o)
	}
}

// deliver completes the Op of a delivery. It reports whether it is one: requests to confirm are not.
func deliver(o *Op, body string) bool {
	o.Kind = OpDelivered
	var e struct {
		Type, MessageID, TopicArn, Subject, Message, SequenceNumber, UnsubscribeURL string
		MessageAttributes                                                           map[string]struct{ Type, Value string }
		Replayed                                                                    bool
	}
	if json.Unmarshal([]byte(body), &e) != nil || e.Type == "" || e.TopicArn == "" {
		o.Message.Body = body
		return true
	}
	o.Enveloped, o.Topic, o.Replayed = true, e.TopicArn, e.Replayed
	o.ID, _ = uuid.Parse(e.MessageID)
	o.Sequence, _ = sns.ParseSequenceNumber(e.SequenceNumber)
	_, o.Subscription, _ = strings.Cut(e.UnsubscribeURL, "SubscriptionArn=")
	o.Message.Body, o.Message.Subject = e.Message, e.Subject
	for name, a := range e.MessageAttributes {
		if o.Message.Attributes == nil {
			o.Message.Attributes = map[string]sns.Attribute{}
		}
		v := sns.Attribute{Type: a.Type, Text: a.Value}
		if kind, _, _ := strings.Cut(a.Type, "."); kind == "Binary" {
			v.Text = ""
			v.Binary, _ = base64.StdEncoding.DecodeString(a.Value)
		}
		o.Message.Attributes[name] = v
	}
	return e.Type == "Notification"
}

// topicOf returns the ARN of a subscription's topic.
func topicOf(subscription string) string {
	return subscription[:max(0, strings.LastIndexByte(subscription, ':'))]
}
