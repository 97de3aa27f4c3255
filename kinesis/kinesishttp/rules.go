package kinesishttp

import (
	"strconv"
	"strings"

	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// What the API model says of the members of requests. The Go API says the same of what it can see; only here it is seen what is
// absent.

// validate refuses a request with members out of form. Whether a record needs a partition key is a question for its stream: where
// nothing but keys is missing, the broker answers it.
func (p *params) validate(op *operation) error {
	f, keys := p.faults(op, true)
	if !f.Any() {
		return nil
	}
	if keys {
		if rest, _ := p.faults(op, false); !rest.Any() {
			return nil
		}
	}
	return &kinesis.Error{Code: kinesis.ErrValidation, Message: f.String()}
}

// faults returns what is wrong, and whether partition keys are missing.
func (p *params) faults(op *operation, needKeys bool) (f model.Faults, keys bool) {
	for member := range strings.FieldsSeq(op.members) {
		name := strings.TrimPrefix(member, "*")
		r := rule{&f, name, name != member}
		switch name {
		case "partitionKey":
			keys = p.PartitionKey == nil
			r.required = needKeys
			r.text(p.PartitionKey, nil, 1, kinesis.MaxKeyLength)
		case "records":
			keys = r.records(p.Records, needKeys)
		default:
			p.check(r, op)
		}
	}
	return f, keys
}

// rule is where the faults of a member go.
type rule struct {
	f        *model.Faults
	path     string
	required bool
}

// at returns the rule of a member of a member.
func (r rule) at(name string, required bool) rule {
	return rule{r.f, r.path + "." + name, required}
}

// absent adds what is wrong with a member that is not there.
func (r rule) absent() {
	if r.required {
		r.f.Null(r.path)
	}
}

func (r rule) text(v *string, p *model.Pattern, low, high int) {
	if v == nil {
		r.absent()
		return
	}
	r.f.Text(r.path, *v, p, low, high)
}

// unbounded is the length of texts that only a pattern bounds.
const unbounded = 1<<31 - 1

func (r rule) name(v *string) { r.text(v, model.Names(), 1, 128) }

func (r rule) number(v *int, low, high int) {
	if v == nil {
		r.absent()
		return
	}
	r.f.Number(r.path, *v, true, low, high)
}

func (r rule) enum(v *string, set []string) {
	if v == nil {
		r.absent()
		return
	}
	r.f.Enum(r.path, *v, set...)
}

// check adds what is wrong with a member.
func (p *params) check(r rule, op *operation) {
	switch r.path {
	case "streamName":
		r.name(p.StreamName)
	case "streamARN":
		r.text(p.StreamARN, model.StreamARNs(), 1, 2048)
	case "consumerName":
		r.name(p.ConsumerName)
	case "consumerARN":
		r.text(p.ConsumerARN, model.ConsumerARNs(), 1, 2048)
	case "resourceARN":
		r.text(p.ResourceARN, model.ResourceARNs(), 1, 2048)
	case "nextToken":
		r.text(p.NextToken, nil, 1, 1<<20)
	case "keyId":
		r.text(p.KeyID, nil, 1, 2048)
	case "policy":
		r.text(p.Policy, nil, 0, unbounded)
	case "exclusiveStartStreamName":
		r.name(p.ExclusiveStartStreamName)
	case "exclusiveStartTagKey":
		r.text(p.ExclusiveStartTagKey, nil, 1, 128)
	case "encryptionType":
		r.enum(p.EncryptionType, model.EncryptionTypes())
	case "scalingType":
		r.enum(p.ScalingType, model.ScalingTypes())
	case "recordDistributionStrategy":
		r.enum(p.RecordDistributionStrategy, model.Distributions())
	default:
		p.checkShardMember(r)
		p.checkNumber(r, op)
		p.checkComposite(r)
	}
}

// checkShardMember adds what is wrong with a member that says which shard, and where in it.
func (p *params) checkShardMember(r rule) {
	switch r.path {
	case "shardId":
		r.name(p.ShardID)
	case "shardToSplit":
		r.name(p.ShardToSplit)
	case "shardToMerge":
		r.name(p.ShardToMerge)
	case "adjacentShardToMerge":
		r.name(p.AdjacentShardToMerge)
	case "exclusiveStartShardId":
		r.name(p.ExclusiveStartShardID)
	case "shardIterator":
		r.text(p.ShardIterator, nil, 1, 512)
	case "shardIteratorType":
		r.enum(p.position.Type, model.PositionTypes())
	case "startingSequenceNumber":
		r.text(p.position.Sequence, model.Sequences(), 0, unbounded)
	case "newStartingHashKey":
		r.text(p.NewStartingHashKey, model.HashKeys(), 0, unbounded)
	case "explicitHashKey":
		r.text(p.ExplicitHashKey, model.HashKeys(), 0, unbounded)
	case "sequenceNumberForOrdering":
		r.text(p.SequenceForOrdering, model.Sequences(), 0, unbounded)
	}
}

// checkNumber adds what is wrong with a member that is a number.
func (p *params) checkNumber(r rule, op *operation) {
	const most, highest = 10_000, 1<<31 - 1
	switch r.path {
	case "limit":
		if op.limit != 0 {
			r.number(p.Limit, 1, op.limit)
		} else {
			r.number(p.Limit, 1, most)
		}
	case "maxResults":
		r.number(p.MaxResults, 1, most)
	case "shardCount":
		r.number(p.ShardCount, 1, highest)
	case "targetShardCount":
		r.number(p.TargetShardCount, 1, highest)
	case "warmThroughputMiBps":
		r.number(p.WarmThroughputMiBps, 0, highest)
	case "maxRecordSizeInKiB":
		r.number(p.MaxRecordSizeInKiB, kinesis.MinRecordKiB, kinesis.MaxRecordKiB)
	case "retentionPeriodHours":
		r.number(p.RetentionPeriodHours, -highest-1, highest) // the service has its own words for it
	}
}

// checkComposite adds what is wrong with a member that has others, or items.
func (p *params) checkComposite(r rule) {
	switch r.path {
	case "data":
		r.data(p.Data)
	case "tags":
		if p.Tags == nil {
			r.absent()
			return
		}
		r.f.Tags(p.Tags)
	case "tagKeys":
		if p.TagKeys == nil {
			r.absent()
			return
		}
		r.f.TagKeys(p.TagKeys)
	case "shardLevelMetrics":
		if p.ShardLevelMetrics == nil {
			r.absent()
			return
		}
		model.Metrics(r.f, p.ShardLevelMetrics)
	case "streamModeDetails":
		if p.StreamMode == nil {
			r.absent()
			return
		}
		r.at("streamMode", true).enum(p.StreamMode.Mode, model.Modes())
	case "minimumThroughputBillingCommitment":
		if p.Commitment == nil {
			r.absent()
			return
		}
		r.at("status", true).enum(p.Commitment.Status, model.Commitments())
	case "startingPosition":
		if p.StartingPosition == nil {
			r.absent()
			return
		}
		r.at("type", true).enum(p.StartingPosition.Type, model.PositionTypes())
		r.at("sequenceNumber", false).text(p.StartingPosition.Sequence, model.Sequences(), 0, unbounded)
	case "shardFilter":
		if p.ShardFilter == nil {
			return
		}
		r.at("type", true).enum(p.ShardFilter.Type, model.FilterTypes())
		r.at("shardId", false).name(p.ShardFilter.ShardID)
	}
}

func (r rule) data(b []byte) {
	switch {
	case b == nil:
		r.absent()
	case len(b) > kinesis.MaxRecordKiB<<10:
		r.f.Hidden(r.path, model.AtMost(kinesis.MaxRecordKiB<<10))
	}
}

// records checks the records of a batch, and reports whether a partition key is missing.
func (r rule) records(es []entry, needKeys bool) (missing bool) {
	switch {
	case es == nil:
		r.absent()
	case len(es) == 0:
		r.f.List(r.path, "[]", 0, 1, kinesis.MaxBatchEntries)
	case len(es) > kinesis.MaxBatchEntries:
		r.f.Hidden(r.path, model.AtMost(kinesis.MaxBatchEntries))
	}
	for i := range es {
		e := &es[i]
		missing = missing || e.PartitionKey == nil
		if e.isPlain() {
			continue
		}
		item := rule{r.f, r.path + "." + strconv.Itoa(i+1) + ".member", false}
		item.at("partitionKey", needKeys).text(e.PartitionKey, nil, 1, kinesis.MaxKeyLength)
		item.at("explicitHashKey", false).text(e.ExplicitHashKey, model.HashKeys(), 0, unbounded)
		item.at("data", true).data(e.Data)
	}
	return missing
}

// isPlain reports whether a record is in form without a doubt, and so nearly all are.
func (e *entry) isPlain() bool {
	return e.PartitionKey != nil && model.Fits(*e.PartitionKey, 1, kinesis.MaxKeyLength) && e.ExplicitHashKey == nil &&
		e.Data != nil && len(e.Data) <= kinesis.MaxRecordKiB<<10
}
