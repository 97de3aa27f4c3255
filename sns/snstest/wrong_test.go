package snstest_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
)

// The suite can fail: brokers that are wrong in one respect fail the cases that are about it.

// twisted is a broker whose topics are replaced.
type twisted struct {
	sns.Topics
	twist func(sns.Topic) sns.Topic
}

func (w twisted) Create(ctx context.Context, name string, cfg sns.Config) (sns.Topic, error) {
	t, err := w.Topics.Create(ctx, name, cfg)
	if err != nil {
		return nil, err
	}
	return w.twist(t), nil
}

func (w twisted) Topic(arn string) sns.Topic { return w.twist(w.Topics.Topic(arn)) }

// indifferent finds the existing topic whatever is asked.
type indifferent struct{ sns.Topics }

func (w indifferent) Create(ctx context.Context, name string, cfg sns.Config) (sns.Topic, error) {
	t, err := w.Topics.Create(ctx, name, cfg)
	if errors.Is(err, sns.ErrInvalidParameter) {
		return w.Topics.Create(ctx, name, sns.Config{FIFO: cfg.FIFO})
	}
	return t, err
}

// gullible confirms nothing and says that it has.
type gullible struct{ sns.Topics }

func (w gullible) Confirm(_ context.Context, c sns.Confirmation) (sns.Subscription, error) {
	return w.Subscription(c.TopicARN), nil
}

// shortSighted lists the first page only.
type shortSighted struct{ sns.Topics }

func (w shortSighted) List(ctx context.Context, token string) (sns.TopicPage, error) {
	p, err := w.Topics.List(ctx, token)
	p.Next = ""
	return p, err
}

// wordy words refusals in its own way.
type wordy struct{ sns.Topic }

func (t wordy) Publish(ctx context.Context, m sns.Message) (sns.Published, error) {
	p, err := t.Topic.Publish(ctx, m)
	if code, ok := errors.AsType[sns.Code](err); ok {
		err = &sns.Error{Code: code, Message: "no, thank you"}
	}
	return p, err
}

// forgetful knows no duplicates.
type forgetful struct{ sns.Topic }

func (t forgetful) Publish(ctx context.Context, m sns.Message) (sns.Published, error) {
	first, err := t.Topic.Publish(ctx, m)
	if err == nil && !first.SequenceNumber.IsZero() {
		m.DedupID = first.SequenceNumber.String()
		return t.Topic.Publish(ctx, m)
	}
	return first, err
}

// doubling delivers everything twice.
type doubling struct{ sns.Topic }

func (t doubling) Publish(ctx context.Context, m sns.Message) (sns.Published, error) {
	if p, err := t.Topic.Publish(ctx, m); err != nil {
		return p, err
	}
	return t.Topic.Publish(ctx, m)
}

// plain drops the subject.
type plain struct{ sns.Topic }

func (t plain) Publish(ctx context.Context, m sns.Message) (sns.Published, error) {
	m.Subject = ""
	return t.Topic.Publish(ctx, m)
}

// lenient publishes the good entries of a bad batch.
type lenient struct{ sns.Topic }

func (t lenient) PublishBatch(ctx context.Context, ms ...sns.Message) ([]sns.Published, error) {
	all := make([]sns.Published, len(ms))
	for i, m := range ms {
		all[i], all[i].Err = t.Publish(ctx, m)
	}
	return all, nil
}

// backwards publishes batches from behind.
type backwards struct{ sns.Topic }

func (t backwards) PublishBatch(ctx context.Context, ms ...sns.Message) ([]sns.Published, error) {
	ms = slices.Clone(ms)
	slices.Reverse(ms)
	ps, err := t.Topic.PublishBatch(ctx, ms...)
	slices.Reverse(ps)
	return ps, err
}

// indiscriminate delivers everything to everybody.
type indiscriminate struct{ sns.Topic }

func (t indiscriminate) Subscribe(ctx context.Context, to sns.Endpoint, cfg sns.SubscriptionConfig) (sns.Subscription, error) {
	cfg.FilterPolicy, cfg.FilterScope = nil, nil
	return t.Topic.Subscribe(ctx, to, cfg)
}

// wrapping never delivers raw.
type wrapping struct{ sns.Topic }

func (t wrapping) Subscribe(ctx context.Context, to sns.Endpoint, cfg sns.SubscriptionConfig) (sns.Subscription, error) {
	cfg.Raw = nil
	return t.Topic.Subscribe(ctx, to, cfg)
}

// fresh makes a new subscription each time.
type fresh struct{ sns.Topic }

