package kinesistest

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

func iteratorCases() []Case {
	return []Case{
		documented("11", "oldest", "TRIM_HORIZON is the oldest record", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			e.finds(s, 0, kinesis.Oldest(), "a", "b")
		}),
		documented("11", "latest", "LATEST is behind what was newest when the iterator was made", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			it := e.iterator(s, 0, kinesis.Latest())
			e.put(s, "b", "c")
			e.findsBehind(it, "b", "c")
		}),
		documented("11", "at", "AT_SEQUENCE_NUMBER is the record with the number", func(e *Env) {
			s := e.stream(1)
			all := e.put(s, "a", "b", "c")
			e.finds(s, 0, kinesis.At(all[1].Sequence), "b", "c")
		}),
		documented("11", "after", "AFTER_SEQUENCE_NUMBER is the record behind it", func(e *Env) {
			s := e.stream(1)
			all := e.put(s, "a", "b", "c")
			e.finds(s, 0, kinesis.After(all[1].Sequence), "c")
			e.finds(s, 0, kinesis.After(all[2].Sequence))
		}),
		documented("11", "between", "the number need not be that of a record", func(e *Env) {
			s := e.stream(1)
			all := e.put(s, "a", "b")
			n := e.numberOf(all[0].Sequence)
			n.second--
			below, err := kinesis.ParseSequenceNumber(n.String())
			e.ok(err)
			e.finds(s, 0, kinesis.At(below), "a", "b")
			e.finds(s, 0, kinesis.After(below), "a", "b")
			e.finds(s, 0, kinesis.At(e.shard(s, 0).First), "a", "b")
			e.finds(s, 0, kinesis.After(e.shard(s, 0).First), "a", "b")
		}),
		documented("11", "since", "AT_TIMESTAMP is the first record that arrived then or later", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(3 * time.Second)
			e.put(s, "b")
			arrived := e.finds(s, 0, kinesis.Oldest(), "a", "b")[1].Arrived
			e.finds(s, 0, kinesis.Since(arrived.Add(-time.Second)), "b")
		}).takes(3 * time.Second),
		documented("11", "since-exactly", "a record that arrived at the very time counts", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(time.Second)
			e.put(s, "b")
			at := e.Now()
			e.finds(s, 0, kinesis.Since(at), "b")
			e.Wait(time.Millisecond)
			e.finds(s, 0, kinesis.Since(at.Add(time.Millisecond)))
		}).instant(),
		documented("11", "since-long-ago", "a time before the oldest record is that record", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.finds(s, 0, kinesis.Since(e.Now().Add(-100*24*time.Hour)), "a")
			e.finds(s, 0, kinesis.Since(time.Unix(1, 0)), "a")
		}),
		documented("11", "since-none", "a time after the newest record is the tip", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.Wait(2 * time.Second)
			it := e.iterator(s, 0, kinesis.Since(e.Now()))
			e.put(s, "b")
			e.findsBehind(it, "b")
		}),
		recorded("11", "closed", "a closed shard has iterators of every type", func(e *Env) {
			s := e.stream(1)
			p := e.put(s, "a")[0]
			e.split(s, 0)
			for want, pos := range map[string]kinesis.Position{
				"[a]": kinesis.Oldest(), "[]": kinesis.Latest(), "[a] ": kinesis.At(p.Sequence), "[] ": kinesis.After(p.Sequence),
				"[a]  ": kinesis.Since(e.Now().Add(-time.Hour)), "[]  ": kinesis.At(e.shard(s, 0).Last),
			} {
				got, _ := e.finish(e.iterator(s, 0, pos))
				assert.Equal(e, strings.TrimSpace(want), fmt.Sprint(keys(got)), pos.Type)
			}
		}),
		recorded("11.1", "never-equal", "no two iterators are equal, and each has up to 512 characters", func(e *Env) {
			s := e.stream(1)
			one, two := e.iterator(s, 0, kinesis.Oldest()), e.iterator(s, 0, kinesis.Oldest())
			assert.NotEqual(e, one, two)
			assert.LessOrEqual(e, len(one), 512)
		}),
	}
}

// cannotStand demands that there is no iterator at a position.
func (e *Env) cannotStand(s kinesis.Stream, shard int, pos kinesis.Position, text string) {
	_, err := s.Iterator(e.Ctx, id(shard), pos)
	e.argument(s, err, text)
}

// company is the refusal of a type with or without a number.
func company(t kinesis.PositionType, has string) string {
	return "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no " +
		"StartingSequenceNumber. Request specified " + string(t) + " and " + has + " StartingSequenceNumber."
}

