package sqs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 5: tags.

func tagsOf(t *testing.T, q sqs.Queue) map[string]string {
	t.Helper()
	tags, err := q.Tags(t.Context())
	require.NoError(t, err)
	return tags
}

func TestTags(t *testing.T) {
	b, _ := fakeBroker()
	given := map[string]string{"made": "with", "empty": ""}
	q := create(t, b, "q", sqs.Config{Tags: given})
	given["made"] = "changed"
	require.Equal(t, map[string]string{"made": "with", "empty": ""}, tagsOf(t, q))
	require.NoError(t, q.Tag(t.Context(), map[string]string{"made": "anew", "Made": "other", "more": "x"}))
	require.Equal(t, map[string]string{"made": "anew", "Made": "other", "more": "x", "empty": ""}, tagsOf(t, q))
	tagsOf(t, q)["made"] = "changed"
	require.NoError(t, q.Untag(t.Context(), "made", "unknown", "MORE"))
	require.Equal(t, map[string]string{"Made": "other", "more": "x", "empty": ""}, tagsOf(t, q))
	require.NoError(t, q.Untag(t.Context(), "Made", "more", "empty"))
	require.Nil(t, tagsOf(t, q))
	require.NoError(t, q.Untag(t.Context(), "Made"))
}

func TestTagErrors(t *testing.T) {
	const key = "Tag keys must be between 1 and 128 characters in length."
	const value = "Tag values must be between 0 and 256 characters in length."
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{Tags: map[string]string{"k": "v"}})
	for _, c := range []struct {
		tags map[string]string
		text string
	}{
		{map[string]string{"": "v"}, key},
		{map[string]string{strings.Repeat("ä", 129): "v"}, key},
		{map[string]string{"\xff": "v"}, key},
		{map[string]string{"k": strings.Repeat("ä", 257)}, value},
		{map[string]string{"k": "\xff"}, value},
	} {
		c.tags["good"] = "x"
		refused(t, q.Tag(t.Context(), c.tags), sqs.ErrInvalidParameterValue, c.text)
		_, err := b.Create(t.Context(), "new", sqs.Config{Tags: c.tags})
		refused(t, err, sqs.ErrInvalidParameterValue, c.text)
	}
	for _, none := range []map[string]string{nil, {}} {
		refused(t, q.Tag(t.Context(), none), sqs.ErrMissingParameter, "The request must contain the parameter Tags.")
	}
	refused(t, q.Untag(t.Context()), sqs.ErrInvalidParameterValue, key)
	require.Equal(t, map[string]string{"k": "v"}, tagsOf(t, q), "nothing has changed")
	require.NoError(t, q.Tag(t.Context(), map[string]string{strings.Repeat("ä", 128): strings.Repeat("ä", 256)}))
}

func TestFiftyTags(t *testing.T) {
	many := func(from, to int) map[string]string {
		m := map[string]string{}
		for i := from; i < to; i++ {
			m[fmt.Sprint(i)] = "v"
		}
		return m
	}
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{Tags: many(0, 49)})
	refused(t, q.Tag(t.Context(), many(49, 51)), sqs.ErrInvalidParameterValue, "Too many tags added for queue q.")
	require.Len(t, tagsOf(t, q), 49)
	require.NoError(t, q.Tag(t.Context(), many(0, 50)), "keys that it has do not count twice")
	refused(t, q.Tag(t.Context(), many(50, 51)), sqs.ErrInvalidParameterValue, "Too many tags added for queue q.")
	_, err := b.Create(t.Context(), "new", sqs.Config{Tags: many(0, 51)})
	refused(t, err, sqs.ErrInvalidParameterValue, "Too many tags added for queue new.")
	_, err = b.Open(t.Context(), "new")
	require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist)
}
