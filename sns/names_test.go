package sns_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Section 1: names and ARNs.

func TestTopicNames(t *testing.T) {
	w := fake()
	for _, name := range []string{"", strings.Repeat("x", 257), ".fifo", "a.b", "é", "x.fifo", "x.FIFO", "a\x00", "\xff"} {
		_, err := w.Create(t.Context(), name, sns.Config{})
		invalid(t, err, "Topic Name", name)
	}
	for _, c := range ":;!@|^% " {
		_, err := w.Create(t.Context(), "a"+string(c)+"b", sns.Config{})
		invalid(t, err, "Topic Name", c)
	}
	for _, name := range []string{"x", "x.fifox", ".fifo", "", strings.Repeat("x", 252) + ".fifo", "a b.fifo"} {
		_, err := w.Create(t.Context(), name, sns.Config{FIFO: new(true)})
		invalid(t, err, "Topic Name", name)
	}
	for _, name := range []string{"x", strings.Repeat("x", 256), "Az09_-", "fifo"} {
		topic := w.topic(t, name, sns.Config{})
		require.Equal(t, arnPrefix+name, topic.ARN())
		require.Equal(t, name, topic.Name())
	}
	for _, name := range []string{"x.fifo", strings.Repeat("x", 251) + ".fifo"} {
		require.Equal(t, arnPrefix+name, w.topic(t, name, sns.Config{}).ARN())
	}
}

func TestPartitions(t *testing.T) {
	for region, partition := range map[string]string{"eu-west-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"} {
		w := fake(sns.WithRegion(region), sns.WithAccount(foreign))
		require.Equal(t, "arn:"+partition+":sns:"+region+":"+foreign+":x", w.topic(t, "x", sns.Config{}).ARN())
	}
}

// operations are those that take a topic's ARN.
func operations(topic sns.Topic) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Publish":                  func(ctx context.Context) error { _, err := topic.Publish(ctx, sns.Message{Body: "m"}); return err },
		"PublishBatch":             func(ctx context.Context) error { _, err := topic.PublishBatch(ctx, sns.Message{Body: "m"}); return err },
		"Config":                   func(ctx context.Context) error { _, err := topic.Config(ctx); return err },
		"GetTopicAttributes":       func(ctx context.Context) error { _, err := topic.Attributes(ctx); return err },
		"SetTopicAttributes":       func(ctx context.Context) error { return topic.SetAttribute(ctx, "DisplayName", "x") },
		"ListSubscriptionsByTopic": func(ctx context.Context) error { _, err := topic.Subscriptions(ctx, ""); return err },
		"AddPermission": func(ctx context.Context) error {
			return topic.AddPermission(ctx, "l", []string{foreign}, []string{"Publish"})
		},
		"RemovePermission": func(ctx context.Context) error { return topic.RemovePermission(ctx, "l") },
		"Subscribe": func(ctx context.Context) error {
			_, err := topic.Subscribe(ctx, sns.ToQueue("arn:aws:sqs:us-east-1:"+account+":q"), sns.SubscriptionConfig{})
			return err
		},
	}
}

// onResource are those that call it a resource.
func onResource(topic sns.Topic) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"ListTagsForResource":     func(ctx context.Context) error { _, err := topic.Tags(ctx); return err },
		"TagResource":             func(ctx context.Context) error { return topic.Tag(ctx, map[string]string{"k": "v"}) },
		"UntagResource":           func(ctx context.Context) error { return topic.Untag(ctx, "k") },
		"GetDataProtectionPolicy": func(ctx context.Context) error { _, err := topic.DataProtection(ctx); return err },
		"PutDataProtectionPolicy": func(ctx context.Context) error { return topic.SetDataProtection(ctx, "{}") },
	}
}

// An ARN is looked at in the order: its parts, its region, whether there is such a topic.
func TestTopicARNs(t *testing.T) {
	w := fake()
	w.topic(t, "x", sns.Config{})
	europe := sns.WithCaller(t.Context(), sns.Caller{Region: "eu-west-1"})
	_, err := w.Create(europe, "x", sns.Config{})
	require.NoError(t, err)
	short := map[string]string{"": "1", "x": "1", "a:b:c:d:e": "5", "arn:aws:sns": "3"}
	strange := []string{
		"arn:aws:sns:eu-west-1:" + account + ":x", "arn:aws:sns:eu-west-1:" + account + ":missing", "arn:aws:sns::" + account + ":x", ":::::",
		"arn:aws:sqs:us-east-1:" + account + ":x", // of another service
	}
	missing := []string{
		arnPrefix + "missing", arnPrefix + "x:y", arnPrefix, "arn:aws:sns:us-east-1:" + foreign + ":x",
		"arn:aws-cn:sns:us-east-1:" + account + ":x", "x:aws:sns:us-east-1:" + account + ":x",
	}
	for parameter, calls := range map[string]func(sns.Topic) map[string]func(context.Context) error{"TopicArn": operations, "ResourceArn": onResource} {
		for ref, n := range short {
			for op, call := range calls(w.Topic(ref)) {
				invalid(t, call(t.Context()), parameter+" Reason: An ARN must have at least 6 elements, not "+n, op, ref)
			}
		}
		for _, ref := range strange {
			for op, call := range calls(w.Topic(ref)) {
				invalid(t, call(t.Context()), parameter, op, ref)
			}
		}
	}
	for _, ref := range missing {
		for op, call := range operations(w.Topic(ref)) {
			refused(t, call(t.Context()), sns.ErrNotFound, "Topic does not exist", op, ref)
		}
		for op, call := range onResource(w.Topic(ref)) {
			if !strings.Contains(op, "Protection") {
				refused(t, call(t.Context()), sns.ErrResourceNotFound, "Resource does not exist", op, ref)
			} else {
				refused(t, call(t.Context()), sns.ErrNotFound, "Topic does not exist", op, ref)
			}
		}
	}
	invalid(t, w.Delete(t.Context(), "x"), "TopicArn Reason: An ARN must have at least 6 elements, not 1")
	invalid(t, w.Delete(t.Context(), strange[0]), "TopicArn")
	require.NoError(t, w.Delete(t.Context(), missing[0]))
	require.Equal(t, 404, sns.ErrNotFound.Status())
	require.Equal(t, 404, sns.ErrResourceNotFound.Status())
}
