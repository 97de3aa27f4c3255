package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

// listened makes a stream of one shard with the consumer c.
func (e *Env) listened() kinesis.Stream {
	s := e.stream(1)
	e.register(s, "c")
	return s
}

func subscribeCases() []Case {
	return []Case{
		recorded("16", "one-event", "what is there is pushed at once, and the continuation is above the last record", func(e *Env) {
			s := e.listened()
			all := e.put(s, "1", "2", "3", "4", "5")
			ev := e.pushes(e.subscribe(s, 0, kinesis.Oldest()), "1", "2", "3", "4", "5")
			assert.Zero(e, ev.Behind)
			assert.Positive(e, ev.Continuation.Compare(all[4].Sequence))
			assert.Empty(e, ev.Children)
			if e.Exact {
				assert.Len(e, ev.Records, 5)
			}
		}),
		documented("16", "later", "what comes later is pushed when it comes", func(e *Env) {
			s := e.listened()
			p := e.subscribe(s, 0, kinesis.Latest())
			e.settle(1)
			e.put(s, "a")
			e.pushes(p, "a")
			e.put(s, "b")
			e.pushes(p, "b")
		}),
		documented("16", "positions", "a subscription begins at any position", func(e *Env) {
			s := e.listened()
			all := e.put(s, "a", "b", "c")
			for i, row := range []struct {
				pos  kinesis.Position
				want []string
			}{
				{kinesis.At(all[1].Sequence), []string{"b", "c"}}, {kinesis.After(all[1].Sequence), []string{"c"}},
				{kinesis.Since(time.Unix(1, 0)), []string{"a", "b", "c"}},
			} {
				if i > 0 {
					e.Wait(6 * time.Second)
				}
				e.pushes(e.subscribe(s, 0, row.pos), row.want...)
			}
		}).takes(12 * time.Second),
		documented("16", "resume", "the next subscription goes on behind the continuation", func(e *Env) {
			s := e.listened()
			e.put(s, "a", "b")
			ev := e.pushes(e.subscribe(s, 0, kinesis.Oldest()), "a", "b")
			e.put(s, "c")
			e.Wait(6 * time.Second)
			e.pushes(e.subscribe(s, 0, kinesis.After(ev.Continuation)), "c")
		}).takes(6 * time.Second),
		documented("16", "heartbeat", "an idle subscription pushes an empty event within five seconds, with a continuation", func(e *Env) {
			s := e.listened()
			p := e.subscribe(s, 0, kinesis.Latest())
			for range 2 {
				e.settle(1)
				e.Wait(5 * time.Second)
				ev := e.event(p)
				assert.Empty(e, ev.Records)
				assert.False(e, ev.Continuation.IsZero())
				assert.Zero(e, ev.Behind)
			}
		}).takes(10 * time.Second).exact(),
		documented("16", "closed", "the last event of a closed shard names the children, and has no continuation", func(e *Env) {
			s := e.listened()
			e.put(s, "a")
			p := e.subscribe(s, 0, kinesis.Oldest())
			e.pushes(p, "a")
			e.split(s, 0)
			ev := e.event(p)
			for range 20 {
				if ev.Continuation.IsZero() {
					break
				}
				ev = e.event(p)
			}
			assert.True(e, ev.Continuation.IsZero())
			if assert.Len(e, ev.Children, 2) {
				e.hasChild(s, ev.Children[0], 1, 0)
				e.hasChild(s, ev.Children[1], 2, 0)
			}
			e.ends(p, nil)
		}),
		documented("16", "five-minutes", "a subscription ends after five minutes, without an error", func(e *Env) {
			s := e.listened()
			p := e.subscribe(s, 0, kinesis.Latest())
			for range 59 {
				e.settle(1)
				e.Wait(5 * time.Second)
				e.event(p)
			}
			e.settle(1)
			e.Wait(5 * time.Second)
			e.ends(p, nil)
		}).instant(),
		documented("16", "many", "several consumers each get everything", func(e *Env) {
			s := e.listened()
			e.put(s, "a")
			e.register(s, "d")
			sub, err := s.Subscribe(e.Ctx, "d", id(0), kinesis.Oldest())
			e.ok(err)
			e.pushes(e.subscribe(s, 0, kinesis.Oldest()), "a")
			for ev, err := range sub.Events() {
				e.ok(err)
				if len(ev.Records) > 0 {
					assert.Equal(e, []string{"a"}, keys(ev.Records))
					break
				}
			}
		}),
		documented("16", "by-arn", "a consumer is named by its ARN too", func(e *Env) {
			s := e.stream(1)
			c := e.register(s, "c")
			_, err := s.Subscribe(e.Ctx, c.ARN, id(0), kinesis.Oldest())
			e.ok(err)
		}),
	}
}

