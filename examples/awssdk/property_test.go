package awssdk_test

import (
	"fmt"
	"testing"
	"time"

	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// bank charges customers. Its consumer of payments may crash after any step, as the property wants.
type bank struct {
	client  *awssqs.Client
	url     *string
	charged map[string]int // times, by payment
	careful bool           // asks what was charged before it charges
}

// consume receives once, charges and deletes. It crashes before the n-th delete.
func (b *bank) consume(t require.TestingT, n int) {
	for i, m := range receive(t, b.client, b.url) {
		if !b.careful || b.charged[*m.Body] == 0 {
			b.charged[*m.Body]++
		}
		if i == n {
			return
		}
		remove(t, b.client, b.url, m)
	}
}

// charge sends payments, consumes them with crashes, and returns how often each was charged. The service takes all liberties
// that it has: order, short answers, repeated deliveries, forgotten deletes.
func charge(t *rapid.T, careful bool) map[string]int {
	region, client, clock := fakeRegion(inflight.WithSQS(sqs.WithChooser(sqstest.Draw(t))))
	b := &bank{client: client, url: create(t, client, "payments", nil), charged: map[string]int{}, careful: careful}
	for i := range rapid.IntRange(1, 4).Draw(t, "payments") {
		payment := fmt.Sprint("payment ", i)
		b.charged[payment] = 0
		send(t, client, b.url, payment)
	}
	untilEmpty(t, region, clock, "payments", func(crash int) { b.consume(t, crash) })
	return b.charged
}

// untilEmpty has a queue consumed again and again, each time until a crash before some delete, until nothing is left in it.
func untilEmpty(t *rapid.T, region *inflight.Region, clock *inflight.FakeClock, queue string, consume func(crash int)) {
	for tries := 0; len(region.SQS().Peek(queue)) > 0; tries++ {
		if tries == 200 {
			t.Skip("the service forgot every delete")
		}
		consume(rapid.IntRange(0, 3).Draw(t, "crash before delete"))
		clock.Advance(30 * time.Second)
	}
}

// Whatever the service does and wherever the consumer crashes, each customer is charged, and charged once.
func TestCustomerIsChargedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for payment, times := range charge(t, true) {
			require.Equal(t, 1, times, payment)
		}
	})
}

// The property can fail: a consumer that trusts the queue charges twice, and rapid finds how.
func TestTrustingConsumerChargesTwice(t *testing.T) {
	twice := false
	rapid.Check(t, func(t *rapid.T) {
		for _, times := range charge(t, false) {
			twice = twice || times > 1
		}
	})
	require.True(t, twice)
}
