package awssdk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// odometer processes the reports of trucks, which are numbered by truck from 1. It may see a report again; it must see none before
// the one before it.
type odometer struct {
	processed map[string]int // the last report, by truck
	gaps      []string       // reports that came before the one before them
	crash     int            // before which of its next steps it crashes; 0: before none
}

var errCrash = errors.New("a crash")

// step crashes when it is time.
func (o *odometer) step() error {
	if o.crash--; o.crash == 0 {
		return errCrash
	}
	return nil
}

// handle takes two steps: to process the report, and to return, so that the report can be checkpointed.
func (o *odometer) handle(r types.Record) error {
	if err := o.step(); err != nil {
		return err
	}
	truck := *r.PartitionKey
	n, err := strconv.Atoi(string(r.Data))
	switch {
	case err != nil:
		return err
	case n > o.processed[truck]+1:
		o.gaps = append(o.gaps, fmt.Sprintf("%s: %d after %d", truck, n, o.processed[truck]))
		o.processed[truck] = n
	case n == o.processed[truck]+1:
		o.processed[truck] = n
	}
	return o.step()
}

// putAll puts one report of each truck, again and again those that were refused, and none of a truck before the one before it.
func (s stream) putAll(t *rapid.T, trucks []string, report int) {
	for left, tries := slices.Clone(trucks), 0; len(left) > 0; tries++ {
		if tries == 100 {
			t.Skip("the service refused everything")
		}
		var batch []types.PutRecordsRequestEntry
		for _, truck := range left {
			batch = append(batch, types.PutRecordsRequestEntry{PartitionKey: &truck, Data: []byte(strconv.Itoa(report))})
		}
		out, err := s.client.PutRecords(context.Background(), &awskinesis.PutRecordsInput{StreamName: s.name, Records: batch})
		require.NoError(t, err)
		var again []string
		for i, answer := range out.Records {
			if answer.ErrorCode != nil {
				again = append(again, left[i])
			}
		}
		left = again
	}
}

// reshard splits an open shard, or merges two.
func (s stream) reshard(t *rapid.T) {
	var open []kinesis.Shard
	for _, held := range s.region.Kinesis().Peek(*s.name) {
		if held.IsOpen() {
			open = append(open, held.Shard)
		}
	}
	slices.SortFunc(open, func(a, b kinesis.Shard) int { return a.Start.Compare(b.Start) })
	i := rapid.IntRange(0, len(open)-1).Draw(t, "shard")
	if i == len(open)-1 || rapid.Bool().Draw(t, "split") {
		s.split(t, open[i].ID)
		return
	}
	_, err := s.client.MergeShards(context.Background(), &awskinesis.MergeShardsInput{
		StreamName: s.name, ShardToMerge: &open[i].ID, AdjacentShardToMerge: &open[i+1].ID,
	})
	require.NoError(t, err)
}

// follow plays a stream that takes all liberties that a service has: reads that answer less than there is, or nothing, or refuse;
// ends of shards that are told late; records that are refused, or stored twice. It is split and merged meanwhile, and its consumer
// crashes and begins anew, with nothing but its checkpoints. It returns what the consumer saw.
func follow(t *rapid.T, hasty bool) *odometer {
	s, _ := fakeStream(t, 1, inflight.WithSeed(1), inflight.WithKinesis(kinesis.WithChooser(kinesistest.Draw(t))))
	// The SDK would wait, in real time, and try again. Here the next poll does.
	s.client = awssdk.StreamClient(s.region, func(o *awskinesis.Options) { o.Retryer = aws.NopRetryer{} })
	trucks, reports := []string{"truck 0", "truck 1", "truck 2"}, 0
	o := &odometer{processed: map[string]int{}}
	r := newReader(s, o.handle)
	r.hasty = hasty
	poll := func(crash int) {
		o.crash = crash
		if err := r.poll(t.Context()); !errors.Is(err, errCrash) {
			require.NoError(t, err)
		}
	}
	most := 6
	if raceDetector {
		most = 3
	}
	for range rapid.IntRange(1, most).Draw(t, "reports") {
		reports++
		s.putAll(t, trucks, reports)
		if rapid.Bool().Draw(t, "reshard") {
			s.reshard(t)
		}
		if rapid.Bool().Draw(t, "poll") {
			poll(rapid.IntRange(0, 8).Draw(t, "crash before step"))
		}
	}
	for tries := 0; !o.has(trucks, reports); tries++ {
		if tries == 200 {
			t.Fatalf("the consumer comes to no end: %v", o.processed)
		}
		poll(0)
	}
	return o
}

// has reports whether the odometer has processed the last report of each truck.
func (o *odometer) has(trucks []string, reports int) bool {
	return !slices.ContainsFunc(trucks, func(truck string) bool { return o.processed[truck] < reports })
}

// Whatever the service does and wherever the consumer crashes, it sees each report of each truck, at least once, and none before the
// one before it.
func TestEachReportIsProcessedInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		require.Empty(t, follow(t, false).gaps)
	})
}

// The property can fail: a consumer that does not wait for the end of the parents sees reports too early.
func TestHastyConsumerSeesReportsTooEarly(t *testing.T) {
	early := false
	rapid.Check(t, func(t *rapid.T) {
		early = early || len(follow(t, true).gaps) > 0
	})
	require.True(t, early)
}
