package sns_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// pushWorld is a broker with an app.
type pushWorld struct {
	*sns.Broker
	clock *inflight.FakeClock
	app   string
}

func newPushWorld(t *testing.T, platform sns.Platform, attributes ...string) pushWorld {
	t.Helper()
	clock := inflight.NewFakeClock(time.Time{})
	w := pushWorld{Broker: sns.New(sns.WithClock(clock), sns.WithSeed(1)), clock: clock}
	all := credentials()
	for i := 0; i < len(attributes); i += 2 {
		all[attributes[i]] = attributes[i+1]
	}
	var err error
	w.app, err = w.CreateApp(t.Context(), platform, "shop", all)
	require.NoError(t, err)
	return w
}

// install registers a token.
func (w pushWorld) install(t *testing.T, token string) string {
	t.Helper()
	arn, err := w.CreateInstallation(t.Context(), w.app, sns.NewInstallation{Token: token})
	require.NoError(t, err)
	return arn
}

func credentials() map[string]string {
	return map[string]string{"PlatformPrincipal": "id", "PlatformCredential": "secret"}
}

// requireRefused requires the service's error.
func requireRefused(t *testing.T, err error, code sns.Code, text string) {
	t.Helper()
	e, ok := errors.AsType[*sns.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, text, e.Message)
	require.Equal(t, code, e.Code)
}

const (
	noAttributes = "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null"
	shopARN      = "arn:aws:sns:us-east-1:123456789012:app/ADM/shop"
)

func TestCreateAppRefusals(t *testing.T) {
	long := strings.Repeat("n", 257)
	for name, c := range map[string]struct {
		platform   sns.Platform
		name       string
		attributes map[string]string
		code       sns.Code
		text       string
	}{
		"no attributes (recorded)":  {"ADM", "n", nil, sns.ErrValidation, noAttributes},
		"no attributes comes first": {"AAA", "", nil, sns.ErrValidation, noAttributes},
		"platform (recorded)":       {"AAA", "n", credentials(), sns.ErrInvalidParameter, "Invalid parameter: Platform Reason: AAA is not supported"},
		"long name (recorded)":      {"ADM", long, credentials(), sns.ErrInvalidParameter, "Invalid parameter: " + long + " Reason: must be at most 256 characters long"},
		"empty name (recorded)":     {"ADM", "", credentials(), sns.ErrInvalidParameter, "Invalid parameter:  Reason: cannot be empty"},
		"name (recorded)": {"ADM", "a/b", credentials(), sns.ErrInvalidParameter,
			"Invalid parameter: a/b Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"},
		"no credential (recorded)": {"ADM", "n", map[string]string{"PlatformPrincipal": "id"}, sns.ErrInvalidParameter,
			"Invalid parameter: Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential"},
		"no principal (recorded)": {"ADM", "n", map[string]string{"PlatformCredential": "id"}, sns.ErrInvalidParameter,
			"Invalid parameter: Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal"},
		"no credential of GCM": {"GCM", "n", map[string]string{"PlatformPrincipal": "id"}, sns.ErrInvalidParameter,
			"Invalid parameter: Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential"},
		"sample rate": {"GCM", "n", map[string]string{"SuccessFeedbackSampleRate": "101"}, sns.ErrInvalidParameter,
			"Invalid parameter: Attributes Reason: Invalid value for attribute: SuccessFeedbackSampleRate: 101 value provided is not an integer between 0-100"},
		"attribute (inferred)": {"GCM", "n", map[string]string{"Colour": "red"}, sns.ErrInvalidParameter,
			"Invalid parameter: Attributes Reason: Invalid attribute name: Colour"},
		"enabled (inferred)": {"GCM", "n", map[string]string{"Enabled": "yes"}, sns.ErrInvalidParameter,
			"Invalid parameter: Attributes Reason: Invalid value for attribute: Enabled: must be true or false"},
		"topic (inferred)": {"GCM", "n", map[string]string{"EventEndpointCreated": "news"}, sns.ErrInvalidParameter,
			"Invalid parameter: Attributes Reason: Invalid value for attribute: EventEndpointCreated: An ARN must have at least 6 elements, not 1"},
	} {
		t.Run(name, func(t *testing.T) {
			b := sns.New()
			_, err := b.CreateApp(t.Context(), c.platform, c.name, c.attributes)
			requireRefused(t, err, c.code, c.text)
			p, err := b.Apps(t.Context(), "")
			require.NoError(t, err)
			require.Empty(t, p.Apps)
		})
	}
}

