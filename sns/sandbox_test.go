package sns_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

func TestSandboxIsOffByDefault(t *testing.T) {
	for want, b := range map[bool]*sns.Broker{false: sns.New(), true: sns.New(sns.WithSMSSandbox())} {
		is, err := b.InSandbox(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, is)
	}
}

// In the sandbox a number gets nothing but passwords, until it is verified.
func TestSandbox(t *testing.T) {
	ctx := t.Context()
	b := sns.New(sns.WithSMSSandbox())
	journal := b.Record()
	publishText(t, b, number, sns.Message{Body: "hi"})
	require.NoError(t, b.AddSandboxNumber(ctx, number, "en-US"))
	publishText(t, b, number, sns.Message{Body: "hi"})
	require.Len(t, b.Texts(number), 1)
	require.Equal(t, 2, journal.Count(sns.EventLost))
	for e := range journal.Events() {
		if e.Kind == sns.EventLost {
			require.Equal(t, "the account is in the SMS sandbox, and the number is not verified", e.Reason)
		}
	}
	first := b.Texts(number)[0]
	require.Regexp(t, "^[0-9]{6}$", first.Password)
	require.Contains(t, first.Body, first.Password)
	require.NoError(t, b.AddSandboxNumber(ctx, number, ""))
	second := b.Texts(number)[1].Password
	require.NotEqual(t, first.Password, second)
	require.ErrorIs(t, b.VerifySandboxNumber(ctx, number, first.Password), sns.ErrVerification, "the last one counts")
	p, err := b.SandboxNumbers(ctx, "", 0)
	require.NoError(t, err)
	require.Equal(t, sns.SandboxPage{Numbers: []sns.SandboxNumber{{Number: number}}}, p)
	require.NoError(t, b.VerifySandboxNumber(ctx, number, second))
	p, err = b.SandboxNumbers(ctx, "", 0)
	require.NoError(t, err)
	require.Equal(t, sns.SandboxPage{Numbers: []sns.SandboxNumber{{Number: number, Verified: true}}}, p)
	publishText(t, b, number, sns.Message{Body: "hi"})
	require.Len(t, b.Texts(number), 3)
}

// A verified number stays for 24 hours, a pending one need not.
func TestDeleteSandboxNumber(t *testing.T) {
	ctx := t.Context()
	clock := inflight.NewFakeClock(time.Time{})
	b := sns.New(sns.WithClock(clock))
	requireRefused(t, b.DeleteSandboxNumber(ctx, number), sns.ErrResourceNotFound, "Resource does not exist")
	requireRefused(t, b.VerifySandboxNumber(ctx, number, "123456"), sns.ErrResourceNotFound, "Resource does not exist")
	require.NoError(t, b.AddSandboxNumber(ctx, number, ""))
	require.NoError(t, b.DeleteSandboxNumber(ctx, number))
	require.NoError(t, b.AddSandboxNumber(ctx, number, ""))
	clock.Advance(24 * time.Hour)
	require.NoError(t, b.VerifySandboxNumber(ctx, number, b.Texts(number)[1].Password))
	clock.Advance(24*time.Hour - 1)
	require.ErrorIs(t, b.DeleteSandboxNumber(ctx, number), sns.ErrUserError)
	clock.Advance(1)
	require.NoError(t, b.DeleteSandboxNumber(ctx, number))
	p, err := b.SandboxNumbers(ctx, "", 0)
	require.NoError(t, err)
	require.Empty(t, p.Numbers)
}

// The sandbox has room for 10 numbers, which are listed by age.
func TestSandboxNumbers(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	var want []sns.SandboxNumber
	for i := range 10 {
		n := fmt.Sprintf("+1555000%d", 9-i)
		require.NoError(t, b.AddSandboxNumber(ctx, n, ""))
		want = append(want, sns.SandboxNumber{Number: n})
	}
	require.ErrorIs(t, b.AddSandboxNumber(ctx, number, ""), sns.ErrUserError)
	require.NoError(t, b.AddSandboxNumber(ctx, want[0].Number, ""), "one that is there already needs no room")
	require.Empty(t, b.Texts(number))
	var got []sns.SandboxNumber
	token := ""
	for range 4 {
		p, err := b.SandboxNumbers(ctx, token, 3)
		require.NoError(t, err)
		got = append(got, p.Numbers...)
		token = p.Next
	}
	require.Empty(t, token)
	require.Equal(t, want, got)
	_, err := b.SandboxNumbers(ctx, "x", 0)
	require.ErrorIs(t, err, sns.ErrInvalidParameter)
	_, err = b.SandboxNumbers(ctx, "", 101)
	requireRefused(t, err, sns.ErrValidation,
		"1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100")
	_, err = b.SandboxNumbers(ctx, "", -1)
	require.ErrorIs(t, err, sns.ErrValidation)
}

func TestSandboxRefusals(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	const detected = "1 validation error detected: "
	const pattern = detected + `Value at 'phoneNumber' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(\+[0-9]{8,}|[0-9]{0,9})$`
	for bad, text := range map[string]string{
		"":                       detected + "Value null at 'phoneNumber' failed to satisfy constraint: Member must not be null",
		"+1555":                  pattern,
		"1234567890":             pattern,
		"+1555-12345":            pattern,
		"++12345678":             pattern,
		"+12345678901234567890":  detected + "Value at 'phoneNumber' failed to satisfy constraint: Member must have length less than or equal to 20",
		"+123456789012345678901": detected + "Value at 'phoneNumber' failed to satisfy constraint: Member must have length less than or equal to 20",
	} {
		requireRefused(t, b.AddSandboxNumber(ctx, bad, ""), sns.ErrValidation, text)
		requireRefused(t, b.VerifySandboxNumber(ctx, bad, "x"), sns.ErrValidation, text)
		requireRefused(t, b.DeleteSandboxNumber(ctx, bad), sns.ErrValidation, text)
	}
	for _, good := range []string{"+12345678", "123456789", "1", "+1234567890123456789"} {
		require.NoError(t, b.AddSandboxNumber(ctx, good, ""))
	}
	require.ErrorIs(t, b.AddSandboxNumber(ctx, number, "xx"), sns.ErrValidation)
	for _, bad := range []string{"", "1234", "123456789", "12345a"} {
		require.ErrorIs(t, b.VerifySandboxNumber(ctx, number, bad), sns.ErrValidation, bad)
	}
	require.ErrorIs(t, b.VerifySandboxNumber(ctx, number, "12345"), sns.ErrResourceNotFound)
	b.OptOut(number)
	require.ErrorIs(t, b.AddSandboxNumber(ctx, number, ""), sns.ErrOptedOut)
	require.Empty(t, b.Texts(number))
}
