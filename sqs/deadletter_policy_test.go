package sqs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Sections 14.1 and 14.2: the redrive policy and the redrive-allow policy.

const arnPrefix = "arn:aws:sqs:us-east-1:" + account + ":"

// setText changes one attribute of q as SetQueueAttributes does.
func setText(t *testing.T, q sqs.Queue, name, value string) error {
	t.Helper()
	cfg, err := sqs.ParseAttributes(map[string]string{name: value})
	if err != nil {
		return err
	}
	return q.SetConfig(t.Context(), cfg)
}

// attribute returns one attribute of q, and whether it has it.
func attribute(t *testing.T, q sqs.Queue, name string) (string, bool) {
	t.Helper()
	as, err := q.Attributes(t.Context(), name)
	require.NoError(t, err)
	v, ok := as[name]
	return v, ok
}

func redrive(target string, n any) string {
	return fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":%v}`, target, n)
}

// redriveWorld has a standard queue with a dead-letter queue, and one of each that it cannot have.
func redriveWorld(t *testing.T) (b *sqs.Broker, q sqs.Queue) {
	b, _ = fakeBroker()
	create(t, b, "dlq", sqs.Config{})
	create(t, b, "dlq.fifo", sqs.Config{})
	_, err := b.Create(sqs.WithCaller(t.Context(), sqs.Caller{Region: "eu-west-1"}), "dlq", sqs.Config{})
	require.NoError(t, err)
	create(t, b, "closed", sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.DenyAll}})
	create(t, b, "some", sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.ByQueue, Sources: []string{arnPrefix + "other"}}})
	create(t, b, "mine", sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.ByQueue, Sources: []string{arnPrefix + "q"}}})
	return b, create(t, b, "q", sqs.Config{})
}

func TestRedrivePolicyTexts(t *testing.T) {
	_, q := redriveWorld(t)
	dlq := arnPrefix + "dlq"
	for text, reason := range map[string]string{
		`{"deadLetterTargetArn":"` + dlq + `"}`: "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
		`{"maxReceiveCount":5}`:                 "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
		`{"a":1}`:                               "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
		redrive(dlq, 0):                         "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.",
		redrive(dlq, -1):                        "Invalid value for maxReceiveCount: -1, valid values are from 1 to 1000 both inclusive.",
		redrive(dlq, 1001):                      "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.",
		redrive(dlq, `"x"`):                     "Invalid value for maxReceiveCount: x, valid values are from 1 to 1000 both inclusive.",
		redrive(dlq, 1.5):                       "Invalid value for maxReceiveCount: 1.5, valid values are from 1 to 1000 both inclusive.",
		redrive("dlq", 5):                       "Dead-letter target ARN should be fully qualified ARN.",
		`{"deadLetterTargetArn":7,"maxReceiveCount":5}`:                      "Dead-letter target ARN should be fully qualified ARN.",
		redrive("arn:aws:sns:us-east-1:123456789012:t", 5):                   "Only SQS queues are valid resources for deadLetterTargetArn.",
		redrive(arnPrefix+"missing", 5):                                      "Dead letter target does not exist.",
		redrive("arn:aws:sqs:eu-west-1:123456789012:dlq", 5):                 "Dead letter target does not exist.",
		redrive("arn:aws:sqs:us-east-1:210987654321:dlq", 5):                 "Dead-letter target owner should be same as the source.",
		redrive(arnPrefix+"dlq.fifo", 5):                                     "Dead-letter queue must be same type of queue as the source..",
		`{"deadLetterTargetArn":"` + dlq + `","maxReceiveCount":5,"more":1}`: "Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].",
		redrive(arnPrefix+"closed", 5):                                       "The dead-letter queue does not allow this source queue.",
		redrive(arnPrefix+"some", 5):                                         "The dead-letter queue does not allow this source queue.",
	} {
		err := setText(t, q, "RedrivePolicy", text)
		refused(t, err, sqs.ErrInvalidParameterValue, badValue(text, "RedrivePolicy", reason), text)
	}
	for _, text := range []string{"x", "[]", "null", `"text"`, "7", "{", "{} {}"} {
		err := setText(t, q, "RedrivePolicy", text)
		refused(t, err, sqs.ErrInvalidParameterValue,
			"Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.", text)
	}
	_, has := attribute(t, q, "RedrivePolicy")
	require.False(t, has)
}

