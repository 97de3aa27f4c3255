package sqs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Sections 14.3 and 14.4: when a message becomes a dead letter, and what it then is.

// bothKinds runs a test with a dead-letter queue of either kind.
func bothKinds(t *testing.T, f func(t *testing.T, w handleWorld, suffix string)) {
	for _, suffix := range []string{"", ".fifo"} {
		t.Run("dlq"+suffix, func(t *testing.T) {
			b, clk := fakeBroker()
			f(t, handleWorld{b, clk, create(t, b, "dlq"+suffix, sqs.Config{})}, suffix)
		})
	}
}

func deadLetter(dlq sqs.Queue, n int) sqs.Config {
	return sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: n}}
}

// MaxReceives is the number of deliveries allowed; the receive after the last moves the message.
func TestNumberOfDeliveries(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		for _, allowed := range []int{1, 2, 5} {
			q := create(t, w.b, fmt.Sprint("q", allowed, suffix), deadLetter(w.q, allowed))
			send(t, q, "m")
			for n := range allowed {
				m := receiveOne(t, q, sqs.ReceiveOptions{})
				require.Equal(t, n+1, m.Receives)
				w.clk.Advance(30 * time.Second)
				require.Equal(t, [3]int{1, 0, 0}, counts(t, q), "no timer moves it")
			}
			require.Equal(t, [3]int{}, counts(t, w.q))
			require.Empty(t, receiveAll(t, q))
			require.Equal(t, [3]int{}, counts(t, q))
			require.Equal(t, [3]int{1, 0, 0}, counts(t, w.q))
			require.NoError(t, receiveOne(t, w.q, sqs.ReceiveOptions{}).Ack(t.Context()))
		}
	})
}

// Neither the end of visibility nor a change to 0 moves anything.
func TestNothingMovesWithoutAReceive(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		q := create(t, w.b, "q"+suffix, deadLetter(w.q, 1))
		send(t, q, "m")
		m := receiveOne(t, q, sqs.ReceiveOptions{})
		require.NoError(t, m.Nack(t.Context(), 0))
		w.clk.Advance(day)
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
		require.Equal(t, [3]int{}, counts(t, w.q))
	})
}

// The receive that moves goes on to the next messages, and answers them.
func TestReceiveGoesOnBehindAPoisonedMessage(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		q := create(t, w.b, "q"+suffix, deadLetter(w.q, 1))
		send(t, q, "p1", "p2")
		receive(t, q, sqs.ReceiveOptions{Max: 2, Visibility: new(time.Duration(0))})
		send(t, q, "good")
		got := receiveOne(t, q, sqs.ReceiveOptions{Max: 10})
		require.Equal(t, "good", got.Body)
		require.Equal(t, 1, got.Receives)
		require.Equal(t, []string{"p1", "p2"}, receiveAll(t, w.q))
	})
}

// A dead letter is the message it was, except for what section 14.4 lists.
func TestWhatADeadLetterKeeps(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		q := create(t, w.b, "q"+suffix, deadLetter(w.q, 1))
		if suffix != "" {
			send(t, w.q, "an earlier message of the queue", "another")
			require.NoError(t, receive(t, w.q, sqs.ReceiveOptions{})[0].Ack(t.Context()))
			require.NoError(t, receive(t, w.q, sqs.ReceiveOptions{})[0].Ack(t.Context()))
		}
		m := sqs.Message{Body: "m", GroupID: "group", TraceHeader: "Root=1", Attributes: map[string]sqs.Attribute{"k": sqs.Number("7")}}
		if suffix != "" {
			m.DedupID = "own"
		}
		_, err := q.Send(t.Context(), m)
		require.NoError(t, err)
		sentAt := w.clk.Now()
		w.clk.Advance(time.Second)
		before := receiveOne(t, q, sqs.ReceiveOptions{})
		w.clk.Advance(time.Hour)
		require.Empty(t, receiveAll(t, q))
		w.clk.Advance(time.Hour)
		after := receiveOne(t, w.q, sqs.ReceiveOptions{})

		require.Equal(t, before.ID, after.ID)
		require.Equal(t, m.Attributes, after.Attributes)
		require.Equal(t, []string{"m", "group", "Root=1"}, []string{after.Body, after.GroupID, after.TraceHeader})
		require.Equal(t, 2, after.Receives, "the failed receive does not count")
		require.Equal(t, sentAt, after.SentAt)
		require.Equal(t, sentAt.Add(time.Second), after.FirstReceivedAt)
		require.Empty(t, before.DeadLetteredBy)
		require.Equal(t, q.ARN(), after.DeadLetteredBy)
		if suffix != "" {
			require.Equal(t, "own", before.DedupID)
			require.Equal(t, before.ID.String(), after.DedupID)
			require.Equal(t, 1, after.SequenceNumber.Compare(before.SequenceNumber), "a number of the dead-letter queue")
		}
		require.NoError(t, before.Ack(t.Context()), "no effect")
		refused(t, before.Nack(t.Context(), 0), sqs.ErrInvalidParameterValue, badValue(before.Receipt.String(), "ReceiptHandle", textNoMore))
		require.Equal(t, [3]int{0, 1, 0}, counts(t, w.q))
	})
}

