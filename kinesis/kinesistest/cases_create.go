package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// summary returns what a stream is.
func (e *Env) summary(s kinesis.Stream) kinesis.Summary {
	sum, err := s.Summary(e.Ctx)
	require.NoError(e, err, "Summary")
	return sum
}

func createCases() []Case {
	return []Case{
		documented("7", "provisioned", "a number of shards makes a provisioned stream of so many", func(e *Env) {
			sum := e.summary(e.stream(3))
			assert.Equal(e, kinesis.Provisioned, sum.Mode)
			assert.Equal(e, 3, sum.OpenShards)
		}),
		recorded("7", "neither", "without mode and number a stream has four shards", func(e *Env) {
			sum := e.summary(e.onDemand())
			assert.Equal(e, 4, sum.OpenShards)
		}),
		inferred("7", "neither-mode", "without mode and number the service manages the shards", func(e *Env) {
			assert.Equal(e, kinesis.OnDemand, e.summary(e.onDemand()).Mode)
		}),
		documented("7", "mode", "the mode can be said", func(e *Env) {
			sum := e.summary(e.create(e.name(), kinesis.Config{Mode: kinesis.OnDemand}))
			assert.Equal(e, kinesis.OnDemand, sum.Mode)
			assert.Equal(e, 4, sum.OpenShards)
			sum = e.summary(e.create(e.name(), kinesis.Config{Mode: kinesis.Provisioned, Shards: 2}))
			assert.Equal(e, kinesis.Provisioned, sum.Mode)
			assert.Equal(e, 2, sum.OpenShards)
		}),
		documented("13", "defaults", "a new stream holds records for 24 hours, of up to 1 MiB, unencrypted and unmonitored", func(e *Env) {
			sum := e.summary(e.stream(1))
			assert.Equal(e, 24, sum.RetentionHours)
			assert.Equal(e, 1024, sum.MaxRecordKiB)
			assert.Empty(e, sum.KMSKey)
			assert.Empty(e, sum.Metrics)
			assert.Zero(e, sum.Consumers)
			assert.Zero(e, sum.Channels)
			assert.Nil(e, sum.Warm)
		}),
		documented("7", "tags", "tags are given at the creation", func(e *Env) {
			s := e.begin(e.name(), kinesis.Config{Shards: 1, Tags: map[string]string{"b": "2", "a": ""}})
			e.hasTags(s, kinesis.Tag{Key: "a"}, kinesis.Tag{Key: "b", Value: "2"})
		}),
		documented("2.1", "record-size", "the size of the largest record is given at the creation, up to 10 MiB", func(e *Env) {
			s := e.create(e.name(), kinesis.Config{Shards: 1, MaxRecordKiB: 10240})
			assert.Equal(e, 10240, e.summary(s).MaxRecordKiB)
			e.store(s, kinesis.Entry{PartitionKey: "a", Data: make([]byte, 2<<20)})
		}),
		documented("10", "distribution", "an on-demand stream may distribute records itself", func(e *Env) {
			s := e.create(e.name(), kinesis.Config{Distribution: kinesis.Auto})
			assert.Equal(e, kinesis.Auto, e.summary(s).Distribution)
			assert.Empty(e, e.summary(e.stream(1)).Distribution)
		}),
		documented("7", "time", "a stream knows when it was made", func(e *Env) {
			before := e.Now()
			s := e.stream(1)
			assert.WithinRange(e, e.summary(s).Created, before.Add(-8*time.Second), e.Now().Add(time.Second))
		}),
		documented("7", "shard-chains", "the first shards have no parents and no end", func(e *Env) {
			for _, sh := range e.shards(e.stream(2)) {
				assert.Empty(e, sh.Parent+sh.AdjacentParent)
				assert.True(e, sh.Last.IsZero())
				assert.True(e, sh.IsOpen())
			}
		}),
	}
}

// cannotBegin demands that a stream cannot be made, and is not.
func (e *Env) cannotBegin(cfg kinesis.Config, codes ...kinesis.Code) {
	name := e.name()
	_, err := e.Streams.Create(e.Ctx, name, cfg)
	e.oneOf(err, codes...)
	_, err = e.Streams.Open(e.Ctx, name)
	assert.ErrorIs(e, err, kinesis.ErrResourceNotFound)
}

