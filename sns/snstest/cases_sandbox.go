package snstest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func sandboxCases() []Case {
	const hold = 25 * time.Hour // a verified number can be deleted after 24
	all := []Case{
		documented("13", "status", "the account tells whether it is in the sandbox", sandboxStatus),
		documented("13", "listed", "a number that is added is listed, not verified, until it is deleted", sandboxListed),
		documented("13", "password", "the number gets a one-time password of 5 to 8 digits", sandboxPassword).needs(NeedTexts),
		documented("13", "verified", "the password verifies it", sandboxVerified).needs(NeedTexts).takes(hold),
		documented("13", "wrong-password", "another one does not", sandboxWrongPassword).needs(NeedTexts),
		inferred("13", "added-again", "a number that is added again gets a new password, which is the one that counts", sandboxAgain).
			needs(NeedTexts).takes(hold),
		documented("13", "hold", "a verified number can be deleted 24 hours later", sandboxHold).needs(NeedTexts).takes(hold),
		documented("13", "hold-instant", "24 hours to the instant", sandboxHoldInstant).needs(NeedTexts).instant(),
		documented("13", "ten", "there is room for 10 numbers", sandboxTen),
		documented("15", "opted-out", "a number that has opted out cannot be added", sandboxOptedOut).needs(NeedOptOut),
		observed("13", "bad-number", "a number out of form is refused, and not shown", sandboxBadNumber),
		documented("13", "long-number", "it has 20 characters at most", sandboxLongNumber),
		documented("13", "bad-password", "so is a password that is not 5 to 8 digits", sandboxBadPassword),
		observed("15", "unknown", "a number that was not added can be neither verified nor deleted", sandboxUnknown),
		documented("13", "unverified-gets-nothing", "in the sandbox a number gets what is published to it only once it is verified", sandboxReach).
			needs(NeedSandbox | NeedTexts | NeedDirect).takes(hold),
	}
	for i := range all {
		all[i] = all[i].needs(NeedPhones)
	}
	return all
}

// sandboxed adds a number to the sandbox, from which the end of the case removes it if it can.
func (e *Env) sandboxed() string {
	number := e.phone()
	e.ok(e.Phones.AddSandboxNumber(e.Ctx, number, ""))
	e.undo = append(e.undo, func(ctx context.Context) { _ = e.Phones.DeleteSandboxNumber(ctx, number) })
	return number
}

// sandboxNumbers returns all numbers of the sandbox.
func (e *Env) sandboxNumbers() (all []sns.SandboxNumber) {
	for token := ""; ; {
		p, err := e.Phones.SandboxNumbers(e.Ctx, token, 0)
		e.ok(err)
		if all = append(all, p.Numbers...); p.Next == "" {
			return all
		}
		token = p.Next
	}
}

// isVerified demands that a number of the sandbox is verified, or not.
func (e *Env) isVerified(number string, want bool) {
	assert.Contains(e, e.sandboxNumbers(), sns.SandboxNumber{Number: number, Verified: want})
}

// password returns the last password that a number was sent.
func (e *Env) password(number string) string {
	for _, t := range slices.Backward(e.Texts(number)) {
		if t.Password != "" {
			return t.Password
		}
	}
	require.Fail(e, "the number got no password")
	return ""
}

func sandboxStatus(e *Env) {
	is, err := e.Phones.InSandbox(e.Ctx)
	e.ok(err)
	assert.Equal(e, e.Sandboxed, is)
}

func sandboxListed(e *Env) {
	number := e.sandboxed()
	e.isVerified(number, false)
	e.ok(e.Phones.DeleteSandboxNumber(e.Ctx, number))
	assert.NotContains(e, e.sandboxNumbers(), sns.SandboxNumber{Number: number})
}

func sandboxPassword(e *Env) {
	assert.Regexp(e, "^[0-9]{5,8}$", e.password(e.sandboxed()))
}

// verified adds a number and verifies it.
func (e *Env) verified() string {
	number := e.sandboxed()
	e.ok(e.Phones.VerifySandboxNumber(e.Ctx, number, e.password(number)))
	return number
}

// passHold lets the time pass for which a verified number cannot be deleted.
func (e *Env) passHold() { e.Wait(24*time.Hour + time.Minute) }

func sandboxVerified(e *Env) {
	e.isVerified(e.verified(), true)
	e.passHold()
}

// another returns a password of the same length that is another.
func another(password string) string {
	b := []byte(password)
	b[0] = '0' + (b[0]-'0'+1)%10
	return string(b)
}

