package policy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	id    = queue + "/SQSDefaultPolicy"
	head  = `{"Version":"2008-10-17","Id":"` + id + `","Statement":[`
	owner = `"arn:aws:iam::111111111111:root"`
	guest = `"arn:aws:iam::668614515564:root"`
)

// granted is a statement as it is recorded, in the order of members in which the services show it.
func granted(sid, principal, action string) string {
	return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"AWS":` + principal + `},"Action":` + action + `,"Resource":"` + queue + `"}`
}

func receive(sid string, accounts ...string) Statement {
	return Statement{Sid: sid, Accounts: accounts, Actions: []string{"SQS:ReceiveMessage"}, Resource: queue}
}

// The life of a queue's permissions as AWS was recorded on 30 April 2024: the policy after each call.
func TestPermissionLifecycle(t *testing.T) {
	const first, second, action = "crossaccountpermission", "crossaccountpermission2", `"SQS:ReceiveMessage"`

	text, err := AddStatement("", id, receive(first, "668614515564", "111111111111"))
	require.NoError(t, err)
	require.Equal(t, head+granted(first, `[`+guest+`,`+owner+`]`, action)+`]}`, text)

	text, found, empty, err := Remove(text, first)
	require.NoError(t, err)
	require.True(t, found)
	require.True(t, empty)
	require.Equal(t, head+`]}`, text)

	text, err = AddStatement("", id, receive(first, "111111111111"))
	require.NoError(t, err)
	require.Equal(t, head+granted(first, owner, action)+`]}`, text)

	_, err = AddStatement(text, id, receive(first, "668614515564"))
	require.Equal(t, ErrSidExists, err)

	text, err = AddStatement(text, id, receive(second, "111111111111"))
	require.NoError(t, err)
	require.Equal(t, head+granted(first, owner, action)+`,`+granted(second, owner, action)+`]}`, text)

	text, found, empty, err = Remove(text, first)
	require.NoError(t, err)
	require.True(t, found)
	require.False(t, empty)
	require.Equal(t, head+granted(second, owner, action)+`]}`, text)

	_, found, empty, err = Remove(text, second)
	require.NoError(t, err)
	require.True(t, found)
	require.True(t, empty)

	same, found, empty, err := Remove("", second)
	require.NoError(t, err)
	require.False(t, found)
	require.True(t, empty)
	require.Empty(t, same)
}

func TestAddedStatementGrants(t *testing.T) {
	text, err := AddStatement("", id, Statement{"s", []string{"1", "2"}, []string{"SQS:SendMessage", "SQS:GetQueueUrl"}, queue})
	require.NoError(t, err)
	require.Equal(t, head+granted("s", `["arn:aws:iam::1:root","arn:aws:iam::2:root"]`, `["SQS:SendMessage","SQS:GetQueueUrl"]`)+`]}`, text)
	for account, want := range map[string]Decision{"1": Allow, "2": Allow, "3": NoMatch} {
		require.Equal(t, want, decide(t, text, Request{Account: account, Action: "sqs:SendMessage", Resource: queue}), account)
	}
}

func TestPartitionOfTheResource(t *testing.T) {
	for resource, want := range map[string]string{"arn:aws-cn:sqs:cn-north-1:1:q": "arn:aws-cn:iam::1:root", "no ARN": "arn:aws:iam::1:root"} {
		text, err := AddStatement("", "", Statement{"s", []string{"1"}, []string{"*"}, resource})
		require.NoError(t, err)
		require.Contains(t, text, `{"AWS":"`+want+`"}`)
	}
}

// What an edit does not touch keeps its bytes: order, escapes, digits, unknown members, inner white space.
func TestEditKeepsTheRest(t *testing.T) {
	const odd = `{ "Sid" : "odd\u003c<", "Effect":"Deny",  "Condition":{"NumericEquals":{"b":1.50e0,"a":[ ]}}, "Extra": null }`
	const before = "{ \"Statement\" :\n[ " + odd + ", null ],\"Id\":\"\\u0041<&>\", \"Extra\": [ 1 ],\t\"Version\":\"2012-10-17\" }"
	const tail = `],"Id":"\u0041<&>","Extra":[ 1 ],"Version":"2012-10-17"}`

	added, err := AddStatement(before, id, receive("<new>", "1"))
	require.NoError(t, err)
	require.Equal(t, `{"Statement":[`+odd+`,null,`+granted("<new>", `"arn:aws:iam::1:root"`, `"SQS:ReceiveMessage"`)+tail, added)

	removed, found, empty, err := Remove(added, "<new>")
	require.NoError(t, err)
	require.True(t, found)
	require.False(t, empty)
	require.Equal(t, `{"Statement":[`+odd+`,null`+tail, removed)
	require.True(t, Equal(before, removed))
	require.True(t, HasSid(removed, "odd<<"))
}

func TestEditForms(t *testing.T) {
	const single = `{"Sid":"a","Effect":"Deny"}`
	fresh := granted("s", `"arn:aws:iam::1:root"`, `"SQS:ReceiveMessage"`)
	for before, after := range map[string]string{
		`{"Statement":` + single + `,"Id":"x"}`: `{"Statement":[` + single + `,` + fresh + `],"Id":"x"}`,
		`{"Id":"x"}`:                            `{"Id":"x","Statement":[` + fresh + `]}`,
		`{}`:                                    `{"Statement":[` + fresh + `]}`,
		`{"Statement":null,"Id":"x"}`:           `{"Statement":[` + fresh + `],"Id":"x"}`,
		head + `]}`:                             head + fresh + `]}`,
		`{"Statement":1,"Id":"x","Statement":[` + single + `]}`:    `{"Statement":[` + single + `,` + fresh + `],"Id":"x"}`,
		`{"statement":[],"Statement":[{"sid":"s"},{"Sid":["s"]}]}`: `{"statement":[],"Statement":[{"sid":"s"},{"Sid":["s"]},` + fresh + `]}`,
	} {
		got, err := AddStatement(before, "unused", receive("s", "1"))
		require.NoError(t, err, before)
		require.Equal(t, after, got)
	}
	got, found, empty, err := Remove(`{"Id":"x","Statement":`+single+`}`, "a")
	require.NoError(t, err)
	require.True(t, found && empty)
	require.Equal(t, `{"Id":"x","Statement":[]}`, got)
}

func TestRemove(t *testing.T) {
	const text = `{ "Statement": [{"Sid":"a"}, {"Sid":"b"}, {"Effect":"Deny"}, {"Sid":"a","Effect":"Deny"}] }`
	got, found, empty, err := Remove(text, "a")
	require.NoError(t, err)
	require.True(t, found)
	require.False(t, empty)
	require.Equal(t, `{"Statement":[{"Sid":"b"},{"Effect":"Deny"}]}`, got, "every statement of that name, and no other")

	for _, sid := range []string{"c", "", "A"} {
		got, found, empty, err = Remove(text, sid)
		require.NoError(t, err)
		require.False(t, found || empty, sid)
		require.Equal(t, text, got, "unchanged, white space and all")
		require.False(t, HasSid(text, sid), sid)
	}
	require.True(t, HasSid(text, "b"))
	_, found, empty, err = Remove(head+`]}`, "a")
	require.NoError(t, err)
	require.False(t, found)
	require.True(t, empty)
}

func TestEditRefuses(t *testing.T) {
	for text, want := range map[string]Reason{
		`x`: ErrNotObject, `[]`: ErrNotObject, `null`: ErrNotObject, `{} x`: ErrNotObject, ` `: ErrNotObject,
		`{"Statement":7}`: ErrNoStatement, `{"Statement":"x"}`: ErrNoStatement,
		strings.Repeat("[", 1_000_000): ErrNotObject,
	} {
		_, err := AddStatement(text, id, receive("s", "1"))
		require.Equal(t, want, err, "%.50s", text)
		got, found, empty, err := Remove(text, "s")
		require.Equal(t, want, err, "%.50s", text)
		require.False(t, found || empty)
		require.Equal(t, text, got)
		require.False(t, HasSid(text, "s"))
	}
	_, err := AddStatement("", id, receive("s"))
	require.Equal(t, ErrPrincipal, err)
	_, err = AddStatement("", id, Statement{Sid: "s", Accounts: []string{"1"}, Resource: queue})
	require.Equal(t, ErrAction, err)
}
