package sns_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/internal/sign"
)

// Sections 7 and 8: what each kind of endpoint gets, and how it is signed.

// names returns the members of an object in the order of the text.
func names(t *testing.T, text string) []string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	_, err := d.Token()
	require.NoError(t, err)
	all := []string{}
	for d.More() {
		name, err := d.Token()
		require.NoError(t, err)
		var value json.RawMessage
		require.NoError(t, d.Decode(&value))
		all = append(all, name.(string))
	}
	return all
}

func full() sns.Message {
	return sns.Message{Body: "line\n\"é\" <&>", Subject: "Über \"uns\"", Attributes: map[string]sns.Attribute{
		"s": sns.String("x"), "n": sns.Number("99.12"), "b": sns.Binary([]byte{1, 2}), "l": {Type: "String.Array", Text: `["a"]`},
	}}
}

var fullAttributes = map[string]any{
	"s": map[string]any{"Type": "String", "Value": "x"}, "n": map[string]any{"Type": "Number", "Value": "99.12"},
	"b": map[string]any{"Type": "Binary", "Value": "AQI="}, "l": map[string]any{"Type": "String.Array", "Value": `["a"]`},
}

// verifies requires that a subscriber would believe the envelope.
func verifies(t *testing.T, w *world, envelope string) {
	t.Helper()
	cert, path := w.Certificate()
	require.NoError(t, sign.Verify(t.Context(), []byte(envelope), func(_ context.Context, url string) ([]byte, error) {
		require.Equal(t, "https://sns.us-east-1.amazonaws.com"+path, url)
		return cert, nil
	}))
}

func TestQueueEnvelope(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q := w.queue(t, "q")
	sub := subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	w.clk.Advance(1234567 * time.Microsecond)
	p := publishMessage(t, topic, full())
	m := one(t, q)
	require.Empty(t, m.Attributes)
	require.NotEqual(t, p.ID.String(), m.ID.String())
	require.Equal(t, []string{"Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
		"SigningCertURL", "UnsubscribeURL", "MessageAttributes"}, names(t, m.Body))
	e := object(t, m.Body)
	verifies(t, w, m.Body)
	delete(e, "Signature")
	require.Regexp(t, `^https://sns\.us-east-1\.amazonaws\.com/SimpleNotificationService-[0-9a-f]{32}\.pem$`, e["SigningCertURL"])
	delete(e, "SigningCertURL")
	require.Equal(t, map[string]any{
		"Type": "Notification", "MessageId": p.ID.String(), "TopicArn": topic.ARN(), "Subject": full().Subject, "Message": full().Body,
		"Timestamp": "2026-01-01T00:00:01.234Z", "SignatureVersion": "1",
		"UnsubscribeURL":    "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=" + sub.ARN(),
		"MessageAttributes": fullAttributes,
	}, e)
	require.True(t, strings.HasPrefix(m.Body, "{\n  \"Type\" : \"Notification\",\n  \"MessageId\" : "), "the layout that is promised")
	require.Equal(t, "AIDA", m.SenderID[:4])
	publish(t, topic, "m")
	again := one(t, q)
	require.Equal(t, m.SenderID, again.SenderID)
	require.Equal(t, []string{"Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL",
		"UnsubscribeURL"}, names(t, again.Body), "what is not given is absent")
}

// FIFO topics do not sign, and number; also for standard queues.
func TestFIFOEnvelope(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{SignatureVersion: new(2)})
	for _, name := range []string{"q.fifo", "q"} {
		q := w.queue(t, name)
		subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
		m := full()
		m.GroupID, m.DedupID = "g", name
		p := publishMessage(t, topic, m)
		body := one(t, q).Body
		require.Equal(t, []string{"Type", "MessageId", "SequenceNumber", "TopicArn", "Subject", "Message", "Timestamp", "UnsubscribeURL",
			"MessageAttributes"}, names(t, body))
		require.Equal(t, p.SequenceNumber.String(), object(t, body)["SequenceNumber"])
	}
}

func TestRawQueue(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	enveloped := w.queue(t, "enveloped")
	subscribe(t, topic, sns.ToQueue(enveloped.ARN()), sns.SubscriptionConfig{})
	publishMessage(t, topic, full())
	m := one(t, q)
	require.Equal(t, full().Body, m.Body)
	require.Len(t, m.Attributes, 4)
	for name, a := range full().Attributes {
		require.Equal(t, a, sns.Attribute(m.Attributes[name]))
	}
	one(t, enveloped)

	eleven := sns.Message{Body: "m", Attributes: map[string]sns.Attribute{}}
	for c := range 11 {
		eleven.Attributes[string(rune('a'+c))] = sns.String("x")
	}
	j := w.Record()
	publishMessage(t, topic, eleven)
	require.Empty(t, bodies(t, q), "too many for a queue")
	require.Len(t, object(t, one(t, enveloped).Body)["MessageAttributes"], 11)
	require.Equal(t, 1, j.Count(sns.EventLost))
	for e := range j.Events() {
		if e.Kind == sns.EventLost {
			require.Contains(t, e.Reason, "Number of message attributes [11] exceeds the ")
		}
	}
	publishMessage(t, topic, withAttribute("AWS.x", sns.String("x")))
	require.Empty(t, bodies(t, q), "queues do not take such names")
	require.Zero(t, w.clk.Timers(), "and nothing is tried again")
}

