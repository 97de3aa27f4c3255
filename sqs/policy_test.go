package sqs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 18: the access policy, how it is edited and what it decides.

const other = "668614515564"

func policyOf(t *testing.T, q sqs.Queue) string {
	t.Helper()
	text, _ := attribute(t, q, "Policy")
	return text
}

// statement is a statement as AddPermission writes it.
func statement(sid, principal, action string) string {
	return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"AWS":` + principal + `},"Action":` + action + `,"Resource":"` + arnPrefix + `q"}`
}

func policyWith(statements ...string) string {
	return `{"Version":"2008-10-17","Id":"` + arnPrefix + `q/SQSDefaultPolicy","Statement":[` + strings.Join(statements, ",") + `]}`
}

// The recorded life of a queue's permissions.
func TestPermissionLifecycle(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	add := func(label string, accounts ...string) error {
		return q.AddPermission(t.Context(), label, accounts, []string{"ReceiveMessage"})
	}
	root := func(a string) string { return `"arn:aws:iam::` + a + `:root"` }
	const first, second, action = "crossaccountpermission", "crossaccountpermission2", `"SQS:ReceiveMessage"`
	require.NoError(t, add(first, other, account))
	require.JSONEq(t, policyWith(statement(first, `[`+root(other)+`,`+root(account)+`]`, action)), policyOf(t, q))
	require.NoError(t, q.RemovePermission(t.Context(), first))
	_, has := attribute(t, q, "Policy")
	require.False(t, has, "with the last statement the attribute goes")
	require.NoError(t, add(first, account))
	refused(t, add(first, other), sqs.ErrInvalidParameterValue, badValue(first, "Label", "Already exists."))
	require.NoError(t, add(second, account))
	require.JSONEq(t, policyWith(statement(first, root(account), action), statement(second, root(account), action)), policyOf(t, q))
	require.NoError(t, q.RemovePermission(t.Context(), first))
	require.JSONEq(t, policyWith(statement(second, root(account), action)), policyOf(t, q))
	require.NoError(t, q.RemovePermission(t.Context(), second))
	refused(t, q.RemovePermission(t.Context(), second), sqs.ErrInvalidParameterValue, badValue(second, "Label", "can't find label."))

	require.NoError(t, q.AddPermission(t.Context(), "all", []string{other}, []string{"*", "SendMessage"}))
	require.JSONEq(t, policyWith(statement("all", root(other), `["SQS:*","SQS:SendMessage"]`)), policyOf(t, q))
}

func TestAddPermissionErrors(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	const label, reasonOwner = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
		"Only the queue owner is allowed to invoke this action."
	const reasonUnknown = "Please refer to the appropriate WSDL for a list of valid actions. "
	invalid, one, send := sqs.ErrInvalidParameterValue, []string{other}, []string{"SendMessage"}
	type row struct {
		label             string
		accounts, actions []string
		code              sqs.Code
		text              string
	}
	rows := []row{
		{"", one, send, invalid, badValue("", "Label", label)},
		{"a b", one, send, invalid, badValue("a b", "Label", label)},
		{strings.Repeat("l", 81), one, send, invalid, badValue(strings.Repeat("l", 81), "Label", label)},
		{"l", one, nil, sqs.ErrMissingParameter, "The request must contain the parameter Actions."},
		{"l", one, strings.Fields(strings.Repeat("SendMessage ", 8)), sqs.ErrOverLimit, "8 Actions were found, maximum allowed is 7."},
		{"l", nil, send, invalid, badValue("[]", "PrincipalId", "Unable to verify.")},
		{"l", []string{"1"}, send, invalid, badValue("[1]", "PrincipalId", "Unable to verify.")},
		{"l", []string{other, "12345678901x"}, send, invalid, badValue("["+other+", 12345678901x]", "PrincipalId", "Unable to verify.")},
	}
	for _, action := range []string{
		"AddPermission", "RemovePermission", "CreateQueue", "DeleteQueue", "ListQueues", "SetQueueAttributes", "TagQueue", "UntagQueue", "ListQueueTags",
	} {
		rows = append(rows, row{"l", one, []string{"SendMessage", action}, invalid, badValue("SQS:"+action, "ActionName", reasonOwner)})
	}
	for _, action := range []string{
		"", "Nonsense", "sendmessage", "SQS:SendMessage", "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch", "**",
	} {
		rows = append(rows, row{"l", one, []string{action}, invalid, badValue("SQS:"+action, "ActionName", reasonUnknown)})
	}
	for _, c := range rows {
		refused(t, q.AddPermission(t.Context(), c.label, c.accounts, c.actions), c.code, c.text)
		require.Empty(t, policyOf(t, q))
	}
	for i, action := range []string{
		"*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ListDeadLetterSourceQueues",
		"PurgeQueue", "ReceiveMessage", "SendMessage",
	} {
		require.NoError(t, q.AddPermission(t.Context(), fmt.Sprint("l-_", i), one, []string{action}))
	}
	require.NoError(t, q.AddPermission(t.Context(), strings.Repeat("l", 80), one, strings.Fields(strings.Repeat("SendMessage ", 7))))
}

func TestPolicyAttribute(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	allow := func(extra string) string {
		return `{"Effect":"Allow","Principal":"*","Action":"*"` + extra + `}`
	}
	list := func(n int, item string) string {
		return `[` + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + `]`
	}
	whole := func(statements string) string { return `{"Statement":` + statements + `}` }
	padded := func(n int) string {
		return whole(`[`+allow(``)+`]`) + strings.Repeat(" ", n-len(whole(`[`+allow(``)+`]`)))
	}
	actions := func(n int) string {
		return whole(`[{"Effect":"Allow","Principal":"*","Action":` + list(n, `"sqs:*"`) + `}]`)
	}
	principals := func(n int) string {
		return whole(`[{"Effect":"Allow","Principal":{"AWS":` + list(n, `"`+other+`"`) + `},"Action":"*"}]`)
	}
	conditions := func(n int) string {
		var keys []string
		for i := range n {
			keys = append(keys, fmt.Sprintf(`"k%d":"v"`, i))
		}
		return whole(`[` + allow(`,"Condition":{"StringEquals":{`+strings.Join(keys, ",")+`}}`) + `]`)
	}
	for _, good := range []string{
		whole(allow(``)), whole(list(20, allow(``))), padded(8192), actions(7), principals(50), conditions(10),
		whole(allow(`,"Resource":"no ARN"`)),
	} {
		require.NoError(t, setText(t, q, "Policy", good))
		require.Equal(t, good, policyOf(t, q), "as it was given")
	}
	kept := policyOf(t, q)
	for _, bad := range []string{"x", "[]", "{}", `{"Statement":[]}`, `{"Statement":[{}]}`, "null", `"p"`, padded(8193)} {
		refused(t, setText(t, q, "Policy", bad), sqs.ErrInvalidAttributeValue, "Invalid value for the parameter Policy.", "%.80s", bad)
	}
	for _, bad := range []string{whole(list(21, allow(``))), actions(8), principals(51), conditions(11)} {
		require.ErrorIs(t, setText(t, q, "Policy", bad), sqs.ErrOverLimit, "%.80s", bad)
	}
	require.Equal(t, kept, policyOf(t, q))
	require.NoError(t, setText(t, q, "Policy", whole(list(20, allow(``)))))
	require.ErrorIs(t, q.AddPermission(t.Context(), "l", []string{other}, []string{"*"}), sqs.ErrOverLimit, "twenty-one in all")
	require.NoError(t, setText(t, q, "Policy", ""))
	_, has := attribute(t, q, "Policy")
	require.False(t, has)
}

// operations are all operations on a queue.
func operations(q sqs.Queue, b *sqs.Broker) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"SendMessage":             func(ctx context.Context) error { _, err := q.Send(ctx, sqs.Message{Body: "m"}); return err },
		"SendMessageBatch":        func(ctx context.Context) error { _, err := q.SendBatch(ctx, sqs.Message{Body: "m"}); return err },
		"ReceiveMessage":          func(ctx context.Context) error { _, err := q.Receive(ctx, sqs.ReceiveOptions{}); return err },
		"DeleteMessage":           func(ctx context.Context) error { return ignoreHandle(q.Delete(ctx, sqs.ReceiptOf("x"))) },
		"DeleteMessageBatch":      func(ctx context.Context) error { _, err := q.DeleteBatch(ctx, sqs.DeleteEntry{}); return err },
		"ChangeMessageVisibility": func(ctx context.Context) error { return ignoreHandle(q.ChangeVisibility(ctx, sqs.ReceiptOf("x"), 0)) },
		"ChangeMessageVisibilityBatch": func(ctx context.Context) error {
			_, err := q.ChangeVisibilityBatch(ctx, sqs.VisibilityEntry{})
			return err
		},
		"GetQueueAttributes":         func(ctx context.Context) error { _, err := q.Attributes(ctx, "All"); return err },
		"GetQueueUrl":                func(ctx context.Context) error { _, err := b.Open(ctx, q.ARN()); return err },
		"ListDeadLetterSourceQueues": func(ctx context.Context) error { _, err := q.Sources(ctx, sqs.ListOptions{}); return err },
		"SetQueueAttributes":         func(ctx context.Context) error { return q.SetConfig(ctx, sqs.Config{}) },
		"ListQueueTags":              func(ctx context.Context) error { _, err := q.Tags(ctx); return err },
		"TagQueue":                   func(ctx context.Context) error { return q.Tag(ctx, map[string]string{"k": "v"}) },
		"UntagQueue":                 func(ctx context.Context) error { return q.Untag(ctx, "k") },
		"AddPermission":              func(ctx context.Context) error { return q.AddPermission(ctx, "l", []string{other}, []string{"*"}) },
		"RemovePermission":           func(ctx context.Context) error { return q.RemovePermission(ctx, "l") },
		"PurgeQueue":                 func(ctx context.Context) error { return q.Purge(ctx) },
		"DeleteQueue":                func(ctx context.Context) error { return b.Delete(ctx, q.ARN()) },
	}
}

// ignoreHandle takes the refusal of a handle for permission to use one.
func ignoreHandle(err error) error {
	if code, ok := err.(*sqs.Error); ok && code.Code == sqs.ErrReceiptHandleIsInvalid {
		return nil
	}
	return err
}

func ownerOnly(op string) bool {
	switch op {
	case "SetQueueAttributes", "ListQueueTags", "TagQueue", "UntagQueue", "AddPermission", "RemovePermission", "DeleteQueue":
		return true
	}
	return false
}

// Who may do what, by each policy: for all operations, each on a broker of its own.
func TestWhoMayDoWhat(t *testing.T) {
	const everything = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}`
	const noOwner = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny","Principal":{"AWS":"` + account + `"},"Action":"*"}]}`
	for _, c := range []struct {
		who    string
		caller sqs.Caller
		policy string
		may    func(op string) bool
	}{
		{"the owner, no policy", sqs.Caller{}, "", func(string) bool { return true }},
		{"the owner by number", sqs.Caller{Account: account}, "", func(string) bool { return true }},
		{"another account, no policy", sqs.Caller{Account: other}, "", func(string) bool { return false }},
		{"another account, everything allowed", sqs.Caller{Account: other}, everything, func(op string) bool { return !ownerOnly(op) }},
		{"a service, no policy", sqs.Caller{Service: "sns.amazonaws.com"}, "", func(string) bool { return false }},
		{"a service of the owner's account", sqs.Caller{Service: "sns.amazonaws.com", Account: account}, "", func(string) bool { return false }},
		{"a service, everything allowed", sqs.Caller{Service: "sns.amazonaws.com"}, everything, func(op string) bool { return !ownerOnly(op) }},
		{"the owner, denied", sqs.Caller{Account: account}, noOwner, func(string) bool { return false }},
		{"the owner without a number, denied", sqs.Caller{}, noOwner, func(string) bool { return false }},
	} {
		for op := range operations(nil, nil) {
			b, _ := fakeBroker()
			q := create(t, b, "q", sqs.Config{Policy: &c.policy})
			if op == "RemovePermission" {
				require.NoError(t, q.AddPermission(t.Context(), "l", []string{"999999999999"}, []string{"*"}))
			}
			err := operations(q, b)[op](sqs.WithCaller(t.Context(), c.caller))
			if c.may(op) {
				require.NoError(t, err, "%s: %s", c.who, op)
			} else {
				require.ErrorIs(t, err, sqs.ErrAccessDenied, "%s: %s", c.who, op)
				require.Empty(t, b.Peek("q"))
			}
		}
	}
}

