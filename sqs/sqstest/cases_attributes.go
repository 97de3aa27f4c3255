package sqstest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

func attributeCases() []Case {
	return []Case{
		recorded("3.1", "standard-defaults", "a fresh standard queue shows twelve attributes with the service's defaults",
			standardDefaults),
		recorded("3.1", "fifo-defaults", "a fresh FIFO queue shows four attributes more", fifoDefaults),
		documented("3.1", "round-trip", "settings come back as they were given", settingsRoundTrip),
		documented("3.2", "named", "only the named attributes are returned, and none for no names", namedAttributes),
		recorded("3.2", "unknown", "an unknown attribute name is refused", unknownAttribute),
		recorded("3.2", "unset", "known attributes without a value are left out", unsetAttributes),
		inferred("3.3", "ranges", "values out of range are refused", valuesOutOfRange),
		documented("3.1", "bounds", "the bounds of the ranges are accepted", valuesAtBounds),
		recorded("3.3", "fifo-only", "a standard queue refuses the attributes of FIFO queues", fifoOnlyAttributes),
		recorded("3.3", "kind-fixed", "FifoQueue=true is accepted on a FIFO queue without effect, false is refused",
			kindIsFixed),
		inferred("3.3", "throughput", "the throughput limit per message group needs the deduplication scope of one",
			throughputNeedsScope),
		recorded("3.3", "scope-alone", "the deduplication scope of a message group does not need the throughput limit",
			scopeAlone),
		inferred("3.3", "all-or-nothing", "when one attribute is refused none is changed", settingsAllOrNothing),
		inferred("3.3", "modified", "a change of settings moves LastModifiedTimestamp, and not CreatedTimestamp",
			modifiedTimestamp),
		documented("3.4", "visibility-later", "a new visibility timeout rules later receives only",
			visibilityRulesLater).spreads(),
		inferred("3.4", "size-later", "a new size limit rules later sends only", sizeRulesLater).spreads(),
		recorded("3.4", "scope-lag", "for some seconds after a change of the deduplication scope the old scope rules",
			scopeLags),
		recorded("4", "kms-on", "a KMS key turns the managed encryption off", kmsOn).spreads(),
		recorded("4", "kms-off", "without its key a queue shows no KMS attribute, and managed encryption stays off",
			kmsOff).spreads(),
		recorded("4", "sse-on", "managed encryption replaces the KMS attributes", sseOn).spreads(),
		recorded("4", "sse-one", "only one kind of encryption can be set at one time", sseOneKind),
	}
}

func standardDefaults(e *Env) {
	q := e.queue(sqs.Config{})
	all, err := q.Attributes(e.Ctx, "All")
	e.ok(err)
	want := map[string]string{
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0",
		"ApproximateNumberOfMessagesNotVisible": "0", "DelaySeconds": "0", "MaximumMessageSize": "1048576",
		"MessageRetentionPeriod": "345600", "QueueArn": q.ARN(), "ReceiveMessageWaitTimeSeconds": "0",
		"SqsManagedSseEnabled": "true", "VisibilityTimeout": "30",
		"CreatedTimestamp": all["CreatedTimestamp"], "LastModifiedTimestamp": all["CreatedTimestamp"],
	}
	assert.Equal(e, want, all)
	created, err := strconv.ParseInt(all["CreatedTimestamp"], 10, 64)
	e.ok(err)
	assert.WithinDuration(e, e.Now(), time.Unix(created, 0), time.Minute, "CreatedTimestamp is in seconds")
}

func fifoDefaults(e *Env) {
	all, err := e.fifo(sqs.Config{}).Attributes(e.Ctx, "All")
	e.ok(err)
	assert.Len(e, all, 16, "%v", slices.Sorted(maps.Keys(all)))
	assert.Equal(e, "true", all["FifoQueue"])
	assert.Equal(e, "false", all["ContentBasedDeduplication"])
	assert.Equal(e, "queue", all["DeduplicationScope"])
	assert.Equal(e, "perQueue", all["FifoThroughputLimit"])
}

