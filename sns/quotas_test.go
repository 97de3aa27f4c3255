package sns_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns"
)

// Section 16: the quotas that hold where they are asked for. What is refused changes nothing.

const (
	fullPending = "Subscription limit exceeded: at most %d pending per account are allowed."
	fullStreams = "Subscription limit exceeded: at most %d with protocol firehose per topic and account are allowed."
	fullFilters = "Filter policy limit exceeded: at most %d per account are allowed."
	fullReplays = "Replay limit exceeded: at most %d at a time are allowed."
)

func email(n int) sns.Endpoint { return sns.ToEmail(fmt.Sprint(n, "@b")) }

// stranger returns a context whose calls a user of another account makes.
func stranger(t testing.TB) context.Context {
	return sns.WithCaller(t.Context(), sns.Caller{Account: foreign, ARN: "arn:aws:iam::" + foreign + ":user/u"})
}

var withRole = sns.SubscriptionConfig{Attributes: map[string]string{"SubscriptionRoleArn": "r"}}

// Without a limit asked for there is none but those that always hold.
func TestQuotasAreOffByDefault(t *testing.T) {
	for _, limits := range []sns.Limits{{}, {Subscriptions: 100_000}} {
		w := fake(sns.WithLimits(limits), sns.WithoutSignatures())
		topic := w.topic(t, "x", sns.Config{})
		for n := range sns.MaxPending + 1 {
			subscribe(t, topic, email(n), sns.SubscriptionConfig{})
		}
		for n := range sns.MaxStreams + 1 {
			subscribe(t, topic, w.Stream(fmt.Sprint(n), nil), withRole)
		}
		for n := range sns.MaxFilterPolicies + 1 {
			subscribe(t, topic, sns.ToQueue(fmt.Sprint(queuePrefix, n)), sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)})
		}
	}
}

func TestPendingLimit(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{Pending: 2}))
	x, y := w.topic(t, "x", sns.Config{}), w.topic(t, "y", sns.Config{})
	full := func(topic sns.Topic, n int) {
		t.Helper()
		before := w.Peek(topic.Name())
		_, err := topic.Subscribe(t.Context(), email(n), sns.SubscriptionConfig{})
		refused(t, err, sns.ErrSubscriptionLimitExceeded, fmt.Sprintf(fullPending, 2))
		require.Equal(t, before, w.Peek(topic.Name()))
	}
	first := subscribe(t, x, email(1), sns.SubscriptionConfig{})
	w.clk.Advance(time.Hour)
	subscribe(t, y, email(2), sns.SubscriptionConfig{})
	full(x, 3)
	full(y, 3)
	require.Equal(t, first.ARN(), subscribe(t, x, email(1), sns.SubscriptionConfig{}).ARN(), "is none more")
	subscribe(t, x, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})

	// Another account and another region have their own.
	require.NoError(t, x.SetAttribute(t.Context(), "Policy", allowing("SNS:Subscribe", x.ARN())))
	for n := range 2 {
		_, err := x.Subscribe(stranger(t), email(10+n), sns.SubscriptionConfig{})
		require.NoError(t, err)
	}
	_, err := x.Subscribe(stranger(t), email(12), sns.SubscriptionConfig{})
	refused(t, err, sns.ErrSubscriptionLimitExceeded, fmt.Sprintf(fullPending, 2))
	west := sns.WithCaller(t.Context(), sns.Caller{Account: account, Region: "us-west-2"})
	there, err := w.Create(west, "x", sns.Config{})
	require.NoError(t, err)
	_, err = there.Subscribe(west, email(1), sns.SubscriptionConfig{})
	require.NoError(t, err)
	full(y, 3)

	// One that is confirmed pends no more, nor does one whose time is over, in a topic that nobody has looked at since.
	w.confirm(t, first)
	third := subscribe(t, y, email(3), sns.SubscriptionConfig{})
	full(y, 4)
	w.clk.Advance(sns.PendingLife - 1)
	full(x, 4)
	w.clk.Advance(1) // the second is gone
	subscribe(t, x, email(4), sns.SubscriptionConfig{})
	subscribe(t, x, email(5), sns.SubscriptionConfig{}) // and so is the third
	full(x, 6)
	_, err = third.Attributes(t.Context())
	require.ErrorIs(t, err, sns.ErrNotFound)

	// With their topic all its subscriptions go; confirming one of them then counts for nothing.
	require.NoError(t, w.Delete(t.Context(), x.ARN()))
	w.confirm(t, subscribe(t, y, email(6), sns.SubscriptionConfig{}))
	subscribe(t, y, email(7), sns.SubscriptionConfig{})
	subscribe(t, y, email(8), sns.SubscriptionConfig{})
	full(y, 9)
}

