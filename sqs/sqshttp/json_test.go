package sqshttp_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// Section 19: the JSON protocol, request and answer in full.

func TestJSONQueues(t *testing.T) {
	newScript(t).runJSON([]step{
		{
			"CreateQueue", `{"QueueName":"q","Attributes":{"VisibilityTimeout":"0"},"tags":{"team":"a","empty":""}}`,
			`{"QueueUrl":"http://localhost/123456789012/q"}`,
		},
		{"GetQueueUrl", `{"QueueName":"q"}`, `{"QueueUrl":"http://localhost/123456789012/q"}`},
		{
			"GetQueueUrl", `{"QueueName":"q","QueueOwnerAWSAccountId":"123456789012"}`,
			`{"QueueUrl":"http://localhost/123456789012/q"}`,
		},
		{
			"GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":["VisibilityTimeout","QueueArn"]}`,
			`{"Attributes":{"QueueArn":"arn:aws:sqs:us-east-1:123456789012:q","VisibilityTimeout":"0"}}`,
		},
		{"SetQueueAttributes", `{"QueueUrl":"q","Attributes":{"DelaySeconds":"5","Policy":""}}`, `{}`},
		{"GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":["DelaySeconds","Policy"]}`, `{"Attributes":{"DelaySeconds":"5"}}`},
		{"GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":["Policy","KmsMasterKeyId"]}`, `{}`},
		{"GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":[]}`, `{}`},
		{"GetQueueAttributes", `{"QueueUrl":"q"}`, `{}`},
		{"PurgeQueue", `{"QueueUrl":"q"}`, `{}`},

		{"ListQueueTags", `{"QueueUrl":"q"}`, `{"Tags":{"empty":"","team":"a"}}`},
		{"TagQueue", `{"QueueUrl":"q","Tags":{"team":"b","Team":"c"}}`, `{}`},
		{"UntagQueue", `{"QueueUrl":"q","TagKeys":["empty","unknown"]}`, `{}`},
		{"ListQueueTags", `{"QueueUrl":"q"}`, `{"Tags":{"Team":"c","team":"b"}}`},
		{"UntagQueue", `{"QueueUrl":"q","TagKeys":["team","Team"]}`, `{}`},
		{"ListQueueTags", `{"QueueUrl":"q"}`, `{}`},

		{"AddPermission", `{"QueueUrl":"q","Label":"l","AWSAccountIds":["210987654321"],"Actions":["SendMessage"]}`, `{}`},
		{
			"GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":["Policy"]}`,
			`{"Attributes":{"Policy":"{\"Version\":\"2008-10-17\",\"Id\":\"arn:aws:sqs:us-east-1:123456789012:q/SQSDefaultPolicy\",` +
				`\"Statement\":[{\"Sid\":\"l\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},` +
				`\"Action\":\"SQS:SendMessage\",\"Resource\":\"arn:aws:sqs:us-east-1:123456789012:q\"}]}"}}`,
		},
		{"RemovePermission", `{"QueueUrl":"q","Label":"l"}`, `{}`},
		{"GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":["Policy"]}`, `{}`},

		{"ListQueues", `{"QueueNamePrefix":"Q"}`, `{}`},
		{"ListDeadLetterSourceQueues", `{"QueueUrl":"q"}`, `{"queueUrls":[]}`},
		{"CreateQueue", `{"QueueName":"r"}`, `{"QueueUrl":"http://localhost/123456789012/r"}`},
		{"ListQueues", ``, `{"QueueUrls":["http://localhost/123456789012/q","http://localhost/123456789012/r"]}`},
		{"ListQueues", `{"MaxResults":1}`, `{"QueueUrls":["http://localhost/123456789012/q"],"NextToken":"«next»"}`},
		{"ListQueues", `{"MaxResults":1,"NextToken":"«next»"}`, `{"QueueUrls":["http://localhost/123456789012/r"]}`},
		{"DeleteQueue", `{"QueueUrl":"q"}`, `{}`},
		{"ListQueues", `{}`, `{"QueueUrls":["http://localhost/123456789012/r"]}`},
	})
}

func TestJSONMessages(t *testing.T) {
	s := newScript(t)
	s.create("q", texts{"VisibilityTimeout": "0"})
	s.runJSON([]step{
		{"ReceiveMessage", `{"QueueUrl":"q"}`, `{}`},
		{
			"SendMessage", `{"QueueUrl":"q","MessageBody":"message"}`,
			`{"MD5OfMessageBody":"78e731027d8fd50ed642340b7c9a63b3","MessageId":"«id»"}`,
		},
		{"ReceiveMessage", `{"QueueUrl":"q"}`, `{"Messages":[{"MessageId":"«id»","ReceiptHandle":"«one»",` +
			`"MD5OfBody":"78e731027d8fd50ed642340b7c9a63b3","Body":"message"}]}`},
		{"ReceiveMessage", `{"QueueUrl":"q","AttributeNames":["ApproximateReceiveCount"],"VisibilityTimeout":30}`,
			`{"Messages":[{"MessageId":"«id»","ReceiptHandle":"«two»","MD5OfBody":"78e731027d8fd50ed642340b7c9a63b3",` +
				`"Body":"message","Attributes":{"ApproximateReceiveCount":"2"}}]}`},
		{"ReceiveMessage", `{"QueueUrl":"q"}`, `{}`},
		{"ChangeMessageVisibility", `{"QueueUrl":"q","ReceiptHandle":"«two»","VisibilityTimeout":0}`, `{}`},
		{"ChangeMessageVisibilityBatch", `{"QueueUrl":"q","Entries":[{"Id":"a","ReceiptHandle":"«one»","VisibilityTimeout":9},` +
			`{"Id":"b","ReceiptHandle":"x","VisibilityTimeout":9}]}`,
			`{"Successful":[{"Id":"a"}],"Failed":[{"Id":"b","SenderFault":true,"Code":"ReceiptHandleIsInvalid",` +
				`"Message":"The input receipt handle \"x\" is not a valid receipt handle."}]}`},
		{"DeleteMessageBatch", `{"QueueUrl":"q","Entries":[{"Id":"a","ReceiptHandle":"«one»"}]}`, `{"Successful":[{"Id":"a"}]}`},
		{"DeleteMessage", `{"QueueUrl":"q","ReceiptHandle":"«two»"}`, `{}`},
	})
	require.Empty(t, s.held("q"))
}

func TestJSONBatchAndAttributes(t *testing.T) {
	s := newScript(t)
	s.create("q.fifo", nil)
	s.runJSON([]step{
		{
			"SendMessageBatch", `{"QueueUrl":"q.fifo","Entries":[
				{"Id":"a","MessageBody":"test","MessageGroupId":"g","MessageAttributes":{
					"text":{"DataType":"String","StringValue":"é\r\n\"<&>"},"bytes":{"DataType":"Binary.x","BinaryValue":"AAH/"}},
				 "MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String",
					"StringValue":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}}},
				{"Id":"b","MessageBody":"","MessageGroupId":"g"}]}`,
			`{"Successful":[{"Id":"a","MD5OfMessageBody":"098f6bcd4621d373cade4e832627b4f6",` +
				`"MD5OfMessageAttributes":"«sum»","MD5OfMessageSystemAttributes":"5ae4d5d7636402d80f4eb6d213245a88",` +
				`"MessageId":"«id»","SequenceNumber":"«number»"}],"Failed":[{"Id":"b","SenderFault":true,` +
				`"Code":"MissingParameter","Message":"The request must contain the parameter MessageBody."}]}`,
		},
		{
			"ReceiveMessage", `{"QueueUrl":"q.fifo","AttributeNames":["All"],"MessageAttributeNames":["All"]}`,
			`{"Messages":[{"MessageId":"«id»","ReceiptHandle":"«handle»","MD5OfBody":"098f6bcd4621d373cade4e832627b4f6",` +
				`"Body":"test","Attributes":{` +
				`"AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",` +
				`"ApproximateFirstReceiveTimestamp":"1767225600000","ApproximateReceiveCount":"1",` +
				`"MessageDeduplicationId":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","MessageGroupId":"g",` +
				`"SenderId":"123456789012","SentTimestamp":"1767225600000","SequenceNumber":"«number»"},` +
				`"MD5OfMessageAttributes":"«sum»","MessageAttributes":{"bytes":{"BinaryValue":"AAH/","DataType":"Binary.x"},` +
				`"text":{"StringValue":"é\r\n\"<&>","DataType":"String"}}}]}`,
		},
	})
}

