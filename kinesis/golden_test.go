package kinesis_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// What AWS was recorded to answer. testdata/recorded.json has the answers by scenario; here stand the calls that a scenario's name tells.

type recordedRecord struct {
	PartitionKey, Data string
	EncryptionType     string
}

type recordedEvent struct {
	MillisBehindLatest         int
	ContinuationSequenceNumber string
	Records                    []recordedRecord
}

// recordedAnswers returns the answers of a scenario, read into a T.
func recordedAnswers[T any](t *testing.T, scenario string) (answers T) {
	t.Helper()
	text, err := os.ReadFile("testdata/recorded.json")
	require.NoError(t, err)
	var all map[string]struct{ Answers json.RawMessage }
	require.NoError(t, json.Unmarshal(text, &all))
	require.Contains(t, all, "TestKinesis::"+scenario)
	require.NoError(t, json.Unmarshal(all["TestKinesis::"+scenario].Answers, &answers))
	return answers
}

func render(rs []kinesis.Record) []recordedRecord {
	var all []recordedRecord
	for _, r := range rs {
		all = append(all, recordedRecord{PartitionKey: r.PartitionKey, Data: "b'" + string(r.Data) + "'"})
	}
	return all
}

func TestRecordedTags(t *testing.T) {
	want := recordedAnswers[struct{ Tags kinesis.Tag }](t, "test_add_tags_to_stream")
	_, s, _ := world(t)
	require.NoError(t, s.Tag(t.Context(), map[string]string{"foo": "bar"}))
	p, err := s.Tags(t.Context(), kinesis.TagOptions{})
	require.NoError(t, err)
	require.Equal(t, []kinesis.Tag{want.Tags}, p.Tags)
}

func TestRecordedPolicies(t *testing.T) {
	answers := recordedAnswers[map[string]struct{ Policy json.RawMessage }](t, "test_resource_policy_crud")
	b, s, _ := world(t)
	get := func() string {
		text, err := b.Policy(t.Context(), s.ARN())
		require.NoError(t, err)
		return text
	}
	require.JSONEq(t, string(answers["default_policy_if_not_set"].Policy), get())
	for _, name := range []string{"get_resource_policy_after_set", "get_resource_policy_after_update"} {
		policy := strings.NewReplacer("<partition>", "aws", "<region>", "us-east-1", ":<stream-name>", ":stream/s").
			Replace(string(answers[name].Policy))
		require.NoError(t, b.SetPolicy(t.Context(), s.ARN(), policy))
		require.JSONEq(t, policy, get())
	}
	require.NoError(t, b.DeletePolicy(t.Context(), s.ARN()))
	require.JSONEq(t, string(answers["get_resource_policy_after_delete"].Policy), get())
}

// Five records are put, and come in one event, behind which the continuation is.
func TestRecordedSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := recordedAnswers[struct{ Events []recordedEvent }](t, "test_subscribe_to_shard").Events
		s, _ := fiveRecords(t)
		p := collect(subscribe(t, t.Context(), s, kinesis.Oldest()))
		synctest.Wait()
		var got []recordedEvent
		for _, e := range p().events {
			require.Positive(t, e.Continuation.Compare(e.Records[4].Sequence))
			got = append(got, recordedEvent{int(e.Behind.Milliseconds()), "<continuation_sequence_number:1>", render(e.Records)})
		}
		require.Equal(t, want, got)
	})
}

func TestRecordedPositionsOfSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for scenario, pos := range map[string]func(time.Time, []kinesis.Placed) kinesis.Position{
			"test_subscribe_to_shard_with_at_timestamp": func(begin time.Time, _ []kinesis.Placed) kinesis.Position {
				return kinesis.Since(begin)
			},
			"test_subscribe_to_shard_with_sequence_number_as_iterator": func(_ time.Time, ps []kinesis.Placed) kinesis.Position {
				return kinesis.At(ps[0].Sequence)
			},
		} {
			want := recordedAnswers[struct{ Records []recordedRecord }](t, scenario).Records
			begin := time.Now()
			s, placed := fiveRecords(t)
			p := collect(subscribe(t, t.Context(), s, pos(begin, placed)))
			synctest.Wait()
			require.Equal(t, want, render(p().events[0].Records), scenario)
		}
	})
}

func fiveRecords(t *testing.T) (kinesis.Stream, []kinesis.Placed) {
	s := create(t, kinesis.New(), "s", 1)
	register(t, s, "c")
	var es []kinesis.Entry
	for i := range 5 {
		es = append(es, kinesis.Entry{PartitionKey: "1", Data: fmt.Appendf(nil, "Hello world_%d", i)})
	}
	placed, err := s.PutBatch(t.Context(), es...)
	require.NoError(t, err)
	return s, placed
}
