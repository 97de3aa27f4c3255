package snstest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func smsCases() []Case {
	all := []Case{
		recorded("13", "spend-limit", "the monthly spend limit is shown", smsSpendLimit),
		recorded("13", "selected", "a list selects attributes", smsSelected),
		recorded("13", "set", "what is set is shown", smsSet),
		recorded("13", "bad-number", "a number out of form cannot be published to", smsBadNumber).needs(NeedDirect),
		observed("13", "bad-opted-out", "nor asked for", smsBadOptedOut),
		recorded("13", "opt-in-unknown", "a number that is not opted out can be opted in", smsOptInUnknown),
		recorded("13", "opt-in-bad", "one out of form cannot", smsOptInBad),
		documented("13", "opted-out", "a number that has opted out is told and listed, until it is opted in", smsOptedOut).needs(NeedOptOut),
		inferred("13", "opted-out-gets-nothing", "it gets nothing, and the publish succeeds", smsOptedOutGetsNothing).
			needs(NeedOptOut | NeedTexts | NeedDirect),
		documented("13", "opt-in-again", "a number can be opted in once in 30 days", smsOptInAgain).needs(NeedOptOut).takes(31 * 24 * time.Hour),
		documented("13", "direct", "a phone gets what is published to it, as it is", smsDirect).needs(NeedTexts | NeedDirect),
		documented("7.7", "topic", "a topic's text has the display name before it, in upper case", smsTopic).needs(NeedTexts),
		documented("13", "longest", "a text has 1,600 characters at most", smsLongest).needs(NeedDirect),
		documented("13", "options", "message attributes say sender and type", smsOptions).needs(NeedTexts | NeedDirect),
		documented("13", "structured", "of a structured message the phone gets the text for sms", smsStructured).needs(NeedTexts | NeedDirect),
	}
	for _, row := range []struct{ source, name, attribute, value, text string }{
		{"recorded 13", "unknown", "Colour", "red", "Colour is not a valid attribute"},
		{"recorded 13", "type", "DefaultSMSType", "Urgent", "DefaultSMSType is invalid"},
		{"observed 13", "sender-digits", "DefaultSenderID", "123", "DefaultSenderID is invalid"},
		{"observed 13", "sender-long", "DefaultSenderID", strings.Repeat("x", 12), "DefaultSenderID is invalid"},
		{"observed 13", "rate", "DeliveryStatusSuccessSamplingRate", "101", "DeliveryStatusSuccessSamplingRate is not an integer between 0-100"},
	} {
		all = append(all, Case{
			Name: "refused-" + row.name, Source: row.source, Rule: "the attribute " + row.attribute + " cannot be set so; the text has no prefix",
			Run: func(e *Env) {
				err := e.Phones.SetSMSAttributes(e.Ctx, map[string]string{row.attribute: row.value})
				e.refused(err, sns.ErrInvalidParameter, row.text)
			},
		})
	}
	for i := range all {
		if all[i] = all[i].needs(NeedPhones); all[i].Needs&NeedTexts != 0 {
			all[i] = all[i].needs(NeedReach)
		}
	}
	return all
}

// phone invents a number.
func (e *Env) phone() string {
	var n uint32
	_, _ = fmt.Sscanf(e.id, "%x", &n)
	return fmt.Sprintf("+1%010d", uint64(n)*100%10_000_000_000+uint64(e.number()%100))
}

func smsSpendLimit(e *Env) {
	m, err := e.Phones.SMSAttributes(e.Ctx)
	e.ok(err)
	assert.NotEmpty(e, m["MonthlySpendLimit"])
}

func smsSelected(e *Env) {
	m, err := e.Phones.SMSAttributes(e.Ctx, "MonthlySpendLimit", "DeliveryStatusIAMRole")
	e.ok(err)
	assert.Contains(e, m, "MonthlySpendLimit")
	assert.NotContains(e, m, "DefaultSMSType")
}

func smsSet(e *Env) {
	e.undo = append(e.undo, func(ctx context.Context) {
		_ = e.Phones.SetSMSAttributes(ctx, map[string]string{"DefaultSMSType": "Promotional"})
	})
	e.ok(e.Phones.SetSMSAttributes(e.Ctx, map[string]string{"DefaultSMSType": "Transactional"}))
	m, err := e.Phones.SMSAttributes(e.Ctx, "DefaultSMSType")
	e.ok(err)
	assert.Equal(e, map[string]string{"DefaultSMSType": "Transactional"}, m)
}

