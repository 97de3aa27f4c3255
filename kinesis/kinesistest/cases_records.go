package kinesistest

import (
	"context"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// follow reads a shard by Records until n records came or the loop ends, on the case's goroutine.
func (e *Env) follow(s kinesis.Stream, shard string, pos kinesis.Position, n int) (got []string, end error) {
	ctx, cancel := context.WithTimeout(e.Ctx, slow)
	defer cancel()
	for r, err := range s.Records(ctx, shard, pos) {
		if err != nil {
			return got, err
		}
		if got = append(got, r.PartitionKey); len(got) == n {
			break
		}
	}
	return got, ctx.Err()
}

func recordsCases() []Case {
	return []Case{
		contract("12", "all", "the records of a shard are ranged over in their order", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b", "c")
			got, err := e.follow(s, id(0), kinesis.Oldest(), 3)
			e.ok(err)
			assert.Equal(e, []string{"a", "b", "c"}, got)
		}),
		contract("12", "position", "from a position on", func(e *Env) {
			s := e.stream(1)
			all := e.put(s, "a", "b", "c")
			got, err := e.follow(s, id(0), kinesis.After(all[0].Sequence), 2)
			e.ok(err)
			assert.Equal(e, []string{"b", "c"}, got)
		}),
		contract("12", "closed", "the loop ends after the last record of a closed shard", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a", "b")
			e.split(s, 0)
			got, err := e.follow(s, id(0), kinesis.Oldest(), 100)
			e.ok(err)
			assert.Equal(e, []string{"a", "b"}, got)
		}),
		contract("12", "waits", "at the tip it waits for what comes", func(e *Env) {
			s := e.stream(1)
			got := make(chan string, 10)
			ctx, cancel := context.WithCancel(e.Ctx)
			e.loops.Go(func() {
				for r, err := range s.Records(ctx, id(0), kinesis.Oldest()) {
					if err == nil {
						got <- r.PartitionKey
					}
				}
				close(got)
			})
			for _, k := range []string{"a", "b"} {
				e.put(s, k)
				select {
				case found := <-got:
					assert.Equal(e, k, found)
				case <-time.After(slow):
					require.Fail(e, "the loop does not see what comes")
				}
			}
			cancel()
			_, more := <-got
			assert.False(e, more, "it ends with its context, without an error")
		}),
		contract("12", "absent", "a shard that is not there is an error, and the end", func(e *Env) {
			s := e.stream(1)
			_, err := e.follow(s, id(7), kinesis.Oldest(), 1)
			e.absentShard(s, 7, err)
		}),
		contract("12", "refused", "so is a position that is refused", func(e *Env) {
			s := e.stream(1)
			_, err := e.follow(s, id(0), kinesis.Position{Type: kinesis.AtSequenceNumber}, 1)
			e.argument(s, err, company(kinesis.AtSequenceNumber, "no"))
		}),
		contract("15", "shards", "shards are ranged over in order, and a filter selects", func(e *Env) {
			s := e.stream(3)
			e.split(s, 1)
			assert.Equal(e, []string{id(0), id(1), id(2), id(3), id(4)}, ids(e.shards(s)))
			assert.Equal(e, []string{id(0), id(2), id(3), id(4)}, ids(e.open(s)))
		}),
		contract("12", "deleted", "a loop ends with its stream", func(e *Env) {
			s := e.stream(1)
			end := make(chan error, 1)
			e.loops.Go(func() {
				for _, err := range s.Records(e.Ctx, id(0), kinesis.Oldest()) {
					if err != nil {
						end <- err
					}
				}
				close(end)
			})
			e.drop(s)
			select {
			case err := <-end:
				assert.ErrorIs(e, err, kinesis.ErrResourceNotFound)
			case <-time.After(slow):
				require.Fail(e, "the loop goes on")
			}
		}),
		contract("12", "context", "calls with a context that has ended are refused, and store nothing", func(e *Env) {
			s := e.stream(1)
			ctx, cancel := context.WithCancel(e.Ctx)
			cancel()
			_, err := s.Put(ctx, kinesis.Entry{PartitionKey: "a", Data: []byte{1}})
			assert.ErrorIs(e, err, context.Canceled)
			e.finds(s, 0, kinesis.Oldest())
		}),
	}
}

// dry demands that a call that only checks would have succeeded.
func (e *Env) dry(err error) { assert.ErrorIs(e, err, kinesis.ErrDryRun) }

func dryRunCases() []Case {
	all := []Case{
		documented("2", "put", "a put that only checks stores nothing", func(e *Env) {
			s := e.stream(1)
			ctx := e.DryRun(e.Ctx)
			_, err := s.Put(ctx, kinesis.Entry{PartitionKey: "a", Data: []byte{1}})
			e.dry(err)
			_, err = s.PutBatch(ctx, kinesis.Entry{PartitionKey: "a", Data: []byte{1}})
			e.dry(err)
			e.finds(s, 0, kinesis.Oldest())
		}),
		documented("2", "iterator", "so it is with iterators and reads", func(e *Env) {
			s := e.stream(1)
			_, err := s.Iterator(e.DryRun(e.Ctx), id(0), kinesis.Oldest())
			e.dry(err)
			_, err = e.Streams.Read(e.DryRun(e.Ctx), e.iterator(s, 0, kinesis.Oldest()), kinesis.ReadOptions{})
			e.dry(err)
		}),
		documented("2", "subscribe", "and with subscriptions", func(e *Env) {
			s := e.listened()
			_, err := s.Subscribe(e.DryRun(e.Ctx), "c", id(0), kinesis.Oldest())
			e.dry(err)
			e.subscribe(s, 0, kinesis.Oldest())
		}),
		documented("2", "checks", "what would be refused is refused", func(e *Env) {
			s := e.stream(1)
			ctx := e.DryRun(e.Ctx)
			_, err := s.Put(ctx, kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20+1)})
			e.invalid(err, tooLong("data", 1<<20))
			_, err = s.Iterator(ctx, id(7), kinesis.Oldest())
			e.absentShard(s, 7, err)
			e.drop(s)
			_, err = s.Put(ctx, kinesis.Entry{PartitionKey: "a", Data: []byte{1}})
			e.notFound(s, err)
		}),
	}
	for i := range all {
		all[i] = all[i].needs(NeedDryRun)
	}
	return all
}
