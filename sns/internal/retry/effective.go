package retry

// Effective is the delivery policy by which a subscription is served. It is made once per change of the topic's or the
// subscription's policy, and shared from then on.
type Effective struct {
	// Schedule is when to try again.
	Schedule Schedule
	// PerSecond is the highest number of deliveries in a second, 0 for no limit.
	PerSecond int

	contentType string
	text        string
}

// Resolve returns the effective policy of a subscription of a topic; nil stands for a policy that is not set.
func Resolve(t *Topic, s *Subscription) *Effective {
	full := t.effective()
	eff := Subscription{healthy: full.healthy, throttle: full.throttle, request: full.request}
	if s != nil && !full.deaf {
		eff.override(s)
	}
	e := &Effective{
		Schedule: eff.healthy.schedule(), contentType: *eff.request.contentType, text: eff.String(),
	}
	if eff.throttle != nil {
		e.PerSecond = eff.throttle.perSecond.n
	}
	return e
}

// override takes over what s sets.
func (s *Subscription) override(by *Subscription) {
	if by.healthy != nil {
		s.healthy = by.healthy.complete()
	}
	if by.throttle != nil {
		s.throttle = by.throttle
	}
	if by.request != nil && by.request.contentType != nil {
		s.request = by.request
	}
}

// String returns the attribute EffectiveDeliveryPolicy.
func (e *Effective) String() string { return e.text }

// ContentType returns the content type of notifications, raw ones or envelopes. Envelopes are never sent as what only raw
// messages can be; they are plain text then.
func (e *Effective) ContentType(raw bool) string {
	if !knownType(e.contentType, raw) {
		return DefaultContentType
	}
	return e.contentType
}
