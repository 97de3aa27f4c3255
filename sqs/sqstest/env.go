package sqstest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/sqs"
)

// Env is what a running case has: the instance, a context, and the methods of a test that the assertions of testify need. It
// is made by [Case.Try], which also ends it. Its methods are for the case's own goroutine.
type Env struct {
	Instance
	suite.Findings
	Ctx context.Context // ends with the case

	cancel  context.CancelFunc
	id      string // part of all names of this run
	numbers int    // numbers used for names and ids
	made    []string
	polls   sync.WaitGroup
	waiting int
}

var (
	_ assert.TestingT  = (*Env)(nil)
	_ require.TestingT = (*Env)(nil)
)

func newEnv(ctx context.Context, in Instance) *Env {
	ctx, cancel := context.WithCancel(ctx)
	return &Env{Instance: in.withDefaults(), Ctx: ctx, cancel: cancel, id: uuid.NewString()[:8]}
}

// close ends the long polls that still wait, and deletes the queues.
func (e *Env) close() {
	e.cancel()
	e.polls.Wait()
	ctx := context.WithoutCancel(e.Ctx)
	for _, name := range e.made {
		_ = e.Queues.Delete(ctx, name) // the case may have deleted it
	}
}

// number returns 1, 2, 3 …
func (e *Env) number() int {
	e.numbers++
	return e.numbers
}

// name invents the name of a queue. Those of one case sort in the order in which they were invented.
func (e *Env) name() string {
	return fmt.Sprintf("%s%s-%03d", e.Prefix, e.id, e.number())
}

// create makes a queue of a name.
func (e *Env) create(name string, cfg sqs.Config) sqs.Queue {
	q, err := e.Queues.Create(e.Ctx, name, cfg)
	require.NoError(e, err, "Create %s", name)
	e.made = append(e.made, name)
	return q
}

// queue makes a standard queue.
func (e *Env) queue(cfg sqs.Config) sqs.Queue { return e.create(e.name(), cfg) }

// fifo makes a FIFO queue.
func (e *Env) fifo(cfg sqs.Config) sqs.Queue {
	cfg.FIFO = new(true)
	return e.create(e.name()+".fifo", cfg)
}

// set changes settings, and lets them spread.
func (e *Env) set(q sqs.Queue, patch sqs.Config) {
	e.ok(q.SetConfig(e.Ctx, patch))
	e.spread()
}

// spread waits until settings, purges and deletions rule everywhere.
func (e *Env) spread() {
	if !e.Exact {
		e.Wait(spreading)
	}
}

// ok demands that a call succeeded.
func (e *Env) ok(err error) {
	require.NoError(e, err)
}

// refused demands an error of a code and, unless it is empty, of a text.
func (e *Env) refused(err error, code sqs.Code, text string) {
	if !assert.ErrorIs(e, err, code) || text == "" {
		return
	}
	if se, ok := errors.AsType[*sqs.Error](err); assert.True(e, ok, "%v should be an *sqs.Error", err) {
		assert.Equal(e, text, se.Message)
	}
}

// send sends messages one by one.
func (e *Env) send(q sqs.Queue, bodies ...string) []sqs.Sent {
	var all []sqs.Sent
	for _, b := range bodies {
		all = append(all, e.put(q, sqs.Message{Body: b}))
	}
	return all
}

// group sends messages to a message group one by one, each under a deduplication id of its own.
func (e *Env) group(q sqs.Queue, id string, bodies ...string) []sqs.Sent {
	var all []sqs.Sent
	for _, b := range bodies {
		all = append(all, e.put(q, sqs.Message{Body: b, GroupID: id, DedupID: e.dedupID()}))
	}
	return all
}

func (e *Env) dedupID() string { return "dedup-" + strconv.Itoa(e.number()) }

// put sends one message.
func (e *Env) put(q sqs.Queue, m sqs.Message) sqs.Sent {
	sent, err := q.Send(e.Ctx, m)
	require.NoError(e, err, "Send")
	require.NotEqual(e, uuid.Nil, sent.ID, "Send answered no message id")
	return sent
}