func (t fresh) Subscribe(ctx context.Context, to sns.Endpoint, cfg sns.SubscriptionConfig) (sns.Subscription, error) {
	for i, err := range sns.AllSubscriptions(ctx, t.Topic) {
		if err == nil && i.Endpoint == to && i.ARN != "PendingConfirmation" {
			s, err := t.Topic.Subscribe(ctx, to, sns.SubscriptionConfig{})
			if err == nil {
				err = s.Unsubscribe(ctx)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return t.Topic.Subscribe(ctx, to, cfg)
}

// clinging never ends a subscription.
type clinging struct{ sns.Topic }

func (t clinging) Subscribe(ctx context.Context, to sns.Endpoint, cfg sns.SubscriptionConfig) (sns.Subscription, error) {
	s, err := t.Topic.Subscribe(ctx, to, cfg)
	if err != nil {
		return nil, err
	}
	return attached{s}, nil
}

type attached struct{ sns.Subscription }

func (attached) Unsubscribe(context.Context) error { return nil }

// nullable shows attributes that are not set.
type nullable struct{ sns.Topic }

func (t nullable) Attributes(ctx context.Context) (map[string]string, error) {
	m, err := t.Topic.Attributes(ctx)
	m = maps.Clone(m)
	if m != nil {
		m["KmsMasterKeyId"] += ""
	}
	return m, err
}

// panicky panics.
type panicky struct{ sns.Topic }

func (panicky) AddPermission(context.Context, string, []string, []string) error {
	panic("out of cheese")
}

func TestTheSuiteCanFail(t *testing.T) {
	topics := func(twist func(sns.Topic) sns.Topic) func(sns.Topics) sns.Topics {
		return func(b sns.Topics) sns.Topics { return twisted{b, twist} }
	}
	for name, wrong := range map[string]struct {
		twist func(sns.Topics) sns.Topics
		cases []string
	}{
		"indifferent": {func(b sns.Topics) sns.Topics { return indifferent{b} },
			[]string{"create/compares-given", "create/tags-different", "create/never-set"}},
		"gullible":      {func(b sns.Topics) sns.Topics { return gullible{b} }, []string{"confirm/unknown-token", "confirm/confirm"}},
		"short-sighted": {func(b sns.Topics) sns.Topics { return shortSighted{b} }, []string{"lifecycle/list-pages"}},
		"wordy":         {topics(func(t sns.Topic) sns.Topic { return wordy{t} }), []string{"publish/refused-empty", "attribute/no-type", "arn/unknown-publish"}},
		"forgetful": {topics(func(t sns.Topic) sns.Topic { return forgetful{t} }),
			[]string{"fifo/duplicate", "fifo/content", "fifo/standard-queue"}},
		"doubling": {topics(func(t sns.Topic) sns.Topic { return doubling{t} }), []string{"publish/all", "publish/order", "envelope/standard"}},
		"plain":    {topics(func(t sns.Topic) sns.Topic { return plain{t} }), []string{"envelope/subject", "web/notification"}},
		"lenient": {topics(func(t sns.Topic) sns.Topic { return lenient{t} }),
			[]string{"batch/one-bad-attribute", "batch/one-bad-no-group", "batch/equal-ids", "batch/too-long"}},
		"backwards": {topics(func(t sns.Topic) sns.Topic { return backwards{t} }), []string{"batch/fifo"}},
		"indiscriminate": {topics(func(t sns.Topic) sns.Topic { return indiscriminate{t} }),
			[]string{"filter/attributes-string", "filter/body-dots", "filterpolicy/own-for-each", "batch/filters"}},
		"wrapping": {topics(func(t sns.Topic) sns.Topic { return wrapping{t} }), []string{"raw/body", "raw/attributes", "web/raw"}},
		"fresh":    {topics(func(t sns.Topic) sns.Topic { return fresh{t} }), []string{"subscribe/twice", "subscribe/twice-different"}},
		"clinging": {topics(func(t sns.Topic) sns.Topic { return clinging{t} }),
			[]string{"unsubscribe/stops", "lifecycle/subscriptions-ended", "attributes/counts"}},
		"nullable": {topics(func(t sns.Topic) sns.Topic { return nullable{t} }), []string{"attributes/defaults", "attributes/defaults-fifo"}},
		"panicky":  {topics(func(t sns.Topic) sns.Topic { return panicky{t} }), []string{"permission/statement"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range wrong.cases {
				synctest.Test(t, func(t *testing.T) {
					in := inBubble()
					in.Virtual = true
					require.NoError(t, named(t, c).Try(t.Context(), in), "the case passes by itself")
					in.Topics = wrong.twist(in.Topics)
					assert.Error(t, named(t, c).Try(t.Context(), in), c)
				})
			}
		})
	}
}

func named(t *testing.T, name string) snstest.Case {
	cases := snstest.Cases()
	i := slices.IndexFunc(cases, func(c snstest.Case) bool { return c.Name == name })
	require.NotEqual(t, -1, i, name)
	return cases[i]
}

// A failure teaches: it names the case, the rule and where the rule comes from, and shows what was found.
func TestAFailureTeaches(t *testing.T) {
	in := onFakeClock()
	in.Topics = indifferent{in.Topics}
	err := named(t, "create/compares-given").Try(t.Context(), in)
	require.Error(t, err)
	for _, part := range []string{
		"create/compares-given\n", "rule:   creation compares only the settings that it names\n", "source: recorded 2.1\n", "cases_create.go:",
	} {
		assert.Contains(t, err.Error(), part)
	}
}

// A case that panics is a finding, and its topics are deleted all the same.
func TestAPanicIsAFinding(t *testing.T) {
	in := onFakeClock()
	in.Topics = twisted{in.Topics, func(t sns.Topic) sns.Topic { return panicky{t} }}
	assert.ErrorContains(t, named(t, "permission/statement").Try(t.Context(), in), "out of cheese")
	page, err := in.Topics.List(t.Context(), "")
	require.NoError(t, err)
	assert.Empty(t, page.Topics)
}
