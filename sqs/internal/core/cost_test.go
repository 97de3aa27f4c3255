package core

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// No heap grows beyond twice what it validly holds at most, and the slots are those of the most messages ever held at once:
// whatever is done to a few messages, for however long, also while the clock stands.
func TestHeapsStayBounded(t *testing.T) {
	const few = 20
	for name, c := range map[string]struct {
		set    Settings
		groups int
		pace   time.Duration
	}{
		"standard":                 {groups: 1},
		"standard, time passes":    {groups: 1, pace: time.Second / 2},
		"tenants":                  {groups: 5},
		"tenants, time passes":     {groups: 5, pace: time.Second / 2},
		"FIFO":                     {groups: 5, set: Settings{FIFO: true}},
		"FIFO, time passes":        {groups: 5, set: Settings{FIFO: true}, pace: time.Second / 2},
		"FIFO, many small groups":  {groups: 1000, set: Settings{FIFO: true}, pace: time.Second / 2},
		"standard, many tenants":   {groups: 1000, pace: time.Second / 2},
		"standard, short lifetime": {groups: 3, pace: time.Second / 2, set: Settings{Retention: 30 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.set.Retention == 0 {
				c.set.Retention = 4 * 24 * time.Hour
			}
			q := New("q", 1, c.set)
			random := rand.New(rand.NewPCG(1, 2))
			now := start
			var receipts [few + 1]Receipt // the newest of each slot
			lent, calls := 0, 100_000
			if c.pace > 0 {
				calls = 20_000
			}
			for k := range calls {
				now += int64(c.pace)
				r := receipts[random.IntN(len(receipts))]
				switch random.IntN(6) {
				case 0:
					if n := q.Counts(now); n.Waiting+n.InFlight+n.Delayed < few {
						q.Send(now, uuid.UUID{}, &Message{Group: fmt.Sprint(random.IntN(c.groups)), Dedup: fmt.Sprint(k)})
					}
				case 1, 2:
					loans, _ := q.Receive(now, Request{Max: 2, Visibility: time.Duration(random.IntN(2)) * 30 * time.Second}, nil, nil)
					for _, l := range loans {
						receipts[l.Receipt.Slot] = l.Receipt
						lent++
					}
				case 3, 4:
					q.ChangeVisibility(now, r, time.Duration(random.IntN(2))*30*time.Second)
				case 5:
					if random.IntN(4) == 0 {
						q.Delete(now, r, nil)
					}
				}
				requireBounded(t, q, 2*few+slack)
			}
			require.Greater(t, lent, calls/20, "the calls do something")
			require.LessOrEqual(t, q.slots.used, uint32(few+1))
			require.LessOrEqual(t, len(q.lanes.all), few+3) // with the two that are always there, and one made before another is freed
		})
	}
}

func requireBounded(t *testing.T, q *Queue, most int) {
	if len(q.hidden.out) > most || len(q.ageOut) > most || len(q.lanes.turns.out) > most {
		require.FailNow(t, "a heap grows", "%d dues, %d by age, %d turns", len(q.hidden.out), len(q.ageOut), len(q.lanes.turns.out))
	}
	for _, l := range q.lanes.all {
		if l.late != nil && len(l.late.out) > most {
			require.FailNow(t, "a heap grows", "%d deliverable", len(l.late.out))
		}
	}
}

// A message that comes back over and over while a newer one waits leaves nothing behind.
func TestReturnsStayBounded(t *testing.T) {
	q := New("q", 1, Settings{Retention: time.Hour})
	q.Send(start, uuid.UUID{1}, &Message{Body: "old"})
	q.Send(start, uuid.UUID{2}, &Message{Body: "new"})
	for range 1000 {
		loans, _ := q.Receive(start, Request{Max: 1}, nil, nil)
		require.Equal(t, "old", loans[0].Body)
		requireBounded(t, q, 2*2+slack)
	}
}

// A tenant that leaves the rotation and comes back to its place, over and over while another is behind it, leaves nothing behind.
func TestTurnsStayBounded(t *testing.T) {
	s := newScript(t, Settings{})
	s.play("send a1 b1; receive 2 0: a1 b1")
	for range 1000 {
		s.play("hide a1 60; hide a1 0")
		requireBounded(t, s.q, 2*2+slack)
	}
	require.NotEmpty(t, s.q.lanes.turns.out, "it was out of order")
	s.play("receive 1: a1")
}

// What the deduplication and the attempts of a FIFO queue remember is what their windows hold.
func TestMemoryOfWindows(t *testing.T) {
	q := New("q", 1, Settings{FIFO: true, Retention: time.Minute})
	now := start
	for k := range 10_000 {
		q.Send(now, uuid.UUID{}, &Message{Group: "a", Dedup: fmt.Sprint(k)})
		q.Receive(now, Request{Max: 1, Attempt: fmt.Sprint(k)}, nil, nil)
		now += int64(time.Second)
	}
	const window = 5 * 60
	require.LessOrEqual(t, q.dedup.Len(), window)
	require.LessOrEqual(t, q.attempts.recent.Len(), window)
	require.LessOrEqual(t, len(q.attempts.byID), window)
}

// Dead letters that come in by any age leave no more behind than they are, also while the oldest of them stays.
func TestDeadLettersStayBounded(t *testing.T) {
	source := New("s", 1, Settings{Retention: 4 * 24 * time.Hour, MaxReceives: 1})
	dead := New("d", 2, Settings{Retention: 4 * 24 * time.Hour})
	now := start
	for k := range 5000 {
		now += int64(time.Second)
		source.Send(now, uuid.UUID{}, &Message{Body: fmt.Sprint(k)})
		dead.Send(now, uuid.UUID{}, &Message{}) // newer than what comes in next
		source.Receive(now, Request{Max: 10, Visibility: 3 * time.Second}, nil, dead)
		loans, _ := dead.Receive(now, Request{Max: 10, Visibility: time.Hour}, nil, nil)
		for _, l := range loans {
			if l.Body != "0" {
				dead.Delete(now, l.Receipt, nil)
			}
		}
		requireBounded(t, dead, 2*30+slack)
		require.LessOrEqual(t, dead.slots.used, uint32(30), "after %d", k)
	}
	require.Equal(t, "0", dead.Held(now)[0].Body)
}
