package kinesis_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// Listings of several pages, looped over.
func TestLoopsGoOnFromPageToPage(t *testing.T) {
	limits := kinesis.LimitsAsOf(time.Now())
	limits.Shards = 20_000
	b := kinesis.New(kinesis.WithLimits(limits), kinesis.WithAccount("111111111111"))
	s := create(t, b, "wide", 2100)
	require.Len(t, shards(t, s, kinesis.ShardFilter{}), 2100)
	for range s.Shards(t.Context(), kinesis.ShardFilter{}) {
		break
	}
	for i := range 150 {
		create(t, b, fmt.Sprintf("s%03d", i), 1)
	}
	n := 0
	for _, err := range kinesis.All(t.Context(), b) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 151, n)
	for range kinesis.All(t.Context(), b) {
		break
	}
	var none = kinesis.WithCaller(t.Context(), kinesis.Caller{Service: "x.amazonaws.com"})
	for _, err := range kinesis.All(none, b) {
		require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	}
	for _, err := range b.Stream(t.Context(), "none").Shards(t.Context(), kinesis.ShardFilter{}) {
		require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	}
	require.Equal(t, "arn:aws:kinesis:us-east-1:111111111111:stream/wide", s.ARN())
	require.Equal(t, s.ARN(), fmt.Sprintf("%v", s))
	require.Equal(t, s.ARN(), fmt.Sprintf("%#v", s))
}

// The most shards that a stream can have, made by counting up, and down.
func TestTenThousandShards(t *testing.T) {
	limits := kinesis.LimitsAsOf(time.Now())
	limits.Shards = 1 << 20
	b := kinesis.New(kinesis.WithLimits(limits))
	s := create(t, b, "s", 5000)
	_, err := s.SetShardCount(t.Context(), 10_000, kinesis.UniformScaling)
	require.NoError(t, err)
	sum, err := s.Summary(t.Context())
	require.NoError(t, err)
	require.Equal(t, 10_000, sum.OpenShards)
	_, err = s.SetShardCount(t.Context(), 10_001, kinesis.UniformScaling)
	require.ErrorIs(t, err, kinesis.ErrLimitExceeded)
	_, err = s.SetShardCount(t.Context(), 7_001, kinesis.UniformScaling)
	require.NoError(t, err)
	p := put(t, s, "a")
	require.Equal(t, b.RouteOf("s", "a"), p.ShardID)
}

// From above ten thousand shards the way down leads below.
func TestDownFromMoreThanTenThousandShards(t *testing.T) {
	b := kinesis.New(kinesis.WithLimits(kinesis.Limits{Shards: 1 << 20}))
	s := create(t, b, "s", 10_001)
	_, err := s.SetShardCount(t.Context(), 10_000, kinesis.UniformScaling)
	refused(t, err, kinesis.ErrLimitExceeded, "UpdateShardCount cannot scale a stream over 10000 shards. Target shard count: 10000")
	_, err = s.SetShardCount(t.Context(), 9_999, kinesis.UniformScaling)
	require.NoError(t, err)
}

func TestOwnersOnly(t *testing.T) {
	b, s, _ := world(t)
	there := kinesis.WithCaller(t.Context(), kinesis.Caller{Account: "111111111111"})
	theirs := b.Stream(there, s.ARN())
	require.ErrorIs(t, theirs.SplitText(there, "0", "5"), kinesis.ErrAccessDenied)
	require.ErrorIs(t, theirs.Merge(there, "0", "1"), kinesis.ErrAccessDenied)
	_, err := theirs.SetShardCount(there, 2, kinesis.UniformScaling)
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	_, err = theirs.Iterator(there, "0", kinesis.Oldest())
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	service := kinesis.WithCaller(t.Context(), kinesis.Caller{Service: "x.amazonaws.com"})
	_, err = b.AccountLimits(service)
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	_, err = b.Commitment(service)
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	_, err = b.SetCommitment(service, kinesis.CommitmentEnabled)
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
}

func TestDeletedByTimeWhileNobodyLooked(t *testing.T) {
	b, s, clk := timed(t)
	require.NoError(t, b.Delete(t.Context(), "s", false))
	clk.Advance(time.Hour)
	require.ErrorIs(t, s.SplitText(t.Context(), "0", "5"), kinesis.ErrResourceNotFound, "the first to look")
	again := create(t, b, "s", 2)
	clk.Advance(time.Minute)
	require.Equal(t, []int{0, 1}, open(t, again))
	require.NoError(t, b.Delete(t.Context(), "s", false))
	clk.Advance(time.Hour)
	create(t, b, "s", 3) // the first to look
	clk.Advance(time.Minute)
	require.Equal(t, []int{0, 1, 2}, open(t, s))
}

func TestSnapshotsHoldTheAccount(t *testing.T) {
	b, _, _ := world(t)
	_, err := b.SetCommitment(t.Context(), kinesis.CommitmentEnabled)
	require.NoError(t, err)
	snap := b.Snapshot()
	_, err = b.SetCommitment(t.Context(), kinesis.CommitmentDisabled)
	require.NoError(t, err)
	m, err := b.SetCommitment(t.Context(), kinesis.CommitmentEnabled)
	require.NoError(t, err)
	require.Equal(t, kinesis.CommitmentEnabled, m.Status, "the end is called off")
	fork := kinesis.New()
	fork.Restore(snap)
	m, err = fork.Commitment(t.Context())
	require.NoError(t, err)
	require.Equal(t, kinesis.CommitmentEnabled, m.Status)
}

