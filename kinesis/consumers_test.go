package kinesis_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

func register(t testing.TB, s kinesis.Stream, name string) kinesis.Consumer {
	t.Helper()
	c, err := s.Register(t.Context(), name, nil)
	require.NoError(t, err)
	return c
}

func TestConsumers(t *testing.T) {
	b, s, clk := world(t)
	ctx := t.Context()
	c := register(t, s, "c")
	require.Equal(t, kinesis.Consumer{Name: "c", ARN: stream + "s/consumer/c:1767225600", Status: kinesis.Active, Created: clk.Now().UTC(),
		Stream: s.ARN()}, c)
	for _, ref := range []string{"c", c.ARN} {
		found, err := s.Consumer(ctx, ref)
		require.NoError(t, err)
		require.Equal(t, c, found)
	}
	byARN, err := b.Stream(ctx, c.ARN).Consumer(ctx, c.ARN)
	require.NoError(t, err)
	require.Equal(t, c, byARN)
	_, err = s.Register(ctx, "c", nil)
	require.ErrorIs(t, err, kinesis.ErrResourceInUse)
	_, err = s.Consumer(ctx, "d")
	refused(t, err, kinesis.ErrResourceNotFound, "Consumer d, account 123456789012 not found.")
	require.ErrorIs(t, s.Deregister(ctx, "d"), kinesis.ErrResourceNotFound)
	register(t, s, "a")
	require.NoError(t, s.Deregister(ctx, c.ARN))
	again := register(t, s, "c")
	require.NotEqual(t, c.ARN, again.ARN, "though it is the same second")
	p, err := s.Consumers(ctx, kinesis.ConsumersOptions{Max: 1})
	require.NoError(t, err)
	require.Equal(t, "a", p.Consumers[0].Name)
	p, err = s.Consumers(ctx, kinesis.ConsumersOptions{Max: 1, Token: p.Next})
	require.NoError(t, err)
	require.Equal(t, "c", p.Consumers[0].Name)
	require.Empty(t, p.Next)
	refused(t, b.Delete(ctx, "s", false), kinesis.ErrResourceInUse, "Stream s under account 123456789012 has 2 registered consumers. Set "+
		"EnforceConsumerDeletion to delete them with the stream.")
	require.NoError(t, b.Delete(ctx, "s", true))
	s = create(t, b, "s", 1)
	p, err = s.Consumers(ctx, kinesis.ConsumersOptions{})
	require.NoError(t, err)
	require.Empty(t, p.Consumers)
	_, err = s.Consumers(ctx, kinesis.ConsumersOptions{Max: 10_001})
	require.ErrorIs(t, err, kinesis.ErrValidation)
	_, err = s.Consumers(ctx, kinesis.ConsumersOptions{Created: time.Unix(7, 0)})
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	for i := range 20 {
		register(t, s, fmt.Sprint("c", i))
	}
	_, err = s.Register(ctx, "one-more", nil)
	require.ErrorIs(t, err, kinesis.ErrLimitExceeded)
	_, err = s.Register(ctx, "a b", nil)
	refused(t, err, kinesis.ErrValidation, one(badly("a b", "consumerName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")))
}

// With a commitment, on-demand streams may have more consumers.
func TestConsumersOfACommitment(t *testing.T) {
	count := func(b *kinesis.Broker, cfg kinesis.Config) int {
		s, err := b.Create(t.Context(), "s", cfg)
		require.NoError(t, err)
		for i := range 100 {
			if _, err = s.Register(t.Context(), fmt.Sprint("c", i), nil); err != nil {
				require.ErrorIs(t, err, kinesis.ErrLimitExceeded)
				return i
			}
		}
		return 100
	}
	committed := func(opts ...kinesis.Option) *kinesis.Broker {
		b, _ := fakeBroker(opts...)
		_, err := b.SetCommitment(t.Context(), kinesis.CommitmentEnabled)
		require.NoError(t, err)
		return b
	}
	plain, _ := fakeBroker()
	require.Equal(t, 20, count(plain, kinesis.Config{}))
	require.Equal(t, 50, count(committed(), kinesis.Config{}))
	require.Equal(t, 20, count(committed(), kinesis.Config{Shards: 1}))
	require.Equal(t, 3, count(committed(kinesis.WithLimits(kinesis.Limits{Consumers: 3})), kinesis.Config{}))
}