// A permission for one action covers its batch, and no other action.
func TestPermissionCoversTheBatch(t *testing.T) {
	for action, covered := range map[string][]string{
		"SendMessage": {"SendMessage", "SendMessageBatch"}, "DeleteMessage": {"DeleteMessage", "DeleteMessageBatch"},
		"ChangeMessageVisibility": {"ChangeMessageVisibility", "ChangeMessageVisibilityBatch"}, "ReceiveMessage": {"ReceiveMessage"},
		"PurgeQueue": {"PurgeQueue"}, "GetQueueUrl": {"GetQueueUrl"}, "GetQueueAttributes": {"GetQueueAttributes"},
		"ListDeadLetterSourceQueues": {"ListDeadLetterSourceQueues"},
	} {
		b, _ := fakeBroker()
		q := create(t, b, "q", sqs.Config{})
		require.NoError(t, q.AddPermission(t.Context(), "l", []string{other}, []string{action}))
		ctx := sqs.WithCaller(t.Context(), sqs.Caller{Account: other})
		for op, f := range operations(q, b) {
			err := f(ctx)
			if strings.Contains(" "+strings.Join(covered, " ")+" ", " "+op+" ") {
				require.NoError(t, err, "%s by %s", op, action)
			} else {
				require.ErrorIs(t, err, sqs.ErrAccessDenied, "%s by %s", op, action)
			}
		}
	}
}

