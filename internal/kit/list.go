package kit

import (
	"slices"
	"sync"
	"sync/atomic"
)

// list is an ordered set that is read far more often than changed: reading takes no lock. The zero list is empty.
type list[T any] struct {
	mu  sync.Mutex
	all atomic.Pointer[[]*T]
}

// load returns the elements, which never change; nil when there are none.
func (l *list[T]) load() []*T {
	if all := l.all.Load(); all != nil {
		return *all
	}
	return nil
}

func (l *list[T]) any() bool { return l.all.Load() != nil }

func (l *list[T]) add(e *T) {
	l.edit(func(all []*T) []*T { return append(all, e) })
}

func (l *list[T]) remove(e *T) {
	l.edit(func(all []*T) []*T { return slices.DeleteFunc(all, func(o *T) bool { return o == e }) })
}

func (l *list[T]) edit(change func([]*T) []*T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := change(slices.Clone(l.load()))
	if len(all) == 0 {
		l.all.Store(nil)
		return
	}
	l.all.Store(&all)
}
