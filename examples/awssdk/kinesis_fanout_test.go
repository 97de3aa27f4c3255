package awssdk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listener has the records of one shard pushed, as it is written for production: a subscription lasts five minutes, and the next one
// goes on where it ended.
type listener struct {
	client   *awskinesis.Client
	consumer *string // ARN
	shard    string
	from     types.StartingPosition
	handle   func(types.Record)

	subscriptions, events int
	children              []types.ChildShard // once the shard was read to its end
}

// listen listens until the shard is closed and read to its end, or ctx ends.
func (l *listener) listen(ctx context.Context) error {
	for l.children == nil && ctx.Err() == nil {
		if err := l.subscribe(ctx); err != nil {
			return err
		}
	}
	return nil
}

// subscribe listens for as long as one subscription lasts.
func (l *listener) subscribe(ctx context.Context) error {
	// A client of its own for each subscription: today's SDK (smithy-go 1.28.9) has a data race between two event streams of one.
	out, err := awskinesis.New(l.client.Options()).SubscribeToShard(ctx, &awskinesis.SubscribeToShardInput{
		ConsumerARN: l.consumer, ShardId: &l.shard, StartingPosition: &l.from,
	})
	if err != nil {
		return err
	}
	l.subscriptions++
	stream := out.GetStream()
	defer stream.Close()
	for pushed := range stream.Events() {
		event, ok := pushed.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent)
		if !ok {
			continue // what this SDK does not know yet
		}
		l.events++
		for _, r := range event.Value.Records {
			l.handle(r)
		}
		l.children = event.Value.ChildShards
		// The continuation is higher than the number of the last record: an idle shard's moves on too.
		l.from = types.StartingPosition{
			Type: types.ShardIteratorTypeAfterSequenceNumber, SequenceNumber: event.Value.ContinuationSequenceNumber,
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return stream.Err()
}

// register makes a consumer.
func (s stream) register(t require.TestingT, name string) *string {
	out, err := s.client.RegisterStreamConsumer(context.Background(), &awskinesis.RegisterStreamConsumerInput{
		StreamARN: s.arn, ConsumerName: &name,
	})
	require.NoError(t, err)
	return out.Consumer.ConsumerARN
}

func latest() types.StartingPosition {
	return types.StartingPosition{Type: types.ShardIteratorTypeLatest}
}

// Records are pushed in the instant in which they are put. The subscription ends after five minutes, and the next one misses nothing
// of what came in between.
func TestRecordsArePushed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1)
		start := time.Now()
		got := map[string]time.Duration{}
		l := &listener{client: s.client, consumer: s.register(t, "map"), shard: "shardId-000000000000", from: latest()}
		l.handle = func(r types.Record) { got[string(r.Data)] = time.Since(start) }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- l.listen(ctx) }()
		synctest.Wait() // it listens

		want := map[string]time.Duration{}
		for minute := range 12 {
			where := fmt.Sprint("position ", minute)
			s.put(t, "truck", where)
			want[where] = time.Since(start)
			time.Sleep(time.Minute)
		}
		cancel()
		require.NoError(t, <-done)
		assert.Equal(t, want, got, "each in the minute in which it was put")
		assert.Equal(t, 3, l.subscriptions, "in 12 minutes")
		assert.Greater(t, l.events, 12*60/5, "an idle subscription pushes an event every five seconds")
	})
}

// What is put while nobody listens is pushed to who goes on behind the last continuation.
func TestListenerGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1)
		var got []string
		l := &listener{client: s.client, consumer: s.register(t, "map"), shard: "shardId-000000000000", from: latest()}
		l.handle = func(r types.Record) { got = append(got, string(r.Data)) }
		start := time.Now()
		go func() {
			time.Sleep(time.Second)
			s.put(t, "truck", "Lyon")
		}()
		require.NoError(t, l.subscribe(t.Context()))
		assert.Equal(t, 5*time.Minute, time.Since(start))
		s.put(t, "truck", "Nice")
		time.Sleep(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, l.listen(ctx))
		assert.Equal(t, []string{"Lyon", "Nice"}, got)
	})
}

// When the shard is split its last event names the children, and who listens goes on with these.
func TestListenerFollowsASplit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1)
		consumer := s.register(t, "map")
		got := map[string][]string{} // by shard
		listener := func(shard string, from types.StartingPosition) *listener {
			return &listener{client: s.client, consumer: consumer, shard: shard, from: from, handle: func(r types.Record) {
				got[shard] = append(got[shard], string(r.Data))
			}}
		}
		parent := listener("shardId-000000000000", latest())
		go func() {
			time.Sleep(time.Minute)
			s.put(t, "truck", "Lyon")
			s.split(t, "shardId-000000000000")
			s.put(t, "truck", "Nice") // before anybody listens to the children
		}()
		start := time.Now()
		require.NoError(t, parent.listen(t.Context()))
		assert.Equal(t, time.Minute, time.Since(start), "it ends with its shard, and not after five minutes")
		require.Len(t, parent.children, 2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for _, child := range parent.children {
			assert.Equal(t, []string{"shardId-000000000000"}, child.ParentShards)
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			require.NoError(t, listener(*child.ShardId, types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon}).listen(ctx))
			cancel()
		}
		home := s.region.Kinesis().RouteOf(*s.name, "truck")
		assert.Equal(t, map[string][]string{"shardId-000000000000": {"Lyon"}, home: {"Nice"}}, got)
	})
}

// One consumer has one subscription to a shard. A second takes the place of the first, though not within five seconds: so a consumer
// that was started again does not have to wait until the subscription of its forerunner ends. Two consumers don't disturb each other.
func TestSecondSubscriptionTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1)
		mapper, auditor := s.register(t, "map"), s.register(t, "audit")
		listener := func(consumer *string) *listener {
			return &listener{client: s.client, consumer: consumer, shard: "shardId-000000000000", from: latest(), handle: func(types.Record) {}}
		}
		ended := make(chan error, 2)
		go func() { ended <- listener(mapper).listen(t.Context()) }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := listener(mapper).listen(ctx)
		assert.Equal(t, "ResourceInUseException", codeOf(err))
		go func() { ended <- listener(auditor).listen(ctx) }()

		time.Sleep(5 * time.Second)
		go func() { ended <- listener(mapper).listen(ctx) }()
		err = <-ended
		_, inUse := errors.AsType[*types.ResourceInUseException](err)
		assert.True(t, inUse, "the first learns it as an event of its stream: %v", err)
		cancel()
		require.NoError(t, <-ended)
		require.NoError(t, <-ended)
	})
}

// A consumer that is deregistered gets nothing more.
func TestDeregisteredConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1)
		l := &listener{client: s.client, consumer: s.register(t, "map"), shard: "shardId-000000000000", from: latest()}
		go func() {
			time.Sleep(time.Minute)
			_, err := s.client.DeregisterStreamConsumer(t.Context(), &awskinesis.DeregisterStreamConsumerInput{ConsumerARN: l.consumer})
			assert.NoError(t, err)
		}()
		err := l.listen(t.Context())
		_, notFound := errors.AsType[*types.ResourceNotFoundException](err)
		assert.True(t, notFound, "%v", err)
		out, err := s.client.ListStreamConsumers(t.Context(), &awskinesis.ListStreamConsumersInput{StreamARN: aws.String(*s.arn)})
		require.NoError(t, err)
		assert.Empty(t, out.Consumers)
	})
}
