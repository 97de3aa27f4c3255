package sns

import (
	"context"
	"fmt"
)

// Code is an error code of the service, and itself an error: errors.Is(err, [ErrNotFound]) works, and nobody can reassign a
// sentinel. Its value is the code on the wire.
type Code string

// The error codes of the service.
const (
	ErrInvalidParameter      Code = "InvalidParameter"      // most refused parameters
	ErrParameterValueInvalid Code = "ParameterValueInvalid" // message attributes
	ErrValidation            Code = "ValidationError"       // a required member of a structure is absent or out of form
	ErrNotFound              Code = "NotFound"              // no such topic, subscription, application or endpoint
	ErrResourceNotFound      Code = "ResourceNotFound"      // tags of what does not exist, unknown sandbox numbers
	ErrAuthorization         Code = "AuthorizationError"    // the topic's policy does not allow the caller this
	ErrInvalidSecurity       Code = "InvalidSecurity"       // never answered here
	ErrInvalidState          Code = "InvalidState"          // the topic keeps an archive

	ErrEndpointDisabled            Code = "EndpointDisabled"            // direct publish to a disabled endpoint
	ErrPlatformApplicationDisabled Code = "PlatformApplicationDisabled" // direct publish through a disabled application

	// Batches as a whole.
	ErrEmptyBatchRequest            Code = "EmptyBatchRequest"            // no entries
	ErrTooManyEntriesInBatchRequest Code = "TooManyEntriesInBatchRequest" // more than 10
	ErrInvalidBatchEntryID          Code = "InvalidBatchEntryId"          // an entry id out of form
	ErrBatchEntryIDsNotDistinct     Code = "BatchEntryIdsNotDistinct"     // two entries with one id
	ErrBatchRequestTooLong          Code = "BatchRequestTooLong"          // more bytes than the limit in all messages together

	// Limits.
	ErrTopicLimitExceeded        Code = "TopicLimitExceeded"
	ErrSubscriptionLimitExceeded Code = "SubscriptionLimitExceeded"
	ErrFilterPolicyLimitExceeded Code = "FilterPolicyLimitExceeded"
	ErrReplayLimitExceeded       Code = "ReplayLimitExceeded"
	ErrTagLimitExceeded          Code = "TagLimitExceeded"

	// SMS sandbox.
	ErrOptedOut     Code = "OptedOut"
	ErrUserError    Code = "UserError"
	ErrVerification Code = "VerificationException"

	// For Intercept only: nothing here fails so by itself.
	ErrTagPolicy        Code = "TagPolicy"
	ErrStaleTag         Code = "StaleTag"
	ErrConcurrentAccess Code = "ConcurrentAccess"
	ErrKMSDisabled      Code = "KMSDisabled"
	ErrKMSInvalidState  Code = "KMSInvalidState"
	ErrKMSNotFound      Code = "KMSNotFound"
	ErrKMSOptInRequired Code = "KMSOptInRequired"
	ErrKMSThrottled     Code = "KMSThrottling"
	ErrKMSAccessDenied  Code = "KMSAccessDenied"
	ErrThrottled        Code = "Throttled"
	ErrInternal         Code = "InternalError"
	// ErrServiceUnavailable is not of the service's model; any service may answer it.
	ErrServiceUnavailable Code = "ServiceUnavailable"
)

// Error makes a Code an error.
func (c Code) Error() string { return string(c) }

// Status returns the HTTP status of the error.
func (c Code) Status() int {
	switch c {
	case ErrNotFound, ErrResourceNotFound:
		return 404
	case ErrAuthorization, ErrInvalidSecurity, ErrTopicLimitExceeded, ErrSubscriptionLimitExceeded,
		ErrFilterPolicyLimitExceeded, ErrReplayLimitExceeded, ErrKMSOptInRequired:
		return 403
	case ErrThrottled:
		return 429
	case ErrInternal:
		return 500
	case ErrServiceUnavailable:
		return 503
	}
	return 400
}

// ServerFault reports whether the service, and not the caller, is at fault.
func (c Code) ServerFault() bool { return c.Status() >= 500 }

// Error is what every refused request returns, and what a failed entry of a batch carries. errors.AsType[*sns.Error](err)
// finds it; errors.Is compares its Code.
type Error struct {
	Op       Op     // the operation that was refused
	Resource string // the topic's name, or what else the operation concerns
	Code     Code
	// Message is the service's text, word for word.
	Message string
}

// Error returns operation, resource, code and message.
func (e *Error) Error() string {
	s := "sns: "
	switch {
	case e.Op != OpNone && e.Resource != "":
		s += e.Op.String() + " " + e.Resource + ": "
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

// invalid is the text of most refused parameters.
func invalid(format string, args ...any) *Error {
	return fail(ErrInvalidParameter, "Invalid parameter: "+format, args...)
}

// missing is the refusal of a required member of a structure that is absent.
func missing(member string) *Error {
	return fail(ErrValidation,
		"1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

func noTopic() *Error        { return fail(ErrNotFound, "Topic does not exist") }
func noSubscription() *Error { return fail(ErrNotFound, "Subscription does not exist") }

// checkContext refuses a nil context, and returns the error of one that has ended.
func checkContext(ctx context.Context) error {
	if ctx == nil {
		return invalid("the context is nil")
	}
	return ctx.Err()
}
