package kinesistest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// course puts, splits, merges and reads through a recorder of a broker that is twisted, and returns the broken promises.
func course(t *testing.T, twist func(kinesis.Streams) kinesis.Streams) []kinesistest.Rule {
	clk := inflight.NewFakeClock(time.Time{})
	ctx := t.Context()
	var h kinesistest.History
	r := h.Record(twist(kinesis.New(kinesis.WithClock(clk), kinesis.WithSeed(1))), "reader", clk.Now)
	s, err := r.Create(ctx, "s", kinesis.Config{Shards: 1})
	require.NoError(t, err)
	c := newCrawler(r, s, id(0))
	for i := range 30 {
		clk.Advance(time.Second)
		_, err := s.Put(ctx, kinesis.Entry{PartitionKey: string(rune('a' + i%5)), Data: fmt.Append(nil, i)})
		require.NoError(t, err)
		switch i {
		case 10:
			require.NoError(t, s.Split(ctx, id(0), kinesis.HashKey{Hi: 1 << 63}))
		case 20:
			require.NoError(t, s.Merge(ctx, id(1), id(2)))
		}
		if i%3 == 0 {
			for _, shard := range c.shards() {
				_, err := c.step(ctx, shard, 2)
				require.NoError(t, err)
			}
		}
	}
	for range 60 {
		for _, shard := range c.shards() {
			_, err := c.step(ctx, shard, 2)
			require.NoError(t, err)
		}
	}
	var broken []kinesistest.Rule
	for _, v := range kinesistest.Check(h.Ops(), kinesistest.Rules{Stream: s.ARN(), Exact: true, Drained: true, Retention: 24 * time.Hour}) {
		if !slices.Contains(broken, v.Rule) {
			broken = append(broken, v.Rule)
		}
	}
	return broken
}

// losing answers every seventh put as if it had stored the record.
type losing struct {
	kinesis.Stream
	n    *int
	last *kinesis.Placed
}

func (s losing) Put(ctx context.Context, e kinesis.Entry) (kinesis.Placed, error) {
	if *s.n++; *s.n%7 == 0 {
		p := *s.last
		p.Sequence.Lo++
		return p, nil
	}
	p, err := s.Stream.Put(ctx, e)
	*s.last = p
	return p, err
}

// stuttering answers with the number of the record before.
type stuttering struct{ losing }

func (s stuttering) Put(ctx context.Context, e kinesis.Entry) (kinesis.Placed, error) {
	p, err := s.Stream.Put(ctx, e)
	if *s.n++; *s.n%7 == 0 {
		return *s.last, err
	}
	*s.last = p
	return p, err
}

// doubling stores every record twice.
type doubling struct{ kinesis.Stream }

func (s doubling) Put(ctx context.Context, e kinesis.Entry) (kinesis.Placed, error) {
	if _, err := s.Stream.Put(ctx, e); err != nil {
		return kinesis.Placed{}, err
	}
	return s.Stream.Put(ctx, e)
}

func TestTheCheckerCatchesWrongStreams(t *testing.T) {
	for name, wrong := range map[string]struct {
		twist func(kinesis.Streams) kinesis.Streams
		rules []kinesistest.Rule
	}{
		"right": {func(b kinesis.Streams) kinesis.Streams { return b }, nil},
		"losing": {streams(func(s kinesis.Stream) kinesis.Stream { return losing{s, new(int), new(kinesis.Placed)} }),
			[]kinesistest.Rule{kinesistest.NothingLost, kinesistest.NothingSkipped}},
		"stuttering": {streams(func(s kinesis.Stream) kinesis.Stream { return stuttering{losing{s, new(int), new(kinesis.Placed)}} }),
			[]kinesistest.Rule{kinesistest.NothingInvented, kinesistest.NumbersRise}},
		"doubling": {streams(func(s kinesis.Stream) kinesis.Stream { return doubling{s} }), []kinesistest.Rule{kinesistest.NothingInvented}},
		"skipping": {reads(func(_ kinesis.Iterator, b *kinesis.Batch) {
			if len(b.Records) == 2 {
				b.Records = b.Records[1:]
			}
		}), []kinesistest.Rule{kinesistest.NothingLost, kinesistest.NothingSkipped}},
		"altering": {reads(func(_ kinesis.Iterator, b *kinesis.Batch) {
			if len(b.Records) == 2 {
				b.Records[1].Data = nil
			}
		}), []kinesistest.Rule{kinesistest.NothingInvented}},
		"reversing": {reads(func(_ kinesis.Iterator, b *kinesis.Batch) { slices.Reverse(b.Records) }),
			[]kinesistest.Rule{kinesistest.ShardOrder}},
		"stopping early": {reads(func(_ kinesis.Iterator, b *kinesis.Batch) {
			if b.Behind > 0 {
				b.Next = ""
			}
		}), []kinesistest.Rule{kinesistest.NothingLost, kinesistest.NothingSkipped}},
		"standing still": {reads(standStill(3)), []kinesistest.Rule{kinesistest.NothingRepeated}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, wrong.rules, course(t, wrong.twist)) })
	}
}

// standStill has the n-th read that answers records give its own iterator as the next.
func standStill(n int) func(kinesis.Iterator, *kinesis.Batch) {
	return func(it kinesis.Iterator, b *kinesis.Batch) {
		if len(b.Records) > 0 && b.Next != "" {
			if n--; n == 0 {
				b.Next = it
			}
		}
	}
}
