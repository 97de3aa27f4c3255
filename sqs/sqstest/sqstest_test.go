package sqstest_test

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

func TestBrokerOnFakeClock(t *testing.T) {
	sqstest.Run(t, sqstest.Harness{New: func(testing.TB) sqstest.Instance { return onFakeClock() }})
}

// onFakeClock is a broker whose time only the suite moves.
func onFakeClock(opts ...sqs.Option) sqstest.Instance {
	clk := inflight.NewFakeClock(time.Time{})
	return sqstest.Instance{
		Queues: sqs.New(append(opts, sqs.WithClock(clk))...), Wait: clk.Advance, Now: clk.Now, Settle: clk.BlockUntil,
		Virtual: true, Exact: true,
	}
}

func TestBrokerInBubble(t *testing.T) {
	sqstest.Run(t, sqstest.Harness{
		Bubble: true,
		New:    func(testing.TB) sqstest.Instance { return sqstest.Instance{Queues: sqs.New(), Exact: true} },
	})
}

// A broker that answers less than it could, in another order, is within the rules: the cases that are not exact must pass.
func TestCasesAllowWhatTheServiceMayDo(t *testing.T) {
	for seed := range uint64(3) {
		sqstest.Run(t, sqstest.Harness{
			Bubble: true,
			New:    func(testing.TB) sqstest.Instance { return sqstest.Instance{Queues: newFickle(seed)} },
		})
	}
}

// fickle takes the liberties that are usual on AWS: messages in any order, and fewer than there are from standard queues. It
// leaves out the rare ones, repeats and forgotten deletes.
type fickle struct {
	sqs.Chooser
	fifo atomic.Bool // the queue that is called
}

func newFickle(seed uint64) *sqs.Broker {
	f := &fickle{Chooser: sqs.RandomChooser(seed)}
	b := sqs.New(sqs.WithChooser(f))
	b.Intercept(func(_ context.Context, c sqs.Call) error {
		f.fifo.Store(strings.HasSuffix(c.Queue, ".fifo"))
		return nil
	})
	return b
}

func (f *fickle) Choose(what sqs.Choice, n int) int {
	switch {
	case what == sqs.ChooseRepeat, what == sqs.ChooseForget, what == sqs.ChooseFewer && f.fifo.Load():
		return 0
	}
	return f.Chooser.Choose(what, n)
}

func TestCasesAreWellFormed(t *testing.T) {
	source := regexp.MustCompile(`^(recorded|observed|documented|inferred|contract) \d+(\.\d+)?$`)
	name := regexp.MustCompile(`^[a-z]+/[a-z]+(-[a-z]+)*$`)
	names := map[string]bool{}
	for _, c := range sqstest.Cases() {
		assert.Regexp(t, name, c.Name)
		assert.Regexp(t, source, c.Source, c.Name)
		assert.Greater(t, len(c.Rule), 20, c.Name)
		assert.NotNil(t, c.Run, c.Name)
		assert.False(t, names[c.Name], "two cases are called %s", c.Name)
		assert.Contains(t, c.Name, c.Subject()+"/")
		names[c.Name] = true
	}
}

// The declared durations are true, so that Patience means something: nothing takes more than some seconds unless it says so.
func TestCasesTakeWhatTheySay(t *testing.T) {
	for _, c := range sqstest.Cases() {
		for _, exact := range []bool{true, false} {
			if c.Exact && !exact {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				require.NoError(t, c.Try(t.Context(), sqstest.Instance{Queues: sqs.New(), Virtual: true, Exact: exact}))
				allowed := 12*time.Second + c.Takes
				if c.Spreads && !exact {
					allowed += time.Minute
				}
				assert.LessOrEqual(t, time.Since(start), allowed, "%s, exact: %t", c.Name, exact)
			})
		}
	}
}

func TestCasesLeaveNothingBehind(t *testing.T) {
	in := onFakeClock()
	for _, c := range sqstest.Cases() {
		require.NoError(t, c.Try(t.Context(), in))
	}
	page, err := in.Queues.List(t.Context(), sqs.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, page.Queues)
}

func TestEverySubjectHasCases(t *testing.T) {
	bySubject := map[string]int{}
	for _, c := range sqstest.Cases() {
		bySubject[c.Subject()]++
	}
	assert.Equal(t, []string{"attributes", "batch", "content", "deadletter", "dedup", "delete", "fifo", "lifecycle", "move",
		"permission", "poll", "receive", "redrive", "send", "tag", "time", "visibility"}, slices.Sorted(maps.Keys(bySubject)))
	for subject, n := range bySubject {
		assert.GreaterOrEqual(t, n, 5, subject)
	}
}
