package sns

import (
	"encoding/json"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sns/internal/retry"
)

// subSettings is what a subscription is set to. It never changes: a change makes a new one.
type subSettings struct {
	attrs map[string]string // those that were set, as they are shown

	raw        bool
	filter     *filter.Policy
	filterText string // as it was sent
	parsed     string // what filter was made of
	scope      filter.Scope
	deadLetter string // ARN, empty: none
	delivery   *retry.Subscription
	replay     *Replay
}

func newSubSettings() *subSettings {
	return &subSettings{attrs: map[string]string{attrRaw: "false"}, scope: filter.MessageAttributes}
}

// changed returns the settings with attributes changed, or the refusal of the first bad one, for a subscription of an owner. The
// scope comes before the filter policy, which is read by it; all else goes in name order. The prefix stands before what is wrong:
// Subscribe names the parameter Attributes, a change does not.
func (s *subSettings) changed(
	attrs map[string]string, to Endpoint, owner string, t *topic, now int64, prefix string,
) (*subSettings, error) {
	next := *s
	next.attrs = maps.Clone(s.attrs)
	names := sortedKeys(attrs)
	for _, name := range names {
		if err := next.set(name, attrs[name], to, prefix); err != nil {
			return nil, err
		}
	}
	if err := next.readFilter(prefix); err != nil {
		return nil, err
	}
	if _, ok := attrs[attrReplay]; ok && next.replay != nil {
		if err := next.validateReplay(to, t, now, prefix); err != nil {
			return nil, err
		}
	}
	if to.Protocol == ProtocolFirehose && next.attrs[attrRole] == "" {
		return nil, invalid(prefix + "SubscriptionRoleArn must be set for subscriptions with protocol firehose")
	}
	return &next, validateDeadLetter(next.deadLetter, to, owner, t, prefix)
}

// set changes one attribute. It is called on a copy that nobody else sees yet.
func (s *subSettings) set(name, value string, to Endpoint, prefix string) (err error) {
	if !utf8.ValidString(value) {
		return invalid(prefix+"%s: must be valid UTF-8", name)
	}
	switch name {
	case attrRaw:
		return s.setRaw(value, to, prefix)
	case attrFilterPolicy:
		s.filterText = value
	case attrFilterScope:
		if s.scope = filter.Scope(value); s.scope != filter.MessageAttributes && s.scope != filter.MessageBody {
			return invalid(prefix+"FilterPolicyScope: Invalid value [%s]. Please use either MessageBody or MessageAttributes", value)
		}
	case attrRedrive:
		s.deadLetter, err = parseRedrive(value, prefix)
	case attrDeliveryPolicy:
		return s.setDelivery(value, to, prefix)
	case attrReplay:
		s.replay, err = parseReplay(value, prefix)
	case attrRole:
		if to.Protocol != ProtocolFirehose {
			return invalid(prefix + "AttributeName")
		}
	default:
		return invalid(prefix + "AttributeName")
	}
	if value == "" {
		delete(s.attrs, name)
	} else {
		s.attrs[name] = value
	}
	return err
}

func (s *subSettings) setRaw(value string, to Endpoint, prefix string) error {
	lower := strings.ToLower(value)
	if lower != "true" && lower != "false" {
		return invalid(prefix+"RawMessageDelivery: Invalid value [%s]. Must be true or false.", value)
	}
	switch to.Protocol {
	case ProtocolSQS, ProtocolHTTP, ProtocolHTTPS, ProtocolFirehose:
	default:
		if lower == "true" {
			return invalid(prefix+"Delivery protocol [%s] does not support raw message delivery.", to.Protocol)
		}
	}
	s.raw, s.attrs[attrRaw] = lower == "true", lower
	return nil
}

// readFilter parses the filter policy by the scope, when either was changed.
func (s *subSettings) readFilter(prefix string) error {
	if s.filterText == "" {
		s.filter = nil
		return nil
	}
	if s.filter != nil && s.filter.Scope() == s.scope && s.parsed == s.filterText {
		return nil
	}
	p, err := filter.Parse(s.filterText, s.scope)
	if err != nil {
		if e, ok := err.(*filter.Error); ok {
			return invalid(prefix+"%s", e.Reason())
		}
		return err
	}
	s.filter, s.parsed = p, s.filterText
	return nil
}

func (s *subSettings) setDelivery(value string, to Endpoint, prefix string) error {
	if to.Protocol != ProtocolHTTP && to.Protocol != ProtocolHTTPS {
		return invalid(prefix+"Delivery protocol [%s] does not support a delivery policy.", to.Protocol)
	}
	if value == "" {
		s.delivery = nil
		delete(s.attrs, attrDeliveryPolicy)
		return nil
	}
	p, err := retry.ParseSubscription(value)
	if err != nil {
		return invalid(prefix+"%s", err)
	}
	s.delivery, s.attrs[attrDeliveryPolicy] = p, p.String()
	return nil
}

