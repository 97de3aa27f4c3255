package sns_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// What the broker offers to tests: faults, interceptors, a meter.

// everyCall is each operation of topics and subscriptions once.
func everyCall(w *world, topic sns.Topic, sub sns.Subscription) map[string]func(context.Context) error {
	calls := operations(topic)
	for op, call := range onResource(topic) {
		calls[op] = call
	}
	delete(calls, "Config")
	calls["CreateTopic"] = func(ctx context.Context) error { _, err := w.Create(ctx, "new", sns.Config{}); return err }
	calls["ListTopics"] = func(ctx context.Context) error { _, err := w.List(ctx, ""); return err }
	calls["ListSubscriptions"] = func(ctx context.Context) error { _, err := w.Subscriptions(ctx, ""); return err }
	calls["ConfirmSubscription"] = func(ctx context.Context) error {
		_, err := w.Confirm(ctx, sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(sub.ARN())})
		return err
	}
	calls["GetSubscriptionAttributes"] = func(ctx context.Context) error { _, err := sub.Attributes(ctx); return err }
	calls["SetSubscriptionAttributes"] = func(ctx context.Context) error { return sub.SetAttribute(ctx, "FilterPolicy", `{"a":["b"]}`) }
	calls["Unsubscribe"] = func(ctx context.Context) error { return sub.Unsubscribe(ctx) }
	calls["DeleteTopic"] = func(ctx context.Context) error { return w.Delete(ctx, topic.ARN()) }
	return calls
}

// state is all that can be seen of a topic with a pending subscription.
func state(t *testing.T, w *world, topic sns.Topic, sub sns.Subscription) []any {
	tags, err := topic.Tags(t.Context())
	require.NoError(t, err)
	protection, err := topic.DataProtection(t.Context())
	require.NoError(t, err)
	page, err := w.List(t.Context(), "")
	require.NoError(t, err)
	return []any{attributes(t, topic), attributes(t, sub), tags, protection, w.Peek("x"), len(page.Topics), w.PendingToken(sub.ARN())}
}

// A fault before the commit refuses the call, names its operation, and changes nothing.
func TestFaultBeforeCommit(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "other", sns.SubscriptionConfig{})
	sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	before := state(t, w, topic, sub)
	remove := w.Intercept(sns.Fault{Err: sns.ErrServiceUnavailable}.Inject)
	for op, call := range everyCall(w, topic, sub) {
		err := call(t.Context())
		require.ErrorIs(t, err, sns.ErrServiceUnavailable, op)
		e, ok := errors.AsType[*sns.Error](err)
		require.True(t, ok)
		require.Equal(t, op, e.Op.String())
		require.NotEmpty(t, e.Error())
		if op != "CreateTopic" && op != "ListTopics" && op != "ListSubscriptions" {
			require.Equal(t, "x", e.Resource, op)
		}
	}
	remove()
	require.Equal(t, before, state(t, w, topic, sub))
	require.Empty(t, bodies(t, q))
}

// An answer that is lost after the commit: the work is done, and nobody knows.
func TestFaultAfterCommit(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	remove := w.Intercept(sns.Fault{Stage: sns.AfterCommit, Err: sns.ErrInternal}.Inject)
	p, err := topic.Publish(t.Context(), sns.Message{Body: "m"})
	require.ErrorIs(t, err, sns.ErrInternal)
	require.Zero(t, p)
	_, err = topic.PublishBatch(t.Context(), sns.Message{Body: "n"})
	require.ErrorIs(t, err, sns.ErrInternal)
	_, err = w.Create(t.Context(), "made", sns.Config{})
	require.ErrorIs(t, err, sns.ErrInternal)
	require.ErrorIs(t, topic.SetAttribute(t.Context(), "DisplayName", "set"), sns.ErrInternal)
	_, err = topic.Publish(t.Context(), sns.Message{})
	require.ErrorIs(t, err, sns.ErrInvalidParameter, "a refusal is not lost")
	remove()
	require.Equal(t, []string{"m", "n"}, bodies(t, q))
	require.Equal(t, "set", attributes(t, topic)["DisplayName"])
	attributes(t, w.Topic(arnPrefix+"made"))
}

