package sqs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// The limits of earlier days.

func TestLimitsAsOf(t *testing.T) {
	today := sqs.Limits{
		MessageSize: 1 << 20, BatchSize: 1 << 20, InFlight: 120_000, InFlightFIFO: 120_000, FIFOCalls: 300, HighThroughputCalls: 70_000,
	}
	at := func(change func(*sqs.Limits)) sqs.Limits {
		l := today
		change(&l)
		return l
	}
	small := func(l *sqs.Limits) { l.MessageSize, l.BatchSize = 256<<10, 256<<10 }
	for day, want := range map[string]sqs.Limits{
		"2030-01-01": today,
		"2025-08-04": today,
		"2025-08-03": at(small),
		"2024-11-30": at(small),
		"2024-10-31": at(func(l *sqs.Limits) { small(l); l.InFlightFIFO = 20_000 }),
		"2023-12-31": at(func(l *sqs.Limits) { small(l); l.InFlightFIFO = 20_000 }),
		"2014-01-01": at(func(l *sqs.Limits) { small(l); l.InFlightFIFO, l.HighThroughputCalls = 20_000, 3_000 }),
	} {
		date, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		require.Equal(t, want, sqs.LimitsAsOf(date), day)
		require.Equal(t, want, sqs.LimitsAsOf(date.Add(23*time.Hour)), day)
	}
	zone := time.FixedZone("east", 14*3600)
	require.Equal(t, at(small), sqs.LimitsAsOf(time.Date(2025, 8, 4, 13, 0, 0, 0, zone)), "the day is that of UTC")
}

// Section 22, in its own figures.
func TestQuotas(t *testing.T) {
	for what, c := range map[string][2]int{
		"message size": {1048576, sqs.MaxMessageSize}, "least maximum of it": {1024, sqs.MinMessageSizeLimit},
		"batch": {10, sqs.MaxBatchEntries}, "messages of an answer": {10, sqs.MaxReceive}, "attributes": {10, sqs.MaxAttributes},
		"in flight": {120_000, sqs.MaxInFlight}, "in flight, FIFO": {120_000, sqs.MaxInFlightFIFO},
		"receive count": {1000, sqs.MaxReceiveCount}, "sources": {10, sqs.MaxSources}, "tags": {50, sqs.MaxTags},
		"page": {1000, sqs.MaxListed}, "move rate": {500, sqs.MaxMoveRate}, "active moves": {100, sqs.MaxMoves},
		"policy": {8192, sqs.MaxPolicySize}, "statements": {20, sqs.MaxPolicyStatements}, "principals": {50, sqs.MaxPolicyPrincipals},
		"conditions": {10, sqs.MaxPolicyConditions}, "actions": {7, sqs.MaxPolicyActions},
	} {
		require.Equal(t, c[0], c[1], what)
	}
	for what, c := range map[string][2]time.Duration{
		"visibility": {43200 * time.Second, sqs.MaxVisibilityTimeout}, "its default": {30 * time.Second, sqs.DefaultVisibility},
		"delay": {900 * time.Second, sqs.MaxDelay}, "wait": {20 * time.Second, sqs.MaxWait}, "least retention": {time.Minute, sqs.MinRetention},
		"retention": {1209600 * time.Second, sqs.MaxRetention}, "default of it": {345600 * time.Second, sqs.DefaultRetention},
		"name lock": {time.Minute, sqs.NameLock}, "purge lock": {time.Minute, sqs.PurgeLock},
	} {
		require.Equal(t, c[0], c[1], what)
	}
}

// A broker of an earlier day has that day's default, maximum and texts.
func TestBrokerOfAnEarlierDay(t *testing.T) {
	b, _ := fakeBroker(sqs.WithLimits(sqs.LimitsAsOf(time.Date(2025, 8, 3, 0, 0, 0, 0, time.UTC))))
	q := create(t, b, "q", sqs.Config{})
	size, _ := attribute(t, q, "MaximumMessageSize")
	require.Equal(t, "262144", size)
	send(t, q, strings.Repeat("x", 256<<10))
	_, err := q.Send(t.Context(), sqs.Message{Body: strings.Repeat("x", 256<<10+1)})
	refused(t, err, sqs.ErrInvalidParameterValue, "One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes.")
	_, err = q.SendBatch(t.Context(), sqs.Message{Body: strings.Repeat("x", 256<<10)}, sqs.Message{Body: "y"})
	refused(t, err, sqs.ErrBatchRequestTooLong, "Batch requests cannot be longer than 262144 bytes. You have sent 262145 bytes.")
	refused(t, setText(t, q, "MaximumMessageSize", "262145"), sqs.ErrInvalidAttributeValue, "Invalid value for the parameter MaximumMessageSize.")
}
