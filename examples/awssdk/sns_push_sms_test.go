package awssdk_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// notifier pushes to devices. It is code as it is written for production: a device that is registered again, perhaps with another
// token, keeps its endpoint.
type notifier struct {
	client *awssns.Client
	app    *string // ARN of the platform application
}

// newNotifier registers the app with a platform. Credentials of any text will do.
func (f fanout) newNotifier(t require.TestingT, platform string) notifier {
	out, err := f.topics.CreatePlatformApplication(context.Background(), &awssns.CreatePlatformApplicationInput{
		Name: aws.String("shop"), Platform: &platform,
		Attributes: map[string]string{"PlatformCredential": "the key", "PlatformPrincipal": "the certificate"},
	})
	require.NoError(t, err)
	return notifier{f.topics, out.PlatformApplicationArn}
}

// takenEndpoint finds the ARN in the refusal of a token that has an endpoint already. The service has no other way to tell.
var takenEndpoint = regexp.MustCompile(`Endpoint (arn:\S+) already exists with the same Token`)

// register makes an endpoint for a device, or takes the one that has its token, and enables it.
func (n notifier) register(ctx context.Context, token, user string) (*string, error) {
	out, err := n.client.CreatePlatformEndpoint(ctx, &awssns.CreatePlatformEndpointInput{
		PlatformApplicationArn: n.app, Token: &token, CustomUserData: &user,
	})
	if err == nil {
		return out.EndpointArn, nil
	}
	found := takenEndpoint.FindStringSubmatch(err.Error())
	if found == nil {
		return nil, err
	}
	return &found[1], n.renew(ctx, &found[1], token, user)
}

// renew gives an endpoint a token that is good.
func (n notifier) renew(ctx context.Context, endpoint *string, token, user string) error {
	_, err := n.client.SetEndpointAttributes(ctx, &awssns.SetEndpointAttributesInput{
		EndpointArn: endpoint, Attributes: map[string]string{"Token": token, "CustomUserData": user, "Enabled": "true"},
	})
	return err
}

// push publishes a text to one device: the text of each platform in its own form, a plain one for all others.
func (n notifier) push(ctx context.Context, endpoint *string, message string) error {
	_, err := n.client.Publish(ctx, &awssns.PublishInput{
		TargetArn: endpoint, Message: &message, MessageStructure: aws.String("json"),
	})
	return err
}

const teaIsReady = `{
	"default": "Tea is ready",
	"GCM": "{\"notification\": {\"title\": \"Tea\", \"body\": \"is ready\"}}",
	"APNS": "{\"aps\": {\"alert\": \"Tea is ready\", \"sound\": \"kettle\"}}"
}`

// What a device would show lies in the inbox of its endpoint: nothing leaves the process.
func TestPushToADevice(t *testing.T) {
	for platform, payload := range map[string]string{
		"GCM":  `{"notification": {"title": "Tea", "body": "is ready"}}`,
		"APNS": `{"aps": {"alert": "Tea is ready", "sound": "kettle"}}`,
		"WNS":  "Tea is ready",
	} {
		t.Run(platform, func(t *testing.T) {
			f := newFanout()
			shop := f.newNotifier(t, platform)
			device := must(shop.register(t.Context(), "token-of-the-device", "ann"))
			require.NoError(t, shop.push(t.Context(), device, teaIsReady))

			got := f.region.SNS().Pushes(*device)
			require.Len(t, got, 1)
			assert.Equal(t, payload, got[0].Payload)
			assert.Equal(t, "token-of-the-device", got[0].Token)
		})
	}
}

// Once the app is removed from the device, the platform calls its token dead. The publisher learns it one message late: the first is
// accepted and lost, and disables the endpoint; the next is refused. A new token makes it good.
func TestDeadTokenDisablesTheEndpoint(t *testing.T) {
	f := newFanout()
	shop := f.newNotifier(t, "GCM")
	device := must(shop.register(t.Context(), "old-token", "ann"))
	f.region.SNS().TokenDied(*device)

	require.NoError(t, shop.push(t.Context(), device, teaIsReady), "nobody knows yet")
	assert.Empty(t, f.region.SNS().Pushes(*device))
	assert.Equal(t, "false", f.ofEndpoint(t, device, "Enabled"))

	err := shop.push(t.Context(), device, teaIsReady)
	var disabled *snstypes.EndpointDisabledException
	require.ErrorAs(t, err, &disabled)

	require.NoError(t, shop.renew(t.Context(), device, "new-token", "ann"))
	require.NoError(t, shop.push(t.Context(), device, teaIsReady))
	got := f.region.SNS().Pushes(*device)
	require.Len(t, got, 1)
	assert.Equal(t, "new-token", got[0].Token)
}

