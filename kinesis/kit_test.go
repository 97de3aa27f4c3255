package kinesis_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

func TestJournal(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithSeed(1))
	j := b.Record()
	s := create(t, b, "s", 1)
	put(t, s, "a")
	read(t, b, iterator(t, s, 0, kinesis.Oldest()))
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	register(t, s, "c")
	_, err := s.Subscribe(t.Context(), "c", "1", kinesis.Oldest())
	require.NoError(t, err)
	put(t, s, "b")
	clk.Advance(day)
	require.Empty(t, readAll(t, b, s, 2, kinesis.Oldest()))
	j.Stop()
	put(t, s, "c")
	require.Equal(t, []string{
		"01 00:00:00.000 created s ACTIVE",
		"01 00:00:00.000 shard opened s shardId-000000000000",
		`01 00:00:00.000 put s shardId-000000000000 N "a"`,
		"01 00:00:00.000 read s shardId-000000000000 (1)",
		"01 00:00:00.000 shard closed s shardId-000000000000",
		"01 00:00:00.000 shard opened s shardId-000000000001",
		"01 00:00:00.000 shard opened s shardId-000000000002",
		"01 00:00:00.000 registered s ACTIVE " + consumerC,
		"01 00:00:00.000 subscribed s shardId-000000000001 " + consumerC,
		`01 00:00:00.000 put s shardId-000000000002 N "b"`,
		"02 00:00:00.000 shard expired s shardId-000000000000 (1)",
		"02 00:00:00.000 expired s shardId-000000000002 (1)",
	}, journalLines(j))
	require.Equal(t, 2, j.Count(kinesis.EventPut))
}

func TestInterceptors(t *testing.T) {
	b, s, _ := world(t)
	ctx := t.Context()
	var calls []kinesis.Call
	remove := b.Intercept(func(_ context.Context, c kinesis.Call) error {
		calls = append(calls, c)
		return nil
	})
	_, err := s.PutBatch(ctx, kinesis.Entry{PartitionKey: "a"}, kinesis.Entry{PartitionKey: "b"})
	require.NoError(t, err)
	call := func(entry int, stage kinesis.Stage) kinesis.Call {
		return kinesis.Call{Op: kinesis.OpPutRecords, Stream: "s", Number: 1, Entry: entry, Stage: stage}
	}
	require.Equal(t, []kinesis.Call{call(0, 0), call(1, 0), call(2, 0), call(1, 1), call(2, 1), call(0, 1)}, calls)
	remove()

	defer b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Entry: 2, Number: 2, Err: kinesis.ErrThroughputExceeded}.Inject)()
	defer b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Entry: 3, Err: errors.New("any")}.Inject)()
	placed, err := s.PutBatch(ctx, kinesis.Entry{PartitionKey: "c"}, kinesis.Entry{PartitionKey: "d"}, kinesis.Entry{PartitionKey: "e"},
		kinesis.Entry{PartitionKey: "f"})
	require.NoError(t, err)
	require.Equal(t, id(0), placed[0].ShardID)
	refused(t, placed[1].Err, kinesis.ErrThroughputExceeded, "Rate exceeded for shard shardId-000000000000 in stream s under account 123456789012.")
	refused(t, placed[2].Err, kinesis.ErrInternal, "Internal service failure.")
	require.Empty(t, placed[1].ShardID)
	require.True(t, placed[1].Sequence.IsZero())
	require.Equal(t, []string{"a", "b", "c", "f"}, readAll(t, b, s, 0, kinesis.Oldest()), "the others do not depend on it")
}

// An answer that is lost: the records are stored all the same, and so a producer that tries again stores them twice.
func TestLostAnswers(t *testing.T) {
	b, s, _ := world(t)
	defer b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecord, Number: 1, Stage: kinesis.AfterCommit, Err: kinesis.ErrInternal}.Inject)()
	_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "a"})
	refused(t, err, kinesis.ErrInternal, "")
	put(t, s, "a")
	defer b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Entry: 1, Stage: kinesis.AfterCommit, Err: kinesis.ErrInternal}.Inject)()
	placed, err := s.PutBatch(t.Context(), kinesis.Entry{PartitionKey: "b"})
	require.NoError(t, err)
	require.ErrorIs(t, placed[0].Err, kinesis.ErrInternal)
	require.Equal(t, []string{"a", "a", "b"}, readAll(t, b, s, 0, kinesis.Oldest()))
	defer b.Intercept(kinesis.Fault{Op: kinesis.OpRegisterStreamConsumer, Stage: kinesis.AfterCommit, Err: kinesis.ErrInternal}.Inject)()
	c, err := s.Register(t.Context(), "c", nil)
	require.ErrorIs(t, err, kinesis.ErrInternal)
	require.Zero(t, c)
	_, err = s.Consumer(t.Context(), "c")
	require.NoError(t, err)
}

