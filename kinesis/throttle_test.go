package kinesis_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

const tooFast = "Rate exceeded for shard shardId-000000000000 in stream s under account 123456789012."

// accepted puts records of a size until one is refused, and returns how many were not.
func accepted(t testing.TB, s kinesis.Stream, size int) int {
	t.Helper()
	for n := 0; ; n++ {
		_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "k", Data: make([]byte, size-1)})
		if err != nil {
			refused(t, err, kinesis.ErrThroughputExceeded, tooFast)
			return n
		}
		require.Less(t, n, 5000)
	}
}

func TestShardsTakeSoMuchASecond(t *testing.T) {
	_, s, clk := world(t, kinesis.WithThrottling())
	require.Equal(t, 1000, accepted(t, s, 1), "records")
	clk.Advance(time.Millisecond - 1)
	require.Equal(t, 0, accepted(t, s, 1))
	clk.Advance(1)
	require.Equal(t, 1, accepted(t, s, 1), "one a millisecond, exactly")
	clk.Advance(time.Hour)
	require.Equal(t, 4, accepted(t, s, 1<<18), "bytes, keys included")
	clk.Advance(250 * time.Millisecond)
	require.Equal(t, 1, accepted(t, s, 1<<18))
	require.Zero(t, accepted(t, s, 1))
	clk.Advance(time.Second)
	require.Equal(t, 1, accepted(t, s, 1<<20))
}

// Records of a batch are attempted one by one: one that is too fast does not hinder a smaller one behind it.
func TestThrottlingInABatchIsByRecord(t *testing.T) {
	b, s, _ := world(t, kinesis.WithThrottling())
	entry := func(key string, size int) kinesis.Entry {
		return kinesis.Entry{PartitionKey: key, Data: make([]byte, size-len(key))}
	}
	placed, err := s.PutBatch(t.Context(), entry("a", 1<<19), entry("b", 1<<20), entry("c", 1<<19), entry("d", 1))
	require.NoError(t, err)
	require.NoError(t, placed[0].Err)
	refused(t, placed[1].Err, kinesis.ErrThroughputExceeded, tooFast)
	require.NoError(t, placed[2].Err)
	refused(t, placed[3].Err, kinesis.ErrThroughputExceeded, tooFast)
	require.Equal(t, []string{"a", "c"}, readAll(t, b, s, 0, kinesis.Oldest()))
}

// Where records of more than 1 MiB are allowed there is a burst of ten.
func TestLargeRecordsHaveABurst(t *testing.T) {
	_, s, clk := world(t, kinesis.WithThrottling())
	require.NoError(t, s.SetMaxRecordSize(t.Context(), 10240))
	require.Equal(t, 1, accepted(t, s, 10<<20))
	require.Zero(t, accepted(t, s, 2))
	clk.Advance(2 * time.Second)
	require.Equal(t, 1, accepted(t, s, 2<<20))
}

func TestReadsAreLimited(t *testing.T) {
	b, s, clk := world(t, kinesis.WithThrottling())
	const text = "Rate exceeded for Shard - 123456789012/s/shardId-000000000000"
	it := iterator(t, s, 0, kinesis.Oldest())
	for range 5 {
		read(t, b, it)
	}
	_, err := b.Read(t.Context(), it, kinesis.ReadOptions{})
	refused(t, err, kinesis.ErrThroughputExceeded, text)
	clk.Advance(200*time.Millisecond - 1)
	_, err = b.Read(t.Context(), it, kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrThroughputExceeded)
	clk.Advance(1)
	read(t, b, it)
	for range 4 {
		iterator(t, s, 0, kinesis.Oldest())
	}
	_, err = s.Iterator(t.Context(), "0", kinesis.Oldest())
	require.NoError(t, err, "the iterator from the beginning was refilled")
	_, err = s.Iterator(t.Context(), "0", kinesis.Oldest())
	refused(t, err, kinesis.ErrThroughputExceeded, text)
}

