package sqs

import (
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// How move tasks move: every operation first makes the steps that have become due, each at its own time.

const (
	failedGone   = "AWS.SimpleQueueService.NonExistentQueue"
	failedSource = "CouldNotDetermineMessageSource"
	failedTime   = "TaskTimedOut"
)

func (b *Broker) runMoves(now int64) {
	b.moves.mu.Lock()
	defer b.moves.mu.Unlock()
	b.moves.run(b, now)
}

// run makes all due steps in order of time, then of the tasks' age. The caller holds mu.
func (ms *moves) run(b *Broker, now int64) {
	defer ms.plan() // also when a Chooser panics
	for {
		var first *move
		for _, m := range ms.tasks {
			if m.Status == core.Running && m.Due() <= now && (first == nil || m.Due() < first.Due()) {
				first = m
			}
		}
		if first == nil {
			return
		}
		b.step(first)
	}
}

// plan works out how many tasks run and when the next step is due. The caller holds mu.
func (ms *moves) plan() {
	running, next := int32(0), int64(0)
	for _, m := range ms.tasks {
		if m.Status == core.Running {
			running++
			if next == 0 || m.Due() < next {
				next = m.Due()
			}
		}
	}
	ms.running.Store(running)
	ms.next.Store(next)
}

// step moves one message, or ends the task.
func (b *Broker) step(m *move) {
	at := m.Due()
	if at >= m.Started+int64(core.TaskLimit) {
		m.Fail(failedTime)
		return
	}
	letter, ok := m.source.nextLetter(at)
	if !ok { // the source is empty, or all it has is in flight; with the source itself the task is gone too
		m.Status = core.Completed
		return
	}
	dest := m.dest
	if dest == nil {
		if letter.Source() == "" {
			m.Fail(failedSource)
			return
		}
		dest = b.target(letter.Source())
	}
	if dest == nil || dest.gone.Load() {
		m.Fail(failedGone)
		return
	}
	lockBoth(m.source, dest)
	again, ok := m.source.state.Next(at)
	stands := ok && again.ID() == letter.ID() // otherwise a consumer was faster: the next round looks anew
	if dest.gone.Load() || m.source.gone.Load() {
		m.Fail(failedGone)
	} else if stands {
		m.source.state.MoveNext(at, dest.state, kit.NewID(dest.ids))
		m.Step()
	}
	m.source.flush()
	dest.flush()
	waiting := dest.waiters.count > 0
	unlockBoth(m.source, dest)
	if waiting {
		dest.serve(at)
	}
}

// nextLetter returns the message that would move next.
func (q *queue) nextLetter(at int64) (core.Letter, bool) {
	if q.lock() != nil {
		return core.Letter{}, false
	}
	defer q.mu.Unlock()
	letter, ok := q.state.Next(at)
	q.flush()
	return letter, ok
}
