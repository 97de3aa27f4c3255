package kinesishttp

import (
	"time"

	"github.com/inflight-mq/inflight/internal/awswire"
)

// params are the parameters of all operations, as the request names them. What is absent is nil.
type params struct {
	StreamName, StreamARN     *string
	ConsumerName, ConsumerARN *string
	ResourceARN               *string
	NextToken                 *string
	Limit, MaxResults         *int
	DryRun                    bool
	EnforceConsumerDeletion   bool

	ShardCount, TargetShardCount *int
	StreamMode                   *mode
	WarmThroughputMiBps          *int
	MaxRecordSizeInKiB           *int
	RecordDistributionStrategy   *string
	RetentionPeriodHours         *int
	ScalingType                  *string
	EncryptionType, KeyID        *string
	ShardLevelMetrics            []string
	Tags                         map[string]string
	TagKeys                      []string
	Policy                       *string
	Commitment                   *commitment

	ShardID, ShardToSplit, NewStartingHashKey *string
	ShardToMerge, AdjacentShardToMerge        *string
	ExclusiveStartShardID                     *string
	ExclusiveStartStreamName                  *string
	ExclusiveStartTagKey                      *string
	StreamCreationTimestamp                   time.Time
	ShardFilter                               *filter

	ShardIterator       *string
	position            // of GetShardIterator
	StartingPosition    *position
	entry               // of PutRecord
	SequenceForOrdering *string
	Records             []entry
}

// entry are the parameters of a record.
type entry struct {
	PartitionKey, ExplicitHashKey *string
	Data                          []byte
}

// position is where reading begins.
type position struct {
	Type, Sequence *string
	Time           time.Time
}

type filter struct {
	Type, ShardID *string
	Time          time.Time
}

// Structures of one member.
type (
	mode       struct{ Mode *string }
	commitment struct{ Status *string }
)

// parse reads the members of an operation. Others are not looked at.
func (p *params) parse(in awswire.Reader, op *operation) error {
	t := &typed{Reader: in}
	if in.Kind() != awswire.Map {
		return awswire.ErrMalformed
	}
	in.Object(func(name string) {
		if !op.has(name) {
			in.Skip()
			return
		}
		p.member(t, name)
	})
	return t.err()
}

func (p *params) member(t *typed, name string) {
	if s := p.textMember(name); s != nil {
		*s = t.text()
		return
	}
	if n := p.intMember(name); n != nil {
		*n = t.int()
		return
	}
	switch name {
	case "StreamId": // reserved
		t.text()
	case "DryRun":
		p.DryRun = t.bool()
	case "EnforceConsumerDeletion":
		p.EnforceConsumerDeletion = t.bool()
	case "StreamCreationTimestamp":
		p.StreamCreationTimestamp = t.time()
	case "Timestamp":
		p.position.Time = t.time()
	case "Tags":
		p.Tags = t.textMap()
	case "TagKeys":
		p.TagKeys = t.texts()
	case "ShardLevelMetrics":
		p.ShardLevelMetrics = t.texts()
	case "Records":
		p.records(t)
	default:
		p.structure(t, name)
	}
}

// textMember returns where a text goes, nil for members that are none.
func (p *params) textMember(name string) **string {
	switch name {
	case "StreamName":
		return &p.StreamName
	case "StreamARN":
		return &p.StreamARN
	case "ConsumerName":
		return &p.ConsumerName
	case "ConsumerARN":
		return &p.ConsumerARN
	case "ResourceARN":
		return &p.ResourceARN
	case "NextToken":
		return &p.NextToken
	case "RecordDistributionStrategy":
		return &p.RecordDistributionStrategy
	case "ScalingType":
		return &p.ScalingType
	case "EncryptionType":
		return &p.EncryptionType
	case "KeyId":
		return &p.KeyID
	case "Policy":
		return &p.Policy
	case "ShardId":
		return &p.ShardID
	case "ShardToSplit":
		return &p.ShardToSplit
	case "NewStartingHashKey":
		return &p.NewStartingHashKey
	case "ShardToMerge":
		return &p.ShardToMerge
	case "AdjacentShardToMerge":
		return &p.AdjacentShardToMerge
	case "ExclusiveStartShardId":
		return &p.ExclusiveStartShardID
	case "ExclusiveStartStreamName":
		return &p.ExclusiveStartStreamName
	case "ExclusiveStartTagKey":
		return &p.ExclusiveStartTagKey
	case "ShardIterator":
		return &p.ShardIterator
	case "ShardIteratorType":
		return &p.position.Type
	case "StartingSequenceNumber":
		return &p.position.Sequence
	case "SequenceNumberForOrdering":
		return &p.SequenceForOrdering
	case "PartitionKey":
		return &p.PartitionKey
	case "ExplicitHashKey":
		return &p.ExplicitHashKey
	}
	return nil
}

// intMember returns where a number goes, nil for members that are none.
func (p *params) intMember(name string) **int {
	switch name {
	case "Limit":
		return &p.Limit
	case "MaxResults":
		return &p.MaxResults
	case "ShardCount":
		return &p.ShardCount
	case "TargetShardCount":
		return &p.TargetShardCount
	case "WarmThroughputMiBps":
		return &p.WarmThroughputMiBps
	case "MaxRecordSizeInKiB":
		return &p.MaxRecordSizeInKiB
	case "RetentionPeriodHours":
		return &p.RetentionPeriodHours
	}
	return nil
}

func (p *params) structure(t *typed, name string) {
	switch name {
	case "Data":
		p.Data = t.blob()
	case "StreamModeDetails":
		var m mode
		p.StreamMode = read(t, &m, func(name string) bool { return take(name, "StreamMode", t, &m.Mode) })
	case "MinimumThroughputBillingCommitment":
		var c commitment
		p.Commitment = read(t, &c, func(name string) bool { return take(name, "Status", t, &c.Status) })
	case "StartingPosition":
		var at position
		p.StartingPosition = read(t, &at, func(name string) bool {
			return take(name, "Type", t, &at.Type) || take(name, "SequenceNumber", t, &at.Sequence) || takeTime(name, t, &at.Time)
		})
	case "ShardFilter":
		var f filter
		p.ShardFilter = read(t, &f, func(name string) bool {
			return take(name, "Type", t, &f.Type) || take(name, "ShardId", t, &f.ShardID) || takeTime(name, t, &f.Time)
		})
	}
}

// read reads a structure into v, and returns it, nil if it is absent. member reports whether it read a member.
func read[T any](t *typed, v *T, member func(name string) bool) *T {
	if !t.structure(func(name string) {
		if !member(name) {
			t.Skip()
		}
	}) {
		return nil
	}
	return v
}

// take reads a text, if it is the member's turn.
func take(name, wanted string, t *typed, v **string) bool {
	if name != wanted {
		return false
	}
	*v = t.text()
	return true
}

func takeTime(name string, t *typed, v *time.Time) bool {
	if name != "Timestamp" {
		return false
	}
	*v = t.time()
	return true
}

// mostRead bounds how many records of a batch are kept; no batch may have as many.
const mostRead = 1_000

func (p *params) records(t *typed) {
	all := []entry{}
	var e entry
	member := func(name string) {
		switch name {
		case "Data":
			e.Data = t.blob()
		case "PartitionKey":
			e.PartitionKey = t.text()
		case "ExplicitHashKey":
			e.ExplicitHashKey = t.text()
		default:
			t.Skip()
		}
	}
	if !t.list(func() {
		e = entry{}
		t.structure(member)
		if len(all) < mostRead {
			all = append(all, e)
		}
	}) {
		all = nil
	}
	p.Records = all
}
