package core

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var fifo = Settings{FIFO: true}

// A group's deliverable messages are the longest run from its start without one that is in flight or delayed.
func TestPrefixRule(t *testing.T) {
	playRows(t, []row{
		{"a whole group in one answer, in order", fifo, "send a1 a2 a3; receive 10: a1 a2 a3"},
		{"the rest of a lent group waits, other groups do not", fifo,
			"send a1 a2 a3 a4 b1; receive 2: a1 a2; receive 10: b1; receive 10:"},
		{"the second of two still blocks when the first is deleted", fifo,
			"send a1 a2 a3 a4; receive 2: a1 a2; delete a1; receive 10:"},
		{"both deleted, the rest is deliverable at once", fifo,
			"send a1 a2 a3 a4; receive 2: a1 a2; delete a1; delete a2; receive 10: a3 a4"},
		{"the first released comes alone while the second is in flight", fifo,
			"send a1 a2 a3; receive 2: a1 a2; hide a1 0; receive 10: a1; receive 10:"},
		{"the first expired comes alone while the second is in flight", fifo,
			"send a1 a2 a3; receive 2: a1 a2; hide a2 60; tick 30s; receive 10: a1"},
		{"the first extended blocks all", fifo,
			"send a1 a2 a3; receive 3: a1 a2 a3; hide a1 60; tick 30s; receive 10:"},
		{"the second extended leaves the first", fifo,
			"send a1 a2 a3; receive 3: a1 a2 a3; hide a2 60; tick 30s; receive 10: a1"},
		{"the third extended leaves the first two", fifo,
			"send a1 a2 a3; receive 3: a1 a2 a3; hide a3 60; tick 30s; receive 10: a1 a2"},
		{"all expired come again in the same order, each time", fifo,
			"send a1 a2 a3; receive 3: a1 a2 a3; tick 30s; receive 3: a1 a2 a3; tick 30s; receive 3: a1 a2 a3"},
		{"a new message does not unblock its group", fifo,
			"send a1; receive 1: a1; send a2; receive 10:; delete a1; receive 10: a2"},
		{"received with a timeout of 0 the group is deliverable at once", fifo,
			"send a1 a2; receive 1 0: a1; receive 10: a1 a2"},
		{"a group emptied works again", fifo, "send a1; receive 1: a1; delete a1; send a2; receive 10: a2"},
		{"visibility ends exactly at its time", fifo,
			"send a1; receive 1: a1; tick 29.999999999s; receive 1:; tick 1ns; receive 1: a1"},
		{"blocked messages count as waiting", fifo,
			"send a1 a2 b1 b2 c1 c2; receive 1: a1; receive 1: b1; counts: 4 2 0"},
	})
}

// Groups stand in line: a new one at the back, a served one goes to the back, and one answer holds as many as possible of the
// first, then of the next.
func TestGroupOrder(t *testing.T) {
	playRows(t, []row{
		{"one group after the other in one answer", fifo, "send a1 b1 a2 a3; receive 10: a1 a2 a3 b1"},
		{"served groups go to the back, in the order served", fifo,
			"send a1 a2 b1 c1; receive 2: a1 a2; receive 1: b1; tick 30s; receive 10: c1 a1 a2 b1"},
		{"served with a timeout of 0 as well", fifo,
			"send a1 a2 b1 b2 c1; receive 3 0: a1 a2 b1; receive 10 0: c1 a1 a2 b1 b2"},
		{"a group served in part goes to the back", fifo, "send a1 a2 b1; receive 1 0: a1; receive 10: b1 a1 a2"},
		{"a blocked group keeps its place before a new one", fifo,
			"send a1 b1; receive 2: a1 b1; send c1; tick 30s; receive 10: a1 b1 c1"},
		{"a group emptied joins again at the back", fifo,
			"send a1 b1 c1; receive 1: a1; delete a1; send a2; receive 10: b1 c1 a2"},
	})
}

// A group joins the line when it gets its first message, also one that is delayed still.
func TestDelayedGroupHasItsPlace(t *testing.T) {
	s := newScript(t, Settings{FIFO: true, MaxReceives: 1})
	set := s.dlq.Settings()
	set.Delay = time.Minute
	s.dlq.Configure(s.now, set)
	s.dlq.Send(s.now, s.ids["a1"], &Message{Body: "a1", Group: "a", Dedup: "a1"})
	s.play("send b1; receive 1 0: b1; receive 1:; tick 1m; dead 10: a1 b1") // a dead letter has no delay
}

