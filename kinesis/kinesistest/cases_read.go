package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

// readSome reads once with a limit.
func (e *Env) readSome(it kinesis.Iterator, limit int) kinesis.Batch {
	b, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{Limit: limit})
	e.ok(err)
	return b
}

func readCases() []Case {
	return []Case{
		documented("12", "limit", "a read answers so many records at most, and the next one goes on", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b", "c", "d")
			var got []string
			it := e.iterator(s, 0, kinesis.Oldest())
			for range 50 {
				b := e.readSome(it, 2)
				assert.LessOrEqual(e, len(b.Records), 2)
				got, it = append(got, keys(b.Records)...), b.Next
				if len(got) >= 4 {
					break
				}
			}
			assert.Equal(e, []string{"a", "b", "c", "d"}, got)
		}),
		recorded("12", "limit-range", "a limit is 1 to 10,000", func(e *Env) {
			it := e.iterator(e.stream(1), 0, kinesis.Oldest())
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{Limit: 10_001})
			e.invalid(err, value(10_001, "limit", atMost(10_000)))
			_, err = e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{Limit: -1})
			e.invalid(err, value(-1, "limit", atLeast(1)))
		}),
		recorded("3.2", "limit-zero", "no records cannot be asked for", func(e *Env) {
			it := e.iterator(e.stream(1), 0, kinesis.Oldest())
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{Given: kinesis.GivenLimit})
			e.invalid(err, value(0, "limit", atLeast(1)))
		}).needs(NeedTexts),
		documented("12", "tip", "a read at the tip answers none, is not behind, and has a next one", func(e *Env) {
			s := e.stream(1)
			_, b := e.take(e.iterator(s, 0, kinesis.Oldest()), 1)
			assert.Empty(e, b.Records)
			assert.NotEmpty(e, b.Next)
			assert.Zero(e, b.Behind)
			assert.Empty(e, b.Children)
			e.put(s, "a")
			e.findsBehind(b.Next, "a")
		}).exact(),
		recorded("12", "behind", "who has not read all is behind, and who has is not", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			e.Wait(3 * time.Second)
			b := e.readSome(e.iterator(s, 0, kinesis.Oldest()), 1)
			assert.Positive(e, b.Behind)
			b = e.readSome(b.Next, 1)
			assert.Zero(e, b.Behind)
		}).exact(),
		inferred("12", "behind-by", "how far is the age of the last record that was read, and at least a millisecond", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			e.Wait(3 * time.Second)
			it := e.iterator(s, 0, kinesis.Oldest())
			assert.Equal(e, 3*time.Second, e.readSome(it, 1).Behind)
			e.put(s, "c", "d")
			assert.Equal(e, time.Millisecond, e.readSome(it, 3).Behind)
		}).instant(),
		documented("12", "ten-mib", "a read answers 10 MiB at most", func(e *Env) {
			s := e.stream(1)
			for range 11 {
				e.store(s, kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20-1)})
			}
			b := e.read(e.iterator(s, 0, kinesis.Oldest()))
			assert.LessOrEqual(e, len(b.Records), 10)
			if e.Exact {
				assert.Len(e, b.Records, 10)
				assert.Len(e, e.read(b.Next).Records, 1)
			}
		}),
		inferred("12", "largest", "a read answers at least one record, however large", func(e *Env) {
			s := e.create(e.name(), kinesis.Config{Shards: 1, MaxRecordKiB: 10240})
			for range 2 {
				e.store(s, kinesis.Entry{PartitionKey: "a", Data: make([]byte, 10<<20-1)})
			}
			got, _ := e.take(e.iterator(s, 0, kinesis.Oldest()), 2)
			assert.Len(e, got, 2)
		}),
		documented("12", "many-readers", "reading takes nothing away", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			for range 3 {
				e.finds(s, 0, kinesis.Oldest(), "a", "b")
			}
		}),
		documented("12", "at-once", "what is put can be read at once", func(e *Env) {
			s := e.stream(1)
			b := e.read(e.iterator(s, 0, kinesis.Oldest()))
			e.put(s, "a")
			assert.Equal(e, []string{"a"}, keys(e.read(b.Next).Records))
		}).exact(),
		documented("12", "arn", "the stream may be named once more", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			_, err := e.Streams.Read(e.Ctx, e.iterator(s, 0, kinesis.Oldest()), kinesis.ReadOptions{StreamARN: s.ARN()})
			e.ok(err)
		}),
		contract("12", "into", "records are appended to the slice that is given", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			it := e.iterator(s, 0, kinesis.Oldest())
			into := make([]kinesis.Record, 1, 8)
			into[0].PartitionKey = "before"
			b, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{Into: into})
			e.ok(err)
			assert.Equal(e, []string{"before", "a", "b"}, keys(b.Records))
		}).exact(),
		documented("12", "other-shard", "a read answers the records of its shard only", func(e *Env) {
			s := e.stream(3)
			e.put(s, "a", "b", "e", "f")
			e.finds(s, 0, kinesis.Oldest(), "a")
			e.finds(s, 1, kinesis.Oldest(), "b", "f")
			e.finds(s, 2, kinesis.Oldest(), "e")
		}),
	}
}