func sandboxWrongPassword(e *Env) {
	number := e.sandboxed()
	e.refused(e.Phones.VerifySandboxNumber(e.Ctx, number, another(e.password(number))), sns.ErrVerification, "")
	e.isVerified(number, false)
}

func sandboxAgain(e *Env) {
	number := e.sandboxed()
	first := e.password(number)
	for e.password(number) == first { // one of a million is the same
		e.ok(e.Phones.AddSandboxNumber(e.Ctx, number, ""))
	}
	e.refused(e.Phones.VerifySandboxNumber(e.Ctx, number, first), sns.ErrVerification, "")
	e.ok(e.Phones.VerifySandboxNumber(e.Ctx, number, e.password(number)))
	e.isVerified(number, true)
	e.passHold()
}

func sandboxHold(e *Env) {
	number := e.verified()
	e.refused(e.Phones.DeleteSandboxNumber(e.Ctx, number), sns.ErrUserError, "")
	e.isVerified(number, true)
	e.passHold()
	e.ok(e.Phones.DeleteSandboxNumber(e.Ctx, number))
}

func sandboxHoldInstant(e *Env) {
	number := e.verified()
	e.Wait(24*time.Hour - 1)
	e.refused(e.Phones.DeleteSandboxNumber(e.Ctx, number), sns.ErrUserError, "")
	e.Wait(1)
	e.ok(e.Phones.DeleteSandboxNumber(e.Ctx, number))
}

func sandboxTen(e *Env) {
	number := e.sandboxed()
	for n := len(e.sandboxNumbers()); n < 10; n++ {
		e.sandboxed()
	}
	other := e.phone()
	e.refused(e.Phones.AddSandboxNumber(e.Ctx, other, ""), sns.ErrUserError, "")
	e.ok(e.Phones.AddSandboxNumber(e.Ctx, number, ""))
	e.ok(e.Phones.DeleteSandboxNumber(e.Ctx, number))
	e.ok(e.Phones.AddSandboxNumber(e.Ctx, other, ""))
	e.ok(e.Phones.DeleteSandboxNumber(e.Ctx, other))
}

func sandboxOptedOut(e *Env) {
	number := e.phone()
	e.OptOut(number)
	e.refused(e.Phones.AddSandboxNumber(e.Ctx, number, ""), sns.ErrOptedOut, "")
	assert.NotContains(e, e.sandboxNumbers(), sns.SandboxNumber{Number: number})
	e.ok(e.Phones.OptIn(e.Ctx, number))
}

// onNumber is each call that takes a number of the sandbox.
func (e *Env) onNumber(number string) map[string]error {
	return map[string]error{
		"add":    e.Phones.AddSandboxNumber(e.Ctx, number, ""),
		"verify": e.Phones.VerifySandboxNumber(e.Ctx, number, "123456"),
		"delete": e.Phones.DeleteSandboxNumber(e.Ctx, number),
	}
}

func sandboxBadNumber(e *Env) {
	for _, number := range []string{"+1555123", "1234567890", "+1555-123456", "number"} {
		for _, err := range e.onNumber(number) {
			e.refused(err, sns.ErrValidation, "1 validation error detected: Value at 'phoneNumber' failed to satisfy constraint: Member must "+
				`satisfy regular expression pattern: ^(\+[0-9]{8,}|[0-9]{0,9})$`)
		}
	}
}

func sandboxLongNumber(e *Env) {
	for _, err := range e.onNumber(fmt.Sprintf("+%020d", 1)) {
		e.refused(err, sns.ErrValidation, "")
	}
}

func sandboxBadPassword(e *Env) {
	number := e.sandboxed()
	for _, password := range []string{"1234", "123456789", "12345a"} {
		e.refused(e.Phones.VerifySandboxNumber(e.Ctx, number, password), sns.ErrValidation, "")
	}
}

func sandboxUnknown(e *Env) {
	number := e.phone()
	e.refused(e.Phones.VerifySandboxNumber(e.Ctx, number, "123456"), sns.ErrResourceNotFound, "Resource does not exist")
	e.refused(e.Phones.DeleteSandboxNumber(e.Ctx, number), sns.ErrResourceNotFound, "Resource does not exist")
}

func sandboxReach(e *Env) {
	number := e.sandboxed()
	e.ok(e.text(number, sns.Message{Body: "too early"}))
	e.ok(e.Phones.VerifySandboxNumber(e.Ctx, number, e.password(number)))
	e.ok(e.text(number, sns.Message{Body: "text"}))
	var bodies []string
	for _, t := range e.Texts(number) {
		if t.Password == "" {
			bodies = append(bodies, t.Body)
		}
	}
	assert.Equal(e, []string{"text"}, bodies)
	e.passHold()
}