func TestWebFormats(t *testing.T) {
	for _, raw := range []bool{false, true} {
		s := &site{}
		w := withSite(s)
		topic := w.topic(t, "x", sns.Config{})
		sub := subscribe(t, topic, sns.ToURL("https://example.com/path?q=1"), sns.SubscriptionConfig{Raw: &raw, DeliveryPolicy: new(
			`{"requestPolicy":{"headerContentType":"application/json"}}`)})
		w.clk.Advance(0)
		posts := s.take()
		require.Len(t, posts, 1)
		require.Equal(t, "https://example.com/path?q=1", posts[0].url)
		e := object(t, posts[0].body)
		verifies(t, w, posts[0].body)
		require.Equal(t, []string{"Type", "MessageId", "Token", "TopicArn", "Message", "SubscribeURL", "Timestamp", "SignatureVersion",
			"Signature", "SigningCertURL"}, names(t, posts[0].body))
		require.Equal(t, "You have chosen to subscribe to the topic "+topic.ARN()+".\nTo confirm the subscription, visit the SubscribeURL "+
			"included in this message.", e["Message"])
		require.Equal(t, "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn="+topic.ARN()+"&Token="+e["Token"].(string),
			e["SubscribeURL"])
		header := func(kind, id, content string, more ...string) map[string][]string {
			h := map[string][]string{
				"X-Amz-Sns-Message-Type": {kind}, "X-Amz-Sns-Message-Id": {id}, "X-Amz-Sns-Topic-Arn": {topic.ARN()}, "Content-Type": {content},
				"User-Agent": {"Amazon Simple Notification Service Agent"}, "Accept-Encoding": {"gzip,deflate"},
			}
			for i := 0; i < len(more); i += 2 {
				h[more[i]] = []string{more[i+1]}
			}
			return h
		}
		const plain, arn = "text/plain; charset=UTF-8", "X-Amz-Sns-Subscription-Arn"
		require.EqualValues(t, header("SubscriptionConfirmation", e["MessageId"].(string), plain), posts[0].header)
		_, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: e["Token"].(string)})
		require.NoError(t, err)
		p := publishMessage(t, topic, full())
		w.clk.Advance(0)
		posts = s.take()
		require.Len(t, posts, 1)
		if raw {
			require.Equal(t, full().Body, posts[0].body)
			require.EqualValues(t, header("Notification", p.ID.String(), "application/json", arn, sub.ARN(), "X-Amz-Sns-Rawdelivery", "true"), posts[0].header)
		} else {
			verifies(t, w, posts[0].body)
			require.EqualValues(t, fullAttributes, object(t, posts[0].body)["MessageAttributes"])
			require.EqualValues(t, header("Notification", p.ID.String(), "application/json", arn, sub.ARN()), posts[0].header)
		}
		require.NoError(t, sub.Unsubscribe(t.Context()))
		sub = w.web(t, s, topic, "https://example.com/", sns.SubscriptionConfig{Raw: &raw})
		_, err = w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(sub.ARN())})
		require.NoError(t, err)
		require.NoError(t, w.Unsubscribe(t.Context(), sub.ARN(), true))
		w.clk.Advance(0)
		posts = s.take()
		verifies(t, w, posts[0].body)
		require.EqualValues(t, header("UnsubscribeConfirmation", object(t, posts[0].body)["MessageId"].(string), plain, arn, sub.ARN()), posts[0].header)
	}
}

