package envelope

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns/internal/sign"
)

const token = "2336412f37fb687f5d51e6e2425ba1f2"

func TestConfirmation(t *testing.T) {
	c := Confirm(id, stamp, topicARN, token, endpoint)
	require.Equal(t, `{
  "Type" : "SubscriptionConfirmation",
  "MessageId" : "`+id+`",
  "Token" : "`+token+`",
  "TopicArn" : "`+topicARN+`",
  "Message" : "You have chosen to subscribe to the topic `+topicARN+`.\nTo confirm the subscription, visit the SubscribeURL included in this message.",
  "SubscribeURL" : "`+endpoint+`/?Action=ConfirmSubscription&TopicArn=`+topicARN+`&Token=`+token+`",
  "Timestamp" : "`+stamp+`",
  "SignatureVersion" : "1",
  "Signature" : "c2ln",
  "SigningCertURL" : "`+signature.CertURL+`"
}`, c.JSON(signature))
	require.Equal(t, sign.Fields{
		Type: "SubscriptionConfirmation", MessageID: id, Timestamp: stamp, TopicARN: topicARN, Token: token,
		SubscribeURL: SubscribeURL(endpoint, topicARN, token), Message: c.Signed().Message,
	}, c.Signed())
}

func TestGoodbye(t *testing.T) {
	c := Goodbye(id, stamp, topicARN, subscriptionARN, token, endpoint)
	require.Equal(t, `{
  "Type" : "UnsubscribeConfirmation",
  "MessageId" : "`+id+`",
  "Token" : "`+token+`",
  "TopicArn" : "`+topicARN+`",
  "Message" : "You have chosen to deactivate subscription `+subscriptionARN+`.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.",
  "SubscribeURL" : "`+endpoint+`/?Action=ConfirmSubscription&TopicArn=`+topicARN+`&Token=`+token+`",
  "Timestamp" : "`+stamp+`"
}`, c.JSON(sign.Signature{}))
	require.Equal(t, "UnsubscribeConfirmation", c.Signed().Type)
}

// What goes into a confirmation comes out of its JSON.
func TestConfirmationsComeBack(t *testing.T) {
	type confirmation struct {
		Type, MessageId, Token, TopicArn, Message, SubscribeURL, Timestamp, SignatureVersion, Signature, SigningCertURL string
	}
	rapid.Check(t, func(t *rapid.T) {
		text := anyText()
		s := sign.Signature{Version: "2", Text: text.Draw(t, "signature"), CertURL: text.Draw(t, "url")}
		c := Confirm(text.Draw(t, "id"), text.Draw(t, "timestamp"), text.Draw(t, "topic"), text.Draw(t, "token"), endpoint)
		f := c.Signed()
		require.Equal(t, confirmation{
			f.Type, f.MessageID, f.Token, f.TopicARN, f.Message, f.SubscribeURL, f.Timestamp, "2", s.Text, s.CertURL,
		}, parsed[confirmation](t, c.JSON(s)))
	})
}

// Every envelope that is signed verifies, as a subscriber does it.
func TestSignedEnvelopesVerify(t *testing.T) {
	signer := sign.Builtin()
	fetch := func(v sign.Version, f sign.Fields) sign.Signature {
		text, err := signer.Sign(v, f)
		require.NoError(t, err)
		return sign.Signature{Version: v, Text: text, CertURL: signer.CertURL(endpoint)}
	}
	verify := func(text string) {
		require.NoError(t, sign.Verify(t.Context(), []byte(text), sign.Over(certServer{signer})), text)
	}
	m := message()
	for _, v := range []sign.Version{sign.V1, sign.V2} {
		for _, subject := range []string{"", "a \"subject\""} {
			m.Subject = subject
			s := fetch(v, m.Signed("ünïcode\n<&>"))
			verify(New(m, "ünïcode\n<&>", s, endpoint).For(subscriptionARN))
			l := NewLambda(m, "ünïcode\n<&>", s, endpoint)
			event := l.For(subscriptionARN)
			from := strings.Index(event, `"Sns":`) + len(`"Sns":`)
			verify(event[from : len(event)-len("}]}")])
		}
		for _, c := range []Confirmation{Confirm(id, stamp, topicARN, token, endpoint), Goodbye(id, stamp, topicARN, "s", token, endpoint)} {
			verify(c.JSON(fetch(v, c.Signed())))
		}
	}
	m.SequenceNumber = "1"
	fifo := New(m, "text", fetch(sign.V1, m.Signed("text")), endpoint).For(subscriptionARN)
	require.Error(t, sign.Verify(t.Context(), []byte(fifo), sign.Over(certServer{signer})), "FIFO topics do not sign")
}

type certServer struct{ *sign.Signer }

func (s certServer) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Body: body{strings.NewReader(string(s.Certificate()))}}, nil
}

type body struct{ *strings.Reader }

func (body) Close() error { return nil }

// Recorded, but for those that the transport adds.
func TestHeaders(t *testing.T) {
	want := http.Header{
		"Accept-Encoding": {"gzip,deflate"}, "Content-Type": {"text/plain; charset=UTF-8"},
		"User-Agent": {"Amazon Simple Notification Service Agent"}, "X-Amz-Sns-Message-Id": {id},
		"X-Amz-Sns-Message-Type": {"SubscriptionConfirmation"}, "X-Amz-Sns-Topic-Arn": {topicARN},
	}
	require.Equal(t, want, Confirm(id, stamp, topicARN, token, endpoint).Header())
	want.Set("X-Amz-Sns-Message-Type", "UnsubscribeConfirmation")
	want.Set("X-Amz-Sns-Subscription-Arn", subscriptionARN)
	require.Equal(t, want, Goodbye(id, stamp, topicARN, subscriptionARN, token, endpoint).Header())
	want.Set("X-Amz-Sns-Message-Type", "Notification")
	want.Set("Content-Type", "text/csv")
	require.Equal(t, want, message().Header(subscriptionARN, "text/csv", false))
	want.Set("X-Amz-Sns-Rawdelivery", "true")
	require.Equal(t, want, message().Header(subscriptionARN, "text/csv", true))
}
