package sqs_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 17: fair queues.

// A group id on a standard queue is shown, and orders, locks and deduplicates nothing.
func TestGroupOnAStandardQueue(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for range 2 {
		sent, err := q.Send(t.Context(), sqs.Message{Body: "message", GroupID: "test"})
		require.NoError(t, err)
		require.True(t, sent.SequenceNumber.IsZero())
	}
	m := receive(t, q, sqs.ReceiveOptions{})[0]
	require.Equal(t, "test", m.GroupID)
	require.Empty(t, m.DedupID)
	require.Equal(t, []string{"message"}, receiveAll(t, q), "the group is not locked")
}

// The backlog of a noisy tenant does not delay the others: a new message waits for one message of each other tenant at most.
func TestNoisyTenant(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	sendAs := func(tenant string, n int) {
		for range n {
			_, err := q.Send(t.Context(), sqs.Message{Body: "m", GroupID: tenant})
			require.NoError(t, err)
		}
	}
	sendAs("noisy", 10_000)
	const quiet = 5
	for round := range 50 {
		waiting := map[string]bool{}
		for i := range quiet {
			tenant := strconv.Itoa(i)
			waiting[tenant] = true
			sendAs(tenant, 1)
		}
		for receives := 0; len(waiting) > 0; receives++ {
			require.Less(t, receives, quiet+1, "round %d: %v still wait", round, waiting)
			m := receive(t, q, sqs.ReceiveOptions{Visibility: new(time.Hour)})[0]
			delete(waiting, m.GroupID)
		}
	}
	require.Greater(t, counts(t, q)[0], 9_900)
}

// Within a tenant, and among messages without one, the oldest comes first; no tenant is left out.
func TestTenantsInTurn(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for _, m := range []sqs.Message{
		{Body: "a1", GroupID: "a"}, {Body: "a2", GroupID: "a"}, {Body: "a3", GroupID: "a"}, {Body: "1"}, {Body: "2"}, {Body: "b1", GroupID: "b"},
	} {
		_, err := q.Send(t.Context(), m)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"a1", "1", "b1", "a2", "2", "a3"}, receiveAll(t, q))
}