// A device that is sold has another user, and its endpoint still.
func TestDeviceIsRegisteredAgain(t *testing.T) {
	f := newFanout()
	shop := f.newNotifier(t, "GCM")
	device := must(shop.register(t.Context(), "token", "ann"))
	assert.Equal(t, *device, *must(shop.register(t.Context(), "token", "ann")), "the same again")
	assert.Equal(t, *device, *must(shop.register(t.Context(), "token", "bob")))
	assert.Equal(t, "bob", f.ofEndpoint(t, device, "CustomUserData"))
}

// ofEndpoint returns an attribute of a platform endpoint.
func (f fanout) ofEndpoint(t require.TestingT, endpoint *string, name string) string {
	out, err := f.topics.GetEndpointAttributes(context.Background(), &awssns.GetEndpointAttributesInput{EndpointArn: endpoint})
	require.NoError(t, err)
	return out.Attributes[name]
}

// A topic pushes to all its devices. One that is disabled gets nothing, and Publish does not say so: the journal does.
func TestTopicPushesToDevices(t *testing.T) {
	f := newFanout()
	shop := f.newNotifier(t, "APNS")
	topic := f.topic(t, "news", nil)
	journal := f.region.SNS().Record()
	ann, bob := must(shop.register(t.Context(), "a", "ann")), must(shop.register(t.Context(), "b", "bob"))
	f.subscribe(t, topic, "application", *ann, nil)
	f.subscribe(t, topic, "application", *bob, nil)
	f.region.SNS().TokenDied(*bob)

	f.publish(t, topic, "Tea is ready", nil)
	got := f.region.SNS().Pushes(*ann)
	require.Len(t, got, 1)
	assert.Equal(t, `{"aps":{"alert":"Tea is ready"}}`, got[0].Payload, "a plain text is wrapped as the platform wants it")
	assert.Empty(t, f.region.SNS().Pushes(*bob))
	for e := range journal.Events() {
		if e.Kind == sns.EventLost {
			assert.Equal(t, *bob, e.Endpoint.Address)
			assert.Equal(t, "Platform token associated with the endpoint is not valid", e.Reason)
		}
	}
	assert.Equal(t, 1, journal.Count(sns.EventLost))
}

const phone = "+15551234567"

// A text goes to a number, with attributes that say how. It lies in the number's inbox, cut as it is billed.
func TestTextToANumber(t *testing.T) {
	f := newFanout()
	long := strings.Repeat("Tea is ready. ", 20)
	must(f.topics.Publish(t.Context(), &awssns.PublishInput{
		PhoneNumber: aws.String(phone), Message: &long, MessageAttributes: map[string]snstypes.MessageAttributeValue{
			"AWS.SNS.SMS.SenderID": stringValue("Teashop"), "AWS.SNS.SMS.SMSType": stringValue("Transactional"),
		},
	}))
	got := f.region.SNS().Texts(phone)
	require.Len(t, got, 1)
	assert.Equal(t, long, got[0].Body)
	assert.Len(t, got[0].Parts, 2)
	assert.Equal(t, "Teashop", got[0].SenderID)
	assert.Equal(t, "Transactional", got[0].Type)

	_, err := f.topics.Publish(t.Context(), &awssns.PublishInput{PhoneNumber: aws.String("the teashop"), Message: &long})
	assert.Equal(t, "InvalidParameter", codeOf(err))
}

// Who answers STOP gets nothing more, though Publish succeeds, until opted in again: once in thirty days.
func TestPhoneOptsOut(t *testing.T) {
	f, clock := fakeFanout()
	say := func(message string) {
		must(f.topics.Publish(t.Context(), &awssns.PublishInput{PhoneNumber: aws.String(phone), Message: &message}))
	}
	optIn := func() error {
		_, err := f.topics.OptInPhoneNumber(t.Context(), &awssns.OptInPhoneNumberInput{PhoneNumber: aws.String(phone)})
		return err
	}
	isOut := func() bool {
		return must(f.topics.CheckIfPhoneNumberIsOptedOut(t.Context(), &awssns.CheckIfPhoneNumberIsOptedOutInput{
			PhoneNumber: aws.String(phone),
		})).IsOptedOut
	}
	say("Tea is ready")
	f.region.SNS().OptOut(phone) // what the owner of the phone does
	assert.True(t, isOut())
	say("Tea is cold")

	require.NoError(t, optIn())
	assert.False(t, isOut())
	say("Fresh tea")
	var got []string
	for _, m := range f.region.SNS().Texts(phone) {
		got = append(got, m.Body)
	}
	assert.Equal(t, []string{"Tea is ready", "Fresh tea"}, got)

	f.region.SNS().OptOut(phone)
	assert.Equal(t, "InvalidParameter", codeOf(optIn()))
	clock.Advance(30 * 24 * time.Hour)
	require.NoError(t, optIn())
}