// oneOf demands an error of one of several codes, where it is not known which.
func (e *Env) oneOf(err error, codes ...kinesis.Code) {
	for _, code := range codes {
		if is(err, code) {
			return
		}
	}
	assert.Fail(e, "refused otherwise", "%v should be one of %v", err, codes)
}

func refusedCreateCases() []Case {
	return []Case{
		recorded("7", "again", "a name that is taken is refused, whatever the settings are", func(e *Env) {
			s := e.stream(1)
			for _, cfg := range []kinesis.Config{{Shards: 1}, {Shards: 2}, {}} {
				_, err := e.Streams.Create(e.Ctx, s.Name(), cfg)
				e.refused(err, s, kinesis.ErrResourceInUse, textExists)
			}
			assert.Equal(e, 1, e.summary(s).OpenShards)
		}),
		recorded("7", "quota", "more shards than the account may have are refused, and counted in the text", func(e *Env) {
			s := e.stream(2)
			l, err := e.Streams.AccountLimits(e.Ctx)
			e.ok(err)
			_, err = e.Streams.Create(e.Ctx, e.name(), kinesis.Config{Shards: l.Shards + 1})
			if e.Exact {
				e.refused(err, s, kinesis.ErrLimitExceeded, textQuota(l.OpenShards, l.Shards, l.Shards+1))
			} else {
				assert.ErrorIs(e, err, kinesis.ErrLimitExceeded)
			}
		}),
		inferred("7", "provisioned-no-number", "a provisioned stream needs a number of shards", func(e *Env) {
			e.cannotBegin(kinesis.Config{Mode: kinesis.Provisioned}, kinesis.ErrValidation, kinesis.ErrInvalidArgument)
		}),
		inferred("7", "on-demand-number", "an on-demand stream takes no number of shards", func(e *Env) {
			e.cannotBegin(kinesis.Config{Mode: kinesis.OnDemand, Shards: 2}, kinesis.ErrInvalidArgument)
		}),
		documented("7", "auto-provisioned", "a provisioned stream does not distribute records itself", func(e *Env) {
			e.cannotBegin(kinesis.Config{Shards: 1, Distribution: kinesis.Auto}, kinesis.ErrInvalidArgument)
		}),
		documented("2.1", "record-size-range", "the largest record has 1 MiB to 10 MiB", func(e *Env) {
			e.cannotBegin(kinesis.Config{Shards: 1, MaxRecordKiB: 1023}, kinesis.ErrValidation)
			e.cannotBegin(kinesis.Config{Shards: 1, MaxRecordKiB: 10241}, kinesis.ErrValidation)
		}),
		documented("2.1", "warm", "warm throughput needs the account's commitment", func(e *Env) {
			e.cannotBegin(kinesis.Config{WarmMiBps: 8}, kinesis.ErrValidation, kinesis.ErrInvalidArgument)
		}),
		recorded("3.2", "mode-unknown", "an unknown mode is refused", func(e *Env) { e.cannotBegin(kinesis.Config{Mode: "SOME"}, kinesis.ErrValidation) }),
		recorded("3.2", "no-shards", "a number of shards is at least 1", func(e *Env) {
			_, err := e.Streams.Create(e.Ctx, e.name(), kinesis.Config{Given: kinesis.GivenShards})
			e.invalid(err, value(0, "shardCount", atLeast(1)))
		}).needs(NeedTexts),
		recorded("3.2", "faults", "number and name are judged together, the number first", func(e *Env) {
			_, err := e.Streams.Create(e.Ctx, "a b", kinesis.Config{Shards: -1})
			e.invalid(err, value(-1, "shardCount", atLeast(1)), value("a b", "streamName", mustBeName))
		}),
		documented("17", "bad-tags", "a stream is not made with tags out of form", func(e *Env) {
			e.cannotBegin(kinesis.Config{Shards: 1, Tags: map[string]string{"a,b;": ""}}, kinesis.ErrInvalidArgument, kinesis.ErrValidation)
		}),
	}
}
