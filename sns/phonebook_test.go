package sns_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// A number can be opted in once in 30 days, and that counts from when it was. (the text is inferred)
func TestOptIn(t *testing.T) {
	ctx := t.Context()
	clock := inflight.NewFakeClock(time.Time{})
	b := sns.New(sns.WithClock(clock))
	out := func() bool {
		t.Helper()
		is, err := b.OptedOut(ctx, number)
		require.NoError(t, err)
		return is
	}
	require.False(t, out())
	require.NoError(t, b.OptIn(ctx, number), "one that is not opted out") // recorded
	b.OptOut(number)
	b.OptOut(number)
	require.True(t, out())
	require.NoError(t, b.OptIn(ctx, number), "what was no opting in does not count")
	require.False(t, out())
	require.NoError(t, b.OptIn(ctx, number))
	b.OptOut(number)
	clock.Advance(30*24*time.Hour - 1)
	requireRefused(t, b.OptIn(ctx, number), sns.ErrInvalidParameter,
		"Invalid parameter: PhoneNumber Reason: a phone number can be opted in only once every 30 days")
	require.True(t, out())
	clock.Advance(1)
	require.NoError(t, b.OptIn(ctx, number))
	require.False(t, out())
}

func TestNumbersOutOfForm(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	for _, bad := range []string{"", "+", "invalid", "+1a234", "+1-555-1234567"} {
		_, err := b.OptedOut(ctx, bad)
		requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: PhoneNumber Reason: input incorrectly formatted")
		requireRefused(t, b.OptIn(ctx, bad), sns.ErrInvalidParameter, "Invalid parameter: PhoneNumber Reason: input incorrectly formatted")
	}
}

// The list has each number that is opted out, the longest first, 100 on a page.
func TestOptedOutNumbers(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	p, err := b.OptedOutNumbers(ctx, "")
	require.NoError(t, err)
	require.Empty(t, p)
	var want []string
	for i := range 101 {
		n := fmt.Sprintf("+1555%04d", 9999-i)
		b.OptOut(n)
		want = append(want, n)
	}
	p, err = b.OptedOutNumbers(ctx, "")
	require.NoError(t, err)
	require.Equal(t, want[:100], p.Numbers)
	require.NoError(t, b.OptIn(ctx, want[99]))
	p, err = b.OptedOutNumbers(ctx, p.Next)
	require.NoError(t, err)
	require.Equal(t, sns.NumberPage{Numbers: want[100:]}, p)
	_, err = b.OptedOutNumbers(ctx, "x")
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: NextToken")
}

func TestSMSAttributes(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	get := func(names ...string) map[string]string {
		t.Helper()
		m, err := b.SMSAttributes(ctx, names...)
		require.NoError(t, err)
		return m
	}
	require.Equal(t, map[string]string{"MonthlySpendLimit": "1"}, get()) // recorded
	all := map[string]string{
		"MonthlySpendLimit": "20", "DefaultSenderID": "Shop1234567", "DefaultSMSType": "Transactional",
		"DeliveryStatusIAMRole": "arn:aws:iam::123456789012:role/r", "DeliveryStatusSuccessSamplingRate": "100", "UsageReportS3Bucket": "b",
	}
	require.NoError(t, b.SetSMSAttributes(ctx, all))
	require.Equal(t, all, get())
	require.Equal(t, map[string]string{"DefaultSMSType": "Transactional"}, get("DefaultSMSType", "Unknown"))
	get()["DefaultSMSType"] = "changed"
	require.NoError(t, b.SetSMSAttributes(ctx, map[string]string{"UsageReportS3Bucket": "", "DefaultSMSType": "Promotional"}))
	delete(all, "UsageReportS3Bucket")
	all["DefaultSMSType"] = "Promotional"
	require.Equal(t, all, get())

	for _, other := range []sns.Caller{{Region: "eu-west-1"}, {Account: "999999999999"}} {
		m, err := b.SMSAttributes(sns.WithCaller(ctx, other))
		require.NoError(t, err)
		require.Equal(t, map[string]string{"MonthlySpendLimit": "1"}, m) // recorded: per region
	}
}