func TestRedrivePolicyAccepted(t *testing.T) {
	_, q := redriveWorld(t)
	for text, want := range map[string]string{
		redrive(arnPrefix+"dlq", 1):      redrive(arnPrefix+"dlq", 1),
		redrive(arnPrefix+"dlq", 1000):   redrive(arnPrefix+"dlq", 1000),
		redrive(arnPrefix+"dlq", `"42"`): redrive(arnPrefix+"dlq", 42),
		redrive(arnPrefix+"mine", 3):     redrive(arnPrefix+"mine", 3),
		redrive(arnPrefix+"q", 3):        redrive(arnPrefix+"q", 3), // itself
	} {
		require.NoError(t, setText(t, q, "RedrivePolicy", text))
		got, _ := attribute(t, q, "RedrivePolicy")
		require.JSONEq(t, want, got)
	}
	require.NoError(t, setText(t, q, "RedrivePolicy", ""))
	_, has := attribute(t, q, "RedrivePolicy")
	require.False(t, has, "the empty text removes it")
}

// The same rules for a policy that is no text, in Create and in SetConfig.
func TestRedrivePolicyValues(t *testing.T) {
	b, q := redriveWorld(t)
	dlq := arnPrefix + "dlq"
	for _, c := range []struct {
		d      sqs.DeadLetter
		reason string
	}{
		{sqs.DeadLetter{Target: dlq}, "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."},
		{sqs.DeadLetter{Target: dlq, MaxReceives: 1001}, "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive."},
		{sqs.DeadLetter{MaxReceives: 5}, "Dead-letter target ARN should be fully qualified ARN."},
		{sqs.DeadLetter{Target: "dlq", MaxReceives: 5}, "Dead-letter target ARN should be fully qualified ARN."},
		{sqs.DeadLetter{Target: "arn:aws:sns:us-east-1:123456789012:t", MaxReceives: 5}, "Only SQS queues are valid resources for deadLetterTargetArn."},
		{sqs.DeadLetter{Target: arnPrefix + "missing", MaxReceives: 5}, "Dead letter target does not exist."},
		{sqs.DeadLetter{Target: "arn:aws:sqs:us-east-1:210987654321:dlq", MaxReceives: 5}, "Dead-letter target owner should be same as the source."},
		{sqs.DeadLetter{Target: arnPrefix + "dlq.fifo", MaxReceives: 5}, "Dead-letter queue must be same type of queue as the source.."},
		{sqs.DeadLetter{Target: arnPrefix + "closed", MaxReceives: 5}, "The dead-letter queue does not allow this source queue."},
	} {
		want := badValue(redrive(c.d.Target, c.d.MaxReceives), "RedrivePolicy", c.reason)
		refused(t, q.SetConfig(t.Context(), sqs.Config{DeadLetter: &c.d}), sqs.ErrInvalidParameterValue, want)
		_, err := b.Create(t.Context(), "new", sqs.Config{DeadLetter: &c.d})
		refused(t, err, sqs.ErrInvalidParameterValue, want)
	}
	_, err := b.Create(t.Context(), "new.fifo", sqs.Config{FIFO: new(true), DeadLetter: &sqs.DeadLetter{Target: dlq, MaxReceives: 5}})
	require.ErrorContains(t, err, "Dead-letter queue must be same type of queue as the source..")
	_, err = b.Create(t.Context(), "new.fifo", sqs.Config{FIFO: new(true), DeadLetter: &sqs.DeadLetter{Target: arnPrefix + "closed", MaxReceives: 5}})
	require.ErrorContains(t, err, "Dead-letter queue must be same type of queue as the source..", "before what it allows")
	_, err = b.Open(t.Context(), "new")
	require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist, "nothing was made")

	policy := &sqs.DeadLetter{Target: dlq, MaxReceives: 5}
	require.NoError(t, q.SetConfig(t.Context(), sqs.Config{DeadLetter: policy}))
	policy.MaxReceives = 7 // the queue keeps its own
	cfg, err := q.Config(t.Context())
	require.NoError(t, err)
	require.Equal(t, sqs.DeadLetter{Target: dlq, MaxReceives: 5}, *cfg.DeadLetter)
	require.NoError(t, q.SetConfig(t.Context(), sqs.Config{DeadLetter: &sqs.DeadLetter{}}))
	cfg, err = q.Config(t.Context())
	require.NoError(t, err)
	require.Nil(t, cfg.DeadLetter, "the zero policy removes it")
}