// Expiry is looked up by whoever needs the room, at the nanosecond.
func TestPendingLimitExpiresElsewhere(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{Pending: 1, FilterPoliciesAll: 1}))
	x, y := w.topic(t, "x", sns.Config{}), w.topic(t, "y", sns.Config{})
	filtered := sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)}
	subscribe(t, x, email(1), filtered)
	confirmed := subscribe(t, y, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
	w.clk.Advance(sns.PendingLife - 1)
	_, err := y.Subscribe(t.Context(), email(1), sns.SubscriptionConfig{})
	refused(t, err, sns.ErrSubscriptionLimitExceeded, fmt.Sprintf(fullPending, 1))
	refused(t, confirmed.SetConfig(t.Context(), filtered), sns.ErrFilterPolicyLimitExceeded, fmt.Sprintf(fullFilters, 1))
	w.clk.Advance(1)
	require.NoError(t, confirmed.SetConfig(t.Context(), filtered))
	subscribe(t, y, email(1), sns.SubscriptionConfig{})
}

func TestFilterPolicyLimitOfAnAccount(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{FilterPoliciesAll: 2}))
	x, y := w.topic(t, "x", sns.Config{}), w.topic(t, "y", sns.Config{})
	filtered := sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)}
	none := sns.SubscriptionConfig{FilterPolicy: new("")}
	to := func(n int) sns.Endpoint { return sns.ToQueue(fmt.Sprint(queuePrefix, n)) }
	first := subscribe(t, x, to(1), filtered)
	plain := subscribe(t, y, to(1), sns.SubscriptionConfig{})
	full := func() {
		t.Helper()
		_, err := y.Subscribe(t.Context(), to(9), filtered)
		refused(t, err, sns.ErrFilterPolicyLimitExceeded, fmt.Sprintf(fullFilters, 2))
		before := attributes(t, plain)
		refused(t, plain.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: filtered.FilterPolicy, Raw: new(true)}),
			sns.ErrFilterPolicyLimitExceeded, fmt.Sprintf(fullFilters, 2))
		require.Equal(t, before, attributes(t, plain))
	}
	second := subscribe(t, y, to(2), filtered)
	full()
	require.NoError(t, second.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new(`{"a":["c"]}`)}), "is none more")
	require.Equal(t, first.ARN(), subscribe(t, x, to(1), filtered).ARN())
	full()
	require.NoError(t, second.SetConfig(t.Context(), none))
	require.NoError(t, second.SetConfig(t.Context(), none))
	require.NoError(t, second.SetConfig(t.Context(), filtered))
	full()
	require.NoError(t, second.Unsubscribe(t.Context()))
	require.NoError(t, second.Unsubscribe(t.Context()))
	third := subscribe(t, y, to(3), filtered)
	full()
	require.NoError(t, third.SetConfig(t.Context(), none))
	require.NoError(t, w.Delete(t.Context(), x.ARN()))
	require.NoError(t, first.SetConfig(t.Context(), none), "it can still be changed")
	require.NoError(t, first.SetConfig(t.Context(), filtered), "and counts for nothing")
	require.NoError(t, third.SetConfig(t.Context(), filtered))
	w.confirm(t, subscribe(t, y, email(1), filtered))
	full()
}

// A subscription that comes back counts again, and does not where it would be one too many.
func TestRevivalKeepsToTheLimits(t *testing.T) {
	for name, row := range map[string]struct {
		limits sns.Limits
		cfg    sns.SubscriptionConfig // of the one that takes its place
		code   sns.Code
	}{
		"subscriptions":          {sns.Limits{Subscriptions: 1}, sns.SubscriptionConfig{}, sns.ErrSubscriptionLimitExceeded},
		"filters of the topic":   {sns.Limits{FilterPolicies: 1}, sns.SubscriptionConfig{FilterPolicy: new("{}")}, sns.ErrFilterPolicyLimitExceeded},
		"filters of the account": {sns.Limits{FilterPoliciesAll: 1}, sns.SubscriptionConfig{FilterPolicy: new("{}")}, sns.ErrFilterPolicyLimitExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{answer: func(int, http.ResponseWriter, *http.Request) {}}
			w := withSite(s, sns.WithLimits(row.limits))
			topic := w.topic(t, "x", sns.Config{})
			sub := subscribe(t, topic, sns.ToURL("http://a/"), sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)})
			_, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(sub.ARN()), Unsigned: true})
			require.NoError(t, err)
			require.NoError(t, w.Unsubscribe(t.Context(), sub.ARN(), true))
			back := sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(sub.ARN())}
			other := subscribe(t, topic, sns.ToQueue(queuePrefix+"q"), row.cfg)
			_, err = w.Confirm(t.Context(), back)
			require.ErrorIs(t, err, row.code)
			_, err = sub.Attributes(t.Context())
			require.ErrorIs(t, err, sns.ErrNotFound)
			require.NoError(t, other.Unsubscribe(t.Context()))
			for range 2 {
				_, err = w.Confirm(t.Context(), back)
				require.NoError(t, err)
			}
			_, err = topic.Subscribe(t.Context(), sns.ToQueue(queuePrefix+"q"), row.cfg)
			require.ErrorIs(t, err, row.code)
		})
	}
}

