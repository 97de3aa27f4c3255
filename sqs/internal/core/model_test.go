package core

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const start = int64(1_700_000_000_123_456_789)

// A queue under any calls, at any times, answers as the naive queue does, holds the same messages in the same state, and so
// does the queue that its dead letters and moved messages go to.
func TestModel(t *testing.T) {
	for name, v := range map[string]variant{
		"standard":                 {dlq: true},
		"tenants":                  {groups: []string{"", "a", "b", "c"}},
		"many tenants":             {groups: many, dlq: true},
		"tenants, dead letters":    {groups: []string{"", "a", "b"}, dlq: true},
		"tenants, zeros chosen":    {groups: []string{"", "a", "b"}, dlq: true, chooser: zeros{}},
		"FIFO":                     {groups: []string{"a", "b", "c"}, fifo: true},
		"FIFO, many groups":        {groups: many, fifo: true, dlq: true},
		"FIFO, dead letters":       {groups: []string{"a", "b"}, fifo: true, dlq: true},
		"FIFO, zeros chosen":       {groups: []string{"a", "b", "c"}, fifo: true, dlq: true, chooser: zeros{}},
		"tenants, three in flight": {groups: []string{"", "a", "b"}, inFlight: 3},
		"FIFO, three in flight":    {groups: []string{"a", "b"}, fifo: true, dlq: true, inFlight: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, v)
				t.Repeat(w.actions())
			})
		})
	}
}

type variant struct {
	fifo, dlq bool
	groups    []string
	inFlight  int
	chooser   Chooser
}

// many are more groups than a table of lanes has room for at first.
var many = []string{"", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}

// zeros is the chooser that is as tame as none.
type zeros struct{}

func (zeros) Choose(Choice, int) int { return 0 }

// world is two queues, each beside its naive twin. The first one's dead letters go to the second.
type world struct {
	variant
	now     int64
	ids     uint32
	queues  [2]*Queue
	naive   [2]*naive
	handles []handle
	texts   map[Receipt]bool
}

// handle is a receipt handle as the core wrote it, and as the naive queue k knows it.
type handle struct {
	receipt Receipt
	k       int
	naive   naiveHandle
}

func newWorld(t *rapid.T, v variant) *world {
	w := &world{variant: v, now: start, texts: map[Receipt]bool{}}
	if w.groups == nil {
		w.groups = []string{""}
	}
	for k, arn := range []string{"source", "target"} {
		set := Settings{FIFO: v.fifo, Retention: 4 * 24 * time.Hour, InFlight: v.inFlight, MaxReceives: 2,
			GroupScope: rapid.Bool().Draw(t, "scope")}
		w.queues[k] = New(arn, uint64(k+1), set)
		w.naive[k] = newNaive(arn, set)
	}
	return w
}

func (w *world) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"":              w.check,
		"send":          w.send,
		"send again":    w.send,
		"receive":       w.receive,
		"receive again": w.receive,
		"delete":        w.delete,
		"change":        w.change,
		"tick":          w.tick,
		"tick again":    w.tick,
		"configure":     w.configure,
		"move":          w.move,
		"purge":         w.purge,
	}
}

// pick draws a queue, mostly the first, and brings its twin to the present.
func (w *world) pick(t *rapid.T) int {
	k := max(0, rapid.IntRange(-2, 1).Draw(t, "queue"))
	w.naive[k].advance(w.now)
	return k
}

func (w *world) id() uuid.UUID {
	var id uuid.UUID
	w.ids++
	binary.BigEndian.PutUint32(id[12:], w.ids)
	return id
}

func (w *world) send(t *rapid.T) {
	k, id := w.pick(t), w.id()
	m := &Message{Body: fmt.Sprint("body ", w.ids), Group: rapid.SampledFrom(w.groups).Draw(t, "group")}
	if w.fifo {
		m.Dedup = rapid.SampledFrom([]string{"x", "y", m.Body}).Draw(t, "dedup")
	} else {
		m.Delay = rapid.SampledFrom([]time.Duration{0, 0, time.Second, 15 * time.Minute}).Draw(t, "delay")
	}
	m.Sender = rapid.SampledFrom([]string{"", "", "me", "you"}).Draw(t, "sender")
	m.Trace = rapid.SampledFrom([]string{"", "", "trace"}).Draw(t, "trace")
	require.Equal(t, w.naive[k].send(id, m), w.queues[k].Send(w.now, id, m))
}

