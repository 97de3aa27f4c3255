package snshttp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// Every operation of the service as it stands on the wire.

const arnOf = "arn:aws:sns:us-east-1:123456789012:"

func TestTopicsOnTheWire(t *testing.T) {
	s := newScript(t)
	s.run([]step{
		{"ListTopics", "", "<Topics></Topics>"},
		{
			"CreateTopic", "Name=t&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=A%26B&Tags.member.1.Key=team&Tags.member.1.Value=a",
			"<TopicArn>" + arnOf + "t</TopicArn>",
		},
		{"CreateTopic", "Name=t&Attributes=&Tags=", "<TopicArn>" + arnOf + "t</TopicArn>"},
		{"ListTopics", "NextToken=", "<Topics><member><TopicArn>" + arnOf + "t</TopicArn></member></Topics>"},
		{"SetTopicAttributes", "TopicArn=" + arnOf + "t&AttributeName=DisplayName&AttributeValue=%3C%22%3E", "-"},
		{"TagResource", "ResourceArn=" + arnOf + "t&Tags.member.1.Key=b&Tags.member.1.Value=", ""},
		{
			"ListTagsForResource", "ResourceArn=" + arnOf + "t",
			"<Tags><member><Key>b</Key><Value></Value></member><member><Key>team</Key><Value>a</Value></member></Tags>",
		},
		{"UntagResource", "ResourceArn=" + arnOf + "t&TagKeys.member.1=b&TagKeys.member.2=team", ""},
		{"ListTagsForResource", "ResourceArn=" + arnOf + "t", "<Tags></Tags>"},
		{"AddPermission", "TopicArn=" + arnOf + "t&Label=l&AWSAccountId.member.1=111111111111&ActionName.member.1=Publish", "-"},
		{"RemovePermission", "TopicArn=" + arnOf + "t&Label=l", "-"},
		{"GetDataProtectionPolicy", "ResourceArn=" + arnOf + "t", ""},
		{"PutDataProtectionPolicy", "ResourceArn=" + arnOf + "t&DataProtectionPolicy=%7B%22a%22%3A1%7D", "-"},
		{"GetDataProtectionPolicy", "ResourceArn=" + arnOf + "t", "<DataProtectionPolicy>{&quot;a&quot;:1}</DataProtectionPolicy>"},
	})
	a := s.form("Action=GetTopicAttributes&TopicArn=" + arnOf + "t")
	require.Contains(t, a.text, "<GetTopicAttributesResult><Attributes><entry><key>DisplayName</key><value>&lt;&quot;&gt;</value></entry><entry><key>Eff")
	require.Contains(t, a.text, "<entry><key>TopicArn</key><value>"+arnOf+"t</value></entry></Attributes></GetTopicAttributesResult>")
	s.run([]step{
		{"DeleteTopic", "TopicArn=" + arnOf + "t", "-"},
		{"DeleteTopic", "TopicArn=" + arnOf + "t", "-"},
	})
}

