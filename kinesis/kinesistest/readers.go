package kinesistest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// put puts records one by one, whose data is their key, and returns the answers.
func (e *Env) put(s kinesis.Stream, keys ...string) []kinesis.Placed {
	var all []kinesis.Placed
	for _, k := range keys {
		all = append(all, e.store(s, kinesis.Entry{PartitionKey: k, Data: []byte(k)}))
	}
	return all
}

// store puts one record.
func (e *Env) store(s kinesis.Stream, entry kinesis.Entry) kinesis.Placed {
	p, err := s.Put(e.Ctx, entry)
	require.NoError(e, err, "Put")
	require.NotEmpty(e, p.ShardID, "Put answered no shard")
	require.False(e, p.Sequence.IsZero(), "Put answered no sequence number")
	return p
}

// batch puts records whose data is their key together.
func (e *Env) batch(s kinesis.Stream, keys ...string) []kinesis.Placed {
	entries := make([]kinesis.Entry, len(keys))
	for i, k := range keys {
		entries[i] = kinesis.Entry{PartitionKey: k, Data: []byte(k)}
	}
	all, err := s.PutBatch(e.Ctx, entries...)
	require.NoError(e, err, "PutBatch")
	require.Len(e, all, len(keys))
	for _, p := range all {
		require.NoError(e, p.Err, "a record of PutBatch")
	}
	return all
}

// iterator makes an iterator.
func (e *Env) iterator(s kinesis.Stream, shard int, pos kinesis.Position) kinesis.Iterator {
	it, err := s.Iterator(e.Ctx, id(shard), pos)
	require.NoError(e, err, "Iterator %s", pos.Type)
	require.NotEmpty(e, it)
	return it
}

// read reads once.
func (e *Env) read(it kinesis.Iterator) kinesis.Batch {
	b, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{})
	require.NoError(e, err, "Read")
	return b
}

// take reads on until it has n records, or the shard ends, and returns the records and the last answer.
func (e *Env) take(it kinesis.Iterator, n int) ([]kinesis.Record, kinesis.Batch) {
	var all []kinesis.Record
	b := kinesis.Batch{Next: it}
	for tries := 0; tries < 200; tries++ {
		b = e.read(b.Next)
		all = append(all, b.Records...)
		if len(all) >= n || b.Next == "" || e.Exact && b.Behind == 0 {
			break
		}
		if len(b.Records) == 0 {
			e.Wait(200 * time.Millisecond)
		}
	}
	return all, b
}

// finds demands that reading from a position finds records with these keys, in this order, and nothing else; it returns the records.
func (e *Env) finds(s kinesis.Stream, shard int, pos kinesis.Position, want ...string) []kinesis.Record {
	return e.findsBehind(e.iterator(s, shard, pos), want...)
}

// findsBehind demands the same of an iterator.
func (e *Env) findsBehind(it kinesis.Iterator, want ...string) []kinesis.Record {
	got, last := e.take(it, len(want))
	if last.Next != "" && !e.Exact { // what should not be there may come later
		more, _ := e.take(last.Next, 1)
		got = append(got, more...)
	}
	if len(want) == 0 {
		require.Empty(e, keys(got))
	} else {
		require.Equal(e, want, keys(got))
	}
	return got
}

// finish reads a closed shard to its end, and returns the records and the last answer.
func (e *Env) finish(it kinesis.Iterator) ([]kinesis.Record, kinesis.Batch) {
	var all []kinesis.Record
	for range 200 {
		b := e.read(it)
		all = append(all, b.Records...)
		if b.Next == "" {
			return all, b
		}
		it = b.Next
		if len(b.Records) == 0 {
			e.Wait(200 * time.Millisecond)
		}
	}
	require.Fail(e, "the shard does not end")
	return nil, kinesis.Batch{}
}

// listed returns the shards that a filter selects.
func (e *Env) listed(s kinesis.Stream, f kinesis.ShardFilter) []kinesis.Shard {
	var all []kinesis.Shard
	for sh, err := range s.Shards(e.Ctx, f) {
		require.NoError(e, err, "Shards")
		all = append(all, sh)
	}
	return all
}

// shards returns all shards that are held.
func (e *Env) shards(s kinesis.Stream) []kinesis.Shard { return e.listed(s, kinesis.ShardFilter{}) }

// open returns the open shards.
func (e *Env) open(s kinesis.Stream) []kinesis.Shard {
	return e.listed(s, kinesis.ShardFilter{Type: kinesis.AtLatestShards})
}

// shard returns one shard.
func (e *Env) shard(s kinesis.Stream, n int) kinesis.Shard {
	for _, sh := range e.shards(s) {
		if sh.ID == id(n) {
			return sh
		}
	}
	require.Fail(e, "there is no shard", id(n))
	return kinesis.Shard{}
}

// covers demands that shards divide the key space, in any order.
func (e *Env) covers(shards []kinesis.Shard) {
	sorted := byRange(shards)
	next := kinesis.HashKey{}
	for _, sh := range sorted {
		require.Equal(e, next, sh.Start, "the range of %s of %v", sh.ID, ids(sorted))
		next = plus(sh.End, 1)
	}
	require.Equal(e, kinesis.HashKey{}, next, "the shards %v end before the key space", ids(sorted))
}

// byRange returns shards in the order of their ranges.
func byRange(shards []kinesis.Shard) []kinesis.Shard {
	return slices.SortedFunc(slices.Values(shards), func(a, b kinesis.Shard) int { return bigOf(a.Start).Cmp(bigOf(b.Start)) })
}

func ids(shards []kinesis.Shard) []string {
	all := []string{}
	for _, sh := range shards {
		all = append(all, sh.ID)
	}
	return all
}

// keys returns the partition keys of records in their order, never nil.
func keys(rs []kinesis.Record) []string {
	all := []string{}
	for _, r := range rs {
		all = append(all, r.PartitionKey)
	}
	return all
}
