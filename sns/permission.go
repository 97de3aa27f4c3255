package sns

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/inflight-mq/inflight/internal/policy"
)

// AddPermission adds a statement to the topic's policy; see [Topic].
func (h handle) AddPermission(ctx context.Context, label string, accounts, actions []string) error {
	c, t, err := h.begin(ctx, OpAddPermission)
	if err == nil {
		err = t.addPermission(c.now, label, accounts, actions)
	}
	return c.end(err)
}

func (t *topic) addPermission(now int64, label string, accounts, actions []string) error {
	if err := validatePermission(accounts, actions); err != nil {
		return err
	}
	if !utf8.ValidString(label) {
		return invalid("Label")
	}
	prefixed := make([]string, len(actions))
	for i, a := range actions {
		prefixed[i] = "SNS:" + a
	}
	return t.edit(now, func(s *settings) (*settings, error) {
		text := s.attrs[attrPolicy]
		if policy.HasSid(text, label) {
			return nil, invalid("Statement already exists")
		}
		text, err := policy.AddStatement(text, "__default_policy_ID", policy.Statement{
			Sid: label, Accounts: accounts, Actions: prefixed, Resource: t.arn,
		})
		if err != nil {
			return nil, invalid("Policy Error: null")
		}
		return s.changed(map[string]string{attrPolicy: text}, t.key, "")
	})
}

func validatePermission(accounts, actions []string) error {
	for _, a := range actions {
		if !grantable(strings.ToLower(a)) {
			return invalid("Policy statement action out of service scope!")
		}
	}
	if len(actions) == 0 {
		return missing("actionName")
	}
	if len(accounts) == 0 {
		return missing("aWSAccountId")
	}
	for _, a := range accounts {
		if len(a) != 12 || strings.Trim(a, "0123456789") != "" {
			return invalid("A provided account ID is not valid")
		}
	}
	return nil
}

// RemovePermission removes the statement of a label from the topic's policy; see [Topic].
func (h handle) RemovePermission(ctx context.Context, label string) error {
	c, t, err := h.begin(ctx, OpRemovePermission)
	if err == nil {
		err = t.edit(c.now, func(s *settings) (*settings, error) { return s.without(label) })
	}
	return c.end(err)
}

// without returns the settings with the statement of a label removed. A policy without statements allows nobody but the owner.
func (s *settings) without(label string) (*settings, error) {
	text, found, empty, err := policy.Remove(s.attrs[attrPolicy], label)
	if err != nil || !found {
		return s, nil
	}
	next := *s
	next.attrs = mapWith(s.attrs, attrPolicy, text)
	if next.policy, err = policy.Parse(text); empty || err != nil {
		next.policy = &policy.Policy{}
	}
	return &next, nil
}
