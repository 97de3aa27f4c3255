package kinesis

import (
	"context"
	"iter"

	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// tail is a reader that follows a shard: it reads, and waits where there is nothing to read.
type tail struct {
	h     *handle
	ctx   context.Context
	s     *stream
	nonce uint64 // of the stream that it began with
	shard int32
	from  uint64
	wait  *waiter // of the wait that has just ended, or is to begin
	tame  bool    // the next read asks nobody: the last one was made to find nothing
	found core.Answer
}

// Records yields the records of a shard; see [Reader].
func (h *handle) Records(ctx context.Context, shard string, pos Position) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		t, err := h.tail(ctx, shard, pos)
		defer t.leave()
		for err == nil {
			if err = t.next(); err != nil {
				break
			}
			if !t.yield(yield) || t.found.End {
				return
			}
			if t.wait != nil {
				t.wait.await(ctx)
			}
		}
		if ctx == nil || ctx.Err() == nil {
			yield(Record{}, err)
		}
	}
}

// yield yields what was found, one by one out of what is stored, and reports whether the loop goes on.
func (t *tail) yield(yield func(Record, error) bool) bool {
	for _, run := range t.found.Run {
		for i := range run {
			var r Record
			if r.render(t.found.Shard, &run[i]); !yield(r, nil) {
				return false
			}
		}
	}
	return true
}

func (h *handle) tail(ctx context.Context, shard string, pos Position) (*tail, error) {
	t := &tail{h: h, ctx: ctx}
	c, err := h.begin(ctx, OpGetShardIterator)
	if err == nil {
		var found *core.Shard
		found, t.from, err = c.enterPosition(shard, &pos)
		if err == nil {
			t.s, t.nonce, t.shard = c.s, c.s.nonce, found.Index
			if isDryRun(ctx) {
				err = dryRunError()
			}
			c.unlock()
		}
	}
	return t, c.end(err)
}

// next reads once. With nothing to read it puts the reader in line.
func (t *tail) next() error {
	if t.h.b.hooks.Any() {
		t.leave() // an interceptor may hold up this reader, not those behind it
	}
	c, err := t.h.begin(t.ctx, OpGetRecords)
	if err == nil {
		err = t.read(&c)
	}
	return c.end(err)
}

func (t *tail) read(c *call) error {
	shard, err := c.enterToken(token{nonce: t.nonce, shard: t.shard})
	if err != nil {
		return err
	}
	t.from = c.s.placeOf(t.from, shard, &t.s)
	ch := c.s.chooser()
	if t.tame {
		ch = nil
	}
	a := c.s.state.Read(c.now, shard, core.Request{From: t.from, Limit: tailRecords, Bytes: MaxReadBytes}, ch)
	t.found = a
	ended := t.wait
	t.wait, t.tame = nil, false
	switch {
	case a.Throttled && a.Retry > c.now:
		t.wait = c.s.pause(a.Retry)
	case a.Throttled, a.Count == 0 && a.Behind > 0 && !a.End:
		t.tame = true // by choice
	case a.Count == 0 && !a.End:
		t.wait = c.s.wait(t.shard, c.s.state.Tip(shard), 0)
	}
	if !a.Throttled {
		t.from = a.Next
	}
	switch {
	case ended == nil:
	case ended.s == c.s:
		ended.leave() // last, so that the next in line finds the lock free
	default:
		defer ended.leaveAlone() // the stream is another now
	}
	c.unlock()
	c.meter.add(c.op, a.Count, a.Bytes, 0)
	return nil
}

// placeOf returns the place in a shard of a reader that was in the stream *was. If a Restore put s in its stead, places that the
// snapshot had not reached mean nothing: it goes on at the tip of then, whatever came since. The caller holds s.mu.
func (s *stream) placeOf(from uint64, h *core.Shard, was **stream) uint64 {
	if *was == s {
		return from
	}
	*was = s
	return min(from, s.tips[h.Index]) // a shard that was not there is read from its beginning
}

// tailRecords is how many records a follower takes at a time.
const tailRecords = 1000

// leave ends a wait, if there was one.
func (t *tail) leave() {
	if t.wait != nil {
		t.wait.leaveAlone()
		t.wait = nil
	}
}
