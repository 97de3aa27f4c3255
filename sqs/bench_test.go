package sqs_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// What each figure may be: budget.md. Ratios to the floors count; absolute figures are the machine's.

func BenchmarkCycle(b *testing.B) {
	b.Run("64B", func(b *testing.B) { compare(b, cycle(standardQueue(), plainMessages(64)), floors()...) })
	b.Run("1KiB", func(b *testing.B) { compare(b, cycle(standardQueue(), plainMessages(1<<10)), floors()...) })
	b.Run("batch-64B", func(b *testing.B) {
		compare(b, every(10, batchCycle(standardQueue(), plainMessages(64))), floors()...)
	})
	b.Run("batch-1KiB", func(b *testing.B) {
		compare(b, every(10, batchCycle(standardQueue(), plainMessages(1<<10))), floors()...)
	})
	for _, groups := range []int{1, 100_000} {
		b.Run(fmt.Sprintf("fifo-groups=%d", groups), func(b *testing.B) {
			compare(b, fifoCycle(groups), floors()...)
		})
	}
}

// fifoCycle is the cycle on a queue that holds a message of each group; with one group it holds none.
func fifoCycle(groups int) func() {
	q, next := fifoQueue(sqs.WithClock(&benchClock{step: time.Millisecond})), fifoMessages(groups)
	if groups > 1 {
		fill(q, groups, next)
	}
	return cycle(q, next)
}

// BenchmarkParallel has as many goroutines as processors, against a ring that they share, and one each.
func BenchmarkParallel(b *testing.B) {
	n := runtime.GOMAXPROCS(0)
	b.Run("shared", func(b *testing.B) {
		q, ring := standardQueue(), new(benchRing)
		mine, floor := make([]func(), n), make([]func(), n)
		for i := range n {
			mine[i], floor[i] = cycle(q, plainMessages(64)), ring.cycle()
		}
		compare(b, spread(mine), rival{"x-floor", spread(floor)})
	})
	b.Run("own", func(b *testing.B) {
		broker := sqs.New()
		mine, floor := make([]func(), n), make([]func(), n)
		for i := range n {
			q := must(broker.Create(b.Context(), fmt.Sprint("bench", i), sqs.Config{}))
			mine[i], floor[i] = cycle(q, plainMessages(64)), new(benchRing).cycle()
		}
		compare(b, spread(mine), rival{"x-floor", spread(floor)})
	})
}

// BenchmarkLongPollWake plays ping-pong between two queues: an operation is two sends, two long polls that wait, and two
// deletes. The floor is the same game over two channels.
func BenchmarkLongPollWake(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	ping, pong, m := standardQueue(), standardQueue(), sqs.Message{Body: strings.Repeat("x", 64)}
	pings, pongs := make(chan struct{}), make(chan struct{})
	var echoes sync.WaitGroup
	echoes.Go(func() {
		for take(ctx, ping) {
			must(pong.Send(ctx, m))
		}
	})
	echoes.Go(func() {
		for range pings {
			pongs <- struct{}{}
		}
	})
	compare(b, func() {
		must(ping.Send(ctx, m))
		take(ctx, pong)
	}, rival{"x-chan", func() {
		pings <- struct{}{}
		<-pongs
	}})
	cancel()
	close(pings)
	echoes.Wait()
}

// take waits for a message and deletes it. It returns false when ctx has ended.
func take(ctx context.Context, q sqs.Queue) bool {
	for m, err := range sqs.Messages(ctx, q, sqs.ReceiveOptions{}) {
		return err == nil && m.Ack(ctx) == nil
	}
	return false
}

var backlogMax = flag.Float64("backlog.max", 1e6, "most messages that BenchmarkBacklog stores; 1e7 needs 3 GB")

// BenchmarkBacklog is the cycle with n messages waiting, against the same with 1,000.
func BenchmarkBacklog(b *testing.B) {
	for _, n := range []float64{1e3, 1e5, 1e6, 1e7} {
		if n > *backlogMax {
			continue
		}
		b.Run(fmt.Sprintf("standard-%g", n), func(b *testing.B) {
			compare(b, behind(int(n), standardQueue, plainMessages(64)),
				rival{"x-1e3", behind(1e3, standardQueue, plainMessages(64))})
		})
		if n > 1e6 {
			continue
		}
		b.Run(fmt.Sprintf("fifo-%g", n), func(b *testing.B) {
			compare(b, behind(int(n), fifoQueue, fifoMessages(int(n)/10)),
				rival{"x-1e3", behind(1e3, fifoQueue, fifoMessages(1e3/10))})
		})
	}
}

