package kinesis_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

func TestShardsDivideTheKeySpace(t *testing.T) {
	_, clk := fakeBroker()
	_ = clk
	b := kinesis.New()
	s := create(t, b, "s", 3)
	var ranges []string
	for _, sh := range shards(t, s, kinesis.ShardFilter{}) {
		ranges = append(ranges, sh.Start.String()+".."+sh.End.String())
		require.True(t, sh.IsOpen())
	}
	require.Equal(t, []string{ // recorded
		"0..113427455640312821154458202477256070484",
		"113427455640312821154458202477256070485..226854911280625642308916404954512140969",
		"226854911280625642308916404954512140970..340282366920938463463374607431768211455",
	}, ranges)
	for i, k := range []string{"a", "b", "e", "f"} {
		require.Equal(t, id([]int{0, 1, 2, 1}[i]), put(t, s, k).ShardID, "recorded")
	}
	for _, row := range []struct {
		hash  string
		shard int
	}{{"0", 0}, {"113427455640312821154458202477256070484", 0}, {"113427455640312821154458202477256070485", 1}, {max128, 2}} {
		p, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "a", HashKeyText: row.hash})
		require.NoError(t, err)
		require.Equal(t, id(row.shard), p.ShardID, "bounds are inclusive")
	}
}

func TestRecordedReshards(t *testing.T) {
	b := kinesis.New()
	s := create(t, b, "s", 1)
	require.NoError(t, s.Split(t.Context(), id(0), kinesis.HashKey{Lo: 2}))
	all := shards(t, s, kinesis.ShardFilter{})
	require.Len(t, all, 3)
	require.False(t, all[0].IsOpen())
	require.Equal(t, max128, all[0].End.String())
	require.Equal(t, [4]string{id(1), "0", "1", id(0)}, [4]string{all[1].ID, all[1].Start.String(), all[1].End.String(), all[1].Parent})
	require.Equal(t, [4]string{id(2), "2", max128, id(0)}, [4]string{all[2].ID, all[2].Start.String(), all[2].End.String(), all[2].Parent})
	require.Empty(t, all[1].AdjacentParent)
	require.Positive(t, all[1].First.Compare(all[0].Last))

	s = create(t, b, "merged", 3)
	require.NoError(t, s.Merge(t.Context(), id(0), id(1)))
	all = shards(t, s, kinesis.ShardFilter{})
	require.Equal(t, [5]string{id(3), "0", "226854911280625642308916404954512140969", id(0), id(1)},
		[5]string{all[3].ID, all[3].Start.String(), all[3].End.String(), all[3].Parent, all[3].AdjacentParent})
	require.True(t, all[2].IsOpen())
}

