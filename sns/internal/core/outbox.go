package core

import "slices"

// Outbox holds deliveries until their next attempt is due. The zero Outbox is empty.
type Outbox[D any] struct {
	heap []due[D]
	made uint64
}

type due[D any] struct {
	at       int64
	number   uint64 // of equal times the older comes first
	delivery D
}

func (d *due[D]) before(o *due[D]) bool {
	return d.at < o.at || d.at == o.at && d.number < o.number
}

// Len returns how many deliveries wait.
func (o *Outbox[D]) Len() int { return len(o.heap) }

// Add adds a delivery that is due at an instant.
func (o *Outbox[D]) Add(at int64, d D) {
	o.made++
	o.heap = append(o.heap, due[D]{at, o.made, d})
	for i := len(o.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !o.heap[i].before(&o.heap[up]) {
			break
		}
		o.heap[i], o.heap[up] = o.heap[up], o.heap[i]
		i = up
	}
}

// Next returns when the next delivery is due.
func (o *Outbox[D]) Next() (at int64, ok bool) {
	if len(o.heap) == 0 {
		return 0, false
	}
	return o.heap[0].at, true
}

// Take takes the next delivery that is due by now, with the instant at which it was.
func (o *Outbox[D]) Take(now int64) (d D, at int64, ok bool) {
	if len(o.heap) == 0 || o.heap[0].at > now {
		return d, 0, false
	}
	first := o.heap[0]
	last := len(o.heap) - 1
	o.heap[0] = o.heap[last]
	o.heap[last] = due[D]{}
	o.heap = o.heap[:last]
	for i := 0; ; {
		least := i
		for k := 2*i + 1; k <= 2*i+2 && k < last; k++ {
			if o.heap[k].before(&o.heap[least]) {
				least = k
			}
		}
		if least == i {
			break
		}
		o.heap[i], o.heap[least] = o.heap[least], o.heap[i]
		i = least
	}
	return first.delivery, first.at, true
}

// Waiting returns the deliveries with the instants at which they are due, soonest first.
func (o *Outbox[D]) Waiting() (all []D, at []int64) {
	sorted := slices.Clone(o.heap)
	slices.SortFunc(sorted, func(a, b due[D]) int {
		if a.before(&b) {
			return -1
		}
		return 1
	})
	for _, d := range sorted {
		all, at = append(all, d.delivery), append(at, d.at)
	}
	return all, at
}
