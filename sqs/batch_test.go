package sqs_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 8: batches. Each table runs on all three operations where they agree.

const textEntryID = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."

// batchOf calls each batch operation of q with entries of the given ids; "-" stands for an empty id that is present.
func batchOf(t *testing.T, q sqs.Queue, ids ...string) map[string]error {
	t.Helper()
	var ms []sqs.Message
	var ds []sqs.DeleteEntry
	var vs []sqs.VisibilityEntry
	for _, id := range ids {
		given := sqs.Given(0)
		if id == "-" {
			id, given = "", sqs.GivenEntryID
		}
		m := sqs.Message{Body: "m", EntryID: id, Given: given}
		if isFIFO(q) {
			m.GroupID = "g"
		}
		ms = append(ms, m)
		ds = append(ds, sqs.DeleteEntry{EntryID: id, Given: given, Receipt: sqs.ReceiptOf("x")})
		vs = append(vs, sqs.VisibilityEntry{EntryID: id, Given: given, Receipt: sqs.ReceiptOf("x")})
	}
	sent, sendErr := q.SendBatch(t.Context(), ms...)
	deleted, deleteErr := q.DeleteBatch(t.Context(), ds...)
	changed, changeErr := q.ChangeVisibilityBatch(t.Context(), vs...)
	require.Equal(t, sendErr != nil, sent == nil)
	require.Equal(t, deleteErr != nil, deleted == nil)
	require.Equal(t, changeErr != nil, changed == nil)
	return map[string]error{
		"SendMessageBatchRequestEntry": sendErr, "DeleteMessageBatchRequestEntry": deleteErr,
		"ChangeMessageVisibilityBatchRequestEntry": changeErr,
	}
}

func TestBatchRequestErrors(t *testing.T) {
	many := func(n int, last string) []string {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = "id" + strconv.Itoa(i)
		}
		ids[n-1] = last
		return ids
	}
	for _, c := range []struct {
		ids  []string
		code sqs.Code
		text string
	}{
		{many(11, "last"), sqs.ErrTooManyEntriesInBatchRequest, "Maximum number of entries per request are 10. You have sent 11."},
		{many(20, "last"), sqs.ErrTooManyEntriesInBatchRequest, "Maximum number of entries per request are 10. You have sent 20."},
		{many(11, "bad:id"), sqs.ErrTooManyEntriesInBatchRequest, "Maximum number of entries per request are 10. You have sent 11."},
		{[]string{"-"}, sqs.ErrInvalidBatchEntryID, textEntryID},
		{[]string{"invalid:id"}, sqs.ErrInvalidBatchEntryID, textEntryID},
		{[]string{"ä"}, sqs.ErrInvalidBatchEntryID, textEntryID},
		{[]string{"a", "a", "invalid:id"}, sqs.ErrInvalidBatchEntryID, textEntryID},
		{many(10, strings.Repeat("i", 81)), sqs.ErrInvalidBatchEntryID, textEntryID},
		{many(10, strings.Repeat("i", 80)), "", ""},
		{[]string{"1", "2", "2", "1"}, sqs.ErrBatchEntryIDsNotDistinct, "Id 2 repeated."},
		{many(10, "id0"), sqs.ErrBatchEntryIDsNotDistinct, "Id id0 repeated."},
		{[]string{"a", "A", "a-", "a_", "0"}, "", ""},
		{[]string{"", "", ""}, "", ""}, // their positions
		{[]string{"1", ""}, sqs.ErrBatchEntryIDsNotDistinct, "Id 1 repeated."},
	} {
		b, _ := fakeBroker()
		q := create(t, b, "q", sqs.Config{})
		for shape, err := range batchOf(t, q, c.ids...) {
			if c.code == "" {
				require.NoError(t, err, "%s %v", shape, c.ids)
			} else {
				refused(t, err, c.code, c.text, "%s %v", shape, c.ids)
			}
		}
		if c.code != "" {
			require.Equal(t, [3]int{}, counts(t, q))
		}
	}
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for shape, err := range batchOf(t, q) {
		refused(t, err, sqs.ErrEmptyBatchRequest, "There should be at least one "+shape+" in the request.")
	}
	require.NoError(t, b.Delete(t.Context(), "q"))
	for shape, err := range batchOf(t, q, "a") {
		refused(t, err, sqs.ErrQueueDoesNotExist, "The specified queue does not exist.", shape)
	}
}

// A deleted queue is refused before anything else.
func TestBatchOnADeletedQueue(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	require.NoError(t, b.Delete(t.Context(), "q"))
	for shape, err := range batchOf(t, q) {
		refused(t, err, sqs.ErrQueueDoesNotExist, "The specified queue does not exist.", shape)
	}
}

