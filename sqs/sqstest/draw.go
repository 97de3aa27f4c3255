package sqstest

import (
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sqs"
)

// Draw returns a Chooser that answers what t draws. A broker made with it does whatever the service is allowed to do, and when
// a property fails, rapid shrinks the answers towards 0, the tame ones: what is left are the liberties that the failure needs.
// Each draw is labelled with its question.
//
// The property must be deterministic, or rapid cannot shrink: let no map's order decide what it does or says, and give the broker
// WithSeed if the failure's text has ids in it.
//
// The Chooser must be asked by one goroutine at a time, and only while the check runs: t is not safe for concurrent use.
func Draw(t *rapid.T) sqs.Chooser { return drawn{t} }

type drawn struct{ t *rapid.T }

// Choose draws a number in [0,n).
func (d drawn) Choose(what sqs.Choice, n int) int {
	return rapid.IntRange(0, n-1).Draw(d.t, what.String())
}

// Script returns a Chooser that gives the answers one after the other, whatever it is asked, and is tame afterwards. It is the
// form to keep a schedule in that Draw has found. It is not safe for concurrent use.
func Script(answers ...int) sqs.Chooser { return &script{answers} }

type script struct{ left []int }

// Choose returns the next answer.
func (s *script) Choose(_ sqs.Choice, _ int) int {
	if len(s.left) == 0 {
		return 0
	}
	a := s.left[0]
	s.left = s.left[1:]
	return a
}
