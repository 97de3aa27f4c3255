package kinesistest_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// The suite can fail: brokers that are wrong in one respect fail the cases that are about it.

// twisted is a broker whose streams are replaced, and whose reads are changed.
type twisted struct {
	kinesis.Streams
	stream func(kinesis.Stream) kinesis.Stream
	read   func(it kinesis.Iterator, b *kinesis.Batch)
}

func (w twisted) Create(ctx context.Context, name string, cfg kinesis.Config) (kinesis.Stream, error) {
	s, err := w.Streams.Create(ctx, name, cfg)
	return w.wrap(s, err)
}

func (w twisted) Open(ctx context.Context, ref string) (kinesis.Stream, error) {
	s, err := w.Streams.Open(ctx, ref)
	return w.wrap(s, err)
}

func (w twisted) wrap(s kinesis.Stream, err error) (kinesis.Stream, error) {
	if err != nil || w.stream == nil {
		return s, err
	}
	return w.stream(s), nil
}

func (w twisted) Read(ctx context.Context, it kinesis.Iterator, opts kinesis.ReadOptions) (kinesis.Batch, error) {
	b, err := w.Streams.Read(ctx, it, opts)
	if err == nil && w.read != nil {
		w.read(it, &b)
	}
	return b, err
}

// clinging deletes nothing.
type clinging struct{ kinesis.Streams }

func (clinging) Delete(context.Context, string, bool) error { return nil }

// naive takes LATEST for what is newest when it is first read: here, for the oldest.
type naive struct{ kinesis.Stream }

func (s naive) Iterator(ctx context.Context, shard string, pos kinesis.Position) (kinesis.Iterator, error) {
	if pos.Type == kinesis.LatestRecord {
		pos = kinesis.Oldest()
	}
	return s.Stream.Iterator(ctx, shard, pos)
}

// literal knows shards only by their full ids.
type literal struct{ kinesis.Stream }

func (s literal) Iterator(ctx context.Context, shard string, pos kinesis.Position) (kinesis.Iterator, error) {
	if len(shard) != len("shardId-000000000000") {
		shard = "shardId-000000000099"
	}
	return s.Stream.Iterator(ctx, shard, pos)
}

// deaf ignores explicit hash keys.
type deaf struct{ kinesis.Stream }

func (s deaf) Put(ctx context.Context, e kinesis.Entry) (kinesis.Placed, error) {
	e.HashKey, e.HashKeyText = nil, ""
	return s.Stream.Put(ctx, e)
}

// lenient stores the good records of a bad batch.
type lenient struct{ kinesis.Stream }

func (s lenient) PutBatch(ctx context.Context, es ...kinesis.Entry) ([]kinesis.Placed, error) {
	all := make([]kinesis.Placed, len(es))
	for i, e := range es {
		var err error
		if all[i], err = s.Put(ctx, e); err != nil {
			all[i].Err = err
		}
	}
	return all, nil
}

// backwards stores batches from behind.
type backwards struct{ kinesis.Stream }

func (s backwards) PutBatch(ctx context.Context, es ...kinesis.Entry) ([]kinesis.Placed, error) {
	es = slices.Clone(es)
	slices.Reverse(es)
	ps, err := s.Stream.PutBatch(ctx, es...)
	slices.Reverse(ps)
	return ps, err
}

// obliging merges shards in either order.
type obliging struct{ kinesis.Stream }

func (s obliging) Merge(ctx context.Context, shard, adjacent string) error {
	if err := s.Stream.Merge(ctx, shard, adjacent); err == nil {
		return nil
	}
	return s.Stream.Merge(ctx, adjacent, shard)
}

// wordy words refusals in its own way.
type wordy struct{ kinesis.Stream }

func (s wordy) Split(ctx context.Context, shard string, at kinesis.HashKey) error {
	if err := s.Stream.Split(ctx, shard, at); err != nil {
		return &kinesis.Error{Code: kinesis.ErrInvalidArgument, Message: "no, thank you"}
	}
	return nil
}

// shortSighted lists open shards only.
type shortSighted struct{ kinesis.Stream }

func (s shortSighted) Shards(ctx context.Context, _ kinesis.ShardFilter) iter.Seq2[kinesis.Shard, error] {
	return s.Stream.Shards(ctx, kinesis.ShardFilter{Type: kinesis.AtLatestShards})
}

// forgetful replaces all tags.
type forgetful struct{ kinesis.Stream }

func (s forgetful) Tag(ctx context.Context, tags map[string]string) error {
	p, err := s.Tags(ctx, kinesis.TagOptions{})
	for _, t := range p.Tags {
		if err == nil {
			err = s.Untag(ctx, t.Key)
		}
	}
	if err != nil {
		return err
	}
	return s.Stream.Tag(ctx, tags)
}

// panicky panics.
type panicky struct{ kinesis.Stream }

func (panicky) Untag(context.Context, ...string) error { panic("out of cheese") }

// pushing changes the events of subscriptions; those for which change returns false are not pushed.
type pushing struct {
	kinesis.Stream
	change func(*kinesis.ShardEvent) bool
}

func (s pushing) Subscribe(ctx context.Context, consumer, shard string, pos kinesis.Position) (*kinesis.Subscription, error) {
	sub, err := s.Stream.Subscribe(ctx, consumer, shard, pos)
	if err != nil {
		return nil, err
	}
	return kinesis.NewSubscription(func(yield func(kinesis.ShardEvent, error) bool) {
		for ev, err := range sub.Events() {
			if (err != nil || s.change(&ev)) && !yield(ev, err) {
				return
			}
		}
	}), nil
}