func TestSubscriptionsOnTheWire(t *testing.T) {
	s := newScript(t)
	s.world = s.by("AKIDEXAMPLE", "any", us)
	topic := s.topic("t", nil)
	member := func(arn, protocol, endpoint string) string {
		return "<member><SubscriptionArn>" + arn + "</SubscriptionArn><Owner>123456789012</Owner><Protocol>" + protocol +
			"</Protocol><Endpoint>" + endpoint + "</Endpoint><TopicArn>" + topic + "</TopicArn></member>"
	}
	s.run([]step{
		{"ListSubscriptions", "", "<Subscriptions></Subscriptions>"},
		{"Subscribe", "TopicArn=" + topic + "&Protocol=email&Endpoint=a@example.com", "<SubscriptionArn>pending confirmation</SubscriptionArn>"},
		{
			"Subscribe", "TopicArn=" + topic + "&Protocol=email&Endpoint=a@example.com&ReturnSubscriptionArn=true",
			"<SubscriptionArn>«mail»</SubscriptionArn>",
		},
		{
			"Subscribe", "TopicArn=" + topic + "&Protocol=email&Endpoint=a@example.com&ReturnSubscriptionArn=false",
			"<SubscriptionArn>pending confirmation</SubscriptionArn>",
		},
		{
			"Subscribe", "TopicArn=" + topic + "&Protocol=sms&Endpoint=%2B15551234567&Attributes.entry.7.value=%7B%22a%22%3A%5B%22b%22%5D%7D" +
				"&Attributes.entry.7.key=FilterPolicy", "<SubscriptionArn>«sms»</SubscriptionArn>",
		},
		{
			"ListSubscriptionsByTopic", "TopicArn=" + topic,
			"<Subscriptions>" + member("PendingConfirmation", "email", "a@example.com") + member("«sms»", "sms", "+15551234567") + "</Subscriptions>",
		},
		{"SetSubscriptionAttributes", "SubscriptionArn=«sms»&AttributeName=FilterPolicy&AttributeValue=%7B%22a%22%3A%5B%22%26%22%5D%7D", "-"},
		{
			"GetSubscriptionAttributes", "SubscriptionArn=«sms»", "<Attributes><entry><key>ConfirmationWasAuthenticated</key><value>true</value></entry>" +
				"<entry><key>Endpoint</key><value>+15551234567</value></entry><entry><key>FilterPolicy</key><value>{&quot;a&quot;:[&quot;&amp;&quot;]}</value></entry>" +
				"<entry><key>FilterPolicyScope</key><value>MessageAttributes</value></entry><entry><key>Owner</key><value>123456789012</value></entry>" +
				"<entry><key>PendingConfirmation</key><value>false</value></entry><entry><key>Protocol</key><value>sms</value></entry>" +
				"<entry><key>RawMessageDelivery</key><value>false</value></entry><entry><key>SubscriptionArn</key><value>«sms»</value></entry>" +
				"<entry><key>SubscriptionPrincipal</key><value>«who»</value></entry><entry><key>TopicArn</key><value>" + topic + "</value></entry></Attributes>",
		},
		{"Unsubscribe", "SubscriptionArn=«sms»", "-"},
	})
	mail := s.Fill("«mail»")
	s.run([]step{
		{
			"ConfirmSubscription", "TopicArn=" + topic + "&Token=" + s.r.SNS().PendingToken(mail) + "&AuthenticateOnUnsubscribe=true",
			"<SubscriptionArn>«mail»</SubscriptionArn>",
		},
		{"ListSubscriptions", "", "<Subscriptions>" + member("«mail»", "email", "a@example.com") + "</Subscriptions>"},
	})
}

func TestPublishingOnTheWire(t *testing.T) {
	s := newScript(t)
	topic := s.topic("t", nil)
	fifo := s.topic("t.fifo", nil)
	const entries = "&PublishBatchRequestEntries.member."
	s.run([]step{
		{"Publish", "TopicArn=" + topic + "&Message=m", "<MessageId>«a»</MessageId>"},
		{"Publish", "TargetArn=" + topic + "&Message=m", "<MessageId>«b»</MessageId>"},
		{"Publish", "PhoneNumber=%2B15551234567&Message=m", "<MessageId>«c»</MessageId>"},
		{
			"Publish", "TopicArn=" + fifo + "&Message=m&MessageGroupId=g&MessageDeduplicationId=d",
			"<MessageId>«d»</MessageId><SequenceNumber>«n»</SequenceNumber>",
		},
		{
			"PublishBatch", "TopicArn=" + topic + entries + "1.Id=x" + entries + "1.Message=m" + entries + "2.Message=n" + entries + "2.Id=y",
			"<Successful><member><Id>x</Id><MessageId>«e»</MessageId></member><member><Id>y</Id><MessageId>«f»</MessageId></member></Successful><Failed></Failed>",
		},
		{
			"PublishBatch", "TopicArn=" + fifo + entries + "1.Id=x" + entries + "1.Message=m" + entries + "1.MessageGroupId=g" +
				entries + "1.MessageDeduplicationId=d", "<Successful><member><Id>x</Id><MessageId>«d»</MessageId>" +
				"<SequenceNumber>«n»</SequenceNumber></member></Successful><Failed></Failed>",
		},
	})
}

