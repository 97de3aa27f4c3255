package filter

// Input is a message as filters see it. What no policy in question looks at may be left out.
type Input struct {
	Attributes *Attributes
	Body       *Body
}

// source is where the values of keys come from: [*Attributes] or [*Body].
type source interface {
	// lookup returns the values of a key. Without any, it is absent if ok, and beyond any condition otherwise.
	lookup(p *path) (values []value, ok bool)
}

// Match reports whether the message is to be delivered. It allocates nothing, unless the body has arrays of objects. A policy
// with the scope MessageBody matches no message without a body that could be read; one without keys matches everything.
func (p *Policy) Match(in Input) bool {
	if p == nil || p.root.empty() {
		return true
	}
	if p.scope == MessageAttributes {
		return p.root.holds(in.Attributes)
	}
	return in.Body != nil && p.root.holds(in.Body) && p.consistent(in.Body) == nil
}

func (g *group) empty() bool { return len(g.keys) == 0 && len(g.ors) == 0 }

// holds reports whether every key and every $or holds, each for itself.
func (g *group) holds(in source) bool {
	for i := range g.keys {
		if !g.keys[i].holds(in) {
			return false
		}
	}
	for i := range g.ors {
		if !g.ors[i].holds(in) {
			return false
		}
	}
	return true
}

func (c *choice) holds(in source) bool {
	for i := range c.branches {
		if c.branches[i].holds(in) {
			return true
		}
	}
	return false
}

func (k *key) holds(in source) bool {
	values, ok := in.lookup(&k.path)
	if len(values) == 0 {
		return k.absent && ok
	}
	for i := range values {
		if k.accepts(&values[i]) {
			return true
		}
	}
	return false
}

// accepts reports whether a value meets one of the conditions.
func (k *key) accepts(v *value) bool {
	for i := range k.conditions {
		if k.conditions[i].accepts(v) {
			return true
		}
	}
	return false
}
