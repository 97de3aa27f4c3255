package snstest_test

import (
	"context"
	"errors"
	"net/url"

	"github.com/inflight-mq/inflight/sns"
)

// visitor follows the URLs of envelopes, as the wire does for unsigned requests.
type visitor struct{ b *sns.Broker }

func (v visitor) visit(ctx context.Context, link string) error {
	u, err := url.Parse(link)
	if err != nil {
		return err
	}
	q := u.Query()
	switch q.Get("Action") {
	case "ConfirmSubscription":
		_, err := v.b.Confirm(ctx, sns.Confirmation{TopicARN: q.Get("TopicArn"), Token: q.Get("Token"), Unsigned: true})
		return err
	case "Unsubscribe":
		return v.b.Unsubscribe(ctx, q.Get("SubscriptionArn"), true)
	}
	return errors.New("no URL of an envelope: " + link)
}
