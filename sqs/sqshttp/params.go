package sqshttp

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sqs"
)

// params are the parameters of all operations, as the request names them. What is absent is nil.
type params struct {
	QueueURL                *string `json:"QueueUrl"`
	QueueName               *string
	QueueOwnerAWSAccountID  *string `json:"QueueOwnerAWSAccountId"`
	QueueNamePrefix         *string
	NextToken               *string
	MaxResults              *int32
	Attributes              map[string]string
	AttributeNames          []string
	Tags                    map[string]string // also named tags
	TagKeys                 []string
	Label                   *string
	AWSAccountIDs           []string `json:"AWSAccountIds"`
	Actions                 []string
	SystemNames             []string `json:"MessageSystemAttributeNames"`
	MessageNames            []string `json:"MessageAttributeNames"`
	MaxNumberOfMessages     *int32
	WaitTimeSeconds         *int32
	ReceiveRequestAttemptID *string `json:"ReceiveRequestAttemptId"`
	Entries                 []entry
	SourceARN               *string `json:"SourceArn"`
	DestinationARN          *string `json:"DestinationArn"`
	MaxPerSecond            *int32  `json:"MaxNumberOfMessagesPerSecond"`
	TaskHandle              *string
	entry
}

// entry are the parameters that a call shares with an entry of its batch.
type entry struct {
	ID                *string `json:"Id"`
	ReceiptHandle     *string
	VisibilityTimeout *int32
	MessageBody       *string
	DelaySeconds      *int32
	MessageAttributes map[string]value
	SystemAttributes  map[string]value `json:"MessageSystemAttributes"`
	GroupID           *string          `json:"MessageGroupId"`
	DedupID           *string          `json:"MessageDeduplicationId"`
}

// value is a message attribute. Its lists are reserved.
type value struct {
	DataType         *string
	StringValue      *string
	BinaryValue      []byte
	StringListValues []string
	BinaryListValues [][]byte
}

// parseJSON reads a JSON object. An empty body counts as an empty object.
func parseJSON(body []byte) (*params, error) {
	p := &params{}
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return p, nil
	}
	if body[0] != '{' || loneSurrogate(body) {
		return nil, awswire.ErrMalformed
	}
	if err := json.Unmarshal(body, p); err != nil {
		return nil, awswire.ErrMalformed
	}
	return p, nil
}

// loneSurrogate reports whether an escape of JSON names half a character, which the decoder would replace silently.
func loneSurrogate(b []byte) bool {
	half := func(i int) int { // 1: first half, 2: second half, 0: neither
		if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' || b[i+2]|0x20 != 'd' {
			return 0
		}
		switch b[i+3] | 0x20 {
		case '8', '9', 'a', 'b':
			return 1
		case 'c', 'd', 'e', 'f':
			return 2
		}
		return 0
	}
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		switch half(i) {
		case 1:
			if half(i+6) != 2 {
				return true
			}
			i += 11
		case 2:
			return true
		default:
			i++ // what is escaped
		}
	}
	return false
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
