package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

func deleteCases() []Case {
	return []Case{
		documented("4", "gone", "a deleted stream is not found", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			_, err := s.Summary(e.Ctx)
			e.notFound(s, err)
			assert.NotContains(e, e.names(s.Name()), s.Name())
		}),
		documented("4", "by-arn", "a stream can be deleted by its ARN", func(e *Env) {
			s := e.stream(1)
			e.ok(e.Streams.Delete(e.Ctx, s.ARN(), false))
			e.gone(s)
		}),
		documented("7", "consumers-left", "a stream with consumers is not deleted", func(e *Env) {
			s := e.stream(1)
			e.register(s, "c")
			e.refused(e.Streams.Delete(e.Ctx, s.Name(), false), s, kinesis.ErrResourceInUse, "")
			assert.Equal(e, kinesis.Active, e.summary(s).Status)
		}),
		documented("7", "consumers-too", "it is deleted with its consumers if that is asked for", func(e *Env) {
			s := e.stream(1)
			e.register(s, "c")
			e.drop(s)
			again := e.create(s.Name(), kinesis.Config{Shards: 1})
			p, err := again.Consumers(e.Ctx, kinesis.ConsumersOptions{})
			e.ok(err)
			assert.Empty(e, p.Consumers)
		}),
		documented("1", "anew", "the name is free again, and the new stream has nothing of the old one", func(e *Env) {
			s := e.create(e.name(), kinesis.Config{Shards: 2, Tags: map[string]string{"a": "b"}})
			e.put(s, "a", "b")
			e.did(s, s.IncreaseRetention(e.Ctx, 48))
			e.drop(s)
			again := e.create(s.Name(), kinesis.Config{Shards: 1})
			assert.Equal(e, 24, e.summary(again).RetentionHours)
			assert.Equal(e, []string{id(0)}, ids(e.shards(again)))
			e.hasTags(again)
			e.finds(again, 0, kinesis.Oldest())
		}),
		recorded("7", "iterator", "an iterator of a deleted stream finds no shard", func(e *Env) {
			s := e.stream(1)
			it := e.iterator(s, 0, kinesis.Oldest())
			e.drop(s)
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{})
			e.absentShard(s, 0, err)
		}),
		recorded("7", "iterator-anew", "it doesn't find the shard of a new stream of the name either", func(e *Env) {
			s := e.stream(1)
			it := e.iterator(s, 0, kinesis.Oldest())
			e.drop(s)
			e.Wait(2 * time.Second)
			again := e.create(s.Name(), kinesis.Config{Shards: 1})
			e.put(again, "a")
			_, err := e.Streams.Read(e.Ctx, it, kinesis.ReadOptions{})
			assert.Error(e, err)
		}),
		recorded("7", "number-anew", "a sequence number of a deleted stream did not come from a new one of the name", func(e *Env) {
			s := e.stream(1)
			old := e.put(s, "a")[0].Sequence
			e.drop(s)
			e.Wait(10 * time.Second)
			again := e.create(s.Name(), kinesis.Config{Shards: 1})
			_, err := again.Iterator(e.Ctx, id(0), kinesis.At(old))
			e.argument(again, err, "StartingSequenceNumber "+old.String()+" used in GetShardIterator on shard "+id(0)+
				" in stream {N} under account {A} is invalid because it did not come from this stream.")
		}).takes(10 * time.Second),
		documented("4", "twice", "a stream that is gone cannot be deleted", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			e.notFound(s, e.Streams.Delete(e.Ctx, s.Name(), false))
		}),
	}
}

// names lists the names from one on, itself included.
func (e *Env) names(from string) []string {
	all := []string{}
	for s, err := range kinesis.All(e.Ctx, e.Streams) {
		e.ok(err)
		if s.Name() >= from {
			all = append(all, s.Name())
		}
	}
	return all
}

// streamCall is a call of a stream that concerns it as it is.
type streamCall struct {
	name string
	do   func(e *Env, s kinesis.Stream) error
}

