package awssdk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sns"
)

// Every operation of SNS is called here through the SDK, as operations_test.go does with those of SQS.

// topicsWorld is a region and a client of its topics.
type topicsWorld struct {
	*testing.T
	b *sns.Broker
	c *awssns.Client
}

func newTopicsWorld(t *testing.T) topicsWorld {
	region, _, _ := fakeRegion(inflight.WithSNS(sns.WithoutQueuePolicies()))
	return topicsWorld{t, region.SNS(), awssns.NewFromConfig(awssdk.Config(region))}
}

func TestEveryOperationOfTopics(t *testing.T) {
	w := newTopicsWorld(t)
	called := map[sns.Op]bool{}
	defer w.b.Intercept(func(_ context.Context, c sns.Call) error {
		called[c.Op] = true
		return nil
	})()
	topic := w.checkTopics()
	w.checkSubscriptions(topic)
	w.checkPublishing(topic)
	w.checkApps()
	w.checkPhones()
	w.checkSandbox()
	must(w.c.DeleteTopic(t.Context(), &awssns.DeleteTopicInput{TopicArn: topic}))
	for op := sns.OpAddPermission; op <= sns.OpVerifySMSSandboxPhoneNumber; op++ {
		assert.True(t, called[op], "%s was not called", op)
	}
}

func (w topicsWorld) topicAttribute(topic *string, name string) string {
	out := must(w.c.GetTopicAttributes(w.Context(), &awssns.GetTopicAttributesInput{TopicArn: topic}))
	filled(w.T, out)
	return out.Attributes[name]
}

// checkTopics looks at the answers about topics, and returns the one that it has made.
func (w topicsWorld) checkTopics() *string {
	ctx, c := w.Context(), w.c
	created := must(c.CreateTopic(ctx, &awssns.CreateTopicInput{
		Name: aws.String("t"), Attributes: map[string]string{"DisplayName": "Shop & Co"},
		Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}}, DataProtectionPolicy: aws.String(`{"Statement":[]}`),
	}))
	filled(w.T, created)
	topic := created.TopicArn
	protection := must(c.GetDataProtectionPolicy(ctx, &awssns.GetDataProtectionPolicyInput{ResourceArn: topic}))
	assert.Equal(w, `{"Statement":[]}`, *protection.DataProtectionPolicy)
	must(c.PutDataProtectionPolicy(ctx, &awssns.PutDataProtectionPolicyInput{ResourceArn: topic, DataProtectionPolicy: aws.String("{}")}))
	filled(w.T, must(c.GetDataProtectionPolicy(ctx, &awssns.GetDataProtectionPolicyInput{ResourceArn: topic})))

	assert.Equal(w, "Shop & Co", w.topicAttribute(topic, "DisplayName"))
	must(c.SetTopicAttributes(ctx, &awssns.SetTopicAttributesInput{
		TopicArn: topic, AttributeName: aws.String("DisplayName"), AttributeValue: aws.String(""),
	}))
	assert.Empty(w, w.topicAttribute(topic, "DisplayName"))

	must(c.TagResource(ctx, &awssns.TagResourceInput{ResourceArn: topic, Tags: []types.Tag{{Key: aws.String("b"), Value: aws.String("<&>")}}}))
	must(c.UntagResource(ctx, &awssns.UntagResourceInput{ResourceArn: topic, TagKeys: []string{"a"}}))
	tags := must(c.ListTagsForResource(ctx, &awssns.ListTagsForResourceInput{ResourceArn: topic}))
	require.Len(w, tags.Tags, 1)
	assert.Equal(w, "b=<&>", *tags.Tags[0].Key+"="+*tags.Tags[0].Value)

	must(c.AddPermission(ctx, &awssns.AddPermissionInput{
		TopicArn: topic, Label: aws.String("l"), AWSAccountId: []string{"111122223333"}, ActionName: []string{"Publish"},
	}))
	assert.Contains(w, w.topicAttribute(topic, "Policy"), "arn:aws:iam::111122223333:root")
	must(c.RemovePermission(ctx, &awssns.RemovePermissionInput{TopicArn: topic, Label: aws.String("l")}))
	assert.NotContains(w, w.topicAttribute(topic, "Policy"), "111122223333")

	for i := range 100 {
		must(c.CreateTopic(ctx, &awssns.CreateTopicInput{Name: aws.String(fmt.Sprint("t", i))}))
	}
	first := must(c.ListTopics(ctx, &awssns.ListTopicsInput{}))
	filled(w.T, first)
	filled(w.T, first.Topics[0])
	last := must(c.ListTopics(ctx, &awssns.ListTopicsInput{NextToken: first.NextToken}))
	assert.Equal(w, arnOf("t99"), *last.Topics[0].TopicArn)
	return topic
}

