package sqstest

import (
	"context"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// guard is how long a case waits for the answer of a long poll that is due. It is real time, except in a bubble.
const guard = 10 * time.Second

// poll is a long poll under way.
type poll struct {
	e    *Env
	done chan struct{} // closed when it was answered
	got  []*sqs.Received
	err  error
	took time.Duration
}

// poll begins a long poll, and returns once it waits. The case's end ends it.
func (e *Env) poll(q sqs.Queue, wait time.Duration, o sqs.ReceiveOptions) *poll {
	o.Wait = &wait
	return e.begin(q, o)
}

// begin begins a receive that waits as its options and its queue say.
func (e *Env) begin(q sqs.Queue, o sqs.ReceiveOptions) *poll {
	p := &poll{e: e, done: make(chan struct{})}
	ended, end := context.WithTimeout(e.Ctx, guard)
	start := e.Now()
	e.waiting++
	e.polls.Go(func() {
		defer end()
		p.got, p.err = q.Receive(e.Ctx, o)
		p.took = e.Now().Sub(start)
		close(p.done)
	})
	_ = e.Settle(ended, e.waiting) // a poll that has ended already shows in its answer
	return p
}

// open demands that the poll still waits. An implementation that answers too early may be caught late, but not wrongly.
func (p *poll) open() {
	select {
	case <-p.done:
		require.Fail(p.e, "the long poll was answered too early", "%q, %v", bodies(p.got), p.err)
	default:
	}
}

// answer waits for the answer, which must be due.
func (p *poll) answer() ([]*sqs.Received, error) {
	late := time.NewTimer(guard)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		require.Fail(p.e, "the long poll was never answered")
	}
	p.e.waiting--
	return p.got, p.err
}

// answers waits for an answer of these messages.
func (p *poll) answers(want ...string) []*sqs.Received {
	got, err := p.answer()
	p.e.ok(err)
	assert.ElementsMatch(p.e, want, bodies(got))
	return got
}
