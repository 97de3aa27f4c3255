package core

import "iter"

// ring is a first-in first-out buffer that grows by doubling. The zero ring is empty.
type ring[T any] struct {
	buf   []T // its length is a power of two
	start int
	n     int
}

func (r *ring[T]) len() int { return r.n }

func (r *ring[T]) front() *T { return &r.buf[r.start] }

// at returns the k-th from the front.
func (r *ring[T]) at(k int) *T { return &r.buf[(r.start+k)&(len(r.buf)-1)] }

func (r *ring[T]) push(v T) {
	if r.n == len(r.buf) {
		grown := make([]T, max(8, 2*len(r.buf)))
		copy(grown[copy(grown, r.buf[r.start:]):], r.buf[:r.start])
		r.buf, r.start = grown, 0
	}
	r.buf[(r.start+r.n)&(len(r.buf)-1)] = v
	r.n++
}

func (r *ring[T]) pop() T {
	var zero T
	v := r.buf[r.start]
	r.buf[r.start] = zero
	r.start = (r.start + 1) & (len(r.buf) - 1)
	r.n--
	return v
}

func (r *ring[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for k := range r.n {
			if !yield(&r.buf[(r.start+k)&(len(r.buf)-1)]) {
				return
			}
		}
	}
}

func (r *ring[T]) clone() ring[T] {
	c := *r
	c.buf = append([]T(nil), r.buf...)
	return c
}
