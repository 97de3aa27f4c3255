package core

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A slot that was freed and taken again is not mistaken for its last tenant, whose entry still stands in a heap.

// laterDeadLetters returns a dead-letter queue with two newer messages in each of the groups a and b, which are served from
// now on in this order, and the older dead letters a1 and a2. It has lent and deleted a1, and lent one of b.
func laterDeadLetters(t *testing.T) (q *Queue, a1 Receipt) {
	q = New("dead", 1, Settings{Retention: time.Hour})
	for _, group := range []string{"b", "a", "b", "a"} {
		q.Send(start, uuid.UUID{}, &Message{Body: group + " later", Group: group})
	}
	q.bury(&Letter{body: "a1", group: "a", sent: start - 3})
	q.bury(&Letter{body: "a2", group: "a", sent: start - 2})
	require.Equal(t, []string{"b later", "a1"}, lent(q, 2))
	a1 = q.loans[1].Receipt
	require.Equal(t, []string{"b later"}, lent(q, 1), "so that a is next")
	q.Send(start, uuid.UUID{}, &Message{Body: "b later", Group: "b"})
	require.Equal(t, Valid, q.Delete(start, a1, nil))
	return q, a1
}

func lent(q *Queue, most int) (bodies []string) {
	loans, _ := q.Receive(start, Request{Max: most, Visibility: time.Minute}, nil, nil)
	for _, l := range loans {
		bodies = append(bodies, l.Body)
	}
	return bodies
}

func TestReusedSlotOfALane(t *testing.T) {
	q, a1 := laterDeadLetters(t)
	q.bury(&Letter{body: "a3", group: "a", sent: start - 1})
	require.Equal(t, "a3", q.slots.at(a1.Slot).body, "in the place of a1")
	require.Equal(t, []string{"a2", "b later", "a3", "a later"}, lent(q, 4))
}

func TestReusedSlotOfAnotherLane(t *testing.T) {
	q, a1 := laterDeadLetters(t)
	q.bury(&Letter{body: "b3", group: "b", sent: start - 1})
	require.Equal(t, "b3", q.slots.at(a1.Slot).body, "in the place of a1")
	require.Equal(t, []string{"a2", "b3", "a later", "b later"}, lent(q, 4))
}

func TestReusedSlotExpires(t *testing.T) {
	q, a1 := laterDeadLetters(t)
	q.bury(&Letter{body: "a3", group: "a", sent: start - 1})
	require.Equal(t, "a3", q.slots.at(a1.Slot).body, "in the place of a1")
	q.Record(true)
	q.Advance(start + int64(time.Hour) - 1)
	var expired []int64
	for _, e := range q.Events() {
		if e.Kind == Expired {
			expired = append(expired, e.At-start-int64(time.Hour))
		}
	}
	require.Equal(t, []int64{-2, -1}, expired)
}

// What is due at one instant comes back in order, also in the slot of what was older and due then.
func TestReusedSlotComesBack(t *testing.T) {
	s := newScript(t, Settings{})
	s.play("send x1 a1 b1; receive 1 100: x1; receive 1 50: a1; receive 1 50: b1; delete a1; send c1; receive 1 50: c1")
	require.Equal(t, s.handle("a1").Slot, s.handle("c1").Slot)
	s.q.Record(true)
	s.q.Advance(s.now + int64(50*time.Second))
	var back []string
	for _, e := range s.q.Events() {
		back = append(back, s.names[e.ID])
	}
	require.Equal(t, []string{"b1", "c1"}, back)
}

// A message whose retention ends at the instant of its return expires, and does not come back before.
func TestExpiryBeforeReturn(t *testing.T) {
	for _, set := range []Settings{{Retention: time.Minute}, {Retention: time.Minute, FIFO: true}} {
		s := newScript(t, set)
		s.play("send a1; receive 1 60: a1")
		s.q.Record(true)
		s.q.Advance(s.now + int64(time.Minute))
		events := s.q.Events()
		require.Len(t, events, 1)
		require.Equal(t, Expired, events[0].Kind)
	}
}
