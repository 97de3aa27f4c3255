package snstest

import (
	"context"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func appCases() []Case {
	all := []Case{
		recorded("1", "arn", "the ARN of an app names its platform", appARN),
		observed("12.1", "again", "an app is found again with the same attributes, and refused with others", appAgain),
		recorded("12.1", "names", "a name is 1 to 256 letters, digits, underscores, hyphens and dots", appNames),
		recorded("12.1", "platform", "the platform must be one of eleven", appPlatform),
		recorded("12.1", "no-attributes", "attributes are required, before anything is looked up", appNoAttributes),
		recorded("12.1", "pair", "principal and credential belong together, but for GCM", appPair),
		observed("12.1", "sample-rate", "a sample rate is 0 to 100", appSampleRate),
		recorded("12.1", "credentials-hidden", "credentials are never shown", appHidden),
		recorded("12.1", "merged", "a change keeps what it does not name", appMerged),
		recorded("12.1", "parts", "an ARN has six parts at least", appParts),
		recorded("12.1", "unknown", "an app that does not exist is NotFound", appUnknown),
		recorded("12.1", "delete", "deleting an app twice succeeds; its installations are not listed then", appDelete),
		recorded("2.5", "list", "apps are listed, a hundred on a page", appList),
	}
	for i := range all {
		all[i] = all[i].needs(NeedPlatforms)
	}
	return all
}

const noApp = "PlatformApplication does not exist"

// app makes an app of GCM.
func (e *Env) app(attributes map[string]string) string {
	all := map[string]string{"PlatformCredential": "secret"}
	for name, value := range attributes {
		all[name] = value
	}
	arn, err := e.Platforms.CreateApp(e.Ctx, sns.PlatformGCM, e.name(), all)
	require.NoError(e, err, "CreateApp")
	e.undo = append(e.undo, func(ctx context.Context) { _ = e.Platforms.DeleteApp(ctx, arn) })
	return arn
}

// appName is the name in an app's ARN.
func appName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

func appARN(e *Env) {
	assert.Regexp(e, `^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:app/GCM/[A-Za-z0-9_.-]+$`, e.app(nil))
}

func appAgain(e *Env) {
	arn := e.app(nil)
	again, err := e.Platforms.CreateApp(e.Ctx, sns.PlatformGCM, appName(arn), map[string]string{"PlatformCredential": "secret"})
	e.ok(err)
	assert.Equal(e, arn, again)
	_, err = e.Platforms.CreateApp(e.Ctx, sns.PlatformGCM, appName(arn), map[string]string{"PlatformCredential": "other"})
	e.invalid(err, "Name Reason: An application with the same name but different properties already exists")
}

func appNames(e *Env) {
	create := func(name string) error {
		_, err := e.Platforms.CreateApp(e.Ctx, sns.PlatformGCM, name, map[string]string{"PlatformCredential": "secret"})
		return err
	}
	long := strings.Repeat("x", 257)
	e.invalid(create(long), long+" Reason: must be at most 256 characters long")
	e.invalid(create(""), " Reason: cannot be empty")
	e.invalid(create("bad name"), "bad name Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")
}

func appPlatform(e *Env) {
	_, err := e.Platforms.CreateApp(e.Ctx, "PIGEON", e.name(), map[string]string{"PlatformCredential": "c", "PlatformPrincipal": "p"})
	e.invalid(err, "Platform Reason: PIGEON is not supported")
}

const textNoAttributes = "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null"

func appNoAttributes(e *Env) {
	_, err := e.Platforms.CreateApp(e.Ctx, sns.PlatformGCM, e.name(), nil)
	e.refused(err, sns.ErrValidation, textNoAttributes)
	e.refused(e.Platforms.SetAppAttributes(e.Ctx, e.app(nil)+"-other", nil), sns.ErrValidation, textNoAttributes)
}

func appPair(e *Env) {
	for given, text := range map[string]string{
		"PlatformPrincipal":  "Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential",
		"PlatformCredential": "Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal",
	} {
		_, err := e.Platforms.CreateApp(e.Ctx, sns.PlatformADM, e.name(), map[string]string{given: "x"})
		e.invalid(err, text)
	}
}

func appSampleRate(e *Env) {
	_, err := e.Platforms.CreateApp(e.Ctx, sns.PlatformGCM, e.name(), map[string]string{
		"PlatformCredential": "secret", "SuccessFeedbackSampleRate": "101",
	})
	e.invalid(err, "Attributes Reason: Invalid value for attribute: SuccessFeedbackSampleRate: 101 value provided is not an integer between 0-100")
}

// appShows demands the attributes of an app.
func (e *Env) appShows(arn string, want map[string]string) {
	got, err := e.Platforms.AppAttributes(e.Ctx, arn)
	e.ok(err)
	assert.Equal(e, want, got)
}

func appHidden(e *Env) { e.appShows(e.app(nil), map[string]string{"Enabled": "true"}) }

func appMerged(e *Env) {
	t := e.topic(sns.Config{})
	arn := e.app(map[string]string{"EventDeliveryFailure": t.ARN()})
	e.ok(e.Platforms.SetAppAttributes(e.Ctx, arn, map[string]string{"EventEndpointCreated": t.ARN()}))
	e.appShows(arn, map[string]string{"Enabled": "true", "EventDeliveryFailure": t.ARN(), "EventEndpointCreated": t.ARN()})
}

func appParts(e *Env) {
	const text = "PlatformApplicationArn Reason: An ARN must have at least 6 elements, not 1"
	_, err := e.Platforms.AppAttributes(e.Ctx, "randomarn")
	e.invalid(err, text)
	e.invalid(e.Platforms.SetAppAttributes(e.Ctx, "randomarn", map[string]string{"Enabled": "true"}), text)
}

func appUnknown(e *Env) {
	arn := e.app(nil) + "-other"
	_, err := e.Platforms.AppAttributes(e.Ctx, arn)
	e.refused(err, sns.ErrNotFound, noApp)
	e.refused(e.Platforms.SetAppAttributes(e.Ctx, arn, map[string]string{"Enabled": "true"}), sns.ErrNotFound, noApp)
	_, err = e.Platforms.CreateInstallation(e.Ctx, arn, sns.NewInstallation{Token: "token"})
	e.refused(err, sns.ErrNotFound, noApp)
}

func appDelete(e *Env) {
	arn := e.app(nil)
	e.installed(arn, sns.NewInstallation{Token: "token"})
	e.ok(e.Platforms.DeleteApp(e.Ctx, arn))
	e.ok(e.Platforms.DeleteApp(e.Ctx, arn))
	_, err := e.Platforms.Installations(e.Ctx, arn, "")
	e.refused(err, sns.ErrNotFound, noApp)
}

func appList(e *Env) {
	mine := map[string]bool{}
	for range 101 {
		mine[e.app(nil)] = true
	}
	p, err := e.Platforms.Apps(e.Ctx, "")
	e.ok(err)
	assert.Equal(e, 100, len(p.Apps))
	found := 0
	for token := ""; ; token = p.Next {
		p, err = e.Platforms.Apps(e.Ctx, token)
		e.ok(err)
		for _, a := range p.Apps {
			if mine[a.ARN] {
				found++
				assert.Equal(e, map[string]string{"Enabled": "true"}, a.Attributes)
			}
		}
		if p.Next == "" {
			break
		}
	}
	assert.Equal(e, 101, found)
}
