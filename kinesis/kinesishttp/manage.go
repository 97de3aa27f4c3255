package kinesishttp

import (
	"context"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// The operations that change the settings of streams and accounts.

func (c *call) increaseRetention() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	return s.IncreaseRetention(c.ctx, number(c.p.RetentionPeriodHours))
}

func (c *call) decreaseRetention() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	return s.DecreaseRetention(c.ctx, number(c.p.RetentionPeriodHours))
}

func (c *call) setMode() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	return s.SetMode(c.ctx, kinesis.Mode(text(c.p.StreamMode.Mode)), number(c.p.WarmThroughputMiBps))
}

func (c *call) setMaxRecordSize() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	return s.SetMaxRecordSize(c.ctx, number(c.p.MaxRecordSizeInKiB))
}

func (c *call) setWarmThroughput() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
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

func (c *call) setDistribution() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	return s.SetDistribution(c.ctx, kinesis.Distribution(text(c.p.RecordDistributionStrategy)))
}

func (c *call) startEncryption() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	if text(c.p.EncryptionType) != "KMS" {
		return &kinesis.Error{Code: kinesis.ErrInvalidArgument, Message: "EncryptionType must be KMS."}
	}
	return s.StartEncryption(c.ctx, text(c.p.KeyID))
}

func (c *call) stopEncryption() error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	return s.StopEncryption(c.ctx, text(c.p.KeyID))
}

func (c *call) enableMonitoring() error { return c.monitor(kinesis.Stream.EnableMonitoring) }

func (c *call) disableMonitoring() error { return c.monitor(kinesis.Stream.DisableMonitoring) }

func (c *call) monitor(change func(kinesis.Stream, context.Context, ...kinesis.Metric) (kinesis.Monitoring, error)) error {
	s, err := c.stream()
	if err != nil {
		return err
	}
	metrics := make([]kinesis.Metric, len(c.p.ShardLevelMetrics))
	for i, m := range c.p.ShardLevelMetrics {
		metrics[i] = kinesis.Metric(m)
	}
	m, err := change(s, c.ctx, metrics...)
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
