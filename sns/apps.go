package sns

import (
	"context"
	"maps"
	"slices"

	"github.com/inflight-mq/inflight/internal/arn"
)

// mobile is the state of mobile push. It is guarded by the broker's mu.
type mobile struct {
	made          uint64 // apps and installations so far, by which lists are ordered
	apps          map[string]*app
	byAge         []*app
	installations map[string]*installation // of all apps
	pushes        map[string][]Push        // by the installation's ARN; they outlive it
}

// app is a platform application.
type app struct {
	arn      string
	home     home
	platform Platform
	name     string
	number   uint64            // by creation
	attrs    map[string]string // Enabled always, and the credentials; replaced, never changed
	byAge    []*installation
	byToken  map[string]*installation
}

func (a *app) order() uint64 { return a.number }

func (a *app) enabled() bool { return a.attrs[attrEnabled] == "true" }

// clone returns a copy that shares nothing that changes.
func (m mobile) clone() mobile {
	c := mobile{made: m.made, pushes: make(map[string][]Push, len(m.pushes))}
	c.init()
	for _, a := range m.byAge {
		again := *a
		again.byAge, again.byToken = nil, map[string]*installation{}
		c.apps[a.arn] = &again
		c.byAge = append(c.byAge, &again)
		for _, i := range a.byAge {
			copied := *i
			copied.app = &again
			c.add(&copied)
		}
	}
	for ref, all := range m.pushes {
		c.pushes[ref] = slices.Clone(all)
	}
	return c
}

// init makes the maps that something is about to be put into.
func (m *mobile) init() {
	if m.apps == nil {
		m.apps, m.installations = map[string]*app{}, map[string]*installation{}
	}
}

// resourceOf is the part of an ARN that faults call what an operation concerns.
func resourceOf(ref string) string {
	a, _ := arn.Parse(ref)
	return a.Resource
}

// CreateApp makes an app; see [Platforms].
func (b *Broker) CreateApp(ctx context.Context, platform Platform, name string, attributes map[string]string) (arn string, err error) {
	resource := appResource(platform, name)
	return run(ctx, b, OpCreatePlatformApplication, resource, func(c *call) (string, error) {
		if err := c.refuseService(); err != nil {
			return "", err
		}
		attrs, err := newApp(platform, name, attributes)
		if err != nil {
			return "", err
		}
		return c.createApp(&app{home: c.ownHome(), platform: platform, name: name, attrs: attrs})
	})
}

func appResource(platform Platform, name string) string {
	return "app/" + string(platform) + "/" + name
}

func (c *call) createApp(a *app) (string, error) {
	a.arn = arn.New("sns", a.home.region, a.home.account, appResource(a.platform, a.name)).String()
	b := c.b
	b.mu.Lock()
	defer b.mu.Unlock()
	m := &b.mobile
	if old := m.apps[a.arn]; old != nil {
		if !maps.Equal(old.attrs, a.attrs) {
			return "", invalid("Name Reason: An application with the same name but different properties already exists")
		}
		return a.arn, nil
	}
	m.init()
	m.made++
	a.number, a.byToken = m.made, map[string]*installation{}
	m.apps[a.arn] = a
	m.byAge = append(m.byAge, a)
	return a.arn, nil
}

// Apps lists apps; see [Platforms].
func (b *Broker) Apps(ctx context.Context, token string) (AppPage, error) {
	return run(ctx, b, OpListPlatformApplications, "", func(c *call) (AppPage, error) {
		if err := c.refuseService(); err != nil {
			return AppPage{}, err
		}
		b.mu.RLock()
		defer b.mu.RUnlock()
		var own []*app
		for _, a := range b.mobile.byAge {
			if a.home == c.ownHome() {
				own = append(own, a)
			}
		}
		page, next, err := paged(own, token, MaxListed)
		p := AppPage{Next: next}
		for _, a := range page {
			p.Apps = append(p.Apps, App{a.arn, a.shown()})
		}
		return p, err
	})
}

// AppAttributes returns an app's attributes; see [Platforms].
func (b *Broker) AppAttributes(ctx context.Context, appARN string) (map[string]string, error) {
	return run(ctx, b, OpGetPlatformApplicationAttributes, resourceOf(appARN), func(c *call) (map[string]string, error) {
		if err := c.ownsApp(appARN); err != nil {
			return nil, err
		}
		b.mu.RLock()
		defer b.mu.RUnlock()
		a, err := b.mobile.app(appARN)
		if err != nil {
			return nil, err
		}
		return a.shown(), nil
	})
}

// SetAppAttributes changes an app's attributes; see [Platforms].
func (b *Broker) SetAppAttributes(ctx context.Context, appARN string, attributes map[string]string) error {
	return do(ctx, b, OpSetPlatformApplicationAttributes, resourceOf(appARN), func(c *call) error {
		if len(attributes) == 0 {
			return missing("attributes")
		}
		if err := c.ownsApp(appARN); err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		a, err := b.mobile.app(appARN)
		if err != nil {
			return err
		}
		next, err := changedApp(a.attrs, attributes, a.platform)
		if err == nil {
			a.attrs = next
		}
		return err
	})
}

// DeleteApp deletes an app; see [Platforms].
func (b *Broker) DeleteApp(ctx context.Context, appARN string) error {
	return do(ctx, b, OpDeletePlatformApplication, resourceOf(appARN), func(c *call) error {
		if err := c.ownsApp(appARN); err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		m := &b.mobile
		if a := m.apps[appARN]; a != nil {
			for _, i := range a.byAge {
				delete(m.installations, i.arn)
			}
			delete(m.apps, appARN)
			m.byAge = without(m.byAge, a)
		}
		return nil
	})
}

// ownsApp refuses what is no app's ARN, and callers of other accounts.
func (c *call) ownsApp(ref string) error {
	_, err := c.owned("PlatformApplicationArn", ref, 2)
	return err
}

// app finds an app.
func (m *mobile) app(ref string) (*app, error) {
	a := m.apps[ref]
	if a == nil {
		return nil, fail(ErrNotFound, "PlatformApplication does not exist")
	}
	return a, nil
}
