package filter

import (
	"cmp"
	"slices"
)

// maxSteps bounds the search of one Match, some ten milliseconds. Only bodies that spell one path with dots in many ways, each
// through arrays of their own, can need more.
const maxSteps = 1 << 20

// search looks for one value for each key such that no two of them are in different elements of the same array. The choices
// for the keys are made in turn. When none is left for a key, it goes back to the last key whose choice stood in the way, not
// just to the key before: so keys below different arrays do not multiply the work.
type search struct {
	body   *Body
	keys   []*key   // of the branch at hand, as far as they are below arrays
	chosen []chosen // element by element
	steps  int
	failed []*key // the keys of the first branch that failed
}

// chosen says that an array is represented by one of its elements because of the value chosen for a key.
type chosen struct {
	array, elem int32
	key         int
}

// consistent returns nil if the keys of one branch, which all hold for themselves, also hold together; else those of the first branch.
func (p *Policy) consistent(b *Body) []*key {
	if len(b.elems) == 0 {
		return nil
	}
	s := search{body: b, steps: maxSteps}
	if s.group(&p.root, nil) {
		return nil
	}
	return s.failed
}

// group tries the branches of a group that holds, together with the choices that are still open.
func (s *search) group(g *group, open []choice) bool {
	before := len(s.keys)
	for i := range g.keys {
		if s.tied(&g.keys[i]) {
			s.keys = append(s.keys, &g.keys[i])
		}
	}
	if len(g.ors) > 0 {
		open = append(slices.Clone(g.ors), open...)
	}
	ok := s.open(open)
	s.keys = s.keys[:before]
	return ok
}

func (s *search) open(open []choice) bool {
	if len(open) == 0 {
		if len(s.keys) < 2 {
			return true
		}
		ok, _ := s.choose(0)
		if !ok && s.failed == nil {
			s.failed = slices.Clone(s.keys)
		}
		return ok
	}
	for i := range open[0].branches {
		if branch := &open[0].branches[i]; branch.holds(s.body) && s.group(branch, open[1:]) {
			return true
		}
	}
	return false
}

// tied reports whether a key that holds does so by values inside arrays only.
func (s *search) tied(k *key) bool {
	values, _ := s.body.lookup(&k.path)
	if len(values) == 0 {
		return false
	}
	for i := range values {
		if values[i].elem >= 0 {
			break // they are sorted
		}
		if k.accepts(&values[i]) {
			return false
		}
	}
	return true
}

// bit stands for a key in a set of keys to blame. All keys from the 63rd on share one.
func bit(key int) uint64 { return 1 << min(key, 63) }

// choose chooses values for the i-th key and those after it. If it cannot, it returns the keys to blame; of those only the earlier
// ones matter.
func (s *search) choose(i int) (bool, uint64) {
	if i == len(s.keys) {
		return true, 0
	}
	blame := uint64(0)
	for values, _ := s.body.lookup(&s.keys[i].path); len(values) > 0; {
		if s.steps--; s.steps < 0 {
			return false, 0 // nobody tries again
		}
		v := &values[0]
		if c, found := s.conflict(v.elem); found {
			blame |= bit(c.key)
			values = from(values, s.past(v.elem, c))
			continue
		}
		if !s.keys[i].accepts(v) {
			values = values[1:]
			continue
		}
		before := len(s.chosen)
		s.take(v.elem, i)
		ok, why := s.choose(i + 1)
		s.chosen = s.chosen[:before]
		if ok || why&bit(i) == 0 {
			return ok, why
		}
		blame |= why
		values = from(values, v.elem+1) // the others in this element would fail likewise
	}
	return false, blame
}

// conflict finds the outermost array around an element that is represented by another one.
func (s *search) conflict(e int32) (worst chosen, found bool) {
	for ; e >= 0; e = s.body.elems[e].above {
		s.steps -= len(s.chosen)
		for _, c := range s.chosen {
			if c.array == s.body.elems[e].array && c.elem != e {
				worst, found = c, true
			}
		}
	}
	return worst, found
}

// past returns the next element after e that is not in conflict with c: the chosen one, or what follows the array.
func (s *search) past(e int32, c chosen) int32 {
	if e < c.elem {
		return c.elem
	}
	return s.body.arrays[c.array].end
}

// take lets an element, and those around it, represent their arrays.
func (s *search) take(e int32, key int) {
	before := s.chosen
	for ; e >= 0; e = s.body.elems[e].above {
		array := s.body.elems[e].array
		if !slices.ContainsFunc(before, func(c chosen) bool { return c.array == array }) {
			s.chosen = append(s.chosen, chosen{array, e, key})
		}
	}
}

// from drops the values before an element.
func from(values []value, elem int32) []value {
	i, _ := slices.BinarySearchFunc(values, elem, func(v value, elem int32) int { return cmp.Compare(v.elem, elem) })
	return values[i:]
}
