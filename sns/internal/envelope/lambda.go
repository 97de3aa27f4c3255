package envelope

import (
	"strings"

	"github.com/inflight-mq/inflight/sns/internal/sign"
)

// LambdaEvent is what a function is called with. Its JSON is the service's, so that it decodes into the types of other libraries.
type LambdaEvent struct {
	Records []LambdaRecord `json:"Records"` // exactly one
}

// LambdaRecord is a record of a [LambdaEvent].
type LambdaRecord struct {
	EventSource          string        `json:"EventSource"`  // aws:sns
	EventVersion         string        `json:"EventVersion"` // 1.0
	EventSubscriptionARN string        `json:"EventSubscriptionArn"`
	SNS                  LambdaMessage `json:"Sns"`
}

// LambdaMessage is the message of a [LambdaRecord].
type LambdaMessage struct {
	Type              string                     `json:"Type"` // Notification
	MessageID         string                     `json:"MessageId"`
	TopicARN          string                     `json:"TopicArn"`
	Subject           *string                    `json:"Subject"` // nil: none
	Message           string                     `json:"Message"`
	Timestamp         string                     `json:"Timestamp"`
	SignatureVersion  string                     `json:"SignatureVersion"` // always 1, whatever the signature is
	Signature         string                     `json:"Signature"`
	SigningCertURL    string                     `json:"SigningCertUrl"`
	UnsubscribeURL    string                     `json:"UnsubscribeUrl"`
	MessageAttributes map[string]LambdaAttribute `json:"MessageAttributes"` // never nil
}

// LambdaAttribute is a message attribute of a [LambdaMessage].
type LambdaAttribute struct {
	Type  string `json:"Type"` // String or Binary
	Value string `json:"Value"`
}

// Lambda is a rendered event, to which only the ARN of a subscription is missing.
type Lambda struct {
	before, between, behind string

	message   *Message
	text      string
	signature sign.Signature
	endpoint  string
}

// NewLambda renders the event for functions. It keeps m, which must not change any more.
func NewLambda(m *Message, text string, s sign.Signature, endpoint string) Lambda {
	o := object{buf: make([]byte, 0, m.size(text, s)), compact: true}
	o.raw(`{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"`)
	first := len(o.buf)
	o.raw(`","Sns":{`)
	o.text("Type", sign.Notification)
	o.text("MessageId", m.ID)
	o.text("TopicArn", m.TopicARN)
	if m.Subject == "" {
		o.name("Subject")
		o.raw("null")
	} else {
		o.text("Subject", m.Subject)
	}
	o.text("Message", text)
	o.text("Timestamp", m.Timestamp)
	o.text("SignatureVersion", string(sign.V1))
	o.text("Signature", s.Text)
	o.text("SigningCertUrl", s.CertURL)
	second := o.open("UnsubscribeUrl", unsubscribe(endpoint))
	o.raw(`"`)
	o.attributes(m.Attributes, lambdaType)
	o.raw("}}]}")
	all := string(o.buf)
	return Lambda{all[:first], all[first:second], all[second:], m, text, s, endpoint}
}

// For returns the event's JSON for a subscription. It allocates once.
func (l *Lambda) For(subscriptionARN string) string {
	arn := escaped(subscriptionARN)
	return l.before + arn + l.between + arn + l.behind
}

// Event returns the event for a subscription. It is the caller's.
func (l *Lambda) Event(subscriptionARN string) LambdaEvent {
	m := l.message
	e := LambdaMessage{
		Type: sign.Notification, MessageID: m.ID, TopicARN: m.TopicARN, Message: l.text, Timestamp: m.Timestamp,
		SignatureVersion: string(sign.V1), Signature: l.signature.Text, SigningCertURL: l.signature.CertURL,
		UnsubscribeURL:    UnsubscribeURL(l.endpoint, subscriptionARN),
		MessageAttributes: make(map[string]LambdaAttribute, len(m.Attributes)),
	}
	if m.Subject != "" {
		e.Subject = new(m.Subject)
	}
	for i := range m.Attributes {
		a := &m.Attributes[i]
		e.MessageAttributes[a.Name] = LambdaAttribute{lambdaType(a.Type), a.value()}
	}
	return LambdaEvent{[]LambdaRecord{{"aws:sns", "1.0", subscriptionARN, e}}}
}

// lambdaType is the type that functions see: numbers and arrays are strings to them.
func lambdaType(kind string) string {
	if kind == "String.Array" || kind == "Number" || strings.HasPrefix(kind, "Number.") {
		return "String"
	}
	return kind
}
