package main

import (
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/inflight-mq/inflight"
)

// agenda is what is going to happen, by a clock of its own.
type agenda struct {
	clock  *inflight.FakeClock
	closed bool  // the play is over
	err    error // what ended it early
}

// play lets time pass until the play is over. The fake clock is all the event loop it takes: each AdvanceToNext runs what is due
// next, here, on this goroutine.
func (a *agenda) play() error {
	for !a.closed && a.err == nil {
		if _, ok := a.clock.AdvanceToNext(); !ok {
			return errors.New("the play is not over, and nothing is ever going to happen")
		}
	}
	return a.err
}

// after has f called when d has passed. The clock's functions may do anything but move the clock.
func (a *agenda) after(d time.Duration, f func() error) (stop func() bool) {
	return a.clock.AfterFunc(d, func() {
		if !a.closed && a.err == nil {
			a.err = f()
		}
	})
}

func (a *agenda) at(t time.Time, f func() error) {
	a.after(t.Sub(a.clock.Now()), f)
}

// every has f called again and again, each time d after the last.
func (a *agenda) every(d time.Duration, f func() error) {
	a.after(d, func() error {
		a.every(d, f)
		return f()
	})
}

// chance returns somebody's own source of luck, so that one more draw of his changes nobody else's day.
func chance(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name)) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