// 2 MiB a second: after an answer of 10 MiB come five seconds of none.
func TestLargeReadsArePaidOff(t *testing.T) {
	b, s, clk := world(t, kinesis.WithThrottling())
	for range 12 {
		require.Equal(t, 1, accepted(t, s, 1<<20))
		clk.Advance(time.Second)
	}
	batch := read(t, b, iterator(t, s, 0, kinesis.Oldest()))
	require.Len(t, batch.Records, 10)
	clk.Advance(5*time.Second - 1)
	_, err := b.Read(t.Context(), batch.Next, kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrThroughputExceeded)
	clk.Advance(1)
	require.Len(t, read(t, b, batch.Next).Records, 2)
	read(t, b, batch.Next) // 2 MiB a second are not too many: nothing is left, but nothing is owed beyond the second
}

// Who reads what a second allows owes nothing; who reads a byte more waits until all of it is paid off, from the read on.
func TestTwoMebibytesAreReadInASecond(t *testing.T) {
	for more, wait := range map[int]time.Duration{0: 0, 2048: time.Second + time.Second/1024, 1 << 20: 1500 * time.Millisecond} {
		b, s, clk := world(t, kinesis.WithThrottling())
		for _, size := range []int{1 << 20, 1 << 20, more} {
			if size > 0 {
				_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "k", Data: make([]byte, size-1)})
				require.NoError(t, err)
			}
			clk.Advance(time.Second)
		}
		batch := read(t, b, iterator(t, s, 0, kinesis.Oldest()))
		if wait > 0 {
			clk.Advance(wait - 1)
			_, err := b.Read(t.Context(), batch.Next, kinesis.ReadOptions{})
			refused(t, err, kinesis.ErrThroughputExceeded, "Rate exceeded for Shard - 123456789012/s/shardId-000000000000")
			clk.Advance(1)
		}
		read(t, b, batch.Next)
	}
}

func TestControlPlaneHasRates(t *testing.T) {
	b, s, clk := world(t, kinesis.WithThrottling())
	var err error
	for n := range 21 {
		_, err = s.Summary(t.Context())
		require.Equal(t, n == 20, err != nil)
	}
	require.ErrorIs(t, err, kinesis.ErrLimitExceeded)
	require.ErrorContains(t, err, "Rate exceeded")
	clk.Advance(50 * time.Millisecond)
	_, err = s.Summary(t.Context())
	require.NoError(t, err)
	there := kinesis.WithCaller(t.Context(), kinesis.Caller{Account: "111111111111"})
	_, err = b.AccountLimits(t.Context())
	require.NoError(t, err)
	_, err = b.AccountLimits(t.Context())
	require.ErrorIs(t, err, kinesis.ErrLimitExceeded)
	_, err = b.AccountLimits(there)
	require.NoError(t, err, "each account has its own")
}