func TestRedriveAllowPolicy(t *testing.T) {
	_, q := redriveWorld(t)
	format := "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format."
	noSources := "Amazon SQS can't create the redrive allow policy. When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values."
	notBy := "To specify one or more source queue ARNs, you must set redrivePermission to byQueue."
	sources := func(n int) string {
		return `["` + strings.Join(strings.Fields(strings.Repeat(arnPrefix+"s ", n)), `","`) + `"]`
	}
	for text, reason := range map[string]string{
		"x": "", "[]": "", "null": "", "{}": "", `{"redrivePermission":"some"}`: "", `{"redrivePermission":7}`: "",
		`{"redrivePermission":"allowAll","more":1}`: "", `{"redrivePermission":"byQueue","sourceQueueArns":"a"}`: "",
		`{"redrivePermission":"byQueue","sourceQueueArns":[7]}`: "", `{"sourceQueueArns":["a"]}`: "",
		`{"redrivePermission":"byQueue"}`:                                       noSources,
		`{"redrivePermission":"byQueue","sourceQueueArns":[]}`:                  noSources,
		`{"redrivePermission":"allowAll","sourceQueueArns":["a"]}`:              notBy,
		`{"redrivePermission":"denyAll","sourceQueueArns":["a"]}`:               notBy,
		`{"redrivePermission":"denyAll","sourceQueueArns":[]}`:                  notBy,
		`{"redrivePermission":"byQueue","sourceQueueArns":` + sources(11) + `}`: "The maximum number of source queue ARNs you can specify is 10.",
	} {
		want := format
		if reason != "" {
			want = badValue(text, "RedriveAllowPolicy", reason)
		}
		refused(t, setText(t, q, "RedriveAllowPolicy", text), sqs.ErrInvalidParameterValue, want, text)
	}
	for _, text := range []string{
		`{"redrivePermission":"allowAll"}`, `{"redrivePermission":"denyAll"}`,
		`{"redrivePermission":"byQueue","sourceQueueArns":` + sources(10) + `}`,
	} {
		require.NoError(t, setText(t, q, "RedriveAllowPolicy", text))
		got, _ := attribute(t, q, "RedriveAllowPolicy")
		require.JSONEq(t, text, got)
	}
	for _, a := range []sqs.RedriveAllow{
		{Permission: "some"}, {Permission: sqs.ByQueue}, {Permission: sqs.AllowAll, Sources: []string{"a"}},
		{Permission: sqs.ByQueue, Sources: make([]string, 11)}, {Sources: []string{"a"}},
	} {
		require.ErrorIs(t, q.SetConfig(t.Context(), sqs.Config{RedriveAllow: &a}), sqs.ErrInvalidParameterValue)
	}
	require.NoError(t, setText(t, q, "RedriveAllowPolicy", ""))
	_, has := attribute(t, q, "RedriveAllowPolicy")
	require.False(t, has)
	require.NoError(t, q.SetConfig(t.Context(), sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.DenyAll}}))
	require.NoError(t, q.SetConfig(t.Context(), sqs.Config{RedriveAllow: &sqs.RedriveAllow{}}))
	_, has = attribute(t, q, "RedriveAllowPolicy")
	require.False(t, has, "the zero policy removes it")
}

// A later denial does not undo a link.
func TestRedriveAllowLeavesLinksAlone(t *testing.T) {
	b, _ := fakeBroker()
	dlq := create(t, b, "dlq", sqs.Config{})
	q := source(t, b, "q", dlq)
	require.NoError(t, dlq.SetConfig(t.Context(), sqs.Config{RedriveAllow: &sqs.RedriveAllow{Permission: sqs.DenyAll}}))
	bury(t, q, "poison")
	require.Equal(t, []string{"poison"}, receiveAll(t, dlq))
}