func settingsRoundTrip(e *Env) {
	q := e.queue(sqs.Config{
		VisibilityTimeout: new(41 * time.Second), Delay: new(7 * time.Second), ReceiveWait: new(9 * time.Second),
		Retention: new(2 * time.Hour), MaxMessageSize: new(2048),
	})
	cfg, err := q.Config(e.Ctx)
	e.ok(err)
	assert.Equal(e, new(41*time.Second), cfg.VisibilityTimeout)
	assert.Equal(e, new(7*time.Second), cfg.Delay)
	assert.Equal(e, new(9*time.Second), cfg.ReceiveWait)
	assert.Equal(e, new(2*time.Hour), cfg.Retention)
	assert.Equal(e, new(2048), cfg.MaxMessageSize)
	all, err := q.Attributes(e.Ctx, "All")
	e.ok(err)
	assert.Equal(e, []string{"41", "7", "9", "7200", "2048"}, []string{all["VisibilityTimeout"], all["DelaySeconds"],
		all["ReceiveMessageWaitTimeSeconds"], all["MessageRetentionPeriod"], all["MaximumMessageSize"]})
}

func namedAttributes(e *Env) {
	q := e.queue(sqs.Config{})
	some, err := q.Attributes(e.Ctx, "DelaySeconds", "QueueArn")
	e.ok(err)
	assert.Equal(e, map[string]string{"DelaySeconds": "0", "QueueArn": q.ARN()}, some)
	none, err := q.Attributes(e.Ctx)
	e.ok(err)
	assert.Empty(e, none)
}

func unknownAttribute(e *Env) {
	_, err := e.queue(sqs.Config{}).Attributes(e.Ctx, "DelaySeconds", "Foo")
	e.refused(err, sqs.ErrInvalidAttributeName, "Unknown Attribute Foo.")
}

func unsetAttributes(e *Env) {
	some, err := e.queue(sqs.Config{}).Attributes(e.Ctx, "Policy", "RedrivePolicy", "KmsMasterKeyId")
	e.ok(err)
	assert.Empty(e, some)
}

func valuesOutOfRange(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []sqs.Config{
		{VisibilityTimeout: new(-time.Second)}, {VisibilityTimeout: new(43201 * time.Second)},
		{Delay: new(-time.Second)}, {Delay: new(901 * time.Second)},
		{ReceiveWait: new(-time.Second)}, {ReceiveWait: new(21 * time.Second)},
		{Retention: new(59 * time.Second)}, {Retention: new(1209601 * time.Second)},
		{MaxMessageSize: new(1023)}, {MaxMessageSize: new(1048577)},
		{KMSReuse: new(59 * time.Second)}, {KMSReuse: new(86401 * time.Second)},
	} {
		e.refused(q.SetConfig(e.Ctx, bad), sqs.ErrInvalidAttributeValue, "")
		_, err := e.Queues.Create(e.Ctx, e.name(), bad)
		e.refused(err, sqs.ErrInvalidAttributeValue, "")
	}
}

func valuesAtBounds(e *Env) {
	q := e.queue(sqs.Config{})
	for _, good := range []sqs.Config{
		{VisibilityTimeout: new(0 * time.Second), Delay: new(0 * time.Second), ReceiveWait: new(0 * time.Second),
			Retention: new(time.Minute), MaxMessageSize: new(1024)},
		{VisibilityTimeout: new(12 * time.Hour), Delay: new(15 * time.Minute), ReceiveWait: new(20 * time.Second),
			Retention: new(14 * 24 * time.Hour), MaxMessageSize: new(1 << 20)},
	} {
		assert.NoError(e, q.SetConfig(e.Ctx, good))
	}
}

func fifoOnlyAttributes(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []struct {
		patch sqs.Config
		text  string
	}{
		{sqs.Config{FIFO: new(true)}, "Unknown Attribute FifoQueue."},
		{sqs.Config{FIFO: new(false)}, "Unknown Attribute FifoQueue."},
		{sqs.Config{ContentDedup: new(true)}, "Unknown Attribute ContentBasedDeduplication."},
		{sqs.Config{DedupScope: new(sqs.ScopeQueue)}, "You can specify the DeduplicationScope only when FifoQueue is set to true."},
		{sqs.Config{ThroughputLimit: new(sqs.PerQueue)}, "You can specify the FifoThroughputLimit only when FifoQueue is set to true."},
	} {
		e.refused(q.SetConfig(e.Ctx, bad.patch), sqs.ErrInvalidAttributeName, bad.text)
	}
}

func kindIsFixed(e *Env) {
	q := e.fifo(sqs.Config{})
	assert.NoError(e, q.SetConfig(e.Ctx, sqs.Config{FIFO: new(true)}))
	e.refused(q.SetConfig(e.Ctx, sqs.Config{FIFO: new(false)}), sqs.ErrInvalidAttributeValue,
		"Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")
}

