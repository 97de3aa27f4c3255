package sqstest_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// till charges customers. It remembers the orders that it has charged for if it is careful.
type till struct {
	careful bool
	seen    map[uuid.UUID]bool
	charged int
}

func (c *till) charge(m *sqs.Received) {
	if c.careful && c.seen[m.ID] {
		return
	}
	c.seen[m.ID] = true
	c.charged++
}

// shop runs one order through a queue that takes the liberties that ch chooses, and returns how often it was charged.
func shop(t require.TestingT, ch sqs.Chooser, careful bool) int {
	clk := inflight.NewFakeClock(time.Time{})
	ctx, b := someContext(), sqs.New(sqs.WithClock(clk), sqs.WithChooser(ch))
	orders, err := b.Create(ctx, "orders", sqs.Config{})
	require.NoError(t, err)
	_, err = orders.Send(ctx, sqs.Message{Body: "one book"})
	require.NoError(t, err)
	c := till{careful: careful, seen: map[uuid.UUID]bool{}}
	for range 8 {
		got, err := orders.Receive(ctx, sqs.ReceiveOptions{Max: 10})
		require.NoError(t, err)
		for _, m := range got {
			c.charge(m)
			require.NoError(t, m.Ack(ctx))
		}
		clk.Advance(time.Minute)
	}
	return c.charged
}

// Whatever the service is allowed to do, the careful till charges once at most: here, exactly once or not yet.
func TestTheCarefulTillChargesOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		assert.LessOrEqual(t, shop(t, sqstest.Draw(t), true), 1)
	})
}

// The careless till is found out, and what rapid leaves of the schedule is a single liberty of the service.
func TestTheCarelessTillIsFoundOut(t *testing.T) {
	require.NoError(t, flag.Set("rapid.nofailfile", "true"))
	defer func() { require.NoError(t, flag.Set("rapid.nofailfile", "false")) }()
	fake := &fakeTB{}
	var schedule []string
	rapid.Check(fake, func(t *rapid.T) {
		schedule = nil // the last run is that of the smallest schedule
		if n := shop(t, liberties{sqstest.Draw(t), &schedule}, false); n > 1 {
			t.Fatalf("charged %d times", n)
		}
	})
	assert.True(t, fake.failed)
	assert.Contains(t, fake.log, "charged 2 times")
	assert.Equal(t, []string{"whether the delete is forgotten"}, schedule, "the tamest schedule takes one liberty")
	assert.Contains(t, fake.log, "draw whether the delete is forgotten: 1", "draws are labelled")
}

// liberties notes the answers that are not tame.
type liberties struct {
	sqs.Chooser
	taken *[]string
}

func (l liberties) Choose(what sqs.Choice, n int) int {
	a := l.Chooser.Choose(what, n)
	if a != 0 {
		*l.taken = append(*l.taken, map[sqs.Choice]string{
			sqs.ChooseRepeat: "whether the message is lent twice", sqs.ChooseForget: "whether the delete is forgotten",
		}[what])
	}
	return a
}

// fakeTB is a test that is expected to fail.
type fakeTB struct {
	failed bool
	log    string
}

var _ rapid.TB = (*fakeTB)(nil)

func (f *fakeTB) Helper()                        {}
func (f *fakeTB) Name() string                   { return "fake" }
func (f *fakeTB) Log(args ...any)                { f.log += fmt.Sprintln(args...) }
func (f *fakeTB) Logf(format string, a ...any)   { f.log += fmt.Sprintf(format, a...) + "\n" }
func (f *fakeTB) Error(args ...any)              { f.Log(args...); f.failed = true }
func (f *fakeTB) Errorf(format string, a ...any) { f.Logf(format, a...); f.failed = true }
func (f *fakeTB) Fatal(args ...any)              { f.Error(args...) }
func (f *fakeTB) Fatalf(format string, a ...any) { f.Errorf(format, a...) }
func (f *fakeTB) Fail()                          { f.failed = true }
func (f *fakeTB) FailNow()                       { f.failed = true }
func (f *fakeTB) Failed() bool                   { return f.failed }
func (f *fakeTB) Skip(...any)                    {}
func (f *fakeTB) Skipf(string, ...any)           {}
func (f *fakeTB) SkipNow()                       {}

// What single liberties do to the careless till.
func TestSchedules(t *testing.T) {
	for name, want := range map[string]struct {
		ch       sqs.Chooser
		careless int
	}{
		"tame":                            {sqstest.Script(), 1},
		"lent twice":                      {sqstest.Script(0, 1), 1}, // hidden again by the delete that follows at once
		"the delete is forgotten":         {&always{sqs.ChooseForget, 1}, 2},
		"the delete is forgotten thrice":  {&always{sqs.ChooseForget, 3}, 4},
		"nothing is answered, then tame":  {&always{sqs.ChooseFewer, 1}, 1},
		"nothing is answered, ever again": {&always{sqs.ChooseFewer, 99}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, want.careless, shop(t, want.ch, false))
		})
	}
}

// always answers 1 to one question, some times.
type always struct {
	what  sqs.Choice
	times int
}

func (a *always) Choose(what sqs.Choice, _ int) int {
	if what != a.what || a.times == 0 {
		return 0
	}
	a.times--
	return 1
}

func TestScriptIsTameAfterwards(t *testing.T) {
	s := sqstest.Script(2, 0, 1)
	var got []int
	for range 5 {
		got = append(got, s.Choose(sqs.ChooseMessage, 3))
	}
	assert.Equal(t, []int{2, 0, 1, 0, 0}, got)
}
