package sqs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Sections 16.3 and 16.4: deduplication and sequence numbers.

const hashOfTest = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25" // recorded, of the body Test

// sendMessage sends one message and reports whether it was stored.
func sendMessage(t *testing.T, b *sqs.Broker, q sqs.Queue, m sqs.Message) (sent sqs.Sent, stored bool) {
	t.Helper()
	before := len(b.Peek(q.Name()))
	sent, err := q.Send(t.Context(), m)
	require.NoError(t, err)
	return sent, len(b.Peek(q.Name())) > before
}

func TestWhatIsADuplicate(t *testing.T) {
	first := sqs.Message{Body: "Test", GroupID: "a", DedupID: "id"}
	content := sqs.Message{Body: "Test", GroupID: "a"}
	attributes := map[string]sqs.Attribute{"k": sqs.String("v")}
	for _, c := range []struct {
		what          string
		scope         sqs.DedupScope
		first, second sqs.Message
		duplicate     bool
	}{
		{"same id, other body", sqs.ScopeQueue, first, sqs.Message{Body: "other", GroupID: "a", DedupID: "id"}, true},
		{"same id, other group", sqs.ScopeQueue, first, sqs.Message{Body: "Test", GroupID: "b", DedupID: "id"}, true},
		{"same body, other id", sqs.ScopeQueue, first, sqs.Message{Body: "Test", GroupID: "a", DedupID: "id2"}, false},
		{"ids have case", sqs.ScopeQueue, first, sqs.Message{Body: "Test", GroupID: "a", DedupID: "ID"}, false},
		{"same body", sqs.ScopeQueue, content, content, true},
		{"same body, other group", sqs.ScopeQueue, content, sqs.Message{Body: "Test", GroupID: "b"}, true},
		{"other body", sqs.ScopeQueue, content, sqs.Message{Body: "test", GroupID: "a"}, false},
		{"attributes play no part", sqs.ScopeQueue, content, sqs.Message{Body: "Test", GroupID: "a", Attributes: attributes}, true},
		{"the hash as explicit id", sqs.ScopeQueue, content, sqs.Message{Body: "x", GroupID: "a", DedupID: hashOfTest}, true},
		{"the explicit hash first", sqs.ScopeQueue, sqs.Message{Body: "x", GroupID: "a", DedupID: hashOfTest}, content, true},
		{"group scope: same group", sqs.ScopeMessageGroup, first, sqs.Message{Body: "x", GroupID: "a", DedupID: "id"}, true},
		{"group scope: other group", sqs.ScopeMessageGroup, first, sqs.Message{Body: "Test", GroupID: "b", DedupID: "id"}, false},
		{"group scope: same body, other group", sqs.ScopeMessageGroup, content, sqs.Message{Body: "Test", GroupID: "b"}, false},
	} {
		b, _ := fakeBroker()
		q := create(t, b, "q.fifo", sqs.Config{DedupScope: &c.scope})
		original, stored := sendMessage(t, b, q, c.first)
		require.True(t, stored)
		second, stored := sendMessage(t, b, q, c.second)
		require.Equal(t, !c.duplicate, stored, c.what)
		require.Equal(t, c.duplicate, original == second, "the answer is that of the original: %s", c.what)
		held := b.Peek("q.fifo")
		require.Equal(t, original.ID, held[0].ID)
		require.Equal(t, c.first.Body, held[0].Body)
	}
}

func TestContentHashIsShown(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	send(t, q, "Test")
	require.Equal(t, hashOfTest, receiveOne(t, q, sqs.ReceiveOptions{}).DedupID)
}

