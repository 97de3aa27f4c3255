package sqs

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
)

// Usage counts the calls of one operation on one queue.
type Usage struct {
	Queue  string // name; empty for operations that concern no single queue
	Op     Op
	Calls  int // including those refused
	Errors int // refused, by the service or by an interceptor, or ended by their context
	// Billed is the number of requests that the service would bill: one for each 64 KiB of payload of a call, begun, and at
	// least one. Refused calls are billed too.
	Billed int
}

// meter counts by operation.
type meter [numOps]struct{ calls, errors, extra atomic.Int64 }

func (m *meter) addExtra(op Op, payload int) {
	if payload > billedChunk {
		m[op].extra.Add(int64((payload - 1) / billedChunk))
	}
}

func (m *meter) usage(queue string) []Usage {
	var us []Usage
	for op := range m {
		if n := m[op].calls.Load(); n > 0 {
			us = append(us, Usage{queue, Op(op), int(n), int(m[op].errors.Load()), int(n + m[op].extra.Load())})
		}
	}
	return us
}

func (m *meter) copyFrom(o *meter) {
	for op := range m {
		m[op].calls.Store(o[op].calls.Load())
		m[op].errors.Store(o[op].errors.Load())
		m[op].extra.Store(o[op].extra.Load())
	}
}

// Meter returns how often each operation was called on each existing queue, by queue and operation.
func (b *Broker) Meter() []Usage {
	b.mu.RLock()
	defer b.mu.RUnlock()
	us := b.meter.usage("")
	for _, q := range b.queues {
		us = append(us, q.meter.usage(q.key.name)...)
	}
	slices.SortStableFunc(us, func(x, y Usage) int {
		return cmp.Or(strings.Compare(x.Queue, y.Queue), cmp.Compare(x.Op, y.Op))
	})
	return us
}
