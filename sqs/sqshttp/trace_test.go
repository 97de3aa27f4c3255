package sqshttp_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Section 6.6: the trace that comes with the request, or in it.

const (
	carried  = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
	explicit = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
)

func explicitTrace() objs {
	return objs{"AWSTraceHeader": {"DataType": "String", "StringValue": explicit}}
}

// traces returns the trace of every message that a queue holds.
func (w *world) traces(name string) []string {
	var all []string
	for _, m := range w.b.Peek(name) {
		all = append(all, m.TraceHeader)
	}
	return all
}

func TestTraceOfTheRequest(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", nil)
		sent := w.with("X-Amzn-Trace-Id", carried).ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m"})
		require.NotContains(t, sent, "MD5OfMessageSystemAttributes", "no system attribute was sent")
		m := w.message(q, obj{"MessageSystemAttributeNames": names{"AWSTraceHeader"}})
		require.Equal(t, obj{"AWSTraceHeader": carried}, m["Attributes"])
	})
}

func TestExplicitTraceWins(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", nil)
		sent := w.with("X-Amzn-Trace-Id", carried).ok("SendMessage", obj{
			"QueueUrl": q, "MessageBody": "m", "MessageSystemAttributes": explicitTrace(),
		})
		require.Equal(t, "5ae4d5d7636402d80f4eb6d213245a88", sent["MD5OfMessageSystemAttributes"])
		require.NotContains(t, sent, "MD5OfMessageAttributes")
		require.Equal(t, []string{explicit}, w.traces("q"))
	})
}

func TestTraceOfABatch(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", nil)
		w.with("X-Amzn-Trace-Id", carried).ok("SendMessageBatch", obj{"QueueUrl": q, "Entries": batch{
			{"Id": "1", "MessageBody": "m"}, {"Id": "2", "MessageBody": "m", "MessageSystemAttributes": explicitTrace()},
		}})
		require.Equal(t, []string{carried, explicit}, w.traces("q"))
	})
}

// A trace belongs to the request that brings it, and costs nothing of the message's size.
func TestTraceIsNotKept(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", texts{"MaximumMessageSize": "1024"})
		body := strings.Repeat("a", 1024)
		w.with("X-Amzn-Trace-Id", carried).ok("ReceiveMessage", obj{"QueueUrl": q})
		w.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": body})
		w.with("X-Amzn-Trace-Id", carried).ok("SendMessage", obj{"QueueUrl": q, "MessageBody": body})
		require.Equal(t, []string{"", carried}, w.traces("q"))
	})
}
