package sqs_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Section 9: ReceiveMessage. Long polls are in wait_test.go.

func TestReceiveRanges(t *testing.T) {
	const reasonMax, reasonWait = "Must be between 1 and 10, if provided.", "Must be >= 0 and <= 20, if provided."
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, _ *inflight.FakeClock) {
		for _, c := range []struct {
			opts sqs.ReceiveOptions
			text string
		}{
			{sqs.ReceiveOptions{Max: 11}, badValue("11", "MaxNumberOfMessages", reasonMax)},
			{sqs.ReceiveOptions{Max: -1}, badValue("-1", "MaxNumberOfMessages", reasonMax)},
			{sqs.ReceiveOptions{Given: sqs.GivenMax}, badValue("0", "MaxNumberOfMessages", reasonMax)},
			{sqs.ReceiveOptions{Wait: new(21 * time.Second)}, badValue("21", "WaitTimeSeconds", reasonWait)},
			{sqs.ReceiveOptions{Wait: new(-time.Second)}, badValue("-1", "WaitTimeSeconds", reasonWait)},
			{sqs.ReceiveOptions{Visibility: new(43201 * time.Second)}, badValue("43201", "VisibilityTimeout", reasonRange)},
			{sqs.ReceiveOptions{Visibility: new(-time.Second)}, badValue("-1", "VisibilityTimeout", reasonRange)},
		} {
			send(t, q, "m")
			_, err := q.Receive(t.Context(), c.opts)
			refused(t, err, sqs.ErrInvalidParameterValue, c.text)
			require.Zero(t, counts(t, q)[1])
		}
		for _, opts := range []sqs.ReceiveOptions{
			{Max: 1, Wait: new(time.Duration(0))}, {Max: 10, Wait: new(20 * time.Second)}, {Visibility: new(12 * time.Hour)},
		} {
			require.NoError(t, q.Purge(t.Context()))
			send(t, q, "m")
			require.Len(t, receive(t, q, opts), 1)
			require.NoError(t, b.Delete(t.Context(), q.Name()))
			b, _ = fakeBroker()
			q = create(t, b, q.Name(), sqs.Config{})
		}
	})
}

// Max is a ceiling: 1 if absent, and a short poll returns all there is below it.
func TestReceiveMax(t *testing.T) {
	eachKind(t, sqs.Config{VisibilityTimeout: new(time.Duration(0))}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, _ *inflight.FakeClock) {
		var sent []string
		for i := range 12 {
			sent = append(sent, strconv.Itoa(i))
		}
		send(t, q, sent...)
		for limit, want := range map[int]int{0: 1, 1: 1, 3: 3, 10: 10} {
			require.Equal(t, sent[:want], bodies(receive(t, q, sqs.ReceiveOptions{Max: limit})))
		}
	})
}

// An explicit 0 is a value.
func TestReceiveVisibility(t *testing.T) {
	eachKind(t, sqs.Config{VisibilityTimeout: new(time.Minute)}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "m")
		seen := map[sqs.Receipt]bool{}
		for n, d := range []*time.Duration{new(time.Duration(0)), new(time.Duration(0)), new(time.Second), nil} {
			m := receiveOne(t, q, sqs.ReceiveOptions{Visibility: d})
			require.Equal(t, n+1, m.Receives, "0 counts as a receive")
			require.False(t, seen[m.Receipt], "each delivery has a handle of its own")
			seen[m.Receipt] = true
			want := time.Minute
			if d != nil {
				want = *d
			}
			require.Equal(t, clk.Now().Add(want), m.HiddenUntil)
			if want > 0 {
				clk.Advance(want - 1)
				require.Empty(t, receiveAll(t, q))
				clk.Advance(1)
			}
		}
	})
}

// A message is in one answer once, even if it is never hidden.
func TestOnceInAnAnswer(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, _ *inflight.FakeClock) {
		send(t, q, "a", "b")
		require.Equal(t, []string{"a", "b"}, bodies(receive(t, q, sqs.ReceiveOptions{Max: 10, Visibility: new(time.Duration(0))})))
	})
}

func TestQueuesReceiveWait(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{ReceiveWait: new(20 * time.Second)})
	require.Empty(t, receive(t, q, sqs.ReceiveOptions{Wait: new(time.Duration(0))})) // else this would wait forever
}

// A redelivered older message comes before a newer one.
func TestRedeliveryKeepsItsPlace(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "1", "2")
	clk.Advance(time.Second)
	m := receive(t, q, sqs.ReceiveOptions{})[0]
	send(t, q, "3")
	require.NoError(t, m.Nack(t.Context(), 0))
	require.Equal(t, []string{"1", "2", "3"}, receiveAll(t, q))
}

