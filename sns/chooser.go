package sns

import (
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// Choice names a question that the service leaves open. Answer 0 is always the tame one.
type Choice = core.Choice

// The questions, with what the answers mean.
const (
	// ChooseSubscriber asks which of the next subscriptions is delivered to; 0: the oldest. Standard topics only.
	ChooseSubscriber = core.ChooseSubscriber
	// ChooseRepeat asks whether a subscription gets a message a second time; 0: no, 1: yes. Standard topics only.
	ChooseRepeat = core.ChooseRepeat
)

// Chooser decides what the real service leaves open. A broker asks it one question at a time, and does so while it holds a topic:
// a Chooser must not call the broker, nor end its goroutine. It may panic: the operation ends tamely, and panics then.
type Chooser interface {
	// Choose returns a number in [0,n), n being at least 2. Any other number counts as 0, the tame answer.
	Choose(what Choice, n int) int
}

// RandomChooser returns a Chooser that answers at random, the same for the same seed and the same questions.
func RandomChooser(seed uint64) Chooser { return kit.RandomChooser[Choice](seed) }
