package awssdk

import (
	"context"

	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/inflight-mq/inflight/sns"
)

// subscription is a subscription of the SDK's service.
type subscription struct {
	s       *TopicService
	arn     string
	pending bool
}

var _ sns.Subscription = (*subscription)(nil)

func (s *subscription) ARN() string   { return s.arn }
func (s *subscription) Pending() bool { return s.pending }

func (s *subscription) refused(ctx context.Context, op sns.Op, err error) error {
	return refused(ctx, op, nameIn(s.arn), err)
}

func (s *subscription) Attributes(ctx context.Context) (map[string]string, error) {
	out, err := s.s.c.GetSubscriptionAttributes(ctx, &awssns.GetSubscriptionAttributesInput{SubscriptionArn: &s.arn})
	if err != nil {
		return nil, s.refused(ctx, sns.OpGetSubscriptionAttributes, err)
	}
	return out.Attributes, nil
}

func (s *subscription) Config(ctx context.Context) (sns.SubscriptionConfig, error) {
	m, err := s.Attributes(ctx)
	if err != nil {
		return sns.SubscriptionConfig{}, err
	}
	return subscriptionConfig(m), nil
}

func (s *subscription) SetConfig(ctx context.Context, patch sns.SubscriptionConfig) error {
	return setAll(ctx, s, subscriptionAttributes(patch))
}

func (s *subscription) SetAttribute(ctx context.Context, name, value string) error {
	_, err := s.s.c.SetSubscriptionAttributes(ctx, &awssns.SetSubscriptionAttributesInput{
		SubscriptionArn: &s.arn, AttributeName: &name, AttributeValue: &value,
	})
	return s.refused(ctx, sns.OpSetSubscriptionAttributes, err)
}

func (s *subscription) Unsubscribe(ctx context.Context) error {
	_, err := s.s.c.Unsubscribe(ctx, &awssns.UnsubscribeInput{SubscriptionArn: &s.arn})
	return s.refused(ctx, sns.OpUnsubscribe, err)
}