func TestFaultsOfReaders(t *testing.T) {
	b, s, _ := world(t)
	put(t, s, "a")
	remove := b.Intercept(kinesis.Fault{Op: kinesis.OpGetRecords, Number: 2, Err: kinesis.ErrThroughputExceeded}.Inject)
	var got []string
	var end error
	for r, err := range s.Records(t.Context(), "0", kinesis.Oldest()) {
		if end = err; err == nil {
			got = append(got, r.PartitionKey)
		}
	}
	require.Equal(t, []string{"a"}, got)
	require.ErrorIs(t, end, kinesis.ErrThroughputExceeded)
	remove()
	_, err := b.Read(t.Context(), iterator(t, s, 0, kinesis.Oldest()), kinesis.ReadOptions{})
	require.NoError(t, err)
}

func TestMeter(t *testing.T) {
	b, s, _ := world(t)
	_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "k", Data: make([]byte, 25<<10)})
	require.NoError(t, err)
	_, err = s.PutBatch(t.Context(), kinesis.Entry{PartitionKey: "k"}, kinesis.Entry{PartitionKey: "k", Data: make([]byte, 25<<10-1)})
	require.NoError(t, err)
	_, err = s.Put(t.Context(), kinesis.Entry{})
	require.Error(t, err)
	_, err = b.Open(t.Context(), "none")
	require.Error(t, err)
	read(t, b, iterator(t, s, 0, kinesis.Oldest()))
	require.Equal(t, []kinesis.Usage{
		{Op: kinesis.OpCreateStream, Calls: 1},
		{Op: kinesis.OpDescribeStreamSummary, Calls: 1, Errors: 1},
		{Stream: "s", Op: kinesis.OpGetRecords, Calls: 1, Records: 3, Bytes: 50<<10 + 2},
		{Stream: "s", Op: kinesis.OpGetShardIterator, Calls: 1},
		{Stream: "s", Op: kinesis.OpPutRecord, Calls: 2, Errors: 1, Records: 1, Bytes: 25<<10 + 1, Billed: 2},
		{Stream: "s", Op: kinesis.OpPutRecords, Calls: 1, Records: 2, Bytes: 25<<10 + 1, Billed: 2},
	}, b.Meter())
}

// A batch of which records fail is no error, whoever failed them: the service for their rate, or an interceptor, before or after.
func TestMeterOfFailedRecords(t *testing.T) {
	b, s, _ := world(t, kinesis.WithThrottling())
	fails := func(entry int, stage kinesis.Stage) func() {
		return b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Entry: entry, Stage: stage, Err: kinesis.ErrInternal}.Inject)
	}
	remove := []func(){fails(1, kinesis.BeforeCommit), fails(2, kinesis.AfterCommit)}
	half := kinesis.Entry{PartitionKey: "k", Data: make([]byte, 1<<19)}
	placed, err := s.PutBatch(t.Context(), half, half, half, kinesis.Entry{PartitionKey: "k"}) // the third is too much for the shard
	require.NoError(t, err)
	for i, failed := range []bool{true, true, true, false} {
		require.Equal(t, failed, placed[i].Err != nil, i)
	}
	want := kinesis.Usage{Stream: "s", Op: kinesis.OpPutRecords, Calls: 1, Records: 2, Bytes: 1<<19 + 2, Failed: 3, Billed: 22}
	require.Contains(t, b.Meter(), want)
	for _, r := range remove {
		r()
	}
	_, err = s.PutBatch(t.Context(), kinesis.Entry{})
	require.Error(t, err)
	want.Calls, want.Errors = 2, 1
	require.Contains(t, b.Meter(), want)
	fork := kinesis.New()
	fork.Restore(b.Snapshot())
	require.Contains(t, fork.Meter(), want)
}

