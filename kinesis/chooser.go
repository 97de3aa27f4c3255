package kinesis

import (
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// Choice names a question that the service leaves open. Answer 0 is always the tame one.
type Choice = core.Choice

// The questions, with what the answers mean.
const (
	// ChooseFewer asks how many records fewer than possible a read answers; 0: none fewer. All fewer is an empty answer though
	// there are records ahead, as the service gives it now and then.
	ChooseFewer = core.ChooseFewer
	// ChooseLinger asks whether the read that reaches the end of a closed shard still answers an iterator, so that only the next
	// one tells of the end; 0: no, 1: yes.
	ChooseLinger = core.ChooseLinger
	// ChooseThrottle asks whether a record or a read is refused with ErrThroughputExceeded; 0: no, 1: yes.
	ChooseThrottle = core.ChooseThrottle
	// ChooseRepeat asks whether a record is stored twice, as by a producer that missed the first answer and tried again; 0: no,
	// 1: yes. The answer is that to the second.
	ChooseRepeat = core.ChooseRepeat
)

// Chooser decides what the real service leaves open. A broker asks it one question at a time, and does so while it holds a
// stream: a Chooser must not call the broker, nor end its goroutine. It may panic: the operation ends tamely, and panics then, on
// the goroutine that called it.
type Chooser interface {
	// Choose returns a number in [0,n), n being at least 2. Any other number counts as 0, the tame answer.
	Choose(what Choice, n int) int
}

// RandomChooser returns a Chooser that answers at random, the same for the same seed and the same questions.
func RandomChooser(seed uint64) Chooser { return kit.RandomChooser[Choice](seed) }
