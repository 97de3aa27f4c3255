package kinesis_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
)

const (
	bothOrNone = "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or " +
		"LATEST and no StartingSequenceNumber. Request specified "
	shard1 = " used in GetShardIterator on shard shardId-000000000001 in stream s under account 123456789012 is invalid"
)

// numbers of the shards of the stream that refuse makes: the time is that of the fake clock.
func firstOf(shard int, created int64) string {
	return kinesis.SequenceNumber{
		Hi: 2<<56 | uint64(created)<<20 | uint64(shard&15)<<16, Mid: uint64(created) >> 28, Lo: uint64(created)<<36 | uint64(shard)<<4 | 2,
	}.String()
}

func TestRefusalsOfIterator(t *testing.T) {
	const epoch = 1767225600
	from := func(shard string, pos kinesis.Position) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			_, err := s.Iterator(ctx, shard, pos)
			return err
		}
	}
	at := func(n string) kinesis.Position {
		return kinesis.Position{Type: kinesis.AtSequenceNumber, SequenceText: n}
	}
	now := time.Date(2026, 1, 1, 0, 1, 0, 0, time.UTC)
	own := firstOf(1, epoch-2)
	refuse(t, []refusal{
		{"no number", from("ABKLFD8", kinesis.Oldest()), kinesis.ErrResourceNotFound,
			"Could not find shard ABKLFD8 in stream s under account 123456789012."},
		{"too large a number", from("shardId-2147483648", kinesis.Oldest()), kinesis.ErrResourceNotFound,
			"Could not find shard shardId-2147483648 in stream s under account 123456789012."},
		{"an id that cannot be wins over a stream that is not", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Stream(ctx, "none").Iterator(ctx, "1e3", kinesis.Oldest())
			return err
		}, kinesis.ErrResourceNotFound, "Could not find shard 1e3 in stream none under account 123456789012."},
		{"no such stream", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Stream(ctx, "none").Iterator(ctx, "x-5", kinesis.Oldest())
			return err
		}, kinesis.ErrResourceNotFound, "Shard shardId-000000000005 in stream none under account 123456789012 does not exist"},
		{"no such shard", from("5", kinesis.Oldest()), kinesis.ErrResourceNotFound,
			"Shard shardId-000000000005 in stream s under account 123456789012 does not exist"},
		{"latest with a number", from("1", kinesis.Position{Type: kinesis.LatestRecord, SequenceText: own}), kinesis.ErrInvalidArgument,
			bothOrNone + "LATEST and also a StartingSequenceNumber."},
		{"at without", from("1", kinesis.Position{Type: kinesis.AtSequenceNumber}), kinesis.ErrInvalidArgument,
			bothOrNone + "AT_SEQUENCE_NUMBER and no StartingSequenceNumber."},
		{"after without", from("1", kinesis.Position{Type: kinesis.AfterSequenceNumber}), kinesis.ErrInvalidArgument,
			bothOrNone + "AFTER_SEQUENCE_NUMBER and no StartingSequenceNumber."},
		{"malformed", from("1", at("5")), kinesis.ErrInvalidArgument,
			"Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in a call to a shard with shardId-000000000001"},
		{"far too large", from("1", at("9"+strings.Repeat("0", 100))), kinesis.ErrInvalidArgument,
			"StartingSequenceNumber 9" + strings.Repeat("0", 100) + shard1 + "."},
		{"another version", from("1", at(hexNumber("20000000000000000000000000000000000000000000003").String())), kinesis.ErrInvalidArgument,
			"StartingSequenceNumber " + hexNumber("20000000000000000000000000000000000000000000003").String() + shard1 + "."},
		{"of another shard", from("1", at(firstOf(234, epoch))), kinesis.ErrInvalidArgument,
			"Invalid StartingSequenceNumber. It encodes shardId-000000000234, while it was used in a call to a shard with shardId-000000000001"},
		{"of a negative shard", from("1", at(hexNumber("20000000000000000000000000000000000000800000002").String())), kinesis.ErrInvalidArgument,
			"Invalid StartingSequenceNumber. It encodes shardId--02147483648, while it was used in a call to a shard with shardId-000000000001"},
		{"of another stream", from("1", at(firstOf(1, epoch))), kinesis.ErrInvalidArgument,
			"StartingSequenceNumber " + firstOf(1, epoch) + shard1 + " because it did not come from this stream."},
		{"of the first format", from("0", at("0")), kinesis.ErrInternal, ""},
		{"after the end of a closed shard", func(ctx context.Context, b *kinesis.Broker, s kinesis.Stream) error {
			_, err := s.Iterator(ctx, "1", kinesis.After(b.Peek("s")[1].Last))
			return err
		}, kinesis.ErrInvalidArgument, "Invalid SequenceNumber for ShardIteratorType AFTER_SEQUENCE_NUMBER, SequenceNumber has reached max " +
			"possible value for the shard."},
		{"no time", from("1", kinesis.Position{Type: kinesis.AtTimestamp}), kinesis.ErrInvalidArgument,
			"Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter."},
		{"a time to come", from("1", kinesis.Since(now.Add(time.Millisecond))), kinesis.ErrInvalidArgument,
			"The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: 1767225660001, " +
				"currentTimestampInMillis: 1767225660000"},
		{"a time beyond counting", from("1", kinesis.Since(time.Unix(1<<62, 0))), kinesis.ErrInvalidArgument,
			"The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: 0, " +
				"currentTimestampInMillis: 1767225660000"},
		{"out of form", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Stream(ctx, "a b").Iterator(ctx, "", kinesis.Position{Type: "x", SequenceText: "007"})
			return err
		}, kinesis.ErrValidation, many("Value null at 'shardId' failed to satisfy constraint: Member must not be null",
			badly("x", "shardIteratorType", "satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, "+
				"TRIM_HORIZON]"),
			badly("007", "startingSequenceNumber", `satisfy regular expression pattern: 0|([1-9]\d{0,128})`),
			badly("a b", "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))},
		{"no type", from("1", kinesis.Position{}), kinesis.ErrValidation,
			one("Value null at 'shardIteratorType' failed to satisfy constraint: Member must not be null")},
	})
}

