package core

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/uint128"
)

const begin = int64(1_767_225_600e9) // 2026

// machine drives a stream and its naive model, and a copy of the stream that was taken on the way.
type machine struct {
	s       *Stream
	m       *naive
	puts    int
	cursors []cursor
	copied  *Stream
	shown   string // what the copy showed when it was taken
}

// cursor is a reader's place in a shard, and how many of its records were before it.
type cursor struct {
	shard int
	from  uint64
	read  int
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "shards")
		hours := time.Duration(rapid.IntRange(1, 4).Draw(t, "retention")) * time.Hour
		k := &machine{s: New(begin, begin, begin/1e9-2, n, Settings{Retention: hours}), m: newNaive(begin, begin/1e9-2, n, hours)}
		t.Repeat(map[string]func(*rapid.T){
			"":          k.check,
			"put":       k.put,
			"step":      k.step,
			"split":     k.split,
			"merge":     k.merge,
			"count":     k.count,
			"retention": k.retention,
			"cursor":    k.cursor,
			"read":      k.read,
			"copy":      k.copy,
		})
	})
}

func (k *machine) step(t *rapid.T) {
	k.m.now += rapid.OneOf(rapid.Int64Range(0, 3e9), rapid.Int64Range(0, int64(3*time.Hour))).Draw(t, "step")
}

func drawKey(t *rapid.T) uint128.Uint128 {
	return uint128.Uint128{Hi: rapid.Uint64().Draw(t, "hi"), Lo: rapid.Uint64().Draw(t, "lo")}
}

func (k *machine) put(t *rapid.T) {
	for range rapid.IntRange(1, 20).Draw(t, "n") {
		hash := drawKey(t)
		k.puts++
		key := strconv.Itoa(k.puts)
		want := k.m.route(hash)
		k.s.Advance(k.m.now)
		h, n, ok := k.s.Append(&Entry{Key: key, Hash: hash}, nil)
		p := n.Parts()
		if !ok || !n.WellFormed() || want.index != int(h.Index) || n.Compare(h.First()) <= 0 ||
			p != (Parts{Created: want.created, Shard: int32(want.index), Index: p.Index, Second: k.m.now / 1e9}) {
			t.Fatalf("%v of shard %d, want %d", p, h.Index, want.index)
		}
		if last := len(want.records) - 1; last >= 0 && n.Compare(want.records[last].number) <= 0 {
			t.Fatalf("numbers do not grow: %v", p)
		}
		want.records = append(want.records, naiveRecord{key, k.m.now, n})
	}
}

func (k *machine) split(t *rapid.T) {
	open := k.m.open()
	if len(open) > 15 {
		return
	}
	want := rapid.SampledFrom(open).Draw(t, "shard")
	h := k.s.Shard(k.m.now, int32(want.index))
	key := rapid.SampledFrom([]uint128.Uint128{middle(h.Start, h.End), plus(h.Start, 2), minus(h.End, 1), plus(h.Start, 1), h.Start, h.End,
		plus(h.End, 1)}).Draw(t, "key")
	lower, upper := distance(h.Start, key), distance(key, h.End) // both are below 2^127 for a key within
	within := h.Covers(key) && lower.Compare(uint128.Uint128{Lo: 2}) >= 0 && upper.Compare(uint128.Uint128{Lo: 1}) >= 0
	require.Equal(t, within, CanSplit(h, key))
	if !within {
		return
	}
	k.s.Split(k.m.now, k.m.now, h, key)
	k.m.split(want, bigOf(key))
}

func (k *machine) merge(t *rapid.T) {
	open := k.m.open()
	a, b := rapid.SampledFrom(open).Draw(t, "low"), rapid.SampledFrom(open).Draw(t, "high")
	low, high := k.s.Shard(k.m.now, int32(a.index)), k.s.Shard(k.m.now, int32(b.index))
	require.Equal(t, k.m.adjacent(a, b), AreNeighbours(low, high))
	if !k.m.adjacent(a, b) {
		return
	}
	k.s.Merge(k.m.now, k.m.now, low, high)
	k.m.merge(a, b)
}

