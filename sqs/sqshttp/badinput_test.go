package sqshttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/awswire"
)

// What is not a request of either protocol: refused as the caller's fault, and nothing is done.

// untouched returns a world with a queue whose contents must not change.
func untouched(t *testing.T) *world {
	w := newWorld(t)
	w.create("q", nil)
	w.ok("SendMessage", obj{"QueueUrl": "q", "MessageBody": "before"})
	t.Cleanup(func() {
		w.ok("SendMessage", obj{"QueueUrl": "q", "MessageBody": "after"})
		require.Equal(t, []string{"before", "after"}, w.held("q"))
		require.Len(t, w.ok("ListQueues", obj{})["QueueUrls"], 1)
	})
	return w
}

func TestMalformedJSON(t *testing.T) {
	w := untouched(t)
	deep := strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)
	for name, body := range map[string]string{
		"text":              `not json`,
		"cut":               `{"QueueUrl":"q","MessageBody":"m"`,
		"cut in a text":     `{"QueueUrl":"q","MessageBody":"m`,
		"cut in an escape":  `{"QueueUrl":"q","MessageBody":"\ud8`,
		"two objects":       `{"QueueUrl":"q","MessageBody":"m"}{}`,
		"something behind":  `{"QueueUrl":"q","MessageBody":"m"}x`,
		"array":             `[{"QueueUrl":"q","MessageBody":"m"}]`,
		"string":            `"q"`,
		"number":            `1`,
		"null":              `null`,
		"true":              `true`,
		"single quotes":     `{'QueueUrl':'q','MessageBody':'m'}`,
		"comma at the end":  `{"QueueUrl":"q","MessageBody":"m",}`,
		"comment":           `{"QueueUrl":"q","MessageBody":"m"/**/}`,
		"control character": "{\"QueueUrl\":\"q\",\"MessageBody\":\"a\nb\"}",
		"NUL":               "{\"QueueUrl\":\"q\",\"MessageBody\":\"m\"}\x00",
		"byte order mark":   "\ufeff" + `{"QueueUrl":"q","MessageBody":"m"}`,
		"invalid UTF-8":     "{\"QueueUrl\":\"q\",\"MessageBody\":\"\xff\"}",
		"UTF-16":            "{\x00\"\x00",
		"CESU-8":            "{\"QueueUrl\":\"q\",\"MessageBody\":\"\xed\xa0\x80\xed\xb0\x80\"}",
		"lone surrogate":    `{"QueueUrl":"q","MessageBody":"\ud800"}`,
		"lone second half":  `{"QueueUrl":"q","MessageBody":"\\\udc00"}`,
		"wrong halves":      `{"QueueUrl":"q","MessageBody":"\udc00\ud800"}`,
		"half before text":  `{"QueueUrl":"q","MessageBody":"\uD800\\uDC00"}`,
		"surrogate in key":  `{"QueueUrl":"q","MessageBody":"m","\udfff":1}`,
		"body not a text":   `{"QueueUrl":"q","MessageBody":1}`,
		"body an object":    `{"QueueUrl":"q","MessageBody":{}}`,
		"number a text":     `{"QueueUrl":"q","MessageBody":"m","DelaySeconds":"1"}`,
		"number a fraction": `{"QueueUrl":"q","MessageBody":"m","DelaySeconds":1.5}`,
		"number too large":  `{"QueueUrl":"q","MessageBody":"m","DelaySeconds":2147483648}`,
		"number huge":       `{"QueueUrl":"q","MessageBody":"m","DelaySeconds":1e999}`,
		"number endless":    `{"QueueUrl":"q","MessageBody":"m","DelaySeconds":` + strings.Repeat("9", 100_000) + `}`,
		"attributes a list": `{"QueueUrl":"q","MessageBody":"m","MessageAttributes":[]}`,
		"attribute a text":  `{"QueueUrl":"q","MessageBody":"m","MessageAttributes":{"a":"b"}}`,
		"half a word":       `{"QueueUrl":"q","MessageBody":"m","Unknown":tru}`,
		"another word":      `{"QueueUrl":"q","MessageBody":"m","Unknown":nulL}`,
		"base64":            `{"QueueUrl":"q","MessageBody":"m","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"?"}}}`,
		"base64 unpadded":   `{"QueueUrl":"q","MessageBody":"m","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"eA"}}}`,
		"deep":              deep,
		"deep elsewhere":    `{"QueueUrl":"q","MessageBody":"m","Unknown":` + deep + `}`,
		"deep array":        `{"QueueUrl":"q","MessageBody":"m","Entries":` + strings.Repeat("[", 100_000) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			a := w.in(t, false).json("SendMessage", body)
			require.Equal(t, http.StatusBadRequest, a.status, a.text)
			require.Equal(t, `{"__type":"com.amazon.coral.service#SerializationException","message":"The request could not be read."}`, a.text)
			require.Equal(t, "MalformedInput;Sender", a.header.Get("x-amzn-query-error"))
		})
	}
}

