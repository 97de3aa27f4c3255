package core

// turns holds the entries of the lanes in the rotation, by turn: a ring as long as they come in order, and a heap for those that
// come back to a place before the last. As in a heap, whoever outdates an entry leaves it.
type turns struct {
	line ring[entry]
	out  heap
}

func (t *turns) len() int { return t.line.len() + len(t.out) }

func (t *turns) push(e entry) {
	if n := t.line.len(); n > 0 && !t.line.at(n-1).before(e) {
		t.out.push(e)
		return
	}
	t.line.push(e)
}

// inLine reports whether the first entry, if there is one, is that of line.
func (t *turns) inLine() bool {
	return len(t.out) == 0 || t.line.len() > 0 && t.line.front().before(t.out[0])
}

// first returns the entry of the lowest turn. There must be one.
func (t *turns) first() entry {
	if t.inLine() {
		return *t.line.front()
	}
	return t.out[0]
}

// pop drops the first entry.
func (t *turns) pop() {
	if t.inLine() {
		t.line.pop()
	} else {
		t.out.pop()
	}
}

// sweep drops the outdated entries.
func (t *turns) sweep(holds func(entry) bool) {
	for range t.line.len() {
		if e := t.line.pop(); holds(e) {
			t.line.push(e)
		}
	}
	t.out.sweep(holds)
}

func (t *turns) clone() turns {
	return turns{t.line.clone(), append(heap(nil), t.out...)}
}
