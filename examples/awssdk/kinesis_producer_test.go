package awssdk_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
)

// producer puts records by the batch, as it is written for production. PutRecords succeeds though some of its records fail, so the
// SDK's retries don't help: the producer looks at each answer, and puts again those that failed and no others.
type producer struct {
	client   *awskinesis.Client
	stream   *string
	attempts int   // at most
	failed   []int // records that failed, by attempt
}

func (p *producer) put(ctx context.Context, records []types.PutRecordsRequestEntry) error {
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		out, err := p.client.PutRecords(ctx, &awskinesis.PutRecordsInput{StreamName: p.stream, Records: records})
		if err != nil {
			return err
		}
		var again []types.PutRecordsRequestEntry
		for i, answer := range out.Records { // in the order of the records
			if answer.ErrorCode != nil {
				again = append(again, records[i])
			}
		}
		if p.failed = append(p.failed, len(again)); len(again) == 0 {
			return nil
		}
		if len(p.failed) == p.attempts {
			return fmt.Errorf("%d records are not stored: %s", len(again), *out.Records[len(out.Records)-1].ErrorMessage)
		}
		select {
		case <-time.After(pause): // in production a little more or less, by chance
		case <-ctx.Done():
			return ctx.Err()
		}
		records = again
	}
}

// positions are n records of as many trucks, whose numbers begin at from.
func positions(from, n int) []types.PutRecordsRequestEntry {
	var all []types.PutRecordsRequestEntry
	for i := from; i < from+n; i++ {
		key := fmt.Sprint("truck ", i)
		all = append(all, types.PutRecordsRequestEntry{PartitionKey: &key, Data: []byte(key)})
	}
	return all
}

// A shard takes 1,000 records at once, and then one every millisecond. Of what comes on top each attempt stores as many as there
// were milliseconds in the back-off before it, exactly: time is virtual in the bubble.
func TestProducerBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1, inflight.WithKinesis(kinesis.WithThrottling()))
		p := &producer{client: s.client, stream: s.name, attempts: 10}
		start := time.Now()
		for from := range 3 {
			require.NoError(t, p.put(t.Context(), positions(500*from, 500)))
		}
		assert.Equal(t, []int{0, 0, 500, 400, 200, 0}, p.failed)
		assert.Equal(t, (100+200+400)*time.Millisecond, time.Since(start))

		stored := s.stored()
		assert.Len(t, stored, 1500)
		times := map[string]int{}
		for _, truck := range stored {
			times[truck]++
		}
		assert.Len(t, times, 1500, "each once: what had been stored was not put again")
		assert.Equal(t, 6, s.usage(kinesis.OpPutRecords).Calls)
	})
}

// A shard that is too hot for good: the producer gives up and says how much is not stored.
func TestProducerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1, inflight.WithKinesis(kinesis.WithThrottling()))
		p := &producer{client: s.client, stream: s.name, attempts: 2}
		require.NoError(t, p.put(t.Context(), positions(0, 500)))
		require.NoError(t, p.put(t.Context(), positions(500, 500)))
		p.failed = nil
		err := p.put(t.Context(), positions(1000, 500))
		assert.EqualError(t, err, "400 records are not stored: Rate exceeded for shard shardId-000000000000 in stream trucks "+
			"under account 123456789012.")
		assert.Len(t, s.stored(), 1100)
	})
}

// Any record of a batch may fail by itself. Put again it stands behind those that did not: who needs the records of a truck in order
// puts no two of them in one batch.
func TestRecordThatFailsLosesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1)
		s.region.Kinesis().Intercept(kinesis.Fault{
			Op: kinesis.OpPutRecords, Number: 1, Entry: 2, Err: kinesis.ErrInternal,
		}.Inject)
		p := &producer{client: s.client, stream: s.name, attempts: 2}
		require.NoError(t, p.put(t.Context(), positions(1, 3)))
		assert.Equal(t, []int{1, 0}, p.failed)
		assert.Equal(t, []string{"truck 1", "truck 3", "truck 2"}, s.stored())
	})
}

// PutRecord fails as a call when its shard is too hot, and the SDK itself backs off and tries again.
func TestSDKRetriesPutRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1, inflight.WithKinesis(kinesis.WithThrottling()))
		s.client = awskinesis.New(s.client.Options(), func(o *awskinesis.Options) { o.Retryer = patient(3) })
		s.put(t, "truck", string(make([]byte, 1<<20-len("truck")))) // the other limit: 1 MiB a second, keys included
		start := time.Now()
		s.put(t, "truck", "here")
		assert.Equal(t, time.Second, time.Since(start))
		assert.Equal(t, 3, s.usage(kinesis.OpPutRecord).Calls)
		assert.Equal(t, 1, s.usage(kinesis.OpPutRecord).Errors)
	})
}

// When the answer is lost the SDK puts the records again, and all of them are stored twice: Kinesis knows no deduplication. A
// consumer must know a record by what it says; sequence numbers are no help.
func TestLostAnswerStoresTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(t, 1)
		s.region.Kinesis().Intercept(kinesis.Fault{
			Op: kinesis.OpPutRecords, Number: 1, Stage: kinesis.AfterCommit, Err: kinesis.ErrServiceUnavailable,
		}.Inject)
		p := &producer{client: s.client, stream: s.name, attempts: 1}
		require.NoError(t, p.put(t.Context(), positions(1, 2)))
		assert.Equal(t, []string{"truck 1", "truck 2", "truck 1", "truck 2"}, s.stored())
	})
}
