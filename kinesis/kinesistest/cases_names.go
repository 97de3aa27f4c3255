package kinesistest

import (
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

func nameCases() []Case {
	return []Case{
		documented("1", "arn", "a stream's ARN is made of region, account and name", func(e *Env) {
			s := e.stream(1)
			assert.Regexp(e, `^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream/[a-zA-Z0-9_.-]+$`, s.ARN())
			assert.Equal(e, "stream/"+s.Name(), part(s.ARN(), 5))
			assert.Equal(e, s.ARN(), e.summary(s).ARN)
		}),
		documented("1", "characters", "a name has letters, digits, underscores, dots and hyphens", func(e *Env) {
			name := e.name() + "_aZ.0-"
			assert.Equal(e, name, e.summary(e.create(name, kinesis.Config{Shards: 1})).Name)
		}),
		documented("1", "length", "a name has up to 128 characters", func(e *Env) {
			name := e.name()
			name += strings.Repeat("x", 128-len(name))
			e.create(name, kinesis.Config{Shards: 1})
			e.badName(name+"x", value(name+"x", "streamName", shorterThan(128)))
		}),
		documented("1", "pattern", "a name of other characters is refused", func(e *Env) {
			e.badName("a b", value("a b", "streamName", mustBeName))
			e.badName("a/b", value("a/b", "streamName", mustBeName))
		}),
		recorded("3.2", "empty", "an empty name breaks the pattern first, and then the least length", func(e *Env) {
			e.badName("", value("", "streamName", mustBeName), value("", "streamName", mustBeLonger))
		}),
		documented("1", "case", "names that differ in case are different streams", func(e *Env) {
			name := e.name()
			e.create(name+"a", kinesis.Config{Shards: 1})
			e.create(name+"A", kinesis.Config{Shards: 1})
		}),
		documented("1", "by-name", "a stream is found by its name", func(e *Env) { e.opens(e.stream(1), kinesis.Stream.Name) }),
		documented("1", "by-arn", "a stream is found by its ARN", func(e *Env) { e.opens(e.stream(1), kinesis.Stream.ARN) }),
		recorded("1", "absent-by-arn", "what is not found by its ARN is still called by its name", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			_, err := e.Streams.Open(e.Ctx, s.ARN())
			e.notFound(s, err)
		}),
		documented("1", "id", "each stream has an id of its own, of 24 characters", func(e *Env) {
			one, two := e.summary(e.stream(1)).ID, e.summary(e.stream(1)).ID
			assert.Regexp(e, `^[a-z0-9]{20}-[a-z0-9]{3}$`, one)
			assert.NotEqual(e, one, two)
		}),
		documented("1", "shards", "shards are numbered from 0, with twelve digits", func(e *Env) {
			assert.Equal(e, []string{"shardId-000000000000", "shardId-000000000001", "shardId-000000000002"}, ids(e.shards(e.stream(3))))
		}),
		documented("1", "never-again", "the id of a shard is never used again", func(e *Env) {
			s := e.stream(2)
			e.merge(s, 0, 1)
			e.split(s, 2)
			assert.Equal(e, []string{id(0), id(1), id(2), id(3), id(4)}, ids(e.shards(s)))
		}),
	}
}

func (e *Env) badName(name string, faults ...string) {
	_, err := e.Streams.Create(e.Ctx, name, kinesis.Config{Shards: 1})
	e.invalid(err, faults...)
}

func (e *Env) opens(s kinesis.Stream, ref func(kinesis.Stream) string) {
	found, err := e.Streams.Open(e.Ctx, ref(s))
	e.ok(err)
	assert.Equal(e, s.Name(), found.Name())
	assert.Equal(e, s.ARN(), found.ARN())
	e.put(found, "a")
	e.finds(s, 0, kinesis.Oldest(), "a")
}

func shardIDCases() []Case {
	return []Case{
		recorded("1", "shard-forms", "only the number of a shard's id counts: it stands behind the first hyphen, or alone", func(e *Env) {
			s := e.stream(2)
			e.store(s, kinesis.Entry{PartitionKey: "a", HashKey: new(kinesis.HashKey{Hi: 1 << 63})})
			for _, shard := range []string{"shardId-000000000001", "shardId-1", "x-1", "1", "x-1-y", "0001"} {
				it, err := s.Iterator(e.Ctx, shard, kinesis.Oldest())
				e.ok(err)
				e.findsBehind(it, "a")
			}
		}),
		recorded("1", "shard-said-in-full", "a shard that is not there is called by its id in full", func(e *Env) {
			s := e.stream(1)
			_, err := s.Iterator(e.Ctx, "x-9", kinesis.Oldest())
			e.absentShard(s, 9, err)
			e.noShard(s, id(9), s.Split(e.Ctx, "9", key("5")))
		}),
		recorded("1", "shard-no-number", "an id without a number of 31 bits is said as it was given", func(e *Env) {
			s := e.stream(1)
			for _, shard := range []string{"ABKLFD8", "1e3", "shardId-2147483648", "-", "x-", "x-y-1"} {
				_, err := s.Iterator(e.Ctx, shard, kinesis.Oldest())
				e.noShard(s, shard, err)
				e.noShard(s, shard, s.Split(e.Ctx, shard, key("5")))
			}
		}),
		recorded("1", "shard-before-stream", "an id without a number is refused before the stream is looked for", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			_, err := s.Iterator(e.Ctx, "1e3", kinesis.Oldest())
			e.noShard(s, "1e3", err)
			e.noShard(s, "1e3", s.Split(e.Ctx, "1e3", key("5")))
			e.noShard(s, "1e3", s.Merge(e.Ctx, "0", "1e3"))
		}),
		recorded("3.2", "shard-form", "an id of other characters is out of form", func(e *Env) {
			s := e.stream(1)
			_, err := s.Iterator(e.Ctx, "a b", kinesis.Oldest())
			e.invalid(err, value("a b", "shardId", mustBeName))
			long := strings.Repeat("1", 129)
			_, err = s.Iterator(e.Ctx, long, kinesis.Oldest())
			e.invalid(err, value(long, "shardId", shorterThan(128)))
		}),
		recorded("11", "shard-largest", "the largest number is that of a shard that is not there", func(e *Env) {
			s := e.stream(1)
			_, err := s.Iterator(e.Ctx, "shardId-2147483647", kinesis.Oldest())
			e.absentShard(s, 2147483647, err)
		}),
	}
}

// absentShard demands that a shard was not found by one of those calls that read.
func (e *Env) absentShard(s kinesis.Stream, shard int, err error) {
	e.refused(err, s, kinesis.ErrResourceNotFound, "Shard "+id(shard)+" in stream {N} under account {A} does not exist")
}
