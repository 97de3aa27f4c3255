package awssdk_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// departments are three queues on one topic of orders. Each asks for its own share.
type departments struct {
	fanout
	orders                       *string // ARN of the topic
	refunds, tea, audit          *string // URLs of the queues
	forRefunds, forTea, forAudit string  // ARNs of the subscriptions
}

func newDepartments(t require.TestingT) departments {
	d := departments{fanout: newFanout()}
	d.orders = d.topic(t, "orders", nil)
	// Large refunds, by the attributes of the message: all keys must match, one value of each is enough. Raw delivery leaves
	// the envelope away and hands the attributes on.
	d.refunds, d.forRefunds = d.queue(t, d.orders, "refunds", map[string]string{
		"FilterPolicy": `{"kind": ["refund"], "amount": [{"numeric": [">=", 100]}]}`, "RawMessageDelivery": "true",
	})
	// Whatever has tea in it, by the body, which then must be JSON: a list matches if one of its elements does.
	d.tea, d.forTea = d.queue(t, d.orders, "tea", map[string]string{
		"FilterPolicy": `{"items": {"sku": [{"prefix": "tea-"}]}}`, "FilterPolicyScope": "MessageBody",
	})
	// What is dear or comes from afar.
	d.audit, d.forAudit = d.queue(t, d.orders, "audit", map[string]string{
		"FilterPolicy": `{"$or": [{"amount": [{"numeric": [">", 10000]}]}, {"country": [{"anything-but": ["GB", "IE"]}]}]}`,
	})
	return d
}

// consume runs a worker on a queue until ctx ends, and keeps what it got.
func (d departments) consume(ctx context.Context, t *testing.T, workers *sync.WaitGroup, url *string) *[]types.Message {
	var got []types.Message
	w := &worker{client: d.queues, url: url, heartbeat: long, timeout: 30}
	w.work = func(_ context.Context, m types.Message) error {
		got = append(got, m)
		return nil
	}
	workers.Go(func() { assert.NoError(t, w.run(ctx)) })
	return &got
}

const teaOrder = `{"id": 42, "items": [{"sku": "mug-1"}, {"sku": "tea-green"}]}`

// The attributes of an order are what the publisher says about it beside its text.
func about(kind, amount, country string) map[string]snstypes.MessageAttributeValue {
	return map[string]snstypes.MessageAttributeValue{"kind": stringValue(kind), "amount": numberValue(amount), "country": stringValue(country)}
}

// One publish reaches the worker of each department whose policy it matches, raw or in an envelope as each of them asked for it.
func TestOnePublishManyConsumers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDepartments(t)
		ctx, cancel := context.WithCancel(t.Context())
		var workers sync.WaitGroup
		refunds := d.consume(ctx, t, &workers, d.refunds)
		tea := d.consume(ctx, t, &workers, d.tea)
		audit := d.consume(ctx, t, &workers, d.audit)
		synctest.Wait() // all three poll

		published := d.publish(t, d.orders, teaOrder, about("refund", "250", "FR"))
		d.publish(t, d.orders, `{"id": 43}`, about("sale", "20", "GB")) // nobody's business
		synctest.Wait()                                                 // all three have worked and poll again
		cancel()
		workers.Wait()

		require.Len(t, *refunds, 1)
		raw := (*refunds)[0]
		assert.Equal(t, teaOrder, *raw.Body, "raw is the text and nothing else")

		require.Len(t, *tea, 1)
		e := decode[envelope](t, *(*tea)[0].Body)
		assert.Equal(t, teaOrder, e.Message, "the envelope holds the text as a string")
		assert.Equal(t, *published.MessageId, e.MessageId, "the topic's id, not the queue's")
		assert.Equal(t, *d.orders, e.TopicArn)
		assert.Equal(t, "250", e.MessageAttributes["amount"].Value)
		assert.Contains(t, e.UnsubscribeURL, "Action=Unsubscribe&SubscriptionArn="+d.forTea)

		require.Len(t, *audit, 1, "it comes from afar")
	})
}

