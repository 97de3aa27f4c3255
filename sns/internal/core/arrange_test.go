package core

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// script answers by a list, then tamely, and notes what it was asked.
type script struct {
	answers []int
	asked   []int // n of each question
	what    []Choice
}

func (s *script) Choose(what Choice, n int) int {
	i := len(s.asked)
	s.asked, s.what = append(s.asked, n), append(s.what, what)
	if i < len(s.answers) {
		return s.answers[i]
	}
	return 0
}

func withSubs(n int, set Settings) *Topic {
	t := New(begin, set)
	for range n {
		t.Add(begin, "sqs", false, life)
	}
	return t
}

func recipients(t *Topic, ch Chooser) []uint64 {
	_, to, _ := t.Publish(begin, uuid.UUID{}, &Message{}, ch)
	return to
}

// Every way to answer: all orders, each with every set of repeats, and each of them once.
func TestEveryArrangement(t *testing.T) {
	factorial := 1
	for n := 1; n <= 4; n++ {
		factorial *= n
		topic, seen := withSubs(n, Settings{}), map[string]bool{}
		var walk func(answers []int)
		walk = func(answers []int) {
			s := &script{answers: answers}
			to := recipients(topic, s)
			if len(s.asked) > len(answers) {
				for a := range s.asked[len(answers)] {
					walk(append(slices.Clone(answers), a))
				}
				return
			}
			require.GreaterOrEqual(t, len(to), n)
			first, again := slices.Clone(to[:n]), to[n:]
			slices.Sort(first)
			for i := range first {
				require.Equal(t, uint64(i+1), first[i], "everybody gets it")
			}
			at := -1 // repeats come behind, in the same order, at most one each
			for _, number := range again {
				i := slices.Index(to[:n], number)
				require.Greater(t, i, at)
				at = i
			}
			key := fmt.Sprint(to)
			require.False(t, seen[key], key)
			seen[key] = true
		}
		walk(nil)
		require.Len(t, seen, factorial<<n)
	}
}

// At most sixteen are offered; who answers out of range, or is not there, means the tame answer. FIFO topics do not ask.
func TestTameArrangements(t *testing.T) {
	topic := withSubs(40, Settings{})
	want := topic.All()
	require.Equal(t, want, recipients(topic, nil))
	for _, answer := range []int{0, -1, 16, 1 << 40} {
		s := &script{}
		for range 100 {
			s.answers = append(s.answers, answer)
		}
		require.Equal(t, want, recipients(topic, s), answer)
		require.Equal(t, 16, slices.Max(s.asked))
		require.Equal(t, ChooseRepeat, s.what[len(s.what)-1])
		require.Equal(t, 39+40, len(s.asked), "one left is no question, but whether it is repeated is")
	}
	fifo := withSubs(3, Settings{FIFO: true})
	s := &script{answers: []int{1, 1, 1, 1, 1}}
	require.Equal(t, []uint64{1, 2, 3}, recipients(fifo, s))
	require.Empty(t, s.asked)
	require.Empty(t, recipients(New(begin, Settings{}), s))
	require.Empty(t, s.asked)
}

func TestChoicesHaveWords(t *testing.T) {
	words := map[string]bool{}
	for c := range ChooseRepeat + 2 {
		words[c.String()] = true
	}
	require.Len(t, words, 3)
}

// The same calls give the same answers, whatever the maps do.
func TestDeterminism(t *testing.T) {
	run := func() (all []any) {
		topic := New(begin, Settings{})
		for i := range 200 {
			n := topic.Add(begin, groups[i%3], false, life)
			topic.SetFilter(n, policies[i%len(policies)])
		}
		for range 20 {
			m := &Message{Texts: structured(map[string]string{"default": `{"kind":"a"}`, "http": `{"kind":"bc","n":1}`}), Structured: true}
			p, to, _ := topic.Publish(begin, uuid.UUID{1}, m, &script{answers: []int{3, 1, 4, 1, 5}})
			all = append(all, p, slices.Clone(to))
		}
		return all
	}
	want := run()
	for range 5 {
		require.Equal(t, want, run())
	}
}

// The outbox gives back what a sorted list does.
func TestOutboxIsASortedList(t *testing.T) {
	type entry struct {
		at int64
		d  int
	}
	rapid.Check(t, func(t *rapid.T) {
		var box Outbox[int]
		var list []entry
		made := 0
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				at := rapid.Int64Range(1, 10).Draw(t, "at")
				made++
				box.Add(at, made)
				i := len(list)
				for i > 0 && list[i-1].at > at {
					i--
				}
				list = slices.Insert(list, i, entry{at, made})
			},
			"take": func(t *rapid.T) {
				now := rapid.Int64Range(0, 11).Draw(t, "now")
				d, at, ok := box.Take(now)
				want := len(list) > 0 && list[0].at <= now
				require.Equal(t, want, ok)
				if !ok {
					require.Zero(t, d)
					return
				}
				require.Equal(t, list[0], entry{at, d})
				list = list[1:]
			},
			"": func(t *rapid.T) {
				require.Equal(t, len(list), box.Len())
				at, ok := box.Next()
				require.Equal(t, len(list) > 0, ok)
				if ok {
					require.Equal(t, list[0].at, at)
				}
				all, due := box.Waiting()
				require.Len(t, all, len(list))
				for i, e := range list {
					require.Equal(t, e, entry{due[i], all[i]})
				}
			},
		})
	})
}
