package sqs_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Snapshots, restores, and ids that a seed determines.

// snapshotWorld is a broker with something in every corner: messages of each state, tags, dedup, a move task, locks.
func snapshotWorld(t *testing.T) (w moveWorld, standard, fifo sqs.Queue) {
	w = newMoveWorld(t, "", 3)
	standard = create(t, w.b, "standard", sqs.Config{Tags: map[string]string{"k": "v"}})
	fifo = create(t, w.b, "other.fifo", sqs.Config{})
	send(t, standard, "lent", "waiting")
	receive(t, standard, sqs.ReceiveOptions{})
	_, err := standard.Send(t.Context(), sqs.Message{Body: "delayed", Delay: new(time.Minute)})
	require.NoError(t, err)
	send(t, fifo, "1", "2")
	receive(t, fifo, sqs.ReceiveOptions{AttemptID: "attempt"})
	create(t, w.b, "gone", sqs.Config{})
	require.NoError(t, w.b.Delete(t.Context(), "gone"))
	require.NoError(t, w.dest.Purge(t.Context()))
	w.start(t, w.to(1))
	return w, standard, fifo
}

// state is all that can be seen of a broker without changing it.
func state(t *testing.T, b *sqs.Broker) map[string]any {
	t.Helper()
	all := map[string]any{"meter": b.Meter()}
	for q, err := range sqs.All(t.Context(), b, "") {
		require.NoError(t, err)
		held := b.Peek(q.Name())
		for i := range held {
			held[i].From = nil
		}
		all[q.Name()], all[q.Name()+" attributes"], all[q.Name()+" tags"] = held, attributes(t, q, "All"), tagsOf(t, q)
	}
	tasks, err := b.Moves(t.Context(), arnPrefix+"dlq", 10)
	require.NoError(t, err)
	all["moves"] = tasks
	return all
}

// play changes everything, and returns the ids that it drew.
func play(t *testing.T, b *sqs.Broker) (ids []uuid.UUID) {
	t.Helper()
	for _, name := range []string{"standard", "other.fifo"} {
		q, err := b.Open(t.Context(), name)
		require.NoError(t, err)
		ids = append(ids, send(t, q, "new").ID)
		for _, m := range receive(t, q, sqs.ReceiveOptions{Max: 10}) {
			require.NoError(t, m.Ack(t.Context()))
		}
		require.NoError(t, q.Untag(t.Context(), "k"))
		require.NoError(t, q.Tag(t.Context(), map[string]string{"new": "x"}))
		setConfig(t, q, sqs.Config{VisibilityTimeout: new(time.Hour)})
	}
	ids = append(ids, send(t, create(t, b, "later", sqs.Config{}), "m").ID)
	require.NoError(t, b.Delete(t.Context(), "standard"))
	return ids
}

func TestRestoreTheSameBroker(t *testing.T) {
	w, standard, fifo := snapshotWorld(t)
	before := state(t, w.b)
	snap := w.b.Snapshot()
	before["meter"] = w.b.Meter() // that of after the look
	var first []uuid.UUID
	for round := range 3 {
		ids := play(t, w.b)
		if round == 0 {
			first = ids
		}
		require.Equal(t, first, ids, "the same calls draw the same ids")
		later, err := w.b.Open(t.Context(), "later")
		require.NoError(t, err)
		w.b.Restore(snap)
		meter := w.b.Meter()
		require.Equal(t, before["meter"], meter)
		after := state(t, w.b)
		after["meter"] = before["meter"]
		require.Equal(t, before, after)
		require.Len(t, w.b.Peek("standard"), 3, "the deleted queue is back")
		require.Equal(t, [3]int{1, 1, 1}, counts(t, standard), "and its handles work")
		_, err = later.Counts(t.Context())
		require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist, "what was made since is gone")
		w.b.Restore(snap) // the looks have counted
	}
	// what cannot be seen
	_, err := w.b.Create(t.Context(), "gone", sqs.Config{})
	require.ErrorIs(t, err, sqs.ErrQueueDeletedRecently)
	require.ErrorIs(t, w.dest.Purge(t.Context()), sqs.ErrPurgeQueueInProgress)
	send(t, fifo, "1")
	require.Equal(t, [3]int{1, 1, 0}, counts(t, fifo), "a duplicate still")
	require.Equal(t, []string{"1"}, bodies(receive(t, fifo, sqs.ReceiveOptions{AttemptID: "attempt"})))
	w.clk.Advance(2 * time.Second)
	require.Equal(t, sqs.MoveCompleted, w.newest(t).Status)
}

