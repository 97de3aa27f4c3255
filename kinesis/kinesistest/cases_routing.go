package kinesistest

import (
	"fmt"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

const lastKey = "340282366920938463463374607431768211455" // 2^128-1

// ranges returns the ranges of shards as text.
func ranges(shards []kinesis.Shard) []string {
	var all []string
	for _, sh := range shards {
		all = append(all, sh.Start.String()+".."+sh.End.String())
	}
	return all
}

// lands puts a record at a hash key, and demands the shard.
func (e *Env) lands(s kinesis.Stream, at kinesis.HashKey, shard int) {
	p := e.store(s, kinesis.Entry{PartitionKey: "a", HashKey: &at})
	assert.Equal(e, id(shard), p.ShardID, "hash key %s", at)
}

func routingCases() []Case {
	return []Case{
		recorded("5", "three-shards", "three shards divide the key space at its thirds", func(e *Env) {
			assert.Equal(e, []string{
				"0..113427455640312821154458202477256070484",
				"113427455640312821154458202477256070485..226854911280625642308916404954512140969",
				"226854911280625642308916404954512140970.." + lastKey,
			}, ranges(e.shards(e.stream(3))))
		}),
		recorded("5", "division", "n shards have ranges of 2^128/n, rounded down, and the last one the rest", func(e *Env) {
			for _, n := range []int{1, 2, 7, 10} {
				shards := e.shards(e.stream(n))
				e.covers(shards)
				for i, sh := range shards {
					assert.Equal(e, share(n, i), sh.Start, "%d of %d", i, n)
				}
			}
		}),
		recorded("5", "vectors", "the keys a, b, e, f go to the shards 0, 1, 2, 1 of three", func(e *Env) {
			s := e.stream(3)
			for i, p := range e.put(s, "a", "b", "e", "f") {
				assert.Equal(e, id([]int{0, 1, 2, 1}[i]), p.ShardID)
			}
		}),
		documented("5", "md5", "a partition key goes to the shard that covers its MD5, read big-endian", func(e *Env) {
			s := e.stream(7)
			shards := e.shards(s)
			for i := range 30 {
				k := fmt.Sprintf("truck %d", i)
				p := e.put(s, k)[0]
				for _, sh := range shards {
					inside := bigOf(sh.Start).Cmp(bigOf(hashOf(k))) <= 0 && bigOf(hashOf(k)).Cmp(bigOf(sh.End)) <= 0
					assert.Equal(e, inside, sh.ID == p.ShardID, "%s and %s", k, sh.ID)
				}
			}
		}),
		documented("5", "utf8", "the hash is that of the key's UTF-8", func(e *Env) {
			s := e.stream(16)
			for _, k := range []string{"é", "日本", "𝄞"} {
				first := bigOf(hashOf(k)).Rsh(bigOf(hashOf(k)), 124).Int64()
				assert.Equal(e, id(int(first)), e.put(s, k)[0].ShardID, k)
			}
		}),
		documented("5", "explicit", "an explicit hash key takes the place of the hash, and the partition key is kept", func(e *Env) {
			s := e.stream(2)
			top := kinesis.HashKey{Hi: ^uint64(0), Lo: 0}
			assert.Equal(e, id(1), e.store(s, kinesis.Entry{PartitionKey: "a", Data: []byte("x"), HashKey: &top}).ShardID)
			assert.Equal(e, id(0), e.put(s, "a")[0].ShardID)
			e.finds(s, 1, kinesis.Oldest(), "a")
		}),
		recorded("5", "inclusive", "both ends of a range belong to it", func(e *Env) {
			s := e.stream(3)
			for i, sh := range e.shards(s) {
				e.lands(s, sh.Start, i)
				e.lands(s, sh.End, i)
			}
		}),
		documented("22", "last-key", "the last key can be written", func(e *Env) { e.lands(e.stream(1), key(lastKey), 0) }),
		documented("5", "batch", "the records of a batch go each to its own shard", func(e *Env) {
			s := e.stream(3)
			for i, p := range e.batch(s, "a", "b", "e", "f") {
				assert.Equal(e, id([]int{0, 1, 2, 1}[i]), p.ShardID)
			}
		}),
		documented("5", "closed", "closed shards are never written to", func(e *Env) {
			s := e.stream(2)
			e.split(s, 0)
			e.merge(s, 3, 1)
			open := e.open(s)
			e.covers(open)
			for _, sh := range open {
				p := e.store(s, kinesis.Entry{PartitionKey: "a", HashKey: &sh.Start})
				assert.Equal(e, sh.ID, p.ShardID)
			}
		}),
		documented("5", "auto", "a stream that distributes records itself takes them without keys", func(e *Env) {
			s := e.create(e.name(), kinesis.Config{Distribution: kinesis.Auto})
			p := e.store(s, kinesis.Entry{Data: []byte("x")})
			var n int
			_, err := fmt.Sscanf(p.ShardID, "shardId-%d", &n)
			e.ok(err)
			r := e.finds(s, n, kinesis.Oldest(), "")
			assert.Equal(e, []byte("x"), r[0].Data)
		}),
		documented("10", "auto-key", "it gives a key back though it does not use it", func(e *Env) {
			s := e.create(e.name(), kinesis.Config{Distribution: kinesis.Auto})
			p := e.put(s, "a")[0]
			it, err := s.Iterator(e.Ctx, p.ShardID, kinesis.Oldest())
			e.ok(err)
			e.findsBehind(it, "a")
		}),
	}
}
