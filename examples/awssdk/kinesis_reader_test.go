package awssdk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// reader reads all shards of a stream, as it is written for production. It reads parents to their end before their children, so that
// it has the records of each key in order, and remembers by sequence numbers how far it is: its checkpoints, which belong into a
// database, are all that it needs to go on after a crash.
type reader struct {
	client *awskinesis.Client
	stream *string
	start  func(*awskinesis.GetShardIteratorInput) // where to begin in a shard without a checkpoint
	handle func(types.Record) error

	checkpoints map[string]string // sequence number of the last record that was handled, by shard
	finished    map[string]bool   // shards that were read to their end
	hasty       bool              // does not wait for parents, as it should
}

func newReader(s stream, handle func(types.Record) error) *reader {
	return &reader{
		client: s.client, stream: s.name, start: fromTheOldest, handle: handle,
		checkpoints: map[string]string{}, finished: map[string]bool{},
	}
}

func fromTheOldest(in *awskinesis.GetShardIteratorInput) {
	in.ShardIteratorType = types.ShardIteratorTypeTrimHorizon
}

func since(t time.Time) func(*awskinesis.GetShardIteratorInput) {
	return func(in *awskinesis.GetShardIteratorInput) {
		in.ShardIteratorType, in.Timestamp = types.ShardIteratorTypeAtTimestamp, &t
	}
}

// poll reads what has come since the last poll. In production it is called once a second or so.
func (r *reader) poll(ctx context.Context) error {
	shards, err := r.shards(ctx)
	if err != nil {
		return err
	}
	held := map[string]bool{}
	for _, shard := range shards {
		held[*shard.ShardId] = true
	}
	open := func(parent *string) bool { // for the reader; one that has expired is finished, whoever has read it
		return parent != nil && held[*parent] && !r.finished[*parent]
	}
	for _, shard := range shards { // in order of ids: parents come first
		if r.finished[*shard.ShardId] || !r.hasty && (open(shard.ParentShardId) || open(shard.AdjacentParentShardId)) {
			continue
		}
		if err := r.read(ctx, *shard.ShardId); err != nil {
			return err
		}
	}
	return nil
}

// shards lists the shards of the stream, page by page, closed ones included.
func (r *reader) shards(ctx context.Context) ([]types.Shard, error) {
	var all []types.Shard
	in := &awskinesis.ListShardsInput{StreamName: r.stream}
	for {
		out, err := r.client.ListShards(ctx, in)
		if err != nil {
			return nil, err
		}
		if all = append(all, out.Shards...); out.NextToken == nil {
			return all, nil
		}
		in = &awskinesis.ListShardsInput{NextToken: out.NextToken} // and no name beside it
	}
}

// read reads a shard until there is nothing more, or until it is too fast for the shard. An answer without records does not mean that
// there are none: what counts is how far behind it is, and that a shard which was read to its end has no next iterator.
func (r *reader) read(ctx context.Context, shard string) error {
	in := &awskinesis.GetShardIteratorInput{StreamName: r.stream, ShardId: &shard}
	r.start(in)
	if last, ok := r.checkpoints[shard]; ok {
		in.ShardIteratorType, in.StartingSequenceNumber, in.Timestamp = types.ShardIteratorTypeAfterSequenceNumber, &last, nil
	}
	at, err := r.client.GetShardIterator(ctx, in)
	if err != nil {
		return later(err)
	}
	for next := at.ShardIterator; ; {
		out, err := r.client.GetRecords(ctx, &awskinesis.GetRecordsInput{ShardIterator: next})
		if err != nil {
			return later(err)
		}
		for _, record := range out.Records {
			if err := r.handle(record); err != nil {
				return err
			}
			r.checkpoints[shard] = *record.SequenceNumber
		}
		if next = out.NextShardIterator; next == nil {
			r.finished[shard] = true
			return nil
		}
		if *out.MillisBehindLatest == 0 {
			return nil
		}
	}
}

// later returns nil for an error that the next poll may not have.
func later(err error) error {
	if _, tooFast := errors.AsType[*types.ProvisionedThroughputExceededException](err); tooFast {
		return nil
	}
	return err
}

// journeys is a handler that keeps what it gets, by key.
type journeys map[string][]string

func (j journeys) handle(r types.Record) error {
	j[*r.PartitionKey] = append(j[*r.PartitionKey], string(r.Data))
	return nil
}

// drive has eight trucks report, each under its own key.
func (s stream) drive(t require.TestingT, where string) {
	for i := range 8 {
		s.put(t, fmt.Sprint("truck ", i), where)
	}
}

// A reader that follows a split and a merge has the reports of each truck in order, as parents come before children. One that reads
// all shards at once need not.
func TestReaderFollowsASplit(t *testing.T) {
	s, clock := fakeStream(t, 1)
	got := journeys{}
	r := newReader(s, got.handle)
	s.drive(t, "Lyon")
	require.NoError(t, r.poll(t.Context()))
	assert.Len(t, got, 8)
	s.drive(t, "Nice") // nobody has read this when the shard is split
	s.split(t, "shardId-000000000000")
	s.drive(t, "Oslo")
	_, err := s.client.MergeShards(t.Context(), &awskinesis.MergeShardsInput{
		StreamName: s.name, ShardToMerge: aws.String("shardId-000000000001"), AdjacentShardToMerge: aws.String("shardId-000000000002"),
	})
	require.NoError(t, err)
	s.drive(t, "Rome")
	clock.Advance(time.Second)
	require.NoError(t, r.poll(t.Context()))
	for truck, where := range got {
		assert.Equal(t, []string{"Lyon", "Nice", "Oslo", "Rome"}, where, truck)
	}
	assert.Equal(t, map[string]bool{"shardId-000000000000": true, "shardId-000000000001": true, "shardId-000000000002": true}, r.finished)
	route := s.region.Kinesis().ExplainKey(*s.name, "truck 0")
	assert.Equal(t, "shardId-000000000003", route.Shard)
	assert.Len(t, route.Before, 2)
}