func TestStreamLimit(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{Streams: 2}))
	x, y := w.topic(t, "x", sns.Config{}), w.topic(t, "y", sns.Config{})
	first := subscribe(t, x, w.Stream("1", nil), withRole)
	subscribe(t, x, w.Stream("2", nil), withRole)
	full := func() {
		t.Helper()
		_, err := x.Subscribe(t.Context(), w.Stream("9", nil), withRole)
		refused(t, err, sns.ErrSubscriptionLimitExceeded, fmt.Sprintf(fullStreams, 2))
	}
	full()
	subscribe(t, x, w.Stream("2", nil), withRole)
	subscribe(t, x, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
	subscribe(t, y, w.Stream("3", nil), withRole)
	require.NoError(t, x.SetAttribute(t.Context(), "Policy", allowing("SNS:Subscribe", x.ARN())))
	_, err := x.Subscribe(stranger(t), w.Stream("4", nil), withRole)
	require.NoError(t, err)
	full()
	w.Restore(w.Snapshot())
	full()
	require.NoError(t, first.Unsubscribe(t.Context()))
	subscribe(t, x, w.Stream("3", nil), withRole)
	full()
	require.NoError(t, w.Delete(t.Context(), x.ARN()))
	x = w.topic(t, "x", sns.Config{})
	subscribe(t, x, w.Stream("1", nil), withRole)
	subscribe(t, x, w.Stream("2", nil), withRole)
	full()
}

