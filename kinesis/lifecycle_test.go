package kinesis_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
)

func TestModes(t *testing.T) {
	b, _ := fakeBroker()
	for _, row := range []struct {
		cfg    kinesis.Config
		mode   kinesis.Mode
		shards int
		text   string
	}{
		{kinesis.Config{}, kinesis.OnDemand, 4, ""},
		{kinesis.Config{Mode: kinesis.OnDemand}, kinesis.OnDemand, 4, ""},
		{kinesis.Config{Shards: 7}, kinesis.Provisioned, 7, ""},
		{kinesis.Config{Mode: kinesis.Provisioned, Shards: 7}, kinesis.Provisioned, 7, ""},
		{kinesis.Config{Mode: kinesis.Provisioned}, "", 0, "ShardCount is required for streams in PROVISIONED mode."},
		{kinesis.Config{Mode: kinesis.OnDemand, Shards: 1}, "", 0, "ShardCount cannot be specified for streams in ON_DEMAND mode."},
		{kinesis.Config{Shards: 1, Distribution: kinesis.Auto}, "", 0, "RecordDistributionStrategy AUTO is supported in ON_DEMAND mode only."},
	} {
		s, err := b.Create(t.Context(), "s", row.cfg)
		if row.text != "" {
			refused(t, err, kinesis.ErrInvalidArgument, row.text)
			continue
		}
		require.NoError(t, err)
		sum, err := s.Summary(t.Context())
		require.NoError(t, err)
		require.Equal(t, row.mode, sum.Mode)
		require.Equal(t, row.shards, sum.OpenShards)
		require.NoError(t, b.Delete(t.Context(), "s", false))
	}
}

func TestSummary(t *testing.T) {
	b, s, clk := world(t)
	sum, err := s.Summary(t.Context())
	require.NoError(t, err)
	require.Regexp(t, "^[a-z0-9]{20}-[a-z0-9]{3}$", sum.ID)
	require.Equal(t, kinesis.Summary{
		Name: "s", ARN: stream + "s", ID: sum.ID, Status: kinesis.Active, Mode: kinesis.Provisioned, RetentionHours: 24,
		Created: clk.Now().UTC(), OpenShards: 1, MaxRecordKiB: 1024,
	}, sum)
	again, err := b.Open(t.Context(), s.ARN())
	require.NoError(t, err)
	require.Equal(t, "s", again.Name())
	_, err = b.Open(t.Context(), "none")
	refused(t, err, kinesis.ErrResourceNotFound, "Stream none under account 123456789012 not found.")
}

