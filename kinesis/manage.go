package kinesis

import (
	"context"
	"slices"

	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// change runs an operation that changes the settings of a stream. f is called with the stream locked.
func (h *handle) change(ctx context.Context, op Op, check func(*model.Faults), f func(*call) error) error {
	c, err := h.begin(ctx, op)
	if err == nil {
		err = c.change(check, f)
	}
	return c.end(err)
}

func (c *call) change(check func(*model.Faults), f func(*call) error) error {
	var faults model.Faults
	check(&faults)
	if err := c.checked(&faults); err != nil {
		return err
	}
	if err := c.enter(); err != nil {
		return err
	}
	defer c.unlock()
	return f(c)
}

func noCheck(*model.Faults) {}

// apply puts changed settings in force, and the stream into the state of being updated.
func (c *call) apply(g settings) {
	c.applyAtOnce(g)
	c.s.state.Update(c.now, c.updated())
}

// applyAtOnce puts changed settings in force. The caller holds the stream.
func (c *call) applyAtOnce(g settings) {
	s, old := c.s, c.s.config
	s.config = g
	s.distributes.Store(g.distribution == Auto)
	s.state.Configure(c.now, g.forCore(s.b))
	c.recordChanges(&old, &g)
}

// IncreaseRetention holds records for longer; see [Stream].
func (h *handle) IncreaseRetention(ctx context.Context, hours int) error {
	return h.setRetention(ctx, OpIncreaseStreamRetentionPeriod, hours)
}

// DecreaseRetention holds records less long; see [Stream].
func (h *handle) DecreaseRetention(ctx context.Context, hours int) error {
	return h.setRetention(ctx, OpDecreaseStreamRetentionPeriod, hours)
}

func (h *handle) setRetention(ctx context.Context, op Op, hours int) error {
	return h.change(ctx, op, noCheck, func(c *call) error {
		if err := c.active(); err != nil {
			return err
		}
		g := c.s.config
		if err := c.checkRetention(hours, g.retention); err != nil {
			return err
		}
		if hours == g.retention {
			return nil
		}
		g.retention = hours
		c.apply(g)
		return nil
	})
}

func (c *call) checkRetention(hours, now int) error {
	most := c.b.limits.RetentionHours
	switch {
	case hours < MinRetentionHours:
		return fail(ErrInvalidArgument, "Minimum allowed retention period is %d hours. Requested retention period (%d hours) is too short.",
			MinRetentionHours, hours)
	case hours > most:
		return fail(ErrInvalidArgument, "Maximum allowed retention period is %d hours. Requested retention period (%d hours) is too long.",
			most, hours)
	case c.op == OpIncreaseStreamRetentionPeriod && hours < now:
		return fail(ErrInvalidArgument, "Requested retention period (%d hours) for stream %s can not be shorter than existing retention "+
			"period (%d hours). Use DecreaseRetentionPeriod API.", hours, c.h.key.name, now)
	case c.op == OpDecreaseStreamRetentionPeriod && hours > now:
		return fail(ErrInvalidArgument, "Requested retention period (%d hours) for stream %s can not be longer than existing retention "+
			"period (%d hours). Use IncreaseRetentionPeriod API.", hours, c.h.key.name, now)
	}
	return nil
}

// SetMode changes who manages the shards; see [Stream].
func (h *handle) SetMode(ctx context.Context, m Mode, warmMiBps int) error {
	check := func(f *model.Faults) {
		if m == "" {
			f.Null("streamModeDetails.streamMode")
		} else {
			f.Enum("streamModeDetails.streamMode", string(m), model.Modes()...)
		}
		f.Number("warmThroughputMiBps", warmMiBps, true, 0, 1<<31-1)
	}
	return h.change(ctx, OpUpdateStreamMode, check, func(c *call) error {
		if err := c.active(); err != nil {
			return err
		}
		g := c.s.config
		if warmMiBps != 0 {
			if err := c.mayWarm(m); err != nil {
				return err
			}
			g.warm = &WarmThroughput{warmMiBps, warmMiBps}
		}
		if m != g.mode {
			var ok bool
			if g.modes, ok = within24h(g.modes, c.now, MaxModeChanges); !ok {
				return fail(ErrLimitExceeded, "The stream mode of %s under account %s can be changed at most %d times in 24 hours.",
					c.h.key.name, c.h.key.account, MaxModeChanges)
			}
			g.mode = m
			if m == Provisioned {
				g.distribution = ByPartitionKey
			}
		}
		c.apply(g)
		return nil
	})
}

func checkRecordKiB(f *model.Faults, kib int, given bool, l Limits) {
	f.Number("maxRecordSizeInKiB", kib, given, MinRecordKiB, l.RecordKiB)
}

// SetMaxRecordSize sets the size of the largest record; see [Stream].
func (h *handle) SetMaxRecordSize(ctx context.Context, kib int) error {
	check := func(f *model.Faults) { checkRecordKiB(f, kib, true, h.b.limits) }
	return h.change(ctx, OpUpdateMaxRecordSize, check, func(c *call) error {
		if err := c.active(); err != nil {
			return err
		}
		g := c.s.config
		g.maxKiB = kib
		c.apply(g)
		return nil
	})
}

// mayWarm refuses a throughput to prepare for, of a stream of a mode, without the account's commitment.
func (c *call) mayWarm(m Mode) error {
	if m != OnDemand {
		return fail(ErrInvalidArgument, "WarmThroughputMiBps is supported in ON_DEMAND mode only.")
	}
	if st := c.b.commitment(c.h.key.account, c.h.key.region, c.now).Status; st == CommitmentDisabled {
		return fail(ErrValidation, "WarmThroughputMiBps requires MinimumThroughputBillingCommitment to be ENABLED for the account %s.",
			c.h.key.account)
	}
	return nil
}

// SetWarmThroughput sets the throughput to prepare for; see [Stream].
func (h *handle) SetWarmThroughput(ctx context.Context, mibps int) (WarmThroughput, error) {
	check := func(f *model.Faults) { f.Number("warmThroughputMiBps", mibps, true, 0, 1<<31-1) }
	var w WarmThroughput
	err := h.change(ctx, OpUpdateStreamWarmThroughput, check, func(c *call) error {
		if err := c.active(); err != nil {
			return err
		}
		g := c.s.config
		if err := c.mayWarm(g.mode); err != nil {
			return err
		}
		w = WarmThroughput{mibps, mibps}
		g.warm = &w
		c.apply(g)
		return nil
	})
	return answered(w, err)
}

func checkDistribution(f *model.Faults, d Distribution) {
	f.Enum("recordDistributionStrategy", string(d), model.Distributions()...)
}

// SetDistribution says what places records; see [Stream].
func (h *handle) SetDistribution(ctx context.Context, d Distribution) error {
	check := func(f *model.Faults) {
		if d == "" {
			f.Null("recordDistributionStrategy")
			return
		}
		checkDistribution(f, d)
	}
	return h.change(ctx, OpUpdateStreamRecordDistributionStrategy, check, func(c *call) error {
		if err := c.active(); err != nil {
			return err
		}
		g := c.s.config
		if g.mode != OnDemand {
			return fail(ErrInvalidArgument, "RecordDistributionStrategy %s is supported in ON_DEMAND mode only.", d)
		}
		g.distribution = d
		c.applyAtOnce(g)
		return nil
	})
}

// StartEncryption has records marked as encrypted; see [Stream].
func (h *handle) StartEncryption(ctx context.Context, kmsKey string) error {
	return h.encrypt(ctx, OpStartStreamEncryption, kmsKey)
}

// StopEncryption ends that; see [Stream].
func (h *handle) StopEncryption(ctx context.Context, kmsKey string) error {
	return h.encrypt(ctx, OpStopStreamEncryption, kmsKey)
}

func (h *handle) encrypt(ctx context.Context, op Op, kmsKey string) error {
	check := func(f *model.Faults) { f.Required("keyId", kmsKey, false, nil, 1, 2048) }
	return h.change(ctx, op, check, func(c *call) error {
		if err := c.active(); err != nil {
			return err
		}
		g := c.s.config
		changes, key := &g.starts, kmsKey
		if op == OpStopStreamEncryption {
			changes, key = &g.stops, ""
		}
		var ok bool
		if *changes, ok = within24h(*changes, c.now, MaxKeyChanges); !ok {
			return fail(ErrLimitExceeded, "%s can be called at most %d times in 24 hours on stream %s under account %s.", op, MaxKeyChanges,
				c.h.key.name, c.h.key.account)
		}
		g.kmsKey = key
		c.apply(g)
		return nil
	})
}

// EnableMonitoring switches metrics on; see [Stream].
func (h *handle) EnableMonitoring(ctx context.Context, metrics ...Metric) (Monitoring, error) {
	return h.monitor(ctx, OpEnableEnhancedMonitoring, metrics)
}

// DisableMonitoring switches metrics off; see [Stream].
func (h *handle) DisableMonitoring(ctx context.Context, metrics ...Metric) (Monitoring, error) {
	return h.monitor(ctx, OpDisableEnhancedMonitoring, metrics)
}

// allMetrics are what ALL stands for, in the order of answers.
func allMetrics() []Metric {
	return []Metric{MetricIncomingBytes, MetricIncomingRecords, MetricIteratorAgeMillis, MetricOutgoingBytes, MetricOutgoingRecords,
		MetricReadExceeded, MetricWriteExceeded}
}

func (h *handle) monitor(ctx context.Context, op Op, metrics []Metric) (Monitoring, error) {
	var m Monitoring
	check := func(f *model.Faults) { model.Metrics(f, metrics) }
	err := h.change(ctx, op, check, func(c *call) error {
		if err := c.active(); err != nil {
			return err
		}
		all := slices.Contains(metrics, MetricAll)
		g := c.s.config
		m.Before = slices.Clone(g.metrics)
		for _, metric := range allMetrics() {
			named := all || slices.Contains(metrics, metric)
			if named && op == OpEnableEnhancedMonitoring || !named && slices.Contains(g.metrics, metric) {
				m.After = append(m.After, metric)
			}
		}
		g.metrics = slices.Clone(m.After)
		c.apply(g)
		return nil
	})
	return answered(m, err)
}
