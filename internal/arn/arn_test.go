package arn

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPartitionFollowsTheRegion(t *testing.T) {
	require.Equal(t, "arn:aws:sqs:eu-west-1:123456789012:q", New("sqs", "eu-west-1", "123456789012", "q").String())
	require.Equal(t, "arn:aws-cn:sqs:cn-north-1:1:q", New("sqs", "cn-north-1", "1", "q").String())
	require.Equal(t, "arn:aws-us-gov:sqs:us-gov-west-1:1:q", New("sqs", "us-gov-west-1", "1", "q").String())
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"", "arn", "arn:aws:sqs:eu-west-1:1", "arn:aws:sqs:eu-west-1:1:", "urn:aws:sqs:r:1:q", "arn::sqs:r:1:q", "arn:aws::r:1:q"} {
		_, ok := Parse(bad)
		require.False(t, ok, bad)
	}
	a, ok := Parse("arn:aws:sns:eu-west-1:1:topic:sub:part")
	require.True(t, ok)
	require.Equal(t, "topic:sub:part", a.Resource)
	require.Equal(t, "arn:aws:sns:eu-west-1:1:topic:sub:part", a.String())
}
