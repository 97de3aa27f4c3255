package filter

import (
	"cmp"
	"slices"
)

// Index is a set of policies under keys, made to find those that match a message among very many. A policy that requires one
// of some literals of a key is looked at only for messages that have one of them: then a search costs about as much as the message has
// values, plus a Match for each policy found, plus one for each policy without such a requirement.
//
// The zero value is an empty index. An Index must not be copied once something was added. Matches may be called concurrently, Add
// and Remove not, neither with each other nor with Matches.
type Index[K comparable] struct {
	entries    map[K]*entry[K]
	added      uint64      // the number of keys that were ever added
	rest       bucket[K]   // the policies that must be looked at for every message
	attributes *indexed[K] // the root of those with the scope MessageAttributes, nil for none
	body       *indexed[K]
}

// Len returns the number of keys.
func (x *Index[K]) Len() int { return len(x.entries) }

// Add puts a policy under a key. If there was one, the new one takes its place, in the order too. A nil policy matches everything.
func (x *Index[K]) Add(key K, p *Policy) {
	if x.entries == nil {
		x.entries = map[K]*entry[K]{}
		x.attributes, x.body = &indexed[K]{}, &indexed[K]{}
	}
	e := x.entries[key]
	if e == nil {
		x.added++
		e = &entry[K]{key: key, order: x.added}
		x.entries[key] = e
	} else {
		x.withdraw(e)
	}
	e.policy = p
	x.enter(e)
}

// Remove takes a key and its policy out, and reports whether there was one. It takes constant time.
func (x *Index[K]) Remove(key K) bool {
	e := x.entries[key]
	if e == nil {
		return false
	}
	x.withdraw(e)
	delete(x.entries, key)
	return true
}

// enter puts an entry into the buckets of its requirement, or into the rest.
func (x *Index[K]) enter(e *entry[K]) {
	if e.policy != nil {
		root := x.attributes
		if e.policy.scope == MessageBody {
			root = x.body
		}
		if best := root.best(&e.policy.root); len(best) > 0 {
			for _, k := range best {
				at := root.step(&k.path)
				for i := range k.conditions {
					at.bucket(k.conditions[i].wanted()).add(e)
				}
			}
			return
		}
	}
	x.rest.add(e)
}

// withdraw takes an entry out of its buckets, and drops what is empty then.
func (x *Index[K]) withdraw(e *entry[K]) {
	for _, s := range e.slots {
		s.in.remove(s.i)
		if at := s.in.under; at != nil && len(s.in.list) == 0 {
			delete(at.buckets, s.in.wanted)
			at.prune()
		}
	}
	e.slots = nil
}

// Matches returns the keys of the policies that match a message, in the order in which the keys were added.
func (x *Index[K]) Matches(in Input) []K {
	found := x.rest.all(nil)
	if in.Attributes != nil && x.attributes != nil && len(x.attributes.below) > 0 {
		for i := range in.Attributes.list {
			a := &in.Attributes.list[i]
			found = x.attributes.below[a.name].candidates(found, a.values)
		}
	}
	if in.Body != nil && x.body != nil && len(x.body.below) > 0 {
		found = x.body.walk(found, in.Body)
	}
	slices.SortFunc(found, func(a, b *entry[K]) int { return cmp.Compare(a.order, b.order) })
	var keys []K
	for i, e := range found {
		if (i == 0 || found[i-1] != e) && e.policy.Match(in) {
			keys = append(keys, e.key)
		}
	}
	return keys
}
