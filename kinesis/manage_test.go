package kinesis_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

func TestRefusalsOfRetention(t *testing.T) {
	set := func(f func(kinesis.Stream, context.Context, int) error, first, hours int) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			_ = s.IncreaseRetention(ctx, first)
			return f(s, ctx, hours)
		}
	}
	up, down := kinesis.Stream.IncreaseRetention, kinesis.Stream.DecreaseRetention
	short := "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."
	long := "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long."
	refuse(t, []refusal{
		{"increase below 24", set(up, 24, 23), kinesis.ErrInvalidArgument, short},
		{"decrease below 24", set(down, 24, 23), kinesis.ErrInvalidArgument, short},
		{"increase above a year", set(up, 24, 8761), kinesis.ErrInvalidArgument, long},
		{"decrease above a year", set(down, 24, 8761), kinesis.ErrInvalidArgument, long},
		{"increase to less", set(up, 48, 47), kinesis.ErrInvalidArgument, "Requested retention period (47 hours) for stream s can not be " +
			"shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API."},
		{"decrease to more", set(down, 48, 49), kinesis.ErrInvalidArgument, "Requested retention period (49 hours) for stream s can not be " +
			"longer than existing retention period (48 hours). Use IncreaseRetentionPeriod API."},
		{"no stream", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			return b.Stream(ctx, "none").IncreaseRetention(ctx, 1)
		}, kinesis.ErrResourceNotFound, "Stream none under account 123456789012 not found."},
	})
	week := kinesis.New(kinesis.WithLimits(kinesis.LimitsAsOf(time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC))))
	s := create(t, week, "s", 1)
	require.NoError(t, s.IncreaseRetention(t.Context(), 168))
	require.Error(t, s.IncreaseRetention(t.Context(), 169), "a week at most until 2020")
	require.NoError(t, s.IncreaseRetention(t.Context(), 168), "equal is no change")
	require.NoError(t, s.DecreaseRetention(t.Context(), 168))
	sum, err := s.Summary(t.Context())
	require.NoError(t, err)
	require.Equal(t, 168, sum.RetentionHours)
}

func TestModeChanges(t *testing.T) {
	b, s, clk := world(t)
	ctx := t.Context()
	require.NoError(t, s.SetMode(ctx, kinesis.OnDemand, 0))
	const refusal = "Request is invalid. Stream s under account 123456789012 is in On-Demand mode."
	refused(t, count(2)(ctx, b, s), kinesis.ErrValidation, refusal)
	refused(t, s.SplitText(ctx, "0", "5"), kinesis.ErrValidation, refusal)
	refused(t, s.Merge(ctx, "0", "1"), kinesis.ErrValidation, refusal)
	require.Equal(t, []int{0}, open(t, s), "the shards stay as they are")
	clk.Advance(time.Hour)
	require.NoError(t, s.SetMode(ctx, kinesis.Provisioned, 0))
	require.ErrorIs(t, s.SetMode(ctx, kinesis.OnDemand, 0), kinesis.ErrLimitExceeded, "twice in 24 hours")
	clk.Advance(23 * time.Hour)
	require.NoError(t, s.SetMode(ctx, kinesis.OnDemand, 0))
	for range 3 {
		require.NoError(t, s.SetMode(ctx, kinesis.OnDemand, 0), "it is no change, and not counted")
	}
	clk.Advance(time.Hour)
	require.NoError(t, s.SetMode(ctx, kinesis.Provisioned, 0))
	refused(t, s.SetMode(ctx, "", 0), kinesis.ErrValidation,
		one("Value null at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must not be null"))
}

func TestWarmThroughput(t *testing.T) {
	b, clk := fakeBroker()
	s, err := b.Create(t.Context(), "s", kinesis.Config{})
	require.NoError(t, err)
	_, err = s.SetWarmThroughput(t.Context(), 10)
	require.ErrorIs(t, err, kinesis.ErrValidation, "it needs the commitment")
	m, err := b.SetCommitment(t.Context(), kinesis.CommitmentEnabled)
	require.NoError(t, err)
	require.Equal(t, kinesis.Commitment{Status: kinesis.CommitmentEnabled, Started: clk.Now().UTC(), EarliestAllowed: clk.Now().UTC().Add(day)}, m)
	w, err := s.SetWarmThroughput(t.Context(), 10)
	require.NoError(t, err)
	sum, err := s.Summary(t.Context())
	require.NoError(t, err)
	require.Equal(t, w, *sum.Warm)
	m, err = b.SetCommitment(t.Context(), kinesis.CommitmentDisabled)
	require.NoError(t, err)
	require.Equal(t, kinesis.CommitmentEnabledUntil, m.Status, "not within 24 hours")
	clk.Advance(day)
	m, err = b.Commitment(t.Context())
	require.NoError(t, err)
	require.Equal(t, kinesis.CommitmentDisabled, m.Status)
	require.Equal(t, clk.Now().UTC(), m.Ended)

	// After a day it ends when it is ended. One that there is not does not end again.
	begun, err := b.SetCommitment(t.Context(), kinesis.CommitmentEnabled)
	require.NoError(t, err)
	clk.Advance(10 * day)
	want := kinesis.Commitment{Status: kinesis.CommitmentDisabled, Started: begun.Started, Ended: begun.Started.Add(10 * day)}
	for range 2 {
		m, err = b.SetCommitment(t.Context(), kinesis.CommitmentDisabled)
		require.NoError(t, err)
		require.Equal(t, want, m)
		clk.Advance(time.Hour)
	}
	_, err = b.SetCommitment(t.Context(), "x")
	require.ErrorIs(t, err, kinesis.ErrValidation)
}

