package kinesistest

import (
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

func stateCases() []Case {
	return gradual(
		recorded("4", "creating", "a stream that is being created has no shards", func(e *Env) {
			s := e.creating()
			d, err := s.Describe(e.Ctx, kinesis.DescribeOptions{})
			e.ok(err)
			assert.Equal(e, kinesis.Creating, d.Status)
			assert.Empty(e, d.Shards)
			assert.False(e, d.More)
			e.active(s)
			assert.Equal(e, []string{id(0), id(1)}, ids(e.shards(s)))
		}),
		recorded("4", "creating-put", "nor does it take records: it is not found", func(e *Env) {
			s := e.creating()
			_, err := s.Put(e.Ctx, kinesis.Entry{PartitionKey: "a"})
			e.notFound(s, err)
			_, err = s.PutBatch(e.Ctx, kinesis.Entry{PartitionKey: "a"})
			e.notFound(s, err)
		}),
		inferred("4", "creating-iterator", "nor has it iterators", func(e *Env) {
			s := e.creating()
			_, err := s.Iterator(e.Ctx, id(0), kinesis.Oldest())
			e.absentShard(s, 0, err)
		}),
		documented("15", "creating-shards", "its shards cannot be listed", func(e *Env) {
			_, err := e.creating().ListShards(e.Ctx, kinesis.ListShardsOptions{})
			assert.ErrorIs(e, err, kinesis.ErrResourceInUse)
		}),
		recorded("4", "creating-again", "its name is taken", func(e *Env) {
			s := e.creating()
			_, err := e.Streams.Create(e.Ctx, s.Name(), kinesis.Config{Shards: 1})
			e.refused(err, s, kinesis.ErrResourceInUse, textExists)
		}),
		recorded("4", "creating-delete", "it can be deleted", func(e *Env) { e.drop(e.creating()) }),
		documented("4", "creating-listed", "it is listed with its state", func(e *Env) {
			s := e.creating()
			assert.Equal(e, kinesis.Creating, e.find(s).Status)
		}),
		documented("4", "creating-five", "five streams are created at a time", func(e *Env) {
			for range 5 {
				e.creating()
			}
			_, err := e.Streams.Create(e.Ctx, e.name(), kinesis.Config{Shards: 1})
			assert.ErrorIs(e, err, kinesis.ErrLimitExceeded)
		}),
		recorded("14.2", "updating", "a stream that is being split shows its old shards, and takes records into them", func(e *Env) {
			s := e.stream(1)
			e.ok(s.Split(e.Ctx, id(0), kinesis.HashKey{Lo: 2}))
			assert.Equal(e, kinesis.Updating, e.summary(s).Status)
			before := e.shards(s)
			assert.Equal(e, []string{id(0)}, ids(before))
			assert.True(e, before[0].IsOpen())
			assert.Equal(e, id(0), e.put(s, "a")[0].ShardID)
			e.finds(s, 0, kinesis.Oldest(), "a")
			e.active(s)
			assert.Equal(e, []string{id(0), id(1), id(2)}, ids(e.shards(s)))
			assert.Equal(e, id(2), e.put(s, "a")[0].ShardID)
		}),
		documented("4", "deleting", "a stream that is being deleted is still described", func(e *Env) {
			s := e.stream(1)
			e.ok(e.Streams.Delete(e.Ctx, s.Name(), false))
			assert.Equal(e, kinesis.Deleting, e.summary(s).Status)
			assert.Equal(e, kinesis.Deleting, e.find(s).Status)
		}),
		inferred("4", "deleting-again", "its name is taken until it is gone", func(e *Env) {
			s := e.stream(1)
			e.ok(e.Streams.Delete(e.Ctx, s.Name(), false))
			_, err := e.Streams.Create(e.Ctx, s.Name(), kinesis.Config{Shards: 1})
			e.refused(err, s, kinesis.ErrResourceInUse, textExists)
		}),
		inferred("4", "deleting-twice", "it may be deleted once more", func(e *Env) {
			s := e.stream(1)
			e.ok(e.Streams.Delete(e.Ctx, s.Name(), false))
			if err := e.Streams.Delete(e.Ctx, s.Name(), false); err != nil {
				e.notFound(s, err)
			}
		}),
	)
}

// refusedStateCases are the changes that wait for the end of another.
func refusedStateCases() []Case {
	var all []Case
	for _, call := range changes() {
		all = append(all,
			recorded("4", "creating-refuses-"+call.name, "a stream that is being created cannot be changed", func(e *Env) {
				s := e.creating()
				e.notActive(s, kinesis.Creating, call.do(e, s))
			}),
			recorded("4", "updating-refuses-"+call.name, "a stream that is being changed cannot be changed", func(e *Env) {
				s := e.stream(2)
				e.ok(s.Split(e.Ctx, id(1), middle(e.shard(s, 1))))
				e.notActive(s, kinesis.Updating, call.do(e, s))
				e.active(s)
				assert.Len(e, e.shards(s), 4)
			}))
	}
	return gradual(all...)
}

// gradual marks cases that look at states between.
func gradual(cases ...Case) []Case {
	for i := range cases {
		cases[i] = cases[i].needs(NeedStates).takes(patience / 3 * 1e9)
	}
	return cases
}

func (e *Env) creating() kinesis.Stream {
	s := e.begin(e.name(), kinesis.Config{Shards: 2})
	assert.Equal(e, kinesis.Creating, e.summary(s).Status)
	return s
}

func (e *Env) notActive(s kinesis.Stream, in kinesis.Status, err error) {
	e.refused(err, s, kinesis.ErrResourceInUse, "Stream {N} under account {A} not ACTIVE, instead in state "+string(in))
}

// find returns a stream as it is listed.
func (e *Env) find(s kinesis.Stream) kinesis.Listed {
	for token := ""; ; {
		p, err := e.Streams.List(e.Ctx, kinesis.ListOptions{Token: token})
		e.ok(err)
		for _, l := range p.Streams {
			if l.Name() == s.Name() {
				return l
			}
		}
		if token = p.Next; token == "" {
			assert.Fail(e, "the stream is not listed", s.Name())
			return kinesis.Listed{}
		}
	}
}