func TestFailedEntriesOnTheWire(t *testing.T) {
	s := newScript(t)
	topic := s.topic("t", nil)
	s.r.SNS().Intercept(sns.Fault{Op: sns.OpPublishBatch, Entry: 2, Err: &sns.Error{Code: sns.ErrInternal, Message: "a < b"}}.Inject)
	const entries = "&PublishBatchRequestEntries.member."
	s.run([]step{{
		"PublishBatch", "TopicArn=" + topic + entries + "1.Id=x" + entries + "1.Message=m" + entries + "2.Message=n" + entries + "2.Id=y",
		"<Successful><member><Id>x</Id><MessageId>«e»</MessageId></member></Successful><Failed><member><Id>y</Id><Code>InternalError</Code>" +
			"<Message>a &lt; b</Message><SenderFault>false</SenderFault></member></Failed>",
	}})
}

func TestMobilePushOnTheWire(t *testing.T) {
	s := newScript(t)
	const attributes = "<entry><key>Enabled</key><value>true</value></entry>"
	s.run([]step{
		{"ListPlatformApplications", "", "<PlatformApplications></PlatformApplications>"},
		{
			"CreatePlatformApplication", "Name=shop&Platform=GCM&Attributes.entry.1.key=PlatformCredential&Attributes.entry.1.value=c",
			"<PlatformApplicationArn>" + arnOf + "app/GCM/shop</PlatformApplicationArn>",
		},
		{
			"ListPlatformApplications", "", "<PlatformApplications><member><PlatformApplicationArn>" + arnOf + "app/GCM/shop</PlatformApplicationArn>" +
				"<Attributes>" + attributes + "</Attributes></member></PlatformApplications>",
		},
		{
			"SetPlatformApplicationAttributes", "PlatformApplicationArn=" + arnOf + "app/GCM/shop&Attributes.entry.1.key=SuccessFeedbackSampleRate" +
				"&Attributes.entry.1.value=7", "-",
		},
		{
			"GetPlatformApplicationAttributes", "PlatformApplicationArn=" + arnOf + "app/GCM/shop",
			"<Attributes>" + attributes + "<entry><key>SuccessFeedbackSampleRate</key><value>7</value></entry></Attributes>",
		},
		{"ListEndpointsByPlatformApplication", "PlatformApplicationArn=" + arnOf + "app/GCM/shop", "<Endpoints></Endpoints>"},
		{
			"CreatePlatformEndpoint", "PlatformApplicationArn=" + arnOf + "app/GCM/shop&Token=tok&CustomUserData=u%26",
			"<EndpointArn>«phone»</EndpointArn>",
		},
		{
			"GetEndpointAttributes", "EndpointArn=«phone»", "<Attributes><entry><key>CustomUserData</key><value>u&amp;</value></entry>" +
				attributes + "<entry><key>Token</key><value>tok</value></entry></Attributes>",
		},
		{"SetEndpointAttributes", "EndpointArn=«phone»&Attributes.entry.1.key=CustomUserData&Attributes.entry.1.value=", "-"},
		{
			"ListEndpointsByPlatformApplication", "PlatformApplicationArn=" + arnOf + "app/GCM/shop",
			"<Endpoints><member><EndpointArn>«phone»</EndpointArn><Attributes>" + attributes +
				"<entry><key>Token</key><value>tok</value></entry></Attributes></member></Endpoints>",
		},
		{"Publish", "TargetArn=«phone»&Message=m", "<MessageId>«id»</MessageId>"},
		{"DeleteEndpoint", "EndpointArn=«phone»", "-"},
		{"DeletePlatformApplication", "PlatformApplicationArn=" + arnOf + "app/GCM/shop", "-"},
	})
}