// The rates of the control plane, as the service documents them: so many calls at once, and no more. What is wrong with a call makes
// no difference.
func TestRatesOfOperations(t *testing.T) {
	b, _, clk := world(t, kinesis.WithThrottling())
	ctx, s, other := t.Context(), b.Stream(t.Context(), "none"), create(t, b, "t", 1)
	listed := func(ref string) error {
		_, err := b.ListShards(ctx, kinesis.ListShardsOptions{Stream: ref})
		return err
	}
	one := map[string]string{"k": "v"}
	for op, row := range map[kinesis.Op]struct {
		most int
		do   func() error
	}{
		kinesis.OpCreateStream:                  {5, func() error { _, err := b.Create(ctx, "s", kinesis.Config{}); return err }},
		kinesis.OpDeleteStream:                  {5, func() error { return b.Delete(ctx, "none", true) }},
		kinesis.OpDescribeStream:                {10, func() error { _, err := s.Describe(ctx, kinesis.DescribeOptions{}); return err }},
		kinesis.OpDescribeStreamSummary:         {20, func() error { _, err := s.Summary(ctx); return err }},
		kinesis.OpDescribeLimits:                {1, func() error { _, err := b.AccountLimits(ctx); return err }},
		kinesis.OpListStreams:                   {5, func() error { _, err := b.List(ctx, kinesis.ListOptions{}); return err }},
		kinesis.OpSplitShard:                    {5, func() error { return s.SplitText(ctx, "0", "5") }},
		kinesis.OpMergeShards:                   {5, func() error { return s.Merge(ctx, "0", "1") }},
		kinesis.OpUpdateShardCount:              {10, func() error { return count(2)(ctx, b, s) }},
		kinesis.OpIncreaseStreamRetentionPeriod: {5, func() error { return s.IncreaseRetention(ctx, 48) }},
		kinesis.OpDecreaseStreamRetentionPeriod: {5, func() error { return s.DecreaseRetention(ctx, 48) }},
		kinesis.OpStartStreamEncryption:         {5, func() error { return s.StartEncryption(ctx, "k") }},
		kinesis.OpStopStreamEncryption:          {5, func() error { return s.StopEncryption(ctx, "k") }},
		kinesis.OpEnableEnhancedMonitoring:      {5, func() error { _, err := s.EnableMonitoring(ctx, kinesis.MetricAll); return err }},
		kinesis.OpDisableEnhancedMonitoring:     {5, func() error { _, err := s.DisableMonitoring(ctx, kinesis.MetricAll); return err }},
		kinesis.OpRegisterStreamConsumer:        {5, func() error { _, err := s.Register(ctx, "c", nil); return err }},
		kinesis.OpDeregisterStreamConsumer:      {5, func() error { return s.Deregister(ctx, "c") }},
		kinesis.OpDescribeStreamConsumer:        {20, func() error { _, err := s.Consumer(ctx, "c"); return err }},
		kinesis.OpListStreamConsumers:           {5, func() error { _, err := s.Consumers(ctx, kinesis.ConsumersOptions{}); return err }},
		kinesis.OpAddTagsToStream:               {5, func() error { return s.Tag(ctx, one) }},
		kinesis.OpRemoveTagsFromStream:          {5, func() error { return s.Untag(ctx, "k") }},
		kinesis.OpListTagsForStream:             {5, func() error { _, err := s.Tags(ctx, kinesis.TagOptions{}); return err }},
		kinesis.OpTagResource:                   {5, func() error { return b.TagResource(ctx, s.ARN(), one) }},
		kinesis.OpUntagResource:                 {5, func() error { return b.UntagResource(ctx, s.ARN(), "k") }},
		kinesis.OpListTagsForResource:           {5, func() error { _, err := b.ResourceTags(ctx, s.ARN()); return err }},
		kinesis.OpListShards:                    {1000, func() error { return listed("s") }},
	} {
		clk.Advance(time.Second)
		for range row.most {
			require.NotErrorIs(t, row.do(), kinesis.ErrLimitExceeded, op)
		}
		refused(t, row.do(), kinesis.ErrLimitExceeded, "Rate exceeded for "+op.String()+" under account 123456789012.")
	}
	for listed("s") == nil { // until there are too many
	}
	require.NoError(t, listed(other.Name()), "each stream has its own")
}

// Without WithThrottling nothing is refused.
func TestThrottlingIsOff(t *testing.T) {
	b, s, _ := world(t)
	for range 5 {
		_, err := s.PutBatch(t.Context(), make501()[:500]...)
		require.NoError(t, err)
	}
	for range 10 {
		read(t, b, iterator(t, s, 0, kinesis.Oldest()))
	}
}

// A follower waits for its turn instead of failing.
func TestFollowersArePaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := create(t, kinesis.New(kinesis.WithThrottling()), "s", 1)
		f := follow(t.Context(), s, 0, kinesis.Oldest())
		begin := time.Now()
		for i := range 20 { // each wakes the reader, which reads and then looks once more
			time.Sleep(time.Millisecond)
			put(t, s, fmt.Sprint(i))
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Len(t, f.keys(), 20)
		require.NoError(t, f.failed())
		require.Greater(t, time.Since(begin), time.Second)
	})
}

