package kinesis_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// everything calls every method of a broker and a stream with one text and one number, and returns the errors by operation.
func everything(ctx context.Context, b *kinesis.Broker, ref, text string, n int) map[string]error {
	s := b.Stream(ctx, ref)
	errs := map[string]error{}
	note := func(name string, err error) { errs[name] = err }
	at := time.Unix(int64(n), 0)
	positions := []kinesis.Position{{}, {Type: kinesis.PositionType(text), SequenceText: text}, kinesis.At(kinesis.SequenceNumber{Hi: uint64(n)}),
		kinesis.Since(at), {Type: kinesis.AfterSequenceNumber, SequenceText: text}}
	for i, pos := range positions {
		_, err := s.Iterator(ctx, text, pos)
		note(fmt.Sprint("iterator", i), err)
		_, err = s.Subscribe(ctx, text, text, pos)
		note(fmt.Sprint("subscribe", i), err)
		for _, err := range s.Records(ctx, text, pos) {
			note(fmt.Sprint("records", i), err)
			break
		}
	}
	e := kinesis.Entry{PartitionKey: text, Data: []byte(text), HashKeyText: text, AfterText: text, Given: kinesis.Given(n)}
	_, err := s.Put(ctx, e)
	note("put", err)
	_, err = s.PutBatch(ctx, e, e)
	note("batch", err)
	_, err = b.Read(ctx, kinesis.Iterator(text), kinesis.ReadOptions{Limit: n, StreamARN: text, Given: kinesis.Given(n)})
	note("read", err)
	_, err = s.Describe(ctx, kinesis.DescribeOptions{After: text, Limit: n})
	note("describe", err)
	_, err = s.ListShards(ctx, kinesis.ListShardsOptions{After: text, Max: n, Filter: kinesis.ShardFilter{Type: kinesis.FilterType(text)}})
	note("list shards", err)
	_, err = b.ListShards(ctx, kinesis.ListShardsOptions{Token: text})
	note("list more shards", err)
	note("split", s.SplitText(ctx, text, text))
	note("merge", s.Merge(ctx, text, text))
	_, err = s.SetShardCount(ctx, n, kinesis.ScalingType(text))
	note("count", err)
	note("increase", s.IncreaseRetention(ctx, n))
	note("decrease", s.DecreaseRetention(ctx, n))
	note("mode", s.SetMode(ctx, kinesis.Mode(text), n))
	note("record size", s.SetMaxRecordSize(ctx, n))
	_, err = s.SetWarmThroughput(ctx, n)
	note("warm", err)
	note("distribution", s.SetDistribution(ctx, kinesis.Distribution(text)))
	_, err = s.EnableMonitoring(ctx, kinesis.Metric(text))
	note("monitoring", err)
	note("tag", s.Tag(ctx, map[string]string{text: text}))
	note("untag", s.Untag(ctx, text))
	_, err = s.Tags(ctx, kinesis.TagOptions{After: text, Limit: n})
	note("tags", err)
	_, err = s.Register(ctx, text, nil)
	note("register", err)
	_, err = s.Consumer(ctx, text)
	note("consumer", err)
	note("deregister", s.Deregister(ctx, text))
	_, err = s.Consumers(ctx, kinesis.ConsumersOptions{Token: text, Max: n})
	note("consumers", err)
	_, err = b.Create(ctx, text, kinesis.Config{Shards: n, Mode: kinesis.Mode(text), MaxRecordKiB: n, WarmMiBps: n})
	note("create", err)
	_, err = b.List(ctx, kinesis.ListOptions{After: text, Token: text, Limit: n})
	note("list", err)
	_, err = b.SetCommitment(ctx, kinesis.CommitmentStatus(text))
	note("commitment", err)
	note("tag resource", b.TagResource(ctx, text, nil))
	note("policy", b.SetPolicy(ctx, text, text))
	b.Peek(text)
	b.ExplainKey(text, text)
	b.ExplainRead(kinesis.Iterator(text))
	return errs
}

// Nothing panics, whatever it is given, and what makes no sense changes nothing.
func TestBadInput(t *testing.T) {
	for _, text := range []string{"", " ", "-", "\x00", "\xff\xfe", strings.Repeat("9", 200), "shardId-", "arn:", "arn:aws:kinesis:::stream/",
		"a%", "é" + strings.Repeat("x", 300), "-1"} {
		for _, n := range []int{0, -1, 1 << 31, -1 << 62} {
			b, s, _ := world(t)
			put(t, s, "a")
			before := fmt.Sprint(b.Peek("s"))
			for _, ref := range []string{"s", text} {
				for name, err := range everything(t.Context(), b, ref, text, n) {
					harmless := name == "tag" || name == "untag" || name == "consumers" || name == "tags" || name == "warm" || name == "mode" ||
						name == "register" || name == "deregister" || name == "consumer" || name == "put" || name == "batch" || name == "list shards" ||
						name == "describe" || name == "list" || name == "list more shards" // some of these texts are in form
					if err == nil && !harmless {
						t.Errorf("%s accepts %q %d", name, text, n)
					}
				}
			}
			require.Equal(t, before, fmt.Sprint(b.Peek("s")))
		}
	}
}

// All methods at once, for the race detector.
func TestConcurrentCalls(t *testing.T) {
	b := kinesis.New(kinesis.WithTransitions(kinesis.Transitions{Update: time.Microsecond}), kinesis.WithChooser(kinesis.RandomChooser(1)))
	s := create(t, b, "s", 4)
	register(t, s, "c")
	ctx, cancel := context.WithCancel(t.Context())
	var readers, workers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() { drain(s.Records(ctx, id(i), kinesis.Oldest())) })
	}
	j := b.Record()
	for w := range 4 {
		workers.Go(func() {
			for i := range 30 {
				_, _ = s.PutBatch(ctx, kinesis.Entry{PartitionKey: fmt.Sprint(w, i)}, kinesis.Entry{PartitionKey: "x"})
				switch (w + i) % 6 {
				case 0:
					_, _ = s.SetShardCount(ctx, 3+i%3, kinesis.UniformScaling)
				case 1:
					b.Restore(b.Snapshot())
				case 2:
					b.Peek("s")
					b.ExplainKey("s", "x")
				case 3:
					everything(ctx, b, "s", "0", i)
				case 4:
					_, _ = b.Create(ctx, fmt.Sprint("t", w, i), kinesis.Config{})
					_ = b.Delete(ctx, fmt.Sprint("t", w, i-1), true)
				default:
					if sub, err := s.Subscribe(ctx, "c", id(i%4), kinesis.Oldest()); err == nil {
						for range sub.Events() {
							break
						}
					}
				}
			}
		})
	}
	workers.Wait()
	j.Stop()
	cancel()
	readers.Wait()
	for _, sh := range b.Peek("s") {
		require.Zero(t, sh.Waiting)
	}
}

func TestContextThatIsNone(t *testing.T) {
	b := kinesis.New()
	s := create(t, b, "s", 1)
	var none context.Context
	_, err := s.Put(none, kinesis.Entry{PartitionKey: "k"})
	refused(t, err, kinesis.ErrInvalidArgument, "The context is nil.")
	_, err = b.List(kinesis.WithCaller(none, kinesis.Caller{}), kinesis.ListOptions{})
	refused(t, err, kinesis.ErrInvalidArgument, "The context is nil.")
	require.Empty(t, b.Peek("s")[0].Records)
}
