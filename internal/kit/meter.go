package kit

import "sync/atomic"

// Meter counts calls by the number of their operation.
type Meter []struct{ calls, errors, extra atomic.Int64 }

// NewMeter returns a meter of operations numbered below ops.
func NewMeter(ops int) Meter { return make(Meter, ops) }

// Call counts a call of an operation, and returns how many there were with this one.
func (m Meter) Call(op int) int { return int(m[op].calls.Add(1)) }

// Error counts a call that was refused.
func (m Meter) Error(op int) { m[op].errors.Add(1) }

// billedChunk is the payload that one billed request covers.
const billedChunk = 64 << 10

// Payload counts what a call is billed for more than once: one request for each 64 KiB begun.
func (m Meter) Payload(op, bytes int) {
	if bytes > billedChunk {
		m[op].extra.Add(int64((bytes - 1) / billedChunk))
	}
}

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
	for op := range m {
		c[op].calls.Store(m[op].calls.Load())
		c[op].errors.Store(m[op].errors.Load())
		c[op].extra.Store(m[op].extra.Load())
	}
	return c
}
