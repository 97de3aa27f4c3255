package sqs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 21: the error codes.

func TestCodes(t *testing.T) {
	const prefix = "AWS.SimpleQueueService."
	for code, want := range map[sqs.Code]struct {
		shape, query string
		status       int
	}{
		sqs.ErrQueueDoesNotExist:            {"QueueDoesNotExist", prefix + "NonExistentQueue", 400},
		sqs.ErrQueueNameExists:              {"QueueNameExists", "QueueAlreadyExists", 400},
		sqs.ErrQueueDeletedRecently:         {"QueueDeletedRecently", prefix + "QueueDeletedRecently", 400},
		sqs.ErrPurgeQueueInProgress:         {"PurgeQueueInProgress", prefix + "PurgeQueueInProgress", 403},
		sqs.ErrEmptyBatchRequest:            {"EmptyBatchRequest", prefix + "EmptyBatchRequest", 400},
		sqs.ErrTooManyEntriesInBatchRequest: {"TooManyEntriesInBatchRequest", prefix + "TooManyEntriesInBatchRequest", 400},
		sqs.ErrBatchEntryIDsNotDistinct:     {"BatchEntryIdsNotDistinct", prefix + "BatchEntryIdsNotDistinct", 400},
		sqs.ErrInvalidBatchEntryID:          {"InvalidBatchEntryId", prefix + "InvalidBatchEntryId", 400},
		sqs.ErrBatchRequestTooLong:          {"BatchRequestTooLong", prefix + "BatchRequestTooLong", 400},
		sqs.ErrMessageNotInflight:           {"MessageNotInflight", prefix + "MessageNotInflight", 400},
		sqs.ErrUnsupportedOperation:         {"UnsupportedOperation", prefix + "UnsupportedOperation", 400},
		sqs.ErrInvalidAttributeName:         {"InvalidAttributeName", "InvalidAttributeName", 400},
		sqs.ErrInvalidAttributeValue:        {"InvalidAttributeValue", "InvalidAttributeValue", 400},
		sqs.ErrInvalidParameterValue:        {"InvalidParameterValueException", "InvalidParameterValue", 400},
		sqs.ErrMissingParameter:             {"MissingRequiredParameterException", "MissingParameter", 400},
		sqs.ErrInvalidMessageContents:       {"InvalidMessageContents", "InvalidMessageContents", 400},
		sqs.ErrReceiptHandleIsInvalid:       {"ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404},
		sqs.ErrResourceNotFound:             {"ResourceNotFoundException", "ResourceNotFoundException", 404},
		sqs.ErrOverLimit:                    {"OverLimit", "OverLimit", 403},
		sqs.ErrRequestThrottled:             {"RequestThrottled", "RequestThrottled", 403},
		sqs.ErrAccessDenied:                 {"AccessDeniedException", "AccessDenied", 403},
		sqs.ErrInvalidSecurity:              {"InvalidSecurity", "InvalidSecurity", 403},
		sqs.ErrInvalidAddress:               {"InvalidAddress", "InvalidAddress", 404},
		sqs.ErrKMSDisabled:                  {"KmsDisabled", "KMS.DisabledException", 400},
		sqs.ErrKMSInvalidState:              {"KmsInvalidState", "KMS.InvalidStateException", 400},
		sqs.ErrKMSNotFound:                  {"KmsNotFound", "KMS.NotFoundException", 400},
		sqs.ErrKMSOptInRequired:             {"KmsOptInRequired", "KMS.OptInRequired", 400},
		sqs.ErrKMSThrottled:                 {"KmsThrottled", "KMS.ThrottledException", 400},
		sqs.ErrKMSAccessDenied:              {"KmsAccessDenied", "KMS.AccessDeniedException", 400},
		sqs.ErrKMSInvalidKeyUsage:           {"KmsInvalidKeyUsage", "KMS.InvalidKeyUsageException", 400},
		sqs.ErrInternal:                     {"InternalError", "InternalError", 500},
		sqs.ErrServiceUnavailable:           {"ServiceUnavailable", "ServiceUnavailable", 503},
		"Made.Up":                           {"Made.Up", "Made.Up", 400},
	} {
		require.Equal(t, want.shape, code.Error())
		require.Equal(t, want.query, code.QueryCode())
		require.Equal(t, want.status, code.Status(), code)
		require.Equal(t, want.status >= 500, code.ServerFault())
	}
}

// An error tells what was refused, and compares with its code.
func TestErrorTellsItsStory(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	_, err := q.Send(t.Context(), sqs.Message{})
	want := &sqs.Error{
		Op: sqs.OpSendMessage, Queue: "q", Code: sqs.ErrMissingParameter, Message: "The request must contain the parameter MessageBody.",
	}
	require.Equal(t, want, err)
	require.ErrorIs(t, fmt.Errorf("wrapped: %w", err), sqs.ErrMissingParameter)
	require.NotErrorIs(t, err, sqs.ErrInvalidParameterValue)
	for _, part := range []string{"SendMessage", "q", "Missing", want.Message} {
		require.ErrorContains(t, err, part)
	}
	_, err = b.Open(t.Context(), "missing")
	e, ok := errors.AsType[*sqs.Error](err)
	require.True(t, ok)
	require.Equal(t, []string{"GetQueueUrl", "missing"}, []string{e.Op.String(), e.Queue})
	sent, err := q.SendBatch(t.Context(), sqs.Message{})
	require.NoError(t, err)
	e, ok = errors.AsType[*sqs.Error](sent[0].Err)
	require.True(t, ok)
	require.Equal(t, []string{"SendMessageBatch", "q"}, []string{e.Op.String(), e.Queue})
}

// A bare code from an interceptor becomes an error like any other; other errors come as they are.
func TestErrorsOfInterceptors(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for given, want := range map[error]error{
		sqs.ErrKMSDisabled: &sqs.Error{Op: sqs.OpPurgeQueue, Queue: "q", Code: sqs.ErrKMSDisabled, Message: "KmsDisabled"},
		&sqs.Error{Code: sqs.ErrInternal, Message: "m"}: &sqs.Error{Op: sqs.OpPurgeQueue, Queue: "q", Code: sqs.ErrInternal, Message: "m"},
		context.DeadlineExceeded:                        context.DeadlineExceeded,
	} {
		remove := b.Intercept(sqs.Fault{Err: given}.Inject)
		require.Equal(t, want, q.Purge(t.Context()))
		remove()
	}
	require.NoError(t, q.Purge(t.Context()), "a refused purge starts no lock")
}
