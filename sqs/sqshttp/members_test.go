package sqshttp_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// What the members of requests mean and which members answers have, in both protocols.

func TestExplicitZerosAreValues(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", texts{"DelaySeconds": "60", "ReceiveMessageWaitTimeSeconds": "20", "VisibilityTimeout": "60"})
		w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "delayed"})
		w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "at once", "DelaySeconds": 0})
		first := w.message(q, obj{"VisibilityTimeout": 0})
		again := w.message(q, nil)
		require.Equal(t, "at once", first["Body"])
		require.Equal(t, first["MessageId"], again["MessageId"])
		require.NotEqual(t, first["ReceiptHandle"], again["ReceiptHandle"])
		require.Empty(t, w.messages(q, obj{"WaitTimeSeconds": 0}), "it would wait for ever: the clock stands still")
		w.ok("ChangeMessageVisibility", obj{"QueueUrl": q, "ReceiptHandle": again["ReceiptHandle"], "VisibilityTimeout": 0})
		w.message(q, obj{"WaitTimeSeconds": 0})

		w.refused(400, "InvalidParameterValue", "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, "+
			"if provided.", "ReceiveMessage", obj{"QueueUrl": q, "MaxNumberOfMessages": 0})
		w.refused(400, "InvalidParameterValue", "Value 0 for parameter MaxResults is invalid. Reason: Must be between 1 and 1000, "+
			"if provided.", "ListQueues", obj{"MaxResults": 0})
		w.refused(400, "InvalidParameterValue", "Value 0 for parameter MaxResults is invalid. Reason: Must be between 1 and 10, "+
			"if provided.", "ListMessageMoveTasks", obj{"SourceArn": w.arn(q), "MaxResults": 0})
	})
}

func TestZeroOfAFIFOQueueIsItsOwnDelay(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q.fifo", texts{"DelaySeconds": "60"})
		w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m", "MessageGroupId": "g", "DelaySeconds": 0})
		require.Empty(t, w.messages(q, nil))
		w.clk.Advance(time.Minute)
		w.message(q, nil)
	})
}

func TestEmptyIDsAreValues(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q.fifo", nil)
		const reason = " can only include alphanumeric and punctuation characters. 1 to 128 in length."
		for _, id := range []string{"MessageGroupId", "MessageDeduplicationId"} {
			message := obj{"MessageBody": "m", "MessageGroupId": "g", id: ""}
			want := "Value  for parameter " + id + " is invalid. Reason: " + id + reason
			single := maps.Clone(message)
			single["QueueUrl"] = q
			w.refused(400, "InvalidParameterValue", want, "SendMessage", single)
			message["Id"] = "1"
			got := w.ok("SendMessageBatch", obj{"QueueUrl": q, "Entries": batch{message}})
			require.Equal(t, want, got["Failed"].(list)[0].(obj)["Message"])
			require.NotContains(t, got, "Successful")
		}
		w.refused(400, simple+"InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and "+
			"underscores. It can be at most 80 letters long.", "SendMessageBatch",
			obj{"QueueUrl": q, "Entries": batch{{"Id": "", "MessageBody": "m", "MessageGroupId": "g"}}})
	})
}

