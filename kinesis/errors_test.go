package kinesis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// refusal is one row: a call, and the service's answer. (i) marks texts that nobody recorded.
type refusal struct {
	name string
	do   func(ctx context.Context, b *kinesis.Broker, s kinesis.Stream) error
	code kinesis.Code
	text string
}

// refuse makes each call on a fresh stream s of two shards, the second of which is split, and requires that it changed nothing.
func refuse(t *testing.T, rows []refusal, opts ...kinesis.Option) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			b, clk := fakeBroker(append(opts, kinesis.WithSeed(1))...)
			s := create(t, b, "s", 2)
			put(t, s, "a", "b")
			clk.Advance(time.Minute)
			require.NoError(t, s.SplitText(t.Context(), "1", "255211775190703847597530955573826158592")) // in the middle of shard 1
			before := fmt.Sprintf("%+v", b.Peek("s"))
			refused(t, r.do(t.Context(), b, s), r.code, r.text)
			require.Equal(t, before, fmt.Sprintf("%+v", b.Peek("s")), "a refused call changes nothing")
		})
	}
}

const (
	max128 = "340282366920938463463374607431768211455"
	stream = "arn:aws:kinesis:us-east-1:123456789012:stream/"
)

func one(faults ...string) string { return fmt.Sprintf("1 validation error detected: %s", faults[0]) }

func many(faults ...string) string {
	return fmt.Sprintf("%d validation errors detected: %s", len(faults), strings.Join(faults, "; "))
}

func badly(value, path, constraint string) string {
	return "Value '" + value + "' at '" + path + "' failed to satisfy constraint: Member must " + constraint
}

func TestRefusalsOfPut(t *testing.T) {
	putting := func(e kinesis.Entry) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			_, err := s.Put(ctx, e)
			return err
		}
	}
	after := func(n string) kinesis.Entry { return kinesis.Entry{PartitionKey: "a", AfterText: n} }
	var rows []refusal
	for name, n := range badOrdering() {
		rows = append(rows, refusal{"ordering " + name, putting(after(n)), kinesis.ErrInvalidArgument,
			"ExclusiveMinimumSequenceNumber " + n + " used in PutRecord on stream s under account 123456789012 is invalid."})
	}
	refuse(t, append(rows, []refusal{
		{"no such stream", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Stream(ctx, "none").Put(ctx, kinesis.Entry{PartitionKey: "a", HashKeyText: "9" + max128[1:]})
			return err
		}, kinesis.ErrResourceNotFound, "Stream none under account 123456789012 not found."},
		{"by ARN the text still has the name", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Stream(ctx, stream+"none").Put(ctx, kinesis.Entry{PartitionKey: "a"})
			return err
		}, kinesis.ErrResourceNotFound, "Stream none under account 123456789012 not found."},
		{"hash key before ordering", putting(kinesis.Entry{PartitionKey: "a", HashKeyText: max128[:38] + "6", AfterText: "0"}),
			kinesis.ErrInvalidArgument, "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was " +
				max128[:38] + "6"},
		{"everything out of form", func(ctx context.Context, b *kinesis.Broker, _ kinesis.Stream) error {
			_, err := b.Stream(ctx, "").Put(ctx, kinesis.Entry{AfterText: "01", HashKeyText: "x",
				Given: kinesis.AbsentData | kinesis.GivenPartitionKey})
			return err
		}, kinesis.ErrValidation, many(
			badly("01", "sequenceNumberForOrdering", `satisfy regular expression pattern: 0|([1-9]\d{0,128})`),
			badly("", "partitionKey", "have length greater than or equal to 1"),
			badly("x", "explicitHashKey", `satisfy regular expression pattern: 0|([1-9]\d{0,38})`),
			"Value null at 'data' failed to satisfy constraint: Member must not be null",
			badly("", "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
			badly("", "streamName", "have length greater than or equal to 1"))},
		{"no partition key", putting(kinesis.Entry{}), kinesis.ErrValidation,
			one("Value null at 'partitionKey' failed to satisfy constraint: Member must not be null")},
		{"a long key", putting(kinesis.Entry{PartitionKey: strings.Repeat("é", 257)}), kinesis.ErrValidation,
			one(badly(strings.Repeat("é", 257), "partitionKey", "have length less than or equal to 256"))},
		{"a large record", putting(kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20)}), kinesis.ErrValidation,
			one("Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576.")},
		{"a record larger than any", putting(kinesis.Entry{PartitionKey: "a", Data: make([]byte, 10<<20+1)}), kinesis.ErrValidation,
			one("Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 10485760.")},
	}...))
}

