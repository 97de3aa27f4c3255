package sqshttp_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// Section 20: the Query protocol, request and result in full.

func TestQueryQueues(t *testing.T) {
	const q, r = "http://localhost/123456789012/q", "http://localhost/123456789012/r"
	newScript(t).runQuery([]step{
		{
			"CreateQueue", "QueueName=q&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=0" +
				"&Tag.1.Key=team&Tag.1.Value=a&Tag.2.Key=empty&Tag.2.Value=", "<QueueUrl>" + q + "</QueueUrl>",
		},
		{"GetQueueUrl", "QueueName=q", "<QueueUrl>" + q + "</QueueUrl>"},
		{"GetQueueUrl", "QueueName=q&QueueOwnerAWSAccountId=123456789012", "<QueueUrl>" + q + "</QueueUrl>"},
		{"SetQueueAttributes", "QueueUrl=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5&Attribute.2.Name=Policy&Attribute.2.Value=", ""},
		{
			"GetQueueAttributes", "QueueUrl=q&AttributeName.1=VisibilityTimeout&AttributeName.2=DelaySeconds&AttributeName.3=Policy",
			"<Attribute><Name>DelaySeconds</Name><Value>5</Value></Attribute>" +
				"<Attribute><Name>VisibilityTimeout</Name><Value>0</Value></Attribute>",
		},
		{"PurgeQueue", "QueueUrl=q", ""},
		{
			"ListQueueTags", "QueueUrl=q",
			"<Tag><Key>empty</Key><Value></Value></Tag><Tag><Key>team</Key><Value>a</Value></Tag>",
		},
		{"TagQueue", "QueueUrl=q&Tag.1.Key=team&Tag.1.Value=b", ""},
		{"UntagQueue", "QueueUrl=q&TagKey.1=empty&TagKey.2=unknown", ""},
		{"ListQueueTags", "QueueUrl=q", "<Tag><Key>team</Key><Value>b</Value></Tag>"},
		{"AddPermission", "QueueUrl=q&Label=l&AWSAccountId.1=210987654321&AWSAccountId.2=210987654322&ActionName.1=SendMessage", ""},
		{
			"GetQueueAttributes", "QueueUrl=q&AttributeName.1=Policy",
			"<Attribute><Name>Policy</Name><Value>{&quot;Version&quot;:&quot;2008-10-17&quot;,&quot;Id&quot;:" +
				"&quot;arn:aws:sqs:us-east-1:123456789012:q/SQSDefaultPolicy&quot;,&quot;Statement&quot;:[{&quot;Sid&quot;:" +
				"&quot;l&quot;,&quot;Effect&quot;:&quot;Allow&quot;,&quot;Principal&quot;:{&quot;AWS&quot;:" +
				"[&quot;arn:aws:iam::210987654321:root&quot;,&quot;arn:aws:iam::210987654322:root&quot;]}," +
				"&quot;Action&quot;:&quot;SQS:SendMessage&quot;,&quot;Resource&quot;:" +
				"&quot;arn:aws:sqs:us-east-1:123456789012:q&quot;}]}</Value></Attribute>",
		},
		{"RemovePermission", "QueueUrl=q&Label=l", ""},
		{"CreateQueue", "QueueName=r", "<QueueUrl>" + r + "</QueueUrl>"},
		{"ListQueues", "", "<QueueUrl>" + q + "</QueueUrl><QueueUrl>" + r + "</QueueUrl>"},
		{"ListQueues", "MaxResults=1", "<QueueUrl>" + q + "</QueueUrl><NextToken>«next»</NextToken>"},
		{"ListQueues", "MaxResults=1&NextToken=«next»", "<QueueUrl>" + r + "</QueueUrl>"},
		{"ListQueues", "QueueNamePrefix=r", "<QueueUrl>" + r + "</QueueUrl>"},
		{"DeleteQueue", "QueueUrl=q", ""},
	})
}

func TestQueryEmptyResults(t *testing.T) {
	w := newWorld(t).in(t, true)
	w.create("q", nil)
	for _, op := range []string{"ReceiveMessage", "ListQueueTags", "GetQueueAttributes", "ListDeadLetterSourceQueues"} {
		a := w.form("Action=" + op + "&QueueUrl=q")
		require.Contains(t, a.text, "<"+op+"Result></"+op+"Result>")
		require.Len(t, decodeXML(t, a), 1, "nothing but the metadata")
	}
}

