package sqshttp

import "github.com/inflight-mq/inflight/internal/awswire"

// form reads the parameters of the Query protocol.
type form struct{ *awswire.Form }

// values reads message attributes: <name>.1.Name, <name>.1.Value.DataType and so on.
func (f form) values(name string) map[string]value {
	var m map[string]value
	for _, item := range f.Items(name) {
		k := f.Text(item + ".Name")
		if k == nil {
			continue
		}
		if m == nil {
			m = map[string]value{}
		}
		m[*k] = value{
			DataType: f.Text(item + ".Value.DataType"), StringValue: f.Text(item + ".Value.StringValue"),
			BinaryValue: f.Binary(item + ".Value.BinaryValue"), StringListValues: f.Texts(item + ".Value.StringListValue"),
			BinaryListValues: f.Texts(item + ".Value.BinaryListValue"),
		}
	}
	return m
}

func (f form) entry(prefix string) entry {
	return entry{
		ID: f.Text(prefix + "Id"), ReceiptHandle: f.Text(prefix + "ReceiptHandle"),
		VisibilityTimeout: f.Int32(prefix + "VisibilityTimeout"), MessageBody: f.Text(prefix + "MessageBody"),
		DelaySeconds: f.Int32(prefix + "DelaySeconds"), MessageAttributes: f.values(prefix + "MessageAttribute"),
		SystemAttributes: f.values(prefix + "MessageSystemAttribute"), GroupID: f.Text(prefix + "MessageGroupId"),
		DedupID: f.Text(prefix + "MessageDeduplicationId"),
	}
}

func (f form) entries(operation string) []entry {
	var es []entry
	for _, item := range f.Items(operation + "RequestEntry") {
		es = append(es, f.entry(item+"."))
	}
	return es
}

// parseForm reads the parameters of an operation.
func parseForm(operation string, ps awswire.Params) (*params, error) {
	f := form{awswire.NewForm(ps)}
	p := &params{
		QueueURL: f.Text("QueueUrl"), QueueName: f.Text("QueueName"), QueueOwnerAWSAccountID: f.Text("QueueOwnerAWSAccountId"),
		QueueNamePrefix: f.Text("QueueNamePrefix"), NextToken: f.Text("NextToken"), MaxResults: f.Int32("MaxResults"),
		Attributes: f.TextMap("Attribute", "Name", "Value"), AttributeNames: f.Texts("AttributeName"),
		SystemNames: f.Texts("MessageSystemAttributeName"), MessageNames: f.Texts("MessageAttributeName"),
		Tags: f.TextMap("Tag", "Key", "Value"), TagKeys: f.Texts("TagKey"), Label: f.Text("Label"),
		AWSAccountIDs: f.Texts("AWSAccountId"), Actions: f.Texts("ActionName"),
		MaxNumberOfMessages: f.Int32("MaxNumberOfMessages"), WaitTimeSeconds: f.Int32("WaitTimeSeconds"),
		ReceiveRequestAttemptID: f.Text("ReceiveRequestAttemptId"), Entries: f.entries(operation),
		SourceARN: f.Text("SourceArn"), DestinationARN: f.Text("DestinationArn"),
		MaxPerSecond: f.Int32("MaxNumberOfMessagesPerSecond"), TaskHandle: f.Text("TaskHandle"), entry: f.entry(""),
	}
	return p, f.Err()
}
