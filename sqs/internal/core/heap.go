package core

import (
	"cmp"
	"slices"
)

// entry is a key and what it stands for. Entries are never searched for: whoever outdates one leaves it, and whoever meets it
// asks its slot whether it still holds.
type entry struct {
	at    int64
	order uint64
	slot  uint32
}

func (a entry) before(b entry) bool {
	return a.at < b.at || a.at == b.at && a.order < b.order
}

func (a entry) compare(b entry) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order), cmp.Compare(a.slot, b.slot))
}

const arity = 4

// heap is a heap of four children a node, smallest first. Pushing the largest key, the usual case, costs O(1).
type heap []entry

func (h *heap) push(e entry) {
	*h = append(*h, e)
	s := *h
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / arity
		if !e.before(s[up]) {
			break
		}
		s[i] = s[up]
		i = up
	}
	s[i] = e
}

// pop drops the smallest entry.
func (h *heap) pop() {
	s := *h
	last := len(s) - 1
	s[0] = s[last]
	*h = s[:last]
	if last > 1 {
		h.down(0)
	}
}

func (h heap) down(i int) {
	e := h[i]
	for {
		first := i*arity + 1
		if first >= len(h) {
			break
		}
		least := first
		for c := first + 1; c < min(first+arity, len(h)); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(e) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = e
}

// slack is how many outdated entries a heap may hold beyond as many as the valid ones.
const slack = 64

// tidy drops the outdated entries once they outnumber the valid ones, so that a push stays cheap in the mean.
func (h *heap) tidy(valid int, holds func(entry) bool) {
	if len(*h) > 2*valid+slack {
		h.sweep(holds)
	}
}

// sweep drops the outdated entries. One outdated and then put in again, key and all, holds twice: one of the two goes as well.
func (h *heap) sweep(holds func(entry) bool) {
	all := slices.DeleteFunc(*h, func(e entry) bool { return !holds(e) })
	slices.SortFunc(all, entry.compare) // what is sorted is a heap
	*h = slices.Compact(all)
}
