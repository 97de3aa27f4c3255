package sqs_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 6: what SendMessage takes and refuses.

const (
	textCharacters = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
	textNoDedup    = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
	reasonKind     = "The request include parameter that is not valid for this queue type."
	reasonDelay    = "DelaySeconds must be >= 0 and <= 900."
)

func reasonToken(parameter string) string {
	return parameter + " can only include alphanumeric and punctuation characters. 1 to 128 in length."
}

// sendQueues returns a standard and a FIFO queue that take 1024 bytes; the FIFO queue does not deduplicate by content.
func sendQueues(t *testing.T) (b *sqs.Broker, standard, fifo sqs.Queue) {
	b, _ = fakeBroker()
	standard = create(t, b, "q", sqs.Config{MaxMessageSize: new(1024)})
	fifo = create(t, b, "q.fifo", sqs.Config{MaxMessageSize: new(1024), ContentDedup: new(false)})
	return b, standard, fifo
}

func TestSendRefusals(t *testing.T) {
	b, standard, fifo := sendQueues(t)
	delayed := create(t, b, "delayed.fifo", sqs.Config{Delay: new(time.Minute)})
	invalid, long := sqs.ErrInvalidParameterValue, strings.Repeat("a", 129)
	for _, c := range []struct {
		what string
		q    sqs.Queue
		m    sqs.Message
		code sqs.Code
		text string
	}{
		{"no body", standard, sqs.Message{}, sqs.ErrMissingParameter, "The request must contain the parameter MessageBody."},
		{"too large", standard, sqs.Message{Body: strings.Repeat("x", 1025)}, invalid,
			"One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."},
		{"characters", standard, sqs.Message{Body: "a\x00b"}, sqs.ErrInvalidMessageContents, textCharacters},
		{"trace header", standard, sqs.Message{Body: "m", TraceHeader: "\x01"}, invalid, textCharacters},
		{"dedup id", fifo, sqs.Message{Body: "m", GroupID: "g", DedupID: "a b"}, invalid,
			badValue("a b", "MessageDeduplicationId", reasonToken("MessageDeduplicationId"))},
		{"long dedup id", fifo, sqs.Message{Body: "m", GroupID: "g", DedupID: long}, invalid,
			badValue(long, "MessageDeduplicationId", reasonToken("MessageDeduplicationId"))},
		{"empty dedup id", fifo, sqs.Message{Body: "m", GroupID: "g", Given: sqs.GivenDedupID}, invalid,
			badValue("", "MessageDeduplicationId", reasonToken("MessageDeduplicationId"))},
		{"group id", fifo, sqs.Message{Body: "m", GroupID: "ü", DedupID: "d"}, invalid,
			badValue("ü", "MessageGroupId", reasonToken("MessageGroupId"))},
		{"group id of a standard queue", standard, sqs.Message{Body: "m", GroupID: "group 123"}, invalid,
			badValue("group 123", "MessageGroupId", reasonToken("MessageGroupId"))},
		{"long group id", standard, sqs.Message{Body: "m", GroupID: long}, invalid,
			badValue(long, "MessageGroupId", reasonToken("MessageGroupId"))},
		{"empty group id", standard, sqs.Message{Body: "m", Given: sqs.GivenGroupID}, invalid,
			badValue("", "MessageGroupId", reasonToken("MessageGroupId"))},
		{"control character in an id", standard, sqs.Message{Body: "m", GroupID: "a\x7f"}, invalid,
			badValue("a\x7f", "MessageGroupId", reasonToken("MessageGroupId"))},
		{"FIFO without group", fifo, sqs.Message{Body: "m", DedupID: "d"}, sqs.ErrMissingParameter,
			"The request must contain the parameter MessageGroupId."},
		{"FIFO without dedup id", fifo, sqs.Message{Body: "m", GroupID: "g"}, invalid, textNoDedup},
		{"standard with dedup id", standard, sqs.Message{Body: "m", DedupID: "d"}, invalid,
			badValue("d", "MessageDeduplicationId", reasonKind)},
		{"FIFO with delay", fifo, sqs.Message{Body: "m", GroupID: "g", DedupID: "d", Delay: new(2 * time.Second)}, invalid,
			badValue("2", "DelaySeconds", reasonKind)},
		{"FIFO with delay on a delay queue", delayed, sqs.Message{Body: "m", GroupID: "g", Delay: new(time.Minute)}, invalid,
			badValue("60", "DelaySeconds", reasonKind)},
		{"delay too long", standard, sqs.Message{Body: "m", Delay: new(901 * time.Second)}, invalid,
			badValue("901", "DelaySeconds", reasonDelay)},
		{"negative delay", standard, sqs.Message{Body: "m", Delay: new(-time.Second)}, invalid,
			badValue("-1", "DelaySeconds", reasonDelay)},
		{"negative FIFO delay", delayed, sqs.Message{Body: "m", GroupID: "g", Delay: new(-time.Second)}, invalid,
			badValue("-1", "DelaySeconds", reasonDelay)},
	} {
		_, err := c.q.Send(t.Context(), c.m)
		refused(t, err, c.code, c.text, c.what)
		require.Equal(t, [3]int{}, counts(t, c.q), c.what)
	}
	require.NoError(t, b.Delete(t.Context(), "q"))
	_, err := standard.Send(t.Context(), sqs.Message{})
	refused(t, err, sqs.ErrQueueDoesNotExist, "The specified queue does not exist.")
}

