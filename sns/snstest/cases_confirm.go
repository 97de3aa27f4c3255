package snstest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func confirmCases() []Case {
	return []Case{
		recorded("3.8", "confirm", "a good token confirms its subscription", confirmGood).needs(NeedWeb),
		recorded("3.8", "twice", "a token can be used again", confirmTwice).needs(NeedWeb),
		recorded("3.8", "malformed", "what is no token is refused", confirmMalformed),
		recorded("3.8", "malformed-unsigned", "the URL says so in other words", confirmMalformedUnsigned),
		recorded("3.8", "unknown-token", "a well-formed token that nobody has given is refused", confirmUnknown),
		recorded("3.8", "bad-topic", "the topic's ARN must be one, and of this region", confirmBadTopic),
		recorded("3.8", "only-the-token", "only the token decides: the topic need not exist", confirmOnlyToken).needs(NeedWeb),
		documented("3.3", "pending-gets-nothing", "a pending subscription gets nothing, and later nothing of it", confirmPendingGetsNothing).
			needs(NeedWeb),
		inferred("3.3", "asked-again", "subscribing a pending endpoint again asks it again; both tokens are good", confirmAskedAgain).needs(NeedWeb),
		inferred("3.3", "token-ends", "a token is good for 48 hours", confirmTokenEnds).needs(NeedWeb).instant().takes(48 * time.Hour),
		inferred("3.3", "pending-ends", "a subscription that nobody confirms ends after 72 hours", confirmPendingEnds).instant().takes(72 * time.Hour),
		recorded("3.5", "by-visit", "a confirmation by a visit of its URL is not authenticated", confirmByVisit).needs(NeedWeb | NeedVisit),
		recorded("7.3", "request", "the request to confirm has its fields, its text and its URL", confirmRequest).needs(NeedWeb),
		recorded("7.3", "request-header", "it has no header of a subscription, and its content type is fixed", confirmRequestHeader).needs(NeedWeb),
		recorded("7.3", "request-enveloped", "it is enveloped also when delivery is raw", confirmRequestEnveloped).needs(NeedWeb),
		documented("8", "request-signed", "its signature verifies", confirmRequestSigned).needs(NeedWeb | NeedSigning),
		inferred("7.3", "request-retried", "it is tried again as notifications are", confirmRequestRetried).needs(NeedWeb).instant(),
		documented("3.1", "queue-of-another", "a queue of another account gets a token, and confirms with it", confirmOtherAccount).
			needs(NeedCaller).exact(),
		documented("3.1", "email", "an e-mail address gets a token", confirmEmail).needs(NeedEmails).exact(),
	}
}

// anyToken is well-formed.
var anyToken = strings.Repeat("0a1b2c3d", 36)

// confirm confirms with a token.
func (e *Env) confirm(t sns.Topic, token string) (sns.Subscription, error) {
	return e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: t.ARN(), Token: token})
}

func confirmGood(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.page(t, sns.SubscriptionConfig{})
	got, err := e.confirm(t, e.token(path, 1))
	e.ok(err)
	assert.Equal(e, s.ARN(), got.ARN())
	m := e.subAttributes(s)
	assert.Equal(e, "false", m["PendingConfirmation"])
	assert.Equal(e, "true", m["ConfirmationWasAuthenticated"])
	assert.Equal(e, s.ARN(), e.listed(t)[0].ARN)
	e.counts(t, 1, 0, 0)
	e.publish(t, "m")
	assert.Equal(e, "m", envelopeOf(e.arrive(path, 2)[1].Body)["Message"])
}

func confirmTwice(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.page(t, sns.SubscriptionConfig{})
	for range 2 {
		got, err := e.confirm(t, e.token(path, 1))
		e.ok(err)
		assert.Equal(e, s.ARN(), got.ARN())
	}
	e.counts(t, 1, 0, 0)
}

func confirmMalformed(e *Env) {
	t := e.topic(sns.Config{})
	for _, token := range []string{"randomtoken", "", anyToken[1:]} {
		_, err := e.confirm(t, token)
		e.refused(err, sns.ErrInvalidParameter, "Invalid token")
	}
}

