package sqs

import (
	"context"
	"strings"

	"github.com/inflight-mq/inflight/internal/policy"
)

// AddPermission adds a statement to the queue's policy; see [Queue].
func (q *queue) AddPermission(ctx context.Context, label string, accounts, actions []string) error {
	c, err := q.begin(ctx, OpAddPermission)
	if err == nil {
		err = c.addPermission(label, accounts, actions)
	}
	return c.end(err)
}

func (c *call) addPermission(label string, accounts, actions []string) error {
	if err := validatePermission(label, accounts, actions); err != nil {
		return err
	}
	prefixed := make([]string, len(actions))
	for i, a := range actions {
		prefixed[i] = "SQS:" + a
	}
	q := c.q
	return q.edit(c.now, func(s settings) (settings, error) {
		if policy.HasSid(s.policyText, label) {
			return s, badValue(label, "Label", "Already exists.")
		}
		text, err := policy.AddStatement(s.policyText, q.arn+"/SQSDefaultPolicy", policy.Statement{
			Sid: label, Accounts: accounts, Actions: prefixed, Resource: q.arn,
		})
		if err != nil {
			return s, invalidAttribute(attrPolicy)
		}
		if err := validatePolicy(text); err != nil {
			return s, err
		}
		return s.patched(Config{Policy: &text}), nil
	})
}

// validatePermission checks the parameters in the order of the service's list of errors.
func validatePermission(label string, accounts, actions []string) error {
	switch {
	case !isPlain(label, 80):
		return badValue(label, "Label",
			"Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.")
	case len(actions) == 0:
		return missing("Actions")
	case len(actions) > MaxPolicyActions:
		return tooManyActions(len(actions))
	}
	for _, a := range actions {
		switch {
		case grantable(a):
		case ownerOnlyAction(a):
			return badValue("SQS:"+a, "ActionName", "Only the queue owner is allowed to invoke this action.")
		default:
			return badValue("SQS:"+a, "ActionName", "Please refer to the appropriate WSDL for a list of valid actions. ")
		}
	}
	known := len(accounts) > 0
	for _, a := range accounts {
		known = known && len(a) == 12 && strings.Trim(a, "0123456789") == ""
	}
	if !known {
		return badValue("["+strings.Join(accounts, ", ")+"]", "PrincipalId", "Unable to verify.")
	}
	return nil
}

func grantable(action string) bool {
	switch action {
	case "*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ListDeadLetterSourceQueues",
		"PurgeQueue", "ReceiveMessage", "SendMessage":
		return true
	}
	return false
}

func ownerOnlyAction(action string) bool {
	for op := range numOps {
		if op.String() == action {
			return ownerOnly(op)
		}
	}
	return false
}

// RemovePermission removes the statement of a label from the queue's policy; see [Queue].
func (q *queue) RemovePermission(ctx context.Context, label string) error {
	c, err := q.begin(ctx, OpRemovePermission)
	if err == nil {
		err = c.removePermission(label)
	}
	return c.end(err)
}

func (c *call) removePermission(label string) error {
	return c.q.edit(c.now, func(s settings) (settings, error) {
		text, found, empty, err := policy.Remove(s.policyText, label)
		if err != nil || !found {
			return s, badValue(label, "Label", "can't find label.")
		}
		if empty {
			text = ""
		}
		return s.patched(Config{Policy: &text}), nil
	})
}