// A send with an id that was accepted in the five minutes before stores nothing and answers with the original.
func TestDeduplication(t *testing.T) {
	group, scarce := Settings{FIFO: true, GroupScope: true}, Settings{FIFO: true, MaxReceives: 1}
	playRows(t, []row{
		{"the same id is a duplicate", fifo, "send a1=x; send a2=x: a1; receive 10: a1; counts: 0 1 0"},
		{"another id is none", fifo, "send a1=x a2=y; receive 10: a1 a2"},
		{"queue scope: in another group too", fifo, "send a1=x; send b1=x: a1; receive 10: a1"},
		{"group scope: in its group only", group, "send a1=x b1=x; send a2=x: a1; send b2=x: b1; receive 10: a1 b1"},
		{"for less than five minutes", fifo, "send a1=x; tick 299.999999999s; send a2=x: a1; tick 1ns; send a3=x"},
		{"a duplicate does not extend it", fifo, "send a1=x; tick 4m; send a2=x: a1; tick 1m; send a3=x; receive 10: a1 a3"},
		{"the window restarts with the next accepted", fifo,
			"send a1=x; tick 5m; send a2=x; tick 299.999999999s; send a3=x: a2; tick 1ns; send a4=x"},
		{"after receive", fifo, "send a1=x; receive 1: a1; send a2=x: a1"},
		{"after delete", fifo, "send a1=x; receive 1: a1; delete a1; send a2=x: a1; receive 10:"},
		{"after expiry", Settings{FIFO: true, Retention: time.Minute}, "send a1=x; tick 1m; counts: 0 0 0; send a2=x: a1"},
		{"after its move to the dead-letter queue", scarce,
			"send a1=x; receive 1 0: a1; receive 1:; dead 1: a1; send a2=x: a1; receive 1:"},
		{"a purge forgets", fifo, "send a1=x; purge; send a2=x; receive 10: a2"},
		{"a dead letter is none in its new queue", scarce,
			"send a1=x; receive 1 0: a1; receive 1:; tick 5m; send a2=x; receive 1 0: a2; receive 1:; dead 10: a1 a2"},
	})
}

// The answer to a duplicate carries the original's sequence.
func TestDuplicateSequence(t *testing.T) {
	s := newScript(t, fifo)
	s.play("send a1 a2")
	first := s.q.Send(s.now, s.ids["a2"], &Message{Group: "a", Dedup: "a1"})
	require.Equal(t, Placed{ID: s.ids["a1"], Order: 1, Duplicate: true}, first)
}

// A change of the deduplication scope rules after a minute, for old ids and for new ones; until then the old scope does.
func TestScopeLag(t *testing.T) {
	group := Settings{FIFO: true, GroupScope: true}
	playRows(t, []row{
		{"to the group: the old scope rules old ids and new", fifo,
			"send a1=x; scope group; send b1=x: a1; send a2=y; tick 59.999999999s; send b2=x: a1; send b3=y: a2"},
		{"to the group: then the new scope does", fifo,
			"send a1=x; scope group; tick 1m; send b1=x; send a2=x: a1; send b2=x: b1"},
		{"to the queue: the old scope rules", group, "send a1=x; scope queue; tick 59.999999999s; send b1=x"},
		{"to the queue: then the new scope does", group, "send a1=x; scope queue; tick 1m; send b1=x: a1"},
		{"the window of an id goes on", fifo,
			"send a1=x; scope group; tick 299.999999999s; send a2=x: a1; tick 1ns; send a3=x; receive 10: a1 a3"},
		{"a purge does not stop it", fifo, "scope group; purge; tick 1m; send a1=x b1=x; receive 10: a1 b1"},
		{"to the queue: of two the older's end frees nothing", group,
			"send a1=x; tick 1m; send b1=x; scope queue; tick 1m; send c1=x: b1; tick 3m; send c1=x: b1; tick 59.999999999s; send c2=x: b1; tick 1ns; send c3=x"},
		{"taken back it never rules", fifo, "send a1=x; scope group; tick 30s; scope queue; tick 2m; send b1=x: a1"},
	})
}