// Subscriptions get 2 MiB a second, and never an error.
func TestSubscriptionsArePaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := create(t, kinesis.New(kinesis.WithThrottling()), "s", 1)
		register(t, s, "c")
		for range 8 {
			require.Equal(t, 1, accepted(t, s, 1<<20))
			time.Sleep(time.Second)
		}
		p := collect(subscribe(t, t.Context(), s, kinesis.Oldest()))
		time.Sleep(4 * time.Second)
		synctest.Wait()
		var sizes []int
		for _, e := range p().events {
			sizes = append(sizes, len(e.Records))
		}
		require.Equal(t, []int{2, 2, 2, 2}, sizes)
		require.Equal(t, []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}, p().at)
		require.Positive(t, p().events[2].Behind)
		require.Zero(t, p().events[3].Behind)
	})
}

// A consumer may ask once a second for a subscription to a shard.
func TestSubscribingHasARate(t *testing.T) {
	_, s, clk := world(t, kinesis.WithThrottling())
	register(t, s, "c")
	ask := func(want kinesis.Code) {
		t.Helper()
		_, err := s.Subscribe(t.Context(), "c", "0", kinesis.Oldest())
		require.ErrorIs(t, err, want)
	}
	subscribe(t, t.Context(), s, kinesis.Oldest())
	clk.Advance(time.Second - 1)
	ask(kinesis.ErrLimitExceeded)
	clk.Advance(time.Second)
	ask(kinesis.ErrResourceInUse)
	clk.Advance(3*time.Second + 1)
	subscribe(t, t.Context(), s, kinesis.Oldest())
}

// A busy shard of an on-demand stream is split at the end of the quarter of an hour, and both halves take as much as it did.
func TestOnDemandStreamsGrow(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithThrottling())
	s, err := b.Create(t.Context(), "s", kinesis.Config{})
	require.NoError(t, err)
	quiet, err := b.Create(t.Context(), "quiet", kinesis.Config{})
	require.NoError(t, err)
	unlimited, err := kinesis.New(kinesis.WithClock(clk)).Create(t.Context(), "s", kinesis.Config{})
	require.NoError(t, err)
	hot := kinesis.Entry{PartitionKey: "k", Data: make([]byte, 513<<10)}
	slow := kinesis.Entry{PartitionKey: "k", Data: make([]byte, 511<<10)}
	for range 60 {
		_, err := s.Put(t.Context(), hot)
		require.NoError(t, err)
		_, err = quiet.Put(t.Context(), slow)
		require.NoError(t, err)
		_, err = unlimited.Put(t.Context(), hot)
		require.NoError(t, err)
		clk.Advance(time.Second)
	}
	clk.Advance(kinesis.ScaleInterval - time.Minute - 1)
	require.Equal(t, []int{0, 1, 2, 3}, open(t, s))
	require.Equal(t, id(2), b.RouteOf("s", "k"))
	clk.Advance(1)
	j := b.Record()
	_, err = s.Summary(kinesis.WithCaller(t.Context(), kinesis.Caller{Account: account}))
	require.NoError(t, err)
	require.Equal(t, 3, len(journalLines(j)))
	for e := range j.Events() {
		require.Empty(t, e.Caller)
	}
	require.Equal(t, []int{0, 1, 3, 4, 5}, open(t, s))
	require.Len(t, open(t, quiet), 4)
	require.Len(t, open(t, unlimited), 4)
	require.Equal(t, kinesis.Active, status(t, s))
	clk.Advance(kinesis.PeakMemory - kinesis.ScaleInterval - 1)
	require.Len(t, open(t, s), 5)
	clk.Advance(1) // 30 days since the first shards began, of which two took nothing
	require.Equal(t, []int{3, 4, 5, 6}, open(t, s))
}

