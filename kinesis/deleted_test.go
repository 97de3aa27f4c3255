package kinesis_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
)

// What looks first at a broker after a stream's deletion has ended sees no trace of it, whatever it is that looks.
func TestADeletedStreamIsNeverSeen(t *testing.T) {
	for name, look := range map[string]func(*testing.T, *kinesis.Broker){
		"meter": func(t *testing.T, b *kinesis.Broker) {
			for _, u := range b.Meter() {
				require.Empty(t, u.Stream)
			}
		},
		"list": func(t *testing.T, b *kinesis.Broker) {
			page, err := b.List(t.Context(), kinesis.ListOptions{})
			require.NoError(t, err)
			require.Empty(t, page.Streams)
		},
		"limits": func(t *testing.T, b *kinesis.Broker) {
			l, err := b.AccountLimits(t.Context())
			require.NoError(t, err)
			require.Equal(t, kinesis.AccountLimits{Shards: 2, OnDemandLimit: 1}, l)
		},
		"quotas": func(t *testing.T, b *kinesis.Broker) {
			create(t, b, "other", 2)
			_, err := b.Create(t.Context(), "another", kinesis.Config{})
			require.NoError(t, err)
		},
		"name": func(t *testing.T, b *kinesis.Broker) { create(t, b, "auto", 1) },
		"peek": func(t *testing.T, b *kinesis.Broker) { require.Nil(t, b.Peek("auto")) },
		"explain": func(t *testing.T, b *kinesis.Broker) {
			require.Equal(t, "there is no such stream", b.ExplainKey("auto", "k").Text)
		},
		"put": func(t *testing.T, b *kinesis.Broker) {
			_, err := b.Stream(t.Context(), "auto").Put(t.Context(), kinesis.Entry{})
			require.ErrorIs(t, err, kinesis.ErrValidation, "no record needs no key where there is no stream")
		},
		"journal": func(t *testing.T, b *kinesis.Broker) {
			j := b.Record()
			_, err := b.AccountLimits(t.Context())
			require.NoError(t, err)
			require.Empty(t, journalLines(j), "it was over before")
		},
		"snapshot": func(t *testing.T, b *kinesis.Broker) {
			fork := kinesis.New(kinesis.WithClock(inflight.NewFakeClock(time.Time{}))) // an hour behind
			fork.Restore(b.Snapshot())
			require.Zero(t, fork.Held())
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, clk := fakeBroker(kinesis.WithTransitions(kinesis.Transitions{Delete: time.Hour}),
				kinesis.WithLimits(kinesis.Limits{Shards: 2, OnDemandStreams: 1}))
			put(t, create(t, b, "s", 2), "a")
			_, err := b.Create(t.Context(), "auto", kinesis.Config{Distribution: kinesis.Auto})
			require.NoError(t, err)
			require.NoError(t, b.Delete(t.Context(), "auto", false))
			require.NoError(t, b.Delete(t.Context(), "s", false))
			clk.Advance(time.Hour - 1)
			require.Equal(t, 2, b.Held())
			require.NotEmpty(t, b.Peek("s"))
			clk.Advance(1)
			look(t, b)
			require.Less(t, b.Held(), 3)
			require.Nil(t, b.Peek("s"))
		})
	}
}

// Streams that come and go, with names that nobody uses again, take no memory when they are gone, whatever is called then. The journal
// tells of each, and a Restore of one that is being deleted brings its end along.
func TestDeletedStreamsAreFreed(t *testing.T) {
	b, clk := fakeBroker(kinesis.WithTransitions(kinesis.Transitions{Delete: time.Hour}))
	stays := create(t, b, "stays", 1)
	j := b.Record()
	for i := range 100 {
		name := fmt.Sprint("s", i)
		put(t, create(t, b, name, 1), "a")
		require.NoError(t, b.Delete(t.Context(), name, false))
		clk.Advance(40 * time.Minute)
		put(t, stays, "a")
		require.LessOrEqual(t, b.Held(), 3)
	}
	require.Equal(t, 99, j.Count(kinesis.EventDeleted))
	snap := b.Snapshot()
	clk.Advance(time.Hour)
	put(t, stays, "a")
	require.Equal(t, 1, b.Held())
	require.Equal(t, 100, j.Count(kinesis.EventDeleted))
	b.Restore(snap)
	put(t, stays, "a")
	require.Equal(t, 1, b.Held())

	require.NoError(t, b.Delete(t.Context(), "stays", false))
	clk.Advance(time.Hour)
	j.Stop()
	require.Equal(t, 102, j.Count(kinesis.EventDeleted), "what is over when it stops belongs to it")
}

// A snapshot holds what time had done, noticed or not: in a broker whose clock is behind it is done all the same.
func TestSnapshotsHoldWhatTimeHasDone(t *testing.T) {
	b, s, clk := world(t, kinesis.WithTransitions(kinesis.Transitions{Create: time.Minute}))
	clk.Advance(time.Minute)
	fork := kinesis.New(kinesis.WithClock(inflight.NewFakeClock(time.Time{})))
	fork.Restore(b.Snapshot())
	put(t, fork.Stream(t.Context(), "s"), "a")
	put(t, s, "a")
}

// Time may pass while an interceptor holds a call up.
func TestAStreamIsDeletedDuringACall(t *testing.T) {
	for name, look := range map[string]func(*kinesis.Broker) any{
		"list": func(b *kinesis.Broker) any { p, _ := b.List(t.Context(), kinesis.ListOptions{}); return len(p.Streams) },
		"limits": func(b *kinesis.Broker) any {
			l, _ := b.AccountLimits(t.Context())
			return l.OpenShards + l.OnDemandStreams
		},
		"create": func(b *kinesis.Broker) any { _, err := b.Create(t.Context(), "s", kinesis.Config{}); return err },
		"open":   func(b *kinesis.Broker) any { _, err := b.Open(t.Context(), "s"); return err },
	} {
		b, _, clk := world(t, kinesis.WithTransitions(kinesis.Transitions{Delete: time.Hour}))
		_, err := b.Create(t.Context(), "d", kinesis.Config{})
		require.NoError(t, err)
		require.NoError(t, b.Delete(t.Context(), "s", false))
		require.NoError(t, b.Delete(t.Context(), "d", false))
		b.Intercept(func(context.Context, kinesis.Call) error { clk.Advance(time.Hour); return nil })
		switch got := look(b); name {
		case "create":
			require.Nil(t, got)
		case "open":
			require.ErrorIs(t, got.(error), kinesis.ErrResourceNotFound)
		default:
			require.Zero(t, got, name)
		}
	}
}
