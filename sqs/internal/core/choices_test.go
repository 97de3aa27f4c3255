package core

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// branch answers as told and then with 0, and notes every question, so that the next branch can be told.
type branch struct {
	told  []int
	asked []question
}

type question struct {
	what   Choice
	n      int
	answer int
}

func (b *branch) Choose(what Choice, n int) int {
	q := question{what: what, n: n}
	if k := len(b.asked); k < len(b.told) {
		q.answer = b.told[k]
	}
	b.asked = append(b.asked, q)
	return q.answer
}

// next is what to tell the branch after b: the last question that has another answer gets it, those behind it are open again.
func (b *branch) next() (told []int, ok bool) {
	last := len(b.asked) - 1
	for last >= 0 && b.asked[last].answer == b.asked[last].n-1 {
		last--
	}
	if last < 0 {
		return nil, false
	}
	for _, q := range b.asked[:last+1] {
		told = append(told, q.answer)
	}
	told[last]++
	return told, true
}

// everyBranch runs a scenario once for every sequence of answers, depth first, and tells how many there are.
func everyBranch(scenario func(*branch)) (count int) {
	b := &branch{}
	for ok := true; ok; count++ {
		scenario(b)
		told, more := b.next()
		b, ok = &branch{told: told}, more
	}
	return count
}

// Each leaf of a tree is reached exactly once, also where the answers decide what is asked next.
func TestEveryBranch(t *testing.T) {
	var leaves []string
	count := everyBranch(func(b *branch) {
		leaf := fmt.Sprint(b.Choose(ChooseGroup, 2))
		if leaf == "0" {
			leaf += fmt.Sprint(b.Choose(ChooseMessage, 3))
		}
		leaves = append(leaves, leaf)
	})
	require.Equal(t, []string{"00", "01", "02", "1"}, leaves)
	require.Equal(t, 4, count)
}

// consumer runs a scenario against one queue and checks, at every step, what no choice may break.
type consumer struct {
	t       *testing.T
	b       *branch
	q       *Queue
	now     int64
	sent    map[uuid.UUID]string
	deleted map[uuid.UUID]bool  // for good
	hidden  map[uuid.UUID]int64 // lent until then, and not lent again on purpose
	log     []string
}

func newConsumer(t *testing.T, b *branch, set Settings, messages ...string) *consumer {
	set.Retention = time.Hour
	c := &consumer{t, b, New("q", 1, set), start, map[uuid.UUID]string{}, map[uuid.UUID]bool{}, map[uuid.UUID]int64{}, nil}
	for k, name := range messages {
		var id uuid.UUID
		binary.BigEndian.PutUint32(id[:], uint32(k+1))
		c.sent[id] = name
		c.q.Send(c.now, id, &Message{Body: name, Group: name[:1], Dedup: name})
	}
	return c
}

func (c *consumer) chooser() Chooser {
	if c.b == nil {
		return nil
	}
	return c.b
}

// answers counts the questions of a kind that were answered with yes.
func (c *consumer) answers(what Choice) (yes int) {
	if c.b == nil {
		return 0
	}
	for _, q := range c.b.asked {
		if q.what == what && q.answer > 0 {
			yes++
		}
	}
	return yes
}

func (c *consumer) receive(r Request) []Loan {
	possible, before := c.possible(), c.answers(ChooseRepeat)
	loans, _ := c.q.Receive(c.now, r, c.chooser(), nil)
	loans = slices.Clone(loans)
	repeats := c.answers(ChooseRepeat) - before
	require.LessOrEqual(c.t, len(loans), r.Max)
	if possible > 0 && !r.Short {
		require.NotEmpty(c.t, loans, "a long poll takes something when there is something")
	}
	seen := map[uuid.UUID]bool{}
	for _, l := range loans {
		require.Contains(c.t, c.sent, l.ID, "nothing is invented")
		require.False(c.t, seen[l.ID], "once in an answer")
		require.False(c.t, c.deleted[l.ID], "deleted for good")
		require.LessOrEqual(c.t, c.hidden[l.ID], c.now, "lent while hidden")
		seen[l.ID] = true
	}
	for _, l := range loans {
		c.hidden[l.ID] = l.Hidden
	}
	if repeats > 0 { // which of them, only the queue knows: those that it counts as waiting all the same
		for _, h := range c.q.Held(c.now) {
			if seen[h.ID] && !h.InFlight {
				delete(c.hidden, h.ID)
				repeats--
			}
		}
		require.Zero(c.t, repeats, "as many repeats as chosen")
	}
	c.note(loans)
	c.check()
	return loans
}

// possible is how many messages a receive could lend.
func (c *consumer) possible() (n int) {
	for _, h := range c.q.Held(c.now) {
		if !h.InFlight && !h.Delayed && !h.Blocked {
			n++
		}
	}
	return n
}

func (c *consumer) delete(l Loan) {
	before := c.answers(ChooseForget)
	require.Equal(c.t, Valid, c.q.Delete(c.now, l.Receipt, c.chooser()))
	if c.answers(ChooseForget) == before {
		c.deleted[l.ID] = true
	}
	c.log = append(c.log, "deleted "+l.Body)
	c.check()
}

func (c *consumer) note(loans []Loan) {
	line := "received"
	for _, l := range loans {
		line += " " + l.Body
	}
	c.log = append(c.log, line)
}

// check checks that every message is either held or deleted by its consumer.
func (c *consumer) check() {
	held := c.q.Held(c.now)
	require.Len(c.t, held, len(c.sent)-len(c.deleted), "nothing is lost, nothing invented")
	for _, h := range held {
		require.Contains(c.t, c.sent, h.ID)
		require.False(c.t, c.deleted[h.ID])
	}
}

