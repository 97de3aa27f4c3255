package sqshttp

import (
	"encoding/base64"
	"net/url"
	"strconv"

	"github.com/inflight-mq/inflight/internal/awswire"
)

// form reads the parameters of the Query protocol: lists and maps are numbered from 1.
type form struct {
	url.Values
	err error // the first value that is not of its type
}

// mostNumbered bounds how far a numbered list is read; no operation takes as many.
const mostNumbered = 1100

func (f *form) text(name string) *string {
	if vs, ok := f.Values[name]; ok && len(vs) > 0 {
		return &vs[0]
	}
	return nil
}

func (f *form) number(name string) *int32 {
	s := f.text(name)
	if s == nil || *s == "" {
		return nil
	}
	n, err := strconv.ParseInt(*s, 10, 32)
	if err != nil {
		f.err = awswire.ErrMalformed
		return nil
	}
	return new(int32(n))
}

// list reads <name>.1, <name>.2 and so on.
func (f *form) list(name string) []string {
	var l []string
	for i := 1; i <= mostNumbered; i++ {
		s := f.text(name + "." + strconv.Itoa(i))
		if s == nil {
			break
		}
		l = append(l, *s)
	}
	return l
}

// texts reads a map: <name>.1.<key>, <name>.1.<value> and so on.
func (f *form) texts(name, key, value string) map[string]string {
	var m map[string]string
	for i := 1; i <= mostNumbered; i++ {
		prefix := name + "." + strconv.Itoa(i) + "."
		k := f.text(prefix + key)
		if k == nil {
			break
		}
		if m == nil {
			m = map[string]string{}
		}
		m[*k] = text(f.text(prefix + value))
	}
	return m
}

// values reads message attributes: <name>.1.Name, <name>.1.Value.DataType and so on.
func (f *form) values(name string) map[string]value {
	var m map[string]value
	for i := 1; i <= mostNumbered; i++ {
		prefix := name + "." + strconv.Itoa(i) + "."
		k := f.text(prefix + "Name")
		if k == nil {
			break
		}
		v := value{
			DataType: f.text(prefix + "Value.DataType"), StringValue: f.text(prefix + "Value.StringValue"),
			StringListValues: f.list(prefix + "Value.StringListValue"),
		}
		if b := f.text(prefix + "Value.BinaryValue"); b != nil {
			var err error
			if v.BinaryValue, err = base64.StdEncoding.DecodeString(*b); err != nil {
				f.err = awswire.ErrMalformed
			}
		}
		if m == nil {
			m = map[string]value{}
		}
		m[*k] = v
	}
	return m
}

func (f *form) entry(prefix string) entry {
	return entry{
		ID: f.text(prefix + "Id"), ReceiptHandle: f.text(prefix + "ReceiptHandle"),
		VisibilityTimeout: f.number(prefix + "VisibilityTimeout"), MessageBody: f.text(prefix + "MessageBody"),
		DelaySeconds: f.number(prefix + "DelaySeconds"), MessageAttributes: f.values(prefix + "MessageAttribute"),
		SystemAttributes: f.values(prefix + "MessageSystemAttribute"), GroupID: f.text(prefix + "MessageGroupId"),
		DedupID: f.text(prefix + "MessageDeduplicationId"),
	}
}

func (f *form) entries(operation string) []entry {
	var es []entry
	for i := 1; i <= mostNumbered; i++ {
		prefix := operation + "RequestEntry." + strconv.Itoa(i) + "."
		e := f.entry(prefix)
		if e.ID == nil && e.MessageBody == nil && e.ReceiptHandle == nil {
			break
		}
		es = append(es, e)
	}
	return es
}

// parseForm reads the parameters of an operation.
func parseForm(operation string, vs url.Values) (*params, error) {
	f := &form{Values: vs}
	p := &params{
		QueueURL: f.text("QueueUrl"), QueueName: f.text("QueueName"), QueueOwnerAWSAccountID: f.text("QueueOwnerAWSAccountId"),
		QueueNamePrefix: f.text("QueueNamePrefix"), NextToken: f.text("NextToken"), MaxResults: f.number("MaxResults"),
		Attributes: f.texts("Attribute", "Name", "Value"), AttributeNames: f.list("AttributeName"),
		SystemNames: f.list("MessageSystemAttributeName"), MessageNames: f.list("MessageAttributeName"),
		Tags: f.texts("Tag", "Key", "Value"), TagKeys: f.list("TagKey"), Label: f.text("Label"),
		AWSAccountIDs: f.list("AWSAccountId"), Actions: f.list("ActionName"),
		MaxNumberOfMessages: f.number("MaxNumberOfMessages"), WaitTimeSeconds: f.number("WaitTimeSeconds"),
		ReceiveRequestAttemptID: f.text("ReceiveRequestAttemptId"), Entries: f.entries(operation),
		SourceARN: f.text("SourceArn"), DestinationARN: f.text("DestinationArn"),
		MaxPerSecond: f.number("MaxNumberOfMessagesPerSecond"), TaskHandle: f.text("TaskHandle"), entry: f.entry(""),
	}
	return p, f.err
}
