package snstest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func archiveCases() []Case {
	return []Case{
		observed("6.4", "period", "the period is read back as a string, however it was given", archivePeriod),
		documented("6.4", "days", "the period is 1 to 365 days", archiveDays),
		documented("6.4", "standard", "standard topics have no archive", archiveStandard),
		observed("6.4", "begin", "a topic with an archive shows when that begins", archiveBegin),
		inferred("6.4", "begin-moves", "that is not before the period", archiveBeginMoves).instant().takes(48 * time.Hour),
		observed("6.4", "off", "an empty policy switches the archive off, and it is shown no more", archiveOff),
		observed("2.5", "delete", "a topic with an archive cannot be deleted", archiveDelete),
		inferred("6.5", "replay", "a replay delivers archived messages again, with their ids and times", archiveReplay).instant(),
		inferred("6.5", "replay-order", "they come in their order, and later messages after them", archiveReplayOrder).instant(),
		documented("6.5", "replay-new-subscriber", "a new subscriber can get what was before it", archiveReplayNew).instant(),
		documented("6.5", "replay-filter", "the subscription's filter policy applies", archiveReplayFilter).instant(),
		documented("6.5", "replay-end", "a replay with an end stops there, and pauses the subscription", archiveReplayEnd).instant(),
		inferred("6.5", "replay-resumed", "a policy without an end, or none, lets it go on", archiveReplayResumed).instant(),
		documented("6.5", "replay-from", "a replay starts where it says", archiveReplayFrom).instant(),
		documented("6.5", "replay-before-archive", "it cannot start before the archive", archiveReplayBefore).instant(),
		documented("6.5", "replay-without-archive", "without an archive there is no replay", archiveReplayWithout),
		documented("6.5", "replay-point-type", "the point type is Timestamp", archiveReplayPointType),
		documented("6.5", "replay-status", "a replay that has caught up is Completed", archiveReplayStatus).instant(),
		inferred("6.4", "expired", "what is older than the period is not replayed", archiveExpired).instant().takes(48 * time.Hour),
		inferred("6.4", "dropped", "what was kept is lost when the archive is switched off", archiveDropped).instant(),
	}
}

func archivePeriod(e *Env) {
	for given, shown := range map[string]string{
		`{"MessageRetentionPeriod":"30"}`: `{"MessageRetentionPeriod":"30"}`, `{"MessageRetentionPeriod":7}`: `{"MessageRetentionPeriod":"7"}`,
	} {
		t := e.fifo(sns.Config{})
		e.ok(t.SetAttribute(e.Ctx, "ArchivePolicy", given))
		assert.JSONEq(e, shown, e.attributes(t)["ArchivePolicy"])
	}
}

func archiveDays(e *Env) {
	t := e.fifo(sns.Config{})
	for _, good := range []string{`{"MessageRetentionPeriod":"1"}`, `{"MessageRetentionPeriod":"365"}`} {
		e.ok(t.SetAttribute(e.Ctx, "ArchivePolicy", good))
	}
	for _, bad := range []string{`{"MessageRetentionPeriod":"0"}`, `{"MessageRetentionPeriod":"366"}`, `{"MessageRetentionPeriod":"x"}`, "days"} {
		e.invalid(t.SetAttribute(e.Ctx, "ArchivePolicy", bad), "")
	}
}

func archiveStandard(e *Env) {
	e.invalid(e.topic(sns.Config{}).SetAttribute(e.Ctx, "ArchivePolicy", `{"MessageRetentionPeriod":"30"}`), "")
}

// archived makes a FIFO topic that archives.
func (e *Env) archived(days int) sns.Topic { return e.fifo(sns.Config{ArchiveDays: &days}) }

// begin returns when the archive of a topic begins.
func (e *Env) begin(t sns.Topic) time.Time {
	at, err := time.Parse(time.RFC3339Nano, e.attributes(t)["BeginningArchiveTime"])
	e.ok(err)
	return at
}

func archiveBegin(e *Env) {
	now := e.Now()
	assert.WithinDuration(e, now, e.begin(e.archived(30)), time.Minute)
	assert.NotContains(e, e.attributes(e.fifo(sns.Config{})), "BeginningArchiveTime")
}

func archiveBeginMoves(e *Env) {
	t := e.archived(1)
	e.Wait(40 * time.Hour)
	assert.WithinDuration(e, e.Now().Add(-24*time.Hour), e.begin(t), time.Second)
}

func archiveOff(e *Env) {
	t := e.archived(30)
	e.ok(t.SetAttribute(e.Ctx, "ArchivePolicy", "{}"))
	assert.NotContains(e, e.attributes(t), "ArchivePolicy")
	assert.NotContains(e, e.attributes(t), "BeginningArchiveTime")
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
}

func archiveDelete(e *Env) {
	t := e.archived(30)
	e.refused(e.Topics.Delete(e.Ctx, t.ARN()), sns.ErrInvalidState, "Invalid state: Cannot delete a topic with an ArchivePolicy")
	e.attributes(t)
}

// replay starts a replay, once the queue has forgotten what it got before.
func (e *Env) replay(s sns.Subscription, from, to time.Time) {
	e.ok(s.SetConfig(e.Ctx, sns.SubscriptionConfig{Replay: &sns.Replay{From: from, To: to}}))
}

// forget lets so much time pass that no queue takes a repetition for a duplicate.
func (e *Env) forget() { e.Wait(6 * time.Minute) }

func archiveReplay(e *Env) {
	t := e.archived(30)
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	from := e.Now()
	e.group(t, "g", "m")
	first := e.note(q)
	e.forget()
	e.replay(s, from, time.Time{})
	again := e.note(q)
	assert.Equal(e, true, again["Replayed"])
	for _, name := range []string{"MessageId", "Timestamp", "Message", "SequenceNumber"} {
		assert.Equal(e, first[name], again[name], name)
	}
}