func TestAttributeFilter(t *testing.T) {
	attributes := objs{}
	for name, value := range map[string]string{"General": "Kenobi", "Hello": "There", "Help.Me": "Me"} {
		attributes[name] = obj{"DataType": "String", "StringValue": value}
	}
	const all = "4c360f3fdafd970e05fae2f149d997f5"
	eachProtocol(t, func(w *world) {
		q := w.create("q", texts{"VisibilityTimeout": "0"})
		sent := w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m", "MessageAttributes": attributes})
		require.Equal(t, all, sent["MD5OfMessageAttributes"])
		for _, c := range []struct {
			filter, want names
			sum          any // nil: absent
		}{
			{nil, nil, nil},
			{names{}, nil, nil},
			{names{"All"}, names{"General", "Hello", "Help.Me"}, all},
			{names{"*"}, names{"General", "Hello", "Help.Me"}, all},
			{names{".*"}, names{"General", "Hello", "Help.Me"}, all},
			{names{"Hello", "General", "Foo"}, names{"General", "Hello"}, "fca026605781cb4126a1e9044df24232"},
			{names{"Hello"}, names{"Hello"}, "a311262e065454b75da111d535b8dacd"},
			{names{"Hel.*"}, names{"Hello", "Help.Me"}, "83fee93c1bcd8b9a5a923ffacdc636c7"},
			{names{"Foo", "AWS.", "..foo", "hello"}, nil, nil},
		} {
			in := obj{}
			if c.filter != nil {
				in["MessageAttributeNames"] = c.filter
			}
			m := w.message(q, in)
			got, _ := m["MessageAttributes"].(obj)
			require.ElementsMatch(t, c.want, slices.Collect(maps.Keys(got)), c.filter)
			for _, name := range c.want {
				require.Equal(t, attributes[name], got[name])
			}
			require.Equal(t, c.sum, m["MD5OfMessageAttributes"], c.filter)
			require.Equal(t, c.want != nil, m["MessageAttributes"] != nil, "absent, not empty")
		}
	})
}

func TestDigestsOfTheSheet(t *testing.T) {
	binary := []byte("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01")
	for sum, attributes := range map[string]objs{
		"235c5c510d26fb653d073faed50ae77c": {"timestamp": {"DataType": "Number", "StringValue": "1493147359900"}},
		"a45daa70926828a2f0a1db3418e6feb4": {"k": {"DataType": "String", "StringValue": "x"}},
		"d302007e9aa062660afc85fd0a482472": {"attr1": {"DataType": "Number", "StringValue": "99.12"}},
		"9b720b3af309c1c4b0d395c53b08c502": {"attr1": {"DataType": "Number", "StringValue": "99.12"},
			"attr2": {"DataType": "Number", "StringValue": "109.12"}},
		"8cbe4db156db8a94db8b801b7addb984": {"attr1": {"DataType": "Binary", "BinaryValue": binary}},
	} {
		eachProtocol(t, func(w *world) {
			q := w.create("q", nil)
			sent := w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "test", "MessageAttributes": attributes})
			require.Equal(t, "098f6bcd4621d373cade4e832627b4f6", sent["MD5OfMessageBody"])
			require.Equal(t, sum, sent["MD5OfMessageAttributes"])
			require.NotContains(t, sent, "MD5OfMessageSystemAttributes")
			require.NotContains(t, sent, "SequenceNumber")
			got := w.message(q, obj{"MessageAttributeNames": names{"All"}})
			require.Equal(t, sum, got["MD5OfMessageAttributes"])
			if a, ok := attributes["attr1"]["BinaryValue"]; ok {
				attribute := got["MessageAttributes"].(obj)["attr1"]
				require.Equal(t, obj{"DataType": "Binary", "BinaryValue": base64.StdEncoding.EncodeToString(a.([]byte))}, attribute)
			}
		})
	}
}

func TestSystemAttributesByName(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q, f := w.create("q", texts{"VisibilityTimeout": "0"}), w.create("f.fifo", texts{"VisibilityTimeout": "0"})
		w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m"})
		w.ok("SendMessage", obj{"QueueUrl": f, "MessageBody": "m", "MessageGroupId": "g", "MessageDeduplicationId": "d"})
		always := names{"ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SenderId", "SentTimestamp"}
		fifo := append(names{"MessageDeduplicationId", "MessageGroupId", "SequenceNumber"}, always...)
		for queue, has := range map[string]names{q: always, f: fifo} {
			got := func(wanted ...string) names {
				m, _ := w.message(queue, obj{"MessageSystemAttributeNames": wanted})["Attributes"].(obj)
				return slices.Sorted(maps.Keys(m))
			}
			require.ElementsMatch(t, has, got("All"))
			require.ElementsMatch(t, has, got("SenderId", "All", "Foo"))
			for _, name := range fifo {
				want := names(nil)
				if slices.Contains(has, name) {
					want = names{name}
				}
				require.Equal(t, want, got(name), "%s of %s", name, queue)
			}
		}
		require.NotContains(t, w.message(q, nil), "Attributes", "none is wanted")
	})
}

