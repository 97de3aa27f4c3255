package core

import (
	"maps"
	"slices"
)

// Clone returns a copy that is independent. Messages and filter policies, which never change, are shared.
func (t *Topic) Clone() *Topic {
	c := *t
	c.subs = maps.Clone(t.subs)
	c.index = index{}
	for _, n := range t.All() {
		s := *t.subs[n]
		c.subs[n] = &s
		c.index.add(&s)
	}
	c.age = slices.Clone(t.age)
	c.pending.ends = slices.Clone(t.pending.ends)
	c.dedup = t.dedup.Clone()
	c.archive.kept = slices.Clone(t.archive.kept)
	return &c
}
