package snshttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is not a request of the protocol: refused as the caller's fault, and nothing is done.

// untouched returns a world with a topic and a queue, whose contents must not change.
func untouched(t *testing.T) (w *world, topic string) {
	w = newWorld(t).by("AKIDEXAMPLE", "any", us)
	topic, _, _ = w.fanOut("t", "q", raw())
	w.ok("Publish", obj{"TopicArn": topic, "Message": "before"})
	t.Cleanup(func() {
		w.ok("Publish", obj{"TopicArn": topic, "Message": "after"})
		require.Equal(t, []string{"before", "after"}, w.bodies("q"))
		require.Len(t, w.ok("ListTopics", obj{})["Topics"], 1)
		require.Len(t, w.ok("ListSubscriptions", obj{})["Subscriptions"], 1)
	})
	return w, topic
}

func TestMalformedForms(t *testing.T) {
	w, topic := untouched(t)
	send := "Action=Publish&TopicArn=" + topic
	const attribute = "&Message=m&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value."
	for name, body := range map[string]string{
		"escape":          send + "&Message=%zz",
		"cut escape":      send + "&Message=%e",
		"invalid UTF-8":   send + "&Message=%ff",
		"raw bytes":       send + "&Message=\xff",
		"surrogate":       send + "&Message=%ed%a0%80",
		"base64":          send + attribute + "DataType=Binary&MessageAttributes.entry.1.Value.BinaryValue=%3F",
		"base64 unpadded": send + attribute + "DataType=Binary&MessageAttributes.entry.1.Value.BinaryValue=eA",
		"base64 in a batch": "Action=PublishBatch&TopicArn=" + topic + "&PublishBatchRequestEntries.member.1.Id=1&PublishBatchRequestEntries.member.1.Message=m" +
			"&PublishBatchRequestEntries.member.2.Id=2&PublishBatchRequestEntries.member.2.Message=m" +
			"&PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Name=a&PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Value.BinaryValue=%3F",
		"boolean":           "Action=Subscribe&TopicArn=" + topic + "&Protocol=sms&Endpoint=%2B15551234567&ReturnSubscriptionArn=yes",
		"number":            "Action=ListSMSSandboxPhoneNumbers&MaxResults=x",
		"number a fraction": "Action=ListSMSSandboxPhoneNumbers&MaxResults=1.0",
		"number too large":  "Action=ListOriginationNumbers&MaxResults=2147483648",
		"too many":          send + "&Message=m" + strings.Repeat("&a", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			a := w.in(t).form(body)
			require.Equal(t, http.StatusBadRequest, a.status, a.text)
			require.Contains(t, a.text, "<Type>Sender</Type><Code>MalformedInput</Code><Message>The request could not be read.</Message>")
		})
	}
}

// A form is no XML: entities in it are text. So are semicolons.
func TestFormsKeepTheirText(t *testing.T) {
	w := newWorld(t)
	topic, _, _ := w.fanOut("t", "q", raw())
	var want []string
	for _, c := range [][2]string{
		{"%26lt%3B%26%23xD%3B%26quot%3B", "&lt;&#xD;&quot;"}, {"a;b;", "a;b;"}, {"a+b%20c", "a b c"}, {"a=b", "a=b"},
		{"%0D%0A%09", "\r\n\t"}, {"%3C!DOCTYPE+x%3E%3C%5D%5D%3E", "<!DOCTYPE x><]]>"}, {"%F0%9F%98%80é", "😀é"},
	} {
		a := w.form("Action=Publish&TopicArn=" + topic + "&Message=" + c[0])
		require.Equal(t, http.StatusOK, a.status, a.text)
		want = append(want, c[1])
	}
	require.Equal(t, want, w.bodies("q"))
}

// A body of another type is no form, so that only the URL speaks.
func TestOtherContentTypes(t *testing.T) {
	w, topic := untouched(t)
	for _, kind := range []string{"", "text/plain", "application/json", "multipart/form-data; boundary=x", ";;"} {
		a := w.with("Content-Type", kind).send("sns", http.MethodPost, "Action=Publish&Message=m&TopicArn="+topic)
		require.Equal(t, http.StatusBadRequest, a.status, kind)
		require.Contains(t, a.text, "MissingAction")
	}
	a := w.with("Content-Type", "Application/X-WWW-Form-Urlencoded").send("sns", http.MethodPost, "Action=ListTopics")
	require.Equal(t, http.StatusOK, a.status)
}

func TestOtherMethods(t *testing.T) {
	w, topic := untouched(t)
	for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "get"} {
		a := w.at("/?Action=Publish&Message=m&Version=2010-03-31&TopicArn="+topic).send("sns", method, "")
		require.Equal(t, http.StatusBadRequest, a.status, method)
		require.Contains(t, a.text, "<Code>InvalidAction</Code>")
	}
}

// What is wrong in the last entry or attribute is found before the first one is applied.
func TestNothingHalfApplied(t *testing.T) {
	w, topic := untouched(t)
	w.refused(400, "InvalidParameter", "Invalid parameter: Empty message", "PublishBatch", obj{
		"TopicArn": topic, "PublishBatchRequestEntries": batch{{"Id": "1", "Message": "m"}, {"Id": "2", "Message": ""}},
	})
	w.refused(400, "InvalidParameter", "Invalid parameter: Attributes Reason: Unknown attribute Nonsense", "CreateTopic", obj{
		"Name": "other", "Attributes": texts{"DisplayName": "x", "Nonsense": "y"},
	})
	w.refused(400, "InvalidParameter", "Invalid parameter: Attributes Reason: AttributeName", "Subscribe", obj{
		"TopicArn": topic, "Protocol": "sms", "Endpoint": "+15551234567", "Attributes": texts{"RawMessageDelivery": "false", "Zonk": "y"},
	})
}
