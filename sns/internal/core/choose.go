package core

// Choice names a question that the real service leaves open.
type Choice uint8

// The questions. Answer 0 is always the tame one.
const (
	ChooseSubscriber Choice = iota // which subscription is delivered to next; 0: the oldest (standard topics only)
	ChooseRepeat                   // whether a subscription gets a message a second time; 0: no (standard topics only)
)

// String returns the question.
func (c Choice) String() string {
	switch c {
	case ChooseSubscriber:
		return "which subscription is next"
	case ChooseRepeat:
		return "whether the message is delivered twice"
	}
	return "what the service does"
}

// Chooser answers with a number in [0,n).
type Chooser interface {
	Choose(what Choice, n int) int
}

// window is how many candidates a question offers at most.
const window = 16

// arrange asks in which order, and how often, a message is delivered. It uses the given slice's memory.
func arrange(to []uint64, ch Chooser) []uint64 {
	for i := range to {
		k := i + choose(ch, ChooseSubscriber, min(window, len(to)-i))
		next := to[k]
		copy(to[i+1:k+1], to[i:k])
		to[i] = next
	}
	all := to
	for _, n := range to {
		if choose(ch, ChooseRepeat, 2) == 1 {
			all = append(all, n)
		}
	}
	return all
}

// choose asks, unless there is nothing to choose. An answer out of range counts as the tame one.
func choose(ch Chooser, what Choice, n int) int {
	if n < 2 {
		return 0
	}
	if a := ch.Choose(what, n); a > 0 && a < n {
		return a
	}
	return 0
}
