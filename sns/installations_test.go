package sns_test

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Clients find the ARN in the refusal of a token as one of them does it here.
var arnInRefusal = regexp.MustCompile(`.*Endpoint (arn:aws:sns[^ ]+) already exists with the same [Tt]oken.*`)

func TestCreateInstallation(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "ADM")
	arn := w.install(t, "token_1")
	id, ok := strings.CutPrefix(arn, "arn:aws:sns:us-east-1:123456789012:endpoint/ADM/shop/")
	require.True(t, ok)
	require.Equal(t, uuid.MustParse(id).String(), id)
	attributes, err := w.InstallationAttributes(ctx, arn)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"Enabled": "true", "Token": "token_1"}, attributes) // recorded

	both, err := w.CreateInstallation(ctx, w.app, sns.NewInstallation{
		Token: "token_2", UserData: "foo", Attributes: map[string]string{"CustomUserData": "bar"},
	})
	require.NoError(t, err)
	attributes, err = w.InstallationAttributes(ctx, both)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"CustomUserData": "bar", "Enabled": "true", "Token": "token_2"}, attributes) // recorded

	other, err := w.CreateApp(ctx, "ADM", "other", credentials())
	require.NoError(t, err)
	again, err := w.CreateInstallation(ctx, other, sns.NewInstallation{Token: "token_1", UserData: "x"})
	require.NoError(t, err, "each app has tokens of its own")
	require.NotEqual(t, arn, again)
}

// A token finds its installation again if all its attributes are what they are now; else the refusal names it. (recorded)
func TestCreateInstallationAgain(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "ADM")
	first := sns.NewInstallation{Token: "t", UserData: "u"}
	arn, err := w.CreateInstallation(ctx, w.app, first)
	require.NoError(t, err)
	for _, same := range []sns.NewInstallation{
		first,
		{Token: "t", UserData: "u", Attributes: map[string]string{"Enabled": "true"}},
		{Token: "t", Attributes: map[string]string{"CustomUserData": "u", "Token": "t"}},
	} {
		again, err := w.CreateInstallation(ctx, w.app, same)
		require.NoError(t, err)
		require.Equal(t, arn, again)
	}
	taken := "Invalid parameter: Token Reason: Endpoint " + arn + " already exists with the same Token, but different attributes."
	for _, other := range []sns.NewInstallation{
		{Token: "t"}, {Token: "t", UserData: "v"}, {Token: "t", UserData: "u", Attributes: map[string]string{"Enabled": "false"}},
	} {
		_, err = w.CreateInstallation(ctx, w.app, other)
		requireRefused(t, err, sns.ErrInvalidParameter, taken)
		require.Equal(t, arn, arnInRefusal.FindStringSubmatch(err.Error())[1])
	}
	require.NoError(t, w.SetInstallationAttributes(ctx, arn, map[string]string{"Enabled": "false"}))
	_, err = w.CreateInstallation(ctx, w.app, first)
	requireRefused(t, err, sns.ErrInvalidParameter, taken)

	require.NoError(t, w.DeleteInstallation(ctx, arn))
	fresh, err := w.CreateInstallation(ctx, w.app, first)
	require.NoError(t, err)
	require.NotEqual(t, arn, fresh)
}

// A changed token is free for others, and the new one is not. (inferred: that another's token is refused)
func TestSetToken(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "ADM")
	a, b := w.install(t, "a"), w.install(t, "b")
	requireRefused(t, w.SetInstallationAttributes(ctx, a, map[string]string{"Token": "b"}), sns.ErrInvalidParameter,
		"Invalid parameter: Token Reason: Endpoint "+b+" already exists with the same Token, but different attributes.")
	require.NoError(t, w.SetInstallationAttributes(ctx, a, map[string]string{"Token": "a", "CustomUserData": "x"}))
	require.NoError(t, w.SetInstallationAttributes(ctx, a, map[string]string{"Token": "c", "CustomUserData": ""}))
	require.Equal(t, a, w.install(t, "c"))
	require.NotEqual(t, a, w.install(t, "a"))
	require.NoError(t, w.DeleteInstallation(ctx, a))
	require.NotEqual(t, a, w.install(t, "c"))
}

