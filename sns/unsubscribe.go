package sns

import "context"

// Unsubscribe ends the subscription; see [Subscription].
func (h subHandle) Unsubscribe(ctx context.Context) error { return h.b.Unsubscribe(ctx, h.ref, false) }

// Unsubscribe ends the subscription of an ARN, as [Subscription] does. An unsigned request, by a visit of the URL in an envelope,
// is refused for subscriptions that only their owners can end; an HTTP endpoint is told of it, and how to take it back.
func (b *Broker) Unsubscribe(ctx context.Context, arn string, unsigned bool) error {
	c, err := b.beginOnSubscription(ctx, OpUnsubscribe, arn)
	var bye []*delivery
	if err == nil {
		bye, err = c.unsubscribe(arn, unsigned)
	}
	if err == nil {
		b.deliver(bye)
	}
	return c.end(err)
}

func (c *call) unsubscribe(ref string, unsigned bool) ([]*delivery, error) {
	if ref == "" {
		return nil, invalid("SubscriptionArn Reason: no value for required parameter")
	}
	n, err := parseName("SubscriptionArn", ref)
	if err != nil {
		return nil, err
	}
	if n.parts < 7 {
		return nil, invalid("SubscriptionId")
	}
	s := c.b.lookUp(ref, c.now)
	if s == nil {
		return nil, nil
	}
	t := s.t
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case s.ended:
		return nil, nil
	case t.state.Sub(s.number).Pending:
		return nil, invalid("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation")
	case unsigned && s.guarded:
		return nil, fail(ErrAuthorization, "This subscription can only be ended by an authenticated request.")
	case !unsigned:
		if err := s.authorize(c); err != nil {
			return nil, err
		}
	}
	t.state.Remove(c.now, s.number)
	t.forget(s)
	delete(c.b.subs, s.arn)
	c.b.record(Event{Kind: EventUnsubscribed, At: at(c.now), Topic: t.key.name, Subscription: s.arn, Endpoint: s.endpoint})
	if unsigned && (s.endpoint.Protocol == ProtocolHTTP || s.endpoint.Protocol == ProtocolHTTPS) {
		return []*delivery{c.b.goodbye(s, c.now)}, nil
	}
	return nil, nil
}