func TestAttributeFilter(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{VisibilityTimeout: new(time.Duration(0))})
	all := map[string]sqs.Attribute{"General": sqs.String("Kenobi"), "Hello": sqs.String("There"), "Help.Me": sqs.String("Me")}
	_, err := q.Send(t.Context(), sqs.Message{Body: "m", Attributes: all})
	require.NoError(t, err)
	for _, c := range []struct {
		names, want string
	}{
		{"All", "General Hello Help.Me"}, {"*", "General Hello Help.Me"}, {".*", "General Hello Help.Me"},
		{"Hello", "Hello"}, {"Hello Unknown", "Hello"}, {"Unknown", ""}, {"Unknown All", "General Hello Help.Me"},
		{"Hel.*", "Hello Help.Me"}, {"Hello.*", "Hello"}, {"Help.*", "Help.Me"}, {"Help.Me.*", "Help.Me"}, {"hel.*", ""},
		{"Hel", ""}, {"Hel*", ""}, {"H.*o", ""}, {"General Hel.*", "General Hello Help.Me"},
		{"AWS. ..foo", ""}, {"AWS. Hello", "Hello"}, {"all", ""}, {"ALL", ""}, {"", ""},
	} {
		names := strings.Fields(c.names)
		m := receiveOne(t, q, sqs.ReceiveOptions{Attributes: names})
		var want map[string]sqs.Attribute
		for name := range strings.FieldsSeq(c.want) {
			if want == nil {
				want = map[string]sqs.Attribute{}
			}
			want[name] = all[name]
		}
		require.Equal(t, want, m.Attributes, c.names)
	}
	require.Equal(t, all, receiveOne(t, q, sqs.ReceiveOptions{}).Attributes, "nil selects all")
}

// At the limit a short poll of a standard queue is refused, and nothing else is.
func TestInFlightLimit(t *testing.T) {
	limits := sqs.LimitsAsOf(time.Now())
	limits.InFlight, limits.InFlightFIFO = 3, 3
	for _, name := range []string{"q", "q.fifo"} {
		b, clk := fakeBroker(sqs.WithLimits(limits))
		q := create(t, b, name, sqs.Config{})
		for _, body := range []string{"1", "2", "3", "4"} {
			_, err := q.Send(t.Context(), sqs.Message{Body: body, GroupID: body})
			require.NoError(t, err)
		}
		first := receive(t, q, sqs.ReceiveOptions{Max: 2})
		require.Equal(t, []string{"3"}, receiveAll(t, q), "only as many as the limit lets")
		if isFIFO(q) {
			require.Empty(t, receiveAll(t, q))
		} else {
			_, err := q.Receive(t.Context(), sqs.ReceiveOptions{})
			require.ErrorIs(t, err, sqs.ErrOverLimit)
			require.Equal(t, 403, sqs.ErrOverLimit.Status())
		}
		require.Equal(t, [3]int{1, 3, 0}, counts(t, q))
		require.NoError(t, first[0].Ack(t.Context()))
		require.Equal(t, []string{"4"}, receiveAll(t, q))
		clk.Advance(30 * time.Second)
		require.Len(t, receiveAll(t, q), 3)
	}
}

func TestLongPollAtTheInFlightLimit(t *testing.T) {
	inBubble(t, "unused", sqs.Config{}, func(t *testing.T, w longPoll) {
		limits := sqs.LimitsAsOf(time.Now())
		limits.InFlight = 1
		q := create(t, sqs.New(sqs.WithClock(w.clk), sqs.WithLimits(limits)), "q", sqs.Config{})
		send(t, q, "1", "2")
		m := receive(t, q, sqs.ReceiveOptions{})[0]
		p := startPoll(t, q, 5*time.Second)
		w.clk.Advance(5 * time.Second)
		require.Empty(t, p.answer(t), "no error, just no messages")
		p = startPoll(t, q, 5*time.Second)
		require.NoError(t, m.Ack(t.Context()))
		require.Equal(t, []string{"2"}, p.answer(t))
	})
}

// The expiry of a message in flight makes room for another.
func TestExpiryMakesRoomInFlight(t *testing.T) {
	inBubble(t, "unused", sqs.Config{}, func(t *testing.T, w longPoll) {
		limits := sqs.LimitsAsOf(time.Now())
		limits.InFlight = 1
		q := create(t, sqs.New(sqs.WithClock(w.clk), sqs.WithLimits(limits)), "q",
			sqs.Config{Retention: new(time.Minute), VisibilityTimeout: new(time.Hour)})
		send(t, q, "old")
		receiveOne(t, q, sqs.ReceiveOptions{})
		w.clk.Advance(50 * time.Second)
		send(t, q, "new")
		p := startPoll(t, q, sqs.MaxWait)
		w.clk.Advance(10*time.Second - 1)
		require.True(t, p.waiting())
		w.clk.Advance(1)
		require.Equal(t, []string{"new"}, p.answer(t))
	})
}