func TestRefusalsOfCreate(t *testing.T) {
	creating := func(name string, cfg kinesis.Config) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Create(ctx, name, cfg)
			return err
		}
	}
	refuse(t, []refusal{
		{"exists", creating("s", kinesis.Config{Shards: 9999}), kinesis.ErrResourceInUse, "Stream s under account 123456789012 already exists."},
		{"out of form", creating("a b", kinesis.Config{Shards: -1, Mode: "x", MaxRecordKiB: 1023}), kinesis.ErrValidation, many(
			badly("-1", "shardCount", "have value greater than or equal to 1"),
			badly("x", "streamModeDetails.streamMode", "satisfy enum value set: [ON_DEMAND, PROVISIONED]"),
			badly("1023", "maxRecordSizeInKiB", "have value greater than or equal to 1024"),
			badly("a b", "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))},
		{"11 MiB", creating("t", kinesis.Config{MaxRecordKiB: 10241}), kinesis.ErrValidation,
			one(badly("10241", "maxRecordSizeInKiB", "have value less than or equal to 10240"))},
		{"no name", creating("", kinesis.Config{}), kinesis.ErrValidation, many(
			badly("", "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
			badly("", "streamName", "have length greater than or equal to 1"))},
		{"warm without commitment", creating("t", kinesis.Config{WarmMiBps: 1}), kinesis.ErrValidation,
			"WarmThroughputMiBps requires MinimumThroughputBillingCommitment to be ENABLED for the account 123456789012."},
		{"deletion of none", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			return b.Delete(ctx, "none", false)
		},
			kinesis.ErrResourceNotFound, "Stream none under account 123456789012 not found."},
	})
	refuse(t, []refusal{{"too many on demand", creating("t", kinesis.Config{}), kinesis.ErrLimitExceeded,
		"This request would exceed the on-demand stream limit of -1 for the account 123456789012 in us-east-1."}},
		kinesis.WithLimits(kinesis.Limits{OnDemandStreams: -1}))
}

// timed is a world whose changes take time.
func timed(t *testing.T) (*kinesis.Broker, kinesis.Stream, *inflight.FakeClock) {
	b, s, clk := world(t, kinesis.WithTransitions(kinesis.RealTransitions()))
	clk.Advance(30 * time.Second)
	return b, s, clk
}

func status(t testing.TB, s kinesis.Stream) kinesis.Status {
	t.Helper()
	sum, err := s.Summary(t.Context())
	require.NoError(t, err)
	return sum.Status
}

func TestCreatingTakesTime(t *testing.T) {
	b, s, clk := world(t, kinesis.WithTransitions(kinesis.RealTransitions()))
	clk.Advance(30*time.Second - 1)
	d, err := s.Describe(t.Context(), kinesis.DescribeOptions{})
	require.NoError(t, err)
	require.Equal(t, kinesis.Creating, d.Status)
	require.Empty(t, d.Shards)
	require.False(t, d.More)
	_, err = s.Put(t.Context(), kinesis.Entry{PartitionKey: "a"})
	refused(t, err, kinesis.ErrResourceNotFound, "Stream s under account 123456789012 not found.")
	_, err = s.PutBatch(t.Context(), kinesis.Entry{PartitionKey: "a"})
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	_, err = s.Iterator(t.Context(), "0", kinesis.Oldest())
	refused(t, err, kinesis.ErrResourceNotFound, "Shard shardId-000000000000 in stream s under account 123456789012 does not exist")
	_, err = b.Create(t.Context(), "s", kinesis.Config{})
	require.ErrorIs(t, err, kinesis.ErrResourceInUse)
	everyChangeIsRefused(t, s, kinesis.Creating)
	require.ErrorIs(t, s.Tag(t.Context(), map[string]string{"a": "b"}), kinesis.ErrResourceInUse)
	noListing(t, s, kinesis.Creating)
	clk.Advance(1)
	require.Equal(t, kinesis.Active, status(t, s))
	put(t, s, "a")
	for i := range 5 {
		create(t, b, fmt.Sprint("t", i), 1)
	}
	_, err = b.Create(t.Context(), "one more", kinesis.Config{Shards: 1})
	require.Error(t, err)
	_, err = b.Create(t.Context(), "t5", kinesis.Config{Shards: 1})
	require.ErrorIs(t, err, kinesis.ErrLimitExceeded, "five are being created")
}

// What is under way counts: the shards of streams that are being created, and those that a split or a change of the count will make.
func TestQuotasCountWhatIsUnderWay(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithTransitions(kinesis.RealTransitions()), kinesis.WithLimits(kinesis.Limits{Shards: 4, OnDemandStreams: 1}))
	ctx := t.Context()
	s := create(t, b, "s", 2)
	exceeded := func(used, more int) {
		t.Helper()
		_, err := b.Create(ctx, "more", kinesis.Config{Shards: more})
		require.ErrorIs(t, err, kinesis.ErrLimitExceeded)
		require.ErrorContains(t, err, fmt.Sprintf("Current shard count for the account: %d. Limit: 4. Number of additional shards that would "+
			"have resulted from this request: %d.", used, more))
		l, err := b.AccountLimits(ctx)
		require.NoError(t, err)
		require.Equal(t, used, l.OpenShards)
	}
	exceeded(2, 3)
	clk.Advance(30 * time.Second)
	exceeded(2, 3)
	require.NoError(t, s.SplitText(ctx, "0", "2"))
	exceeded(3, 2)
	clk.Advance(30 * time.Second)
	require.NoError(t, count(4)(ctx, b, s))
	exceeded(4, 1)
	clk.Advance(30 * time.Second)
	_, err := b.Create(ctx, "d", kinesis.Config{})
	require.NoError(t, err, "streams on demand have a quota of their own")
	_, err = b.Create(ctx, "e", kinesis.Config{})
	refused(t, err, kinesis.ErrLimitExceeded, "This request would exceed the on-demand stream limit of 1 for the account 123456789012 in us-east-1.")
}

// noListing requires that neither shards nor consumers are listed.
func noListing(t *testing.T, s kinesis.Stream, in kinesis.Status) {
	t.Helper()
	text := "Stream s under account 123456789012 not ACTIVE, instead in state " + string(in)
	_, err := s.ListShards(t.Context(), kinesis.ListShardsOptions{})
	refused(t, err, kinesis.ErrResourceInUse, text)
	_, err = s.Consumers(t.Context(), kinesis.ConsumersOptions{})
	refused(t, err, kinesis.ErrResourceInUse, text)
}

// everyChangeIsRefused requires that what needs an active stream is refused.
func everyChangeIsRefused(t *testing.T, s kinesis.Stream, in kinesis.Status) {
	t.Helper()
	ctx := t.Context()
	text := "Stream s under account 123456789012 not ACTIVE, instead in state " + string(in)
	for name, do := range map[string]func() error{
		"split":        func() error { return s.SplitText(ctx, "0", "5") },
		"merge":        func() error { return s.Merge(ctx, "0", "1") },
		"count":        func() error { return count(2)(ctx, nil, s) },
		"increase":     func() error { return s.IncreaseRetention(ctx, 48) },
		"decrease":     func() error { return s.DecreaseRetention(ctx, 24) },
		"mode":         func() error { return s.SetMode(ctx, kinesis.OnDemand, 0) },
		"record size":  func() error { return s.SetMaxRecordSize(ctx, 2048) },
		"warm":         func() error { _, err := s.SetWarmThroughput(ctx, 1); return err },
		"distribution": func() error { return s.SetDistribution(ctx, kinesis.Auto) },
		"encryption":   func() error { return s.StartEncryption(ctx, "alias/aws/kinesis") },
		"decryption":   func() error { return s.StopEncryption(ctx, "alias/aws/kinesis") },
		"monitoring":   func() error { _, err := s.EnableMonitoring(ctx, kinesis.MetricAll); return err },
		"register":     func() error { _, err := s.Register(ctx, "c", nil); return err },
	} {
		refused(t, do(), kinesis.ErrResourceInUse, text, name)
	}
}

// The tags of a stream can be changed, by name and by ARN alike, while it is active or being updated; those that it was created with
// are there at once.
func TestTagsByState(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithTransitions(kinesis.RealTransitions()))
	ctx := t.Context()
	s, err := b.Create(ctx, "s", kinesis.Config{Shards: 1, Tags: map[string]string{"k": "v"}})
	require.NoError(t, err)
	check := func(in kinesis.Status, allowed bool) {
		t.Helper()
		require.Equal(t, in, status(t, s))
		for name, do := range map[string]func() error{
			"tag":            func() error { return s.Tag(ctx, map[string]string{"a": "b"}) },
			"untag":          func() error { return s.Untag(ctx, "a") },
			"tag resource":   func() error { return b.TagResource(ctx, s.ARN(), map[string]string{"a": "b"}) },
			"untag resource": func() error { return b.UntagResource(ctx, s.ARN(), "a") },
		} {
			if err := do(); allowed {
				require.NoError(t, err, name)
			} else {
				refused(t, err, kinesis.ErrResourceInUse, "Stream s under account 123456789012 not ACTIVE, instead in state "+string(in), name)
			}
		}
		page, err := s.Tags(ctx, kinesis.TagOptions{After: "b"})
		require.NoError(t, err)
		require.Equal(t, []kinesis.Tag{{Key: "k", Value: "v"}}, page.Tags)
	}
	check(kinesis.Creating, false)
	clk.Advance(30 * time.Second)
	check(kinesis.Active, true)
	c := register(t, s, "c")
	require.NoError(t, s.SetMaxRecordSize(ctx, 2048))
	check(kinesis.Updating, true)
	require.NoError(t, b.Delete(ctx, "s", true))
	check(kinesis.Deleting, false)
	require.NoError(t, b.TagResource(ctx, c.ARN, map[string]string{"a": "b"}), "consumers have no such rule")
}