// A fork in another broker is a world of its own; handles of messages are valid in both.
func TestRestoreAnotherBroker(t *testing.T) {
	w, standard, _ := snapshotWorld(t)
	snap := w.b.Snapshot()
	fork := sqs.New(sqs.WithClock(w.clk))
	old := create(t, fork, "old", sqs.Config{})
	fork.Restore(snap)
	_, err := old.Counts(t.Context())
	require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist)
	want, got := state(t, w.b), state(t, fork)
	delete(want, "meter")
	delete(got, "meter")
	require.Equal(t, want, got)

	twin, err := fork.Open(t.Context(), "standard")
	require.NoError(t, err)
	receipt := fork.Peek("standard")[0].Receipt
	require.NoError(t, twin.Delete(t.Context(), receipt))
	require.Equal(t, [3]int{1, 0, 1}, counts(t, twin))
	require.Equal(t, [3]int{1, 1, 1}, counts(t, standard), "the original goes its own way")
	require.NoError(t, standard.Delete(t.Context(), receipt))

	w.clk.Advance(time.Second) // the task moves on in both
	for _, b := range []*sqs.Broker{w.b, fork} {
		tasks, err := b.Moves(t.Context(), w.dlq.ARN(), 1)
		require.NoError(t, err)
		require.Equal(t, 2, tasks[0].Moved)
		require.Len(t, b.Peek("dest"), 2)
		require.Len(t, b.Peek("dlq"), 1)
	}
	require.NoError(t, fork.Delete(t.Context(), "dest"))
	w.clk.Advance(time.Second)
	require.Len(t, w.b.Peek("dest"), 3)
	w.b.Restore(snap)
	require.Len(t, fork.Peek("dlq"), 1, "a restore of one is none of the other")
}

// Polls on queues that the snapshot does not hold end; those on others go on, and are served by what comes back.
func TestRestoreUnderPolls(t *testing.T) {
	inBubble(t, "kept", sqs.Config{}, func(t *testing.T, w longPoll) {
		send(t, w.q, "m")
		snap := w.b.Snapshot()
		require.NoError(t, receiveOne(t, w.q, sqs.ReceiveOptions{}).Ack(t.Context()))
		later := create(t, w.b, "later", sqs.Config{})
		kept, ended := startPoll(t, w.q, sqs.MaxWait), startPoll(t, later, sqs.MaxWait)
		w.b.Restore(snap)
		require.Equal(t, []string{"m"}, kept.answer(t))
		require.False(t, ended.waiting())
		require.ErrorIs(t, ended.err, sqs.ErrQueueDoesNotExist)
	})
	synctest.Test(t, func(t *testing.T) { // a delay of the past wakes the poll in time
		b := sqs.New()
		q := create(t, b, "q", sqs.Config{Delay: new(10 * time.Second)})
		send(t, q, "late")
		snap := b.Snapshot()
		require.NoError(t, q.Purge(t.Context()))
		start := time.Now()
		p := startPoll(t, q, sqs.MaxWait)
		time.Sleep(time.Second)
		b.Restore(snap)
		<-p.done
		require.Equal(t, []string{"late"}, p.answer(t))
		require.Equal(t, 10*time.Second, time.Since(start))
	})
}

// Time does not go back: what time alone would have done since the snapshot happens at the next operation.
func TestRestoreLater(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{Retention: new(time.Hour)})
	send(t, q, "old")
	receiveOne(t, q, sqs.ReceiveOptions{})
	snap := b.Snapshot()
	clk.Advance(time.Minute)
	b.Restore(snap)
	require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
	clk.Advance(time.Hour)
	b.Restore(snap)
	require.Equal(t, [3]int{}, counts(t, q))
}

