package snstest_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
)

// shop publishes one order to a subscriber that charges for it, careful or not, and returns how often it did.
func shop(t require.TestingT, ch sns.Chooser, careful bool) (charged int) {
	ctx, b := context.Background(), sns.New(sns.WithChooser(ch), sns.WithoutSignatures())
	orders, err := b.Create(ctx, "orders", sns.Config{})
	require.NoError(t, err)
	seen := map[string]bool{uuid.Nil.String(): true}
	_, err = orders.Subscribe(ctx, b.Function("charge", func(_ context.Context, e sns.FunctionEvent) error {
		if id := e.Records[0].SNS.MessageID; !careful || !seen[id] {
			seen[id] = true
			charged++
		}
		return nil
	}), sns.SubscriptionConfig{})
	require.NoError(t, err)
	_, err = orders.Publish(ctx, sns.Message{Body: "one book"})
	require.NoError(t, err)
	return charged
}

// Whatever the service is allowed to do, the careful subscriber charges once; the careless one is found out.
func TestDraw(t *testing.T) {
	twice := false
	rapid.Check(t, func(t *rapid.T) {
		require.Equal(t, 1, shop(t, snstest.Draw(t), true))
		twice = twice || shop(t, snstest.Draw(t), false) > 1
	})
	assert.True(t, twice)
}

func TestScriptIsTameAfterwards(t *testing.T) {
	s := snstest.Script(2, 0, 1)
	var got []int
	for range 5 {
		got = append(got, s.Choose(sns.ChooseSubscriber, 3))
	}
	assert.Equal(t, []int{2, 0, 1, 0, 0}, got)
}
