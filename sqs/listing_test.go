package sqs_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 2.4: listing.

func names(p sqs.Page) []string {
	all := []string{}
	for _, q := range p.Queues {
		all = append(all, q.Name())
	}
	return all
}

// listed calls list with opts, from its first page to its last, and returns the names on each.
func listed(t *testing.T, list func(sqs.ListOptions) (sqs.Page, error), opts sqs.ListOptions) (pages [][]string) {
	t.Helper()
	for {
		p, err := list(opts)
		require.NoError(t, err)
		pages = append(pages, names(p))
		if p.Next == "" {
			return pages
		}
		opts.Token = p.Next
	}
}

func TestListing(t *testing.T) {
	b, _ := fakeBroker()
	dlq := create(t, b, "x-dlq", sqs.Config{})
	for _, name := range []string{"b", "ab", "B", "a-1", "a", "a_1"} {
		source(t, b, name, dlq)
	}
	create(t, b, "y", sqs.Config{})
	queues := func(o sqs.ListOptions) (sqs.Page, error) { return b.List(t.Context(), o) }
	sources := func(o sqs.ListOptions) (sqs.Page, error) { return dlq.Sources(t.Context(), o) }

	require.Equal(t, [][]string{{"B", "a", "a-1", "a_1", "ab", "b", "x-dlq", "y"}}, listed(t, queues, sqs.ListOptions{}))
	require.Equal(t, [][]string{{"a", "a-1", "a_1", "ab"}}, listed(t, queues, sqs.ListOptions{Prefix: "a"}))
	require.Equal(t, [][]string{{"B"}}, listed(t, queues, sqs.ListOptions{Prefix: "B"}))
	require.Equal(t, [][]string{{}}, listed(t, queues, sqs.ListOptions{Prefix: "a*"}))
	require.Equal(t, [][]string{{"a", "a-1", "a_1"}, {"ab"}}, listed(t, queues, sqs.ListOptions{Prefix: "a", Max: 3}))
	require.Equal(t, [][]string{{"a", "a-1"}, {"a_1", "ab"}}, listed(t, queues, sqs.ListOptions{Prefix: "a", Max: 2}), "no token at the end")
	require.Equal(t, [][]string{{"a", "a-1", "a_1", "ab"}}, listed(t, queues, sqs.ListOptions{Prefix: "a", Max: 1000}))

	require.Equal(t, [][]string{{"B", "a", "a-1", "a_1", "ab", "b"}}, listed(t, sources, sqs.ListOptions{}))
	require.Equal(t, [][]string{{"B", "a", "a-1", "a_1"}, {"ab", "b"}}, listed(t, sources, sqs.ListOptions{Max: 4}))
	p, err := create(t, b, "y", sqs.Config{}).Sources(t.Context(), sqs.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, p.Queues)
	require.NoError(t, b.Delete(t.Context(), "a"))
	require.Equal(t, [][]string{{"B", "a-1", "a_1", "ab", "b"}}, listed(t, sources, sqs.ListOptions{}))

	for _, list := range []func(sqs.ListOptions) (sqs.Page, error){queues, sources} {
		for _, opts := range []sqs.ListOptions{{Max: -1}, {Max: 1001}, {Given: sqs.GivenMax}} {
			_, err := list(opts)
			refused(t, err, sqs.ErrInvalidParameterValue,
				badValue(fmt.Sprint(opts.Max), "MaxResults", "Must be between 1 and 1000, if provided."))
		}
		_, err := list(sqs.ListOptions{Token: "not a token"})
		require.ErrorIs(t, err, sqs.ErrInvalidParameterValue)
	}
}

// Queues that come and go between two pages neither repeat nor hide others.
func TestPagingWhileQueuesChange(t *testing.T) {
	b, _ := fakeBroker()
	for _, name := range []string{"a", "b", "c", "d"} {
		create(t, b, name, sqs.Config{})
	}
	first, err := b.List(t.Context(), sqs.ListOptions{Max: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, names(first))
	require.NoError(t, b.Delete(t.Context(), "b"))
	create(t, b, "aa", sqs.Config{})
	create(t, b, "cc", sqs.Config{})
	second, err := b.List(t.Context(), sqs.ListOptions{Max: 2, Token: first.Next})
	require.NoError(t, err)
	require.Equal(t, []string{"c", "cc"}, names(second))
}

func TestListOfMoreThanAThousand(t *testing.T) {
	b, _ := fakeBroker()
	for i := range 1001 {
		create(t, b, fmt.Sprintf("q%04d", i), sqs.Config{})
	}
	p, err := b.List(t.Context(), sqs.ListOptions{})
	require.NoError(t, err)
	require.Len(t, p.Queues, 1000)
	require.Empty(t, p.Next, "no token without Max")
	p, err = b.List(t.Context(), sqs.ListOptions{Max: 1000})
	require.NoError(t, err)
	require.Len(t, p.Queues, 1000)
	require.NotEmpty(t, p.Next)
	n := 0
	for q, err := range sqs.All(t.Context(), b, "") {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("q%04d", n), q.Name())
		n++
	}
	require.Equal(t, 1001, n)
}
