package kinesistest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// script writes a history by hand. Each call makes operations one after the other, unless it is told otherwise.
type script struct {
	ops []kinesistest.Op
	now time.Time
}

func newScript() *script { return &script{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }

func number(n int) kinesis.SequenceNumber { return kinesis.SequenceNumber{Lo: uint64(n)} }

func (s *script) add(o kinesistest.Op) int {
	o.Stream, o.At, o.Done = "s", s.now, s.now
	if o.Since == 0 {
		o.Since = len(s.ops)
	}
	s.ops = append(s.ops, o)
	s.now = s.now.Add(time.Second)
	return len(s.ops) - 1
}

func (s *script) put(shard, key string, n int) int {
	return s.add(kinesistest.Op{Kind: kinesistest.OpPut, Shard: shard, Key: key, Data: key, Sequence: number(n)})
}

func (s *script) stand(shard string, pos kinesis.Position) int {
	return s.add(kinesistest.Op{Kind: kinesistest.OpStood, Shard: shard, Reader: "r", Position: pos})
}

func rec(key string, n int) kinesis.Record {
	return kinesis.Record{PartitionKey: key, Data: []byte(key), Sequence: number(n)}
}

// read reads on from a beginning, after a number.
func (s *script) read(stood, after int, rs ...kinesis.Record) *kinesistest.Op {
	o := s.ops[stood]
	o.Kind, o.Since, o.Stood, o.After, o.Records = kinesistest.OpRead, 0, stood, number(after), rs
	return &s.ops[s.add(o)]
}

func child(id string, parents ...string) []kinesis.ChildShard {
	return []kinesis.ChildShard{{ID: id, Parents: parents}}
}

func TestEachViolationIsNamed(t *testing.T) {
	const a, b = "a", "b"
	exact := kinesistest.Rules{Exact: true}
	for _, row := range []struct {
		name  string
		rules kinesistest.Rules
		rule  kinesistest.Rule
		write func(s *script)
	}{
		{"never put", exact, kinesistest.NothingInvented, func(s *script) { s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1)) }},
		{"read before it was put", exact, kinesistest.NothingInvented, func(s *script) {
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1))
			s.put("0", a, 1)
		}},
		{"another key", exact, kinesistest.NothingInvented, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(b, 1))
		}},
		{"other data", exact, kinesistest.NothingInvented, func(s *script) {
			s.put("0", a, 1)
			r := rec(a, 1)
			r.Data = nil
			s.read(s.stand("0", kinesis.Oldest()), 0, r)
		}},
		{"another shard", exact, kinesistest.NothingInvented, func(s *script) {
			s.put("1", a, 1)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1))
		}},
		{"stored twice", exact, kinesistest.NothingInvented, func(s *script) {
			s.put("0", a, 2)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1), rec(a, 2))
		}},
		{"one number twice", exact, kinesistest.NumbersRise, func(s *script) { s.put("0", a, 1); s.put("1", b, 1) }},
		{"falling numbers", exact, kinesistest.NumbersRise, func(s *script) { s.put("0", a, 2); s.put("0", b, 1) }},
		{"out of order", exact, kinesistest.ShardOrder, func(s *script) {
			s.put("0", a, 1)
			s.put("0", b, 2)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(b, 2), rec(a, 1))
		}},
		{"one between", kinesistest.Rules{}, kinesistest.NothingSkipped, func(s *script) {
			s.put("0", a, 1)
			s.put("0", b, 2)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(b, 2))
		}},
		{"one between two reads", kinesistest.Rules{}, kinesistest.NothingSkipped, func(s *script) {
			s.put("0", a, 1)
			s.put("0", b, 2)
			s.put("0", a, 3)
			at := s.stand("0", kinesis.Oldest())
			s.read(at, 0, rec(a, 1))
			s.read(at, 1, rec(a, 3))
		}},
		{"the tip too early", exact, kinesistest.NothingSkipped, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.Oldest()), 0).Tip = true
		}},
		{"the end too early", kinesistest.Rules{}, kinesistest.NothingSkipped, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.Oldest()), 0).End = true
		}},
		{"behind latest", kinesistest.Rules{}, kinesistest.NothingSkipped, func(s *script) {
			at := s.stand("0", kinesis.Latest())
			s.put("0", a, 1)
			s.put("0", b, 2)
			s.read(at, 0, rec(b, 2))
		}},
		{"at a number", kinesistest.Rules{}, kinesistest.NothingSkipped, func(s *script) {
			s.put("0", a, 1)
			s.put("0", b, 2)
			s.read(s.stand("0", kinesis.At(number(1))), 0, rec(b, 2))
		}},
		{"since a time", exact, kinesistest.NothingSkipped, func(s *script) {
			begin := s.now
			s.put("0", a, 1)
			s.put("0", b, 2)
			s.read(s.stand("0", kinesis.Since(begin)), 0, kinesis.Record{PartitionKey: b, Data: []byte(b), Sequence: number(2), Arrived: s.now})
		}},
		{"read again", kinesistest.Rules{}, kinesistest.NothingRepeated, func(s *script) {
			s.put("0", a, 1)
			at := s.stand("0", kinesis.Oldest())
			s.read(at, 0, rec(a, 1))
			s.read(at, 1, rec(a, 1))
		}},
		{"before latest", exact, kinesistest.NothingRepeated, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.Latest()), 0, rec(a, 1))
		}},
		{"not after the number", kinesistest.Rules{}, kinesistest.NothingRepeated, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.After(number(1))), 0, rec(a, 1))
		}},
		{"below the number", kinesistest.Rules{}, kinesistest.NothingRepeated, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.At(number(2))), 0, rec(a, 1))
		}},
		{"before the time", kinesistest.Rules{}, kinesistest.NothingRepeated, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.Since(s.now.Add(time.Hour))), 0, rec(a, 1))
		}},
		{"keys across a split", kinesistest.Rules{}, kinesistest.KeyOrder, func(s *script) {
			s.put("1", a, 10)
			s.put("0", a, 1) // into the parent, after the child had one
			at := s.stand("0", kinesis.Oldest())
			end := s.read(at, 0, rec(a, 1))
			end.End, end.Children = true, child("1", "0")
			s.read(s.stand("1", kinesis.Oldest()), 0, rec(a, 10))
		}},
		{"expired", kinesistest.Rules{Exact: true, Retention: time.Hour}, kinesistest.GoneForGood, func(s *script) {
			s.put("0", a, 1)
			s.now = s.now.Add(time.Hour)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1))
		}},
		{"never read", kinesistest.Rules{Drained: true}, kinesistest.NothingLost, func(s *script) {
			s.put("0", a, 1)
			s.put("0", b, 2)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newScript()
			row.write(s)
			row.rules.Stream = "s"
			found := kinesistest.Check(s.ops, row.rules)
			require.Len(t, found, 1)
			assert.Equal(t, row.rule, found[0].Rule)
			assert.Contains(t, found[0].String(), string(row.rule)+": "+found[0].Text+"\n\t00:00:0")
		})
	}
}

