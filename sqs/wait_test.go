package sqs_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Section 9.2: what a long poll waits for, and in which order.

// longPoll is the world of one test in a bubble.
type longPoll struct {
	b   *sqs.Broker
	clk *inflight.FakeClock
	q   sqs.Queue
}

// inBubble runs a test in a bubble, which ends only when all polls have ended: a goroutine left behind fails it.
func inBubble(t *testing.T, name string, cfg sqs.Config, f func(t *testing.T, w longPoll)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b, clk := fakeBroker()
		f(t, longPoll{b, clk, create(t, b, name, cfg)})
		synctest.Wait()
		require.Zero(t, clk.Timers(), "no timer is left when no poll waits")
	})
}

func TestLongPollInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := create(t, sqs.New(), "jobs", sqs.Config{})
		go func() {
			time.Sleep(7 * time.Second)
			_, _ = q.Send(t.Context(), sqs.Message{Body: "job"})
		}()
		start := time.Now()
		for _, c := range []struct {
			want    []string
			elapsed time.Duration
		}{
			{[]string{"job"}, 7 * time.Second},  // the send
			{[]string{}, 27 * time.Second},      // nothing for all of the wait
			{[]string{"job"}, 37 * time.Second}, // the visibility timeout
		} {
			got := receive(t, q, sqs.ReceiveOptions{Wait: new(20 * time.Second)})
			require.Equal(t, c.want, bodies(got))
			require.Equal(t, c.elapsed, time.Since(start))
		}
	})
}

func TestFirstComeFirstServed(t *testing.T) {
	for _, name := range []string{"q", "q.fifo"} {
		inBubble(t, name, sqs.Config{}, func(t *testing.T, w longPoll) {
			var polls []*poll
			for range 5 {
				polls = append(polls, startPoll(t, w.q, sqs.MaxWait))
			}
			for i, p := range polls {
				require.True(t, p.waiting())
				body := fmt.Sprint("m", i)
				_, err := w.q.Send(t.Context(), sqs.Message{Body: body, GroupID: body})
				require.NoError(t, err)
				require.Equal(t, []string{body}, p.answer(t))
				for _, later := range polls[i+1:] {
					require.True(t, later.waiting(), "one message wakes one poll")
				}
			}
		})
	}
}

func TestOneBatchServesSeveralPolls(t *testing.T) {
	inBubble(t, "q", sqs.Config{}, func(t *testing.T, w longPoll) {
		first, second, third := startPoll(t, w.q, sqs.MaxWait), startPoll(t, w.q, sqs.MaxWait), startPoll(t, w.q, sqs.MaxWait)
		_, err := w.q.SendBatch(t.Context(), sqs.Message{Body: "a"}, sqs.Message{Body: "b"})
		require.NoError(t, err)
		require.Equal(t, []string{"a"}, first.answer(t))
		require.Equal(t, []string{"b"}, second.answer(t))
		require.True(t, third.waiting())
		w.clk.Advance(sqs.MaxWait)
		require.Empty(t, third.answer(t))
	})
}

func TestALongPollDoesNotWaitToFillUp(t *testing.T) {
	inBubble(t, "q", sqs.Config{}, func(t *testing.T, w longPoll) {
		send(t, w.q, "a", "b")
		got := receive(t, w.q, sqs.ReceiveOptions{Max: 3, Wait: new(5 * time.Second)})
		require.Equal(t, []string{"a", "b"}, bodies(got))
	})
}

