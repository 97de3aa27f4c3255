package sqs_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sqs"
)

// Sections 2.1 to 2.3: creation, deletion, purge.

func conflictText(name string) string {
	return "A queue already exists with the same name and a different value for attribute " + name
}

func TestCreateAgain(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{Delay: new(time.Minute), Tags: map[string]string{"k": "v"}})
	send(t, q, "m")
	for what, cfg := range map[string]sqs.Config{
		"nothing": {}, "equal": {Delay: new(time.Minute)}, "a default": {VisibilityTimeout: new(30 * time.Second)},
		"tags are not compared": {Tags: map[string]string{"other": "x"}}, "removal of what is not set": {Policy: new("")},
		"removal of a policy that is not set": {DeadLetter: &sqs.DeadLetter{}, RedriveAllow: &sqs.RedriveAllow{}},
	} {
		same, err := b.Create(t.Context(), "q", cfg)
		require.NoError(t, err, what)
		require.Equal(t, q.URL(), same.URL())
	}
	require.Len(t, b.Peek("q"), 1, "it is the same queue")
	tags, err := q.Tags(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]string{"k": "v"}, tags, "nor applied")
}

// Each attribute conflicts by its own name, whether the queue has the default or a value.
func TestCreateConflicts(t *testing.T) {
	b, _ := fakeBroker()
	create(t, b, "dlq", sqs.Config{})
	create(t, b, "dlq.fifo", sqs.Config{})
	policy := func(sid string) *string {
		return new(`{"Statement":[{"Sid":"` + sid + `","Effect":"Allow","Principal":"*","Action":"*"}]}`)
	}
	for name, c := range map[string]struct{ has, wants sqs.Config }{
		"VisibilityTimeout":             {sqs.Config{}, sqs.Config{VisibilityTimeout: new(time.Second)}},
		"DelaySeconds":                  {sqs.Config{Delay: new(time.Second)}, sqs.Config{Delay: new(time.Duration(0))}},
		"ReceiveMessageWaitTimeSeconds": {sqs.Config{}, sqs.Config{ReceiveWait: new(time.Second)}},
		"MessageRetentionPeriod":        {sqs.Config{}, sqs.Config{Retention: new(time.Hour)}},
		"MaximumMessageSize":            {sqs.Config{}, sqs.Config{MaxMessageSize: new(1024)}},
		"Policy":                        {sqs.Config{Policy: policy("a")}, sqs.Config{Policy: policy("b")}},
		"RedrivePolicy":                 {deadLetterTo("dlq", 1), deadLetterTo("dlq", 2)},
		"RedriveAllowPolicy":            {sqs.Config{}, sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.DenyAll}}},
		"SqsManagedSseEnabled":          {sqs.Config{KMSKey: new("key"), KMSReuse: new(time.Hour)}, sqs.Config{ManagedSSE: new(true)}},
		"KmsMasterKeyId":                {sqs.Config{}, sqs.Config{KMSKey: new("key")}},
		"KmsDataKeyReusePeriodSeconds":  {sqs.Config{}, sqs.Config{KMSReuse: new(time.Hour)}},
		"ContentBasedDeduplication":     {sqs.Config{FIFO: new(true)}, sqs.Config{FIFO: new(true), ContentDedup: new(true)}},
		"DeduplicationScope":            {sqs.Config{FIFO: new(true)}, sqs.Config{FIFO: new(true), DedupScope: new(sqs.ScopeMessageGroup)}},
		"FifoThroughputLimit": {
			sqs.Config{FIFO: new(true), DedupScope: new(sqs.ScopeMessageGroup)},
			sqs.Config{FIFO: new(true), DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup)},
		},
	} {
		queue := "q-" + name
		if c.has.FIFO != nil {
			queue += ".fifo"
		}
		q, err := b.Create(t.Context(), queue, c.has)
		require.NoError(t, err, name)
		before := attributes(t, q, "All")
		_, err = b.Create(t.Context(), queue, c.wants)
		refused(t, err, sqs.ErrQueueNameExists, conflictText(name))
		require.Equal(t, before, attributes(t, q, "All"))
		_, err = b.Create(t.Context(), queue, c.has)
		require.NoError(t, err, name)
	}
	_, err := b.Create(t.Context(), "q-DelaySeconds", sqs.Config{VisibilityTimeout: new(time.Hour), ReceiveWait: new(time.Second)})
	refused(t, err, sqs.ErrQueueNameExists, conflictText("ReceiveMessageWaitTimeSeconds"), "the alphabetically first")
}

