package main

import (
	"strings"
	"testing"
)

// soundTopic returns accounts in which everything adds up.
func soundTopic() topicBalance {
	return topicBalance{topic: "placed", told: 10, published: 10, hearings: []hearing{
		{name: "desk", delivered: 4, filtered: 6, got: 3, held: 1, meant: 4},
		{name: "club", delivered: 5, filtered: 2, deadLettered: 3, late: 2, got: 5, letters: 3, meant: 8},
	}}
}

func TestSoundTopic(t *testing.T) {
	if wrong := soundTopic().complaints(); wrong != nil {
		t.Errorf("complaints: %v", wrong)
	}
}

func TestWrongWitnesses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b *topicBalance, desk, club *hearing)
		want   string
	}{
		"the shop forgot one": {func(b *topicBalance, _, _ *hearing) { b.told-- },
			"placed: published by the shop's books = by the journal: 9 is not 10"},
		"one is on its way": {func(b *topicBalance, _, _ *hearing) { b.waiting++ },
			"placed: still to be delivered = none: 1 is not 0"},
		"one has no end": {func(_ *topicBalance, d, _ *hearing) { d.delivered--; d.got-- },
			"desk: published = delivered + filtered + dead-lettered + lost: 10 is not 9"},
		"one is lost": {func(_ *topicBalance, d, _ *hearing) { d.delivered--; d.got--; d.lost++ },
			"desk: lost = none: 1 is not 0"},
		"a clerk got none": {func(_ *topicBalance, d, _ *hearing) { d.got-- },
			"desk: delivered by the journal = got + held: 4 is not 3"},
		"a queue holds too many": {func(_ *topicBalance, d, _ *hearing) { d.held++ },
			"desk: delivered by the journal = got + held: 4 is not 5"},
		"a letter is gone": {func(_ *topicBalance, _, c *hearing) { c.letters-- },
			"club: dead-lettered by the journal = in its dead-letter queue: 3 is not 2"},
		"a filter that is strict": {func(_ *topicBalance, d, _ *hearing) { d.meant++ },
			"desk: filtered by the journal = not meant for it by the shop's books: 6 is not 5"},
		"the wrong order came": {func(_ *topicBalance, _, c *hearing) { c.mistaken = 2 },
			"club: orders that missed it or were not meant for it = none: 2 is not 0"},
	} {
		t.Run(name, func(t *testing.T) {
			b := soundTopic()
			c.change(&b, &b.hearings[0], &b.hearings[1])
			if wrong := strings.Join(b.complaints(), "\n"); !strings.Contains(wrong, c.want) {
				t.Errorf("no %q in %q", c.want, wrong)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"x y", "y x", 0}, {"x x", "x x", 0}, {"x x", "x", 1}, {"x", "x x", 1}, {"x", "y", 2}, {"", "x y", 2},
	} {
		if got := differences(strings.Fields(c.a), strings.Fields(c.b)); got != c.want {
			t.Errorf("%q and %q differ by %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
