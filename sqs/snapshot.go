package sqs

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// Snapshot is the state of a whole broker at one instant: queues, messages, settings, deduplication, move tasks, name locks,
// meters and generators of ids. It never changes and may be restored any number of times, into any broker.
type Snapshot struct {
	of      *Broker
	now     int64
	queues  []queueState // by number
	deleted map[key]int64
	moves   []move
	made    uint64
	moveIDs rand.ChaCha8
	meter   *meter
}

type queueState struct {
	q        *queue // whose state it is
	settings *settings
	state    *core.Queue
	ids      rand.ChaCha8
	purgedAt int64
	meter    *meter
}

// Snapshot takes the state of the broker. It stops all operations for as long as copying takes.
func (b *Broker) Snapshot() *Snapshot {
	b.moves.mu.Lock()
	defer b.moves.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	s := &Snapshot{
		of: b, now: b.now(), deleted: maps.Clone(b.deleted), made: b.made, moveIDs: *b.moves.ids, meter: &meter{},
	}
	s.meter.copyFrom(&b.meter)
	all := b.byNumber()
	for _, q := range all {
		q.mu.Lock()
	}
	for _, q := range all {
		st := queueState{q: q, settings: q.settings.Load(), state: q.state.Clone(), ids: *q.ids, purgedAt: q.purgedAt, meter: &meter{}}
		st.meter.copyFrom(&q.meter)
		s.queues = append(s.queues, st)
	}
	for _, q := range all {
		q.mu.Unlock()
	}
	for _, m := range b.moves.tasks {
		s.moves = append(s.moves, *m)
	}
	return s
}

func (b *Broker) byNumber() []*queue {
	return slices.SortedFunc(maps.Values(b.queues), byNumber)
}

func byNumber(p, q *queue) int { return cmp.Compare(p.number, q.number) }

// Restore gives the broker the state of a snapshot. Queue handles stay valid for the queues that the snapshot holds, also if
// they were deleted since; long polls on other queues end with [ErrQueueDoesNotExist]. Clock, limits, chooser, interceptors and
// journals stay as they are. Time does not go back: what would have happened since the snapshot by time alone happens at the
// next operation, and while the clock is behind the snapshot's, the queues' time stands still. Throttling starts anew.
//
// A nil or zero Snapshot changes nothing.
func (b *Broker) Restore(s *Snapshot) {
	if s == nil || s.of == nil {
		return
	}
	b.moves.mu.Lock()
	b.mu.Lock()
	old := b.byNumber()
	b.queues, b.deleted, b.made = map[key]*queue{}, maps.Clone(s.deleted), s.made
	states := map[*queue]*queueState{}
	here := map[*queue]*queue{} // from the snapshot's queues to this broker's
	for i := range s.queues {
		q := s.queues[i].q
		if s.of != b {
			b.numbers++
			q = &queue{b: b, key: q.key, arn: q.arn, number: b.numbers}
		}
		states[q], here[s.queues[i].q] = &s.queues[i], q
		b.queues[q.key] = q
	}
	all := append(b.byNumber(), slices.DeleteFunc(old, func(q *queue) bool { return states[q] != nil })...)
	slices.SortFunc(all, byNumber)
	for _, q := range all {
		q.mu.Lock()
	}
	for _, q := range all {
		if st := states[q]; st != nil {
			q.restore(st)
		} else {
			q.gone.Store(true)
			q.dismiss(noQueue())
		}
	}
	for _, q := range all {
		q.mu.Unlock()
	}
	b.restoreMoves(s, here)
	b.meter.copyFrom(s.meter)
	b.mu.Unlock()
	b.moves.mu.Unlock()
	for _, q := range all {
		q.serve(b.now())
	}
}

// restore gives the queue the state it had. The caller holds q.mu.
func (q *queue) restore(st *queueState) {
	q.gone.Store(false)
	q.settings.Store(st.settings)
	q.state = st.state.Clone()
	q.state.Record(q.b.journals.Any())
	q.ids = new(st.ids)
	q.purgedAt = st.purgedAt
	q.meter.copyFrom(st.meter)
	q.state.Configure(0, st.settings.forCore(q.b.limits)) // limits are the broker's, not the snapshot's
	q.asks = kit.NewGuard(q.b.chooser)
	q.rates = nil
	if q.b.throttle && st.settings.fifo {
		q.rates = &rates{}
	}
}

// restoreMoves gives the broker the move tasks of a snapshot. The caller holds the lock of the move tasks.
func (b *Broker) restoreMoves(s *Snapshot, here map[*queue]*queue) {
	b.moves.ids = new(s.moveIDs)
	b.moves.tasks = nil
	for i := range s.moves {
		m := s.moves[i]
		if m.source = here[m.source]; m.source == nil {
			continue // deleted before the snapshot
		}
		if m.dest != nil {
			m.dest = cmp.Or(here[m.dest], b.deletedQueue(m.dest.key))
		}
		b.moves.tasks = append(b.moves.tasks, &m)
	}
	b.moves.plan()
}