// Messages with every fault that comes after the one they are refused for.
func TestOrderOfSendChecks(t *testing.T) {
	_, standard, fifo := sendQueues(t)
	m := sqs.Message{
		Attributes: map[string]sqs.Attribute{"": {}}, SystemAttributes: map[string]sqs.Attribute{"Nonsense": {}}, TraceHeader: "\x00",
		DedupID: "d d", GroupID: "g g", Delay: new(901 * time.Second),
	}
	check := func(q sqs.Queue, m sqs.Message, code sqs.Code, part string) {
		t.Helper()
		_, err := q.Send(t.Context(), m)
		require.ErrorIs(t, err, code)
		require.ErrorContains(t, err, part)
	}
	check(standard, m, sqs.ErrMissingParameter, "MessageBody")
	m.Body = strings.Repeat("\x00", 1025)
	check(standard, m, sqs.ErrInvalidParameterValue, "shorter than")
	m.Body = "\x00"
	check(standard, m, sqs.ErrInvalidMessageContents, "characters")
	m.Body = "m"
	check(standard, m, sqs.ErrInvalidParameterValue, "attributes name")
	m.Attributes = nil
	check(standard, m, sqs.ErrInvalidParameterValue, "system attribute name")
	m.SystemAttributes = nil
	check(standard, m, sqs.ErrInvalidParameterValue, "Invalid characters")
	m.TraceHeader = ""
	check(standard, m, sqs.ErrInvalidParameterValue, "Value d d")
	m.DedupID = "d"
	check(standard, m, sqs.ErrInvalidParameterValue, "Value g g")
	m.GroupID = ""
	check(fifo, m, sqs.ErrMissingParameter, "MessageGroupId")
	m.DedupID = ""
	check(fifo, m, sqs.ErrMissingParameter, "MessageGroupId")
	m.GroupID = "g"
	check(fifo, m, sqs.ErrInvalidParameterValue, "ContentBasedDeduplication")
	m.DedupID = "d"
	check(standard, m, sqs.ErrInvalidParameterValue, "MessageDeduplicationId")
	check(fifo, m, sqs.ErrInvalidParameterValue, reasonKind)
	m.DedupID = ""
	check(standard, m, sqs.ErrInvalidParameterValue, reasonDelay)
	m.Delay = nil
	_, err := standard.Send(t.Context(), m)
	require.NoError(t, err)
}

