package awssdk_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// ledger is a FIFO topic with two FIFO queues, one raw and one enveloped.
type ledger struct {
	fanout
	bookings         *string // ARN of the topic
	books, statement *string // URLs of the queues: raw, enveloped
}

func newLedger(t require.TestingT, f fanout) ledger {
	l := ledger{fanout: f, bookings: f.topic(t, "bookings.fifo", map[string]string{"FifoTopic": "true"})}
	l.books, l.statement = l.subscribed(t, "books.fifo", "true"), l.subscribed(t, "statement.fifo", "false")
	return l
}

// subscribed makes a FIFO queue and subscribes it.
func (l ledger) subscribed(t require.TestingT, name, raw string) *string {
	url := create(t, l.queues, name, map[string]string{"FifoQueue": "true"})
	l.allow(t, url, l.bookings)
	l.subscribe(t, l.bookings, "sqs", l.arnOf(t, url), map[string]string{"RawMessageDelivery": raw})
	return url
}

// book publishes a booking of an account. The deduplication id says which booking it is, however often it is published.
func (l ledger) book(t require.TestingT, account, booking string) *awssns.PublishOutput {
	out, err := l.topics.Publish(context.Background(), &awssns.PublishInput{
		TopicArn: l.bookings, Message: &booking, MessageGroupId: &account, MessageDeduplicationId: &booking,
	})
	require.NoError(t, err)
	return out
}

// drain receives all there is, in order.
func (l ledger) drain(t require.TestingT, url *string) []types.Message {
	var all []types.Message
	for {
		got := receive(t, l.queues, url)
		if len(got) == 0 {
			return all
		}
		for _, m := range got {
			remove(t, l.queues, url, m)
		}
		all = append(all, got...)
	}
}

// Both queues get each account's bookings in the order of their publishing, under the ids that they were published with. The
// sequence numbers of the topic, which envelopes carry, rise; those of the queues are the queues' own.
func TestTwoQueuesInOneOrder(t *testing.T) {
	f, _ := fakeFanout()
	l := newLedger(t, f)
	published, numbers := map[string][]string{}, []string{}
	for i := range 12 {
		account, booking := fmt.Sprint("account-", i%3), fmt.Sprint("booking-", i)
		published[account] = append(published[account], booking)
		numbers = append(numbers, *l.book(t, account, booking).SequenceNumber)
	}
	assert.IsIncreasing(t, numbers, "they are all of one length, so texts compare as numbers do")

	raw, enveloped, shown := map[string][]string{}, map[string][]string{}, []string{}
	for _, m := range l.drain(t, l.books) {
		account := m.Attributes["MessageGroupId"]
		raw[account] = append(raw[account], *m.Body)
		assert.Equal(t, *m.Body, m.Attributes["MessageDeduplicationId"])
	}
	for _, m := range l.drain(t, l.statement) {
		account, e := m.Attributes["MessageGroupId"], decode[envelope](t, *m.Body)
		enveloped[account] = append(enveloped[account], e.Message)
		shown = append(shown, e.SequenceNumber)
		assert.Empty(t, e.Signature, "FIFO topics do not sign")
	}
	assert.Equal(t, published, raw)
	assert.Equal(t, published, enveloped)
	assert.ElementsMatch(t, numbers, shown)
}

// For five minutes the same booking is answered as it was the first time, and delivered to nobody. The topic sees to that, not the
// queues.
func TestBookingPublishedTwice(t *testing.T) {
	f, clock := fakeFanout()
	l := newLedger(t, f)
	first := l.book(t, "account-1", "rent")
	again := l.book(t, "account-1", "rent")
	assert.Equal(t, *first.MessageId, *again.MessageId)
	assert.Equal(t, *first.SequenceNumber, *again.SequenceNumber)
	assert.Equal(t, []string{"rent"}, bodies(l.drain(t, l.books)))

	clock.Advance(5*time.Minute - 1)
	assert.Equal(t, *first.MessageId, *l.book(t, "account-1", "rent").MessageId)
	assert.Empty(t, l.drain(t, l.books))
	clock.Advance(1)
	assert.NotEqual(t, *first.MessageId, *l.book(t, "account-1", "rent").MessageId)
	assert.Equal(t, []string{"rent"}, bodies(l.drain(t, l.books)))
}

// losingPublish loses the answer to the first publish: it takes effect, and the caller sees a server error.
func losingPublish(r *inflight.Region) {
	r.SNS().Intercept(sns.Fault{Op: sns.OpPublish, Number: 1, Stage: sns.AfterCommit, Err: sns.ErrInternal}.Inject)
}

// When an answer is lost the SDK publishes again. The deduplication id makes that harmless: nobody gets the booking twice, and the
// publisher learns the id of the first message.
func TestLostAnswerToABooking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(t, newFanout())
		losingPublish(l.region)
		journal := l.region.SNS().Record()
		out := l.book(t, "account-1", "rent") // one call of the publisher's, and no error

		assert.Equal(t, 1, journal.Count(sns.EventPublished))
		assert.Equal(t, 1, journal.Count(sns.EventDeduplicated))
		for e := range journal.Events() {
			assert.Equal(t, uuid.MustParse(*out.MessageId), e.ID)
		}
		assert.Equal(t, []string{"rent"}, bodies(l.drain(t, l.books)))
		assert.Len(t, l.drain(t, l.statement), 1)
	})
}

// A standard topic has no such memory: every subscriber gets the order twice, under two ids.
func TestLostAnswerOnAStandardTopic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFanout()
		topic := f.topic(t, "orders", nil)
		url, _ := f.queue(t, topic, "orders", nil)
		losingPublish(f.region)
		f.publish(t, topic, "an order", nil)
		got := receive(t, f.queues, url)
		require.Len(t, got, 2)
		first, second := decode[envelope](t, *got[0].Body), decode[envelope](t, *got[1].Body)
		assert.Equal(t, first.Message, second.Message)
		assert.NotEqual(t, first.MessageId, second.MessageId)
	})
}