// All these name shard 0.
func TestShardIDsAreNormalised(t *testing.T) {
	b, s, _ := world(t)
	put(t, s, "a")
	for _, name := range []string{"shardId-000000000000", "shardId-0", "x-0", "0", "000", "x-0-7"} {
		it, err := s.Iterator(t.Context(), name, kinesis.Oldest())
		require.NoError(t, err, name)
		require.Len(t, read(t, b, it).Records, 1)
	}
}

func TestFivePositions(t *testing.T) {
	b, s, clk := world(t)
	begin := clk.Now()
	var placed []kinesis.Placed
	for _, k := range []string{"a", "b", "c"} {
		placed = append(placed, put(t, s, k))
		clk.Advance(time.Second)
	}
	for _, row := range []struct {
		pos  kinesis.Position
		want []string
	}{
		{kinesis.Oldest(), []string{"a", "b", "c"}},
		{kinesis.Latest(), []string{}},
		{kinesis.At(placed[1].Sequence), []string{"b", "c"}},
		{kinesis.After(placed[1].Sequence), []string{"c"}},
		{kinesis.After(placed[2].Sequence), []string{}},
		{kinesis.At(b.Peek("s")[0].First), []string{"a", "b", "c"}},
		{kinesis.After(b.Peek("s")[0].First), []string{"a", "b", "c"}},
		{kinesis.Since(begin.Add(time.Second)), []string{"b", "c"}},
		{kinesis.Since(begin.Add(time.Second + time.Millisecond)), []string{"c"}},
		{kinesis.Since(begin.Add(-time.Hour)), []string{"a", "b", "c"}},
		{kinesis.Since(begin.Add(3 * time.Second)), []string{}},
	} {
		require.Equal(t, row.want, readAll(t, b, s, 0, row.pos), row.pos)
	}
}

// A number beside a time means nothing (inferred): the text of the refusal speaks of the other types.
func TestATimeWithANumber(t *testing.T) {
	b, s, clk := world(t)
	put(t, s, "a")
	clk.Advance(time.Second)
	last := put(t, s, "b")
	pos := kinesis.Since(clk.Now())
	pos.Sequence = last.Sequence
	require.Equal(t, []string{"b"}, readAll(t, b, s, 0, pos))
	pos.SequenceText = "0"
	require.Equal(t, []string{"b"}, readAll(t, b, s, 0, pos))
}