func TestPhonesOnTheWire(t *testing.T) {
	s := newScript(t)
	s.r.SNS().OptOut("+15551234567")
	s.run([]step{
		{"GetSMSAttributes", "", "<attributes><entry><key>MonthlySpendLimit</key><value>1</value></entry></attributes>"},
		{"SetSMSAttributes", "attributes.entry.1.key=DefaultSMSType&attributes.entry.1.value=Transactional", ""},
		{
			"GetSMSAttributes", "attributes.member.1=DefaultSMSType",
			"<attributes><entry><key>DefaultSMSType</key><value>Transactional</value></entry></attributes>",
		},
		{"CheckIfPhoneNumberIsOptedOut", "phoneNumber=%2B15551234567", "<isOptedOut>true</isOptedOut>"},
		{"ListPhoneNumbersOptedOut", "", "<phoneNumbers><member>+15551234567</member></phoneNumbers>"},
		{"OptInPhoneNumber", "phoneNumber=%2B15551234567", ""},
		{"CheckIfPhoneNumberIsOptedOut", "phoneNumber=%2B15551234567", "<isOptedOut>false</isOptedOut>"},
		{"ListPhoneNumbersOptedOut", "nextToken=", "<phoneNumbers></phoneNumbers>"},
		{"GetSMSSandboxAccountStatus", "", "<IsInSandbox>false</IsInSandbox>"},
		{"CreateSMSSandboxPhoneNumber", "PhoneNumber=%2B15551234567&LanguageCode=en-US", ""},
		{
			"ListSMSSandboxPhoneNumbers", "MaxResults=1",
			"<PhoneNumbers><member><PhoneNumber>+15551234567</PhoneNumber><Status>Pending</Status></member></PhoneNumbers>",
		},
		{"DeleteSMSSandboxPhoneNumber", "PhoneNumber=%2B15551234567", ""},
		{"ListOriginationNumbers", "MaxResults=30", "<PhoneNumbers></PhoneNumbers>"},
	})
}

func TestPagesOnTheWire(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t", nil)
	for i := range 101 {
		w.topic("t"+strings.Repeat("x", i), nil)
		w.subscribe(topic, "sms", fmt.Sprintf("+1555%07d", i), nil)
	}
	for op, name := range map[string]string{"ListTopics": "Topics", "ListSubscriptions": "Subscriptions"} {
		first := w.ok(op, obj{})
		require.Len(t, first[name], 100)
		last := w.ok(op, obj{"NextToken": first["NextToken"]})
		require.Len(t, last[name], 1, op)
		require.NotContains(t, last, "NextToken")
		require.NotContains(t, first[name], last[name].(list)[0])
	}
	w.refused(400, "InvalidParameter", "Invalid parameter: NextToken", "ListTopics", obj{"NextToken": "x"})
}

// Parameters come in any order, their numbers may have gaps, and what is numbered otherwise is not read.
func TestOrderAndGaps(t *testing.T) {
	w := newWorld(t)
	topic, queue, _ := w.fanOut("t", "q", raw())
	const entries = "PublishBatchRequestEntries.member."
	parameters := []string{
		"Action=PublishBatch", "TopicArn=" + topic, entries + "10.Id=ten", entries + "10.Message=c", entries + "2.Id=two", entries + "2.Message=b",
		entries + "2.MessageAttributes.entry.9.Name=n", entries + "2.MessageAttributes.entry.9.Value.StringValue=7",
		entries + "2.MessageAttributes.entry.9.Value.DataType=Number", entries + "2.MessageAttributes.entry.4.Name=x",
		entries + "2.MessageAttributes.entry.4.Value.BinaryValue=AAH%2F", entries + "2.MessageAttributes.entry.4.Value.DataType=Binary",
		entries + "1.Id=one", entries + "1.Message=a", entries + "01.Id=no", entries + "x.Id=no", entries + "0.Id=no", entries + "-1.Id=no",
		"PublishBatchRequestEntries.3.Id=no", entries + "99999999999.Id=no",
	}
	slices.Reverse(parameters)
	a := w.form(strings.Join(parameters, "&"))
	require.Equal(t, 200, a.status, a.text)
	var ids []any
	for _, e := range a.data["Successful"].(list) {
		ids = append(ids, e.(obj)["Id"])
	}
	require.Equal(t, []any{"one", "two", "ten"}, ids)
	require.Equal(t, []string{"a", "b", "c"}, w.bodies("q"))
	m := w.held("q")[1]
	require.Equal(t, "7", m.Attributes["n"].Text)
	require.Equal(t, []byte{0, 1, 255}, m.Attributes["x"].Binary)
	require.NotEmpty(t, queue)
}

