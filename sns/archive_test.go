package sns_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Sections 6.4 and 6.5: archives and replays.

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func TestArchivePolicy(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	shown := func() (policy, begin string) {
		as := attributes(t, topic)
		return as["ArchivePolicy"], as["BeginningArchiveTime"]
	}
	set := func(text string) error { return topic.SetAttribute(t.Context(), "ArchivePolicy", text) }
	policy, begin := shown()
	require.Empty(t, policy+begin)
	w.clk.Advance(time.Hour)
	on := w.clk.Now()
	for _, text := range []string{`{"MessageRetentionPeriod":"2"}`, `{"MessageRetentionPeriod":2}`} {
		require.NoError(t, set(text))
		policy, begin = shown()
		require.Equal(t, `{"MessageRetentionPeriod":"2"}`, policy)
		require.Equal(t, stamp(on), begin)
		w.clk.Advance(time.Hour)
	}
	w.clk.Advance(5 * day)
	_, begin = shown()
	require.Equal(t, stamp(w.clk.Now().Add(-2*day)), begin, "retention moves it on")
	for _, text := range []string{
		"x", "[]", "null", `{"MessageRetentionPeriod":"0"}`, `{"MessageRetentionPeriod":"366"}`, `{"MessageRetentionPeriod":1.5}`,
		`{"MessageRetentionPeriod":"1","x":1}`, `{"x":1}`, `{"MessageRetentionPeriod":"99999999999999999999"}`,
	} {
		require.ErrorIs(t, set(text), sns.ErrInvalidParameter, text)
	}
	require.NoError(t, set(`{"MessageRetentionPeriod":365}`))
	require.NoError(t, set("{}"))
	require.NotContains(t, maps.Collect(maps.All(attributes(t, topic))), "ArchivePolicy")
	require.NotContains(t, maps.Collect(maps.All(attributes(t, topic))), "BeginningArchiveTime")
}

// archived is a topic that has published a message an hour: 0, 1, … 9.
func archived(t *testing.T) (w *world, topic sns.Topic, times []time.Time) {
	w = fake()
	topic = w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(30)})
	for i := range 10 {
		times = append(times, w.clk.Now())
		publishMessage(t, topic, sns.Message{
			Body: string(rune('0' + i)), GroupID: "g", Attributes: map[string]sns.Attribute{"odd": sns.Number(string(rune('0' + i%2)))},
		})
		w.clk.Advance(time.Hour)
	}
	return w, topic, times
}

func replay(from, to time.Time) sns.SubscriptionConfig {
	return sns.SubscriptionConfig{Replay: &sns.Replay{From: from, To: to}}
}

// Without an end a replay catches up and goes on.
func TestReplay(t *testing.T) {
	w, topic, times := archived(t)
	q, sub := w.raw(t, topic, "q.fifo", replay(times[7], time.Time{}))
	require.Equal(t, []string{"7", "8", "9"}, bodies(t, q), "the first is included")
	publish(t, topic, "live")
	require.Equal(t, []string{"live"}, bodies(t, q))
	require.Equal(t, "Completed", attributes(t, sub)["ReplayStatus"])
	require.Equal(t, `{"PointType":"Timestamp","StartingPoint":"`+stamp(times[7])+`"}`, attributes(t, sub)["ReplayPolicy"])
	w.clk.Advance(sns.DedupWindow)
	require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new(`{"odd":[1]}`), Replay: &sns.Replay{From: times[5]}}))
	require.Equal(t, []string{"5", "7", "9"}, bodies(t, q), "the filter applies")
	require.NoError(t, sub.SetConfig(t.Context(), sns.SubscriptionConfig{FilterPolicy: new("")}))
	require.Empty(t, bodies(t, q), "only a new policy replays")
}

