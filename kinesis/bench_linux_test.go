package kinesis_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/inflight-mq/inflight/kinesis"
)

// The budget: 1,000 readers that follow a steady flood slow the writer by at most 1.5 times. What they do with the records takes
// processors, and on few the writer gets its share of them only; what they make the writer do, wakes and the contest for the lock,
// shows in the time of its own thread.
func BenchmarkPutWhileReadersFollow(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("readers=%d", n), func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			broker := kinesis.New()
			alone, read := create(b, broker, "alone", 1), create(b, broker, "read", 1)
			ctx, cancel := context.WithCancel(b.Context())
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() { drain(read.Records(ctx, id(0), kinesis.Latest())) })
			}
			for broker.Peek("read")[0].Waiting < n {
				runtime.Gosched()
			}
			var ratios []float64
			for b.Loop() {
				mine := threadTime(b, read)
				ratios = append(ratios, float64(mine)/float64(threadTime(b, alone)))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x-alone")
			cancel()
			wg.Wait()
		})
	}
}

// threadTime returns how long this thread works on 20,000 puts: long enough for the readers to fall behind and catch up.
func threadTime(b *testing.B, s kinesis.Stream) time.Duration {
	e := kinesis.Entry{PartitionKey: "truck", Data: make([]byte, 100)}
	begin := threadClock(b)
	for range 20_000 {
		if _, err := s.Put(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
	return threadClock(b) - begin
}

func threadClock(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
