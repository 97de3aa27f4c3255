package sqs_test

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// What the benchmarks stand on: the floors that they are compared with, the clock they run by, and the way they measure.

// benchRing is the floor: a mutex, and a ring buffer of bodies of 64 bytes.
type benchRing struct {
	mu         sync.Mutex
	bodies     [1024][64]byte
	head, tail int
}

func (r *benchRing) send(body *[64]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies[r.tail%len(r.bodies)] = *body
	r.tail++
}

func (r *benchRing) receive(body *[64]byte) (receipt int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*body = r.bodies[r.head%len(r.bodies)]
	r.head++
	return r.head - 1
}

func (r *benchRing) delete(receipt int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies[receipt%len(r.bodies)][0] = 0
}

func (r *benchRing) cycle() func() {
	var body [64]byte
	return func() {
		r.send(&body)
		r.delete(r.receive(&body))
	}
}

func channelCycle() func() {
	c := make(chan [64]byte, 1024)
	var body [64]byte
	return func() {
		c <- body
		body = <-c
	}
}

// rival is what an operation is compared with. Unit names the ratio of the two costs.
type rival struct {
	unit string
	op   func()
}

func floors() []rival {
	return []rival{{"x-floor", new(benchRing).cycle()}, {"x-chan", channelCycle()}}
}

// round is how many calls are timed together: enough for some garbage collections of a small heap, so that they count.
const round = 30_000

// compare times op, and after every round of it a round of each rival with the timer stopped. It reports the median of the
// rounds' ratios: on a machine that others use too, neighbours in time have the same luck.
func compare(b *testing.B, op func(), rivals ...rival) {
	ratios := make([][]float64, len(rivals))
	judge := func(mine time.Duration) {
		for i, r := range rivals {
			ratios[i] = append(ratios[i], float64(mine)/float64(timeRound(r.op)))
		}
	}
	judge(timeRound(op)) // warms up, and leaves no run without a ratio
	b.ReportAllocs()
	calls, begin := 0, time.Now()
	for b.Loop() {
		if calls == 0 {
			begin = time.Now()
		}
		op()
		if calls++; calls == round {
			mine := time.Since(begin)
			b.StopTimer()
			judge(mine)
			calls = 0
			b.StartTimer()
		}
	}
	for i, r := range rivals {
		b.ReportMetric(median(ratios[i]), r.unit)
	}
}

func timeRound(op func()) time.Duration {
	begin := time.Now()
	for range round {
		op()
	}
	return time.Since(begin)
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// every makes one operation of n: it calls f on each n-th call, so that figures are per message where f handles n.
func every(n int, f func()) func() {
	calls := 0
	return func() {
		if calls++; calls == n {
			calls = 0
			f()
		}
	}
}

// spread makes one operation of several that run at the same time, each on its own goroutine. A call stands for one of them.
func spread(ops []func()) func() {
	return every(round, func() {
		var all sync.WaitGroup
		for _, op := range ops {
			all.Go(func() {
				for range round / len(ops) {
					op()
				}
			})
		}
		all.Wait()
	})
}

// benchClock moves by step whenever it is asked. It asks the system's clock too, so that it is not cheaper than that.
//
// With a step of 1 ms a cycle of three calls takes 3 ms, and the five minutes of deduplication hold 100,000 messages: as many
// as a queue has that runs at its limit, and not the hundreds of millions of a benchmark in real time.
type benchClock struct {
	step   time.Duration
	moved  atomic.Int64
	timers atomic.Int64 // functions given to AfterFunc so far
}

func (c *benchClock) Now() time.Time {
	_ = time.Now()
	return time.Unix(1_800_000_000, c.moved.Add(int64(c.step)))
}

func (c *benchClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	defer c.timers.Add(1)
	return time.AfterFunc(d, f).Stop
}

func (c *benchClock) advance(d time.Duration) { c.moved.Add(int64(d)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func standardQueue(opts ...sqs.Option) sqs.Queue {
	return must(sqs.New(opts...).Create(context.Background(), "bench", sqs.Config{}))
}

func fifoQueue(opts ...sqs.Option) sqs.Queue {
	return must(sqs.New(opts...).Create(context.Background(), "bench.fifo", sqs.Config{FIFO: new(true)}))
}

func plainMessages(size int) func() sqs.Message {
	m := sqs.Message{Body: strings.Repeat("x", size)}
	return func() sqs.Message { return m }
}

// fifoMessages walks over the groups. A deduplication id comes again after a million messages; a queue whose clock moves by
// 1 ms has forgotten it by then. Ids and groups are made beforehand: they are the caller's.
func fifoMessages(groups int) func() sqs.Message {
	ids := make([]string, 1<<20)
	for i := range ids {
		ids[i] = strconv.Itoa(i)
	}
	next := 0
	body := strings.Repeat("x", 64)
	return func() sqs.Message {
		next++
		return sqs.Message{Body: body, GroupID: ids[next%groups], DedupID: ids[next%len(ids)]}
	}
}

// cycle sends a message, receives one and deletes it.
func cycle(q sqs.Queue, next func() sqs.Message) func() {
	ctx := context.Background()
	return func() {
		must(q.Send(ctx, next()))
		got := must(q.Receive(ctx, sqs.ReceiveOptions{}))
		if err := got[0].Ack(ctx); err != nil {
			panic(err)
		}
	}
}

// batchCycle does the same with ten messages at a time.
func batchCycle(q sqs.Queue, next func() sqs.Message) func() {
	ctx := context.Background()
	messages := make([]sqs.Message, 10)
	entries := make([]sqs.DeleteEntry, 10)
	return func() {
		for i := range messages {
			messages[i] = next()
		}
		must(q.SendBatch(ctx, messages...))
		for i, m := range must(q.Receive(ctx, sqs.ReceiveOptions{Max: 10})) {
			entries[i].Receipt = m.Receipt
		}
		must(q.DeleteBatch(ctx, entries...))
	}
}

// fill sends n messages.
func fill(q sqs.Queue, n int, next func() sqs.Message) {
	ctx := context.Background()
	for range n {
		must(q.Send(ctx, next()))
	}
}

// heapBytes returns how much of the heap is in use.
func heapBytes() float64 {
	runtime.GC()
	runtime.GC() // what has a finalizer goes in the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