func TestSendBatchRequestErrors(t *testing.T) {
	b, _ := fakeBroker()
	standard := create(t, b, "q", sqs.Config{MaxMessageSize: new(1024)})
	fifo := create(t, b, "q.fifo", sqs.Config{ContentDedup: new(false)})
	content := create(t, b, "content.fifo", sqs.Config{})
	good := sqs.Message{Body: "m", GroupID: "g", DedupID: "d"}
	noGroup, noDedup := sqs.Message{Body: "m", DedupID: "d"}, sqs.Message{Body: "m", GroupID: "g"}
	huge := sqs.Message{Body: strings.Repeat("x", 1<<20+1), GroupID: "g", DedupID: "d"}
	for _, c := range []struct {
		what string
		q    sqs.Queue
		ms   []sqs.Message
		code sqs.Code
		text string
	}{
		{"one too large", standard, []sqs.Message{huge}, sqs.ErrBatchRequestTooLong,
			"Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."},
		{"the sum too large, with attributes", standard,
			[]sqs.Message{{Body: strings.Repeat("x", 1<<20-8)}, withAttribute(1, "k", sqs.String("x"))}, sqs.ErrBatchRequestTooLong,
			"Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."},
		{"no group", fifo, []sqs.Message{good, noGroup}, sqs.ErrInvalidParameterValue, "The request must contain the parameter MessageGroupId."},
		{"no dedup id", fifo, []sqs.Message{good, noDedup}, sqs.ErrInvalidParameterValue, textNoDedup},
		{"no group, dedup by content", content, []sqs.Message{good, noGroup}, sqs.ErrInvalidParameterValue,
			"The request must contain the parameter MessageGroupId."},
		{"parameters before size", fifo, []sqs.Message{huge, noGroup}, sqs.ErrInvalidParameterValue,
			"The request must contain the parameter MessageGroupId."},
		{"ids before parameters", fifo, []sqs.Message{{EntryID: "a"}, {EntryID: "a"}}, sqs.ErrBatchEntryIDsNotDistinct, "Id a repeated."},
		{"size before entries", standard, []sqs.Message{huge, {Body: ""}}, sqs.ErrBatchRequestTooLong,
			"Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."},
	} {
		sent, err := c.q.SendBatch(t.Context(), c.ms...)
		refused(t, err, c.code, c.text, c.what)
		require.Nil(t, sent, c.what)
		require.Equal(t, [3]int{}, counts(t, c.q), c.what)
	}
}

// The queue's maximum bounds each entry, not the batch: 2048 and 1 bytes pass in a queue of 2048, and 1 MiB in all is allowed.
func TestSizesInABatch(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{MaxMessageSize: new(2048)})
	sent, err := q.SendBatch(t.Context(), sqs.Message{Body: strings.Repeat("x", 2048)}, sqs.Message{Body: "y"})
	require.NoError(t, err)
	require.NoError(t, sent[0].Err)
	require.NoError(t, sent[1].Err)
	large := create(t, b, "large", sqs.Config{})
	sent, err = large.SendBatch(t.Context(), sqs.Message{Body: strings.Repeat("x", 1<<20-1)}, sqs.Message{Body: "y"})
	require.NoError(t, err)
	require.Equal(t, [3]int{2, 0, 0}, counts(t, large))
	require.Len(t, sent, 2)
}

// Entries that fail leave the others alone.
func TestSendBatchEntryErrors(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{MaxMessageSize: new(1024)})
	sent, err := q.SendBatch(t.Context(),
		sqs.Message{Body: "first"},
		sqs.Message{Body: strings.Repeat("x", 1025)},
		sqs.Message{Body: "\x00"},
		sqs.Message{},
		withAttribute(1, "n", sqs.Number("x")),
		sqs.Message{Body: "m", Delay: new(time.Hour)},
		sqs.Message{Body: "m", DedupID: "d"},
		sqs.Message{Body: "m", GroupID: "g g"},
		sqs.Message{Body: "last"},
	)
	require.NoError(t, err)
	require.Len(t, sent, 9)
	for i, c := range map[int]struct {
		code  sqs.Code
		query string
		text  string
	}{
		1: {sqs.ErrInvalidParameterValue, "InvalidParameterValue",
			"One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes."},
		2: {sqs.ErrInvalidMessageContents, "InvalidMessageContents", textCharacters},
		3: {sqs.ErrMissingParameter, "MissingParameter", "The request must contain the parameter MessageBody."},
		4: {sqs.ErrInvalidParameterValue, "InvalidParameterValue", "Can't cast the value of message (user) attribute 'n' to a number."},
		5: {sqs.ErrInvalidParameterValue, "InvalidParameterValue", badValue("3600", "DelaySeconds", reasonDelay)},
		6: {sqs.ErrInvalidParameterValue, "InvalidParameterValue", badValue("d", "MessageDeduplicationId", reasonKind)},
		7: {sqs.ErrInvalidParameterValue, "InvalidParameterValue", badValue("g g", "MessageGroupId", reasonToken("MessageGroupId"))},
	} {
		refused(t, sent[i].Err, c.code, c.text)
		require.Equal(t, c.query, c.code.QueryCode())
		require.False(t, c.code.ServerFault())
		require.Zero(t, sent[i].ID)
	}
	got := receive(t, q, sqs.ReceiveOptions{Max: 10})
	require.Equal(t, []string{"first", "last"}, bodies(got))
	require.Equal(t, got[0].ID, sent[0].ID)
	require.Equal(t, got[1].ID, sent[8].ID)
}