// text publishes to a phone.
func (e *Env) text(number string, m sns.Message) error {
	_, err := e.Publish(e.Ctx, sns.Target{PhoneNumber: number}, m)
	return err
}

func smsBadNumber(e *Env) {
	for _, number := range []string{"+1a234", "NAA+15551234567"} {
		e.invalid(e.text(number, sns.Message{Body: "m"}), "PhoneNumber Reason: "+number+" is not valid to publish to")
	}
}

const textBadNumber = "PhoneNumber Reason: input incorrectly formatted"

func smsBadOptedOut(e *Env) {
	_, err := e.Phones.OptedOut(e.Ctx, "+1a234")
	e.invalid(err, textBadNumber)
}

func smsOptInUnknown(e *Env) {
	number := e.phone()
	e.ok(e.Phones.OptIn(e.Ctx, number))
	out, err := e.Phones.OptedOut(e.Ctx, number)
	e.ok(err)
	assert.False(e, out)
}

func smsOptInBad(e *Env) { e.invalid(e.Phones.OptIn(e.Ctx, "+1a234"), textBadNumber) }

// isOut demands that a number is opted out, or not.
func (e *Env) isOut(number string, want bool) {
	out, err := e.Phones.OptedOut(e.Ctx, number)
	e.ok(err)
	assert.Equal(e, want, out)
	p, err := e.Phones.OptedOutNumbers(e.Ctx, "")
	e.ok(err)
	if want {
		assert.Contains(e, p.Numbers, number)
	} else {
		assert.NotContains(e, p.Numbers, number)
	}
}

func smsOptedOut(e *Env) {
	number := e.phone()
	e.isOut(number, false)
	e.OptOut(number)
	e.isOut(number, true)
	e.ok(e.Phones.OptIn(e.Ctx, number))
	e.isOut(number, false)
}

func smsOptedOutGetsNothing(e *Env) {
	t := e.topic(sns.Config{})
	number := e.phone()
	e.subscribe(t, sns.ToPhone(number), sns.SubscriptionConfig{})
	e.OptOut(number)
	e.ok(e.text(number, sns.Message{Body: "m"}))
	e.publish(t, "m")
	assert.Empty(e, e.Texts(number))
	assert.Len(e, e.listed(t), 1)
	e.ok(e.Phones.OptIn(e.Ctx, number))
	e.ok(e.text(number, sns.Message{Body: "m"}))
	assert.Len(e, e.Texts(number), 1)
}

func smsOptInAgain(e *Env) {
	number := e.phone()
	e.OptOut(number)
	e.ok(e.Phones.OptIn(e.Ctx, number))
	e.OptOut(number)
	e.invalid(e.Phones.OptIn(e.Ctx, number), "")
	e.Wait(30*24*time.Hour + time.Hour)
	e.ok(e.Phones.OptIn(e.Ctx, number))
}

// texted demands the texts that a phone got.
func (e *Env) texted(number string, want ...string) []sns.Text {
	got := e.Texts(number)
	bodies := []string{}
	for _, t := range got {
		bodies = append(bodies, t.Body)
	}
	require.Equal(e, want, bodies)
	return got
}

func smsDirect(e *Env) {
	number := e.phone()
	e.ok(e.text(number, sns.Message{Body: "text"}))
	e.texted(number, "text")
}

func smsTopic(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("MyTopic")})
	number := e.phone()
	e.subscribe(t, sns.ToPhone(number), sns.SubscriptionConfig{})
	e.publish(t, "text")
	got := e.Texts(number)
	require.NotEmpty(e, got)
	assert.Equal(e, "MYTOPIC> text", got[0].Body)
}

func smsLongest(e *Env) {
	number := e.phone()
	e.ok(e.text(number, sns.Message{Body: strings.Repeat("x", 1600)}))
	e.invalid(e.text(number, sns.Message{Body: strings.Repeat("x", 1601)}), "")
}

func smsOptions(e *Env) {
	number := e.phone()
	e.ok(e.text(number, sns.Message{Body: "text", Attributes: map[string]sns.Attribute{
		"AWS.SNS.SMS.SenderID": sns.String("Me"), "AWS.SNS.SMS.SMSType": sns.String("Transactional"),
	}}))
	got := e.texted(number, "text")[0]
	assert.Equal(e, "Me", got.SenderID)
	assert.Equal(e, "Transactional", got.Type)
}

func smsStructured(e *Env) {
	number := e.phone()
	e.ok(e.text(number, sns.Message{Structure: "json", Body: `{"default":"for all","sms":"for phones"}`}))
	e.texted(number, "for phones")
}
