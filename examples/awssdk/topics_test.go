package awssdk_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

// What the conformance suite does not look at, because it is the wire's and the SDK's, and not the service's.

// adaptedTopics returns topics through the SDK, and the broker behind it.
func adaptedTopics(opts ...inflight.Option) (*awssdk.TopicService, *sns.Broker) {
	region, _, _ := fakeRegion(opts...)
	return awssdk.Topics(awssns.NewFromConfig(awssdk.Config(region))), region.SNS()
}

// The wire sets one attribute in a call: what was set before one that is refused is set back.
func TestSettingsAreTakenBack(t *testing.T) {
	topics, _ := adaptedTopics()
	topic, err := topics.Create(t.Context(), "t", sns.Config{DisplayName: new("before"), SignatureVersion: new(2)})
	require.NoError(t, err)
	before, err := topic.Config(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, topic.SetConfig(t.Context(), sns.Config{DisplayName: new("after"), SignatureVersion: new(7)}), sns.ErrInvalidParameter)
	after, err := topic.Config(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// A nested filter policy needs its scope before it, and a flat one its scope after it.
func TestScopeAndPolicyChangeTogether(t *testing.T) {
	topics, _ := adaptedTopics()
	topic, err := topics.Create(t.Context(), "t", sns.Config{})
	require.NoError(t, err)
	s, err := topic.Subscribe(t.Context(), sns.ToPhone("+15551234567"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	for _, cfg := range []sns.SubscriptionConfig{
		{FilterScope: new(filter.MessageBody), FilterPolicy: new(`{"a":{"b":["v"]}}`)},
		{FilterScope: new(filter.MessageAttributes), FilterPolicy: new(`{"a":["v"]}`)},
	} {
		require.NoError(t, s.SetConfig(t.Context(), cfg))
		got, err := s.Config(t.Context())
		require.NoError(t, err)
		assert.Equal(t, cfg.FilterScope, got.FilterScope)
		assert.Equal(t, cfg.FilterPolicy, got.FilterPolicy)
	}
}

// What the broker says of a configuration, the adapter says.
func TestConfigurationsComeThrough(t *testing.T) {
	topics, b := adaptedTopics()
	topic, err := topics.Create(t.Context(), "t.fifo", sns.Config{
		FIFO: new(true), ContentDedup: new(true), DedupPerGroup: new(true), ArchiveDays: new(30), DisplayName: new("Orders"),
		SignatureVersion: new(2), MaxMessageSize: new(2048), DataProtection: new(`{"Statement":[]}`),
		DeliveryPolicy: new(`{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":5}}}`),
	})
	require.NoError(t, err)
	want, err := b.Topic(topic.ARN()).Config(t.Context())
	require.NoError(t, err)
	got, err := topic.Config(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, got)

	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s, err := topic.Subscribe(t.Context(), sns.ToQueue("arn:aws:sqs:us-east-1:123456789012:q.fifo"), sns.SubscriptionConfig{
		Raw: new(true), FilterPolicy: new(`{"k":["v"]}`), DeadLetter: new("arn:aws:sqs:us-east-1:123456789012:d.fifo"),
		Replay: &sns.Replay{From: at, To: at.Add(time.Hour)},
	})
	require.NoError(t, err)
	wanted, err := b.Subscription(s.ARN()).Config(t.Context())
	require.NoError(t, err)
	read, err := s.Config(t.Context())
	require.NoError(t, err)
	assert.Equal(t, wanted, read)
}

func TestTheSandboxThroughTheAdapter(t *testing.T) {
	topics, b := adaptedTopics(inflight.WithSNS(sns.WithSMSSandbox()))
	ctx, number := t.Context(), "+15551234567"
	in, err := topics.InSandbox(ctx)
	require.NoError(t, err)
	assert.True(t, in)
	require.NoError(t, topics.AddSandboxNumber(ctx, number, "en-US"))
	require.ErrorIs(t, topics.VerifySandboxNumber(ctx, number, "00000"), sns.ErrVerification)
	require.NoError(t, topics.VerifySandboxNumber(ctx, number, b.Texts(number)[0].Password))
	page, err := topics.SandboxNumbers(ctx, "", 10)
	require.NoError(t, err)
	assert.Equal(t, sns.SandboxPage{Numbers: []sns.SandboxNumber{{Number: number, Verified: true}}}, page)
	require.ErrorIs(t, topics.DeleteSandboxNumber(ctx, number), sns.ErrUserError)
	own, err := topics.OriginationNumbers(ctx, "", 0)
	require.NoError(t, err)
	assert.Empty(t, own.Numbers)
}

// A failure that is not the service's answer stays what it is: nobody knows whether the call took effect.
func TestFailuresOfTheNetworkAreNotRefusalsOfTopics(t *testing.T) {
	cfg := awssdk.Config(inflight.New())
	cfg.HTTPClient = &http.Client{Transport: broken{}}
	client := awssns.NewFromConfig(cfg, func(o *awssns.Options) { o.RetryMaxAttempts = 1 })
	_, err := awssdk.Topics(client).Topic("arn:aws:sns:us-east-1:123456789012:t").Publish(context.Background(), sns.Message{Body: "m"})
	require.ErrorIs(t, err, errBroken)
	_, refused := errors.AsType[*sns.Error](err)
	assert.False(t, refused)
}
