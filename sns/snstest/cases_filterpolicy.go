package snstest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

func filterPolicyCases() []Case {
	all := []Case{
		recorded("9.3", "five-keys", "a policy has five keys at most", filterFiveKeys),
		recorded("9.3", "nested-keys", "nested keys do not count", filterNestedKeys),
		inferred("9.3", "or-is-one-key", "alternatives count as one", filterOrIsOneKey),
		recorded("9.4", "nested-in-attributes", "nesting is for bodies only, and the refusal says so without the attribute's name", filterNested),
		recorded("9.4", "scope-first", "nesting is judged by the scope in force: it is set first", filterScopeFirst),
		recorded("9.4", "both-at-once", "or both are given to Subscribe", filterBothAtOnce),
		inferred("9.4", "scope-back", "the scope cannot be set back under a nested policy", filterScopeBack),
		documented("3.7", "changed", "a changed policy rules the messages of later", filterChanged).spreads(),
		documented("9.1", "own-for-each", "every subscription has a policy of its own", filterOwn),
		inferred("9.1", "structured-body", "of a structured message the text of the protocol is looked at", filterStructured),
		documented("9.1", "fifo", "FIFO topics filter as well", filterFIFO),
	}
	for _, row := range badPolicies {
		all = append(all, Case{
			Name: "refused-" + row.name, Source: row.source + " 9.4", Rule: "such a filter policy is refused, at once and later: " + row.policy,
			Run: func(e *Env) { e.refusesFilter(row.scope, row.policy, row.text) },
		})
	}
	for i, row := range complexities {
		all = append(all, Case{
			Name: "complexity-" + strconv.Itoa(i+1), Source: "recorded 9.3",
			Rule: "the complexity of a policy is 150 at most, and this is of " + strconv.Itoa(row.cost),
			Run: func(e *Env) {
				if row.cost > 150 {
					e.refusesFilter(filter.MessageBody, row.policy, "Filter policy is too complex")
					return
				}
				e.subscriber(e.topic(sns.Config{}), sns.SubscriptionConfig{FilterScope: new(filter.MessageBody), FilterPolicy: &row.policy})
			},
		})
	}
	return all
}

// badPolicies are policies that are refused, with the first line of the refusal behind the attribute's name.
var badPolicies = []struct {
	source, name string
	scope        filter.Scope
	policy, text string
}{
	{"recorded", "no-list", "", `{"k":"v"}`, `"k" must be an object or an array`},
	{"recorded", "operator-outside", "MessageBody", `{"k":{"suffix":"v"}}`, `"suffix" must be an object or an array`},
	{"recorded", "empty-list", "", `{"k":[]}`, "Empty arrays are not allowed"},
	{"recorded", "nested-list", "", `{"k":[["v"]]}`, "Match value must be String, number, true, false, or null"},
	{"recorded", "unknown-operator", "", `{"k":[{"wrong":true}]}`, "Unrecognized match type wrong"},
	{"recorded", "two-operators", "", `{"k":[{"suffix":"a","prefix":"b"}]}`, "Only one key allowed in match expression"},
	{"recorded", "suffix-number", "", `{"k":[{"suffix":100}]}`, "suffix match pattern must be a string"},
	{"recorded", "prefix-number", "", `{"k":[{"prefix":100}]}`, "prefix match pattern must be a string"},
	{"recorded", "ignore-case-number", "", `{"k":[{"equals-ignore-case":100}]}`, "equals-ignore-case match pattern must be a string"},
	{"recorded", "cidr-number", "", `{"k":[{"cidr":100}]}`, "prefix match pattern must be a string"},
	{"recorded", "cidr-no-slash", "", `{"k":[{"cidr":"bad"}]}`, "Malformed CIDR, one '/' required"},
	{"recorded", "cidr-bits", "", `{"k":[{"cidr":"bad-/64x"}]}`, "Malformed CIDR, mask bits must be an integer"},
	{"recorded", "cidr-address", "", `{"k":[{"cidr":"xx.11.xx/8"}]}`, "Nonstandard IP address: xx.11.xx"},
	{"recorded", "numeric-empty", "", `{"k":[{"numeric":[]}]}`, "Invalid member in numeric match: ]"},
	{"recorded", "numeric-number-first", "", `{"k":[{"numeric":[1,"<="]}]}`, "Invalid member in numeric match: 1"},
	{"recorded", "numeric-operator", "", `{"k":[{"numeric":["operator"]}]}`, "Unrecognized numeric range operator: operator"},
	{"recorded", "numeric-equals-text", "", `{"k":[{"numeric":["=","000"]}]}`, "Value of equals must be numeric"},
	{"recorded", "numeric-no-value", "", `{"k":[{"numeric":[">="]}]}`, "Value of >= must be numeric"},
	{"recorded", "numeric-reversed", "", `{"k":[{"numeric":["<",100,">",10]}]}`, "Too many elements in numeric expression"},
	{"recorded", "numeric-same-side", "", `{"k":[{"numeric":[">=",1,">",2]}]}`, "Bad numeric range operator: >"},
	{"recorded", "numeric-word", "", `{"k":[{"numeric":[">",20,"test"]}]}`, "Bad numeric range operator: test"},
	{"recorded", "numeric-second-number", "", `{"k":[{"numeric":[">",20,30]}]}`, "Bad value in numeric range: 30"},
	{"recorded", "numeric-bottom", "", `{"k":[{"numeric":[">",3,"<",1]}]}`, "Bottom must be less than top"},
	{"recorded", "numeric-second-text", "", `{"k":[{"numeric":[">",20,"<","30"]}]}`, "Value of < must be numeric"},
	{"recorded", "numeric-three", "", `{"k":[{"numeric":[">",20,"<",30,"<",50]}]}`, "Too many terms in numeric range expression"},
	{"recorded", "exists-null", "", `{"k":[{"exists":null}]}`, "exists match pattern must be either true or false."},
	{"recorded", "exists-text", "", `{"k":[{"exists":"no"}]}`, "exists match pattern must be either true or false."},
	{"recorded", "anything-but-suffix", "", `{"k":[{"anything-but":{"suffix":"a"}}]}`, "Unsupported anything-but pattern: suffix"},
	{"recorded", "anything-but-exists", "", `{"k":[{"anything-but":{"exists":true}}]}`, "Unsupported anything-but pattern: exists"},
	{"recorded", "anything-but-prefix", "", `{"k":[{"anything-but":{"prefix":false}}]}`, "prefix match pattern must be a string"},
	{"inferred", "wildcard", "", `{"k":[{"wildcard":"a*"}]}`, "Unrecognized match type wildcard"},
	{"recorded", "not-json", "", `{"k":`, "failed to parse JSON."},
	{"recorded", "six-keys", "", `{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}`, "Filter policy can not have more than 5 keys"},
	{"recorded", "many-values", "", `{"k":` + values(151) + `}`, "Filter policy is too complex"},
}

