package sns

import (
	"cmp"
	"slices"
	"strings"
)

// Usage counts the calls of one operation on one topic.
type Usage struct {
	Topic  string // name; empty for operations that concern no topic
	Op     Op
	Calls  int // including those refused
	Errors int // refused, by the service or by an interceptor, or ended by their context
	// Billed is the number of requests that the service would bill: one for each 64 KiB of payload of a call, begun, and at
	// least one. Deliveries are not counted.
	Billed int
}

// Meter returns how often each operation was called on each existing topic, by topic and operation.
func (b *Broker) Meter() []Usage {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var us []Usage
	for _, n := range b.meter.Counts() {
		us = append(us, Usage{"", Op(n.Op), n.Calls, n.Errors, n.Billed})
	}
	for _, t := range b.byAge {
		for _, n := range t.meter.Counts() {
			us = append(us, Usage{t.key.name, Op(n.Op), n.Calls, n.Errors, n.Billed})
		}
	}
	slices.SortStableFunc(us, func(x, y Usage) int {
		return cmp.Or(strings.Compare(x.Topic, y.Topic), cmp.Compare(x.Op, y.Op))
	})
	return us
}
