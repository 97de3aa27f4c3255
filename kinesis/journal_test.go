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

const consumerC = "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1767225600"

// journalLines returns what a journal says, without year and month, with N for numbers, and without what makes columns.
func journalLines(j *kinesis.Journal) (lines []string) {
	for e := range j.Events() {
		line := e.String()[len("2026-01-"):]
		if !e.Sequence.IsZero() {
			line = strings.Replace(line, e.Sequence.String(), "N", 1)
		}
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return lines
}

// What takes time is recorded as it begins, and with the time at which it was due.
func TestJournalOfAStreamsLife(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithTransitions(kinesis.RealTransitions()))
	j := b.Record()
	s := create(t, b, "s", 1)
	clk.Advance(40 * time.Second)
	require.NoError(t, s.SplitText(t.Context(), "0", "2"))
	put(t, s, "a")
	clk.Advance(40 * time.Second)
	require.NoError(t, s.IncreaseRetention(t.Context(), 25))
	clk.Advance(24 * time.Hour)
	put(t, s, "b", "c")
	clk.Advance(time.Hour)
	require.NoError(t, b.Delete(t.Context(), "s", false))
	clk.Advance(time.Hour)
	_, err := s.Summary(t.Context())
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	require.Equal(t, []string{
		"01 00:00:00.000 created s CREATING",
		"01 00:00:30.000 shard opened s shardId-000000000000",
		"01 00:00:30.000 entered s ACTIVE",
		"01 00:00:40.000 entered s UPDATING",
		`01 00:00:40.000 put s shardId-000000000000 N "a"`,
		"01 00:01:10.000 shard closed s shardId-000000000000",
		"01 00:01:10.000 shard opened s shardId-000000000001",
		"01 00:01:10.000 shard opened s shardId-000000000002",
		"01 00:01:10.000 entered s ACTIVE",
		`01 00:01:20.000 changed s retention = "25"`,
		"01 00:01:20.000 entered s UPDATING",
		"01 00:01:50.000 entered s ACTIVE",
		`02 00:01:20.000 put s shardId-000000000002 N "b"`,
		`02 00:01:20.000 put s shardId-000000000002 N "c"`,
		"02 01:01:10.000 shard expired s shardId-000000000000 (1)",
		"02 01:01:20.000 entered s DELETING",
		"02 01:01:50.000 deleted s (2)",
	}, journalLines(j))
}

// A stream that is deleted loses what had not expired when it was gone, whenever that is noticed.
func TestJournalOfADeletion(t *testing.T) {
	b, s, clk := world(t, kinesis.WithTransitions(kinesis.Transitions{Delete: time.Hour}))
	put(t, s, "a", "b")
	clk.Advance(23 * time.Hour)
	put(t, s, "c")
	j := b.Record()
	require.NoError(t, b.Delete(t.Context(), "s", false))
	clk.Advance(30 * day) // whenever that is noticed
	create(t, b, "s", 1)
	require.Equal(t, []string{
		"01 23:00:00.000 entered s DELETING",
		"02 00:00:00.000 expired s shardId-000000000000 (2)",
		"02 00:00:00.000 deleted s (1)",
		"31 23:00:00.000 created s ACTIVE",
		"31 23:00:00.000 shard opened s shardId-000000000000",
	}, journalLines(j))
}

