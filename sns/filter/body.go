package filter

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Body is a message body, read once for any number of policies. It never changes and may be used concurrently.
//
// It is a tree of names, split at dots and regardless of arrays, so that all ways to write a path lead to the same place. A place
// holds the values found there; each value knows in which element of which array it was.
type Body struct {
	places []place // the first is the root
	below  map[edge]int32
	values []value // place by place, and there by element
	elems  []elem
	arrays []span
}

type place struct {
	above        int32
	name         string
	first, count int32 // in Body.values
}

// edge leads from a place to the one below it with that name. No edge leads to the root, so 0 is nowhere.
type edge struct {
	above int32
	name  string
}

// elem is an element of an array that is itself an object or an array. Elements are numbered in the order of the text, so
// that what is inside an element follows it.
type elem struct {
	array, above int32 // above is the element around the array, or -1
	end          int32 // the first element that is not inside
}

// span is the elements of an array and all that is inside them.
type span struct{ first, end int32 }

// ParseBody reads a message body. It returns nil for what is not a JSON object in valid UTF-8, nested at most 1,000 levels
// deep: a nil *Body matches no policy but those without keys. Of members with the same name all count.
//
// The Body keeps the text, and takes about 100 bytes for each member and value.
func ParseBody(body string) *Body {
	b := reader{sc: scanner{s: body}}
	if b.sc.blank() != '{' || len(body) > math.MaxInt32 || !utf8.ValidString(body) {
		return nil
	}
	const most = 1 << 10 // of what is made before it is known to be needed
	members, values := min(strings.Count(body, ":"), most), min(strings.Count(body, ",")+1, most)
	b.Body = &Body{places: make([]place, 1, 1+members), below: make(map[edge]int32, members), values: make([]value, 0, values)}
	b.holders = make([]int32, 0, values)
	b.value(0, -1)
	if !b.sc.end() {
		return nil
	}
	b.arrange()
	return b.Body
}

// reader builds a Body.
type reader struct {
	sc scanner
	*Body
	holders   []int32 // the place of each value
	scattered bool    // the values of some place do not follow each other
}

// value reads the value of a place inside an element.
func (b *reader) value(at, in int32) {
	k, s := b.sc.value()
	b.take(k, s, at, in)
}

func (b *reader) take(k kind, s string, at, in int32) {
	switch k {
	case object:
		for first := true; b.sc.more(first, '}'); first = false {
			b.value(b.step(at, b.sc.name()), in)
		}
	case array:
		b.items(at, in)
	case none:
	default:
		p := &b.places[at]
		if p.count == 0 {
			p.first = int32(len(b.values))
		}
		b.scattered = b.scattered || int(p.first+p.count) != len(b.values)
		p.count++
		b.values = append(b.values, scalar(k, s, in))
		b.holders = append(b.holders, at)
	}
}

// items reads an array. Elements that are scalars are not numbered: they do not tie anything together.
func (b *reader) items(at, in int32) {
	id := int32(-1)
	for first := true; b.sc.more(first, ']'); first = false {
		k, s := b.sc.value()
		if k != object && k != array {
			b.take(k, s, at, in)
			continue
		}
		e := int32(len(b.elems))
		if id < 0 {
			id = int32(len(b.arrays))
			b.arrays = append(b.arrays, span{first: e})
		}
		b.elems = append(b.elems, elem{array: id, above: in})
		b.take(k, s, at, e)
		b.elems[e].end = int32(len(b.elems))
	}
	if id >= 0 {
		b.arrays[id].end = int32(len(b.elems))
	}
}

// step returns the place that a member's name leads to, and makes it if need be.
func (b *reader) step(at int32, name string) int32 {
	for {
		head, tail, more := strings.Cut(name, ".")
		to := b.below[edge{at, head}]
		if to == 0 {
			to = int32(len(b.places))
			b.below[edge{at, head}] = to
			b.places = append(b.places, place{above: at, name: head})
		}
		if !more {
			return to
		}
		at, name = to, tail
	}
}

// arrange sorts the values by place and element. Few bodies need it.
func (b *reader) arrange() {
	if b.scattered {
		sorted := make([]value, len(b.values))
		first := int32(0)
		for i := range b.places {
			p := &b.places[i]
			p.first, first = first, first+p.count
			p.count = 0
		}
		for i, at := range b.holders {
			p := &b.places[at]
			sorted[p.first+p.count] = b.values[i]
			p.count++
		}
		b.values = sorted
	}
	if len(b.elems) == 0 {
		return
	}
	byElem := func(x, y value) int { return cmp.Compare(x.elem, y.elem) }
	for i := range b.places {
		// With dots, an outer value may come after inner ones.
		if vs := b.at(int32(i)); !slices.IsSortedFunc(vs, byElem) {
			slices.SortStableFunc(vs, byElem)
		}
	}
}

func (b *Body) at(i int32) []value {
	p := &b.places[i]
	return b.values[p.first : p.first+p.count]
}

// find returns the place of a path, or 0.
func (b *Body) find(p *path) int32 {
	at := int32(0)
	if p.above != nil {
		if at = b.find(p.above); at == 0 {
			return 0
		}
	}
	for _, name := range p.names {
		if at = b.below[edge{at, name}]; at == 0 {
			return 0
		}
	}
	return at
}

// lookup returns the values under a path.
func (b *Body) lookup(p *path) ([]value, bool) { return b.at(b.find(p)), true }
