package sns_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Section 5: batches.

func TestBatchErrors(t *testing.T) {
	w := fake()
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{ContentDedup: new(false)})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	in, _ := w.raw(t, fifo, "q.fifo", sns.SubscriptionConfig{})
	many := func(n int) []sns.Message {
		ms := make([]sns.Message, n)
		for i := range ms {
			ms[i].Body = "m"
		}
		return ms
	}
	id := func(ids ...string) []sns.Message {
		ms := many(len(ids))
		for i := range ms {
			ms[i].EntryID, ms[i].Given = ids[i], sns.GivenEntryID
		}
		return ms
	}
	half := strings.Repeat("x", 131_072)
	const distinct, character = "Two or more batch entries in the request have the same Id.",
		"The Id of a batch entry in the batch request contains an impermissible character: "
	long := strings.Repeat("a", 81)
	good := sns.Message{Body: "m", GroupID: "g", DedupID: "d"}
	for i, row := range []struct {
		topic sns.Topic
		ms    []sns.Message
		code  sns.Code
		text  string
	}{
		{topic, nil, sns.ErrEmptyBatchRequest, "The batch request doesn't contain any entries."},
		{topic, many(11), sns.ErrTooManyEntriesInBatchRequest, "The batch request contains more entries than permissible."},
		{topic, id("a", "b", "a"), sns.ErrBatchEntryIDsNotDistinct, distinct},
		{topic, id(".", "."), sns.ErrBatchEntryIDsNotDistinct, distinct},
		{topic, id("message.id"), sns.ErrInvalidBatchEntryID, character + "message.id"},
		{topic, id("a", "msg@123#test"), sns.ErrInvalidBatchEntryID, character + "msg@123#test"},
		{topic, id(""), sns.ErrInvalidBatchEntryID, character},
		{topic, id(long), sns.ErrInvalidBatchEntryID, "The Id of a batch entry in the batch request is too long: " + long},
		{topic, []sns.Message{{Body: half}, {Body: half + "x"}}, sns.ErrBatchRequestTooLong,
			"The length of all the messages put together is more than the limit."},
		{fifo, []sns.Message{good, {Body: "m"}}, sns.ErrInvalidParameter, "Invalid parameter: " + textNoGroup},
		{fifo, []sns.Message{good, {Body: "m", GroupID: "g"}}, sns.ErrInvalidParameter, "Invalid parameter: " + textNoDedup},
		{w.Topic(arnPrefix + "missing"), many(1), sns.ErrNotFound, "Topic does not exist"},
		{w.Topic(arnPrefix + "missing"), many(11), sns.ErrTooManyEntriesInBatchRequest, "The batch request contains more entries than permissible."},
		{w.Topic("arn:aws:sns:eu-west-1:" + account + ":x"), many(1), sns.ErrInvalidParameter, "Invalid parameter: TopicArn"},
	} {
		ps, err := row.topic.PublishBatch(t.Context(), row.ms...)
		refused(t, err, row.code, row.text, i)
		require.Nil(t, ps)
	}
	require.Empty(t, bodies(t, q))
	require.Empty(t, bodies(t, in))
	_, err := topic.PublishBatch(t.Context(), append(id(strings.Repeat("a", 80), "_-Z9"), many(8)...)...)
	require.NoError(t, err)
	_, err = topic.PublishBatch(t.Context(), sns.Message{Body: half}, sns.Message{Body: half})
	require.NoError(t, err)
}

// Answers stand in the order of the entries, and so does what FIFO queues get.
func TestBatchOrder(t *testing.T) {
	w := fake()
	for _, kind := range []string{"", ".fifo"} {
		topic := w.topic(t, "x"+kind, sns.Config{})
		q, _ := w.raw(t, topic, "q"+kind, sns.SubscriptionConfig{})
		ms := make([]sns.Message, 10)
		want := []string{}
		for i := range ms {
			ms[i].Body = strconv.Itoa(9 - i)
			if want = append(want, ms[i].Body); kind != "" {
				ms[i].GroupID = "g"
			}
		}
		ps, err := topic.PublishBatch(t.Context(), ms...)
		require.NoError(t, err)
		require.Len(t, ps, 10)
		for i := range ps {
			require.NoError(t, ps[i].Err)
			require.NotZero(t, ps[i].ID)
			if i > 0 && kind != "" {
				require.Equal(t, 1, ps[i].SequenceNumber.Compare(ps[i-1].SequenceNumber))
			}
		}
		require.Equal(t, want, bodies(t, q))
		again, err := topic.PublishBatch(t.Context(), ms...)
		require.NoError(t, err)
		require.Equal(t, kind != "", again[3] == ps[3], "recorded: the original answers")
		require.Equal(t, kind != "", len(bodies(t, q)) == 0)
	}
}

// Within one batch, too, the second of two equal messages is a duplicate. Filters look at each entry.
func TestBatchDeduplicationAndFilters(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	q, _ := w.raw(t, topic, "q.fifo", sns.SubscriptionConfig{FilterPolicy: new(`{"a":["b"]}`)})
	b := map[string]sns.Attribute{"a": sns.String("b")}
	ps, err := topic.PublishBatch(t.Context(), sns.Message{Body: "1", GroupID: "g", Attributes: b}, sns.Message{Body: "2", GroupID: "g"},
		sns.Message{Body: "1", GroupID: "h", Attributes: b}, sns.Message{Body: "2", GroupID: "g", Attributes: b, DedupID: "other"})
	require.NoError(t, err)
	require.Equal(t, ps[0], ps[2])
	require.Equal(t, []string{"1", "2"}, bodies(t, q))
}

// A smaller limit of the topic is one for each message, a larger one is also that of the batch.
func TestBatchAndTheTopicsLimit(t *testing.T) {
	w := fake()
	small, large := w.topic(t, "small", sns.Config{MaxMessageSize: new(1024)}), w.topic(t, "large", sns.Config{MaxMessageSize: new(1 << 20)})
	kib := strings.Repeat("x", 1024)
	_, err := small.PublishBatch(t.Context(), sns.Message{Body: kib}, sns.Message{Body: kib}, sns.Message{Body: kib})
	require.NoError(t, err)
	_, err = small.PublishBatch(t.Context(), sns.Message{Body: kib}, sns.Message{Body: kib + "x"})
	invalid(t, err, "Message too long")
	half := strings.Repeat(kib, 512)
	_, err = large.PublishBatch(t.Context(), sns.Message{Body: half}, sns.Message{Body: half})
	require.NoError(t, err)
	_, err = large.PublishBatch(t.Context(), sns.Message{Body: half}, sns.Message{Body: half + "x"})
	require.ErrorIs(t, err, sns.ErrBatchRequestTooLong)
}