// With an end it stops there, and nothing live is delivered until a policy without one.
func TestReplayWithEnd(t *testing.T) {
	w, topic, times := archived(t)
	q, sub := w.raw(t, topic, "q.fifo", replay(times[2], times[4]))
	require.Equal(t, []string{"2", "3", "4"}, bodies(t, q), "both ends are included")
	publish(t, topic, "paused")
	require.Empty(t, bodies(t, q))
	require.Equal(t, "Completed", attributes(t, sub)["ReplayStatus"])
	require.NoError(t, sub.SetAttribute(t.Context(), "ReplayPolicy", ""))
	require.NotContains(t, maps.Collect(maps.All(attributes(t, sub))), "ReplayPolicy")
	require.NotContains(t, maps.Collect(maps.All(attributes(t, sub))), "ReplayStatus")
	publish(t, topic, "live")
	require.Equal(t, []string{"live"}, bodies(t, q))

	end := w.clk.Now().Add(time.Hour) // which has not come
	require.NoError(t, sub.SetConfig(t.Context(), replay(times[9], end)))
	require.Equal(t, []string{"9", "paused"}, bodies(t, q), "the queue remembers what was live a moment ago")
	require.Equal(t, "In progress", attributes(t, sub)["ReplayStatus"])
	w.clk.Advance(time.Hour)
	publish(t, topic, "last")
	require.Equal(t, []string{"last"}, bodies(t, q))
	w.clk.Advance(time.Millisecond)
	publish(t, topic, "too late")
	require.Empty(t, bodies(t, q))
	require.Equal(t, "Completed", attributes(t, sub)["ReplayStatus"])
	require.NoError(t, sub.SetConfig(t.Context(), replay(end, time.Time{})))
	require.Equal(t, []string{"too late"}, bodies(t, q))
}

// A replayed message is the same message, marked.
func TestReplayedMessage(t *testing.T) {
	w, topic, times := archived(t)
	q := w.queue(t, "q.fifo")
	sub := subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	p := publish(t, topic, "m")
	first := object(t, one(t, q).Body)
	w.clk.Advance(time.Hour)
	j := w.Record()
	require.NoError(t, sub.SetConfig(t.Context(), replay(times[9].Add(time.Millisecond), time.Time{})))
	again := object(t, one(t, q).Body)
	require.Equal(t, true, again["Replayed"])
	delete(again, "Replayed")
	require.Equal(t, first, again)
	require.Equal(t, 1, j.Count(sns.EventReplayed))
	for e := range j.Events() {
		require.Equal(t, p.ID, e.ID)
	}
}

func TestReplayErrors(t *testing.T) {
	w, topic, times := archived(t)
	_, sub := w.raw(t, topic, "q.fifo", sns.SubscriptionConfig{})
	for _, r := range []sns.SubscriptionConfig{
		replay(times[0].Add(-time.Millisecond), time.Time{}), replay(times[1], times[1]), replay(times[1], times[0]), replay(time.Time{}, times[1]),
		replay(time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}), replay(times[1], time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC)),
		replay(time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}),
	} {
		require.ErrorIs(t, sub.SetConfig(t.Context(), r), sns.ErrInvalidParameter, r.Replay)
	}
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{ArchiveDays: new(0)}))
	require.ErrorIs(t, sub.SetConfig(t.Context(), replay(times[1], time.Time{})), sns.ErrInvalidParameter)
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{ArchiveDays: new(1)}))
	require.ErrorIs(t, sub.SetConfig(t.Context(), replay(times[1], time.Time{})), sns.ErrInvalidParameter, "a new archive begins anew")
	require.NotContains(t, maps.Collect(maps.All(attributes(t, sub))), "ReplayPolicy")
}

// Times that nanoseconds cannot count are just very late.
func TestReplayInTheFarFuture(t *testing.T) {
	w, topic, times := archived(t)
	far := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	q, sub := w.raw(t, topic, "q.fifo", replay(far, time.Time{}))
	require.Empty(t, bodies(t, q))
	require.NoError(t, sub.SetConfig(t.Context(), replay(times[8], far)))
	require.Equal(t, []string{"8", "9"}, bodies(t, q))
	require.Equal(t, "In progress", attributes(t, sub)["ReplayStatus"])
	publish(t, topic, "live")
	require.Equal(t, []string{"live"}, bodies(t, q))
}

// A shorter period forgets what is too old, at once and for ever; time does so too.
func TestShorterArchive(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(10)})
	begin := w.clk.Now()
	publish(t, topic, "old")
	w.clk.Advance(3 * day)
	publish(t, topic, "new")
	require.Len(t, w.Peek("x.fifo").Archive, 2)
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{ArchiveDays: new(2)}))
	require.Len(t, w.Peek("x.fifo").Archive, 1)
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{ArchiveDays: new(10)}))
	q, _ := w.raw(t, topic, "q.fifo", replay(begin, time.Time{}))
	require.Equal(t, []string{"new"}, bodies(t, q))
	w.clk.Advance(10 * day)
	require.Len(t, w.Peek("x.fifo").Archive, 1)
	w.clk.Advance(1)
	require.Empty(t, w.Peek("x.fifo").Archive)
}