// child is a child as a read names it, without its range.
func child(shard int, parents ...int) (string, []string) {
	var all []string
	for _, p := range parents {
		all = append(all, id(p))
	}
	return id(shard), all
}

// hasChild demands a child of certain parents, whose range is that of the shard.
func (e *Env) hasChild(s kinesis.Stream, c kinesis.ChildShard, shard int, parents ...int) {
	name, of := child(shard, parents...)
	sh := e.shard(s, shard)
	assert.Equal(e, kinesis.ChildShard{ID: name, Parents: of, Start: sh.Start, End: sh.End}, c)
}

func closedCases() []Case {
	return []Case{
		documented("12", "split", "a split shard is read to its end, and then its children are named", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			e.split(s, 0)
			got, b := e.finish(e.iterator(s, 0, kinesis.Oldest()))
			assert.Equal(e, []string{"a", "b"}, keys(got))
			if assert.Len(e, b.Children, 2) {
				e.hasChild(s, b.Children[0], 1, 0)
				e.hasChild(s, b.Children[1], 2, 0)
			}
		}),
		documented("12", "merge", "both parents of a merge name the same child", func(e *Env) {
			s := e.stream(2)
			e.merge(s, 0, 1)
			for n := range 2 {
				_, b := e.finish(e.iterator(s, n, kinesis.Oldest()))
				if assert.Len(e, b.Children, 1) {
					e.hasChild(s, b.Children[0], 2, 0, 1)
				}
			}
		}),
		recorded("22", "not-before", "there is a next iterator as long as there are records", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			e.split(s, 0)
			b := e.readSome(e.iterator(s, 0, kinesis.Oldest()), 1)
			assert.NotEmpty(e, b.Next)
			assert.Empty(e, b.Children)
			b = e.readSome(b.Next, 1)
			assert.Equal(e, []string{"b"}, keys(b.Records))
			assert.Empty(e, b.Next)
			assert.Len(e, b.Children, 2)
		}).exact(),
		documented("12", "iterator-of-before", "an iterator of the open shard reads on when it is closed", func(e *Env) {
			s := e.stream(1)
			it := e.iterator(s, 0, kinesis.Latest())
			e.put(s, "a")
			e.split(s, 0)
			e.put(s, "b")
			got, b := e.finish(it)
			assert.Equal(e, []string{"a"}, keys(got))
			assert.Len(e, b.Children, 2)
		}),
		documented("14.5", "children-begin-empty", "children hold what came after the reshard, and nothing of before", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.split(s, 0)
			e.finds(s, 1, kinesis.Oldest())
			e.finds(s, 2, kinesis.Oldest())
			p := e.put(s, "b")[0]
			it, err := s.Iterator(e.Ctx, p.ShardID, kinesis.Oldest())
			e.ok(err)
			e.findsBehind(it, "b")
		}),
		documented("22", "end-again", "the end is told as often as one asks", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.split(s, 0)
			it := e.iterator(s, 0, kinesis.Oldest())
			for range 3 {
				got, b := e.finish(it)
				assert.Equal(e, []string{"a"}, keys(got))
				assert.Len(e, b.Children, 2)
			}
		}),
		documented("14.5", "order", "who reads parents before their children sees a key's records in order", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.split(s, 0)
			e.put(s, "b", "a")
			e.merge(s, 1, 2)
			e.put(s, "a")
			var data []string
			for n := range 4 {
				it := e.iterator(s, n, kinesis.Oldest())
				var got []kinesis.Record
				if n == 3 {
					got, _ = e.take(it, 1)
				} else {
					got, _ = e.finish(it)
				}
				for _, r := range got {
					if r.PartitionKey == "a" {
						data = append(data, r.PartitionKey)
					}
				}
			}
			assert.Equal(e, []string{"a", "a", "a"}, data)
		}),
	}
}
