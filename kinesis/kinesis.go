package kinesis

import (
	"context"
	"iter"
	"time"
)

// Producer is all that a writer needs. Its methods may be called concurrently and do not block.
type Producer interface {
	// Put stores one record. It fails with [ErrResourceNotFound] (no stream, or it is being created), [ErrValidation] (sizes and
	// forms), [ErrInvalidArgument] (a hash key or After out of range), [ErrThroughputExceeded] or [ErrAccessDenied].
	Put(ctx context.Context, e Entry) (Placed, error)
	// PutBatch stores 1 to 500 records of 10 MiB in total. The answers stand in the order of the records, each with its place or
	// its own Err. The error is not nil only if the request as a whole was refused, as it is for one record out of form; then
	// nothing was stored.
	PutBatch(ctx context.Context, es ...Entry) ([]Placed, error)
}

// Reader is all that a reader of one stream needs. Its methods may be called concurrently.
type Reader interface {
	// Iterator returns an iterator for [Streams.Read] that stands at pos. Closed shards have iterators too. It does not block, and
	// fails with [ErrResourceNotFound], [ErrInvalidArgument], [ErrValidation], [ErrInternal] (a number of the service's first
	// format) or [ErrThroughputExceeded].
	Iterator(ctx context.Context, shard string, pos Position) (Iterator, error)
	// Records yields the records of a shard from pos, and waits where there are no more. It ends without an error when the shard
	// is closed and read to its end, when the loop stops, and when ctx ends. Any other error is yielded, and ends it. It costs no
	// goroutine; a reader that stops has left nothing behind. With throttling it waits for its turn instead of failing.
	Records(ctx context.Context, shard string, pos Position) iter.Seq2[Record, error]
	// Shards yields the shards that a filter selects, in order of ids; an error is yielded, and ends it.
	Shards(ctx context.Context, f ShardFilter) iter.Seq2[Shard, error]
	// Subscribe has the records of a shard pushed to a registered consumer, which is named by its name or ARN, from pos on, for
	// five minutes. It fails as Iterator does, and with [ErrResourceInUse] when the consumer is not active, or has a subscription
	// to the shard that is younger than five seconds. An older one is ended by the new one.
	Subscribe(ctx context.Context, consumer, shard string, pos Position) (*Subscription, error)
}

// Stream is one stream. Its methods may be called concurrently. A Stream is a name, not a thing: after the stream's deletion its
// methods fail with [ErrResourceNotFound], and they work again once a stream of the same name exists. Where the comments name no
// errors, methods fail with [ErrResourceNotFound], [ErrAccessDenied] and [ErrValidation] for arguments out of form, and changes
// also with [ErrResourceInUse] while the stream is not active.
type Stream interface {
	Producer
	Reader
	// Name returns the name.
	Name() string
	// ARN returns the Amazon Resource Name.
	ARN() string
	// Summary returns what the stream is.
	Summary(ctx context.Context) (Summary, error)
	// Describe returns the same with a page of the shards.
	Describe(ctx context.Context, opts DescribeOptions) (Description, error)
	// ListShards lists shards; opts.Stream is this stream's. See [Streams.ListShards].
	ListShards(ctx context.Context, opts ListShardsOptions) (ShardPage, error)

	// Split closes an open shard and opens two, which divide its range at the key at, the first of the upper one's. At must be at
	// least two above the shard's first key, and below its last. It fails with [ErrInvalidArgument] for a key out of that range
	// or a closed shard, and with [ErrLimitExceeded] for more shards than the account may have.
	Split(ctx context.Context, shard string, at HashKey) error
	// SplitText is Split with a key that came in as text, right or wrong.
	SplitText(ctx context.Context, shard, at string) error
	// Merge closes two open shards and opens one with the ranges of both. The range of adjacent must begin where that of shard
	// ends. It fails with [ErrInvalidArgument] for any other two shards.
	Merge(ctx context.Context, shard, adjacent string) error
	// SetShardCount splits and merges until there are target shards of ranges that are divided as how says ([UniformScaling]): at
	// most twice and at least half as many as now, ten times in 24 hours. It fails with [ErrInvalidArgument] and
	// [ErrLimitExceeded], on an on-demand stream with [ErrValidation].
	SetShardCount(ctx context.Context, target int, how ScalingType) (ShardCount, error)

	// IncreaseRetention sets for how many hours records are held, 24 to 8,760 and no fewer than now. What has expired stays so. It
	// fails with [ErrInvalidArgument].
	IncreaseRetention(ctx context.Context, hours int) error
	// DecreaseRetention sets it to no more than now, at once.
	DecreaseRetention(ctx context.Context, hours int) error
	// SetMode changes who manages the shards, which stay as they are, up to twice in 24 hours. warmMiBps is the throughput to
	// prepare for, or 0.
	SetMode(ctx context.Context, m Mode, warmMiBps int) error
	// SetMaxRecordSize sets the size of the largest record that is put from now on, 1,024 to 10,240 KiB.
	SetMaxRecordSize(ctx context.Context, kib int) error
	// SetWarmThroughput sets the throughput that an on-demand stream is prepared for, in MiB a second. It needs the account's
	// commitment. With [WithThrottling] it is as many shards, at least.
	SetWarmThroughput(ctx context.Context, mibps int) (WarmThroughput, error)
	// SetDistribution says what places the records of an on-demand stream, at once.
	SetDistribution(ctx context.Context, d Distribution) error
	// StartEncryption has later records marked as encrypted with a KMS key, which is not looked up: nothing is encrypted.
	StartEncryption(ctx context.Context, kmsKey string) error
	// StopEncryption ends that.
	StopEncryption(ctx context.Context, kmsKey string) error
	// EnableMonitoring switches metrics on, and DisableMonitoring off.
	EnableMonitoring(ctx context.Context, metrics ...Metric) (Monitoring, error)
	DisableMonitoring(ctx context.Context, metrics ...Metric) (Monitoring, error)

	// Tags lists tags.
	Tags(ctx context.Context, opts TagOptions) (TagPage, error)
	// Tag adds tags and overwrites those of the same keys: up to 50 on a stream, keys of 1 to 128 characters, values of up to 256.
	// It fails with [ErrInvalidArgument] for characters that tags cannot have.
	Tag(ctx context.Context, tags map[string]string) error
	// Untag removes tags; keys that the stream does not have are no error.
	Untag(ctx context.Context, keys ...string) error

	// Register makes a consumer, up to 20 on a stream, or 50 on an on-demand stream of an account with a commitment. A name that is
	// taken fails with [ErrResourceInUse], one too many with [ErrLimitExceeded].
	Register(ctx context.Context, name string, tags map[string]string) (Consumer, error)
	// Consumer finds a consumer by name or ARN, or fails with [ErrResourceNotFound].
	Consumer(ctx context.Context, ref string) (Consumer, error)
	// Consumers lists the consumers.
	Consumers(ctx context.Context, opts ConsumersOptions) (ConsumerPage, error)
	// Deregister deletes a consumer, by name or ARN. Its subscriptions end.
	Deregister(ctx context.Context, ref string) error
}