func arnOf(name string) string { return "arn:aws:sns:us-east-1:123456789012:" + name }

// checkSubscriptions looks at the answers about subscriptions.
func (w topicsWorld) checkSubscriptions(topic *string) {
	ctx, c := w.Context(), w.c
	mail := &awssns.SubscribeInput{
		TopicArn: topic, Protocol: aws.String("email"), Endpoint: aws.String("a@example.com"),
		Attributes: map[string]string{"FilterPolicy": `{"a":["b"]}`},
	}
	assert.Equal(w, "pending confirmation", *must(c.Subscribe(ctx, mail)).SubscriptionArn)
	mail.ReturnSubscriptionArn = true
	subscribed := must(c.Subscribe(ctx, mail))
	sub := subscribed.SubscriptionArn
	attributes := func() map[string]string {
		out := must(c.GetSubscriptionAttributes(ctx, &awssns.GetSubscriptionAttributesInput{SubscriptionArn: sub}))
		filled(w.T, out)
		return out.Attributes
	}
	assert.Equal(w, "true", attributes()["PendingConfirmation"])
	confirmed := must(c.ConfirmSubscription(ctx, &awssns.ConfirmSubscriptionInput{
		TopicArn: topic, Token: aws.String(w.b.PendingToken(*sub)), AuthenticateOnUnsubscribe: aws.String("true"),
	}))
	assert.Equal(w, sub, confirmed.SubscriptionArn)
	must(c.SetSubscriptionAttributes(ctx, &awssns.SetSubscriptionAttributesInput{
		SubscriptionArn: sub, AttributeName: aws.String("FilterPolicy"), AttributeValue: aws.String(`{"c":["<&>"]}`),
	}))
	assert.Equal(w, `{"c":["<&>"]}`, attributes()["FilterPolicy"])

	for i := range 100 {
		must(c.Subscribe(ctx, &awssns.SubscribeInput{
			TopicArn: topic, Protocol: aws.String("sms"), Endpoint: aws.String(fmt.Sprintf("+1555%07d", i)),
		}))
	}
	all := must(c.ListSubscriptions(ctx, &awssns.ListSubscriptionsInput{}))
	filled(w.T, all)
	filled(w.T, all.Subscriptions[0])
	rest := must(c.ListSubscriptions(ctx, &awssns.ListSubscriptionsInput{NextToken: all.NextToken}))
	assert.Equal(w, "+15550000099", *rest.Subscriptions[0].Endpoint)
	of := must(c.ListSubscriptionsByTopic(ctx, &awssns.ListSubscriptionsByTopicInput{TopicArn: topic}))
	filled(w.T, of)
	assert.Equal(w, all.Subscriptions, of.Subscriptions)
	rest2 := must(c.ListSubscriptionsByTopic(ctx, &awssns.ListSubscriptionsByTopicInput{TopicArn: topic, NextToken: of.NextToken}))
	assert.Equal(w, rest.Subscriptions, rest2.Subscriptions)
	must(c.Unsubscribe(ctx, &awssns.UnsubscribeInput{SubscriptionArn: sub}))
	_, err := c.GetSubscriptionAttributes(ctx, &awssns.GetSubscriptionAttributesInput{SubscriptionArn: sub})
	gone, ok := errors.AsType[*types.NotFoundException](err)
	require.True(w, ok, "%v", err)
	assert.Equal(w, "Subscription does not exist", *gone.Message)
}

// values use every kind of message attribute.
func values() map[string]types.MessageAttributeValue {
	return map[string]types.MessageAttributeValue{
		"text":  {DataType: aws.String("String"), StringValue: aws.String("x & y")},
		"bytes": {DataType: aws.String("Binary"), BinaryValue: []byte{0, 0xff, 1}},
	}
}

