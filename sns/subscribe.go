package sns

import "context"

// Subscribe subscribes an endpoint; see [Topic].
func (h handle) Subscribe(ctx context.Context, to Endpoint, cfg SubscriptionConfig) (Subscription, error) {
	// The topic is found first, its policy asked afterwards: it may look at the endpoint.
	k := keyOf(h.ref, "", "")
	m := h.b.meter
	if t := h.b.find(k); t != nil {
		m = t.meter
	}
	c, err := h.b.begin(ctx, OpSubscribe, k.name, m)
	var sub subHandle
	if err == nil {
		sub, err = c.subscribe(h.ref, to, cfg)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return sub, nil
}

func (c *call) subscribe(ref string, to Endpoint, cfg SubscriptionConfig) (subHandle, error) {
	k, err := c.topicKey("TopicArn", ref)
	if err != nil {
		return subHandle{}, err
	}
	t := c.b.find(k)
	if t == nil || t.arn != ref {
		return subHandle{}, noTopic()
	}
	if err := t.authorize(c, map[string][]string{"sns:protocol": {string(to.Protocol)}, "sns:endpoint": {to.Address}}); err != nil {
		return subHandle{}, err
	}
	if err := to.validate(c.b); err != nil {
		return subHandle{}, err
	}
	if err := to.fits(t.settings.Load()); err != nil {
		return subHandle{}, err
	}
	t.takeTurn() // of a replay
	defer t.endTurn()
	sub, first, err := c.subscribeTo(t, to, cfg)
	if err == nil {
		c.b.deliver(first)
	}
	return sub, err
}

// subscribeTo finds or makes the subscription of a valid endpoint, and returns what it is sent at first.
func (c *call) subscribeTo(t *topic, to Endpoint, cfg SubscriptionConfig) (subHandle, []*delivery, error) {
	c.b.mu.Lock() // the new subscription becomes known by its ARN
	defer c.b.mu.Unlock()
	if err := t.lock(c.now); err != nil {
		return subHandle{}, nil, err
	}
	defer t.mu.Unlock()
	for _, ref := range t.expired { // only here can they become many
		delete(c.b.subs, ref)
	}
	t.expired = nil
	wanted, s := cfg.attributes(), t.byEndpoint[to]
	owner, _ := c.home()
	if s != nil {
		owner = s.owner
	}
	next, err := newSubSettings().changed(wanted, to, owner, t, c.now, "Attributes Reason: ")
	if err != nil {
		return subHandle{}, nil, err
	}
	switch {
	case s == nil:
		if s, err = c.newSubscription(t, to, next); err != nil {
			return subHandle{}, nil, err
		}
	case !s.settings.Load().matches(wanted, next):
		return subHandle{}, nil, invalid("Attributes Reason: Subscription already exists with different attributes")
	case !t.state.Sub(s.number).Pending:
		return subHandle{b: c.b, ref: s.arn}, nil, nil
	}
	h := subHandle{b: c.b, ref: s.arn, pending: t.state.Sub(s.number).Pending}
	if h.pending {
		return h, []*delivery{c.b.confirmation(s, c.now)}, nil
	}
	if next.replay != nil {
		return h, s.startReplay(c.now), nil
	}
	return h, nil, nil
}

// newSubscription makes a subscription. The caller holds b.mu and t.mu.
func (c *call) newSubscription(t *topic, to Endpoint, set *subSettings) (*subscription, error) {
	account, _ := c.home()
	if err := t.allowSubscription(to, account); err != nil {
		return nil, err
	}
	if err := t.allowFilter(nil, set); err != nil {
		return nil, err
	}
	s := &subscription{t: t, endpoint: to, owner: account, principal: c.principalOf()}
	isPending := to.needsConfirmation(account)
	err := t.quotas.change(c.now, s, func(sh *share) {
		sh.filter, sh.replay = set.filter != nil, set.replay.until(isPending)
		if isPending {
			sh.pending = c.now + int64(PendingLife)
		}
	})
	if err != nil {
		return nil, err
	}
	s.arn = t.newARN()
	s.authenticated, s.guarded = !isPending, !isPending
	s.number = t.state.Add(c.now, to.group(), isPending, int64(PendingLife))
	t.install(s, nil, set)
	t.subs[s.number], t.byEndpoint[to], c.b.subs[s.arn] = s, s, s
	if to.Protocol == ProtocolFirehose {
		t.streams[account]++
	}
	c.b.record(Event{Kind: EventSubscribed, At: at(c.now), Topic: t.key.name, Subscription: s.arn, Endpoint: to})
	return s, nil
}

// allowSubscription refuses a subscription too many. The caller holds t.mu.
func (t *topic) allowSubscription(to Endpoint, owner string) error {
	set, l := t.settings.Load(), &t.b.limits
	most := l.Subscriptions
	if set.fifo || set.maxSize > MaxMessageSize {
		most = l.SubscriptionsFIFO
	}
	n := t.state.Counts()
	switch {
	case n.Confirmed+n.Pending >= most:
		return fail(ErrSubscriptionLimitExceeded, "Subscription limit exceeded: at most %d per topic are allowed.", most)
	case to.Protocol == ProtocolFirehose && isFull(t.streams[owner], l.Streams):
		return fail(ErrSubscriptionLimitExceeded, "Subscription limit exceeded: at most %d with protocol firehose per topic and account "+
			"are allowed.", l.Streams)
	}
	return nil
}