// What a queue behind a topic needs: owning both is not enough.
func TestServiceWithASource(t *testing.T) {
	const topic = "arn:aws:sns:us-east-1:" + account + ":events"
	b, clk := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for _, c := range []struct {
		effect, principal, action, resource, condition string
		want                                           bool
	}{
		{"Allow", `{"Service":"sns.amazonaws.com"}`, "sqs:SendMessage", q.ARN(), `"ArnEquals":{"aws:SourceArn":"` + topic + `"}`, true},
		{"Allow", `{"Service":"sns.amazonaws.com"}`, "SQS:sendmessage", "*", `"ArnLike":{"AWS:sourcearn":"arn:aws:sns:*:*:ev*"}`, true},
		{"Allow", `"*"`, "sqs:Send*", q.ARN(), `"StringEquals":{"aws:SourceAccount":["1","` + account + `"]}`, true},
		{"Allow", `{"AWS":"*"}`, "*", q.ARN(), `"StringLike":{"aws:SourceArn":"*:events"},"StringEquals":{"aws:SourceAccount":"` + account + `"}`, true},
		{"Allow", `{"Service":"events.amazonaws.com"}`, "sqs:SendMessage", q.ARN(), ``, false},
		{"Allow", `{"AWS":"` + account + `"}`, "sqs:SendMessage", q.ARN(), ``, false},
		{"Allow", `"*"`, "sqs:SendMessage", q.ARN(), `"ArnEquals":{"aws:SourceArn":"` + topic + `2"}`, false},
		{"Allow", `"*"`, "sqs:SendMessage", q.ARN(), `"ArnEquals":{"aws:SourceArn":"` + topic + `"},"StringEquals":{"aws:SourceAccount":"1"}`, false},
		{"Allow", `"*"`, "sqs:ReceiveMessage", q.ARN(), ``, false},
		{"Allow", `"*"`, "sqs:SendMessage", arnPrefix + "other", ``, false},
		{"Deny", `"*"`, "sqs:SendMessage", q.ARN(), ``, false},
		{"Allow", `"*"`, "*", "*", `"StringEquals":{"aws:PrincipalOrgID":"o-1"}`, true},
		{"Allow", `"*"`, "*", "*", `"StringEquals":{"aws:PrincipalOrgID":"o-2"}`, false},
		{"Allow", `"*"`, "*", "*", `"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:01Z"}`, true}, // the clock stands at midnight
		{"Allow", `"*"`, "*", "*", `"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}`, false},
	} {
		text, err := json.Marshal(map[string]any{"Statement": map[string]any{
			"Effect": c.effect, "Principal": json.RawMessage(c.principal), "Action": c.action, "Resource": c.resource,
			"Condition": json.RawMessage("{" + c.condition + "}"),
		}})
		require.NoError(t, err)
		setConfig(t, q, sqs.Config{Policy: new(string(text))})
		_, err = q.Send(sqs.WithCaller(t.Context(), sqs.Caller{
			Service: "sns.amazonaws.com", SourceARN: topic, SourceAccount: account,
			Conditions: map[string][]string{"aws:principalorgid": {"o-1"}},
		}), sqs.Message{Body: "m"})
		if c.want {
			require.NoError(t, err, string(text))
		} else {
			require.ErrorIs(t, err, sqs.ErrAccessDenied, string(text))
		}
	}
	require.Zero(t, clk.Timers())
}

