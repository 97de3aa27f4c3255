package core

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// call is something done to a queue, the same each time, with what it answers.
type call func(q, dlq *Queue) any

// drawCalls draws what to do to the first queue of a world, from now on.
func (w *world) drawCalls(t *rapid.T) (calls []call) {
	for range rapid.IntRange(1, 12).Draw(t, "calls") {
		w.now += int64(rapid.IntRange(0, 20).Draw(t, "seconds")) * int64(time.Second)
		calls = append(calls, w.drawCall(t, w.now))
	}
	return calls
}

func (w *world) drawCall(t *rapid.T, now int64) call {
	var receipt Receipt
	if len(w.handles) > 0 {
		receipt = rapid.SampledFrom(w.handles).Draw(t, "handle").receipt
	}
	seconds := time.Duration(rapid.SampledFrom([]int{0, 1, 30, 60}).Draw(t, "duration")) * time.Second
	id := w.id()
	m := &Message{Body: "more", Group: rapid.SampledFrom(w.groups).Draw(t, "group"), Dedup: id.String()[30:35]}
	switch rapid.IntRange(0, 7).Draw(t, "call") {
	case 0, 1:
		return func(q, _ *Queue) any { return q.Send(now, id, m) }
	case 2, 3:
		r := Request{Max: 3, Visibility: seconds, Attempt: rapid.SampledFrom([]string{"", "p"}).Draw(t, "attempt")}
		if !w.fifo {
			r.Attempt = ""
		}
		return func(q, dlq *Queue) any {
			loans, is := q.Receive(now, r, nil, dlq)
			return []any{append([]Loan{}, loans...), is}
		}
	case 4:
		return func(q, _ *Queue) any { return q.Delete(now, receipt, nil) }
	case 5:
		return func(q, _ *Queue) any { return q.ChangeVisibility(now, receipt, seconds) }
	case 6:
		return func(q, dlq *Queue) any { dlq.MoveNext(now, q, id); return nil }
	}
	if rapid.Bool().Draw(t, "purge") {
		return func(q, _ *Queue) any { return q.Purge(now) }
	}
	return func(q, _ *Queue) any {
		set := q.Settings()
		set.Delay, set.GroupScope = seconds, !set.GroupScope
		q.Configure(now, set)
		return nil
	}
}

// outlook is all that can be seen of a queue at a time, and all that it would still lend, without touching it. It does not
// trust Clone with that: it tells what is held first.
func outlook(q *Queue, now int64) []any {
	all := []any{q.Held(now), q.Counts(now), q.Settings()}
	c := q.Clone()
	for ; c.Counts(now) != (Counts{}); now += int64(time.Hour) {
		loans, _ := c.Receive(now, Request{Max: 10, Visibility: 20 * time.Minute}, nil, nil)
		for _, l := range loans {
			all = append(all, l, c.Delete(now, l.Receipt, nil))
		}
	}
	return all
}

var cloned = map[string]variant{
	"standard": {groups: []string{"", "a", "b"}, dlq: true},
	"FIFO":     {groups: []string{"a", "b"}, fifo: true, dlq: true},
}

// A clone shares no memory with its original that either of them writes to.
func TestCloneSharesNothing(t *testing.T) {
	standard := newScript(t, Settings{MaxReceives: 1})
	standard.play("send a1 b1 c1; receive 1 0: a1; tick 1s; receive 1: b1; delete b1")
	for k, delay := range []time.Duration{0, 0, time.Hour} {
		standard.dlq.Send(standard.now, uuid.UUID{byte(k)}, &Message{Group: "a", Delay: delay})
	}
	standard.play("receive 10: c1; counts: 0 1 0") // a1 is a dead letter now, older than what waits there
	turns := newScript(t, Settings{})
	turns.play("send a1 b1; receive 2 60: a1 b1; hide b1 0; hide a1 0") // a comes back to a place before that of b
	fifo := newScript(t, fifo)
	fifo.play("send a1 b1")
	lendAll(fifo, Request{Max: 1, Visibility: time.Hour, Attempt: "p"})

	index, parts := regexp.MustCompile(`\[\d+\]`), map[string]bool{}
	for _, q := range []*Queue{standard.q, standard.dlq, turns.q, fifo.q} {
		q.Held(q.now) // brings up to date what is late
		original, clone := map[string]unsafe.Pointer{}, map[string]unsafe.Pointer{}
		memory("", reflect.ValueOf(q).Elem(), original)
		memory("", reflect.ValueOf(q.Clone()).Elem(), clone)
		for _, name := range slices.Sorted(maps.Keys(original)) {
			require.NotEqual(t, original[name], clone[name], name)
			parts[index.ReplaceAllString(name, "")] = true
		}
	}
	for _, part := range []string{"slots.chunks", "ageOut", "hidden.out", "lanes.all", "lanes.all.late.out", "lanes.turns.out", "lanes.spare", "lanes.buckets",
		"dedup.newest", "dedup.recent.buf", "attempts.byID", "attempts.recent.buf"} {
		require.True(t, parts["."+part], "no %s to look at", part)
	}
}