func TestInstallationRefusals(t *testing.T) {
	ctx := t.Context()
	large := strings.Repeat("é", 1024)
	const tooLarge = "Invalid parameter: Attributes Reason: Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 encoding"
	w := newPushWorld(t, "ADM")
	for name, c := range map[string]struct {
		i    sns.NewInstallation
		text string
	}{
		"token":                 {sns.NewInstallation{}, "Invalid parameter: Token Reason: cannot be empty"},
		"attribute (recorded)":  {sns.NewInstallation{Token: "t", Attributes: map[string]string{"Colour": "red"}}, "Invalid parameter: Attributes Reason: Invalid attribute name: Colour"},
		"user data (recorded)":  {sns.NewInstallation{Token: "t", Attributes: map[string]string{"CustomUserData": large + "x"}}, tooLarge},
		"user data as a field":  {sns.NewInstallation{Token: "t", UserData: large + "x"}, tooLarge},
		"token as an attribute": {sns.NewInstallation{Token: "t", Attributes: map[string]string{"Token": ""}}, "Invalid parameter: Attributes Reason: Invalid value for attribute: Token: cannot be empty"},
		"enabled (inferred)":    {sns.NewInstallation{Token: "t", Attributes: map[string]string{"Enabled": ""}}, "Invalid parameter: Attributes Reason: Invalid value for attribute: Enabled: must be true or false"},
		"no UTF-8":              {sns.NewInstallation{Token: "\xff"}, "Invalid parameter: Attributes Reason: Invalid value for attribute: Token: must be valid UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.CreateInstallation(ctx, w.app, c.i)
			requireRefused(t, err, sns.ErrInvalidParameter, c.text)
			if len(c.i.Attributes) > 0 {
				arn := w.install(t, name)
				before, err := w.InstallationAttributes(ctx, arn)
				require.NoError(t, err)
				wrong := maps.Clone(c.i.Attributes)
				wrong["CustomUserData"] += "y"
				err = w.SetInstallationAttributes(ctx, arn, wrong)
				requireRefused(t, err, sns.ErrInvalidParameter, c.text)
				after, err := w.InstallationAttributes(ctx, arn)
				require.NoError(t, err)
				require.Equal(t, before, after, "a refusal changes nothing")
			}
		})
	}
	_, err := w.CreateInstallation(ctx, w.app, sns.NewInstallation{Token: "large", UserData: large})
	require.NoError(t, err)
}

func TestInstallationARNs(t *testing.T) {
	ctx := t.Context()
	b := sns.New()
	const unknown = "arn:aws:sns:us-east-1:123456789012:endpoint/ADM/shop/3d5f5bd0-1b6f-4c3e-9d4f-000000000000"
	for name, do := range map[string]func(arn string) error{
		"get": func(arn string) error { _, err := b.InstallationAttributes(ctx, arn); return err },
		"set": func(arn string) error {
			return b.SetInstallationAttributes(ctx, arn, map[string]string{"Enabled": "true"})
		},
		"delete": func(arn string) error { return b.DeleteInstallation(ctx, arn) },
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, do(""), sns.ErrInvalidParameter,
				"Invalid parameter: EndpointArn Reason: An ARN must have at least 6 elements, not 1")
			requireRefused(t, do("arn:aws:sns:us-east-1:123456789012:endpoint/ADM/shop"), sns.ErrInvalidParameter,
				"Invalid parameter: EndpointArn Reason: Wrong number of slashes in relative portion of the ARN.") // recorded
			requireRefused(t, do("arn:aws:sns:us-east-1:123456789012:endpoint/ADM/shop/1"), sns.ErrInvalidParameter,
				"Invalid parameter: EndpointArn Reason: ARN specifies an invalid endpointId: UUID must be encoded in exactly 36 characters.")
			requireRefused(t, do(strings.Replace(unknown, "us-east-1", "eu-west-1", 1)), sns.ErrInvalidParameter, "Invalid parameter: EndpointArn")
			err := do(unknown)
			if name == "delete" {
				require.NoError(t, err)
				return
			}
			requireRefused(t, err, sns.ErrNotFound, "Endpoint does not exist") // recorded
		})
	}
	requireRefused(t, b.SetInstallationAttributes(ctx, unknown, nil), sns.ErrValidation, noAttributes) // recorded
}

// A list holds each installation of the app once, by age, 100 on a page; after a deletion it is gone. (recorded: attributes)
func TestInstallationsArePaged(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "ADM")
	var arns []string
	for i := range 101 {
		arns = append(arns, w.install(t, fmt.Sprintf("token_%d", i)))
	}
	require.NoError(t, w.DeleteInstallation(ctx, arns[50]))
	p, err := w.Installations(ctx, w.app, "")
	require.NoError(t, err)
	require.Len(t, p.Installations, 100)
	require.Empty(t, p.Next)
	require.Equal(t, sns.Installation{ARN: arns[0], Attributes: map[string]string{"Enabled": "true", "Token": "token_0"}}, p.Installations[0])
	arns = append(arns, w.install(t, "last"))
	p, err = w.Installations(ctx, w.app, "")
	require.NoError(t, err)
	require.Len(t, p.Installations, 100)
	q, err := w.Installations(ctx, w.app, p.Next)
	require.NoError(t, err)
	require.Empty(t, q.Next)
	require.Len(t, q.Installations, 1)
	require.Equal(t, arns[101], q.Installations[0].ARN)
}
