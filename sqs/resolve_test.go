package sqs

import (
	"net/url"
	"strings"
	"testing"

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