// memory collects where the slices and maps of a value are, and what it points to that is written to.
func memory(name string, v reflect.Value, at map[string]unsafe.Pointer) {
	switch v.Kind() {
	case reflect.Struct:
		for k := range v.NumField() {
			memory(name+"."+v.Type().Field(k).Name, v.Field(k), at)
		}
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*late]() && !v.IsNil() { // all others point to what never changes
			at[name] = v.UnsafePointer()
			memory(name, v.Elem(), at)
		}
	case reflect.Map:
		if v.Len() > 0 {
			at[name] = v.UnsafePointer()
		}
	case reflect.Slice:
		if v.Cap() == 0 {
			return
		}
		at[name] = v.UnsafePointer()
		for k := range v.Len() {
			memory(fmt.Sprintf("%s[%d]", name, k), v.Index(k), at)
		}
	}
}

// What is done to a clone leaves the original as it was, and the other way round; done to both it gives the same answers and
// the same queues.
func TestClone(t *testing.T) {
	for name, v := range cloned {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, v)
				t.Repeat(w.actions())
				now, calls := w.now, w.drawCalls(t)
				q, dlq := w.queues[0], w.queues[1]
				before := []any{outlook(q, now), outlook(dlq, now)}
				c, cDLQ := q.Clone(), dlq.Clone()
				spare, spareDLQ := q.Clone(), dlq.Clone()

				var answers []any
				for _, do := range calls {
					answers = append(answers, do(c, cDLQ))
				}
				require.Equal(t, before, []any{outlook(q, now), outlook(dlq, now)}, "the clone changed the original")
				for k, do := range calls {
					require.Equal(t, answers[k], do(q, dlq), "call %d answers otherwise", k)
				}
				require.Equal(t, before, []any{outlook(spare, now), outlook(spareDLQ, now)}, "the original changed a clone")
				require.Equal(t, outlook(c, w.now), outlook(q, w.now))
				require.Equal(t, outlook(cDLQ, w.now), outlook(dlq, w.now))
			})
		})
	}
}

// Time alone does the same in many steps as in one: the same things happen at the same times, in order of time, and the same
// queue is left.
func TestTimeAlone(t *testing.T) {
	for name, v := range cloned {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, v)
				t.Repeat(w.actions())
				end := w.now + rapid.SampledFrom([]int64{1e6, 1e9, 60e9, 3600e9, 96 * 3600e9}).Draw(t, "until")
				steps := append(w.deadlines(), rapid.SliceOfN(rapid.Int64Range(w.now, end), 0, 10).Draw(t, "steps")...)
				slices.Sort(steps)
				for _, q := range w.queues {
					one, many := q.Clone(), q.Clone()
					one.Record(true)
					many.Record(true)
					for _, at := range steps {
						many.Advance(min(at, end))
					}
					one.Advance(end)
					many.Advance(end)
					events := one.Events()
					require.Equal(t, slices.Clone(events), many.Events())
					require.True(t, slices.IsSortedFunc(events, func(a, b Event) int { return int(a.At - b.At) }))
					require.Equal(t, outlook(one, end), outlook(many, end))
				}
			})
		})
	}
}