// parseRedrive reads a RedrivePolicy. An empty text removes it.
func parseRedrive(text, prefix string) (target string, err error) {
	if text == "" {
		return "", nil
	}
	var p struct {
		Target string `json:"deadLetterTargetArn"`
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return "", invalid(prefix + "RedrivePolicy: failed to parse JSON.")
	}
	if !isQueueARN(p.Target) {
		return "", invalid(prefix + badDeadLetter)
	}
	return p.Target, nil
}

const badDeadLetter = "RedrivePolicy: deadLetterTargetArn is an invalid arn"

// validateDeadLetter refuses a dead-letter queue of another account or region than the subscription's, and one that would lose the
// order of a FIFO queue.
func validateDeadLetter(target string, to Endpoint, owner string, t *topic, prefix string) error {
	if target == "" {
		return nil
	}
	if a, _ := arn.Parse(target); a.Account != owner || a.Region != t.key.region {
		return invalid(prefix + badDeadLetter)
	}
	if t.settings.Load().fifo && strings.HasSuffix(to.Address, fifoSuffix) && !strings.HasSuffix(target, fifoSuffix) {
		return invalid(prefix + "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.")
	}
	return nil
}

// shown returns the attributes that are settings, as the subscription shows them.
func (s *subSettings) shown(p Protocol, t *settings) map[string]string {
	m := maps.Clone(s.attrs)
	delete(m, attrFilterScope)
	if s.filterText != "" {
		m[attrFilterScope] = string(s.scope)
	}
	if p == ProtocolHTTP || p == ProtocolHTTPS {
		m["EffectiveDeliveryPolicy"] = retry.Resolve(t.delivery, s.delivery).String()
	}
	return m
}

// matches reports whether a Subscribe with other settings names none that differ from these. next is what the named settings would
// make of a new subscription.
func (s *subSettings) matches(wanted map[string]string, next *subSettings) bool {
	for name := range wanted {
		same := s.attrs[name] == next.attrs[name]
		switch name {
		case attrFilterScope:
			same = s.scope == next.scope
		case attrRedrive:
			same = s.deadLetter == next.deadLetter
		}
		if !same {
			return false
		}
	}
	return true
}

// config returns the settings as SubscriptionConfig has them.
func (s *subSettings) config() SubscriptionConfig {
	c := SubscriptionConfig{Raw: new(s.raw), Attributes: maps.Clone(s.attrs)}
	if s.filterText != "" {
		c.FilterPolicy, c.FilterScope = new(s.filterText), new(s.scope)
	}
	if s.deadLetter != "" {
		c.DeadLetter = new(s.deadLetter)
	}
	if s.delivery != nil {
		c.DeliveryPolicy = new(s.delivery.String())
	}
	if s.replay != nil {
		c.Replay = new(*s.replay)
	}
	return c
}

// parseReplay reads a ReplayPolicy. An empty text stops a replay.
func parseReplay(text, prefix string) (*Replay, error) {
	if text == "" {
		return nil, nil
	}
	var p struct{ PointType, StartingPoint, EndingPoint *string }
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, invalid(prefix + "ReplayPolicy: failed to parse JSON.")
	}
	if p.PointType == nil || *p.PointType != "Timestamp" {
		return nil, invalid(prefix + "ReplayPolicy: PointType must be Timestamp")
	}
	if p.StartingPoint == nil {
		return nil, invalid(prefix + "ReplayPolicy: StartingPoint is required")
	}
	var r Replay
	var err error
	if r.From, err = time.Parse(time.RFC3339Nano, *p.StartingPoint); err != nil {
		return nil, invalid(prefix + "ReplayPolicy: StartingPoint is not a valid timestamp")
	}
	if p.EndingPoint != nil {
		if r.To, err = time.Parse(time.RFC3339Nano, *p.EndingPoint); err != nil || !r.To.After(r.From) {
			return nil, invalid(prefix + "ReplayPolicy: EndingPoint is not a valid timestamp after the StartingPoint")
		}
	}
	return &r, nil
}

// validateReplay refuses a replay of what there is not. The caller holds the topic's mu.
func (s *subSettings) validateReplay(to Endpoint, t *topic, now int64, prefix string) error {
	begin := t.state.ArchiveBegin(now)
	switch {
	case to.Protocol != ProtocolSQS || !t.settings.Load().fifo:
		return invalid(prefix + "ReplayPolicy: only queues subscribed to a FIFO topic can replay")
	case begin == 0:
		return invalid(prefix + "ReplayPolicy: the topic has no ArchivePolicy")
	case s.replay.From.Before(at(begin).Truncate(time.Millisecond)): // which is what the topic shows
		return invalid(prefix + "ReplayPolicy: StartingPoint must not be before the topic's BeginningArchiveTime")
	}
	return nil
}
