package kinesis

import "time"

// Mode says who manages the shards of a stream.
type Mode string

// The modes.
const (
	Provisioned Mode = "PROVISIONED" // its owner
	OnDemand    Mode = "ON_DEMAND"   // the service
)

// Distribution says what places the records of a stream.
type Distribution string

// The distributions.
const (
	ByPartitionKey Distribution = "USER_PARTITION_KEY"
	Auto           Distribution = "AUTO" // the service, evenly; on-demand streams only
)

// Status is the state of a stream or of a consumer.
type Status string

// The states. Consumers are never updating. Without [WithTransitions] only Active is ever seen.
const (
	Creating Status = "CREATING"
	Active   Status = "ACTIVE"
	Updating Status = "UPDATING"
	Deleting Status = "DELETING"
)

// Config holds the settings of a new stream. The zero Config makes an on-demand stream, which begins with four shards.
type Config struct {
	Shards int  // of a provisioned stream; with a number and without a Mode it is one
	Mode   Mode // empty: by Shards
	// MaxRecordKiB is the size of the largest record, 1,024 to 10,240 KiB; 0: 1,024.
	MaxRecordKiB int
	// WarmMiBps is the throughput that an on-demand stream is prepared for, in MiB a second. It needs the account's
	// commitment; see [Streams.SetCommitment].
	WarmMiBps    int
	Distribution Distribution // empty: ByPartitionKey
	Tags         map[string]string
	Given        Given
}

// Summary is what a stream is.
type Summary struct {
	Name, ARN      string
	ID             string // 24 characters that no other stream has
	Status         Status
	Mode           Mode
	RetentionHours int // hours for which records are held
	Created        time.Time
	Metrics        []Metric // monitored per shard
	KMSKey         string   // as it was given; empty without encryption
	OpenShards     int      // 0 while the stream is being created
	Consumers      int
	Channels       int // always 0
	MaxRecordKiB   int
	Warm           *WarmThroughput // nil if none was ever asked for
	Distribution   Distribution    // empty on provisioned streams
}

// Description is a summary with a page of shards.
type Description struct {
	Summary
	Shards []Shard // in order of ids, closed ones included for as long as they are held
	More   bool    // there are more behind the last
}

// WarmThroughput is what an on-demand stream is prepared for, in MiB a second.
type WarmThroughput struct{ Target, Current int }

// Metric is a shard-level metric. Nothing is measured: which are switched on is state only.
type Metric string

// The metrics. MetricAll stands for all others.
const (
	MetricIncomingBytes     Metric = "IncomingBytes"
	MetricIncomingRecords   Metric = "IncomingRecords"
	MetricOutgoingBytes     Metric = "OutgoingBytes"
	MetricOutgoingRecords   Metric = "OutgoingRecords"
	MetricWriteExceeded     Metric = "WriteProvisionedThroughputExceeded"
	MetricReadExceeded      Metric = "ReadProvisionedThroughputExceeded"
	MetricIteratorAgeMillis Metric = "IteratorAgeMilliseconds"
	MetricAll               Metric = "ALL"
	defaultShards                  = 4 // of an on-demand stream
	defaultRecordKiB               = 1024
	defaultRetentionHours          = 24
)

// Monitoring is the answer to a change of the metrics.
type Monitoring struct{ Before, After []Metric }

// AccountLimits are the quotas of an account in a region, and what is used of them.
type AccountLimits struct {
	Shards          int // open shards of provisioned streams that the account may have
	OpenShards      int // that it has
	OnDemandStreams int // that it has
	OnDemandLimit   int // that it may have
}

// CommitmentStatus is the state of the commitment to a minimum throughput.
type CommitmentStatus string

// The states of the commitment.
const (
	CommitmentEnabled      CommitmentStatus = "ENABLED"
	CommitmentDisabled     CommitmentStatus = "DISABLED"
	CommitmentEnabledUntil CommitmentStatus = "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
)

// Commitment is an account's commitment to pay for a minimum throughput in a region, which lasts at least 24 hours.
type Commitment struct {
	Status          CommitmentStatus
	Started, Ended  time.Time // zero: never
	EarliestAllowed time.Time // end; zero while disabled
}

// TagOptions select a page of tags.
type TagOptions struct {
	After string // key; only keys greater by code points, whether it exists or not
	Limit int    // 1 to 50; 0: all
	Given Given
}

// Tag is one tag.
type Tag struct{ Key, Value string }

// TagPage is one page of tags.
type TagPage struct {
	Tags []Tag // in order of keys, by code points
	More bool
}
