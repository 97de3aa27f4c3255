package wiretest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

func TestNamesAreLearned(t *testing.T) {
	n := wiretest.NewNames(t)
	n.Expect(`{"a":"«x»"}`, `{"a":"1"}`, "")
	require.Equal(t, "1 1", n.Fill("«x» «x»"))
	n.Expect(`«x»-«y»`, `1-2`, "")
	require.Equal(t, "2", n.Fill("«y»"))
}