// count changes the number of shards. The model takes over what became of them: that it is right is for check to say.
func (k *machine) count(t *rapid.T) {
	open := len(k.m.open())
	target := rapid.IntRange(max(1, open/2), min(15, 2*open)).Draw(t, "target")
	k.s.SetCount(k.m.now, k.m.now, target)
	require.Equal(t, target, k.s.Open(k.m.now))
	firsts := bounds(target)
	for i, h := range k.s.open {
		near := distance(firsts[i], h.Start)
		require.True(t, near.Hi == 0 && near.Lo <= 2 || near.Hi == ^uint64(0) && near.Lo >= ^uint64(1), "ranges are equal, but for a key")
	}
	for _, h := range k.s.Shards(k.m.now) {
		if int(h.Index) < len(k.m.shards) {
			k.m.shards[h.Index].closed = h.Closed
		}
	}
	for i := len(k.m.shards); i < int(k.s.next); i++ {
		h := k.s.shard(int32(i))
		require.NotNil(t, h)
		k.m.add(int(h.Parent), int(h.Adjacent), bigOf(h.Start), bigOf(h.End), h.Created, h.Opened)
		k.m.shards[i].closed = h.Closed
	}
}

func (k *machine) retention(t *rapid.T) {
	d := time.Duration(rapid.IntRange(1, 6).Draw(t, "hours")) * time.Hour
	k.s.Configure(k.m.now, Settings{Retention: d})
	k.m.setRetention(d)
}

// cursor takes a place of every kind, and works out by hand how many records are before it.
func (k *machine) cursor(t *rapid.T) {
	want := rapid.SampledFrom(k.m.held()).Draw(t, "shard")
	h := k.s.Shard(k.m.now, int32(want.index))
	c := cursor{shard: want.index}
	before := func(before func(naiveRecord) bool) int {
		n := 0
		for _, r := range want.records {
			if before(r) {
				n++
			}
		}
		return n
	}
	switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
	case kind == 1:
		c.from, c.read = k.s.Tip(h), len(want.records)
	case kind == 2:
		at := k.m.now - rapid.Int64Range(0, int64(5*time.Hour)).Draw(t, "age")
		c.from, c.read = k.s.Since(k.m.now, h, at), before(func(r naiveRecord) bool { return r.arrived < at })
	case kind > 2 && len(want.records) > 0:
		n := rapid.SampledFrom(want.records).Draw(t, "record").number
		switch rapid.IntRange(0, 2).Draw(t, "beside") {
		case 1:
			n.Lo += 1 << 36 // a second later: no record has this number
		case 2:
			n.Lo -= 1 << 36
		}
		after := kind == 4
		c.from = k.s.AtNumber(k.m.now, h, n, after)
		if gone := before(func(r naiveRecord) bool { return r.arrived <= k.m.cutoff() }); gone > 0 && n.Parts().Index <= want.records[gone-1].number.Parts().Index {
			c.read = gone // the digits below the index of what is gone are forgotten, and make no difference
			break
		}
		c.read = before(func(r naiveRecord) bool { return r.number.Compare(n) < 0 || after && r.number == n })
	}
	k.cursors = append(k.cursors, c)
}