// A new delay counts for messages that wait, from when they were sent.
func TestRetroactiveDelay(t *testing.T) {
	late := Settings{FIFO: true, Delay: time.Minute}
	playRows(t, []row{
		{"longer", fifo, "send a1; tick 10s; delay 30s; receive 1:; counts: 0 0 1; tick 19.999999999s; receive 1:; tick 1ns; receive 1: a1"},
		{"shorter", late, "send a1; tick 10s; counts: 0 0 1; delay 20s; tick 9.999999999s; receive 1:; tick 1ns; receive 1: a1"},
		{"already over", late, "send a1 b1; tick 10s; delay 10s; counts: 2 0 0; receive 10: a1 b1"},
		{"in flight: not touched", fifo, "send a1; receive 1: a1; delay 15m; counts: 0 1 0; tick 30s; receive 1: a1"},
		{"received before: not touched", fifo, "send a1; receive 1 0: a1; delay 15m; counts: 1 0 0; receive 1: a1"},
		{"the rest of a group received in part", fifo, "send a1 a2; receive 1 0: a1; delay 15m; receive 10: a1; counts: 0 1 1"},
		{"other changes leave it alone", late, "send a1; scope group; counts: 0 0 1"},
	})
}

// The end of a message's retention unblocks its group, whether it was in flight or delayed.
func TestExpiredHead(t *testing.T) {
	short := Settings{FIFO: true, Retention: time.Minute}
	playRows(t, []row{
		{"in flight", short, "send a1; tick 10s; send a2; receive 1 3600: a1; tick 49.999999999s; receive 1:; tick 1ns; receive 1: a2"},
		{"waiting", short, "send a1; tick 10s; send a2; tick 50s; receive 10: a2"},
		{"all", short, "send a1 a2; receive 1: a1; tick 1m; counts: 0 0 0; send a3; receive 10: a3"},
	})
}

// A shorter retention ends at once what is older.
func TestShorterRetention(t *testing.T) {
	s := newScript(t, fifo)
	s.play("send a1; tick 1m")
	set := s.q.Settings()
	set.Retention = time.Minute
	s.q.Configure(s.now, set)
	_, ok := s.q.NextWake()
	require.False(t, ok, "nothing is left to wait for")
	s.play("counts: 0 0 0")
}

// A purge leaves nothing: no message, no group in the line, no valid handle.
func TestPurge(t *testing.T) {
	s := newScript(t, fifo)
	s.play("send a1 a2 b1; receive 1: a1; delay 1s; send c1; purge; delay 0s; counts: 0 0 0; delete a1: gone; send b2 a3; receive 10: b2 a3")
}

// A dead letter of a FIFO queue keeps its id, group, age and count; its id becomes its deduplication id, its retention
// restarts, and its group goes on without it.
func TestDeadLetterFIFO(t *testing.T) {
	s := newScript(t, Settings{FIFO: true, MaxReceives: 2, Retention: time.Hour})
	s.play("send a1=x a2 a3; tick 1m; receive 1 0: a1; receive 1 0: a1")
	first, sent := s.loans["a1"].First, start
	s.play("tick 29m; receive 10: a2 a3; tick 1h; dead 10:") // moved at 30 min, so that it lives until 1 h 30 min
	s = newScript(t, Settings{FIFO: true, MaxReceives: 2, Retention: time.Hour})
	s.play("send a1=x a2 a3; tick 1m; receive 1 0: a1; receive 1 0: a1; tick 29m; receive 10: a2 a3; tick 59m59.999999999s; dead 10: a1")
	l := s.loans["a1"]
	require.Equal(t, s.ids["a1"], l.ID)
	require.Equal(t, s.ids["a1"].String(), l.Dedup)
	require.Equal(t, "queue", l.Source)
	require.Equal(t, "a", l.Group)
	require.Equal(t, 3, l.Receives)
	require.Equal(t, []int64{sent, first}, []int64{l.Sent, l.First})
	s.play("delete a1@1: gone")
}

// A message moves at the receive after its last allowed delivery, not before, and that receive goes on to others.
func TestDeadLetterMoment(t *testing.T) {
	one := Settings{FIFO: true, MaxReceives: 1}
	playRows(t, []row{
		{"not at the end of its visibility", one, "send a1; receive 1: a1; tick 1h; counts: 1 0 0; dead 1:"},
		{"not when it is released", one, "send a1; receive 1: a1; hide a1 0; counts: 1 0 0; dead 1:"},
		{"at the next receive, which serves its group on", one, "send a1 a2; receive 1 0: a1; receive 1: a2; dead 1: a1"},
		{"which serves other groups too", one, "send a1 b1; receive 1 0: a1; receive 10: b1; receive 10:; dead 1: a1"},
		{"a new message of the group comes after", one, "send a1; receive 1 0: a1; receive 1:; send a2; receive 1: a2"},
		{"its old handle is gone", one, "send a1; receive 1 0: a1; receive 1:; delete a1: gone; hide a1 0: gone; dead 1: a1"},
	})
}

