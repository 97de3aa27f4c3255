package sqs_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// forgetful answers deletes and forgets them.
type forgetful struct{}

func (forgetful) Choose(what sqs.Choice, _ int) int {
	if what == sqs.ChooseForget {
		return 1
	}
	return 0
}

func kinds(j *sqs.Journal) (all []sqs.EventKind) {
	for e := range j.Events() {
		all = append(all, e.Kind)
	}
	return all
}

// The life of a message, with the time, the receives and the end of each step.
func TestJournalOfAMessage(t *testing.T) {
	b, clk := fakeBroker()
	dlq := create(t, b, "dlq", sqs.Config{})
	q := source(t, b, "q", dlq)
	journal := b.Record()
	at := func(seconds int) time.Time { return time.Date(2026, 1, 1, 0, 0, seconds, 0, time.UTC) }
	sent, err := q.Send(t.Context(), sqs.Message{Body: "m", GroupID: "tenant", Delay: new(10 * time.Second)})
	require.NoError(t, err)
	clk.Advance(15 * time.Second)
	m := receiveOne(t, q, sqs.ReceiveOptions{})
	require.NoError(t, m.Nack(t.Context(), 5*time.Second))
	require.NoError(t, m.Nack(t.Context(), 0))
	require.Empty(t, receiveAll(t, q))
	task, err := b.StartMove(t.Context(), sqs.MoveOptions{Source: dlq.ARN()})
	require.NoError(t, err)
	require.Equal(t, 1, task.Moved)
	moved := receiveOne(t, q, sqs.ReceiveOptions{})
	require.NoError(t, moved.Ack(t.Context()))

	event := func(kind sqs.EventKind, seconds int, queue string, receives, until int, other string) sqs.Event {
		return sqs.Event{Kind: kind, At: at(seconds), Queue: queue, ID: sent.ID, Group: "tenant", Receives: receives, Until: at(until), Other: other}
	}
	want := []sqs.Event{
		event(sqs.EventSent, 0, "q", 0, 10, ""),
		event(sqs.EventReturned, 10, "q", 0, 10, ""),
		event(sqs.EventReceived, 15, "q", 1, 16, ""),
		event(sqs.EventHidden, 15, "q", 1, 20, ""),
		event(sqs.EventReturned, 15, "q", 1, 15, ""),
		event(sqs.EventDeadLettered, 15, "q", 1, 15, dlq.ARN()),
		event(sqs.EventArrived, 15, "dlq", 1, 15, q.ARN()),
		event(sqs.EventMoved, 15, "dlq", 1, 15, q.ARN()),
		event(sqs.EventArrived, 15, "q", 0, 15, dlq.ARN()),
		event(sqs.EventReceived, 15, "q", 1, 16, ""),
		event(sqs.EventDeleted, 15, "q", 1, 16, ""),
	}
	for i := 8; i < len(want); i++ {
		want[i].ID = moved.ID // a new message
	}
	got := slices.Collect(journal.Events())
	require.Len(t, got, len(want))
	for i := range want {
		if want[i].Queue == "dlq" {
			want[i].Until = got[i].Until // means nothing there
		}
		require.Equal(t, want[i], got[i], i)
		require.Contains(t, got[i].String(), got[i].Kind.String())
		require.Contains(t, got[i].String(), got[i].Queue)
		require.Contains(t, got[i].String(), got[i].Other)
		require.NotContains(t, got[i].String(), "\n")
	}
}

// Each kind of event appears where it belongs.
func TestEachKindOfEvent(t *testing.T) {
	for kind, play := range map[sqs.EventKind]func(t *testing.T, w handleWorld){
		sqs.EventSent:         func(t *testing.T, w handleWorld) { send(t, w.q, "m") },
		sqs.EventDeduplicated: func(t *testing.T, w handleWorld) { send(t, create(t, w.b, "q.fifo", sqs.Config{}), "m", "m") },
		sqs.EventForgotten: func(t *testing.T, w handleWorld) {
			send(t, w.q, "m")
			require.NoError(t, receiveOne(t, w.q, sqs.ReceiveOptions{}).Ack(t.Context()))
			require.Equal(t, [3]int{0, 1, 0}, counts(t, w.q))
		},
		sqs.EventExpired: func(t *testing.T, w handleWorld) {
			send(t, w.q, "m")
			w.clk.Advance(4 * day)
			counts(t, w.q)
		},
		sqs.EventPurged: func(t *testing.T, w handleWorld) {
			send(t, w.q, "m", "n")
			require.NoError(t, w.q.Purge(t.Context()))
		},
		sqs.EventThrottled: func(t *testing.T, w handleWorld) {
			q := create(t, w.b, "q.fifo", sqs.Config{})
			untilThrottled(t, func() error { _, err := q.Receive(t.Context(), sqs.ReceiveOptions{}); return err })
		},
	} {
		b, clk := fakeBroker(sqs.WithChooser(forgetful{}), sqs.WithThrottling())
		journal := b.Record()
		play(t, handleWorld{b, clk, create(t, b, "q", sqs.Config{})})
		require.Equal(t, 1, journal.Count(kind), "%s in %v", kind, kinds(journal))
		all := kinds(journal)
		require.Equal(t, kind, all[len(all)-1])
		require.NotEqual(t, "unknown", kind.String())
		if kind == sqs.EventPurged {
			require.Equal(t, 2, slices.Collect(journal.Events())[2].Receives, "how many")
		}
	}
}

// What a move task does stands in the journal at once, that of its destination too.
func TestJournalOfAMove(t *testing.T) {
	w := newMoveWorld(t, "", 2)
	journal := w.b.Record()
	w.start(t, w.to(0))
	require.Equal(t, []sqs.EventKind{sqs.EventMoved, sqs.EventArrived, sqs.EventMoved, sqs.EventArrived}, kinds(journal))
}

// A journal records from Record to Stop; several stand side by side.
func TestRecordAndStop(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	send(t, q, "before")
	first := b.Record()
	send(t, q, "1")
	second := b.Record()
	send(t, create(t, b, "made-later", sqs.Config{}), "2")
	first.Stop()
	first.Stop()
	send(t, q, "3")
	events := second.Events()
	send(t, q, "4")
	n := 0
	for range events {
		n++
	}
	require.Equal(t, 2, n, "what comes after the call is not yielded")
	second.Stop()
	send(t, q, "after")
	require.Equal(t, 2, first.Count(sqs.EventSent))
	require.Equal(t, 3, second.Count(sqs.EventSent))
	require.Equal(t, "sent", strings.TrimSpace(sqs.EventSent.String()))
}
