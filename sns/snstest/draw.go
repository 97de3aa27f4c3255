package snstest

import (
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/sns"
)

// Draw returns a Chooser that answers what t draws. A broker made with it does whatever the service is allowed to do, and when
// a property fails, rapid shrinks the answers towards 0, the tame ones: what is left are the liberties that the failure needs.
// Each draw is labelled with its question.
//
// The property must be deterministic, or rapid cannot shrink: let no map's order decide what it does or says, and give the broker
// WithSeed if the failure's text has ids in it.
//
// The Chooser must be asked by one goroutine at a time, and only while the check runs: t is not safe for concurrent use.
func Draw(t *rapid.T) sns.Chooser { return suite.Draw[sns.Choice](t) }

// Script returns a Chooser that gives the answers one after the other, whatever it is asked, and is tame afterwards. It is the
// form to keep a schedule in that Draw has found. It is not safe for concurrent use.
func Script(answers ...int) sns.Chooser { return suite.Script[sns.Choice](answers...) }
