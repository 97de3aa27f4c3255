package kinesistest

import (
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/kinesis"
)

// Draw returns a Chooser that answers what t draws. A broker made with it does whatever the service is allowed to do: it answers reads
// with less than there is, refuses for a rate, tells the end of a shard late, stores a record twice. When a property fails, rapid
// shrinks the answers towards 0, the tame ones: what is left are the liberties that the failure needs. Each draw is labelled with its
// question.
//
// The property must be deterministic, or rapid cannot shrink: let no map's order decide what it does or says, and give the broker
// WithSeed if the failure's text has iterators in it.
//
// The Chooser must be asked by one goroutine at a time, and only while the check runs: t is not safe for concurrent use.
func Draw(t *rapid.T) kinesis.Chooser { return suite.Draw[kinesis.Choice](t) }

// Script returns a Chooser that gives the answers one after the other, whatever it is asked, and is tame afterwards. It is the form to
// keep a schedule in that Draw has found. It is not safe for concurrent use.
func Script(answers ...int) kinesis.Chooser { return suite.Script[kinesis.Choice](answers...) }