// What the service may do, or what the history does not know, is no violation.
func TestWhatIsExcused(t *testing.T) {
	const a, b = "a", "b"
	for _, row := range []struct {
		name  string
		rules kinesistest.Rules
		write func(s *script)
	}{
		{"a put that failed may have stored", kinesistest.Rules{Exact: true, Drained: true}, func(s *script) {
			s.add(kinesistest.Op{Kind: kinesistest.OpPut, Key: a, Data: a, Err: errors.New("lost")})
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1))
		}},
		{"and may not", kinesistest.Rules{Exact: true, Drained: true}, func(s *script) {
			s.add(kinesistest.Op{Kind: kinesistest.OpPut, Key: a, Data: a, Err: errors.New("lost")})
			s.read(s.stand("0", kinesis.Oldest()), 0).Tip = true
		}},
		{"a repeated put", kinesistest.Rules{Repeats: true}, func(s *script) {
			s.put("0", a, 2)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1), rec(a, 2))
		}},
		{"others put", kinesistest.Rules{Others: true}, func(s *script) { s.read(s.stand("0", kinesis.Oldest()), 0, rec(a, 1)) }},
		{"expired before it was read", kinesistest.Rules{Exact: true, Retention: time.Hour, Drained: true}, func(s *script) {
			s.put("0", a, 1)
			s.now = s.now.Add(time.Hour)
			s.read(s.stand("0", kinesis.Oldest()), 0).Tip = true
		}},
		{"an empty read though there is more", kinesistest.Rules{Exact: true}, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.Oldest()), 0)
		}},
		{"the tip, on a service that takes a second", kinesistest.Rules{}, func(s *script) {
			s.put("0", a, 1)
			s.read(s.stand("0", kinesis.Oldest()), 0).Tip = true
		}},
		{"puts at the same time", kinesistest.Rules{Exact: true}, func(s *script) {
			s.put("1", a, 9) // so that Since is not 0
			s.add(kinesistest.Op{Kind: kinesistest.OpPut, Shard: "0", Key: a, Data: a, Sequence: number(2), Since: 1})
			s.add(kinesistest.Op{Kind: kinesistest.OpPut, Shard: "0", Key: b, Data: b, Sequence: number(1), Since: 1})
		}},
		{"children before their parents are finished", kinesistest.Rules{}, func(s *script) {
			s.put("0", a, 1)
			s.put("1", a, 10)
			at := s.stand("0", kinesis.Oldest())
			s.read(s.stand("1", kinesis.Oldest()), 0, rec(a, 10))
			end := s.read(at, 0, rec(a, 1))
			end.End, end.Children = true, child("1", "0")
		}},
		{"another stream", kinesistest.Rules{Exact: true, Drained: true}, func(s *script) {
			s.ops[s.put("0", a, 1)].Stream = "t"
			s.put("0", b, 1)
			s.read(s.stand("0", kinesis.Oldest()), 0, rec(b, 1)).Tip = true
		}},
		{"an iterator used twice", kinesistest.Rules{Exact: true}, func(s *script) {
			s.put("0", a, 1)
			at := s.stand("0", kinesis.Oldest())
			s.read(at, 0, rec(a, 1))
			s.put("0", b, 2)
			s.read(at, 0, rec(a, 1), rec(b, 2)).Tip = true
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newScript()
			row.write(s)
			row.rules.Stream = "s"
			assert.Empty(t, kinesistest.Check(s.ops, row.rules))
		})
	}
}
