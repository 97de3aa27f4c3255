package kinesis_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

func TestReadHasLimits(t *testing.T) {
	b, s, clk := world(t)
	for range 21 {
		_, err := s.PutBatch(t.Context(), make501()[:500]...)
		require.NoError(t, err)
	}
	clk.Advance(time.Second)
	it := iterator(t, s, 0, kinesis.Oldest())
	batch := read(t, b, it)
	require.Len(t, batch.Records, 10_000)
	require.Equal(t, time.Second, batch.Behind)
	batch = read(t, b, batch.Next)
	require.Len(t, batch.Records, 500)
	require.Zero(t, batch.Behind)
	require.NotEmpty(t, batch.Next)
	one, err := b.Read(t.Context(), it, kinesis.ReadOptions{Limit: 1})
	require.NoError(t, err)
	require.Len(t, one.Records, 1)
}

// A read stops before 10 MiB, but has one record at least.
func TestReadHasASize(t *testing.T) {
	b, s, _ := world(t)
	require.NoError(t, s.SetMaxRecordSize(t.Context(), 10240))
	for _, size := range []int{10<<20 - 1, 6 << 20, 4<<20 - 2, 0} {
		_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "k", Data: make([]byte, size)})
		require.NoError(t, err)
	}
	it := iterator(t, s, 0, kinesis.Oldest())
	var counts []int
	for {
		batch := read(t, b, it)
		counts = append(counts, len(batch.Records))
		if it = batch.Next; batch.Behind == 0 {
			break
		}
	}
	require.Equal(t, []int{1, 2, 1}, counts, "6 MiB + 4 MiB with their keys are 10 MiB exactly, and a byte more is too much")
}

func TestBehind(t *testing.T) {
	b, s, clk := world(t)
	require.Zero(t, read(t, b, iterator(t, s, 0, kinesis.Oldest())).Behind)
	put(t, s, "a", "b")
	it := iterator(t, s, 0, kinesis.Oldest())
	one := func() kinesis.Batch {
		batch, err := b.Read(t.Context(), it, kinesis.ReadOptions{Limit: 1})
		require.NoError(t, err)
		return batch
	}
	require.Equal(t, time.Millisecond, one().Behind, "at least, when there is more")
	clk.Advance(1500*time.Millisecond + time.Microsecond)
	require.Equal(t, 1500*time.Millisecond, one().Behind, "whole milliseconds")
	it = one().Next
	require.Zero(t, one().Behind)
}

// Nothing is told of the end before the last record is read, and then the children are.
func TestTheEndOfAShard(t *testing.T) {
	b, s, clk := world(t)
	put(t, s, "a", "b")
	it := iterator(t, s, 0, kinesis.Oldest())
	tip := iterator(t, s, 0, kinesis.Latest())
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	clk.Advance(time.Second)
	batch, err := b.Read(t.Context(), it, kinesis.ReadOptions{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, batch.Next)
	require.Nil(t, batch.Children)
	require.Equal(t, time.Second, batch.Behind)
	batch = read(t, b, batch.Next)
	require.Equal(t, []string{"b"}, keys(batch.Records))
	require.Empty(t, batch.Next)
	require.Equal(t, time.Second, batch.Behind, "since it was closed")
	want := []kinesis.ChildShard{
		{ID: id(1), Parents: []string{id(0)}, Start: key(t, "0"), End: key(t, "1")},
		{ID: id(2), Parents: []string{id(0)}, Start: key(t, "2"), End: kinesis.MaxHashKey()},
	}
	require.Equal(t, want, batch.Children)
	batch = read(t, b, tip)
	require.Empty(t, batch.Records)
	require.Empty(t, batch.Next)
	require.Equal(t, want, batch.Children)

	require.NoError(t, s.Merge(t.Context(), id(1), id(2)))
	for _, parent := range []int{1, 2} {
		require.Equal(t, []kinesis.ChildShard{{ID: id(3), Parents: []string{id(1), id(2)}, End: kinesis.MaxHashKey()}},
			read(t, b, iterator(t, s, parent, kinesis.Oldest())).Children)
	}
	closed := iterator(t, s, 0, kinesis.At(b.Peek("s")[0].Last))
	require.Empty(t, read(t, b, closed).Records, "a closed shard's own end is a position")
}

func TestRecordsComeAsTheyWerePut(t *testing.T) {
	b, s, clk := world(t)
	clk.Advance(1234567 * time.Nanosecond)
	data := []byte("data")
	p, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "ключ", Data: data, HashKey: &kinesis.HashKey{}})
	require.NoError(t, err)
	data[0] = 'x' // the broker has its own
	put(t, s, "empty")
	_, err = s.Put(t.Context(), kinesis.Entry{PartitionKey: "none"})
	require.NoError(t, err)
	rs := read(t, b, iterator(t, s, 0, kinesis.Oldest())).Records
	require.Equal(t, kinesis.Record{Data: []byte("data"), PartitionKey: "ключ", Sequence: p.Sequence, Arrived: clk.Now().UTC()}, rs[0])
	require.NotNil(t, rs[2].Data)
	require.Empty(t, rs[2].Data)
	_ = append(rs[0].Data, 'x')
	require.Equal(t, "empty", string(read(t, b, iterator(t, s, 0, kinesis.Oldest())).Records[1].Data), "appending harms nobody")
}

