package sqs_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Whatever runs at the same time, no operation waits for another forever, nothing races, and every message that was accepted is
// deleted or held.
func TestEverythingAtOnce(t *testing.T) {
	b := sqs.New(sqs.WithSeed(7))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	start := time.Now()
	// Two queues are each other's dead-letter queue: the worst case for the order of locks.
	left, right := create(t, b, "left", sqs.Config{}), create(t, b, "right", sqs.Config{})
	for q, dlq := range map[sqs.Queue]sqs.Queue{left: right, right: left} {
		require.NoError(t, q.SetConfig(ctx, sqs.Config{
			DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 2}, VisibilityTimeout: new(time.Millisecond),
		}))
	}
	var sent atomic.Int64
	journal := b.Record()
	var all sync.WaitGroup
	work := func(n int, f func(r *rand.Rand)) {
		for i := range n {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			all.Go(func() {
				for ctx.Err() == nil {
					f(r)
				}
			})
		}
	}
	for _, q := range []sqs.Queue{left, right} {
		work(2, func(r *rand.Rand) {
			if _, err := q.Send(ctx, sqs.Message{Body: "m", GroupID: strconv.Itoa(r.IntN(3))}); err == nil {
				sent.Add(1)
			}
		})
		work(3, func(r *rand.Rand) {
			got, err := q.Receive(ctx, sqs.ReceiveOptions{Max: 10, Wait: new(time.Duration(r.IntN(3)) * time.Millisecond)})
			if err != nil && !errors.Is(err, sqs.ErrOverLimit) {
				return
			}
			for _, m := range got {
				if r.IntN(3) == 0 {
					_ = m.Nack(ctx, 0)
				} else {
					_ = m.Ack(ctx)
				}
			}
		})
	}
	work(1, func(*rand.Rand) {
		_, _ = b.StartMove(ctx, sqs.MoveOptions{Source: right.ARN(), Destination: left.ARN(), PerSecond: 500})
	})
	work(1, func(r *rand.Rand) {
		j := b.Record()
		b.Peek("left")
		b.Snapshot()
		j.Stop()
		name := "short-lived-" + strconv.Itoa(r.IntN(1_000_000))
		if q, err := b.Create(ctx, name, sqs.Config{}); err == nil {
			all.Go(func() { _, _ = q.Receive(ctx, sqs.ReceiveOptions{Wait: new(time.Second)}) })
			_ = b.Delete(ctx, name)
		}
		// It ends when all has happened that shall: on a busy machine not at once.
		if time.Since(start) > 300*time.Millisecond && journal.Count(sqs.EventDeadLettered) > 0 && journal.Count(sqs.EventMoved) > 0 {
			cancel()
		}
	})
	all.Wait()
	stopMoves(t, b, right) // else it moves messages between the two looks below
	held := len(b.Peek("left")) + len(b.Peek("right"))
	require.Positive(t, journal.Count(sqs.EventDeadLettered))
	require.Positive(t, journal.Count(sqs.EventMoved))
	require.Equal(t, int(sent.Load()), journal.Count(sqs.EventDeleted)+held, "sent = deleted + held")
}

func stopMoves(t *testing.T, b *sqs.Broker, source sqs.Queue) {
	t.Helper()
	tasks, err := b.Moves(t.Context(), source.ARN(), 10)
	require.NoError(t, err)
	for _, task := range tasks {
		if task.Status == sqs.MoveRunning {
			_, err := b.CancelMove(t.Context(), task.Handle)
			require.NoError(t, err)
		}
	}
}

// holdUp is a chooser that lets others run while the broker holds the queue.
type holdUp struct{ meanwhile func() }

func (h *holdUp) Choose(sqs.Choice, int) int {
	h.meanwhile()
	return 0
}

// Two changes at once, each valid by itself, are never both made when they are not valid together.
func TestChangesAtOnceAreValidTogether(t *testing.T) {
	h := &holdUp{}
	b, _ := fakeBroker(sqs.WithChooser(h))
	q := create(t, b, "q.fifo", sqs.Config{VisibilityTimeout: new(time.Duration(0))})
	send(t, q, "m")
	changes := []sqs.Config{{DedupScope: new(sqs.ScopeQueue)}, {ThroughputLimit: new(sqs.PerMessageGroup)}}
	for range 20 {
		setConfig(t, q, sqs.Config{DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerQueue)})
		var errs [2]error
		var begun, done sync.WaitGroup
		h.meanwhile = func() {
			begun.Add(len(changes))
			for i, c := range changes {
				done.Go(func() {
					begun.Done()
					errs[i] = q.SetConfig(t.Context(), c)
				})
			}
			begun.Wait()
			for range 100 { // for both to come as far as the queue's lock
				runtime.Gosched()
			}
		}
		receiveOne(t, q, sqs.ReceiveOptions{})
		done.Wait()
		require.True(t, (errs[0] == nil) != (errs[1] == nil), "%v", errs)
	}
}
