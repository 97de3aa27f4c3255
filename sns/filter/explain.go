package filter

import "strings"

// Mismatch is a reason why a message does not match a policy.
type Mismatch struct {
	// Path is the key at fault, with dots between the names of nested ones. For an $or it ends in $or. It is empty if the
	// body is at fault.
	Path string
	// Rule is the list of conditions as JSON, or the rule in words.
	Rule string
	// Found is the values of the message as JSON, or what was found in words.
	Found string
	// Branches says of an $or why each of its branches failed, in their order. Only an $or has any.
	Branches [][]Mismatch
}

// String returns the mismatch as a line, with the branches of an $or in parentheses.
func (m Mismatch) String() string {
	var b strings.Builder
	m.write(&b)
	return b.String()
}

func (m Mismatch) write(b *strings.Builder) {
	b.WriteString(strings.TrimPrefix(m.Path+": want "+m.Rule+", found "+m.Found, ": "))
	for i, branch := range m.Branches {
		b.WriteString([]string{" (", "; or "}[min(i, 1)])
		for j, inner := range branch {
			if j > 0 {
				b.WriteString(", and ")
			}
			inner.write(b)
		}
	}
	if len(m.Branches) > 0 {
		b.WriteByte(')')
	}
}

// Explain says why the message does not match: every key that does not hold in the order of the policy, then every $or. It is
// empty if and only if the message matches. It is made for people and takes longer than Match.
func (p *Policy) Explain(in Input) []Mismatch {
	switch {
	case p == nil || p.root.empty():
		return nil
	case p.scope == MessageAttributes:
		return p.root.explain(in.Attributes)
	case in.Body == nil:
		return []Mismatch{{Rule: "a message that is a JSON object", Found: "none"}}
	}
	if wrong := p.root.explain(in.Body); len(wrong) > 0 {
		return wrong
	}
	if keys := p.consistent(in.Body); keys != nil {
		names := make([]string, len(keys))
		for i, k := range keys {
			names[i] = k.path.String()
		}
		return []Mismatch{{strings.Join(names, ", "), "all in the same element of an array", "only in different ones", nil}}
	}
	return nil
}

func (g *group) explain(in source) (wrong []Mismatch) {
	for i := range g.keys {
		if k := &g.keys[i]; !k.holds(in) {
			wrong = append(wrong, Mismatch{k.path.String(), k.rule, k.found(in), nil})
		}
	}
	for i := range g.ors {
		c := &g.ors[i]
		if c.holds(in) {
			continue
		}
		branches := make([][]Mismatch, len(c.branches))
		for j := range c.branches {
			branches[j] = c.branches[j].explain(in)
		}
		path := strings.TrimPrefix(c.above.String()+".$or", ".")
		wrong = append(wrong, Mismatch{path, "one of the branches", "none that holds", branches})
	}
	return wrong
}

// found lists the values of the key.
func (k *key) found(in source) string {
	const most = 10
	values, ok := in.lookup(&k.path)
	if !ok {
		return "a value that cannot be read"
	}
	if len(values) == 0 {
		return "no value"
	}
	var b strings.Builder
	for i := range values[:min(len(values), most)] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(values[i].String())
	}
	if len(values) > most {
		b.WriteString(", …")
	}
	return b.String()
}