// behind is the cycle on a queue that has n messages waiting, after as many cycles as fill the memory of deduplication.
func behind(n int, make func(...sqs.Option) sqs.Queue, next func() sqs.Message) func() {
	clock := &benchClock{step: time.Millisecond}
	q := make(sqs.WithClock(clock))
	fill(q, n, next)
	clock.advance(5 * time.Minute)
	op := cycle(q, next)
	for range 100_000 {
		op()
	}
	return op
}

// BenchmarkInFlight is the cycle with 120,000 messages in flight until 1 s to 12 h later, against the same with 100.
func BenchmarkInFlight(b *testing.B) {
	compare(b, amidst(120_000), rival{"x-100", amidst(100)})
}

// amidst is a cycle on a queue that has n messages in flight: it sends a message, receives one until a time drawn at random,
// and deletes one of those in flight.
func amidst(n int) func() {
	ctx, r, m := context.Background(), rand.New(rand.NewPCG(1, 2)), sqs.Message{Body: strings.Repeat("x", 64)}
	q := standardQueue(sqs.WithClock(&benchClock{step: time.Millisecond}), sqs.WithLimits(sqs.Limits{MessageSize: 1 << 20}))
	opts := sqs.ReceiveOptions{Visibility: new(time.Duration)}
	receive := func() sqs.Receipt {
		must(q.Send(ctx, m))
		*opts.Visibility = time.Second + rand.N(12*time.Hour-time.Second)
		return must(q.Receive(ctx, opts))[0].Receipt
	}
	held := make([]sqs.Receipt, n)
	for i := range held {
		held[i] = receive()
	}
	return func() {
		i := r.IntN(n)
		if err := q.Delete(ctx, held[i]); err != nil {
			panic(err)
		}
		held[i] = receive()
	}
}

// BenchmarkDelayed sends a million messages with delays drawn at random, lets them all become due second by second, and
// receives them.
func BenchmarkDelayed(b *testing.B) {
	const n = 1_000_000
	var sending, falling, receiving time.Duration
	runs := 0
	for b.Loop() {
		ctx, r, clock := b.Context(), rand.New(rand.NewPCG(1, 2)), &benchClock{}
		q, m := standardQueue(sqs.WithClock(clock)), sqs.Message{Body: strings.Repeat("x", 64), Delay: new(time.Duration)}
		begin := time.Now()
		for range n {
			*m.Delay = time.Duration(r.Int64N(int64(sqs.MaxDelay)))
			must(q.Send(ctx, m))
		}
		sending += time.Since(begin)
		begin = time.Now()
		for range int(sqs.MaxDelay / time.Second) {
			clock.advance(time.Second)
			must(q.Counts(ctx))
		}
		falling += time.Since(begin)
		require.Equal(b, n, must(q.Counts(ctx)).Visible)
		begin = time.Now()
		for range n {
			if err := must(q.Receive(ctx, sqs.ReceiveOptions{}))[0].Ack(ctx); err != nil {
				b.Fatal(err)
			}
		}
		receiving += time.Since(begin)
		runs++
	}
	for _, phase := range []struct {
		unit string
		took time.Duration
	}{{"ns/send", sending}, {"ns/due", falling}, {"ns/receive+delete", receiving}} {
		b.ReportMetric(float64(phase.took.Nanoseconds())/float64(runs*n), phase.unit)
	}
}

// storing is a way to fill a queue.
type storing struct {
	name   string
	make   func(...sqs.Option) sqs.Queue
	next   func() func() sqs.Message
	groups int
}

func stored() []storing {
	delayed := sqs.Message{Body: strings.Repeat("x", 64), Delay: new(sqs.MaxDelay)}
	return []storing{
		{"standard", standardQueue, func() func() sqs.Message { return plainMessages(64) }, 0},
		{"delayed", standardQueue, func() func() sqs.Message { return func() sqs.Message { return delayed } }, 0},
		{"fifo-groups=1", fifoQueue, func() func() sqs.Message { return fifoMessages(1) }, 1},
		{"fifo-groups=100000", fifoQueue, func() func() sqs.Message { return fifoMessages(100_000) }, 100_000},
	}
}