// Section 9.8.
func TestAttemptIDs(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	attempt := func(id string) []*sqs.Received {
		return receive(t, q, sqs.ReceiveOptions{Max: 10, AttemptID: id})
	}
	send(t, q, "1", "2")
	first := attempt("a")
	require.Equal(t, []string{"1", "2"}, bodies(first))
	require.Empty(t, attempt("b"), "another id is another receive")
	clk.Advance(20 * time.Second)
	again := attempt("a")
	for i := range first {
		require.Equal(t, first[i].Receipt, again[i].Receipt, "the same handles")
		require.Equal(t, 1, again[i].Receives)
		require.Equal(t, clk.Now().Add(30*time.Second), again[i].HiddenUntil, "hidden anew")
	}
	clk.Advance(30*time.Second - 1)
	require.Equal(t, [3]int{0, 2, 0}, counts(t, q))
	require.NoError(t, again[0].Ack(t.Context()))
	require.Empty(t, attempt("a"), "one was deleted: a fresh receive, and the other blocks the group")
	clk.Advance(1)
	fresh := attempt("a")
	require.Equal(t, []string{"2"}, bodies(fresh))
	require.Equal(t, 2, fresh[0].Receives)
	require.NoError(t, fresh[0].Nack(t.Context(), time.Minute))
	require.Empty(t, attempt("a"), "its visibility was changed")
	require.NoError(t, q.Purge(t.Context()))
	send(t, q, "3")
	require.Equal(t, []string{"3"}, bodies(attempt("a")), "forgotten with the purge")
}

func TestAttemptIDWindow(t *testing.T) {
	for age, replayed := range map[time.Duration]bool{5*time.Minute - 1: true, 5 * time.Minute: false} {
		b, clk := fakeBroker()
		q := create(t, b, "q.fifo", sqs.Config{VisibilityTimeout: new(time.Hour)})
		send(t, q, "1")
		opts := sqs.ReceiveOptions{AttemptID: "a"}
		receiveOne(t, q, opts)
		clk.Advance(age)
		require.Equal(t, replayed, len(receive(t, q, opts)) == 1, age)
	}
}

func TestAttemptIDErrors(t *testing.T) {
	b, _ := fakeBroker()
	q, standard := create(t, b, "q.fifo", sqs.Config{}), create(t, b, "q", sqs.Config{})
	for _, opts := range []sqs.ReceiveOptions{{AttemptID: "a b"}, {AttemptID: strings.Repeat("a", 129)}, {Given: sqs.GivenAttemptID}} {
		_, err := q.Receive(t.Context(), opts)
		refused(t, err, sqs.ErrInvalidParameterValue,
			badValue(opts.AttemptID, "ReceiveRequestAttemptId", reasonToken("ReceiveRequestAttemptId")))
	}
	require.Empty(t, receive(t, q, sqs.ReceiveOptions{AttemptID: strings.Repeat("~", 128)}))
	_, err := standard.Receive(t.Context(), sqs.ReceiveOptions{AttemptID: "a"})
	require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
}

// Messages receives anew whenever it has run out, by itself as a long poll.
func TestMessagesIterator(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "1", "2", "3")
	var got []string
	for m, err := range sqs.Messages(t.Context(), q, sqs.ReceiveOptions{Max: 2}) {
		require.NoError(t, err)
		got = append(got, m.Body)
		if m.Body == "3" {
			break
		}
	}
	require.Equal(t, []string{"1", "2", "3"}, got)
	require.NoError(t, b.Delete(t.Context(), "q"))
	n := 0
	for m, err := range sqs.Messages(t.Context(), q, sqs.ReceiveOptions{}) {
		require.Nil(t, m)
		require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist)
		n++
	}
	require.Equal(t, 1, n, "an error ends it")
}

// By itself it polls for 20 s at a time.
func TestMessagesIteratorPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := sqs.New()
		q := create(t, b, "q", sqs.Config{Delay: new(19 * time.Second)})
		b.Intercept(sqs.Fault{Op: sqs.OpReceiveMessage, Number: 3, Err: sqs.ErrServiceUnavailable}.Inject)
		send(t, q, "late")
		start := time.Now()
		var at []time.Duration
		for m, err := range sqs.Messages(t.Context(), q, sqs.ReceiveOptions{Visibility: new(time.Hour)}) {
			at = append(at, time.Since(start))
			require.Equal(t, m == nil, err != nil)
		}
		require.Equal(t, []time.Duration{19 * time.Second, 39 * time.Second}, at)
	})
}
