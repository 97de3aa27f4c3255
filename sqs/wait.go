package sqs

import (
	"time"

	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// waiter is one long poll that waits. Whoever takes it out of its queue closes done.
type waiter struct {
	request    core.Request
	names      []string
	got        []*Received
	err        error
	done       chan struct{}
	prev, next *waiter
	in         bool // stands in waiters
}

// waiters are the long polls of a queue, first come first. While there is one, a timer is armed for the queue's next deadline.
type waiters struct {
	head, tail *waiter
	count      int
	stop       func() bool // of the armed timer, or nil
	at         int64       // when it fires
}

func (ws *waiters) push(w *waiter) {
	w.done = make(chan struct{})
	w.prev, w.next, w.in = ws.tail, nil, true
	if ws.tail == nil {
		ws.head = w
	} else {
		ws.tail.next = w
	}
	ws.tail = w
	ws.count++
}

// take takes w out and ends its wait.
func (ws *waiters) take(w *waiter) {
	if w.prev == nil {
		ws.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		ws.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next, w.in = nil, nil, false
	ws.count--
	close(w.done)
}

// serve locks what a receive needs, and gives the long polls what there is.
func (q *queue) serve(now int64) {
	dlq, err := q.withDLQ()
	if err != nil {
		return // deleted; its waiters were told
	}
	q.serveWaiters(now, dlq)
	q.served(now, dlq)
}

// served releases the locks of a receive, and serves the long polls of the dead-letter queue when something arrived there.
func (q *queue) served(now int64, dlq *queue) {
	q.arm()
	q.flush()
	arrived := q.buried && dlq != nil && dlq.waiters.count > 0
	q.buried = false
	if dlq != nil && dlq != q {
		dlq.flush()
	}
	p := q.asks.TakePanic()
	unlockBoth(q, dlq)
	if arrived {
		dlq.serve(now)
	}
	if p != nil {
		panic(p)
	}
}

// serveWaiters serves the long polls in order for as long as there are messages. The caller holds the locks of a receive.
func (q *queue) serveWaiters(now int64, dlq *queue) {
	for q.waiters.head != nil {
		w := q.waiters.head
		got, _ := q.tryReceive(now, w.request, w.names, dlq)
		if len(got) == 0 {
			return
		}
		w.got = got
		q.waiters.take(w)
	}
}

// arm sets the timer to the next instant at which time alone could serve a long poll. The caller holds q.mu.
func (q *queue) arm() {
	ws := &q.waiters
	next, ok := int64(0), false
	if ws.count > 0 {
		next, ok = q.state.NextWake()
		if step := q.b.moves.next.Load(); step != 0 && (!ok || step < next) {
			next, ok = step, true
		}
	}
	if ws.stop != nil {
		if ok && ws.at == next {
			return
		}
		ws.stop()
		ws.stop = nil
	}
	if ok {
		ws.at = next
		ws.stop = q.b.clock.AfterFunc(time.Duration(max(0, next-q.b.now())), func() { q.wake(next) })
	}
}

// rearm sets the timers of all queues anew: a move task has begun, and its steps may serve long polls that wait already.
func (b *Broker) rearm() {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, q := range b.queues {
		q.mu.Lock()
		q.arm()
		q.mu.Unlock()
	}
}

// wake runs when a deadline has come for which the timer was armed.
func (q *queue) wake(armed int64) {
	q.mu.Lock()
	if q.waiters.at == armed {
		q.waiters.stop = nil // it has fired
	}
	q.mu.Unlock()
	now := q.b.now()
	if q.b.moves.running.Load() > 0 {
		q.b.runMoves(now)
	}
	q.serve(now)
}

// timeUp ends the wait of w, unless its last instant brings something.
func (q *queue) timeUp(w *waiter) {
	defer q.leave(w) // also when a Chooser panics
	now := q.b.now()
	if q.b.moves.running.Load() > 0 {
		q.b.runMoves(now)
	}
	q.serve(now)
}

// leave takes w out and reports whether it was still waiting.
func (q *queue) leave(w *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !w.in {
		return false
	}
	q.waiters.take(w)
	q.arm()
	return true
}

// dismiss ends all long polls with err. The caller holds q.mu.
func (q *queue) dismiss(err error) {
	for q.waiters.head != nil {
		w := q.waiters.head
		w.err = err
		q.waiters.take(w)
	}
	q.arm()
}