func TestDistribution(t *testing.T) {
	b, _ := fakeBroker()
	s, err := b.Create(t.Context(), "s", kinesis.Config{Distribution: kinesis.Auto})
	require.NoError(t, err)
	seen := map[string]int{}
	for range 8 {
		p, err := s.Put(t.Context(), kinesis.Entry{Data: []byte("no key")})
		require.NoError(t, err)
		seen[p.ShardID]++
	}
	require.Equal(t, map[string]int{id(0): 2, id(1): 2, id(2): 2, id(3): 2}, seen)
	p, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "a"})
	require.NoError(t, err)
	require.Equal(t, "a", b.Peek("s")[1].Records[2].PartitionKey, "a key comes back though it places nothing: %v", p)
	require.NoError(t, s.SetDistribution(t.Context(), kinesis.ByPartitionKey))
	_, err = s.Put(t.Context(), kinesis.Entry{Data: []byte("no key")})
	require.ErrorIs(t, err, kinesis.ErrValidation)
	provisioned := create(t, b, "p", 1)
	require.ErrorIs(t, provisioned.SetDistribution(t.Context(), kinesis.Auto), kinesis.ErrInvalidArgument)
	sum, err := provisioned.Summary(t.Context())
	require.NoError(t, err)
	require.Empty(t, sum.Distribution)
}

func TestEncryptionMarksRecords(t *testing.T) {
	b, s, clk := world(t)
	ctx := t.Context()
	require.False(t, put(t, s, "a").Encrypted)
	require.NoError(t, s.StartEncryption(ctx, "alias/aws/kinesis"))
	require.True(t, put(t, s, "b").Encrypted)
	sum, err := s.Summary(ctx)
	require.NoError(t, err)
	require.Equal(t, "alias/aws/kinesis", sum.KMSKey)
	require.NoError(t, s.StopEncryption(ctx, "alias/aws/kinesis"))
	put(t, s, "c")
	var marks []bool
	for _, r := range b.Peek("s")[0].Records {
		marks = append(marks, r.Encrypted)
	}
	require.Equal(t, []bool{false, true, false}, marks, "records keep what they were written with")
	for range 24 {
		require.NoError(t, s.StartEncryption(ctx, "k"))
	}
	require.ErrorIs(t, s.StartEncryption(ctx, "k"), kinesis.ErrLimitExceeded)
	require.NoError(t, s.StopEncryption(ctx, "k"), "counted apart")
	clk.Advance(day)
	require.NoError(t, s.StartEncryption(ctx, "k"))
	require.ErrorIs(t, s.StartEncryption(ctx, ""), kinesis.ErrValidation)
	require.NoError(t, s.StartEncryption(ctx, strings.Repeat("k", 2048)))
	require.ErrorIs(t, s.StartEncryption(ctx, strings.Repeat("k", 2049)), kinesis.ErrValidation)
}

func TestMonitoring(t *testing.T) {
	_, s, _ := world(t)
	ctx := t.Context()
	m, err := s.EnableMonitoring(ctx, kinesis.MetricOutgoingBytes)
	require.NoError(t, err)
	require.Equal(t, kinesis.Monitoring{After: []kinesis.Metric{kinesis.MetricOutgoingBytes}}, m)
	m, err = s.EnableMonitoring(ctx, kinesis.MetricAll)
	require.NoError(t, err)
	require.Len(t, m.After, 7)
	m, err = s.DisableMonitoring(ctx, kinesis.MetricIncomingBytes, kinesis.MetricIncomingBytes)
	require.NoError(t, err)
	require.Len(t, m.Before, 7)
	require.Len(t, m.After, 6)
	m, err = s.DisableMonitoring(ctx, kinesis.MetricAll)
	require.NoError(t, err)
	require.Empty(t, m.After)
	_, err = s.EnableMonitoring(ctx)
	require.ErrorIs(t, err, kinesis.ErrValidation)
	_, err = s.EnableMonitoring(ctx, "x")
	require.ErrorContains(t, err, "Value 'x' at 'shardLevelMetrics.1.member' failed to satisfy constraint: Member must satisfy enum value set: ")
}