func confirmMalformedUnsigned(e *Env) {
	t := e.topic(sns.Config{})
	_, err := e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: t.ARN(), Token: "abc123", Unsigned: true})
	e.invalid(err, "Token")
}

func confirmUnknown(e *Env) {
	t := e.topic(sns.Config{})
	_, err := e.confirm(t, anyToken)
	e.invalid(err, "Token")
	_, err = e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: t.ARN() + "-other", Token: anyToken})
	e.invalid(err, "Token")
}

func confirmBadTopic(e *Env) {
	t := e.topic(sns.Config{})
	for _, bad := range []string{"randomarn", sibling(t.ARN(), 3, elsewhere(t.ARN()))} {
		_, err := e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: bad, Token: anyToken})
		e.invalid(err, "Topic")
	}
}

func confirmOnlyToken(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.page(t, sns.SubscriptionConfig{})
	got, err := e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: t.ARN() + "-other", Token: e.token(path, 1)})
	e.ok(err)
	assert.Equal(e, s.ARN(), got.ARN())
}

func confirmPendingGetsNothing(e *Env) {
	t := e.topic(sns.Config{})
	path, _ := e.page(t, sns.SubscriptionConfig{})
	token := e.token(path, 1)
	e.publish(t, "too early")
	e.Wait(time.Second)
	e.arrive(path, 1)
	_, err := e.confirm(t, token)
	e.ok(err)
	e.publish(t, "m")
	assert.Equal(e, "m", envelopeOf(e.arrive(path, 2)[1].Body)["Message"])
}

func confirmAskedAgain(e *Env) {
	for _, use := range []int{1, 2} {
		t := e.topic(sns.Config{})
		path, s := e.page(t, sns.SubscriptionConfig{})
		e.arrive(path, 1)
		assert.Equal(e, s.ARN(), e.subscribe(t, e.at(path), sns.SubscriptionConfig{}).ARN())
		e.arrive(path, 2)
		token := envelopeOf(e.requests(path)[use-1].Body)["Token"].(string)
		_, err := e.confirm(t, token)
		e.ok(err)
	}
}

func confirmTokenEnds(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.page(t, sns.SubscriptionConfig{})
	token, since := e.token(path, 1), e.Now()
	e.Wait(48*time.Hour - time.Second - e.Now().Sub(since))
	late, _ := e.page(t, sns.SubscriptionConfig{})
	e.token(late, 1)
	e.Wait(time.Second)
	_, err := e.confirm(t, token)
	e.invalid(err, "Token")
	assert.Equal(e, "true", e.subAttributes(s)["PendingConfirmation"])
}

func confirmPendingEnds(e *Env) {
	t := e.topic(sns.Config{})
	s := e.subscribe(t, somebody(), sns.SubscriptionConfig{})
	e.Wait(72*time.Hour - time.Second)
	e.subAttributes(s)
	e.Wait(time.Second)
	e.lost(s)
	assert.Empty(e, e.listed(t))
	e.counts(t, 0, 0, 0)
}

func confirmByVisit(e *Env) {
	t := e.topic(sns.Config{})
	path, s := e.page(t, sns.SubscriptionConfig{})
	e.token(path, 1)
	e.ok(e.Visit(e.Ctx, envelopeOf(e.requests(path)[0].Body)["SubscribeURL"].(string)))
	m := e.subAttributes(s)
	assert.Equal(e, "false", m["PendingConfirmation"])
	assert.Equal(e, "false", m["ConfirmationWasAuthenticated"])
}

func confirmRequest(e *Env) {
	t := e.topic(sns.Config{})
	path, _ := e.page(t, sns.SubscriptionConfig{})
	token := e.token(path, 1)
	body := e.requests(path)[0].Body
	assert.ElementsMatch(e, []string{"Type", "MessageId", "Token", "TopicArn", "Message", "SubscribeURL", "Timestamp",
		"SignatureVersion", "Signature", "SigningCertURL"}, members(body))
	m := envelopeOf(body)
	assert.Equal(e, "SubscriptionConfirmation", m["Type"])
	assert.Equal(e, t.ARN(), m["TopicArn"])
	assert.Equal(e, "You have chosen to subscribe to the topic "+t.ARN()+
		".\nTo confirm the subscription, visit the SubscribeURL included in this message.", m["Message"])
	assert.Contains(e, m["SubscribeURL"], "/?Action=ConfirmSubscription&TopicArn="+t.ARN()+"&Token="+token)
	assert.Regexp(e, `^[0-9a-f]{64,}$`, token)
	assert.Regexp(e, timestamp, m["Timestamp"])
}