func TestUpdatingShowsTheOldShards(t *testing.T) {
	b, s, clk := timed(t)
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	require.Equal(t, kinesis.Updating, status(t, s))
	everyChangeIsRefused(t, s, kinesis.Updating)
	require.NoError(t, s.Tag(t.Context(), map[string]string{"a": "b"}))
	clk.Advance(30*time.Second - 1)
	require.Equal(t, []int{0}, ids(t, s, kinesis.ShardFilter{}))
	require.Equal(t, id(0), put(t, s, "a").ShardID, "data is accepted, and goes to the parent")
	require.Equal(t, []string{"a"}, readAll(t, b, s, 0, kinesis.Oldest()))
	clk.Advance(1)
	require.Equal(t, kinesis.Active, status(t, s))
	require.Equal(t, []int{1, 2}, open(t, s))
	require.Equal(t, id(2), put(t, s, "a").ShardID)
}

// A retention that is the present one is no change: the stream stays active.
func TestTheSameRetentionIsNoUpdate(t *testing.T) {
	_, s, _ := timed(t)
	require.NoError(t, s.IncreaseRetention(t.Context(), 24))
	require.NoError(t, s.DecreaseRetention(t.Context(), 24))
	require.Equal(t, kinesis.Active, status(t, s))
	require.NoError(t, s.IncreaseRetention(t.Context(), 25))
	require.Equal(t, kinesis.Updating, status(t, s))
}