// Body, and name, type and value of each attribute, in bytes; the limit itself is allowed.
func TestSizeOfAMessage(t *testing.T) {
	_, q, _ := sendQueues(t)
	const body = 1000 // 24 bytes are left
	for _, c := range []struct {
		what string
		m    sqs.Message
		fits bool
	}{
		{"body", sqs.Message{Body: strings.Repeat("x", 1024)}, true},
		{"body in bytes, not characters", sqs.Message{Body: strings.Repeat("é", 512)}, true},
		{"body in bytes, not characters", sqs.Message{Body: strings.Repeat("é", 512) + "x"}, false},
		{"name, type, value", withAttribute(body, "name", sqs.Attribute{Type: "String", Text: strings.Repeat("v", 14)}), true},
		{"longer value", withAttribute(body, "name", sqs.Attribute{Type: "String", Text: strings.Repeat("v", 15)}), false},
		{"longer name", withAttribute(body, "name1", sqs.Attribute{Type: "String", Text: strings.Repeat("v", 14)}), false},
		{"longer type", withAttribute(body, "name", sqs.Attribute{Type: "String.", Text: strings.Repeat("v", 14)}), false},
		{"raw bytes", withAttribute(body, "name", sqs.Binary(make([]byte, 14))), true},
		{"raw bytes", withAttribute(body, "name", sqs.Binary(make([]byte, 15))), false},
		{"ids and trace header do not count", sqs.Message{Body: strings.Repeat("x", 1024), GroupID: "group", TraceHeader: "Root=1"}, true},
	} {
		_, err := q.Send(t.Context(), c.m)
		if c.fits {
			require.NoError(t, err, c.what)
		} else {
			require.ErrorContains(t, err, "Message must be shorter than 1024 bytes.", c.what)
		}
	}
	b, _ := fakeBroker()
	most := create(t, b, "most", sqs.Config{})
	_, err := most.Send(t.Context(), withAttribute(1<<20-8, "k", sqs.String("x"))) // k + String + x = 8
	require.NoError(t, err)
	_, err = most.Send(t.Context(), withAttribute(1<<20-7, "k", sqs.String("x")))
	refused(t, err, sqs.ErrInvalidParameterValue,
		"One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.")
}

func withAttribute(body int, name string, a sqs.Attribute) sqs.Message {
	return sqs.Message{Body: strings.Repeat("x", body), Attributes: map[string]sqs.Attribute{name: a}}
}

// Each boundary of the character set, alone, at the end and in the middle of text, in the body and in an attribute.
func TestCharacters(t *testing.T) {
	_, q, _ := sendQueues(t)
	taken := []rune{0x9, 0xA, 0xD, 0x20, 0x7F, 0x80, 0x9F, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x1FFFF, 0x10FFFF}
	left := []rune{0x0, 0x1, 0x8, 0xB, 0xC, 0xE, 0x13, 0x1F, 0xFFFE, 0xFFFF}
	var texts []string
	for _, r := range left {
		texts = append(texts, string(r))
	}
	// no UTF-8 at all: a stray byte, half a character, a surrogate, an overlong form, beyond the last character
	texts = append(texts, "\x80", "\xC3", "\xED\xA0\x80", "\xC0\xAF", "\xF4\x90\x80\x80")
	try := func(text string) (body, attribute error) {
		_, body = q.Send(t.Context(), sqs.Message{Body: text})
		_, attribute = q.Send(t.Context(), sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{"k": sqs.String(text)}})
		return body, attribute
	}
	for _, r := range taken {
		for _, text := range []string{string(r), "plain text, " + string(r), "plain text, " + string(r) + "and eight more"} {
			body, attribute := try(text)
			require.NoError(t, body, "%U", r)
			require.NoError(t, attribute, "%U", r)
		}
	}
	for _, bad := range texts {
		for _, text := range []string{bad, "plain text, " + bad, "eight ch" + bad, "plain" + bad + " and eight more", "seven c" + bad, bad + "seven more",
			strings.Repeat(bad, 8)} {
			body, attribute := try(text)
			refused(t, body, sqs.ErrInvalidMessageContents, textCharacters, "%q", text)
			refused(t, attribute, sqs.ErrInvalidParameterValue, textCharacters, "%q", text)
		}
	}
}