// These texts have no prefix, and a refusal sets nothing.
func TestSMSAttributeRefusals(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	requireRefused(t, b.SetSMSAttributes(ctx, nil), sns.ErrValidation, noAttributes)
	for _, c := range [][3]string{
		{"InvalidAttribute", "x", "InvalidAttribute is not a valid attribute"}, // recorded
		{"DefaultSendID", "x", "DefaultSendID is not a valid attribute"},       // recorded
		{"DefaultSMSType", "Promo", "DefaultSMSType is invalid"},               // recorded
		{"DefaultSMSType", "", "DefaultSMSType is invalid"},
		{"DefaultSenderID", "", "DefaultSenderID is invalid"},
		{"DefaultSenderID", "123456", "DefaultSenderID is invalid"},
		{"DefaultSenderID", "Shop12345678", "DefaultSenderID is invalid"},
		{"DefaultSenderID", "my-shop", "DefaultSenderID is invalid"},
		{"DeliveryStatusSuccessSamplingRate", "101", "DeliveryStatusSuccessSamplingRate is not an integer between 0-100"},
		{"DeliveryStatusSuccessSamplingRate", "-1", "DeliveryStatusSuccessSamplingRate is not an integer between 0-100"},
		{"DeliveryStatusSuccessSamplingRate", "", "DeliveryStatusSuccessSamplingRate is not an integer between 0-100"},
		{"MonthlySpendLimit", "much", "MonthlySpendLimit is invalid"}, // inferred
	} {
		err := b.SetSMSAttributes(ctx, map[string]string{c[0]: c[1], "DeliveryStatusIAMRole": "r"})
		requireRefused(t, err, sns.ErrInvalidParameter, c[2])
	}
	m, err := b.SMSAttributes(ctx)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"MonthlySpendLimit": "1"}, m)
}

func TestOriginationNumbers(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	for _, most := range []int{0, 1, 30} {
		p, err := b.OriginationNumbers(ctx, "", most)
		require.NoError(t, err)
		require.Empty(t, p)
	}
	_, err := b.OriginationNumbers(ctx, "", 31)
	require.ErrorIs(t, err, sns.ErrValidation)
	_, err = b.OriginationNumbers(ctx, "x", 0)
	require.ErrorIs(t, err, sns.ErrInvalidParameter)
}

// Settings, lists and inboxes of phones are part of a snapshot, and neither of two brokers sees what becomes of the other's.
func TestSnapshotOfPhones(t *testing.T) {
	ctx := t.Context()
	clock := inflight.NewFakeClock(time.Time{})
	b := sns.New(sns.WithClock(clock))
	publishText(t, b, number, sns.Message{Body: "one"})
	require.NoError(t, b.SetSMSAttributes(ctx, map[string]string{"DefaultSenderID": "Shop"}))
	b.OptOut("+1555000001")
	require.NoError(t, b.OptIn(ctx, "+1555000001"))
	b.OptOut("+1555000001")
	require.NoError(t, b.AddSandboxNumber(ctx, "+155500002", ""))
	fork := sns.New(sns.WithClock(clock))
	fork.Restore(b.Snapshot())
	require.Error(t, fork.OptIn(ctx, "+1555000001"), "it remembers the last time")

	publishText(t, b, number, sns.Message{Body: "two"})
	require.NoError(t, b.SetSMSAttributes(ctx, map[string]string{"DefaultSenderID": "Other"}))
	b.OptOut(number)
	password := b.Texts("+155500002")[0].Password
	require.NoError(t, b.VerifySandboxNumber(ctx, "+155500002", password))

	require.Len(t, fork.Texts(number), 1)
	m, err := fork.SMSAttributes(ctx, "DefaultSenderID")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"DefaultSenderID": "Shop"}, m)
	p, err := fork.OptedOutNumbers(ctx, "")
	require.NoError(t, err)
	require.Equal(t, []string{"+1555000001"}, p.Numbers)
	s, err := fork.SandboxNumbers(ctx, "", 0)
	require.NoError(t, err)
	require.Equal(t, []sns.SandboxNumber{{Number: "+155500002"}}, s.Numbers)
	require.NoError(t, fork.VerifySandboxNumber(ctx, "+155500002", password))
}

// Phones belong to accounts: a service has none.
func TestServicesHaveNoPhones(t *testing.T) {
	ctx := sns.WithCaller(t.Context(), sns.Caller{Service: "s3.amazonaws.com"})
	b := sns.New()
	_, publish := b.Publish(ctx, sns.Target{PhoneNumber: number}, sns.Message{Body: "hi"})
	_, attributes := b.SMSAttributes(ctx)
	_, out := b.OptedOut(ctx, number)
	_, list := b.OptedOutNumbers(ctx, "")
	_, in := b.InSandbox(ctx)
	_, sandbox := b.SandboxNumbers(ctx, "", 0)
	_, origin := b.OriginationNumbers(ctx, "", 0)
	for _, err := range []error{
		publish, attributes, out, list, in, sandbox, origin, b.OptIn(ctx, number), b.AddSandboxNumber(ctx, number, ""),
		b.VerifySandboxNumber(ctx, number, "123456"), b.DeleteSandboxNumber(ctx, number),
		b.SetSMSAttributes(ctx, map[string]string{"DefaultSMSType": "Promotional"}),
	} {
		require.ErrorIs(t, err, sns.ErrAuthorization)
	}
	require.Empty(t, b.Texts(number))
}
