package policy

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/jsontext"
)

// rule is one statement.
type rule struct {
	effect     Decision // Allow or Deny
	principals principals
	actions    patterns // in lower case
	resources  patterns
	conditions []condition
}

// patterns is a list of wildcard patterns; inverse is the Not form.
type patterns struct {
	list    []string
	inverse bool
}

func (p patterns) cover(text string) bool {
	hit := slices.ContainsFunc(p.list, func(pattern string) bool { return wildcard(pattern, text) })
	return hit != p.inverse
}

// principals are those that a statement names; inverse is NotPrincipal.
type principals struct {
	everyone                 bool
	accounts, arns, services []string
	count                    int
	inverse                  bool
}

func (p principals) cover(r *Request) bool {
	return p.name(r) != p.inverse
}

func (p principals) name(r *Request) bool {
	if p.everyone {
		return true
	}
	if r.Service != "" {
		return slices.Contains(p.services, r.Service)
	}
	account := r.account()
	return account != "" && slices.Contains(p.accounts, account) || slices.Contains(p.arns, r.PrincipalARN)
}

func parseRule(raw json.RawMessage) (rule, error) {
	var r rule
	members, ok := jsontext.Object(raw)
	if !ok || !only(members, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
		"Resource", "NotResource", "Condition") {
		return r, ErrStatement
	}
	if raw, ok := members["Sid"]; ok {
		if _, ok := textOf(raw); !ok {
			return r, ErrSid
		}
	}
	switch effect, _ := textOf(members["Effect"]); effect {
	case "Allow":
		r.effect = Allow
	case "Deny":
		r.effect = Deny
	default:
		return r, ErrEffect
	}
	if r.principals, ok = parsePrincipals(members); !ok {
		return r, ErrPrincipal
	}
	if r.actions, ok = parsePatterns(members, "Action"); !ok || len(r.actions.list) == 0 {
		return r, ErrAction
	}
	for i, action := range r.actions.list {
		r.actions.list[i] = strings.ToLower(action)
	}
	if r.resources, ok = parsePatterns(members, "Resource"); !ok {
		return r, ErrResource
	}
	if r.conditions, ok = parseConditions(members); !ok {
		return r, ErrCondition
	}
	return r, nil
}

// either finds the member called name or the one called Not + name; it is an error to have both. With neither, raw is
// nil and inverse set: all but nothing.
func either(members map[string]json.RawMessage, name string) (raw json.RawMessage, inverse, ok bool) {
	plain, isPlain := members[name]
	not, isNot := members["Not"+name]
	if isPlain {
		return plain, false, !isNot
	}
	return not, true, true
}

func parsePatterns(members map[string]json.RawMessage, name string) (patterns, bool) {
	raw, inverse, ok := either(members, name)
	if !ok {
		return patterns{}, false
	}
	p := patterns{inverse: inverse}
	if raw != nil {
		p.list, ok = list(raw, onlyText)
		ok = ok && len(p.list) > 0
	}
	return p, ok
}

func parsePrincipals(members map[string]json.RawMessage) (principals, bool) {
	raw, inverse, ok := either(members, "Principal")
	if !ok {
		return principals{}, false
	}
	if s, ok := textOf(raw); ok {
		return principals{everyone: true, count: 1, inverse: inverse}, s == "*"
	}
	kinds, ok := jsontext.Object(raw)
	if !ok || len(kinds) == 0 || !only(kinds, "AWS", "Service", "Federated", "CanonicalUser") {
		return principals{}, false
	}
	p := principals{inverse: inverse}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		names, ok := list(kinds[kind], onlyText)
		if !ok || len(names) == 0 {
			return principals{}, false
		}
		p.count += len(names)
		switch kind {
		case "AWS":
			p.addAWS(names)
		case "Service":
			p.services = names
		}
	}
	return p, true
}

// addAWS sorts names into wildcards, accounts (bare or as the ARN of their root, of whatever partition) and other ARNs.
func (p *principals) addAWS(names []string) {
	for _, name := range names {
		a, isARN := arn.Parse(name)
		switch {
		case name == "*":
			p.everyone = true
		case !isARN:
			p.accounts = append(p.accounts, name)
		case a.Service == "iam" && a.Resource == "root":
			p.accounts = append(p.accounts, a.Account)
		default:
			p.arns = append(p.arns, name)
		}
	}
}

func parseConditions(members map[string]json.RawMessage) ([]condition, bool) {
	raw, ok := members["Condition"]
	if !ok {
		return nil, true
	}
	operators, ok := jsontext.Object(raw)
	if !ok {
		return nil, false
	}
	var all []condition
	for _, operator := range slices.Sorted(maps.Keys(operators)) {
		keys, ok := jsontext.Object(operators[operator])
		if !ok {
			return nil, false
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			wants, ok := list(keys[key], anyScalar)
			if !ok {
				return nil, false
			}
			all = append(all, newCondition(operator, key, wants))
		}
	}
	return all, true
}