func TestRefusalsOfReshards(t *testing.T) {
	split := func(shard, at string) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			return s.SplitText(ctx, shard, at)
		}
	}
	merge := func(low, high string) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error { return s.Merge(ctx, low, high) }
	}
	badKey := func(k string) string {
		return "NewStartingHashKey " + k + " used in SplitShard() on shard shardId-000000000000 in stream s under account 123456789012 is not " +
			"both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey " +
			"170141183460469231731687303715884105727."
	}
	closed := "Shard shardId-000000000001 in stream s under account 123456789012 has already been merged or split, and thus is not eligible " +
		"for merging or splitting."
	noPair := func(a, b int) string {
		return "Shards " + id(a) + " and " + id(b) + " in stream s under account 123456789012 are not an adjacent pair of shards eligible for " +
			"merging"
	}
	missing := "Could not find shard shardId-000000000009 in stream s under account 123456789012."
	refuse(t, []refusal{
		{"split nothing", split("nine", "5"), kinesis.ErrResourceNotFound, "Could not find shard nine in stream s under account 123456789012."},
		{"split what is not", split("x-9", "5"), kinesis.ErrResourceNotFound, missing},
		{"split of no stream", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			return b.Stream(ctx, "none").SplitText(ctx, "9", "5")
		}, kinesis.ErrResourceNotFound, "Stream none under account 123456789012 not found."},
		{"split twice", split("1", "5"), kinesis.ErrInvalidArgument, closed},
		{"at the start", split("0", "0"), kinesis.ErrInvalidArgument, badKey("0")},
		{"one above the start", split("0", "1"), kinesis.ErrInvalidArgument, badKey("1")},
		{"at the end", split("0", "170141183460469231731687303715884105727"), kinesis.ErrInvalidArgument,
			badKey("170141183460469231731687303715884105727")},
		{"in another shard", split("0", "170141183460469231731687303715884105728"), kinesis.ErrInvalidArgument,
			badKey("170141183460469231731687303715884105728")},
		{"out of the space", split("0", "9"+max128[1:]), kinesis.ErrInvalidArgument, badKey("9" + max128[1:])},
		{"split out of form", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			return b.Stream(ctx, "a b").SplitText(ctx, "c d", "-1")
		}, kinesis.ErrValidation, many(badly("-1", "newStartingHashKey", `satisfy regular expression pattern: 0|([1-9]\d{0,38})`),
			badly("a b", "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
			badly("c d", "shardToSplit", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))},
		{"merge nothing", merge("0", "1e3"), kinesis.ErrResourceNotFound, "Could not find shard 1e3 in stream s under account 123456789012."},
		{"merge what is not", merge("0", "9"), kinesis.ErrResourceNotFound, missing},
		{"merge the wrong way round", merge("3", "2"), kinesis.ErrInvalidArgument, noPair(3, 2)},
		{"merge with itself", merge("0", "0"), kinesis.ErrInvalidArgument, noPair(0, 0)},
		{"merge strangers", merge("0", "3"), kinesis.ErrInvalidArgument, noPair(0, 3)},
		{"merge ends of the space", merge("3", "0"), kinesis.ErrInvalidArgument, noPair(3, 0)},
		{"merge a closed one", merge("0", "1"), kinesis.ErrInvalidArgument, closed},
		{"merge out of form", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			return b.Stream(ctx, "a b").Merge(ctx, "", "c d")
		}, kinesis.ErrValidation, many("Value null at 'shardToMerge' failed to satisfy constraint: Member must not be null",
			badly("c d", "adjacentShardToMerge", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
			badly("a b", "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))},
		{"above twice as many", count(7), kinesis.ErrInvalidArgument, "UpdateShardCount cannot scale up over double your current open shard " +
			"count. Current open shard count: 3 Target shard count: 7"},
		{"below half as many", count(1), kinesis.ErrInvalidArgument, "UpdateShardCount cannot scale down below half your current open shard " +
			"count. Current open shard count: 3 Target shard count: 1"},
		{"no shards", count(0), kinesis.ErrValidation, one(badly("0", "targetShardCount", "have value greater than or equal to 1"))},
		{"another scaling", func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			_, err := s.SetShardCount(ctx, 4, "FAST")
			return err
		}, kinesis.ErrValidation, one(badly("FAST", "scalingType", "satisfy enum value set: [UNIFORM_SCALING]"))},
	})
	quota := kinesis.WithLimits(kinesis.Limits{Shards: 3})
	full := func(more int) string {
		return fmt.Sprintf("This request would exceed the shard limit for the account 123456789012 in us-east-1. Current shard count for the "+
			"account: 3. Limit: 3. Number of additional shards that would have resulted from this request: %d. Refer to the AWS Service Limits "+
			"page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.", more)
	}
	refuse(t, []refusal{
		{"more than the account may have", split("0", "9"), kinesis.ErrLimitExceeded, full(1)},
		{"the quota comes before the key", split("0", "0"), kinesis.ErrLimitExceeded, full(1)},
		{"more by count", count(5), kinesis.ErrLimitExceeded, full(2)},
		{"a new stream", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Create(ctx, "t", kinesis.Config{Shards: 1})
			return err
		}, kinesis.ErrLimitExceeded, full(1)},
	}, quota)
}

