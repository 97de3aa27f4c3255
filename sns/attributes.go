package sns

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The settings of a topic by name.

// Attributes returns settings and counts by the service's attribute names; see [Topic].
func (h handle) Attributes(ctx context.Context) (map[string]string, error) {
	c, t, err := h.begin(ctx, OpGetTopicAttributes)
	var m map[string]string
	if err == nil {
		m, err = t.attributes(c.now)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return m, nil
}

func (t *topic) attributes(now int64) (map[string]string, error) {
	if err := t.lock(now); err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	return t.settings.Load().attributes(t.key, t.state.Counts(), t.state.ArchiveBegin(now)), nil
}

// Config returns the settings in force; see [Topic].
func (h handle) Config(ctx context.Context) (Config, error) {
	c, t, err := h.begin(ctx, OpGetTopicAttributes)
	var cfg Config
	if err == nil {
		cfg = t.settings.Load().config()
	}
	return cfg, c.end(err)
}

// config returns the settings as Config has them.
func (s *settings) config() Config {
	cfg := Config{
		DisplayName: new(s.attrs[attrDisplayName]), Policy: new(s.attrs[attrPolicy]), SignatureVersion: new(s.signature),
		MaxMessageSize: new(s.maxSize), Attributes: maps.Clone(s.attrs),
	}
	if text, ok := s.attrs[attrDeliveryPolicy]; ok {
		cfg.DeliveryPolicy = new(text)
	}
	if s.protection != "" {
		cfg.DataProtection = new(s.protection)
	}
	if s.fifo {
		cfg.FIFO, cfg.ContentDedup, cfg.DedupPerGroup = new(true), new(s.contentDedup), new(s.perGroup)
		cfg.ArchiveDays = new(int(s.archive / (24 * time.Hour)))
	}
	return cfg
}

// SetConfig changes settings; see [Topic].
func (h handle) SetConfig(ctx context.Context, patch Config) error {
	c, t, err := h.begin(ctx, OpSetTopicAttributes)
	if err == nil && patch.Tags != nil {
		err = invalid("Tags Reason: SetConfig does not change tags, Tag and Untag do")
	}
	if err == nil && patch.DataProtection != nil {
		err = c.mayProtect(t, *patch.DataProtection)
	}
	if err == nil {
		err = t.setAttributes(c.now, patch.attributes(), patch.DataProtection)
	}
	return c.end(err)
}

// SetAttribute changes one setting; see [Topic].
func (h handle) SetAttribute(ctx context.Context, name, value string) error {
	c, t, err := h.begin(ctx, OpSetTopicAttributes)
	if err == nil {
		err = t.setAttributes(c.now, map[string]string{name: value}, nil)
	}
	return c.end(err)
}

// setAttributes changes settings, and the data protection policy, which must be valid, unless that is nil.
func (t *topic) setAttributes(now int64, attrs map[string]string, protection *string) error {
	return t.edit(now, func(s *settings) (*settings, error) {
		if _, ok := attrs[attrFIFO]; ok {
			return nil, invalid("AttributeName")
		}
		next, err := s.changed(attrs, t.key, "")
		if err != nil {
			return nil, err
		}
		if protection != nil {
			next.protection = *protection
		}
		return next, t.allowSize(next)
	})
}

// mayProtect refuses a data protection policy that is none, or that the caller may not put on the topic, whatever else is allowed.
func (c *call) mayProtect(t *topic, policy string) error {
	put := *c
	put.op = OpPutDataProtectionPolicy
	if err := t.authorize(&put, nil); err != nil {
		return err
	}
	return validateProtection(policy)
}

// allowSize refuses messages larger than the topic's subscriptions can get. The caller holds mu.
func (t *topic) allowSize(next *settings) error {
	if next.maxSize <= MaxMessageSize || t.settings.Load().maxSize > MaxMessageSize {
		return nil
	}
	for _, s := range t.subs {
		if err := s.endpoint.fits(next); err != nil {
			return err
		}
	}
	if most := t.b.limits.SubscriptionsFIFO; len(t.subs) > most {
		return invalid("MaximumMessageSize: a topic with more than %d subscriptions cannot have more than %d", most, MaxMessageSize)
	}
	return nil
}

// edit replaces the settings by what change makes of them.
func (t *topic) edit(now int64, change func(*settings) (*settings, error)) error {
	if err := t.lock(now); err != nil {
		return err
	}
	defer t.mu.Unlock()
	next, err := change(t.settings.Load())
	if err != nil {
		return err
	}
	t.settings.Store(next)
	t.state.Configure(now, next.forCore())
	return nil
}

// setArchive reads an ArchivePolicy. An empty object, or nothing, switches the archive off.
func (s *settings) setArchive(text, prefix string) error {
	if !s.fifo {
		return invalid(prefix + "ArchivePolicy can only be set for FIFO topics")
	}
	days, err := parseArchive(cmp.Or(text, "{}"))
	if err != nil {
		return invalid(prefix+"ArchivePolicy: %s", err)
	}
	s.archive = time.Duration(days) * 24 * time.Hour
	if days == 0 {
		delete(s.attrs, attrArchive)
		return nil
	}
	s.attrs[attrArchive] = `{"MessageRetentionPeriod":"` + strconv.Itoa(days) + `"}`
	return nil
}

// reason is what is wrong with a value, as errors say it behind the value's name.
type reason string

func (r reason) Error() string { return string(r) }

const maxArchiveDays = 365

func parseArchive(text string) (days int, err error) {
	var p map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &p); err != nil || p == nil {
		return 0, reason("failed to parse JSON.")
	}
	if len(p) == 0 {
		return 0, nil
	}
	const period = "MessageRetentionPeriod"
	raw, ok := p[period]
	if !ok || len(p) > 1 {
		return 0, reason("the only member must be " + period)
	}
	days, err = strconv.Atoi(strings.Trim(string(raw), `"`))
	if err != nil || days < 1 || days > maxArchiveDays {
		return 0, reason(period + " must be an integer between 1 and 365")
	}
	return days, nil
}

// DataProtection returns the data protection policy; see [Topic].
func (h handle) DataProtection(ctx context.Context) (string, error) {
	c, t, err := h.beginProtection(ctx, OpGetDataProtectionPolicy)
	var text string
	if err == nil {
		text = t.settings.Load().protection
	}
	return text, c.end(err)
}

// SetDataProtection stores a data protection policy; see [Topic].
func (h handle) SetDataProtection(ctx context.Context, policy string) error {
	c, t, err := h.beginProtection(ctx, OpPutDataProtectionPolicy)
	if err == nil {
		err = validateProtection(policy)
	}
	if err == nil {
		err = t.edit(c.now, func(s *settings) (*settings, error) {
			next := *s
			next.protection = policy
			return &next, nil
		})
	}
	return c.end(err)
}

func (h handle) beginProtection(ctx context.Context, op Op) (call, *topic, error) {
	return h.b.beginOn(ctx, op, "ResourceArn", h.ref)
}

// validateProtection refuses a data protection policy that is too long or none. What it says is not looked at further than its
// directions.
func validateProtection(text string) error {
	if text == "" {
		return nil
	}
	var p struct {
		Statement []struct{ DataDirection string }
	}
	if len(text) > MaxPolicySize || !utf8.ValidString(text) || json.Unmarshal([]byte(text), &p) != nil {
		return invalid("DataProtectionPolicy Reason: failed to parse JSON.")
	}
	for _, s := range p.Statement {
		if s.DataDirection != "Inbound" && s.DataDirection != "Outbound" {
			return invalid("DataProtectionPolicy Reason: Statement DataDirection must be either Inbound or Outbound")
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