func TestTextOfADenial(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for who, caller := range map[string]sqs.Caller{
		"arn:aws:iam::" + other + ":root": {Account: other}, "arn:aws:iam::" + other + ":user/u": {Account: other, ARN: "arn:aws:iam::" + other + ":user/u"},
		"sns.amazonaws.com": {Service: "sns.amazonaws.com"},
	} {
		_, err := q.Send(sqs.WithCaller(t.Context(), caller), sqs.Message{Body: "m"})
		refused(t, err, sqs.ErrAccessDenied, "User: "+who+" is not authorized to perform: sqs:sendmessage on resource: "+q.ARN()+
			" because no resource-based policy allows the sqs:sendmessage action")
		require.Equal(t, 403, sqs.ErrAccessDenied.Status())
	}
}

// A service owns nothing, and makes nothing.
func TestServicesCreateNothing(t *testing.T) {
	b, _ := fakeBroker()
	ctx := sqs.WithCaller(t.Context(), sqs.Caller{Service: "sns.amazonaws.com"})
	_, err := b.Create(ctx, "q", sqs.Config{})
	require.ErrorIs(t, err, sqs.ErrAccessDenied)
	_, err = b.List(ctx, sqs.ListOptions{})
	require.ErrorIs(t, err, sqs.ErrAccessDenied)
}

// A policy rules move tasks too.
func TestMovesNeedPermission(t *testing.T) {
	w := newMoveWorld(t, "", 2)
	ctx := sqs.WithCaller(t.Context(), sqs.Caller{Account: other})
	_, err := w.b.StartMove(ctx, w.to(1))
	require.ErrorIs(t, err, sqs.ErrAccessDenied)
	task := w.start(t, w.to(1))
	_, err = w.b.Moves(ctx, w.dlq.ARN(), 1)
	require.ErrorIs(t, err, sqs.ErrAccessDenied)
	_, err = w.b.CancelMove(ctx, task.Handle)
	require.ErrorIs(t, err, sqs.ErrAccessDenied)
	w.clk.Advance(time.Second)
	require.Equal(t, 2, w.newest(t).Moved)
}
