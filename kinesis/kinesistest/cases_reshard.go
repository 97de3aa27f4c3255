package kinesistest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

// textQuota is the refusal of shards above an account's quota.
func textQuota(have, limit, more int) string {
	return fmt.Sprintf("This request would exceed the shard limit for the account {A} in {R}. Current shard count for the account: %d. Limit: %d. "+
		"Number of additional shards that would have resulted from this request: %d. Refer to the AWS Service Limits page "+
		"(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.", have, limit, more)
}

func textClosed(shard int) string {
	return "Shard " + id(shard) + " in stream {N} under account {A} has already been merged or split, and thus is not eligible for merging or splitting."
}

func splitCases() []Case {
	all := []Case{
		recorded("14.2", "smallest", "a split at 2 makes ranges of two keys and of the rest, the lower one first", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.Split(e.Ctx, id(0), kinesis.HashKey{Lo: 2}))
			shards := e.shards(s)
			assert.Equal(e, []string{id(0), id(1), id(2)}, ids(shards))
			assert.Equal(e, []string{"0.." + lastKey, "0..1", "2.." + lastKey}, ranges(shards))
			for _, sh := range shards[1:] {
				assert.Equal(e, id(0), sh.Parent)
				assert.Empty(e, sh.AdjacentParent)
				assert.True(e, sh.IsOpen())
			}
			assert.False(e, shards[0].IsOpen())
		}),
		documented("14.2", "largest", "a split below the last key leaves two keys to the upper range", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.Split(e.Ctx, id(0), plus(key(lastKey), -1)))
			assert.Equal(e, "340282366920938463463374607431768211454.."+lastKey, ranges(e.shards(s))[2])
		}),
		documented("14.2", "keeps", "the parent keeps its records, and the children have the later ones", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			e.split(s, 0)
			got, _ := e.finish(e.iterator(s, 0, kinesis.Oldest()))
			assert.Equal(e, []string{"a", "b"}, keys(got))
			assert.NotEqual(e, id(0), e.put(s, "a")[0].ShardID)
		}),
		documented("5", "covers", "the open shards divide the key space", func(e *Env) {
			s := e.stream(3)
			e.split(s, 1)
			e.split(s, 4)
			e.split(s, 0)
			e.covers(e.open(s))
			assert.Equal(e, 6, e.summary(s).OpenShards)
		}),
		recorded("14.2", "no-shard", "a shard that is not there is not found", func(e *Env) {
			s := e.stream(1)
			e.noShard(s, id(9), s.Split(e.Ctx, id(9), key("5")))
		}),
		recorded("14.2", "closed", "a closed shard is not split again", func(e *Env) {
			s := e.stream(1)
			e.split(s, 0)
			e.argument(s, s.Split(e.Ctx, id(0), key("5")), textClosed(0))
		}),
		documented("10", "on-demand", "the shards of an on-demand stream are the service's", func(e *Env) {
			s := e.onDemand()
			e.refused(s.Split(e.Ctx, id(0), key("5")), s, kinesis.ErrValidation, textOnDemand)
		}),
		recorded("3.2", "faults", "all members are judged together, the key first", func(e *Env) {
			s := e.stream(1)
			e.invalid(s.SplitText(e.Ctx, "c d", "-1"), value("-1", "newStartingHashKey", mustBeHash), value("c d", "shardToSplit", mustBeName))
		}).needs(NeedTexts),
		recorded("14.2", "out-of-space", "a key of more than 128 bits is out of the range", func(e *Env) {
			s := e.stream(1)
			const high = "940282366920938463463374607431768211456"
			e.argument(s, s.SplitText(e.Ctx, id(0), high), textKey(high, "0", lastKey))
		}).needs(NeedTexts),
		recorded("14.2", "nothing-changed", "a split that is refused changes nothing", func(e *Env) {
			s := e.stream(1)
			before := e.shards(s)
			assert.Error(e, s.Split(e.Ctx, id(0), key("1")))
			assert.Equal(e, before, e.shards(s))
			assert.Equal(e, kinesis.Active, e.summary(s).Status)
		}),
	}
	for _, row := range []struct{ name, key string }{
		{"at-start", "170141183460469231731687303715884105728"}, {"above-start", "170141183460469231731687303715884105729"}, {"at-end", lastKey},
		{"below", "5"},
	} {
		all = append(all, recorded("14.2", "key-"+row.name, "a key is above the first but one, and below the last", func(e *Env) {
			s := e.stream(2)
			err := s.Split(e.Ctx, id(1), key(row.key))
			e.refused(err, s, kinesis.ErrInvalidArgument, "NewStartingHashKey "+row.key+" used in SplitShard() on shard "+id(1)+
				" in stream {N} under account {A} is not both greater than one plus the shard's StartingHashKey "+
				"170141183460469231731687303715884105728 and less than the shard's EndingHashKey "+lastKey+".")
		}))
	}
	return all
}

