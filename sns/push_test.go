package sns_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// publish publishes directly.
func (w pushWorld) publish(t *testing.T, arn string, m sns.Message) sns.Published {
	t.Helper()
	p, err := w.Publish(t.Context(), sns.Target{TargetARN: arn}, m)
	require.NoError(t, err)
	return p
}

// Which text an installation gets depends on its platform, directly and from a topic alike. (the wrapping is inferred)
func TestPushPayload(t *testing.T) {
	const texts = `{"default":"all","GCM":"{\"data\":{}}","APNS":"{\"aps\":{}}","ADM":7}`
	for name, c := range map[string]struct {
		platform        sns.Platform
		structure, body string
		payload         string
	}{
		"APNS, plain":              {"APNS", "", `say "hi"`, `{"aps":{"alert":"say \"hi\""}}`},
		"APNS_VOIP_SANDBOX, plain": {"APNS_VOIP_SANDBOX", "", "hi", `{"aps":{"alert":"hi"}}`},
		"GCM, plain":               {"GCM", "", "hi", `{"data":{"default":"hi"}}`},
		"BAIDU, plain":             {"BAIDU", "", "hi", "hi"},
		"GCM, own text":            {"GCM", "json", texts, `{"data":{}}`},
		"APNS, own text":           {"APNS", "json", texts, `{"aps":{}}`},
		"APNS_SANDBOX, default":    {"APNS_SANDBOX", "json", texts, `{"aps":{"alert":"all"}}`},
		"ADM, no string":           {"ADM", "json", texts, `{"data":{"default":"all"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			w := newPushWorld(t, c.platform)
			arn := w.install(t, "token")
			topic, err := w.Create(ctx, "news", sns.Config{})
			require.NoError(t, err)
			sub, err := topic.Subscribe(ctx, sns.ToApp(arn), sns.SubscriptionConfig{})
			require.NoError(t, err)
			require.False(t, sub.Pending())
			m := sns.Message{Body: c.body, Structure: c.structure}
			direct := w.publish(t, arn, m)
			w.clock.Advance(time.Minute)
			indirect, err := topic.Publish(ctx, m)
			require.NoError(t, err)
			push := sns.Push{
				At: w.clock.Now().Add(-time.Minute), Endpoint: arn, Platform: c.platform, Token: "token", Payload: c.payload, ID: direct.ID,
				TTL: sns.DefaultTTL,
			}
			again := push
			again.At, again.ID, again.TopicARN, again.Subscription = w.clock.Now(), indirect.ID, topic.ARN(), sub.ARN()
			require.Equal(t, []sns.Push{push, again}, w.Pushes(arn))
			require.NotEqual(t, direct.ID, indirect.ID)
			require.NotZero(t, direct.ID)
		})
	}
}

// A direct publish may do without a default text, if there is one for the platform.
func TestDirectPublishWithoutDefault(t *testing.T) {
	w := newPushWorld(t, "GCM")
	arn := w.install(t, "t")
	w.publish(t, arn, sns.Message{Structure: "json", Body: `{"GCM":"{}"}`})
	require.Equal(t, "{}", w.Pushes(arn)[0].Payload)
	_, err := w.Publish(t.Context(), sns.Target{TargetARN: arn}, sns.Message{Structure: "json", Body: `{"APNS":"{}"}`})
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: Message Structure - No default entry in JSON message body")
}

func TestDirectPublishRefusals(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "GCM")
	arn := w.install(t, "t")
	hi := sns.Message{Body: "hi"}
	publish := func(target string, m sns.Message) error {
		_, err := w.Publish(ctx, sns.Target{TargetARN: target}, m)
		return err
	}
	missing := arn[:len(arn)-1] + "_"
	requireRefused(t, publish(missing, hi), sns.ErrInvalidParameter,
		"Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified") // recorded
	requireRefused(t, publish("x", hi), sns.ErrInvalidParameter,
		"Invalid parameter: TargetArn Reason: An ARN must have at least 6 elements, not 1")
	requireRefused(t, publish(strings.Replace(arn, "us-east-1", "eu-west-1", 1), hi), sns.ErrInvalidParameter, "Invalid parameter: TargetArn")
	requireRefused(t, publish(missing, sns.Message{}), sns.ErrInvalidParameter, "Invalid parameter: Empty message")

	require.NoError(t, w.SetInstallationAttributes(ctx, arn, map[string]string{"Enabled": "false"}))
	requireRefused(t, publish(arn, hi), sns.ErrEndpointDisabled, "Endpoint is disabled")
	require.NoError(t, w.SetAppAttributes(ctx, w.app, map[string]string{"Enabled": "false"}))
	require.ErrorIs(t, publish(arn, hi), sns.ErrPlatformApplicationDisabled)
	require.NoError(t, w.SetInstallationAttributes(ctx, arn, map[string]string{"Enabled": "true"}))
	require.ErrorIs(t, publish(arn, hi), sns.ErrPlatformApplicationDisabled)
	require.NoError(t, w.SetAppAttributes(ctx, w.app, map[string]string{"Enabled": "true"}))
	require.Empty(t, w.Pushes(arn))
	require.NoError(t, publish(arn, hi))
	require.NoError(t, w.DeleteInstallation(ctx, arn))
	requireRefused(t, publish(arn, hi), sns.ErrInvalidParameter,
		"Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified")
	require.Len(t, w.Pushes(arn), 1, "what an installation got stays readable")
}

func TestSubscribeApps(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "GCM")
	topic, err := w.Create(ctx, "news", sns.Config{})
	require.NoError(t, err)
	for _, other := range []string{"x", topic.ARN(), w.app} {
		_, err = topic.Subscribe(ctx, sns.ToApp(other), sns.SubscriptionConfig{})
		requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: Application endpoint arn invalid:"+other)
	}
	arn := w.install(t, "t")
	require.NoError(t, w.DeleteInstallation(ctx, arn))
	_, err = topic.Subscribe(ctx, sns.ToApp(arn), sns.SubscriptionConfig{})
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: Endpoint Reason: Endpoint does not exist for endpoint arn"+arn)
}

// What a topic cannot push goes to the dead-letter queue at once, or is lost; publishing succeeds, and the subscription stays.
func TestPushesThatFail(t *testing.T) {
	off := map[string]string{"Enabled": "false"}
	for reason, fail := range map[string]func(ctx context.Context, w pushWorld, arn string) error{
		"Endpoint is disabled": func(ctx context.Context, w pushWorld, arn string) error {
			return w.SetInstallationAttributes(ctx, arn, off)
		},
		"Platform application is disabled": func(ctx context.Context, w pushWorld, _ string) error {
			return w.SetAppAttributes(ctx, w.app, off)
		},
		"the endpoint does not exist": func(ctx context.Context, w pushWorld, arn string) error {
			return w.DeleteInstallation(ctx, arn)
		},
		"Platform token associated with the endpoint is not valid": func(_ context.Context, w pushWorld, arn string) error {
			w.TokenDied(arn)
			return nil
		},
	} {
		t.Run(reason, func(t *testing.T) {
			ctx := t.Context()
			queues := sqs.New()
			dead, err := queues.Create(ctx, "dead", sqs.Config{})
			require.NoError(t, err)
			w := newPushWorld(t, "GCM")
			fork := sns.New(sns.WithClock(w.clock), sns.WithQueues(inflight.Queues(queues)), sns.WithoutQueuePolicies())
			arn := w.install(t, "t")
			fork.Restore(w.Snapshot())
			w.Broker = fork
			topic, err := w.Create(ctx, "news", sns.Config{})
			require.NoError(t, err)
			_, err = topic.Subscribe(ctx, sns.ToApp(arn), sns.SubscriptionConfig{DeadLetter: new(dead.ARN())})
			require.NoError(t, err)
			require.NoError(t, fail(ctx, w, arn))
			journal := w.Record()
			_, err = topic.Publish(ctx, sns.Message{Body: "hi"})
			require.NoError(t, err)
			require.Empty(t, w.Pushes(arn))
			counts, err := dead.Counts(ctx)
			require.NoError(t, err)
			require.Equal(t, 1, counts.Visible)
			require.Equal(t, 1, journal.Count(sns.EventDeadLettered))
			require.Zero(t, journal.Count(sns.EventFailed), "there is no second attempt")
			p, err := topic.Subscriptions(ctx, "")
			require.NoError(t, err)
			require.Len(t, p.Subscriptions, 1)
			for e := range journal.Events() {
				if e.Kind == sns.EventDeadLettered {
					require.Equal(t, reason, e.Reason)
				}
			}
		})
	}
}

// The message attributes of its platform steer a push; those of others do not.
func TestPushOptions(t *testing.T) {
	for name, c := range map[string]struct {
		platform sns.Platform
		given    []string // names and values
		ttl      time.Duration
		options  []string // names, without their prefix
	}{
		"none":             {"APNS", nil, sns.DefaultTTL, nil},
		"APNS":             {"APNS", []string{"APNS.TTL", "60", "APNS.COLLAPSE_ID", "c", "GCM.TTL", "5"}, time.Minute, []string{"APNS.COLLAPSE_ID", "APNS.TTL"}},
		"its sandbox":      {"APNS_SANDBOX", []string{"APNS_SANDBOX.TTL", "60", "APNS.TTL", "5", "APNS.PUSH_TYPE", "background"}, time.Minute, []string{"APNS.PUSH_TYPE", "APNS.TTL", "APNS_SANDBOX.TTL"}},
		"FCM":              {"GCM", []string{"FCM.TTL", "60", "ADM.TTL", "4"}, time.Minute, []string{"FCM.TTL"}},
		"GCM":              {"GCM", []string{"GCM.TTL", "0"}, 0, []string{"GCM.TTL"}},
		"no number":        {"GCM", []string{"GCM.TTL", "soon"}, sns.DefaultTTL, []string{"GCM.TTL"}},
		"a negative one":   {"GCM", []string{"GCM.TTL", "-1"}, sns.DefaultTTL, []string{"GCM.TTL"}},
		"no option at all": {"GCM", []string{"GCM", "60", "FCMTTL", "60"}, sns.DefaultTTL, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newPushWorld(t, c.platform)
			arn := w.install(t, "t")
			attributes := map[string]sns.Attribute{"TTL": sns.String("1"), "AWS.SNS.SMS.SenderID": sns.String("x")}
			for i := 0; i < len(c.given); i += 2 {
				attributes["AWS.SNS.MOBILE."+c.given[i]] = sns.String(c.given[i+1])
			}
			w.publish(t, arn, sns.Message{Body: "hi", Attributes: attributes})
			p := w.Pushes(arn)[0]
			var options []string
			for name, value := range p.Options {
				require.Equal(t, attributes[name].Text, value)
				options = append(options, strings.TrimPrefix(name, "AWS.SNS.MOBILE."))
			}
			slices.Sort(options)
			require.Equal(t, c.options, options)
			require.Equal(t, c.ttl, p.TTL)
			clear(p.Options)
			require.Len(t, w.Pushes(arn)[0].Options, len(options), "nothing is shared")
		})
	}
}

// The attribute counts before the payload's time to live, and that before the default.
func TestTTLOfThePayload(t *testing.T) {
	for name, c := range map[string]struct {
		platform      sns.Platform
		payload, attr string
		ttl           time.Duration
	}{
		"GCM":           {"GCM", `{"time_to_live":30,"data":{}}`, "", 30 * time.Second},
		"ADM":           {"ADM", `{"expiresAfter":40,"data":{}}`, "", 40 * time.Second},
		"attribute":     {"GCM", `{"time_to_live":30,"data":{}}`, "50", 50 * time.Second},
		"of another":    {"APNS", `{"time_to_live":30}`, "", sns.DefaultTTL},
		"no number":     {"GCM", `{"time_to_live":"soon"}`, "", sns.DefaultTTL},
		"only a text":   {"GCM", `{"data":{"time_to_live":30}}`, "", sns.DefaultTTL},
		"no JSON":       {"GCM", `time_to_live`, "", sns.DefaultTTL},
		"a broken text": {"GCM", `{"time_to_live":`, "", sns.DefaultTTL},
	} {
		t.Run(name, func(t *testing.T) {
			w := newPushWorld(t, c.platform)
			arn := w.install(t, "t")
			body, err := json.Marshal(map[string]string{"default": "", string(c.platform): c.payload})
			require.NoError(t, err)
			m := sns.Message{Structure: "json", Body: string(body)}
			if c.attr != "" {
				m.Attributes = map[string]sns.Attribute{"AWS.SNS.MOBILE." + string(c.platform) + ".TTL": sns.String(c.attr)}
			}
			w.publish(t, arn, m)
			require.Equal(t, c.ttl, w.Pushes(arn)[0].TTL)
			require.Equal(t, c.payload, w.Pushes(arn)[0].Payload)
		})
	}
}

// A message that took longer than its time to live on its way is dropped.
func TestTTLIsOver(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "GCM")
	arn := w.install(t, "t")
	topic, err := w.Create(ctx, "news", sns.Config{})
	require.NoError(t, err)
	slow := w.Function("slow", func(context.Context, sns.FunctionEvent) error { w.clock.Advance(10 * time.Second); return nil })
	_, err = topic.Subscribe(ctx, slow, sns.SubscriptionConfig{})
	require.NoError(t, err)
	_, err = topic.Subscribe(ctx, sns.ToApp(arn), sns.SubscriptionConfig{})
	require.NoError(t, err)
	journal := w.Record()
	for _, ttl := range []string{"9", "10"} {
		_, err = topic.Publish(ctx, sns.Message{Body: ttl, Attributes: map[string]sns.Attribute{"AWS.SNS.MOBILE.GCM.TTL": sns.Number(ttl)}})
		require.NoError(t, err)
	}
	require.Len(t, w.Pushes(arn), 1)
	require.Equal(t, 10*time.Second, w.Pushes(arn)[0].TTL)
	require.Equal(t, 1, journal.Count(sns.EventLost))
}

// A fork has apps, installations and inboxes, and neither sees what becomes of the other.
func TestSnapshotOfApps(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "GCM")
	arn := w.install(t, "t")
	for range 3 {
		w.publish(t, arn, sns.Message{Body: "one"})
	}
	fork := sns.New(sns.WithClock(w.clock))
	fork.Restore(w.Snapshot())
	other := pushWorld{fork, w.clock, w.app}

	require.NoError(t, other.SetInstallationAttributes(ctx, arn, map[string]string{"Token": "u"}))
	other.publish(t, arn, sns.Message{Body: "two"})
	w.publish(t, arn, sns.Message{Body: "one and a half"})
	require.Contains(t, other.Pushes(arn)[3].Payload, "two")
	require.NoError(t, other.SetAppAttributes(ctx, w.app, map[string]string{"Enabled": "false"}))
	require.Len(t, w.Pushes(arn), 4)
	require.Len(t, other.Pushes(arn), 4)
	require.Equal(t, arn, w.install(t, "t"), "the original has its token")
	require.NotEqual(t, arn, other.install(t, "t"), "the fork has not")
	again := w.Snapshot()
	w.TokenDied(arn)
	w.publish(t, arn, sns.Message{Body: "three"})
	w.Restore(again)
	w.publish(t, arn, sns.Message{Body: "four: the token is alive again, and the installation enabled"})
	require.NoError(t, w.DeleteApp(ctx, w.app))
	p, err := other.Installations(ctx, w.app, "")
	require.NoError(t, err)
	require.Len(t, p.Installations, 2)
	require.Equal(t, "t", p.Installations[1].Attributes["Token"], "by age")
	require.NoError(t, other.DeleteInstallation(ctx, p.Installations[1].ARN))
	p, err = other.Installations(ctx, w.app, "")
	require.NoError(t, err)
	require.Len(t, p.Installations, 1)
	require.Equal(t, arn, p.Installations[0].ARN, "what is older stays")
}

// Calls about apps are counted, can be made to fail, and name what they concern.
func TestAppCallsAreIntercepted(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "GCM")
	defer w.Intercept(sns.Fault{Op: sns.OpCreatePlatformEndpoint, Number: 2, Err: sns.ErrThrottled}.Inject)()
	w.install(t, "a")
	_, err := w.CreateInstallation(ctx, w.app, sns.NewInstallation{Token: "b"})
	require.ErrorIs(t, err, sns.ErrThrottled)
	require.EqualError(t, err, "sns: CreatePlatformEndpoint app/GCM/shop: Throttled")
	p, err := w.Installations(ctx, w.app, "")
	require.NoError(t, err)
	require.Len(t, p.Installations, 1)
	require.Contains(t, w.Meter(), sns.Usage{Op: sns.OpCreatePlatformEndpoint, Calls: 2, Errors: 1, Billed: 2})
}