func streams(twist func(kinesis.Stream) kinesis.Stream) func(kinesis.Streams) kinesis.Streams {
	return func(b kinesis.Streams) kinesis.Streams { return twisted{b, twist, nil} }
}

func reads(change func(kinesis.Iterator, *kinesis.Batch)) func(kinesis.Streams) kinesis.Streams {
	return func(b kinesis.Streams) kinesis.Streams { return twisted{b, nil, change} }
}

func events(change func(*kinesis.ShardEvent) bool) func(kinesis.Streams) kinesis.Streams {
	return streams(func(s kinesis.Stream) kinesis.Stream { return pushing{s, change} })
}

func TestTheSuiteCanFail(t *testing.T) {
	for name, wrong := range map[string]struct {
		twist func(kinesis.Streams) kinesis.Streams
		cases []string
	}{
		"clinging": {func(b kinesis.Streams) kinesis.Streams { return clinging{b} }, []string{"delete/gone", "delete/twice"}},
		"naive":    {streams(func(s kinesis.Stream) kinesis.Stream { return naive{s} }), []string{"iterator/latest", "iterator/closed"}},
		"literal":  {streams(func(s kinesis.Stream) kinesis.Stream { return literal{s} }), []string{"names/shard-forms", "names/shard-said-in-full"}},
		"deaf":     {streams(func(s kinesis.Stream) kinesis.Stream { return deaf{s} }), []string{"routing/explicit", "routing/inclusive"}},
		"lenient": {streams(func(s kinesis.Stream) kinesis.Stream { return lenient{s} }),
			[]string{"batch/one-too-large", "batch/hash-range", "batch/too-many", "batch/ten-mib"}},
		"backwards": {streams(func(s kinesis.Stream) kinesis.Stream { return backwards{s} }), []string{"batch/answers", "batch/same-key"}},
		"obliging":  {streams(func(s kinesis.Stream) kinesis.Stream { return obliging{s} }), []string{"merge/inverted"}},
		"wordy": {streams(func(s kinesis.Stream) kinesis.Stream { return wordy{s} }),
			[]string{"split/key-at-start", "split/closed", "split/no-shard", "absent/split"}},
		"short-sighted": {streams(func(s kinesis.Stream) kinesis.Stream { return shortSighted{s} }),
			[]string{"shards/filter-none", "split/smallest", "retention/closed-shard"}},
		"forgetful": {streams(func(s kinesis.Stream) kinesis.Stream { return forgetful{s} }), []string{"tag/add"}},
		"panicky":   {streams(func(s kinesis.Stream) kinesis.Stream { return panicky{s} }), []string{"tag/remove"}},
		"never ends": {reads(func(it kinesis.Iterator, b *kinesis.Batch) {
			if b.Next == "" {
				b.Next, b.Children = it, nil
			}
		}), []string{"closed/split", "closed/merge"}},
		"childless":    {reads(func(_ kinesis.Iterator, b *kinesis.Batch) { b.Children = nil }), []string{"closed/split", "closed/iterator-of-before"}},
		"never behind": {reads(func(_ kinesis.Iterator, b *kinesis.Batch) { b.Behind = 0 }), []string{"read/behind"}},
		"ends early": {reads(func(_ kinesis.Iterator, b *kinesis.Batch) {
			if b.Behind > 0 {
				b.Next = ""
			}
		}), []string{"closed/not-before", "read/limit"}},
		"silent": {events(func(ev *kinesis.ShardEvent) bool { return len(ev.Records) > 0 || ev.Continuation.IsZero() }), []string{"subscribe/five-minutes"}},
		"continues at the last record": {events(func(ev *kinesis.ShardEvent) bool {
			if n := len(ev.Records); n > 0 {
				ev.Continuation = ev.Records[n-1].Sequence
			}
			return true
		}), []string{"subscribe/one-event"}},
		"pushes no children": {events(func(ev *kinesis.ShardEvent) bool { ev.Children = nil; return true }), []string{"subscribe/closed"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range wrong.cases {
				if name == "silent" {
					bubble(t, func(t *testing.T, in kinesistest.Instance) { fails(t, in, wrong.twist, c) })
					continue
				}
				fails(t, onFakeClock(), wrong.twist, c)
			}
		})
	}
}

func fails(t *testing.T, in kinesistest.Instance, twist func(kinesis.Streams) kinesis.Streams, name string) {
	require.NoError(t, named(t, name).Try(t.Context(), in), "the case passes by itself")
	in.Streams = twist(in.Streams)
	assert.Error(t, named(t, name).Try(t.Context(), in), name)
}

// A failure teaches: it names the case, the rule and where the rule comes from, and shows what was found.
func TestAFailureTeaches(t *testing.T) {
	in := onFakeClock()
	in.Streams = streams(func(s kinesis.Stream) kinesis.Stream { return obliging{s} })(in.Streams)
	err := named(t, "merge/inverted").Try(t.Context(), in)
	require.Error(t, err)
	for _, part := range []string{
		"merge/inverted\n", "rule:   the lower shard comes first\n", "source: recorded 14.3\n", "cases_reshard.go:",
	} {
		assert.Contains(t, err.Error(), part)
	}
}

// A case that panics is a finding, and its streams are deleted all the same.
func TestAPanicIsAFinding(t *testing.T) {
	in := onFakeClock()
	plain := in.Streams
	in.Streams = streams(func(s kinesis.Stream) kinesis.Stream { return panicky{s} })(in.Streams)
	assert.ErrorContains(t, named(t, "tag/remove").Try(t.Context(), in), "out of cheese")
	p, err := plain.List(t.Context(), kinesis.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, p.Streams)
}