// badOrdering are numbers that no record can be asked to exceed.
func badOrdering() map[string]string {
	number := func(hex string) string { return hexNumber(hex).String() }
	return map[string]string{
		"zero":               "0",
		"version 0":          number("20000000000000000000000000000000000000000000000"),
		"version 3":          number("20000000000000000000000000000000000000000000003"),
		"version 4":          number("20000000000000000000000000000000000000000000004"),
		"leading 1":          number("10000000000000000000000000000000000000000000002"),
		"leading 3":          number("30000000000000000000000000000000000000000000002"),
		"index of 2^63":      number("20000000000800000000000000000000000000000000002"),
		"creation too large": number("2" + fmt.Sprintf("%09x", 16025175000) + "0000000000000000000000000000000000002"),
		"record to come":     number("20000000000000000000000000000" + fmt.Sprintf("%09x", 1767225600+3600) + "000000002"),
		"far too many":       "9" + strings.Repeat("0", 100),
	}
}

// hexNumber reads the 47 hexadecimal digits that sequence numbers are described by.
func hexNumber(hex string) kinesis.SequenceNumber {
	var n kinesis.SequenceNumber
	for _, c := range hex {
		n.Hi = n.Hi<<4 | n.Mid>>60
		n.Mid = n.Mid<<4 | n.Lo>>60
		n.Lo = n.Lo<<4 | uint64(strings.IndexRune("0123456789abcdef", c))
	}
	return n
}

// What is accepted: numbers of any shard that are not in the future.
func TestOrderingThatIsAccepted(t *testing.T) {
	_, s, _ := world(t)
	for _, hex := range []string{
		"20000000000000000000000000000000000000000000002", "20000000000000000000000000000000000000000000001",
		"20000000070000000000000000000000000000000000012", "2000000000" + "07fffffffffffffff" + "00000000000000000002",
		"20000000000000000000000000000" + fmt.Sprintf("%09x", 1767225600) + "000000002",
	} {
		_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "a", AfterText: hexNumber(hex).String()})
		require.NoError(t, err, hex)
	}
	next := hexNumber("20000000000000000000000000000" + fmt.Sprintf("%09x", 1767225600+1) + "000000002")
	_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "a", After: next})
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument, "a second to come")
	first := put(t, s, "a")
	second, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "a", After: first.Sequence})
	require.NoError(t, err)
	require.Positive(t, second.Sequence.Compare(first.Sequence))
	ahead := second.Sequence
	ahead.Mid += 1 << 20 // an index that the shard has not come to
	_, err = s.Put(t.Context(), kinesis.Entry{PartitionKey: "a", After: ahead})
	require.ErrorIs(t, err, kinesis.ErrInvalidArgument)
	require.NoError(t, s.SplitText(t.Context(), "0", "2"))
	d, err := s.Describe(t.Context(), kinesis.DescribeOptions{})
	require.NoError(t, err)
	_, err = s.Put(t.Context(), kinesis.Entry{PartitionKey: "a", After: d.Shards[0].Last})
	require.NoError(t, err, "the end of a closed shard is a number like any other")
}