// The trace header is a system attribute, the only one that can be sent.
func TestSystemAttributes(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{MaxMessageSize: new(1024)})
	_, err := q.Send(t.Context(), sqs.Message{
		Body: strings.Repeat("x", 1024), TraceHeader: "other", SystemAttributes: map[string]sqs.Attribute{"AWSTraceHeader": sqs.String("Root=1")},
	})
	require.NoError(t, err, "it does not count for the size")
	m := receiveOne(t, q, sqs.ReceiveOptions{})
	require.Equal(t, "Root=1", m.TraceHeader, "the explicit attribute wins")
	require.Nil(t, m.Attributes)
	for name, a := range map[string]sqs.Attribute{
		"Other": sqs.String("v"), "": sqs.String("v"), "awstraceheader": sqs.String("v"),
		"AWSTraceHeader": sqs.Number("1"), "AWSTraceHeader ": {},
	} {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m", SystemAttributes: map[string]sqs.Attribute{name: a}})
		want := "Message system attribute name '" + name + "' is invalid."
		if name == "AWSTraceHeader" {
			want = "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'."
		}
		refused(t, err, sqs.ErrInvalidParameterValue, want)
	}
	for text, want := range map[string]string{"": "non-empty value", "\x01": textCharacters} {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m", SystemAttributes: map[string]sqs.Attribute{"AWSTraceHeader": sqs.String(text)}})
		require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
		require.ErrorContains(t, err, want)
	}
}

func TestDelayOfASend(t *testing.T) {
	b, _ := fakeBroker()
	for _, c := range []struct {
		what, queue string
		own         time.Duration
		message     *time.Duration
		want        time.Duration
	}{
		{"the queue's", "q1", time.Minute, nil, time.Minute},
		{"the message's", "q2", time.Minute, new(time.Second), time.Second},
		{"0 is a value", "q3", time.Minute, new(time.Duration(0)), 0},
		{"the longest", "q4", 0, new(sqs.MaxDelay), sqs.MaxDelay},
		{"0 is none on a FIFO queue", "q5.fifo", time.Minute, new(time.Duration(0)), time.Minute},
		{"the FIFO queue's", "q6.fifo", time.Minute, nil, time.Minute},
	} {
		q := create(t, b, c.queue, sqs.Config{Delay: &c.own})
		_, err := q.Send(t.Context(), sqs.Message{Body: "m", GroupID: "g", Delay: c.message})
		require.NoError(t, err, c.what)
		m := b.Peek(c.queue)[0]
		require.Equal(t, c.want > 0, m.State == sqs.StateDelayed, c.what)
		if c.want > 0 {
			require.Equal(t, c.want, m.Until.Sub(m.SentAt), c.what)
		}
	}
}

func TestBodyIsNeverAltered(t *testing.T) {
	for _, body := range []string{" lead and trail ", "a\r\nb\rc\n", `&quot;"<&amp;>'`, "\t", "日本 🎉 \u00a0"} {
		b, _ := fakeBroker()
		q := create(t, b, "q", sqs.Config{})
		send(t, q, body)
		require.Equal(t, body, receiveOne(t, q, sqs.ReceiveOptions{}).Body)
	}
}

