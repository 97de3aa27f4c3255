package kit

import (
	"iter"
	"slices"
	"sync"
)

// Recordings are the journals under way of events of type E. The zero Recordings has none. All methods may be called
// concurrently.
type Recordings[E any] struct {
	all list[Recording[E]]
}

// Recording is one journal.
type Recording[E any] struct {
	mu     sync.Mutex
	events []E
}

// Begin begins a recording.
func (rs *Recordings[E]) Begin() *Recording[E] {
	r := &Recording[E]{}
	rs.all.add(r)
	return r
}

// End ends a recording, which stays readable.
func (rs *Recordings[E]) End(r *Recording[E]) { rs.all.remove(r) }

// Any reports whether anything is recorded.
func (rs *Recordings[E]) Any() bool { return rs.all.any() }

// Add adds events to all recordings.
func (rs *Recordings[E]) Add(events ...E) {
	for _, r := range rs.all.load() {
		r.mu.Lock()
		r.events = append(r.events, events...)
		r.mu.Unlock()
	}
}

// Events yields what was recorded before the loop began, in order.
func (r *Recording[E]) Events() iter.Seq[E] {
	r.mu.Lock()
	events := r.events
	r.mu.Unlock()
	return slices.Values(events[:len(events):len(events)])
}
