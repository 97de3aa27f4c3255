// Package access decides whether a caller may do something to a resource, by the resource's policy, for all services.
package access

import (
	"cmp"

	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/internal/policy"
)

// Question is whether a caller may do an action.
type Question struct {
	Caller   *identity.Caller
	Account  string         // of a caller that names none
	Owner    string         // account of the resource's owner
	Policy   *policy.Policy // nil: none
	Action   string         // in lower case, with the service's prefix: sqs:sendmessage
	Resource string         // ARN
	Now      int64
	Values   map[string][]string // of condition keys, beside the caller's own; by key in lower case
	// OwnerOnly: no policy can give the action to another account.
	OwnerOnly bool
}

// Owns reports whether the caller is of the owner's account. A service owns nothing.
func (q *Question) Owns() bool { return q.Caller.Service == "" && q.account() == q.Owner }

func (q *Question) account() string { return cmp.Or(q.Caller.Account, q.Account) }

// Decide evaluates the policy: the owner's own account may do what no statement denies, all others what one allows and none
// denies. NoMatch is a refusal too.
func (q *Question) Decide() policy.Decision {
	owner := q.Owns()
	if owner && q.Policy == nil {
		return policy.Allow
	}
	if !owner && q.OwnerOnly {
		return policy.NoMatch
	}
	d := q.Policy.Evaluate(policy.Request{
		Account: q.account(), PrincipalARN: q.Caller.ARN, Service: q.Caller.Service, Action: q.Action, Resource: q.Resource,
		Now: kit.TimeOf(q.Now), Context: q.values(),
	})
	if d == policy.NoMatch && owner {
		return policy.Allow
	}
	return d
}

func (q *Question) values() map[string][]string {
	if len(q.Values) == 0 && q.Caller.SourceARN == "" && q.Caller.SourceAccount == "" {
		return q.Caller.Conditions
	}
	values := map[string][]string{}
	for k, v := range q.Values {
		values[k] = v
	}
	for k, v := range q.Caller.Conditions {
		values[k] = v
	}
	if q.Caller.SourceARN != "" {
		values["aws:sourcearn"] = []string{q.Caller.SourceARN}
	}
	if q.Caller.SourceAccount != "" {
		values["aws:sourceaccount"] = []string{q.Caller.SourceAccount}
	}
	return values
}

// Who is the caller as the service's refusals name it.
func (q *Question) Who() string {
	switch {
	case q.Caller.Service != "":
		return q.Caller.Service
	case q.Caller.ARN == "":
		return "arn:aws:iam::" + q.account() + ":root"
	}
	return q.Caller.ARN
}
