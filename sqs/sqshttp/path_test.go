package sqshttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// Section 1: how requests name a queue, and how answers do.

func TestWaysToNameAQueue(t *testing.T) {
	for _, ref := range []string{
		"q", "/123456789012/q", "123456789012/q",
		"https://sqs.us-east-1.amazonaws.com/123456789012/q", "https://queue.amazonaws.com/123456789012/q",
		"https://eu-west-1.queue.amazonaws.com/123456789012/q", "http://localhost:4566/123456789012/q",
		"http://127.0.0.1:9324/queue/123456789012/q", "HTTP://[::1]:80/123456789012/q/",
		"http://sqs.us-east-1.localhost.localstack.cloud:4566/123456789012/q",
	} {
		eachProtocol(t, func(w *world) {
			w.create("q", nil)
			w.ok("SendMessage", obj{"QueueUrl": ref, "MessageBody": ref})
			require.Equal(t, []string{ref}, w.held("q"))
		})
	}
}

func TestWhatNamesNoQueue(t *testing.T) {
	eachProtocol(t, func(w *world) {
		w.create("q", nil)
		for _, ref := range []string{
			"Q", "q ", "?", "/", "//", "http://", "http://localhost", "http://localhost/123456789012", "http://localhost/210987654321/q",
			"http://localhost/123456789012/q/x", "http://local host/q", "%zz/q", "\u00e9", "arn:aws:sns:us-east-1:123456789012:q",
		} {
			a := w.do("SendMessage", obj{"QueueUrl": ref, "MessageBody": "m"})
			require.Equal(t, []any{400, simple + "NonExistentQueue"}, []any{a.status, a.error()["Code"]}, ref)
		}
		require.Empty(t, w.held("q"))
	})
}

func TestQueueOfThePath(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q, r := w.create("q", nil), w.create("r", nil)
		u, err := url.Parse(q)
		require.NoError(t, err)
		at := w.at(u.Path)
		at.ok("SendMessage", obj{"MessageBody": "by path"})
		at.ok("SendMessage", obj{"MessageBody": "by parameter", "QueueUrl": r})
		at.ok("SendMessage", obj{"MessageBody": "an empty parameter", "QueueUrl": ""})
		w.at("/q/").ok("SendMessage", obj{"MessageBody": "by a short path"})
		require.Equal(t, []string{"by path", "an empty parameter", "by a short path"}, w.held("q"))
		require.Equal(t, []string{"by parameter"}, w.held("r"))
		require.Equal(t, r, at.ok("GetQueueUrl", obj{"QueueName": "r"})["QueueUrl"], "of another queue")
		a := w.at("/123456789012/none").do("SendMessage", obj{"MessageBody": "m"})
		require.Equal(t, simple+"NonExistentQueue", a.error()["Code"])
	})
}

func TestQueueInTheURLOfAForm(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	w.create("r", nil)
	w.at("/q?Action=SendMessage&MessageBody=get").send(http.MethodGet, "")
	w.at("/q?QueueUrl=r&Action=SendMessage&MessageBody=url").send(http.MethodGet, "")
	w.at("/?QueueUrl=r&Action=SendMessage&MessageBody=url").form("QueueUrl=q&MessageBody=the+body+wins")
	require.Equal(t, []string{"get", "the body wins"}, w.held("q"))
	require.Equal(t, []string{"url"}, w.held("r"))
}

func TestURLsHaveTheHostOfTheRequest(t *testing.T) {
	for host, want := range map[string]string{
		"localhost":                         "http://localhost",
		"localhost:4566":                    "http://localhost:4566",
		"127.0.0.1:9324":                    "http://127.0.0.1:9324",
		"[::1]:9324":                        "http://[::1]:9324",
		"sqs.test":                          "http://sqs.test",
		"amazonaws.com.test":                "http://amazonaws.com.test",
		"sqs.eu-west-1.amazonaws.com":       "https://sqs.us-east-1.amazonaws.com",
		"sqs.us-east-1.amazonaws.com:443":   "https://sqs.us-east-1.amazonaws.com",
		"queue.amazonaws.com":               "https://sqs.us-east-1.amazonaws.com",
		"sqs.cn-north-1.amazonaws.com.cn":   "https://sqs.us-east-1.amazonaws.com",
		"vpce-1.sqs.us-east-1.vpce.test:99": "http://vpce-1.sqs.us-east-1.vpce.test:99",
	} {
		eachProtocol(t, func(w *world) {
			w.host = host
			want := want + "/123456789012/q"
			require.Equal(t, want, w.create("q", nil))
			require.Equal(t, want, w.ok("GetQueueUrl", obj{"QueueName": "q"})["QueueUrl"])
			require.Equal(t, list{want}, w.ok("ListQueues", obj{})["QueueUrls"])
			dlq := w.create("dlq", nil)
			w.source("s", dlq)
			got := w.ok("ListDeadLetterSourceQueues", obj{"QueueUrl": dlq})["queueUrls"]
			require.Equal(t, list{strings.TrimSuffix(want, "q") + "s"}, got)
			w.ok("SendMessage", obj{"QueueUrl": want, "MessageBody": "m"})
		})
	}
}