// What JSON allows, and what a lenient service takes.
func TestUnusualJSON(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	for body, want := range map[string]string{
		`{"QueueUrl":"q","MessageBody":"a","MessageBody":"the last one counts"}`:                                                  "the last one counts",
		`{"QueueUrl":"q","MessageBody":"in a value","MessageAttributes":{"a":{"Foo":[1],"DataType":"String","StringValue":"x"}}}`: "in a value",
		`{"Unknown":{"a":[1,{}]},"QueueUrl":"q","MessageBody":"unknown members"}`:                                                 "unknown members",
		`{"QueueUrl":"q","MessageBody":"null is absent","DelaySeconds":null,"MessageAttributes":null}`:                            "null is absent",
		`{"QueueUrl":"q","MessageBody":"\ud83d\ude00\u00e9\u2028\/\"\\ud800"}`:                                                    "😀é\u2028/\"\\ud800",
		`{"QueueUrl":"q","MessageBody":"😀"}`:                                                                                      "😀",
	} {
		a := w.json("SendMessage", body)
		require.Equal(t, http.StatusOK, a.status, a.text)
		held := w.held("q")
		require.Equal(t, want, held[len(held)-1])
	}
	a := w.json("SendMessageBatch", `{"QueueUrl":"q","Entries":[{"Id":"1","MessageBody":"m"}],"Entries":[{"Id":"2","MessageBody":"n"}]}`)
	require.Len(t, a.data["Successful"], 1, "the last list counts")
	deep := strings.Repeat("[", 900) + strings.Repeat("]", 900)
	require.Equal(t, 200, w.json("SendMessage", `{"QueueUrl":"q","MessageBody":"m","Unknown":`+deep+`}`).status)
}

func TestMalformedForms(t *testing.T) {
	w := untouched(t)
	const send = "Action=SendMessage&QueueUrl=q"
	for name, body := range map[string]string{
		"escape":            send + "&MessageBody=%zz",
		"cut escape":        send + "&MessageBody=%e",
		"invalid UTF-8":     send + "&MessageBody=%ff",
		"raw bytes":         send + "&MessageBody=\xff",
		"surrogate":         send + "&MessageBody=%ed%a0%80",
		"number":            send + "&MessageBody=m&DelaySeconds=x",
		"number a fraction": send + "&MessageBody=m&DelaySeconds=1.0",
		"number too large":  send + "&MessageBody=m&DelaySeconds=2147483648",
		"base64":            send + "&MessageBody=m&MessageAttribute.1.Name=a&MessageAttribute.1.Value.BinaryValue=%3F",
		"too many":          send + "&MessageBody=m" + strings.Repeat("&a", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			a := w.in(t, true).form(body)
			require.Equal(t, http.StatusBadRequest, a.status, a.text)
			require.Contains(t, a.text, "<Type>Sender</Type><Code>MalformedInput</Code><Message>The request could not be read.</Message>")
		})
	}
}

// A form is no XML: entities in it are text. So are semicolons.
func TestFormsKeepTheirText(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	for raw, want := range map[string]string{
		"%26lt%3B%26%23xD%3B%26quot%3B": "&lt;&#xD;&quot;", "a;b;": "a;b;", "a+b%20c": "a b c", "a=b": "a=b", "%0D%0A%09": "\r\n\t",
		"%3C!DOCTYPE+x%3E%3C%5D%5D%3E": "<!DOCTYPE x><]]>", "%F0%9F%98%80é": "😀é",
	} {
		a := w.form("Action=SendMessage&QueueUrl=q&MessageBody=" + raw)
		require.Equal(t, http.StatusOK, a.status, a.text)
		m := w.in(t, true).message("q", nil)
		require.Equal(t, want, m["Body"])
		require.Equal(t, want, w.b.Peek("q")[0].Body)
		w.ok("DeleteMessage", obj{"QueueUrl": "q", "ReceiptHandle": m["ReceiptHandle"]})
	}
}

