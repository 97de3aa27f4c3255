package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseOrder(t *testing.T) {
	const good = `{"at":"2026-03-02T09:00:00+01:00","id":"o-1","customer":"ada","channel":"web","sku":"mug",` +
		`"quantity":1,"amount":850,"priority":"normal","address":"1 Mill Lane, Leeds"}`
	o, err := parseOrder([]byte(good))
	if err != nil || o.At.Format("15:04 MST") != "08:00 UTC" || o.Amount != 850 {
		t.Fatalf("parsed %+v, %v", o, err)
	}
	if again, err := orderOf(body(o)); err != nil || again != o {
		t.Errorf("comes back from a message as %+v, %v", again, err)
	}
	for _, c := range []struct{ old, broken, want string }{
		{good, "{", "unexpected end"},
		{good, good + "}", "after top-level value"},
		{`"2026-03-02T09:00:00+01:00"`, `"noon"`, "noon"},
		{`"at":`, `"when":`, "at is missing"},
		{`2026-03`, `0026-03`, "at is missing or not of these times"},
		{`"o-1"`, `""`, "id is missing"},
		{`"o-1"`, `"o 1"`, "id is missing or not a word"},
		{`"ada"`, `"` + strings.Repeat("a", 129) + `"`, "customer is missing or not a word"},
		{`"ada"`, `"zoë"`, "customer is missing or not a word"},
		{`"web"`, `"fax"`, `channel "fax"`},
		{`"normal"`, `"urgent"`, `priority "urgent"`},
		{`850`, `"850"`, "cannot unmarshal"},
	} {
		_, err := parseOrder([]byte(strings.Replace(good, c.old, c.broken, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("with %s for %s: %v, want %q", c.broken, c.old, err, c.want)
		}
	}
}

func TestReadOrdersSortsByTime(t *testing.T) {
	lines := strings.SplitAfter(strings.TrimSpace(string(shipped)), "\n")
	orders, bad, err := readOrders(strings.NewReader(lines[9] + "nonsense\n" + lines[3] + lines[6]))
	if err != nil {
		t.Fatal(err)
	}
	if len(orders) != 3 || orders[0].At.After(orders[1].At) || orders[1].At.After(orders[2].At) {
		t.Errorf("orders are %+v", orders)
	}
	if len(bad) != 1 || bad[0].line != 2 {
		t.Errorf("rejected are %+v", bad)
	}
}

// The tour has a story to tell: its input must hold what the story is about.
func TestShippedOrders(t *testing.T) {
	orders, bad, err := readOrders(bytes.NewReader(shipped))
	if err != nil {
		t.Fatal(err)
	}
	noisy, customers := biggest(orders)
	if noisy != "megamart" || customers != 25 || len(orders) < 300 || len(bad) != 5 {
		t.Errorf("%d orders of %d customers, %s the noisiest, %d rejected", len(orders), customers, noisy, len(bad))
	}
	ids := map[string]bool{}
	var twice, low, poison int
	for _, o := range orders {
		if ids[o.ID] {
			twice++
		}
		ids[o.ID] = true
		if o.Priority == "low" {
			low++
		}
		if o.Amount < 0 || !strings.Contains(o.Address, ",") {
			poison++
		}
	}
	if twice == 0 || low == 0 || poison == 0 {
		t.Errorf("%d sent twice, %d samples, %d poisoned: there must be some of each", twice, low, poison)
	}
}