// values is a list of conditions.
func values(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`"v%d"`, i)
	}
	return "[" + strings.Join(all, ",") + "]"
}

// complexities are policies by their cost.
var complexities = []struct {
	policy string
	cost   int
}{
	{`{"a":` + values(150) + `}`, 150},
	{`{"a":` + values(100) + `,"b":` + values(51) + `}`, 5100},
	{`{"a":{"b":{"c":` + values(4) + `}},"d":{"e":` + values(3) + `}}`, 72},
	{`{"source":` + values(3) + `,"$or":[{"metricName":` + values(6) + `},{"metricType":` + values(4) + `,"$or":[{"metricId":` + values(4) +
		`},{"spaceId":` + values(7) + `}]}]}`, 150},
	{`{"source":` + values(4) + `,"$or":[{"metricName":` + values(6) + `},{"metricType":` + values(4) + `,"$or":[{"metricId":` + values(4) +
		`},{"spaceId":` + values(4) + `}]}]}`, 152},
	{`{"a":{"b":{"c":` + values(4) + `}},"d":{"e":` + values(3) + `},"f":` + values(3) + `}`, 216},
	{`{"$or":[{"metricName":` + values(3) + `},{"namespace":` + values(2) + `}],"detail":{"scope":` + values(2) + `,"$or":[{"source":` + values(1) +
		`},{"type":` + values(3) + `}]}}`, 160},
}

// refusesFilter demands the refusal of a filter policy, in Subscribe and later, and that nothing changes.
func (e *Env) refusesFilter(scope filter.Scope, policy, text string) {
	t := e.topic(sns.Config{})
	q := e.queue(false)
	cfg := sns.SubscriptionConfig{FilterPolicy: &policy}
	if scope != "" {
		cfg.FilterScope = &scope
	}
	_, err := t.Subscribe(e.Ctx, sns.ToQueue(q.ARN()), cfg)
	e.invalid(err, "Attributes Reason: FilterPolicy: "+text+"…")
	_, s := e.subscribed(t, sns.SubscriptionConfig{FilterScope: cfg.FilterScope})
	e.invalid(s.SetAttribute(e.Ctx, "FilterPolicy", policy), "FilterPolicy: "+text+"…")
	assert.NotContains(e, e.subAttributes(s), "FilterPolicy")
}

