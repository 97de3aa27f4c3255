package sqs_test

import (
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Sections 3.1 to 3.3: the attributes of a queue, by their names in the service.

func attributes(t *testing.T, q sqs.Queue, names ...string) map[string]string {
	t.Helper()
	as, err := q.Attributes(t.Context(), names...)
	require.NoError(t, err)
	return as
}

func freshAttributes() map[string]string {
	return map[string]string{
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0", "ApproximateNumberOfMessagesNotVisible": "0",
		"CreatedTimestamp": "1767225600", "LastModifiedTimestamp": "1767225600", "QueueArn": arnPrefix + "q",
		"DelaySeconds": "0", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600",
		"ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true", "VisibilityTimeout": "30",
	}
}

func TestAllAttributesOfAFreshQueue(t *testing.T) {
	b, _ := fakeBroker()
	want := freshAttributes()
	require.Equal(t, want, attributes(t, create(t, b, "q", sqs.Config{}), "All"))
	maps.Copy(want, map[string]string{
		"QueueArn": arnPrefix + "q.fifo", "FifoQueue": "true", "ContentBasedDeduplication": "false",
		"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue",
	})
	require.Equal(t, want, attributes(t, create(t, b, "q.fifo", sqs.Config{ContentDedup: new(false)}), "All"))
}

func TestGetQueueAttributes(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for _, c := range []struct {
		names []string
		want  map[string]string
	}{
		{nil, map[string]string{}},
		{[]string{"VisibilityTimeout"}, map[string]string{"VisibilityTimeout": "30"}},
		{[]string{"VisibilityTimeout", "DelaySeconds", "DelaySeconds"}, map[string]string{"VisibilityTimeout": "30", "DelaySeconds": "0"}},
		{[]string{"Policy"}, map[string]string{}},
		{[]string{"Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"}, map[string]string{}},
		{[]string{"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}, map[string]string{}},
		{[]string{"DelaySeconds", "All"}, freshAttributes()},
		{[]string{"All", "Policy"}, freshAttributes()},
	} {
		require.Equal(t, c.want, attributes(t, q, c.names...), c.names)
	}
	for _, names := range [][]string{{"Nonsense"}, {"VisibilityTimeout", "Nonsense"}, {"All", "Nonsense"}} {
		_, err := q.Attributes(t.Context(), names...)
		refused(t, err, sqs.ErrInvalidAttributeName, "Unknown Attribute Nonsense.")
	}
	_, err := q.Attributes(t.Context(), "delayseconds")
	refused(t, err, sqs.ErrInvalidAttributeName, "Unknown Attribute delayseconds.")
}

// Both ends of each range, and what lies beyond, in texts and in values.
func TestAttributeRanges(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	duration := func(set func(*sqs.Config, *time.Duration)) func(*sqs.Config, int) {
		return func(c *sqs.Config, n int) { set(c, new(time.Duration(n)*time.Second)) }
	}
	for _, c := range []struct {
		name        string
		least, most int
		set         func(*sqs.Config, int)
	}{
		{"VisibilityTimeout", 0, 43200, duration(func(c *sqs.Config, d *time.Duration) { c.VisibilityTimeout = d })},
		{"MessageRetentionPeriod", 60, 1209600, duration(func(c *sqs.Config, d *time.Duration) { c.Retention = d })},
		{"MaximumMessageSize", 1024, 1048576, func(c *sqs.Config, n int) { c.MaxMessageSize = &n }},
		{"DelaySeconds", 0, 900, duration(func(c *sqs.Config, d *time.Duration) { c.Delay = d })},
		{"ReceiveMessageWaitTimeSeconds", 0, 20, duration(func(c *sqs.Config, d *time.Duration) { c.ReceiveWait = d })},
		{"KmsDataKeyReusePeriodSeconds", 60, 86400, duration(func(c *sqs.Config, d *time.Duration) { c.KMSReuse = d })},
	} {
		text := "Invalid value for the parameter " + c.name + "."
		for _, n := range []int{c.least, c.most} {
			var cfg sqs.Config
			c.set(&cfg, n)
			require.NoError(t, q.SetConfig(t.Context(), cfg))
			got, _ := attribute(t, q, c.name)
			require.Equal(t, strconv.Itoa(n), got, c.name)
			require.NoError(t, setText(t, q, c.name, strconv.Itoa(n)))
			parsed, err := sqs.ParseAttributes(map[string]string{c.name: strconv.Itoa(n)})
			require.NoError(t, err)
			require.Equal(t, cfg, parsed)
			other := create(t, b, c.name+strconv.Itoa(n), cfg)
			got, _ = attribute(t, other, c.name)
			require.Equal(t, strconv.Itoa(n), got, c.name)
		}
		for _, n := range []int{c.least - 1, c.most + 1} {
			var cfg sqs.Config
			c.set(&cfg, n)
			refused(t, q.SetConfig(t.Context(), cfg), sqs.ErrInvalidAttributeValue, text)
			refused(t, setText(t, q, c.name, strconv.Itoa(n)), sqs.ErrInvalidAttributeValue, text)
			_, err := b.Create(t.Context(), "new", cfg)
			refused(t, err, sqs.ErrInvalidAttributeValue, text)
		}
		for _, bad := range []string{"", " ", "x", "1.5", " 30", "30 ", "+60", "1e3", "0x40", "6_0", "99999999999999999999", "true", "-"} {
			refused(t, setText(t, q, c.name, bad), sqs.ErrInvalidAttributeValue, text, "%s %q", c.name, bad)
		}
		got, _ := attribute(t, q, c.name)
		require.Equal(t, strconv.Itoa(c.most), got, "nothing was applied")
	}
}

func TestBooleanAttributes(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q.fifo", sqs.Config{})
	for _, name := range []string{"SqsManagedSseEnabled", "ContentBasedDeduplication"} {
		for text, want := range map[string]string{"true": "true", "False": "false", "True": "true", "false": "false", "TRUE": "true"} {
			require.NoError(t, setText(t, q, name, text))
			got, _ := attribute(t, q, name)
			require.Equal(t, want, got)
		}
		for _, bad := range []string{"", "1", "yes", " true"} {
			refused(t, setText(t, q, name, bad), sqs.ErrInvalidAttributeValue, "Invalid value for the parameter "+name+".")
		}
	}
	refused(t, setText(t, q, "FifoQueue", "maybe"), sqs.ErrInvalidAttributeValue, "Invalid value for the parameter FifoQueue.")
}

func TestUnknownAndComputedAttributes(t *testing.T) {
	for _, name := range []string{
		"", "Nonsense", "visibilitytimeout", "All", "QueueArn", "CreatedTimestamp", "LastModifiedTimestamp", "ApproximateNumberOfMessages",
		"ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible", "Tags",
	} {
		_, err := sqs.ParseAttributes(map[string]string{name: "1", "DelaySeconds": "bad"}) // names come before values
		refused(t, err, sqs.ErrInvalidAttributeName, "Unknown Attribute "+name+".")
	}
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	refused(t, q.SetConfig(t.Context(), sqs.Config{Tags: map[string]string{"k": "v"}}), sqs.ErrInvalidAttributeName, "Unknown Attribute Tags.")
}

func TestFIFOAttributes(t *testing.T) {
	b, _ := fakeBroker()
	standard, fifo := create(t, b, "q", sqs.Config{}), create(t, b, "q.fifo", sqs.Config{})
	onlyFIFO := func(name string) string {
		return "You can specify the " + name + " only when FifoQueue is set to true."
	}
	const kind = "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
	name, value := sqs.ErrInvalidAttributeName, sqs.ErrInvalidAttributeValue
	for _, c := range []struct {
		attribute, value string
		standard         string // the refusal of a standard queue, when set and when made
		code             sqs.Code
		fifo             string
	}{
		{"FifoQueue", "true", "Unknown Attribute FifoQueue.", "", ""},
		{"FifoQueue", "false", "Unknown Attribute FifoQueue.", value, kind},
		{"ContentBasedDeduplication", "true", "Unknown Attribute ContentBasedDeduplication.", "", ""},
		{"ContentBasedDeduplication", "false", "Unknown Attribute ContentBasedDeduplication.", "", ""},
		{"FifoThroughputLimit", "perMessageGroupId", onlyFIFO("FifoThroughputLimit"), value, "Invalid value for the parameter FifoThroughputLimit."},
		{"DeduplicationScope", "messageGroup", onlyFIFO("DeduplicationScope"), "", ""},
		{"DeduplicationScope", "", onlyFIFO("DeduplicationScope"), value, "Invalid value for the parameter DeduplicationScope."},
		{"DeduplicationScope", "Queue", onlyFIFO("DeduplicationScope"), value, "Invalid value for the parameter DeduplicationScope."},
		{"FifoThroughputLimit", "perMessageGroupId", onlyFIFO("FifoThroughputLimit"), "", ""},
		{"FifoThroughputLimit", "perqueue", onlyFIFO("FifoThroughputLimit"), value, "Invalid value for the parameter FifoThroughputLimit."},
		{"DeduplicationScope", "queue", onlyFIFO("DeduplicationScope"), value, "Invalid value for the parameter FifoThroughputLimit."},
		{"FifoThroughputLimit", "perQueue", onlyFIFO("FifoThroughputLimit"), "", ""},
		{"DeduplicationScope", "queue", onlyFIFO("DeduplicationScope"), "", ""},
	} {
		what := c.attribute + "=" + c.value
		refused(t, setText(t, standard, c.attribute, c.value), name, c.standard, what)
		err := setText(t, fifo, c.attribute, c.value)
		if c.fifo == "" {
			require.NoError(t, err, what)
			got, _ := attribute(t, fifo, c.attribute)
			require.Equal(t, c.value, got)
		} else {
			refused(t, err, c.code, c.fifo, what)
		}
		if what == "FifoQueue=true" {
			continue // which makes a FIFO queue
		}
		cfg, err := sqs.ParseAttributes(map[string]string{c.attribute: c.value})
		require.NoError(t, err)
		_, err = b.Create(t.Context(), "new", cfg)
		refused(t, err, name, c.standard, what)
	}
	_, err := b.Create(t.Context(), "high.fifo", sqs.Config{
		FIFO: new(true), DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup),
	})
	require.NoError(t, err, "both together")
}

// Names are looked at before values, of which several may be unreadable: first those that no queue has, then those that this kind
// has not.
func TestAttributeNamesBeforeValues(t *testing.T) {
	b, _ := fakeBroker()
	standard, fifo := create(t, b, "q", sqs.Config{}), create(t, b, "q.fifo", sqs.Config{})
	const only = " only when FifoQueue is set to true."
	for _, c := range []struct {
		q          sqs.Queue
		attributes map[string]string
		text       string
	}{
		{standard, map[string]string{"DelaySeconds": "x", "FifoThroughputLimit": "perQueue"}, "You can specify the FifoThroughputLimit" + only},
		{standard, map[string]string{"DelaySeconds": "x", "DeduplicationScope": "?"}, "You can specify the DeduplicationScope" + only},
		{standard, map[string]string{"DelaySeconds": "x", "ContentBasedDeduplication": "x"}, "Unknown Attribute ContentBasedDeduplication."},
		{standard, map[string]string{"DelaySeconds": "x", "FifoQueue": "false"}, "Unknown Attribute FifoQueue."},
		{standard, map[string]string{"DeduplicationScope": "queue", "FifoQueue": "false"}, "You can specify the DeduplicationScope" + only},
		{standard, map[string]string{"FifoThroughputLimit": "perQueue", "FifoQueue": "false"}, "Unknown Attribute FifoQueue."},
		{standard, map[string]string{"DeduplicationScope": "queue", "ContentBasedDeduplication": "true"}, "Unknown Attribute ContentBasedDeduplication."},
		{standard, map[string]string{"ContentBasedDeduplication": "true", "Nonsense": "x"}, "Unknown Attribute Nonsense."},
		{fifo, map[string]string{"FifoQueue": "false", "Nonsense": "x"}, "Unknown Attribute Nonsense."},
	} {
		cfg := sqs.ConfigOf(c.attributes)
		refused(t, c.q.SetConfig(t.Context(), cfg), sqs.ErrInvalidAttributeName, c.text, c.attributes)
		if c.q == standard {
			_, err := b.Create(t.Context(), "new", cfg)
			refused(t, err, sqs.ErrInvalidAttributeName, c.text, c.attributes)
		}
	}
	err := fifo.SetConfig(t.Context(), sqs.ConfigOf(map[string]string{"DelaySeconds": "x", "ContentBasedDeduplication": "true"}))
	refused(t, err, sqs.ErrInvalidAttributeValue, "Invalid value for the parameter DelaySeconds.")
	_, err = b.Create(t.Context(), "no suffix", sqs.ConfigOf(map[string]string{"DelaySeconds": "x", "FifoQueue": "True"}))
	require.ErrorContains(t, err, "must end with .fifo suffix", "the name first of all")
}

func TestSeveralAttributesAllOrNothing(t *testing.T) {
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	clk.Advance(time.Minute)
	for _, bad := range []sqs.Config{
		{Delay: new(time.Second), VisibilityTimeout: new(13 * time.Hour)},
		{Delay: new(time.Second), FIFO: new(true)},
		{Delay: new(time.Second), Policy: new("x")},
		{Delay: new(time.Second), DeadLetter: &sqs.DeadLetter{Target: arnPrefix + "missing", MaxReceives: 1}},
		{Delay: new(time.Second), RedriveAllow: &sqs.RedriveAllow{Permission: "x"}},
	} {
		require.Error(t, q.SetConfig(t.Context(), bad))
		require.Equal(t, freshAttributes(), attributes(t, q, "All"))
	}
	require.NoError(t, q.SetConfig(t.Context(), sqs.Config{Delay: new(time.Second)}))
	want := freshAttributes()
	want["DelaySeconds"], want["LastModifiedTimestamp"] = "1", "1767225660"
	require.Equal(t, want, attributes(t, q, "All"))
}

// Config gives back what Create took, and Create takes what Config gives.
func TestConfigRoundTrip(t *testing.T) {
	b, _ := fakeBroker()
	dlq := create(t, b, "dlq.fifo", sqs.Config{})
	cfg := sqs.Config{
		VisibilityTimeout: new(time.Minute), Delay: new(time.Second), ReceiveWait: new(2 * time.Second), Retention: new(time.Hour),
		MaxMessageSize: new(2048), Policy: new(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}`),
		DeadLetter:   &sqs.DeadLetter{Target: dlq.ARN(), MaxReceives: 3},
		RedriveAllow: &sqs.RedriveAllow{Permission: sqs.ByQueue, Sources: []string{"a", "b"}},
		FIFO:         new(true), ContentDedup: new(true), DedupScope: new(sqs.ScopeMessageGroup), ThroughputLimit: new(sqs.PerMessageGroup),
		ManagedSSE: new(false), KMSKey: new("key"), KMSReuse: new(time.Hour),
	}
	q, err := b.Create(t.Context(), "q.fifo", cfg)
	require.NoError(t, err)
	got, err := q.Config(t.Context())
	require.NoError(t, err)
	require.Equal(t, cfg, got)
	got.RedriveAllow.Sources[0] = "changed" // the caller's own
	*got.MaxMessageSize = 1
	again, err := q.Config(t.Context())
	require.NoError(t, err)
	require.Equal(t, cfg, again)
	same, err := b.Create(t.Context(), "q.fifo", again)
	require.NoError(t, err)
	require.Equal(t, q.ARN(), same.ARN())

	// and by the names of the service
	texts := attributes(t, q, "All")
	for name := range maps.Clone(texts) {
		if slices.Contains([]string{"QueueArn", "CreatedTimestamp", "LastModifiedTimestamp"}, name) || name[:6] == "Approx" {
			delete(texts, name)
		}
	}
	require.Len(t, texts, 15, "every settable attribute")
	parsed, err := sqs.ParseAttributes(texts)
	require.NoError(t, err)
	_, err = b.Create(t.Context(), "q.fifo", parsed)
	require.NoError(t, err)
	_, err = b.Create(t.Context(), "copy.fifo", parsed)
	require.NoError(t, err)
}