// receive calls Receive once. Where nothing else is said, it polls for as long as a real service needs to find a message.
func (e *Env) receive(q sqs.Queue, o sqs.ReceiveOptions) []*sqs.Received {
	if o.Wait == nil {
		o.Wait = new(0 * time.Second)
		if !e.Virtual {
			o.Wait = new(2 * time.Second)
		}
	}
	got, err := q.Receive(e.Ctx, o)
	require.NoError(e, err, "Receive")
	return got
}

// take receives until it has n messages.
func (e *Env) take(q sqs.Queue, n int, o sqs.ReceiveOptions) []*sqs.Received {
	var all []*sqs.Received
	for tries := 0; len(all) < n && tries < 20; tries++ {
		o.Max = min(n-len(all), 10)
		got := e.receive(q, o)
		all = append(all, got...)
		if len(got) == 0 && e.Exact {
			break
		}
	}
	require.Len(e, all, n, "messages received: %q", bodies(all))
	return all
}

// one receives one message.
func (e *Env) one(q sqs.Queue, o sqs.ReceiveOptions) *sqs.Received { return e.take(q, 1, o)[0] }

// lend receives one message for a time.
func (e *Env) lend(q sqs.Queue, d time.Duration) *sqs.Received {
	return e.one(q, sqs.ReceiveOptions{Visibility: &d})
}

// none demands that nothing can be received. Where a receive may miss messages and costs no time it tries often.
func (e *Env) none(q sqs.Queue) {
	tries := 1
	if e.Virtual && !e.Exact {
		tries = 20
	}
	for range tries {
		assert.Empty(e, bodies(e.receive(q, sqs.ReceiveOptions{Max: 10})), "nothing should be received")
	}
}

// drained demands that exactly these messages can be received, in any order, and lends them for a minute.
func (e *Env) drained(q sqs.Queue, want ...string) []*sqs.Received {
	got := e.take(q, len(want), forMinutes(1))
	assert.ElementsMatch(e, want, bodies(got))
	e.none(q)
	return got
}

// delete deletes messages by the handles of their delivery.
func (e *Env) delete(q sqs.Queue, rs ...*sqs.Received) {
	for _, r := range rs {
		require.NoError(e, q.Delete(e.Ctx, r.Receipt), "Delete")
	}
}

// hide changes the visibility of a message.
func (e *Env) hide(q sqs.Queue, r *sqs.Received, d time.Duration) {
	require.NoError(e, q.ChangeVisibility(e.Ctx, r.Receipt, d), "ChangeVisibility")
}

// counts demands counts, at once where the instance is exact.
func (e *Env) counts(q sqs.Queue, want sqs.Counts) {
	got, err := q.Counts(e.Ctx)
	for range 30 {
		if err != nil || got == want || e.Exact {
			break
		}
		e.Wait(time.Second)
		got, err = q.Counts(e.Ctx)
	}
	e.ok(err)
	assert.Equal(e, want, got)
}

// attribute returns one attribute of a queue, "" if it is absent.
func (e *Env) attribute(q sqs.Queue, name string) string {
	all, err := q.Attributes(e.Ctx, "All")
	e.ok(err)
	return all[name]
}

// bodies returns the bodies of messages in their order, never nil.
func bodies(rs []*sqs.Received) []string {
	all := []string{}
	for _, r := range rs {
		all = append(all, r.Body)
	}
	return all
}

// upTo asks for several messages.
func upTo(n int) sqs.ReceiveOptions { return sqs.ReceiveOptions{Max: n} }

// lentFor asks for several messages for a time.
func lentFor(n int, d time.Duration) sqs.ReceiveOptions {
	return sqs.ReceiveOptions{Max: n, Visibility: &d}
}

func forMinutes(n int) sqs.ReceiveOptions { return lentFor(0, time.Duration(n)*time.Minute) }
