package snstest

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func permissionCases() []Case {
	return []Case{
		recorded("2.6", "statement", "a permission is a statement behind those of the topic's policy", permissionStatement),
		documented("2.6", "several", "several accounts and several actions are lists", permissionSeveral).exact(),
		recorded("2.6", "label-twice", "a label can be used once", permissionLabelTwice),
		recorded("2.6", "label-of-default", "the label of the default statement is taken", permissionLabelOfDefault),
		recorded("2.6", "unknown-action", "an unknown action is out of the service's scope", permissionUnknownAction),
		observed("2.6", "bad-account", "an account has twelve digits", permissionBadAccount),
		observed("2.6", "repeated", "accounts and actions may be repeated", permissionRepeated),
		inferred("2.6", "known-actions", "what concerns one topic can be allowed", permissionKnownActions),
		recorded("2.6", "remove", "removing a permission removes its statement", permissionRemove),
		observed("2.6", "remove-unknown", "removing an unknown label succeeds and changes nothing", permissionRemoveUnknown),
		inferred("2.6", "remove-of-policy", "a statement of a policy that was set is removed by its label too", permissionRemoveOfPolicy),
		documented("11", "stranger", "another account may do nothing with a topic by default", permissionStranger).needs(NeedCaller).exact(),
		documented("11", "publish", "a permission to publish allows that, also in batches, and no more", permissionPublish).needs(NeedCaller).exact(),
		documented("11", "subscribe", "a policy can allow another account to subscribe, and name the protocol", permissionSubscribe).
			needs(NeedCaller).exact(),
		documented("11", "deny", "what a policy denies is denied to the owner's own account too", permissionDeny).needs(NeedCaller).exact(),
		documented("11", "tags", "tags are their owner's, whatever the policy says", permissionTags).needs(NeedCaller).exact(),
	}
}

// stranger is an account that the instance's is not.
const stranger = "210987654321"

func (e *Env) allow(t sns.Topic, label string, actions ...string) {
	e.ok(t.AddPermission(e.Ctx, label, []string{part(t.ARN(), 4)}, actions))
}

func permissionStatement(e *Env) {
	t := e.topic(sns.Config{})
	before := e.policy(t)
	e.allow(t, "label", "Publish")
	after := e.policy(t)
	require.Len(e, after.Statement, 2)
	assert.Equal(e, before.Statement[0], after.Statement[0])
	assert.Equal(e, map[string]any{
		"Sid": "label", "Effect": "Allow", "Action": "SNS:Publish", "Resource": t.ARN(),
		"Principal": map[string]any{"AWS": "arn:" + part(t.ARN(), 1) + ":iam::" + part(t.ARN(), 4) + ":root"},
	}, after.Statement[1])
}

func permissionSeveral(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(t.AddPermission(e.Ctx, "label", []string{"111111111111", "222222222222"}, []string{"Publish", "Subscribe"}))
	s := e.policy(t).Statement[1]
	assert.Equal(e, []any{"SNS:Publish", "SNS:Subscribe"}, s["Action"])
	assert.Equal(e, map[string]any{"AWS": []any{"arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"}}, s["Principal"])
}

func permissionLabelTwice(e *Env) {
	t := e.topic(sns.Config{})
	e.allow(t, "label", "Publish")
	e.invalid(t.AddPermission(e.Ctx, "label", []string{part(t.ARN(), 4)}, []string{"Subscribe"}), "Statement already exists")
	assert.Len(e, e.policy(t).Statement, 2)
}

func permissionLabelOfDefault(e *Env) {
	t := e.topic(sns.Config{})
	e.invalid(t.AddPermission(e.Ctx, "__default_statement_ID", []string{part(t.ARN(), 4)}, []string{"Publish"}), "Statement already exists")
}

func permissionUnknownAction(e *Env) {
	t := e.topic(sns.Config{})
	for _, action := range []string{"Fly", "CreateTopic", "PublishBatch"} {
		e.invalid(t.AddPermission(e.Ctx, "label", []string{part(t.ARN(), 4)}, []string{action}), "Policy statement action out of service scope!")
	}
}

func permissionBadAccount(e *Env) {
	t := e.topic(sns.Config{})
	for _, account := range []string{"nobody", "12345678901", "1234567890123", ""} {
		e.invalid(t.AddPermission(e.Ctx, "label", []string{account}, []string{"Publish"}), "A provided account ID is not valid")
	}
}

func permissionRepeated(e *Env) {
	t := e.topic(sns.Config{})
	account := part(t.ARN(), 4)
	e.ok(t.AddPermission(e.Ctx, "label", []string{account, account}, []string{"Publish", "Publish"}))
}