// FIFO entries are stored in order of the request, and an empty group id that is present fails its entry only.
func TestSendBatchToAFIFOQueue(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	sent, err := q.SendBatch(t.Context(),
		sqs.Message{Body: "1", GroupID: "g"}, sqs.Message{Body: "2", Given: sqs.GivenGroupID},
		sqs.Message{Body: "3", GroupID: "g", DedupID: "x x"}, sqs.Message{Body: "4", GroupID: "g"},
		sqs.Message{Body: "1", GroupID: "g"}, sqs.Message{Body: "5", GroupID: "h", Delay: new(time.Second)},
	)
	require.NoError(t, err)
	refused(t, sent[1].Err, sqs.ErrInvalidParameterValue, badValue("", "MessageGroupId", reasonToken("MessageGroupId")))
	refused(t, sent[2].Err, sqs.ErrInvalidParameterValue, badValue("x x", "MessageDeduplicationId", reasonToken("MessageDeduplicationId")))
	refused(t, sent[5].Err, sqs.ErrInvalidParameterValue, badValue("1", "DelaySeconds", reasonKind))
	require.Equal(t, sent[0], sent[4], "a duplicate within the batch")
	require.Equal(t, 1, sent[3].SequenceNumber.Compare(sent[0].SequenceNumber))
	require.Equal(t, []string{"1", "4"}, receiveAll(t, q))

	strict := create(t, b, "strict.fifo", sqs.Config{ContentDedup: new(false)})
	sent, err = strict.SendBatch(t.Context(), sqs.Message{Body: "1", GroupID: "g", Given: sqs.GivenDedupID}, sqs.Message{Body: "2", GroupID: "g", DedupID: "d"})
	require.NoError(t, err, "so does an empty deduplication id")
	refused(t, sent[0].Err, sqs.ErrInvalidParameterValue, badValue("", "MessageDeduplicationId", reasonToken("MessageDeduplicationId")))
	require.Equal(t, []string{"2"}, receiveAll(t, strict))
}

func TestDeleteAndChangeBatchEntryErrors(t *testing.T) {
	eachBatch := func(q sqs.Queue, d time.Duration, rs ...sqs.Receipt) [][]error {
		var ds []sqs.DeleteEntry
		var vs []sqs.VisibilityEntry
		for _, r := range rs {
			ds = append(ds, sqs.DeleteEntry{Receipt: r})
			vs = append(vs, sqs.VisibilityEntry{Receipt: r, Timeout: d})
		}
		changed, err := q.ChangeVisibilityBatch(t.Context(), vs...) // first: a deleted message cannot be changed
		require.NoError(t, err)
		deleted, err := q.DeleteBatch(t.Context(), ds...)
		require.NoError(t, err)
		return [][]error{changed, deleted}
	}
	b, clk := fakeBroker()
	q, other := create(t, b, "q", sqs.Config{}), create(t, b, "other", sqs.Config{})
	send(t, q, "a", "b")
	send(t, other, "c")
	got, foreign := receive(t, q, sqs.ReceiveOptions{Max: 10}), receiveOne(t, other, sqs.ReceiveOptions{}).Receipt
	for _, errs := range eachBatch(q, time.Minute, got[0].Receipt, sqs.ReceiptOf("garbage"), foreign, sqs.Receipt{}, got[1].Receipt) {
		require.Len(t, errs, 5)
		require.NoError(t, errs[0])
		refused(t, errs[1], sqs.ErrReceiptHandleIsInvalid, `The input receipt handle "garbage" is not a valid receipt handle.`)
		refused(t, errs[2], sqs.ErrReceiptHandleIsInvalid, `The receipt handle "`+foreign.String()+`" is not valid for this queue.`)
		refused(t, errs[3], sqs.ErrMissingParameter, "The request must contain the parameter ReceiptHandle.")
		require.NoError(t, errs[4])
	}
	require.Equal(t, [3]int{}, counts(t, q))

	fifo := create(t, b, "q.fifo", sqs.Config{})
	send(t, fifo, "a")
	stale := receiveOne(t, fifo, sqs.ReceiveOptions{}).Receipt
	clk.Advance(30 * time.Second)
	for _, errs := range eachBatch(fifo, time.Minute, stale) {
		refused(t, errs[0], sqs.ErrInvalidParameterValue, badValue(stale.String(), "ReceiptHandle", "The receipt handle has expired."))
	}
	require.Equal(t, [3]int{1, 0, 0}, counts(t, fifo))

	send(t, q, "d")
	m := receiveOne(t, q, sqs.ReceiveOptions{})
	errs, err := q.ChangeVisibilityBatch(t.Context(),
		sqs.VisibilityEntry{Receipt: m.Receipt, Timeout: 43201 * time.Second}, sqs.VisibilityEntry{Receipt: m.Receipt, Timeout: 0})
	require.NoError(t, err)
	refused(t, errs[0], sqs.ErrInvalidParameterValue, badValue("43201", "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided."))
	require.NoError(t, errs[1])
	require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
}