// Times are compared by the millisecond: a later moment of the present one is not in the future.
func TestTheMillisecondThatIs(t *testing.T) {
	b, s, clk := world(t)
	put(t, s, "a")
	clk.Advance(time.Millisecond / 2)
	require.Empty(t, readAll(t, b, s, 0, kinesis.Since(clk.Now().Add(time.Millisecond/2-1))))
	_, err := s.Iterator(t.Context(), "0", kinesis.Since(clk.Now().Add(time.Millisecond/2)))
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument)
}

// An iterator, or a token, that was issued later than now is none.
func TestIteratorsOfTheFuture(t *testing.T) {
	b, s, clk := world(t)
	clk.Advance(time.Second)
	it := iterator(t, s, 0, kinesis.Oldest())
	create(t, b, "t", 1)
	page, err := b.List(t.Context(), kinesis.ListOptions{Limit: 1})
	require.NoError(t, err)
	behind := inflight.NewFakeClock(time.Time{})
	behind.Advance(time.Second - 1)
	fork := kinesis.New(kinesis.WithClock(behind))
	fork.Restore(b.Snapshot())
	_, err = fork.Read(t.Context(), it, kinesis.ReadOptions{})
	refused(t, err, kinesis.ErrInvalidArgument, "Invalid ShardIterator.")
	_, err = fork.List(t.Context(), kinesis.ListOptions{Token: page.Next})
	refused(t, err, kinesis.ErrInvalidArgument, "Invalid NextToken.")
	behind.Advance(1)
	read(t, fork, it)
}

// LATEST is where the tip was when the iterator was made, not when it was first used.
func TestLatestIsFixedByTheIterator(t *testing.T) {
	b, s, _ := world(t)
	put(t, s, "a")
	it := iterator(t, s, 0, kinesis.Latest())
	put(t, s, "b")
	require.Equal(t, []string{"b"}, keys(read(t, b, it).Records))
	require.Equal(t, []string{"b"}, keys(read(t, b, it).Records), "an iterator may be used again")
}

func TestIteratorsExpire(t *testing.T) {
	b, s, clk := world(t)
	it := iterator(t, s, 0, kinesis.Oldest())
	clk.Advance(5 * time.Minute)
	next := read(t, b, it).Next
	clk.Advance(time.Millisecond)
	_, err := b.Read(t.Context(), it, kinesis.ReadOptions{})
	refused(t, err, kinesis.ErrExpiredIterator, "Iterator expired. The iterator was created at time Thu Jan 01 00:00:00 UTC 2026 while right "+
		"now it is Thu Jan 01 00:05:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.")
	read(t, b, next)
}

func TestIteratorsAreOpaque(t *testing.T) {
	b, s, _ := world(t)
	put(t, s, "a")
	it := iterator(t, s, 0, kinesis.Oldest())
	require.NotEqual(t, it, iterator(t, s, 0, kinesis.Oldest()), "no two are equal")
	require.Len(t, read(t, b, `"`+it+`"`).Records, 1, "a pair of quotes is tolerated")
	raw, err := base64.StdEncoding.DecodeString(string(it))
	require.NoError(t, err)
	require.Equal(t, []byte{0, 0, 0, 0, 0, 0, 0, 1}, raw[:8], "recorded")
	require.Zero(t, (len(raw)-8)%16, "recorded")
	wide := create(t, b, strings.Repeat("n", 128), 1)
	require.LessOrEqual(t, len(iterator(t, wide, 0, kinesis.Oldest())), 512)
	other := kinesis.New()
	for name, bad := range map[string]kinesis.Iterator{
		"cut": it[:len(it)-4], "no base64": "!" + it[1:], "another letter": it[:30] + flip(it[30]) + it[31:], "short": "AAAA", "two quotes": `""`,
		"line feed": it[:8] + "\n" + it[8:],
	} {
		_, err := b.Read(t.Context(), bad, kinesis.ReadOptions{})
		refused(t, err, kinesis.ErrInvalidArgument, "Invalid ShardIterator.", name)
	}
	_, err = other.Read(t.Context(), it, kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument)
}