const textOnDemand = "Request is invalid. Stream {N} under account {A} is in On-Demand mode."

func textKey(k, start, end string) string {
	return "NewStartingHashKey " + k + " used in SplitShard() on shard " + id(0) + " in stream {N} under account {A} is not both greater than one " +
		"plus the shard's StartingHashKey " + start + " and less than the shard's EndingHashKey " + end + "."
}

// noPair demands that two shards are no pair to merge.
func (e *Env) noPair(s kinesis.Stream, low, high int) {
	e.argument(s, s.Merge(e.Ctx, id(low), id(high)), "Shards "+id(low)+" and "+id(high)+
		" in stream {N} under account {A} are not an adjacent pair of shards eligible for merging")
}

func mergeCases() []Case {
	return []Case{
		recorded("14.2", "two-of-three", "a merge makes one shard of two, which are its parent and its adjacent parent", func(e *Env) {
			s := e.stream(3)
			e.merge(s, 0, 1)
			shards := e.shards(s)
			assert.Equal(e, []string{id(0), id(1), id(2), id(3)}, ids(shards))
			assert.Equal(e, "0..226854911280625642308916404954512140969", ranges(shards)[3])
			assert.Equal(e, []string{id(0), id(1)}, []string{shards[3].Parent, shards[3].AdjacentParent})
			assert.Equal(e, []bool{false, false, true, true}, []bool{shards[0].IsOpen(), shards[1].IsOpen(), shards[2].IsOpen(), shards[3].IsOpen()})
			e.covers(e.open(s))
		}),
		documented("14.3", "by-range", "neighbours are so by range, not by id", func(e *Env) {
			s := e.stream(2)
			e.split(s, 0) // into 2 and 3
			e.merge(s, 3, 1)
			assert.Equal(e, []string{id(3), id(1)}, []string{e.shard(s, 4).Parent, e.shard(s, 4).AdjacentParent})
			e.covers(e.open(s))
		}),
		recorded("14.3", "inverted", "the lower shard comes first", func(e *Env) { e.noPair(e.stream(2), 1, 0) }),
		recorded("14.3", "apart", "shards that do not touch are no pair", func(e *Env) { e.noPair(e.stream(3), 0, 2) }),
		recorded("14.3", "itself", "a shard is no pair with itself", func(e *Env) { e.noPair(e.stream(2), 0, 0) }),
		documented("14.3", "around", "the key space is no circle", func(e *Env) { e.noPair(e.stream(3), 2, 0) }),
		inferred("14.3", "closed", "closed shards are not merged", func(e *Env) {
			s := e.stream(2)
			e.split(s, 1)
			err := s.Merge(e.Ctx, id(0), id(1))
			e.argument(s, err, "")
		}),
		recorded("14.3", "no-shard", "a shard that is not there is not found", func(e *Env) {
			s := e.stream(1)
			e.noShard(s, id(9), s.Merge(e.Ctx, id(0), id(9)))
			e.noShard(s, id(9), s.Merge(e.Ctx, id(9), id(0)))
		}),
		documented("10", "on-demand", "the shards of an on-demand stream are the service's", func(e *Env) {
			s := e.onDemand()
			e.refused(s.Merge(e.Ctx, id(0), id(1)), s, kinesis.ErrValidation, textOnDemand)
		}),
		recorded("3.2", "faults", "both ids are judged, in their order", func(e *Env) {
			e.invalid(e.stream(1).Merge(e.Ctx, "a b", "c d"), value("a b", "shardToMerge", mustBeName), value("c d", "adjacentShardToMerge", mustBeName))
		}),
		documented("14.3", "keeps", "the parents keep their records", func(e *Env) {
			s := e.stream(3)
			e.put(s, "a", "b", "f")
			e.merge(s, 0, 1)
			first, _ := e.finish(e.iterator(s, 0, kinesis.Oldest()))
			second, _ := e.finish(e.iterator(s, 1, kinesis.Oldest()))
			assert.Equal(e, []string{"a", "b", "f"}, append(keys(first), keys(second)...))
			assert.Equal(e, id(3), e.put(s, "a")[0].ShardID)
		}),
	}
}

