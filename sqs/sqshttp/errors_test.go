package sqshttp_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 21: how errors look on the wire.

const (
	modelled = "com.amazonaws.sqs#"
	generic  = "com.amazon.coral.service#"
	simple   = "AWS.SimpleQueueService."
)

type errorRow struct {
	code   sqs.Code
	query  string // the code that SDKs show
	kind   string // __type
	status int
}

// errorRows is the table of the sheet.
func errorRows() []errorRow {
	return []errorRow{
		{"QueueDoesNotExist", simple + "NonExistentQueue", modelled + "QueueDoesNotExist", 400},
		{"QueueNameExists", "QueueAlreadyExists", modelled + "QueueNameExists", 400},
		{"QueueDeletedRecently", simple + "QueueDeletedRecently", modelled + "QueueDeletedRecently", 400},
		{"PurgeQueueInProgress", simple + "PurgeQueueInProgress", modelled + "PurgeQueueInProgress", 403},
		{"EmptyBatchRequest", simple + "EmptyBatchRequest", modelled + "EmptyBatchRequest", 400},
		{"TooManyEntriesInBatchRequest", simple + "TooManyEntriesInBatchRequest", modelled + "TooManyEntriesInBatchRequest", 400},
		{"BatchEntryIdsNotDistinct", simple + "BatchEntryIdsNotDistinct", modelled + "BatchEntryIdsNotDistinct", 400},
		{"InvalidBatchEntryId", simple + "InvalidBatchEntryId", modelled + "InvalidBatchEntryId", 400},
		{"BatchRequestTooLong", simple + "BatchRequestTooLong", modelled + "BatchRequestTooLong", 400},
		{"MessageNotInflight", simple + "MessageNotInflight", modelled + "MessageNotInflight", 400},
		{"UnsupportedOperation", simple + "UnsupportedOperation", modelled + "UnsupportedOperation", 400},
		{"InvalidAttributeName", "InvalidAttributeName", modelled + "InvalidAttributeName", 400},
		{"InvalidAttributeValue", "InvalidAttributeValue", modelled + "InvalidAttributeValue", 400},
		{"InvalidParameterValueException", "InvalidParameterValue", generic + "InvalidParameterValueException", 400},
		{"MissingRequiredParameterException", "MissingParameter", generic + "MissingRequiredParameterException", 400},
		{"InvalidMessageContents", "InvalidMessageContents", modelled + "InvalidMessageContents", 400},
		{"ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", modelled + "ReceiptHandleIsInvalid", 404},
		{"ResourceNotFoundException", "ResourceNotFoundException", modelled + "ResourceNotFoundException", 404},
		{"OverLimit", "OverLimit", modelled + "OverLimit", 403},
		{"RequestThrottled", "RequestThrottled", modelled + "RequestThrottled", 403},
		{"AccessDeniedException", "AccessDenied", generic + "AccessDeniedException", 403},
		{"InvalidSecurity", "InvalidSecurity", modelled + "InvalidSecurity", 403},
		{"InvalidAddress", "InvalidAddress", modelled + "InvalidAddress", 404},
		{"KmsAccessDenied", "KMS.AccessDeniedException", modelled + "KmsAccessDenied", 400},
		{"KmsDisabled", "KMS.DisabledException", modelled + "KmsDisabled", 400},
		{"InternalError", "InternalError", modelled + "InternalError", 500},
		{"ServiceUnavailable", "ServiceUnavailable", modelled + "ServiceUnavailable", 503},
	}
}

func side(status int) string {
	if status >= 500 {
		return "Receiver"
	}
	return "Sender"
}

// failing returns a world whose every SendMessage fails so.
func failing(t *testing.T, err error) *world {
	w := newWorld(t)
	w.create("q", nil)
	w.b.Intercept(sqs.Fault{Op: sqs.OpSendMessage, Err: err}.Inject)
	return w
}

