package sqstest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/sqs"
)

// Harness says how to run the suite against an implementation of [sqs.Queues]. Only New is required.
type Harness struct {
	// New makes the instance for one case. It is called once per case that is not in Skip, with the test of that case: what
	// must be closed goes into t.Cleanup. All instances may share one service, because each case invents names of its own for
	// its queues and deletes them at its end.
	New func(t testing.TB) Instance

	// Bubble runs each case in a testing/synctest bubble, New included. Time is then virtual: Instance.Wait, Settle and Now
	// are those of the bubble unless New sets others. It fits implementations that live in the process and open no socket.
	Bubble bool

	// Parallel runs the cases at the same time. It is meant for real services, where cases mostly wait.
	Parallel bool

	// Patience is the time that a case may let pass when time is real. Cases that take longer are skipped. 0 means 10 s.
	Patience time.Duration

	// Skip names cases that the implementation is known not to pass, each with the reason. A name that no case has fails the
	// test, so that the list cannot rot.
	Skip map[string]string
}

// Instance is an implementation under test. Only Queues is required.
//
// Every refusal must be an error for which errors.Is finds the [sqs.Code], and where AWS is known to use a certain text, also
// an [*sqs.Error] in its chain whose Message is that text.
type Instance struct {
	Queues sqs.Queues

	// Wait lets d pass for the implementation. It returns afterwards. The default is time.Sleep; FakeClock.Advance fits.
	Wait func(d time.Duration)

	// Now tells the implementation's time. The default is time.Now.
	Now func() time.Time

	// Settle returns once at least that many long polls wait, or with an error when ctx ends first. FakeClock.BlockUntil
	// fits. The default lets 300 ms pass.
	Settle func(ctx context.Context, polls int) error

	// Virtual says that Wait costs no real time: cases may then let days pass, and nothing else moves time.
	Virtual bool

	// Exact says that the implementation also makes the choices that AWS leaves open, in the tame way: messages come in the
	// order of sending and once, a receive misses nothing, counts are exact, and deletions and changed settings take effect
	// at once. It allows the cases that pin these choices, and spares all others the waiting for them.
	Exact bool

	// Prefix begins the names of all queues of the instance: up to 40 letters, digits, hyphens and underscores. The default
	// is "sqstest-". What follows is random.
	Prefix string
}

// Run runs every case against the implementation of h, each as a subtest that bears the case's name. A failure prints the rule
// that was broken and where the rule comes from.
func Run(t *testing.T, h Harness) {
	t.Helper()
	suite.Run(t, suite.Plan{Bubble: h.Bubble, Parallel: h.Parallel, Skip: h.Skip}, Cases(), func(c Case) string { return c.Name }, h.run)
}

// run runs one case as the test t.
func (h Harness) run(t *testing.T, c Case) {
	in := h.New(t)
	if h.Bubble {
		in = in.inBubble()
	}
	patience := h.Patience
	if patience == 0 {
		patience = 10 * time.Second
	}
	if why := in.unfit(c, patience); why != "" {
		t.Skip(why)
	}
	if err := c.Try(t.Context(), in); err != nil {
		t.Error(err)
	}
}

// inBubble fills in how time passes in a synctest bubble.
func (in Instance) inBubble() Instance {
	if in.Settle == nil {
		in.Settle = func(context.Context, int) error { synctest.Wait(); return nil }
	}
	in.Virtual = true
	return in
}

// unfit says why a case cannot run against an instance, "" if it can.
func (in Instance) unfit(c Case, patience time.Duration) string {
	takes := c.Takes
	if c.Spreads && !in.Exact {
		takes += spreading
	}
	switch {
	case c.Exact && !in.Exact:
		return "pins what AWS leaves open; the instance is not Exact"
	case c.Virtual && !in.Virtual:
		return "looks at an instant; the instance is not Virtual"
	case takes > patience && !in.Virtual:
		return "takes " + takes.String() + " of real time; Harness.Patience is " + patience.String()
	}
	return ""
}

// withDefaults returns the instance with every field set.
func (in Instance) withDefaults() Instance {
	if in.Wait == nil {
		in.Wait = time.Sleep
	}
	if in.Now == nil {
		in.Now = time.Now
	}
	if in.Settle == nil {
		in.Settle = func(context.Context, int) error { in.Wait(300 * time.Millisecond); return nil }
	}
	if in.Prefix == "" {
		in.Prefix = "sqstest-"
	}
	return in
}