func confirmRequestHeader(e *Env) {
	t := e.topic(sns.Config{DeliveryPolicy: new(`{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)})
	path, _ := e.page(t, sns.SubscriptionConfig{})
	e.token(path, 1)
	r := e.requests(path)[0]
	assert.Equal(e, "SubscriptionConfirmation", r.Header.Get("x-amz-sns-message-type"))
	assert.Equal(e, envelopeOf(r.Body)["MessageId"], r.Header.Get("x-amz-sns-message-id"))
	assert.Equal(e, t.ARN(), r.Header.Get("x-amz-sns-topic-arn"))
	assert.Empty(e, r.Header.Values("x-amz-sns-subscription-arn"))
	assert.Equal(e, "text/plain; charset=UTF-8", r.Header.Get("Content-Type"))
}

func confirmRequestEnveloped(e *Env) {
	path, _ := e.page(e.topic(sns.Config{}), raw())
	e.token(path, 1)
	assert.Empty(e, e.requests(path)[0].Header.Values("x-amz-sns-rawdelivery"))
}

func confirmRequestSigned(e *Env) {
	for _, version := range []int{1, 2} {
		path, _ := e.page(e.topic(sns.Config{SignatureVersion: &version}), sns.SubscriptionConfig{})
		e.token(path, 1)
		e.signed(e.requests(path)[0].Body, version)
	}
}

func confirmRequestRetried(e *Env) {
	t := e.topic(sns.Config{})
	path := "/" + e.name()
	e.Web.answer(path, 500)
	e.subscribe(t, e.at(path), sns.SubscriptionConfig{})
	e.arrive(path, 1)
	e.Wait(19 * time.Second)
	e.arrive(path, 1)
	e.Wait(time.Second)
	got := e.arrive(path, 2)
	assert.Equal(e, got[0].Body, got[1].Body)
	_, err := e.confirm(t, e.token(path, 2))
	e.ok(err)
}

func confirmOtherAccount(e *Env) {
	t := e.topic(sns.Config{})
	ctx := e.As(e.Ctx, stranger)
	name := e.name()
	q, err := e.Queues.Create(ctx, name, open())
	e.ok(err)
	defer func() { e.ok(e.Queues.Delete(ctx, q.ARN())) }()
	s := e.subscribe(t, sns.ToQueue(sibling(q.ARN(), 4, stranger)), sns.SubscriptionConfig{})
	assert.True(e, s.Pending())
	got, err := q.Receive(ctx, upTo(10))
	e.ok(err)
	require.Len(e, got, 1)
	m := envelopeOf(got[0].Body)
	require.NotNil(e, m)
	assert.Equal(e, "SubscriptionConfirmation", m["Type"])
	e.ok(q.Delete(ctx, got[0].Receipt))
	_, err = e.confirm(t, m["Token"].(string))
	e.ok(err)
	e.publish(t, "m")
	got, err = q.Receive(ctx, upTo(10))
	e.ok(err)
	assert.Equal(e, []string{"m"}, texts(got))
}

func confirmEmail(e *Env) {
	t := e.topic(sns.Config{})
	to := sns.ToEmail(e.name() + "@example.com")
	s := e.subscribe(t, to, sns.SubscriptionConfig{})
	inbox := e.Emails(to.Address)
	require.Len(e, inbox, 1)
	got, err := e.confirm(t, inbox[0].Token)
	e.ok(err)
	assert.Equal(e, s.ARN(), got.ARN())
	e.publish(t, "m")
	assert.Len(e, e.Emails(to.Address), 2)
}