func permissionKnownActions(e *Env) {
	e.allow(e.topic(sns.Config{}), "label", "AddPermission", "DeleteTopic", "GetDataProtectionPolicy", "GetTopicAttributes",
		"ListSubscriptionsByTopic", "ListTagsForResource", "Publish", "PutDataProtectionPolicy", "RemovePermission", "SetTopicAttributes",
		"Subscribe", "Receive")
}

func permissionRemove(e *Env) {
	t := e.topic(sns.Config{})
	before := e.policy(t)
	e.allow(t, "label", "Publish")
	e.ok(t.RemovePermission(e.Ctx, "label"))
	assert.Equal(e, before, e.policy(t))
}

func permissionRemoveUnknown(e *Env) {
	t := e.topic(sns.Config{})
	before := e.policy(t)
	e.ok(t.RemovePermission(e.Ctx, "label"))
	assert.Equal(e, before, e.policy(t))
}

func permissionRemoveOfPolicy(e *Env) {
	t := e.topic(sns.Config{})
	statement := func(sid string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"` + t.ARN() + `"}`
	}
	e.ok(t.SetAttribute(e.Ctx, "Policy", `{"Version":"2012-10-17","Statement":[`+statement("a")+`,`+statement("b")+`]}`))
	e.ok(t.RemovePermission(e.Ctx, "a"))
	s := e.policy(t).Statement
	require.Len(e, s, 1)
	assert.Equal(e, "b", s[0]["Sid"])
}

// denied demands that a call was refused for want of permission.
func (e *Env) denied(err error, action string, t sns.Topic) {
	e.refused(err, sns.ErrAuthorization, "User: arn:aws:iam::"+stranger+":root is not authorized to perform: SNS:"+action+
		" on resource: "+t.ARN()+"…")
}

func permissionStranger(e *Env) {
	t := e.topic(sns.Config{})
	ctx := e.As(e.Ctx, stranger)
	_, err := t.Publish(ctx, sns.Message{Body: "m"})
	e.denied(err, "Publish", t)
	_, err = t.PublishBatch(ctx, sns.Message{Body: "m"})
	e.denied(err, "Publish", t)
	_, err = t.Attributes(ctx)
	e.denied(err, "GetTopicAttributes", t)
	e.denied(t.SetAttribute(ctx, "DisplayName", "x"), "SetTopicAttributes", t)
	_, err = t.Subscribe(ctx, sns.ToEmail("somebody@example.com"), sns.SubscriptionConfig{})
	e.denied(err, "Subscribe", t)
	e.denied(e.Topics.Delete(ctx, t.ARN()), "DeleteTopic", t)
	e.attributes(t)
}

func permissionPublish(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	e.ok(t.AddPermission(e.Ctx, "label", []string{stranger}, []string{"Publish"}))
	ctx := e.As(e.Ctx, stranger)
	_, err := t.Publish(ctx, sns.Message{Body: "m1"})
	e.ok(err)
	_, err = t.PublishBatch(ctx, sns.Message{Body: "m2"})
	e.ok(err)
	e.gets(q, "m1", "m2")
	_, err = t.Attributes(ctx)
	e.denied(err, "GetTopicAttributes", t)
	e.ok(t.RemovePermission(e.Ctx, "label"))
	_, err = t.Publish(ctx, sns.Message{Body: "m3"})
	e.denied(err, "Publish", t)
}

func permissionSubscribe(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(t.SetAttribute(e.Ctx, "Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+stranger+
		`"},"Action":"sns:Subscribe","Resource":"`+t.ARN()+`","Condition":{"StringEquals":{"sns:Protocol":"email"}}}]}`))
	ctx := e.As(e.Ctx, stranger)
	s, err := t.Subscribe(ctx, sns.ToEmail("somebody@example.com"), sns.SubscriptionConfig{})
	e.ok(err)
	assert.Equal(e, stranger, e.subAttributes(s)["Owner"])
	_, err = t.Subscribe(ctx, sns.ToPhone("+15551234567"), sns.SubscriptionConfig{})
	e.denied(err, "Subscribe", t)
}

func permissionDeny(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(t.SetAttribute(e.Ctx, "Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Publish",`+
		`"Resource":"`+t.ARN()+`"},{"Effect":"Deny","Principal":{"AWS":"`+stranger+`"},"Action":"sns:Publish","Resource":"`+t.ARN()+`"}]}`))
	_, err := t.Publish(e.As(e.Ctx, stranger), sns.Message{Body: "m"})
	e.denied(err, "Publish", t)
	_, err = t.Publish(e.As(e.Ctx, "333333333333"), sns.Message{Body: "m"})
	e.ok(err)
}

func permissionTags(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(t.SetAttribute(e.Ctx, "Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:*",`+
		`"Resource":"`+t.ARN()+`"}]}`))
	e.refused(t.Tag(e.As(e.Ctx, stranger), map[string]string{"a": "1"}), sns.ErrAuthorization, "")
	e.tags(t, nil)
}