// Streams is the control plane, and the reading by iterators, which name their streams themselves. [*Broker] implements it in
// memory. Its methods may be called concurrently and do not block. A ref is a name in the caller's account and region, or an ARN.
type Streams interface {
	// Create makes a stream. A name that is taken fails with [ErrResourceInUse], more shards than the account may have with
	// [ErrLimitExceeded], and settings that contradict each other with [ErrInvalidArgument].
	Create(ctx context.Context, name string, cfg Config) (Stream, error)
	// Open finds a stream, or fails with [ErrResourceNotFound].
	Open(ctx context.Context, ref string) (Stream, error)
	// Delete deletes a stream with its records. Readers that wait end with [ErrResourceNotFound]. A stream with consumers fails
	// with [ErrResourceInUse] unless withConsumers deletes them too.
	Delete(ctx context.Context, ref string, withConsumers bool) error
	// List lists the streams of the caller's account and region, by name.
	List(ctx context.Context, opts ListOptions) (Page, error)
	// ListShards lists shards of the stream that the options name, or the page behind another. It fails with [ErrInvalidArgument]
	// for options that contradict each other, and [ErrExpiredNextToken].
	ListShards(ctx context.Context, opts ListShardsOptions) (ShardPage, error)
	// Read reads records. It fails with [ErrExpiredIterator], [ErrInvalidArgument] (no iterator of this service),
	// [ErrResourceNotFound] (stream or shard are gone) or [ErrThroughputExceeded].
	Read(ctx context.Context, it Iterator, opts ReadOptions) (Batch, error)

	// AccountLimits returns the quotas of the caller's account.
	AccountLimits(ctx context.Context) (AccountLimits, error)
	// Commitment returns the account's commitment to a minimum throughput.
	Commitment(ctx context.Context) (Commitment, error)
	// SetCommitment begins or ends it. It cannot end within 24 hours: it is then marked to end as soon as it can.
	SetCommitment(ctx context.Context, s CommitmentStatus) (Commitment, error)

	// ResourceTags returns all tags of a stream or a consumer, by ARN, in order of keys.
	ResourceTags(ctx context.Context, arn string) ([]Tag, error)
	// TagResource and UntagResource change them as [Stream.Tag] and [Stream.Untag] do.
	TagResource(ctx context.Context, arn string, tags map[string]string) error
	UntagResource(ctx context.Context, arn string, keys ...string) error
	// Policy returns the resource policy of a stream or a consumer, "{}" if it has none.
	Policy(ctx context.Context, arn string) (string, error)
	// SetPolicy gives it one, in JSON, which says what callers of other accounts may do.
	SetPolicy(ctx context.Context, arn, policy string) error
	// DeletePolicy removes it, or fails with [ErrResourceNotFound] if there is none.
	DeletePolicy(ctx context.Context, arn string) error
}

// ListOptions select a page of streams.
type ListOptions struct {
	After string // name; only streams behind it, whether it exists or not
	Limit int    // 1 to 10,000; 0: 100
	Token string // Page.Next of the page before; valid for five minutes
	Given Given
}

// Page is one page of streams.
type Page struct {
	Streams []Listed
	Next    string // token of the next page, empty after the last
	More    bool
}

// Listed is a stream in a listing.
type Listed struct {
	Stream
	Status  Status
	Mode    Mode
	Created time.Time
}

// All yields every stream of ss, in order of names.
func All(ctx context.Context, ss Streams) iter.Seq2[Stream, error] {
	return func(yield func(Stream, error) bool) {
		for opts := (ListOptions{}); ; {
			page, err := ss.List(ctx, opts)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, s := range page.Streams {
				if !yield(s.Stream, nil) {
					return
				}
			}
			if !page.More {
				return
			}
			opts.Token = page.Next
		}
	}
}
