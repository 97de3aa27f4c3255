package kinesis

import "time"

// Shard is one shard as listings show it.
type Shard struct {
	ID string // shardId-000000000000 and up, in order of creation; never used again in a stream
	// Parent was split into the shard and another, or merged into it together with AdjacentParent. Both may be expired, and are
	// empty for the shards that the stream began with.
	Parent, AdjacentParent string
	Start, End             HashKey // of the key range, both inclusive
	First                  SequenceNumber
	// Last is the end of a closed shard; none while it is open. Its records have lower numbers.
	Last SequenceNumber
}

// IsOpen reports whether the shard takes records.
func (s Shard) IsOpen() bool { return s.Last.IsZero() }

// Covers reports whether the shard's range holds a key.
func (s Shard) Covers(k HashKey) bool { return s.Start.Compare(k) <= 0 && k.Compare(s.End) <= 0 }

// Middle returns the key at which a split divides the shard's range evenly; see [Stream].
func (s Shard) Middle() HashKey { return s.Start.Between(s.End) }

// ChildShard is a shard that goes on where a closed one ended.
type ChildShard struct {
	ID         string
	Parents    []string // one after a split, two after a merge
	Start, End HashKey
}

// FilterType is the kind of a shard filter.
type FilterType string

// The kinds of filters, by the service's names. AtTrimHorizonShards, AtLatestShards and AtTimestampShards each select shards that
// cover the key space exactly once.
const (
	AfterShardID          FilterType = "AFTER_SHARD_ID"
	AtTrimHorizonShards   FilterType = "AT_TRIM_HORIZON"
	FromTrimHorizonShards FilterType = "FROM_TRIM_HORIZON"
	AtLatestShards        FilterType = "AT_LATEST"
	AtTimestampShards     FilterType = "AT_TIMESTAMP"
	FromTimestampShards   FilterType = "FROM_TIMESTAMP"
)

// ShardFilter selects shards. The zero filter selects all that are held.
type ShardFilter struct {
	Type    FilterType
	ShardID string    // with AfterShardID
	Time    time.Time // with AtTimestampShards and FromTimestampShards; what is before the trim horizon counts as the horizon
	Given   Given
}

// ListShardsOptions select a page of shards: those of Stream, or with Token those of the page after another.
type ListShardsOptions struct {
	Stream string // name or ARN
	Token  string // ShardPage.Next of the page before; valid for five minutes
	Filter ShardFilter
	After  string // id; only shards with higher ids
	Max    int    // 1 to 10,000, of which 1,000 are answered; 0: 1,000
	// Created selects one of several streams that had the name one after another, by its creation. The zero time selects the one
	// that is there.
	Created time.Time
	Given   Given
}

// ShardPage is one page of shards, in order of ids.
type ShardPage struct {
	Shards []Shard
	Next   string // token of the next page, empty after the last
}

// DescribeOptions select a page of the shards of a description.
type DescribeOptions struct {
	After string // id; only shards with higher ids
	Limit int    // 1 to 10,000, of which 100 are answered; 0: 100
	Given Given
}

// ShardCount is the answer to a change of the number of shards.
type ShardCount struct {
	Before int // open shards until now
	Target int
}
