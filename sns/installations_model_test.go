package sns_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns"
)

// Whatever is registered, changed and deleted: the list holds what is there by age, no two have the same token, and each token finds
// its own installation.
func TestTokensAreUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := t.Context()
		b := sns.New()
		app, err := b.CreateApp(ctx, "ADM", "shop", credentials())
		require.NoError(t, err)
		var arns, tokens []string // by age
		token := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		t.Repeat(map[string]func(*rapid.T){
			"register": func(t *rapid.T) {
				name := token.Draw(t, "token")
				arn, err := b.CreateInstallation(ctx, app, sns.NewInstallation{Token: name})
				require.NoError(t, err)
				if i := slices.Index(tokens, name); i >= 0 {
					require.Equal(t, arns[i], arn)
					return
				}
				require.NotContains(t, arns, arn)
				arns, tokens = append(arns, arn), append(tokens, name)
			},
			"change": func(t *rapid.T) {
				if len(arns) == 0 {
					t.Skip()
				}
				i, name := rapid.IntRange(0, len(arns)-1).Draw(t, "which"), token.Draw(t, "token")
				err := b.SetInstallationAttributes(ctx, arns[i], map[string]string{"Token": name})
				if j := slices.Index(tokens, name); j >= 0 && j != i {
					require.ErrorIs(t, err, sns.ErrInvalidParameter)
					return
				}
				require.NoError(t, err)
				tokens[i] = name
			},
			"delete": func(t *rapid.T) {
				if len(arns) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(arns)-1).Draw(t, "which")
				require.NoError(t, b.DeleteInstallation(ctx, arns[i]))
				arns, tokens = slices.Delete(arns, i, i+1), slices.Delete(tokens, i, i+1)
			},
			"restore": func(*rapid.T) { b.Restore(b.Snapshot()) },
			"": func(t *rapid.T) {
				p, err := b.Installations(ctx, app, "")
				require.NoError(t, err)
				require.Len(t, p.Installations, len(arns))
				for i, one := range p.Installations {
					require.Equal(t, arns[i], one.ARN)
					require.Equal(t, tokens[i], one.Attributes["Token"])
				}
			},
		})
	})
}

// Of many goroutines that register one token all get the same installation, and none of their messages is lost.
func TestConcurrentRegistration(t *testing.T) {
	ctx := t.Context()
	w := newPushWorld(t, "GCM", "EventEndpointUpdated", "arn:aws:sns:us-east-1:123456789012:events")
	topic, err := w.Create(ctx, "events", sns.Config{})
	require.NoError(t, err)
	_, err = topic.Subscribe(ctx, sns.ToPhone(number), sns.SubscriptionConfig{})
	require.NoError(t, err)
	arns := make([]string, 8)
	var group sync.WaitGroup
	for i := range arns {
		group.Go(func() {
			arns[i], _ = w.CreateInstallation(ctx, w.app, sns.NewInstallation{Token: "t"})
			for range 8 {
				_, _ = w.Publish(ctx, sns.Target{TargetARN: arns[i]}, sns.Message{Body: "hi"})
				_ = w.SetInstallationAttributes(ctx, arns[i], map[string]string{"Enabled": "true"})
				_, _ = w.Apps(ctx, "")
				_ = w.Snapshot()
			}
		})
	}
	group.Wait()
	require.NotEmpty(t, arns[0])
	require.Len(t, slices.Compact(slices.Clone(arns)), 1)
	require.Len(t, w.Pushes(arns[0]), len(arns)*8)
	require.Len(t, w.Texts(number), len(arns)*8)
}
