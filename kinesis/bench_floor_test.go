package kinesis_test

import (
	"crypto/md5"
	"slices"
	"sync"
	"testing"
	"time"
)

// What the benchmarks stand on: the floor that they are compared with, and the way they measure.

// floor is what storing records by their keys cannot do without: a mutex, the MD5 of each key, a copy of the data and a slice to append
// to.
type floor struct {
	mu      sync.Mutex
	records []floorRecord
	memory  []byte
}

type floorRecord struct {
	key  string
	data []byte
	sum  [16]byte
}

// put stores the records of a batch, and drops all when they are many.
func (f *floor) put(keys []string, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.records) > 100_000 {
		f.records = nil
	}
	f.memory = make([]byte, 0, len(keys)*len(data))
	for _, k := range keys {
		at := len(f.memory)
		f.memory = append(f.memory, data...)
		f.records = append(f.records, floorRecord{k, f.memory[at:], md5.Sum([]byte(k))})
	}
}

// compare times op, and after each round of calls a round of the rival with the timer stopped. It reports the median of the rounds'
// ratios: on a machine that others use too, neighbours in time have the same luck.
func compare(b *testing.B, round int, unit string, op, rival func()) {
	var ratios []float64
	judge := func(mine time.Duration) { ratios = append(ratios, float64(mine)/float64(timeRound(round, rival))) }
	timeRound(round, rival)
	judge(timeRound(round, op)) // warms up, and leaves no run without a ratio
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
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], unit)
}

func timeRound(round int, op func()) time.Duration {
	begin := time.Now()
	for range round {
		op()
	}
	return time.Since(begin)
}
