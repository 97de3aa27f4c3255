package filter

import "slices"

// entry is a key and its policy.
type entry[K comparable] struct {
	key    K
	policy *Policy
	order  uint64
	slots  []slot[K]
}

// slot is where an entry stands in a bucket.
type slot[K comparable] struct {
	in *bucket[K]
	i  int
}

// bucket is a set of entries that forgets one in constant time.
type bucket[K comparable] struct {
	list   []member[K]
	under  *indexed[K] // nil for the rest
	wanted literalKey
}

type member[K comparable] struct {
	entry *entry[K]
	slot  int
}

// indexed is a place in a message, as in Body, and the buckets of the literals that policies require there.
type indexed[K comparable] struct {
	above   *indexed[K]
	name    string
	below   map[string]*indexed[K]
	buckets map[literalKey]*bucket[K]
}

// literalKey is a scalar that can be compared.
type literalKey struct {
	kind   kind
	text   string
	number float64
}

func (b *bucket[K]) add(e *entry[K]) {
	b.list = append(b.list, member[K]{e, len(e.slots)})
	e.slots = append(e.slots, slot[K]{b, len(b.list) - 1})
}

func (b *bucket[K]) remove(i int) {
	last := len(b.list) - 1
	moved := b.list[last]
	b.list[i] = moved
	moved.entry.slots[moved.slot].i = i
	b.list[last] = member[K]{}
	b.list = b.list[:last]
}

// all appends the entries of the bucket.
func (b *bucket[K]) all(found []*entry[K]) []*entry[K] {
	for _, m := range b.list {
		found = append(found, m.entry)
	}
	return found
}

// best returns the keys of which a message must have a literal to match the group: one key, or one for each branch of an $or.
// Of several possibilities it is the one with the fewest policies in its buckets so far. It is empty if there is none.
func (x *indexed[K]) best(g *group) []*key {
	var best []*key
	fewest := 0
	consider := func(keys []*key) {
		if crowd := x.crowd(keys); len(keys) > 0 && (best == nil || crowd < fewest) {
			best, fewest = keys, crowd
		}
	}
	for i := range g.keys {
		if g.keys[i].onlyLiterals() {
			consider([]*key{&g.keys[i]})
		}
	}
	for i := range g.ors {
		consider(x.bestOfAll(g.ors[i].branches))
	}
	return best
}

func (x *indexed[K]) bestOfAll(branches []group) []*key {
	var all []*key
	for i := range branches {
		best := x.best(&branches[i])
		if len(best) == 0 {
			return nil
		}
		all = append(all, best...)
	}
	return all
}

// crowd counts the policies in the buckets of some keys, and the buckets.
func (x *indexed[K]) crowd(keys []*key) int {
	n := 0
	for _, k := range keys {
		n += len(k.conditions)
		if at := x.find(&k.path); at != nil {
			for i := range k.conditions {
				if b := at.buckets[k.conditions[i].wanted()]; b != nil {
					n += len(b.list)
				}
			}
		}
	}
	return n
}

// onlyLiterals reports whether all conditions of the key are literals.
func (k *key) onlyLiterals() bool {
	return !slices.ContainsFunc(k.conditions, func(c condition) bool { return c.op != equals })
}

func (c *condition) wanted() literalKey { return literalKey{c.kind, c.text, c.number} }

// offered leaves out how a number is written.
func (v *value) offered() literalKey {
	if v.kind == number {
		return literalKey{kind: number, number: v.number}
	}
	return literalKey{kind: v.kind, text: v.text}
}

func (x *indexed[K]) find(p *path) *indexed[K] {
	if p.above != nil {
		x = x.find(p.above)
	}
	for _, name := range p.names {
		if x == nil {
			return nil
		}
		x = x.below[name]
	}
	return x
}

// step finds the place of a path, and makes it if need be.
func (x *indexed[K]) step(p *path) *indexed[K] {
	if p.above != nil {
		x = x.step(p.above)
	}
	for _, name := range p.names {
		if x.below == nil {
			x.below = map[string]*indexed[K]{}
		}
		if x.below[name] == nil {
			x.below[name] = &indexed[K]{above: x, name: name}
		}
		x = x.below[name]
	}
	return x
}

func (x *indexed[K]) bucket(wanted literalKey) *bucket[K] {
	if x.buckets == nil {
		x.buckets = map[literalKey]*bucket[K]{}
	}
	if x.buckets[wanted] == nil {
		x.buckets[wanted] = &bucket[K]{under: x, wanted: wanted}
	}
	return x.buckets[wanted]
}

// prune drops a place without buckets and places below, and those above that it leaves so.
func (x *indexed[K]) prune() {
	for x.above != nil && len(x.buckets) == 0 && len(x.below) == 0 {
		delete(x.above.below, x.name)
		x = x.above
	}
}

// walk collects the candidates of every place of a body that is indexed.
func (x *indexed[K]) walk(found []*entry[K], b *Body) []*entry[K] {
	same := make([]*indexed[K], len(b.places)) // the indexed places, by place
	same[0] = x
	for i := 1; i < len(b.places); i++ {
		p := &b.places[i]
		if above := same[p.above]; above != nil {
			same[i] = above.below[p.name]
			found = same[i].candidates(found, b.at(int32(i)))
		}
	}
	return found
}

// candidates collects the policies that require one of some values.
func (x *indexed[K]) candidates(found []*entry[K], values []value) []*entry[K] {
	if x == nil || len(x.buckets) == 0 {
		return found
	}
	var seen map[*bucket[K]]bool // a body may repeat a value very often
	for i := range values {
		b := x.buckets[values[i].offered()]
		if b == nil || seen[b] {
			continue
		}
		found = b.all(found)
		if len(values) > 1 {
			if seen == nil {
				seen = map[*bucket[K]]bool{}
			}
			seen[b] = true
		}
	}
	return found
}