func (w *world) receive(t *rapid.T) {
	k := w.pick(t)
	r := Request{
		Max:        rapid.SampledFrom([]int{1, 1, 2, 3, 10}).Draw(t, "max"),
		Visibility: time.Duration(rapid.SampledFrom([]int{0, 0, 1, 30, 60}).Draw(t, "visibility")) * time.Second,
	}
	if w.fifo {
		r.Attempt = rapid.SampledFrom([]string{"", "", "p", "q"}).Draw(t, "attempt")
	}
	var dlq *Queue
	var naiveDLQ *naive
	if k == 0 && w.dlq {
		dlq, naiveDLQ = w.queues[1], w.naive[1]
	}
	want, wantIs := w.naive[k].receive(r, naiveDLQ)
	loans, is := w.queues[k].Receive(w.now, r, w.chooser, dlq)
	require.Equal(t, wantIs, is)
	require.Len(t, loans, len(want))
	for i, l := range loans {
		expect := want[i].Loan
		expect.Hidden = want[i].due
		require.Equal(t, viewLoan(expect), viewLoan(l))
		w.learn(t, handle{l.Receipt, k, naiveHandle{order: want[i].Order, delivery: want[i].here}})
	}
}

// learn keeps a handle. Every delivery has one of its own; a replay gives the old one again.
func (w *world) learn(t *rapid.T, h handle) {
	known := slices.ContainsFunc(w.handles, func(o handle) bool { return o.k == h.k && o.naive == h.naive })
	require.Equal(t, known, w.texts[h.receipt])
	w.texts[h.receipt] = true
	w.handles = append(w.handles, h)
}

// drawHandle draws a handle of any age and any queue, mostly a recent one.
func (w *world) drawHandle(t *rapid.T) handle {
	if len(w.handles) == 0 {
		t.Skip("no handle yet")
	}
	first := max(0, len(w.handles)-6)
	if rapid.Bool().Draw(t, "any") {
		first = 0
	}
	return rapid.SampledFrom(w.handles[first:]).Draw(t, "handle")
}

func (w *world) delete(t *rapid.T) {
	h, k := w.drawHandle(t), 0
	if k = h.k; rapid.IntRange(0, 9).Draw(t, "foreign") == 9 {
		k = w.pick(t)
	}
	want := Foreign
	if k == h.k {
		w.naive[k].advance(w.now)
		want = w.naive[k].remove(h.naive)
	}
	require.Equal(t, want, w.queues[k].Delete(w.now, h.receipt, w.chooser))
}

func (w *world) change(t *rapid.T) {
	h := w.drawHandle(t)
	n := w.naive[h.k]
	n.advance(w.now)
	d := time.Duration(rapid.SampledFrom([]int{0, 0, 1, 60}).Draw(t, "seconds")) * time.Second
	if m, is := n.find(h.naive); is == Valid && rapid.IntRange(0, 3).Draw(t, "ceiling") == 3 {
		d = max(0, time.Duration(m.leased-w.now)+12*time.Hour+rapid.SampledFrom([]time.Duration{0, 1}).Draw(t, "beyond"))
	}
	require.Equal(t, n.change(h.naive, d), w.queues[h.k].ChangeVisibility(w.now, h.receipt, d))
	if rapid.IntRange(0, 9).Draw(t, "foreign") == 9 {
		require.Equal(t, Foreign, w.queues[1-h.k].ChangeVisibility(w.now, h.receipt, d))
	}
}

// tick moves the clock a little, to a deadline or just beside it, by seconds past several, or by days.
func (w *world) tick(t *rapid.T) {
	switch rapid.SampledFrom([]string{"tiny", "deadline", "deadline", "seconds", "seconds", "days"}).Draw(t, "step") {
	case "tiny":
		w.now += rapid.SampledFrom([]int64{1, 300_000, 2_000_000}).Draw(t, "nanoseconds")
	case "deadline":
		if all := w.deadlines(); len(all) > 0 {
			w.now = max(w.now, rapid.SampledFrom(all).Draw(t, "deadline")+rapid.Int64Range(-1, 1).Draw(t, "beside"))
		}
	case "seconds":
		w.now += int64(rapid.IntRange(1, 100).Draw(t, "seconds")) * int64(time.Second)
	case "days":
		w.now += int64(rapid.IntRange(1, 12).Draw(t, "half days")) * int64(12*time.Hour)
	}
}

func (w *world) deadlines() (all []int64) {
	for _, n := range w.naive {
		for _, m := range n.held {
			all = append(all, m.due, m.kept+int64(n.set.Retention))
		}
		for _, s := range n.accepted {
			all = append(all, s.at+int64(5*time.Minute))
		}
		for _, id := range slices.Sorted(maps.Keys(n.answers)) {
			all = append(all, n.answers[id].at+int64(5*time.Minute))
		}
		all = append(all, n.nextAt)
	}
	return slices.DeleteFunc(all, func(at int64) bool { return at <= w.now })
}

