package snstest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/inflight-mq/inflight/sns"
)

// Topics returns a recorder of b that writes to h, with the times that now tells: what is published, subscribed, confirmed,
// changed and ended through it, through its topics and through its subscriptions is recorded. It adds nothing and leaves nothing
// out; calls that do not go through it are not in the history.
func (h *History) Topics(b sns.Topics, now func() time.Time) sns.Topics { return recorder{b, h, now} }

type recorder struct {
	sns.Topics
	h   *History
	now func() time.Time
}

// call is one call under way.
type call struct {
	r     recorder
	begun Op
}

func (r recorder) begin() call { return call{r, r.h.began(r.now())} }

// op returns an Op of the call, which has now ended.
func (c call) op(kind OpKind, topicARN string, err error) Op {
	o := c.begun
	o.Kind, o.Done, o.Topic, o.Err = kind, c.r.now(), topicARN, err
	return o
}

// refused reports whether an error is an answer of the service that says that nothing was done.
func refused(err error) bool {
	code, ok := errors.AsType[sns.Code](err)
	return ok && !code.ServerFault()
}

func (r recorder) Create(ctx context.Context, name string, cfg sns.Config) (sns.Topic, error) {
	t, err := r.Topics.Create(ctx, name, cfg)
	if err != nil {
		return nil, err
	}
	return recordedTopic{t, r}, nil
}

func (r recorder) Topic(arn string) sns.Topic { return recordedTopic{r.Topics.Topic(arn), r} }

func (r recorder) Delete(ctx context.Context, arn string) error {
	c := r.begin()
	err := r.Topics.Delete(ctx, arn)
	r.h.add(c.op(OpTopicDeleted, arn, err))
	return err
}

func (r recorder) Subscription(arn string) sns.Subscription {
	return recordedSubscription{r.Topics.Subscription(arn), r}
}

func (r recorder) Confirm(ctx context.Context, cf sns.Confirmation) (sns.Subscription, error) {
	c := r.begin()
	s, err := r.Topics.Confirm(ctx, cf)
	o := c.op(OpConfirmed, cf.TopicARN, err)
	if err != nil {
		r.h.add(o)
		return nil, err
	}
	o.Subscription = s.ARN()
	r.h.add(o)
	return recordedSubscription{s, r}, nil
}

// recordedTopic records what is done to a topic.
type recordedTopic struct {
	sns.Topic
	r recorder
}

func (t recordedTopic) Publish(ctx context.Context, m sns.Message) (sns.Published, error) {
	c := t.r.begin()
	p, err := t.Topic.Publish(ctx, m)
	answer := p
	answer.Err = err
	t.r.h.add(published(c.op(OpPublished, t.ARN(), nil), m, answer))
	return p, err
}

func (t recordedTopic) PublishBatch(ctx context.Context, ms ...sns.Message) ([]sns.Published, error) {
	c := t.r.begin()
	ps, err := t.Topic.PublishBatch(ctx, ms...)
	ops := make([]Op, len(ms))
	for i, m := range ms {
		answer := sns.Published{Err: err}
		if err == nil {
			answer = ps[i]
		}
		ops[i] = published(c.op(OpPublished, t.ARN(), nil), m, answer)
	}
	t.r.h.add(ops...)
	return ps, err
}

// published completes the Op of a message that was published.
func published(o Op, m sns.Message, p sns.Published) Op {
	o.ID, o.Message, o.Dedup, o.Sequence, o.Err = p.ID, m, m.DedupID, p.SequenceNumber, p.Err
	if o.Dedup == "" && isFIFO(o.Topic) {
		sum := sha256.Sum256([]byte(m.Body))
		o.Dedup = hex.EncodeToString(sum[:])
	}
	return o
}

func (t recordedTopic) Subscribe(ctx context.Context, to sns.Endpoint, cfg sns.SubscriptionConfig) (sns.Subscription, error) {
	c := t.r.begin()
	s, err := t.Topic.Subscribe(ctx, to, cfg)
	o := c.op(OpSubscribed, t.ARN(), err)
	o.Endpoint, o.Config = to, cfg
	if err != nil {
		t.r.h.add(o)
		return nil, err
	}
	o.Subscription, o.Pending = s.ARN(), s.Pending()
	t.r.h.add(o)
	return recordedSubscription{s, t.r}, nil
}

// recordedSubscription records what is done to a subscription.
type recordedSubscription struct {
	sns.Subscription
	r recorder
}

func (s recordedSubscription) change(c call, cfg sns.SubscriptionConfig, err error) error {
	o := c.op(OpChanged, topicOf(s.ARN()), err)
	o.Subscription, o.Config = s.ARN(), cfg
	s.r.h.add(o)
	return err
}

func (s recordedSubscription) SetConfig(ctx context.Context, patch sns.SubscriptionConfig) error {
	c := s.r.begin()
	return s.change(c, patch, s.Subscription.SetConfig(ctx, patch))
}

func (s recordedSubscription) SetAttribute(ctx context.Context, name, value string) error {
	c := s.r.begin()
	err := s.Subscription.SetAttribute(ctx, name, value)
	return s.change(c, sns.SubscriptionConfig{Attributes: map[string]string{name: value}}, err)
}

func (s recordedSubscription) Unsubscribe(ctx context.Context) error {
	c := s.r.begin()
	err := s.Subscription.Unsubscribe(ctx)
	o := c.op(OpUnsubscribed, topicOf(s.ARN()), err)
	o.Subscription = s.ARN()
	s.r.h.add(o)
	return err
}