// The topic's content type where the subscription has none.
func TestContentTypeOfTheTopic(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{DeliveryPolicy: new(`{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)})
	sub := w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{})
	content := func() string {
		publish(t, topic, "m")
		w.clk.Advance(0)
		return s.take()[0].header.Get("Content-Type")
	}
	require.Equal(t, "application/json", content())
	require.NoError(t, sub.SetAttribute(t.Context(), "DeliveryPolicy", `{"requestPolicy":{"headerContentType":"text/plain"}}`))
	require.Equal(t, "text/plain", content())
	require.NoError(t, sub.SetAttribute(t.Context(), "DeliveryPolicy", ""))
	require.NoError(t, topic.SetAttribute(t.Context(), "DeliveryPolicy", ""))
	require.Equal(t, "text/plain; charset=UTF-8", content())
}

func TestFunctionEvent(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{SignatureVersion: new(2)})
	var events []string
	f := w.Function("f", func(_ context.Context, e sns.FunctionEvent) error {
		text, err := json.Marshal(e)
		events = append(events, string(text))
		return err
	})
	sub := subscribe(t, topic, f, sns.SubscriptionConfig{})
	p := publishMessage(t, topic, full())
	publish(t, topic, "m")
	require.Len(t, events, 2)
	record := func(text string) (map[string]any, map[string]any) {
		all := object(t, text)["Records"].([]any)
		require.Len(t, all, 1)
		r := all[0].(map[string]any)
		e := r["Sns"].(map[string]any)
		delete(r, "Sns")
		require.Equal(t, map[string]any{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": sub.ARN()}, r)
		return r, e
	}
	_, e := record(events[0])
	delete(e, "Signature")
	delete(e, "SigningCertUrl")
	require.Equal(t, map[string]any{
		"Type": "Notification", "MessageId": p.ID.String(), "TopicArn": topic.ARN(), "Subject": full().Subject, "Message": full().Body,
		"Timestamp": "2026-01-01T00:00:00.000Z", "SignatureVersion": "1",
		"UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=" + sub.ARN(),
		"MessageAttributes": map[string]any{
			"s": fullAttributes["s"], "b": fullAttributes["b"], "n": map[string]any{"Type": "String", "Value": "99.12"},
			"l": map[string]any{"Type": "String", "Value": `["a"]`},
		},
	}, e)
	_, e = record(events[1])
	require.Contains(t, e, "Subject")
	require.Nil(t, e["Subject"])
	require.Equal(t, map[string]any{}, e["MessageAttributes"])
}

func TestStreamRecords(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	var records []string
	s := w.Stream("s", func(_ context.Context, record []byte) error { records = append(records, string(record)); return nil })
	sub := subscribe(t, topic, s, sns.SubscriptionConfig{Attributes: map[string]string{"SubscriptionRoleArn": "r"}})
	publishMessage(t, topic, full())
	require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{Raw: new(true)}))
	publishMessage(t, topic, full())
	require.Len(t, records, 2)
	require.Equal(t, []string{"Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "UnsubscribeURL", "MessageAttributes"}, names(t, records[0]))
	require.NotContains(t, records[0], "\n")
	require.Equal(t, full().Body, records[1])
}

func TestEmails(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	plain := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	inJSON := subscribe(t, topic, sns.ToEmailJSON("c@d"), sns.SubscriptionConfig{})
	require.Contains(t, w.Emails("a@b")[0].Body, w.PendingToken(plain.ARN()))
	require.Equal(t, w.PendingToken(inJSON.ARN()), object(t, w.Emails("c@d")[0].Body)["Token"])
	w.confirm(t, plain)
	w.confirm(t, inJSON)
	publishMessage(t, topic, full())
	publish(t, topic, "m")
	mails := w.Emails("a@b")
	require.Len(t, mails, 3)
	require.Equal(t, []string{full().Subject, "AWS Notification Message"}, []string{mails[1].Subject, mails[2].Subject})
	require.True(t, strings.HasPrefix(mails[1].Body, full().Body+"\n"))
	require.Contains(t, mails[1].Body, "Action=Unsubscribe&SubscriptionArn="+plain.ARN())
	require.Equal(t, "a@b", mails[1].To)
	require.Equal(t, plain.ARN(), mails[1].Subscription)
	mails = w.Emails("c@d")
	verifies(t, w, mails[1].Body)
	require.EqualValues(t, fullAttributes, object(t, mails[1].Body)["MessageAttributes"])
	require.Empty(t, w.Emails("nobody"))
}

// Each version verifies, and the topic says which it is. An own key and an own endpoint take the place of the built-in ones.
func TestSignatures(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q := w.queue(t, "q")
	subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	for _, version := range []string{"1", "2", "1"} {
		require.NoError(t, topic.SetAttribute(t.Context(), "SignatureVersion", version))
		for _, m := range []sns.Message{full(), {Body: "m"}} {
			publishMessage(t, topic, m)
			body := one(t, q).Body
			require.Equal(t, version, object(t, body)["SignatureVersion"])
			verifies(t, w, body)
			for _, change := range []string{"Message", "MessageId", "Timestamp", "TopicArn"} {
				forged := regexp.MustCompile(`("`+change+`" : ")`).ReplaceAllString(body, "${1}x")
				cert, _ := w.Certificate()
				require.Error(t, sign.Verify(t.Context(), []byte(forged), func(context.Context, string) ([]byte, error) { return cert, nil }), change)
			}
		}
	}
}

func TestOwnKey(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{}, &key.PublicKey, key)
	require.NoError(t, err)
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	signer, err := sns.NewSigner(key, cert)
	require.NoError(t, err)
	_, err = sns.NewSigner(key, []byte("x"))
	require.Error(t, err)
	w := fake(sns.WithSigner(signer), sns.WithSigner(nil), sns.WithEndpoint("http://127.0.0.1:4566"))
	got, path := w.Certificate()
	require.Equal(t, cert, got)
	topic := w.topic(t, "x", sns.Config{})
	q := w.queue(t, "q")
	sub := subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	publish(t, topic, "m")
	e := object(t, one(t, q).Body)
	require.Equal(t, "http://127.0.0.1:4566"+path, e["SigningCertURL"])
	require.Equal(t, "http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn="+sub.ARN(), e["UnsubscribeURL"])
}
