package kinesis_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/kinesis"
)

// answers is a Chooser of prepared answers to one question; others are answered tamely.
type answers struct {
	what kinesis.Choice
	all  []int
	ns   []int // how many answers there were to choose from
}

func (a *answers) Choose(what kinesis.Choice, n int) int {
	if what != a.what || len(a.all) == 0 {
		return 0
	}
	answer := a.all[0]
	a.all, a.ns = a.all[1:], append(a.ns, n)
	return answer
}

func TestChooseFewer(t *testing.T) {
	ch := &answers{what: kinesis.ChooseFewer, all: []int{3, 1, 99, -1, 0}}
	b, s, _ := world(t, kinesis.WithChooser(ch))
	put(t, s, "a", "b", "c")
	it := iterator(t, s, 0, kinesis.Oldest())
	batch := read(t, b, it)
	require.Empty(t, batch.Records, "an empty answer though there is something ahead")
	require.Positive(t, batch.Behind)
	batch = read(t, b, batch.Next)
	require.Equal(t, []string{"a", "b"}, keys(batch.Records))
	require.Equal(t, []int{4, 4}, ch.ns)
	require.Len(t, read(t, b, it).Records, 3, "no answer is out of range")
	require.Len(t, read(t, b, it).Records, 3)
}

func TestChooseLinger(t *testing.T) {
	b, s, _ := world(t, kinesis.WithChooser(&answers{what: kinesis.ChooseLinger, all: []int{1, 0}}))
	put(t, s, "a")
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	batch := read(t, b, iterator(t, s, 0, kinesis.Oldest()))
	require.Len(t, batch.Records, 1)
	require.NotEmpty(t, batch.Next)
	require.Empty(t, batch.Children)
	batch = read(t, b, batch.Next)
	require.Empty(t, batch.Records)
	require.Empty(t, batch.Next)
	require.Len(t, batch.Children, 2)
}

func TestChooseThrottle(t *testing.T) {
	b, s, _ := world(t, kinesis.WithChooser(&answers{what: kinesis.ChooseThrottle, all: []int{0, 1, 0, 1, 1}}))
	placed, err := s.PutBatch(t.Context(), kinesis.Entry{PartitionKey: "a"}, kinesis.Entry{PartitionKey: "b"}, kinesis.Entry{PartitionKey: "c"})
	require.NoError(t, err)
	refused(t, placed[1].Err, kinesis.ErrThroughputExceeded, tooFast)
	_, err = s.Put(t.Context(), kinesis.Entry{PartitionKey: "d"})
	require.ErrorIs(t, err, kinesis.ErrThroughputExceeded)
	it := iterator(t, s, 0, kinesis.Oldest())
	_, err = b.Read(t.Context(), it, kinesis.ReadOptions{})
	require.ErrorIs(t, err, kinesis.ErrThroughputExceeded)
	require.Equal(t, []string{"a", "c"}, keys(read(t, b, it).Records))
}

func TestChooseRepeat(t *testing.T) {
	b, s, _ := world(t, kinesis.WithChooser(&answers{what: kinesis.ChooseRepeat, all: []int{0, 1}}))
	j := b.Record()
	put(t, s, "a")
	p := put(t, s, "b")
	rs := read(t, b, iterator(t, s, 0, kinesis.Oldest())).Records
	require.Equal(t, []string{"a", "b", "b"}, keys(rs))
	require.Equal(t, rs[2].Sequence, p.Sequence, "the answer is that to the second")
	require.Equal(t, 1, j.Count(kinesis.EventRepeated))
}

// answersTo lets two puts be tame, which only the question of the rate concerns.
func answersTo(what kinesis.Choice, n int) []int {
	if what == kinesis.ChooseThrottle {
		return []int{0, 0, n}
	}
	return []int{n}
}

