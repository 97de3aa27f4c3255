package sqs

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Groups at rest are forgotten: what is remembered follows the groups of the last second, not those that ever were.
func TestRatesStayBounded(t *testing.T) {
	var r rates
	now := int64(time.Hour)
	for i := range 20 * mostGroups {
		now += int64(10 * time.Millisecond)
		require.True(t, r.group(now, strconv.Itoa(i), FIFOCalls).Take(now, FIFOCalls))
		require.Less(t, len(r.byGroup), mostGroups)
	}
}
