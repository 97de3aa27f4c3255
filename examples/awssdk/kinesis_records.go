package awssdk

import (
	"context"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/inflight-mq/inflight/kinesis"
)

func (s *stream) Put(ctx context.Context, e kinesis.Entry) (kinesis.Placed, error) {
	key, hash, data := membersOf(&e)
	after := e.AfterText
	if after == "" {
		after = e.After.String()
	}
	out, err := s.s.c.PutRecord(ctx, &awskinesis.PutRecordInput{
		StreamARN: &s.arn, PartitionKey: key, ExplicitHashKey: hash, Data: data, DryRun: dryRunOf(ctx),
		SequenceNumberForOrdering: text(after, e.Given&kinesis.GivenSequence != 0),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Placed{}, s.done(ctx, kinesis.OpPutRecord, err)
	}
	n, err := sequenceOf(out.SequenceNumber)
	return kinesis.Placed{ShardID: aws.ToString(out.ShardId), Sequence: n, Encrypted: out.EncryptionType == types.EncryptionTypeKms}, err
}

// membersOf returns the members of a record.
func membersOf(e *kinesis.Entry) (key, hash *string, data []byte) {
	hash = text(e.HashKeyText, e.Given&kinesis.GivenHashKey != 0)
	if hash == nil && e.HashKey != nil {
		hash = aws.String(e.HashKey.String())
	}
	if e.Given&kinesis.AbsentData == 0 {
		data = present(e.Data)
	}
	return text(e.PartitionKey, e.Given&kinesis.GivenPartitionKey != 0), hash, data
}

func (s *stream) PutBatch(ctx context.Context, es ...kinesis.Entry) ([]kinesis.Placed, error) {
	in := &awskinesis.PutRecordsInput{StreamARN: &s.arn, Records: []types.PutRecordsRequestEntry{}, DryRun: dryRunOf(ctx)}
	for i := range es {
		key, hash, data := membersOf(&es[i])
		in.Records = append(in.Records, types.PutRecordsRequestEntry{PartitionKey: key, ExplicitHashKey: hash, Data: data})
	}
	out, err := s.s.c.PutRecords(ctx, in, optionsOf(ctx))
	if err != nil {
		return nil, s.done(ctx, kinesis.OpPutRecords, err)
	}
	all := make([]kinesis.Placed, len(out.Records))
	for i, r := range out.Records {
		if r.ErrorCode != nil {
			all[i].Err = &kinesis.Error{
				Op: kinesis.OpPutRecords, Stream: s.name, Code: kinesis.Code(*r.ErrorCode), Message: aws.ToString(r.ErrorMessage),
			}
			continue
		}
		n, err := sequenceOf(r.SequenceNumber)
		if err != nil {
			return nil, err
		}
		all[i] = kinesis.Placed{ShardID: aws.ToString(r.ShardId), Sequence: n, Encrypted: out.EncryptionType == types.EncryptionTypeKms}
	}
	return all, nil
}

func (s *stream) Iterator(ctx context.Context, shard string, pos kinesis.Position) (kinesis.Iterator, error) {
	out, err := s.s.c.GetShardIterator(ctx, &awskinesis.GetShardIteratorInput{
		StreamARN: &s.arn, ShardId: &shard, ShardIteratorType: types.ShardIteratorType(pos.Type), StartingSequenceNumber: sequenceIn(&pos),
		Timestamp: timeOf(pos.Time), DryRun: dryRunOf(ctx),
	}, optionsOf(ctx))
	if err != nil {
		return "", s.done(ctx, kinesis.OpGetShardIterator, err)
	}
	return kinesis.Iterator(aws.ToString(out.ShardIterator)), nil
}

// sequenceIn returns the number of a position, if it has one.
func sequenceIn(pos *kinesis.Position) *string {
	n := pos.SequenceText
	if n == "" {
		n = pos.Sequence.String()
	}
	return text(n, pos.Given&kinesis.GivenSequence != 0)
}

func (s *streams) Read(ctx context.Context, it kinesis.Iterator, opts kinesis.ReadOptions) (kinesis.Batch, error) {
	out, err := s.c.GetRecords(ctx, &awskinesis.GetRecordsInput{
		ShardIterator: aws.String(string(it)), Limit: number(opts.Limit, opts.Given&kinesis.GivenLimit != 0),
		StreamARN: text(opts.StreamARN, false),
		DryRun:    dryRunOf(ctx),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Batch{}, streamRefusal(ctx, kinesis.OpGetRecords, streamNameIn(opts.StreamARN), err)
	}
	b := kinesis.Batch{Next: kinesis.Iterator(aws.ToString(out.NextShardIterator)), Behind: millis(out.MillisBehindLatest)}
	if b.Records, err = recordsOf(opts.Into, out.Records); err != nil {
		return kinesis.Batch{}, err
	}
	b.Children, err = childrenOf(out.ChildShards)
	return b, err
}

// pause is the time between two reads that find nothing.
const pause = 200 * time.Millisecond

func (s *stream) Records(ctx context.Context, shard string, pos kinesis.Position) iter.Seq2[kinesis.Record, error] {
	return func(yield func(kinesis.Record, error) bool) {
		it, err := s.Iterator(ctx, shard, pos)
		for err == nil && it != "" {
			var b kinesis.Batch
			if b, err = s.s.Read(ctx, it, kinesis.ReadOptions{StreamARN: s.arn}); err != nil {
				break
			}
			for _, r := range b.Records {
				if !yield(r, nil) {
					return
				}
			}
			if it = b.Next; it != "" && len(b.Records) == 0 {
				select {
				case <-ctx.Done():
				case <-time.After(pause):
				}
			}
		}
		if err != nil && ctx.Err() == nil {
			yield(kinesis.Record{}, err)
		}
	}
}

func (s *stream) Shards(ctx context.Context, f kinesis.ShardFilter) iter.Seq2[kinesis.Shard, error] {
	return func(yield func(kinesis.Shard, error) bool) {
		opts := kinesis.ListShardsOptions{Stream: s.arn, Filter: f}
		for {
			p, err := s.s.ListShards(ctx, opts)
			if err != nil {
				yield(kinesis.Shard{}, err)
				return
			}
			for _, sh := range p.Shards {
				if !yield(sh, nil) {
					return
				}
			}
			if opts = (kinesis.ListShardsOptions{Token: p.Next}); p.Next == "" {
				return
			}
		}
	}
}

func (s *stream) Subscribe(ctx context.Context, consumer, shard string, pos kinesis.Position) (*kinesis.Subscription, error) {
	if !isARN(consumer) {
		c, err := s.Consumer(ctx, consumer)
		if err != nil {
			return nil, err
		}
		consumer = c.ARN
	}
	// A client of its own for each: today's SDK (smithy-go 1.28.9) has a data race between two event streams of one client.
	out, err := awskinesis.New(s.s.c.Options()).SubscribeToShard(ctx, &awskinesis.SubscribeToShardInput{
		ConsumerARN: &consumer, ShardId: &shard, DryRun: dryRunOf(ctx),
		StartingPosition: &types.StartingPosition{
			Type: types.ShardIteratorType(pos.Type), SequenceNumber: sequenceIn(&pos), Timestamp: timeOf(pos.Time),
		},
	}, optionsOf(ctx))
	if err != nil {
		return nil, s.done(ctx, kinesis.OpSubscribeToShard, err)
	}
	return kinesis.NewSubscription(s.events(ctx, out.GetStream())), nil
}

// events yields the events of a stream of the SDK's until that ends, and closes it.
func (s *stream) events(ctx context.Context, from *awskinesis.SubscribeToShardEventStream) iter.Seq2[kinesis.ShardEvent, error] {
	return func(yield func(kinesis.ShardEvent, error) bool) {
		defer from.Close() //nolint:errcheck // there is nothing to lose
		for member := range from.Events() {
			ev, ok := member.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent)
			if !ok {
				continue
			}
			if e, err := eventOf(&ev.Value); !yield(e, err) || err != nil {
				return
			}
		}
		if err := from.Err(); err != nil && ctx.Err() == nil {
			yield(kinesis.ShardEvent{}, s.done(ctx, kinesis.OpSubscribeToShard, err))
		}
	}
}
