package suite

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/kit"
)

// Draw returns a Chooser that answers what t draws. Each draw is labelled with its question.
func Draw[Q fmt.Stringer](t *rapid.T) kit.Chooser[Q] { return drawn[Q]{t} }

type drawn[Q fmt.Stringer] struct{ t *rapid.T }

// Choose draws a number in [0,n).
func (d drawn[Q]) Choose(what Q, n int) int {
	return rapid.IntRange(0, n-1).Draw(d.t, what.String())
}

// Script returns a Chooser that gives the answers one after the other, whatever it is asked, and is tame afterwards. It is not safe
// for concurrent use.
func Script[Q any](answers ...int) kit.Chooser[Q] { return &script[Q]{answers} }

type script[Q any] struct{ left []int }

// Choose returns the next answer.
func (s *script[Q]) Choose(Q, int) int {
	if len(s.left) == 0 {
		return 0
	}
	a := s.left[0]
	s.left = s.left[1:]
	return a
}
