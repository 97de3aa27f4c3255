package sqs

import (
	"context"
	"fmt"
)

// Code is an error code of the service, and itself an error: errors.Is(err, [ErrQueueDoesNotExist]) works, and nobody can
// reassign a sentinel. Its value is the name of the error's shape in the service's API model.
type Code string

// The error codes of the service. [Code.QueryCode] gives the code that SDKs show, [Code.Status] the HTTP status.
const (
	// Queues.
	ErrQueueDoesNotExist     Code = "QueueDoesNotExist"         // no queue of that name, or it was deleted
	ErrQueueNameExists       Code = "QueueNameExists"           // Create: the existing queue has other settings
	ErrQueueDeletedRecently  Code = "QueueDeletedRecently"      // Create: less than 60 s after the deletion
	ErrPurgeQueueInProgress  Code = "PurgeQueueInProgress"      // Purge: less than 60 s after the last
	ErrInvalidAttributeName  Code = "InvalidAttributeName"      // unknown, or not of this kind of queue
	ErrInvalidAttributeValue Code = "InvalidAttributeValue"     // a setting out of range
	ErrResourceNotFound      Code = "ResourceNotFoundException" // move tasks: no such queue or task

	// Requests.
	ErrInvalidParameterValue  Code = "InvalidParameterValueException"    // a parameter out of range, or not for this queue
	ErrMissingParameter       Code = "MissingRequiredParameterException" // a required parameter is absent
	ErrInvalidMessageContents Code = "InvalidMessageContents"            // a body with forbidden characters
	ErrReceiptHandleIsInvalid Code = "ReceiptHandleIsInvalid"            // not a receipt handle, or another queue's
	ErrUnsupportedOperation   Code = "UnsupportedOperation"              // never answered here
	ErrMessageNotInflight     Code = "MessageNotInflight"                // never answered here, nor has AWS been seen to

	// Batches as a whole.
	ErrEmptyBatchRequest            Code = "EmptyBatchRequest"            // no entries
	ErrTooManyEntriesInBatchRequest Code = "TooManyEntriesInBatchRequest" // more than 10
	ErrInvalidBatchEntryID          Code = "InvalidBatchEntryId"          // an entry id out of form
	ErrBatchEntryIDsNotDistinct     Code = "BatchEntryIdsNotDistinct"     // two entries with one id
	ErrBatchRequestTooLong          Code = "BatchRequestTooLong"          // more than 1 MiB of messages

	// Limits and permissions.
	ErrOverLimit        Code = "OverLimit"             // too many messages in flight, actions, statements or move tasks
	ErrRequestThrottled Code = "RequestThrottled"      // faster than a FIFO queue allows, with WithThrottling
	ErrAccessDenied     Code = "AccessDeniedException" // the queue's policy does not allow the caller this
	ErrInvalidSecurity  Code = "InvalidSecurity"       // never answered here
	ErrInvalidAddress   Code = "InvalidAddress"        // never answered here

	// For Intercept only: nothing here fails so by itself.
	ErrKMSDisabled        Code = "KmsDisabled"
	ErrKMSInvalidState    Code = "KmsInvalidState"
	ErrKMSNotFound        Code = "KmsNotFound"
	ErrKMSOptInRequired   Code = "KmsOptInRequired"
	ErrKMSThrottled       Code = "KmsThrottled"
	ErrKMSAccessDenied    Code = "KmsAccessDenied"
	ErrKMSInvalidKeyUsage Code = "KmsInvalidKeyUsage"
	ErrInternal           Code = "InternalError"
	ErrServiceUnavailable Code = "ServiceUnavailable"
)

// Error makes a Code an error.
func (c Code) Error() string { return string(c) }

// QueryCode returns the code that SDKs show to their users, such as AWS.SimpleQueueService.NonExistentQueue. It is also the
// code of a failed entry of a batch. A code that the service does not have is its own query code.
func (c Code) QueryCode() string {
	const prefix = "AWS.SimpleQueueService."
	switch c {
	case ErrQueueDoesNotExist:
		return prefix + "NonExistentQueue"
	case ErrQueueNameExists:
		return "QueueAlreadyExists"
	case ErrQueueDeletedRecently, ErrPurgeQueueInProgress, ErrEmptyBatchRequest, ErrTooManyEntriesInBatchRequest,
		ErrBatchEntryIDsNotDistinct, ErrInvalidBatchEntryID, ErrBatchRequestTooLong, ErrMessageNotInflight,
		ErrUnsupportedOperation:
		return prefix + string(c)
	case ErrInvalidParameterValue:
		return "InvalidParameterValue"
	case ErrMissingParameter:
		return "MissingParameter"
	case ErrAccessDenied:
		return "AccessDenied"
	case ErrKMSDisabled, ErrKMSInvalidState, ErrKMSNotFound, ErrKMSOptInRequired, ErrKMSThrottled, ErrKMSAccessDenied,
		ErrKMSInvalidKeyUsage:
		return kmsQueryCode(c)
	}
	return string(c)
}

func kmsQueryCode(c Code) string {
	switch c {
	case ErrKMSInvalidState:
		return "KMS.InvalidStateException"
	case ErrKMSOptInRequired:
		return "KMS.OptInRequired"
	}
	return "KMS." + string(c[len("Kms"):]) + "Exception"
}

// Status returns the HTTP status of the error in the Query protocol, and in JSON for clients in query mode.
func (c Code) Status() int {
	switch c {
	case ErrPurgeQueueInProgress, ErrOverLimit, ErrRequestThrottled, ErrAccessDenied, ErrInvalidSecurity:
		return 403
	case ErrReceiptHandleIsInvalid, ErrResourceNotFound, ErrInvalidAddress:
		return 404
	case ErrInternal:
		return 500
	case ErrServiceUnavailable:
		return 503
	}
	return 400
}

// ServerFault reports whether the service, and not the caller, is at fault.
func (c Code) ServerFault() bool { return c.Status() >= 500 }

// Error is what every refused request returns, and what a failed entry of a batch carries. errors.AsType[*sqs.Error](err)
// finds it; errors.Is compares its Code.
type Error struct {
	Op    Op     // the operation that was refused
	Queue string // the queue's name, where there is one
	Code  Code
	// Message is the service's text, word for word.
	Message string
}

// Error returns operation, queue, code and message.
func (e *Error) Error() string {
	s := "sqs: "
	switch {
	case e.Op != OpNone && e.Queue != "":
		s += e.Op.String() + " " + e.Queue + ": "
	case e.Op != OpNone:
		s += e.Op.String() + ": "
	}
	if s += string(e.Code); e.Message != string(e.Code) { // an injected Code has no text of its own
		s += ": " + e.Message
	}
	return s
}

// Unwrap returns the Code.
func (e *Error) Unwrap() error { return e.Code }

func fail(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Message: fmt.Sprintf(format, args...)}
}

// badValue is the text of most refused parameters.
func badValue(value any, parameter, reason string) *Error {
	return fail(ErrInvalidParameterValue, "Value %v for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

func missing(parameter string) *Error {
	return fail(ErrMissingParameter, "The request must contain the parameter %s.", parameter)
}

func noQueue() *Error {
	return fail(ErrQueueDoesNotExist, "The specified queue does not exist.")
}

// checkContext refuses a nil context, and returns the error of one that has ended.
func checkContext(ctx context.Context) error {
	if ctx == nil {
		return fail(ErrInvalidParameterValue, "The context is nil.")
	}
	return ctx.Err()
}
