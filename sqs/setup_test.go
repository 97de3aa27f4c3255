package sqs_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

const (
	day     = 24 * time.Hour
	account = "123456789012"
)

// fakeBroker returns a broker that lives by a fake clock.
func fakeBroker(opts ...sqs.Option) (*sqs.Broker, *inflight.FakeClock) {
	clk := inflight.NewFakeClock(time.Time{})
	return sqs.New(append([]sqs.Option{sqs.WithClock(clk)}, opts...)...), clk
}

// create makes a queue; a name with the suffix .fifo makes a FIFO queue that deduplicates by content.
func create(t testing.TB, b *sqs.Broker, name string, cfg sqs.Config) sqs.Queue {
	t.Helper()
	if strings.HasSuffix(name, ".fifo") {
		cfg.FIFO = new(true)
		if cfg.ContentDedup == nil {
			cfg.ContentDedup = new(true)
		}
	}
	q, err := b.Create(t.Context(), name, cfg)
	require.NoError(t, err)
	return q
}

// eachKind runs a test on a standard and on a FIFO queue.
func eachKind(t *testing.T, cfg sqs.Config, f func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock)) {
	for kind, name := range map[string]string{"standard": "q", "fifo": "q.fifo"} {
		t.Run(kind, func(t *testing.T) {
			b, clk := fakeBroker()
			f(t, create(t, b, name, cfg), b, clk)
		})
	}
}

func isFIFO(q sqs.Queue) bool { return strings.HasSuffix(q.Name(), ".fifo") }

// send sends bodies, on a FIFO queue all in group g.
func send(t testing.TB, q sqs.Queue, bodies ...string) (last sqs.Sent) {
	t.Helper()
	for _, body := range bodies {
		m := sqs.Message{Body: body}
		if isFIFO(q) {
			m.GroupID = "g"
		}
		var err error
		last, err = q.Send(t.Context(), m)
		require.NoError(t, err)
	}
	return last
}

func receive(t testing.TB, q sqs.Receiver, opts sqs.ReceiveOptions) []*sqs.Received {
	t.Helper()
	got, err := q.Receive(t.Context(), opts)
	require.NoError(t, err)
	return got
}

// receiveOne receives the only message there is.
func receiveOne(t testing.TB, q sqs.Receiver, opts sqs.ReceiveOptions) *sqs.Received {
	t.Helper()
	opts.Max = 10
	got := receive(t, q, opts)
	require.Len(t, got, 1)
	return got[0]
}

// receiveAll receives up to ten messages and returns their bodies.
func receiveAll(t testing.TB, q sqs.Receiver) []string {
	t.Helper()
	return bodies(receive(t, q, sqs.ReceiveOptions{Max: 10}))
}

func bodies(got []*sqs.Received) []string {
	all := []string{}
	for _, m := range got {
		all = append(all, m.Body)
	}
	return all
}

// source makes a queue that gives each message up to dlq after one receive of a second.
func source(t testing.TB, b *sqs.Broker, name string, dlq sqs.Queue) sqs.Queue {
	t.Helper()
	return create(t, b, name, sqs.Config{
		DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 1}, VisibilityTimeout: new(time.Second),
	})
}

// bury sends messages to a source and lets them become dead letters.
func bury(t testing.TB, source sqs.Queue, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		send(t, source, body)
		receiveOne(t, source, sqs.ReceiveOptions{Visibility: new(time.Duration(0))})
		require.Empty(t, receiveAll(t, source))
	}
}

// counts returns visible, in flight, delayed.
func counts(t testing.TB, q sqs.Queue) [3]int {
	t.Helper()
	n, err := q.Counts(t.Context())
	require.NoError(t, err)
	return [3]int{n.Visible, n.InFlight, n.Delayed}
}

// refused requires an error of the service, with code and text.
func refused(t testing.TB, err error, code sqs.Code, text string, args ...any) {
	t.Helper()
	e, ok := errors.AsType[*sqs.Error](err)
	require.True(t, ok, "%v %v", err, args)
	require.Equal(t, code, e.Code, args...)
	require.Equal(t, text, e.Message, args...)
}

// badValue is the text of most refused parameters.
func badValue(value, parameter, reason string) string {
	return "Value " + value + " for parameter " + parameter + " is invalid. Reason: " + reason
}

// poll is a long poll on a goroutine of its own.
type poll struct {
	done chan struct{}
	got  []*sqs.Received
	err  error
}

// startPoll begins a long poll for one message and returns when it waits. It must run in a synctest bubble.
func startPoll(t testing.TB, q sqs.Queue, wait time.Duration) *poll {
	t.Helper()
	p := &poll{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.got, p.err = q.Receive(t.Context(), sqs.ReceiveOptions{Wait: &wait})
	}()
	synctest.Wait()
	return p
}

// waiting reports whether the poll has no answer yet.
func (p *poll) waiting() bool {
	synctest.Wait()
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// answer returns the bodies that the poll got.
func (p *poll) answer(t testing.TB) []string {
	t.Helper()
	require.False(t, p.waiting(), "the poll should have its answer")
	require.NoError(t, p.err)
	return bodies(p.got)
}
