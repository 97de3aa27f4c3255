package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// pushed hands over what a subscription pushes.
type pushed struct {
	events chan kinesis.ShardEvent
	end    chan error // the loop's end, once
}

// subscribe subscribes the consumer c to a shard, and loops over the events until the case ends.
func (e *Env) subscribe(s kinesis.Stream, shard int, pos kinesis.Position) *pushed {
	sub, err := s.Subscribe(e.Ctx, "c", id(shard), pos)
	require.NoError(e, err, "Subscribe")
	p := &pushed{make(chan kinesis.ShardEvent), make(chan error, 1)}
	e.loops.Go(func() {
		var end error
		defer func() { p.end <- end }()
		for ev, err := range sub.Events() {
			if end = err; err != nil {
				return
			}
			select {
			case p.events <- ev:
			case <-e.Ctx.Done():
				return
			}
		}
	})
	return p
}

// slow is how long a push may take in real time.
const slow = 20 * time.Second

// event returns the next event.
func (e *Env) event(p *pushed) kinesis.ShardEvent {
	select {
	case ev := <-p.events:
		return ev
	case end := <-p.end:
		require.Fail(e, "the subscription ended", "%v", end)
	case <-time.After(slow):
		require.Fail(e, "nothing is pushed")
	}
	return kinesis.ShardEvent{}
}

// pushes demands that records with these keys are pushed next, and returns the last event. Empty events may come between.
func (e *Env) pushes(p *pushed, want ...string) kinesis.ShardEvent {
	var got []kinesis.Record
	var ev kinesis.ShardEvent
	for range 50 {
		ev = e.event(p)
		if got = append(got, ev.Records...); len(got) >= len(want) {
			break
		}
	}
	require.Equal(e, want, keys(got))
	return ev
}

// ends demands that a subscription ends, with an error or none; empty events may come before.
func (e *Env) ends(p *pushed, want error) {
	for range 50 {
		select {
		case ev := <-p.events:
			require.Empty(e, ev.Records)
		case end := <-p.end:
			if want == nil {
				assert.NoError(e, end)
			} else {
				assert.ErrorIs(e, end, want)
			}
			return
		case <-time.After(slow):
			require.Fail(e, "the subscription does not end")
		}
	}
	require.Fail(e, "the subscription does not end")
}

// settle waits until n subscriptions wait for their next event.
func (e *Env) settle(n int) { require.NoError(e, e.Settle(e.Ctx, n), "Settle") }

// register makes an active consumer.
func (e *Env) register(s kinesis.Stream, name string) kinesis.Consumer {
	c, err := s.Register(e.Ctx, name, nil)
	require.NoError(e, err, "Register")
	for range patience {
		if c, err = s.Consumer(e.Ctx, name); err == nil && c.Status == kinesis.Active {
			return c
		}
		e.Wait(time.Second)
	}
	require.Fail(e, "the consumer does not become active")
	return c
}

// deregister deletes a consumer, and waits until it is gone.
func (e *Env) deregister(s kinesis.Stream, ref string) {
	e.ok(s.Deregister(e.Ctx, ref))
	for range patience {
		if _, err := s.Consumer(e.Ctx, ref); is(err, kinesis.ErrResourceNotFound) {
			return
		}
		e.Wait(time.Second)
	}
	require.Fail(e, "the consumer is not deleted")
}