func (k *machine) read(t *rapid.T) {
	if len(k.cursors) == 0 {
		return
	}
	c := &k.cursors[rapid.IntRange(0, len(k.cursors)-1).Draw(t, "cursor")]
	want := k.m.shards[c.shard]
	h := k.s.Shard(k.m.now, int32(c.shard))
	if !slices.Contains(k.m.held(), want) {
		require.Nil(t, h, "its retention has ended")
		return
	}
	limit := rapid.IntRange(1, 50).Draw(t, "limit")
	a := k.s.Read(k.m.now, h, Request{From: c.from, Limit: limit, Bytes: 1 << 30}, nil)
	var got, wanted []string
	for _, run := range a.Run {
		for i := range run {
			got = append(got, fmt.Sprint(naiveRecord{run[i].Key, run[i].Arrived, h.Number(&run[i])}))
		}
	}
	gone := len(want.records) - len(k.m.records(want))
	from := max(c.read, gone)
	to := min(len(want.records), from+limit)
	for _, r := range want.records[min(from, to):to] {
		wanted = append(wanted, fmt.Sprint(r))
	}
	require.Equal(t, wanted, got)
	c.from, c.read = a.Next, max(from, to)
	more := c.read < len(want.records)
	require.Equal(t, !more && want.closed != 0, a.End)
	switch {
	case more:
		require.Equal(t, max(1e6, k.m.now-want.records[to-1].arrived), a.Behind)
	case want.closed != 0:
		require.Equal(t, k.m.now-want.closed, a.Behind)
	default:
		require.Zero(t, a.Behind)
	}
}

// copy checks the last copy, which nothing may have changed, and takes another.
func (k *machine) copy(t *rapid.T) {
	if k.copied != nil {
		require.Equal(t, k.shown, show(k.copied.Clone()))
	}
	k.copied = k.s.Clone()
	k.shown = show(k.copied.Clone())
}

func show(s *Stream) string {
	text := ""
	for _, h := range s.shards {
		text += fmt.Sprintf("%d %v %v %d %v:", h.Index, h.Start, h.End, h.Closed, h.Children)
		a := s.Look(s.now, h, 0)
		for _, run := range a.Run {
			for _, r := range run {
				text += " " + r.Key
			}
		}
	}
	return text
}

// check compares the shards, and the laws that hold at every instant.
func (k *machine) check(t *rapid.T) {
	held := k.m.held()
	all := k.s.Shards(k.m.now)
	require.Len(t, all, len(held))
	for i, h := range all {
		want := held[i]
		same := want.index == int(h.Index) && want.parent == int(h.Parent) && want.adjacent == int(h.Adjacent) && want.closed == h.Closed &&
			want.created == h.Created && want.start.Cmp(bigOf(h.Start)) == 0 && want.end.Cmp(bigOf(h.End)) == 0
		if !same {
			t.Fatalf("want %+v, have %+v", want, h)
		}
	}
	k.checkLineage(t)
	covers(t, k.s.Select(k.m.now, AtLatest, 0, None))
	covers(t, k.s.Select(k.m.now, AtHorizon, 0, None))
	covers(t, k.s.Select(k.m.now, AtTime, k.m.now-rapid.Int64Range(0, int64(6*time.Hour)).Draw(t, "age"), None))
}

// covers requires that the ranges of shards divide the key space.
func covers(t *rapid.T, hs []*Shard) {
	hs = slices.Clone(hs)
	slices.SortFunc(hs, func(a, b *Shard) int { return a.Start.Compare(b.Start) })
	next := uint128.Uint128{}
	for i, h := range hs {
		if h.Start != next {
			t.Fatalf("a shard begins at %v, not %v", h.Start, next)
		}
		if next = plus(h.End, 1); next.IsZero() != (i == len(hs)-1) { // the last one ends where the space does
			t.Fatalf("a shard ends at %v", h.End)
		}
	}
}

// checkLineage requires that children begin where their parents end: in range, time and number.
func (k *machine) checkLineage(t *rapid.T) {
	for _, h := range k.s.Shards(k.m.now) {
		for _, parent := range []int32{h.Parent, h.Adjacent} {
			p := k.s.shard(parent)
			if p == nil {
				continue
			}
			if !slices.Contains(p.Children, h.Index) || p.Closed != h.Opened || h.First().Compare(p.Last()) <= 0 ||
				!h.Covers(p.Start) && !p.Covers(h.Start) {
				t.Fatalf("%+v does not go on where %+v ends", h, p)
			}
		}
		if h.IsOpen() != (len(h.Children) == 0) {
			t.Fatalf("%+v is open, or has children", h)
		}
	}
}
