package sns

import "context"

// Stage is the moment at which an interceptor is asked.
type Stage uint8

// The moments.
const (
	// BeforeCommit is before anything is done: an error refuses the call, or the entry of a batch, which changes nothing.
	BeforeCommit Stage = iota
	// AfterCommit is after the call succeeded: an error takes the place of the answer, which is lost. What was published is
	// published.
	AfterCommit
)

// String returns one word.
func (s Stage) String() string {
	if s == AfterCommit {
		return "after"
	}
	return "before"
}

// Call is one call of an operation, or one entry of a batch, that an interceptor is asked about.
type Call struct {
	Op     Op
	Topic  string // name of the topic, where the operation concerns one
	Number int    // of this call, from 1: among those of Op on Topic since it was made, of all other operations among those of Op
	Entry  int    // 0: the call as a whole; otherwise the entry of a batch, from 1
	Stage  Stage
}

// Interceptor is asked about each call, and about each entry of a batch: before it and, if it succeeded, again after it. An error
// becomes the answer, and interceptors added later are then not asked.
type Interceptor func(context.Context, Call) error

// Intercept has f asked about every call, after the interceptors before it, until remove is called. f runs on the caller's
// goroutine, holds no lock and may call the broker, which then asks f again. A nil f is never asked. Deliveries are no calls of
// this service: those to queues are calls of SendMessage there, and those over HTTP pass through the transport.
func (b *Broker) Intercept(f Interceptor) (remove func()) { return b.hooks.Add(f) }

// Fault is an exact failure: the error Err at the calls that match. OpNone, an empty Topic and Number 0 match everything; Entry 0
// is the call as a whole, Stage 0 is BeforeCommit. A nil Err injects nothing.
//
//	defer broker.Intercept(sns.Fault{Op: sns.OpPublish, Number: 3, Err: sns.ErrInternal}.Inject)()
type Fault struct {
	Op     Op
	Topic  string
	Number int // see Call; refused calls count too
	Entry  int // see Call
	Stage  Stage
	Err    error
}

// Inject is an [Interceptor].
func (f Fault) Inject(_ context.Context, c Call) error {
	if f.Op != OpNone && f.Op != c.Op || f.Topic != "" && f.Topic != c.Topic || f.Number != 0 && f.Number != c.Number ||
		f.Entry != c.Entry || f.Stage != c.Stage {
		return nil
	}
	return f.Err
}
