package sqstest

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

func tagCases() []Case {
	return []Case{
		documented("5", "create", "tags can be given at creation", tagCreate),
		recorded("5", "overwrite", "tagging overwrites equal keys and keeps the others; keys are case-sensitive", tagOverwrite),
		recorded("5", "remove", "untagging removes keys, and ignores unknown ones", tagRemove),
		inferred("5", "none", "tagging with nothing and untagging with nothing are refused", tagNone),
		documented("5", "sizes", "a key has 1 to 128 characters, a value 0 to 256", tagSizes),
		inferred("5", "fifty", "a queue has 50 tags at most; one too many changes nothing", tagFifty),
		inferred("2.1", "not-compared", "creation neither compares nor applies the tags when the queue exists", tagNotCompared),
	}
}

// tags demands the tags of a queue.
func (e *Env) tags(q sqs.Queue, want map[string]string) {
	got, err := q.Tags(e.Ctx)
	e.ok(err)
	if len(want) == 0 {
		assert.Empty(e, got)
		return
	}
	assert.Equal(e, want, got)
}

func tagCreate(e *Env) {
	e.tags(e.queue(sqs.Config{}), nil)
	e.tags(e.queue(sqs.Config{Tags: map[string]string{"a": "1", "b": ""}}), map[string]string{"a": "1", "b": ""})
}

func tagOverwrite(e *Env) {
	q := e.queue(sqs.Config{Tags: map[string]string{"a": "1", "b": "2"}})
	e.ok(q.Tag(e.Ctx, map[string]string{"b": "3", "B": "4"}))
	e.tags(q, map[string]string{"a": "1", "b": "3", "B": "4"})
}

func tagRemove(e *Env) {
	q := e.queue(sqs.Config{Tags: map[string]string{"a": "1", "b": "2"}})
	e.ok(q.Untag(e.Ctx, "a", "unknown"))
	e.tags(q, map[string]string{"b": "2"})
	e.ok(q.Untag(e.Ctx, "b"))
	e.tags(q, nil)
}

func tagNone(e *Env) {
	q := e.queue(sqs.Config{})
	e.refused(q.Tag(e.Ctx, nil), sqs.ErrMissingParameter, "")
	e.refused(q.Untag(e.Ctx), sqs.ErrInvalidParameterValue, "")
}

func tagSizes(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(q.Tag(e.Ctx, map[string]string{strings.Repeat("k", 128): strings.Repeat("v", 256)}))
	for key, value := range map[string]string{"": "v", strings.Repeat("k", 129): "v", "k": strings.Repeat("v", 257)} {
		e.refused(q.Tag(e.Ctx, map[string]string{key: value}), sqs.ErrInvalidParameterValue, "")
	}
}

func tagFifty(e *Env) {
	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint("k", i)] = "v"
	}
	q := e.queue(sqs.Config{Tags: many})
	e.refused(q.Tag(e.Ctx, map[string]string{"k0": "other", "one-more": "v"}), sqs.ErrInvalidParameterValue, "")
	e.tags(q, many)
}

func tagNotCompared(e *Env) {
	q := e.queue(sqs.Config{Tags: map[string]string{"a": "1"}})
	e.create(q.Name(), sqs.Config{Tags: map[string]string{"b": "2"}})
	e.tags(q, map[string]string{"a": "1"})
}

func permissionCases() []Case {
	return []Case{
		recorded("18.1", "statement", "a permission is a statement of the queue's policy", permissionStatement).exact(),
		recorded("18.1", "several", "a second permission is a second statement; several actions are a list",
			permissionSeveral).exact(),
		recorded("18.1", "label-twice", "a label can be used once", permissionLabelTwice).exact(),
		observed("18.1", "actions", "only certain actions can be granted, and seven at most", permissionActions).exact(),
		observed("18.1", "accounts", "the accounts must exist", permissionAccounts),
		recorded("18.2", "remove", "with its last statement the policy goes", permissionRemove).exact(),
		recorded("18.2", "remove-unknown", "removing an unknown label is refused", permissionRemoveUnknown),
		recorded("18.3", "policy", "a policy is shown as it was given, and the empty one removes it",
			permissionPolicy).spreads(),
		documented("22", "policy-size", "a policy has 8192 bytes at most", permissionPolicySize),
		inferred("18.3", "policy-bad", "a policy that is no JSON is refused", permissionPolicyBad),
	}
}

// account is one that AWS does not have; permission cases that need one that exists are exact.
const account = "668614515564"

// statements returns the policy of a queue.
func (e *Env) policy(q sqs.Queue) (p struct {
	Version, ID string
	Statement   []map[string]any
}) {
	text := e.attribute(q, "Policy")
	require.NotEmpty(e, text, "Policy")
	require.NoError(e, json.Unmarshal([]byte(text), &p), text)
	return p
}

