package core

import "github.com/inflight-mq/inflight/internal/ring"

// turns holds the entries of the lanes in the rotation, by turn: a ring as long as they come in order, and a heap for those that
// come back to a place before the last. As in a heap, whoever outdates an entry leaves it.
type turns struct {
	line ring.Ring[entry]
	out  heap
}

func (t *turns) len() int { return t.line.Len() + len(t.out) }

func (t *turns) push(e entry) {
	if n := t.line.Len(); n > 0 && !t.line.At(n-1).before(e) {
		t.out.push(e)
		return
	}
	t.line.Push(e)
}

// inLine reports whether the first entry, if there is one, is that of line.
func (t *turns) inLine() bool {
	return len(t.out) == 0 || t.line.Len() > 0 && t.line.Front().before(t.out[0])
}

// first returns the entry of the lowest turn. There must be one.
func (t *turns) first() entry {
	if t.inLine() {
		return *t.line.Front()
	}
	return t.out[0]
}

// pop drops the first entry.
func (t *turns) pop() {
	if t.inLine() {
		t.line.Pop()
	} else {
		t.out.pop()
	}
}

// sweep drops the outdated entries.
func (t *turns) sweep(holds func(entry) bool) {
	for range t.line.Len() {
		if e := t.line.Pop(); holds(e) {
			t.line.Push(e)
		}
	}
	t.out.sweep(holds)
}

func (t *turns) clone() turns {
	return turns{t.line.Clone(), append(heap(nil), t.out...)}
}
