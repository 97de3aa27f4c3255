package policy

import (
	"slices"
	"strconv"
	"strings"
)

// condition is one key under one operator.
type condition struct {
	key string // in lower case
	// accepts has a test for each value in the policy.
	accepts []func(have string) bool
	// negated operators accept what none of the tests accepts.
	negated bool
	// every says that all values of the request must be accepted; otherwise one suffices.
	every bool
	// optional is the suffix IfExists: an absent key will do.
	optional bool
	// absence is the operator Null: the value tested is whether the key is absent.
	absence bool
	// undecidable marks an unknown operator or an unreadable value.
	undecidable bool
}

// newCondition reads [ForAllValues:|ForAnyValue:]<operator>[IfExists]. Operators are case-sensitive, keys are not.
func newCondition(name, key string, wants []string) condition {
	c := condition{key: strings.ToLower(key)}
	if name == "Null" {
		c.absence, name = true, "Bool"
	}
	base, forAll := strings.CutPrefix(name, "ForAllValues:")
	forAny := false
	if !forAll {
		base, forAny = strings.CutPrefix(name, "ForAnyValue:")
	}
	base, c.optional = strings.CutSuffix(base, "IfExists")
	op, known := operators[base]
	if !known {
		c.undecidable = true
		return c
	}
	c.negated = op.negated
	// Without a prefix, no value may be one of those that a negated operator lists, and one must be for any other.
	c.every = forAll || op.negated && !forAny
	for _, want := range wants {
		accept := op.read(want)
		if accept == nil {
			c.undecidable = true
			return c
		}
		c.accepts = append(c.accepts, accept)
	}
	return c
}

// holds tests the values of the request. Over no values "every" is true and "one" is false, which is just what the
// absence of a key means to negated operators and to the others.
func (c condition) holds(r *Request) bool {
	have := r.values(c.key)
	if c.absence {
		have = []string{strconv.FormatBool(len(have) == 0)}
	}
	if len(have) == 0 && c.optional {
		return true
	}
	if c.every {
		return !slices.ContainsFunc(have, func(v string) bool { return !c.fits(v) })
	}
	return slices.ContainsFunc(have, c.fits)
}

func (c condition) fits(have string) bool {
	hit := slices.ContainsFunc(c.accepts, func(accept func(string) bool) bool { return accept(have) })
	return hit != c.negated
}
