package snstest

import (
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func installationCases() []Case {
	all := []Case{
		recorded("12.2", "attributes", "an installation shows its token, that it is enabled, and its data if it has any", installationAttributes),
		recorded("12.2", "data-both-ways", "of data given both ways those in the attributes win", installationBothWays),
		recorded("12.2", "again", "a token with the same attributes is the same installation, defaults spelled out or not", installationAgain),
		recorded("12.2", "taken", "a token with other attributes is refused, with the ARN of who has it", installationTaken),
		recorded("12.2", "taken-now", "what is compared are the attributes in force", installationTakenNow),
		observed("12.2", "no-token", "a token is required", installationNoToken),
		recorded("12.2", "unknown-attribute", "unknown attributes are refused", installationUnknownAttribute),
		recorded("12.2", "data-size", "data have 2,048 bytes at most", installationDataSize),
		recorded("12.2", "unknown", "an installation that does not exist is NotFound", installationUnknown),
		recorded("12.2", "slashes", "the ARN of an installation has its slashes", installationSlashes),
		observed("12.2", "id", "and an id of 36 characters", installationID),
		recorded("12.2", "set-nothing", "attributes to change are required", installationSetNothing),
		recorded("12.2", "delete", "deleting twice succeeds, and subscriptions stay", installationDelete),
		recorded("12.2", "list", "installations are listed with their attributes", installationList),
		observed("3.1", "subscribe-other", "what is no installation cannot be subscribed", installationSubscribeOther),
		observed("3.1", "subscribe-deleted", "nor can one that was deleted", installationSubscribeDeleted),
		recorded("4.2", "publish-unknown", "a publish to an installation that does not exist is InvalidParameter", pushUnknown).needs(NeedDirect),
		observed("4.2", "publish-disabled", "one to a disabled installation is EndpointDisabled", pushDisabled).needs(NeedDirect),
		documented("12.3", "publish-app-disabled", "one through a disabled app is PlatformApplicationDisabled", pushAppDisabled).needs(NeedDirect),
		documented("12.4", "direct", "an installation gets what is published to it", pushDirect).needs(NeedDirect | NeedPushes),
		documented("12.4", "structured", "of a structured message it gets the text of its platform", pushStructured).needs(NeedDirect | NeedPushes),
		documented("4.5", "no-default", "which is enough without default", pushNoDefault).needs(NeedDirect | NeedPushes),
		documented("3.1", "topic", "an installation can be subscribed, and is confirmed at once", pushTopic).needs(NeedPushes),
		documented("12.3", "topic-disabled", "a topic's message to a disabled one fails without an error", pushTopicDisabled).needs(NeedPushes),
		documented("12.3", "dead-token", "the service disables an installation whose token the platform calls dead", pushDead).
			needs(NeedDirect | NeedTokens),
		documented("12.3", "events", "topics that the app names are told of installations", pushEvents),
	}
	for i := range all {
		all[i] = all[i].needs(NeedPlatforms)
	}
	return all
}

// installed registers a token with an app.
func (e *Env) installed(app string, i sns.NewInstallation) string {
	arn, err := e.Platforms.CreateInstallation(e.Ctx, app, i)
	require.NoError(e, err, "CreateInstallation")
	return arn
}

// installation makes an installation of an app of its own.
func (e *Env) installation() string {
	return e.installed(e.app(nil), sns.NewInstallation{Token: "token"})
}

// installationShows demands the attributes of an installation.
func (e *Env) installationShows(arn string, want map[string]string) {
	got, err := e.Platforms.InstallationAttributes(e.Ctx, arn)
	e.ok(err)
	assert.Equal(e, want, got)
}

func (e *Env) disable(arn string) {
	e.ok(e.Platforms.SetInstallationAttributes(e.Ctx, arn, map[string]string{"Enabled": "false"}))
}

func installationAttributes(e *Env) {
	app := e.app(nil)
	a, b := e.installed(app, sns.NewInstallation{Token: "a"}), e.installed(app, sns.NewInstallation{Token: "b", UserData: "data"})
	assert.Regexp(e, `^`+strings.Replace(app, ":app/", ":endpoint/", 1)+`/[0-9a-f-]{36}$`, a)
	e.installationShows(a, map[string]string{"Enabled": "true", "Token": "a"})
	e.installationShows(b, map[string]string{"Enabled": "true", "Token": "b", "CustomUserData": "data"})
}

func installationBothWays(e *Env) {
	i := e.installed(e.app(nil), sns.NewInstallation{Token: "a", UserData: "one", Attributes: map[string]string{"CustomUserData": "two"}})
	e.installationShows(i, map[string]string{"Enabled": "true", "Token": "a", "CustomUserData": "two"})
}

func installationAgain(e *Env) {
	app := e.app(nil)
	i := e.installed(app, sns.NewInstallation{Token: "a"})
	assert.Equal(e, i, e.installed(app, sns.NewInstallation{Token: "a"}))
	assert.Equal(e, i, e.installed(app, sns.NewInstallation{Token: "a", Attributes: map[string]string{"Enabled": "true"}}))
}

func (e *Env) taken(app, by string, i sns.NewInstallation) {
	_, err := e.Platforms.CreateInstallation(e.Ctx, app, i)
	e.invalid(err, "Token Reason: Endpoint "+by+" already exists with the same Token, but different attributes.")
}

func installationTaken(e *Env) {
	app := e.app(nil)
	i := e.installed(app, sns.NewInstallation{Token: "a"})
	e.taken(app, i, sns.NewInstallation{Token: "a", UserData: "data"})
	e.taken(app, i, sns.NewInstallation{Token: "a", Attributes: map[string]string{"Enabled": "false"}})
}

func installationTakenNow(e *Env) {
	app := e.app(nil)
	i := e.installed(app, sns.NewInstallation{Token: "a"})
	e.disable(i)
	e.taken(app, i, sns.NewInstallation{Token: "a"})
}

func installationNoToken(e *Env) {
	app := e.app(nil)
	_, err := e.Platforms.CreateInstallation(e.Ctx, app, sns.NewInstallation{})
	e.invalid(err, "Token Reason: cannot be empty")
	_, err = e.Platforms.CreateInstallation(e.Ctx, app, sns.NewInstallation{Token: "a", Attributes: map[string]string{"Token": ""}})
	e.invalid(err, "Attributes Reason: Invalid value for attribute: Token: cannot be empty")
}

func installationUnknownAttribute(e *Env) {
	_, err := e.Platforms.CreateInstallation(e.Ctx, e.app(nil), sns.NewInstallation{Token: "a", Attributes: map[string]string{"Colour": "red"}})
	e.invalid(err, "Attributes Reason: Invalid attribute name: Colour")
}

func installationDataSize(e *Env) {
	app := e.app(nil)
	e.installed(app, sns.NewInstallation{Token: "a", UserData: strings.Repeat("ä", 1024)})
	_, err := e.Platforms.CreateInstallation(e.Ctx, app, sns.NewInstallation{Token: "b", UserData: strings.Repeat("x", 2049)})
	e.invalid(err, "Attributes Reason: Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 encoding")
}

// elsewhereInstalled is the ARN of an installation that does not exist, of an app that does.
func (e *Env) elsewhereInstalled() string {
	arn := e.installation()
	return arn[:len(arn)-36] + noUUID
}

func installationUnknown(e *Env) {
	arn := e.elsewhereInstalled()
	_, err := e.Platforms.InstallationAttributes(e.Ctx, arn)
	e.refused(err, sns.ErrNotFound, "Endpoint does not exist")
	e.refused(e.Platforms.SetInstallationAttributes(e.Ctx, arn, map[string]string{"Enabled": "true"}), sns.ErrNotFound, "Endpoint does not exist")
}

func installationSlashes(e *Env) {
	app := e.app(nil)
	_, err := e.Platforms.InstallationAttributes(e.Ctx, strings.Replace(app, ":app/", ":endpoint/", 1))
	e.invalid(err, "EndpointArn Reason: Wrong number of slashes in relative portion of the ARN.")
}

func installationID(e *Env) {
	arn := e.installation()
	const text = "EndpointArn Reason: ARN specifies an invalid endpointId: UUID must be encoded in exactly 36 characters."
	_, err := e.Platforms.InstallationAttributes(e.Ctx, arn[:len(arn)-1])
	e.invalid(err, text)
	e.invalid(e.Platforms.DeleteInstallation(e.Ctx, arn[:len(arn)-1]), text)
}

func installationSetNothing(e *Env) {
	e.refused(e.Platforms.SetInstallationAttributes(e.Ctx, e.installation(), nil), sns.ErrValidation, textNoAttributes)
}

func installationDelete(e *Env) {
	t := e.topic(sns.Config{})
	i := e.installation()
	s := e.subscribe(t, sns.ToApp(i), sns.SubscriptionConfig{})
	for range 2 {
		e.ok(e.Platforms.DeleteInstallation(e.Ctx, i))
	}
	e.subAttributes(s)
	assert.Len(e, e.listed(t), 1)
}

func installationList(e *Env) {
	app := e.app(nil)
	want := []sns.Installation{}
	for _, token := range []string{"a", "b"} {
		arn := e.installed(app, sns.NewInstallation{Token: token})
		want = append(want, sns.Installation{ARN: arn, Attributes: map[string]string{"Enabled": "true", "Token": token}})
	}
	p, err := e.Platforms.Installations(e.Ctx, app, "")
	e.ok(err)
	assert.ElementsMatch(e, want, p.Installations)
	assert.Empty(e, p.Next)
}

func installationSubscribeOther(e *Env) {
	_, err := e.topic(sns.Config{}).Subscribe(e.Ctx, sns.ToApp(e.app(nil)), sns.SubscriptionConfig{})
	e.invalid(err, "Application endpoint arn invalid:…")
}

func installationSubscribeDeleted(e *Env) {
	arn := e.elsewhereInstalled()
	_, err := e.topic(sns.Config{}).Subscribe(e.Ctx, sns.ToApp(arn), sns.SubscriptionConfig{})
	e.invalid(err, "Endpoint Reason: Endpoint does not exist for endpoint arn"+arn)
}

// push publishes to an installation.
func (e *Env) push(arn string, m sns.Message) error {
	_, err := e.Publish(e.Ctx, sns.Target{TargetARN: arn}, m)
	return err
}

func pushUnknown(e *Env) {
	e.invalid(e.push(e.elsewhereInstalled(), sns.Message{Body: "m"}), "TargetArn Reason: No endpoint found for the target arn specified")
}

func pushDisabled(e *Env) {
	i := e.installation()
	e.disable(i)
	e.refused(e.push(i, sns.Message{Body: "m"}), sns.ErrEndpointDisabled, "Endpoint is disabled")
}

func pushAppDisabled(e *Env) {
	app := e.app(nil)
	i := e.installed(app, sns.NewInstallation{Token: "a"})
	e.ok(e.Platforms.SetAppAttributes(e.Ctx, app, map[string]string{"Enabled": "false"}))
	e.refused(e.push(i, sns.Message{Body: "m"}), sns.ErrPlatformApplicationDisabled, "")
}

// payloads are those that an installation got.
func (e *Env) payloads(arn string) []string {
	all := []string{}
	for _, p := range e.Pushes(arn) {
		all = append(all, p.Payload)
	}
	return all
}

func pushDirect(e *Env) {
	i := e.installation()
	e.ok(e.push(i, sns.Message{Body: "text"}))
	require.Len(e, e.payloads(i), 1)
	assert.JSONEq(e, `{"data":{"default":"text"}}`, e.payloads(i)[0])
}

func pushStructured(e *Env) {
	i := e.installation()
	e.ok(e.push(i, sns.Message{Structure: "json", Body: `{"default":"for all","GCM":"{\"data\":{\"k\":\"v\"}}","APNS":"{}"}`}))
	assert.Equal(e, []string{`{"data":{"k":"v"}}`}, e.payloads(i))
}

func pushNoDefault(e *Env) {
	i := e.installation()
	e.ok(e.push(i, sns.Message{Structure: "json", Body: `{"GCM":"{}"}`}))
	assert.Equal(e, []string{`{}`}, e.payloads(i))
	e.invalid(e.push(i, sns.Message{Structure: "json", Body: `{"APNS":"{}"}`}), textStructureNoDefault)
}

func pushTopic(e *Env) {
	t := e.topic(sns.Config{})
	i := e.installation()
	s := e.subscribe(t, sns.ToApp(i), sns.SubscriptionConfig{})
	assert.False(e, s.Pending())
	e.put(t, sns.Message{Structure: "json", Body: `{"default":"for all","GCM":"{\"data\":{}}"}`})
	got := e.Pushes(i)
	require.NotEmpty(e, got)
	assert.Equal(e, `{"data":{}}`, got[0].Payload)
	assert.Equal(e, t.ARN(), got[0].TopicARN)
}

func pushTopicDisabled(e *Env) {
	t := e.topic(sns.Config{})
	i := e.installation()
	e.subscribe(t, sns.ToApp(i), sns.SubscriptionConfig{})
	q := e.subscriber(t, raw())
	e.disable(i)
	e.publish(t, "m")
	e.gets(q, "m")
	assert.Empty(e, e.payloads(i))
}

func pushDead(e *Env) {
	i := e.installation()
	e.TokenDied(i)
	e.ok(e.push(i, sns.Message{Body: "m"}))
	e.installationShows(i, map[string]string{"Enabled": "false", "Token": "token"})
	e.refused(e.push(i, sns.Message{Body: "m"}), sns.ErrEndpointDisabled, "")
	e.ok(e.Platforms.SetInstallationAttributes(e.Ctx, i, map[string]string{"Enabled": "true", "Token": "new"}))
	e.ok(e.push(i, sns.Message{Body: "m"}))
}

func pushEvents(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	app := e.app(map[string]string{"EventEndpointCreated": t.ARN(), "EventEndpointUpdated": t.ARN(), "EventEndpointDeleted": t.ARN()})
	i := e.installed(app, sns.NewInstallation{Token: "a"})
	assert.Contains(e, e.one(q).Body, i)
	e.disable(i)
	assert.Contains(e, e.one(q).Body, i)
	e.ok(e.Platforms.DeleteInstallation(e.Ctx, i))
	assert.Contains(e, e.one(q).Body, i)
}
