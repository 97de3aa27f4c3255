package kinesistest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// crawler reads a stream from its first shards on, and begins a shard when it is at the end of all its parents.
type crawler struct {
	streams kinesis.Streams
	stream  kinesis.Stream
	places  map[string]kinesis.Iterator       // by shard
	last    map[string]kinesis.SequenceNumber // read in a shard
	ended   map[string]bool
	waiting map[string]kinesis.ChildShard
}

func newCrawler(ss kinesis.Streams, s kinesis.Stream, first ...string) *crawler {
	c := &crawler{ss, s, map[string]kinesis.Iterator{}, map[string]kinesis.SequenceNumber{}, map[string]bool{}, map[string]kinesis.ChildShard{}}
	for _, shard := range first {
		c.places[shard] = ""
	}
	return c
}

// shards returns the shards that it reads now, in order.
func (c *crawler) shards() []string {
	var all []string
	for shard := range c.places {
		all = append(all, shard)
	}
	slices.Sort(all)
	return all
}

// step reads once from a shard, and reports whether it got anywhere. An iterator that has expired is made anew.
func (c *crawler) step(ctx context.Context, shard string, limit int) (bool, error) {
	it := c.places[shard]
	if it == "" {
		pos := kinesis.Oldest()
		if n := c.last[shard]; !n.IsZero() {
			pos = kinesis.After(n)
		}
		var err error
		if it, err = c.stream.Iterator(ctx, shard, pos); err != nil {
			return false, c.excuse(shard, err)
		}
		c.places[shard] = it
	}
	b, err := c.streams.Read(ctx, it, kinesis.ReadOptions{Limit: limit})
	if err != nil {
		return false, c.excuse(shard, err)
	}
	if n := len(b.Records); n > 0 {
		c.last[shard] = b.Records[n-1].Sequence
	}
	c.places[shard] = b.Next
	if b.Next == "" {
		c.finish(shard, b.Children)
	}
	return len(b.Records) > 0 || b.Next == "" || b.Behind > 0, nil
}

// excuse tells errors that a reader must live with from others.
func (c *crawler) excuse(shard string, err error) error {
	switch {
	case errors.Is(err, kinesis.ErrThroughputExceeded):
		return nil
	case errors.Is(err, kinesis.ErrExpiredIterator):
		c.places[shard] = ""
		return nil
	}
	return err
}

func (c *crawler) finish(shard string, children []kinesis.ChildShard) {
	delete(c.places, shard)
	c.ended[shard] = true
	for _, child := range children {
		c.waiting[child.ID] = child
	}
	for id, child := range c.waiting {
		if !slices.ContainsFunc(child.Parents, func(p string) bool { return !c.ended[p] }) {
			c.places[id] = ""
			delete(c.waiting, id)
		}
	}
}

// machine is a stream with a producer and several readers, whose history is kept.
type machine struct {
	b        *kinesis.Broker
	clk      *inflight.FakeClock
	history  kinesistest.History
	producer kinesis.Stream
	readers  []*crawler
	liberty  liberty
	n        int
}

// liberty is a chooser that can be told to be tame.
type liberty struct {
	kinesis.Chooser
	over bool
}

func (l *liberty) Choose(what kinesis.Choice, n int) int {
	if l.over {
		return 0
	}
	return l.Chooser.Choose(what, n)
}

func newMachine(t *rapid.T, twist func(kinesis.Streams) kinesis.Streams) *machine {
	m := &machine{clk: inflight.NewFakeClock(time.Time{}), liberty: liberty{Chooser: kinesistest.Draw(t)}}
	m.b = kinesis.New(kinesis.WithClock(m.clk), kinesis.WithSeed(1), kinesis.WithChooser(&m.liberty))
	streams := twist(m.b)
	_, err := m.b.Create(context.Background(), "s", kinesis.Config{Shards: 2})
	require.NoError(t, err)
	for i := range 3 {
		r := m.history.Record(streams, fmt.Sprint("reader ", i), m.clk.Now)
		s, err := r.Open(context.Background(), "s")
		require.NoError(t, err)
		m.producer = s
		m.readers = append(m.readers, newCrawler(r, s, id(0), id(1)))
	}
	return m
}