func TestRetentionHidesByRecord(t *testing.T) {
	b, s, clk := world(t)
	put(t, s, "a")
	clk.Advance(time.Hour)
	put(t, s, "b")
	it := iterator(t, s, 0, kinesis.Oldest())
	clk.Advance(23*time.Hour - time.Nanosecond)
	require.Equal(t, []string{"a", "b"}, readAll(t, b, s, 0, kinesis.Oldest()))
	clk.Advance(time.Nanosecond)
	require.Equal(t, []string{"b"}, readAll(t, b, s, 0, kinesis.Oldest()))
	require.NoError(t, s.IncreaseRetention(t.Context(), 48))
	require.Equal(t, []string{"b"}, readAll(t, b, s, 0, kinesis.Oldest()), "what has expired stays so")
	clk.Advance(3 * time.Hour)
	require.Equal(t, []string{"b"}, readAll(t, b, s, 0, kinesis.Oldest()), "what has not, is held for longer")
	require.NoError(t, s.DecreaseRetention(t.Context(), 24))
	require.Empty(t, readAll(t, b, s, 0, kinesis.Oldest()), "and less long at once")
	_, err := b.Read(t.Context(), it, kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrExpiredIterator)
}

// Also what nobody looked at in time.
func TestIncreasingRetentionRevivesNothing(t *testing.T) {
	b, s, clk := world(t)
	put(t, s, "a")
	clk.Advance(time.Hour)
	put(t, s, "b")
	clk.Advance(23 * time.Hour)
	require.NoError(t, s.IncreaseRetention(t.Context(), 48))
	require.Equal(t, []string{"b"}, readAll(t, b, s, 0, kinesis.Oldest()))
	require.Equal(t, []string{"b"}, readAll(t, b, s, 0, kinesis.Since(clk.Now().Add(-24*time.Hour))))
}

// A position that the horizon has passed goes on at the oldest record that is left.
func TestPositionsBehindTheHorizon(t *testing.T) {
	b, s, clk := world(t)
	old := put(t, s, "a", "b")
	clk.Advance(day - time.Minute)
	it := iterator(t, s, 0, kinesis.Oldest())
	put(t, s, "c")
	clk.Advance(time.Minute)
	require.Equal(t, []string{"c"}, keys(read(t, b, it).Records))
	require.Equal(t, []string{"c"}, readAll(t, b, s, 0, kinesis.At(old.Sequence)))
}