var standardScenarios = map[string]func(*testing.T, *branch) *consumer{
	"receive, delete, receive": func(t *testing.T, b *branch) *consumer {
		c := newConsumer(t, b, Settings{}, "a1", "b1", "a2")
		for _, l := range c.receive(Request{Max: 2, Visibility: time.Second}) {
			c.delete(l)
			break
		}
		c.receive(Request{Max: 1, Visibility: time.Second, Short: true})
		c.now += int64(time.Second)
		c.receive(Request{Max: 1})
		return c
	},
	"deletes": func(t *testing.T, b *branch) *consumer {
		c := newConsumer(t, b, Settings{}, "a1", "a2")
		for _, l := range c.receive(Request{Max: 2, Visibility: time.Second}) {
			c.delete(l)
		}
		c.now += int64(time.Second)
		c.receive(Request{Max: 2, Visibility: time.Second})
		return c
	},
}

// Whatever a standard queue answers: nothing is lost, invented, lent while it is hidden, or lent after its delete unless that
// was forgotten. Every kind of freedom is taken in some branch.
func TestStandardChoices(t *testing.T) {
	t.Parallel()
	kinds := map[Choice]bool{}
	for name, scenario := range standardScenarios {
		t.Run(name, func(t *testing.T) {
			everyBranch(func(b *branch) {
				scenario(t, b)
				for _, q := range b.asked {
					kinds[q.what] = true
				}
			})
		})
	}
	require.Len(t, kinds, 5)
}

var fifoScenarios = map[string]func(*testing.T, *branch) *consumer{
	"two groups": func(t *testing.T, b *branch) *consumer {
		c := newConsumer(t, b, Settings{FIFO: true}, "a1", "b1", "a2", "b2")
		loans := c.receive(Request{Max: 3, Visibility: time.Second})
		c.receive(Request{Max: 3, Visibility: time.Second, Short: true})
		c.delete(loans[0])
		c.receive(Request{Max: 3, Visibility: 2 * time.Second})
		c.now += int64(time.Second)
		c.receive(Request{Max: 3, Visibility: time.Second})
		return c
	},
	"drained": func(t *testing.T, b *branch) *consumer {
		c := newConsumer(t, b, Settings{FIFO: true}, "a1", "b1", "a2", "b2")
		for len(c.sent) > len(c.deleted) {
			for _, l := range c.receive(Request{Max: 2, Visibility: time.Second}) {
				c.delete(l)
			}
		}
		return c
	},
}

// Whatever a FIFO queue answers: it keeps the order of each group, lends nothing behind a lent message, and is asked for
// neither repeats nor forgotten deletes nor another message of a group.
func TestFIFOChoices(t *testing.T) {
	for name, scenario := range fifoScenarios {
		t.Run(name, func(t *testing.T) {
			kinds := map[Choice]bool{}
			everyBranch(func(b *branch) {
				checkOrder(t, scenario(t, b).log)
				for _, q := range b.asked {
					kinds[q.what] = true
				}
			})
			require.Equal(t, map[Choice]bool{ChooseGroup: true, ChooseFewer: true}, kinds)
		})
	}
}

// checkOrder checks that no first message of a group comes after its second unless the first is lent once more, and that the
// second never comes alone before the first was deleted.
func checkOrder(t *testing.T, log []string) {
	gone := map[string]bool{}
	for _, line := range log {
		var verb string
		var names [4]string
		n, _ := fmt.Sscan(line, &verb, &names[0], &names[1], &names[2], &names[3])
		answer := names[:max(0, n-1)]
		if verb == "deleted" {
			gone[answer[0]] = true
			continue
		}
		for k, name := range answer {
			first := name[:1] + "1"
			if name[1] == '2' && !gone[first] {
				require.Contains(t, answer[:k], first, "%s in %v", name, log)
			}
		}
	}
}

// Zeros are what no chooser at all is: the same answers, and the same queue afterwards.
func TestZeroIsTame(t *testing.T) {
	for _, scenarios := range []map[string]func(*testing.T, *branch) *consumer{standardScenarios, fifoScenarios} {
		for name, scenario := range scenarios {
			t.Run(name, func(t *testing.T) {
				zero, none := scenario(t, &branch{}), scenario(t, nil)
				require.NotEmpty(t, zero.b.asked)
				require.Equal(t, none.log, zero.log)
				require.Equal(t, none.q.Held(none.now), zero.q.Held(zero.now))
			})
		}
	}
}

// An answer out of range counts as the tame one.
func TestWildAnswers(t *testing.T) {
	for _, answer := range []int{-1, 2, 1 << 40} {
		require.Zero(t, choose(fixed(answer), ChooseRepeat, 2))
	}
	require.Equal(t, 1, choose(fixed(1), ChooseRepeat, 2))
}

type fixed int

func (f fixed) Choose(Choice, int) int { return int(f) }

// A lane is offered once, however often it was blocked and released in between, and all of the next few are offered.
func TestGroupsOfferedOnce(t *testing.T) {
	s := newScript(t, Settings{})
	s.play("send a1 b1 c1; receive 3 0: a1 b1 c1; hide a1 60; hide a1 0; hide a1 60; hide a1 0")
	var first []string
	everyBranch(func(b *branch) {
		loans, _ := s.q.Clone().Receive(s.now, Request{Max: 1, Visibility: time.Second}, b, nil)
		first = append(first, loans[0].Group)
	})
	slices.Sort(first)
	require.Equal(t, []string{"a", "a", "b", "b", "c", "c"}, first) // each with and without a repeat
}
