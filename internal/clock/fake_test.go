package clock

import (
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// journal notes which functions ran, and how far from start the clock then stood.
type journal struct {
	fake *Fake
	ran  []entry
}

type entry struct {
	name string
	at   time.Duration
}

func newJournal() *journal {
	return &journal{fake: NewFake(start)}
}

// note returns a function that writes name into the journal and then does what follows.
func (j *journal) note(name string, then ...func()) func() {
	return func() {
		j.ran = append(j.ran, entry{name, j.fake.Now().Sub(start)})
		for _, f := range then {
			f()
		}
	}
}

func TestMovesRunWhatIsDue(t *testing.T) {
	const s = time.Second
	for name, tc := range map[string]struct {
		move func(*Fake)
		ran  []entry
		now  time.Duration
	}{
		"advance of nothing":    {func(f *Fake) { f.Advance(0) }, []entry{{"zero", 0}, {"negative", 0}}, 0},
		"advance backwards":     {func(f *Fake) { f.Advance(-s) }, []entry{{"zero", 0}, {"negative", 0}}, 0},
		"set to the same":       {func(f *Fake) { f.Set(start) }, []entry{{"zero", 0}, {"negative", 0}}, 0},
		"set backwards":         {func(f *Fake) { f.Set(start.Add(-s)) }, []entry{{"zero", 0}, {"negative", 0}}, 0},
		"to next":               {func(f *Fake) { f.AdvanceToNext() }, []entry{{"zero", 0}, {"negative", 0}}, 0},
		"just short of the two": {func(f *Fake) { f.Advance(2*s - 1) }, []entry{{"zero", 0}, {"negative", 0}, {"one", s}}, 2*s - 1},
		"exactly to the two":    {func(f *Fake) { f.Set(start.Add(2 * s)) }, []entry{{"zero", 0}, {"negative", 0}, {"one", s}, {"two", 2 * s}, {"two again", 2 * s}}, 2 * s},
		"past all":              {func(f *Fake) { f.Advance(9 * s) }, []entry{{"zero", 0}, {"negative", 0}, {"one", s}, {"two", 2 * s}, {"two again", 2 * s}, {"three", 3 * s}}, 9 * s},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJournal()
			j.fake.AfterFunc(3*s, j.note("three"))
			j.fake.AfterFunc(2*s, j.note("two"))
			j.fake.AfterFunc(0, j.note("zero"))
			j.fake.AfterFunc(1*s, j.note("one"))
			j.fake.AfterFunc(2*s, j.note("two again"))
			j.fake.AfterFunc(-s, j.note("negative"))
			require.Empty(t, j.ran, "AfterFunc must not run anything")
			tc.move(j.fake)
			require.Equal(t, tc.ran, j.ran)
			require.Equal(t, start.Add(tc.now), j.fake.Now())
			require.Equal(t, 6-len(tc.ran), j.fake.Timers())
		})
	}
}

func TestAdvanceToNextTellsHowFarItWent(t *testing.T) {
	j := newJournal()
	_, ok := j.fake.AdvanceToNext()
	require.False(t, ok)
	require.Equal(t, start, j.fake.Now())

	again := func() { j.fake.AfterFunc(0, j.note("at once")); j.fake.AfterFunc(1, j.note("later")) }
	j.fake.AfterFunc(time.Minute, j.note("first", again))
	j.fake.AfterFunc(time.Minute, j.note("second"))
	j.fake.Advance(time.Second)
	d, ok := j.fake.AdvanceToNext()
	require.True(t, ok)
	require.Equal(t, 59*time.Second, d)
	require.Equal(t, []entry{{"first", time.Minute}, {"second", time.Minute}, {"at once", time.Minute}}, j.ran)
	require.Equal(t, 1, j.fake.Timers())

	j.fake.AfterFunc(0, j.note("due"))
	d, ok = j.fake.AdvanceToNext()
	require.True(t, ok)
	require.Zero(t, d)
}

func TestFunctionsAddAndStopOthers(t *testing.T) {
	j := newJournal()
	stop := j.fake.AfterFunc(5, j.note("stopped"))
	j.fake.AfterFunc(1, j.note("a", func() {
		j.fake.AfterFunc(2, j.note("c"))
		j.fake.AfterFunc(0, j.note("b"))
		j.fake.AfterFunc(9, j.note("out of reach"))
		require.True(t, stop())
	}))
	j.fake.AfterFunc(4, j.note("d"))
	j.fake.Advance(6)
	require.Equal(t, []entry{{"a", 1}, {"b", 1}, {"c", 3}, {"d", 4}}, j.ran)
	require.Equal(t, 1, j.fake.Timers())
}

