package sns_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Sections 2.6 and 11: a topic's policy, how it is edited and what it decides.

func statements(t *testing.T, topic sns.Topic) []string {
	t.Helper()
	var p struct{ Statement []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(attributes(t, topic)["Policy"]), &p))
	all := []string{}
	for _, s := range p.Statement {
		all = append(all, string(s))
	}
	return all
}

// The recorded forms of what AddPermission adds.
func TestAddPermission(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	first := statements(t, topic)
	require.NoError(t, topic.AddPermission(t.Context(), "one", []string{foreign}, []string{"Publish"}))
	require.NoError(t, topic.AddPermission(t.Context(), "many", []string{foreign, account}, []string{"publish", "Subscribe", "Subscribe"}))
	all := statements(t, topic)
	require.Equal(t, first, all[:1])
	require.JSONEq(t, `{"Sid":"one","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::`+foreign+`:root"},"Action":"SNS:Publish","Resource":"`+
		arnPrefix+`x"}`, all[1])
	require.JSONEq(t, `{"Sid":"many","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::`+foreign+`:root","arn:aws:iam::`+account+`:root"]},
		"Action":["SNS:publish","SNS:Subscribe","SNS:Subscribe"],"Resource":"`+arnPrefix+`x"}`, all[2])
	invalid(t, topic.AddPermission(t.Context(), "one", []string{account}, []string{"Subscribe"}), "Statement already exists")
	invalid(t, topic.AddPermission(t.Context(), "__default_statement_ID", []string{account}, []string{"Subscribe"}), "Statement already exists")

	require.NoError(t, topic.RemovePermission(t.Context(), "one"))
	require.NoError(t, topic.RemovePermission(t.Context(), "one"), "an unknown label is no error")
	require.Equal(t, []string{all[0], all[2]}, statements(t, topic))
	require.NoError(t, topic.RemovePermission(t.Context(), "__default_statement_ID"))
	require.NoError(t, topic.RemovePermission(t.Context(), "many"))
	require.Empty(t, statements(t, topic))
	publish(t, topic, "the owner may")
	require.NoError(t, topic.AddPermission(t.Context(), "again", []string{foreign}, []string{"Publish"}))
	require.Len(t, statements(t, topic), 1)

	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", strings.Replace(allowing("SNS:Publish", topic.ARN()), `"Effect"`, `"Sid":"own","Effect"`, 1)))
	require.NoError(t, topic.RemovePermission(t.Context(), "own"), "also what a policy put there")
	require.Empty(t, statements(t, topic))
}

func TestPermissionErrors(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	before := attributes(t, topic)
	one := []string{foreign}
	for _, action := range []string{"", "Nonsense", "CreateTopic", "SNS:Publish", "PublishBatch", "*", "Unsubscribe"} {
		invalid(t, topic.AddPermission(t.Context(), "l", one, []string{"Publish", action}), "Policy statement action out of service scope!", action)
	}
	for _, id := range []string{"", "1", foreign + "1", "12345678901x", "arn:aws:iam::" + foreign + ":root"} {
		invalid(t, topic.AddPermission(t.Context(), "l", []string{foreign, id}, []string{"Publish"}), "A provided account ID is not valid", id)
	}
	require.ErrorIs(t, topic.AddPermission(t.Context(), "l", nil, []string{"Publish"}), sns.ErrValidation)
	require.ErrorIs(t, topic.AddPermission(t.Context(), "l", one, nil), sns.ErrValidation)
	require.ErrorIs(t, topic.AddPermission(t.Context(), "\xff", one, []string{"Publish"}), sns.ErrInvalidParameter)
	require.Equal(t, before, attributes(t, topic))
	for _, action := range []string{
		"AddPermission", "DeleteTopic", "GetDataProtectionPolicy", "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTagsForResource",
		"Publish", "PutDataProtectionPolicy", "RemovePermission", "SetTopicAttributes", "Subscribe", "Receive",
	} {
		require.NoError(t, topic.AddPermission(t.Context(), action, one, []string{action}))
	}
}

// A stranger may do what the policy allows, and nothing before.
func TestStrangers(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	stranger := sns.WithCaller(t.Context(), sns.Caller{Account: foreign, ARN: "arn:aws:iam::" + foreign + ":user/u"})
	calls := operations(topic)
	maps.Copy(calls, onResource(topic))
	delete(calls, "Config")
	calls["DeleteTopic"] = func(ctx context.Context) error { return w.Delete(ctx, topic.ARN()) }
	names := slices.Sorted(maps.Keys(calls))
	text := func(op string) string {
		if op == "PublishBatch" {
			op = "Publish"
		}
		return "User: arn:aws:iam::" + foreign + ":user/u is not authorized to perform: SNS:" + op + " on resource: " + topic.ARN() +
			" because no resource-based policy allows the SNS:" + op + " action"
	}
	for _, op := range names {
		refused(t, calls[op](stranger), sns.ErrAuthorization, text(op), op)
	}
	require.Equal(t, 403, sns.ErrAuthorization.Status())
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:*", topic.ARN())))
	for _, op := range names {
		if op == "DeleteTopic" {
			continue
		}
		err := calls[op](stranger)
		if op == "TagResource" || op == "UntagResource" { // no policy can give these
			refused(t, err, sns.ErrAuthorization, text(op))
			continue
		}
		require.NoError(t, err, op)
		if op == "AddPermission" || op == "SetTopicAttributes" || op == "RemovePermission" {
			require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:*", topic.ARN())))
		}
	}
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", strings.Replace(allowing("SNS:Publish", topic.ARN()), "Allow", "Deny", 1)))
	owner := sns.WithCaller(t.Context(), sns.Caller{})
	_, err := topic.Publish(owner, sns.Message{Body: "m"})
	refused(t, err, sns.ErrAuthorization, "User: arn:aws:iam::"+account+":root is not authorized to perform: SNS:Publish on resource: "+
		topic.ARN()+" with an explicit deny in a resource-based policy")
	_, err = topic.Publish(t.Context(), sns.Message{Body: "m"})
	require.NoError(t, err, "who is not named may do everything")
	require.NoError(t, calls["GetTopicAttributes"](owner))
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:DeleteTopic", topic.ARN())))
	require.NoError(t, calls["DeleteTopic"](stranger))
	require.Empty(t, w.Peek("x"))
}

