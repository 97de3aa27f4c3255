package kinesis

import "context"

// Stage is the moment at which an interceptor is asked.
type Stage uint8

// The moments.
const (
	// BeforeCommit is before anything is done: an error refuses the call, or the record of a batch, which changes nothing.
	BeforeCommit Stage = iota
	// AfterCommit is after the call succeeded: an error takes the place of the answer, which is lost. What was put is stored.
	AfterCommit
)

// String returns one word.
func (s Stage) String() string {
	if s == AfterCommit {
		return "after"
	}
	return "before"
}

// Call is one call of an operation, or one record of a batch, that an interceptor is asked about.
type Call struct {
	Op     Op
	Stream string // name of the stream; empty for operations that concern no single stream
	Number int    // of this call, from 1: among those of Op on Stream since it was made, of the control plane on all streams
	Entry  int    // 0: the call as a whole; otherwise the record of a batch, from 1
	Stage  Stage
}

// Interceptor is asked about each call, and about each record of a batch: before it and, if it succeeded, again after it. An
// error becomes the answer, and interceptors added later are then not asked. A record of a batch can only fail with
// [ErrThroughputExceeded] and [ErrInternal]: any other error counts as the latter.
type Interceptor func(context.Context, Call) error

// Intercept has f asked about every call, after the interceptors before it, until remove is called. f runs on the caller's
// goroutine, holds no lock and may call the broker, which then asks f again. [Reader.Records] asks about an iterator, and about a
// read each time it looks for records. A nil f is never asked.
func (b *Broker) Intercept(f Interceptor) (remove func()) { return b.hooks.Add(f) }

// Fault is an exact failure: the error Err at the calls that match. OpNone, an empty Stream and Number 0 match everything; Entry 0
// is the call as a whole, Stage 0 is BeforeCommit. A nil Err injects nothing.
//
//	defer broker.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Entry: 3, Err: kinesis.ErrThroughputExceeded}.Inject)()
type Fault struct {
	Op     Op
	Stream string
	Number int // see Call; refused calls count too
	Entry  int // see Call
	Stage  Stage
	Err    error
}

// Inject is an [Interceptor].
func (f Fault) Inject(_ context.Context, c Call) error {
	if f.Op != OpNone && f.Op != c.Op || f.Stream != "" && f.Stream != c.Stream || f.Number != 0 && f.Number != c.Number ||
		f.Entry != c.Entry || f.Stage != c.Stage {
		return nil
	}
	return f.Err
}
