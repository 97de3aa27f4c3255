package policy

import (
	"strconv"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/internal/arn"
)

// Decision is what a policy says about a request.
type Decision int

// The decisions, in rising order of strength.
const (
	NoMatch Decision = iota // no statement matches
	Allow
	Deny
)

// String returns the name of the constant.
func (d Decision) String() string {
	switch d {
	case NoMatch:
		return "NoMatch"
	case Allow:
		return "Allow"
	case Deny:
		return "Deny"
	}
	return "Decision(" + strconv.Itoa(int(d)) + ")"
}

// Request is what a policy is asked about.
type Request struct {
	// Account is the caller's account. Empty means the account in PrincipalARN.
	Account string
	// PrincipalARN is the calling user, role or session. Empty means the root of Account; with both empty, and no
	// Service, the caller is anonymous and only a wildcard names it.
	PrincipalARN string
	// Service is the calling service, such as sns.amazonaws.com. A service has no account of its own: if set, the two
	// fields above are not looked at.
	Service string
	// Action is the operation with the prefix of its service: sqs:SendMessage.
	Action string
	// Resource is the ARN of the queue, topic or stream.
	Resource string
	// Now is the time of the request.
	Now time.Time
	// Context holds the values of condition keys, by key in lower case: aws:sourcearn, aws:sourceaccount and so on. A key
	// without values is absent. Only aws:currenttime and aws:epochtime need not be given: they follow from Now.
	Context map[string][]string
}

// Evaluate returns Deny if a Deny statement matches, else Allow if an Allow statement matches, else NoMatch.
//
// Actions are compared without case, resources with it; * and ? are wildcards in both and cross colons. An account, bare
// or as the ARN of its root, names all its principals; other ARNs must be equal. A wildcard names services too.
//
// A condition with an unknown operator, or with a value that its operator cannot read (NumericEquals "ten"), cannot be
// decided. It does not hold in an Allow statement and holds in a Deny statement, which is the safe side of both.
func (p *Policy) Evaluate(r Request) Decision {
	if p == nil {
		return NoMatch
	}
	strongest := NoMatch
	action := strings.ToLower(r.Action)
	for _, s := range p.rules {
		if s.effect > strongest && s.matches(&r, action) {
			strongest = s.effect
		}
	}
	return strongest
}

func (s rule) matches(r *Request, action string) bool {
	if !s.principals.cover(r) || !s.actions.cover(action) || !s.resources.cover(r.Resource) {
		return false
	}
	for _, c := range s.conditions {
		if c.undecidable {
			if s.effect == Allow {
				return false
			}
		} else if !c.holds(r) {
			return false
		}
	}
	return true
}

func (r *Request) account() string {
	if r.Account != "" {
		return r.Account
	}
	a, _ := arn.Parse(r.PrincipalARN)
	return a.Account
}

// values returns the values of a condition key given in lower case.
func (r *Request) values(key string) []string {
	given := r.Context[key]
	if len(given) == 0 {
		switch key {
		case "aws:currenttime":
			return []string{r.Now.UTC().Format(time.RFC3339Nano)}
		case "aws:epochtime":
			return []string{strconv.FormatInt(r.Now.Unix(), 10)}
		}
	}
	return given
}
