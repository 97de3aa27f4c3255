package snshttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/sns"
)

// Section 15: how errors look on the wire.

// errorRows are the codes of the sheet by their status.
func errorRows() map[int]string {
	return map[int]string{
		400: `InvalidParameter ParameterValueInvalid ValidationError EndpointDisabled PlatformApplicationDisabled
			TooManyEntriesInBatchRequest EmptyBatchRequest BatchEntryIdsNotDistinct BatchRequestTooLong InvalidBatchEntryId
			InvalidState TagLimitExceeded TagPolicy StaleTag ConcurrentAccess KMSDisabled KMSInvalidState KMSNotFound
			KMSThrottling KMSAccessDenied OptedOut UserError VerificationException`,
		403: `AuthorizationError InvalidSecurity TopicLimitExceeded SubscriptionLimitExceeded FilterPolicyLimitExceeded
			ReplayLimitExceeded KMSOptInRequired`,
		404: `NotFound ResourceNotFound`,
		429: `Throttled`,
		500: `InternalError`,
		503: `ServiceUnavailable`,
	}
}

func TestErrorsOnTheWire(t *testing.T) {
	for status, codes := range errorRows() {
		side := "Sender"
		if status >= 500 {
			side = "Receiver"
		}
		for code := range strings.FieldsSeq(codes) {
			w := newWorld(t)
			topic := w.topic("t", nil)
			w.r.SNS().Intercept(sns.Fault{Op: sns.OpPublish, Err: &sns.Error{Code: sns.Code(code), Message: "a \"text\" <&>\r\n"}}.Inject)
			a := w.form("Action=Publish&Message=m&TopicArn=" + topic)
			require.Equal(t, status, a.status, code)
			require.Equal(t, "text/xml", a.header.Get("Content-Type"))
			id := a.header.Get("x-amzn-RequestId")
			require.Regexp(t, wiretest.UUID, id)
			require.Equal(t, `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>`+side+`</Type><Code>`+code+
				`</Code><Message>a &quot;text&quot; &lt;&amp;&gt;&#xD;`+"\n"+`</Message></Error><RequestId>`+id+`</RequestId></ErrorResponse>`, a.text)
		}
	}
}

func TestUnknownActions(t *testing.T) {
	w := newWorld(t).by("AKIDEXAMPLE", "any", us) // which says that it is for SNS
	a := w.form("Action=Foo&Version=2010-03-31")
	require.Equal(t, http.StatusBadRequest, a.status)
	require.Equal(t, obj{"Type": "Sender", "Code": "InvalidAction", "Message": "The action Foo is not valid for this endpoint."}, a.error())
	for _, body := range []string{"", "Version=2010-03-31", "Action=", "action=Publish"} {
		a = w.form(body)
		require.Equal(t, http.StatusBadRequest, a.status)
		require.Equal(t, "MissingAction", a.error()["Code"])
	}
	a = w.with("X-Amz-Target", "AmazonSNS.Publish").send("sns", http.MethodPost, "{}")
	require.Equal(t, http.StatusNotFound, a.status, "SNS speaks no JSON")
	require.Equal(t, "<UnknownOperationException/>", a.text)
}

// Required parameters that are absent. Texts: as for Unsubscribe and Publish (inferred), lists and maps as recorded for attributes.
func TestMissingParameters(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t", nil)
	invalid := func(op, parameter string, in obj) {
		t.Helper()
		w.refused(400, "InvalidParameter", "Invalid parameter: "+parameter+" Reason: no value for required parameter", op, in)
	}
	for op, parameters := range map[string]string{
		"AddPermission": "TopicArn Label", "ConfirmSubscription": "TopicArn Token", "DeleteTopic": "TopicArn",
		"GetDataProtectionPolicy": "ResourceArn", "PutDataProtectionPolicy": "ResourceArn DataProtectionPolicy",
		"GetSubscriptionAttributes": "SubscriptionArn", "SetSubscriptionAttributes": "SubscriptionArn AttributeName",
		"GetTopicAttributes": "TopicArn", "SetTopicAttributes": "TopicArn AttributeName", "ListSubscriptionsByTopic": "TopicArn",
		"ListTagsForResource": "ResourceArn", "TagResource": "ResourceArn", "UntagResource": "ResourceArn", "PublishBatch": "TopicArn",
		"RemovePermission": "TopicArn Label", "Subscribe": "TopicArn Protocol", "Unsubscribe": "SubscriptionArn",
		"CreatePlatformApplication": "Name Platform", "CreatePlatformEndpoint": "PlatformApplicationArn",
		"DeletePlatformApplication": "PlatformApplicationArn", "DeleteEndpoint": "EndpointArn",
		"GetPlatformApplicationAttributes": "PlatformApplicationArn", "SetPlatformApplicationAttributes": "PlatformApplicationArn",
		"GetEndpointAttributes": "EndpointArn", "SetEndpointAttributes": "EndpointArn",
		"ListEndpointsByPlatformApplication": "PlatformApplicationArn", "CheckIfPhoneNumberIsOptedOut": "phoneNumber",
		"OptInPhoneNumber": "phoneNumber", "CreateSMSSandboxPhoneNumber": "PhoneNumber", "DeleteSMSSandboxPhoneNumber": "PhoneNumber",
		"VerifySMSSandboxPhoneNumber": "PhoneNumber OneTimePassword",
	} {
		in := obj{}
		for parameter := range strings.FieldsSeq(parameters) {
			invalid(op, parameter, in)
			in[parameter] = topic
		}
	}
	null := func(op, path string, in obj) {
		t.Helper()
		w.refused(400, "ValidationError",
			"1 validation error detected: Value null at '"+path+"' failed to satisfy constraint: Member must not be null", op, in)
	}
	null("TagResource", "tags", obj{"ResourceArn": topic})
	null("TagResource", "tags.2.member.key", obj{"ResourceArn": topic, "Tags": batch{{"Key": "k", "Value": "v"}, {"Value": "v"}}})
	null("UntagResource", "tagKeys", obj{"ResourceArn": topic})
	null("CreatePlatformApplication", "attributes", obj{"Name": "a", "Platform": "GCM"})
	null("Publish", "messageAttributes.a.member.dataType",
		obj{"TopicArn": topic, "Message": "m", "MessageAttributes": objs{"a": {"StringValue": "x"}}})
	w.ok("TagResource", obj{"ResourceArn": topic, "Tags": ""})
	w.ok("UntagResource", obj{"ResourceArn": topic, "TagKeys": ""})
	require.Empty(t, w.ok("ListTagsForResource", obj{"ResourceArn": topic})["Tags"], "nothing half-applied")

	w.refused(400, "InvalidParameter", "Invalid parameter: Topic Name", "CreateTopic", obj{})
	w.refused(400, "InvalidParameter", "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter", "Publish", obj{"Message": "m"})
	w.refused(400, "InvalidParameter", "Invalid parameter: Empty message", "Publish", obj{"TopicArn": topic})
	w.refused(400, "ValidationError", "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: "+
		"Member must have value greater than or equal to 1", "ListOriginationNumbers", obj{"MaxResults": 0})
}

func TestDuplicateTags(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t", nil)
	twice := batch{{"Key": "k", "Value": "v"}, {"Key": "k", "Value": "v"}}
	const message = "Invalid parameter: Duplicated keys are not allowed."
	w.refused(400, "InvalidParameter", message, "TagResource", obj{"ResourceArn": topic, "Tags": twice})
	w.refused(400, "InvalidParameter", message, "CreateTopic", obj{"Name": "other", "Tags": twice})
	require.Len(t, w.ok("ListTopics", obj{})["Topics"], 1)
}