// takesFilter demands that a policy of bodies is accepted.
func (e *Env) takesFilter(policy string) {
	_, err := e.topic(sns.Config{}).Subscribe(e.Ctx, sns.ToQueue(e.queue(false).ARN()),
		sns.SubscriptionConfig{FilterScope: new(filter.MessageBody), FilterPolicy: &policy})
	require.NoError(e, err, policy)
}

func filterFiveKeys(e *Env) { e.takesFilter(`{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1]}`) }

func filterNestedKeys(e *Env) {
	e.takesFilter(`{"a":{"b":[1],"c":[1],"d":[1]},"e":{"f":[1]},"g":[1],"h":[1],"i":[1]}`)
}

func filterOrIsOneKey(e *Env) {
	e.takesFilter(`{"$or":[{"a":[1]},{"b":[1]},{"c":[1]},{"d":[1]},{"e":[1]},{"f":[1]}],"g":[1],"h":[1],"i":[1],"j":[1]}`)
}

const (
	nested     = `{"a":{"b":["v"]}}`
	textNested = "Filter policy scope MessageAttributes does not support nested filter policy"
)

func filterNested(e *Env) {
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{})
	e.invalid(s.SetAttribute(e.Ctx, "FilterPolicy", nested), textNested)
	assert.NotContains(e, e.subAttributes(s), "FilterPolicy")
}

func filterScopeFirst(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{})
	e.ok(s.SetAttribute(e.Ctx, "FilterPolicyScope", "MessageBody"))
	e.ok(s.SetAttribute(e.Ctx, "FilterPolicy", nested))
	e.spread()
	e.publish(t, `{"a":{"b":"w"}}`, `{"a":{"b":"v"}}`)
	e.gets(q, `{"a":{"b":"v"}}`)
}

func filterBothAtOnce(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{FilterScope: new(filter.MessageBody), FilterPolicy: new(nested)})
	e.publish(t, "text", `{"a":{"b":"v"}}`)
	e.gets(q, `{"a":{"b":"v"}}`)
}

func filterScopeBack(e *Env) {
	_, s := e.subscribed(e.topic(sns.Config{}), sns.SubscriptionConfig{FilterScope: new(filter.MessageBody), FilterPolicy: new(nested)})
	e.invalid(s.SetAttribute(e.Ctx, "FilterPolicyScope", "MessageAttributes"), textNested)
	assert.Equal(e, "MessageBody", e.subAttributes(s)["FilterPolicyScope"])
}

// putWith publishes a message with one attribute k.
func (e *Env) putWith(t sns.Topic, body, k string) sns.Published {
	return e.put(t, sns.Message{Body: body, Attributes: map[string]sns.Attribute{"k": sns.String(k)}})
}

func filterChanged(e *Env) {
	t := e.topic(sns.Config{})
	q, s := e.subscribed(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["a"]}`)})
	e.putWith(t, "m1", "a")
	e.putWith(t, "m2", "b")
	e.gets(q, "m1")
	e.set(s, sns.SubscriptionConfig{FilterPolicy: new(`{"k":["b"]}`)})
	e.putWith(t, "m3", "a")
	e.putWith(t, "m4", "b")
	e.gets(q, "m4")
}

func filterOwn(e *Env) {
	t := e.topic(sns.Config{})
	a := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["a"]}`)})
	b := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"k":["b"]}`)})
	c := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterScope: new(filter.MessageBody), FilterPolicy: new(`{"k":["c"]}`)})
	all := e.subscriber(t, raw())
	e.putWith(t, "m1", "a")
	e.putWith(t, "m2", "b")
	e.putWith(t, `{"k":"c"}`, "c")
	e.gets(a, "m1")
	e.gets(b, "m2")
	e.gets(c, `{"k":"c"}`)
	e.gets(all, "m1", "m2", `{"k":"c"}`)
}

func filterStructured(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterScope: new(filter.MessageBody), FilterPolicy: new(`{"k":["v"]}`)})
	e.put(t, sns.Message{Structure: "json", Body: `{"default":"text","sqs":"{\"k\":\"v\"}"}`})
	e.put(t, sns.Message{Structure: "json", Body: `{"default":"{\"k\":\"v\"}","sqs":"text"}`})
	e.gets(q, `{"k":"v"}`)
}

func filterFIFO(e *Env) {
	t := e.fifo(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterScope: new(filter.MessageBody), FilterPolicy: new(`{"k":["v"]}`)})
	e.group(t, "g", `{"k":"v","n":1}`, `{"k":"w"}`, `{"k":"v","n":2}`)
	e.gets(q, `{"k":"v","n":1}`, `{"k":"v","n":2}`)
}
