package sqshttp_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// operations are those of API version 2012-11-05.
func operations() []string {
	return strings.Fields(`AddPermission CancelMessageMoveTask ChangeMessageVisibility ChangeMessageVisibilityBatch CreateQueue
		DeleteMessage DeleteMessageBatch DeleteQueue GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues
		ListMessageMoveTasks ListQueueTags ListQueues PurgeQueue ReceiveMessage RemovePermission SendMessage SendMessageBatch
		SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue`)
}

// hurriedClock stands still, and runs at once what should come later: no long poll waits.
type hurriedClock struct{}

func (hurriedClock) Now() time.Time { return time.Unix(1, 0) }

func (hurriedClock) AfterFunc(_ time.Duration, f func()) func() bool {
	return time.AfterFunc(0, f).Stop
}

// hurried is a world with a queue for the fuzzer to find, in which nothing waits.
func hurried(t testing.TB) *world {
	w := newWorld(t, sqs.WithClock(hurriedClock{}))
	w.create("q", nil)
	w.ok("SendMessage", obj{"QueueUrl": "q", "MessageBody": "m"})
	return w.at("/q")
}

// FuzzJSON gives any body to any operation: the answer is JSON and the fault is the caller's.
func FuzzJSON(f *testing.F) {
	all := operations()
	for i, op := range all {
		f.Add(byte(i), `{"QueueUrl":"q","QueueName":"q","Label":"l","SourceArn":"arn:aws:sqs:us-east-1:123456789012:q","TaskHandle":"e30="}`)
		f.Add(byte(i), `{"Entries":[{"Id":"1","MessageBody":"`+op+`","ReceiptHandle":"x","VisibilityTimeout":0}],"VisibilityTimeout":1}`)
	}
	for _, body := range []string{
		"", " ", "{}", "null", "[]", `{"QueueUrl":null}`, `{"MessageBody":"\ud83d\ude00\ud800"}`, `{"WaitTimeSeconds":20}`, "\xff",
		`{"MessageBody":"m","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AA=="}},"DelaySeconds":1,"MessageGroupId":""}`,
		`{"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"x\",\"maxReceiveCount\":1}"}}`, `{"Attributes":{"Policy":"{}"}}`,
	} {
		f.Add(byte(17), body)
		f.Add(byte(19), body)
		f.Add(byte(15), body)
	}
	f.Fuzz(func(t *testing.T, op byte, body string) {
		w := hurried(t)
		a := w.json(all[int(op)%len(all)], body)
		require.Less(t, a.status, 500, a.text)
		require.True(t, json.Valid([]byte(a.text)), a.text)
		require.NotContains(t, a.text, ":null")
		require.Equal(t, a.status == 200, a.error() == nil)
		w.b.Peek("q")
	})
}

// FuzzQuery gives any form to any operation: the answer is XML and the fault is the caller's.
func FuzzQuery(f *testing.F) {
	all := operations()
	for i := range all {
		f.Add(byte(i), "QueueUrl=q&QueueName=q&Label=l&ReceiptHandle=x&VisibilityTimeout=0")
	}
	for _, body := range []string{
		"", "&", "a;b", "%", "MessageBody=%00", "MessageBody=%0D%3C", "MessageBody=m&MessageAttribute.1.Name=a&MessageAttribute.1.Value.DataType=String",
		"SendMessageBatchRequestEntry.1.Id=1&SendMessageBatchRequestEntry.1.MessageBody=m&SendMessageBatchRequestEntry.3.Id=1",
		"Attribute.1.Name=Policy&Attribute.1.Value=%7B%7D", "Tag.1.Key=%01&Tag.1.Value=%EF%BF%BF", "WaitTimeSeconds=20&AttributeName.1=All",
	} {
		f.Add(byte(17), body)
		f.Add(byte(18), body)
		f.Add(byte(21), body)
	}
	f.Fuzz(func(t *testing.T, op byte, body string) {
		w := hurried(t)
		a := w.form("Action=" + all[int(op)%len(all)] + "&" + body)
		require.Less(t, a.status, 500, a.text)
		d := xml.NewDecoder(strings.NewReader(a.text))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else {
				require.NoError(t, err, a.text)
			}
		}
		tags := w.do("ListQueueTags", obj{"QueueUrl": "q"})
		require.Contains(t, []int{200, 400}, tags.status)
	})
}