func TestMaxRecordSize(t *testing.T) {
	_, s, _ := world(t)
	ctx := t.Context()
	large := kinesis.Entry{PartitionKey: "k", Data: make([]byte, 2<<20-1)}
	_, err := s.Put(ctx, large)
	require.ErrorIs(t, err, kinesis.ErrValidation)
	require.NoError(t, s.SetMaxRecordSize(ctx, 2048))
	_, err = s.Put(ctx, large)
	require.NoError(t, err)
	large.PartitionKey = "kk" // its bytes count
	_, err = s.Put(ctx, large)
	refused(t, err, kinesis.ErrValidation, one("Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 2097152."))
	refused(t, s.SetMaxRecordSize(ctx, 10241), kinesis.ErrValidation, one(badly("10241", "maxRecordSizeInKiB", "have value less than or equal to 10240")))
	refused(t, s.SetMaxRecordSize(ctx, 0), kinesis.ErrValidation, one(badly("0", "maxRecordSizeInKiB", "have value greater than or equal to 1024")))
}

func tagged(n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags[fmt.Sprintf("k%02d", i)] = "v"
	}
	return tags
}

func TestTags(t *testing.T) {
	b, s, _ := world(t)
	ctx := t.Context()
	require.NoError(t, s.Tag(ctx, map[string]string{"b": "1", "a": "", "é": "x y"}))
	require.NoError(t, s.Tag(ctx, map[string]string{"b": "2"}))
	p, err := s.Tags(ctx, kinesis.TagOptions{})
	require.NoError(t, err)
	require.Equal(t, kinesis.TagPage{Tags: []kinesis.Tag{{"a", ""}, {"b", "2"}, {"é", "x y"}}}, p)
	p, err = s.Tags(ctx, kinesis.TagOptions{After: "a", Limit: 1})
	require.NoError(t, err)
	require.Equal(t, kinesis.TagPage{Tags: []kinesis.Tag{{"b", "2"}}, More: true}, p)
	p, err = s.Tags(ctx, kinesis.TagOptions{After: "aa"})
	require.NoError(t, err)
	require.Len(t, p.Tags, 2, "the key need not exist")
	require.NoError(t, s.Untag(ctx, "a", "none"))
	tags, err := b.ResourceTags(ctx, s.ARN())
	require.NoError(t, err)
	require.Equal(t, []kinesis.Tag{{"b", "2"}, {"é", "x y"}}, tags)
	require.NoError(t, b.TagResource(ctx, s.ARN(), map[string]string{"c": "3"}))
	require.NoError(t, b.UntagResource(ctx, s.ARN(), "b", "é"))
	tags, err = b.ResourceTags(ctx, s.ARN())
	require.NoError(t, err)
	require.Equal(t, []kinesis.Tag{{"c", "3"}}, tags)
	other, err := b.Create(ctx, "tagged", kinesis.Config{Shards: 1, Tags: tagged(50)})
	require.NoError(t, err)
	require.NoError(t, other.Tag(ctx, map[string]string{"k00": "again"}))
}