func archiveReplayOrder(e *Env) {
	t := e.archived(30)
	q, s := e.subscribed(t, raw())
	from := e.Now()
	e.group(t, "g", "m1", "m2", "m3")
	e.gets(q, "m1", "m2", "m3")
	e.forget()
	e.replay(s, from, time.Time{})
	e.group(t, "g", "m4")
	e.gets(q, "m1", "m2", "m3", "m4")
}

func archiveReplayNew(e *Env) {
	t := e.archived(30)
	from := e.Now()
	e.group(t, "g", "m1", "m2")
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), Replay: &sns.Replay{From: from}})
	e.group(t, "g", "m3")
	e.gets(q, "m1", "m2", "m3")
}

func archiveReplayFilter(e *Env) {
	t := e.archived(30)
	from := e.Now()
	yes := map[string]sns.Attribute{"k": sns.String("v")}
	e.put(t, sns.Message{Body: "m1", GroupID: "g", DedupID: "1", Attributes: yes})
	e.put(t, sns.Message{Body: "m2", GroupID: "g", DedupID: "2"})
	e.put(t, sns.Message{Body: "m3", GroupID: "g", DedupID: "3", Attributes: yes})
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["v"]}`), Replay: &sns.Replay{From: from}})
	e.gets(q, "m1", "m3")
}

// ended starts a replay with an end, after which m2 was published.
func (e *Env) endedReplay() (t sns.Topic, get func(...string), s sns.Subscription) {
	t = e.archived(30)
	from := e.Now()
	e.group(t, "g", "m1")
	e.Wait(time.Minute)
	to := e.Now()
	e.Wait(time.Minute)
	e.group(t, "g", "m2")
	q, s := e.subscribed(t, sns.SubscriptionConfig{Raw: new(true), Replay: &sns.Replay{From: from, To: to}})
	return t, func(want ...string) { e.gets(q, want...) }, s
}

func archiveReplayEnd(e *Env) {
	t, get, s := e.endedReplay()
	e.group(t, "g", "m3")
	get("m1")
	assert.Equal(e, "Completed", e.subAttributes(s)["ReplayStatus"])
}

func archiveReplayResumed(e *Env) {
	t, get, s := e.endedReplay()
	get("m1")
	e.replay(s, e.begin(t).Add(time.Minute), time.Time{})
	e.group(t, "g", "m3")
	get("m2", "m3")
	t, get, s = e.endedReplay()
	get("m1")
	e.ok(s.SetAttribute(e.Ctx, "ReplayPolicy", ""))
	assert.NotContains(e, e.subAttributes(s), "ReplayPolicy")
	e.group(t, "g", "m3")
	get("m3")
}

func archiveReplayFrom(e *Env) {
	t := e.archived(30)
	e.group(t, "g", "m1")
	e.Wait(time.Minute)
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), Replay: &sns.Replay{From: e.Now().Add(-30 * time.Second)}})
	e.none(q)
	e.group(t, "g", "m2")
	e.gets(q, "m2")
}

func archiveReplayBefore(e *Env) {
	e.Wait(time.Hour)
	t := e.archived(30)
	_, s := e.subscribed(t, raw())
	e.invalid(s.SetConfig(e.Ctx, sns.SubscriptionConfig{Replay: &sns.Replay{From: e.Now().Add(-time.Second)}}), "")
	assert.NotContains(e, e.subAttributes(s), "ReplayPolicy")
}

func archiveReplayWithout(e *Env) {
	_, s := e.subscribed(e.fifo(sns.Config{}), raw())
	e.invalid(s.SetConfig(e.Ctx, sns.SubscriptionConfig{Replay: &sns.Replay{From: e.Now()}}), "")
}

func archiveReplayPointType(e *Env) {
	t := e.archived(30)
	_, s := e.subscribed(t, raw())
	at := e.attributes(t)["BeginningArchiveTime"]
	for _, bad := range []string{`{"StartingPoint":"` + at + `"}`, `{"PointType":"Place","StartingPoint":"` + at + `"}`, `{"PointType":"Timestamp"}`,
		`{"PointType":"Timestamp","StartingPoint":"yesterday"}`, "now"} {
		e.invalid(s.SetAttribute(e.Ctx, "ReplayPolicy", bad), "")
	}
	e.ok(s.SetAttribute(e.Ctx, "ReplayPolicy", `{"PointType":"Timestamp","StartingPoint":"`+at+`"}`))
}

func archiveReplayStatus(e *Env) {
	t := e.archived(30)
	_, s := e.subscribed(t, raw())
	assert.NotContains(e, e.subAttributes(s), "ReplayStatus")
	e.replay(s, e.begin(t), time.Time{})
	assert.Equal(e, "Completed", e.subAttributes(s)["ReplayStatus"])
}

func archiveExpired(e *Env) {
	t := e.archived(1)
	e.group(t, "g", "m1")
	e.Wait(20 * time.Hour)
	e.group(t, "g", "m2")
	e.Wait(20 * time.Hour)
	e.gets(e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), Replay: &sns.Replay{From: e.begin(t)}}), "m2")
}

func archiveDropped(e *Env) {
	t := e.archived(30)
	e.group(t, "g", "m1")
	e.ok(t.SetConfig(e.Ctx, sns.Config{ArchiveDays: new(0)}))
	e.ok(t.SetConfig(e.Ctx, sns.Config{ArchiveDays: new(30)}))
	e.group(t, "g", "m2")
	e.gets(e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), Replay: &sns.Replay{From: e.begin(t)}}), "m2")
}