func TestEveryPlatformCanBeUsed(t *testing.T) {
	b := sns.New()
	for _, p := range strings.Fields("ADM APNS APNS_SANDBOX APNS_VOIP APNS_VOIP_SANDBOX MACOS MACOS_SANDBOX GCM BAIDU MPNS WNS") {
		arn, err := b.CreateApp(t.Context(), sns.Platform(p), "a.b_c-D9", credentials())
		require.NoError(t, err)
		require.Equal(t, "arn:aws:sns:us-east-1:123456789012:app/"+p+"/a.b_c-D9", arn)
	}
}

// An app is made once; the same attributes find it again, whatever is said of defaults, and others do not.
func TestCreateAppAgain(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "ADM")
	require.Equal(t, shopARN, w.app)
	again, err := w.CreateApp(ctx, "ADM", "shop", map[string]string{"PlatformPrincipal": "id", "PlatformCredential": "secret", "Enabled": "True"})
	require.NoError(t, err)
	require.Equal(t, shopARN, again)
	const other = "Invalid parameter: Name Reason: An application with the same name but different properties already exists"
	_, err = w.CreateApp(ctx, "ADM", "shop", map[string]string{"PlatformPrincipal": "id", "PlatformCredential": "another"})
	requireRefused(t, err, sns.ErrInvalidParameter, other)
	require.NoError(t, w.SetAppAttributes(ctx, w.app, map[string]string{"Enabled": "false"}))
	_, err = w.CreateApp(ctx, "ADM", "shop", credentials())
	requireRefused(t, err, sns.ErrInvalidParameter, other)

	arn, err := w.CreateApp(ctx, "GCM", "shop", map[string]string{"PlatformCredential": "secret", "PlatformPrincipal": ""})
	require.NoError(t, err, "the same name on another platform is another app; GCM has no principal")
	require.NotEqual(t, shopARN, arn)
}

// Credentials are never shown; what is set is merged with what was. (recorded)
func TestAppAttributes(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "ADM", "SuccessFeedbackSampleRate", "100")
	attributes, err := w.AppAttributes(ctx, w.app)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"Enabled": "true", "SuccessFeedbackSampleRate": "100"}, attributes)
	require.NoError(t, w.SetAppAttributes(ctx, w.app, map[string]string{
		"EventEndpointCreated": "arn:aws:sns:us-east-1:123456789012:events", "SuccessFeedbackSampleRate": "",
	}))
	p, err := w.Apps(ctx, "")
	require.NoError(t, err)
	require.Equal(t, sns.AppPage{Apps: []sns.App{{ARN: w.app, Attributes: map[string]string{
		"Enabled": "true", "EventEndpointCreated": "arn:aws:sns:us-east-1:123456789012:events",
	}}}}, p)

	err = w.SetAppAttributes(ctx, w.app, map[string]string{"Enabled": "false", "Wrong": "x"})
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: Attributes Reason: Invalid attribute name: Wrong")
	err = w.SetAppAttributes(ctx, w.app, map[string]string{"PlatformCredential": ""})
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential")
	p.Apps[0].Attributes["Enabled"] = "false"
	attributes, err = w.AppAttributes(ctx, w.app)
	require.NoError(t, err)
	require.Equal(t, "true", attributes["Enabled"], "a refusal changes nothing, and nothing is shared")
}

// What is wrong with an ARN is said in the same order by every operation on apps.
func TestAppARNs(t *testing.T) {
	ctx := t.Context()
	some := map[string]string{"Enabled": "true"}
	b := sns.New()
	for name, do := range map[string]func(arn string) error{
		"get":    func(arn string) error { _, err := b.AppAttributes(ctx, arn); return err },
		"set":    func(arn string) error { return b.SetAppAttributes(ctx, arn, some) },
		"delete": func(arn string) error { return b.DeleteApp(ctx, arn) },
		"install": func(arn string) error {
			_, err := b.CreateInstallation(ctx, arn, sns.NewInstallation{Token: "t"})
			return err
		},
		"list": func(arn string) error { _, err := b.Installations(ctx, arn, ""); return err },
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, do("invalid"), sns.ErrInvalidParameter,
				"Invalid parameter: PlatformApplicationArn Reason: An ARN must have at least 6 elements, not 1") // recorded
			requireRefused(t, do("arn:aws:sns:us-east-1:123456789012:shop"), sns.ErrInvalidParameter,
				"Invalid parameter: PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the ARN.")
			requireRefused(t, do("arn:aws:sns:eu-west-1:123456789012:app/ADM/shop"), sns.ErrInvalidParameter,
				"Invalid parameter: PlatformApplicationArn")
			err := do(shopARN)
			if name == "delete" {
				require.NoError(t, err)
				return
			}
			requireRefused(t, err, sns.ErrNotFound, "PlatformApplication does not exist") // recorded
		})
	}
	requireRefused(t, b.SetAppAttributes(ctx, "invalid", nil), sns.ErrValidation, noAttributes)
}