func TestOldAndNewNamesAreUnited(t *testing.T) {
	w := newWorld(t)
	q := w.create("q", texts{"VisibilityTimeout": "0"})
	w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m"})
	united := w.message(q, obj{"AttributeNames": names{"SenderId"}, "MessageSystemAttributeNames": names{"SentTimestamp"}})
	require.Equal(t, obj{"SenderId": "123456789012", "SentTimestamp": "1767225600000"}, united["Attributes"])
	a := w.form("Action=ReceiveMessage&QueueUrl=q&AttributeName.1=SenderId&MessageSystemAttributeName.1=SentTimestamp")
	require.Contains(t, a.text, "<Attribute><Name>SenderId</Name><Value>123456789012</Value></Attribute>"+
		"<Attribute><Name>SentTimestamp</Name><Value>1767225600000</Value></Attribute><")
}

// The lists are reserved. SDKs send them empty.
func TestListsOfValuesAreRefused(t *testing.T) {
	const want = "Message (user) attribute 'a' must contain a non-empty value of type 'String'."
	w := newWorld(t)
	w.create("q", nil)
	for _, lists := range []string{`"StringListValues":["x"]`, `"BinaryListValues":["eA=="]`} {
		attributes := `"MessageAttributes":{"a":{"DataType":"String","StringValue":"x",` + lists + `}}`
		a := w.json("SendMessage", `{"QueueUrl":"q","MessageBody":"m",`+attributes+`}`)
		require.Equal(t, []any{"InvalidParameterValue", want}, []any{a.error()["Code"], a.error()["Message"]})
		a = w.json("SendMessageBatch", `{"QueueUrl":"q","Entries":[{"Id":"1","MessageBody":"m",`+attributes+`},{"Id":"2","MessageBody":"n"}]}`)
		require.Equal(t, want, a.data["Failed"].(list)[0].(obj)["Message"])
		require.Len(t, a.data["Successful"], 1)
	}
	for _, list := range []string{"StringListValue.1=x", "BinaryListValue.1=eA=="} {
		a := w.form("Action=SendMessage&QueueUrl=q&MessageBody=m&MessageAttribute.1.Name=a&MessageAttribute.1.Value.DataType=String" +
			"&MessageAttribute.1.Value.StringValue=x&MessageAttribute.1.Value." + list)
		require.Contains(t, a.text, want, list)
	}
	require.Equal(t, []string{"n", "n"}, w.held("q"))
	a := w.json("SendMessage", `{"QueueUrl":"q","MessageBody":"m","MessageAttributes":{"a":{"DataType":"String","StringValue":"x",`+
		`"StringListValues":[],"BinaryListValues":[]}}}`)
	require.Equal(t, 200, a.status)
}

// The type says which field holds the value.
func TestAttributeIsReturnedByItsType(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", nil)
		_, err := w.b.Queue(t.Context(), "q").Send(t.Context(), sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{
			"text": {Type: "Number.int", Text: "1", Binary: []byte{}}, "bytes": sqs.Binary([]byte{0xff}),
		}})
		require.NoError(t, err)
		require.Equal(t, obj{
			"text": obj{"DataType": "Number.int", "StringValue": "1"}, "bytes": obj{"DataType": "Binary", "BinaryValue": "/w=="},
		}, w.message(q, obj{"MessageAttributeNames": names{"All"}})["MessageAttributes"])
	})
}

// The same attempt gives the same messages again.
func TestReceiveAttempts(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q, f := w.create("q", nil), w.create("f.fifo", nil)
		w.ok("SendMessage", obj{"QueueUrl": f, "MessageBody": "m", "MessageGroupId": "g"})
		first := w.message(f, obj{"ReceiveRequestAttemptId": "a"})
		require.Equal(t, first, w.message(f, obj{"ReceiveRequestAttemptId": "a"}))
		require.Empty(t, w.messages(f, obj{"ReceiveRequestAttemptId": "b"}))
		for queue, id := range map[string]string{q: "a", f: ""} {
			a := w.do("ReceiveMessage", obj{"QueueUrl": queue, "ReceiveRequestAttemptId": id})
			require.Equal(t, []any{400, "InvalidParameterValue"}, []any{a.status, a.error()["Code"]})
		}
	})
}
