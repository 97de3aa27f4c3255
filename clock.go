package inflight

import (
	"context"
	"time"

	"github.com/inflight-mq/inflight/internal/clock"
)

// Clock is where a broker gets its time from. Any type with these two methods is a Clock, and every broker of this
// module accepts one; without one it runs on package time, which is virtual inside a testing/synctest bubble.
//
// A Clock must be safe for concurrent use: a broker calls it from whichever goroutine uses the broker.
type Clock interface {
	// Now returns the current time. It must not go backwards between two calls where one happens before the other,
	// and must not wait for functions given to AfterFunc.
	Now() time.Time

	// AfterFunc arranges for f to be called once, when d has passed, on any goroutine. It must not call f itself:
	// its caller may hold a lock that f takes. A d of zero or less means as soon as the clock gets to it. f may call
	// the Clock.
	//
	// stop cancels the call, and returns true if and only if it prevented it. It must not wait for f, and may be
	// called any number of times.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// FakeClock is a Clock that stands still until a test moves it with Advance, AdvanceToNext or Set. A move runs every
// function that falls due on the way, on its own goroutine and before it returns: by deadline, then in the order they
// were added, each with its deadline as Now. So a test that has moved time may look at the results at once; it never
// has to sleep. A FakeClock starts no goroutines and never looks at the machine's time.
//
// The zero value is ready to use and starts at 2026-01-01T00:00:00Z. A FakeClock must not be copied after its first
// use.
//
// All methods are safe for concurrent use. Moves happen one at a time: each waits until the one before it is done. So a
// function that a move runs must not move the same FakeClock, nor wait for a goroutine that does: it would wait for
// itself forever. It may call every other method, add functions and stop them.
//
// When a function panics or ends its goroutine, the move ends too: Now stays at the function's deadline, and the others
// stay pending until the next move.
//
// In a testing/synctest bubble the wait for another move is not durable, so a function must not block there while
// another goroutine may move. A FakeClock used in a bubble must not be used outside of it while anybody waits in
// BlockUntil.
type FakeClock struct {
	fake clock.Fake
}

var _ Clock = (*FakeClock)(nil)

// NewFakeClock returns a clock that stands at start, in start's location and without its monotonic reading. A start
// that is the zero Time stands for 2026-01-01T00:00:00Z.
func NewFakeClock(start time.Time) *FakeClock {
	return &FakeClock{fake: clock.Fake{Start: start}}
}

// Now returns the time the clock stands at. In a function that a move runs, that is the function's deadline. It does
// not wait for a move.
func (c *FakeClock) Now() time.Time {
	return c.fake.Now()
}

// AfterFunc makes f pending, due when time has moved by d. With a d of zero or less it is due at Now, and runs in the
// next move or the one under way, never inside AfterFunc. A deadline past the last Time is within the last second
// instead. It panics if f is nil.
//
// f must not move the clock: it would wait for itself forever. It may read Now, and add and stop functions.
//
// stop cancels f and returns true if and only if that prevented the call. Neither AfterFunc nor stop waits for a move.
func (c *FakeClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	return c.fake.AfterFunc(d, f)
}

// Advance moves time by d and runs every function that falls due on the way, those added on the way included. A d of
// zero or less runs what is due now and moves nothing. Concurrent Advances add up. It never returns if functions keep
// adding others that are due at once.
//
// A function given to AfterFunc must not call Advance: it would wait for itself forever.
func (c *FakeClock) Advance(d time.Duration) {
	c.fake.Advance(d)
}

// AdvanceToNext moves time to the next deadline and runs every function that is due at that instant. It returns how far
// away the deadline was, zero if it was due already and at most the longest Duration. If nothing is pending it returns
// false and moves nothing. Like Advance, it must not be called by a function given to AfterFunc.
func (c *FakeClock) AdvanceToNext() (d time.Duration, ok bool) {
	return c.fake.AdvanceToNext()
}

// Set moves time to t and runs every function that falls due on the way, as Advance does. Time never goes backwards: if
// t is not after Now, Set runs what is due now and moves nothing. Now keeps its location, whatever t's is. Like
// Advance, it must not be called by a function given to AfterFunc.
func (c *FakeClock) Set(t time.Time) {
	c.fake.Set(t)
}

// BlockUntil waits until at least n functions are pending and returns nil, or returns ctx.Err() if ctx ends first. If
// enough are pending already it returns nil at once. A test calls it before a move, to be sure that a goroutine under
// test has come to where it waits. In a testing/synctest bubble it blocks durably.
func (c *FakeClock) BlockUntil(ctx context.Context, n int) error {
	return c.fake.BlockUntil(ctx, n)
}

// Timers returns how many functions are pending: neither started nor stopped. It does not wait for a move.
func (c *FakeClock) Timers() int {
	return c.fake.Timers()
}