func id(shard int) string { return fmt.Sprintf("shardId-%012d", shard) }

// put puts one record, or a batch of up to four.
func (m *machine) put(t *rapid.T) {
	var es []kinesis.Entry
	for range rapid.IntRange(1, 4).Draw(t, "records") {
		m.n++
		es = append(es, kinesis.Entry{PartitionKey: rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "key"), Data: fmt.Append(nil, m.n)})
	}
	if len(es) > 1 {
		_, err := m.producer.PutBatch(t.Context(), es...)
		require.NoError(t, err)
		return
	}
	if _, err := m.producer.Put(t.Context(), es[0]); err != nil {
		require.ErrorIs(t, err, kinesis.ErrThroughputExceeded)
	}
}

// read has a reader read once.
func (m *machine) read(t *rapid.T) {
	r := m.readers[rapid.IntRange(0, len(m.readers)-1).Draw(t, "reader")]
	shards := r.shards()
	if len(shards) == 0 {
		return
	}
	_, err := r.step(t.Context(), rapid.SampledFrom(shards).Draw(t, "shard"), rapid.IntRange(1, 3).Draw(t, "limit"))
	require.NoError(t, err)
}

// reshard splits or merges where that can be done.
func (m *machine) reshard(t *rapid.T) {
	var open []kinesis.Shard
	for sh, err := range m.producer.Shards(t.Context(), kinesis.ShardFilter{Type: kinesis.AtLatestShards}) {
		require.NoError(t, err)
		open = append(open, sh)
	}
	slices.SortFunc(open, func(a, b kinesis.Shard) int { return a.Start.Compare(b.Start) })
	n := rapid.IntRange(0, len(open)-1).Draw(t, "shard")
	if n+1 < len(open) && rapid.Bool().Draw(t, "merge") {
		require.NoError(t, m.producer.Merge(t.Context(), open[n].ID, open[n+1].ID))
		return
	}
	if len(open) < 6 {
		_ = m.producer.Split(t.Context(), open[n].ID, kinesis.HashOf(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "at")))
	}
}

// drain has a reader read all there is, of a stream that takes no more liberties.
func (m *machine) drain(t *rapid.T) {
	m.liberty.over = true
	r := m.readers[0]
	for range 2000 {
		busy := false
		for _, shard := range r.shards() {
			more, err := r.step(t.Context(), shard, 0)
			require.NoError(t, err)
			busy = busy || more || r.places[shard] == "" && !r.ended[shard] // its iterator had expired
		}
		if !busy && len(r.waiting) == 0 {
			return
		}
	}
	require.Fail(t, "there is no end")
}

// run does what rapid draws, and returns what the checker finds.
func (m *machine) run(t *rapid.T) []kinesistest.Violation {
	t.Repeat(map[string]func(*rapid.T){
		"put": m.put, "put more": m.put, "read": m.read, "read more": m.read, "reshard": m.reshard,
		"wait": func(t *rapid.T) {
			m.clk.Advance(time.Duration(rapid.SampledFrom([]int{1, 50, 1000, 60_000, 301_000}).Draw(t, "ms")) * time.Millisecond)
		},
	})
	return kinesistest.Check(m.history.Ops(), m.rules())
}

func (m *machine) rules() kinesistest.Rules {
	return kinesistest.Rules{Stream: m.producer.ARN(), Exact: true, Repeats: true, Retention: 24 * time.Hour}
}

// Whatever is put, split, merged and waited for, and whatever liberties the service takes: no promise is broken.
func TestPromisesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, func(b kinesis.Streams) kinesis.Streams { return b })
		assert.Empty(t, m.run(t))
	})
}

// In the end, a reader that goes on has read everything.
func TestWhatIsDrainedIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, func(b kinesis.Streams) kinesis.Streams { return b })
		m.run(t)
		m.drain(t)
		rules := m.rules()
		rules.Drained = true
		assert.Empty(t, kinesistest.Check(m.history.Ops(), rules))
	})
}