func TestConsumersTakeTime(t *testing.T) {
	_, s, clk := timed(t)
	c := register(t, s, "c")
	require.Equal(t, kinesis.Creating, c.Status)
	_, err := s.Subscribe(t.Context(), "c", "0", kinesis.Oldest())
	refused(t, err, kinesis.ErrResourceInUse, "Consumer c with creation timestamp 1767225630 under stream: s , account 123456789012 is not in "+
		"ACTIVE status.")
	for i := range 4 {
		register(t, s, fmt.Sprint("c", i))
	}
	_, err = s.Register(t.Context(), "six", nil)
	require.ErrorIs(t, err, kinesis.ErrLimitExceeded, "five are being created")
	clk.Advance(10 * time.Second)
	c, err = s.Consumer(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, kinesis.Active, c.Status)
	require.NoError(t, s.Deregister(t.Context(), "c"))
	c, err = s.Consumer(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, kinesis.Deleting, c.Status)
	_, err = s.Subscribe(t.Context(), "c", "0", kinesis.Oldest())
	require.ErrorIs(t, err, kinesis.ErrResourceInUse)
	clk.Advance(10 * time.Second)
	_, err = s.Consumer(t.Context(), "c")
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
}

func TestConsumersHaveTagsAndPolicies(t *testing.T) {
	b, s, _ := world(t)
	ctx := t.Context()
	c, err := s.Register(ctx, "c", map[string]string{"a": "b"})
	require.NoError(t, err)
	require.NoError(t, b.TagResource(ctx, c.ARN, map[string]string{"c": "d"}))
	require.NoError(t, b.UntagResource(ctx, c.ARN, "a"))
	tags, err := b.ResourceTags(ctx, c.ARN)
	require.NoError(t, err)
	require.Equal(t, []kinesis.Tag{{"c", "d"}}, tags)
	tags, err = b.ResourceTags(ctx, s.ARN())
	require.NoError(t, err)
	require.Empty(t, tags)
	there := kinesis.WithCaller(ctx, kinesis.Caller{Account: "111111111111"})
	_, err = b.Stream(there, c.ARN).Subscribe(there, c.ARN, "0", kinesis.Oldest())
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	require.NoError(t, b.SetPolicy(ctx, c.ARN, `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},`+
		`"Action":"kinesis:SubscribeToShard","Resource":"*"}]}`))
	_, err = b.Stream(there, c.ARN).Subscribe(there, c.ARN, "0", kinesis.Oldest())
	require.NoError(t, err)
	_, err = b.Policy(ctx, stream+"s/consumer/none:1")
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
}

// push is what a subscription pushed so far.
type push struct {
	events []kinesis.ShardEvent
	at     []time.Duration // since the beginning
	err    error
	done   bool
}

// collect collects the events of a subscription on a goroutine of its own. What it returns tells what there is now.
func collect(sub *kinesis.Subscription) func() push {
	var mu sync.Mutex
	var p push
	begin := time.Now()
	note := func(change func()) {
		mu.Lock()
		defer mu.Unlock()
		change()
	}
	go func() {
		for e, err := range sub.Events() {
			note(func() {
				if p.err = err; err == nil {
					p.events, p.at = append(p.events, e), append(p.at, time.Since(begin))
				}
			})
		}
		note(func() { p.done = true })
	}()
	return func() (now push) {
		note(func() { now = p })
		return now
	}
}

func subscribe(t testing.TB, ctx context.Context, s kinesis.Stream, pos kinesis.Position) *kinesis.Subscription {
	t.Helper()
	sub, err := s.Subscribe(ctx, "c", "0", pos)
	require.NoError(t, err)
	return sub
}

func TestSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := create(t, kinesis.New(), "s", 1)
		register(t, s, "c")
		placed := put(t, s, "1", "2", "3", "4", "5")
		p := collect(subscribe(t, t.Context(), s, kinesis.Oldest()))
		synctest.Wait()
		require.Len(t, p().events, 1, "recorded: one event with five records")
		e := p().events[0]
		require.Len(t, e.Records, 5)
		require.Zero(t, e.Behind)
		require.Positive(t, e.Continuation.Compare(placed.Sequence), "recorded: greater than the last record's")
		require.Empty(t, e.Children)
		time.Sleep(12 * time.Second)
		synctest.Wait()
		require.Len(t, p().events, 3)
		require.Equal(t, []time.Duration{0, 5 * time.Second, 10 * time.Second}, p().at, "an idle one pushes every five seconds")
		require.Empty(t, p().events[1].Records)
		require.False(t, p().events[1].Continuation.IsZero())
		put(t, s, "6")
		synctest.Wait()
		require.Equal(t, []string{"6"}, keys(p().events[3].Records), "records are pushed at once")
		time.Sleep(5*time.Minute - 12*time.Second)
		synctest.Wait()
		require.True(t, p().done)
		require.NoError(t, p().err, "it ends normally")
		require.Equal(t, 297*time.Second, p().at[len(p().at)-1].Truncate(time.Second))

		last := p().events[len(p().events)-1].Continuation
		put(t, s, "7")
		p = collect(subscribe(t, t.Context(), s, kinesis.After(last)))
		synctest.Wait()
		require.Equal(t, []string{"7"}, keys(p().events[0].Records), "a later subscription goes on")
		require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
		synctest.Wait()
		require.True(t, p().done)
		require.NoError(t, p().err)
		end := p().events[len(p().events)-1]
		require.True(t, end.Continuation.IsZero(), "none at the end of a shard")
		require.Len(t, end.Children, 2)
	})
}

func TestOneSubscriptionAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := create(t, kinesis.New(), "s", 1)
		register(t, s, "c")
		register(t, s, "d")
		first := collect(subscribe(t, t.Context(), s, kinesis.Oldest()))
		time.Sleep(5*time.Second - 1)
		const inUse = "Another active subscription exists for this consumer: 123456789012:s:shardId-000000000000:c"
		_, err := s.Subscribe(t.Context(), "c", "0", kinesis.Oldest())
		refused(t, err, kinesis.ErrResourceInUse, inUse)
		_, err = s.Subscribe(t.Context(), "d", "0", kinesis.Oldest())
		require.NoError(t, err, "another consumer's is its own")
		require.False(t, first().done)
		time.Sleep(time.Nanosecond)
		second := collect(subscribe(t, t.Context(), s, kinesis.Oldest()))
		synctest.Wait()
		require.True(t, first().done)
		refused(t, first().err, kinesis.ErrResourceInUse, inUse)
		require.False(t, second().done)
		require.NoError(t, s.Deregister(t.Context(), "c"))
		synctest.Wait()
		require.ErrorIs(t, second().err, kinesis.ErrResourceNotFound)
	})
}

func TestSubscriptionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New()
		s := create(t, b, "s", 1)
		register(t, s, "c")
		ctx, cancel := context.WithCancel(t.Context())
		sub := subscribe(t, ctx, s, kinesis.Latest())
		p := collect(sub)
		synctest.Wait()
		require.Equal(t, 1, b.Peek("s")[0].Waiting)
		cancel()
		synctest.Wait()
		require.True(t, p().done)
		require.NoError(t, p().err)
		require.Zero(t, b.Peek("s")[0].Waiting, "nothing is left behind")
		for _, err := range sub.Events() {
			require.Error(t, err, "only one loop")
		}
		time.Sleep(5 * time.Second)
		p = collect(subscribe(t, t.Context(), s, kinesis.Latest()))
		synctest.Wait()
		require.NoError(t, b.Delete(t.Context(), "s", true))
		synctest.Wait()
		require.ErrorIs(t, p().err, kinesis.ErrResourceNotFound)
	})
}