// Replays run until their end, where they have one; one that has none, or lies in the past, runs for an instant, which needs room too.
func TestReplayLimit(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{Replays: 1, FilterPoliciesAll: 1}))
	topic, other := w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(30)}), w.topic(t, "y.fifo", sns.Config{ArchiveDays: new(30)})
	start := w.clk.Now()
	w.clk.Advance(time.Hour)
	until := func(d time.Duration) sns.SubscriptionConfig {
		return sns.SubscriptionConfig{Replay: &sns.Replay{From: start, To: w.clk.Now().Add(d)}}
	}
	endless := sns.SubscriptionConfig{Replay: &sns.Replay{From: start}}
	stop := sns.SubscriptionConfig{Replay: &sns.Replay{}}
	_, one := w.raw(t, topic, "one.fifo", sns.SubscriptionConfig{})
	_, two := w.raw(t, other, "two.fifo", sns.SubscriptionConfig{})
	full := func() {
		t.Helper()
		for _, cfg := range []sns.SubscriptionConfig{until(time.Hour), until(-time.Minute), endless} {
			refused(t, two.SetConfig(t.Context(), cfg), sns.ErrReplayLimitExceeded, fmt.Sprintf(fullReplays, 1))
			require.NotContains(t, attributes(t, two), "ReplayPolicy")
			_, err := other.Subscribe(t.Context(), sns.ToQueue(queuePrefix+"three.fifo"), cfg)
			refused(t, err, sns.ErrReplayLimitExceeded, fmt.Sprintf(fullReplays, 1))
			require.Len(t, w.Peek("y.fifo").Subscriptions, 1)
		}
	}
	free := func() {
		t.Helper()
		require.NoError(t, two.SetConfig(t.Context(), endless))
		require.NoError(t, two.SetConfig(t.Context(), stop))
	}
	require.NoError(t, one.SetConfig(t.Context(), endless))
	free()
	require.NoError(t, one.SetConfig(t.Context(), until(-time.Minute)))
	free()
	require.NoError(t, one.SetConfig(t.Context(), until(time.Minute)))
	full()
	require.NoError(t, one.SetConfig(t.Context(), until(time.Hour)), "takes the place of its own")
	w.clk.Advance(time.Hour)
	require.Equal(t, "In progress", attributes(t, one)["ReplayStatus"])
	full()
	filtered := sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)}
	require.NoError(t, one.SetConfig(t.Context(), filtered), "is no replay")
	full()
	w.clk.Advance(1)
	require.Equal(t, "Completed", attributes(t, one)["ReplayStatus"])
	free()
	refused(t, two.SetConfig(t.Context(), filtered), sns.ErrFilterPolicyLimitExceeded, fmt.Sprintf(fullFilters, 1))
	require.NoError(t, two.SetConfig(t.Context(), until(time.Minute)))
	require.NoError(t, one.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new("")}), "begins none again")
	require.NoError(t, two.SetConfig(t.Context(), stop))
	free()
	require.NoError(t, one.SetConfig(t.Context(), until(time.Hour)))
	full()
	require.NoError(t, one.SetConfig(t.Context(), stop))
	free()
	require.NoError(t, one.SetConfig(t.Context(), until(time.Hour)))
	w.Restore(w.Snapshot())
	full()
	require.NoError(t, one.Unsubscribe(t.Context()))
	free()

	// The replay of a pending subscription begins with its confirmation.
	pending := subscribe(t, topic, sns.ToQueue("arn:aws:sqs:us-east-1:"+foreign+":q.fifo"), until(time.Hour))
	require.True(t, pending.Pending())
	free()
	require.NoError(t, two.SetConfig(t.Context(), until(time.Minute)))
	require.NoError(t, pending.SetConfig(t.Context(), until(2*time.Hour)))
	confirmation := sns.Confirmation{TopicARN: topic.ARN(), Token: w.PendingToken(pending.ARN())}
	_, err := w.Confirm(t.Context(), confirmation)
	refused(t, err, sns.ErrReplayLimitExceeded, fmt.Sprintf(fullReplays, 1))
	require.Equal(t, "true", attributes(t, pending)["PendingConfirmation"])
	require.NoError(t, two.SetConfig(t.Context(), stop))
	_, err = w.Confirm(t.Context(), confirmation)
	require.NoError(t, err)
	full()
}

// What a snapshot holds counts by the limits of the broker that gets it, also where it is more than these allow.
func TestQuotasAfterRestore(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	for n := range 3 {
		subscribe(t, topic, email(n), sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)})
	}
	gone := w.topic(t, "gone", sns.Config{})
	subscribe(t, gone, email(9), sns.SubscriptionConfig{})
	require.NoError(t, w.Delete(t.Context(), gone.ARN()))
	s := w.Snapshot()
	again := sns.New(sns.WithClock(w.clk), sns.WithLimits(sns.Limits{Pending: 3, FilterPoliciesAll: 2}))
	subscribe(t, (&world{Broker: again}).topic(t, "y", sns.Config{}), email(9), sns.SubscriptionConfig{})
	again.Restore(s)
	topic = again.Topic(topic.ARN())
	_, err := topic.Subscribe(t.Context(), email(3), sns.SubscriptionConfig{})
	refused(t, err, sns.ErrSubscriptionLimitExceeded, fmt.Sprintf(fullPending, 3))
	filtered := sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)}
	queue := subscribe(t, topic, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
	for n, p := range again.Peek("x").Subscriptions[:3] {
		refused(t, queue.SetConfig(t.Context(), filtered), sns.ErrFilterPolicyLimitExceeded, fmt.Sprintf(fullFilters, 2))
		require.NoError(t, again.Subscription(p.ARN).SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new("")}), n)
		if n == 1 {
			break
		}
	}
	require.NoError(t, queue.SetConfig(t.Context(), filtered))
	other := (&world{Broker: again}).topic(t, "z", sns.Config{})
	w.clk.Advance(sns.PendingLife - 1)
	_, err = other.Subscribe(t.Context(), email(3), sns.SubscriptionConfig{})
	refused(t, err, sns.ErrSubscriptionLimitExceeded, fmt.Sprintf(fullPending, 3))
	w.clk.Advance(1)
	for n := range 3 {
		subscribe(t, other, email(n), sns.SubscriptionConfig{})
	}
	_, err = other.Subscribe(t.Context(), email(3), sns.SubscriptionConfig{})
	refused(t, err, sns.ErrSubscriptionLimitExceeded, fmt.Sprintf(fullPending, 3))
}

