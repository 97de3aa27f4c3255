package sns_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

const number = "+15551234567"

func publishText(t *testing.T, b *sns.Broker, to string, m sns.Message) sns.Published {
	t.Helper()
	p, err := b.Publish(t.Context(), sns.Target{PhoneNumber: to}, m)
	require.NoError(t, err)
	return p
}

// Topics put their display name before a text, direct publishes do not; both choose the text for SMS.
func TestTexts(t *testing.T) {
	ctx := t.Context()
	clock := inflight.NewFakeClock(time.Time{})
	b := sns.New(sns.WithClock(clock))
	topic, err := b.Create(ctx, "news", sns.Config{DisplayName: new("My Topic")})
	require.NoError(t, err)
	sub, err := topic.Subscribe(ctx, sns.ToPhone("+1-555/123.4567"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	m := sns.Message{Structure: "json", Body: `{"default":"all","sms":"short"}`}
	direct := publishText(t, b, number, m)
	indirect, err := topic.Publish(ctx, m)
	require.NoError(t, err)
	at := clock.Now().UTC()
	require.Equal(t, []sns.Text{
		{At: at, To: number, Body: "short", Parts: []string{"short"}, ID: direct.ID, Type: "Promotional"},
		{
			At: at, To: number, Body: "MY TOPIC> short", Parts: []string{"MY TOPIC> short"}, ID: indirect.ID, Type: "Promotional",
			TopicARN: topic.ARN(), Subscription: sub.ARN(),
		},
	}, b.Texts(number))
	require.NotZero(t, direct.ID)
	require.Equal(t, b.Texts(number), b.Texts("1555.123-4567"))
	require.Empty(t, b.Texts("+15551234568"))
	b.Texts(number)[0].Parts[0] = "changed"
	require.Equal(t, []string{"short"}, b.Texts(number)[0].Parts)
}

// What the message says counts before what the account's settings say.
func TestTextAttributes(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	require.NoError(t, b.SetSMSAttributes(ctx, map[string]string{"DefaultSenderID": "Shop1", "DefaultSMSType": "Transactional"}))
	publishText(t, b, number, sns.Message{Body: "hi"})
	publishText(t, b, number, sns.Message{Body: "hi", Attributes: map[string]sns.Attribute{
		"AWS.SNS.SMS.SenderID": sns.String("Mine"), "AWS.SNS.SMS.SMSType": sns.String("Promotional"),
		"AWS.SNS.SMS.MaxPrice": sns.Number("0.50"), "AWS.MM.SMS.OriginationNumber": sns.String("+1800"),
		"AWS.MM.SMS.EntityId": sns.String("e"), "AWS.MM.SMS.TemplateId": sns.String("t"),
	}})
	publishText(t, b, number, sns.Message{Body: "hi", Attributes: map[string]sns.Attribute{"SenderID": sns.String("Other")}})
	all := b.Texts(number)
	require.Equal(t, []string{"Shop1", "Transactional"}, []string{all[0].SenderID, all[0].Type})
	require.Equal(t, []string{"Mine", "Promotional", "0.50", "+1800", "e", "t"},
		[]string{all[1].SenderID, all[1].Type, all[1].MaxPrice, all[1].OriginationNumber, all[1].EntityID, all[1].TemplateID})
	require.Equal(t, "Shop1", all[2].SenderID)
}

func TestTextRefusals(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	topic, err := b.Create(ctx, "news", sns.Config{})
	require.NoError(t, err)
	for _, bad := range []string{"+1a234", "NAA+15551234567", "+", "+0155512", "+1 555", "+1234567890123456"} { // the first two recorded
		_, err := b.Publish(ctx, sns.Target{PhoneNumber: bad}, sns.Message{Body: "hi"})
		requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: PhoneNumber Reason: "+bad+" is not valid to publish to")
		require.Empty(t, b.Texts(bad))
	}
	_, err = b.Publish(ctx, sns.Target{PhoneNumber: "bad"}, sns.Message{})
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: Empty message")

	longest := strings.Repeat("é", sns.MaxText)
	publishText(t, b, number, sns.Message{Body: longest})
	_, err = b.Publish(ctx, sns.Target{PhoneNumber: number}, sns.Message{Body: longest + "é"})
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: Message too long") // inferred
	require.Len(t, b.Texts(number), 1)

	_, err = topic.Subscribe(ctx, sns.ToPhone(number), sns.SubscriptionConfig{})
	require.NoError(t, err)
	journal := b.Record()
	_, err = topic.Publish(ctx, sns.Message{Body: longest + "é"})
	require.NoError(t, err, "a topic takes it; the phone does not get it")
	require.Len(t, b.Texts(number), 1)
	require.Equal(t, 1, journal.Count(sns.EventLost))
}

// What is published to a number that opted out is accepted and not delivered, and the journal says why.
func TestOptedOutNumbersGetNothing(t *testing.T) {
	ctx := t.Context()
	queues := sqs.New()
	dead, err := queues.Create(ctx, "dead", sqs.Config{})
	require.NoError(t, err)
	b := sns.New(sns.WithQueues(inflight.Queues(queues)), sns.WithoutQueuePolicies())
	topic, err := b.Create(ctx, "news", sns.Config{})
	require.NoError(t, err)
	_, err = topic.Subscribe(ctx, sns.ToPhone("+1555-1234567"), sns.SubscriptionConfig{DeadLetter: new(dead.ARN())})
	require.NoError(t, err)
	b.OptOut("1.555.1234567")
	journal := b.Record()
	p := publishText(t, b, number, sns.Message{Body: "hi"})
	require.NotZero(t, p.ID)
	_, err = topic.Publish(ctx, sns.Message{Body: "hi"})
	require.NoError(t, err)
	require.Empty(t, b.Texts(number))
	counts, err := dead.Counts(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, counts.Visible)
	var kinds []string
	for e := range journal.Events() {
		kinds = append(kinds, e.Kind.String())
		if e.Kind == sns.EventLost {
			require.Equal(t, sns.ToPhone(number), e.Endpoint)
			require.Equal(t, p.ID, e.ID)
		}
		if e.Kind == sns.EventLost || e.Kind == sns.EventDeadLettered {
			require.Equal(t, "the number has opted out", e.Reason)
		}
	}
	require.Equal(t, []string{"published", "lost", "published", "dead-lettered"}, kinds)

	require.NoError(t, b.OptIn(ctx, number))
	_, err = topic.Publish(ctx, sns.Message{Body: "hi"})
	require.NoError(t, err)
	publishText(t, b, number, sns.Message{Body: "hi"})
	require.Len(t, b.Texts(number), 2)
	require.Equal(t, 2, journal.Count(sns.EventDelivered))
}
