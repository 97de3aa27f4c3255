package core

// Choice names a question that the real service leaves open.
type Choice uint8

// The questions. Answer 0 is always the tame one.
const (
	ChooseFewer    Choice = iota // how many records fewer than possible a read answers; 0: as many as possible
	ChooseLinger                 // whether a read at the end of a closed shard says so only the next time; 0: no
	ChooseThrottle               // whether a record or a read is refused for its rate; 0: no
	ChooseRepeat                 // whether a record is stored twice, the producer having missed the first answer; 0: no
)

// String returns the question.
func (c Choice) String() string {
	switch c {
	case ChooseFewer:
		return "how many records fewer"
	case ChooseLinger:
		return "whether the end is told later"
	case ChooseThrottle:
		return "whether the rate is exceeded"
	case ChooseRepeat:
		return "whether the record is stored twice"
	}
	return "what the service does"
}

// Chooser answers with a number in [0,n).
type Chooser interface {
	Choose(what Choice, n int) int
}

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