// storedBytes returns what each of n stored messages takes beside its body, which all share: when all are sent, and five minutes
// later. A FIFO queue also remembers each for deduplication: the clock stands still until all are sent.
func storedBytes(c storing, n int, look func()) (sent, settled float64) {
	clock, next := &benchClock{}, c.next()
	before := heapBytes()
	q := c.make(sqs.WithClock(clock))
	fill(q, n, next)
	sent = (heapBytes() - before) / float64(n)
	look()
	clock.advance(5 * time.Minute)
	fill(q, 1, next) // forgets what is to be deduplicated no more
	settled = (heapBytes() - before) / float64(n)
	runtime.KeepAlive(q)
	runtime.KeepAlive(next)
	return sent, settled
}

// BenchmarkMemory reports what a stored message takes beside its body, and how long a collection takes with a million of them.
func BenchmarkMemory(b *testing.B) {
	for _, c := range stored() {
		b.Run(c.name, func(b *testing.B) {
			var overhead, collection, settled float64
			for b.Loop() {
				overhead, settled = storedBytes(c, 1_000_000, func() { collection = collectionTime() })
			}
			b.ReportMetric(overhead, "B/msg-overhead")
			b.ReportMetric(settled, "B/msg-5min-later")
			b.ReportMetric(collection, "ms/GC")
		})
	}
}

// collectionTime returns how many milliseconds a garbage collection takes.
func collectionTime() float64 {
	var took []float64
	for range 5 {
		begin := time.Now()
		runtime.GC()
		took = append(took, time.Since(begin).Seconds()*1000)
	}
	return median(took)
}

// BenchmarkNewBroker makes a broker with one queue.
func BenchmarkNewBroker(b *testing.B) {
	kept := brokerBytes()
	compare(b, func() { standardQueue() })
	b.ReportMetric(kept, "B/broker")
}

// brokerBytes returns what a broker with one queue holds on to.
func brokerBytes() float64 {
	all := make([]sqs.Queue, 1000)
	before := heapBytes()
	for i := range all {
		all[i] = standardQueue()
	}
	after := heapBytes()
	runtime.KeepAlive(all)
	return (after - before) / float64(len(all))
}

// BenchmarkIdlePolls starts 10,000 long polls that wait for nothing, and ends them.
func BenchmarkIdlePolls(b *testing.B) {
	var heap, stack float64
	for b.Loop() {
		heap, stack = pollBytes(10_000)
	}
	b.ReportMetric(heap, "B/poll")
	b.ReportMetric(stack, "stack-B/poll")
}

// pollBytes returns what a waiting long poll holds on to, beside its goroutine, and how large the stack of that is.
func pollBytes(n int) (heap, stack float64) {
	clock := &benchClock{}
	q := standardQueue(sqs.WithClock(clock))
	parked(n, func(ctx context.Context) { <-ctx.Done() }, func() {}) // leaves n goroutines for reuse
	before, stacks := heapBytes(), stackBytes()
	parked(n, func(ctx context.Context) { _, _ = q.Receive(ctx, sqs.ReceiveOptions{Wait: new(sqs.MaxWait)}) }, func() {
		for clock.timers.Load() < int64(n) {
			runtime.Gosched()
		}
		stack = (stackBytes() - stacks) / float64(n)
		heap = (heapBytes() - before) / float64(n)
	})
	return heap, stack
}

// parked calls look while n goroutines run f, which ends with its context.
func parked(n int, f func(context.Context), look func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for range n {
		all.Go(func() { f(ctx) })
	}
	look()
	cancel()
	all.Wait()
}

func stackBytes() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.StackInuse)
}

// TestBudget guards what of the budget does not depend on the machine.
func TestBudget(t *testing.T) {
	const n = 200_000
	t.Run("allocations", func(t *testing.T) {
		require.LessOrEqual(t, testing.AllocsPerRun(1000, cycle(standardQueue(), plainMessages(64))), 2.0)
		require.LessOrEqual(t, testing.AllocsPerRun(1000, fifoCycle(1)), 4.0)
		require.LessOrEqual(t, testing.AllocsPerRun(1000, fifoCycle(1000)), 4.0)
		require.LessOrEqual(t, testing.AllocsPerRun(1000, batchCycle(standardQueue(), plainMessages(64))), 10.0)
	})
	for _, c := range stored() {
		if c.groups > 1 {
			continue // which take bytes of their own
		}
		t.Run("message/"+c.name, func(t *testing.T) {
			_, settled := storedBytes(c, n, func() {})
			require.LessOrEqual(t, settled, 128.0)
		})
	}
	t.Run("broker", func(t *testing.T) {
		require.LessOrEqual(t, brokerBytes(), float64(16<<10))
	})
	t.Run("poll", func(t *testing.T) {
		heap, _ := pollBytes(1000)
		require.LessOrEqual(t, heap, float64(1<<10))
	})
}
