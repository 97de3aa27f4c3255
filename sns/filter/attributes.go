package filter

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Attribute is a message attribute as far as filters look at it.
type Attribute struct {
	Name string
	// Type is the data type. String.Array offers each element of the JSON array in Text: strings, numbers, true, false, null.
	// Number, with or without a suffix, is a number. Binary attributes are ignored. All else is text.
	Type string
	Text string
}

// Attributes are the attributes of one message, read for any number of policies. They never change and may be used
// concurrently; nil has none.
type Attributes struct {
	list []attribute // by name
}

type attribute struct {
	name   string
	values []value
	broken bool // present, but nothing can be said of it: no condition holds, not even exists
}

// NewAttributes reads attributes. Names should be distinct: of equal ones the first counts. A String.Array that is no such array, and
// a Number that is none, match nothing. An empty array counts as absent.
func NewAttributes(attributes []Attribute) *Attributes {
	a := &Attributes{make([]attribute, 0, len(attributes))}
	single := make([]value, 0, len(attributes))
	for _, given := range attributes {
		read := attribute{name: given.Name}
		base, _, _ := strings.Cut(given.Type, ".")
		switch {
		case base == "Binary":
			continue
		case given.Type == "String.Array":
			read.values, read.broken = elements(given.Text)
		default:
			v := value{kind: text, text: given.Text, elem: -1}
			if base == "Number" {
				f, ok := readNumber(given.Text)
				v.kind, v.number, read.broken = number, f, !ok
			}
			if !read.broken {
				single = append(single, v)
				read.values = single[len(single)-1:]
			}
		}
		a.list = append(a.list, read)
	}
	slices.SortStableFunc(a.list, func(x, y attribute) int { return strings.Compare(x.name, y.name) })
	return a
}

// elements reads the values of a String.Array.
func elements(s string) (values []value, broken bool) {
	sc := scanner{s: s}
	if k, _ := sc.value(); k != array || !utf8.ValidString(s) {
		return nil, true
	}
	for first := true; sc.more(first, ']'); first = false {
		k, s := sc.value()
		if k == object || k == array {
			return nil, true
		}
		values = append(values, scalar(k, s, -1))
	}
	if !sc.end() {
		return nil, true
	}
	return values, false
}

// lookup returns the values of an attribute, and false if it is broken.
func (a *Attributes) lookup(p *path) ([]value, bool) {
	if a == nil {
		return nil, true
	}
	const few = 16 // a scan is faster
	name, i := p.names[0], 0
	if len(a.list) > few {
		i, _ = slices.BinarySearchFunc(a.list, name, func(x attribute, name string) int { return strings.Compare(x.name, name) })
	} else {
		for i < len(a.list) && a.list[i].name != name {
			i++
		}
	}
	if i == len(a.list) || a.list[i].name != name {
		return nil, true
	}
	return a.list[i].values, !a.list[i].broken
}