// On a standard queue the old age goes on, on a FIFO queue it begins anew.
func TestRetentionOfADeadLetter(t *testing.T) {
	for suffix, left := range map[string]time.Duration{"": 3 * day, ".fifo": 4 * day} {
		b, clk := fakeBroker()
		dlq := create(t, b, "dlq"+suffix, sqs.Config{})
		q := source(t, b, "q"+suffix, dlq)
		send(t, q, "m")
		receiveOne(t, q, sqs.ReceiveOptions{})
		clk.Advance(day)
		require.Empty(t, receiveAll(t, q))
		require.Equal(t, clk.Now().Add(left), b.Peek("dlq" + suffix)[0].ExpiresAt)
		clk.Advance(left - 1)
		require.Equal(t, [3]int{1, 0, 0}, counts(t, dlq))
		clk.Advance(1)
		require.Equal(t, [3]int{}, counts(t, dlq), suffix)
	}
}

// The dead-letter queue's policy, size limit and delay do not matter; its deduplication does not swallow anything.
func TestDeadLetterQueueTakesAll(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		require.NoError(t, w.q.SetConfig(t.Context(), sqs.Config{
			MaxMessageSize: new(1024), Delay: new(sqs.MaxDelay),
			Policy: new(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:SendMessage"}]}`),
		}))
		q := source(t, w.b, "q"+suffix, w.q)
		large := strings.Repeat("x", 2000)
		bury(t, q, large)
		if suffix == "" {
			bury(t, q, large)
		} else { // the same body from another queue: the same deduplication id
			bury(t, source(t, w.b, "q2.fifo", w.q), large)
		}
		require.Equal(t, [3]int{2, 0, 0}, counts(t, w.q))
	})
}

func TestGroupGoesOnAfterADeadLetter(t *testing.T) {
	b, _ := fakeBroker()
	dlq := create(t, b, "dlq.fifo", sqs.Config{})
	q := source(t, b, "q.fifo", dlq)
	send(t, q, "1")
	receiveOne(t, q, sqs.ReceiveOptions{Visibility: new(time.Duration(0))})
	send(t, q, "2")
	require.Equal(t, []string{"2"}, receiveAll(t, q))
	send(t, q, "3")
	require.Empty(t, receiveAll(t, q))
	require.Equal(t, []string{"1"}, receiveAll(t, dlq))
}

// Each queue of a chain counts its own receives; the message shows the sum.
func TestChainOfThree(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		second := create(t, w.b, "second"+suffix, deadLetter(w.q, 2))
		first := create(t, w.b, "first"+suffix, deadLetter(second, 2))
		sent := send(t, first, "m")
		total := 0
		for _, q := range []sqs.Queue{first, second} {
			for range 2 {
				m := receiveOne(t, q, sqs.ReceiveOptions{Visibility: new(time.Duration(0))})
				total++
				require.Equal(t, total, m.Receives)
			}
			require.Empty(t, receiveAll(t, q))
		}
		m := receiveOne(t, w.q, sqs.ReceiveOptions{})
		require.Equal(t, sent.ID, m.ID)
		require.Equal(t, 5, m.Receives)
		require.Equal(t, second.ARN(), m.DeadLetteredBy)
	})
}

// Without its dead-letter queue the message stays, and is delivered as usual; a queue made anew under the name takes it.
func TestDeletedDeadLetterQueue(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		q := source(t, w.b, "q"+suffix, w.q)
		send(t, q, "m")
		require.NoError(t, w.b.Delete(t.Context(), w.q.Name()))
		for n := range 3 {
			require.Equal(t, n+1, receiveOne(t, q, sqs.ReceiveOptions{Visibility: new(time.Duration(0))}).Receives)
		}
		_, has := attribute(t, q, "RedrivePolicy")
		require.True(t, has, "the policy stays")
		w.clk.Advance(sqs.NameLock)
		dlq := create(t, w.b, w.q.Name(), sqs.Config{})
		require.Empty(t, receiveAll(t, q))
		require.Equal(t, []string{"m"}, receiveAll(t, dlq))
	})
}

// A new policy rules at the next receive, by the receives so far.
func TestPolicyChangedUnderway(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, suffix string) {
		q := create(t, w.b, "q"+suffix, sqs.Config{})
		send(t, q, "m")
		for range 3 {
			receiveOne(t, q, sqs.ReceiveOptions{Visibility: new(time.Duration(0))})
		}
		require.NoError(t, q.SetConfig(t.Context(), deadLetter(w.q, 4)))
		require.Equal(t, 4, receiveOne(t, q, sqs.ReceiveOptions{Visibility: new(time.Duration(0))}).Receives)
		require.NoError(t, q.SetConfig(t.Context(), deadLetter(w.q, 2)))
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q), "at the next receive, not before")
		require.Empty(t, receiveAll(t, q))
		require.Equal(t, 5, receiveOne(t, w.q, sqs.ReceiveOptions{}).Receives)
	})
}

// A queue that is its own dead-letter queue keeps its poison, and a receive ends.
func TestOwnDeadLetterQueue(t *testing.T) {
	bothKinds(t, func(t *testing.T, w handleWorld, _ string) {
		require.NoError(t, w.q.SetConfig(t.Context(), deadLetter(w.q, 1)))
		send(t, w.q, "m")
		receiveOne(t, w.q, sqs.ReceiveOptions{Visibility: new(time.Duration(0))})
		require.Empty(t, receiveAll(t, w.q))
		require.Equal(t, w.q.ARN(), receiveOne(t, w.q, sqs.ReceiveOptions{}).DeadLetteredBy)
	})
}

func TestDeadLetterWithoutASleep(t *testing.T) {
	b, clk := fakeBroker()
	dlq := create(t, b, "orders-dlq", sqs.Config{})
	orders := create(t, b, "orders", deadLetter(dlq, 2))
	send(t, orders, "poison")
	for range 3 {
		receive(t, orders, sqs.ReceiveOptions{})
		clk.Advance(31 * time.Second)
	}
	require.Len(t, b.Peek("orders-dlq"), 1)
	require.Empty(t, b.Peek("orders"))
}