// isInvalid is the refusal of a number.
func isInvalid(n, because string) string {
	return "StartingSequenceNumber " + n + " used in GetShardIterator on shard " + id(0) + " in stream {N} under account {A} is invalid" + because + "."
}

func refusedIteratorCases() []Case {
	all := []Case{
		recorded("11", "refused-no-shard", "a shard that is not there does not exist", func(e *Env) {
			s := e.stream(1)
			_, err := s.Iterator(e.Ctx, id(5), kinesis.Oldest())
			e.absentShard(s, 5, err)
		}),
		recorded("11", "refused-number-with", "TRIM_HORIZON and LATEST take no number", func(e *Env) {
			s := e.stream(1)
			n := e.put(s, "a")[0].Sequence
			for _, t := range []kinesis.PositionType{kinesis.TrimHorizon, kinesis.LatestRecord} {
				e.cannotStand(s, 0, kinesis.Position{Type: t, Sequence: n}, company(t, "also a"))
			}
		}),
		recorded("11", "refused-number-without", "the others need one", func(e *Env) {
			s := e.stream(1)
			for _, t := range []kinesis.PositionType{kinesis.AtSequenceNumber, kinesis.AfterSequenceNumber} {
				e.cannotStand(s, 0, kinesis.Position{Type: t}, company(t, "no"))
			}
		}),
		recorded("11", "refused-other-shard", "a number of another shard is refused", func(e *Env) {
			s := e.stream(2)
			n := e.store(s, kinesis.Entry{PartitionKey: "a", HashKey: new(key(lastKey))}).Sequence
			for _, pos := range []kinesis.Position{kinesis.At(n), kinesis.After(n)} {
				e.cannotStand(s, 0, pos, "Invalid StartingSequenceNumber. It encodes "+id(1)+", while it was used in a call to a shard with "+id(0))
			}
		}),
		recorded("11", "refused-other-stream", "a number of another stream is refused", func(e *Env) {
			other := e.stream(1)
			n := e.put(other, "a")[0].Sequence
			e.Wait(10 * time.Second)
			s := e.stream(1)
			e.cannotStand(s, 0, kinesis.At(n), isInvalid(n.String(), " because it did not come from this stream"))
		}).takes(10 * time.Second),
		recorded("11", "refused-end", "there is nothing after the end of a closed shard", func(e *Env) {
			s := e.stream(1)
			e.split(s, 0)
			e.cannotStand(s, 0, kinesis.After(e.shard(s, 0).Last), "Invalid SequenceNumber for ShardIteratorType AFTER_SEQUENCE_NUMBER, "+
				"SequenceNumber has reached max possible value for the shard.")
		}),
		recorded("11", "refused-no-time", "AT_TIMESTAMP needs a time", func(e *Env) {
			e.cannotStand(e.stream(1), 0, kinesis.Position{Type: kinesis.AtTimestamp}, "Must specify timestampInMillis parameter for iterator of "+
				"type AT_TIMESTAMP. Current request has no timestamp parameter.")
		}),
		recorded("11", "refused-future", "a time in the future is refused", func(e *Env) {
			s := e.stream(1)
			_, err := s.Iterator(e.Ctx, id(0), kinesis.Since(e.Now().Add(time.Hour)))
			e.argument(s, err, "")
			assert.ErrorContains(e, err, "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ")
		}),
		recorded("11", "refused-future-text", "the text of that tells both times", func(e *Env) {
			s := e.stream(1)
			now := e.Now().UnixMilli()
			e.cannotStand(s, 0, kinesis.Since(e.Now().Add(time.Hour)), fmt.Sprintf("The timestampInMillis parameter cannot be greater than "+
				"the currentTimestampInMillis. timestampInMillis: %d, currentTimestampInMillis: %d", now+3600_000, now))
		}).instant(),
		recorded("3.2", "refused-type", "an unknown type is out of form, and all faults are told together", func(e *Env) {
			_, err := e.stream(1).Iterator(e.Ctx, "a b", kinesis.Position{Type: "NEWEST", SequenceText: "x"})
			e.invalid(err, value("a b", "shardId", mustBeName), value("NEWEST", "shardIteratorType", "satisfy enum value set: "+
				"[AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"), value("x", "startingSequenceNumber", mustBeNumber))
		}).needs(NeedTexts),
		recorded("11", "refused-historic", "a number of the first format is the service's own fault", func(e *Env) {
			_, err := e.stream(1).Iterator(e.Ctx, id(0), kinesis.Position{Type: kinesis.AtSequenceNumber, SequenceText: "0"})
			assert.ErrorIs(e, err, kinesis.ErrInternal)
		}).needs(NeedTexts),
		recorded("11", "refused-shard-before-number", "the shard is looked for before the number", func(e *Env) {
			s := e.stream(1)
			_, err := s.Iterator(e.Ctx, id(5), kinesis.Position{Type: kinesis.AtSequenceNumber})
			e.absentShard(s, 5, err)
		}),
	}
	for _, row := range []struct {
		name, rule string
		change     func(*number)
	}{
		{"version-3", "a number of version 3 is invalid", func(n *number) { n.version = 3 }},
		{"version-4", "a number of version 4 is invalid", func(n *number) { n.version = 4 }},
		{"lead-1", "a number that begins with 1 is invalid", func(n *number) { n.lead = 1 }},
		{"lead-3", "a number that begins with 3 is invalid", func(n *number) { n.lead = 3 }},
		{"index", "an index of 2^63 is invalid", func(n *number) { n.index = -1 << 63 }},
		{"creation", "a shard of the year 2477 is invalid", func(n *number) { n.created = 16025175000 }},
	} {
		all = append(all, recorded("11", "refused-"+row.name, row.rule, func(e *Env) {
			s := e.stream(1)
			bad := e.numberOf(e.put(s, "a")[0].Sequence).with(row.change)
			e.cannotStand(s, 0, kinesis.Position{Type: kinesis.AtSequenceNumber, SequenceText: bad}, isInvalid(bad, ""))
		}).needs(NeedTexts))
	}
	return all
}