// recount sets the number of shards, and demands the answer and that there are so many, of equal ranges.
func (e *Env) recount(s kinesis.Stream, target int) {
	was := len(e.open(s))
	got, err := s.SetShardCount(e.Ctx, target, kinesis.UniformScaling)
	e.ok(err)
	assert.Equal(e, kinesis.ShardCount{Before: was, Target: target}, got)
	e.active(s)
	open := e.open(s)
	assert.Len(e, open, target)
	e.covers(open)
	for _, sh := range e.shards(s) {
		assert.Less(e, sh.Parent, sh.ID, "a parent was there before")
	}
}

// cannotCount demands that a number of shards is refused by one of several codes.
func (e *Env) cannotCount(s kinesis.Stream, target int, codes ...kinesis.Code) {
	was := ids(e.shards(s))
	_, err := s.SetShardCount(e.Ctx, target, kinesis.UniformScaling)
	e.oneOf(err, codes...)
	assert.Equal(e, was, ids(e.shards(s)))
}

func countCases() []Case {
	return []Case{
		documented("14.4", "double", "shards can be doubled", func(e *Env) { e.recount(e.stream(2), 4) }),
		documented("14.4", "half", "shards can be halved", func(e *Env) { e.recount(e.stream(4), 2) }),
		documented("14.4", "between", "any number between half and double is reached", func(e *Env) {
			s := e.stream(4)
			e.recount(s, 5)
			e.recount(s, 7)
			e.recount(s, 4)
			e.recount(s, 3)
		}),
		inferred("14.4", "uniform", "the ranges are equal, as those of a new stream are", func(e *Env) {
			s := e.stream(2)
			e.recount(s, 3)
			for i, sh := range byRange(e.open(s)) {
				off := bigOf(sh.Start)
				assert.Negative(e, off.Sub(off, bigOf(share(3, i))).CmpAbs(bigOf(kinesis.HashKey{Lo: 4})), "%s", sh.ID)
			}
		}).exact(),
		inferred("14.4", "equal", "the same number is no change", func(e *Env) {
			s := e.stream(2)
			e.recount(s, 2)
			assert.Len(e, e.shards(s), 2)
		}),
		documented("14.4", "keeps", "nothing is lost on the way", func(e *Env) {
			s := e.stream(2)
			e.put(s, "a", "b", "e", "f")
			e.recount(s, 3)
			var got []string
			for _, sh := range e.shards(s) {
				if sh.IsOpen() {
					continue
				}
				it, err := s.Iterator(e.Ctx, sh.ID, kinesis.Oldest())
				e.ok(err)
				rs, _ := e.finish(it)
				got = append(got, keys(rs)...)
			}
			assert.ElementsMatch(e, []string{"a", "b", "e", "f"}, got)
		}),
		inferred("14.4", "too-many", "more than double is refused", func(e *Env) {
			e.cannotCount(e.stream(2), 5, kinesis.ErrInvalidArgument, kinesis.ErrLimitExceeded)
		}),
		inferred("14.4", "too-few", "less than half is refused", func(e *Env) {
			e.cannotCount(e.stream(4), 1, kinesis.ErrInvalidArgument, kinesis.ErrLimitExceeded)
		}),
		documented("22", "open-only", "only open shards count", func(e *Env) {
			s := e.stream(2)
			e.merge(s, 0, 1)
			e.cannotCount(s, 3, kinesis.ErrInvalidArgument, kinesis.ErrLimitExceeded)
			e.recount(s, 2)
		}),
		documented("14.4", "none", "there is at least one shard", func(e *Env) {
			_, err := e.stream(1).SetShardCount(e.Ctx, 0, kinesis.UniformScaling)
			e.invalid(err, value(0, "targetShardCount", atLeast(1)))
		}),
		documented("14.4", "scaling", "there is one way of scaling", func(e *Env) {
			_, err := e.stream(1).SetShardCount(e.Ctx, 2, "FAST")
			e.invalid(err, value("FAST", "scalingType", "satisfy enum value set: [UNIFORM_SCALING]"))
		}),
		documented("10", "on-demand", "the shards of an on-demand stream are the service's", func(e *Env) {
			s := e.onDemand()
			_, err := s.SetShardCount(e.Ctx, 5, kinesis.UniformScaling)
			e.refused(err, s, kinesis.ErrValidation, textOnDemand)
		}),
		documented("14.4", "ten-a-day", "the number is changed ten times in 24 hours", func(e *Env) {
			s := e.stream(1)
			for i := range 10 {
				e.recount(s, 1+(i+1)%2)
			}
			e.cannotCount(s, 2, kinesis.ErrLimitExceeded)
			e.Wait(day)
			e.recount(s, 2)
		}).takes(day + 10*time.Minute),
	}
}
