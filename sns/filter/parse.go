package filter

import (
	"fmt"
	"strings"
)

// Scope says what the keys of a policy name. Its values are those of the attribute FilterPolicyScope; the zero value is
// MessageAttributes.
type Scope string

// The scopes.
const (
	MessageAttributes Scope = "MessageAttributes"
	MessageBody       Scope = "MessageBody"
)

// Limits of a policy.
const (
	MaxSize       = 256 << 10 // bytes
	MaxKeys       = 5         // at the top level; $or counts as one
	MaxComplexity = 150       // the sum over the branches of $or of the product over their keys of conditions times depth
)

// Policy is a filter policy. It never changes and may be used concurrently; a nil *Policy matches everything, as does {}.
type Policy struct {
	scope   Scope
	compact string
	root    group
}

// group is an object of the policy: every key and every $or in it must hold. The keys of objects nested in it are its own.
type group struct {
	keys []key
	ors  []choice
}

// choice is an $or: at least one branch must hold.
type choice struct {
	above    *path // the object that it stands in, nil at the top
	branches []group
}

// key is a name and the conditions of which a value under it must meet one.
type key struct {
	path       path
	depth      int
	conditions []condition
	absent     bool   // whether exists false is among the conditions
	rule       string // the list of conditions as JSON
}

// path is where a key stands. What the keys of one object have in common is shared.
type path struct {
	above *path
	names []string // in the scope MessageBody without dots
}

func (p *path) String() string {
	if p == nil {
		return ""
	}
	name := strings.Join(p.names, ".")
	if p.above != nil {
		return p.above.String() + "." + name
	}
	return name
}

// Parse reads a policy. The error, if any, is an [*Error].
//
// Several errors are reported in the order of the service: a scope that is none, text that is not JSON, the first offence against the
// grammar in the order of the text, nested objects in the scope MessageAttributes, the number of keys, the complexity.
func Parse(policy string, scope Scope) (*Policy, error) {
	p, err := parse(policy, scope)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func parse(policy string, scope Scope) (*Policy, *Error) {
	switch scope {
	case "":
		scope = MessageAttributes
	case MessageAttributes, MessageBody:
	default:
		return nil, &Error{"FilterPolicyScope", fmt.Sprintf("Invalid value [%s]. Please use either MessageBody or MessageAttributes", scope)}
	}
	if len(policy) > MaxSize {
		return nil, refuse("Filter policy is too large")
	}
	root, compact, err := readTree(policy)
	if err != nil {
		return nil, err
	}
	c := compiler{compact: compact, scope: scope}
	p := &Policy{scope: scope, compact: compact}
	if root.kind != object {
		return nil, c.refuse(root.seen(), "Filter is not an object")
	}
	if err := c.members(&p.root, root, nil, 1); err != nil {
		return nil, err
	}
	switch {
	case c.nested && scope == MessageAttributes:
		return nil, &Error{"", "Filter policy scope MessageAttributes does not support nested filter policy"}
	case len(root.names) > MaxKeys:
		return nil, refuse(fmt.Sprintf("Filter policy can not have more than %d keys", MaxKeys))
	case p.root.cost() > MaxComplexity:
		return nil, refuse("Filter policy is too complex")
	}
	return p, nil
}

// Scope returns the scope of the policy.
func (p *Policy) Scope() Scope {
	if p == nil {
		return MessageAttributes
	}
	return p.scope
}

// String returns the policy as compact JSON. Of members with the same name it has the last.
func (p *Policy) String() string {
	if p == nil {
		return "{}"
	}
	return p.compact
}

// compiler turns the tree of a policy into groups.
type compiler struct {
	compact string
	scope   Scope
	nested  bool // whether there was an object that is not a branch
}

func (c *compiler) refuse(at int, problem string) *Error { return refuseAt(c.compact, at, problem) }

// members compiles the members of an object into g.
func (c *compiler) members(g *group, n *node, above *path, depth int) *Error {
	for i, name := range n.names {
		item := &n.items[i]
		var err *Error
		switch {
		case name == "$or" && isChoice(item):
			err = c.choice(g, item, above, depth)
		case item.kind == array:
			err = c.key(g, item, path{above, c.split(name)}, depth)
		case item.kind == object && len(item.items) == 0:
			err = c.refuse(item.end, "Empty objects are not allowed")
		case item.kind == object:
			c.nested = true
			err = c.members(g, item, &path{above, c.split(name)}, depth+1)
		default:
			err = c.refuse(item.seen(), `"`+name+`" must be an object or an array`)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) split(name string) []string {
	if c.scope == MessageAttributes {
		return []string{name}
	}
	return strings.Split(name, ".")
}

func (c *compiler) key(g *group, n *node, at path, depth int) *Error {
	k := key{path: at, depth: depth, rule: c.compact[n.start:n.end], conditions: make([]condition, 0, len(n.items))}
	for i := range n.items {
		made, err := c.condition(&n.items[i])
		if err != nil {
			return err
		}
		k.absent = k.absent || made.op == absent
		k.conditions = append(k.conditions, made)
	}
	if len(n.items) == 0 {
		return c.refuse(n.end, "Empty arrays are not allowed")
	}
	g.keys = append(g.keys, k)
	return nil
}

func (c *compiler) choice(g *group, n *node, above *path, depth int) *Error {
	branches := make([]group, len(n.items))
	for i := range n.items {
		if len(n.items[i].names) == 0 {
			return c.refuse(n.items[i].end, "Empty objects are not allowed")
		}
		if err := c.members(&branches[i], &n.items[i], above, depth); err != nil {
			return err
		}
	}
	g.ors = append(g.ors, choice{above, branches})
	return nil
}

// isChoice reports whether what stands under $or makes it an operator: two objects or more, none of them with a name that is
// reserved for match expressions.
func isChoice(n *node) bool {
	if n.kind != array || len(n.items) < 2 {
		return false
	}
	for i := range n.items {
		branch := &n.items[i]
		if branch.kind != object {
			return false
		}
		for _, name := range branch.names {
			if isReserved(name) {
				return false
			}
		}
	}
	return true
}

func isReserved(name string) bool {
	switch name {
	case "exactly", "prefix", "suffix", "equals-ignore-case", "anything-but", "exists", "wildcard", "numeric", "cidr",
		"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after", "date-on-or-after",
		"date-before", "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range":
		return true
	}
	return false
}

// cost returns the complexity of the group, or any number above the limit. A product of sums is the sum of the products.
func (g *group) cost() int {
	product := 1
	for i := range g.keys {
		product = capped(product, len(g.keys[i].conditions)*g.keys[i].depth)
	}
	for i := range g.ors {
		sum := 0
		for j := range g.ors[i].branches {
			sum = min(sum+g.ors[i].branches[j].cost(), MaxComplexity+1)
		}
		product = capped(product, sum)
	}
	return product
}

// capped multiplies two positive numbers; factors above the limit need not be exact.
func capped(a, b int) int { return min(a, MaxComplexity+1) * min(b, MaxComplexity+1) }
