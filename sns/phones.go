package sns

import "context"

// Phones is the control plane of SMS. [*Broker] implements it in memory. Its methods may be called concurrently. Each account has
// settings of its own in each region. Numbers are of the form +15551234567; the plus may be absent.
//
// All methods fail with [ErrInvalidParameter], and with [ErrAuthorization] for callers that are services.
type Phones interface {
	// SMSAttributes returns what is set by the service's attribute names, or those of the names given. MonthlySpendLimit is
	// always set.
	SMSAttributes(ctx context.Context, names ...string) (map[string]string, error)
	// SetSMSAttributes changes the attributes given, all or none: MonthlySpendLimit, DefaultSenderID, DefaultSMSType,
	// DeliveryStatusIAMRole, DeliveryStatusSuccessSamplingRate and UsageReportS3Bucket. It fails with [ErrValidation] if
	// there are none.
	SetSMSAttributes(ctx context.Context, attributes map[string]string) error
	// OptedOut reports whether the owner of a number wants no messages; see [Broker.OptOut].
	OptedOut(ctx context.Context, number string) (bool, error)
	// OptedOutNumbers lists such numbers, up to 100 on a page, the longest opted out first.
	OptedOutNumbers(ctx context.Context, token string) (NumberPage, error)
	// OptIn lets a number get messages again, at most once in 30 days. One that is not opted out is no error.
	OptIn(ctx context.Context, number string) error

	// InSandbox reports whether the account may send to numbers in its sandbox only; see [WithSMSSandbox].
	InSandbox(ctx context.Context) (bool, error)
	// AddSandboxNumber adds a number, up to 10, and sends it a one-time password; for a number that was added before it
	// only does the latter. The language, such as "en-US" (the default), is checked and makes no difference. It fails with
	// [ErrValidation], [ErrOptedOut] and [ErrUserError].
	AddSandboxNumber(ctx context.Context, number, language string) error
	// VerifySandboxNumber verifies a number by the last password that it was sent. It fails with [ErrValidation],
	// [ErrResourceNotFound] and [ErrVerification].
	VerifySandboxNumber(ctx context.Context, number, password string) error
	// DeleteSandboxNumber removes a number; a verified one not before 24 hours have passed since. It fails with
	// [ErrValidation], [ErrResourceNotFound] and [ErrUserError].
	DeleteSandboxNumber(ctx context.Context, number string) error
	// SandboxNumbers lists the numbers, by age, up to most on a page: 1 to 100, or 0, which means 100.
	SandboxNumbers(ctx context.Context, token string, most int) (SandboxPage, error)
	// OriginationNumbers lists the account's own numbers, up to most on a page: 1 to 30, or 0, which means 30. There are
	// none here.
	OriginationNumbers(ctx context.Context, token string, most int) (NumberPage, error)
}

var _ Phones = (*Broker)(nil)

// NumberPage is one page of phone numbers.
type NumberPage struct {
	Numbers []string
	Next    string // token of the next page, empty after the last
}

// SandboxPage is one page of the sandbox's numbers.
type SandboxPage struct {
	Numbers []SandboxNumber
	Next    string // token of the next page, empty after the last
}

// SandboxNumber is a number that the account may send to from its sandbox, once it is verified.
type SandboxNumber struct {
	Number   string
	Verified bool
}
