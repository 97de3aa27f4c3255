package sqs

import (
	"cmp"
	"slices"
	"strings"

	"github.com/inflight-mq/inflight/internal/kit"
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

// meter counts by operation. It is an array, so that it stands in the queue itself.
type meter [numOps]kit.Counter

func (m *meter) usage(queue string) []Usage {
	var us []Usage
	for _, n := range kit.Meter(m[:]).Counts() {
		us = append(us, Usage{queue, Op(n.Op), n.Calls, n.Errors, n.Billed})
	}
	return us
}

func (m *meter) copyFrom(o *meter) { kit.Meter(m[:]).CopyFrom(o[:]) }

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
