package clock

import (
	"container/heap"
	"time"
)

// timer is one call that is due later. Its fields belong to the timers that hold it.
type timer struct {
	deadline time.Time
	age      uint64 // how many timers were added before this one
	call     func()
	place    int // index in the heap, or gone
}

// gone is the place of a timer that is no longer pending.
const gone = -1

// timers holds what is pending, in the order in which it falls due: by deadline, and by age among equal deadlines.
// Adding and removing take time in the logarithm of the number pending; finding the next takes constant time. The zero
// value is empty. It is not safe for concurrent use.
type timers struct {
	heap  byDeadline
	added uint64
}

// add makes a timer pending.
func (ts *timers) add(deadline time.Time, call func()) *timer {
	t := &timer{deadline: deadline, age: ts.added, call: call}
	ts.added++
	heap.Push(&ts.heap, t)
	return t
}

// next returns the timer that falls due first and leaves it pending, or nil when none is.
func (ts *timers) next() *timer {
	if len(ts.heap) == 0 {
		return nil
	}
	return ts.heap[0]
}

// remove takes t out and returns its function, or nil when t was not pending any more.
func (ts *timers) remove(t *timer) (call func()) {
	if t.place == gone {
		return nil
	}
	heap.Remove(&ts.heap, t.place)
	call = t.call
	t.call = nil // whoever keeps a stop function must not keep alive what the call refers to
	return call
}

// pending returns how many timers wait.
func (ts *timers) pending() int {
	return len(ts.heap)
}

// byDeadline is a heap that tells each timer its place, so that one in the middle can be removed without a search.
type byDeadline []*timer

var _ heap.Interface = (*byDeadline)(nil)

// Len implements heap.Interface.
func (h byDeadline) Len() int {
	return len(h)
}

// Less implements heap.Interface. No two timers are of the same age, so the order is total.
func (h byDeadline) Less(i, j int) bool {
	if c := h[i].deadline.Compare(h[j].deadline); c != 0 {
		return c < 0
	}
	return h[i].age < h[j].age
}

// Swap implements heap.Interface.
func (h byDeadline) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push implements heap.Interface.
func (h *byDeadline) Push(x any) {
	t := x.(*timer)
	t.place = len(*h)
	*h = append(*h, t)
}

// Pop implements heap.Interface.
func (h *byDeadline) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil // the array outlives the timer
	*h = (*h)[:last]
	t.place = gone
	return t
}