// What is wrong with a split is told in an order: the shard is closed, the account has no room, the key is out of range.
func TestOrderOfRefusalsOfSplit(t *testing.T) {
	_, s, _ := world(t, kinesis.WithLimits(kinesis.Limits{Shards: 2}))
	refused(t, s.SplitText(t.Context(), "0", "1"), kinesis.ErrInvalidArgument, "NewStartingHashKey 1 used in SplitShard() on shard "+
		"shardId-000000000000 in stream s under account 123456789012 is not both greater than one plus the shard's StartingHashKey 0 and "+
		"less than the shard's EndingHashKey 340282366920938463463374607431768211455.")
	require.NoError(t, s.SplitText(t.Context(), "0", "2"))
	refused(t, s.SplitText(t.Context(), "0", "1"), kinesis.ErrInvalidArgument, "Shard shardId-000000000000 in stream s under account "+
		"123456789012 has already been merged or split, and thus is not eligible for merging or splitting.")
	require.ErrorIs(t, s.SplitText(t.Context(), "2", "1"), kinesis.ErrLimitExceeded)
	require.ErrorIs(t, s.SplitText(t.Context(), "9", "1"), kinesis.ErrResourceNotFound)
}

func count(n int) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
	return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
		_, err := s.SetShardCount(ctx, n, kinesis.UniformScaling)
		return err
	}
}

func TestShardCounts(t *testing.T) {
	b, clk := fakeBroker()
	s := create(t, b, "s", 2)
	for i, n := range []int{4, 3, 3, 2, 1, 2, 4, 8, 5, 6} {
		before := len(open(t, s))
		got, err := s.SetShardCount(t.Context(), n, kinesis.UniformScaling)
		require.NoError(t, err)
		require.Equal(t, kinesis.ShardCount{Before: before, Target: n}, got)
		all := shards(t, s, kinesis.ShardFilter{Type: kinesis.AtLatestShards})
		require.Len(t, all, n, "step %d", i)
		want := create(t, b, fmt.Sprintf("want%d", i), n)
		starts := map[string]bool{}
		for _, sh := range shards(t, want, kinesis.ShardFilter{}) {
			starts[sh.Start.String()] = true
		}
		for _, sh := range all {
			require.True(t, starts[sh.Start.String()], "ranges are as those of a new stream")
		}
	}
	_, err := s.SetShardCount(t.Context(), 7, kinesis.UniformScaling)
	require.ErrorIs(t, err, kinesis.ErrLimitExceeded, "ten times in 24 hours")
	clk.Advance(day)
	_, err = s.SetShardCount(t.Context(), 7, kinesis.UniformScaling)
	require.NoError(t, err)
}

// Doubling counts the open shards only.
func TestClosedShardsDoNotCount(t *testing.T) {
	b, _ := fakeBroker()
	s := create(t, b, "s", 2)
	require.NoError(t, s.Merge(t.Context(), id(0), id(1)))
	require.ErrorIs(t, count(3)(t.Context(), b, s), kinesis.ErrInvalidArgument)
	require.NoError(t, count(2)(t.Context(), b, s))
	l, err := b.AccountLimits(t.Context())
	require.NoError(t, err)
	require.Equal(t, kinesis.AccountLimits{Shards: 500, OpenShards: 2, OnDemandLimit: 50}, l)
}