// checkPublishing looks at the answers to messages, and at what a function gets of them.
func (w topicsWorld) checkPublishing(topic *string) {
	ctx, c := w.Context(), w.c
	var got []sns.FunctionEvent
	to := w.b.Function("f", func(_ context.Context, e sns.FunctionEvent) error {
		got = append(got, e)
		return nil
	})
	must(c.Subscribe(ctx, &awssns.SubscribeInput{TopicArn: topic, Protocol: aws.String(string(to.Protocol)), Endpoint: &to.Address}))
	sent := must(c.Publish(ctx, &awssns.PublishInput{
		TopicArn: topic, Message: aws.String(`{"default":"d","lambda":"ü \r\n"}`), MessageStructure: aws.String("json"),
		Subject: aws.String("s"), MessageAttributes: values(), MessageGroupId: aws.String("g"),
	}))
	filled(w.T, sent, "SequenceNumber")
	require.Len(w, got, 1)
	record := got[0].Records[0].SNS
	assert.Equal(w, []string{*sent.MessageId, "ü \r\n", "s"}, []string{record.MessageID, record.Message, *record.Subject})
	assert.Equal(w, "x & y", record.MessageAttributes["text"].Value)
	assert.Equal(w, "AP8B", record.MessageAttributes["bytes"].Value)
	filled(w.T, must(c.Publish(ctx, &awssns.PublishInput{TargetArn: topic, Message: aws.String("m")})), "SequenceNumber")

	fifo := must(c.CreateTopic(ctx, &awssns.CreateTopicInput{Name: aws.String("t.fifo"), Attributes: map[string]string{"FifoTopic": "true"}})).TopicArn
	one := must(c.Publish(ctx, &awssns.PublishInput{
		TopicArn: fifo, Message: aws.String("m"), MessageGroupId: aws.String("g"), MessageDeduplicationId: aws.String("d"),
	}))
	filled(w.T, one)
	entry := func(id, dedup string) types.PublishBatchRequestEntry {
		return types.PublishBatchRequestEntry{
			Id: &id, Message: aws.String(`{"default":"m"}`), MessageStructure: aws.String("json"), Subject: aws.String("s"),
			MessageAttributes: values(), MessageGroupId: aws.String("g"), MessageDeduplicationId: &dedup,
		}
	}
	defer w.b.Intercept(sns.Fault{Op: sns.OpPublishBatch, Entry: 2, Err: &sns.Error{Code: sns.ErrInternal, Message: "text"}}.Inject)()
	batch := must(c.PublishBatch(ctx, &awssns.PublishBatchInput{
		TopicArn: fifo, PublishBatchRequestEntries: []types.PublishBatchRequestEntry{entry("1", "d"), entry("2", "e")},
	}))
	filled(w.T, batch)
	filled(w.T, batch.Successful[0])
	assert.Equal(w, one.MessageId, batch.Successful[0].MessageId, "by the deduplication id it is the same")
	filled(w.T, batch.Failed[0], "SenderFault") // false
}

// checkApps looks at the answers about mobile push.
func (w topicsWorld) checkApps() {
	ctx, c := w.Context(), w.c
	created := must(c.CreatePlatformApplication(ctx, &awssns.CreatePlatformApplicationInput{
		Name: aws.String("app"), Platform: aws.String("GCM"), Attributes: map[string]string{"PlatformCredential": "secret"},
	}))
	filled(w.T, created)
	app := created.PlatformApplicationArn
	must(c.SetPlatformApplicationAttributes(ctx, &awssns.SetPlatformApplicationAttributesInput{
		PlatformApplicationArn: app, Attributes: map[string]string{"SuccessFeedbackSampleRate": "9"},
	}))
	got := must(c.GetPlatformApplicationAttributes(ctx, &awssns.GetPlatformApplicationAttributesInput{PlatformApplicationArn: app}))
	assert.Equal(w, map[string]string{"Enabled": "true", "SuccessFeedbackSampleRate": "9"}, got.Attributes)
	for i := range 100 {
		must(c.CreatePlatformApplication(ctx, &awssns.CreatePlatformApplicationInput{
			Name: aws.String(fmt.Sprint("app", i)), Platform: aws.String("GCM"), Attributes: map[string]string{"PlatformCredential": "secret"},
		}))
	}
	apps := must(c.ListPlatformApplications(ctx, &awssns.ListPlatformApplicationsInput{}))
	filled(w.T, apps)
	filled(w.T, apps.PlatformApplications[0])
	assert.Len(w, must(c.ListPlatformApplications(ctx, &awssns.ListPlatformApplicationsInput{NextToken: apps.NextToken})).PlatformApplications, 1)

	register := func(token string) *string {
		out := must(c.CreatePlatformEndpoint(ctx, &awssns.CreatePlatformEndpointInput{
			PlatformApplicationArn: app, Token: &token, CustomUserData: aws.String("u"), Attributes: map[string]string{"Enabled": "true"},
		}))
		filled(w.T, out)
		return out.EndpointArn
	}
	phone := register("token")
	must(c.SetEndpointAttributes(ctx, &awssns.SetEndpointAttributesInput{EndpointArn: phone, Attributes: map[string]string{"CustomUserData": "v"}}))
	attributes := must(c.GetEndpointAttributes(ctx, &awssns.GetEndpointAttributesInput{EndpointArn: phone})).Attributes
	assert.Equal(w, map[string]string{"Enabled": "true", "Token": "token", "CustomUserData": "v"}, attributes)
	must(c.Publish(ctx, &awssns.PublishInput{TargetArn: phone, Message: aws.String("m")}))
	assert.Len(w, w.b.Pushes(*phone), 1)
	for i := range 100 {
		register(fmt.Sprint("token", i))
	}
	phones := must(c.ListEndpointsByPlatformApplication(ctx, &awssns.ListEndpointsByPlatformApplicationInput{PlatformApplicationArn: app}))
	filled(w.T, phones)
	filled(w.T, phones.Endpoints[0])
	more := must(c.ListEndpointsByPlatformApplication(ctx, &awssns.ListEndpointsByPlatformApplicationInput{
		PlatformApplicationArn: app, NextToken: phones.NextToken,
	}))
	assert.Len(w, more.Endpoints, 1)
	must(c.DeleteEndpoint(ctx, &awssns.DeleteEndpointInput{EndpointArn: phone}))
	must(c.DeletePlatformApplication(ctx, &awssns.DeletePlatformApplicationInput{PlatformApplicationArn: app}))
	_, err := c.GetEndpointAttributes(ctx, &awssns.GetEndpointAttributesInput{EndpointArn: phone})
	assert.Equal(w, "NotFound", codeOf(err))
}