// A reader that crashes goes on behind its checkpoint. What it had handled and not yet written down it handles again: at least once,
// and still in order.
func TestReaderGoesOnBehindItsCheckpoint(t *testing.T) {
	s, _ := fakeStream(t, 1)
	for _, where := range []string{"Lyon", "Nice", "Oslo"} {
		s.put(t, "truck", where)
	}
	got := journeys{}
	first := newReader(s, func(r types.Record) error {
		if err := got.handle(r); err != nil || string(r.Data) != "Nice" {
			return err
		}
		return errors.New("a crash before the checkpoint")
	})
	require.Error(t, first.poll(t.Context()))
	second := newReader(s, got.handle)
	second.checkpoints = first.checkpoints
	require.NoError(t, second.poll(t.Context()))
	assert.Equal(t, []string{"Lyon", "Nice", "Nice", "Oslo"}, got["truck"])
	require.NoError(t, second.poll(t.Context()))
	assert.Len(t, got["truck"], 4, "there is nothing more")
}

// Reading takes nothing away: another application reads all of it again, or what has come since some time, whatever the first did.
func TestReplay(t *testing.T) {
	s, clock := fakeStream(t, 1)
	var noon time.Time
	for i, where := range []string{"Lyon", "Nice", "Oslo", "Rome"} {
		if i == 2 {
			noon = clock.Now()
			s.split(t, "shardId-000000000000")
		}
		s.put(t, "truck", where)
		clock.Advance(time.Hour)
	}
	for name, c := range map[string]struct {
		start func(*awskinesis.GetShardIteratorInput)
		want  []string
	}{
		"TRIM_HORIZON":                 {fromTheOldest, []string{"Lyon", "Nice", "Oslo", "Rome"}},
		"AT_TIMESTAMP noon":            {since(noon), []string{"Oslo", "Rome"}},
		"AT_TIMESTAMP a minute before": {since(noon.Add(-time.Minute)), []string{"Oslo", "Rome"}},
		"AT_TIMESTAMP long ago":        {since(noon.AddDate(-1, 0, 0)), []string{"Lyon", "Nice", "Oslo", "Rome"}},
	} {
		got := journeys{}
		r := newReader(s, got.handle)
		r.start = c.start
		require.NoError(t, r.poll(t.Context()), name)
		assert.Equal(t, c.want, got["truck"], name)
	}
}

// A stream forgets after 24 hours, unless it is told to keep records longer. A reader that was away for too long goes on with the
// oldest record that is still there: no error says that it missed some.
func TestReaderThatWasAwayForTooLong(t *testing.T) {
	s, clock := fakeStream(t, 1)
	got := journeys{}
	r := newReader(s, got.handle)
	s.put(t, "truck", "Lyon")
	require.NoError(t, r.poll(t.Context()))
	clock.Advance(time.Minute)
	s.put(t, "truck", "Nice")
	clock.Advance(kinesis.MinRetentionHours * time.Hour)
	s.put(t, "truck", "Oslo")
	at, err := s.client.GetShardIterator(t.Context(), &awskinesis.GetShardIteratorInput{
		StreamName: s.name, ShardId: aws.String("shardId-000000000000"), ShardIteratorType: types.ShardIteratorTypeAfterSequenceNumber,
		StartingSequenceNumber: aws.String(r.checkpoints["shardId-000000000000"]),
	})
	require.NoError(t, err)
	assert.Equal(t, kinesis.ReadTrimmed, s.region.Kinesis().ExplainRead(kinesis.Iterator(*at.ShardIterator)).State, "a test can ask")
	require.NoError(t, r.poll(t.Context()))
	assert.Equal(t, []string{"Lyon", "Oslo"}, got["truck"])
}

// The usual question is why a read returns nothing: an iterator of type LATEST finds only what comes after it was made.
func TestWhyAReadReturnsNothing(t *testing.T) {
	s, clock := fakeStream(t, 1)
	s.put(t, "truck", "Lyon")
	at, err := s.client.GetShardIterator(t.Context(), &awskinesis.GetShardIteratorInput{
		StreamName: s.name, ShardId: aws.String("shardId-000000000000"), ShardIteratorType: types.ShardIteratorTypeLatest,
	})
	require.NoError(t, err)
	read := func() (*awskinesis.GetRecordsOutput, error) {
		return s.client.GetRecords(t.Context(), &awskinesis.GetRecordsInput{ShardIterator: at.ShardIterator})
	}
	out, err := read()
	require.NoError(t, err)
	assert.Empty(t, out.Records)
	assert.Equal(t, kinesis.ReadTip, s.region.Kinesis().ExplainRead(kinesis.Iterator(*at.ShardIterator)).State)
	s.put(t, "truck", "Nice")
	out, err = read()
	require.NoError(t, err)
	require.Len(t, out.Records, 1, "the same iterator again: it is a place, and not used up")
	assert.Equal(t, "Nice", string(out.Records[0].Data))
	clock.Advance(kinesis.IteratorLife + time.Millisecond)
	_, err = read()
	assert.Equal(t, "ExpiredIteratorException", codeOf(err), "each read brings a new one, which is what to go on with")
}
