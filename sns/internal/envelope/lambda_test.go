package envelope

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns/internal/sign"
)

func TestLambdaEvent(t *testing.T) {
	m, s := message(), signature
	s.Version = sign.V2
	before := `{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"` + subscriptionARN +
		`","Sns":{"Type":"Notification","MessageId":"` + id + `","TopicArn":"` + topicARN + `","Subject":`
	between := `,"Message":"Hello world.","Timestamp":"` + stamp + `","SignatureVersion":"1","Signature":"c2ln","SigningCertUrl":"` +
		signature.CertURL + `","UnsubscribeUrl":"` + unsubscribeURL + `","MessageAttributes":`
	l := NewLambda(m, "Hello world.", s, endpoint)
	require.Equal(t, before+`null`+between+`{}}}]}`, l.For(subscriptionARN))
	m = message()
	m.Subject = "[Subject] Test subject"
	m.Attributes = []Attribute{
		{Name: "a", Type: "Number", Text: "1"}, {Name: "b", Type: "String.Array", Text: "[]"}, {Name: "c", Type: "Binary", Binary: []byte("x")},
		{Name: "d", Type: "Number.int", Text: "2"}, {Name: "e", Type: "String", Text: "s"}, {Name: "f", Type: "String.custom", Text: "s"},
	}
	l = NewLambda(m, "Hello world.", s, endpoint)
	require.Equal(t, before+`"[Subject] Test subject"`+between+`{"a":{"Type":"String","Value":"1"},"b":{"Type":"String","Value":"[]"},`+
		`"c":{"Type":"Binary","Value":"eA=="},"d":{"Type":"String","Value":"2"},"e":{"Type":"String","Value":"s"},`+
		`"f":{"Type":"String.custom","Value":"s"}}}}]}`, l.For(subscriptionARN))
}

// The struct and the JSON say the same, and the struct's own JSON does, too.
func TestLambdaEventsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, text, arn := anyMessage(t), anyText().Draw(t, "message"), anyText().Draw(t, "subscription")
		l := NewLambda(m, text, signature, endpoint)
		e := l.Event(arn)
		require.Equal(t, e, parsed[LambdaEvent](t, l.For(arn)))
		own, err := json.Marshal(e)
		require.NoError(t, err)
		require.JSONEq(t, l.For(arn), string(own))

		sns := e.Records[0].SNS
		require.Equal(t, arn, e.Records[0].EventSubscriptionARN)
		require.Equal(t, UnsubscribeURL(endpoint, arn), sns.UnsubscribeURL)
		require.Equal(t, []any{m.ID, m.TopicARN, present(m.Subject), text, m.Timestamp},
			[]any{sns.MessageID, sns.TopicARN, sns.Subject, sns.Message, sns.Timestamp})
		require.Len(t, sns.MessageAttributes, len(m.Attributes))
		for _, a := range m.Attributes {
			require.Equal(t, a.value(), sns.MessageAttributes[a.Name].Value)
		}
	})
}

// What one function does to its event no other sees.
func TestLambdaEventsAreApart(t *testing.T) {
	m := message()
	m.Subject, m.Attributes = "s", attributes
	l := NewLambda(m, "text", signature, endpoint)
	first := l.Event("a").Records[0].SNS
	*first.Subject = "changed"
	clear(first.MessageAttributes)
	second := l.Event("a").Records[0].SNS
	require.Equal(t, "s", *second.Subject)
	require.Len(t, second.MessageAttributes, 2)
	require.Equal(t, "s", m.Subject)
}
