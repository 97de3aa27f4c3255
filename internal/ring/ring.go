// Package ring is a buffer that grows by doubling.
package ring

import "iter"

// Ring is a first-in first-out buffer that grows by doubling. The zero Ring is empty.
type Ring[T any] struct {
	buf   []T // its length is a power of two
	start int
	n     int
}

// Len returns how many there are.
func (r *Ring[T]) Len() int { return r.n }

// Front returns the oldest. There must be one.
func (r *Ring[T]) Front() *T { return &r.buf[r.start] }

// At returns the k-th from the front.
func (r *Ring[T]) At(k int) *T { return &r.buf[(r.start+k)&(len(r.buf)-1)] }

// Push adds the newest.
func (r *Ring[T]) Push(v T) {
	if r.n == len(r.buf) {
		grown := make([]T, max(8, 2*len(r.buf)))
		copy(grown[copy(grown, r.buf[r.start:]):], r.buf[:r.start])
		r.buf, r.start = grown, 0
	}
	r.buf[(r.start+r.n)&(len(r.buf)-1)] = v
	r.n++
}

// Pop takes the oldest out. There must be one.
func (r *Ring[T]) Pop() T {
	var zero T
	v := r.buf[r.start]
	r.buf[r.start] = zero
	r.start = (r.start + 1) & (len(r.buf) - 1)
	r.n--
	return v
}

// All yields them, oldest first.
func (r *Ring[T]) All() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for k := range r.n {
			if !yield(&r.buf[(r.start+k)&(len(r.buf)-1)]) {
				return
			}
		}
	}
}

// Clone returns an independent copy.
func (r *Ring[T]) Clone() Ring[T] {
	c := *r
	c.buf = append([]T(nil), r.buf...)
	return c
}
