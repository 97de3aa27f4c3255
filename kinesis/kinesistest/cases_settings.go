package kinesistest

import (
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

func settingCases() []Case {
	return []Case{
		documented("17", "monitoring", "metrics are switched on and off, and the answer tells before and after", func(e *Env) {
			s := e.stream(1)
			m, err := s.EnableMonitoring(e.Ctx, kinesis.MetricOutgoingBytes)
			e.did(s, err)
			e.measures(m, nil, []kinesis.Metric{kinesis.MetricOutgoingBytes})
			m, err = s.EnableMonitoring(e.Ctx, kinesis.MetricIncomingBytes)
			e.did(s, err)
			e.measures(m, []kinesis.Metric{kinesis.MetricOutgoingBytes}, []kinesis.Metric{kinesis.MetricIncomingBytes, kinesis.MetricOutgoingBytes})
			m, err = s.DisableMonitoring(e.Ctx, kinesis.MetricOutgoingBytes)
			e.did(s, err)
			e.measures(m, []kinesis.Metric{kinesis.MetricIncomingBytes, kinesis.MetricOutgoingBytes}, []kinesis.Metric{kinesis.MetricIncomingBytes})
			assert.Equal(e, []kinesis.Metric{kinesis.MetricIncomingBytes}, e.summary(s).Metrics)
		}),
		documented("17", "monitoring-all", "ALL stands for the seven", func(e *Env) {
			s := e.stream(1)
			m, err := s.EnableMonitoring(e.Ctx, kinesis.MetricAll)
			e.did(s, err)
			assert.Len(e, m.After, 7)
			assert.NotContains(e, m.After, kinesis.MetricAll)
			m, err = s.DisableMonitoring(e.Ctx, kinesis.MetricAll)
			e.did(s, err)
			assert.Empty(e, m.After)
		}),
		documented("17", "monitoring-twice", "enabling twice and disabling what is off succeed", func(e *Env) {
			s := e.stream(1)
			for range 2 {
				_, err := s.EnableMonitoring(e.Ctx, kinesis.MetricIncomingBytes)
				e.did(s, err)
			}
			for range 2 {
				_, err := s.DisableMonitoring(e.Ctx, kinesis.MetricIncomingBytes)
				e.did(s, err)
			}
		}),
		documented("2.1", "monitoring-unknown", "unknown metrics are refused", func(e *Env) {
			_, err := e.stream(1).EnableMonitoring(e.Ctx, "x")
			e.refused(err, nil, kinesis.ErrValidation, "")
		}),
		documented("2.1", "monitoring-none", "at least one metric must be named", func(e *Env) {
			_, err := e.stream(1).EnableMonitoring(e.Ctx)
			e.invalid(err, value("[]", "shardLevelMetrics", mustBeLonger))
		}),
		documented("2.1", "record-size", "the largest record has 1 MiB to 10 MiB", func(e *Env) {
			s := e.stream(1)
			e.invalid(s.SetMaxRecordSize(e.Ctx, 10_241), value(10_241, "maxRecordSizeInKiB", atMost(10_240)))
			e.invalid(s.SetMaxRecordSize(e.Ctx, 1_023), value(1_023, "maxRecordSizeInKiB", atLeast(1_024)))
			e.did(s, s.SetMaxRecordSize(e.Ctx, 10_240))
			assert.Equal(e, 10_240, e.summary(s).MaxRecordKiB)
		}),
		documented("10", "distribution", "what distributes records is changed at once, on an on-demand stream only", func(e *Env) {
			s := e.onDemand()
			e.ok(s.SetDistribution(e.Ctx, kinesis.Auto))
			assert.Equal(e, kinesis.Auto, e.summary(s).Distribution)
			e.ok(s.SetDistribution(e.Ctx, kinesis.ByPartitionKey))
			assert.Equal(e, kinesis.ByPartitionKey, e.summary(s).Distribution)
			assert.ErrorIs(e, e.stream(1).SetDistribution(e.Ctx, kinesis.Auto), kinesis.ErrInvalidArgument)
		}),
		documented("10", "warm", "warm throughput needs the account's commitment", func(e *Env) {
			_, err := e.onDemand().SetWarmThroughput(e.Ctx, 8)
			e.oneOf(err, kinesis.ErrValidation, kinesis.ErrInvalidArgument)
		}),
		documented("10", "warm-shown", "with it, the throughput is shown", func(e *Env) {
			_, err := e.Streams.SetCommitment(e.Ctx, kinesis.CommitmentEnabled)
			e.ok(err)
			s := e.onDemand()
			w, err := s.SetWarmThroughput(e.Ctx, 8)
			e.did(s, err)
			assert.Equal(e, 8, w.Target)
			if got := e.summary(s).Warm; assert.NotNil(e, got) {
				assert.Equal(e, 8, got.Target)
			}
			_, err = e.Streams.SetCommitment(e.Ctx, kinesis.CommitmentDisabled)
			e.ok(err)
			e.Wait(day)
		}).takes(day),
	}
}

// measures demands the metrics before and after a change, in any order.
func (e *Env) measures(m kinesis.Monitoring, before, after []kinesis.Metric) {
	assert.ElementsMatch(e, before, m.Before)
	assert.ElementsMatch(e, after, m.After)
}

func encryptionCases() []Case {
	return []Case{
		documented("17", "encryption", "records keep the encryption that they were written with", func(e *Env) {
			s := e.stream(1)
			assert.False(e, e.put(s, "a")[0].Encrypted)
			e.did(s, s.StartEncryption(e.Ctx, "alias/aws/kinesis"))
			e.Wait(5e9)
			assert.True(e, e.put(s, "b")[0].Encrypted)
			assert.True(e, e.batch(s, "c")[0].Encrypted)
			e.did(s, s.StopEncryption(e.Ctx, "alias/aws/kinesis"))
			e.Wait(5e9)
			assert.False(e, e.put(s, "d")[0].Encrypted)
			var marks []bool
			for _, r := range e.finds(s, 0, kinesis.Oldest(), "a", "b", "c", "d") {
				marks = append(marks, r.Encrypted)
			}
			assert.Equal(e, []bool{false, true, true, false}, marks)
		}).takes(10e9),
		documented("15", "encryption-key", "the key is shown as long as the stream is encrypted", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.StartEncryption(e.Ctx, "alias/aws/kinesis"))
			assert.Equal(e, "alias/aws/kinesis", e.summary(s).KMSKey)
			e.did(s, s.StopEncryption(e.Ctx, "alias/aws/kinesis"))
			assert.Empty(e, e.summary(s).KMSKey)
		}),
		inferred("17", "encryption-again", "starting again with the same key succeeds", func(e *Env) {
			s := e.stream(1)
			for range 2 {
				e.did(s, s.StartEncryption(e.Ctx, "alias/aws/kinesis"))
			}
		}),
		documented("2.1", "encryption-no-key", "a key has at least one character", func(e *Env) {
			e.refused(e.stream(1).StartEncryption(e.Ctx, ""), nil, kinesis.ErrValidation, "")
		}),
		documented("17", "encryption-rate", "encryption is started and stopped 25 times each in 24 hours", func(e *Env) {
			s := e.stream(1)
			for range 25 {
				e.did(s, s.StartEncryption(e.Ctx, "k"))
			}
			assert.ErrorIs(e, s.StartEncryption(e.Ctx, "k"), kinesis.ErrLimitExceeded)
			e.did(s, s.StopEncryption(e.Ctx, "k"))
			e.Wait(day)
			e.did(s, s.StartEncryption(e.Ctx, "k"))
		}).takes(day + 30*60*1e9),
	}
}

func modeCases() []Case {
	return []Case{
		documented("10", "shards-stay", "a change of the mode leaves the shards as they are", func(e *Env) {
			s := e.stream(3)
			e.put(s, "a")
			e.did(s, s.SetMode(e.Ctx, kinesis.OnDemand, 0))
			assert.Equal(e, kinesis.OnDemand, e.summary(s).Mode)
			assert.Equal(e, []string{id(0), id(1), id(2)}, ids(e.shards(s)))
			e.finds(s, 0, kinesis.Oldest(), "a")
			e.did(s, s.SetMode(e.Ctx, kinesis.Provisioned, 0))
			assert.Len(e, e.shards(s), 3)
		}),
		documented("10", "split-afterwards", "who manages the shards splits them", func(e *Env) {
			s := e.onDemand()
			e.did(s, s.SetMode(e.Ctx, kinesis.Provisioned, 0))
			e.split(s, 0)
			e.covers(e.open(s))
		}),
		documented("10", "twice-a-day", "the mode is changed twice in 24 hours", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.SetMode(e.Ctx, kinesis.OnDemand, 0))
			e.did(s, s.SetMode(e.Ctx, kinesis.Provisioned, 0))
			assert.ErrorIs(e, s.SetMode(e.Ctx, kinesis.OnDemand, 0), kinesis.ErrLimitExceeded)
			e.Wait(day)
			e.did(s, s.SetMode(e.Ctx, kinesis.OnDemand, 0))
		}).takes(day),
		documented("2", "unknown", "an unknown mode is refused", func(e *Env) {
			e.refused(e.stream(1).SetMode(e.Ctx, "SOME", 0), nil, kinesis.ErrValidation, "")
		}),
		documented("10", "quota", "the shards of on-demand streams don't count against the account's", func(e *Env) {
			before, err := e.Streams.AccountLimits(e.Ctx)
			e.ok(err)
			s := e.stream(3)
			e.did(s, s.SetMode(e.Ctx, kinesis.OnDemand, 0))
			after, err := e.Streams.AccountLimits(e.Ctx)
			e.ok(err)
			assert.Equal(e, before.OpenShards, after.OpenShards)
			assert.Equal(e, before.OnDemandStreams+1, after.OnDemandStreams)
		}).exact(),
	}
}
