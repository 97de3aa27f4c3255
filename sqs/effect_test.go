package sqs_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Section 3.4: when a changed attribute takes effect; section 4: encryption attributes.

func setConfig(t *testing.T, q sqs.Queue, cfg sqs.Config) {
	t.Helper()
	require.NoError(t, q.SetConfig(t.Context(), cfg))
}

func TestNewVisibilityTimeoutRulesLaterReceives(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "a")
		receiveOne(t, q, sqs.ReceiveOptions{})
		setConfig(t, q, sqs.Config{VisibilityTimeout: new(time.Second)})
		clk.Advance(30*time.Second - 1)
		require.Empty(t, receiveAll(t, q))
		clk.Advance(1)
		require.Equal(t, clk.Now().Add(time.Second), receiveOne(t, q, sqs.ReceiveOptions{}).HiddenUntil)
	})
}

func TestNewDelay(t *testing.T) {
	eachKind(t, sqs.Config{Delay: new(time.Minute)}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "a")
		clk.Advance(10 * time.Second)
		setConfig(t, q, sqs.Config{Delay: new(30 * time.Second)})
		m := b.Peek(q.Name())[0]
		want := time.Minute // each message keeps the delay it was sent with
		if isFIFO(q) {
			want = 30 * time.Second // re-timed as SentTimestamp + new delay
		}
		require.Equal(t, want, m.Until.Sub(m.SentAt))
		clk.Advance(want - 10*time.Second - 1)
		require.Empty(t, receiveAll(t, q))
		clk.Advance(1)
		require.Equal(t, []string{"a"}, receiveAll(t, q))
	})
}

// A longer FIFO delay hides what waits already, and what is in flight stays as it is.
func TestLongerFIFODelay(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	send(t, q, "lent", "waiting")
	m := receive(t, q, sqs.ReceiveOptions{})[0]
	clk.Advance(10 * time.Second)
	setConfig(t, q, sqs.Config{Delay: new(time.Minute)})
	require.Equal(t, [3]int{0, 1, 1}, counts(t, q))
	require.NoError(t, m.Ack(t.Context()))
	clk.Advance(50*time.Second - 1)
	require.Empty(t, receiveAll(t, q))
	clk.Advance(1)
	require.Equal(t, []string{"waiting"}, receiveAll(t, q))
}

func TestNewRetentionIsRetroactive(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "old")
		clk.Advance(time.Hour)
		send(t, q, "new")
		setConfig(t, q, sqs.Config{Retention: new(time.Hour + 1)})
		require.Equal(t, [3]int{2, 0, 0}, counts(t, q))
		setConfig(t, q, sqs.Config{Retention: new(time.Hour)})
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q), "at once")
		setConfig(t, q, sqs.Config{Retention: new(2 * time.Hour)})
		clk.Advance(2*time.Hour - 1)
		require.Equal(t, [3]int{1, 0, 0}, counts(t, q))
		clk.Advance(1)
		require.Equal(t, [3]int{}, counts(t, q))
	})
}

func TestNewMaxMessageSizeRulesLaterSends(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	large := strings.Repeat("x", 1025)
	send(t, q, large)
	setConfig(t, q, sqs.Config{MaxMessageSize: new(1024)})
	_, err := q.Send(t.Context(), sqs.Message{Body: large})
	require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
	require.Equal(t, []string{large}, receiveAll(t, q))
}

func TestNewReceiveWaitRulesLaterReceives(t *testing.T) {
	inBubble(t, "q", sqs.Config{}, func(t *testing.T, w longPoll) {
		p := startPoll(t, w.q, 5*time.Second)
		setConfig(t, w.q, sqs.Config{ReceiveWait: new(time.Second)})
		w.clk.Advance(5*time.Second - 1)
		require.True(t, p.waiting())
		w.clk.Advance(1)
		require.Empty(t, p.answer(t))
		require.Empty(t, receive(t, w.q, sqs.ReceiveOptions{Wait: new(time.Duration(0))}), "an explicit 0 does not wait")
	})
}