// changes are the calls that need an active stream.
func changes() []streamCall {
	return []streamCall{
		{"split", func(e *Env, s kinesis.Stream) error { return s.Split(e.Ctx, id(0), kinesis.HashKey{Lo: 2}) }},
		{"merge", func(e *Env, s kinesis.Stream) error { return s.Merge(e.Ctx, id(0), id(1)) }},
		{"count", func(e *Env, s kinesis.Stream) error {
			_, err := s.SetShardCount(e.Ctx, 2, kinesis.UniformScaling)
			return err
		}},
		{"increase", func(e *Env, s kinesis.Stream) error { return s.IncreaseRetention(e.Ctx, 48) }},
		{"decrease", func(e *Env, s kinesis.Stream) error { return s.DecreaseRetention(e.Ctx, 24) }},
		{"mode", func(e *Env, s kinesis.Stream) error { return s.SetMode(e.Ctx, kinesis.OnDemand, 0) }},
		{"record-size", func(e *Env, s kinesis.Stream) error { return s.SetMaxRecordSize(e.Ctx, 2048) }},
		{"start-encryption", func(e *Env, s kinesis.Stream) error { return s.StartEncryption(e.Ctx, "alias/aws/kinesis") }},
		{"stop-encryption", func(e *Env, s kinesis.Stream) error { return s.StopEncryption(e.Ctx, "alias/aws/kinesis") }},
		{"enable-monitoring", func(e *Env, s kinesis.Stream) error {
			_, err := s.EnableMonitoring(e.Ctx, kinesis.MetricAll)
			return err
		}},
		{"disable-monitoring", func(e *Env, s kinesis.Stream) error {
			_, err := s.DisableMonitoring(e.Ctx, kinesis.MetricAll)
			return err
		}},
		{"register", func(e *Env, s kinesis.Stream) error {
			_, err := s.Register(e.Ctx, "c", nil)
			return err
		}},
	}
}

// looks are the calls that need a stream.
func looks() []streamCall {
	return []streamCall{
		{"put", func(e *Env, s kinesis.Stream) error {
			_, err := s.Put(e.Ctx, kinesis.Entry{PartitionKey: "a"})
			return err
		}},
		{"batch", func(e *Env, s kinesis.Stream) error {
			_, err := s.PutBatch(e.Ctx, kinesis.Entry{PartitionKey: "a"})
			return err
		}},
		{"describe", func(e *Env, s kinesis.Stream) error {
			_, err := s.Describe(e.Ctx, kinesis.DescribeOptions{})
			return err
		}},
		{"shards", func(e *Env, s kinesis.Stream) error {
			_, err := s.ListShards(e.Ctx, kinesis.ListShardsOptions{})
			return err
		}},
		{"tags", func(e *Env, s kinesis.Stream) error {
			_, err := s.Tags(e.Ctx, kinesis.TagOptions{})
			return err
		}},
		{"tag", func(e *Env, s kinesis.Stream) error { return s.Tag(e.Ctx, map[string]string{"a": "b"}) }},
		{"untag", func(e *Env, s kinesis.Stream) error { return s.Untag(e.Ctx, "a") }},
		{"consumers", func(e *Env, s kinesis.Stream) error {
			_, err := s.Consumers(e.Ctx, kinesis.ConsumersOptions{})
			return err
		}},
	}
}

func absentCases() []Case {
	var all []Case
	for _, call := range append(changes(), looks()...) {
		all = append(all, recorded("4", call.name, "a stream that is not there is not found", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			e.notFound(s, call.do(e, s))
		}))
	}
	return append(all, recorded("11", "iterator", "an iterator of a stream that is not there finds no shard", func(e *Env) {
		s := e.stream(1)
		e.drop(s)
		_, err := s.Iterator(e.Ctx, "0", kinesis.Oldest())
		e.absentShard(s, 0, err)
	}))
}