// Operation, topic, number, entry and stage select exactly.
func TestFaultSelects(t *testing.T) {
	w := fake()
	topic, other := w.topic(t, "x", sns.Config{}), w.topic(t, "other", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	defer w.Intercept(sns.Fault{Op: sns.OpPublish, Topic: "x", Number: 3, Err: sns.ErrThrottled}.Inject)()
	for n := 1; n <= 5; n++ {
		_, err := topic.Publish(t.Context(), sns.Message{Body: "m"})
		require.Equal(t, n == 3, err != nil, n)
		publish(t, other, "m")
	}
	require.Len(t, bodies(t, q), 4)
	defer w.Intercept(sns.Fault{Op: sns.OpPublishBatch, Entry: 2, Err: sns.ErrInternal}.Inject)()
	defer w.Intercept(sns.Fault{Op: sns.OpPublishBatch, Entry: 3, Stage: sns.AfterCommit, Err: sns.ErrInternal}.Inject)()
	ps, err := topic.PublishBatch(t.Context(), sns.Message{Body: "1"}, sns.Message{Body: "2"}, sns.Message{Body: "3"}, sns.Message{Body: "4"})
	require.NoError(t, err)
	require.Equal(t, []bool{false, true, true, false}, []bool{ps[0].Err != nil, ps[1].Err != nil, ps[2].Err != nil, ps[3].Err != nil})
	require.ErrorIs(t, ps[1].Err, sns.ErrInternal)
	require.Zero(t, ps[2].ID)
	require.NotZero(t, ps[3].ID)
	require.Equal(t, []string{"1", "3", "4"}, bodies(t, q), "the third is published, though its answer is lost")
	defer w.Intercept(sns.Fault{Op: sns.OpPublishBatch, Entry: 1, Err: sns.ErrInternal}.Inject)()
	ps, err = topic.PublishBatch(t.Context(), sns.Message{Body: "1"})
	require.NoError(t, err)
	require.Error(t, ps[0].Err)
	require.Empty(t, bodies(t, q))
}

// Interceptors are asked in order, before and after, with the caller's context; they may call the broker, and return any error.
func TestInterceptors(t *testing.T) {
	type key struct{}
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	var calls []sns.Call
	removeFirst := w.Intercept(func(ctx context.Context, c sns.Call) error {
		require.Equal(t, "value", ctx.Value(key{}))
		require.Len(t, w.Peek("x").Subscriptions, 1, "no lock is held")
		require.Len(t, w.queues.Peek("q"), int(c.Stage), "the commit is between the two")
		calls = append(calls, c)
		return nil
	})
	_, err := topic.Publish(context.WithValue(t.Context(), key{}, "value"), sns.Message{Body: "m"})
	require.NoError(t, err)
	require.Equal(t, []sns.Call{
		{Op: sns.OpPublish, Topic: "x", Number: 1}, {Op: sns.OpPublish, Topic: "x", Number: 1, Stage: sns.AfterCommit},
	}, calls)
	removeFirst()
	drain(t, q)
	own := errors.New("own")
	removeOwn := w.Intercept(func(context.Context, sns.Call) error { return own })
	removeOther := w.Intercept(func(context.Context, sns.Call) error { panic("the first error counts") })
	_, err = topic.Attributes(t.Context())
	require.Equal(t, own, err, "as it is")
	removeOther()
	removeOwn()
	removeOwn()
	attributes(t, topic)
	require.Equal(t, []string{"before", "after"}, []string{sns.BeforeCommit.String(), sns.AfterCommit.String()})
}

func TestMeter(t *testing.T) {
	const chunk = 64 << 10
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	w.topic(t, "idle", sns.Config{})
	publish(t, topic, "m", strings.Repeat("x", chunk), strings.Repeat("x", chunk+1))
	_, err := topic.Publish(t.Context(), sns.Message{})
	require.Error(t, err)
	_, err = topic.PublishBatch(t.Context(), sns.Message{Body: strings.Repeat("x", chunk)}, sns.Message{Body: "m"})
	require.NoError(t, err)
	_, err = w.Topic(arnPrefix + "missing").Attributes(t.Context())
	require.Error(t, err)
	sub := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	attributes(t, sub)
	require.Equal(t, []sns.Usage{
		{Op: sns.OpCreateTopic, Calls: 2, Billed: 2},
		{Op: sns.OpGetTopicAttributes, Calls: 1, Errors: 1, Billed: 1},
		{Topic: "x", Op: sns.OpGetSubscriptionAttributes, Calls: 1, Billed: 1},
		{Topic: "x", Op: sns.OpPublish, Calls: 4, Errors: 1, Billed: 4 + 1},
		{Topic: "x", Op: sns.OpPublishBatch, Calls: 1, Billed: 1 + 1},
		{Topic: "x", Op: sns.OpSubscribe, Calls: 1, Billed: 1},
	}, w.Meter())
}

// Each code has a status and each operation a name of its own.
func TestWords(t *testing.T) {
	names := map[string]bool{}
	for op := sns.OpNone; op.String() != "Unknown"; op++ {
		require.False(t, names[op.String()], op)
		names[op.String()] = true
	}
	require.Len(t, names, 43)
	for code, status := range map[sns.Code]int{
		sns.ErrInvalidParameter: 400, sns.ErrNotFound: 404, sns.ErrAuthorization: 403, sns.ErrThrottled: 429, sns.ErrInternal: 500,
		sns.ErrServiceUnavailable: 503, sns.ErrKMSOptInRequired: 403, sns.ErrKMSDisabled: 400, sns.ErrInvalidState: 400, sns.ErrReplayLimitExceeded: 403,
		sns.ErrTagLimitExceeded: 400, sns.ErrInvalidSecurity: 403, sns.ErrFilterPolicyLimitExceeded: 403,
	} {
		require.Equal(t, status, code.Status(), code)
		require.Equal(t, status >= 500, code.ServerFault())
	}
	e := &sns.Error{Code: sns.ErrInternal, Message: "InternalError"}
	require.Equal(t, "sns: InternalError", e.Error())
	e = &sns.Error{Op: sns.OpPublish, Resource: "x", Code: sns.ErrNotFound, Message: "Topic does not exist"}
	require.Equal(t, "sns: Publish x: NotFound: Topic does not exist", e.Error())
	events := map[string]bool{}
	for kind := sns.EventPublished; kind.String() != "unknown"; kind++ {
		events[kind.String()] = true
	}
	require.Len(t, events, 12)
}