const number = "+15551234567"

// checkPhones looks at the answers about phone numbers.
func (w topicsWorld) checkPhones() {
	ctx, c := w.Context(), w.c
	must(c.Publish(ctx, &awssns.PublishInput{PhoneNumber: aws.String(number), Message: aws.String("m")}))
	assert.Len(w, w.b.Texts(number), 1)
	must(c.SetSMSAttributes(ctx, &awssns.SetSMSAttributesInput{Attributes: map[string]string{"DefaultSMSType": "Transactional"}}))
	all := must(c.GetSMSAttributes(ctx, &awssns.GetSMSAttributesInput{}))
	assert.Equal(w, map[string]string{"DefaultSMSType": "Transactional", "MonthlySpendLimit": "1"}, all.Attributes)
	some := must(c.GetSMSAttributes(ctx, &awssns.GetSMSAttributesInput{Attributes: []string{"DefaultSMSType"}}))
	assert.Len(w, some.Attributes, 1)
	for i := range 100 {
		w.b.OptOut(fmt.Sprintf("+1555%07d", i))
	}
	w.b.OptOut(number)
	opted := must(c.ListPhoneNumbersOptedOut(ctx, &awssns.ListPhoneNumbersOptedOutInput{}))
	filled(w.T, opted)
	last := must(c.ListPhoneNumbersOptedOut(ctx, &awssns.ListPhoneNumbersOptedOutInput{NextToken: opted.NextToken}))
	assert.Equal(w, []string{number}, last.PhoneNumbers)
	is := &awssns.CheckIfPhoneNumberIsOptedOutInput{PhoneNumber: aws.String(number)}
	filled(w.T, must(c.CheckIfPhoneNumberIsOptedOut(ctx, is)))
	must(c.OptInPhoneNumber(ctx, &awssns.OptInPhoneNumberInput{PhoneNumber: aws.String(number)}))
	assert.False(w, must(c.CheckIfPhoneNumberIsOptedOut(ctx, is)).IsOptedOut)
	filled(w.T, must(c.ListOriginationNumbers(ctx, &awssns.ListOriginationNumbersInput{MaxResults: aws.Int32(30)})), "NextToken") // there are none
}

// checkSandbox looks at the answers about the sandbox.
func (w topicsWorld) checkSandbox() {
	ctx, c := w.Context(), w.c
	assert.False(w, must(c.GetSMSSandboxAccountStatus(ctx, &awssns.GetSMSSandboxAccountStatusInput{})).IsInSandbox)
	for _, n := range []string{number, "+15557654321"} {
		must(c.CreateSMSSandboxPhoneNumber(ctx, &awssns.CreateSMSSandboxPhoneNumberInput{PhoneNumber: &n, LanguageCode: types.LanguageCodeStringDeDe}))
	}
	texts := w.b.Texts(number)
	password := texts[len(texts)-1].Password
	must(c.VerifySMSSandboxPhoneNumber(ctx, &awssns.VerifySMSSandboxPhoneNumberInput{PhoneNumber: aws.String(number), OneTimePassword: &password}))
	first := must(c.ListSMSSandboxPhoneNumbers(ctx, &awssns.ListSMSSandboxPhoneNumbersInput{MaxResults: aws.Int32(1)}))
	filled(w.T, first)
	filled(w.T, first.PhoneNumbers[0])
	assert.Equal(w, types.SMSSandboxPhoneNumberVerificationStatusVerified, first.PhoneNumbers[0].Status)
	last := must(c.ListSMSSandboxPhoneNumbers(ctx, &awssns.ListSMSSandboxPhoneNumbersInput{NextToken: first.NextToken}))
	assert.Equal(w, types.SMSSandboxPhoneNumberVerificationStatusPending, last.PhoneNumbers[0].Status)
	must(c.DeleteSMSSandboxPhoneNumber(ctx, &awssns.DeleteSMSSandboxPhoneNumberInput{PhoneNumber: aws.String("+15557654321")}))
}
