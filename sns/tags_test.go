package sns_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Section 2.8: tags.

func TestTags(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	tags := func() map[string]string {
		tags, err := topic.Tags(t.Context())
		require.NoError(t, err)
		return tags
	}
	require.Nil(t, tags())
	require.NoError(t, topic.Tag(t.Context(), map[string]string{"a": "1", "b": ""}))
	require.NoError(t, topic.Tag(t.Context(), map[string]string{"a": "2", "c": "3"}))
	want := map[string]string{"a": "2", "b": "", "c": "3"}
	require.Equal(t, want, tags())
	tags()["a"] = "mine"
	require.Equal(t, want, tags())
	require.NoError(t, topic.Untag(t.Context(), "a", "unknown"))
	require.Equal(t, map[string]string{"b": "", "c": "3"}, tags())
	require.NoError(t, topic.Untag(t.Context(), "b", "c"))
	require.Nil(t, tags())
	given := map[string]string{"a": "1"}
	made := w.topic(t, "y", sns.Config{Tags: given})
	given["a"] = "changed"
	got, err := made.Tags(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "1"}, got, "tags are copied")
}

func TestTagErrors(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{Tags: map[string]string{"old": "1"}})
	many := func(n int) map[string]string {
		m := map[string]string{}
		for i := range n {
			m[fmt.Sprintf("%02d", i)] = "v"
		}
		return m
	}
	long := strings.Repeat("é", 129)
	both := func(tags map[string]string, code sns.Code, text string) {
		t.Helper()
		refused(t, topic.Tag(t.Context(), tags), code, text)
		_, err := w.Create(t.Context(), "y", sns.Config{Tags: tags})
		refused(t, err, code, text)
	}
	const at = "1 validation error detected: Value '%s' at 'tags.%d.member.%s' failed to satisfy constraint: Member must have length "
	both(map[string]string{"a": "1", long: "v"}, sns.ErrValidation, fmt.Sprintf(at+"less than or equal to 128", long, 2, "key"))
	both(map[string]string{"": "v"}, sns.ErrValidation, fmt.Sprintf(at+"greater than or equal to 1", "", 1, "key"))
	both(map[string]string{"k": long + long}, sns.ErrValidation, fmt.Sprintf(at+"less than or equal to 256", long+long, 1, "value"))
	both(map[string]string{"k": "\xff"}, sns.ErrInvalidParameter, "Invalid parameter: Tags Reason: must be valid UTF-8")
	both(many(51), sns.ErrTagLimitExceeded, "Could not complete request: tag quota of per resource exceeded")
	refused(t, topic.Tag(t.Context(), many(50)), sns.ErrTagLimitExceeded, "Could not complete request: tag quota of per resource exceeded")
	tags, err := topic.Tags(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]string{"old": "1"}, tags, "nothing was half applied")
	full := many(49)
	full[long[:256]] = strings.Repeat("é", 256)
	delete(full, "00")
	require.NoError(t, topic.Tag(t.Context(), full))
	require.NoError(t, topic.Tag(t.Context(), map[string]string{"01": "other", "old": "2"}), "overwriting adds none")
	w.topic(t, "z", sns.Config{Tags: many(50)})
}
