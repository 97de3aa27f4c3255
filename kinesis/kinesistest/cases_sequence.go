package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

// firsts returns the starting numbers of shards, taken apart.
func (e *Env) firsts(shards []kinesis.Shard) []number {
	var all []number
	for _, sh := range shards {
		all = append(all, e.numberOf(sh.First))
	}
	return all
}

func sequenceCases() []Case {
	return []Case{
		recorded("6.1", "layout", "a number holds the second of its shard, its shard, an index and the second of the record", func(e *Env) {
			s := e.stream(3)
			first := e.numberOf(e.shard(s, 1).First)
			n := e.numberOf(e.put(s, "a", "b")[1].Sequence)
			assert.Equal(e, number{lead: 2, created: first.created, nibble: 1, index: n.index, second: n.second, shard: 1, version: 2}, n)
			assert.InDelta(e, e.Now().Unix(), n.second, 5)
		}),
		recorded("6.1", "first", "a shard begins with index 0, and the second in which it was made twice", func(e *Env) {
			for i, n := range e.firsts(e.shards(e.stream(2))) {
				assert.Equal(e, number{lead: 2, created: n.created, nibble: int64(i), second: n.created, shard: int64(i), version: 2}, n)
				assert.InDelta(e, e.Now().Unix(), n.created, 120)
			}
		}),
		recorded("6.1", "neighbours", "the starting numbers of neighbours differ by a certain number", func(e *Env) {
			shards := e.shards(e.stream(3))
			for i := 1; i < 3; i++ {
				assert.Equal(e, "22300745198530623141535718272648361505980432", minus(shards[i].First, shards[i-1].First))
			}
		}),
		recorded("6.1", "above-first", "the number of a record is above that of the shard's beginning", func(e *Env) {
			s := e.stream(1)
			assert.Positive(e, e.put(s, "a")[0].Sequence.Compare(e.shard(s, 0).First))
		}),
		recorded("6.1", "end", "a closed shard ends with the largest index, and the second of its closing", func(e *Env) {
			s := e.stream(1)
			e.split(s, 0)
			sh := e.shard(s, 0)
			first, last := e.numberOf(sh.First), e.numberOf(sh.Last)
			assert.Equal(e, number{lead: 2, created: first.created, index: 1<<63 - 1, second: last.second, version: 2}, last)
			assert.InDelta(e, e.Now().Unix(), last.second, 60)
		}),
		recorded("6.1", "children", "children begin a second after the end of their parent", func(e *Env) {
			s := e.stream(1)
			e.split(s, 0)
			end := e.numberOf(e.shard(s, 0).Last).second
			for _, n := range []int{1, 2} {
				first := e.numberOf(e.shard(s, n).First)
				assert.Equal(e, end+1, first.created)
				assert.Zero(e, first.index)
				assert.Positive(e, e.shard(s, n).First.Compare(e.shard(s, 0).Last))
			}
		}),
		documented("6.2", "rising", "numbers of a shard rise in the order in which records become readable", func(e *Env) {
			s := e.stream(1)
			for range 3 {
				e.put(s, "a")
				e.batch(s, "b", "c")
				e.Wait(700 * time.Millisecond)
			}
			got, _ := e.take(e.iterator(s, 0, kinesis.Oldest()), 9)
			assert.Len(e, got, 9)
			for i := 1; i < len(got); i++ {
				assert.Positive(e, got[i].Sequence.Compare(got[i-1].Sequence))
				assert.Greater(e, e.numberOf(got[i].Sequence).index, e.numberOf(got[i-1].Sequence).index, "the index decides")
			}
		}),
		inferred("21", "one-instant", "numbers rise though time stands still", func(e *Env) {
			s := e.stream(1)
			all := e.put(s, "a", "b", "c")
			e.split(s, 0)
			assert.Positive(e, all[1].Sequence.Compare(all[0].Sequence))
			assert.Positive(e, all[2].Sequence.Compare(all[1].Sequence))
			assert.Positive(e, e.shard(s, 0).Last.Compare(all[2].Sequence))
		}).instant(),
		recorded("6.1", "digits", "numbers have 56 digits, so that their texts are in their order too", func(e *Env) {
			for _, p := range e.put(e.stream(2), "a", "b", "c") {
				assert.Len(e, p.Sequence.String(), 56)
				back, err := kinesis.ParseSequenceNumber(p.Sequence.String())
				e.ok(err)
				assert.Equal(e, p.Sequence, back)
			}
		}),
		recorded("6.1", "second", "the number tells the second in which the record came", func(e *Env) {
			s := e.stream(1)
			first := e.numberOf(e.put(s, "a")[0].Sequence)
			e.Wait(4 * time.Second)
			assert.InDelta(e, first.second+4, e.numberOf(e.put(s, "a")[0].Sequence).second, 2)
		}).takes(4 * time.Second),
	}
}