func TestClosedShardsExpire(t *testing.T) {
	b, s, clk := world(t)
	put(t, s, "a")
	clk.Advance(time.Hour)
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	it := iterator(t, s, 0, kinesis.Latest())
	clk.Advance(day - time.Nanosecond)
	require.Equal(t, []int{0, 1, 2}, ids(t, s, kinesis.ShardFilter{}))
	require.Empty(t, readAll(t, b, s, 0, kinesis.Oldest()))
	clk.Advance(time.Nanosecond)
	require.Equal(t, []int{1, 2}, ids(t, s, kinesis.ShardFilter{}))
	require.Equal(t, id(0), shards(t, s, kinesis.ShardFilter{})[0].Parent, "the parent's id dangles")
	_, err := s.Iterator(t.Context(), id(0), kinesis.Oldest())
	require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
	_, err = b.Read(t.Context(), it, kinesis.ReadOptions{})
	require.Error(t, err)
	require.NoError(t, s.IncreaseRetention(t.Context(), 48))
	require.Equal(t, []int{1, 2}, ids(t, s, kinesis.ShardFilter{}), "and does not come back")
}

// Sequence numbers are the service's, digit for digit.
func TestSequenceNumbers(t *testing.T) {
	for _, row := range []struct {
		text                         string
		create, index, second, shard uint64
	}{ // recorded
		{"49570154343577991434159135485979649237735405726566711298", 1486208844, 6226556856, 1493220529, 0},
		{"49570154343577991434159135485984484941013864243265536002", 1486208844, 6226556860, 1493220529, 0},
		{"49590338271490256608559692538361571095921575989136588898", 1542776258, 1734642199, 1545084650, 6},
		{"49674026002850188218576229259473476449429298564223254594", 1777319237, 21689507110, 1777320018, 3076},
	} {
		n, err := kinesis.ParseSequenceNumber(row.text)
		require.NoError(t, err)
		require.Equal(t, row.text, n.String())
		hex := fmt.Sprintf("2%09x%x%016x00%09x%08x2", row.create, row.shard&15, row.index, row.second, row.shard)
		require.Equal(t, hex, fmt.Sprintf("%x%016x%016x", n.Hi, n.Mid, n.Lo))
	}
}

func TestSequenceNumbersOfAStream(t *testing.T) {
	_, s, _ := world(t)
	wide := create(t, kinesis.New(), "wide", 7)
	all := shards(t, wide, kinesis.ShardFilter{})
	first, err := kinesis.ParseSequenceNumber("22300745198530623141535718272648361505980432")
	require.NoError(t, err)
	for i := 1; i < 6; i++ {
		d := all[i].First
		p := all[i-1].First
		require.Equal(t, first, kinesis.SequenceNumber{Hi: d.Hi - p.Hi, Mid: d.Mid - p.Mid, Lo: d.Lo - p.Lo}, "recorded of neighbours")
	}
	a, b := put(t, s, "a"), put(t, s, "a")
	require.Positive(t, b.Sequence.Compare(a.Sequence), "though the clock stands still")
	require.Len(t, a.Sequence.String(), 56)
	require.Equal(t, "", kinesis.SequenceNumber{}.String())
	for _, bad := range []string{"", "-1", "1.5", "x", "9" + fmt.Sprint(strconv.Itoa(0)) + "99999999999999999999999999999999999999999999999999999999999"} {
		_, err := kinesis.ParseSequenceNumber(bad)
		require.Error(t, err, bad)
	}
}

// Five shards number their records together, so that the numbers of each have gaps.
func TestSequenceNumbersHaveGaps(t *testing.T) {
	b := kinesis.New()
	s := create(t, b, "s", 2)
	at := func(shard uint64) kinesis.SequenceNumber {
		p, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "a", HashKey: &kinesis.HashKey{Hi: shard << 63}})
		require.NoError(t, err)
		require.Equal(t, id(int(shard)), p.ShardID)
		return p.Sequence
	}
	first := at(0)
	at(1)
	require.Equal(t, uint64(2), (at(0).Mid-first.Mid)>>16)
}
