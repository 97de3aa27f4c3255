package kinesistest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/kinesis"
)

// Recorder is a service that records what is put and read through it. It adds nothing and leaves nothing out; calls that do not go
// through it are not in the history.
type Recorder struct {
	kinesis.Streams
	history *History
	reader  string
	now     func() time.Time
}

var _ kinesis.Streams = (*Recorder)(nil)

// Record returns a recorder of ss that writes to h, with the times that now tells. The reader's name tells who read: what one reader
// reads of several shards is judged together.
func (h *History) Record(ss kinesis.Streams, reader string, now func() time.Time) *Recorder {
	return &Recorder{ss, h, reader, now}
}

// Stream returns a stream that records.
func (r *Recorder) Stream(s kinesis.Stream) kinesis.Stream { return &recordedStream{s, r} }

// Create makes a stream, which records.
func (r *Recorder) Create(ctx context.Context, name string, cfg kinesis.Config) (kinesis.Stream, error) {
	return r.wrap(r.Streams.Create(ctx, name, cfg))
}

// Open finds a stream, which records.
func (r *Recorder) Open(ctx context.Context, ref string) (kinesis.Stream, error) {
	return r.wrap(r.Streams.Open(ctx, ref))
}

func (r *Recorder) wrap(s kinesis.Stream, err error) (kinesis.Stream, error) {
	if err != nil {
		return nil, err
	}
	return r.Stream(s), nil
}

// List lists streams, which record.
func (r *Recorder) List(ctx context.Context, opts kinesis.ListOptions) (kinesis.Page, error) {
	p, err := r.Streams.List(ctx, opts)
	p.Streams = slices.Clone(p.Streams)
	for i := range p.Streams {
		p.Streams[i].Stream = r.Stream(p.Streams[i].Stream)
	}
	return p, err
}

// Read reads and records, if the iterator is one of a recorder of the history.
func (r *Recorder) Read(ctx context.Context, it kinesis.Iterator, opts kinesis.ReadOptions) (kinesis.Batch, error) {
	from, known := r.history.placeOf(it)
	o := r.begin()
	b, err := r.Streams.Read(ctx, it, opts)
	if err != nil || !known {
		return b, err
	}
	o.Done, o.Children = r.now(), b.Children
	o.Records = slices.Clone(b.Records[min(len(opts.Into), len(b.Records)):])
	o.End, o.Tip = b.Next == "", b.Behind == 0
	r.history.keep(b.Next, r.history.read(o, from))
	return b, nil
}

func (r *Recorder) begin() Op { return r.history.began(r.reader, r.now()) }

// recordedStream is a stream whose records go through a recorder.
type recordedStream struct {
	kinesis.Stream
	r *Recorder
}

// begin notes the beginning of a call on the stream.
func (s *recordedStream) begin(shard string) Op {
	o := s.r.begin()
	o.Stream, o.Shard = s.ARN(), fullID(shard)
	return o
}

// fullID returns the id of a shard that is named in a shorter form; see the forms that the service takes.
func fullID(shard string) string {
	if _, behind, ok := strings.Cut(shard, "-"); ok {
		shard, _, _ = strings.Cut(behind, "-")
	}
	if n, err := strconv.Atoi(shard); err == nil {
		return id(n)
	}
	return shard
}

// Put puts and records.
func (s *recordedStream) Put(ctx context.Context, e kinesis.Entry) (kinesis.Placed, error) {
	o := s.begin("")
	p, err := s.Stream.Put(ctx, e)
	answer := p
	answer.Err = err
	s.put(o, []kinesis.Entry{e}, []kinesis.Placed{answer})
	return p, err
}

// PutBatch puts and records.
func (s *recordedStream) PutBatch(ctx context.Context, es ...kinesis.Entry) ([]kinesis.Placed, error) {
	o := s.begin("")
	ps, err := s.Stream.PutBatch(ctx, es...)
	answers := ps
	if err != nil {
		answers = slices.Repeat([]kinesis.Placed{{Err: err}}, len(es))
	}
	s.put(o, es, answers)
	return ps, err
}

// put records what was stored, and what may have been.
func (s *recordedStream) put(o Op, es []kinesis.Entry, answers []kinesis.Placed) {
	o.Kind, o.Done = OpPut, s.r.now()
	var ops []Op
	for i, e := range es {
		if i >= len(answers) || refused(answers[i].Err) {
			continue
		}
		p := answers[i]
		o.Key, o.Data, o.Placed = e.PartitionKey, string(e.Data), e.HashKey != nil || e.HashKeyText != ""
		o.Shard, o.Sequence, o.Err = p.ShardID, p.Sequence, p.Err
		ops = append(ops, o)
	}
	s.r.history.add(ops...)
}

// refused reports whether an error is an answer of the service that says that nothing was stored.
func refused(err error) bool {
	code, ok := errors.AsType[kinesis.Code](err)
	return ok && !code.ServerFault()
}

// Iterator makes an iterator and records its place.
func (s *recordedStream) Iterator(ctx context.Context, shard string, pos kinesis.Position) (kinesis.Iterator, error) {
	o := s.begin(shard)
	it, err := s.Stream.Iterator(ctx, shard, pos)
	if err != nil {
		return it, err
	}
	o.Done = s.r.now()
	s.r.history.keep(it, s.r.history.stand(o, pos))
	return it, nil
}

// Records yields records and records each, as a read of its own.
func (s *recordedStream) Records(ctx context.Context, shard string, pos kinesis.Position) iter.Seq2[kinesis.Record, error] {
	return func(yield func(kinesis.Record, error) bool) {
		o := s.begin(shard)
		o.Done = s.r.now()
		at := s.r.history.stand(o, pos)
		asked := o.Done
		for rec, err := range s.Stream.Records(ctx, shard, pos) {
			if err == nil {
				o = s.r.begin()
				o.At, o.Done, o.Records = asked, o.At, []kinesis.Record{rec}
				at = s.r.history.read(o, at)
			}
			if !yield(rec, err) || err != nil {
				return
			}
			asked = s.r.now()
		}
		if ctx.Err() == nil {
			o = s.r.begin()
			o.Done, o.End = s.r.now(), true
			s.r.history.read(o, at)
		}
	}
}

// Subscribe subscribes and records each event as a read.
func (s *recordedStream) Subscribe(ctx context.Context, consumer, shard string, pos kinesis.Position) (*kinesis.Subscription, error) {
	o := s.begin(shard)
	sub, err := s.Stream.Subscribe(ctx, consumer, shard, pos)
	if err != nil {
		return nil, err
	}
	o.Done = s.r.now()
	at := s.r.history.stand(o, pos)
	return kinesis.NewSubscription(func(yield func(kinesis.ShardEvent, error) bool) {
		at, asked := at, s.r.now()
		for ev, err := range sub.Events() {
			if err == nil {
				o := s.r.begin()
				o.At, o.Done, o.Records = asked, o.At, slices.Clone(ev.Records)
				o.Children, o.End = ev.Children, ev.Continuation.IsZero()
				at = s.r.history.read(o, at)
			}
			if !yield(ev, err) {
				return
			}
			asked = s.r.now()
		}
	}), nil
}
