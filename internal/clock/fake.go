package clock

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Fake is a Clock that stands still until a test moves it with Advance, AdvanceToNext or Set. A move runs every
// function that falls due on the way, on its own goroutine and before it returns: by deadline, then in the order they
// were added, each with its deadline as Now. A Fake starts no goroutines and never looks at the machine's time.
//
// The zero value is ready to use and starts at 2026-01-01T00:00:00Z. A Fake must not be copied after its first use.
//
// All methods are safe for concurrent use. Moves happen one at a time: each waits until the one before it is done. So a
// function that a move runs must not move the same Fake, nor wait for a goroutine that does: it would wait for itself
// forever. It may call every other method, add functions and stop them.
//
// When a function panics or ends its goroutine, the move ends too: Now stays at the function's deadline, and the others
// stay pending until the next move.
//
// In a testing/synctest bubble the wait for another move is not durable, so a function must not block there while
// another goroutine may move. A Fake used in a bubble must not be used outside of it while anybody waits in BlockUntil.
type Fake struct {
	// Start is where time begins, and Now's location. The zero Time stands for 2026-01-01T00:00:00Z. It is read at
	// the first use of the Fake; changing it later does nothing.
	Start time.Time

	moving sync.Mutex // held for the whole of a move, also while functions run; locked before mu

	mu      sync.Mutex // guards what follows; never held while a function runs
	begun   bool       // whether now has been set from Start
	now     time.Time
	timers  timers
	waiters []*waiter
}

var _ Clock = (*Fake)(nil)

// NewFake returns a clock that stands at start, without its monotonic reading. A zero start is as in the zero Fake.
func NewFake(start time.Time) *Fake {
	return &Fake{Start: start}
}

// Now returns the time the clock stands at, in the location of Start. In a function that a move runs, that is the
// function's deadline. It does not wait for a move.
func (f *Fake) Now() time.Time {
	f.lock()
	defer f.mu.Unlock()
	return f.now
}

// AfterFunc makes call pending, due when time has moved by d. With a d of zero or less it is due at Now, and runs in
// the next move or the one under way, never inside AfterFunc. A deadline past the last Time is within the last second
// instead. It panics if call is nil. Neither AfterFunc nor stop waits for a move.
//
// call must not move the clock: it would wait for itself forever. It may read Now, and add and stop functions.
func (f *Fake) AfterFunc(d time.Duration, call func()) (stop func() bool) {
	if call == nil {
		panic("clock: AfterFunc of a nil function")
	}
	f.lock()
	defer f.mu.Unlock()
	t := f.timers.add(later(f.now, d), call)
	f.wake()
	return func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.timers.remove(t) != nil
	}
}

// Timers returns how many functions are pending: neither started nor stopped. It does not wait for a move.
func (f *Fake) Timers() int {
	f.lock()
	defer f.mu.Unlock()
	return f.timers.pending()
}

// Advance moves time by d and runs every function that falls due on the way, those added on the way included. A d of
// zero or less runs what is due now and moves nothing. Concurrent Advances add up. It never returns if functions keep
// adding others that are due at once.
//
// A function given to AfterFunc must not call Advance: it would wait for itself forever.
func (f *Fake) Advance(d time.Duration) {
	f.moving.Lock()
	defer f.moving.Unlock()
	f.runTo(later(f.Now(), d))
}

// AdvanceToNext moves time to the next deadline and runs every function that is due at that instant. It returns how far
// away the deadline was, zero if it was due already and at most the longest Duration. If nothing is pending it returns
// false and moves nothing. Like Advance, it must not be called by a function given to AfterFunc.
func (f *Fake) AdvanceToNext() (d time.Duration, ok bool) {
	f.moving.Lock()
	defer f.moving.Unlock()
	now, deadline, ok := f.nextDeadline()
	if !ok {
		return 0, false
	}
	f.runTo(deadline)
	return deadline.Sub(now), true
}

// Set moves time to t and runs every function that falls due on the way, as Advance does. Time never goes backwards:
// if t is not after Now, Set runs what is due now and moves nothing. Now keeps its location, whatever t's is. Like
// Advance, it must not be called by a function given to AfterFunc.
func (f *Fake) Set(t time.Time) {
	f.moving.Lock()
	defer f.moving.Unlock()
	f.runTo(t.In(f.Now().Location())) // In drops the monotonic reading too
}

// BlockUntil waits until at least n functions are pending and returns nil, or returns ctx.Err() if ctx ends first. If
// enough are pending already it returns nil at once. In a testing/synctest bubble it blocks durably.
func (f *Fake) BlockUntil(ctx context.Context, n int) error {
	w := f.waitFor(n)
	if w == nil {
		return nil
	}
	select {
	case <-w.enough:
		return nil
	case <-ctx.Done():
		return f.giveUp(ctx, w)
	}
}

// waiter is a BlockUntil that blocks.
type waiter struct {
	n      int
	enough chan struct{} // closed, and the waiter forgotten, when n functions are pending
}

// waitFor returns a new waiter for n pending functions, or nil when there is nothing to wait for.
func (f *Fake) waitFor(n int) *waiter {
	f.lock()
	defer f.mu.Unlock()
	if f.timers.pending() >= n {
		return nil
	}
	w := &waiter{n: n, enough: make(chan struct{})}
	f.waiters = append(f.waiters, w)
	return w
}

// giveUp forgets w and returns ctx's error, or nil when w got what it waited for in the same moment.
func (f *Fake) giveUp(ctx context.Context, w *waiter) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.Index(f.waiters, w)
	if i < 0 {
		return nil
	}
	f.waiters = slices.Delete(f.waiters, i, i+1)
	return ctx.Err()
}

// wake lets go of the waiters that have what they wait for. The caller holds mu.
func (f *Fake) wake() {
	f.waiters = slices.DeleteFunc(f.waiters, func(w *waiter) bool {
		if f.timers.pending() < w.n {
			return false
		}
		close(w.enough)
		return true
	})
}

// runTo runs what is due at target or before, in order, and leaves time at target, or where it was if that is later.
// The caller holds moving.
func (f *Fake) runTo(target time.Time) {
	for {
		call := f.step(target)
		if call == nil {
			return
		}
		call()
	}
}

// step moves time to the next deadline and returns the function to run there, or moves it to target and returns nil
// when nothing is due before. Both are one step under mu, so that no deadline is ever behind Now.
func (f *Fake) step(target time.Time) (call func()) {
	f.lock()
	defer f.mu.Unlock()
	if f.now.After(target) { // Set may ask for the past
		target = f.now
	}
	next := f.timers.next()
	if next == nil || next.deadline.After(target) {
		f.now = target
		return nil
	}
	f.now = next.deadline
	return f.timers.remove(next)
}

// nextDeadline returns the time and the deadline of the next pending function, and false when none is pending.
func (f *Fake) nextDeadline() (now, deadline time.Time, ok bool) {
	f.lock()
	defer f.mu.Unlock()
	next := f.timers.next()
	if next == nil {
		return f.now, time.Time{}, false
	}
	return f.now, next.deadline, true
}

// lock locks mu, and sets the time when it is the first to do so.
func (f *Fake) lock() {
	f.mu.Lock()
	if f.begun {
		return
	}
	f.begun = true
	f.now = f.Start.Round(0) // a monotonic reading would disagree with Set
	if f.Start.IsZero() {
		f.now = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
}

// later returns the time d after t, or t itself if that is no later: d may be negative, or lead past the last Time.
func later(t time.Time, d time.Duration) time.Time {
	if sum := t.Add(d); sum.After(t) {
		return sum
	}
	return t
}