func TestQueryMessages(t *testing.T) {
	s := newScript(t)
	s.create("q", texts{"VisibilityTimeout": "0"})
	s.runQuery([]step{
		{
			"SendMessage", "QueueUrl=q&MessageBody=message",
			"<MD5OfMessageBody>78e731027d8fd50ed642340b7c9a63b3</MD5OfMessageBody><MessageId>«id»</MessageId>",
		},
		{
			"ReceiveMessage", "QueueUrl=q", "<Message><MessageId>«id»</MessageId><ReceiptHandle>«one»</ReceiptHandle>" +
				"<MD5OfBody>78e731027d8fd50ed642340b7c9a63b3</MD5OfBody><Body>message</Body></Message>",
		},
		{
			"ReceiveMessage", "QueueUrl=q&AttributeName.1=ApproximateReceiveCount&MessageSystemAttributeName.1=SenderId&VisibilityTimeout=30",
			"<Message><MessageId>«id»</MessageId><ReceiptHandle>«two»</ReceiptHandle>" +
				"<MD5OfBody>78e731027d8fd50ed642340b7c9a63b3</MD5OfBody><Body>message</Body>" +
				"<Attribute><Name>ApproximateReceiveCount</Name><Value>2</Value></Attribute>" +
				"<Attribute><Name>SenderId</Name><Value>123456789012</Value></Attribute></Message>",
		},
		{"ChangeMessageVisibility", "QueueUrl=q&ReceiptHandle=«two»&VisibilityTimeout=0", ""},
		{
			"ChangeMessageVisibilityBatch", "QueueUrl=q&ChangeMessageVisibilityBatchRequestEntry.1.Id=a" +
				"&ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle=«one»" +
				"&ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout=9" +
				"&ChangeMessageVisibilityBatchRequestEntry.2.Id=b&ChangeMessageVisibilityBatchRequestEntry.2.ReceiptHandle=x",
			"<ChangeMessageVisibilityBatchResultEntry><Id>a</Id></ChangeMessageVisibilityBatchResultEntry>" +
				"<BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault><Code>ReceiptHandleIsInvalid</Code>" +
				"<Message>The input receipt handle &quot;x&quot; is not a valid receipt handle.</Message></BatchResultErrorEntry>",
		},
		{
			"DeleteMessageBatch", "QueueUrl=q&DeleteMessageBatchRequestEntry.1.Id=a&DeleteMessageBatchRequestEntry.1.ReceiptHandle=«one»",
			"<DeleteMessageBatchResultEntry><Id>a</Id></DeleteMessageBatchResultEntry>",
		},
		{"DeleteMessage", "QueueUrl=q&ReceiptHandle=«two»", ""},
	})
	require.Empty(t, s.held("q"))
}

func TestQueryBatchAndAttributes(t *testing.T) {
	s := newScript(t)
	s.create("q.fifo", nil)
	const entry = "&SendMessageBatchRequestEntry."
	s.runQuery([]step{
		{
			"SendMessageBatch", "QueueUrl=q.fifo" + entry + "1.Id=a" + entry + "1.MessageBody=test" + entry + "1.MessageGroupId=g" +
				entry + "1.MessageAttribute.1.Name=text" + entry + "1.MessageAttribute.1.Value.DataType=String" +
				entry + "1.MessageAttribute.1.Value.StringValue=%C3%A9%0D%0A%22%3C%26%3E" +
				entry + "1.MessageAttribute.2.Name=bytes" + entry + "1.MessageAttribute.2.Value.DataType=Binary.x" +
				entry + "1.MessageAttribute.2.Value.BinaryValue=AAH%2F" +
				entry + "1.MessageSystemAttribute.1.Name=AWSTraceHeader" + entry + "1.MessageSystemAttribute.1.Value.DataType=String" +
				entry + "1.MessageSystemAttribute.1.Value.StringValue=Root%3D1-5759e988-bd862e3fe1be46a994272793%3B" +
				"Parent%3D53995c3f42cd8ad8%3BSampled%3D1" +
				entry + "2.Id=b" + entry + "2.MessageGroupId=g",
			"<SendMessageBatchResultEntry><Id>a</Id><MD5OfMessageBody>098f6bcd4621d373cade4e832627b4f6</MD5OfMessageBody>" +
				"<MD5OfMessageAttributes>«sum»</MD5OfMessageAttributes>" +
				"<MD5OfMessageSystemAttributes>5ae4d5d7636402d80f4eb6d213245a88</MD5OfMessageSystemAttributes>" +
				"<MessageId>«id»</MessageId><SequenceNumber>«number»</SequenceNumber></SendMessageBatchResultEntry>" +
				"<BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault><Code>MissingParameter</Code>" +
				"<Message>The request must contain the parameter MessageBody.</Message></BatchResultErrorEntry>",
		},
		{
			"ReceiveMessage", "QueueUrl=q.fifo&AttributeName.1=SequenceNumber&AttributeName.2=MessageGroupId&MessageAttributeName.1=All",
			"<Message><MessageId>«id»</MessageId><ReceiptHandle>«handle»</ReceiptHandle>" +
				"<MD5OfBody>098f6bcd4621d373cade4e832627b4f6</MD5OfBody><Body>test</Body>" +
				"<Attribute><Name>MessageGroupId</Name><Value>g</Value></Attribute>" +
				"<Attribute><Name>SequenceNumber</Name><Value>«number»</Value></Attribute>" +
				"<MD5OfMessageAttributes>«sum»</MD5OfMessageAttributes>" +
				"<MessageAttribute><Name>bytes</Name><Value><BinaryValue>AAH/</BinaryValue><DataType>Binary.x</DataType></Value></MessageAttribute>" +
				"<MessageAttribute><Name>text</Name><Value><StringValue>é&#xD;\n&quot;&lt;&amp;&gt;</StringValue>" +
				"<DataType>String</DataType></Value></MessageAttribute></Message>",
		},
	})
}