func permissionStatement(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(q.AddPermission(e.Ctx, "crossaccount", []string{account}, []string{"ReceiveMessage"}))
	p := e.policy(q)
	assert.Equal(e, "2008-10-17", p.Version)
	assert.Equal(e, q.ARN()+"/SQSDefaultPolicy", p.ID)
	assert.Equal(e, []map[string]any{{
		"Sid": "crossaccount", "Effect": "Allow", "Principal": map[string]any{"AWS": "arn:aws:iam::" + account + ":root"},
		"Action": "SQS:ReceiveMessage", "Resource": q.ARN(),
	}}, p.Statement)
}

func permissionSeveral(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(q.AddPermission(e.Ctx, "one", []string{account}, []string{"*"}))
	e.ok(q.AddPermission(e.Ctx, "two", []string{account}, []string{"SendMessage", "DeleteMessage"}))
	p := e.policy(q)
	require.Len(e, p.Statement, 2)
	assert.Equal(e, "SQS:*", p.Statement[0]["Action"])
	assert.Equal(e, []any{"SQS:SendMessage", "SQS:DeleteMessage"}, p.Statement[1]["Action"])
}

func permissionLabelTwice(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(q.AddPermission(e.Ctx, "label", []string{account}, []string{"SendMessage"}))
	e.refused(q.AddPermission(e.Ctx, "label", []string{account}, []string{"ReceiveMessage"}), sqs.ErrInvalidParameterValue,
		"Value label for parameter Label is invalid. Reason: Already exists.")
}

func permissionActions(e *Env) {
	q := e.queue(sqs.Config{})
	add := func(actions ...string) error { return q.AddPermission(e.Ctx, "label", []string{account}, actions) }
	e.refused(add("CreateQueue"), sqs.ErrInvalidParameterValue, "Value SQS:CreateQueue for parameter ActionName is invalid. "+
		"Reason: Only the queue owner is allowed to invoke this action.")
	for _, bad := range []string{"SendMessageBatch", "NoSuchAction"} {
		e.refused(add(bad), sqs.ErrInvalidParameterValue, "Value SQS:"+bad+" for parameter ActionName is invalid. "+
			"Reason: Please refer to the appropriate WSDL for a list of valid actions. ")
	}
	e.refused(add(), sqs.ErrMissingParameter, "")
	seven := []string{"ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
		"ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage"}
	e.refused(add(append(seven, "SendMessage")...), sqs.ErrOverLimit, "8 Actions were found, maximum allowed is 7.")
	e.ok(add(seven...))
}

func permissionAccounts(e *Env) {
	q := e.queue(sqs.Config{})
	err := q.AddPermission(e.Ctx, "label", []string{"nobody"}, []string{"SendMessage"})
	e.refused(err, sqs.ErrInvalidParameterValue, "Value [nobody] for parameter PrincipalId is invalid. Reason: Unable to verify.")
}

func permissionRemove(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(q.AddPermission(e.Ctx, "one", []string{account}, []string{"SendMessage"}))
	e.ok(q.AddPermission(e.Ctx, "two", []string{account}, []string{"SendMessage"}))
	e.ok(q.RemovePermission(e.Ctx, "one"))
	assert.Len(e, e.policy(q).Statement, 1)
	e.ok(q.RemovePermission(e.Ctx, "two"))
	assert.Empty(e, e.attribute(q, "Policy"))
}

func permissionRemoveUnknown(e *Env) {
	e.refused(e.queue(sqs.Config{}).RemovePermission(e.Ctx, "label"), sqs.ErrInvalidParameterValue,
		"Value label for parameter Label is invalid. Reason: can't find label.")
}

func permissionPolicy(e *Env) {
	const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage",` +
		`"Resource":"*"}]}`
	q := e.queue(sqs.Config{Policy: new(policy)})
	assert.JSONEq(e, policy, e.attribute(q, "Policy"))
	e.set(q, sqs.Config{Policy: new("")})
	assert.Empty(e, e.attribute(q, "Policy"))
}

func permissionPolicySize(e *Env) {
	q := e.queue(sqs.Config{})
	const policy = `{"Version":"2012-10-17","Statement":[{"Sid":"%s","Effect":"Allow","Principal":"*","Action":"sqs:SendMessage",` +
		`"Resource":"*"}]}`
	sid := strings.Repeat("x", 8192-len(policy)+len("%s"))
	e.ok(q.SetConfig(e.Ctx, sqs.Config{Policy: new(fmt.Sprintf(policy, sid))}))
	assert.Error(e, q.SetConfig(e.Ctx, sqs.Config{Policy: new(fmt.Sprintf(policy, sid+"x"))}))
}

func permissionPolicyBad(e *Env) {
	err := e.queue(sqs.Config{}).SetConfig(e.Ctx, sqs.Config{Policy: new("not a policy")})
	e.refused(err, sqs.ErrInvalidAttributeValue, "")
}