func tokenCases() []Case {
	return []Case{
		recorded("11.1", "again", "an iterator can be used again, and finds the same", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			it := e.iterator(s, 0, kinesis.Oldest())
			for range 3 {
				e.findsBehind(it, "a")
			}
		}),
		recorded("11.1", "quotes", "one pair of quotes around an iterator is tolerated", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.findsBehind(`"`+e.iterator(s, 0, kinesis.Oldest())+`"`, "a")
		}),
		recorded("11.1", "nonsense", "what none gave is no iterator", func(e *Env) {
			it := e.iterator(e.stream(1), 0, kinesis.Oldest())
			last := "A"
			if strings.HasSuffix(string(it[:len(it)-4]), "A") {
				last = "B"
			}
			forged := it[:len(it)-5] + kinesis.Iterator(last) + it[len(it)-4:]
			for _, bad := range []kinesis.Iterator{"nonsense", "AAAAAAAAAAE=", it[:20], it + it[:4], forged} {
				_, err := e.Streams.Read(e.Ctx, bad, kinesis.ReadOptions{})
				e.refused(err, nil, kinesis.ErrInvalidArgument, "Invalid ShardIterator.")
			}
		}),
		recorded("3.2", "length", "an iterator has 1 to 512 characters", func(e *Env) {
			long := strings.Repeat("A", 513)
			_, err := e.Streams.Read(e.Ctx, kinesis.Iterator(long), kinesis.ReadOptions{})
			e.invalid(err, value(long, "shardIterator", shorterThan(512)))
		}),
		recorded("11.1", "five-minutes", "an iterator is valid for five minutes", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			it := e.iterator(s, 0, kinesis.Oldest())
			e.Wait(4 * time.Minute)
			e.findsBehind(it, "a")
			e.Wait(65 * time.Second)
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{})
			assert.ErrorIs(e, err, kinesis.ErrExpiredIterator)
		}).takes(305 * time.Second),
		recorded("11.1", "expired-text", "it expires a moment after five minutes, and the text tells both times", func(e *Env) {
			it := e.iterator(e.stream(1), 0, kinesis.Oldest())
			made := e.Now().UTC()
			e.Wait(5 * time.Minute)
			e.read(it)
			e.Wait(time.Millisecond)
			const layout = "Mon Jan 02 15:04:05 MST 2006"
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{})
			e.refused(err, nil, kinesis.ErrExpiredIterator, "Iterator expired. The iterator was created at time "+made.Format(layout)+
				" while right now it is "+e.Now().UTC().Format(layout)+" which is further in the future than the tolerated delay of 300000 milliseconds.")
		}).instant(),
		documented("11.1", "next-lives", "the next iterator lives from the read that gave it", func(e *Env) {
			it := e.iterator(e.stream(1), 0, kinesis.Oldest())
			for range 3 {
				e.Wait(4 * time.Minute)
				it = e.read(it).Next
			}
		}).instant(),
	}
}