// What wakes a poll, and when: prepare makes the poll wait, wake is done after a second.
func TestWhatWakesAPoll(t *testing.T) {
	for _, c := range []struct {
		what, queue string
		cfg         sqs.Config
		prepare     func(t *testing.T, w longPoll) *sqs.Received
		wake        func(t *testing.T, w longPoll, m *sqs.Received)
		want        string
		after       time.Duration // without wake: when time alone brings it
	}{
		{what: "send", queue: "q", want: "new", after: time.Second,
			wake: func(t *testing.T, w longPoll, _ *sqs.Received) { send(t, w.q, "new") }},
		{what: "end of a delay", queue: "q", cfg: sqs.Config{Delay: new(3 * time.Second)}, want: "late", after: 3 * time.Second,
			prepare: func(t *testing.T, w longPoll) *sqs.Received { send(t, w.q, "late"); return nil }},
		{what: "end of a delay sent meanwhile", queue: "q", want: "late", after: 4 * time.Second,
			wake: func(t *testing.T, w longPoll, _ *sqs.Received) {
				_, err := w.q.Send(t.Context(), sqs.Message{Body: "late", Delay: new(3 * time.Second)})
				require.NoError(t, err)
			}},
		{what: "end of a FIFO delay", queue: "q.fifo", cfg: sqs.Config{Delay: new(3 * time.Second)}, want: "late", after: 3 * time.Second,
			prepare: func(t *testing.T, w longPoll) *sqs.Received { send(t, w.q, "late"); return nil }},
		{what: "shorter FIFO delay", queue: "q.fifo", cfg: sqs.Config{Delay: new(5 * time.Minute)}, want: "late", after: time.Second,
			prepare: func(t *testing.T, w longPoll) *sqs.Received { send(t, w.q, "late"); return nil },
			wake: func(t *testing.T, w longPoll, _ *sqs.Received) {
				require.NoError(t, w.q.SetConfig(t.Context(), sqs.Config{Delay: new(time.Duration(0))}))
			}},
		{what: "end of visibility", queue: "q", cfg: sqs.Config{VisibilityTimeout: new(6 * time.Second)}, want: "again", after: 6 * time.Second,
			prepare: lend("again")},
		{what: "visibility changed to 0", queue: "q", want: "again", after: time.Second, prepare: lend("again"),
			wake: func(t *testing.T, _ longPoll, m *sqs.Received) { require.NoError(t, m.Nack(t.Context(), 0)) }},
		{what: "visibility shortened", queue: "q", want: "again", after: 3 * time.Second, prepare: lend("again"),
			wake: func(t *testing.T, _ longPoll, m *sqs.Received) {
				require.NoError(t, m.Nack(t.Context(), 2*time.Second))
			}},
		{what: "delete that unlocks a FIFO group", queue: "q.fifo", want: "next", after: time.Second, prepare: lend("first", "next"),
			wake: func(t *testing.T, _ longPoll, m *sqs.Received) { require.NoError(t, m.Ack(t.Context())) }},
		{what: "expiry of a FIFO head", queue: "q.fifo", want: "next", after: 2 * time.Second,
			cfg: sqs.Config{Retention: new(time.Minute), VisibilityTimeout: new(time.Hour)},
			prepare: func(t *testing.T, w longPoll) *sqs.Received {
				m := lend("first")(t, w)
				w.clk.Advance(58 * time.Second)
				send(t, w.q, "next")
				return m
			}},
		{what: "FIFO delay shortened to a later time", queue: "q.fifo", want: "late", after: time.Second, cfg: sqs.Config{Delay: new(time.Minute)},
			prepare: func(t *testing.T, w longPoll) *sqs.Received { send(t, w.q, "late"); return nil },
			wake: func(t *testing.T, w longPoll, _ *sqs.Received) {
				require.NoError(t, w.q.SetConfig(t.Context(), sqs.Config{Delay: new(time.Second)}))
			}},
	} {
		t.Run(c.what, func(t *testing.T) {
			inBubble(t, c.queue, c.cfg, func(t *testing.T, w longPoll) {
				var m *sqs.Received
				if c.prepare != nil {
					m = c.prepare(t, w)
				}
				p := startPoll(t, w.q, sqs.MaxWait)
				last := c.after
				if c.wake != nil {
					w.clk.Advance(time.Second)
					require.True(t, p.waiting())
					c.wake(t, w, m)
					last -= time.Second
				}
				if last > 0 {
					w.clk.Advance(last - 1)
					require.True(t, p.waiting(), "a nanosecond too early")
					w.clk.Advance(1)
				}
				require.Equal(t, []string{c.want}, p.answer(t))
			})
		})
	}
}

// lend sends messages and receives the first.
func lend(bodies ...string) func(*testing.T, longPoll) *sqs.Received {
	return func(t *testing.T, w longPoll) *sqs.Received {
		send(t, w.q, bodies...)
		return receive(t, w.q, sqs.ReceiveOptions{})[0]
	}
}

func TestDeadLetterWakesThePollOfTheDeadLetterQueue(t *testing.T) {
	for _, suffix := range []string{"", ".fifo"} {
		inBubble(t, "dlq"+suffix, sqs.Config{}, func(t *testing.T, w longPoll) {
			source := create(t, w.b, "q"+suffix, sqs.Config{
				DeadLetter: &sqs.DeadLetter{Target: w.q.ARN(), MaxReceives: 1}, VisibilityTimeout: new(4 * time.Second),
			})
			send(t, source, "poison")
			receiveOne(t, source, sqs.ReceiveOptions{})
			dead, poll := startPoll(t, w.q, sqs.MaxWait), startPoll(t, source, 8*time.Second)
			w.clk.Advance(4*time.Second - 1)
			require.True(t, dead.waiting())
			w.clk.Advance(1) // the poll on the source moves it, and goes on waiting
			require.Equal(t, []string{"poison"}, dead.answer(t))
			require.True(t, poll.waiting())
			w.clk.Advance(4 * time.Second)
			require.Empty(t, poll.answer(t))
		})
	}
}

