package kinesis

import (
	"cmp"
	"time"
)

// The limits of the service, as they hold today. Those that have changed are fields of [Limits] too.
const (
	MaxRecordKiB          = 10_240   // largest value of Config.MaxRecordKiB, since October 2025
	MinRecordKiB          = 1_024    // the least, the default, and until then the size of the largest record
	MaxBatchEntries       = 500      // records of a PutBatch
	MaxBatchBytes         = 10 << 20 // of a PutBatch with its keys, since October 2025
	MaxBatchBytes2015     = 5 << 20  // the same until then
	MaxKeyLength          = 256      // characters of a partition key
	MaxRead               = 10_000   // records of a read
	MaxReadBytes          = 10 << 20 // of a read
	IteratorLife          = 5 * time.Minute
	TokenLife             = 5 * time.Minute
	MinRetentionHours     = 24
	MaxRetentionHours     = 8_760               // a year, since November 2020
	MaxRetention2015      = 168                 // a week, until then
	WriteBytes            = 1 << 20             // a second and shard, keys included; with WithThrottling
	WriteRecords          = 1_000               // the same
	WriteBurst            = 10 << 20            // bytes at once where records of more than 1 MiB are allowed
	ReadBytes             = 2 << 20             // a second and shard
	ReadCalls             = 5                   // a second and shard, and as many of Iterator
	ListShardsCalls       = 1_000               // a second and stream
	FanOutBytes           = 2 << 20             // a second, shard and consumer
	ScaleOutBytes         = WriteBytes / 2      // a second, in some minute, above which a shard of an on-demand stream is split
	ScaleInterval         = 15 * time.Minute    // at the ends of which it is
	PeakMemory            = 30 * 24 * time.Hour // for which an on-demand stream is ready to take twice what it took
	LeastScaledShards     = 4                   // of an on-demand stream
	MostScaledShards      = 200                 // of an on-demand stream, unless more throughput was asked for
	SubscriptionLife      = 5 * time.Minute
	Heartbeat             = 5 * time.Second // between events of an idle subscription
	TakeoverGuard         = 5 * time.Second // before a subscription can take the place of another
	MaxShards             = 200             // open shards of provisioned streams of an account in most regions
	MaxShardsLargeRegion  = 500             // in us-east-1, us-west-2 and eu-west-1
	MaxStreamShards       = 10_000          // of one stream
	MaxOnDemandStreams    = 50              // of an account in a region
	MaxCreating           = 5               // streams of an account, or consumers of a stream, that are being created
	MaxConsumers          = 20              // of a stream
	MaxConsumersCommitted = 50              // of an on-demand stream of an account with a commitment
	MaxTags               = 50              // of a stream or a consumer
	MaxCountChanges       = 10              // SetShardCount in 24 hours
	MaxModeChanges        = 2               // SetMode in 24 hours
	MaxKeyChanges         = 25              // StartEncryption, and as many StopEncryption, in 24 hours
	MaxListedShards       = 1_000           // on a page of ListShards
	MaxDescribedShards    = 100             // on a page of Describe
	MaxListedStreams      = 100             // on a page of List unless its Limit says more, since 2022
	MaxListedStreams2013  = 10              // the same until then
)

// Limits are the limits that have changed over the years, that a test may want smaller, or an embedder larger. A field that is 0
// means today's.
type Limits struct {
	RecordKiB       int // largest value of Config.MaxRecordKiB
	BatchBytes      int // of a PutBatch
	RetentionHours  int // longest retention
	ListedStreams   int // on a page of List without a Limit
	Shards          int // open shards of provisioned streams of an account; 0: by region
	OnDemandStreams int
	Consumers       int // of a stream; 0: by mode and commitment
	WriteBytes      int // a second and shard, with [WithThrottling]
	WriteRecords    int // the same
	ReadBytes       int // the same
	ReadCalls       int // the same
}

// limitRow is one limit from a day on.
type limitRow struct {
	since string
	set   func(*Limits)
}

// limitTable lists the changes, oldest first. What holds from the beginning has no day. Where only the month or the year of a
// change is known, it counts from the first day.
func limitTable() []limitRow {
	return []limitRow{
		{"", func(l *Limits) {
			*l = Limits{MinRecordKiB, MaxBatchBytes2015, MaxRetention2015, MaxListedStreams2013, 0, MaxOnDemandStreams,
				0, WriteBytes, WriteRecords, ReadBytes, ReadCalls}
		}},
		{"2020-11-01", func(l *Limits) { l.RetentionHours = MaxRetentionHours }},
		{"2022-01-01", func(l *Limits) { l.ListedStreams = MaxListedStreams }},
		{"2025-10-01", func(l *Limits) { l.RecordKiB, l.BatchBytes = MaxRecordKiB, MaxBatchBytes }},
	}
}

// LimitsAsOf returns the limits that held at the end of a day, for [WithLimits]: before October 2025 a record had 1 MiB at most.
// Days before 2016 have the limits of that year's beginning.
func LimitsAsOf(day time.Time) Limits {
	var l Limits
	for _, row := range limitTable() {
		if row.since <= day.UTC().Format(time.DateOnly) {
			row.set(&l)
		}
	}
	return l
}

// orToday fills the fields that are 0 with the newest rows of the table.
func (l Limits) orToday() Limits {
	var t Limits
	for _, row := range limitTable() {
		row.set(&t)
	}
	return Limits{
		cmp.Or(l.RecordKiB, t.RecordKiB), cmp.Or(l.BatchBytes, t.BatchBytes), cmp.Or(l.RetentionHours, t.RetentionHours),
		cmp.Or(l.ListedStreams, t.ListedStreams), l.Shards, cmp.Or(l.OnDemandStreams, t.OnDemandStreams),
		l.Consumers, cmp.Or(l.WriteBytes, t.WriteBytes), cmp.Or(l.WriteRecords, t.WriteRecords),
		cmp.Or(l.ReadBytes, t.ReadBytes), cmp.Or(l.ReadCalls, t.ReadCalls),
	}
}

// consumers returns how many consumers a stream may have.
func (l Limits) consumers(m Mode, commitment CommitmentStatus) int {
	if m == OnDemand && commitment != CommitmentDisabled {
		return cmp.Or(l.Consumers, MaxConsumersCommitted)
	}
	return cmp.Or(l.Consumers, MaxConsumers)
}

// shardsIn returns how many open shards an account may have in a region.
func (l Limits) shardsIn(region string) int {
	switch region {
	case "us-east-1", "us-west-2", "eu-west-1":
		return cmp.Or(l.Shards, MaxShardsLargeRegion)
	}
	return cmp.Or(l.Shards, MaxShards)
}
