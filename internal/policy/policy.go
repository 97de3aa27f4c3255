// Package policy reads, evaluates and edits the resource policies of queues, topics and streams.
//
// A request is denied if any Deny statement matches it, allowed if an Allow statement does, and otherwise left to the
// caller to decide. Whatever a policy says that this package cannot read makes it stricter, never laxer: see [Policy.Evaluate].
//
// Not supported: policy variables such as ${aws:username} (they stand for themselves), federated and canonical users
// (accepted, but no request comes from one), and wildcards inside principal ARNs.
package policy

import "github.com/inflight-mq/inflight/internal/jsontext"

// Reason says why a policy was refused or could not be edited. It is an error and can be compared with ==.
type Reason string

// The reasons that this package gives.
const (
	ErrNotObject   Reason = "the policy is not a JSON object"
	ErrMember      Reason = "the policy has a member with an unknown name"
	ErrVersion     Reason = "Version must be 2008-10-17 or 2012-10-17"
	ErrID          Reason = "Id must be a string"
	ErrNoStatement Reason = "Statement must be an object or an array with at least one"
	ErrStatement   Reason = "a statement is not an object or has a member with an unknown name"
	ErrSid         Reason = "Sid must be a string"
	ErrEffect      Reason = "Effect must be Allow or Deny"
	ErrPrincipal   Reason = `Principal must be "*" or an object that names AWS, Service, Federated or CanonicalUser`
	ErrAction      Reason = "Action must be a string or an array of strings"
	ErrResource    Reason = "Resource must be a string or an array of strings"
	ErrCondition   Reason = "Condition must map operators to objects that map keys to values"
	ErrSidExists   Reason = "a statement with this Sid exists"
)

func (r Reason) Error() string { return string(r) }

// Policy is a parsed resource policy. It never changes and may be used concurrently; a nil *Policy matches nothing.
type Policy struct {
	rules []rule
}

// Parse reads a policy. The error, if any, is a [Reason].
//
// Names of members are case-sensitive and unknown ones are refused, so that a misspelt Condition cannot widen a grant.
// A statement must have Effect, one of Principal and NotPrincipal, and one of Action and NotAction; without Resource and
// NotResource it covers every resource. If a member occurs twice, the last one counts.
func Parse(text string) (*Policy, error) {
	members, ok := jsontext.Object([]byte(text))
	if !ok {
		return nil, ErrNotObject
	}
	if !only(members, "Version", "Id", "Statement") {
		return nil, ErrMember
	}
	if raw, ok := members["Version"]; ok {
		if v, ok := textOf(raw); !ok || v != "2008-10-17" && v != "2012-10-17" {
			return nil, ErrVersion
		}
	}
	if raw, ok := members["Id"]; ok {
		if _, ok := textOf(raw); !ok {
			return nil, ErrID
		}
	}
	statements, ok := statements(members["Statement"])
	if !ok || len(statements) == 0 {
		return nil, ErrNoStatement
	}
	p := &Policy{}
	for _, raw := range statements {
		r, err := parseRule(raw)
		if err != nil {
			return nil, err
		}
		p.rules = append(p.rules, r)
	}
	return p, nil
}

// Statements returns the number of statements.
func (p *Policy) Statements() int { return len(p.rules) }

// MaxPrincipals returns the largest number of principals that one statement names.
func (p *Policy) MaxPrincipals() int { return p.most(func(r rule) int { return r.principals.count }) }

// MaxActions returns the largest number of actions that one statement names.
func (p *Policy) MaxActions() int { return p.most(func(r rule) int { return len(r.actions.list) }) }

// MaxConditions returns the largest number of conditions in one statement: a key counts once for every operator it is under.
func (p *Policy) MaxConditions() int { return p.most(func(r rule) int { return len(r.conditions) }) }

func (p *Policy) most(count func(rule) int) int {
	n := 0
	for _, r := range p.rules {
		n = max(n, count(r))
	}
	return n
}

// Actions returns, in lower case, what Action and NotAction name in all statements, in the order of the text.
func (p *Policy) Actions() []string {
	var all []string
	for _, r := range p.rules {
		all = append(all, r.actions.list...)
	}
	return all
}
