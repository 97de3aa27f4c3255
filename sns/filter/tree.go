package filter

import "unicode/utf8"

// node is a JSON value of a policy. The service first reads a policy into a tree, in which the last of equal names counts, writes
// that as compact JSON, and then looks at the compact text: that is why errors quote it and columns are those in it.
type node struct {
	kind       kind
	text       string   // what a string says, how a number is written
	names      []string // of the members of an object
	items      []node   // of an array, or the values of the members of an object
	start, end int      // where the value stands in the compact text
}

// seen returns how far the service has read once it knows that n begins: into a string, past the bracket of an object or
// an array, past anything else.
func (n *node) seen() int {
	if n.kind == text || n.kind == object || n.kind == array {
		return n.start + 1
	}
	return n.end
}

// readTree reads a policy and returns it with its compact text.
func readTree(policy string) (*node, string, *Error) {
	if !utf8.ValidString(policy) {
		return nil, "", badJSON(policy, 0, "Invalid UTF-8")
	}
	sc := scanner{s: policy}
	root := sc.node()
	if !sc.end() {
		return nil, "", badJSON(policy, sc.at, sc.problem)
	}
	return &root, string(root.write(make([]byte, 0, len(policy)))), nil
}

func (sc *scanner) node() (n node) {
	n.kind, n.text = sc.value()
	switch n.kind {
	case array:
		for first := true; sc.more(first, ']'); first = false {
			n.items = append(n.items, sc.node())
		}
	case object:
		sc.members(&n)
	}
	return n
}

func (sc *scanner) members(n *node) {
	var place map[string]int // of each name, once there are two
	for first := true; sc.more(first, '}'); first = false {
		name := sc.name()
		value := sc.node()
		if place == nil && len(n.names) > 0 {
			place = map[string]int{n.names[0]: 0}
		}
		if i, again := place[name]; again {
			n.items[i] = value
			continue
		}
		if place != nil {
			place[name] = len(n.names)
		}
		n.names = append(n.names, name)
		n.items = append(n.items, value)
	}
}

// write appends the compact text of n to b and notes where n stands in it.
func (n *node) write(b []byte) []byte {
	n.start = len(b)
	switch n.kind {
	case object, array:
		brackets := "{}"
		if n.kind == array {
			brackets = "[]"
		}
		b = append(b, brackets[0])
		for i := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			if n.kind == object {
				b = append(appendQuoted(b, n.names[i]), ':')
			}
			b = n.items[i].write(b)
		}
		b = append(b, brackets[1])
	default:
		b = append(b, n.literal()...)
	}
	n.end = len(b)
	return b
}

// literal returns how the service's parser calls the value that begins here.
func (n *node) literal() string { return literal(n.kind, n.text) }