func TestWarmModes(t *testing.T) {
	b, s, _ := world(t)
	ctx := t.Context()
	require.ErrorIs(t, s.SetMode(ctx, kinesis.Provisioned, 5), kinesis.ErrInvalidArgument, "on demand only")
	require.ErrorIs(t, s.SetMode(ctx, kinesis.OnDemand, 5), kinesis.ErrValidation, "with the commitment only")
	_, err := b.SetCommitment(ctx, kinesis.CommitmentEnabled)
	require.NoError(t, err)
	require.NoError(t, s.SetMode(ctx, kinesis.OnDemand, 5))
	warm, err := b.Create(ctx, "warm", kinesis.Config{WarmMiBps: 7})
	require.NoError(t, err)
	for of, want := range map[kinesis.Stream]int{s: 5, warm: 7} {
		sum, err := of.Summary(ctx)
		require.NoError(t, err)
		require.Equal(t, &kinesis.WarmThroughput{Target: want, Current: want}, sum.Warm)
	}
	_, err = b.Create(ctx, "t", kinesis.Config{Shards: 1, WarmMiBps: 7})
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument)
	require.ErrorIs(t, s.SetDistribution(ctx, ""), kinesis.ErrValidation)
}

func TestTokensAreOfTheirStream(t *testing.T) {
	b, s, _ := world(t)
	ctx := t.Context()
	register(t, s, "a")
	register(t, s, "b")
	p, err := s.Consumers(ctx, kinesis.ConsumersOptions{Max: 1})
	require.NoError(t, err)
	other := create(t, b, "other", 1)
	_, err = other.Consumers(ctx, kinesis.ConsumersOptions{Token: p.Next})
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	_, err = s.Consumers(ctx, kinesis.ConsumersOptions{Token: "x"})
	refused(t, err, kinesis.ErrInvalidArgument, "Invalid NextToken.")
	_, err = b.ListShards(ctx, kinesis.ListShardsOptions{Token: p.Next})
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument, "a token of another kind")
	_, err = s.ListShards(ctx, kinesis.ListShardsOptions{After: "nine"})
	refused(t, err, kinesis.ErrResourceNotFound, "Could not find shard nine in stream s under account 123456789012.")
	_, err = s.ListShards(ctx, kinesis.ListShardsOptions{Filter: kinesis.ShardFilter{Type: kinesis.AfterShardID, ShardID: "nine"}})
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
}

func TestExplainWithoutShards(t *testing.T) {
	b, s, clk := world(t, kinesis.WithTransitions(kinesis.RealTransitions()))
	require.Equal(t, "the stream is being created: it has no shards", b.ExplainKey("s", "a").Text)
	require.Empty(t, b.RouteOf("s", "a"))
	clk.Advance(time.Minute)
	put(t, s, "a")
	clk.Advance(day - time.Minute)
	it := iterator(t, s, 0, kinesis.Oldest())
	clk.Advance(time.Minute)
	require.Equal(t, "all records that were ahead of it have expired, and no other came", b.ExplainRead(it).Text)
	auto, err := b.Create(t.Context(), "auto", kinesis.Config{Distribution: kinesis.Auto})
	require.NoError(t, err)
	clk.Advance(time.Minute)
	require.Contains(t, b.ExplainKey(auto.Name(), "a").Text, "whatever their keys")
}

// A subscription to a shard that expires under it ends, as does one whose stream became another.
func TestSubscriptionsToWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New()
		s := create(t, b, "s", 1)
		register(t, s, "c")
		require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
		time.Sleep(day - time.Second)
		sub := subscribe(t, t.Context(), s, kinesis.Oldest())
		time.Sleep(time.Second)
		gone := collect(sub)
		sub, err := s.Subscribe(t.Context(), "c", "1", kinesis.Oldest())
		require.NoError(t, err)
		other := collect(sub)
		synctest.Wait()
		refused(t, gone().err, kinesis.ErrResourceNotFound, "Shard shardId-000000000000 in stream s under account 123456789012 does not exist")
		require.NoError(t, b.Delete(t.Context(), "s", true))
		register(t, create(t, b, "s", 2), "c")
		synctest.Wait()
		require.ErrorIs(t, other().err, kinesis.ErrResourceNotFound)
	})
}

func TestNames(t *testing.T) {
	require.Equal(t, "PutRecord", kinesis.OpPutRecord.String())
	require.Equal(t, "UpdateStreamWarmThroughput", kinesis.OpUpdateStreamWarmThroughput.String())
	require.Equal(t, "Unknown", kinesis.Op(200).String())
	require.Equal(t, "before", kinesis.BeforeCommit.String())
	require.Equal(t, "after", kinesis.AfterCommit.String())
	require.Equal(t, "unknown", kinesis.EventKind(99).String())
	require.Equal(t, 503, kinesis.ErrServiceUnavailable.Status())
	require.Equal(t, "InternalFailure", kinesis.ErrInternal.Error())
	require.Equal(t, "kinesis: ListStreams: LimitExceededException: slow", (&kinesis.Error{Op: kinesis.OpListStreams, Code: kinesis.ErrLimitExceeded,
		Message: "slow"}).Error())
	require.Empty(t, kinesis.SequenceNumber{}.Append(nil))
	require.True(t, kinesis.Shard{End: kinesis.HashKey{Lo: 5}}.Covers(kinesis.HashKey{Lo: 5}))
	require.False(t, kinesis.Shard{End: kinesis.HashKey{Lo: 5}}.Covers(kinesis.HashKey{Lo: 6}))
}
