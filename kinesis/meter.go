package kinesis

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
)

// Usage counts the calls of one operation on one stream.
type Usage struct {
	Stream  string // name; empty for operations that concern no single stream, and calls on streams that are not there
	Op      Op
	Calls   int // including those refused; for [Reader.Records] one each time it looked for records
	Errors  int // refused, by the service or by an interceptor, or ended by their context
	Records int // stored or read, also where an interceptor lost the answer
	Bytes   int // of these records, keys included
	// Failed is how many records of batches were answered with an error: the sum of what the service calls FailedRecordCount. They
	// are not among Errors, which are calls; those whose answers an interceptor lost are among Records too.
	Failed int
	Billed int // payload units: for each record that was put one for every 25 KiB, begun
}

const billedChunk = 25 << 10

// meter counts by operation.
type meter [numOps]struct{ calls, errors, records, bytes, units, failed atomic.Int64 }

func (m *meter) add(op Op, records, bytes, units int) {
	if records > 0 {
		m[op].records.Add(int64(records))
		m[op].bytes.Add(int64(bytes))
		m[op].units.Add(int64(units))
	}
}

// addFailed counts the records of a batch that failed.
func (m *meter) addFailed(op Op, ps []Placed) {
	n := 0
	for i := range ps {
		if ps[i].Err != nil {
			n++
		}
	}
	if n > 0 {
		m[op].failed.Add(int64(n))
	}
}

func (m *meter) usage(stream string) []Usage {
	var us []Usage
	for op := range m {
		c := &m[op]
		if n := c.calls.Load(); n > 0 {
			us = append(us, Usage{stream, Op(op), int(n), int(c.errors.Load()), int(c.records.Load()), int(c.bytes.Load()),
				int(c.failed.Load()), int(c.units.Load())})
		}
	}
	return us
}

func (m *meter) copyFrom(o *meter) {
	for op := range m {
		m[op].calls.Store(o[op].calls.Load())
		m[op].errors.Store(o[op].errors.Load())
		m[op].records.Store(o[op].records.Load())
		m[op].bytes.Store(o[op].bytes.Load())
		m[op].failed.Store(o[op].failed.Load())
		m[op].units.Store(o[op].units.Load())
	}
}

// Meter returns how often each operation was called on each existing stream, by stream and operation.
func (b *Broker) Meter() []Usage {
	b.freeDeleted()
	b.mu.RLock()
	defer b.mu.RUnlock()
	us := b.meter.usage("")
	for _, s := range b.streams {
		us = append(us, s.meter.usage(s.key.name)...)
	}
	slices.SortStableFunc(us, func(x, y Usage) int {
		return cmp.Or(strings.Compare(x.Stream, y.Stream), cmp.Compare(x.Op, y.Op))
	})
	return us
}
