package kinesistest

import (
	"fmt"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

// cannotBatch demands that a batch is refused as a whole: nothing of it is stored.
func (e *Env) cannotBatch(check func(s kinesis.Stream, err error), entries ...kinesis.Entry) {
	s := e.stream(1)
	_, err := s.PutBatch(e.Ctx, entries...)
	check(s, err)
	e.finds(s, 0, kinesis.Oldest())
}

// faulty checks for faults of form.
func (e *Env) faulty(faults ...string) func(kinesis.Stream, error) {
	return func(_ kinesis.Stream, err error) { e.invalid(err, faults...) }
}

// many returns n small records.
func many(n int) []kinesis.Entry {
	all := make([]kinesis.Entry, n)
	for i := range all {
		all[i] = kinesis.Entry{PartitionKey: fmt.Sprintf("k%03d", i), Data: []byte{1}}
	}
	return all
}

func batchCases() []Case {
	good := kinesis.Entry{PartitionKey: "a", Data: []byte{1}}
	mib := kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20-1)}
	return []Case{
		documented("8.1", "answers", "the answers stand in the order of the records", func(e *Env) {
			s := e.stream(1)
			all := e.batch(s, "a", "b", "c")
			for i, r := range e.finds(s, 0, kinesis.Oldest(), "a", "b", "c") {
				assert.Equal(e, all[i].Sequence, r.Sequence)
			}
		}).exact(),
		documented("8.1", "five-hundred", "a batch has up to 500 records", func(e *Env) {
			s := e.stream(1)
			all, err := s.PutBatch(e.Ctx, many(500)...)
			e.ok(err)
			assert.Len(e, all, 500)
			got, _ := e.take(e.iterator(s, 0, kinesis.Oldest()), 500)
			assert.Len(e, got, 500)
		}),
		inferred("3.2", "too-many", "a batch of more is refused", func(e *Env) {
			e.cannotBatch(e.faulty("Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500."), many(501)...)
		}),
		recorded("3.2", "none", "a batch of none is refused", func(e *Env) {
			e.cannotBatch(e.faulty(value("[]", "records", mustBeLonger)))
		}),
		recorded("3.2", "one-too-large", "one record that is too large fails the whole batch", func(e *Env) {
			e.cannotBatch(e.faulty(tooLong("records.2.member.data", 1<<20)), good, kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20+1)})
		}),
		recorded("3.2", "faults", "records are judged together, and numbered from 1", func(e *Env) {
			e.cannotBatch(e.faulty(null("records.2.member.partitionKey"), value("x", "records.3.member.explicitHashKey", mustBeHash)),
				good, kinesis.Entry{Data: []byte{1}}, kinesis.Entry{PartitionKey: "a", Data: []byte{1}, HashKeyText: "x"})
		}).needs(NeedTexts),
		recorded("3.2", "ten-faults", "ten faults are told at most", func(e *Env) {
			var faults []string
			for i := range 10 {
				faults = append(faults, null(fmt.Sprintf("records.%d.member.partitionKey", i+1)))
			}
			bad := make([]kinesis.Entry, 12)
			for i := range bad {
				bad[i].Data = []byte{1}
			}
			e.cannotBatch(e.faulty(faults...), bad...)
		}).needs(NeedTexts),
		recorded("8.1", "hash-range", "one hash key out of range fails the whole batch", func(e *Env) {
			e.cannotBatch(func(s kinesis.Stream, err error) {
				e.argument(s, err, "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "+
					"340282366920938463463374607431768211456")
			}, good, kinesis.Entry{PartitionKey: "a", Data: []byte{1}, HashKeyText: "340282366920938463463374607431768211456"})
		}).needs(NeedTexts),
		documented("8.1", "ten-mib", "a batch has up to 10 MiB", func(e *Env) {
			s := e.stream(1)
			ten := []kinesis.Entry{mib, mib, mib, mib, mib, mib, mib, mib, mib, mib}
			_, err := s.PutBatch(e.Ctx, ten...)
			e.ok(err)
			_, err = s.PutBatch(e.Ctx, append(ten, good)...)
			assert.ErrorIs(e, err, kinesis.ErrInvalidArgument)
		}),
		inferred("8.1", "ten-mib-text", "the text of the refusal names the limit", func(e *Env) {
			e.cannotBatch(func(s kinesis.Stream, err error) { e.argument(s, err, "Records size exceeds 10 MB limit") },
				mib, mib, mib, mib, mib, mib, mib, mib, mib, mib, good)
		}),
		documented("8.1", "same-key", "records of the same key keep their order", func(e *Env) {
			s := e.stream(2)
			entries := many(20)
			for i := range entries {
				entries[i].PartitionKey, entries[i].Data = "a", []byte{byte(i)}
			}
			all, err := s.PutBatch(e.Ctx, entries...)
			e.ok(err)
			for i := 1; i < len(all); i++ {
				assert.Equal(e, all[0].ShardID, all[i].ShardID)
				assert.Positive(e, all[i].Sequence.Compare(all[i-1].Sequence))
			}
		}).exact(),
	}
}
