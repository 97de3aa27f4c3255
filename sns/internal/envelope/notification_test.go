package envelope

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns/internal/sign"
)

const (
	topicARN        = "arn:aws:sns:us-east-1:111111111111:t"
	subscriptionARN = topicARN + ":d1c3b0a5-0000-4000-8000-000000000000"
	id              = "165545c9-2a5c-472c-8df2-7ff2be2b3b1b"
	stamp           = "2026-01-02T03:04:05.678Z"
	endpoint        = "https://sns.us-east-1.amazonaws.com"
	unsubscribeURL  = endpoint + "/?Action=Unsubscribe&SubscriptionArn=" + subscriptionARN
)

var (
	signature  = sign.Signature{Version: "1", Text: "c2ln", CertURL: endpoint + "/SimpleNotificationService-0.pem"}
	attributes = []Attribute{
		{Name: "attr2", Type: "Binary", Binary: []byte{1, 2, 0xff}}, {Name: "attr1", Type: "Number", Text: "99.12"},
	}
)

func message() *Message { return &Message{ID: id, TopicARN: topicARN, Timestamp: stamp} }

func TestStandardEnvelope(t *testing.T) {
	m := message()
	require.Equal(t, `{
  "Type" : "Notification",
  "MessageId" : "`+id+`",
  "TopicArn" : "`+topicARN+`",
  "Message" : "say \"<b>&amp;\"\n",
  "Timestamp" : "`+stamp+`",
  "SignatureVersion" : "1",
  "Signature" : "c2ln",
  "SigningCertURL" : "`+signature.CertURL+`",
  "UnsubscribeURL" : "`+unsubscribeURL+`"
}`, New(m, "say \"<b>&amp;\"\n", signature, endpoint).For(subscriptionARN))
	m.Subject, m.Attributes, m.Replayed = "Hello", attributes, true
	require.Equal(t, `{
  "Type" : "Notification",
  "MessageId" : "`+id+`",
  "TopicArn" : "`+topicARN+`",
  "Subject" : "Hello",
  "Message" : "text",
  "Timestamp" : "`+stamp+`",
  "SignatureVersion" : "1",
  "Signature" : "c2ln",
  "SigningCertURL" : "`+signature.CertURL+`",
  "UnsubscribeURL" : "`+unsubscribeURL+`",
  "MessageAttributes" : {
    "attr2" : {"Type":"Binary","Value":"AQL/"},
    "attr1" : {"Type":"Number","Value":"99.12"}
  },
  "Replayed" : true
}`, New(m, "text", signature, endpoint).For(subscriptionARN))
}

func TestFIFOEnvelope(t *testing.T) {
	m := message()
	m.SequenceNumber, m.Subject = "10000000000000000000", "Hello"
	require.Equal(t, `{
  "Type" : "Notification",
  "MessageId" : "`+id+`",
  "SequenceNumber" : "10000000000000000000",
  "TopicArn" : "`+topicARN+`",
  "Subject" : "Hello",
  "Message" : "text",
  "Timestamp" : "`+stamp+`",
  "UnsubscribeURL" : "`+unsubscribeURL+`"
}`, New(m, "text", signature, endpoint).For(subscriptionARN))
}

func TestRecord(t *testing.T) {
	m := message()
	require.Equal(t, `{"Type":"Notification","MessageId":"`+id+`","TopicArn":"`+topicARN+`","Message":"text","Timestamp":"`+stamp+
		`","UnsubscribeURL":"`+unsubscribeURL+`"}`, NewRecord(m, "text", endpoint).For(subscriptionARN))
	m.Subject, m.Attributes = "Hello", attributes
	require.Equal(t, `{"Type":"Notification","MessageId":"`+id+`","TopicArn":"`+topicARN+`","Subject":"Hello","Message":"text","Timestamp":"`+stamp+
		`","UnsubscribeURL":"`+unsubscribeURL+`","MessageAttributes":{"attr2":{"Type":"Binary","Value":"AQL/"},"attr1":{"Type":"Number","Value":"99.12"}}}`,
		NewRecord(m, "text", endpoint).For(subscriptionARN))
}

func TestTimestamps(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "2026-01-02T03:04:05.000Z"},
		{time.Date(2026, 1, 2, 3, 4, 5, 678_999_999, time.FixedZone("east", 3600)), "2026-01-02T02:04:05.678Z"},
		{time.Date(2026, 1, 2, 3, 4, 5, 10_000_000, time.UTC), "2026-01-02T03:04:05.010Z"},
	} {
		require.Equal(t, c.want, Timestamp(c.at))
	}
}

func TestURLs(t *testing.T) {
	require.Equal(t, endpoint, Endpoint("us-east-1"))
	require.Equal(t, "https://sns.cn-north-1.amazonaws.com.cn", Endpoint("cn-north-1"))
	require.Equal(t, unsubscribeURL, UnsubscribeURL(endpoint, subscriptionARN))
	require.Equal(t, endpoint+"/?Action=ConfirmSubscription&TopicArn="+topicARN+"&Token=2336412f", SubscribeURL(endpoint, topicARN, "2336412f"))
}

