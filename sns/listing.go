package sns

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// Subscriptions lists the topic's subscriptions; see [Topic].
func (h handle) Subscriptions(ctx context.Context, token string) (SubscriptionPage, error) {
	c, t, err := h.begin(ctx, OpListSubscriptionsByTopic)
	var p SubscriptionPage
	if err == nil {
		p, err = t.page(c.now, token)
	}
	if err = c.end(err); err != nil {
		return SubscriptionPage{}, err
	}
	return p, nil
}

func (t *topic) page(now int64, token string) (SubscriptionPage, error) {
	after, err := readToken(token)
	if err != nil {
		return SubscriptionPage{}, err
	}
	if err := t.lock(now); err != nil {
		return SubscriptionPage{}, err
	}
	defer t.mu.Unlock()
	var p SubscriptionPage
	for i, n := range t.state.Page(after.subscription, MaxListed+1) {
		if i == MaxListed {
			p.Next = after.String()
			break
		}
		after.subscription = n
		p.Subscriptions = append(p.Subscriptions, t.subs[n].info())
	}
	return p, nil
}

// Subscriptions lists the subscriptions of the caller's account and region, topic by topic; see [Topics].
func (b *Broker) Subscriptions(ctx context.Context, token string) (SubscriptionPage, error) {
	c, err := b.begin(ctx, OpListSubscriptions, "", b.meter)
	var p SubscriptionPage
	if err == nil {
		err = c.refuseService()
	}
	if err == nil {
		p, err = c.subscriptions(token)
	}
	if err = c.end(err); err != nil {
		return SubscriptionPage{}, err
	}
	return p, nil
}

func (c *call) subscriptions(token string) (SubscriptionPage, error) {
	from, err := readToken(token)
	if err != nil {
		return SubscriptionPage{}, err
	}
	account, region := c.home()
	b := c.b
	b.mu.RLock()
	defer b.mu.RUnlock()
	var p SubscriptionPage
	first, _ := slices.BinarySearchFunc(b.byAge, from.topic, byNumber)
	for _, t := range b.byAge[first:] {
		if t.key.region != region {
			continue
		}
		if !t.appendTo(&p, c.now, account, from) {
			break
		}
	}
	return p, nil
}

// appendTo adds the topic's subscriptions of an account to a page, and reports whether there may be room for more.
func (t *topic) appendTo(p *SubscriptionPage, now int64, account string, from place) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.advance(now)
	after := place{topic: t.number}
	if from.topic == t.number {
		after = from
	}
	for {
		page := t.state.Page(after.subscription, MaxListed)
		if len(page) == 0 {
			return true
		}
		for _, n := range page {
			if t.subs[n].owner == account {
				if len(p.Subscriptions) == MaxListed {
					p.Next = after.String()
					return false
				}
				p.Subscriptions = append(p.Subscriptions, t.subs[n].info())
			}
			after.subscription = n
		}
	}
}

// place is where a page begins: after a topic or, among those of a topic, after a subscription.
type place struct{ topic, subscription uint64 }

// String returns the token of a page.
func (p place) String() string {
	return base64.StdEncoding.EncodeToString([]byte("after " +
		strconv.FormatUint(p.topic, 10) + " " + strconv.FormatUint(p.subscription, 10)))
}

// readToken reads the token of a page. None means the first page.
func readToken(token string) (p place, err error) {
	if token == "" {
		return place{}, nil
	}
	text, err := base64.StdEncoding.DecodeString(token)
	words := strings.Split(string(text), " ")
	if err == nil && len(words) == 3 {
		p.topic, err = strconv.ParseUint(words[1], 10, 63)
		if err == nil {
			p.subscription, err = strconv.ParseUint(words[2], 10, 63)
		}
	}
	if err != nil || p.String() != token {
		return place{}, invalid("NextToken")
	}
	return p, nil
}

func byNumber(t *topic, n uint64) int { return cmp.Compare(t.number, n) }
