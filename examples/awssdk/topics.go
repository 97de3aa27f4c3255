package awssdk

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/inflight-mq/inflight/sns"
)

// Topics is this library's interface on top of the SDK: what is written for [sns.Topics] then runs against AWS, or against
// whatever else c talks to. Refusals are [*sns.Error] values as a [sns.Broker] returns them; other failures are the SDK's own.
//
// The wire changes one setting in a call: SetConfig of several is several calls, and if one is refused, those before it are taken
// back. Subscribe asks afterwards whether the subscription is pending.
func Topics(c *awssns.Client) *TopicService { return &TopicService{c} }

// TopicService is what [Topics] returns: beside [sns.Topics] it implements [sns.Platforms] and [sns.Phones].
type TopicService struct{ c *awssns.Client }

var _ sns.Topics = (*TopicService)(nil)

// Publish publishes to any target, as [sns.Broker.Publish] does.
func (s *TopicService) Publish(ctx context.Context, to sns.Target, m sns.Message) (sns.Published, error) {
	return s.publish(ctx, &awssns.PublishInput{
		TopicArn: text(to.TopicARN, false), TargetArn: text(to.TargetARN, false), PhoneNumber: text(to.PhoneNumber, false),
	}, &m)
}

// Create makes or finds a topic.
func (s *TopicService) Create(ctx context.Context, name string, cfg sns.Config) (sns.Topic, error) {
	out, err := s.c.CreateTopic(ctx, &awssns.CreateTopicInput{
		Name: &name, Attributes: topicAttributes(cfg), Tags: tagsOf(cfg.Tags), DataProtectionPolicy: cfg.DataProtection,
	})
	if err != nil {
		return nil, refused(ctx, sns.OpCreateTopic, name, err)
	}
	return s.Topic(*out.TopicArn), nil
}

// Topic returns the topic of an ARN.
func (s *TopicService) Topic(arn string) sns.Topic { return &topic{s, arn} }

// Delete deletes a topic.
func (s *TopicService) Delete(ctx context.Context, arn string) error {
	_, err := s.c.DeleteTopic(ctx, &awssns.DeleteTopicInput{TopicArn: &arn})
	return refused(ctx, sns.OpDeleteTopic, nameIn(arn), err)
}

// List lists topics.
func (s *TopicService) List(ctx context.Context, token string) (sns.TopicPage, error) {
	out, err := s.c.ListTopics(ctx, &awssns.ListTopicsInput{NextToken: text(token, false)})
	if err != nil {
		return sns.TopicPage{}, refused(ctx, sns.OpListTopics, "", err)
	}
	p := sns.TopicPage{Next: aws.ToString(out.NextToken)}
	for _, t := range out.Topics {
		p.Topics = append(p.Topics, s.Topic(aws.ToString(t.TopicArn)))
	}
	return p, nil
}

// Subscription returns the subscription of an ARN.
func (s *TopicService) Subscription(arn string) sns.Subscription { return &subscription{s, arn, false} }

// Subscriptions lists subscriptions.
func (s *TopicService) Subscriptions(ctx context.Context, token string) (sns.SubscriptionPage, error) {
	out, err := s.c.ListSubscriptions(ctx, &awssns.ListSubscriptionsInput{NextToken: text(token, false)})
	if err != nil {
		return sns.SubscriptionPage{}, refused(ctx, sns.OpListSubscriptions, "", err)
	}
	return subscriptionPage(out.Subscriptions, out.NextToken), nil
}

func subscriptionPage(all []types.Subscription, next *string) sns.SubscriptionPage {
	p := sns.SubscriptionPage{Next: aws.ToString(next)}
	for _, i := range all {
		p.Subscriptions = append(p.Subscriptions, sns.SubscriptionInfo{
			ARN: aws.ToString(i.SubscriptionArn), Owner: aws.ToString(i.Owner), TopicARN: aws.ToString(i.TopicArn),
			Endpoint: sns.Endpoint{Protocol: sns.Protocol(aws.ToString(i.Protocol)), Address: aws.ToString(i.Endpoint)},
		})
	}
	return p
}

// Confirm confirms a subscription. An unsigned confirmation is a request without credentials.
func (s *TopicService) Confirm(ctx context.Context, cf sns.Confirmation) (sns.Subscription, error) {
	in := &awssns.ConfirmSubscriptionInput{TopicArn: &cf.TopicARN, Token: &cf.Token}
	if cf.Authenticate {
		in.AuthenticateOnUnsubscribe = aws.String("true")
	}
	c := s.c
	if cf.Unsigned {
		c = awssns.New(c.Options(), func(o *awssns.Options) { o.Credentials = aws.AnonymousCredentials{} })
	}
	out, err := c.ConfirmSubscription(ctx, in)
	if err != nil {
		return nil, refused(ctx, sns.OpConfirmSubscription, nameIn(cf.TopicARN), err)
	}
	return s.Subscription(aws.ToString(out.SubscriptionArn)), nil
}

// nameIn returns the last part of an ARN.
func nameIn(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }
