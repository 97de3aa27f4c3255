package kinesishttp

import (
	"context"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// The operations that change the settings of streams and accounts.

func (c *call) increaseRetention(s kinesis.Stream) error {
	return s.IncreaseRetention(c.ctx, number(c.p.RetentionPeriodHours))
}

func (c *call) decreaseRetention(s kinesis.Stream) error {
	return s.DecreaseRetention(c.ctx, number(c.p.RetentionPeriodHours))
}

func (c *call) setMode(s kinesis.Stream) error {
	return s.SetMode(c.ctx, kinesis.Mode(text(c.p.StreamMode.Mode)), number(c.p.WarmThroughputMiBps))
}

func (c *call) setMaxRecordSize(s kinesis.Stream) error {
	return s.SetMaxRecordSize(c.ctx, number(c.p.MaxRecordSizeInKiB))
}

func (c *call) setWarmThroughput(s kinesis.Stream) error {
	w, err := s.SetWarmThroughput(c.ctx, number(c.p.WarmThroughputMiBps))
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Text("StreamARN", s.ARN())
		o.Text("StreamName", s.Name())
		writeWarm(o, w)
	})
}

func (c *call) setDistribution(s kinesis.Stream) error {
	return s.SetDistribution(c.ctx, kinesis.Distribution(text(c.p.RecordDistributionStrategy)))
}

func (c *call) startEncryption(s kinesis.Stream) error {
	if text(c.p.EncryptionType) != "KMS" {
		return &kinesis.Error{Code: kinesis.ErrInvalidArgument, Message: "EncryptionType must be KMS."}
	}
	return s.StartEncryption(c.ctx, text(c.p.KeyID))
}

func (c *call) stopEncryption(s kinesis.Stream) error {
	return s.StopEncryption(c.ctx, text(c.p.KeyID))
}

func (c *call) enableMonitoring(s kinesis.Stream) error { return c.monitor(s, s.EnableMonitoring) }

func (c *call) disableMonitoring(s kinesis.Stream) error { return c.monitor(s, s.DisableMonitoring) }

func (c *call) monitor(s kinesis.Stream, change func(context.Context, ...kinesis.Metric) (kinesis.Monitoring, error)) error {
	metrics := make([]kinesis.Metric, len(c.p.ShardLevelMetrics))
	for i, m := range c.p.ShardLevelMetrics {
		metrics[i] = kinesis.Metric(m)
	}
	m, err := change(c.ctx, metrics...)
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Text("StreamName", s.Name())
		o.Texts("CurrentShardLevelMetrics", "", metricNames(m.Before))
		o.Texts("DesiredShardLevelMetrics", "", metricNames(m.After))
		o.Text("StreamARN", s.ARN())
	})
}

func (c *call) limits() error {
	l, err := c.b.AccountLimits(c.ctx)
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Int("ShardLimit", int64(l.Shards))
		o.Int("OpenShardCount", int64(l.OpenShards))
		o.Int("OnDemandStreamCount", int64(l.OnDemandStreams))
		o.Int("OnDemandStreamCountLimit", int64(l.OnDemandLimit))
	})
}

func (c *call) accountSettings() error {
	m, err := c.b.Commitment(c.ctx)
	if err != nil {
		return err
	}
	return c.commitment(m)
}

func (c *call) setAccountSettings() error {
	m, err := c.b.SetCommitment(c.ctx, kinesis.CommitmentStatus(text(c.p.Commitment.Status)))
	if err != nil {
		return err
	}
	return c.commitment(m)
}

func (c *call) commitment(m kinesis.Commitment) error {
	return c.answer(func(o awswire.Writer) {
		o.Object("MinimumThroughputBillingCommitment", func() {
			o.Text("Status", string(m.Status))
			if !m.Started.IsZero() {
				o.Time("StartedAt", m.Started)
			}
			if !m.Ended.IsZero() {
				o.Time("EndedAt", m.Ended)
			}
			if !m.EarliestAllowed.IsZero() {
				o.Time("EarliestAllowedEndAt", m.EarliestAllowed)
			}
		})
	})
}
