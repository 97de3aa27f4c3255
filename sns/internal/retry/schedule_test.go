package retry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// delays lists all delays of a schedule, in seconds.
func delays(s Schedule) (all []float64) {
	for i := 1; ; i++ {
		d, ok := s.Delay(i)
		if !ok {
			return all
		}
		all = append(all, d.Seconds())
	}
}

func TestFormulas(t *testing.T) {
	s := func(n int, lo, hi time.Duration, f Backoff) Schedule {
		return Schedule{Backoff: n, Min: lo * time.Second, Max: hi * time.Second, Function: f}
	}
	for _, c := range []struct {
		name string
		s    Schedule
		want []float64
	}{
		{"linear", s(5, 1, 9, Linear), []float64{1, 3, 5, 7, 9}},
		{"arithmetic", s(5, 1, 21, Arithmetic), []float64{1, 3, 7, 13, 21}},
		{"geometric", s(5, 1, 81, Geometric), []float64{1, 3, 9, 27, 81}},
		{"exponential", s(5, 1, 31, Exponential), []float64{1, 3, 7, 15, 31}},
		{"one", s(1, 4, 9, Exponential), []float64{4}},
		{"two", s(2, 4, 9, Geometric), []float64{4, 9}},
		{"equal ends", s(3, 20, 20, Geometric), []float64{20, 20, 20}},
		{"none", Schedule{}, nil},
	} {
		require.InDeltaSlice(t, c.want, delays(c.s), 1e-9, c.name)
		require.Len(t, delays(c.s), len(c.want), c.name)
	}
}

// The documented example: 3 at once, 2 at 1 s, 10 in back-off, 35 at 60 s.
func TestPhases(t *testing.T) {
	s := Schedule{3, 2, 10, 35, time.Second, time.Minute, Exponential}
	all := delays(s)
	require.Len(t, all, 50)
	require.Equal(t, []float64{0, 0, 0, 1, 1, 1}, all[:6])
	require.Equal(t, 60.0, all[14])
	for _, d := range all[15:] {
		require.Equal(t, 60.0, d)
	}
	for _, i := range []int{-1, 0, 51, 1 << 62, -1 << 62} {
		d, ok := s.Delay(i)
		require.False(t, ok, i)
		require.Zero(t, d)
	}
}

func TestFixedSchedules(t *testing.T) {
	managed := delays(Managed())
	require.Len(t, managed, 100_015)
	require.Equal(t, []float64{0, 0, 0, 1, 1, 1}, managed[:6])
	require.Equal(t, []float64{20, 20, 20}, managed[14:17])
	require.InDelta(t, 1+19*3.0/511, managed[7], 1e-9)
	require.Equal(t, 23, int(Managed().Total().Hours()/24))
	unmanaged := delays(Unmanaged())
	require.Len(t, unmanaged, 50)
	require.Equal(t, []float64{10, 10, 10}, unmanaged[:3])
	require.Equal(t, []float64{600, 600}, unmanaged[11:13])
	require.Equal(t, 6, int(Unmanaged().Total().Hours()))
}

func anySchedule() *rapid.Generator[Schedule] {
	return rapid.Custom(func(t *rapid.T) Schedule {
		few := rapid.IntRange(0, 100)
		s := Schedule{
			few.Draw(t, "immediate"), few.Draw(t, "pre"), few.Draw(t, "backoff"), few.Draw(t, "post"), 0, 0,
			rapid.SampledFrom([]Backoff{Linear, Arithmetic, Geometric, Exponential}).Draw(t, "function"),
		}
		lo := rapid.IntRange(1, 3600).Draw(t, "min")
		s.Min, s.Max = time.Duration(lo)*time.Second, time.Duration(rapid.IntRange(lo, 3600).Draw(t, "max"))*time.Second
		return s
	})
}

// There are as many delays as retries; they never shrink, those behind the immediate ones lie within the ends, and in back-off
// they grow strictly if the ends differ (exponential growth may begin too small to see). Their sum is the total.
func TestDelaysGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySchedule().Draw(t, "schedule")
		n, last, total := 0, time.Duration(0), time.Duration(0)
		for i := 1; ; i++ {
			d, ok := s.Delay(i)
			if !ok {
				break
			}
			n, total = n+1, total+d
			require.GreaterOrEqual(t, d, last)
			switch {
			case i <= s.Immediate:
				require.Zero(t, d)
			default:
				require.GreaterOrEqual(t, d, s.Min)
				require.LessOrEqual(t, d, s.Max)
			}
			if k := i - s.Immediate - s.PreBackoff; k > 1 && k <= s.Backoff && s.Min < s.Max && s.Function != Exponential {
				require.Greater(t, d, last)
			}
			last = d
		}
		require.Equal(t, s.Retries(), n)
		require.Equal(t, s.Total(), total)
	})
}

func TestDelayAllocatesNothing(t *testing.T) {
	s := Managed()
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Delay(9) }))
}

func BenchmarkDelay(b *testing.B) {
	b.ReportAllocs()
	s := Managed()
	s.Function = Geometric
	for b.Loop() {
		s.Delay(9)
	}
}