// anyText draws any valid text, now and then one of letters that JSON or HTML treat specially.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("\x00\x1f\x7f\"\\/<>&'\n\r\t\u2028\u2029\ufeff\U0001F600a"))))
}

func anyMessage(t *rapid.T) *Message {
	text := anyText()
	m := &Message{
		ID: text.Draw(t, "id"), TopicARN: text.Draw(t, "topic"), Timestamp: text.Draw(t, "timestamp"), Replayed: rapid.Bool().Draw(t, "replayed"),
	}
	if rapid.Bool().Draw(t, "has a subject") {
		m.Subject = text.Draw(t, "subject")
	}
	if rapid.Bool().Draw(t, "FIFO") {
		m.SequenceNumber = text.Draw(t, "sequence number")
	}
	for _, name := range rapid.SliceOfNDistinct(text, 0, 4, rapid.ID).Draw(t, "names") {
		a := Attribute{Name: name, Type: rapid.SampledFrom([]string{"String", "Number", "Binary", "Binary.x", "String.Array", "Number.y", `"`}).Draw(t, "type")}
		if strings.HasPrefix(a.Type, "Binary") {
			a.Binary = rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		} else {
			a.Text = text.Draw(t, "text")
		}
		m.Attributes = append(m.Attributes, a)
	}
	return m
}

// parsed reads an object whose members must all be known.
func parsed[T any](t require.TestingT, text string) (v T) {
	require.True(t, utf8.ValidString(text))
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&v), text)
	require.False(t, d.More())
	return v
}

type shown struct{ Type, Value string }

type anyEnvelope struct {
	Type, MessageId, TopicArn, Message, Timestamp, UnsubscribeURL               string
	SequenceNumber, Subject, SignatureVersion, Signature, SigningCertURL, Token *string
	MessageAttributes                                                           map[string]shown
	Replayed                                                                    bool
}

func present(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// expected is the envelope as it should be read, written down naively.
func expected(m *Message, text string, s sign.Signature, arn string) anyEnvelope {
	e := anyEnvelope{
		Type: "Notification", MessageId: m.ID, TopicArn: m.TopicARN, Message: text, Timestamp: m.Timestamp,
		UnsubscribeURL: endpoint + "/?Action=Unsubscribe&SubscriptionArn=" + arn, SequenceNumber: present(m.SequenceNumber),
		Subject: present(m.Subject), Replayed: m.Replayed,
	}
	if m.SequenceNumber == "" && s != (sign.Signature{}) {
		e.SignatureVersion, e.Signature, e.SigningCertURL = new(string(s.Version)), &s.Text, &s.CertURL
	}
	for _, a := range m.Attributes {
		if e.MessageAttributes == nil {
			e.MessageAttributes = map[string]shown{}
		}
		v := a.Text
		if strings.HasPrefix(a.Type, "Binary") {
			v = base64.StdEncoding.EncodeToString(a.Binary)
		}
		e.MessageAttributes[a.Name] = shown{a.Type, v}
	}
	return e
}

// Whatever goes in comes out of every envelope and record, and nothing else does.
func TestEnvelopesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, text, arn := anyMessage(t), anyText().Draw(t, "message"), anyText().Draw(t, "subscription")
		s := sign.Signature{}
		if rapid.Bool().Draw(t, "signed") {
			s = sign.Signature{Version: "2", Text: anyText().Draw(t, "signature"), CertURL: anyText().Draw(t, "url")}
		}
		require.Equal(t, expected(m, text, s, arn), parsed[anyEnvelope](t, New(m, text, s, endpoint).For(arn)))
		record := expected(m, text, sign.Signature{}, arn)
		record.SequenceNumber = nil
		require.Equal(t, record, parsed[anyEnvelope](t, NewRecord(m, text, endpoint).For(arn)))
	})
}

func TestCopiesAllocateOnce(t *testing.T) {
	m := message()
	n, r, l := New(m, "text", signature, endpoint), NewRecord(m, "text", endpoint), NewLambda(m, "text", signature, endpoint)
	require.Equal(t, 1.0, testing.AllocsPerRun(100, func() { sink = n.For(subscriptionARN) }))
	require.Equal(t, 1.0, testing.AllocsPerRun(100, func() { sink = r.For(subscriptionARN) }))
	require.Equal(t, 1.0, testing.AllocsPerRun(100, func() { sink = l.For(subscriptionARN) }))
}

var sink string

func BenchmarkEnvelope(b *testing.B) {
	m := message()
	m.Subject, m.Attributes = "Hello", attributes
	text := strings.Repeat("some text ", 7)
	for name, subscribers := range map[string]int{"1": 1, "1000": 1000} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := New(m, text, signature, endpoint)
				for range subscribers {
					sink = n.For(subscriptionARN)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*subscribers), "ns/copy")
		})
	}
}

func BenchmarkLambda(b *testing.B) {
	b.ReportAllocs()
	m := message()
	m.Attributes = attributes
	for b.Loop() {
		l := NewLambda(m, "text", signature, endpoint)
		sink = l.For(subscriptionARN)
	}
}