func TestURLsHaveTheSchemeOfTheRequest(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	const get = "/?Action=GetQueueUrl&QueueName=q"
	server := httptest.NewTLSServer(w.h)
	defer server.Close()
	for url, client := range map[string]*http.Client{
		server.URL: server.Client(), "https://sqs.test": sqshttp.Client(w.b), "http://sqs.test:8080": sqshttp.Client(w.b),
	} {
		r, err := client.Get(url + get)
		require.NoError(t, err)
		a := answer{text: body(t, r)}
		require.Equal(t, url+"/123456789012/q", decodeXML(t, a)["QueueUrl"])
	}
}

// The credential's scope names region and account, of queues that are created and of bare names.
func TestAccountsAndRegions(t *testing.T) {
	eachProtocol(t, func(w *world) {
		as := func(key, region string) *world {
			return w.with("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20260101/%s/sqs/aws4_request, "+
				"SignedHeaders=host, Signature=00", key, region))
		}
		for _, c := range []struct{ key, region, account string }{
			{"AKIDEXAMPLE", "us-east-1", "123456789012"}, {"111111111111", "us-east-1", "111111111111"},
			{"111111111111", "cn-north-1", "111111111111"}, {"1111111111111", "eu-west-1", "123456789012"},
		} {
			caller := as(c.key, c.region)
			caller.host = "sqs." + c.region + ".amazonaws.com"
			require.Equal(t, "https://"+caller.host+"/"+c.account+"/q", caller.create("q", nil))
			caller.ok("SendMessage", obj{"QueueUrl": "q", "MessageBody": c.region + c.account})
			m := caller.message("q", obj{"MessageSystemAttributeNames": names{"SenderId"}})
			require.Equal(t, obj{"SenderId": c.account}, m["Attributes"])
			require.Equal(t, c.region+c.account, m["Body"])
			require.Len(t, caller.ok("ListQueues", obj{})["QueueUrls"], 1)
		}
		owned := obj{"QueueName": "q", "QueueOwnerAWSAccountId": "111111111111"}
		require.Equal(t, "http://localhost/111111111111/q", as("111111111111", "us-east-1").ok("GetQueueUrl", owned)["QueueUrl"])
		a := as("222222222222", "us-east-1").do("GetQueueUrl", owned)
		require.Equal(t, []any{403, "AccessDenied"}, []any{a.status, a.error()["Code"]})
		owned["QueueOwnerAWSAccountId"] = "333333333333"
		require.Equal(t, 400, w.do("GetQueueUrl", owned).status, "the account counts, not the caller's")
		w.refused(403, "AccessDenied", "User: arn:aws:iam::123456789012:root is not authorized to perform: sqs:sendmessage on "+
			"resource: arn:aws:sqs:us-east-1:111111111111:q because no resource-based policy allows the sqs:sendmessage action",
			"SendMessage", obj{"QueueUrl": "http://localhost/111111111111/q", "MessageBody": "m"})
	})
}

// A URL or a name is wanted: the queue's ARN is neither.
func TestAnARNIsNoURL(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	a := w.json("PurgeQueue", `{"QueueUrl":"arn:aws:sqs:us-east-1:123456789012:q"}`)
	require.Equal(t, 400, a.status, a.text)
	require.Contains(t, a.text, "QueueDoesNotExist")
}

// A name is wanted where a name is asked for.
func TestAURLIsNoName(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	for _, name := range []string{"http://localhost/123456789012/q", "/q", "arn:aws:sqs:us-east-1:123456789012:q"} {
		a := w.json("GetQueueUrl", `{"QueueName":"`+name+`"}`)
		require.Contains(t, a.text, "QueueDoesNotExist", name)
	}
}

// Section 2.1: the name first, then the attributes' names, then their values. What does not exist has no attributes.
func TestOrderOfDoubts(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	for request, want := range map[[2]string]string{
		{"CreateQueue", `{"QueueName":"a b","Attributes":{"Nonsense":"1"}}`}:                                      "Can only include alphanumeric",
		{"CreateQueue", `{"QueueName":"a.fifo","Attributes":{"FifoQueue":"True","DelaySeconds":"x"}}`}:            "Invalid value for the parameter DelaySeconds.",
		{"CreateQueue", `{"QueueName":"a","Attributes":{"FifoQueue":"true","DelaySeconds":"x"}}`}:                 "must end with .fifo suffix",
		{"CreateQueue", `{"QueueName":"a","Attributes":{"DelaySeconds":"x","Nonsense":"1"}}`}:                     "Unknown Attribute Nonsense.",
		{"SetQueueAttributes", `{"QueueUrl":"none","Attributes":{"Nonsense":"1"}}`}:                               "The specified queue does not exist.",
		{"SetQueueAttributes", `{"QueueUrl":"q","Attributes":{"DelaySeconds":"7","MessageRetentionPeriod":"1"}}`}: "Invalid value for the parameter MessageRetentionPeriod.",
	} {
		a := w.json(request[0], request[1])
		require.Equal(t, 400, a.status, request)
		require.Contains(t, a.text, want, request)
	}
	require.Contains(t, w.json("GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":["DelaySeconds"]}`).text, `"DelaySeconds":"0"`)
}