// A follower is not held up by what was only chosen: it looks again at once, though the clock stands still.
func TestFollowersTakeChoicesInTheirStride(t *testing.T) {
	for what, n := range map[kinesis.Choice]int{kinesis.ChooseThrottle: 1, kinesis.ChooseFewer: 2, kinesis.ChooseLinger: 1} {
		b, s, clk := world(t, kinesis.WithChooser(&answers{what: what, all: answersTo(what, n)}))
		put(t, s, "a", "b")
		require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
		var got []string
		for r, err := range s.Records(t.Context(), "0", kinesis.Oldest()) {
			require.NoError(t, err)
			got = append(got, r.PartitionKey)
		}
		require.Equal(t, []string{"a", "b"}, got, what)
		require.Zero(t, clk.Timers())
		require.NotEmpty(t, b.Peek("s"))
	}
}

// A Chooser that panics ends the operation tamely, and leaves nothing locked.
func TestChoosersMayPanic(t *testing.T) {
	b, s, _ := world(t, kinesis.WithChooser(panicking{}))
	require.PanicsWithValue(t, "no", func() { _, _ = s.Put(t.Context(), kinesis.Entry{PartitionKey: "a"}) })
	require.Len(t, b.Peek("s")[0].Records, 1)
	require.Panics(t, func() {
		for range s.Records(t.Context(), "0", kinesis.Oldest()) {
			t.Error("the panic comes first")
		}
	})
	require.Zero(t, b.Peek("s")[0].Waiting)
}

type panicking struct{}

func (panicking) Choose(kinesis.Choice, int) int { panic("no") }

func TestRandomChoosers(t *testing.T) {
	run := func(seed uint64) (n int) {
		b, s, _ := world(t, kinesis.WithChooser(kinesis.RandomChooser(seed)))
		for range 20 {
			_, _ = s.PutBatch(t.Context(), kinesis.Entry{PartitionKey: "a"}, kinesis.Entry{PartitionKey: "b"})
		}
		return len(b.Peek("s")[0].Records)
	}
	require.Equal(t, run(1), run(1))
}

// drawn lets rapid choose.
type drawn struct{ t *rapid.T }

func (d drawn) Choose(what kinesis.Choice, n int) int {
	return rapid.IntRange(0, n-1).Draw(d.t, what.String())
}

// Whatever the service is allowed to do, a producer that tries again until each record is stored, and readers that read parents before
// children, see each key's records in the order in which they were first stored, and lose none.
func TestOrderSurvivesEveryChoice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := kinesis.New(kinesis.WithChooser(drawn{rt}))
		s, err := b.Create(t.Context(), "s", kinesis.Config{Shards: 2})
		require.NoError(rt, err)
		want := map[string][]string{}
		for i := range rapid.IntRange(1, 15).Draw(rt, "puts") {
			k := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key")
			data := string(rune('A' + i))
			for tries := 0; ; tries++ {
				_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: k, Data: []byte(data)})
				if err == nil {
					break
				}
				require.ErrorIs(rt, err, kinesis.ErrThroughputExceeded)
				if tries > 20 {
					rt.SkipNow()
				}
			}
			want[k] = append(want[k], data)
			if n := rapid.IntRange(0, 4).Draw(rt, "count"); n > 0 {
				_, _ = s.SetShardCount(t.Context(), n, kinesis.UniformScaling)
			}
		}
		got := map[string][]string{}
		for sh, err := range s.Shards(t.Context(), kinesis.ShardFilter{}) {
			require.NoError(rt, err)
			if sh.IsOpen() {
				continue
			}
			for r, err := range s.Records(t.Context(), sh.ID, kinesis.Oldest()) {
				require.NoError(rt, err)
				got[r.PartitionKey] = append(got[r.PartitionKey], string(r.Data))
			}
		}
		for _, sh := range b.Peek("s") {
			for _, r := range sh.Records {
				if sh.IsOpen() {
					got[r.PartitionKey] = append(got[r.PartitionKey], string(r.Data))
				}
			}
		}
		for k, all := range got {
			got[k] = compact(all)
		}
		require.Equal(rt, want, got)
	})
}

// compact drops repetitions, which stand side by side.
func compact(all []string) []string {
	var once []string
	for _, s := range all {
		if len(once) == 0 || once[len(once)-1] != s {
			once = append(once, s)
		}
	}
	return once
}
