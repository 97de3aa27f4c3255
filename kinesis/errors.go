package kinesis

import "fmt"

// Code is an error code of the service, and itself an error: errors.Is(err, [ErrResourceNotFound]) works, and nobody can
// reassign a sentinel. Its value is the code as the wire shows it.
type Code string

// The error codes of the service.
const (
	ErrResourceNotFound   Code = "ResourceNotFoundException"              // no such stream, shard, consumer or policy
	ErrResourceInUse      Code = "ResourceInUseException"                 // exists already, or is in the wrong state
	ErrLimitExceeded      Code = "LimitExceededException"                 // a quota, or the rate of a control operation
	ErrInvalidArgument    Code = "InvalidArgumentException"               // a parameter that makes no sense here
	ErrValidation         Code = "ValidationException"                    // a parameter out of its form or range
	ErrThroughputExceeded Code = "ProvisionedThroughputExceededException" // faster than a shard allows, with WithThrottling
	ErrExpiredIterator    Code = "ExpiredIteratorException"               // an iterator older than five minutes
	ErrExpiredNextToken   Code = "ExpiredNextTokenException"              // a token of a listing older than five minutes
	ErrAccessDenied       Code = "AccessDeniedException"                  // no policy allows the caller this
	ErrDryRun             Code = "DryRunOperationException"               // it would have succeeded; see WithDryRun
	ErrInternal           Code = "InternalFailure"                        // the service's own fault

	// For Intercept only: nothing here fails so by itself.
	ErrKMSAccessDenied    Code = "KMSAccessDeniedException"
	ErrKMSDisabled        Code = "KMSDisabledException"
	ErrKMSInvalidState    Code = "KMSInvalidStateException"
	ErrKMSNotFound        Code = "KMSNotFoundException"
	ErrKMSOptInRequired   Code = "KMSOptInRequired"
	ErrKMSThrottled       Code = "KMSThrottlingException"
	ErrServiceUnavailable Code = "ServiceUnavailable"
)

// Error makes a Code an error.
func (c Code) Error() string { return string(c) }

// Status returns the HTTP status that the wire answers with.
func (c Code) Status() int {
	switch c {
	case ErrInternal:
		return 500
	case ErrServiceUnavailable:
		return 503
	}
	return 400
}

// ServerFault reports whether the service, and not the caller, is at fault.
func (c Code) ServerFault() bool { return c.Status() >= 500 }

// Error is what every refused request returns, and what a failed record of a batch carries. errors.AsType[*kinesis.Error](err)
// finds it; errors.Is compares its Code.
type Error struct {
	Op     Op     // the operation that was refused
	Stream string // the stream's name, where there is one
	Code   Code
	// Message is the service's text, word for word. It is empty where the service sends none.
	Message string
}

// Error returns operation, stream, code and message.
func (e *Error) Error() string {
	s := "kinesis: "
	switch {
	case e.Op != OpNone && e.Stream != "":
		s += e.Op.String() + " " + e.Stream + ": "
	case e.Op != OpNone:
		s += e.Op.String() + ": "
	}
	if s += string(e.Code); e.Message != "" && e.Message != string(e.Code) { // an injected Code has no text of its own
		s += ": " + e.Message
	}
	return s
}

// Unwrap returns the Code.
func (e *Error) Unwrap() error { return e.Code }

func fail(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Message: fmt.Sprintf(format, args...)}
}
