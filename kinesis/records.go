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
			t.nonce, t.shard = c.s.nonce, found.Index
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

// tailRecords is how many records a follower takes at a time.
const tailRecords = 1000

// leave ends a wait, if there was one.
func (t *tail) leave() {
	if t.wait != nil {
		t.wait.leaveAlone()
		t.wait = nil
	}
}