// A body of another type is no form, so that only the URL speaks.
func TestOtherContentTypes(t *testing.T) {
	w := untouched(t)
	const form = "Action=SendMessage&QueueUrl=q&MessageBody=m"
	for _, kind := range []string{"", "text/plain", "application/json", "multipart/form-data; boundary=x", ";;", "application/x-www-form-urlencodedx"} {
		a := w.with("Content-Type", kind).send(http.MethodPost, form)
		require.Equal(t, http.StatusNotFound, a.status, kind)
		require.Equal(t, "<UnknownOperationException/>", a.text)
	}
	for _, kind := range []string{"application/x-www-form-urlencoded; charset=utf-8", "Application/X-WWW-Form-Urlencoded"} {
		a := w.with("Content-Type", kind).send(http.MethodPost, "Action=ListQueues")
		require.Equal(t, http.StatusOK, a.status, kind)
	}
	a := w.with("X-Amz-Target", "AmazonSQS.ListQueues").with("Content-Type", "text/plain").send(http.MethodPost, "{}")
	require.Equal(t, http.StatusOK, a.status, "the target alone says JSON")
}

func TestOtherMethods(t *testing.T) {
	w := untouched(t)
	for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "get"} {
		a := w.at("/?Action=SendMessage&QueueUrl=q&MessageBody=m").send(method, "")
		require.Equal(t, http.StatusBadRequest, a.status, method)
		require.Contains(t, a.text, "<Code>InvalidAction</Code>")
		a = w.at("/q").send(method, "")
		require.Equal(t, http.StatusNotFound, a.status, method)
	}
	for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodGet} {
		a := w.with("X-Amz-Target", "AmazonSQS.SendMessage").send(method, `{"QueueUrl":"q","MessageBody":"m"}`)
		require.Equal(t, http.StatusNotFound, a.status, method)
		require.Contains(t, a.text, "UnknownOperationException")
	}
}

// CBOR, which a sibling of the service speaks, is no protocol of it.
func TestCBORIsUnknown(t *testing.T) {
	w := untouched(t).at("/q").with("Content-Type", awswire.TypeCBOR)
	a := w.with("X-Amz-Target", "AmazonSQS.PurgeQueue").send(http.MethodPost, "\xa0")
	require.Equal(t, http.StatusNotFound, a.status)
	require.Contains(t, a.text, "UnknownOperationException")
}

// A batch that cannot be read does nothing, whatever its first entries say.
func TestBrokenBatchesDoNothing(t *testing.T) {
	w := untouched(t)
	a := w.json("SendMessageBatch", `{"QueueUrl":"q","Entries":[{"Id":"1","MessageBody":"m"},{"Id":"2","MessageBody":2}]}`)
	require.Equal(t, http.StatusBadRequest, a.status)
	a = w.json("SendMessageBatch", `{"QueueUrl":"q","Entries":[{"Id":"1","MessageBody":"m"},null]}`)
	require.Equal(t, simple+"InvalidBatchEntryId", a.error()["Code"])
	a = w.form("Action=SendMessageBatch&QueueUrl=q&SendMessageBatchRequestEntry.1.Id=1&SendMessageBatchRequestEntry.1.MessageBody=m" +
		"&SendMessageBatchRequestEntry.2.Id=2&SendMessageBatchRequestEntry.2.MessageBody=m&SendMessageBatchRequestEntry.2.DelaySeconds=x")
	require.Equal(t, http.StatusBadRequest, a.status)
	a = w.json("SetQueueAttributes", `{"QueueUrl":"q","Attributes":{"DelaySeconds":"60","VisibilityTimeout":60}}`)
	require.Equal(t, http.StatusBadRequest, a.status)
	require.Equal(t, obj{"DelaySeconds": "0"}, w.ok("GetQueueAttributes", obj{"QueueUrl": "q", "AttributeNames": names{"DelaySeconds"}})["Attributes"])
}
