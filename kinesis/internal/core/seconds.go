package core

import "maps"

// Seconds remembers the last second that was given to each of many names, where a second tells apart what has a name one after
// another. It forgets seconds that are over for good, which are not given out again. The zero Seconds is empty.
type Seconds[K comparable] struct {
	last map[K]int64
	most int // names at which those are forgotten whose seconds are over
}

const (
	fewSeconds = 64
	lateness   = 60 // seconds for which a call that began earlier may still come
)

// Next returns the first second from now on that the name was not given.
func (s *Seconds[K]) Next(name K, now int64) int64 {
	if last, ok := s.last[name]; ok {
		return max(now, last+1)
	}
	return now
}

// Give notes that a name was given a second. Now is about the first that Next is asked for from now on.
func (s *Seconds[K]) Give(name K, second, now int64) {
	if s.last == nil {
		s.last = map[K]int64{}
	}
	if len(s.last) >= max(s.most, fewSeconds) {
		maps.DeleteFunc(s.last, func(_ K, last int64) bool { return last < now-lateness })
		s.most = 2 * len(s.last)
	}
	s.last[name] = max(s.last[name], second)
}

// Clone returns a copy.
func (s *Seconds[K]) Clone() Seconds[K] { return Seconds[K]{maps.Clone(s.last), s.most} }