// Of several attributes that differ, the alphabetically first is named.
func TestCreateNamesTheFirstConflict(t *testing.T) {
	b, _ := fakeBroker()
	dlq := create(t, b, "dlq.fifo", sqs.Config{})
	create(t, b, "q.fifo", sqs.Config{DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup)})
	given := map[string]string{
		"ContentBasedDeduplication": "false", "DeduplicationScope": "queue", "DelaySeconds": "1", "FifoThroughputLimit": "perQueue",
		"KmsDataKeyReusePeriodSeconds": "60", "KmsMasterKeyId": "key", "MaximumMessageSize": "1024", "MessageRetentionPeriod": "60",
		"Policy":                        `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}`,
		"ReceiveMessageWaitTimeSeconds": "1", "RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`,
		"RedrivePolicy": redrive(dlq.ARN(), "1"), "SqsManagedSseEnabled": "false", "VisibilityTimeout": "1",
	}
	for _, first := range slices.Sorted(maps.Keys(given)) {
		given["FifoQueue"] = "true"
		_, err := b.Create(t.Context(), "q.fifo", sqs.ConfigOf(given))
		refused(t, err, sqs.ErrQueueNameExists, conflictText(first))
		delete(given, first)
	}
	_, err := b.Create(t.Context(), "q.fifo", sqs.ConfigOf(given))
	require.NoError(t, err)
}

func deadLetterTo(name string, n int) sqs.Config {
	return sqs.Config{DeadLetter: &sqs.DeadLetter{Target: arnPrefix + name, MaxReceives: n}}
}

