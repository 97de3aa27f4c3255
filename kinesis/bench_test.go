package kinesis_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// tick is a clock that moves a millisecond at each look, and never rings.
type tick struct {
	mu  sync.Mutex
	now time.Time
}

func newTick() *tick { return &tick{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }

func (c *tick) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *tick) AfterFunc(time.Duration, func()) func() bool { return func() bool { return true } }

func benchStream(b *testing.B, shards int, opts ...kinesis.Option) (*kinesis.Broker, kinesis.Stream) {
	limits := kinesis.LimitsAsOf(time.Now())
	limits.Shards = 1 << 20
	broker := kinesis.New(append([]kinesis.Option{kinesis.WithClock(newTick()), kinesis.WithLimits(limits)}, opts...)...)
	return broker, create(b, broker, "s", shards)
}

func benchKeys(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("truck-%08d", i)
	}
	return all
}

func entriesOf(keys []string, data []byte) []kinesis.Entry {
	es := make([]kinesis.Entry, len(keys))
	for i, k := range keys {
		es[i] = kinesis.Entry{PartitionKey: k, Data: data}
	}
	return es
}

// The budget: at most 1.6 times the floor.
func BenchmarkPutBatch500x100(b *testing.B) {
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprintf("shards=%d", n), func(b *testing.B) {
			_, s := benchStream(b, n)
			keys, data := benchKeys(500), make([]byte, 100)
			es, f := entriesOf(keys, data), &floor{}
			left := 0
			compare(b, 50, "x-floor", func() {
				if left++; left%200 == 0 { // as the floor drops its records
					b.StopTimer()
					_, s = benchStream(b, n)
					b.StartTimer()
				}
				if _, err := s.PutBatch(b.Context(), es...); err != nil {
					b.Fatal(err)
				}
			}, func() { f.put(keys, data) })
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500, "ns/record")
		})
	}
}

func BenchmarkPut(b *testing.B) {
	_, s := benchStream(b, 4)
	keys, data := benchKeys(1), make([]byte, 100)
	f := &floor{}
	compare(b, 20_000, "x-floor", func() {
		if _, err := s.Put(b.Context(), kinesis.Entry{PartitionKey: keys[0], Data: data}); err != nil {
			b.Fatal(err)
		}
	}, func() { f.put(keys, data) })
}

// fill puts n records of a byte into a stream.
func fill(b *testing.B, s kinesis.Stream, n int) {
	b.Helper()
	data := []byte("x")
	es := entriesOf(benchKeys(500), data)
	for n > 0 {
		m := min(n, len(es))
		if _, err := s.PutBatch(context.Background(), es[:m]...); err != nil {
			b.Fatal(err)
		}
		n -= m
	}
}

// The budget: at most 20 ns a record, no payload copied. Into a new slice each time, it is the price of that slice.
func BenchmarkGetRecords10000(b *testing.B) {
	stored := make([]kinesis.Record, 10_000)
	for name, reuse := range map[string]bool{"reused": true, "new": false} {
		b.Run(name, func(b *testing.B) {
			broker, s := benchStream(b, 1)
			fill(b, s, 20_000)
			it, err := s.Iterator(b.Context(), id(0), kinesis.Oldest())
			require.NoError(b, err)
			var into, copied []kinesis.Record
			compare(b, 20, "x-copying-structs", func() {
				batch, err := broker.Read(b.Context(), it, kinesis.ReadOptions{Into: into})
				if err != nil || len(batch.Records) != 10_000 {
					b.Fatal(err, len(batch.Records))
				}
				if reuse {
					into = batch.Records[:0]
				}
			}, func() {
				if !reuse {
					copied = nil
				}
				copied = append(copied[:0], stored...)
			})
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/record")
		})
	}
}

// A look-up among many shards costs little more than one among few.
func BenchmarkLookUp(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("shards=%d", n), func(b *testing.B) {
			broker, _ := benchStream(b, n)
			keys := benchKeys(1000)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				i = (i + 1) % len(keys)
				broker.RouteOf("s", keys[i])
			}
		})
	}
}