func TestDeletingTakesTime(t *testing.T) {
	b, s, clk := timed(t)
	put(t, s, "a")
	_, err := s.Register(t.Context(), "c", nil)
	require.NoError(t, err)
	it := iterator(t, s, 0, kinesis.Oldest())
	require.NoError(t, b.Delete(t.Context(), "s", true))
	require.NoError(t, b.Delete(t.Context(), "s", false), "which changes nothing, its consumer is going too")
	require.Equal(t, kinesis.Deleting, status(t, s))
	everyChangeIsRefused(t, s, kinesis.Deleting)
	_, err = b.Create(t.Context(), "s", kinesis.Config{})
	require.ErrorIs(t, err, kinesis.ErrResourceInUse, "the name is not free")
	noListing(t, s, kinesis.Deleting)
	clk.Advance(15 * time.Second)
	require.NoError(t, b.Delete(t.Context(), "s", false), "which changes nothing")
	put(t, s, "b")
	clk.Advance(15*time.Second - 1)
	require.Len(t, read(t, b, it).Records, 2)
	clk.Advance(1)
	_, err = b.Read(t.Context(), it, kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	require.ErrorIs(t, b.Delete(t.Context(), "s", false), kinesis.ErrResourceNotFound)
	page, err := b.List(t.Context(), kinesis.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, page.Streams)
	require.Empty(t, b.Peek("s"))
	again := create(t, b, "s", 1)
	clk.Advance(30 * time.Second)
	put(t, again, "c")
	require.Equal(t, []string{"c"}, readAll(t, b, s, 0, kinesis.Oldest()), "a handle is a name")
}

func TestDeletingWhatIsBeingCreated(t *testing.T) {
	b, s, clk := world(t, kinesis.WithTransitions(kinesis.RealTransitions()))
	require.NoError(t, b.Delete(t.Context(), "s", false))
	require.Equal(t, kinesis.Deleting, status(t, s))
	clk.Advance(30 * time.Second)
	_, err := s.Summary(t.Context())
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
}

func TestListing(t *testing.T) {
	b, clk := fakeBroker()
	for i := range 12 {
		create(t, b, fmt.Sprintf("s%02d", i), 1)
	}
	names := func(o kinesis.ListOptions) (names []string, p kinesis.Page) {
		p, err := b.List(t.Context(), o)
		require.NoError(t, err)
		for _, s := range p.Streams {
			names = append(names, s.Name())
			require.Equal(t, kinesis.Active, s.Status)
			require.Equal(t, kinesis.Provisioned, s.Mode)
			require.False(t, s.Created.IsZero())
		}
		require.Equal(t, p.More, p.Next != "")
		return names, p
	}
	all, p := names(kinesis.ListOptions{})
	require.Len(t, all, 12)
	require.False(t, p.More)
	some, p := names(kinesis.ListOptions{After: "s03x", Limit: 2})
	require.Equal(t, []string{"s04", "s05"}, some)
	some, _ = names(kinesis.ListOptions{Token: p.Next, Limit: 2})
	require.Equal(t, []string{"s06", "s07"}, some)
	some, _ = names(kinesis.ListOptions{Token: p.Next, After: "s07", Limit: 1})
	require.Equal(t, []string{"s08"}, some, "behind both")
	some, _ = names(kinesis.ListOptions{Token: p.Next, After: "s01", Limit: 1})
	require.Equal(t, []string{"s06"}, some)
	clk.Advance(5*time.Minute + 1)
	_, err := b.List(t.Context(), kinesis.ListOptions{Token: p.Next})
	require.ErrorIs(t, err, kinesis.ErrExpiredNextToken)
	_, err = b.List(t.Context(), kinesis.ListOptions{Limit: 10_001, After: "a b"})
	refused(t, err, kinesis.ErrValidation, many(badly("10001", "limit", "have value less than or equal to 10000"),
		badly("a b", "exclusiveStartStreamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")))
	n := 0
	for s, err := range kinesis.All(t.Context(), b) {
		require.NoError(t, err)
		require.Equal(t, all[n], s.Name())
		n++
	}
	require.Equal(t, 12, n)
	old := kinesis.New(kinesis.WithLimits(kinesis.LimitsAsOf(time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC))))
	for i := range 11 {
		create(t, old, fmt.Sprint("s", i), 1)
	}
	p, err = old.List(t.Context(), kinesis.ListOptions{})
	require.NoError(t, err)
	require.Len(t, p.Streams, 10, "ten until 2022")
}