// Values are compared as they are now, and after normalisation.
func TestCreateComparesCurrentValues(t *testing.T) {
	b, _ := fakeBroker()
	dlq := create(t, b, "dlq", sqs.Config{})
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}`
	first := map[string]string{
		"DelaySeconds": "1", "SqsManagedSseEnabled": "True", "Policy": policy, "RedrivePolicy": redrive(dlq.ARN(), `"7"`),
	}
	try := func(as map[string]string) error {
		cfg, err := sqs.ParseAttributes(as)
		require.NoError(t, err)
		_, err = b.Create(t.Context(), "q", cfg)
		return err
	}
	require.NoError(t, try(first))
	require.NoError(t, try(map[string]string{
		"SqsManagedSseEnabled": "true", "RedrivePolicy": `{ "maxReceiveCount": 7, "deadLetterTargetArn": "` + dlq.ARN() + `" }`,
		"Policy": `{ "Statement": [ { "Action":"*", "Principal":"*", "Effect":"Allow" } ], "Version":"2012-10-17" }`,
	}))
	q, err := b.Open(t.Context(), "q")
	require.NoError(t, err)
	setConfig(t, q, sqs.Config{Delay: new(2 * time.Second)})
	refused(t, try(first), sqs.ErrQueueNameExists, conflictText("DelaySeconds"))
	first["DelaySeconds"] = "2"
	require.NoError(t, try(first))
}

// A standard and a FIFO queue never meet: the suffix tells them apart.
func TestCreateChecksBeforeItCompares(t *testing.T) {
	b, _ := fakeBroker()
	create(t, b, "q", sqs.Config{})
	_, err := b.Create(t.Context(), "q", sqs.Config{FIFO: new(false)})
	refused(t, err, sqs.ErrInvalidAttributeName, "Unknown Attribute FifoQueue.")
	_, err = b.Create(t.Context(), "q", sqs.Config{Delay: new(time.Hour)})
	refused(t, err, sqs.ErrInvalidAttributeValue, "Invalid value for the parameter DelaySeconds.")
	_, err = b.Create(t.Context(), "q!", sqs.Config{Delay: new(time.Hour)})
	require.ErrorContains(t, err, "Can only include", "the name first")
}

func TestNameLock(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{Tags: map[string]string{"k": "v"}})
	send(t, q, "m")
	require.NoError(t, b.Delete(t.Context(), "q"))
	locked := func() {
		t.Helper()
		_, err := b.Create(t.Context(), "q", sqs.Config{})
		refused(t, err, sqs.ErrQueueDeletedRecently,
			"You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	locked()
	_, err := b.Create(t.Context(), "q", deadLetterTo("missing", 1))
	require.ErrorContains(t, err, "Dead letter target does not exist.", "values are looked at first")
	create(t, b, "another", sqs.Config{})
	require.NoError(t, b.Delete(t.Context(), "another"))
	clk.Advance(time.Minute - 1)
	locked()
	clk.Advance(1)
	again := create(t, b, "q", sqs.Config{Delay: new(time.Second)})
	require.Equal(t, [3]int{}, counts(t, again), "messages are gone")
	require.Equal(t, [3]int{}, counts(t, q), "the old handle means the new queue")
	tags, err := again.Tags(t.Context())
	require.NoError(t, err)
	require.Empty(t, tags)
	require.NoError(t, again.Purge(t.Context()))
}

// Each name has a lock of its own, which ends with its own minute.
func TestNameLocksApart(t *testing.T) {
	b, clk := fakeBroker()
	create(t, b, "first", sqs.Config{})
	create(t, b, "second", sqs.Config{})
	locked := func(name string) {
		t.Helper()
		_, err := b.Create(t.Context(), name, sqs.Config{})
		require.ErrorIs(t, err, sqs.ErrQueueDeletedRecently)
	}
	require.NoError(t, b.Delete(t.Context(), "first"))
	clk.Advance(time.Minute - 1)
	require.NoError(t, b.Delete(t.Context(), "second"))
	locked("first")
	clk.Advance(1)
	create(t, b, "first", sqs.Config{})
	locked("second")
	clk.Advance(time.Minute - 2)
	locked("second")
	clk.Advance(1)
	create(t, b, "second", sqs.Config{})
}

// Everything on a deleted queue is refused.
func TestDeletedQueue(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	require.NoError(t, b.Delete(t.Context(), q.URL()))
	require.Error(t, b.Delete(t.Context(), "q"))
	for what, f := range map[string]func() error{
		"Send":                  func() error { _, err := q.Send(t.Context(), sqs.Message{Body: "m"}); return err },
		"SendBatch":             func() error { _, err := q.SendBatch(t.Context(), sqs.Message{Body: "m"}); return err },
		"Receive":               func() error { _, err := q.Receive(t.Context(), sqs.ReceiveOptions{}); return err },
		"long Receive":          func() error { _, err := q.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(sqs.MaxWait)}); return err },
		"Delete":                func() error { return q.Delete(t.Context(), sqs.ReceiptOf("x")) },
		"DeleteBatch":           func() error { _, err := q.DeleteBatch(t.Context(), sqs.DeleteEntry{}); return err },
		"ChangeVisibility":      func() error { return q.ChangeVisibility(t.Context(), sqs.ReceiptOf("x"), 0) },
		"ChangeVisibilityBatch": func() error { _, err := q.ChangeVisibilityBatch(t.Context(), sqs.VisibilityEntry{}); return err },
		"Config":                func() error { _, err := q.Config(t.Context()); return err },
		"SetConfig":             func() error { return q.SetConfig(t.Context(), sqs.Config{}) },
		"Attributes":            func() error { _, err := q.Attributes(t.Context(), "All"); return err },
		"Counts":                func() error { _, err := q.Counts(t.Context()); return err },
		"Purge":                 func() error { return q.Purge(t.Context()) },
		"Sources":               func() error { _, err := q.Sources(t.Context(), sqs.ListOptions{}); return err },
		"Tags":                  func() error { _, err := q.Tags(t.Context()); return err },
		"Tag":                   func() error { return q.Tag(t.Context(), map[string]string{"k": "v"}) },
		"Untag":                 func() error { return q.Untag(t.Context(), "k") },
		"AddPermission":         func() error { return q.AddPermission(t.Context(), "l", []string{account}, []string{"*"}) },
		"RemovePermission":      func() error { return q.RemovePermission(t.Context(), "l") },
	} {
		refused(t, f(), sqs.ErrQueueDoesNotExist, "The specified queue does not exist.", what)
	}
	require.Equal(t, arnPrefix+"q", q.ARN(), "its name stays")
}

func TestDeletedSourceAndDeadLetterQueue(t *testing.T) {
	b, _ := fakeBroker()
	dlq := create(t, b, "dlq", sqs.Config{})
	q := source(t, b, "q", dlq)
	require.NoError(t, b.Delete(t.Context(), "dlq"))
	text, has := attribute(t, q, "RedrivePolicy")
	require.True(t, has)
	require.JSONEq(t, redrive(dlq.ARN(), 1), text)
}

func TestPurge(t *testing.T) {
	eachKind(t, sqs.Config{}, func(t *testing.T, q sqs.Queue, b *sqs.Broker, clk *inflight.FakeClock) {
		send(t, q, "lent", "waiting", "more")
		lent := receive(t, q, sqs.ReceiveOptions{})[0]
		if isFIFO(q) {
			setConfig(t, q, sqs.Config{Delay: new(time.Minute)})
		} else {
			_, err := q.Send(t.Context(), sqs.Message{Body: "delayed", Delay: new(time.Minute)})
			require.NoError(t, err)
		}
		require.NotZero(t, counts(t, q)[2])
		require.NoError(t, q.Purge(t.Context()))
		require.Equal(t, [3]int{}, counts(t, q))
		setConfig(t, q, sqs.Config{Delay: new(time.Duration(0))})
		require.NoError(t, lent.Ack(t.Context()), "no effect")
		send(t, q, "lent") // on the FIFO queue: the same id, in the same group
		require.Equal(t, []string{"lent"}, receiveAll(t, q), "dedup memory and locks of groups went with the messages")

		inProgress := "Only one PurgeQueue operation on " + q.Name() + " is allowed every 60 seconds."
		clk.Advance(time.Minute - 1)
		refused(t, q.Purge(t.Context()), sqs.ErrPurgeQueueInProgress, inProgress)
		require.Equal(t, 403, sqs.ErrPurgeQueueInProgress.Status())
		require.Len(t, b.Peek(q.Name()), 1, "a refused purge drops nothing")
		clk.Advance(1)
		require.NoError(t, q.Purge(t.Context()))
		require.Equal(t, [3]int{}, counts(t, q))
	})
}

func TestTimestampsInWholeSeconds(t *testing.T) {
	b, clk := fakeBroker()
	clk.Advance(1999 * time.Millisecond)
	q := create(t, b, "q", sqs.Config{})
	require.Equal(t, "1767225601", attributes(t, q, "CreatedTimestamp")["CreatedTimestamp"])
	clk.Advance(time.Second)
	require.NoError(t, q.AddPermission(t.Context(), "l", []string{account}, []string{"*"}))
	require.Equal(t, "1767225602", attributes(t, q, "LastModifiedTimestamp")["LastModifiedTimestamp"])
	clk.Advance(time.Second)
	require.NoError(t, q.RemovePermission(t.Context(), "l"))
	require.Equal(t, "1767225603", attributes(t, q, "LastModifiedTimestamp")["LastModifiedTimestamp"])
	clk.Advance(time.Second)
	require.NoError(t, q.Tag(t.Context(), map[string]string{"k": "v"}))
	send(t, q, "m")
	require.Equal(t, "1767225603", attributes(t, q, "LastModifiedTimestamp")["LastModifiedTimestamp"])
	require.Equal(t, "1767225601", attributes(t, q, "CreatedTimestamp")["CreatedTimestamp"])
}

// Names that came and went leave nothing behind, however many.
func TestManyShortLivedQueues(t *testing.T) {
	b, clk := fakeBroker()
	for i := range 200 {
		name := fmt.Sprint("q", i)
		create(t, b, name, sqs.Config{})
		require.NoError(t, b.Delete(t.Context(), name))
		clk.Advance(time.Second)
	}
	_, err := b.Create(t.Context(), "q199", sqs.Config{})
	require.ErrorIs(t, err, sqs.ErrQueueDeletedRecently)
	create(t, b, "q140", sqs.Config{})
	page, err := b.List(t.Context(), sqs.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, "q140", strings.Join(names(page), " "))
}

// Inferred: an equal queue is answered before anything else about the request is doubted. Its settings were valid when it was made.
func TestCreateAgainWhatWasValid(t *testing.T) {
	b, _ := fakeBroker()
	create(t, b, "high.fifo", sqs.Config{DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup)})
	_, err := b.Create(t.Context(), "high.fifo", sqs.Config{FIFO: new(true), ThroughputLimit: new(sqs.PerMessageGroup)})
	require.NoError(t, err, "the scope that it needs is the queue's own")

	dlq := create(t, b, "dlq", sqs.Config{})
	cfg := sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 3}}
	create(t, b, "source", cfg)
	require.NoError(t, b.Delete(t.Context(), "dlq"))
	_, err = b.Create(t.Context(), "source", cfg)
	require.NoError(t, err, "the link to a deleted queue is kept")
}
