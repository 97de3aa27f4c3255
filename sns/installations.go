package sns

import (
	"context"
	"maps"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/kit"
)

// installation is a platform endpoint.
type installation struct {
	arn    string
	app    *app
	number uint64            // by creation
	attrs  map[string]string // Token and Enabled always; replaced, never changed
	dead   bool              // the platform calls the token dead
}

func (i *installation) order() uint64 { return i.number }

func (i *installation) enabled() bool { return i.attrs[attrEnabled] == "true" }

// add makes an installation known.
func (m *mobile) add(i *installation) {
	m.installations[i.arn] = i
	i.app.byAge = append(i.app.byAge, i)
	i.app.byToken[i.attrs[attrToken]] = i
}

// CreateInstallation registers a token; see [Platforms].
func (b *Broker) CreateInstallation(ctx context.Context, appARN string, i NewInstallation) (arn string, err error) {
	return run(ctx, b, OpCreatePlatformEndpoint, resourceOf(appARN), func(c *call) (string, error) {
		if err := c.ownsApp(appARN); err != nil {
			return "", err
		}
		attrs, err := i.attributes()
		if err != nil {
			return "", err
		}
		arn, told, err := c.createInstallation(appARN, attrs)
		b.announce(c.now, told)
		return arn, err
	})
}

// attributes returns the attributes of a new installation in full.
func (i *NewInstallation) attributes() (map[string]string, error) {
	if i.Token == "" {
		return nil, invalid("Token Reason: cannot be empty")
	}
	base, err := changedInstallation(map[string]string{attrEnabled: "true"},
		map[string]string{attrToken: i.Token, attrUserData: i.UserData})
	if err != nil {
		return nil, err
	}
	return changedInstallation(base, i.Attributes)
}

func (c *call) createInstallation(appARN string, attrs map[string]string) (string, []appEvent, error) {
	b := c.b
	b.mu.Lock()
	defer b.mu.Unlock()
	m := &b.mobile
	a, err := m.app(appARN)
	if err != nil {
		return "", nil, err
	}
	if old := a.byToken[attrs[attrToken]]; old != nil {
		if !maps.Equal(old.attrs, attrs) {
			return "", nil, takenToken(old)
		}
		return old.arn, nil, nil
	}
	m.made++
	i := &installation{app: a, number: m.made, attrs: attrs}
	id := kit.NewID(b.ids).String()
	i.arn = arn.New("sns", a.home.region, a.home.account, "endpoint/"+string(a.platform)+"/"+a.name+"/"+id).String()
	m.add(i)
	return i.arn, i.event(c.now, attrCreatedTopic, nil), nil
}

// takenToken is the refusal of a token that another installation has. Clients read the ARN in it.
func takenToken(by *installation) error {
	return invalid("Token Reason: Endpoint %s already exists with the same Token, but different attributes.", by.arn)
}

// Installations lists an app's installations; see [Platforms].
func (b *Broker) Installations(ctx context.Context, appARN, token string) (InstallationPage, error) {
	return run(ctx, b, OpListEndpointsByPlatformApplication, resourceOf(appARN), func(c *call) (InstallationPage, error) {
		if err := c.ownsApp(appARN); err != nil {
			return InstallationPage{}, err
		}
		b.mu.RLock()
		defer b.mu.RUnlock()
		a, err := b.mobile.app(appARN)
		if err != nil {
			return InstallationPage{}, err
		}
		page, next, err := paged(a.byAge, token, MaxListed)
		p := InstallationPage{Next: next}
		for _, i := range page {
			p.Installations = append(p.Installations, Installation{i.arn, maps.Clone(i.attrs)})
		}
		return p, err
	})
}

// InstallationAttributes returns an installation's attributes; see [Platforms].
func (b *Broker) InstallationAttributes(ctx context.Context, arn string) (map[string]string, error) {
	return run(ctx, b, OpGetEndpointAttributes, resourceOf(arn), func(c *call) (map[string]string, error) {
		if err := c.ownsInstallation(arn); err != nil {
			return nil, err
		}
		b.mu.RLock()
		defer b.mu.RUnlock()
		i, err := b.mobile.installation(arn)
		if err != nil {
			return nil, err
		}
		return maps.Clone(i.attrs), nil
	})
}

// SetInstallationAttributes changes an installation's attributes; see [Platforms].
func (b *Broker) SetInstallationAttributes(ctx context.Context, arn string, attributes map[string]string) error {
	return do(ctx, b, OpSetEndpointAttributes, resourceOf(arn), func(c *call) error {
		if len(attributes) == 0 {
			return missing("attributes")
		}
		if err := c.ownsInstallation(arn); err != nil {
			return err
		}
		told, err := b.setInstallation(c.now, arn, attributes)
		b.announce(c.now, told)
		return err
	})
}

func (b *Broker) setInstallation(now int64, ref string, attributes map[string]string) ([]appEvent, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, err := b.mobile.installation(ref)
	if err != nil {
		return nil, err
	}
	next, err := changedInstallation(i.attrs, attributes)
	if err != nil {
		return nil, err
	}
	old, token := i.attrs[attrToken], next[attrToken]
	if old != token {
		if other := i.app.byToken[token]; other != nil {
			return nil, takenToken(other)
		}
		delete(i.app.byToken, old)
		i.app.byToken[token], i.dead = i, false
	}
	i.attrs = next
	return i.event(now, attrUpdatedTopic, nil), nil
}

// DeleteInstallation deletes an installation; see [Platforms].
func (b *Broker) DeleteInstallation(ctx context.Context, arn string) error {
	return do(ctx, b, OpDeleteEndpoint, resourceOf(arn), func(c *call) error {
		if err := c.ownsInstallation(arn); err != nil {
			return err
		}
		b.announce(c.now, b.deleteInstallation(c.now, arn))
		return nil
	})
}

func (b *Broker) deleteInstallation(now int64, ref string) []appEvent {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := &b.mobile
	i := m.installations[ref]
	if i == nil {
		return nil
	}
	delete(m.installations, ref)
	delete(i.app.byToken, i.attrs[attrToken])
	i.app.byAge = without(i.app.byAge, i)
	return i.event(now, attrDeletedTopic, nil)
}

// ownsInstallation refuses what is no installation's ARN, and callers of other accounts.
func (c *call) ownsInstallation(ref string) error {
	n, err := c.owned("EndpointArn", ref, 3)
	if err == nil && len(n.resource)-strings.LastIndexByte(n.resource, '/')-1 != 36 {
		err = invalid("EndpointArn Reason: ARN specifies an invalid endpointId: UUID must be encoded in exactly 36 characters.")
	}
	return err
}

// installation finds an installation.
func (m *mobile) installation(ref string) (*installation, error) {
	i := m.installations[ref]
	if i == nil {
		return nil, fail(ErrNotFound, "Endpoint does not exist")
	}
	return i, nil
}
