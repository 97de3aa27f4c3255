package kinesishttp

import (
	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// The operations that make streams, look at them and delete them.

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// stream returns the stream that the request names, by name, ARN or both.
func (c *call) stream() (kinesis.Stream, error) {
	ref, err := kinesis.Ref(c.p.StreamName, c.p.StreamARN)
	if err != nil {
		return nil, err
	}
	return c.b.Stream(c.ctx, ref), nil
}

func (c *call) create() error {
	cfg := kinesis.Config{
		Shards: number(c.p.ShardCount), MaxRecordKiB: number(c.p.MaxRecordSizeInKiB), WarmMiBps: number(c.p.WarmThroughputMiBps),
		Distribution: kinesis.Distribution(text(c.p.RecordDistributionStrategy)), Tags: c.p.Tags,
	}
	if c.p.StreamMode != nil {
		cfg.Mode = kinesis.Mode(text(c.p.StreamMode.Mode))
	}
	_, err := c.b.Create(c.ctx, text(c.p.StreamName), cfg)
	return err
}

func (c *call) deleteStream() error {
	ref, err := kinesis.Ref(c.p.StreamName, c.p.StreamARN)
	if err != nil {
		return err
	}
	return c.b.Delete(c.ctx, ref, c.p.EnforceConsumerDeletion)
}

func (c *call) describe(s kinesis.Stream) error {
	d, err := s.Describe(c.ctx, kinesis.DescribeOptions{After: text(c.p.ExclusiveStartShardID), Limit: number(c.p.Limit)})
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Object("StreamDescription", func() {
			writeStream(o, &d.Summary)
			writeShards(o, d.Shards)
			o.Bool("HasMoreShards", d.More)
		})
	})
}

func (c *call) summary(s kinesis.Stream) error {
	sum, err := s.Summary(c.ctx)
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Object("StreamDescriptionSummary", func() {
			writeStream(o, &sum)
			o.Text("StreamId", sum.ID)
			o.Int("OpenShardCount", int64(sum.OpenShards))
			o.Int("ConsumerCount", int64(sum.Consumers))
			o.Int("ChannelCount", int64(sum.Channels))
			o.Int("MaxRecordSizeInKiB", int64(sum.MaxRecordKiB))
			o.Text("RecordDistributionStrategy", string(sum.Distribution))
			if sum.Warm != nil {
				writeWarm(o, *sum.Warm)
			}
		})
	})
}

// writeStream writes what both descriptions have.
func writeStream(o awswire.Writer, s *kinesis.Summary) {
	o.Text("StreamName", s.Name)
	o.Text("StreamARN", s.ARN)
	o.Text("StreamStatus", string(s.Status))
	writeMode(o, s.Mode)
	o.Int("RetentionPeriodHours", int64(s.RetentionHours))
	o.Time("StreamCreationTimestamp", second(s.Created))
	o.List("EnhancedMonitoring", "", 1, func(int) { o.Texts("ShardLevelMetrics", "", metricNames(s.Metrics)) })
	o.Text("EncryptionType", encryption(s.KMSKey != ""))
	o.Text("KeyId", s.KMSKey)
}

func writeMode(o awswire.Writer, m kinesis.Mode) {
	o.Object("StreamModeDetails", func() { o.Text("StreamMode", string(m)) })
}

func writeWarm(o awswire.Writer, w kinesis.WarmThroughput) {
	o.Object("WarmThroughput", func() {
		o.Int("TargetMiBps", int64(w.Target))
		o.Int("CurrentMiBps", int64(w.Current))
	})
}

func metricNames(ms []kinesis.Metric) []string {
	names := make([]string, len(ms))
	for i, m := range ms {
		names[i] = string(m)
	}
	return names
}

func (c *call) listStreams() error {
	page, err := c.b.List(c.ctx, kinesis.ListOptions{
		After: text(c.p.ExclusiveStartStreamName), Limit: number(c.p.Limit), Token: text(c.p.NextToken),
	})
	if err != nil {
		return err
	}
	names := make([]string, len(page.Streams))
	for i, s := range page.Streams {
		names[i] = s.Name()
	}
	return c.answer(func(o awswire.Writer) {
		o.Texts("StreamNames", "", names)
		o.Bool("HasMoreStreams", page.More)
		o.Text("NextToken", page.Next)
		o.List("StreamSummaries", "", len(names), func(i int) {
			s := &page.Streams[i]
			o.Text("StreamName", names[i])
			o.Text("StreamARN", s.ARN())
			o.Text("StreamStatus", string(s.Status))
			writeMode(o, s.Mode)
			o.Time("StreamCreationTimestamp", second(s.Created))
		})
	})
}
