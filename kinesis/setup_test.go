package kinesis_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
)

const (
	day     = 24 * time.Hour
	account = "123456789012"
)

// fakeBroker returns a broker that lives by a fake clock.
func fakeBroker(opts ...kinesis.Option) (*kinesis.Broker, *inflight.FakeClock) {
	clk := inflight.NewFakeClock(time.Time{})
	return kinesis.New(append([]kinesis.Option{kinesis.WithClock(clk)}, opts...)...), clk
}

// create makes a provisioned stream.
func create(t testing.TB, b *kinesis.Broker, name string, shards int) kinesis.Stream {
	t.Helper()
	s, err := b.Create(t.Context(), name, kinesis.Config{Shards: shards})
	require.NoError(t, err)
	return s
}

// world is a broker with one stream, s, of one shard.
func world(t testing.TB, opts ...kinesis.Option) (*kinesis.Broker, kinesis.Stream, *inflight.FakeClock) {
	b, clk := fakeBroker(opts...)
	return b, create(t, b, "s", 1), clk
}

// id returns the id of the n-th shard.
func id(n int) string { return fmt.Sprintf("shardId-%012d", n) }

// put puts records whose data is their key.
func put(t testing.TB, s kinesis.Producer, keys ...string) (last kinesis.Placed) {
	t.Helper()
	for _, k := range keys {
		var err error
		last, err = s.Put(t.Context(), kinesis.Entry{PartitionKey: k, Data: []byte(k)})
		require.NoError(t, err)
	}
	return last
}

func iterator(t testing.TB, s kinesis.Stream, shard int, pos kinesis.Position) kinesis.Iterator {
	t.Helper()
	it, err := s.Iterator(t.Context(), id(shard), pos)
	require.NoError(t, err)
	return it
}

func read(t testing.TB, b *kinesis.Broker, it kinesis.Iterator) kinesis.Batch {
	t.Helper()
	batch, err := b.Read(t.Context(), it, kinesis.ReadOptions{})
	require.NoError(t, err)
	return batch
}

// readAll returns the keys of what one read from a position finds.
func readAll(t testing.TB, b *kinesis.Broker, s kinesis.Stream, shard int, pos kinesis.Position) []string {
	t.Helper()
	return keys(read(t, b, iterator(t, s, shard, pos)).Records)
}

func keys(rs []kinesis.Record) []string {
	all := []string{}
	for _, r := range rs {
		all = append(all, r.PartitionKey)
	}
	return all
}

func shards(t testing.TB, s kinesis.Stream, f kinesis.ShardFilter) []kinesis.Shard {
	t.Helper()
	var all []kinesis.Shard
	for sh, err := range s.Shards(t.Context(), f) {
		require.NoError(t, err)
		all = append(all, sh)
	}
	return all
}

// ids returns the numbers of the shards that a filter selects.
func ids(t testing.TB, s kinesis.Stream, f kinesis.ShardFilter) []int {
	t.Helper()
	all := []int{}
	for _, sh := range shards(t, s, f) {
		var n int
		_, err := fmt.Sscanf(sh.ID, "shardId-%d", &n)
		require.NoError(t, err)
		all = append(all, n)
	}
	require.True(t, slices.IsSorted(all))
	return all
}

func open(t testing.TB, s kinesis.Stream) []int {
	t.Helper()
	return ids(t, s, kinesis.ShardFilter{Type: kinesis.AtLatestShards})
}

// refused requires an error of the service, with code and text.
func refused(t testing.TB, err error, code kinesis.Code, text string, args ...any) {
	t.Helper()
	e, ok := errors.AsType[*kinesis.Error](err)
	require.True(t, ok, "%v %v", err, args)
	require.Equal(t, code, e.Code, args...)
	require.Equal(t, text, e.Message, args...)
}

func key(t testing.TB, s string) kinesis.HashKey {
	t.Helper()
	k, err := kinesis.ParseHashKey(s)
	require.NoError(t, err)
	return k
}