// The same SendMessage in both protocols has the same answer and stores the same message.
func TestProtocolsAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var answers [2]answer
		var held [2][]sqs.Held
		message := drawMessage(r)
		for i, query := range []bool{false, true} {
			w := newWorld(t).in(t, query)
			w.create("q", texts{"MaximumMessageSize": "1024"})
			w.create("q.fifo", nil)
			answers[i] = w.do("SendMessage", message)
			held[i] = append(w.b.Peek("q"), w.b.Peek("q.fifo")...)
			for j := range held[i] {
				held[i][j].From = nil // the queue
			}
			delete(answers[i].error(), "QueryErrorCode")
			delete(answers[i].error(), "Detail")
		}
		if e := answers[0].error(); e != nil { // XML cannot quote every character of what is refused
			e["Message"] = asXML(e["Message"].(string))
		}
		require.Equal(t, answers[0].data, answers[1].data)
		require.Equal(t, held[0], held[1])
	})
}

// asXML returns a text as it comes back from XML.
func asXML(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return '\ufffd'
		}
		return r
	}, s)
}

// drawMessage draws a message that may be refused, but that both protocols can carry.
func drawMessage(r *rapid.T) obj {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z;&<>"%+=]{0,9}`), rapid.SampledFrom([]string{"\r\n\x00", "\uffff", "1e3", ""}))
	in := obj{"QueueUrl": rapid.SampledFrom([]string{"q", "q.fifo"}).Draw(r, "queue"), "MessageBody": text.Draw(r, "body")}
	if rapid.Bool().Draw(r, "delayed") {
		in["DelaySeconds"] = rapid.IntRange(-1, 901).Draw(r, "delay")
	}
	for _, id := range []string{"MessageGroupId", "MessageDeduplicationId"} {
		if rapid.Bool().Draw(r, id) {
			in[id] = rapid.OneOf(rapid.StringMatching("[a-z]{0,9}"), text).Draw(r, "id")
		}
	}
	attributes := objs{}
	for _, name := range rapid.SliceOfNDistinct(rapid.OneOf(rapid.StringMatching(`[a-z.]{0,9}`), text), 0, 11, rapid.ID).Draw(r, "names") {
		kind := rapid.SampledFrom([]string{"String", "Number", "Binary", "String.x", "other", ""}).Draw(r, "type")
		attributes[name] = obj{"DataType": kind}
		if strings.HasPrefix(kind, "Binary") {
			attributes[name]["BinaryValue"] = rapid.SliceOf(rapid.Byte()).Draw(r, "bytes")
		} else {
			attributes[name]["StringValue"] = text.Draw(r, "value")
		}
	}
	if len(attributes) > 0 {
		in["MessageAttributes"] = attributes
	}
	return in
}

// Whatever the form, both doors refuse the same operations.
func TestOperationsAreThoseOfTheService(t *testing.T) {
	b := sqs.New()
	client := sqshttp.Client(b)
	for _, op := range append(operations(), "Foo") {
		r, err := client.PostForm("http://sqs.test/", url.Values{"Action": {op}})
		require.NoError(t, err)
		unknown := strings.Contains(body(t, r), "InvalidAction")
		require.Equal(t, op == "Foo", unknown, op)
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://sqs.test/", strings.NewReader("{}"))
		require.NoError(t, err)
		q.Header.Set("X-Amz-Target", "AmazonSQS."+op)
		r, err = client.Do(q)
		require.NoError(t, err)
		require.Equal(t, op == "Foo", strings.Contains(body(t, r), "UnknownOperation"), op)
	}
	require.Len(t, operations(), 23)
}
