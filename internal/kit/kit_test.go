package kit

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Hooks are asked in the order of their addition until one has an error; a removed one and nil are not asked.
func TestHooks(t *testing.T) {
	var h Hooks[string]
	require.False(t, h.Any())
	h.Add(nil)()
	require.False(t, h.Any())
	var asked []string
	broken := errors.New("broken")
	removeFirst := h.Add(func(_ context.Context, c string) error { asked = append(asked, "first "+c); return nil })
	removeSecond := h.Add(func(_ context.Context, c string) error { asked = append(asked, "second "+c); return broken })
	h.Add(func(_ context.Context, c string) error { asked = append(asked, "third "+c); return nil })
	require.ErrorIs(t, h.Ask(t.Context(), "a"), broken)
	removeFirst()
	removeFirst()
	require.ErrorIs(t, h.Ask(t.Context(), "b"), broken)
	removeSecond()
	require.NoError(t, h.Ask(t.Context(), "c"))
	require.Equal(t, []string{"first a", "second a", "second b", "third c"}, asked)
	require.True(t, h.Any())
}

// A recording holds what was added while it ran, and a loop over it does not see what is added meanwhile.
func TestRecordings(t *testing.T) {
	var rs Recordings[int]
	rs.Add(1)
	a := rs.Begin()
	rs.Add(2, 3)
	b := rs.Begin()
	rs.Add(4)
	rs.End(a)
	rs.Add(5)
	require.Equal(t, []int{2, 3, 4}, slices.Collect(a.Events()))
	require.Equal(t, []int{4, 5}, slices.Collect(b.Events()))
	seen := 0
	for range b.Events() {
		rs.Add(6)
		seen++
	}
	require.Equal(t, 2, seen)
	rs.End(b)
	require.False(t, rs.Any())
}

type answer func() int

func (a answer) Choose(string, int) int { return a() }

// After a panic all answers are tame until the panic is taken.
func TestGuard(t *testing.T) {
	panics := true
	g := NewGuard[string](answer(func() int {
		if panics {
			panic("no more")
		}
		return 3
	}))
	require.False(t, g.Panicking())
	require.Zero(t, g.Choose("what", 9))
	panics = false
	require.True(t, g.Panicking())
	require.Zero(t, g.Choose("what", 9))
	require.Equal(t, "no more", g.TakePanic())
	require.Equal(t, 3, g.Choose("what", 9))
	require.Nil(t, g.TakePanic())
	none := NewGuard[string](nil)
	require.Nil(t, none.TakePanic())
	require.False(t, none.Panicking())
}

func TestSeeds(t *testing.T) {
	require.Equal(t, SeedOf(7), SeedOf(7))
	require.NotEqual(t, SeedOf(7), SeedOf(8))
	require.NotEqual(t, RandomSeed(), RandomSeed())
	first := NewID(SeedOf(7).Derive("a", 1))
	require.Equal(t, first, NewID(SeedOf(7).Derive("a", 1)))
	require.NotEqual(t, first, NewID(SeedOf(7).Derive("a", 2)))
	require.NotEqual(t, first, NewID(SeedOf(7).Derive("b", 1)))
	require.NotEqual(t, first, NewID(SeedOf(7).Generator()))
	require.Equal(t, uuid.Version(4), first.Version())
	require.Equal(t, uuid.RFC4122, first.Variant())
}

func TestInstants(t *testing.T) {
	day := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("east", 3600))
	require.Equal(t, day.UTC(), TimeOf(Instant(day)))
	require.Equal(t, int64(1), Instant(time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC)), "before 1970 time stands still")
	require.Equal(t, int64(1<<62), Instant(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)))
	require.Equal(t, int64(1<<62), Instant(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)), "which does not fit into nanoseconds")
	require.Equal(t, int64(1), Instant(time.Time{}))
	require.Equal(t, int64(1<<62), Instant(time.Unix(0, 1<<62)))
	require.Equal(t, int64(1<<62), Instant(time.Unix(0, 1<<62+1)))
	require.Equal(t, int64(1<<62-1), Instant(time.Unix(0, 1<<62-1)))
	require.True(t, TimeOf(0).IsZero())
}

// Two goroutines never ask a Chooser at once, and the same seed gives the same answers.
func TestChoosers(t *testing.T) {
	calls := 0
	ch := OneAtATime[string](answer(func() int { calls++; return calls }))
	done := make(chan bool)
	for range 4 {
		go func() {
			for range 100 {
				ch.Choose("what", 2)
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
	require.Equal(t, 400, calls)
	a, b := RandomChooser[string](1), RandomChooser[string](1)
	for range 20 {
		require.Equal(t, a.Choose("what", 100), b.Choose("what", 100))
	}
}