// What may come in a URL may come by GET, and the body overrides the URL.
func TestParametersInTheURL(t *testing.T) {
	w := newWorld(t)
	topic, _, _ := w.fanOut("t", "q", raw())
	for _, method := range []string{"GET", "POST"} {
		a := w.at("/?Action=Publish&Version=2010-03-31&Message="+method+"&TopicArn="+topic).send("sns", method, "")
		require.Equal(t, 200, a.status, a.text)
	}
	a := w.at("/?Action=Publish&Message=url&TopicArn=" + topic).form("Message=body")
	require.Equal(t, 200, a.status, a.text)
	require.Equal(t, []string{"GET", "POST", "body"}, w.bodies("q"))
}

func TestTraceOfTheRequest(t *testing.T) {
	const trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
	w := newWorld(t)
	topic, _, _ := w.fanOut("t", "q", nil)
	carried := w.with("X-Amzn-Trace-Id", trace)
	carried.ok("Publish", obj{"TopicArn": topic, "Message": "m"})
	carried.ok("PublishBatch", obj{"TopicArn": topic, "PublishBatchRequestEntries": batch{{"Id": "1", "Message": "m"}}})
	w.ok("Publish", obj{"TopicArn": topic, "Message": "m"})
	held := w.held("q")
	require.Equal(t, []string{trace, trace, ""}, []string{held[0].TraceHeader, held[1].TraceHeader, held[2].TraceHeader})
}

// Parameters that are present and empty are not absent ones.
func TestEmptyParameters(t *testing.T) {
	w := newWorld(t)
	topic, fifo := w.topic("t", nil), w.topic("t.fifo", texts{"ContentBasedDeduplication": "true"})
	for name, want := range map[string]string{
		"Subject": "Subject", "MessageStructure": "MessageStructure",
		"MessageGroupId":         "MessageGroupId Reason: must be 1 to 128 alphanumeric or punctuation characters",
		"MessageDeduplicationId": "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
	} {
		entry := obj{"Id": "1", "Message": "m", name: ""}
		w.refused(400, "InvalidParameter", "Invalid parameter: "+want, "Publish", obj{"TopicArn": topic, "Message": "m", name: ""})
		w.refused(400, "InvalidParameter", "Invalid parameter: "+want, "PublishBatch",
			obj{"TopicArn": topic, "PublishBatchRequestEntries": batch{entry}})
	}
	w.ok("Publish", obj{"TopicArn": fifo, "Message": "m", "MessageGroupId": "g"})
	w.refused(400, "InvalidBatchEntryId", "The Id of a batch entry in the batch request contains an impermissible character: ", "PublishBatch",
		obj{"TopicArn": topic, "PublishBatchRequestEntries": batch{{"Message": "m"}}})
	w.refused(400, "EmptyBatchRequest", "The batch request doesn't contain any entries.", "PublishBatch",
		obj{"TopicArn": topic, "PublishBatchRequestEntries": ""})
}

// Account and region are those of the credential.
func TestAccountsAndRegions(t *testing.T) {
	w := newWorld(t, inflight.WithAccount("999999999999"), inflight.WithRegion("eu-north-1"))
	require.Equal(t, "arn:aws:sns:eu-north-1:999999999999:t", w.topic("t", nil))
	require.Equal(t, "arn:aws:sns:us-west-2:999999999999:t", w.by("AKIDEXAMPLE", "any", "us-west-2").topic("t", nil))
	require.Equal(t, "arn:aws-cn:sns:cn-north-1:111111111111:t", w.by("111111111111", "any", "cn-north-1").topic("t", nil))
	require.Len(t, w.ok("ListTopics", obj{})["Topics"], 1)
	w.by("111111111111", "any", "eu-north-1").refused(403, "AuthorizationError",
		"User: arn:aws:iam::111111111111:root is not authorized to perform: SNS:Publish on resource: arn:aws:sns:eu-north-1:999999999999:t "+
			"because no resource-based policy allows the SNS:Publish action",
		"Publish", obj{"TopicArn": "arn:aws:sns:eu-north-1:999999999999:t", "Message": "m"})
}