func TestFilters(t *testing.T) {
	b, clk := fakeBroker()
	s := create(t, b, "s", 2)
	begin := clk.Now()
	clk.Advance(time.Hour)
	require.NoError(t, s.Merge(t.Context(), id(0), id(1))) // at 1 h
	clk.Advance(time.Hour)
	require.NoError(t, s.SplitText(t.Context(), id(2), "5")) // at 2 h
	clk.Advance(time.Hour)
	at := func(d time.Duration) kinesis.ShardFilter {
		return kinesis.ShardFilter{Type: kinesis.AtTimestampShards, Time: begin.Add(d)}
	}
	since := func(d time.Duration) kinesis.ShardFilter {
		return kinesis.ShardFilter{Type: kinesis.FromTimestampShards, Time: begin.Add(d)}
	}
	check := func(want []int, f kinesis.ShardFilter) {
		t.Helper()
		require.Equal(t, want, ids(t, s, f), f)
	}
	all := []int{0, 1, 2, 3, 4}
	check(all, kinesis.ShardFilter{})
	check(all, kinesis.ShardFilter{Type: kinesis.FromTrimHorizonShards})
	check([]int{3, 4}, kinesis.ShardFilter{Type: kinesis.AtLatestShards})
	check([]int{0, 1}, kinesis.ShardFilter{Type: kinesis.AtTrimHorizonShards})
	check([]int{2, 3, 4}, kinesis.ShardFilter{Type: kinesis.AfterShardID, ShardID: "x-1"})
	check([]int{0, 1}, at(-time.Hour))
	check([]int{0, 1}, at(time.Hour))
	check([]int{2}, at(time.Hour+1))
	check([]int{2}, at(2*time.Hour))
	check([]int{3, 4}, at(2*time.Hour+1))
	check([]int{3, 4}, at(9*time.Hour))
	check(all, since(time.Hour))
	check([]int{2, 3, 4}, since(time.Hour+1))
	check([]int{3, 4}, since(2*time.Hour+1))
	clk.Advance(22 * time.Hour) // the first reshard is just behind the horizon
	for _, f := range []kinesis.ShardFilter{{Type: kinesis.AtTrimHorizonShards}, at(0), at(time.Hour)} {
		check([]int{2}, f)
	}
	check([]int{2, 3, 4}, kinesis.ShardFilter{})
	clk.Advance(30 * time.Minute) // the horizon is at 1:30
	check([]int{2, 3, 4}, kinesis.ShardFilter{})
	check([]int{2}, kinesis.ShardFilter{Type: kinesis.AtTrimHorizonShards})
	check([]int{2}, at(0))
}

func TestShardPages(t *testing.T) {
	b, clk := fakeBroker()
	s := create(t, b, "s", 5)
	list := func(o kinesis.ListShardsOptions) kinesis.ShardPage {
		p, err := b.ListShards(t.Context(), o)
		require.NoError(t, err)
		return p
	}
	p := list(kinesis.ListShardsOptions{Stream: s.ARN(), Max: 2, After: "0", Filter: kinesis.ShardFilter{Type: kinesis.AtLatestShards}})
	require.Equal(t, id(2), p.Shards[1].ID)
	require.NoError(t, s.Merge(t.Context(), id(3), id(4)))
	token := p.Next
	p = list(kinesis.ListShardsOptions{Token: token})
	require.Equal(t, id(5), p.Shards[0].ID, "the filter goes on")
	require.Empty(t, p.Next)
	p = list(kinesis.ListShardsOptions{Token: token, Max: 1})
	require.Len(t, p.Shards, 1)
	clk.Advance(5 * time.Minute)
	list(kinesis.ListShardsOptions{Token: token})
	clk.Advance(time.Millisecond)
	_, err := b.ListShards(t.Context(), kinesis.ListShardsOptions{Token: token})
	require.ErrorIs(t, err, kinesis.ErrExpiredNextToken)

	d, err := s.Describe(t.Context(), kinesis.DescribeOptions{Limit: 2, After: "shardId-000000000003"})
	require.NoError(t, err)
	require.Len(t, d.Shards, 2)
	require.False(t, d.More)
	d, err = s.Describe(t.Context(), kinesis.DescribeOptions{Limit: 5})
	require.NoError(t, err)
	require.True(t, d.More)
	wide := create(t, b, "wide", 101)
	d, err = wide.Describe(t.Context(), kinesis.DescribeOptions{Limit: 10_000})
	require.NoError(t, err)
	require.Len(t, d.Shards, 100, "never more on a page")
}

