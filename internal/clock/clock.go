// Package clock is the time that every broker of this module runs on.
//
// A broker asks its Clock for two things only: what time it is, and a call at a later time. With System both come from
// the machine; with a Fake both come from a test, which moves time by hand and sees everything that was due done before
// the move returns.
package clock

import "time"

// Clock tells the time and calls functions later. An implementation must be safe for concurrent use.
type Clock interface {
	// Now returns the current time. It never goes backwards between two calls where one happens before the other.
	// It does not wait for functions given to AfterFunc.
	Now() time.Time

	// AfterFunc arranges for f to be called once, when d has passed, and returns without calling it. A d of zero or
	// less means as soon as the clock gets to it. f must not be nil, and may call the Clock itself.
	//
	// stop cancels the call. It returns true if and only if it prevented the call: false means that f has been
	// started, perhaps is still running, or was stopped before. It does not wait for f. It may be called from any
	// goroutine, f included, any number of times.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// System is the clock of the machine, as package time shows it. The zero value is ready to use, holds nothing, and may
// be copied. Inside a testing/synctest bubble package time is virtual, and so is System: functions run when the bubble
// has nothing else to do, and no real time passes.
type System struct{}

var _ Clock = System{}

// Now returns the local time, with a monotonic reading: differences are not disturbed when the machine's clock is set.
func (System) Now() time.Time {
	return time.Now()
}

// AfterFunc calls f in a goroutine of its own when d has passed. Two functions due at the same instant run in no
// particular order, and may overlap. A pending call keeps no goroutine.
func (System) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	return time.AfterFunc(d, f).Stop
}
