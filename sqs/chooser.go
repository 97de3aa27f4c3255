package sqs

import (
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// Choice names a question that the service leaves open. Answer 0 is always the tame one.
type Choice = core.Choice

// The questions, with what the answers mean.
const (
	// ChooseGroup asks which of the next message groups, or tenants of a standard queue, is served; 0: the one in turn.
	ChooseGroup = core.ChooseGroup
	// ChooseMessage asks which of the next deliverable messages comes first; 0: the oldest. Standard queues only.
	ChooseMessage = core.ChooseMessage
	// ChooseFewer asks how many messages fewer than possible a receive answers; 0: none fewer. A short poll may answer none
	// at all, a long poll answers one at least.
	ChooseFewer = core.ChooseFewer
	// ChooseRepeat asks whether a message stays visible though it was just lent, so that it is lent twice; 0: no, 1: yes.
	// Standard queues only.
	ChooseRepeat = core.ChooseRepeat
	// ChooseForget asks whether a delete is answered but forgotten, so that the message comes back; 0: no, 1: yes. Standard
	// queues only.
	ChooseForget = core.ChooseForget
)

// Chooser decides what the real service leaves open. A broker asks it one question at a time, and does so while it holds a
// queue: a Chooser must not call the broker, nor end its goroutine. It may panic: the operation ends tamely, and panics then,
// on the goroutine that runs it, which for a long poll may be that of the clock's timer.
type Chooser interface {
	// Choose returns a number in [0,n), n being at least 2. Any other number counts as 0, the tame answer.
	Choose(what Choice, n int) int
}

// RandomChooser returns a Chooser that answers at random, the same for the same seed and the same questions.
func RandomChooser(seed uint64) Chooser { return kit.RandomChooser[Choice](seed) }

// chooser returns who answers the core's questions, nil for the tame answers.
func (q *queue) chooser() core.Chooser {
	if q.asks == nil {
		return nil
	}
	return q.asks
}
