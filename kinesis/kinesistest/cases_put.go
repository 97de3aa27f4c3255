package kinesistest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

const (
	mustBeHash   = `satisfy regular expression pattern: 0|([1-9]\d{0,38})`
	mustBeNumber = `satisfy regular expression pattern: 0|([1-9]\d{0,128})`
)

// cannotPut demands that a record is refused for faults of form.
func (e *Env) cannotPut(s kinesis.Stream, entry kinesis.Entry, faults ...string) {
	_, err := s.Put(e.Ctx, entry)
	e.invalid(err, faults...)
}

func putCases() []Case {
	return []Case{
		documented("8", "comes-back", "a record comes back with data, key, number and time of its arrival", func(e *Env) {
			s := e.stream(1)
			before := e.Now()
			p := e.store(s, kinesis.Entry{PartitionKey: "é", Data: []byte{0, 255, 10}})
			r := e.finds(s, 0, kinesis.Oldest(), "é")[0]
			assert.Equal(e, []byte{0, 255, 10}, r.Data)
			assert.Equal(e, p.Sequence, r.Sequence)
			assert.WithinRange(e, r.Arrived, before.Add(-time.Second), e.Now().Add(3*time.Second))
			assert.False(e, r.Encrypted)
			assert.False(e, p.Encrypted)
		}),
		recorded("8.1", "empty", "data may be empty", func(e *Env) {
			s := e.stream(1)
			e.store(s, kinesis.Entry{PartitionKey: "a", Data: []byte{}})
			assert.Empty(e, e.finds(s, 0, kinesis.Oldest(), "a")[0].Data)
		}),
		documented("8.1", "largest", "a record has up to 1 MiB, its key included", func(e *Env) {
			s := e.stream(1)
			e.store(s, kinesis.Entry{PartitionKey: "é", Data: make([]byte, 1<<20-2)})
			assert.Len(e, e.finds(s, 0, kinesis.Oldest(), "é")[0].Data, 1<<20-2)
		}),
		recorded("8.1", "too-large", "data of more is refused, and not shown", func(e *Env) {
			e.cannotPut(e.stream(1), kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20+1)}, tooLong("data", 1<<20))
		}),
		inferred("8.1", "too-large-with-key", "the key's bytes count", func(e *Env) {
			e.cannotPut(e.stream(1), kinesis.Entry{PartitionKey: "é", Data: make([]byte, 1<<20-1)}, tooLong("data", 1<<20))
		}),
		documented("2.1", "larger", "a stream may take larger records", func(e *Env) {
			s := e.stream(1)
			e.did(s, s.SetMaxRecordSize(e.Ctx, 2048))
			assert.Equal(e, 2048, e.summary(s).MaxRecordKiB)
			e.store(s, kinesis.Entry{PartitionKey: "a", Data: make([]byte, 2<<20-1)})
			e.cannotPut(s, kinesis.Entry{PartitionKey: "a", Data: make([]byte, 2<<20)}, tooLong("data", 2<<20))
		}),
		documented("2.1", "longest-key", "a key has up to 256 characters", func(e *Env) {
			s := e.stream(1)
			long := strings.Repeat("é", 256)
			e.put(s, long)
			e.finds(s, 0, kinesis.Oldest(), long)
			e.cannotPut(s, kinesis.Entry{PartitionKey: long + "é", Data: []byte{1}}, value(long+"é", "partitionKey", shorterThan(256)))
		}),
		documented("12", "copied", "a record is what it was when it was put", func(e *Env) {
			s := e.stream(1)
			data := []byte("before")
			e.store(s, kinesis.Entry{PartitionKey: "a", Data: data})
			copy(data, "after!")
			assert.Equal(e, "before", string(e.finds(s, 0, kinesis.Oldest(), "a")[0].Data))
		}),
		documented("8.1", "twice", "the same record can be put twice: there is no deduplication", func(e *Env) {
			s := e.stream(1)
			p := e.put(s, "a", "a")
			assert.NotEqual(e, p[0].Sequence, p[1].Sequence)
			e.finds(s, 0, kinesis.Oldest(), "a", "a")
		}),
	}
}