func TestJournalOfSettings(t *testing.T) {
	b, clk := fakeBroker()
	ctx := t.Context()
	_, err := b.SetCommitment(ctx, kinesis.CommitmentEnabled)
	require.NoError(t, err)
	s, err := b.Create(ctx, "s", kinesis.Config{})
	require.NoError(t, err)
	register(t, s, "c")
	for _, row := range []struct {
		do   func() error
		want []string
	}{
		{func() error { return s.IncreaseRetention(ctx, 48) }, []string{`s retention = "48"`}},
		{func() error { return s.IncreaseRetention(ctx, 48) }, nil},
		{func() error { return s.DecreaseRetention(ctx, 24) }, []string{`s retention = "24"`}},
		{func() error { return s.DecreaseRetention(ctx, 48) }, nil},
		{func() error { return s.SetMaxRecordSize(ctx, 2048) }, []string{`s maximum record size = "2048"`}},
		{func() error { _, err := s.SetWarmThroughput(ctx, 7); return err }, []string{`s warm throughput = "7"`}},
		{func() error { return s.SetDistribution(ctx, kinesis.Auto) }, []string{`s distribution = "AUTO"`}},
		{func() error { return s.SetMode(ctx, kinesis.Provisioned, 0) }, []string{`s mode = "PROVISIONED"`, `s distribution = "USER_PARTITION_KEY"`}},
		{func() error { return s.SetMode(ctx, kinesis.OnDemand, 8) }, []string{`s mode = "ON_DEMAND"`, `s warm throughput = "8"`}},
		{func() error { return s.StartEncryption(ctx, "alias/k") }, []string{`s encryption = "alias/k"`}},
		{func() error { return s.StopEncryption(ctx, "alias/k") }, []string{`s encryption = ""`}},
		{func() error { _, err := s.EnableMonitoring(ctx, "OutgoingBytes", "IncomingBytes"); return err },
			[]string{`s monitoring = "IncomingBytes,OutgoingBytes"`}},
		{func() error { _, err := s.DisableMonitoring(ctx, kinesis.MetricAll); return err }, []string{`s monitoring = ""`}},
		{func() error { return s.Tag(ctx, map[string]string{"k": "v", "a": ""}) }, []string{`s tags = "a=,k=v"`}},
		{func() error { return s.Untag(ctx, "a", "none") }, []string{`s tags = "k=v"`}},
		{func() error { return b.TagResource(ctx, s.ARN(), map[string]string{"x": "y"}) }, []string{`s tags = "k=v,x=y"`}},
		{func() error { return b.UntagResource(ctx, s.ARN(), "k", "x") }, []string{`s tags = ""`}},
		{func() error { return b.TagResource(ctx, consumerC, map[string]string{"x": "y"}) }, []string{"s " + consumerC + ` tags = "x=y"`}},
		{func() error { return b.UntagResource(ctx, consumerC, "x") }, []string{"s " + consumerC + ` tags = ""`}},
		{func() error { return b.SetPolicy(ctx, s.ARN(), allowWrite) }, []string{fmt.Sprintf("s policy = %q", allowWrite)}},
		{func() error { return b.DeletePolicy(ctx, s.ARN()) }, []string{`s policy = ""`}},
		{func() error { return b.DeletePolicy(ctx, s.ARN()) }, nil},
		{func() error { return b.SetPolicy(ctx, consumerC, allowWrite) },
			[]string{fmt.Sprintf("s %s policy = %q", consumerC, allowWrite)}},
		{func() error { _, err := b.SetCommitment(ctx, kinesis.CommitmentDisabled); return err },
			[]string{`commitment = "ENABLED_UNTIL_EARLIEST_ALLOWED_END"`}},
	} {
		clk.Advance(time.Second)
		j := b.Record()
		_ = row.do()
		j.Stop()
		var lines []string
		for e := range j.Events() {
			require.Equal(t, kinesis.EventChanged, e.Kind)
			require.Equal(t, clk.Now().UTC(), e.At)
			lines = append(lines, strings.Join(strings.Fields(e.String())[3:], " "))
		}
		require.Equal(t, row.want, lines)
	}
}

// The end of a commitment is recorded once, as of when it was due or was asked for, and what changes nothing is not.
func TestJournalTellsHowACommitmentEnds(t *testing.T) {
	b, clk := fakeBroker()
	j := b.Record()
	set := func(s kinesis.CommitmentStatus) {
		_, err := b.SetCommitment(t.Context(), s)
		require.NoError(t, err)
	}
	set(kinesis.CommitmentDisabled)
	set(kinesis.CommitmentEnabled)
	set(kinesis.CommitmentEnabled)
	set(kinesis.CommitmentDisabled)
	clk.Advance(2 * day)
	for range 2 {
		_, err := b.Commitment(t.Context())
		require.NoError(t, err)
	}
	set(kinesis.CommitmentEnabled)
	clk.Advance(2 * day)
	set(kinesis.CommitmentDisabled)
	set(kinesis.CommitmentDisabled)
	require.Equal(t, []string{
		`01 00:00:00.000 changed commitment = "ENABLED"`,
		`01 00:00:00.000 changed commitment = "ENABLED_UNTIL_EARLIEST_ALLOWED_END"`,
		`02 00:00:00.000 changed commitment = "DISABLED"`,
		`03 00:00:00.000 changed commitment = "ENABLED"`,
		`05 00:00:00.000 changed commitment = "DISABLED"`,
	}, journalLines(j))
}