func TestErrorsInJSON(t *testing.T) {
	for _, row := range errorRows() {
		w := failing(t, &sqs.Error{Code: row.code, Message: "a \"text\" <&>\r\n"})
		a := w.json("SendMessage", `{"QueueUrl":"q","MessageBody":"m"}`)
		require.Equal(t, row.status, a.status, row.code)
		require.Equal(t, `{"__type":"`+row.kind+`","message":"a \"text\" <&>\r\n"}`, a.text)
		require.Equal(t, row.query+";"+side(row.status), a.header.Get("x-amzn-query-error"))
		require.Equal(t, "application/x-amz-json-1.0", a.header.Get("Content-Type"))
		require.Regexp(t, uuidPattern, a.header.Get("x-amzn-RequestId"))

		plain := w.with("X-Amzn-Query-Mode", "").json("SendMessage", `{"QueueUrl":"q","MessageBody":"m"}`)
		want := row.status
		if want < 500 {
			want = 400
		}
		require.Equal(t, want, plain.status, "%s without query mode", row.code)
		require.Equal(t, a.text, plain.text)
	}
}

func TestErrorsInQuery(t *testing.T) {
	for _, row := range errorRows() {
		w := failing(t, &sqs.Error{Code: row.code, Message: "a \"text\" <&>\r\n"})
		a := w.form("Action=SendMessage&QueueUrl=q&MessageBody=m")
		message := "a &quot;text&quot; &lt;&amp;&gt;&#xD;\n"
		if row.code == sqs.ErrQueueDoesNotExist {
			message = "The specified queue does not exist for this wsdl version."
		}
		require.Equal(t, row.status, a.status, row.code)
		require.Equal(t, "text/xml", a.header.Get("Content-Type"))
		require.Equal(t, `<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>`+
			`<Type>`+side(row.status)+`</Type><Code>`+row.query+`</Code><Message>`+message+`</Message><Detail/></Error>`+
			`<RequestId>`+a.header.Get("x-amzn-RequestId")+`</RequestId></ErrorResponse>`, a.text)
	}
}

// The recordings of these two batches have no Detail, those of all other operations do.
func TestQueryErrorsOfNewerBatchesHaveNoDetail(t *testing.T) {
	w := newWorld(t).in(t, true)
	for op, has := range map[string]bool{
		"DeleteMessageBatch": false, "ChangeMessageVisibilityBatch": false, "SendMessageBatch": true, "DeleteMessage": true,
	} {
		require.Equal(t, has, strings.Contains(w.do(op, obj{"QueueUrl": "q"}).text, "<Detail/>"), op)
	}
}

func TestAnErrorOfAnotherKindIsTheServers(t *testing.T) {
	w := failing(t, errors.New("broken"))
	a := w.json("SendMessage", `{"QueueUrl":"q","MessageBody":"m"}`)
	require.Equal(t, http.StatusInternalServerError, a.status)
	require.Equal(t, `{"__type":"com.amazon.coral.service#InternalFailure","message":"broken"}`, a.text)
	require.Equal(t, "InternalError;Receiver", a.header.Get("x-amzn-query-error"))
	require.Contains(t, w.form("Action=SendMessage&QueueUrl=q&MessageBody=m").text,
		"<Type>Receiver</Type><Code>InternalError</Code><Message>broken</Message>")
}

func TestFailedEntriesShowQueryCodes(t *testing.T) {
	eachProtocol(t, func(w *world) {
		w.create("q", nil)
		for entry, err := range map[int]error{
			1: &sqs.Error{Code: sqs.ErrQueueDoesNotExist, Message: "x"}, 2: sqs.ErrInternal, 3: errors.New("broken"),
		} {
			w.b.Intercept(sqs.Fault{Op: sqs.OpSendMessageBatch, Entry: entry, Err: err}.Inject)
		}
		got := w.ok("SendMessageBatch", obj{"QueueUrl": "q", "Entries": entries(4, func(int) obj { return obj{"MessageBody": "m"} })})
		require.Equal(t, list{
			obj{"Id": "message-0", "SenderFault": true, "Code": simple + "NonExistentQueue", "Message": "x"},
			obj{"Id": "message-1", "SenderFault": false, "Code": "InternalError", "Message": "InternalError"},
			obj{"Id": "message-2", "SenderFault": false, "Code": "InternalError", "Message": "broken"},
		}, got["Failed"])
		require.Len(t, got["Successful"], 1)
	})
}

