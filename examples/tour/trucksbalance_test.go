package main

import (
	"slices"
	"strings"
	"testing"
)

// soundFleet returns a day in which everything adds up.
func soundFleet() fleetBalance {
	return fleetBalance{
		trucks: 2, logged: 10, accepted: 10, refused: 3, put: 10, throttled: 3, stored: 10, metered: 20,
		readings: []reading{{name: "map", records: 10}, {name: "audit", records: 10}, {name: "trucks.fifo", records: 10}},
		sent:     10, received: 10, deleted: 10,
	}
}

func TestSoundFleet(t *testing.T) {
	if wrong := soundFleet().complaints(); wrong != nil {
		t.Errorf("complaints: %v", wrong)
	}
}

func TestWrongWitnessesOfTheDay(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fleetBalance)
		want   string
	}{
		"a truck made one up": {func(b *fleetBalance) { b.logged++ },
			"trucks: in the logbooks = stored by the gateway's book: 11 is not 10"},
		"the gateway counts wrong": {func(b *fleetBalance) { b.accepted-- },
			"trucks: stored by the gateway's book = by the journal: 9 is not 10"},
		"the gateway forgot a refusal": {func(b *fleetBalance) { b.refused-- },
			"trucks: refused by the gateway's book = by the journal: 2 is not 3"},
		"a record is lost": {func(b *fleetBalance) { b.stored-- },
			"trucks: stored by the journal = Peek: 10 is not 9"},
		"the audit missed one": {func(b *fleetBalance) { b.readings[1].records-- },
			"audit: read = stored: 9 is not 10"},
		"the map mixed up a truck": {func(b *fleetBalance) { b.readings[0].mixedUp = []string{"truck-01"} },
			"map: trucks of which it has not what they reported, in that order = none: 1 is not 0"},
		"the meter counts wrong": {func(b *fleetBalance) { b.metered++ },
			"trucks: read by the applications' books = by the meter: 20 is not 21"},
		"the queue repeats": {func(b *fleetBalance) { b.readings[2].records++ },
			"trucks.fifo: read = stored: 11 is not 10"},
		"the queue was sent too few": {func(b *fleetBalance) { b.sent-- },
			"trucks.fifo: sent = in the logbooks: 9 is not 10"},
		"the queue loses one": {func(b *fleetBalance) { b.deleted-- },
			"trucks.fifo: sent = deleted + held: 10 is not 9"},
		"the queue holds one": {func(b *fleetBalance) { b.deleted--; b.held++ },
			"trucks.fifo: still queued = none: 1 is not 0"},
	} {
		t.Run(name, func(t *testing.T) {
			b := soundFleet()
			c.change(&b)
			if wrong := strings.Join(b.complaints(), "\n"); !strings.Contains(wrong, c.want) {
				t.Errorf("no %q in %q", c.want, wrong)
			}
		})
	}
}

func TestMixedUp(t *testing.T) {
	trucks := []*truck{{name: "a", log: []string{"1", "2"}}, {name: "b"}}
	for _, c := range []struct {
		got  map[string][]string
		want string
	}{
		{map[string][]string{"a": {"1", "2"}}, ""},
		{map[string][]string{"a": {"2", "1"}}, "a"},
		{map[string][]string{"a": {"1"}}, "a"},
		{map[string][]string{"a": {"1", "2"}, "b": {"1"}}, "b"},
		{map[string][]string{"a": {"1", "2"}, "c": {"1"}}, "c"},
		{nil, "a"},
	} {
		if got := mixedUp(trucks, c.got); !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%v: mixed up are %q, want %q", c.got, got, c.want)
		}
	}
	b := fleetBalance{trucks: 3}
	if n := b.inOrder([]reading{{mixedUp: []string{"a"}}, {mixedUp: []string{"a", "b"}}}); n != 1 {
		t.Errorf("in order are %d", n)
	}
}