// counted is what the naive model knows of a subscription.
type counted struct {
	sub      sns.Subscription
	topic    int
	pending  time.Time // until when; zero: confirmed
	filtered bool
}

// Whatever is done in whatever order, a subscription is refused if and only if so many are pending, and a filter policy if and only if
// there are so many, by a count of all there are.
func TestQuotasCountExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const mostPending, mostFilters = 3, 2
		w := fake(sns.WithLimits(sns.Limits{Pending: mostPending, FilterPoliciesAll: mostFilters}), sns.WithoutSignatures())
		ctx, made := t.Context(), 0
		var topics [2]sns.Topic
		for i := range topics {
			topics[i], _ = w.Create(ctx, fmt.Sprint("x", i), sns.Config{})
		}
		var all, kept []*counted
		var snapshot *sns.Snapshot
		live := func() (now []*counted, pending, filters int) {
			for _, c := range all {
				if !c.pending.IsZero() && !c.pending.After(w.clk.Now()) {
					continue
				}
				now = append(now, c)
				if !c.pending.IsZero() {
					pending++
				}
				if c.filtered {
					filters++
				}
			}
			all = now
			return now, pending, filters
		}
		pick := func() *counted {
			now, _, _ := live()
			if len(now) == 0 {
				t.Skip("there is none")
			}
			return rapid.SampledFrom(now).Draw(t, "subscription")
		}
		policy := map[bool]*string{true: new(`{"a":["b"]}`), false: new("")}
		t.Repeat(map[string]func(*rapid.T){
			"subscribe": func(t *rapid.T) {
				_, pending, filters := live()
				c := &counted{topic: rapid.IntRange(0, 1).Draw(t, "topic"), filtered: rapid.Bool().Draw(t, "filtered")}
				made++
				to, mail := sns.ToQueue(fmt.Sprint(queuePrefix, made)), rapid.Bool().Draw(t, "mail")
				if mail {
					to, c.pending = email(made), w.clk.Now().Add(sns.PendingLife)
				}
				sub, err := topics[c.topic].Subscribe(ctx, to, sns.SubscriptionConfig{FilterPolicy: policy[c.filtered]})
				if full := mail && pending >= mostPending || c.filtered && filters >= mostFilters; full != (err != nil) {
					t.Fatalf("%d pending, %d filters: %v", pending, filters, err)
				}
				if c.sub = sub; err == nil {
					all = append(all, c)
				}
			},
			"filter": func(t *rapid.T) {
				c := pick()
				_, _, filters := live()
				on := rapid.Bool().Draw(t, "on")
				err := c.sub.SetConfig(ctx, sns.SubscriptionConfig{FilterPolicy: policy[on]})
				if full := on && !c.filtered && filters >= mostFilters; full != (err != nil) {
					t.Fatalf("%d filters: %v", filters, err)
				}
				if err == nil {
					c.filtered = on
				}
			},
			"confirm": func(t *rapid.T) {
				c := pick()
				if token := w.PendingToken(c.sub.ARN()); token != "" {
					if _, err := w.Confirm(ctx, sns.Confirmation{TopicARN: topics[0].ARN(), Token: token}); err != nil {
						t.Fatal(err)
					}
					c.pending = time.Time{}
				}
			},
			"unsubscribe": func(t *rapid.T) {
				c := pick()
				if err := c.sub.Unsubscribe(ctx); (err == nil) != c.pending.IsZero() {
					t.Fatal(err)
				} else if err == nil {
					kept = nil
					for _, other := range all {
						if other != c {
							kept = append(kept, other)
						}
					}
					all = kept
				}
			},
			"delete": func(t *rapid.T) {
				i := rapid.IntRange(0, 1).Draw(t, "topic")
				_ = w.Delete(ctx, topics[i].ARN())
				_, _ = w.Create(ctx, topics[i].Name(), sns.Config{})
				var others []*counted
				for _, c := range all {
					if c.topic != i {
						others = append(others, c)
					}
				}
				all = others
			},
			"fork": func(t *rapid.T) {
				snapshot = w.Snapshot()
				w.Broker = sns.New(sns.WithClock(w.clk), sns.WithLimits(sns.Limits{Pending: mostPending, FilterPoliciesAll: mostFilters}), sns.WithoutSignatures())
				w.Restore(snapshot)
				for i := range topics {
					topics[i] = w.Topic(topics[i].ARN())
				}
				for _, c := range all {
					c.sub = w.Subscription(c.sub.ARN())
				}
			},
			"wait": func(t *rapid.T) { w.clk.Advance(time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour) },
		})
	})
}
