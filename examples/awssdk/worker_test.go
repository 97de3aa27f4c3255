package awssdk_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs"
)

// worker is code as it is written for production: it polls, works, and asks for more time while the work lasts.
type worker struct {
	client    *awssqs.Client
	url       *string
	heartbeat time.Duration // well below the queue's visibility timeout
	timeout   int32         // seconds that each heartbeat asks for
	work      func(context.Context, types.Message) error
}

// run takes messages until ctx ends.
func (w *worker) run(ctx context.Context) error {
	for {
		out, err := w.client.ReceiveMessage(ctx, &awssqs.ReceiveMessageInput{QueueUrl: w.url, WaitTimeSeconds: 20})
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, m := range out.Messages {
			if err := w.handle(ctx, m); err != nil {
				return err
			}
		}
	}
}

// handle works on one message, and deletes it unless the work fails: then its visibility timeout brings it back.
func (w *worker) handle(ctx context.Context, m types.Message) error {
	beating, stop := context.WithCancel(ctx)
	var beats sync.WaitGroup
	beats.Go(func() { w.extend(beating, m) })
	err := w.work(ctx, m)
	stop()
	beats.Wait()
	if err != nil {
		return nil
	}
	_, err = w.client.DeleteMessage(ctx, &awssqs.DeleteMessageInput{QueueUrl: w.url, ReceiptHandle: m.ReceiptHandle})
	return err
}

// extend keeps the message hidden until ctx ends.
func (w *worker) extend(ctx context.Context, m types.Message) {
	tick := time.NewTicker(w.heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_, err := w.client.ChangeMessageVisibility(ctx, &awssqs.ChangeMessageVisibilityInput{
				QueueUrl: w.url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: w.timeout,
			})
			if err != nil {
				return // the message may come back: the work must bear that anyway
			}
		}
	}
}

// long is how long the work takes. It ends between two heartbeats, so that their number is certain.
const long = 5*time.Minute - 5*time.Second

// In a synctest bubble the worker sleeps and ticks as it always does, and five minutes of work pass at once.
func TestWorkerKeepsItsMessageHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region)
		url := create(t, client, "jobs", map[string]string{"VisibilityTimeout": "30"})
		done := workFor(t, region, client, url, 10*time.Second)
		assert.Equal(t, []time.Duration{long}, done, "the work is done once")
		assert.Empty(t, region.SQS().Peek("jobs"))
		assert.Equal(t, 29, calls(region, sqs.OpChangeMessageVisibility))
	})
}

// The same worker with a heartbeat that comes too late: the second worker gets the message as well.
func TestWorkerWithoutHeartbeatSharesItsMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New()
		client := awssdk.Client(region)
		url := create(t, client, "jobs", map[string]string{"VisibilityTimeout": "30"})
		done := workFor(t, region, client, url, 31*time.Second)
		assert.Equal(t, []time.Duration{long, 30*time.Second + long}, done)
	})
}

// workFor lets two workers do one piece of work and returns how long after its sending it was done.
func workFor(t *testing.T, region *inflight.Region, client *awssqs.Client, url *string, heartbeat time.Duration) []time.Duration {
	ctx, cancel := context.WithCancel(t.Context())
	start := time.Now()
	var mu sync.Mutex
	var done []time.Duration
	var workers sync.WaitGroup
	for range 2 {
		w := &worker{client: client, url: url, heartbeat: heartbeat, timeout: 30}
		w.work = func(context.Context, types.Message) error {
			time.Sleep(long)
			mu.Lock()
			defer mu.Unlock()
			done = append(done, time.Since(start))
			return nil
		}
		workers.Go(func() { assert.NoError(t, w.run(ctx)) })
	}
	send(t, client, url, "a long piece of work")
	time.Sleep(10 * time.Minute)
	cancel()
	workers.Wait()
	require.NotEmpty(t, done)
	return done
}

// calls returns how often an operation was called in a region.
func calls(region *inflight.Region, op sqs.Op) int {
	n := 0
	for _, u := range region.SQS().Meter() {
		if u.Op == op {
			n += u.Calls
		}
	}
	return n
}
