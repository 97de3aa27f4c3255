package clock

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plan is what one function does when it runs, the same in the clock and in the model.
type plan struct {
	delay time.Duration
	adds  []plan
	stops int // the age of a timer to stop; none if there is no such timer yet
}

// drawPlan draws a plan whose functions add others at most depth levels deep.
func drawPlan(t *rapid.T, depth int) plan {
	p := plan{
		delay: time.Duration(rapid.IntRange(-2, 12).Draw(t, "delay")),
		stops: rapid.IntRange(0, 40).Draw(t, "stops"),
	}
	if depth > 0 {
		for range rapid.IntRange(0, 2).Draw(t, "adds") {
			p.adds = append(p.adds, drawPlan(t, depth-1))
		}
	}
	return p
}

// world is a clock that can carry out plans.
type world interface {
	add(p plan)
	stop(age int)
	log(format string, args ...any)
}

// carryOut does what p says.
func carryOut(w world, age int, now time.Duration, p plan) {
	w.log("%d at %d", age, now)
	for _, child := range p.adds {
		w.add(child)
	}
	w.stop(p.stops)
}

// events is a log of what happened in a world.
type events struct{ seen []string }

func (e *events) log(format string, args ...any) {
	e.seen = append(e.seen, fmt.Sprintf(format, args...))
}

// real is the world of a Fake.
type real struct {
	events
	fake  *Fake
	stops []func() bool
}

func (r *real) add(p plan) {
	age := len(r.stops)
	r.stops = append(r.stops, r.fake.AfterFunc(p.delay, func() { carryOut(r, age, r.fake.Now().Sub(start), p) }))
}

func (r *real) stop(age int) {
	if age < len(r.stops) {
		r.log("stop %d: %t", age, r.stops[age]())
	}
}

// model is the world of a slice that is sorted before every step.
type model struct {
	events
	now     time.Duration
	added   int
	pending []modelTimer
}

type modelTimer struct {
	at  time.Duration
	age int
	plan
}

func (m *model) add(p plan) {
	m.pending = append(m.pending, modelTimer{m.now + max(p.delay, 0), m.added, p})
	m.added++
}

func (m *model) stop(age int) {
	if age >= m.added {
		return
	}
	before := len(m.pending)
	m.pending = slices.DeleteFunc(m.pending, func(t modelTimer) bool { return t.age == age })
	m.log("stop %d: %t", age, len(m.pending) < before)
}

func (m *model) advance(d time.Duration) { m.set(m.now + d) }

func (m *model) set(target time.Duration) {
	for m.sort(); len(m.pending) > 0 && m.pending[0].at <= max(target, m.now); m.sort() {
		first := m.pending[0]
		m.pending = m.pending[1:]
		m.now = first.at
		carryOut(m, first.age, m.now, first.plan)
	}
	m.now = max(m.now, target)
}

func (m *model) toNext() (time.Duration, bool) {
	if len(m.pending) == 0 {
		return 0, false
	}
	m.sort()
	d := m.pending[0].at - m.now
	m.advance(d)
	return d, true
}

func (m *model) sort() {
	slices.SortFunc(m.pending, func(a, b modelTimer) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return a.age - b.age
	})
}

func TestFakeBehavesLikeASortedSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, m := &real{fake: NewFake(start)}, &model{}
		t.Repeat(map[string]func(*rapid.T){
			"AfterFunc": func(t *rapid.T) {
				p := drawPlan(t, 2)
				r.add(p)
				m.add(p)
			},
			"stop": func(t *rapid.T) {
				age := rapid.IntRange(0, m.added).Draw(t, "age")
				r.stop(age)
				m.stop(age)
			},
			"Advance": func(t *rapid.T) {
				d := time.Duration(rapid.IntRange(-3, 10).Draw(t, "d"))
				r.fake.Advance(d)
				m.advance(d)
			},
			"Set": func(t *rapid.T) {
				to := m.now + time.Duration(rapid.IntRange(-9, 9).Draw(t, "to"))
				r.fake.Set(start.Add(to))
				m.set(to)
			},
			"AdvanceToNext": func(t *rapid.T) {
				d, ok := r.fake.AdvanceToNext()
				wantD, wantOK := m.toNext()
				require.Equal(t, wantOK, ok)
				require.Equal(t, wantD, d)
			},
			"": func(t *rapid.T) {
				require.Equal(t, m.seen, r.seen)
				require.Equal(t, m.now, r.fake.Now().Sub(start))
				require.Equal(t, len(m.pending), r.fake.Timers())
			},
		})
	})
}
