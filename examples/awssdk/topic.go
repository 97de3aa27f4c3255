package awssdk

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/inflight-mq/inflight/sns"
)

// topic is a topic of the SDK's service. This file has what concerns the topic itself, publish.go what concerns its messages.
type topic struct {
	s   *TopicService
	arn string
}

var _ sns.Topic = (*topic)(nil)

func (t *topic) Name() string { return nameIn(t.arn) }
func (t *topic) ARN() string  { return t.arn }

func (t *topic) refused(ctx context.Context, op sns.Op, err error) error {
	return refused(ctx, op, t.Name(), err)
}

func (t *topic) Attributes(ctx context.Context) (map[string]string, error) {
	out, err := t.s.c.GetTopicAttributes(ctx, &awssns.GetTopicAttributesInput{TopicArn: &t.arn})
	if err != nil {
		return nil, t.refused(ctx, sns.OpGetTopicAttributes, err)
	}
	return out.Attributes, nil
}

func (t *topic) Config(ctx context.Context) (sns.Config, error) {
	m, err := t.Attributes(ctx)
	if err != nil {
		return sns.Config{}, err
	}
	cfg := topicConfig(m)
	protection, err := t.DataProtection(ctx)
	if protection != "" {
		cfg.DataProtection = &protection
	}
	return cfg, err
}

func (t *topic) SetConfig(ctx context.Context, patch sns.Config) error {
	return setAll(ctx, t, topicAttributes(patch))
}

func (t *topic) SetAttribute(ctx context.Context, name, value string) error {
	_, err := t.s.c.SetTopicAttributes(ctx, &awssns.SetTopicAttributesInput{
		TopicArn: &t.arn, AttributeName: &name, AttributeValue: &value,
	})
	return t.refused(ctx, sns.OpSetTopicAttributes, err)
}

// attributed is what has attributes that are set one by one.
type attributed interface {
	Attributes(ctx context.Context) (map[string]string, error)
	SetAttribute(ctx context.Context, name, value string) error
}

// setAll sets attributes one by one. If one is refused, it sets those before it back.
func setAll(ctx context.Context, on attributed, all map[string]string) error {
	names := slices.Sorted(maps.Keys(all))
	const policy, scope = "FilterPolicy", "FilterPolicyScope"
	if i, j := slices.Index(names, policy), slices.Index(names, scope); i >= 0 && j >= 0 && all[scope] == "MessageBody" {
		names[i], names[j] = scope, policy // a nested policy is only taken in its scope, and its scope not left under it
	}
	var before map[string]string
	if len(names) > 1 {
		var err error
		if before, err = on.Attributes(ctx); err != nil {
			return err
		}
	}
	for i, name := range names {
		if err := on.SetAttribute(ctx, name, all[name]); err != nil {
			for _, done := range slices.Backward(names[:i]) {
				_ = on.SetAttribute(ctx, done, before[done])
			}
			return err
		}
	}
	return nil
}

func (t *topic) Subscribe(ctx context.Context, to sns.Endpoint, cfg sns.SubscriptionConfig) (sns.Subscription, error) {
	out, err := t.s.c.Subscribe(ctx, &awssns.SubscribeInput{
		TopicArn: &t.arn, Protocol: aws.String(string(to.Protocol)), Endpoint: &to.Address, Attributes: subscriptionAttributes(cfg),
		ReturnSubscriptionArn: true,
	})
	if err != nil {
		return nil, t.refused(ctx, sns.OpSubscribe, err)
	}
	s := &subscription{t.s, aws.ToString(out.SubscriptionArn), false}
	m, err := s.Attributes(ctx)
	s.pending = m["PendingConfirmation"] == "true"
	return s, err
}

func (t *topic) Subscriptions(ctx context.Context, token string) (sns.SubscriptionPage, error) {
	out, err := t.s.c.ListSubscriptionsByTopic(ctx, &awssns.ListSubscriptionsByTopicInput{TopicArn: &t.arn, NextToken: text(token, false)})
	if err != nil {
		return sns.SubscriptionPage{}, t.refused(ctx, sns.OpListSubscriptionsByTopic, err)
	}
	return subscriptionPage(out.Subscriptions, out.NextToken), nil
}

func (t *topic) Tags(ctx context.Context) (map[string]string, error) {
	out, err := t.s.c.ListTagsForResource(ctx, &awssns.ListTagsForResourceInput{ResourceArn: &t.arn})
	if err != nil {
		return nil, t.refused(ctx, sns.OpListTagsForResource, err)
	}
	var tags map[string]string
	for _, tag := range out.Tags {
		if tags == nil {
			tags = map[string]string{}
		}
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags, nil
}

func (t *topic) Tag(ctx context.Context, tags map[string]string) error {
	_, err := t.s.c.TagResource(ctx, &awssns.TagResourceInput{ResourceArn: &t.arn, Tags: present(tagsOf(tags))})
	return t.refused(ctx, sns.OpTagResource, err)
}

func (t *topic) Untag(ctx context.Context, keys ...string) error {
	_, err := t.s.c.UntagResource(ctx, &awssns.UntagResourceInput{ResourceArn: &t.arn, TagKeys: present(keys)})
	return t.refused(ctx, sns.OpUntagResource, err)
}

func (t *topic) AddPermission(ctx context.Context, label string, accounts, actions []string) error {
	_, err := t.s.c.AddPermission(ctx, &awssns.AddPermissionInput{
		TopicArn: &t.arn, Label: &label, AWSAccountId: present(accounts), ActionName: present(actions),
	})
	return t.refused(ctx, sns.OpAddPermission, err)
}

func (t *topic) RemovePermission(ctx context.Context, label string) error {
	_, err := t.s.c.RemovePermission(ctx, &awssns.RemovePermissionInput{TopicArn: &t.arn, Label: &label})
	return t.refused(ctx, sns.OpRemovePermission, err)
}

func (t *topic) DataProtection(ctx context.Context) (string, error) {
	out, err := t.s.c.GetDataProtectionPolicy(ctx, &awssns.GetDataProtectionPolicyInput{ResourceArn: &t.arn})
	if err != nil {
		return "", t.refused(ctx, sns.OpGetDataProtectionPolicy, err)
	}
	return aws.ToString(out.DataProtectionPolicy), nil
}

func (t *topic) SetDataProtection(ctx context.Context, policy string) error {
	_, err := t.s.c.PutDataProtectionPolicy(ctx, &awssns.PutDataProtectionPolicyInput{ResourceArn: &t.arn, DataProtectionPolicy: &policy})
	return t.refused(ctx, sns.OpPutDataProtectionPolicy, err)
}
