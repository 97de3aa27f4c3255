package policy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	queue = "arn:aws:sqs:eu-west-1:111111111111:orders"
	topic = "arn:aws:sns:eu-west-1:111111111111:events"
	user  = "arn:aws:iam::222222222222:user/ann"
	role  = "arn:aws:sts::222222222222:assumed-role/ops/ann"
)

func decide(t *testing.T, text string, r Request) Decision {
	t.Helper()
	p, err := Parse(text)
	require.NoError(t, err, text)
	return p.Evaluate(r)
}

// allows evaluates an Allow statement with the given members for one send to the queue.
func allows(t *testing.T, members string, r Request) bool {
	t.Helper()
	r.Action, r.Resource = "sqs:SendMessage", queue
	return decide(t, one(`"Effect":"Allow",`+members), r) == Allow
}

func TestPrincipals(t *testing.T) {
	var (
		asUser    = Request{PrincipalARN: user}
		asRole    = Request{PrincipalARN: role}
		asRoot    = Request{Account: "222222222222"}
		asOther   = Request{Account: "333333333333"}
		asSNS     = Request{Service: "sns.amazonaws.com"}
		anonymous = Request{}
		all       = []Request{asUser, asRole, asRoot, asOther, asSNS, anonymous}
	)
	for principal, who := range map[string][]Request{
		`"*"`:                          all,
		`{"AWS":"*"}`:                  all,
		`{"AWS":["333333333333","*"]}`: all,
		`{"AWS":"222222222222"}`:       {asUser, asRole, asRoot},
		`{"AWS":["2","333333333333"]}`: {asOther},
		`{"AWS":"` + user + `"}`:       {asUser},
		`{"AWS":"` + role + `"}`:       {asRole},
		`{"Service":"sqs.amazonaws.com","AWS":"` + user + `"}`:         {asUser},
		`{"AWS":"arn:aws:iam::222222222222:root"}`:                     {asUser, asRole, asRoot},
		`{"AWS":"arn:aws-cn:iam::222222222222:root"}`:                  {asUser, asRole, asRoot},
		`{"AWS":"arn:aws:sts::222222222222:root"}`:                     {},
		`{"AWS":"arn:aws:iam::222222222222:role/ops"}`:                 {},
		`{"AWS":"arn:aws:iam::222222222222:user/*"}`:                   {},
		`{"AWS":["arn:aws:iam::*:root","arn:aws:iam:::root","","**"]}`: {},
		`{"Service":"sns.amazonaws.com"}`:                              {asSNS},
		`{"Service":["s3.amazonaws.com","sns.amazonaws.com"]}`:         {asSNS},
		`{"Service":"*"}`:                       {},
		`{"AWS":"sns.amazonaws.com"}`:           {},
		`{"Federated":"*","CanonicalUser":"*"}`: {},
	} {
		for _, r := range all {
			want := false
			for _, w := range who {
				want = want || w.Account == r.Account && w.PrincipalARN == r.PrincipalARN && w.Service == r.Service
			}
			require.Equal(t, want, allows(t, `"Action":"*","Principal":`+principal, r), "%s %+v", principal, r)
			require.Equal(t, !want, allows(t, `"Action":"*","NotPrincipal":`+principal, r), "not %s %+v", principal, r)
		}
	}
}

func TestServiceHidesTheAccount(t *testing.T) {
	r := Request{Service: "sns.amazonaws.com", Account: "222222222222", PrincipalARN: user}
	require.False(t, allows(t, `"Action":"*","Principal":{"AWS":["222222222222","`+user+`"]}`, r))
	require.True(t, allows(t, `"Action":"*","Principal":{"Service":"sns.amazonaws.com"}`, r))
}

func TestAccountGoesBeforeTheARN(t *testing.T) {
	r := Request{Account: "333333333333", PrincipalARN: user}
	require.True(t, allows(t, `"Action":"*","Principal":{"AWS":"333333333333"}`, r))
	require.False(t, allows(t, `"Action":"*","Principal":{"AWS":"222222222222"}`, r))
}

func TestActions(t *testing.T) {
	for action, want := range map[string]bool{
		`"sqs:SendMessage"`:                true,
		`"SQS:sendmessage"`:                true,
		`["sqs:ReceiveMessage","SQS:S*"]`:  true,
		`"*"`:                              true,
		`"sqs:*"`:                          true,
		`"sqs:Send???????"`:                true,
		`"sqs:Send??????"`:                 false,
		`"sns:*"`:                          false,
		`"SendMessage"`:                    false,
		`["sqs:ReceiveMessage","sqs:Sen"]`: false,
		`""`:                               false,
	} {
		require.Equal(t, want, allows(t, `"Principal":"*","Action":`+action, Request{}), action)
		require.Equal(t, !want, allows(t, `"Principal":"*","NotAction":`+action, Request{}), "not %s", action)
	}
}