func TestNewContentDedupRulesLaterSends(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	send(t, q, "a")
	setConfig(t, q, sqs.Config{ContentDedup: new(false)})
	_, err := q.Send(t.Context(), sqs.Message{Body: "a", GroupID: "g"})
	refused(t, err, sqs.ErrInvalidParameterValue, textNoDedup)
	setConfig(t, q, sqs.Config{ContentDedup: new(true)})
	send(t, q, "a")
	require.Equal(t, [3]int{1, 0, 0}, counts(t, q), "still a duplicate")
}

// Recorded: for seconds after the change the old scope rules, for old and for new ids. Here that lasts a minute.
func TestNewScopeRulesAfterAMinute(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	n := 0
	accepted := func(group, id string) bool {
		t.Helper()
		_, err := q.Send(t.Context(), sqs.Message{Body: strconv.Itoa(n), GroupID: group, DedupID: id})
		require.NoError(t, err)
		before := n
		n = counts(t, q)[0]
		return n > before
	}
	require.True(t, accepted("a", "old"))
	setConfig(t, q, sqs.Config{DedupScope: new(sqs.ScopeMessageGroup)})
	require.False(t, accepted("b", "old"))
	require.True(t, accepted("a", "new"))
	require.False(t, accepted("b", "new"))
	clk.Advance(time.Minute - 1)
	require.False(t, accepted("b", "old"))
	clk.Advance(1)
	require.True(t, accepted("b", "old"))
	require.True(t, accepted("b", "new"))
	require.False(t, accepted("a", "old"), "in its own group")
	require.False(t, accepted("a", "new"))
}

// The recorded sequence of encryption attributes on a fresh queue.
func TestEncryptionAttributes(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	shown := func() map[string]string {
		return attributes(t, q, "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")
	}
	set := func(as map[string]string) error {
		cfg, err := sqs.ParseAttributes(as)
		require.NoError(t, err)
		return q.SetConfig(t.Context(), cfg)
	}
	require.Equal(t, map[string]string{"SqsManagedSseEnabled": "true"}, shown())
	require.NoError(t, set(map[string]string{"KmsMasterKeyId": ""}))
	require.Equal(t, map[string]string{"SqsManagedSseEnabled": "true"}, shown(), "no key, no change")
	require.NoError(t, set(map[string]string{"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"}))
	kms := map[string]string{"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000", "SqsManagedSseEnabled": "false"}
	require.Equal(t, kms, shown())
	refused(t, set(map[string]string{"KmsMasterKeyId": "other", "SqsManagedSseEnabled": "true"}), sqs.ErrInvalidAttributeName,
		"You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.")
	require.Equal(t, kms, shown())
	require.NoError(t, set(map[string]string{"KmsMasterKeyId": "", "KmsDataKeyReusePeriodSeconds": "300"}))
	require.Equal(t, map[string]string{"SqsManagedSseEnabled": "false"}, shown())
	require.NoError(t, set(map[string]string{"SqsManagedSseEnabled": "true"}))
	require.Equal(t, map[string]string{"SqsManagedSseEnabled": "true"}, shown())
	require.NoError(t, set(map[string]string{"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"}))
	require.NoError(t, set(map[string]string{"SqsManagedSseEnabled": "true"}))
	require.Equal(t, map[string]string{"SqsManagedSseEnabled": "true"}, shown(), "it takes the place of the key")
	require.NoError(t, set(map[string]string{"KmsMasterKeyId": "", "SqsManagedSseEnabled": "true"}), "no key is no conflict")
	require.NoError(t, set(map[string]string{"KmsMasterKeyId": "key", "SqsManagedSseEnabled": "false"}))
	require.Equal(t, map[string]string{"KmsMasterKeyId": "key", "SqsManagedSseEnabled": "false"}, shown(), "300 is not shown")
}