// While a broker's clock is behind the snapshot's, the queues' time stands still.
func TestRestoreEarlier(t *testing.T) {
	b, clk := fakeBroker()
	send(t, create(t, b, "q", sqs.Config{Delay: new(time.Minute)}), "m")
	behind := inflight.NewFakeClock(clk.Now().Add(-time.Hour))
	early := sqs.New(sqs.WithClock(behind))
	early.Restore(b.Snapshot())
	q, err := early.Open(t.Context(), "q")
	require.NoError(t, err)
	behind.Advance(time.Hour + time.Minute - 1)
	require.Equal(t, [3]int{0, 0, 1}, counts(t, q))
	behind.Advance(1)
	require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
}

// What a seed and the calls on a queue determine does not depend on what other queues do meanwhile.
func TestSeed(t *testing.T) {
	run := func(seed uint64, order []string) map[string][]string {
		b, _ := fakeBroker(sqs.WithSeed(seed))
		queues := map[string]sqs.Queue{}
		for _, name := range []string{"a", "b", "c.fifo"} {
			queues[name] = create(t, b, name, sqs.Config{})
		}
		drawn := map[string][]string{}
		for i, name := range order {
			n := fmt.Sprint(i)
			if name == "c.fifo" {
				n = fmt.Sprint(len(drawn[name])) // else its dedup ids would differ
			}
			sent := send(t, queues[name], n)
			m := receive(t, queues[name], sqs.ReceiveOptions{Visibility: new(time.Duration(0))})[0]
			drawn[name] = append(drawn[name], sent.ID.String(), sent.SequenceNumber.String(), m.Receipt.String())
		}
		return drawn
	}
	order := slices.Repeat([]string{"a", "b", "c.fifo", "a"}, 5)
	shuffled := slices.Sorted(slices.Values(order))
	require.Equal(t, run(1, order), run(1, order))
	require.Equal(t, run(1, order), run(1, shuffled))
	require.NotEqual(t, run(1, order)["a"], run(2, order)["a"])
	require.NotEqual(t, run(1, order)["a"][:3], run(1, order)["b"][:3])
	x, y := create(t, sqs.New(), "q", sqs.Config{}), create(t, sqs.New(), "q", sqs.Config{})
	require.NotEqual(t, send(t, x, "m").ID, send(t, y, "m").ID, "without a seed nothing is determined")
}

// A fork shares nothing with its origin: not even the destination of a move task that was deleted before.
func TestForkOfATaskWithoutDestination(t *testing.T) {
	b, clk := fakeBroker()
	dlq, dest := create(t, b, "dlq", sqs.Config{}), create(t, b, "dest", sqs.Config{})
	create(t, b, "source", sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}})
	send(t, dlq, "a", "b", "c")
	_, err := b.StartMove(t.Context(), sqs.MoveOptions{Source: dlq.ARN(), Destination: dest.ARN(), PerSecond: 1})
	require.NoError(t, err)
	before := b.Snapshot()
	require.NoError(t, b.Delete(t.Context(), "dest"))
	fork := sqs.New(sqs.WithClock(clk))
	fork.Restore(b.Snapshot())
	b.Restore(before) // the destination is back in the origin, and not in the fork
	clk.Advance(10 * time.Second)
	require.Len(t, b.Peek("dest"), 3)
	require.Len(t, fork.Peek("dlq"), 2)
	tasks, err := fork.Moves(t.Context(), dlq.ARN(), 1)
	require.NoError(t, err)
	require.Equal(t, sqs.MoveFailed, tasks[0].Status)
}

func TestForkHasItsOwnLimits(t *testing.T) {
	b, clk := fakeBroker()
	send(t, create(t, b, "q", sqs.Config{}), "a", "b")
	fork := sqs.New(sqs.WithClock(clk), sqs.WithLimits(sqs.Limits{InFlight: 1}))
	fork.Restore(b.Snapshot())
	got, err := fork.Queue(t.Context(), "q").Receive(t.Context(), sqs.ReceiveOptions{Max: 10})
	require.NoError(t, err)
	require.Len(t, got, 1)
}
