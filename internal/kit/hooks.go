package kit

import "context"

// Hooks are functions that are asked about calls of type C. The zero Hooks has none. All methods may be called concurrently.
type Hooks[C any] struct {
	hooks list[hook[C]]
}

type hook[C any] struct {
	f func(context.Context, C) error
}

// Add has f asked after those before it, until remove is called. A nil f is never asked.
func (h *Hooks[C]) Add(f func(context.Context, C) error) (remove func()) {
	if f == nil {
		return func() {}
	}
	added := &hook[C]{f}
	h.hooks.add(added)
	return func() { h.hooks.remove(added) }
}

// Any reports whether there is anyone to ask.
func (h *Hooks[C]) Any() bool { return h.hooks.any() }

// Ask asks in order. The first error counts, and ends the asking.
func (h *Hooks[C]) Ask(ctx context.Context, c C) error {
	for _, hook := range h.hooks.load() {
		if err := hook.f(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
