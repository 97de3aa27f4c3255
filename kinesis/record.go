package kinesis

import "time"

// Entry is a record to put.
type Entry struct {
	PartitionKey string // 1 to 256 characters; may be empty only where the stream distributes records itself
	// Data is 0 bytes to the stream's largest record, the partition key's bytes included. The broker copies it.
	Data []byte
	// HashKey takes the place of the partition key's hash, if it is not nil. The partition key is stored all the same.
	HashKey *HashKey
	// After is a number that the record's own must exceed; [Producer.Put] only. Numbers of other shards are accepted, as the
	// service accepts them, and mean nothing.
	After SequenceNumber

	// HashKeyText and AfterText take the place of HashKey and After, if they are not empty: what came in as text, right or wrong.
	HashKeyText, AfterText string

	Given Given
}

// Placed is the answer to one record.
type Placed struct {
	ShardID  string
	Sequence SequenceNumber
	// Err says why the record of a batch was not stored: [ErrThroughputExceeded] or [ErrInternal]. The other records of the batch
	// do not depend on it. ShardID and Sequence are then empty.
	Err       error
	Encrypted bool // the stream is encrypted with a KMS key
}

// Record is a record that was read.
type Record struct {
	// Data is shared by everybody who reads the record, and must not be changed.
	Data         []byte
	PartitionKey string
	Sequence     SequenceNumber
	Arrived      time.Time // UTC, of full precision; the wire shows milliseconds
	Encrypted    bool      // the stream was encrypted with a KMS key when the record came
}

// PositionType is the kind of a position.
type PositionType string

// The kinds of positions, by the service's names.
const (
	TrimHorizon         PositionType = "TRIM_HORIZON"
	LatestRecord        PositionType = "LATEST"
	AtSequenceNumber    PositionType = "AT_SEQUENCE_NUMBER"
	AfterSequenceNumber PositionType = "AFTER_SEQUENCE_NUMBER"
	AtTimestamp         PositionType = "AT_TIMESTAMP"
)

// Position is where in a shard reading begins. [Oldest], [Latest], [At], [After] and [Since] make one; the zero Position is
// refused.
type Position struct {
	Type     PositionType
	Sequence SequenceNumber // with AtSequenceNumber and AfterSequenceNumber
	Time     time.Time      // with AtTimestamp
	// SequenceText takes the place of Sequence, if it is not empty: what came in as text, right or wrong.
	SequenceText string
	Given        Given
}

// Oldest is the oldest record that is still held.
func Oldest() Position { return Position{Type: TrimHorizon} }

// Latest is behind the newest record at the time of the call that takes the position: it reads what comes later.
func Latest() Position { return Position{Type: LatestRecord} }

// At is the first record with the number s or a higher one.
func At(s SequenceNumber) Position { return Position{Type: AtSequenceNumber, Sequence: s} }

// After is the first record with a higher number than s.
func After(s SequenceNumber) Position { return Position{Type: AfterSequenceNumber, Sequence: s} }

// Since is the first record that arrived at t or later; what came before the oldest record held is that record. A time in the
// future is refused.
func Since(t time.Time) Position { return Position{Type: AtTimestamp, Time: t} }

// Iterator is a position in a shard of a stream: an opaque text of up to 512 characters, valid for five minutes, however often it
// is used. No two are equal. Iterators of one broker mean nothing to another, unless it was given a [Snapshot] of the first.
type Iterator string

// ReadOptions say how much to read.
type ReadOptions struct {
	Limit int // records, 1 to 10,000; 0: 10,000
	// StreamARN names the stream once more, which changes nothing. It may be empty.
	StreamARN string
	// Into is a slice that the answer's records are appended to, such as that of an earlier answer, cut to no length: most of what
	// reading costs is room for records. Nil: a new one.
	Into  []Record
	Given Given
}

// Batch is the answer to a read.
type Batch struct {
	Records []Record // in order; at most 10 MiB, but at least one if there is one
	// Next reads on. It is empty only after the last record of a closed shard; Children are what to read then.
	Next Iterator
	// Behind is how old what comes next is at most: 0 when there is nothing more, else at least a millisecond. Whole milliseconds.
	Behind   time.Duration
	Children []ChildShard
}

// Given marks fields as present though they hold their zero value, or as absent, as a request on the wire can. Go code leaves it
// zero.
type Given uint16

// The fields that can be present and zero, and those that can be absent though their zero value is fine.
const (
	GivenPartitionKey Given = 1 << iota // Entry.PartitionKey
	GivenHashKey                        // Entry.HashKeyText
	GivenSequence                       // Entry.AfterText, Position.SequenceText
	GivenLimit                          // Limit and Max of all options
	GivenShards                         // Config.Shards
	GivenAfter                          // ListOptions.After, DescribeOptions.After, ListShardsOptions.After, TagOptions.After
	GivenToken                          // Token of all options
	GivenType                           // Position.Type, Config.Mode
	GivenRecordSize                     // Config.MaxRecordKiB
	GivenWarm                           // Config.WarmMiBps
	GivenTags                           // Config.Tags
	AbsentData                          // Entry.Data: not even empty
)
