package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// order is one line of the input, and the body of the messages about it.
type order struct {
	At       time.Time `json:"at"` // when the customer sent it
	ID       string    `json:"id"`
	Customer string    `json:"customer"`
	Channel  string    `json:"channel"` // web: one by one; edi: from a customer's own system, imported in batches
	SKU      string    `json:"sku"`
	Quantity int       `json:"quantity"`
	Amount   int       `json:"amount"`   // cents
	Priority string    `json:"priority"` // express, normal, or low: a free sample, if somebody has the time
	Address  string    `json:"address"`
}

// rejected is a line that is no order.
type rejected struct {
	line int
	why  error
}

const (
	maxLine   = 16 << 10            // ten of them fit in a batch of 1 MiB, even if each grows sixfold as it is written anew
	maxOrders = 4000                // more would not be packed before their retention ends
	maxSpan   = 14 * 24 * time.Hour // the shop's clock ticks every few seconds: a century would take a while
)

// readOrders reads JSON lines and returns the orders by time. What is wrong with an order as such, a bad address or a
// negative amount, is not found here: producers rarely know what consumers cannot digest.
func readOrders(in io.Reader) ([]order, []rejected, error) {
	var orders []order
	var bad []rejected
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		o, err := parseOrder(lines.Bytes())
		if err != nil {
			bad = append(bad, rejected{n, err})
			continue
		}
		orders = append(orders, o)
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("reading orders after line %d: %w", n, err)
	}
	if len(orders) > maxOrders {
		return nil, nil, fmt.Errorf("more than %d orders", maxOrders)
	}
	slices.SortStableFunc(orders, func(a, b order) int { return a.At.Compare(b.At) })
	if n := len(orders); n > 0 && orders[n-1].At.Sub(orders[0].At) > maxSpan {
		return nil, nil, fmt.Errorf("the orders span more than %d days", maxSpan/(24*time.Hour))
	}
	return orders, bad, nil
}

func parseOrder(line []byte) (order, error) {
	var o order
	if err := json.Unmarshal(line, &o); err != nil {
		return o, err
	}
	o.At = o.At.UTC()
	switch {
	case o.At.Year() < 1970 || o.At.Year() > 2100:
		return o, errors.New("at is missing or not of these times")
	case !isWord(o.ID):
		return o, errors.New("id is missing or not a word")
	case !isWord(o.Customer):
		return o, errors.New("customer is missing or not a word")
	case o.Channel != "web" && o.Channel != "edi":
		return o, fmt.Errorf("channel %q is not web or edi", o.Channel)
	case o.Priority != "express" && o.Priority != "normal" && o.Priority != "low":
		return o, fmt.Errorf("priority %q is not express, normal or low", o.Priority)
	}
	return o, nil
}

// orderOf reads the order that a message is about.
func orderOf(body string) (order, error) {
	var o order
	err := json.Unmarshal([]byte(body), &o)
	return o, err
}

// isWord reports whether s can be a message group and a deduplication id, which is what customers and order ids become.
func isWord(s string) bool {
	return s != "" && len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// biggest returns the customer with the most orders, the first by name among equals, and how many customers there are.
func biggest(orders []order) (customer string, customers int) {
	n := map[string]int{}
	for _, o := range orders {
		n[o.Customer]++
	}
	for c := range n {
		if customer == "" || cmp.Or(cmp.Compare(n[c], n[customer]), strings.Compare(customer, c)) > 0 {
			customer = c
		}
	}
	return customer, len(n)
}

// introduce says what was read, and names the first of the lines that were not.
func introduce(out io.Writer, orders []order, bad []rejected, seed uint64) {
	noisy, customers := biggest(orders)
	from := plural(customers, "customer")
	if customers > 1 {
		from += ", of whom " + noisy + " is the noisy one"
	}
	fmt.Fprintf(out, "seed %d: %s from %s; %s rejected\n", seed, plural(len(orders), "order"), from, plural(len(bad), "line"))
	const shown = 5
	for _, r := range bad[:min(len(bad), shown)] {
		fmt.Fprintf(out, "  line %d: %v\n", r.line, r.why)
	}
	if more := len(bad) - shown; more > 0 {
		fmt.Fprintf(out, "  and %d more\n", more)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