func TestQueryMoves(t *testing.T) {
	s := newScript(t)
	dlq := s.create("dlq", nil)
	s.bury(s.source("q", dlq), 2)
	const arn = "arn:aws:sqs:us-east-1:123456789012:"
	s.runQuery([]step{
		{"ListDeadLetterSourceQueues", "QueueUrl=dlq", "<QueueUrl>http://localhost/123456789012/q</QueueUrl>"},
		{
			"StartMessageMoveTask", "SourceArn=" + arn + "dlq&DestinationArn=" + arn + "q&MaxNumberOfMessagesPerSecond=1",
			"<TaskHandle>«task»</TaskHandle>",
		},
		{
			"ListMessageMoveTasks", "SourceArn=" + arn + "dlq",
			"<ListMessageMoveTasksResultEntry><TaskHandle>«task»</TaskHandle><Status>RUNNING</Status><SourceArn>" + arn +
				"dlq</SourceArn><DestinationArn>" + arn + "q</DestinationArn><MaxNumberOfMessagesPerSecond>1</MaxNumberOfMessagesPerSecond>" +
				"<ApproximateNumberOfMessagesMoved>1</ApproximateNumberOfMessagesMoved>" +
				"<ApproximateNumberOfMessagesToMove>2</ApproximateNumberOfMessagesToMove>" +
				"<StartedTimestamp>1767225600000</StartedTimestamp></ListMessageMoveTasksResultEntry>",
		},
		{
			"CancelMessageMoveTask", "TaskHandle=«task»",
			"<ApproximateNumberOfMessagesMoved>1</ApproximateNumberOfMessagesMoved>",
		},
	})
}

func TestQueryUnknownActions(t *testing.T) {
	w := newWorld(t)
	w.create("q", nil)
	for _, c := range []struct{ path, action string }{
		{"/", "FooBar"}, {"/", "sendMessage"}, {"/123456789012/q", "CreateQueue"}, {"/123456789012/q", "ListQueues"},
	} {
		a := w.at(c.path).form("Action=" + c.action + "&QueueName=x")
		require.Equal(t, http.StatusBadRequest, a.status)
		require.Equal(t, `<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>`+
			`<Type>Sender</Type><Code>InvalidAction</Code><Message>The action `+c.action+` is not valid for this endpoint.</Message>`+
			`<Detail/></Error><RequestId>`+a.header.Get("x-amzn-RequestId")+`</RequestId></ErrorResponse>`, a.text)
		require.Empty(t, a.header.Values("x-amzn-query-error"))
	}
	require.Len(t, w.ok("ListQueues", obj{})["QueueUrls"], 1)
}

func TestQueryWithoutAction(t *testing.T) {
	w := newWorld(t)
	for _, accept := range []string{"", "application/json"} {
		for _, path := range []string{"/", "/?Version=2012-11-05", "/123456789012/q"} {
			a := w.at(path).with("Accept", accept).send(http.MethodGet, "")
			require.Equal(t, http.StatusNotFound, a.status)
			require.Equal(t, "<UnknownOperationException/>", a.text)
			require.Equal(t, "text/xml", a.header.Get("Content-Type"))
		}
	}
}

func TestQueryAnswersInJSONIfAsked(t *testing.T) {
	s := newScript(t)
	get := func(request, want string) {
		t.Helper()
		a := s.at("/?"+request).with("Accept", "application/json").send(http.MethodGet, "")
		require.Equal(t, http.StatusOK, a.status, a.text)
		require.Equal(t, "application/json", a.header.Get("Content-Type"))
		s.Set("«request»", a.header.Get("x-amzn-RequestId"))
		s.Expect(want, a.text, request)
	}
	const metadata = `"ResponseMetadata":{"RequestId":"«request»"}`
	get("Action=ListQueues", `{"ListQueuesResponse":{"ListQueuesResult":{},`+metadata+`}}`)
	get("Action=CreateQueue&QueueName=q", `{"CreateQueueResponse":{"CreateQueueResult":{"QueueUrl":"http://localhost/123456789012/q"},`+
		metadata+`}}`)
	get("Action=ListQueues", `{"ListQueuesResponse":{"ListQueuesResult":{"QueueUrls":["http://localhost/123456789012/q"]},`+
		metadata+`}}`)
	get("Action=PurgeQueue&QueueUrl=q", `{"PurgeQueueResponse":{`+metadata+`}}`)
}
