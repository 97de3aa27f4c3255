package snshttp_test

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snshttp"
)

// operations are those of API version 2010-03-31.
func operations() []string {
	var all []string
	for op := sns.OpAddPermission; op <= sns.OpVerifySMSSandboxPhoneNumber; op++ {
		all = append(all, op.String())
	}
	return all
}

const fuzzed = "arn:aws:sns:us-east-1:123456789012:t"

// FuzzQuery gives any form to any operation, signed or not: the answer is XML and the fault is the caller's.
func FuzzQuery(f *testing.F) {
	all := operations()
	for i := range all {
		f.Add(byte(i), true, "TopicArn="+fuzzed+"&ResourceArn="+fuzzed+"&TargetArn="+fuzzed+"&Message=m&Label=l&Name=n&Protocol=sms&Endpoint=%2B15551234567"+
			"&AttributeName=DisplayName&AttributeValue=x&Platform=GCM&phoneNumber=%2B15551234567&PhoneNumber=%2B15551234567")
		f.Add(byte(i), false, "SubscriptionArn="+fuzzed+":0&Token=x&PlatformApplicationArn="+fuzzed+"&EndpointArn="+fuzzed+"&NextToken=x&MaxResults=1")
		f.Add(byte(i), true, "Attributes.entry.1.key=Policy&Attributes.entry.1.value=%7B%7D&attributes.entry.1.key=%01&attributes.member.1=%EF%BF%BF&Name=%00")
	}
	for _, body := range []string{
		"", "&", "a;b", "%", "Message=%00", "Message=%0D%3C", "Message=m&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value.DataType=String",
		"PublishBatchRequestEntries.member.1.Id=1&PublishBatchRequestEntries.member.1.Message=m&PublishBatchRequestEntries.member.3.Id=1",
		"Tags.member.1.Key=%01&Tags.member.1.Value=%EF%BF%BF", "TagKeys.member.1=x", "Message=%7B%22default%22%3A%22%22%7D&MessageStructure=json",
		"Protocol=http&Endpoint=http%3A%2F%2Fa&Attributes.entry.1.key=DeliveryPolicy&Attributes.entry.1.value=%7B%7D",
	} {
		for _, op := range []sns.Op{sns.OpPublish, sns.OpPublishBatch, sns.OpSubscribe, sns.OpTagResource, sns.OpCreateTopic} {
			f.Add(byte(op-sns.OpAddPermission), true, "TopicArn="+fuzzed+"&ResourceArn="+fuzzed+"&"+body)
		}
	}
	f.Fuzz(func(t *testing.T, op byte, signed bool, body string) {
		w := newWorld(t)
		w.topic("t", nil)
		if signed {
			w = w.by("AKIDEXAMPLE", "any", us)
		}
		a := w.with("Content-Type", "application/x-www-form-urlencoded").send("sns", http.MethodPost,
			"Action="+all[int(op)%len(all)]+"&Version=2010-03-31&"+body)
		require.Less(t, a.status, 500, a.text)
		d := xml.NewDecoder(strings.NewReader(a.text))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else {
				require.NoError(t, err, a.text)
			}
		}
		require.Contains(t, []int{200, 404}, w.do("ListTagsForResource", obj{"ResourceArn": fuzzed}).status)
		w.ok("ListSubscriptions", obj{})
	})
}

func TestOperationsAreThoseOfTheService(t *testing.T) {
	client := snshttp.Client(sns.New())
	require.Len(t, operations(), 42)
	for _, op := range append(operations(), "Foo") {
		r, err := client.PostForm("http://sns.test/", url.Values{"Action": {op}})
		require.NoError(t, err)
		require.Equal(t, op == "Foo", strings.Contains(wiretest.Body(t, r), "InvalidAction"), op)
	}
}