// Attributes reach the consumer in both ways: as attributes of the queue's message if delivery is raw, else in the envelope alone.
func TestAttributesOfAPublishedMessage(t *testing.T) {
	d := newDepartments(t)
	d.publish(t, d.orders, teaOrder, about("refund", "250", "FR"))
	raw := receiveOne(t, d.queues, d.refunds)
	assert.Equal(t, "250", *raw.MessageAttributes["amount"].StringValue)
	assert.Equal(t, "Number", *raw.MessageAttributes["amount"].DataType)
	enveloped := receiveOne(t, d.queues, d.tea)
	assert.Empty(t, enveloped.MessageAttributes)
	assert.Equal(t, "Number", decode[envelope](t, *enveloped.Body).MessageAttributes["amount"].Type)
}

// The usual question is why a queue is empty. A journal knows it of each message, by the id that Publish answered.
func TestWhyTheQueueIsEmpty(t *testing.T) {
	d := newDepartments(t)
	journal := d.region.SNS().Record()
	sale := d.publish(t, d.orders, `{"id": 43, "items": [{"sku": "mug-1"}]}`, about("sale", "20", "GB"))
	for _, url := range []*string{d.refunds, d.tea, d.audit} {
		assert.Empty(t, receive(t, d.queues, url))
	}
	id := uuid.MustParse(*sale.MessageId)
	for subscription, why := range map[string]string{
		d.forRefunds: `kind: want ["refund"], found "sale"; amount: want [{"numeric":[">=",100]}], found 20`,
		d.forTea:     `items.sku: want [{"prefix":"tea-"}], found "mug-1"`,
		d.forAudit: `$or: want one of the branches, found none that holds (amount: want [{"numeric":[">",10000]}], found 20; ` +
			`or country: want [{"anything-but":["GB","IE"]}], found "GB")`,
	} {
		e := journal.Explain(subscription, id)
		assert.False(t, e.Delivered)
		assert.Equal(t, "skipped: its filter policy does not match: "+why, e.Text)
	}
	assert.Equal(t, 3, journal.Count(sns.EventSkipped))

	// Without a publish: would this subscription get such a message?
	e := d.region.SNS().Explain(d.forTea, sns.Message{Body: "green tea"})
	assert.False(t, e.Delivered)
	assert.Equal(t, "its filter policy does not match: want a message that is a JSON object, found none", e.Text)
}

// A topic may send to a queue only if the queue's access policy says so. Publish succeeds without, and nothing arrives.
func TestQueueThatDoesNotLetTheTopicSend(t *testing.T) {
	f := newFanout()
	journal := f.region.SNS().Record()
	topic := f.topic(t, "orders", nil)
	url := create(t, f.queues, "forgotten", nil)
	sub := f.subscribe(t, topic, "sqs", f.arnOf(t, url), nil)

	lost := f.publish(t, topic, "an order", nil)
	assert.Empty(t, receive(t, f.queues, url))
	why := journal.Explain(sub, uuid.MustParse(*lost.MessageId)).Text
	assert.Contains(t, why, "lost: sqs: SendMessage forgotten: AccessDeniedException: User: sns.amazonaws.com is not authorized")

	f.allow(t, url, topic)
	assert.Empty(t, receive(t, f.queues, url), "what was lost stays lost")
	f.publish(t, topic, "another order", nil)
	assert.Equal(t, "another order", decode[envelope](t, *receiveOne(t, f.queues, url).Body).Message)
}

// Tests that care for other things may do without policies.
func TestWithoutQueuePolicies(t *testing.T) {
	f := newFanout(inflight.WithSNS(sns.WithoutQueuePolicies()))
	topic := f.topic(t, "orders", nil)
	url := create(t, f.queues, "orders", nil)
	f.subscribe(t, topic, "sqs", f.arnOf(t, url), nil)
	f.publish(t, topic, "an order", nil)
	assert.Len(t, receive(t, f.queues, url), 1)
}