// The budget: at most 64 bytes beside data and key, and a cost of Put and Read within 1.3 times from 1e3 to 1e7 records.
func BenchmarkStored(b *testing.B) {
	for _, n := range []int{1e5, 1e7} {
		b.Run(fmt.Sprintf("records=%.0e", float64(n)), func(b *testing.B) {
			if n > 1e6 && testing.Short() {
				b.Skip()
			}
			fewBroker, few := benchStream(b, 4)
			fill(b, few, 1e3)
			before := heap()
			manyBroker, many := benchStream(b, 4)
			fill(b, many, n)
			overhead := float64(heap()-before)/float64(n) - 1 // a byte of data each; keys are shared
			b.Run("put", func(b *testing.B) {
				compare(b, 2000, "x-1e3", putting(b, many), putting(b, few))
				b.ReportMetric(overhead, "B/record")
			})
			b.Run("read", func(b *testing.B) {
				compare(b, 100, "x-1e3", reading(b, manyBroker, many), reading(b, fewBroker, few))
			})
			runtime.KeepAlive(manyBroker)
		})
	}
}

func putting(b *testing.B, s kinesis.Stream) func() {
	e := kinesis.Entry{PartitionKey: "truck", Data: []byte("x")}
	return func() {
		if _, err := s.Put(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
}

// reading reads a shard from its beginning, 100 records at a time, and begins anew at its end.
func reading(b *testing.B, broker *kinesis.Broker, s kinesis.Stream) func() {
	oldest := func() kinesis.Iterator {
		it, err := s.Iterator(b.Context(), id(0), kinesis.Oldest())
		require.NoError(b, err)
		return it
	}
	it := oldest()
	return func() {
		batch, err := broker.Read(b.Context(), it, kinesis.ReadOptions{Limit: 100})
		if err != nil {
			b.Fatal(err)
		}
		if it = batch.Next; batch.Behind == 0 {
			it = oldest()
		}
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Trimming: each put drops as much as it stores.
func BenchmarkPutWhileTrimming(b *testing.B) {
	clk := newTick()
	broker := kinesis.New(kinesis.WithClock(clk))
	s := create(b, broker, "s", 1)
	e := kinesis.Entry{PartitionKey: "truck", Data: []byte("x")}
	step := func() {
		clk.mu.Lock()
		clk.now = clk.now.Add(time.Second)
		clk.mu.Unlock()
		if _, err := s.Put(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
	for range 90_000 {
		step()
	}
	b.ReportAllocs()
	for b.Loop() {
		step()
	}
}

// The budget: 1,000 readers that wait at the tip slow the writer by at most 1.5 times. What is timed is a burst of puts that finds all
// of them waiting; what the readers do with the records afterwards is their time, and on few cores takes the writer's.
func BenchmarkPutWithWaitingReaders(b *testing.B) {
	const burst = 50
	e := kinesis.Entry{PartitionKey: "truck", Data: make([]byte, 100)}
	puts := func(s kinesis.Stream) time.Duration {
		begin := time.Now()
		for range burst {
			if _, err := s.Put(b.Context(), e); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(begin)
	}
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprintf("readers=%d", n), func(b *testing.B) {
			broker := kinesis.New()
			alone, read := create(b, broker, "alone", 1), create(b, broker, "read", 1)
			ctx, cancel := context.WithCancel(b.Context())
			var wg sync.WaitGroup
			var seen atomic.Int64
			for range n {
				wg.Go(func() {
					for range read.Records(ctx, id(0), kinesis.Latest()) {
						seen.Add(1)
					}
				})
			}
			for broker.Peek("read")[0].Waiting < n {
				runtime.Gosched()
			}
			var ratios []float64
			for b.Loop() {
				mine := puts(read)
				ratios = append(ratios, float64(mine)/float64(puts(alone)))
				for seen.Load() < int64(len(ratios)*burst*n) {
					runtime.Gosched()
				}
				for range 1000 { // until the last are in line again
					runtime.Gosched()
				}
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x-alone")
			cancel()
			wg.Wait()
		})
	}
}

func drain(records iter.Seq2[kinesis.Record, error]) {
	for range records {
	}
}

// A test makes thousands.
func BenchmarkNewBroker(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		create(b, kinesis.New(), "s", 1)
	}
}