func TestRefusalsOfTags(t *testing.T) {
	tag := func(tags map[string]string) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error { return s.Tag(ctx, tags) }
	}
	const invalid = "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @."
	const illegal = " stream s under account 123456789012 because some tags contained illegal characters. The allowed characters are Unicode " +
		"letters, white-spaces, '_',',','/','=','+','-','@'."
	long := strings.Repeat("k", 129)
	refuse(t, []refusal{
		{"a comma", tag(map[string]string{"a,b": ""}), kinesis.ErrInvalidArgument, invalid},
		{"in a value", tag(map[string]string{"a": "é;"}), kinesis.ErrInvalidArgument, invalid},
		{"per cent", tag(map[string]string{"a": "5%"}), kinesis.ErrInvalidArgument, "Failed to add tags to" + illegal},
		{"per cent of a key to remove", func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error { return s.Untag(ctx, "5%") },
			kinesis.ErrInvalidArgument, "Failed to remove tags from" + illegal},
		{"51", tag(tagged(51)), kinesis.ErrInvalidArgument, "Failed to add tags to stream s under account 123456789012 because a given stream " +
			"cannot have more than 10 tags associated with it."},
		{"no stream comes first", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			return b.Stream(ctx, "none").Tag(ctx, map[string]string{",": ""})
		}, kinesis.ErrResourceNotFound, "Stream none under account 123456789012 not found."},
		{"a long key", tag(map[string]string{long: "v"}), kinesis.ErrValidation, one("Value '{" + long + "=v}' at 'tags' failed to satisfy " +
			"constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater " +
			"than or equal to 1]")},
		{"a long value", tag(map[string]string{"k": long + long}), kinesis.ErrValidation, one("Value '{k=" + long + long + "}' at 'tags' failed to " +
			"satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length " +
			"greater than or equal to 0]")},
		{"none", tag(nil), kinesis.ErrValidation, one(badly("{}", "tags", "have length greater than or equal to 1"))},
		{"no keys", func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error { return s.Untag(ctx) }, kinesis.ErrValidation,
			one(badly("[]", "tagKeys", "have length greater than or equal to 1"))},
		{"an empty key to remove", func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error { return s.Untag(ctx, "a", "") },
			kinesis.ErrValidation, one("Value '[a, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have " +
				"length less than or equal to 128, Member must have length greater than or equal to 1]")},
		{"51 at once", func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			_, err := s.Tags(ctx, kinesis.TagOptions{Limit: 51})
			return err
		}, kinesis.ErrValidation, one(badly("51", "limit", "have value less than or equal to 50"))},
	})
}

const allowWrite = `{"Version":"2012-10-17","Statement":[{"Sid":"AllowCrossAccountWrite","Effect":"Allow","Principal":` +
	`{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kinesis:PutRecord","Resource":"arn:aws:kinesis:us-east-1:123456789012:stream/s"}]}`

func TestPolicies(t *testing.T) {
	b, s, _ := world(t)
	ctx := t.Context()
	text, err := b.Policy(ctx, s.ARN())
	require.NoError(t, err)
	require.Equal(t, "{}", text, "recorded")
	there := kinesis.WithCaller(ctx, kinesis.Caller{Account: "111111111111"})
	_, err = b.Stream(there, s.ARN()).Put(there, kinesis.Entry{PartitionKey: "a"})
	refused(t, err, kinesis.ErrAccessDenied, "User: arn:aws:iam::111111111111:root is not authorized to perform: kinesis:PutRecord on resource: "+
		"arn:aws:kinesis:us-east-1:123456789012:stream/s because no resource-based policy allows the kinesis:PutRecord action")
	require.NoError(t, b.SetPolicy(ctx, s.ARN(), allowWrite))
	text, err = b.Policy(ctx, s.ARN())
	require.NoError(t, err)
	require.Equal(t, allowWrite, text)
	_, err = b.Stream(there, s.ARN()).Put(there, kinesis.Entry{PartitionKey: "a"})
	require.NoError(t, err)
	_, err = b.Stream(there, s.ARN()).PutBatch(there, kinesis.Entry{PartitionKey: "a"})
	require.ErrorIs(t, err, kinesis.ErrAccessDenied, "another action")
	_, err = b.Read(there, iterator(t, s, 0, kinesis.Oldest()), kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	require.ErrorIs(t, b.Delete(there, s.ARN(), false), kinesis.ErrAccessDenied)
	require.NoError(t, b.SetPolicy(ctx, s.ARN(), strings.ReplaceAll(strings.ReplaceAll(allowWrite, `"kinesis:PutRecord"`, `"kinesis:*"`), "Allow\"", "Deny\"")))
	_, err = b.Stream(there, s.ARN()).Put(there, kinesis.Entry{PartitionKey: "a"})
	require.ErrorContains(t, err, "with an explicit deny in a resource-based policy")
	require.NoError(t, b.DeletePolicy(ctx, s.ARN()))
	text, err = b.Policy(ctx, s.ARN())
	require.NoError(t, err)
	require.Equal(t, "{}", text)
	refused(t, b.DeletePolicy(ctx, s.ARN()), kinesis.ErrResourceNotFound, "No resource policy found for resource ARN "+s.ARN()+".")
	require.ErrorIs(t, b.SetPolicy(ctx, stream+"none", allowWrite), kinesis.ErrResourceNotFound)
	require.ErrorIs(t, b.SetPolicy(ctx, s.ARN(), "x"), kinesis.ErrInvalidArgument)
	require.ErrorIs(t, b.SetPolicy(ctx, "s", allowWrite), kinesis.ErrValidation)
	service := kinesis.WithCaller(ctx, kinesis.Caller{Service: "firehose.amazonaws.com"})
	_, err = b.Create(service, "t", kinesis.Config{})
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
	_, err = b.List(service, kinesis.ListOptions{})
	require.ErrorIs(t, err, kinesis.ErrAccessDenied)
}