// cannotSubscribe demands that the consumer c cannot subscribe to a shard.
func (e *Env) cannotSubscribe(s kinesis.Stream, shard string, pos kinesis.Position, code kinesis.Code, text string) {
	_, err := s.Subscribe(e.Ctx, "c", shard, pos)
	e.refused(err, s, code, text)
}

func subscriptionCases() []Case {
	return []Case{
		recorded("16", "exclusive", "a consumer has one subscription to a shard", func(e *Env) {
			s := e.listened()
			e.subscribe(s, 0, kinesis.Oldest())
			e.Wait(time.Second + time.Millisecond)
			e.cannotSubscribe(s, id(0), kinesis.Oldest(), kinesis.ErrResourceInUse,
				"Another active subscription exists for this consumer: {A}:{N}:"+id(0)+":c")
		}),
		documented("16", "other-shard", "it may have one to each shard", func(e *Env) {
			s := e.stream(2)
			e.register(s, "c")
			e.put(s, "e", "a")
			e.pushes(e.subscribe(s, 0, kinesis.Oldest()), "a")
			e.pushes(e.subscribe(s, 1, kinesis.Oldest()), "e")
		}),
		documented("16", "takeover", "after five seconds another takes its place", func(e *Env) {
			s := e.listened()
			first := e.subscribe(s, 0, kinesis.Latest())
			e.settle(1)
			e.Wait(5*time.Second + 100*time.Millisecond)
			second := e.subscribe(s, 0, kinesis.Latest())
			select {
			case <-first.events: // a heartbeat
			case end := <-first.end:
				first.end <- end
			}
			e.put(s, "a")
			e.pushes(second, "a")
			ended := false
			for !ended {
				select {
				case ev := <-first.events:
					assert.Empty(e, ev.Records)
				case err := <-first.end:
					ended = true
					if err != nil {
						assert.ErrorIs(e, err, kinesis.ErrResourceInUse)
					}
				case <-time.After(slow):
					assert.Fail(e, "the first subscription goes on")
					return
				}
			}
		}).takes(6 * time.Second),
		documented("16", "unknown-consumer", "an unknown consumer cannot subscribe", func(e *Env) {
			e.cannotSubscribe(e.stream(1), id(0), kinesis.Oldest(), kinesis.ErrResourceNotFound, "")
		}),
		documented("16", "unknown-shard", "nor can one to an unknown shard", func(e *Env) {
			e.cannotSubscribe(e.listened(), id(7), kinesis.Oldest(), kinesis.ErrResourceNotFound, "")
		}),
		recorded("16", "other-shards-number", "the errors of positions are those of iterators", func(e *Env) {
			s := e.stream(2)
			e.register(s, "c")
			n := e.store(s, kinesis.Entry{PartitionKey: "a", HashKey: new(key(lastKey))}).Sequence
			e.cannotSubscribe(s, id(0), kinesis.At(n), kinesis.ErrInvalidArgument, "Invalid StartingSequenceNumber. It encodes "+id(1)+
				", while it was used in a call to a shard with "+id(0))
		}),
		documented("16", "deregistered", "a subscription ends with its consumer", func(e *Env) {
			s := e.listened()
			p := e.subscribe(s, 0, kinesis.Latest())
			e.settle(1)
			e.deregister(s, "c")
			e.ends(p, kinesis.ErrResourceNotFound)
		}),
		documented("16", "deleted", "and with its stream", func(e *Env) {
			s := e.listened()
			p := e.subscribe(s, 0, kinesis.Latest())
			e.settle(1)
			e.drop(s)
			e.ends(p, kinesis.ErrResourceNotFound)
		}),
	}
}
