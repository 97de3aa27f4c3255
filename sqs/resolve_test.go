package sqs

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What a URL means does not depend on whether it is parsed or plain enough to be taken apart.
func TestPathOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := rapid.SampledFrom([]string{"https://", "http://", "https:", "/", ""}).Draw(t, "scheme") +
			strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"sqs.us-east-1.amazonaws.com", "/", "//", "123456789012", "q", ".fifo", "_-", "..",
				":80", "%2F", "?a=b", "#c", " ", "é", "@", "[", "\x00"})).Draw(t, "rest"), "")
		path, ok := pathOf(ref)
		u, err := url.Parse(ref)
		require.Equal(t, err == nil, ok, "%q", ref)
		if ok {
			require.Equal(t, strings.Trim(u.Path, "/"), strings.Trim(path, "/"), "%q", ref)
		}
	})
}

func TestResolve(t *testing.T) {
	for ref, want := range map[string]key{
		"q":                                {"own", "here", "q"},
		"https://sqs.test/123456789012/q":  {"123456789012", "here", "q"},
		"http://localhost:4566/000/q.fifo": {"000", "here", "q.fifo"},
		"https://sqs.test/q":               {"own", "here", "q"},
		"/q":                               {"own", "here", "q"},
		"https://sqs.test/a/b/c/q/":        {"c", "here", "q"},
		"https://sqs.test//q":              {"own", "here", "q"},
		"https://sqs.test/a//q":            {"", "here", "q"},
		"https://sqs.test":                 {"own", "here", ""},
		"https://[":                        {},
		"arn:aws:sqs:us-west-2:123:q":      {"123", "us-west-2", "q"},
	} {
		require.Equal(t, want, resolve(ref, "own", "here"), "%q", ref)
	}
}

// A dead-letter queue that is deleted after it was found, and before it is locked, counts as deleted.
func TestDeadLetterQueueDeletedMeanwhile(t *testing.T) {
	b := New()
	dlq, err := b.Create(t.Context(), "dlq", Config{})
	require.NoError(t, err)
	h, err := b.Create(t.Context(), "q", Config{DeadLetter: &DeadLetter{Target: dlq.ARN(), MaxReceives: 1}, VisibilityTimeout: new(time.Duration(0))})
	require.NoError(t, err)
	_, err = h.Send(t.Context(), Message{Body: "m"})
	require.NoError(t, err)
	dlq.(*queue).gone.Store(true) // as a deletion does, which has taken it out of the broker's map before
	for range 2 {
		got, err := h.Receive(t.Context(), ReceiveOptions{})
		require.NoError(t, err)
		require.Len(t, got, 1, "it stays, and is delivered as usual")
	}
}
