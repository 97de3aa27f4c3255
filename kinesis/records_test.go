package kinesis_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// follower reads a shard on a goroutine of its own.
type follower struct {
	mu   sync.Mutex
	got  []string
	err  error
	done bool
}

func (f *follower) keys() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.got)
}

func (f *follower) failed() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *follower) ended() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.done
}

func (f *follower) note(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func follow(ctx context.Context, s kinesis.Stream, shard int, pos kinesis.Position) *follower {
	f := &follower{}
	go func() {
		for r, err := range s.Records(ctx, id(shard), pos) {
			f.note(func() {
				if f.err = err; err == nil {
					f.got = append(f.got, r.PartitionKey)
				}
			})
		}
		f.note(func() { f.done = true })
	}()
	return f
}

func TestRecordsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New()
		s := create(t, b, "s", 1)
		put(t, s, "a")
		f := follow(t.Context(), s, 0, kinesis.Oldest())
		late := follow(t.Context(), s, 0, kinesis.Latest())
		synctest.Wait()
		require.Equal(t, []string{"a"}, f.keys())
		require.Equal(t, 2, b.Peek("s")[0].Waiting)
		time.Sleep(24 * time.Hour) // no iterator expires under a reader that waits
		put(t, s, "b", "c")
		synctest.Wait()
		require.Equal(t, []string{"a", "b", "c"}, f.keys())
		require.Equal(t, []string{"b", "c"}, late.keys())
		require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
		synctest.Wait()
		require.True(t, f.ended() && late.ended(), "the shard is closed and read")
		require.NoError(t, f.failed())
		require.Equal(t, []string{"a", "b", "c"}, append(f.keys()[:1:1], late.keys()...))
	})
}

func TestRecordsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New()
		s := create(t, b, "s", 1)
		ctx, cancel := context.WithCancel(t.Context())
		f := follow(ctx, s, 0, kinesis.Oldest())
		other := follow(t.Context(), s, 0, kinesis.Oldest())
		synctest.Wait()
		cancel()
		synctest.Wait()
		require.True(t, f.ended())
		require.NoError(t, f.failed(), "the end of the context is no error")
		require.Equal(t, 1, b.Peek("s")[0].Waiting, "and leaves nothing behind")
		put(t, s, "a")
		synctest.Wait()
		require.Equal(t, []string{"a"}, other.keys())
		require.NoError(t, b.Delete(t.Context(), "s", false))
		create(t, b, "s", 1)
		synctest.Wait()
		require.ErrorIs(t, other.failed(), kinesis.ErrResourceNotFound, "another stream of the name is another stream")
		for _, err := range s.Records(t.Context(), "nine", kinesis.Oldest()) {
			require.ErrorIs(t, err, kinesis.ErrResourceNotFound)
		}
	})
}

// A reader that is woken wakes the next, also when it never comes to read.
func TestWakingGoesOnPastReadersThatLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New()
		s := create(t, b, "s", 1)
		const readers = 20
		var all []*follower
		var cancels []func()
		for range readers {
			ctx, cancel := context.WithCancel(t.Context())
			all = append(all, follow(ctx, s, 0, kinesis.Latest()))
			cancels = append(cancels, cancel)
			synctest.Wait()
		}
		put(t, s, "a") // wakes the first, which is cancelled before it runs
		for i := 0; i < readers; i += 2 {
			cancels[i]()
		}
		synctest.Wait()
		for i, f := range all {
			if i%2 == 1 {
				require.Equal(t, []string{"a"}, f.keys(), i)
			}
		}
		require.Equal(t, readers/2, b.Peek("s")[0].Waiting)
		put(t, s, "b")
		synctest.Wait()
		require.Equal(t, []string{"a", "b"}, all[readers-1].keys())
		for _, cancel := range cancels {
			cancel()
		}
	})
}

// A timed change ends the waiting when it takes effect, though nobody calls the broker.
func TestWaitingReadersSeeTimedChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New(kinesis.WithTransitions(kinesis.RealTransitions()))
		s := create(t, b, "s", 1)
		time.Sleep(30 * time.Second)
		f := follow(t.Context(), s, 0, kinesis.Oldest())
		synctest.Wait()
		require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
		time.Sleep(30*time.Second - 1)
		synctest.Wait()
		require.False(t, f.ended())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.True(t, f.ended())
		require.NoError(t, f.failed())
		f = follow(t.Context(), s, 1, kinesis.Oldest())
		synctest.Wait()
		require.NoError(t, b.Delete(t.Context(), "s", false))
		time.Sleep(30 * time.Second)
		synctest.Wait()
		require.ErrorIs(t, f.failed(), kinesis.ErrResourceNotFound)
	})
}

// By hand: the fake clock rings for a reader that waits, and has nothing left to ring for when it has gone.
func TestRecordsByAFakeClock(t *testing.T) {
	b, s, clk := world(t, kinesis.WithTransitions(kinesis.Transitions{Update: time.Minute}))
	require.NoError(t, s.SplitText(t.Context(), id(0), "2"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, err := range s.Records(t.Context(), id(0), kinesis.Oldest()) {
			t.Error(err)
		}
	}()
	require.NoError(t, clk.BlockUntil(t.Context(), 1))
	require.Equal(t, 1, b.Peek("s")[0].Waiting)
	clk.Advance(time.Minute)
	<-done
	require.Zero(t, clk.Timers())
}

// Readers that follow shards while writers write and shards split and merge see each key's records in order, and each record once.
func TestFollowersAcrossReshards(t *testing.T) {
	b := kinesis.New()
	s := create(t, b, "s", 2)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const writers, each = 4, 300
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				_, err := s.Put(ctx, kinesis.Entry{PartitionKey: fmt.Sprint("w", w), Data: fmt.Append(nil, i)})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for n := range []int{3, 2, 4, 5, 3} {
			if _, err := s.SetShardCount(ctx, []int{3, 2, 4, 5, 3}[n], kinesis.UniformScaling); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	got := map[string][]string{}
	read := map[string]bool{}
	for _, sh := range shards(t, s, kinesis.ShardFilter{}) { // parents have lower ids: they are finished first
		for _, parent := range []string{sh.Parent, sh.AdjacentParent} {
			require.True(t, parent == "" || read[parent])
		}
		it, err := s.Iterator(ctx, sh.ID, kinesis.Oldest())
		require.NoError(t, err)
		for _, r := range mustRead(t, b, it) {
			got[r.PartitionKey] = append(got[r.PartitionKey], string(r.Data))
		}
		read[sh.ID] = true
	}
	for w := range writers {
		var want []string
		for i := range each {
			want = append(want, fmt.Sprint(i))
		}
		require.Equal(t, want, got[fmt.Sprint("w", w)])
	}
}

func mustRead(t testing.TB, b *kinesis.Broker, it kinesis.Iterator) []kinesis.Record {
	t.Helper()
	return read(t, b, it).Records
}

// Many readers at the tip, many writers, and nobody misses anything; for the race detector too.
func TestManyFollowers(t *testing.T) {
	b := kinesis.New()
	s := create(t, b, "s", 1)
	const readers, writers, each = 30, 4, 100
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			n := 0
			for _, err := range s.Records(t.Context(), id(0), kinesis.Oldest()) {
				if err != nil {
					t.Error(err)
					return
				}
				if n++; n == writers*each {
					return
				}
			}
			t.Error("ended early")
		})
	}
	for range writers {
		wg.Go(func() {
			for range each {
				if _, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "k"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Zero(t, b.Peek("s")[0].Waiting)
}
