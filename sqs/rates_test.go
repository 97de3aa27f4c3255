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

// A group that has used up its rate is not forgotten, however many come after it.
func TestBusyGroupIsRemembered(t *testing.T) {
	var r rates
	now := int64(time.Hour)
	for range FIFOCalls {
		require.True(t, r.group(now, "busy", FIFOCalls).Take(now, FIFOCalls))
	}
	for i := range 3 * mostGroups {
		require.True(t, r.group(now, strconv.Itoa(i), FIFOCalls).Take(now, FIFOCalls))
	}
	require.False(t, r.group(now, "busy", FIFOCalls).Take(now, FIFOCalls))
}