func TestResources(t *testing.T) {
	for resource, want := range map[string]bool{
		`"` + queue + `"`:                     true,
		`["x","*"]`:                           true,
		`"arn:aws:sqs:*"`:                     true,
		`"arn:aws:sqs:*:111111111111:order?"`: true,
		`"arn:aws:sqs:*:111111111111:Orders"`: false,
		`"` + queue + `2"`:                    false,
		`"orders"`:                            false,
	} {
		require.Equal(t, want, allows(t, `"Principal":"*","Action":"*","Resource":`+resource, Request{}), resource)
		require.Equal(t, !want, allows(t, `"Principal":"*","Action":"*","NotResource":`+resource, Request{}), "not %s", resource)
	}
}

func TestDenyIsStrongest(t *testing.T) {
	const (
		allow   = `{"Effect":"Allow","Principal":"*","Action":"*"}`
		deny    = `{"Effect":"Deny","Principal":"*","Action":"sqs:*"}`
		nothing = `{"Effect":"Deny","Principal":"*","Action":"sns:*"}`
	)
	for list, want := range map[string]Decision{
		nothing:                              NoMatch,
		allow:                                Allow,
		nothing + `,` + allow:                Allow,
		allow + `,` + nothing:                Allow,
		deny:                                 Deny,
		allow + `,` + deny:                   Deny,
		deny + `,` + allow:                   Deny,
		allow + `,` + deny + `,` + allow:     Deny,
		nothing + `,` + nothing + `,` + deny: Deny,
	} {
		got := decide(t, `{"Statement":[`+list+`]}`, Request{Action: "sqs:SendMessage", Resource: queue})
		require.Equal(t, want.String(), got.String(), list)
	}
	require.Equal(t, "Decision(9)", Decision(9).String())
}

func TestNilPolicyMatchesNothing(t *testing.T) {
	var p *Policy
	require.Equal(t, NoMatch, p.Evaluate(Request{}))
}

// The usual policy of a queue that is subscribed to a topic.
func TestTopicToQueue(t *testing.T) {
	text := one(`"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"` + queue +
		`","Condition":{"ArnEquals":{"aws:SourceArn":"` + topic + `"},"StringEquals":{"AWS:SourceAccount":"111111111111"}}`)
	request := func() Request {
		return Request{Service: "sns.amazonaws.com", Action: "sqs:SendMessage", Resource: queue, Context: map[string][]string{
			"aws:sourcearn": {topic}, "aws:sourceaccount": {"111111111111"}}}
	}
	require.Equal(t, Allow, decide(t, text, request()))
	for name, spoil := range map[string]func(*Request){
		"topic":    func(r *Request) { r.Context["aws:sourcearn"] = []string{topic + "2"} },
		"no topic": func(r *Request) { delete(r.Context, "aws:sourcearn") },
		"account":  func(r *Request) { r.Context["aws:sourceaccount"] = []string{"2"} },
		"service":  func(r *Request) { r.Service = "s3.amazonaws.com" },
		"caller":   func(r *Request) { r.Service, r.Account = "", "111111111111" },
		"action":   func(r *Request) { r.Action = "sqs:ReceiveMessage" },
		"queue":    func(r *Request) { r.Resource = queue + "2" },
	} {
		r := request()
		spoil(&r)
		require.Equal(t, NoMatch, decide(t, text, r), name)
	}
}

// The policy that a new topic has.
func TestTopicOwner(t *testing.T) {
	text := `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",` +
		`"Principal":{"AWS":"*"},"Action":["SNS:Subscribe","SNS:Publish"],"Resource":"` + topic +
		`","Condition":{"StringEquals":{"AWS:SourceOwner":"111111111111"}}}]}`
	r := Request{Account: "111111111111", Action: "sns:Publish", Resource: topic,
		Context: map[string][]string{"aws:sourceowner": {"111111111111"}}}
	require.Equal(t, Allow, decide(t, text, r))
	r.Context["aws:sourceowner"] = []string{"222222222222"}
	require.Equal(t, NoMatch, decide(t, text, r))
}