func TestJSONMoves(t *testing.T) {
	s := newScript(t)
	dlq := s.create("dlq", nil)
	s.bury(s.source("q", dlq), 2)
	s.source("r", dlq)
	const arn = "arn:aws:sqs:us-east-1:123456789012:"
	s.runJSON([]step{
		{"ListDeadLetterSourceQueues", `{"QueueUrl":"dlq"}`,
			`{"queueUrls":["http://localhost/123456789012/q","http://localhost/123456789012/r"]}`},
		{"ListDeadLetterSourceQueues", `{"QueueUrl":"dlq","MaxResults":1}`,
			`{"queueUrls":["http://localhost/123456789012/q"],"NextToken":"«next»"}`},
		{"ListDeadLetterSourceQueues", `{"QueueUrl":"dlq","MaxResults":1,"NextToken":"«next»"}`,
			`{"queueUrls":["http://localhost/123456789012/r"]}`},
		{"ListMessageMoveTasks", `{"SourceArn":"` + arn + `dlq"}`, `{}`},
		{
			"StartMessageMoveTask", `{"SourceArn":"` + arn + `dlq","DestinationArn":"` + arn + `q","MaxNumberOfMessagesPerSecond":1}`,
			`{"TaskHandle":"«task»"}`,
		},
		{
			"ListMessageMoveTasks", `{"SourceArn":"` + arn + `dlq","MaxResults":10}`,
			`{"Results":[{"TaskHandle":"«task»","Status":"RUNNING","SourceArn":"` + arn + `dlq","DestinationArn":"` + arn + `q",` +
				`"MaxNumberOfMessagesPerSecond":1,"ApproximateNumberOfMessagesMoved":1,"ApproximateNumberOfMessagesToMove":2,` +
				`"StartedTimestamp":1767225600000}]}`,
		},
		{"CancelMessageMoveTask", `{"TaskHandle":"«task»"}`, `{"ApproximateNumberOfMessagesMoved":1}`},
		{"StartMessageMoveTask", `{"SourceArn":"` + arn + `dlq"}`, `{"TaskHandle":"«again»"}`},
		{
			"ListMessageMoveTasks", `{"SourceArn":"` + arn + `dlq"}`,
			`{"Results":[{"Status":"COMPLETED","SourceArn":"` + arn + `dlq","ApproximateNumberOfMessagesMoved":1,` +
				`"ApproximateNumberOfMessagesToMove":1,"StartedTimestamp":1767225600000}]}`,
		},
	})
}

func TestJSONTargets(t *testing.T) {
	w := newWorld(t)
	for _, target := range []string{"AmazonSQS.Send", "AmazonSQS.", "AmazonSQS", "AmazonSNS.ListQueues", ".ListQueues", "x.AmazonSQS.ListQueues"} {
		a := w.with("X-Amz-Target", target).send(http.MethodPost, "{}")
		require.Equal(t, http.StatusNotFound, a.status, target)
		require.Equal(t, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`, a.text, target)
		require.Equal(t, "application/x-amz-json-1.0", a.header.Get("Content-Type"))
		require.Equal(t, "InvalidAction;Sender", a.header.Get("x-amzn-query-error"))
		require.Regexp(t, uuidPattern, a.header.Get("x-amzn-RequestId"))
	}
}

func TestJSONMayHaveBlanksAround(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, `{"QueueUrl":"http://localhost/123456789012/q"}`, w.json("CreateQueue", " \r\n\t{\"QueueName\":\"q\"} \n").text)
	require.Equal(t, `{"QueueUrls":["http://localhost/123456789012/q"]}`, w.json("ListQueues", " \n").text)
}
