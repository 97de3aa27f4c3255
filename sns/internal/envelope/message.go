// Package envelope renders what topics deliver, in the form that each kind of endpoint gets. All functions are pure, and all
// values may be used concurrently.
//
// What a topic sends to n subscribers differs only in their ARNs. So the parts before and behind them are rendered once, by a
// constructor, and the copy for a subscriber is one concatenation: see [Notification.For].
package envelope

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/internal/jsontext"
	"github.com/inflight-mq/inflight/sns/internal/sign"
)

// Endpoint returns where the service answers in a region, without a slash at the end.
func Endpoint(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "https://sns." + region + ".amazonaws.com.cn"
	}
	return "https://sns." + region + ".amazonaws.com"
}

// UnsubscribeURL returns the URL that ends a subscription when visited.
func UnsubscribeURL(endpoint, subscriptionARN string) string {
	return unsubscribe(endpoint) + subscriptionARN
}

func unsubscribe(endpoint string) string { return endpoint + "/?Action=Unsubscribe&SubscriptionArn=" }

// SubscribeURL returns the URL that confirms a subscription when visited.
func SubscribeURL(endpoint, topicARN, token string) string {
	return endpoint + "/?Action=ConfirmSubscription&TopicArn=" + topicARN + "&Token=" + token
}

// Timestamp returns a time as envelopes show it: UTC, three decimals, Z. What is finer is cut off.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// Message is a published message, less its text, which may differ from protocol to protocol.
type Message struct {
	ID             string
	TopicARN       string
	Subject        string // empty: none
	Timestamp      string // see [Timestamp]
	SequenceNumber string // of FIFO topics; its presence makes the envelopes those of a FIFO topic, without signature
	Attributes     []Attribute
	Replayed       bool
}

// Attribute is a message attribute. Envelopes show them in the order given, and names must differ.
type Attribute struct {
	Name, Type string
	Text       string
	Binary     []byte // instead of Text if Type is Binary, with or without a label
}

// value returns the value as envelopes show it.
func (a *Attribute) value() string {
	if a.Type == "Binary" || strings.HasPrefix(a.Type, "Binary.") {
		return base64.StdEncoding.EncodeToString(a.Binary)
	}
	return a.Text
}

// Signed returns what a signature of the message with this text covers.
func (m *Message) Signed(text string) sign.Fields {
	return sign.Fields{
		Type: sign.Notification, Message: text, MessageID: m.ID, Subject: m.Subject, Timestamp: m.Timestamp, TopicARN: m.TopicARN,
	}
}

// size is a guess, not too low, at the bytes of an envelope.
func (m *Message) size(text string, s sign.Signature) int {
	n := 512 + len(text) + len(text)/8 + len(m.Subject) + 2*len(m.TopicARN) + len(s.Text) + len(s.CertURL)
	for _, a := range m.Attributes {
		n += 48 + len(a.Name) + len(a.Type) + len(a.Text) + len(a.Binary)*4/3
	}
	return n
}

// escaped returns the inside of a JSON string. ARNs mostly are their own.
func escaped(s string) string {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted := jsontext.Append(nil, s)
			return string(quoted[1 : len(quoted)-1])
		}
	}
	return s
}