func throughputNeedsScope(e *Env) {
	err := e.fifo(sqs.Config{}).SetConfig(e.Ctx, sqs.Config{ThroughputLimit: new(sqs.PerMessageGroup)})
	e.refused(err, sqs.ErrInvalidAttributeValue, "")
	e.fifo(sqs.Config{ThroughputLimit: new(sqs.PerMessageGroup), DedupScope: new(sqs.ScopeMessageGroup)})
}

func scopeAlone(e *Env) {
	q := e.fifo(sqs.Config{DedupScope: new(sqs.ScopeMessageGroup)})
	assert.Equal(e, "messageGroup", e.attribute(q, "DeduplicationScope"))
	assert.Equal(e, "perQueue", e.attribute(q, "FifoThroughputLimit"))
}

func settingsAllOrNothing(e *Env) {
	q := e.queue(sqs.Config{})
	assert.Error(e, q.SetConfig(e.Ctx, sqs.Config{Delay: new(5 * time.Second), ReceiveWait: new(time.Hour)}))
	assert.Equal(e, "0", e.attribute(q, "DelaySeconds"))
}

func modifiedTimestamp(e *Env) {
	q := e.queue(sqs.Config{})
	created := e.attribute(q, "CreatedTimestamp")
	e.Wait(2 * time.Second)
	e.ok(q.SetConfig(e.Ctx, sqs.Config{Delay: new(time.Second)}))
	assert.Equal(e, created, e.attribute(q, "CreatedTimestamp"))
	assert.Greater(e, e.attribute(q, "LastModifiedTimestamp"), created)
}

func visibilityRulesLater(e *Env) {
	q := e.queue(sqs.Config{VisibilityTimeout: new(2 * time.Minute)})
	e.send(q, "before")
	e.one(q, sqs.ReceiveOptions{})
	e.set(q, sqs.Config{VisibilityTimeout: new(1 * time.Second)})
	e.send(q, "after")
	e.one(q, sqs.ReceiveOptions{})
	e.Wait(2 * time.Second)
	e.drained(q, "after")
}

func sizeRulesLater(e *Env) {
	q := e.queue(sqs.Config{MaxMessageSize: new(2048)})
	large := strings.Repeat("x", 2048)
	e.send(q, large)
	e.set(q, sqs.Config{MaxMessageSize: new(1024)})
	_, err := q.Send(e.Ctx, sqs.Message{Body: large})
	e.refused(err, sqs.ErrInvalidParameterValue, textTooLarge(1024))
	e.drained(q, large)
}

func scopeLags(e *Env) {
	q := e.fifo(sqs.Config{})
	e.put(q, sqs.Message{Body: "m1", GroupID: "g1", DedupID: "d"})
	e.ok(q.SetConfig(e.Ctx, sqs.Config{DedupScope: new(sqs.ScopeMessageGroup)}))
	e.put(q, sqs.Message{Body: "m2", GroupID: "g2", DedupID: "d"})
	e.drained(q, "m1")
}

func kmsOn(e *Env) {
	q := e.queue(sqs.Config{})
	e.set(q, sqs.Config{KMSKey: new("testKeyId"), KMSReuse: new(6000 * time.Second)})
	e.encryption(q, "testKeyId", "6000", "false")
}

func kmsOff(e *Env) {
	q := e.queue(sqs.Config{KMSKey: new("testKeyId"), KMSReuse: new(6000 * time.Second)})
	e.set(q, sqs.Config{KMSKey: new(""), KMSReuse: new(300 * time.Second)})
	e.encryption(q, "", "", "false")
}

func sseOn(e *Env) {
	q := e.queue(sqs.Config{KMSKey: new("testKeyId"), KMSReuse: new(6000 * time.Second)})
	e.set(q, sqs.Config{ManagedSSE: new(true)})
	e.encryption(q, "", "", "true")
}

func sseOneKind(e *Env) {
	q := e.queue(sqs.Config{})
	err := q.SetConfig(e.Ctx, sqs.Config{KMSKey: new("testKeyId"), ManagedSSE: new(true)})
	e.refused(err, sqs.ErrInvalidAttributeName, "You can use one type of server-side encryption (SSE) at one time. "+
		"You can either enable KMS SSE or SQS SSE.")
}

// encryption demands the three encryption attributes, "" for those that must be absent.
func (e *Env) encryption(q sqs.Queue, key, reuse, managed string) {
	assert.Equal(e, key, e.attribute(q, "KmsMasterKeyId"))
	assert.Equal(e, reuse, e.attribute(q, "KmsDataKeyReusePeriodSeconds"))
	assert.Equal(e, managed, e.attribute(q, "SqsManagedSseEnabled"))
}
