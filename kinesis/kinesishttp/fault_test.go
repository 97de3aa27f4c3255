package kinesishttp

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/kinesis"
)

// The service's own fault has another name in a stream than in an answer.
func TestExceptionFrames(t *testing.T) {
	for kind, err := range map[string]error{
		"InternalFailureException": &kinesis.Error{Code: kinesis.ErrInternal, Message: "m"}, "KMSDisabledException": &kinesis.Error{Code: kinesis.ErrKMSDisabled, Message: "m"},
	} {
		f, failed := wiretest.ReadFrame(strings.NewReader(string(appendException(nil, err))))
		require.NoError(t, failed)
		require.Equal(t, []string{kind, `{"message":"m"}`}, []string{f.Headers[":exception-type"], string(f.Payload)})
	}
	f, err := wiretest.ReadFrame(strings.NewReader(string(appendException(nil, errors.New("broken")))))
	require.NoError(t, err)
	require.Equal(t, "InternalFailureException", f.Headers[":exception-type"])
}
