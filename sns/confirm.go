package sns

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// token is what confirms a subscription, for a time.
type token struct {
	text  string
	s     *subscription
	until int64
	// revives marks the token of a farewell: it brings back what was ended.
	revives bool
}

// tokenDigits is how long a token is, in hexadecimal digits.
const tokenDigits = 288

// newToken makes a token for a subscription. Older ones stay good. The caller holds mu.
func (b *Broker) newToken(s *subscription, now int64) *token {
	b.dropTokens(now)
	var raw [tokenDigits / 2]byte
	_, _ = b.ids.Read(raw[:]) // never fails
	t := &token{text: hex.EncodeToString(raw[:]), s: s, until: now + int64(TokenLife)}
	b.tokens[t.text] = t
	b.tokenAge = append(b.tokenAge, t)
	return t
}

// dropTokens forgets the tokens whose time has come. The caller holds mu.
func (b *Broker) dropTokens(now int64) {
	for len(b.tokenAge) > 0 && b.tokenAge[0].until <= now {
		delete(b.tokens, b.tokenAge[0].text)
		b.tokenAge = b.tokenAge[1:]
	}
}

// PendingToken returns the newest token that confirms a subscription, or "" when there is none that is still good: for tests that
// have no endpoint to read it from.
func (b *Broker) PendingToken(subscriptionARN string) string {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropTokens(now)
	for _, t := range slices.Backward(b.tokenAge) {
		if t.s.arn == subscriptionARN {
			return t.text
		}
	}
	return ""
}

// Confirm confirms a subscription; see [Topics].
func (b *Broker) Confirm(ctx context.Context, cf Confirmation) (Subscription, error) {
	c, err := b.begin(ctx, OpConfirmSubscription, keyOf(cf.TopicARN, "", "").name, b.meter)
	var h subHandle
	if err == nil {
		h, err = c.confirm(cf)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return h, nil
}

func (c *call) confirm(cf Confirmation) (subHandle, error) {
	n, err := parseName("", cf.TopicARN)
	if _, region := c.home(); err != nil || n.region != region {
		return subHandle{}, invalid("Topic")
	}
	if !isToken(cf.Token) {
		if cf.Unsigned {
			return subHandle{}, invalid("Token")
		}
		return subHandle{}, fail(ErrInvalidParameter, "Invalid token")
	}
	tok := c.b.token(cf.Token, c.now)
	if tok == nil {
		return subHandle{}, invalid("Token")
	}
	t := tok.s.t
	t.takeTurn() // of a replay
	defer t.endTurn()
	h, first, err := c.confirmBy(tok, cf)
	if err == nil {
		c.b.deliver(first)
	}
	return h, err
}

// token finds a token that is still good, or nil.
func (b *Broker) token(text string, now int64) *token {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropTokens(now)
	return b.tokens[text]
}

// confirmBy confirms a subscription by its token, and returns what it is sent at first.
func (c *call) confirmBy(tok *token, cf Confirmation) (subHandle, []*delivery, error) {
	b, s := c.b, tok.s
	b.mu.Lock()
	defer b.mu.Unlock()
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	s.t.advance(c.now)
	if b.tokens[cf.Token] != tok || s.ended && !tok.revives {
		return subHandle{}, nil, invalid("Token")
	}
	h := subHandle{b: b, ref: s.arn}
	if !s.ended && !s.t.state.Sub(s.number).Pending && !tok.revives {
		return h, nil, nil
	}
	if err := s.t.admit(s, c.now); err != nil {
		return subHandle{}, nil, err
	}
	s.t.state.Confirm(s.number)
	s.authenticated = !cf.Unsigned
	s.guarded = cf.Authenticate && !cf.Unsigned
	b.record(Event{Kind: EventConfirmed, At: at(c.now), Topic: s.t.key.name, Subscription: s.arn, Endpoint: s.endpoint})
	if s.settings.Load().replay == nil {
		return h, nil, nil
	}
	return h, s.startReplay(c.now), nil
}

// admit brings a subscription that is to be confirmed within the limits: it stops being pending, or comes back. The caller holds
// b.mu and t.mu.
func (t *topic) admit(s *subscription, now int64) error {
	if s.ended {
		if err := t.allowRevival(s); err != nil {
			return err
		}
	}
	set := s.settings.Load()
	err := t.quotas.change(now, s, func(sh *share) { *sh = share{filter: set.filter != nil, replay: set.replay.until(false)} })
	if err == nil && s.ended {
		t.revive(s, now)
	}
	return err
}

// allowRevival refuses to bring a subscription back whose topic is gone, whose endpoint was subscribed anew meanwhile, or that would be
// one too many.
func (t *topic) allowRevival(s *subscription) error {
	if t.gone || t.byEndpoint[s.endpoint] != nil {
		return invalid("Token")
	}
	if err := t.allowSubscription(s.endpoint, s.owner); err != nil {
		return err
	}
	return t.allowFilter(nil, s.settings.Load())
}

// revive brings a subscription back that was ended by a visit of its URL, which only HTTP endpoints can be. The caller holds b.mu and
// t.mu.
func (t *topic) revive(s *subscription, now int64) {
	t.state.Restore(now, s.number, s.endpoint.group(), s.settings.Load().filter)
	s.ended = false
	t.subs[s.number], t.byEndpoint[s.endpoint], t.b.subs[s.arn] = s, s, s
	t.filtered += count(s.settings.Load().filter != nil)
}

func isToken(text string) bool {
	return len(text) == tokenDigits && strings.Trim(text, "0123456789abcdef") == ""
}

// confirmation is the message that asks an endpoint to confirm. The caller holds b.mu.
func (b *Broker) confirmation(s *subscription, now int64) *delivery {
	tok := b.newToken(s, now)
	return b.ask(s, tok.text,
		envelope.Confirm(kit.NewID(b.ids).String(), envelope.Timestamp(at(now)), s.t.arn, tok.text, s.t.endpointURL()))
}

// goodbye is the message that tells an endpoint that somebody ended its subscription. The caller holds b.mu.
func (b *Broker) goodbye(s *subscription, now int64) *delivery {
	tok := b.newToken(s, now)
	tok.revives = true
	return b.ask(s, tok.text,
		envelope.Goodbye(kit.NewID(b.ids).String(), envelope.Timestamp(at(now)), s.t.arn, s.arn, tok.text, s.t.endpointURL()))
}