// putFormCases say what is out of form as texts.
func putFormCases() []Case {
	const tooHigh = "340282366920938463463374607431768211456"
	text := "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was " + tooHigh
	texts := []Case{
		recorded("8.1", "hash-range", "a hash key of more than 128 bits is refused", func(e *Env) {
			s := e.stream(1)
			_, err := s.Put(e.Ctx, kinesis.Entry{PartitionKey: "a", HashKeyText: tooHigh})
			e.argument(s, err, text)
			e.finds(s, 0, kinesis.Oldest())
		}),
		recorded("8.1", "hash-before-ordering", "the hash key is judged before the number to exceed", func(e *Env) {
			s := e.stream(1)
			_, err := s.Put(e.Ctx, kinesis.Entry{PartitionKey: "a", HashKeyText: tooHigh, AfterText: "0"})
			e.argument(s, err, text)
		}),
		recorded("8.1", "stream-first", "the stream is looked for before either", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			_, err := s.Put(e.Ctx, kinesis.Entry{PartitionKey: "a", HashKeyText: tooHigh, AfterText: "0"})
			e.notFound(s, err)
		}),
		recorded("3.2", "faults", "all members are judged together, in their order", func(e *Env) {
			e.cannotPut(e.stream(1), kinesis.Entry{AfterText: "01", HashKeyText: "x", Data: []byte{1}, Given: kinesis.GivenPartitionKey},
				value("01", "sequenceNumberForOrdering", mustBeNumber), value("", "partitionKey", mustBeLonger),
				value("x", "explicitHashKey", mustBeHash))
		}),
		recorded("1", "hash-form", "a hash key is a decimal number without leading zeros", func(e *Env) {
			s := e.stream(1)
			for _, bad := range []string{"01", "-1", "1e3", "0x1", " 1", strings.Repeat("1", 40)} {
				e.cannotPut(s, kinesis.Entry{PartitionKey: "a", HashKeyText: bad}, value(bad, "explicitHashKey", mustBeHash))
			}
			e.store(s, kinesis.Entry{PartitionKey: "a", HashKeyText: "0"})
			e.store(s, kinesis.Entry{PartitionKey: "a", HashKeyText: lastKey})
		}),
		recorded("3.2", "no-data", "data must be there, though it may be empty", func(e *Env) {
			e.cannotPut(e.stream(1), kinesis.Entry{PartitionKey: "a", Given: kinesis.AbsentData}, null("data"))
		}),
		documented("2.1", "no-key", "a key is required", func(e *Env) {
			e.cannotPut(e.stream(1), kinesis.Entry{Data: []byte{1}}, null("partitionKey"))
		}),
	}
	for i := range texts {
		texts[i] = texts[i].needs(NeedTexts)
	}
	return texts
}

// orderingCases are about numbers that a record's own must exceed.
func orderingCases() []Case {
	all := []Case{
		documented("6.2", "ordering", "the number of a record exceeds the one that it is to exceed", func(e *Env) {
			s := e.stream(1)
			last := e.put(s, "a")[0].Sequence
			for range 3 {
				p := e.store(s, kinesis.Entry{PartitionKey: "a", After: last})
				assert.Positive(e, p.Sequence.Compare(last))
				last = p.Sequence
			}
		}),
		recorded("6.2", "ordering-other-shard", "a number of another shard is accepted", func(e *Env) {
			s := e.stream(2)
			other := e.store(s, kinesis.Entry{PartitionKey: "a", HashKey: new(key(lastKey))}).Sequence
			e.store(s, kinesis.Entry{PartitionKey: "a", HashKey: &kinesis.HashKey{}, After: other})
		}),
	}
	for _, row := range []struct {
		name, rule string
		change     func(*number)
	}{
		{"version-0", "a number of version 0 is invalid", func(n *number) { n.version = 0 }},
		{"version-3", "a number of version 3 is invalid", func(n *number) { n.version = 3 }},
		{"version-4", "a number of version 4 is invalid", func(n *number) { n.version = 4 }},
		{"lead-1", "a number that begins with 1 is invalid", func(n *number) { n.lead = 1 }},
		{"lead-3", "a number that begins with 3 is invalid", func(n *number) { n.lead = 3 }},
		{"index", "an index of 2^63 is invalid", func(n *number) { n.index = -1 << 63 }},
		{"creation", "a shard of the year 2477 is invalid", func(n *number) { n.created = 16025175000 }},
		{"future", "a record of the future is invalid", func(n *number) { n.second += 3600 }},
	} {
		all = append(all, recorded("8.1", "ordering-"+row.name, row.rule, func(e *Env) {
			s := e.stream(1)
			bad := e.numberOf(e.put(s, "a")[0].Sequence).with(row.change)
			entry := kinesis.Entry{PartitionKey: "a", AfterText: bad}
			_, err := s.Put(e.Ctx, entry)
			e.argument(s, err, "ExclusiveMinimumSequenceNumber "+bad+" used in PutRecord on stream {N} under account {A} is invalid.")
			e.finds(s, 0, kinesis.Oldest(), "a")
		}).needs(NeedTexts))
	}
	return all
}