func TestRefusalsOfPutBatch(t *testing.T) {
	batch := func(es ...kinesis.Entry) func(context.Context, *kinesis.Broker, kinesis.Stream) error {
		return func(ctx context.Context, _ *kinesis.Broker, s kinesis.Stream) error {
			_, err := s.PutBatch(ctx, es...)
			return err
		}
	}
	good := kinesis.Entry{PartitionKey: "a"}
	large := kinesis.Entry{PartitionKey: "a", Data: make([]byte, 1<<20-1)}
	refuse(t, []refusal{
		{"none", batch(), kinesis.ErrValidation, one(badly("[]", "records", "have length greater than or equal to 1"))},
		{"too many", batch(make501()...), kinesis.ErrValidation,
			one("Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500.")},
		{"one of two out of form", batch(good, kinesis.Entry{HashKeyText: "x"}), kinesis.ErrValidation, many(
			"Value null at 'records.2.member.partitionKey' failed to satisfy constraint: Member must not be null",
			badly("x", "records.2.member.explicitHashKey", `satisfy regular expression pattern: 0|([1-9]\d{0,38})`))},
		{"one of two too large", batch(good, kinesis.Entry{PartitionKey: "ab", Data: make([]byte, 1<<20-1)}), kinesis.ErrValidation,
			one("Value at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 1048576.")},
		{"one bad hash key fails all", batch(good, kinesis.Entry{PartitionKey: "a", HashKeyText: max128[:38] + "6"}),
			kinesis.ErrInvalidArgument, "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was " +
				max128[:38] + "6"},
		{"11 MiB", batch(large, large, large, large, large, large, large, large, large, large, good), kinesis.ErrInvalidArgument,
			"Records size exceeds 10 MB limit"},
	})
	refuse(t, []refusal{{"until 2025", batch(large, large, large, large, large, good), kinesis.ErrInvalidArgument,
		"Records size exceeds 5 MB limit"}}, kinesis.WithLimits(kinesis.LimitsAsOf(time.Date(2025, 9, 30, 0, 0, 0, 0, time.UTC))))
}

func make501() []kinesis.Entry {
	es := make([]kinesis.Entry, 501)
	for i := range es {
		es[i] = kinesis.Entry{PartitionKey: "a"}
	}
	return es
}

// An answer has at most ten faults.
func TestTenFaultsAreListed(t *testing.T) {
	_, s, _ := world(t)
	es := make([]kinesis.Entry, 12)
	_, err := s.PutBatch(t.Context(), es...)
	require.ErrorContains(t, err, "10 validation errors detected: ")
	require.ErrorContains(t, err, "records.10.member.partitionKey")
	require.NotContains(t, err.Error(), "records.11.member.partitionKey")
}

func TestErrorNamesOperationAndStream(t *testing.T) {
	_, s, _ := world(t)
	_, err := s.Put(t.Context(), kinesis.Entry{})
	e, ok := errors.AsType[*kinesis.Error](err)
	require.True(t, ok)
	require.Equal(t, kinesis.OpPutRecord, e.Op)
	require.Equal(t, "s", e.Stream)
	require.ErrorIs(t, err, kinesis.ErrValidation)
	require.Equal(t, "kinesis: PutRecord s: ValidationException: "+e.Message, err.Error())
	require.Equal(t, 400, e.Code.Status())
	require.Equal(t, 500, kinesis.ErrInternal.Status())
	require.True(t, kinesis.ErrInternal.ServerFault())
}

func TestContextsThatEndedAreRefused(t *testing.T) {
	b, s, _ := world(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Put(ctx, kinesis.Entry{PartitionKey: "a"})
	require.ErrorIs(t, err, context.Canceled)
	var none context.Context
	_, err = s.Put(none, kinesis.Entry{PartitionKey: "a"})
	require.Error(t, err)
	_, err = b.Open(none, "s")
	require.Error(t, err)
	for _, err := range s.Records(none, id(0), kinesis.Oldest()) {
		require.Error(t, err)
	}
	require.Empty(t, b.Peek("s")[0].Records)
}
