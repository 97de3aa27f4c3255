package filter

import (
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// condition compiles one item of the list under a key. Which of several errors it finds, and how far it had read by then, is what
// a parser does that reads token by token.
func (c *compiler) condition(n *node) (condition, *Error) {
	switch n.kind {
	case text, yes, no, null:
		return condition{op: equals, kind: n.kind, text: n.text}, nil
	case number:
		return condition{op: equals, kind: number, number: n.number()}, nil
	case array:
		return condition{}, c.refuse(n.seen(), "Match value must be String, number, true, false, or null")
	}
	if len(n.items) == 0 {
		return condition{}, c.refuse(n.end, "Match expression name not found")
	}
	name, operand := n.names[0], &n.items[0]
	made, err := c.operator(name, operand)
	if err == nil && len(n.items) > 1 {
		extra := "Only one key allowed in match expression"
		if name == "numeric" || name == "anything-but" && operand.kind != object {
			extra = "Too many elements in numeric expression" // also of anything-but
		}
		err = c.refuse(n.items[1].seen(), extra)
	}
	return made, err
}

// number is for the nodes of that kind, whose text always reads as one.
func (n *node) number() float64 {
	f, _ := readNumber(n.text)
	return f
}

func (c *compiler) operator(name string, operand *node) (condition, *Error) {
	switch name {
	case "prefix":
		return c.pattern(hasPrefix, name, operand)
	case "suffix":
		return c.pattern(hasSuffix, name, operand)
	case "equals-ignore-case":
		return c.pattern(equalsFold, name, operand)
	case "numeric":
		return c.numeric(operand)
	case "anything-but":
		return c.anythingBut(operand)
	case "exists":
		switch operand.kind {
		case yes:
			return condition{op: exists}, nil
		case no:
			return condition{op: absent}, nil
		}
		return condition{}, c.refuse(operand.seen(), "exists match pattern must be either true or false.")
	case "cidr":
		made, err := c.pattern(inBlock, "prefix", operand) // the service speaks of a prefix here
		if err == nil {
			made.more, err = block(made.text)
		}
		return made, err
	}
	return condition{}, c.refuse(operand.seen(), "Unrecognized match type "+name)
}

func (c *compiler) pattern(op op, name string, operand *node) (condition, *Error) {
	if operand.kind != text {
		return condition{}, c.refuse(operand.seen(), name+" match pattern must be a string")
	}
	return condition{op: op, text: operand.text}, nil
}

// block reads a CIDR block. Its errors do not say where they are.
func block(s string) (*operands, *Error) {
	address, bits, found := strings.Cut(strings.TrimRight(s, "/"), "/")
	if !found || strings.Contains(bits, "/") {
		return nil, refuse("Malformed CIDR, one '/' required")
	}
	n, err := strconv.ParseInt(bits, 10, 32)
	if err != nil {
		return nil, refuse("Malformed CIDR, mask bits must be an integer")
	}
	if n < 0 {
		return nil, refuse("Malformed CIDR, mask bits must not be negative")
	}
	a, ok := readAddress(address)
	switch {
	case !ok:
		return nil, refuse("Nonstandard IP address: " + address)
	case a.Is4() && n > 31:
		return nil, refuse("IPv4 mask bits must be < 32")
	case a.Is6() && n > 127:
		return nil, refuse("IPv6 mask bits must be < 128")
	}
	return &operands{block: netip.PrefixFrom(a, int(n))}, nil
}

func (c *compiler) anythingBut(operand *node) (condition, *Error) {
	switch operand.kind {
	case object:
		return c.anythingButPattern(operand)
	case array:
		return c.anythingButList(operand)
	case text:
		return condition{op: notIn, more: &operands{texts: []string{operand.text}}}, nil
	case number:
		return condition{op: notIn, more: &operands{numbers: []float64{operand.number()}}}, nil
	}
	return condition{}, c.refuse(operand.seen(), "Value of anything-but must be an array or single string/number value.")
}

func (c *compiler) anythingButPattern(n *node) (condition, *Error) {
	if len(n.items) == 0 {
		return condition{}, c.refuse(n.end, "Anything-But expression name not found")
	}
	if n.names[0] != "prefix" {
		return condition{}, c.refuse(n.items[0].seen(), "Unsupported anything-but pattern: "+n.names[0])
	}
	made, err := c.pattern(notPrefix, "prefix", &n.items[0])
	switch {
	case err != nil:
	case made.text == "":
		err = c.refuse(n.items[0].end, "Null prefix not allowed")
	case len(n.items) > 1:
		err = c.refuse(n.items[1].seen(), "Only one key allowed in match expression")
	}
	return made, err
}

func (c *compiler) anythingButList(n *node) (condition, *Error) {
	more := &operands{}
	for i := range n.items {
		switch item := &n.items[i]; item.kind {
		case text:
			more.texts = append(more.texts, item.text)
		case number:
			more.numbers = append(more.numbers, item.number())
		default:
			return condition{}, c.refuse(item.seen(), "Inside anything but list, start|null|boolean is not supported.")
		}
	}
	if (len(more.texts) == 0) == (len(more.numbers) == 0) {
		return condition{}, c.refuse(n.end, "Inside anything but list, either all values are number or string, mixed type is not supported")
	}
	slices.Sort(more.texts)
	slices.Sort(more.numbers)
	return condition{op: notIn, more: more}, nil
}

// numeric compiles ["=", n], [op, n], or [">" or ">=", n, "<" or "<=", n].
func (c *compiler) numeric(n *node) (condition, *Error) {
	if n.kind != array {
		return condition{}, c.refuse(n.seen(), "Value of numeric must be an array.")
	}
	first, seen := n.item(0)
	if first.kind != text {
		return condition{}, c.refuse(seen, "Invalid member in numeric match: "+first.literal())
	}
	bound, seen := n.item(1)
	called := first.text
	switch called {
	case "=":
		called = "equals"
	case "<", "<=", ">", ">=":
	default:
		return condition{}, c.refuse(seen, "Unrecognized numeric range operator: "+called)
	}
	if bound.kind != number {
		return condition{}, c.refuse(seen, "Value of "+called+" must be numeric")
	}
	f := bound.number()
	o := &operands{low: math.Inf(-1), high: math.Inf(1)}
	made := condition{op: inRange, more: o}
	switch first.text {
	case ">", ">=":
		o.low, o.lowOpen = f, first.text == ">"
		if len(n.items) > 2 {
			return made, c.top(n, o)
		}
		return made, nil
	case "<", "<=":
		o.high, o.highOpen = f, first.text == "<"
	default:
		o.low, o.high = f, f
	}
	if _, seen := n.item(2); len(n.items) > 2 {
		return condition{}, c.refuse(seen, "Too many elements in numeric expression")
	}
	return made, nil
}

// top compiles the upper end of a range.
func (c *compiler) top(n *node, o *operands) *Error {
	operator, seen := n.item(2)
	if operator.kind != text {
		return c.refuse(seen, "Bad value in numeric range: "+operator.literal())
	}
	if operator.text != "<" && operator.text != "<=" {
		return c.refuse(operator.end, "Bad numeric range operator: "+operator.text)
	}
	bound, seen := n.item(3)
	if bound.kind != number {
		return c.refuse(seen, "Value of "+operator.text+" must be numeric")
	}
	if len(n.items) > 4 {
		return c.refuse(n.items[4].seen(), "Too many terms in numeric range expression")
	}
	o.high, o.highOpen = bound.number(), operator.text == "<"
	if o.low >= o.high {
		return c.refuse(n.end, "Bottom must be less than top")
	}
	return nil
}

// item returns the i-th item of an array and how far the service has read then: past the closing bracket if there is none.
func (n *node) item(i int) (*node, int) {
	if i < len(n.items) {
		return &n.items[i], n.items[i].seen()
	}
	return &node{kind: none}, n.end
}
