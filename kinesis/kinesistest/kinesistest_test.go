package kinesistest_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

func TestBrokerOnFakeClock(t *testing.T) {
	kinesistest.Run(t, kinesistest.Harness{New: func(testing.TB) kinesistest.Instance { return onFakeClock() }})
}

func TestBrokerInBubble(t *testing.T) {
	kinesistest.Run(t, kinesistest.Harness{Bubble: true, New: func(testing.TB) kinesistest.Instance { return instance() }})
}

// Changes that take their time are waited for by all cases, and looked at by some.
func TestBrokerThatChangesGradually(t *testing.T) {
	kinesistest.Run(t, kinesistest.Harness{New: func(testing.TB) kinesistest.Instance {
		in := onFakeClock(kinesis.WithTransitions(kinesis.Transitions{
			Create: 3 * time.Second, Delete: 3 * time.Second, Update: 3 * time.Second, Consumer: 2 * time.Second,
		}))
		in.Gradual = true
		return in
	}})
}

func TestBrokerWithRates(t *testing.T) {
	kinesistest.Run(t, kinesistest.Harness{New: func(testing.TB) kinesistest.Instance {
		in := onFakeClock(kinesis.WithThrottling())
		in.Throttled = true
		return in
	}})
}

// A broker that answers less than it could, and tells the end of a shard late, is within the rules: the cases that are not exact pass.
func TestCasesAllowWhatTheServiceMayDo(t *testing.T) {
	for seed := range uint64(2) {
		kinesistest.Run(t, kinesistest.Harness{New: func(testing.TB) kinesistest.Instance {
			in := onFakeClock(kinesis.WithChooser(reading{kinesis.RandomChooser(seed)}))
			in.Exact = false
			return in
		}})
	}
}

// reading takes only the liberties that a reader sees.
type reading struct{ kinesis.Chooser }

func (r reading) Choose(what kinesis.Choice, n int) int {
	if what == kinesis.ChooseThrottle || what == kinesis.ChooseRepeat {
		return 0
	}
	return r.Chooser.Choose(what, n)
}

// onFakeClock is a broker whose time only the suite moves.
func onFakeClock(opts ...kinesis.Option) kinesistest.Instance {
	clk := inflight.NewFakeClock(time.Time{})
	in := instance(append(opts, kinesis.WithClock(clk))...)
	in.Wait, in.Now, in.Settle, in.Virtual = clk.Advance, clk.Now, clk.BlockUntil, true
	return in
}

// instance is a broker that lives by the system's clock, which a bubble makes virtual.
func instance(opts ...kinesis.Option) kinesistest.Instance {
	return kinesistest.Instance{
		Streams: kinesis.New(opts...), Exact: true, Texts: true, DryRun: kinesis.WithDryRun,
		As: func(ctx context.Context, account string) context.Context {
			return kinesis.WithCaller(ctx, kinesis.Caller{Account: account})
		},
	}
}

func TestCasesAreWellFormed(t *testing.T) {
	source := regexp.MustCompile(`^(recorded|observed|documented|inferred|contract) \d+(\.\d+)?$`)
	name := regexp.MustCompile(`^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$`)
	names, bySubject := map[string]bool{}, map[string]int{}
	for _, c := range kinesistest.Cases() {
		assert.Regexp(t, name, c.Name)
		assert.Regexp(t, source, c.Source, c.Name)
		assert.NotEmpty(t, c.Rule, c.Name)
		assert.NotNil(t, c.Run, c.Name)
		assert.False(t, names[c.Name], "two cases are called %s", c.Name)
		names[c.Name] = true
		bySubject[c.Subject()]++
	}
	assert.Greater(t, len(names), 250)
	for subject, n := range bySubject {
		assert.GreaterOrEqual(t, n, 4, subject)
	}
}

// The cases delete what they make, and the durations that they declare are true, so that Patience means something.
func TestCasesLeaveNothingBehindAndTakeWhatTheySay(t *testing.T) {
	in := onFakeClock()
	for _, c := range kinesistest.Cases() {
		if c.Needs&(kinesistest.NeedStates|kinesistest.NeedThrottling) != 0 {
			continue
		}
		start := in.Now()
		require.NoError(t, c.Try(t.Context(), in))
		if !c.Virtual { // which real time never sees
			assert.LessOrEqual(t, in.Now().Sub(start), 5*time.Second+c.Takes, c.Name)
		}
	}
	p, err := in.Streams.List(t.Context(), kinesis.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, p.Streams)
}

// What an instance cannot do is said, and nothing else is left out.
func TestWhatAnInstanceLacksIsSkipped(t *testing.T) {
	for name, lacking := range map[string]func(*kinesistest.Instance){
		"another account": func(in *kinesistest.Instance) { in.As = nil }, "only checks": func(in *kinesistest.Instance) { in.DryRun = nil },
		"out of form": func(in *kinesistest.Instance) { in.Texts = false }, "not Exact": func(in *kinesistest.Instance) { in.Exact = false },
		"not Virtual": func(in *kinesistest.Instance) { in.Virtual = false }, "states between": func(in *kinesistest.Instance) { in.Gradual = false },
		"is Throttled":        func(in *kinesistest.Instance) { in.Throttled = true },
		"is not Throttled":    func(in *kinesistest.Instance) {},
		"Harness.Patience is": func(in *kinesistest.Instance) { in.Virtual = false },
	} {
		full, less := onFakeClock(), onFakeClock()
		full.Gradual, less.Gradual = true, true
		lacking(&less)
		said := 0
		for _, c := range kinesistest.Cases() {
			if why := less.Unfit(c, 0); why != "" {
				said += strings.Count(why, name)
				if full.Unfit(c, 0) != "" && c.Needs&kinesistest.NeedThrottling == 0 {
					t.Errorf("%s: %s", c.Name, why)
				}
			}
		}
		assert.Positive(t, said, name)
	}
}

func named(t *testing.T, name string) kinesistest.Case {
	cases := kinesistest.Cases()
	i := slices.IndexFunc(cases, func(c kinesistest.Case) bool { return c.Name == name })
	require.NotEqual(t, -1, i, name)
	return cases[i]
}

// bubble runs a test on a broker in a synctest bubble.
func bubble(t *testing.T, run func(*testing.T, kinesistest.Instance)) {
	synctest.Test(t, func(t *testing.T) {
		in := instance()
		in.Virtual = true
		in.Settle = func(context.Context, int) error { synctest.Wait(); return nil }
		run(t, in)
	})
}
