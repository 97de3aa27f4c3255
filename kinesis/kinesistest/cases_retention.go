package kinesistest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

const day = 24 * time.Hour

func retentionCases() []Case {
	return []Case{
		documented("13", "increase", "retention can be made longer, up to a year", func(e *Env) {
			s := e.stream(1)
			for _, hours := range []int{25, 168, 8760} {
				e.did(s, s.IncreaseRetention(e.Ctx, hours))
				assert.Equal(e, hours, e.summary(s).RetentionHours)
			}
		}),
		documented("13", "decrease", "it can be made shorter, down to a day", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.IncreaseRetention(e.Ctx, 48))
			e.did(s, s.DecreaseRetention(e.Ctx, 24))
			assert.Equal(e, 24, e.summary(s).RetentionHours)
		}),
		recorded("13", "equal", "the same retention is no change, either way", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.IncreaseRetention(e.Ctx, 24))
			e.did(s, s.DecreaseRetention(e.Ctx, 24))
			assert.Equal(e, 24, e.summary(s).RetentionHours)
		}),
		recorded("13", "too-short", "less than a day is too short, either way", func(e *Env) {
			s := e.stream(1)
			const text = "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."
			e.argument(s, s.IncreaseRetention(e.Ctx, 23), text)
			e.argument(s, s.DecreaseRetention(e.Ctx, 23), text)
		}),
		inferred("13", "too-long", "more than a year is too long, either way", func(e *Env) {
			s := e.stream(1)
			const text = "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long."
			e.argument(s, s.IncreaseRetention(e.Ctx, 8761), text)
			e.argument(s, s.DecreaseRetention(e.Ctx, 8761), text)
		}),
		recorded("13", "increase-to-less", "an increase does not decrease", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.IncreaseRetention(e.Ctx, 48))
			e.argument(s, s.IncreaseRetention(e.Ctx, 47), "Requested retention period (47 hours) for stream {N} can not be shorter than existing "+
				"retention period (48 hours). Use DecreaseRetentionPeriod API.")
		}),
		recorded("13", "decrease-to-more", "a decrease does not increase", func(e *Env) {
			s := e.stream(1)
			e.argument(s, s.DecreaseRetention(e.Ctx, 25), "Requested retention period (25 hours) for stream {N} can not be longer than existing "+
				"retention period (24 hours). Use IncreaseRetentionPeriod API.")
		}),
		recorded("13", "stream-first", "the stream is looked for first", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			e.notFound(s, s.IncreaseRetention(e.Ctx, 1))
		}),
	}
}

func trimCases() []Case {
	return []Case{
		documented("13", "expires", "a record is gone when its age reaches the retention", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(day - time.Nanosecond)
			e.finds(s, 0, kinesis.Oldest(), "a")
			e.Wait(time.Nanosecond)
			e.finds(s, 0, kinesis.Oldest())
		}).instant(),
		documented("13", "by-record", "records expire one by one", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(time.Hour)
			e.put(s, "b")
			e.Wait(23 * time.Hour)
			e.finds(s, 0, kinesis.Oldest(), "b")
		}).takes(day),
		documented("12", "before-horizon", "a position before the horizon is the oldest record", func(e *Env) {
			s := e.stream(1)
			n := e.put(s, "a")[0].Sequence
			e.Wait(time.Hour)
			e.put(s, "b")
			e.Wait(23 * time.Hour)
			for _, pos := range []kinesis.Position{kinesis.At(n), kinesis.After(n), kinesis.Since(e.Now().Add(-day))} {
				e.finds(s, 0, pos, "b")
			}
		}).takes(day),
		documented("12", "passed-by", "an iterator that the horizon passes reads on at the oldest record", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(23*time.Hour + 59*time.Minute)
			e.put(s, "b")
			it := e.iterator(s, 0, kinesis.Oldest())
			e.Wait(time.Minute)
			e.findsBehind(it, "b")
		}).takes(day),
		documented("13", "decreased", "a shorter retention hides records at once", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.IncreaseRetention(e.Ctx, 48))
			e.put(s, "a")
			e.Wait(30 * time.Hour)
			e.put(s, "b")
			e.finds(s, 0, kinesis.Oldest(), "a", "b")
			e.did(s, s.DecreaseRetention(e.Ctx, 24))
			e.finds(s, 0, kinesis.Oldest(), "b")
		}).takes(30 * time.Hour),
		documented("13", "no-revival", "a longer retention brings nothing back", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(time.Hour)
			e.put(s, "b")
			e.Wait(23 * time.Hour)
			e.did(s, s.IncreaseRetention(e.Ctx, 48))
			e.finds(s, 0, kinesis.Oldest(), "b")
			e.Wait(23 * time.Hour)
			e.finds(s, 0, kinesis.Oldest(), "b")
		}).takes(2 * day),
		documented("13", "no-revival-after-decrease", "nor after a shorter one", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.IncreaseRetention(e.Ctx, 48))
			e.put(s, "a")
			e.Wait(30 * time.Hour)
			e.put(s, "b")
			e.did(s, s.DecreaseRetention(e.Ctx, 24))
			e.did(s, s.IncreaseRetention(e.Ctx, 48))
			e.finds(s, 0, kinesis.Oldest(), "b")
		}).takes(30 * time.Hour),
		documented("13", "numbers-go-on", "numbers go on when all has expired", func(e *Env) {
			s := e.stream(1)
			old := e.put(s, "a")[0].Sequence
			e.Wait(2 * day)
			assert.Positive(e, e.put(s, "b")[0].Sequence.Compare(old))
			e.finds(s, 0, kinesis.After(old), "b")
		}).takes(2 * day),
		documented("13", "closed-shard", "a closed shard is gone when its closing has expired", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(time.Hour)
			e.split(s, 0)
			e.Wait(day - time.Minute)
			assert.Equal(e, []string{id(0), id(1), id(2)}, ids(e.shards(s)))
			_, b := e.finish(e.iterator(s, 0, kinesis.Oldest()))
			assert.Len(e, b.Children, 2)
			e.Wait(time.Minute)
			assert.Equal(e, []string{id(1), id(2)}, ids(e.shards(s)))
			assert.Equal(e, id(0), e.shard(s, 1).Parent, "its id dangles")
			_, err := s.Iterator(e.Ctx, id(0), kinesis.Oldest())
			e.absentShard(s, 0, err)
		}).takes(25 * time.Hour),
		documented("13", "closed-shard-iterator", "an iterator of it finds no shard", func(e *Env) {
			s := e.stream(1)
			e.split(s, 0)
			e.Wait(day - time.Minute)
			it := e.iterator(s, 0, kinesis.Oldest())
			e.Wait(2 * time.Minute)
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{})
			e.absentShard(s, 0, err)
		}).takes(25 * time.Hour),
		documented("13", "many", "a steady stream holds the records of a day", func(e *Env) {
			s := e.stream(1)
			var want []string
			for i := range 30 {
				k := fmt.Sprintf("h%02d", i)
				e.put(s, k)
				e.Wait(time.Hour)
				if i > 6 {
					want = append(want, k)
				}
			}
			e.finds(s, 0, kinesis.Oldest(), want...)
		}).takes(30 * time.Hour),
	}
}