func TestStopTellsWhetherItPreventedTheCall(t *testing.T) {
	j := newJournal()
	stop := j.fake.AfterFunc(1, j.note("never"))
	require.True(t, stop())
	require.False(t, stop(), "stopped before")
	require.Zero(t, j.fake.Timers())

	var own func() bool
	own = j.fake.AfterFunc(1, j.note("own", func() { require.False(t, own(), "started") }))
	j.fake.Advance(1)
	require.False(t, own(), "done")
	require.Equal(t, []entry{{"own", 1}}, j.ran)
}

func TestATimerThatIsOverKeepsNothingAlive(t *testing.T) {
	var ts timers
	ran, stopped := ts.add(start, func() {}), ts.add(start, func() {})
	require.NotNil(t, ts.remove(stopped))
	require.NotNil(t, ts.remove(ts.next()))
	require.Nil(t, ran.call)
	require.Nil(t, stopped.call)
	require.Equal(t, []*timer{nil, nil}, []*timer(ts.heap[:2]), "the array under the heap")
}

func TestStartAndLocation(t *testing.T) {
	var zero Fake
	require.Equal(t, start, zero.Now())
	require.Equal(t, start, NewFake(time.Time{}).Now())

	east := time.FixedZone("east", 3600)
	f := NewFake(start.In(east))
	f.Set(start.Add(time.Hour))
	require.Equal(t, start.Add(time.Hour).In(east), f.Now())

	real := time.Now()
	require.Equal(t, real.Round(0), NewFake(real).Now(), "no monotonic reading")
	f = NewFake(start)
	f.Set(real.Add(time.Hour))
	require.Equal(t, real.Add(time.Hour).Round(0).UTC(), f.Now(), "no monotonic reading")
	f.Start = real
	require.NotEqual(t, real, f.Now(), "Start is read once")
}

func TestDurationsThatOverflowAreClamped(t *testing.T) {
	last := time.Unix(math.MaxInt64-62135596800-1, 0).UTC() // Time counts from the year 1, 62135596800 s before 1970
	f := NewFake(last.Add(-time.Hour))
	ran := false
	f.AfterFunc(math.MaxInt64, func() { ran = true })
	f.Advance(time.Minute)
	require.False(t, ran)
	require.Equal(t, last.Add(-59*time.Minute), f.Now())
	f.Advance(math.MaxInt64)
	require.True(t, ran)
	require.False(t, f.Now().Before(last))

	end := f.Now()
	ran = false
	f.AfterFunc(math.MaxInt64, func() { ran = true })
	f.Advance(math.MaxInt64)
	require.True(t, ran)
	require.False(t, f.Now().Before(end))

	f = NewFake(start)
	f.AfterFunc(math.MaxInt64, func() {})
	f.Advance(math.MinInt64)
	require.Equal(t, start, f.Now())
	d, ok := f.AdvanceToNext()
	require.True(t, ok)
	require.Equal(t, time.Duration(math.MaxInt64), d)
}

func TestAfterFuncRefusesNil(t *testing.T) {
	var f Fake
	require.Panics(t, func() { f.AfterFunc(1, nil) })
	require.Zero(t, f.Timers())
}

func TestAFunctionMayMoveAnotherClock(t *testing.T) {
	j, other := newJournal(), newJournal()
	other.fake.AfterFunc(1, other.note("other"))
	j.fake.AfterFunc(1, j.note("one", func() { other.fake.Advance(time.Second) }))
	j.fake.Advance(1)
	require.Equal(t, []entry{{"other", 1}}, other.ran)
	require.Equal(t, start.Add(time.Second), other.fake.Now())
	require.Equal(t, start.Add(1), j.fake.Now())
}

func TestAFunctionThatFailsLeavesTheClockUsable(t *testing.T) {
	for name, fail := range map[string]func(){
		"panic":                func() { panic("on purpose") },
		"end of the goroutine": runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			for move, do := range map[string]func(*Fake){
				"Advance":       func(f *Fake) { f.Advance(10) },
				"AdvanceToNext": func(f *Fake) { f.AdvanceToNext() },
				"Set":           func(f *Fake) { f.Set(start.Add(10)) },
			} {
				j := newJournal()
				j.fake.AfterFunc(1, j.note("fails", fail))
				j.fake.AfterFunc(7, j.note("survives"))
				over := make(chan struct{})
				go func() {
					defer close(over)
					defer func() { _ = recover() }()
					do(j.fake)
				}()
				<-over
				require.True(t, j.fake.moving.TryLock(), "%s is over", move) // rather than hang below
				j.fake.moving.Unlock()
				require.Equal(t, []entry{{"fails", 1}}, j.ran, move)
				require.Equal(t, start.Add(1), j.fake.Now(), move)
				require.Equal(t, 1, j.fake.Timers(), move)
				j.fake.Set(start.Add(8))
				require.Equal(t, []entry{{"fails", 1}, {"survives", 7}}, j.ran, move)
			}
		})
	}
}
