package sqs_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// What a Chooser decides; section 23 lists what the service leaves open.

// always gives one answer to one question and the tame one to all others.
type always struct {
	what   sqs.Choice
	answer int
	asked  *[]int // the n of each question
}

func (a always) Choose(what sqs.Choice, n int) int {
	if what != a.what {
		return 0
	}
	if a.asked != nil {
		*a.asked = append(*a.asked, n)
	}
	return a.answer
}

// chosen returns what a receive of ten gives of a, b (tenant x) and c (tenant y), sent in this order.
func chosen(t *testing.T, ch sqs.Chooser, wait time.Duration) []string {
	t.Helper()
	b, _ := fakeBroker(sqs.WithChooser(ch))
	q := create(t, b, "q", sqs.Config{})
	for _, m := range []sqs.Message{{Body: "a", GroupID: "x"}, {Body: "b", GroupID: "x"}, {Body: "c", GroupID: "y"}} {
		_, err := q.Send(t.Context(), m)
		require.NoError(t, err)
	}
	return bodies(receive(t, q, sqs.ReceiveOptions{Max: 10, Wait: &wait}))
}

func TestChoices(t *testing.T) {
	var asked []int
	for _, c := range []struct {
		what string
		ch   sqs.Chooser
		wait time.Duration
		want []string
	}{
		{"nobody is asked", nil, 0, []string{"a", "c", "b"}},
		{"tame", always{what: sqs.ChooseGroup}, 0, []string{"a", "c", "b"}},
		{"the second tenant first", always{sqs.ChooseGroup, 1, nil}, 0, []string{"c", "a", "b"}},
		{"the second message first", always{sqs.ChooseMessage, 1, nil}, 0, []string{"b", "c", "a"}},
		{"two fewer", always{sqs.ChooseFewer, 2, nil}, 0, []string{"a"}},
		{"none on a short poll", always{sqs.ChooseFewer, 3, &asked}, 0, []string{}},
		{"one at least on a long poll", always{sqs.ChooseFewer, 3, &asked}, time.Second, []string{"a", "c", "b"}},
		{"out of range is tame", always{sqs.ChooseFewer, 4, nil}, 0, []string{"a", "c", "b"}},
		{"negative is tame", always{sqs.ChooseGroup, -1, nil}, 0, []string{"a", "c", "b"}},
	} {
		require.Equal(t, c.want, chosen(t, c.ch, c.wait), c.what)
	}
	require.Equal(t, []int{4, 3}, asked)
}

// A message that is lent twice, and a delete that is forgotten: standard queues only.
func TestTwiceDeliveredAndForgotten(t *testing.T) {
	for _, name := range []string{"q", "q.fifo"} {
		b, clk := fakeBroker(sqs.WithChooser(always{sqs.ChooseRepeat, 1, nil}))
		q := create(t, b, name, sqs.Config{})
		send(t, q, "m")
		first := receiveOne(t, q, sqs.ReceiveOptions{})
		require.Equal(t, clk.Now().Add(30*time.Second), first.HiddenUntil, "as if it were hidden")
		require.Equal(t, isFIFO(q), len(receiveAll(t, q)) == 0)

		b, clk = fakeBroker(sqs.WithChooser(always{sqs.ChooseForget, 1, nil}))
		q = create(t, b, name, sqs.Config{})
		send(t, q, "m")
		require.NoError(t, receiveOne(t, q, sqs.ReceiveOptions{}).Ack(t.Context()))
		clk.Advance(30 * time.Second)
		require.Equal(t, isFIFO(q), len(receiveAll(t, q)) == 0)
	}
}

// The same seed plays the same game, another seed another; no message is lost in it.
func TestRandomChooser(t *testing.T) {
	game := func(seed uint64) (order []string) {
		b, clk := fakeBroker(sqs.WithChooser(sqs.RandomChooser(seed)))
		q := create(t, b, "q", sqs.Config{})
		for i := range 20 {
			_, err := q.Send(t.Context(), sqs.Message{Body: strconv.Itoa(i), GroupID: strconv.Itoa(i % 3)})
			require.NoError(t, err)
		}
		for len(b.Peek("q")) > 0 {
			for _, m := range receive(t, q, sqs.ReceiveOptions{Max: 10}) {
				order = append(order, m.Body)
				require.NoError(t, m.Ack(t.Context()))
			}
			clk.Advance(30 * time.Second)
		}
		return order
	}
	require.Equal(t, game(1), game(1))
	require.NotEqual(t, game(1), game(2))
	all := game(3)
	slices.Sort(all)
	require.Len(t, slices.Compact(all), 20)
}
