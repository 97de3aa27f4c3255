package core

// Choice names a question that the real service leaves open.
type Choice uint8

// The questions. Answer 0 is always the tame one.
const (
	ChooseGroup   Choice = iota // which message group (or tenant) is served next; 0: the one whose turn it is
	ChooseMessage               // which deliverable message of it comes next; 0: the oldest (standard queues only)
	ChooseFewer                 // how many messages fewer than possible are answered; 0: as many as possible
	ChooseRepeat                // whether a lent message is lent a second time all the same; 0: no (standard queues only)
	ChooseForget                // whether a delete is answered and then forgotten; 0: no (standard queues only)
)

// String returns the question.
func (c Choice) String() string {
	switch c {
	case ChooseGroup:
		return "which group is served"
	case ChooseMessage:
		return "which message comes first"
	case ChooseFewer:
		return "how many messages fewer"
	case ChooseRepeat:
		return "whether the message is lent twice"
	case ChooseForget:
		return "whether the delete is forgotten"
	}
	return "what the service does"
}

// Chooser answers with a number in [0,n).
type Chooser interface {
	Choose(what Choice, n int) int
}

// window is how many candidates a question offers at most.
const window = 16

// choose asks, unless there is no chooser or nothing to choose. An answer out of range counts as the tame one.
func choose(ch Chooser, what Choice, n int) int {
	if ch == nil || n < 2 {
		return 0
	}
	if a := ch.Choose(what, n); a > 0 && a < n {
		return a
	}
	return 0
}
