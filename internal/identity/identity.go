// Package identity carries the identity of a caller in a context, for all services.
package identity

import "context"

// Caller is who makes a call. The zero value is the owner of everything in the broker's own account and region.
type Caller struct {
	// Account is the caller's account of twelve digits; empty means the broker's own.
	Account string
	// Region is where names are looked up and made; empty means the broker's own.
	Region string
	// ARN is the principal's ARN; empty means the root of Account.
	ARN string
	// UserID is the unique id shown as SenderId; empty means the account's number.
	UserID string
	// Service is a service principal such as sns.amazonaws.com. A service owns nothing: it may do what a policy allows.
	Service string
	// SourceARN and SourceAccount are the values of the condition keys aws:SourceArn and aws:SourceAccount.
	SourceARN, SourceAccount string
	// Conditions are the values of further condition keys, by lower-case key.
	Conditions map[string][]string
}

type key struct{}

// NewContext returns ctx with the caller c, or nil for a nil ctx.
func NewContext(ctx context.Context, c Caller) context.Context {
	if ctx == nil {
		return nil
	}
	return context.WithValue(ctx, key{}, &c)
}

// FromContext returns the caller of ctx, or nil when none was set.
func FromContext(ctx context.Context) *Caller {
	c, _ := ctx.Value(key{}).(*Caller)
	return c
}
