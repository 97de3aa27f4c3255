package kinesis

import (
	"context"
	"time"
)

// Readers that wait at the tip of a shard stand in line, those that came first in front. Each waits for the record behind the newest
// at its time, so that the front is always the first to have something to read. A writer wakes the front only, which costs it the
// same however long the line is; whoever was woken wakes the next, until the front has nothing to read. What is rarer than a record
// (a change of the shards, the end of the stream, a subscription that takes the place of another) wakes everybody, to look anew.

// waiter is one reader that waits.
type waiter struct {
	s      *stream
	line   *line
	from   uint64        // index of the record that it waits for, or a later one
	done   chan struct{} // closed by who takes it out of the line
	alarm  chan struct{} // closed by the clock; nil: never
	stop   func() bool   // of the alarm
	passes bool          // was woken by a record, and has to wake the next

	prev, next *waiter
	in         bool // stands in line
}

// line is the line of one shard.
type line struct {
	shard      int32
	head, tail *waiter
	passing    bool // somebody was woken who has yet to wake the next
}

// wait puts a reader in line. It is woken at the instant alarm too, unless that is 0, and at the next change that time alone makes.
// The caller holds s.mu, calls await without it and then leave with it.
func (s *stream) wait(shard int32, from uint64, alarm int64) *waiter {
	l := s.waiting[shard]
	if l == nil {
		if s.waiting == nil {
			s.waiting = map[int32]*line{}
		}
		l = &line{shard: shard}
		s.waiting[shard] = l
	}
	w := &waiter{s: s, line: l, from: from, done: make(chan struct{}), prev: l.tail, in: true}
	if l.tail == nil {
		l.head = w
	} else {
		l.tail.next = w
	}
	l.tail = w
	if due := s.state.NextDue(); due != 0 && (alarm == 0 || due < alarm) {
		alarm = due
	}
	w.set(alarm)
	return w
}

// pause is wait for a reader that nothing wakes but the alarm. It stands in no line.
func (s *stream) pause(alarm int64) *waiter {
	w := &waiter{s: s}
	w.set(alarm)
	return w
}

// set sets the alarm, unless it is 0.
func (w *waiter) set(alarm int64) {
	if alarm == 0 {
		return
	}
	b := w.s.b
	w.alarm = make(chan struct{})
	w.stop = b.clock.AfterFunc(time.Duration(max(0, alarm-b.now())), func() { close(w.alarm) })
}

// await waits until the reader is woken, or ctx ends.
func (w *waiter) await(ctx context.Context) {
	select {
	case <-w.done:
	case <-w.alarm:
	case <-ctx.Done():
	}
}

// leave ends the waiting, whatever ended it, and wakes the next in line if that is left to do. The caller holds w.s.mu.
func (w *waiter) leave() {
	if w.stop != nil {
		w.stop()
	}
	l := w.line
	if l == nil {
		return
	}
	if w.in {
		l.take(w)
	}
	if w.passes {
		w.passes, l.passing = false, false
		w.s.wakeFront(l)
	}
	if l.head == nil && !l.passing && w.s.waiting[l.shard] == l {
		delete(w.s.waiting, l.shard)
	}
}

// leaveAlone is leave for who does not hold w.s.mu.
func (w *waiter) leaveAlone() {
	w.s.mu.Lock()
	w.leave()
	w.s.unlock()
}

// take takes a waiter out of its line and ends its wait.
func (l *line) take(w *waiter) {
	if w.prev == nil {
		l.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		l.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next, w.in = nil, nil, false
	close(w.done)
}

// wakeFront wakes the first in line if there is something to read for it. The caller holds s.mu.
func (s *stream) wakeFront(l *line) {
	w := l.head
	if w == nil || l.passing {
		return
	}
	if h := s.state.Shard(0, l.shard); h != nil && h.Newest() < w.from {
		return
	}
	l.passing, w.passes = true, true
	l.take(w)
}

// wakeShard tells the readers of a shard of a new record. The caller holds s.mu.
func (s *stream) wakeShard(shard int32) {
	if l := s.waiting[shard]; l != nil {
		s.wakeFront(l)
	}
}

// wakeAll wakes everybody who waits. The caller holds s.mu.
func (s *stream) wakeAll() {
	for _, l := range s.waiting {
		for l.head != nil {
			l.take(l.head)
		}
	}
	s.waiting = nil
}