// A page is as long as the first of its listing, unless the request says otherwise; and what is listed is behind both ids.
func TestPagesGoOn(t *testing.T) {
	b, _ := fakeBroker()
	s := create(t, b, "s", 9)
	ids := func(o kinesis.ListShardsOptions) (all []string, next string) {
		p, err := b.ListShards(t.Context(), o)
		require.NoError(t, err)
		for _, sh := range p.Shards {
			all = append(all, sh.ID)
		}
		return all, p.Next
	}
	first, next := ids(kinesis.ListShardsOptions{Stream: "s", Max: 2})
	require.Equal(t, []string{id(0), id(1)}, first)
	second, next := ids(kinesis.ListShardsOptions{Token: next})
	require.Equal(t, []string{id(2), id(3)}, second)
	third, next := ids(kinesis.ListShardsOptions{Token: next, Max: 3})
	require.Equal(t, []string{id(4), id(5), id(6)}, third)
	last, next := ids(kinesis.ListShardsOptions{Token: next})
	require.Equal(t, []string{id(7), id(8)}, last)
	require.Empty(t, next)
	for _, behind := range [][2]string{{"7", "3"}, {"3", "7"}} {
		all, _ := ids(kinesis.ListShardsOptions{Stream: s.ARN(), After: behind[0],
			Filter: kinesis.ShardFilter{Type: kinesis.AfterShardID, ShardID: behind[1]}})
		require.Equal(t, []string{id(8)}, all)
	}
}

func TestRefusalsOfListShards(t *testing.T) {
	list := func(o kinesis.ListShardsOptions) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.ListShards(ctx, o)
			return err
		}
	}
	withToken := func(o kinesis.ListShardsOptions) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, b *kinesis.Broker, s kinesis.Stream) error {
			p, _ := s.ListShards(ctx, kinesis.ListShardsOptions{Max: 1})
			o.Token = p.Next
			_, err := b.ListShards(ctx, o)
			return err
		}
	}
	refuse(t, []refusal{
		{"neither", list(kinesis.ListShardsOptions{}), kinesis.ErrInvalidArgument, "Either NextToken or StreamName should be provided."},
		{"both", withToken(kinesis.ListShardsOptions{Stream: "s"}), kinesis.ErrInvalidArgument,
			"NextToken and StreamName cannot be provided together."},
		{"token and filter", withToken(kinesis.ListShardsOptions{Filter: kinesis.ShardFilter{Type: kinesis.AtLatestShards}}),
			kinesis.ErrInvalidArgument, "NextToken cannot be provided together with ExclusiveStartShardId, StreamCreationTimestamp or ShardFilter."},
		{"no token of ours", list(kinesis.ListShardsOptions{Token: "x"}), kinesis.ErrInvalidArgument, "Invalid NextToken."},
		{"no such stream", list(kinesis.ListShardsOptions{Stream: "none"}), kinesis.ErrResourceNotFound,
			"Stream none under account 123456789012 not found."},
		{"another stream of the name", list(kinesis.ListShardsOptions{Stream: "s", Created: time.Unix(7, 0)}), kinesis.ErrResourceNotFound,
			"Stream s under account 123456789012 not found."},
		{"no id", list(kinesis.ListShardsOptions{Stream: "s", Filter: kinesis.ShardFilter{Type: kinesis.AfterShardID}}),
			kinesis.ErrInvalidArgument, "ShardId must be provided with ShardFilter type AFTER_SHARD_ID."},
		{"no time", list(kinesis.ListShardsOptions{Stream: "s", Filter: kinesis.ShardFilter{Type: kinesis.FromTimestampShards}}),
			kinesis.ErrInvalidArgument, "Timestamp must be provided with ShardFilter type FROM_TIMESTAMP."},
		{"a type of our own", list(kinesis.ListShardsOptions{Stream: "s", Max: 10_001, Filter: kinesis.ShardFilter{Type: "x"}}),
			kinesis.ErrValidation, many(badly("10001", "maxResults", "have value less than or equal to 10000"),
				badly("x", "shardFilter.type", "satisfy enum value set: [AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, "+
					"AT_TIMESTAMP, FROM_TIMESTAMP]"))},
		{"describe", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Stream(ctx, "a b").Describe(ctx, kinesis.DescribeOptions{Limit: 10_001, After: "c d"})
			return err
		}, kinesis.ErrValidation, many(badly("10001", "limit", "have value less than or equal to 10000"),
			badly("c d", "exclusiveStartShardId", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
			badly("a b", "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))},
	})
}