// Each status once more, without an interceptor.
func TestErrorsOfTheService(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", nil)
		gone := "The specified queue does not exist."
		if w.query {
			gone = "The specified queue does not exist for this wsdl version."
		}
		w.refused(400, simple+"NonExistentQueue", gone, "GetQueueUrl", obj{"QueueName": "none"})
		w.refused(400, simple+"NonExistentQueue", gone, "SendMessage", obj{"QueueUrl": "none", "MessageBody": "m"})
		w.refused(400, "InvalidAttributeName", "Unknown Attribute Foo.", "GetQueueAttributes",
			obj{"QueueUrl": q, "AttributeNames": names{"Foo"}})
		w.ok("PurgeQueue", obj{"QueueUrl": q})
		w.refused(403, simple+"PurgeQueueInProgress", "Only one PurgeQueue operation on q is allowed every 60 seconds.",
			"PurgeQueue", obj{"QueueUrl": q})
		w.refused(403, "OverLimit", "8 Actions were found, maximum allowed is 7.", "AddPermission", obj{
			"QueueUrl": q, "Label": "l", "AWSAccountIds": names{"210987654321"}, "Actions": strings.Split("abcdefgh", ""),
		})
		w.refused(404, "ReceiptHandleIsInvalid", `The input receipt handle "garbage" is not a valid receipt handle.`,
			"DeleteMessage", obj{"QueueUrl": q, "ReceiptHandle": "garbage"})
		w.refused(404, "ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.",
			"ListMessageMoveTasks", obj{"SourceArn": "arn:aws:sqs:us-east-1:123456789012:none"})
		w.ok("DeleteQueue", obj{"QueueUrl": q})
		w.refused(400, simple+"QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create "+
			"another with the same name.", "CreateQueue", obj{"QueueName": "q"})
	})
}

func TestMissingParameters(t *testing.T) {
	eachProtocol(t, func(w *world) {
		q := w.create("q", nil)
		for _, c := range []struct {
			op, missing string
			in          obj
		}{
			{"AddPermission", "Label", obj{"QueueUrl": q}},
			{"AddPermission", "Actions", obj{"QueueUrl": q, "Label": "l"}},
			{"CancelMessageMoveTask", "TaskHandle", obj{}},
			{"ChangeMessageVisibility", "QueueUrl", obj{}},
			{"ChangeMessageVisibility", "ReceiptHandle", obj{"QueueUrl": q}},
			{"ChangeMessageVisibility", "VisibilityTimeout", obj{"QueueUrl": q, "ReceiptHandle": "x"}},
			{"ChangeMessageVisibilityBatch", "QueueUrl", obj{}},
			{"CreateQueue", "QueueName", obj{"Attributes": texts{"Foo": "bar"}}},
			{"DeleteMessage", "QueueUrl", obj{}},
			{"DeleteMessage", "ReceiptHandle", obj{"QueueUrl": q}},
			{"DeleteMessageBatch", "QueueUrl", obj{}},
			{"DeleteQueue", "QueueUrl", obj{}},
			{"GetQueueAttributes", "QueueUrl", obj{}},
			{"GetQueueUrl", "QueueName", obj{}},
			{"ListDeadLetterSourceQueues", "QueueUrl", obj{}},
			{"ListMessageMoveTasks", "SourceArn", obj{}},
			{"ListQueueTags", "QueueUrl", obj{}},
			{"PurgeQueue", "QueueUrl", obj{}},
			{"ReceiveMessage", "QueueUrl", obj{}},
			{"RemovePermission", "Label", obj{"QueueUrl": q}},
			{"SendMessage", "QueueUrl", obj{"MessageBody": "m"}},
			{"SendMessage", "MessageBody", obj{"QueueUrl": q}},
			{"SendMessageBatch", "QueueUrl", obj{}},
			{"SetQueueAttributes", "Attributes", obj{"QueueUrl": q}},
			{"StartMessageMoveTask", "SourceArn", obj{}},
			{"TagQueue", "Tags", obj{"QueueUrl": q}},
			{"UntagQueue", "QueueUrl", obj{}},
		} {
			w.refused(400, "MissingParameter", "The request must contain the parameter "+c.missing+".", c.op, c.in)
		}
	})
}
