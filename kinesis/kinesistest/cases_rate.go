package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

const textWriteRate = "Rate exceeded for shard shardId-000000000000 in stream {N} under account {A}."

// sized is a record of a size, its key included.
func sized(bytes int) kinesis.Entry {
	return kinesis.Entry{PartitionKey: "k", Data: make([]byte, bytes-1)}
}

// accepts puts records of a size until one is refused for the rate, and returns how many were not.
func (e *Env) accepts(s kinesis.Stream, bytes int) int {
	for n := 0; n < 5000; n++ {
		if _, err := s.Put(e.Ctx, sized(bytes)); err != nil {
			e.refused(err, s, kinesis.ErrThroughputExceeded, textWriteRate)
			return n
		}
	}
	assert.Fail(e, "nothing is refused")
	return 0
}

// tooOften demands that a read is refused for the rate.
func (e *Env) tooOften(s kinesis.Stream, err error) {
	e.refused(err, s, kinesis.ErrThroughputExceeded, "Rate exceeded for Shard - {A}/{N}/"+id(0))
}

func rateCases() []Case {
	all := []Case{
		documented("9", "records", "a shard takes 1,000 records a second", func(e *Env) {
			s := e.stream(1)
			assert.Equal(e, 1000, e.accepts(s, 2))
			e.Wait(time.Second)
			assert.Equal(e, 1000, e.accepts(s, 2))
		}),
		documented("9", "bytes", "a shard takes 1 MiB a second, keys included", func(e *Env) {
			s := e.stream(1)
			assert.Equal(e, 4, e.accepts(s, 1<<18))
			e.Wait(time.Second)
			assert.Equal(e, 4, e.accepts(s, 1<<18))
		}),
		inferred("9", "refill", "what is taken comes back evenly", func(e *Env) {
			s := e.stream(1)
			assert.Equal(e, 4, e.accepts(s, 1<<18))
			e.Wait(250*time.Millisecond - 1)
			assert.Zero(e, e.accepts(s, 1<<18))
			e.Wait(1)
			assert.Equal(e, 1, e.accepts(s, 1<<18))
		}),
		documented("9", "each-shard", "each shard has its own rate", func(e *Env) {
			s := e.stream(2)
			e.accepts2(s)
		}),
		recorded("8.2", "batch", "in a batch each record is accepted or refused for itself", func(e *Env) {
			s := e.stream(1)
			all, err := s.PutBatch(e.Ctx, sized(1<<19), sized(1<<20), sized(1<<19), sized(2))
			e.ok(err)
			if assert.Len(e, all, 4) {
				assert.NoError(e, all[0].Err)
				e.refused(all[1].Err, s, kinesis.ErrThroughputExceeded, textWriteRate)
				assert.NoError(e, all[2].Err, "a later record may be accepted")
				e.refused(all[3].Err, s, kinesis.ErrThroughputExceeded, textWriteRate)
				assert.Empty(e, all[1].ShardID)
				assert.True(e, all[1].Sequence.IsZero())
			}
			got, _ := e.take(e.iterator(s, 0, kinesis.Oldest()), 2)
			assert.Len(e, got, 2)
		}),
		recorded("8.2", "batch-all", "a batch of which all is refused is answered all the same", func(e *Env) {
			s := e.stream(1)
			e.accepts(s, 1<<20)
			all, err := s.PutBatch(e.Ctx, sized(1<<20), sized(1<<20))
			e.ok(err)
			for _, p := range all {
				assert.ErrorIs(e, p.Err, kinesis.ErrThroughputExceeded)
			}
		}),
		documented("9", "burst", "where larger records are allowed there is a burst of 10 MiB", func(e *Env) {
			s := e.create(e.name(), kinesis.Config{Shards: 1, MaxRecordKiB: 10240})
			assert.Equal(e, 1, e.accepts(s, 10<<20))
			e.Wait(2 * time.Second)
			assert.Equal(e, 1, e.accepts(s, 2<<20))
		}),
		documented("9", "reads", "a shard is read five times a second", func(e *Env) {
			s := e.stream(1)
			it := e.iterator(s, 0, kinesis.Oldest())
			for range 5 {
				e.read(it)
			}
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{})
			e.tooOften(s, err)
			e.Wait(time.Second)
			e.read(it)
		}),
		documented("9", "iterators", "a shard gives five iterators a second", func(e *Env) {
			s := e.stream(1)
			for range 5 {
				e.iterator(s, 0, kinesis.Oldest())
			}
			_, err := s.Iterator(e.Ctx, id(0), kinesis.Oldest())
			e.tooOften(s, err)
		}),
		documented("9", "large-reads", "after 10 MiB come five seconds of none", func(e *Env) {
			s := e.stream(1)
			for range 11 {
				assert.Equal(e, 1, e.accepts(s, 1<<20))
				e.Wait(time.Second)
			}
			b := e.read(e.iterator(s, 0, kinesis.Oldest()))
			e.Wait(5*time.Second - 1)
			_, err := e.Streams.Read(e.Ctx, b.Next, kinesis.ReadOptions{})
			e.tooOften(s, err)
			e.Wait(1)
			e.read(b.Next)
		}),
		documented("9", "control", "operations have rates of the account's", func(e *Env) {
			s := e.stream(1)
			e.Wait(time.Second)
			var err error
			for n := 0; n < 50 && err == nil; n++ {
				_, err = s.Summary(e.Ctx)
			}
			assert.ErrorIs(e, err, kinesis.ErrLimitExceeded)
			assert.ErrorContains(e, err, "Rate exceeded")
			e.Wait(time.Second)
		}),
		documented("16", "subscribing", "a consumer subscribes to a shard once a second", func(e *Env) {
			s := e.listened()
			e.Wait(time.Second)
			e.subscribe(s, 0, kinesis.Latest())
			_, err := s.Subscribe(e.Ctx, "c", id(0), kinesis.Latest())
			e.oneOf(err, kinesis.ErrLimitExceeded, kinesis.ErrResourceInUse)
		}),
	}
	for i := range all {
		all[i] = all[i].instant().needs(NeedThrottling)
	}
	return all
}

// accepts2 demands that both shards of a stream take their rate.
func (e *Env) accepts2(s kinesis.Stream) {
	for n, at := range []kinesis.HashKey{{}, key(lastKey)} {
		entry := sized(1 << 20)
		entry.HashKey = &at
		p, err := s.Put(e.Ctx, entry)
		e.ok(err)
		assert.Equal(e, id(n), p.ShardID)
		_, err = s.Put(e.Ctx, entry)
		assert.ErrorIs(e, err, kinesis.ErrThroughputExceeded)
	}
}