func (w *world) configure(t *rapid.T) {
	k := w.pick(t)
	set := w.naive[k].set
	switch rapid.SampledFrom([]string{"delay", "retention", "receives", "scope"}).Draw(t, "setting") {
	case "delay":
		set.Delay = rapid.SampledFrom([]time.Duration{0, 5 * time.Second, 15 * time.Minute}).Draw(t, "delay")
	case "retention":
		set.Retention = rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 4 * 24 * time.Hour}).Draw(t, "retention")
	case "receives":
		set.MaxReceives = rapid.IntRange(0, 3).Draw(t, "receives")
	case "scope":
		set.GroupScope = !set.GroupScope
	}
	w.naive[k].configure(set)
	w.queues[k].Configure(w.now, set)
}

func (w *world) move(t *rapid.T) {
	k, id := 1-w.pick(t), w.id()
	for _, n := range w.naive {
		n.advance(w.now)
	}
	_, offer := w.naive[k].turn()
	l, ok := w.queues[k].Next(w.now)
	require.Equal(t, offer != nil, ok)
	if ok {
		require.Equal(t, offer[0].ID, l.ID())
		require.Equal(t, offer[0].Source, l.Source())
	}
	w.naive[k].move(w.naive[1-k], id)
	w.queues[k].MoveNext(w.now, w.queues[1-k], id)
}

func (w *world) purge(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "really") < 3 {
		t.Skip("purges are rare")
	}
	k := w.pick(t)
	require.Equal(t, w.naive[k].purge(), w.queues[k].Purge(w.now))
}

// check compares all that is held. It looks at clones, so that the queues themselves may stay behind the clock for long.
func (w *world) check(t *rapid.T) {
	for k, q := range w.queues {
		n, c := w.naive[k], q.Clone()
		n.advance(w.now)
		var want Counts
		for _, m := range n.held {
			switch {
			case m.hidden:
				want.InFlight++
			case m.late:
				want.Delayed++
			default:
				want.Waiting++
			}
		}
		require.Equal(t, want, c.Counts(w.now))
		require.Equal(t, n.view(), viewAll(c.Held(w.now)))
		n.checkWake(t, c)
	}
}

// checkWake checks that the queue wakes no later than when time alone makes one more message deliverable, and always later
// than now.
func (n *naive) checkWake(t *rapid.T, q *Queue) {
	wake, ok := q.NextWake()
	if ok {
		require.Greater(t, wake, n.now)
	}
	before, c := n.deliverable(), n.clone()
	for {
		m, at, _ := c.nextEvent()
		if m == nil {
			return
		}
		if c.advance(at); slices.ContainsFunc(c.deliverable(), func(o uint64) bool { return !slices.Contains(before, o) }) {
			require.True(t, ok && wake <= at, "wakes at %d, deliverable at %d", wake, at)
			return
		}
	}
}

func (n *naive) deliverable() (orders []uint64) {
	for _, g := range n.turns {
		for _, m := range n.offer(g) {
			if !n.full() {
				orders = append(orders, m.Order)
			}
		}
	}
	return orders
}

// view is what can be seen of a message.
type view struct {
	loan               Loan
	inFlight, delayed  bool
	expires            int64
	here               int
	blocked            bool
	blocker            uuid.UUID
	blockerDue, hidden int64
}

func viewLoan(l Loan) string {
	l.Receipt = Receipt{}
	return fmt.Sprint(l)
}

func viewAll(all []Held) (views []view) {
	for _, h := range all {
		v := view{h.Loan, h.InFlight, h.Delayed, h.Expires, h.Here, h.Blocked, h.Blocker, h.BlockerDue, 0}
		v.loan.Receipt, v.loan.Hidden = Receipt{}, 0
		if h.InFlight || h.Delayed {
			v.hidden = h.Due
		}
		views = append(views, v)
	}
	return views
}

func (n *naive) view() (views []view) {
	blockers := map[string]*naiveMessage{}
	for _, m := range n.held {
		v := view{loan: m.Loan, inFlight: m.hidden, delayed: m.late, expires: m.kept + int64(n.set.Retention), here: m.here}
		if m.hidden || m.late {
			v.hidden = m.due
		}
		if b := blockers[m.Group]; b != nil && n.set.FIFO {
			v.blocked, v.blocker, v.blockerDue = true, b.ID, b.due
		} else if m.hidden || m.late {
			blockers[m.Group] = m
		}
		views = append(views, v)
	}
	if !n.set.FIFO {
		slices.SortStableFunc(views, func(a, b view) int { return cmp.Compare(a.loan.Sent, b.loan.Sent) })
	}
	return views
}