func flip(c byte) kinesis.Iterator {
	if c == 'A' {
		return "B"
	}
	return "A"
}

func TestRefusalsOfRead(t *testing.T) {
	reading := func(opts kinesis.ReadOptions) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, b *kinesis.Broker, s kinesis.Stream) error {
			it, _ := s.Iterator(ctx, "0", kinesis.Oldest())
			_, err := b.Read(ctx, it, opts)
			return err
		}
	}
	refuse(t, []refusal{
		{"0 records", reading(kinesis.ReadOptions{Given: kinesis.GivenLimit}), kinesis.ErrValidation,
			one(badly("0", "limit", "have value greater than or equal to 1"))},
		{"10,001 records", reading(kinesis.ReadOptions{Limit: 10_001}), kinesis.ErrValidation,
			one(badly("10001", "limit", "have value less than or equal to 10000"))},
		{"no iterator", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Read(ctx, "", kinesis.ReadOptions{Limit: -1})
			return err
		}, kinesis.ErrValidation, many(badly("-1", "limit", "have value greater than or equal to 1"),
			"Value null at 'shardIterator' failed to satisfy constraint: Member must not be null")},
		{"513 characters", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Read(ctx, kinesis.Iterator(strings.Repeat("A", 513)), kinesis.ReadOptions{})
			return err
		}, kinesis.ErrValidation, one(badly(strings.Repeat("A", 513), "shardIterator", "have length less than or equal to 512"))},
	})
}

// Iterators of a stream that was deleted are those of nothing, also when there is another of its name.
func TestIteratorsOfDeletedStreams(t *testing.T) {
	b, s, _ := world(t)
	first := put(t, s, "a")
	it := iterator(t, s, 0, kinesis.Oldest())
	gone := "Shard shardId-000000000000 in stream s under account 123456789012 does not exist"
	require.NoError(t, b.Delete(t.Context(), "s", false))
	_, err := b.Read(t.Context(), it, kinesis.ReadOptions{})
	refused(t, err, kinesis.ErrResourceNotFound, gone)
	s = create(t, b, "s", 1)
	_, err = b.Read(t.Context(), it, kinesis.ReadOptions{})
	refused(t, err, kinesis.ErrResourceNotFound, gone)
	_, err = s.Iterator(t.Context(), "0", kinesis.At(first.Sequence))
	require.ErrorContains(t, err, "because it did not come from this stream", "though it was made in the same second")
}

func FuzzIterator(f *testing.F) {
	b, s, clk := world(f)
	put(f, s, "a")
	it := iterator(f, s, 0, kinesis.Oldest())
	f.Add(string(it))
	f.Add("")
	f.Add("AAAAAAAAAAE=")
	f.Add(strings.Repeat("A", 400))
	f.Fuzz(func(t *testing.T, text string) {
		batch, err := b.Read(context.Background(), kinesis.Iterator(text), kinesis.ReadOptions{})
		switch {
		case strings.Trim(text, `"`) == string(it) && err == nil:
			require.Len(t, batch.Records, 1)
		default:
			require.Error(t, err, "nobody makes an iterator but the broker")
		}
		_, err = b.ListShards(context.Background(), kinesis.ListShardsOptions{Token: text, Given: kinesis.GivenToken})
		require.Error(t, err)
		_, err = b.List(context.Background(), kinesis.ListOptions{Token: text, Given: kinesis.GivenToken})
		require.Error(t, err)
		b.ExplainRead(kinesis.Iterator(text))
		_ = clk
	})
}

// The same for shards that came from a reshard: their numbers, too, are told apart by seconds only.
func TestNumbersOfDeletedShards(t *testing.T) {
	b, s, _ := world(t)
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	old := shards(t, s, kinesis.ShardFilter{})
	require.NoError(t, b.Delete(t.Context(), "s", false))
	s = create(t, b, "s", 1)
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	for i, sh := range old {
		_, err := s.Iterator(t.Context(), id(i), kinesis.At(sh.First))
		refused(t, err, kinesis.ErrInvalidArgument, "StartingSequenceNumber "+sh.First.String()+" used in GetShardIterator on shard "+id(i)+
			" in stream s under account 123456789012 is invalid because it did not come from this stream.")
	}
}
