package sqs

import (
	"context"
	"slices"
)

// Stage is the moment at which an interceptor is asked.
type Stage uint8

const (
	// BeforeCommit is before anything is done: an error refuses the call, or the entry of a batch, which changes nothing.
	BeforeCommit Stage = iota
	// AfterCommit is after the call succeeded: an error takes the place of the answer, which is lost. What was sent is sent,
	// what was received stays hidden until its visibility timeout ends, what was deleted is gone.
	AfterCommit
)

// Call is one call of an operation, or one entry of a batch, that an interceptor is asked about.
type Call struct {
	Op     Op
	Queue  string // name of the queue, empty where there is none
	Number int    // of this call among those of Op on Queue, from 1
	Entry  int    // 0: the call as a whole; otherwise the entry of a batch, from 1
	Stage  Stage
}

// Interceptor is asked twice about each call, and about each entry of a batch. An error becomes the answer.
type Interceptor func(context.Context, Call) error

type hook struct{ f Interceptor }

// Intercept has f asked about every call, after the interceptors before it, until remove is called. f runs on the caller's
// goroutine, holds no lock and may call the broker, which then asks f again. A long poll is asked about when it begins and when
// it ends.
func (b *Broker) Intercept(f Interceptor) (remove func()) {
	h := &hook{f}
	b.editHooks(func(hs []*hook) []*hook { return append(hs, h) })
	return func() {
		b.editHooks(func(hs []*hook) []*hook { return slices.DeleteFunc(hs, func(o *hook) bool { return o == h }) })
	}
}

func (b *Broker) editHooks(edit func([]*hook) []*hook) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var hs []*hook
	if old := b.hooks.Load(); old != nil {
		hs = slices.Clone(*old)
	}
	hs = edit(hs)
	if len(hs) == 0 {
		b.hooks.Store(nil)
		return
	}
	b.hooks.Store(&hs)
}

// ask asks the interceptors. The first error counts.
func (b *Broker) ask(ctx context.Context, c Call) error {
	hs := b.hooks.Load()
	if hs == nil {
		return nil
	}
	for _, h := range *hs {
		if err := h.f(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// Fault is an exact failure: the error Err at the calls that match. Zero fields match everything.
//
//	defer broker.Intercept(sqs.Fault{Op: sqs.OpDeleteMessage, Number: 3, Err: sqs.ErrServiceUnavailable}.Inject)()
type Fault struct {
	Op     Op
	Queue  string
	Number int // the call, from 1; 0: every call
	Entry  int // the entry of a batch, from 1; 0: the call as a whole
	Stage  Stage
	Err    error
}

// Inject is an [Interceptor].
func (f Fault) Inject(_ context.Context, c Call) error {
	if f.Op != OpNone && f.Op != c.Op || f.Queue != "" && f.Queue != c.Queue || f.Number != 0 && f.Number != c.Number ||
		f.Entry != c.Entry || f.Stage != c.Stage {
		return nil
	}
	return f.Err
}
