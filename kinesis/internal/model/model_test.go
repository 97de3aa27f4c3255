package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPatterns(t *testing.T) {
	const stream = "arn:aws:kinesis:us-east-1:123456789012:stream/s"
	for _, row := range []struct {
		pattern *Pattern
		good    []string
		bad     []string
	}{
		{Names(), []string{"a", "Z", "0", "_.-", "shardId-0"}, []string{"", " ", "é", "a/b", "a:b"}},
		{HashKeys(), []string{"0", "1", strings.Repeat("9", 39)}, []string{"", "00", "01", "-1", "1.", strings.Repeat("9", 40)}},
		{Sequences(), []string{"0", strings.Repeat("9", 129)}, []string{"", "00", "0x1", strings.Repeat("9", 130)}},
		{StreamARNs(), []string{stream, "arn:aws-cn:kinesis::123456789012:stream/s:x"}, []string{"", "arn:aws:kinesis", "x" + stream,
			"arn:was:kinesis:r:123456789012:stream/s", "arn:aws:kines:r:123456789012:stream/s", "arn:aws:kinesis:r:12345678901:stream/s",
			"arn:aws:kinesis:r:12345678901x:stream/s", "arn:aws:kinesis:r:123456789012:s", "arn:aws:kinesis:r:123456789012:stream/", stream + " "}},
		{ConsumerARNs(), []string{stream + "/consumer/c:1"}, []string{stream, stream + "/consumer/:1", stream + "/consumer/c", stream + "/consumer/c:",
			stream + "/consumer/c:x", stream + "/consumer/é:1", "arn:aws:sqs:r:123456789012:stream/s/consumer/c:1", "/consumer/c:1"}},
		{ResourceARNs(), []string{stream, stream + "/consumer/c:1"}, []string{"s"}},
	} {
		for _, s := range row.good {
			require.True(t, row.pattern.Matches(s), "%s %q", row.pattern.Text, s)
		}
		for _, s := range row.bad {
			require.False(t, row.pattern.Matches(s), "%s %q", row.pattern.Text, s)
		}
	}
}

func TestLength(t *testing.T) {
	require.Equal(t, 5, Length("aé€𝄞"), "UTF-16 units")
	for _, row := range []struct {
		s    string
		fits bool
	}{{"", false}, {"a", true}, {"éé", true}, {"ééé", false}, {"𝄞", true}, {"𝄞a", false}, {"aaa", false}} {
		require.Equal(t, row.fits, Fits(row.s, 1, 2), row.s)
	}
	require.True(t, Fits("", 0, 2))
	require.True(t, Fits(strings.Repeat("a", 256), 1, 256))
	require.False(t, Fits(strings.Repeat("a", 257), 1, 256))
	require.True(t, Fits(strings.Repeat("€", 256), 1, 256))
}

func TestFaults(t *testing.T) {
	var f Faults
	require.False(t, f.Any())
	f.Required("a", "", false, nil, 1, 2)
	f.Optional("b", "", false, nil, 1, 2)
	f.Number("c", 0, false, 1, 2)
	f.Number("d", 3, false, 1, 2)
	f.Number("e", 0, true, 1, 2)
	f.Required("f", "xyz", false, Names(), 1, 2)
	f.Enum("g", "x", "y", "z")
	f.Enum("h", "z", "y", "z")
	f.Hidden("i", AtMost(7))
	require.Equal(t, "6 validation errors detected: Value null at 'a' failed to satisfy constraint: Member must not be null; "+
		"Value '3' at 'd' failed to satisfy constraint: Member must have value less than or equal to 2; "+
		"Value '0' at 'e' failed to satisfy constraint: Member must have value greater than or equal to 1; "+
		"Value 'xyz' at 'f' failed to satisfy constraint: Member must have length less than or equal to 2; "+
		"Value 'x' at 'g' failed to satisfy constraint: Member must satisfy enum value set: [y, z]; "+
		"Value at 'i' failed to satisfy constraint: Member must have length less than or equal to 7.", f.String())
}

// Lists and maps have bounds, and what is in them has: each bound is met here, and passed by one.
func TestBoundsOfCollections(t *testing.T) {
	tags := func(n, key, value int) func(*Faults) {
		m := map[string]string{}
		for i := range n {
			m[strings.Repeat(string(rune('a'+i)), key)] = strings.Repeat("v", value)
		}
		return func(f *Faults) { f.Tags(m) }
	}
	keys := func(n, length int) func(*Faults) {
		return func(f *Faults) { f.TagKeys(slices.Repeat([]string{strings.Repeat("k", length)}, n)) }
	}
	metrics := func(n int) func(*Faults) {
		return func(f *Faults) { Metrics(f, slices.Repeat([]string{"ALL"}, n)) }
	}
	for name, row := range map[string]struct{ good, bad func(*Faults) }{
		"tags":               {tags(200, 1, 0), tags(201, 1, 0)},
		"a tag":              {tags(1, 1, 0), tags(0, 1, 0)},
		"the key of a tag":   {tags(1, 128, 0), tags(1, 129, 0)},
		"no key of a tag":    {tags(1, 1, 0), tags(1, 0, 0)},
		"the value of a tag": {tags(1, 1, 256), tags(1, 1, 257)},
		"keys":               {keys(50, 1), keys(51, 1)},
		"no keys":            {keys(1, 1), keys(0, 1)},
		"a key":              {keys(1, 128), keys(1, 129)},
		"an empty key":       {keys(1, 1), keys(1, 0)},
		"metrics":            {metrics(7), metrics(8)},
		"no metrics":         {metrics(1), metrics(0)},
	} {
		var f Faults
		row.good(&f)
		require.False(t, f.Any(), "%s: %s", name, &f)
		row.bad(&f)
		require.True(t, f.Any(), name)
	}
}