func TestRefusalsOfSubscribe(t *testing.T) {
	subscribing := func(consumer, shard string, pos kinesis.Position) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			_, _ = s.Register(ctx, "c", nil)
			_, err := s.Subscribe(ctx, consumer, shard, pos)
			return err
		}
	}
	refuse(t, []refusal{
		{"no such consumer", subscribing("d", "0", kinesis.Oldest()), kinesis.ErrResourceNotFound, "Consumer d, account 123456789012 not found."},
		{"no such shard", subscribing("c", "7", kinesis.Oldest()), kinesis.ErrResourceNotFound,
			"Shard shardId-000000000007 in stream s under account 123456789012 does not exist"},
		{"another shard's number", subscribing("c", "0", kinesis.Position{Type: kinesis.AtSequenceNumber, SequenceText: firstOf(5, 7)}),
			kinesis.ErrInvalidArgument, "Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard " +
				"with shardId-000000000000"},
		{"out of form", subscribing("a b", "", kinesis.Position{}), kinesis.ErrValidation, many(
			badly("a b", "consumerName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
			"Value null at 'shardId' failed to satisfy constraint: Member must not be null",
			"Value null at 'shardIteratorType' failed to satisfy constraint: Member must not be null")},
	})
}

// A subscription of another implementation pushes what that says, and can be looped over once too.
func TestSubscriptionOfAnotherImplementation(t *testing.T) {
	failure := errors.New("the connection is gone")
	sub := kinesis.NewSubscription(func(yield func(kinesis.ShardEvent, error) bool) {
		_ = yield(kinesis.ShardEvent{Behind: time.Second}, nil) && yield(kinesis.ShardEvent{}, failure)
	})
	var got []error
	for e, err := range sub.Events() {
		require.Equal(t, err == nil, e.Behind == time.Second)
		got = append(got, err)
	}
	require.Equal(t, []error{nil, failure}, got)
	for _, err := range sub.Events() {
		require.ErrorContains(t, err, "once")
	}
}

// Its events can be asked for one by one too.
func TestNextOfAnotherImplementation(t *testing.T) {
	failure := errors.New("the connection is gone")
	for _, end := range []error{nil, failure} {
		sub := kinesis.NewSubscription(func(yield func(kinesis.ShardEvent, error) bool) {
			_ = yield(kinesis.ShardEvent{Behind: time.Second}, nil) && end != nil && yield(kinesis.ShardEvent{}, end)
		})
		e, more, err := sub.Next()
		require.NoError(t, err)
		require.True(t, more)
		require.Equal(t, time.Second, e.Behind)
		_, more, err = sub.Next()
		require.False(t, more)
		require.Equal(t, end, err)
		_, more, err = sub.Next()
		require.False(t, more, "and there it stays")
		require.NoError(t, err)
	}
}

func TestAPageOfConsumers(t *testing.T) {
	b, _ := fakeBroker(kinesis.WithLimits(kinesis.Limits{Consumers: 101}))
	s := create(t, b, "s", 1)
	for i := range 101 {
		register(t, s, fmt.Sprintf("c%03d", i))
	}
	page, err := s.Consumers(t.Context(), kinesis.ConsumersOptions{})
	require.NoError(t, err)
	require.Len(t, page.Consumers, 100)
	page, err = s.Consumers(t.Context(), kinesis.ConsumersOptions{Token: page.Next})
	require.NoError(t, err)
	require.Len(t, page.Consumers, 1)
	require.Equal(t, "c100", page.Consumers[0].Name)
	require.Empty(t, page.Next)
}

// The deletion of a consumer ends its subscriptions as it begins; and to ask for it again does not make it longer.
func TestDeregistrationTakesTime(t *testing.T) {
	_, s, clk := world(t, kinesis.WithTransitions(kinesis.Transitions{Consumer: 10 * time.Second}))
	ctx := t.Context()
	k := register(t, s, "c")
	clk.Advance(10 * time.Second)
	sub, err := s.Subscribe(ctx, "c", "0", kinesis.Oldest())
	require.NoError(t, err)
	require.NoError(t, s.Deregister(ctx, "c"))
	_, more, err := sub.Next()
	require.False(t, more)
	refused(t, err, kinesis.ErrResourceNotFound, "Consumer "+k.ARN+", account 123456789012 not found.")
	clk.Advance(5 * time.Second)
	require.NoError(t, s.Deregister(ctx, "c"))
	_, err = s.Register(ctx, "c", nil)
	require.ErrorIs(t, err, kinesis.ErrResourceInUse)
	clk.Advance(5*time.Second - 1)
	k, err = s.Consumer(ctx, "c")
	require.NoError(t, err)
	require.Equal(t, kinesis.Deleting, k.Status)
	clk.Advance(1)
	_, err = s.Consumer(ctx, "c")
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
}