// A call's doing has the name of its caller, and time's doing has none.
func TestJournalNamesTheCaller(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithTransitions(kinesis.Transitions{Update: time.Minute, Delete: time.Minute}), kinesis.WithThrottling())
	as := func(name string) context.Context {
		return kinesis.WithCaller(t.Context(), kinesis.Caller{ARN: "arn:aws:iam::123456789012:user/" + name})
	}
	j := b.Record()
	_, err := b.Create(as("ann"), "s", kinesis.Config{Shards: 1})
	require.NoError(t, err)
	s := b.Stream(t.Context(), "s")
	_, err = s.Register(as("bob"), "c", nil)
	require.NoError(t, err)
	sub, err := s.Subscribe(as("cid"), "c", "0", kinesis.Oldest())
	require.NoError(t, err)
	_, err = s.Put(as("dan"), kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20-1)})
	require.NoError(t, err)
	_, err = s.Put(as("eve"), kinesis.Entry{PartitionKey: "b"})
	require.ErrorIs(t, err, kinesis.ErrThroughputExceeded)
	_, more, err := sub.Next()
	require.NoError(t, err)
	require.True(t, more)
	_, err = b.Read(as("fay"), iterator(t, s, 0, kinesis.Oldest()), kinesis.ReadOptions{})
	require.NoError(t, err)
	read(t, b, iterator(t, s, 0, kinesis.Oldest()))
	for range s.Records(as("guy"), "0", kinesis.Oldest()) {
		break
	}
	require.NoError(t, s.SplitText(as("hal"), "0", "2"))
	clk.Advance(time.Minute)
	require.NoError(t, s.IncreaseRetention(as("ida"), 48)) // and notices the end of the split
	clk.Advance(time.Minute)
	_, err = s.Put(kinesis.WithCaller(t.Context(), kinesis.Caller{Account: "123456789012"}), kinesis.Entry{PartitionKey: "a"})
	require.NoError(t, err)
	require.NoError(t, b.Delete(as("jim"), "s", true))
	clk.Advance(time.Minute)
	require.ErrorIs(t, b.Delete(as("kim"), "s", true), kinesis.ErrResourceNotFound)
	require.Equal(t, []string{
		"01 00:00:00.000 created s ACTIVE by ann",
		"01 00:00:00.000 shard opened s shardId-000000000000 by ann",
		"01 00:00:00.000 registered s ACTIVE " + consumerC + " by bob",
		"01 00:00:00.000 subscribed s shardId-000000000000 " + consumerC + " by cid",
		`01 00:00:00.000 put s shardId-000000000000 N "a" by dan`,
		`01 00:00:00.000 throttled s shardId-000000000000 "b" by eve`,
		"01 00:00:00.000 read s shardId-000000000000 " + consumerC + " (1) by cid",
		"01 00:00:00.000 read s shardId-000000000000 (1) by fay",
		"01 00:00:00.000 read s shardId-000000000000 (1)",
		"01 00:00:00.000 read s shardId-000000000000 (1) by guy",
		"01 00:00:00.000 entered s UPDATING by hal",
		"01 00:01:00.000 shard closed s shardId-000000000000",
		"01 00:01:00.000 shard opened s shardId-000000000001",
		"01 00:01:00.000 shard opened s shardId-000000000002",
		"01 00:01:00.000 entered s ACTIVE",
		`01 00:01:00.000 changed s retention = "48" by ida`,
		"01 00:01:00.000 entered s UPDATING by ida",
		"01 00:02:00.000 entered s ACTIVE",
		`01 00:02:00.000 put s shardId-000000000002 N "a" by arn:aws:iam::123456789012:root`,
		"01 00:02:00.000 deregistered s " + consumerC + " by jim",
		"01 00:02:00.000 entered s DELETING by jim",
		"01 00:03:00.000 deleted s (2)",
	}, strings.Split(strings.ReplaceAll(strings.Join(journalLines(j), "\n"), "arn:aws:iam::123456789012:user/", ""), "\n"))

	b, s, _ = world(t)
	j = b.Record()
	require.NoError(t, s.SplitText(as("ann"), "0", "2"))
	require.NoError(t, b.Delete(as("bob"), "s", true))
	for e := range j.Events() {
		if e.Kind == kinesis.EventDeleted {
			require.Contains(t, e.Caller, "bob", "what takes no time is the call's doing")
		} else {
			require.Contains(t, e.Caller, "ann")
		}
	}
}

func TestWhatExpiresIsNobodysDoing(t *testing.T) {
	b, s, clk := world(t)
	require.NoError(t, s.SplitText(t.Context(), "0", "170141183460469231731687303715884105728"))
	put(t, s, "a", "d")
	require.NotEqual(t, b.RouteOf("s", "a"), b.RouteOf("s", "d"))
	clk.Advance(day)
	j := b.Record()
	ann := kinesis.WithCaller(t.Context(), kinesis.Caller{ARN: "arn:aws:iam::123456789012:user/ann"})
	_, err := s.Put(ann, kinesis.Entry{PartitionKey: "a"})
	require.NoError(t, err)
	for range 2 {
		_, err = b.Read(ann, iterator(t, s, 2, kinesis.Oldest()), kinesis.ReadOptions{})
		require.NoError(t, err)
	}
	callers := map[kinesis.EventKind]string{}
	for e := range j.Events() {
		callers[e.Kind] += e.Caller
	}
	require.Equal(t, map[kinesis.EventKind]string{kinesis.EventShardExpired: "", kinesis.EventExpired: "",
		kinesis.EventPut: "arn:aws:iam::123456789012:user/ann"}, callers)
	require.Equal(t, 2, j.Count(kinesis.EventExpired))
}

// Whoever does not listen pays nothing: neither for events, nor for texts.
func TestNoJournalNoCost(t *testing.T) {
	b, s, _ := world(t)
	it := iterator(t, s, 0, kinesis.Oldest())
	into := make([]kinesis.Record, 0, 10)
	reads := func() float64 {
		return testing.AllocsPerRun(100, func() { _, _ = b.Read(t.Context(), it, kinesis.ReadOptions{Into: into}) })
	}
	put(t, s, "a")
	quiet := reads()
	j := b.Record()
	require.Greater(t, reads(), quiet)
	j.Stop()
	require.Equal(t, quiet, reads())
}
