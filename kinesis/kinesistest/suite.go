package kinesistest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/kinesis"
)

// Harness says how to run the suite against an implementation of [kinesis.Streams]. Only New is required.
type Harness struct {
	// New makes the instance for one case. It is called once per case that is not in Skip, with the test of that case: what must be
	// closed goes into t.Cleanup. All instances may share one service, because each case invents names of its own for its streams and
	// deletes them at its end.
	New func(t testing.TB) Instance

	// Bubble runs each case in a testing/synctest bubble, New included. Time is then virtual: Instance.Wait, Now and Settle are those of
	// the bubble unless New sets others. It fits implementations that live in the process and open no socket.
	Bubble bool

	// Parallel runs the cases at the same time. It is meant for real services, where cases mostly wait.
	Parallel bool

	// Patience is the time that a case may let pass when time is real. Cases that take longer are skipped. 0 means 10 s, to which comes
	// what Gradual instances take for their changes.
	Patience time.Duration

	// Skip names cases that the implementation is known not to pass, each with the reason. A name that no case has fails the test, so
	// that the list cannot rot.
	Skip map[string]string
}

// Instance is an implementation under test. Only Streams is required. A case that needs what an instance lacks is skipped, and says so.
//
// Every refusal must be an error for which errors.Is finds the [kinesis.Code], and where AWS is known to use a certain text, also a
// [*kinesis.Error] in its chain whose Message is that text.
type Instance struct {
	Streams kinesis.Streams

	// Wait lets d pass for the implementation. It returns afterwards. The default is time.Sleep; FakeClock.Advance fits.
	Wait func(d time.Duration)

	// Now tells the implementation's time. The default is time.Now.
	Now func() time.Time

	// Settle returns once n subscriptions wait for their next event. The default lets 300 ms pass; FakeClock.BlockUntil fits.
	Settle func(ctx context.Context, n int) error

	// Virtual says that Wait costs no real time: cases may then let days pass, and nothing else moves time.
	Virtual bool

	// Exact says that the implementation also makes the choices that AWS leaves open, in the tame way: what is put can be read when Put
	// returns, a read answers all that fits, the end of a shard is told by the read that reaches it, and a batch is stored in its order.
	// It allows the cases that pin these choices, and spares all others the waiting for them.
	Exact bool

	// Gradual says that changes take seconds, in which streams and consumers are seen as CREATING, UPDATING and DELETING.
	Gradual bool

	// Throttled says that what exceeds the rates of shards and operations is refused. Only the cases about that are run then, because
	// all others call as often as they like: what is limited is run twice, once behind a client that tries again, and once without.
	Throttled bool

	// Texts says that the implementation takes the fields whose names end in Text, and Given: what is out of form comes through.
	Texts bool

	// As returns a context whose calls the root of another account makes, of twelve digits; [kinesis.WithCaller] can do it.
	As func(ctx context.Context, account string) context.Context

	// DryRun returns a context whose calls only check; [kinesis.WithDryRun] fits.
	DryRun func(ctx context.Context) context.Context

	// Prefix begins the names of all streams of the instance: up to 40 letters, digits, hyphens, dots and underscores. The default is
	// "kinesistest-". What follows is random.
	Prefix string
}

// Run runs every case against the implementation of h, each as a subtest that bears the case's name. A failure prints the rule that was
// broken and where the rule comes from.
func Run(t *testing.T, h Harness) {
	t.Helper()
	suite.Run(t, suite.Plan{Bubble: h.Bubble, Parallel: h.Parallel, Skip: h.Skip}, Cases(), func(c Case) string { return c.Name }, h.run)
}

// run runs one case as the test t.
func (h Harness) run(t *testing.T, c Case) {
	in := h.New(t)
	if h.Bubble {
		in.Virtual = true
		if in.Settle == nil {
			in.Settle = func(context.Context, int) error { synctest.Wait(); return nil }
		}
	}
	patience := h.Patience
	if patience == 0 {
		patience = 10 * time.Second
	}
	if why := in.Unfit(c, patience); why != "" {
		t.Skip(why)
	}
	if err := c.Try(t.Context(), in); err != nil {
		t.Error(err)
	}
}

// Unfit says why a case cannot run against an instance when real time may pass for as long as patience, "" if it can.
func (in Instance) Unfit(c Case, patience time.Duration) string {
	for _, l := range []struct {
		unfit bool
		why   string
	}{
		{c.Exact && !in.Exact, "pins what AWS leaves open; the instance is not Exact"},
		{c.Virtual && !in.Virtual, "looks at an instant; the instance is not Virtual"},
		{c.Takes > patience && !in.Virtual, "takes " + c.Takes.String() + " of real time; Harness.Patience is " + patience.String()},
		{in.Throttled && c.Needs&NeedThrottling == 0, "is not about rates; the instance is Throttled"},
		{c.Needs&NeedThrottling != 0 && !in.Throttled, "is about rates; the instance is not Throttled"},
		{c.Needs&NeedStates != 0 && !in.Gradual, "looks at states between; the instance is not Gradual"},
		{c.Needs&NeedCaller != 0 && in.As == nil, "calls from another account; the instance has no As"},
		{c.Needs&NeedDryRun != 0 && in.DryRun == nil, "only checks; the instance has no DryRun"},
		{c.Needs&NeedTexts != 0 && !in.Texts, "says what is out of form; the instance has no Texts"},
	} {
		if l.unfit {
			return l.why
		}
	}
	return ""
}

// withDefaults returns the instance with every field set that has a default.
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
		in.Prefix = "kinesistest-"
	}
	return in
}