func TestSnapshots(t *testing.T) {
	b, s, clk := world(t, kinesis.WithSeed(1))
	ctx := t.Context()
	put(t, s, "a")
	register(t, s, "c")
	require.NoError(t, s.Tag(ctx, map[string]string{"k": "v"}))
	it := iterator(t, s, 0, kinesis.Oldest())
	snap := b.Snapshot()
	goOn := func(b *kinesis.Broker) string {
		s := b.Stream(ctx, "s")
		put(t, s, "b", "c")
		require.NoError(t, s.SplitText(ctx, "0", "2"))
		require.NoError(t, s.Deregister(ctx, "c"))
		require.NoError(t, b.UntagResource(ctx, s.ARN(), "k"))
		_, err := b.Create(ctx, "t", kinesis.Config{Shards: 1})
		require.NoError(t, err)
		sum, err := b.Stream(ctx, "t").Summary(ctx)
		require.NoError(t, err)
		return fmt.Sprintf("%+v %+v %s", b.Peek("s"), sum, iterator(t, s, 0, kinesis.Oldest()))
	}
	was := goOn(b)
	b.Restore(snap)
	require.Equal(t, []string{"a"}, readAll(t, b, s, 0, kinesis.Oldest()))
	require.Equal(t, []int{0}, open(t, s))
	_, err := s.Consumer(ctx, "c")
	require.NoError(t, err)
	tags, err := b.ResourceTags(ctx, s.ARN())
	require.NoError(t, err)
	require.Len(t, tags, 1)
	_, err = b.Open(ctx, "t")
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	require.Len(t, read(t, b, it).Records, 1, "iterators of the snapshot are good")
	b.Restore(snap)
	require.Equal(t, was, goOn(b), "the same calls have the same answers")

	fork := kinesis.New(kinesis.WithClock(clk), kinesis.WithSeed(1))
	fork.Restore(snap)
	require.Equal(t, was, goOn(fork), "in another broker too")
	put(t, s, "only here")
	require.NotContains(t, fmt.Sprint(fork.Peek("s")), "only here")
	fork.Restore(nil)
	fork.Restore(&kinesis.Snapshot{})
	require.NotEmpty(t, fork.Peek("s"))
}

func TestReadersGoOnAfterARestore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New()
		s := create(t, b, "s", 1)
		put(t, s, "a")
		register(t, s, "c")
		sub, err := s.Subscribe(t.Context(), "c", id(0), kinesis.Oldest())
		require.NoError(t, err)
		pushed := collect(sub)
		synctest.Wait()
		snap := b.Snapshot()
		lost := create(t, b, "lost", 1)
		stays, ends := follow(t.Context(), s, 0, kinesis.Oldest()), follow(t.Context(), lost, 0, kinesis.Oldest())
		put(t, s, "x", "y")
		synctest.Wait()
		b.Restore(snap)
		synctest.Wait()
		require.False(t, stays.ended())
		require.ErrorIs(t, ends.failed(), kinesis.ErrResourceNotFound)
		put(t, s, "b")
		synctest.Wait()
		want := []string{"a", "x", "y", "b"} // which comes in the place of x
		require.Equal(t, want, stays.keys())
		var got []string
		for _, e := range pushed().events {
			got = append(got, keys(e.Records)...)
		}
		require.Equal(t, want, got)
		require.NoError(t, b.Delete(t.Context(), "s", true))
		synctest.Wait()
		require.True(t, stays.ended())
	})
}

// What comes between a Restore and the moment in which a reader notices it, is read: behind the snapshot's tip, or from the beginning
// of a shard that the snapshot does not hold and that is there again.
func TestReadersThatNoticeARestoreLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New()
		s, other := create(t, b, "s", 1), create(t, b, "other", 1)
		put(t, other, "z")
		snap := b.Snapshot()
		again := func(keys ...string) {
			require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
			put(t, s, keys...)
			put(t, other, keys...)
		}
		again("a", "b")
		behind, anew := follow(t.Context(), other, 0, kinesis.Oldest()), follow(t.Context(), s, 2, kinesis.Oldest())
		synctest.Wait()
		held := make(chan struct{})
		defer b.Intercept(func(_ context.Context, c kinesis.Call) error {
			if c.Op == kinesis.OpGetRecords {
				<-held
			}
			return nil
		})()
		b.Restore(snap)
		again("c", "d", "e")
		synctest.Wait()
		close(held)
		synctest.Wait()
		require.Equal(t, []string{"z", "a", "b", "c", "d", "e"}, behind.keys())
		require.Equal(t, []string{"a", "b", "c", "d", "e"}, anew.keys())
		require.NoError(t, b.Delete(t.Context(), "s", false))
		require.NoError(t, b.Delete(t.Context(), "other", false))
		synctest.Wait()
	})
}

func TestSeeds(t *testing.T) {
	run := func(seed uint64) string {
		b, s, _ := world(t, kinesis.WithSeed(seed))
		sum, err := s.Summary(t.Context())
		require.NoError(t, err)
		return sum.ID + string(iterator(t, s, 0, kinesis.Oldest())) + put(t, s, "a").Sequence.String() + fmt.Sprint(b.Peek("s"))
	}
	require.Equal(t, run(1), run(1))
	require.NotEqual(t, run(1), run(2))
}