// Subscribing can be narrowed to protocols and endpoints.
func TestSubscribeConditions(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", strings.Replace(allowing("SNS:Subscribe", topic.ARN()), `"Effect"`,
		`"Condition":{"StringEquals":{"sns:Protocol":"email"},"StringLike":{"sns:Endpoint":"*@example.com"}},"Effect"`, 1)))
	stranger := sns.WithCaller(t.Context(), sns.Caller{Account: foreign})
	for to, good := range map[sns.Endpoint]bool{
		sns.ToEmail("a@example.com"): true, sns.ToEmail("a@example.org"): false, sns.ToEmailJSON("a@example.com"): false,
	} {
		_, err := topic.Subscribe(stranger, to, sns.SubscriptionConfig{})
		require.Equal(t, good, err == nil, to)
	}
}

// Services own nothing: the default policy admits those that act for the owner.
func TestServices(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
	try := func(c sns.Caller) error {
		c.Service = "s3.amazonaws.com"
		_, err := topic.Publish(sns.WithCaller(t.Context(), c), sns.Message{Body: "m"})
		return err
	}
	require.ErrorIs(t, try(sns.Caller{}), sns.ErrAuthorization)
	require.ErrorIs(t, try(sns.Caller{Conditions: map[string][]string{"aws:sourceowner": {foreign}}}), sns.ErrAuthorization)
	require.NoError(t, try(sns.Caller{Conditions: map[string][]string{"aws:sourceowner": {account}}}))
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", `{"Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},
		"Action":"sns:Publish","Resource":"`+topic.ARN()+`","Condition":{"StringEquals":{"aws:SourceAccount":"`+foreign+`"},
		"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"}}}]}`))
	require.ErrorIs(t, try(sns.Caller{SourceAccount: foreign}), sns.ErrAuthorization)
	require.NoError(t, try(sns.Caller{SourceAccount: foreign, SourceARN: "arn:aws:s3:::bucket"}))
	require.Len(t, drain(t, q), 2)
	service := sns.WithCaller(t.Context(), sns.Caller{Service: "s3.amazonaws.com"})
	_, err := w.Create(service, "y", sns.Config{})
	require.ErrorIs(t, err, sns.ErrAuthorization)
	_, err = w.List(service, "")
	require.ErrorIs(t, err, sns.ErrAuthorization)
	_, err = w.Subscriptions(service, "")
	require.ErrorIs(t, err, sns.ErrAuthorization)
}

// A subscription is seen and changed by who owns it or its topic, and by who is not named.
func TestWhoseSubscription(t *testing.T) {
	const third = "999999999999"
	w := fake()
	as := func(account string) context.Context { return sns.WithCaller(t.Context(), sns.Caller{Account: account}) }
	theirs, err := w.Create(as(foreign), "x", sns.Config{})
	require.NoError(t, err)
	require.NoError(t, theirs.SetAttribute(as(foreign), "Policy", allowing("SNS:Subscribe", theirs.ARN())))
	sub, err := theirs.Subscribe(as(third), sns.ToQueue("arn:aws:sqs:us-east-1:"+third+":q"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	calls := map[string]func(context.Context) error{
		"GetSubscriptionAttributes": func(ctx context.Context) error { _, err := sub.Attributes(ctx); return err },
		"SetSubscriptionAttributes": func(ctx context.Context) error { return sub.SetAttribute(ctx, "RawMessageDelivery", "true") },
		"Unsubscribe":               func(ctx context.Context) error { return sub.Unsubscribe(ctx) },
	}
	service := sns.WithCaller(t.Context(), sns.Caller{Account: foreign, Service: "s3.amazonaws.com"})
	for _, op := range []string{"GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"} {
		refused(t, calls[op](as(account)), sns.ErrAuthorization,
			"User: arn:aws:iam::"+account+":root is not authorized to perform: SNS:"+op+" on resource: "+sub.ARN())
		refused(t, calls[op](sns.WithCaller(t.Context(), sns.Caller{})), sns.ErrAuthorization,
			"User: arn:aws:iam::"+account+":root is not authorized to perform: SNS:"+op+" on resource: "+sub.ARN())
		refused(t, calls[op](service), sns.ErrAuthorization,
			"User: s3.amazonaws.com is not authorized to perform: SNS:"+op+" on resource: "+sub.ARN())
		if op != "Unsubscribe" {
			require.NoError(t, calls[op](as(third)))
			require.NoError(t, calls[op](as(foreign)))
		}
		require.NoError(t, calls[op](t.Context()), "who is not named may do everything")
	}
}
