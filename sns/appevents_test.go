package sns_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// A dead token is found out by the next delivery, which disables the installation. A new token mends it, enabling alone does not.
func TestTokenDied(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "GCM")
	arn := w.install(t, "t")
	w.TokenDied("nobody")
	w.TokenDied(arn)
	enabled := func() string {
		attributes, err := w.InstallationAttributes(ctx, arn)
		require.NoError(t, err)
		return attributes["Enabled"]
	}
	require.Equal(t, "true", enabled())
	journal := w.Record()
	p := w.publish(t, arn, sns.Message{Body: "hi"})
	require.Equal(t, "false", enabled())
	require.Empty(t, w.Pushes(arn))
	require.Equal(t, []sns.Event{
		{Kind: sns.EventPublished, At: w.clock.Now().UTC(), Endpoint: sns.ToApp(arn), ID: p.ID},
		{
			Kind: sns.EventLost, At: w.clock.Now().UTC(), Endpoint: sns.ToApp(arn), ID: p.ID, Attempt: 1,
			Reason: "Platform token associated with the endpoint is not valid",
		},
	}, slices.Collect(journal.Events()))
	_, err := w.Publish(ctx, sns.Target{TargetARN: arn}, sns.Message{Body: "hi"})
	require.ErrorIs(t, err, sns.ErrEndpointDisabled)

	require.NoError(t, w.SetInstallationAttributes(ctx, arn, map[string]string{"Enabled": "true"}))
	w.publish(t, arn, sns.Message{Body: "hi"})
	require.Equal(t, "false", enabled())
	require.NoError(t, w.SetInstallationAttributes(ctx, arn, map[string]string{"Enabled": "true", "Token": "new"}))
	w.publish(t, arn, sns.Message{Body: "hi"})
	require.Len(t, w.Pushes(arn), 1)
	require.Equal(t, "new", w.Pushes(arn)[0].Token)
}

// What becomes of installations is told to the topics of their app. (the members are inferred)
func TestAppEvents(t *testing.T) {
	ctx := t.Context()
	const prefix = "arn:aws:sns:us-east-1:123456789012:"
	w := newPushWorld(t, "GCM", "EventEndpointCreated", prefix+"events", "EventEndpointUpdated", prefix+"events",
		"EventEndpointDeleted", prefix+"events", "EventDeliveryFailure", prefix+"events")
	w.install(t, "before the topic exists")
	topic, err := w.Create(ctx, "events", sns.Config{})
	require.NoError(t, err)
	var got []map[string]any
	_, err = topic.Subscribe(ctx, w.Function("f", func(_ context.Context, e sns.FunctionEvent) error {
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(e.Records[0].SNS.Message), &m))
		got = append(got, m)
		return nil
	}), sns.SubscriptionConfig{})
	require.NoError(t, err)
	take := func(arn string, kinds ...string) []map[string]any {
		t.Helper()
		var all []string
		for _, m := range got {
			all = append(all, m["EventType"].(string))
			require.Equal(t, arn, m["EndpointArn"])
			require.Equal(t, w.app, m["Resource"])
			require.Equal(t, "2026-01-01T00:00:00.000Z", m["Time"])
		}
		require.Equal(t, kinds, all)
		events := got
		got = nil
		return events
	}
	arn := w.install(t, "t")
	take(arn, "EndpointCreated")
	w.install(t, "t")
	require.Empty(t, got, "nothing was made")
	require.NoError(t, w.SetInstallationAttributes(ctx, arn, map[string]string{"CustomUserData": "x"}))
	take(arn, "EndpointUpdated")

	w.TokenDied(arn)
	p := w.publish(t, arn, sns.Message{Body: "hi"})
	failure := take(arn, "DeliveryFailure", "EndpointUpdated")[0]
	require.Equal(t, p.ID, uuid.MustParse(failure["MessageId"].(string)))
	require.Equal(t, "InvalidPlatformToken", failure["FailureType"])

	require.NoError(t, w.SetInstallationAttributes(ctx, arn, map[string]string{"Enabled": "true"}))
	news, err := w.Create(ctx, "news", sns.Config{})
	require.NoError(t, err)
	_, err = news.Subscribe(ctx, sns.ToApp(arn), sns.SubscriptionConfig{})
	require.NoError(t, err)
	got = nil
	_, err = news.Publish(ctx, sns.Message{Body: "hi"})
	require.NoError(t, err)
	take(arn, "EndpointUpdated") // failures are those of direct publishes
	require.NoError(t, w.DeleteInstallation(ctx, arn))
	take(arn, "EndpointDeleted")
	require.NoError(t, w.DeleteInstallation(ctx, arn))
	require.Empty(t, got)
	for _, u := range w.Meter() {
		require.False(t, u.Topic == "events" && u.Op == sns.OpPublish, "events are no calls")
	}
}

// An app cannot tell what happens to topics that do not let its account.
func TestAppEventsAreAuthorized(t *testing.T) {
	w := newPushWorld(t, "GCM", "EventEndpointCreated", "arn:aws:sns:us-east-1:999999999999:events")
	other := sns.WithCaller(t.Context(), sns.Caller{Account: "999999999999"})
	topic, err := w.Create(other, "events", sns.Config{})
	require.NoError(t, err)
	journal := w.Record()
	w.install(t, "a")
	require.Zero(t, journal.Count(sns.EventPublished))
	fifo, err := w.Create(t.Context(), "events.fifo", sns.Config{FIFO: new(true), ContentDedup: new(true)})
	require.NoError(t, err)
	require.NoError(t, w.SetAppAttributes(t.Context(), w.app, map[string]string{"EventEndpointDeleted": fifo.ARN()}))
	require.NoError(t, w.DeleteInstallation(t.Context(), w.install(t, "gone")))
	require.Zero(t, journal.Count(sns.EventPublished), "a FIFO topic wants a group")
	require.NoError(t, topic.AddPermission(other, "apps", []string{"123456789012"}, []string{"Publish"}))
	w.install(t, "b")
	require.Equal(t, 1, journal.Count(sns.EventPublished))
}