func TestExplainKey(t *testing.T) {
	b, s, _ := world(t)
	put(t, s, "a", "b", "a")
	require.NoError(t, s.SplitText(t.Context(), id(0), "170141183460469231731687303715884105728"))
	put(t, s, "a")
	r := b.ExplainKey("s", "a")
	require.Equal(t, kinesis.Route{Hash: kinesis.HashOf("a"), Shard: id(1), Before: []string{id(0)}, Held: 3,
		Text: "it hashes to 16955237001963240173058271559858726497, which goes to shardId-000000000001; before, it went to shardId-000000000000"}, r)
	require.Equal(t, id(1), b.RouteOf("s", "a"))
	require.Equal(t, "there is no such stream", b.ExplainKey("none", "a").Text)
	require.Empty(t, b.RouteOf("none", "a"))
	auto, err := b.Create(t.Context(), "auto", kinesis.Config{Distribution: kinesis.Auto})
	require.NoError(t, err)
	put(t, auto, "a", "a", "b", "a")
	require.Equal(t, kinesis.Route{Hash: kinesis.HashOf("a"), Held: 3, Text: "the stream distributes its records itself, whatever their keys"},
		b.ExplainKey("auto", "a"))
	require.Empty(t, b.RouteOf("auto", "a"))
}

func TestExplainRead(t *testing.T) {
	b, s, clk := world(t)
	put(t, s, "a")
	oldest, tip := iterator(t, s, 0, kinesis.Oldest()), iterator(t, s, 0, kinesis.Latest())
	is := func(want kinesis.ReadState, it kinesis.Iterator) kinesis.ReadExplanation {
		t.Helper()
		e := b.ExplainRead(it)
		require.Equal(t, want, e.State, e.Text)
		require.NotEmpty(t, e.Text)
		return e
	}
	require.Equal(t, 1, is(kinesis.ReadRecords, oldest).Ahead)
	require.Equal(t, "1 record can be read", b.ExplainRead(oldest).Text)
	is(kinesis.ReadTip, tip)
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	require.Equal(t, []string{id(1), id(2)}, is(kinesis.ReadEnd, tip).Now)
	clk.Advance(5*time.Minute + 1)
	is(kinesis.ReadExpired, oldest)
	is(kinesis.ReadForeign, "x")
	lost := put(t, s, "a")
	clk.Advance(day - time.Minute)
	put(t, s, "a")
	oldest, second := iterator(t, s, 2, kinesis.Oldest()), iterator(t, s, 2, kinesis.After(lost.Sequence))
	exact := iterator(t, s, 2, kinesis.At(lost.Sequence))
	clk.Advance(time.Minute)
	is(kinesis.ReadTrimmed, exact)
	is(kinesis.ReadRecords, second)
	require.Equal(t, 1, is(kinesis.ReadTrimmed, oldest).Ahead)
	closed := iterator(t, s, 1, kinesis.Oldest())
	require.NoError(t, b.Delete(t.Context(), "s", false))
	is(kinesis.ReadGone, closed)
}

func TestPeekChangesNothing(t *testing.T) {
	b, s, _ := world(t)
	put(t, s, "a", "bb")
	first := b.Peek("s")
	require.Equal(t, first, b.Peek(s.ARN()))
	require.Equal(t, 6, first[0].Bytes)
	require.Equal(t, []string{"a", "bb"}, keys(first[0].Records))
	require.Empty(t, b.Peek("none"))
}

func TestDryRun(t *testing.T) {
	b, s, _ := world(t)
	register(t, s, "c")
	it := iterator(t, s, 0, kinesis.Oldest())
	ctx := kinesis.WithDryRun(t.Context())
	for name, do := range map[string]func(s kinesis.Stream) error{
		"put":       func(s kinesis.Stream) error { _, err := s.Put(ctx, kinesis.Entry{PartitionKey: "a"}); return err },
		"batch":     func(s kinesis.Stream) error { _, err := s.PutBatch(ctx, kinesis.Entry{PartitionKey: "a"}); return err },
		"iterator":  func(s kinesis.Stream) error { _, err := s.Iterator(ctx, "0", kinesis.Oldest()); return err },
		"subscribe": func(s kinesis.Stream) error { _, err := s.Subscribe(ctx, "c", "0", kinesis.Oldest()); return err },
		"records": func(s kinesis.Stream) error {
			for _, err := range s.Records(ctx, "0", kinesis.Oldest()) {
				return err
			}
			return nil
		},
	} {
		require.ErrorIs(t, do(s), kinesis.ErrDryRun, name)
		require.ErrorIs(t, do(b.Stream(ctx, "none")), kinesis.ErrResourceNotFound, name)
	}
	_, err := b.Read(ctx, it, kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrDryRun)
	_, err = b.Read(ctx, "x", kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument)
	require.Empty(t, b.Peek("s")[0].Records)
	_, err = s.Subscribe(t.Context(), "c", "0", kinesis.Oldest())
	require.NoError(t, err, "nothing was begun")
	var none context.Context
	require.Nil(t, kinesis.WithDryRun(none))
}