// Five minutes from the first send, whatever happens to the message meanwhile.
func TestDedupWindow(t *testing.T) {
	again := func(t *testing.T, q sqs.Queue) {
		m := receiveOne(t, q, sqs.ReceiveOptions{})
		require.NoError(t, m.Ack(t.Context()))
	}
	for what, meanwhile := range map[string]func(t *testing.T, w handleWorld){
		"nothing": func(*testing.T, handleWorld) {},
		"receive": func(t *testing.T, w handleWorld) { receiveOne(t, w.q, sqs.ReceiveOptions{}) },
		"delete":  func(t *testing.T, w handleWorld) { again(t, w.q) },
		"expiry": func(t *testing.T, w handleWorld) {
			setConfig(t, w.q, sqs.Config{Retention: new(time.Minute)})
		},
		"dead letter": func(t *testing.T, w handleWorld) {
			dlq := create(t, w.b, "dlq.fifo", sqs.Config{})
			setConfig(t, w.q, deadLetter(dlq, 1))
			receiveOne(t, w.q, sqs.ReceiveOptions{Visibility: new(time.Duration(0))})
			require.Empty(t, receiveAll(t, w.q))
		},
	} {
		t.Run(what, func(t *testing.T) {
			b, clk := fakeBroker()
			w := handleWorld{b, clk, create(t, b, "q.fifo", sqs.Config{})}
			m := sqs.Message{Body: "m", GroupID: "g", DedupID: "id"}
			first, _ := sendMessage(t, b, w.q, m)
			meanwhile(t, w)
			for range 4 {
				clk.Advance(time.Minute)
				sent, stored := sendMessage(t, b, w.q, m) // does not extend the window
				require.False(t, stored)
				require.Equal(t, first, sent)
			}
			clk.Advance(time.Minute - 1)
			_, stored := sendMessage(t, b, w.q, m)
			require.False(t, stored)
			clk.Advance(1)
			sent, stored := sendMessage(t, b, w.q, m)
			require.True(t, stored, "at exactly 300 s the id is free")
			require.NotEqual(t, first.ID, sent.ID)
			require.Equal(t, 1, sent.SequenceNumber.Compare(first.SequenceNumber))
		})
	}
}

func TestPurgeForgetsDuplicates(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	first, _ := sendMessage(t, b, q, sqs.Message{Body: "m", GroupID: "g"})
	require.NoError(t, q.Purge(t.Context()))
	sent, stored := sendMessage(t, b, q, sqs.Message{Body: "m", GroupID: "g"})
	require.True(t, stored)
	require.Equal(t, 1, sent.SequenceNumber.Compare(first.SequenceNumber))
}

// A standard queue knows no duplicates, and queues know nothing of each other.
func TestNoDedupElsewhere(t *testing.T) {
	b, _ := fakeBroker()
	standard := create(t, b, "q", sqs.Config{})
	send(t, standard, "m", "m")
	require.Equal(t, [3]int{2, 0, 0}, counts(t, standard))
	for _, name := range []string{"a.fifo", "b.fifo"} {
		q := create(t, b, name, sqs.Config{})
		send(t, q, "m", "m")
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
	}
}

// Redelivery is no duplicate: the receiving side deduplicates nothing.
func TestRedeliveryIsNormal(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, _ *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "m")
		for n := range 3 {
			require.Equal(t, n+1, receiveOne(t, q, sqs.ReceiveOptions{}).Receives)
			clk.Advance(30 * time.Second)
		}
	})
}

func TestParseSequenceNumber(t *testing.T) {
	const most = "340282366920938463463374607431768211455"
	for _, text := range []string{"1", "18849496460467696128", "18446744073709551616", "99999999999999999999", most} {
		n, err := sqs.ParseSequenceNumber(text)
		require.NoError(t, err)
		require.Equal(t, text, n.String())
		require.False(t, n.IsZero())
	}
	small, err := sqs.ParseSequenceNumber("007")
	require.NoError(t, err)
	large, err := sqs.ParseSequenceNumber(most)
	require.NoError(t, err)
	require.Equal(t, "7", small.String())
	require.Equal(t, []int{-1, 0, 1}, []int{small.Compare(large), large.Compare(large), large.Compare(small)})
	for _, bad := range []string{"", "-1", "+1", "1 ", "0x1", "١", "340282366920938463463374607431768211456", most + "0"} {
		_, err := sqs.ParseSequenceNumber(bad)
		require.Error(t, err, bad)
	}
	zero, err := sqs.ParseSequenceNumber("0")
	require.NoError(t, err)
	require.True(t, zero.IsZero())
}
