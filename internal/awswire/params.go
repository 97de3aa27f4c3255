package awswire

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Params are the parameters of a request in the Query protocol, in the order of their names; those of one name in the order in which
// they came. A request has few: to sort and search them costs less than a map.
type Params []Param

// Param is one parameter.
type Param struct{ Name, Value string }

// mostParams bounds the parameters of a form, as net/url does; no operation takes as many.
const mostParams = 10_000

// parseParams reads a form. A semicolon is a character like others, not the separator that it once was. What is no form, is too many or
// has a value that is no UTF-8 is [ErrMalformed].
func parseParams(s string) (Params, error) {
	if s == "" {
		return nil, nil
	}
	n := 1 + strings.Count(s, "&")
	if n > mostParams {
		return nil, ErrMalformed
	}
	ps := make(Params, 0, n)
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, badName := url.QueryUnescape(name)
		value, badValue := url.QueryUnescape(value)
		if badName != nil || badValue != nil || !utf8.ValidString(value) {
			return nil, ErrMalformed
		}
		ps = append(ps, Param{name, value})
	}
	ps.sort()
	return ps, nil
}

func (ps Params) sort() {
	slices.SortStableFunc(ps, func(a, b Param) int { return strings.Compare(a.Name, b.Name) })
}

// or returns the parameters, and those of others whose names they do not have.
func (ps Params) or(others Params) Params {
	all := ps
	for _, p := range others {
		if !ps.Has(p.Name) {
			all = append(all, p)
		}
	}
	if len(all) > len(ps) {
		all.sort()
	}
	return all
}

// find returns the place of the first parameter whose name is not before the given one.
func (ps Params) find(name string) int {
	i, _ := slices.BinarySearchFunc(ps, name, func(p Param, name string) int { return strings.Compare(p.Name, name) })
	return i
}

// text returns the first value of a name, nil if there is none.
func (ps Params) text(name string) *string {
	if i := ps.find(name); i < len(ps) && ps[i].Name == name {
		return &ps[i].Value
	}
	return nil
}

// Get returns the first value of a name, "" if there is none.
func (ps Params) Get(name string) string { return orEmpty(ps.text(name)) }

// Has reports whether there is a parameter of a name.
func (ps Params) Has(name string) bool { return ps.text(name) != nil }

// under returns the parameters whose names begin with a prefix.
func (ps Params) under(prefix string) Params {
	ps = ps[ps.find(prefix):]
	for i := range ps {
		if !strings.HasPrefix(ps[i].Name, prefix) {
			return ps[:i]
		}
	}
	return ps
}
