package sqshttp

import (
	"bytes"
	"time"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sqs"
)

// params are the parameters of all operations, as the request names them. What is absent is nil.
type params struct {
	QueueURL                *string
	QueueName               *string
	QueueOwnerAWSAccountID  *string
	QueueNamePrefix         *string
	NextToken               *string
	MaxResults              *int32
	Attributes              map[string]string
	AttributeNames          []string
	Tags                    map[string]string // also named tags
	TagKeys                 []string
	Label                   *string
	AWSAccountIDs           []string
	Actions                 []string
	SystemNames             []string
	MessageNames            []string
	MaxNumberOfMessages     *int32
	WaitTimeSeconds         *int32
	ReceiveRequestAttemptID *string
	Entries                 []entry
	SourceARN               *string
	DestinationARN          *string
	MaxPerSecond            *int32
	TaskHandle              *string
	entry
}

// entry are the parameters that a call shares with an entry of its batch.
type entry struct {
	ID                *string
	ReceiptHandle     *string
	VisibilityTimeout *int32
	MessageBody       *string
	DelaySeconds      *int32
	MessageAttributes map[string]value
	SystemAttributes  map[string]value
	GroupID           *string
	DedupID           *string
}

// value is a message attribute. Its lists are reserved.
type value struct {
	DataType         *string
	StringValue      *string
	BinaryValue      []byte
	StringListValues []string
	BinaryListValues []string // in base64
}

// parseJSON reads a JSON object. An empty body counts as an empty object.
func parseJSON(body []byte) (*params, error) {
	p := &params{}
	if len(bytes.TrimSpace(body)) == 0 {
		return p, nil
	}
	in := awswire.NewIn(body)
	if !in.Object(func(name string) { p.member(in, name) }) || in.Err() != nil {
		return nil, awswire.ErrMalformed
	}
	return p, nil
}

func (p *params) member(in *awswire.In, name string) {
	switch name {
	case "QueueUrl":
		p.QueueURL = in.Text()
	case "QueueName":
		p.QueueName = in.Text()
	case "QueueOwnerAWSAccountId":
		p.QueueOwnerAWSAccountID = in.Text()
	case "QueueNamePrefix":
		p.QueueNamePrefix = in.Text()
	case "NextToken":
		p.NextToken = in.Text()
	case "MaxResults":
		p.MaxResults = in.Int32()
	case "Attributes":
		p.Attributes = in.TextMap()
	case "AttributeNames":
		p.AttributeNames = in.Texts()
	case "Tags", "tags":
		p.Tags = in.TextMap()
	case "TagKeys":
		p.TagKeys = in.Texts()
	case "Label":
		p.Label = in.Text()
	case "AWSAccountIds":
		p.AWSAccountIDs = in.Texts()
	case "Actions":
		p.Actions = in.Texts()
	case "MessageSystemAttributeNames":
		p.SystemNames = in.Texts()
	case "MessageAttributeNames":
		p.MessageNames = in.Texts()
	case "MaxNumberOfMessages":
		p.MaxNumberOfMessages = in.Int32()
	case "WaitTimeSeconds":
		p.WaitTimeSeconds = in.Int32()
	case "ReceiveRequestAttemptId":
		p.ReceiveRequestAttemptID = in.Text()
	case "Entries":
		p.Entries = nil
		in.List(func() {
			var e entry
			in.Object(func(name string) { e.member(in, name) })
			p.Entries = append(p.Entries, e)
		})
	case "SourceArn":
		p.SourceARN = in.Text()
	case "DestinationArn":
		p.DestinationARN = in.Text()
	case "MaxNumberOfMessagesPerSecond":
		p.MaxPerSecond = in.Int32()
	case "TaskHandle":
		p.TaskHandle = in.Text()
	default:
		p.entry.member(in, name)
	}
}

func (e *entry) member(in *awswire.In, name string) {
	switch name {
	case "Id":
		e.ID = in.Text()
	case "ReceiptHandle":
		e.ReceiptHandle = in.Text()
	case "VisibilityTimeout":
		e.VisibilityTimeout = in.Int32()
	case "MessageBody":
		e.MessageBody = in.Text()
	case "DelaySeconds":
		e.DelaySeconds = in.Int32()
	case "MessageAttributes":
		e.MessageAttributes = values(in)
	case "MessageSystemAttributes":
		e.SystemAttributes = values(in)
	case "MessageGroupId":
		e.GroupID = in.Text()
	case "MessageDeduplicationId":
		e.DedupID = in.Text()
	default:
		in.Skip()
	}
}

// values reads message attributes.
func values(in *awswire.In) map[string]value {
	m := map[string]value{}
	in.Object(func(name string) {
		var v value
		in.Object(func(member string) {
			switch member {
			case "DataType":
				v.DataType = in.Text()
			case "StringValue":
				v.StringValue = in.Text()
			case "BinaryValue":
				v.BinaryValue = in.Binary()
			case "StringListValues":
				v.StringListValues = in.Texts()
			case "BinaryListValues":
				v.BinaryListValues = in.Texts()
			default:
				in.Skip()
			}
		})
		m[name] = v
	})
	return m
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func number(n *int32) int {
	if n == nil {
		return 0
	}
	return int(*n)
}

// duration turns seconds into a duration.
func duration(n *int32) *time.Duration {
	if n == nil {
		return nil
	}
	return new(time.Duration(*n) * time.Second)
}

// given returns the mark of a parameter that is present and zero.
func given[T comparable](v *T, mark sqs.Given) sqs.Given {
	var zero T
	if v != nil && *v == zero {
		return mark
	}
	return 0
}
