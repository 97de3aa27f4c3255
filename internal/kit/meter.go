package kit

import "sync/atomic"

// Counter counts the calls of one operation. The zero Counter has counted none.
type Counter struct{ calls, errors, extra atomic.Int64 }

// Call counts a call, and returns how many there were with this one.
func (c *Counter) Call() int { return int(c.calls.Add(1)) }

// Error counts a call that was refused.
func (c *Counter) Error() { c.errors.Add(1) }

// billedChunk is the payload that one billed request covers.
const billedChunk = 64 << 10

// Payload counts what a call is billed for more than once: one request for each 64 KiB begun.
func (c *Counter) Payload(bytes int) {
	if bytes > billedChunk {
		c.extra.Add(int64((bytes - 1) / billedChunk))
	}
}

// Meter is the counters of all operations, by number.
type Meter []Counter

// NewMeter returns a meter of operations numbered below ops.
func NewMeter(ops int) Meter { return make(Meter, ops) }

// Counted is what a meter shows of an operation.
type Counted struct{ Op, Calls, Errors, Billed int }

// Counts returns the operations that were called, in order.
func (m Meter) Counts() []Counted {
	var all []Counted
	for op := range m {
		if n := m[op].calls.Load(); n > 0 {
			all = append(all, Counted{op, int(n), int(m[op].errors.Load()), int(n + m[op].extra.Load())})
		}
	}
	return all
}

// Clone returns a copy of the counts.
func (m Meter) Clone() Meter {
	c := NewMeter(len(m))
	c.CopyFrom(m)
	return c
}

// CopyFrom takes over the counts of another meter of as many operations.
func (m Meter) CopyFrom(o Meter) {
	for op := range m {
		m[op].calls.Store(o[op].calls.Load())
		m[op].errors.Store(o[op].errors.Load())
		m[op].extra.Store(o[op].extra.Load())
	}
}