// What is sent and what is received share no memory with what the queue holds.
func TestNothingIsShared(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	bytes := []byte("bytes")
	as := map[string]sqs.Attribute{"b": sqs.Binary(bytes), "s": sqs.String("text")}
	want := map[string]sqs.Attribute{"b": sqs.Binary([]byte("bytes")), "s": sqs.String("text")}
	_, err := q.Send(t.Context(), sqs.Message{Body: "m", Attributes: as})
	require.NoError(t, err)
	_, err = q.SendBatch(t.Context(), sqs.Message{Body: "m", Attributes: maps.Clone(as)})
	require.NoError(t, err)
	bytes[0] = 'X'
	as["s"] = sqs.String("changed")
	for range 3 {
		got := receive(t, q, sqs.ReceiveOptions{Max: 10, Visibility: new(time.Duration(0))})
		require.Len(t, got, 2)
		for _, m := range got {
			require.Equal(t, want, m.Attributes)
			m.Attributes["b"].Binary[0] = 'Y'
			m.Attributes["new"] = sqs.String("new")
		}
		held := b.Peek("q")
		require.Equal(t, want, held[0].Attributes)
		held[0].Attributes["b"].Binary[0] = 'Z'
		delete(held[0].Attributes, "s")
	}
}

func TestAnswerOfASend(t *testing.T) {
	b, _, fifo := sendQueues(t)
	q := create(t, b, "plain", sqs.Config{})
	first, second := send(t, q, "m"), send(t, q, "m")
	require.NotEqual(t, first.ID, second.ID)
	require.EqualValues(t, 4, first.ID.Version())
	require.True(t, first.SequenceNumber.IsZero())
	require.Empty(t, first.SequenceNumber.String())
	require.Equal(t, first.ID, receive(t, q, sqs.ReceiveOptions{})[0].ID)

	last := sqs.SequenceNumber{}
	for _, m := range []sqs.Message{{GroupID: "a", DedupID: "1"}, {GroupID: "b", DedupID: "2"}, {GroupID: "a", DedupID: "3"}} {
		m.Body = "m"
		sent, err := fifo.Send(t.Context(), m)
		require.NoError(t, err)
		require.Len(t, sent.SequenceNumber.String(), 20)
		require.Equal(t, 1, sent.SequenceNumber.Compare(last))
		require.Greater(t, sent.SequenceNumber.String(), last.String())
		last = sent.SequenceNumber
	}
	for _, m := range receive(t, fifo, sqs.ReceiveOptions{Max: 10}) {
		require.Len(t, m.SequenceNumber.String(), 20)
	}
}

// What a message carries arrives.
func TestMessageFields(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	ctx := sqs.WithCaller(t.Context(), sqs.Caller{Account: account, UserID: "AIDAEXAMPLE"})
	sentAt := clk.Now()
	m := sqs.Message{Body: "m", GroupID: "g!", DedupID: "d~", TraceHeader: "Root=1-2-3", Attributes: map[string]sqs.Attribute{
		"ø-ß.ä": sqs.Number("99.120"), "f": {Type: "Binary.png", Binary: []byte{0}}, "l": {Type: "Number.java.lang.Long", Text: "1"},
	}}
	sent, err := q.Send(ctx, m)
	require.NoError(t, err)
	clk.Advance(time.Second)
	got := receiveOne(t, q, sqs.ReceiveOptions{})
	want := &sqs.Received{
		Body: "m", Attributes: m.Attributes, GroupID: "g!", DedupID: "d~", TraceHeader: "Root=1-2-3", ID: sent.ID,
		SequenceNumber: sent.SequenceNumber, SentAt: sentAt, FirstReceivedAt: sentAt.Add(time.Second),
		HiddenUntil: sentAt.Add(31 * time.Second), Receives: 1, SenderID: "AIDAEXAMPLE", From: got.From, Receipt: got.Receipt,
	}
	require.Equal(t, want, got)
	clk.Advance(30 * time.Second)
	again := receiveOne(t, q, sqs.ReceiveOptions{})
	require.Equal(t, want.FirstReceivedAt, again.FirstReceivedAt)
	require.Equal(t, 2, again.Receives)
	require.NotEqual(t, want.Receipt, again.Receipt)

	plain := create(t, b, "plain", sqs.Config{})
	send(t, plain, "m")
	require.Equal(t, account, receiveOne(t, plain, sqs.ReceiveOptions{}).SenderID)
}