// An app that is deleted takes its installations with it, and a new one of its name has none. (recorded: listing)
func TestDeleteApp(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "ADM")
	arn := w.install(t, "t")
	require.NoError(t, w.DeleteApp(ctx, w.app))
	_, err := w.Installations(ctx, w.app, "")
	requireRefused(t, err, sns.ErrNotFound, "PlatformApplication does not exist")
	_, err = w.InstallationAttributes(ctx, arn)
	requireRefused(t, err, sns.ErrNotFound, "Endpoint does not exist")
	apps, err := w.Apps(ctx, "")
	require.NoError(t, err)
	require.Empty(t, apps.Apps)
	_, err = w.CreateApp(ctx, "ADM", "shop", credentials())
	require.NoError(t, err)
	p, err := w.Installations(ctx, w.app, "")
	require.NoError(t, err)
	require.Empty(t, p.Installations)
}

// A list holds each app of the account and region once, by age, 100 on a page, whatever is deleted between the pages.
func TestAppsArePaged(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	var arns []string
	for i := range 201 {
		arn, err := b.CreateApp(ctx, "GCM", fmt.Sprintf("app%03d", 200-i), map[string]string{"PlatformCredential": "k"})
		require.NoError(t, err)
		arns = append(arns, arn)
	}
	elsewhere := sns.WithCaller(ctx, sns.Caller{Region: "eu-west-1"})
	_, err := b.CreateApp(elsewhere, "GCM", "other", map[string]string{"PlatformCredential": "k"})
	require.NoError(t, err)
	var listed []string
	token, sizes := "", []int(nil)
	for {
		p, err := b.Apps(ctx, token)
		require.NoError(t, err)
		sizes = append(sizes, len(p.Apps))
		for _, a := range p.Apps {
			listed = append(listed, a.ARN)
		}
		if token = p.Next; token == "" {
			break
		}
		require.NoError(t, b.DeleteApp(ctx, listed[len(listed)-1]))
	}
	require.Equal(t, arns, listed)
	require.Equal(t, []int{100, 100, 1}, sizes)
	_, err = b.Apps(ctx, "nonsense")
	requireRefused(t, err, sns.ErrInvalidParameter, "Invalid parameter: NextToken")
	p, err := b.Apps(elsewhere, "")
	require.NoError(t, err)
	require.Len(t, p.Apps, 1)
}

// Apps belong to an account: others are refused whatever they do, and services that own nothing too.
func TestAppsOfOtherAccounts(t *testing.T) {
	w := newPushWorld(t, "ADM")
	arn := w.install(t, "t")
	some := map[string]string{"Enabled": "false"}
	for _, ctx := range []context.Context{
		sns.WithCaller(t.Context(), sns.Caller{Account: "999999999999"}), sns.WithCaller(t.Context(), sns.Caller{Service: "s3.amazonaws.com"}),
	} {
		_, get := w.AppAttributes(ctx, w.app)
		_, list := w.Installations(ctx, w.app, "")
		_, install := w.CreateInstallation(ctx, w.app, sns.NewInstallation{Token: "new"})
		_, attributes := w.InstallationAttributes(ctx, arn)
		_, publish := w.Publish(ctx, sns.Target{TargetARN: arn}, sns.Message{Body: "hi"})
		for _, err := range []error{
			get, list, install, attributes, publish, w.SetAppAttributes(ctx, w.app, some), w.DeleteApp(ctx, w.app),
			w.SetInstallationAttributes(ctx, arn, some), w.DeleteInstallation(ctx, arn),
		} {
			require.ErrorIs(t, err, sns.ErrAuthorization)
		}
	}
	ctx := sns.WithCaller(t.Context(), sns.Caller{Service: "s3.amazonaws.com"})
	_, create := w.CreateApp(ctx, "ADM", "new", credentials())
	_, list := w.Apps(ctx, "")
	require.ErrorIs(t, create, sns.ErrAuthorization)
	require.ErrorIs(t, list, sns.ErrAuthorization)
	require.Empty(t, w.Pushes(arn))
	attributes, err := w.InstallationAttributes(t.Context(), arn)
	require.NoError(t, err)
	require.Equal(t, "true", attributes["Enabled"])

	other := sns.WithCaller(t.Context(), sns.Caller{Account: "999999999999"})
	_, err = w.CreateApp(other, "ADM", "shop", credentials())
	require.NoError(t, err, "another account may have an app of the same name")
}