// More than twice the highest rate so far is refused until the stream has grown.
func TestMoreThanDoubleIsThrottled(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithThrottling(), kinesis.WithLimits(kinesis.Limits{WriteBytes: 1000}))
	s, err := b.Create(t.Context(), "s", kinesis.Config{})
	require.NoError(t, err)
	flood := func(want int) {
		t.Helper()
		for _, rows := range []int{4, 8} { // what a shard takes in a second each, spread over the key space, twice
			var es []kinesis.Entry
			for i := range rows {
				k := kinesis.HashKey{Hi: uint64(i) << 61 * uint64(8/rows)}
				es = append(es, kinesis.Entry{PartitionKey: "k", HashKey: &k, Data: make([]byte, 999)})
			}
			stored := 0
			for range 60 {
				stored = 0
				placed, err := s.PutBatch(t.Context(), es...)
				require.NoError(t, err)
				for _, p := range placed {
					if p.Err == nil {
						stored++
					}
				}
				clk.Advance(time.Second)
			}
			require.Equal(t, min(rows, want), stored)
		}
	}
	flood(4)
	clk.Advance(kinesis.ScaleInterval - 2*time.Minute)
	require.Len(t, open(t, s), 8)
	flood(8)
}

// A stream is prepared for the throughput that was asked for, a shard for each MiB.
func TestWarmStreamsAreReady(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithThrottling(), kinesis.WithTransitions(kinesis.Transitions{Update: time.Minute}))
	_, err := b.SetCommitment(t.Context(), kinesis.CommitmentEnabled)
	require.NoError(t, err)
	s, err := b.Create(t.Context(), "s", kinesis.Config{WarmMiBps: 9})
	require.NoError(t, err)
	require.Len(t, open(t, s), 9)
	_, err = s.SetWarmThroughput(t.Context(), 12)
	require.NoError(t, err)
	clk.Advance(time.Minute - 1)
	require.Len(t, open(t, s), 9)
	clk.Advance(1)
	require.Len(t, open(t, s), 12)
	_, err = s.SetWarmThroughput(t.Context(), 1<<31-1)
	require.NoError(t, err)
	clk.Advance(time.Minute)
	sum, err := s.Summary(t.Context())
	require.NoError(t, err)
	require.Equal(t, kinesis.MaxStreamShards, sum.OpenShards)
}

// A reader that waits at the tip of a shard is told when that is split by time alone.
func TestFollowersSeeAStreamGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New(kinesis.WithThrottling())
		s, err := b.Create(t.Context(), "s", kinesis.Config{})
		require.NoError(t, err)
		f := follow(t.Context(), s, 2, kinesis.Oldest())
		for range 60 {
			_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "k", Data: make([]byte, 600<<10)})
			require.NoError(t, err)
			time.Sleep(time.Second)
		}
		synctest.Wait()
		require.False(t, f.ended())
		time.Sleep(kinesis.ScaleInterval - time.Minute)
		synctest.Wait()
		require.True(t, f.ended())
		require.Len(t, f.keys(), 60)
	})
}

func TestLimitsAsOf(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		require.NoError(t, err)
		return d
	}
	today := kinesis.Limits{RecordKiB: 10240, BatchBytes: 10 << 20, RetentionHours: 8760, ListedStreams: 100, OnDemandStreams: 50,
		WriteBytes: 1 << 20, WriteRecords: 1000, ReadBytes: 2 << 20, ReadCalls: 5}
	require.Equal(t, today, kinesis.LimitsAsOf(day("2026-01-01")))
	before := today
	before.RecordKiB, before.BatchBytes = 1024, 5<<20
	require.Equal(t, before, kinesis.LimitsAsOf(day("2025-09-30")))
	before.ListedStreams = 10
	require.Equal(t, before, kinesis.LimitsAsOf(day("2021-12-31")))
	before.RetentionHours = 168
	require.Equal(t, before, kinesis.LimitsAsOf(day("2020-10-31")))
	require.Equal(t, before, kinesis.LimitsAsOf(day("2013-12-01")))
	b := kinesis.New(kinesis.WithRegion("ap-south-1"))
	l, err := b.AccountLimits(context.Background())
	require.NoError(t, err)
	require.Equal(t, 200, l.Shards)
}
