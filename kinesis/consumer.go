package kinesis

import "time"

// Consumer is a registered reader of a stream that records are pushed to.
type Consumer struct {
	Name    string
	ARN     string // the stream's, the name and the second of the registration
	Status  Status
	Created time.Time
	Stream  string // ARN of the stream
}

// ConsumersOptions select a page of consumers.
type ConsumersOptions struct {
	Token   string    // ConsumerPage.Next of the page before; valid for five minutes
	Max     int       // 1 to 10,000; 0: 100
	Created time.Time // of the stream, as in [ListShardsOptions]
	Given   Given
}

// ConsumerPage is one page of consumers, in order of names.
type ConsumerPage struct {
	Consumers []Consumer
	Next      string // token of the next page, empty after the last
}

// ShardEvent is what a subscription pushes.
type ShardEvent struct {
	Records []Record // may be empty: an idle subscription pushes an event every five seconds
	// Continuation is where a later subscription goes on, by [After]. It is higher than the number of the last record, and none
	// only in the last event of a closed shard.
	Continuation SequenceNumber
	Behind       time.Duration // as in [Batch]
	Children     []ChildShard  // only in the last event of a closed shard
}