// A move task of one message a second feeds two polls that have waited since before it began.
func TestMoveTaskWakesPolls(t *testing.T) {
	inBubble(t, "dlq", sqs.Config{}, func(t *testing.T, w longPoll) {
		a, b := source(t, w.b, "a", w.q), source(t, w.b, "b", w.q)
		for _, q := range []sqs.Queue{a, a, b} {
			bury(t, q, q.Name())
		}
		first, second, other := startPoll(t, a, sqs.MaxWait), startPoll(t, a, sqs.MaxWait), startPoll(t, b, sqs.MaxWait)
		_, err := w.b.StartMove(t.Context(), sqs.MoveOptions{Source: w.q.ARN(), PerSecond: 1})
		require.NoError(t, err)
		require.Equal(t, []string{"a"}, first.answer(t))
		w.clk.Advance(time.Second - 1)
		require.True(t, second.waiting())
		w.clk.Advance(1)
		require.Equal(t, []string{"a"}, second.answer(t))
		w.clk.Advance(time.Second - 1)
		require.True(t, other.waiting())
		w.clk.Advance(1)
		require.Equal(t, []string{"b"}, other.answer(t))
	})
}

// The step that is due next wakes a poll: before a deadline of its queue, and before the step of an older task.
func TestNextStepWakesPolls(t *testing.T) {
	inBubble(t, "dlq", sqs.Config{}, func(t *testing.T, w longPoll) {
		older, fast := create(t, w.b, "older", sqs.Config{}), source(t, w.b, "fast", w.q)
		bury(t, source(t, w.b, "slow", older), "a", "b", "c")
		bury(t, fast, "a", "b")
		_, err := fast.Send(t.Context(), sqs.Message{Body: "delayed", Delay: new(10 * time.Second)})
		require.NoError(t, err)
		for rate, from := range []sqs.Queue{1: older, 4: w.q} {
			if from != nil {
				_, err := w.b.StartMove(t.Context(), sqs.MoveOptions{Source: from.ARN(), PerSecond: rate})
				require.NoError(t, err)
			}
		}
		require.Equal(t, []string{"a"}, receiveAll(t, fast))
		poll := startPoll(t, fast, sqs.MaxWait)
		w.clk.Advance(time.Second/4 - 1)
		require.True(t, poll.waiting())
		w.clk.Advance(1)
		require.Equal(t, []string{"b"}, poll.answer(t))
	})
}

func TestEmptyAnswerAtExactlyTheDeadline(t *testing.T) {
	inBubble(t, "q", sqs.Config{ReceiveWait: new(7 * time.Second)}, func(t *testing.T, w longPoll) {
		p := &poll{done: make(chan struct{})}
		go func() {
			defer close(p.done)
			p.got, p.err = w.q.Receive(t.Context(), sqs.ReceiveOptions{}) // the queue's own wait
		}()
		require.True(t, p.waiting())
		w.clk.Advance(7*time.Second - 1)
		require.True(t, p.waiting())
		w.clk.Advance(1)
		require.Empty(t, p.answer(t))
	})
}

func TestAMessageDueExactlyAtTheDeadlineIsReturned(t *testing.T) {
	inBubble(t, "q", sqs.Config{Delay: new(5 * time.Second)}, func(t *testing.T, w longPoll) {
		send(t, w.q, "just in time")
		p := startPoll(t, w.q, 5*time.Second)
		w.clk.Advance(5 * time.Second)
		require.Equal(t, []string{"just in time"}, p.answer(t))
	})
	inBubble(t, "q", sqs.Config{Delay: new(5*time.Second + 1)}, func(t *testing.T, w longPoll) {
		send(t, w.q, "too late")
		p := startPoll(t, w.q, 5*time.Second)
		w.clk.Advance(5 * time.Second)
		require.Empty(t, p.answer(t))
	})
}

// The end of the wait and the end of the delay fall together, and the clock calls the end of the wait first.
func TestTheLastInstantOfAPollBringsSomething(t *testing.T) {
	inBubble(t, "q", sqs.Config{}, func(t *testing.T, w longPoll) {
		p := startPoll(t, w.q, 5*time.Second)
		_, err := w.q.Send(t.Context(), sqs.Message{Body: "just in time", Delay: new(5 * time.Second)})
		require.NoError(t, err)
		w.clk.Advance(5 * time.Second)
		require.Equal(t, []string{"just in time"}, p.answer(t))
	})
}

// A receive at the very instant at which a message becomes visible, before any timer has run, does not overtake a poll.
func TestAReceiveDoesNotOvertakeAPoll(t *testing.T) {
	inBubble(t, "q", sqs.Config{Delay: new(3 * time.Second)}, func(t *testing.T, w longPoll) {
		overtaken := []string{"not called"}
		w.clk.AfterFunc(3*time.Second, func() { overtaken = receiveAll(t, w.q) })
		send(t, w.q, "mine")
		p := startPoll(t, w.q, sqs.MaxWait)
		w.clk.Advance(3 * time.Second)
		require.Equal(t, []string{"mine"}, p.answer(t))
		require.Empty(t, overtaken)
	})
}
