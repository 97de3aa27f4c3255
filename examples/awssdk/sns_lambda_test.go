package awssdk_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// snsEvent has the shape of the event that functions in Go are written for, events.SNSEvent of aws-lambda-go, which this module
// does not depend on.
type snsEvent struct {
	Records []struct {
		EventSource          string `json:"EventSource"`
		EventVersion         string `json:"EventVersion"`
		EventSubscriptionArn string `json:"EventSubscriptionArn"`
		SNS                  struct {
			Type              string         `json:"Type"`
			MessageID         string         `json:"MessageId"`
			TopicArn          string         `json:"TopicArn"`
			Subject           string         `json:"Subject"`
			Message           string         `json:"Message"`
			Timestamp         time.Time      `json:"Timestamp"`
			MessageAttributes map[string]any `json:"MessageAttributes"`
			SignatureVersion  string         `json:"SignatureVersion"`
			Signature         string         `json:"Signature"`
			SigningCertURL    string         `json:"SigningCertUrl"`
			UnsubscribeURL    string         `json:"UnsubscribeUrl"`
		} `json:"Sns"`
	} `json:"Records"`
}

// lambda makes a topic's function of a handler as it is given to lambda.Start: the event goes through JSON, as it does there.
func lambda(handler func(context.Context, snsEvent) error) sns.Function {
	return func(ctx context.Context, e sns.FunctionEvent) error {
		document, err := json.Marshal(e)
		if err != nil {
			return err
		}
		var event snsEvent
		if err := json.Unmarshal(document, &event); err != nil {
			return err
		}
		return handler(ctx, event)
	}
}

// A function is called before Publish returns, with one record.
func TestFunctionGetsTheEvent(t *testing.T) {
	f, clock := fakeFanout()
	var got []snsEvent
	to := f.region.SNS().Function("book", lambda(func(_ context.Context, e snsEvent) error {
		got = append(got, e)
		return nil
	}))
	topic := f.topic(t, "orders", nil)
	subscription := f.subscribe(t, topic, string(to.Protocol), to.Address, nil)
	published := f.publish(t, topic, "order 42", map[string]snstypes.MessageAttributeValue{"amount": numberValue("250")})

	require.Len(t, got, 1)
	require.Len(t, got[0].Records, 1)
	r := got[0].Records[0]
	assert.Equal(t, "aws:sns", r.EventSource)
	assert.Equal(t, subscription, r.EventSubscriptionArn)
	assert.Equal(t, *published.MessageId, r.SNS.MessageID)
	assert.Equal(t, "order 42", r.SNS.Message)
	assert.Equal(t, clock.Now(), r.SNS.Timestamp)
	assert.Empty(t, r.SNS.Subject, "null where there is none")
	assert.Equal(t, map[string]any{"amount": map[string]any{"Type": "String", "Value": "250"}}, r.SNS.MessageAttributes,
		"numbers are strings to functions")
	assert.NotEmpty(t, r.SNS.Signature)
}

// A function that fails is called again: three times at once, twice after a second, then after pauses that grow from one second to
// twenty.
func TestFunctionThatFailsIsCalledAgain(t *testing.T) {
	f, clock := fakeFanout()
	start := clock.Now()
	var calls []time.Duration // since the publish
	to := f.region.SNS().Function("book", lambda(func(context.Context, snsEvent) error {
		calls = append(calls, clock.Now().Sub(start))
		if len(calls) < 7 {
			return errors.New("the database is locked")
		}
		return nil
	}))
	topic := f.topic(t, "orders", nil)
	f.subscribe(t, topic, string(to.Protocol), to.Address, nil)
	f.publish(t, topic, "order 42", nil)
	clock.Advance(time.Hour)
	assert.Equal(t, []time.Duration{0, 0, 0, 0, time.Second, 2 * time.Second, 3 * time.Second}, calls)
	assert.Empty(t, f.region.SNS().Peek("orders").Waiting)
}

// A function that panics has failed too, and the publisher does not notice.
func TestFunctionThatPanics(t *testing.T) {
	f, clock := fakeFanout()
	journal := f.region.SNS().Record()
	healthy := false
	to := f.region.SNS().Function("book", lambda(func(context.Context, snsEvent) error {
		if !healthy {
			panic("no database")
		}
		return nil
	}))
	topic := f.topic(t, "orders", nil)
	f.subscribe(t, topic, string(to.Protocol), to.Address, nil)
	f.publish(t, topic, "order 42", nil)
	assert.Equal(t, 4, journal.Count(sns.EventFailed))
	healthy = true
	clock.Advance(time.Second)
	assert.Equal(t, 1, journal.Count(sns.EventDelivered))
}
