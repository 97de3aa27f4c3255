package snshttp_test

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// The URLs in envelopes, which are visited without credentials.

// endpoint is a world with a topic and an HTTP endpoint, whose requests it keeps.
type endpoint struct {
	*scenario
	topic, sub string
	asked      obj // the request to confirm
}

func newEndpoint(t *testing.T) *endpoint {
	s := newScenario(t, obj{})
	topic := s.topic("t", nil)
	e := &endpoint{s, topic, s.subscribe(topic, "http", "http://example.com/", nil), nil}
	e.asked = parsed(t, e.take().body)
	return e
}

func (e *endpoint) attribute(name string) any {
	e.t.Helper()
	return e.ok(attributesOf, obj{"SubscriptionArn": e.sub})["Attributes"].(obj)[name]
}

func (e *endpoint) unsubscribeURL() string {
	return "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=" + e.sub
}

func TestVisitsNeedNoCredentials(t *testing.T) {
	e := newEndpoint(t)
	require.Equal(t, "true", e.attribute("PendingConfirmation"))
	a := e.visit(e.asked["SubscribeURL"].(string))
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, e.sub, a.data["SubscriptionArn"])
	require.Equal(t, "false", e.attribute("PendingConfirmation"))
	require.Equal(t, "false", e.attribute("ConfirmationWasAuthenticated"))

	require.Equal(t, http.StatusOK, e.visit(e.unsubscribeURL()).status)
	bye := parsed(t, e.take().body)
	require.Equal(t, "UnsubscribeConfirmation", bye["Type"])
	e.refused(404, "NotFound", "Subscription does not exist", attributesOf, obj{"SubscriptionArn": e.sub})
	require.Equal(t, http.StatusOK, e.visit(bye["SubscribeURL"].(string)).status, "it is taken back")
	require.Equal(t, "false", e.attribute("PendingConfirmation"))
}

func TestSignedConfirmationGuards(t *testing.T) {
	for value, guarded := range map[string]bool{"true": true, "TRUE": true, "false": false, "": false} {
		e := newEndpoint(t)
		e.ok("ConfirmSubscription", obj{"TopicArn": e.topic, "Token": e.asked["Token"], "AuthenticateOnUnsubscribe": value})
		require.Equal(t, "true", e.attribute("ConfirmationWasAuthenticated"))
		a := e.visit(e.unsubscribeURL())
		if guarded {
			require.Equal(t, http.StatusForbidden, a.status)
			require.Equal(t, "AuthorizationError", a.error()["Code"])
			e.ok("Unsubscribe", obj{"SubscriptionArn": e.sub})
		} else {
			require.Equal(t, http.StatusOK, a.status, a.text)
		}
		e.refused(404, "NotFound", "Subscription does not exist", attributesOf, obj{"SubscriptionArn": e.sub})
	}
}

// Who does not sign cannot make the service refuse those who don't sign.
func TestUnsignedConfirmationDoesNotGuard(t *testing.T) {
	e := newEndpoint(t)
	require.Equal(t, http.StatusOK, e.visit(e.asked["SubscribeURL"].(string)+"&AuthenticateOnUnsubscribe=true").status)
	require.Equal(t, http.StatusOK, e.visit(e.unsubscribeURL()).status)
}

// A visit happens in the region of the host, and where that says none, of what it names.
func TestRegionOfAVisit(t *testing.T) {
	for host, want := range map[string]int{
		"sns.eu-west-1.amazonaws.com": 200, "sns.eu-west-1.localhost.localstack.cloud:4566": 200, "localhost:4566": 200,
		"sns.test": 200, "127.0.0.1": 200, "sns.us-east-1.amazonaws.com": 400,
	} {
		w := newWorld(t)
		there := w.by("AKIDEXAMPLE", "any", "eu-west-1")
		topic := there.topic("t", nil)
		sub := there.subscribe(topic, "email", "a@example.com", nil)
		a := w.visit("http://" + host + "/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=" + w.r.SNS().PendingToken(sub))
		require.Equal(t, want, a.status, "%s: %s", host, a.text)
	}
}

// With credentials nothing else is done for who does not sign.
func TestOnlyVisitsNeedNoCredentials(t *testing.T) {
	e := newEndpoint(t)
	anonymous := e.by("", "", "")
	anonymous.refused(403, "MissingAuthenticationToken", "Request is missing Authentication Token", "Publish", obj{"TopicArn": e.topic, "Message": "m"})
	a := anonymous.at("/?Action=DeleteTopic&Version=2010-03-31&TopicArn="+e.topic).send("", http.MethodGet, "")
	require.Equal(t, http.StatusForbidden, a.status)
	e.by("AKIDEXAMPLE", "wrong", us).refused(403, "SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "+
			"Consult the service documentation for details.", "Unsubscribe", obj{"SubscriptionArn": e.sub})
	e.by("AKIDUNKNOWN", secret, us).refused(403, "InvalidClientTokenId", "The security token included in the request is invalid.",
		"ConfirmSubscription", obj{"TopicArn": e.topic, "Token": e.asked["Token"]})
	require.Equal(t, "arn:aws:iam::111111111111:user/tester", e.attribute("SubscriptionPrincipal"))
}

func TestCertificate(t *testing.T) {
	w := newWorld(t, inflight.WithSNS(sns.WithEndpoint("http://localhost:4566")), inflight.WithCredentials(sqshttp.Credential{
		AccessKey: "AKIDEXAMPLE", Secret: secret,
	}))
	signing := w.by("AKIDEXAMPLE", secret, us)
	topic, _, _ := signing.fanOut("t", "q", nil)
	signing.ok("Publish", obj{"TopicArn": topic, "Message": "m"})
	where := parsed(t, w.bodies("q")[0])["SigningCertURL"].(string)
	require.True(t, strings.HasPrefix(where, "http://localhost:4566/"), where)
	a := w.visit(where)
	require.Equal(t, http.StatusOK, a.status)
	require.Equal(t, "application/x-pem-file", a.header.Get("Content-Type"))
	block, rest := pem.Decode([]byte(a.text))
	require.Empty(t, rest)
	_, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, w.visit("http://localhost:4566/other.pem").status)
	head := w.at(strings.TrimPrefix(where, "http://localhost:4566")).send("", http.MethodPost, "")
	require.Equal(t, http.StatusBadRequest, head.status)
}
