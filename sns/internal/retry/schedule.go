// Package retry knows how often and when a failed delivery is tried again: the service's fixed schedules, and the delivery
// policies that topics and subscriptions set for HTTP endpoints. All values are immutable and may be used concurrently.
package retry

import (
	"math"
	"time"
)

// Backoff is how delays grow in the back-off phase.
type Backoff uint8

// The back-off functions. All lead from the shortest delay to the longest.
const (
	Linear      Backoff = iota // by the same amount each time
	Arithmetic                 // by an amount that grows by the same amount each time
	Geometric                  // by the same factor each time
	Exponential                // by an amount that doubles each time
)

// String returns the function's name in policies.
func (b Backoff) String() string {
	if b > Exponential {
		return "unknown"
	}
	return [...]string{"linear", "arithmetic", "geometric", "exponential"}[b]
}

// Schedule is when to try again, in four phases: at once, after Min, after delays that grow from Min to Max, after Max. The zero
// Schedule never tries again.
type Schedule struct {
	Immediate, PreBackoff, Backoff, PostBackoff int // retries in each phase

	Min, Max time.Duration
	Function Backoff
}

// Managed returns the schedule for queues, functions and delivery streams: 100,015 retries over 23 days.
func Managed() Schedule {
	return Schedule{3, 2, 10, 100_000, time.Second, 20 * time.Second, Exponential}
}

// Unmanaged returns the schedule for e-mail, phones and apps: 50 retries over 6 hours.
func Unmanaged() Schedule {
	return Schedule{0, 2, 10, 38, 10 * time.Second, 600 * time.Second, Exponential}
}

// Retries returns how many retries there are.
func (s Schedule) Retries() int { return s.Immediate + s.PreBackoff + s.Backoff + s.PostBackoff }

// Delay returns the pause before the i-th retry, from 1, or false when there is no such retry.
func (s Schedule) Delay(i int) (time.Duration, bool) {
	if i < 1 {
		return 0, false
	}
	if i -= s.Immediate; i < 1 {
		return 0, true
	}
	if i -= s.PreBackoff; i < 1 {
		return s.Min, true
	}
	if i <= s.Backoff {
		return s.backoff(i), true
	}
	if i-s.Backoff <= s.PostBackoff {
		return s.Max, true
	}
	return 0, false
}

// backoff returns the i-th delay of the back-off phase. Whole numbers are exact; the others are rounded to the nanosecond.
func (s Schedule) backoff(i int) time.Duration {
	if i == 1 {
		return s.Min
	}
	if i == s.Backoff {
		return s.Max
	}
	k, last, span := time.Duration(i-1), time.Duration(s.Backoff-1), s.Max-s.Min
	switch s.Function {
	case Arithmetic:
		return s.Min + span*k*(k+1)/(last*(last+1))
	case Geometric:
		grown := float64(s.Min) * math.Pow(float64(s.Max)/float64(s.Min), float64(k)/float64(last))
		return min(time.Duration(math.Round(grown)), s.Max)
	case Exponential:
		return s.Min + time.Duration(math.Round(float64(span)*(math.Ldexp(1, int(k))-1)/(math.Ldexp(1, int(last))-1)))
	}
	return s.Min + span*k/last
}

// Total returns the sum of all delays.
func (s Schedule) Total() time.Duration {
	total := time.Duration(s.PreBackoff)*s.Min + time.Duration(s.PostBackoff)*s.Max
	for i := range s.Backoff {
		total += s.backoff(i + 1)
	}
	return total
}
