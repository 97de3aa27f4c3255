package sns

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/jsontext"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// Push is a message that a platform took for an installation.
type Push struct {
	At           time.Time
	Endpoint     string // ARN of the installation
	Platform     Platform
	Token        string // that the installation had
	Payload      string
	ID           uuid.UUID // of the message
	TopicARN     string    // empty: published directly
	Subscription string    // ARN; empty: published directly
	// TTL is how long after its publishing the platform may deliver the message; four weeks by default.
	TTL time.Duration
	// Options are the message attributes that steer this platform, such as AWS.SNS.MOBILE.APNS.COLLAPSE_ID.
	Options map[string]string
}

// DefaultTTL is how long a platform may deliver a message for which nothing else is said.
const DefaultTTL = 28 * 24 * time.Hour

// Pushes returns what an installation got, oldest first, also after its deletion.
func (b *Broker) Pushes(endpointARN string) []Push {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := slices.Clone(b.mobile.pushes[endpointARN])
	for i := range all {
		all[i].Options = maps.Clone(all[i].Options)
	}
	return all
}

// TokenDied has the platform refuse an installation's token from now on, as it does once the app was removed from the device: the
// next delivery fails and disables the installation, which is then to be given another token. If there is no such installation,
// nothing happens.
func (b *Broker) TokenDied(endpointARN string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.mobile.installations[endpointARN]; i != nil {
		i.dead = true
	}
}

// validateApp refuses to subscribe what is no installation.
func (b *Broker) validateApp(address string) error {
	if envelope.Platform(address) == "" {
		return invalid("Application endpoint arn invalid:%s", address)
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.mobile.installations[address] == nil {
		return invalid("Endpoint Reason: Endpoint does not exist for endpoint arn%s", address)
	}
	return nil
}

// push hands a topic's message to an installation.
func (b *Broker) push(d *delivery) error {
	now := b.now()
	p := Push{
		At: at(now), Endpoint: d.s.endpoint.Address, Payload: d.payload, ID: d.m.ID, TopicARN: d.s.t.arn, Subscription: d.s.arn,
	}
	b.mu.Lock()
	told, err := b.mobile.take(now, p, d.m)
	b.mu.Unlock()
	b.announce(now, told)
	return err
}

// publishToApp publishes to one installation.
func (c *call) publishToApp(endpointARN string, m *core.Message) (Published, error) {
	n, err := parseName("TargetArn", endpointARN)
	if err == nil {
		err = c.refuseOthers("TargetArn", endpointARN, n)
	}
	if err != nil {
		return Published{}, err
	}
	told, lost, err := c.pushDirectly(endpointARN, m)
	if err != nil {
		return Published{}, err
	}
	c.recordDirect(ToApp(endpointARN), m.ID, lost)
	c.b.announce(c.now, told)
	return Published{ID: m.ID}, nil
}

// pushDirectly hands a message to an installation, and returns why it was lost, if it was.
func (c *call) pushDirectly(ref string, m *core.Message) (told []appEvent, lost, err error) {
	b := c.b
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.mobile.installations[ref]
	switch {
	case i == nil:
		return nil, nil, invalid("TargetArn Reason: No endpoint found for the target arn specified")
	case !i.app.enabled():
		return nil, nil, fail(ErrPlatformApplicationDisabled, appDisabled)
	case !i.enabled():
		return nil, nil, fail(ErrEndpointDisabled, endpointDisabled)
	}
	m.ID, m.At = kit.NewID(b.ids), c.now
	p := Push{At: at(c.now), Endpoint: ref, Payload: m.Texts.Push(envelope.Platform(ref)), ID: m.ID}
	if i.dead {
		told = i.event(c.now, attrFailureTopic, m)
	}
	changed, lost := b.mobile.take(c.now, p, m)
	told = append(told, changed...)
	return told, lost, nil
}

const (
	appDisabled      = "Platform application is disabled"
	endpointDisabled = "Endpoint is disabled"
)

// take puts a message into the inbox of an installation, as its platform takes it. Every failure is final.
func (m *mobile) take(now int64, p Push, msg *core.Message) ([]appEvent, error) {
	i := m.installations[p.Endpoint]
	switch {
	case i == nil:
		return nil, gone("the endpoint does not exist")
	case !i.app.enabled():
		return nil, gone(appDisabled)
	case !i.enabled():
		return nil, gone(endpointDisabled)
	case i.dead:
		i.attrs = mapWith(i.attrs, attrEnabled, "false")
		return i.event(now, attrUpdatedTopic, nil), gone(deadToken)
	}
	p.Platform, p.Token = i.app.platform, i.attrs[attrToken]
	p.Options = i.app.platform.options(msg.Attributes)
	p.TTL = i.app.platform.ttl(p.Options, p.Payload)
	if time.Duration(now-msg.At) > p.TTL {
		return nil, gone("its time to live is over")
	}
	if m.pushes == nil {
		m.pushes = map[string][]Push{}
	}
	m.pushes[p.Endpoint] = append(m.pushes[p.Endpoint], p)
	return nil, nil
}

const optionPrefix = "AWS.SNS.MOBILE."

// options returns the message attributes that steer a platform; nil when there are none.
func (p Platform) options(all []envelope.Attribute) map[string]string {
	var own map[string]string
	for _, a := range all {
		rest, ok := strings.CutPrefix(a.Name, optionPrefix)
		platform, _, named := strings.Cut(rest, ".")
		if !ok || !named || !p.heeds(Platform(platform)) {
			continue
		}
		if own == nil {
			own = map[string]string{}
		}
		own[a.Name] = a.Text
	}
	return own
}

// heeds reports whether options that name a platform steer p: its own, those of APNS in all of Apple's, those of FCM in GCM.
func (p Platform) heeds(named Platform) bool {
	switch named {
	case p:
		return true
	case PlatformAPNS:
		return strings.HasPrefix(string(p), "APNS_")
	case "FCM":
		return p == PlatformGCM
	}
	return false
}

// ttl returns the time to live of a message: that of its attribute, else that in its payload, else the default.
func (p Platform) ttl(options map[string]string, payload string) time.Duration {
	names := []string{string(p)}
	if p == PlatformGCM {
		names = append(names, "FCM")
	}
	for _, name := range names {
		if d, ok := seconds(options[optionPrefix+name+".TTL"]); ok {
			return d
		}
	}
	member := map[Platform]string{PlatformGCM: "time_to_live", PlatformADM: "expiresAfter"}[p]
	if member == "" || !strings.Contains(payload, member) {
		return DefaultTTL
	}
	members, _ := jsontext.Object([]byte(payload))
	var n json.Number
	if json.Unmarshal(members[member], &n) == nil {
		if d, ok := seconds(n.String()); ok {
			return d
		}
	}
	return DefaultTTL
}

// seconds reads a number of seconds, up to what a Duration can be.
func seconds(text string) (time.Duration, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	return time.Duration(n) * time.Second, err == nil
}