// In a chain of dead-letter queues each counts the receives of its own, and the message shows them all.
func TestDeadLetterChain(t *testing.T) {
	s := newScript(t, Settings{FIFO: true, MaxReceives: 2})
	s.play("send a1; receive 1 0: a1; receive 1 0: a1; receive 1:")
	last := New("last", 3, s.q.Settings())
	set := s.dlq.Settings()
	set.MaxReceives = 1
	s.dlq.Configure(s.now, set)
	loans, _ := s.dlq.Receive(s.now, Request{Max: 1}, nil, last)
	require.Len(t, loans, 1, "received twice, but not here")
	require.Equal(t, 3, loans[0].Receives)
	loans, is := s.dlq.Receive(s.now, Request{Max: 1}, nil, last)
	require.Empty(t, loans)
	require.True(t, is.Buried)
	loans, _ = last.Receive(s.now, Request{Max: 1}, nil, nil)
	require.Equal(t, 4, loans[0].Receives)
	require.Equal(t, "dead", loans[0].Source)
}

// An attempt id gives the same answer again for five minutes as long as nothing of it was touched.
func TestAttempt(t *testing.T) {
	for name, c := range map[string]struct {
		between string
		replays bool
	}{
		"at once":                         {"tick 1ns", true},
		"in the last moment":              {"tick 59.999999999s", true},
		"after another receive of them":   {"tick 1m; receive 10: a1 a2 a3", false},
		"after a delete":                  {"delete a1", false},
		"after a change of visibility":    {"hide a2 60", false}, // even to the same end
		"after it came back":              {"tick 1m", false},
		"after it came back by a release": {"hide a1 0", false},
		"after a purge":                   {"purge; send a1 a2", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, fifo)
			s.play("send a1 a2 a3")
			r := Request{Max: 2, Visibility: time.Minute, Attempt: "p"}
			first := lendAll(s, r)
			for _, l := range first {
				s.receipts[l.Body] = append(s.receipts[l.Body], l.Receipt)
			}
			s.play(c.between)
			again := lendAll(s, r)
			if !c.replays {
				for _, l := range again {
					require.NotContains(t, s.receipts[l.Body], l.Receipt)
				}
				return
			}
			require.Len(t, again, 2)
			for k, l := range again {
				require.Equal(t, s.now+int64(time.Minute), l.Hidden) // restarted
				l.Hidden = first[k].Hidden
				require.Equal(t, first[k], l) // with its handle and its count of receives
			}
		})
	}
}

// The window of an attempt id is five minutes from the receive.
func TestAttemptWindow(t *testing.T) {
	s := newScript(t, fifo)
	s.play("send a1 b1")
	r := Request{Max: 1, Visibility: time.Hour, Attempt: "p"}
	first := lendAll(s, r)
	s.play("tick 299.999999999s")
	require.Equal(t, first[0].Receipt, lendAll(s, r)[0].Receipt)
	s.play("tick 1ns")
	require.Equal(t, "b1", lendAll(s, r)[0].Body)
}

// An attempt id that is used anew has a window of its own, also when that of its first use ends.
func TestAttemptAnew(t *testing.T) {
	s := newScript(t, fifo)
	s.play("send a1 b1 c1")
	r := Request{Max: 1, Visibility: time.Hour, Attempt: "p"}
	first := lendAll(s, r)
	require.Equal(t, Valid, s.q.Delete(s.now, first[0].Receipt, nil))
	s.play("tick 4m")
	anew := lendAll(s, r)
	require.Equal(t, "b1", anew[0].Body)
	s.play("tick 1m")
	require.Equal(t, "c1", lendAll(s, Request{Max: 1, Visibility: time.Hour, Attempt: "q"})[0].Body)
	require.Equal(t, anew[0].Receipt, lendAll(s, r)[0].Receipt)
}

// Lent with a timeout of 0 and asked for again in the same millisecond, a message has the same handle, and that rules until the
// millisecond ends.
func TestAttemptWithZeroVisibility(t *testing.T) {
	s := newScript(t, fifo)
	s.play("send a1")
	r := Request{Max: 1, Attempt: "p"}
	first := lendAll(s, r)
	s.play("tick 1ns")
	again := lendAll(s, r)
	require.Equal(t, first[0].Receipt, again[0].Receipt)
	require.Equal(t, s.now, again[0].Hidden)
	require.Equal(t, Valid, s.q.Delete(s.now, again[0].Receipt, nil))
}

func lendAll(s *script, r Request) []Loan {
	loans, _ := s.q.Receive(s.now, r, nil, s.dlq)
	return append([]Loan(nil), loans...)
}