func TestAccountsAndRegionsAreApart(t *testing.T) {
	b, s, _ := world(t)
	there := kinesis.WithCaller(t.Context(), kinesis.Caller{Account: "111111111111", Region: "eu-west-1"})
	other, err := b.Create(there, "s", kinesis.Config{Shards: 2})
	require.NoError(t, err)
	require.Equal(t, "arn:aws:kinesis:eu-west-1:111111111111:stream/s", other.ARN())
	require.Equal(t, stream+"s", s.ARN())
	put(t, s, "a")
	require.Empty(t, b.Peek(other.ARN())[0].Records)
	p, err := b.List(there, kinesis.ListOptions{})
	require.NoError(t, err)
	require.Len(t, p.Streams, 1)
	require.Equal(t, other.ARN(), p.Streams[0].ARN())
}

func TestRef(t *testing.T) {
	_, err := kinesis.Ref(nil, nil)
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument)
	for _, row := range []struct{ name, arn, want string }{{"s", "", "s"}, {"", stream + "s", stream + "s"}, {"s", stream + "s", stream + "s"}} {
		var name, arn *string
		if row.name != "" {
			name = &row.name
		}
		if row.arn != "" {
			arn = &row.arn
		}
		got, err := kinesis.Ref(name, arn)
		require.NoError(t, err)
		require.Equal(t, row.want, got)
	}
	_, err = kinesis.Ref(new("t"), new(stream+"s"))
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument)
	b, _, _ := world(t)
	for _, bad := range []string{"arn:aws:sqs:us-east-1:123456789012:stream/s", "arn:aws:kinesis:us-east-1:12:stream/s", "arn:x",
		"arn:aws:kinesis:us-east-1:123456789012:s"} {
		_, err := b.Open(t.Context(), bad)
		refused(t, err, kinesis.ErrValidation, one(badly(bad, "streamARN", `satisfy regular expression pattern: arn:aws.*:kinesis:.*:\d{12}:stream/\S+`)))
	}
}

func TestTransitionsOfAnyLength(t *testing.T) {
	ctx := t.Context()
	of := func(d time.Duration) (kinesis.Stream, *inflight.FakeClock) {
		b, clk := fakeBroker(kinesis.WithTransitions(kinesis.Transitions{Update: d, Consumer: d}))
		s := create(t, b, "s", 1)
		_, err := s.Register(ctx, "c", nil)
		require.NoError(t, err)
		require.NoError(t, s.SetMaxRecordSize(ctx, 2000))
		return s, clk
	}
	check := func(s kinesis.Stream, consumer, stream kinesis.Status) {
		t.Helper()
		c, err := s.Consumer(ctx, "c")
		require.NoError(t, err)
		require.Equal(t, consumer, c.Status)
		sum, err := s.Summary(ctx)
		require.NoError(t, err)
		require.Equal(t, stream, sum.Status)
	}
	s, clk := of(math.MaxInt64)
	check(s, kinesis.Creating, kinesis.Updating)
	clk.Advance(50 * 365 * day)
	check(s, kinesis.Creating, kinesis.Updating)
	s, _ = of(math.MinInt64)
	check(s, kinesis.Active, kinesis.Active)

	b, _ := fakeBroker(kinesis.WithTransitions(kinesis.Transitions{Create: math.MaxInt64}))
	sum, err := create(t, b, "s", 1).Summary(ctx)
	require.NoError(t, err)
	require.Equal(t, kinesis.Creating, sum.Status)
}
