package core

import (
	"math/big"
	"slices"
	"time"

	"github.com/inflight-mq/inflight/internal/uint128"
)

// naive is a stream as one would write it down: lists that are searched from end to end, and big numbers.
type naive struct {
	now       int64
	retention int64
	floor     int64 // what arrived until then was expired when the retention changed
	shards    []*naiveShard
}

type naiveShard struct {
	index, parent, adjacent int
	start, end              *big.Int
	created                 int64 // second
	opened, closed          int64
	records                 []naiveRecord // all that ever came
}

type naiveRecord struct {
	key     string
	arrived int64
	number  Sequence
}

func bigOf(k uint128.Uint128) *big.Int {
	n := new(big.Int).SetUint64(k.Hi)
	return n.Add(n.Lsh(n, 64), new(big.Int).SetUint64(k.Lo))
}

func newNaive(now, born int64, n int, retention time.Duration) *naive {
	m := &naive{now: now, retention: int64(retention)}
	all := new(big.Int).Lsh(big.NewInt(1), 128)
	width := new(big.Int).Div(all, big.NewInt(int64(n)))
	for i := range n {
		start := new(big.Int).Mul(width, big.NewInt(int64(i)))
		end := new(big.Int).Sub(all, big.NewInt(1))
		if i < n-1 {
			end = new(big.Int).Sub(new(big.Int).Add(start, width), big.NewInt(1))
		}
		m.add(-1, -1, start, end, born, 0)
	}
	return m
}

func (m *naive) add(parent, adjacent int, start, end *big.Int, created, opened int64) {
	m.shards = append(m.shards, &naiveShard{
		index: len(m.shards), parent: parent, adjacent: adjacent, start: start, end: end, created: created, opened: opened,
	})
}

func (m *naive) cutoff() int64 { return max(m.floor, m.now-m.retention) }

// held are the shards whose retention has not ended.
func (m *naive) held() []*naiveShard {
	var all []*naiveShard
	for _, h := range m.shards {
		if h.closed == 0 || h.closed > m.cutoff() {
			all = append(all, h)
		}
	}
	return all
}

func (m *naive) open() []*naiveShard {
	return slices.DeleteFunc(m.held(), func(h *naiveShard) bool { return h.closed != 0 })
}

func (m *naive) route(k uint128.Uint128) *naiveShard {
	n := bigOf(k)
	for _, h := range m.open() {
		if h.start.Cmp(n) <= 0 && n.Cmp(h.end) <= 0 {
			return h
		}
	}
	return nil
}

// records are those of a shard that have not expired.
func (m *naive) records(h *naiveShard) []naiveRecord {
	var all []naiveRecord
	for _, r := range h.records {
		if r.arrived > m.cutoff() {
			all = append(all, r)
		}
	}
	return all
}

func (m *naive) setRetention(d time.Duration) {
	m.floor = m.cutoff()
	m.retention = int64(d)
}

func (m *naive) split(h *naiveShard, k *big.Int) {
	h.closed = m.now
	created := max(m.now/1e9, h.created) + 1
	m.add(h.index, -1, h.start, new(big.Int).Sub(k, big.NewInt(1)), created, m.now)
	m.add(h.index, -1, k, h.end, created, m.now)
}

func (m *naive) merge(a, b *naiveShard) {
	a.closed, b.closed = m.now, m.now
	m.add(a.index, b.index, a.start, b.end, max(m.now/1e9, a.created, b.created)+1, m.now)
}

func (m *naive) adjacent(a, b *naiveShard) bool {
	return new(big.Int).Add(a.end, big.NewInt(1)).Cmp(b.start) == 0
}
