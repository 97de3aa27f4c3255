package snstest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

// vector is a filter policy with messages that it takes and messages that it does not. In the scope MessageAttributes a message is
// written as its attributes, one a line: a name, a colon, the type's first letter (A for String.Array), another colon, the value.
type vector struct {
	source, name, policy string
	yes, no              []string
}

// attributesOf reads a message's attributes as vectors have them.
func attributesOf(text string) map[string]sns.Attribute {
	as := map[string]sns.Attribute{}
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(f) < 3 {
			continue
		}
		switch f[1] {
		case "S":
			as[f[0]] = sns.String(f[2])
		case "N":
			as[f[0]] = sns.Number(f[2])
		case "B":
			as[f[0]] = sns.Binary([]byte(f[2]))
		case "A":
			as[f[0]] = sns.Attribute{Type: "String.Array", Text: f[2]}
		default:
			as[f[0]] = sns.Attribute{Type: f[1], Text: f[2]}
		}
	}
	return as
}

// cases turns vectors into cases of a scope.
func vectors(scope filter.Scope, prefix, rule string, vs []vector) []Case {
	var all []Case
	for _, v := range vs {
		all = append(all, Case{
			Name: prefix + v.name, Source: v.source, Rule: rule + ": " + v.policy,
			Run: func(e *Env) {
				t := e.topic(sns.Config{})
				q := e.subscriber(t, sns.SubscriptionConfig{FilterScope: &scope, FilterPolicy: &v.policy})
				for _, text := range append(append([]string{}, v.no...), v.yes...) {
					m := sns.Message{Body: text}
					if scope == filter.MessageAttributes {
						m.Attributes = attributesOf(text)
					}
					_, err := t.Publish(e.Ctx, m)
					require.NoError(e, err, text)
				}
				e.gets(q, v.yes...)
			},
		})
	}
	return all
}

func filterAttributeCases() []Case {
	const none = "no attributes"
	return vectors(filter.MessageAttributes, "attributes-", "the policy takes some messages by their attributes, and not others", []vector{
		{"recorded 9.8", "numeric-range", `{"attr1":[{"numeric":[">",0,"<=",100]}]}`,
			[]string{"attr1:N:99", "attr1:N:100", "attr1:N:0.001"}, []string{"attr1:N:111", "attr1:N:0", "attr1:S:99", none}},
		{"recorded 9.8", "null-or-anything-but", `{"attr1":[null,{"anything-but":"whatever"}]}`,
			[]string{"attr1:S:other"}, []string{none, "attr1:S:whatever"}},
		{"recorded 9.8", "exists", `{"store":[{"exists":true}]}`, []string{"store:N:99", "store:S:x"}, []string{none, "other:S:x"}},
		{"recorded 9.8", "exists-not", `{"store":[{"exists":false}]}`, []string{"def:N:99", none}, []string{"store:N:99"}},
		{"recorded 9.8", "string", `{"store":["value1"]}`,
			[]string{"store:S:value1", `store:A:["value1","value2"]`},
			[]string{`store:A:["value2","value3"]`, "store:S:Value1", "store:S:value1 ", "store:S:value", none}},
		{"documented 9.6", "several-strings", `{"k":["a","b"]}`, []string{"k:S:a", "k:S:b"}, []string{"k:S:c", "k:S:ab"}},
		{"documented 9.2", "all-keys", `{"k":["a"],"l":["b"]}`, []string{"k:S:a\nl:S:b"}, []string{"k:S:a", "l:S:b", "k:S:a\nl:S:c"}},
		{"inferred 9.1", "empty", `{}`, []string{none, "k:S:a"}, nil},
		{"documented 9.6", "number", `{"k":[100]}`, []string{"k:N:100", "k:N:100.0", "k:N:1e2"}, []string{"k:N:101", "k:S:100", "k:N:-100"}},
		{"documented 9.6", "prefix", `{"k":[{"prefix":"ab"}]}`, []string{"k:S:ab", "k:S:abc"}, []string{"k:S:a", "k:S:cab", "k:S:AB"}},
		{"documented 9.6", "suffix", `{"k":[{"suffix":"ab"}]}`, []string{"k:S:ab", "k:S:cab"}, []string{"k:S:b", "k:S:abc", "k:S:AB"}},
		{"documented 9.6", "ignore-case", `{"k":[{"equals-ignore-case":"Ab"}]}`, []string{"k:S:ab", "k:S:AB"}, []string{"k:S:abc", "k:S:a"}},
		{"documented 9.6", "numeric-equal", `{"k":[{"numeric":["=",5]}]}`, []string{"k:N:5", "k:N:5.0"}, []string{"k:N:5.1", "k:S:5"}},
		{"documented 9.6", "numeric-less", `{"k":[{"numeric":["<",5]}]}`, []string{"k:N:4.9", "k:N:-7"}, []string{"k:N:5", "k:N:6"}},
		{"documented 9.6", "numeric-at-least", `{"k":[{"numeric":[">=",5]}]}`, []string{"k:N:5", "k:N:6"}, []string{"k:N:4.99"}},
		{"recorded 9.6", "cidr", `{"k":[{"cidr":"10.0.0.0/24"}]}`, []string{"k:S:10.0.0.0", "k:S:10.0.0.255"},
			[]string{"k:S:10.0.1.0", "k:S:10.0.0.256", "k:S:home", none}},
		{"recorded 9.6", "cidr-six", `{"k":[{"cidr":"2001:db8:1234:1a00::/64"}]}`, []string{"k:S:2001:0db8:1234:1a00:0000:0000:0000:0000"},
			[]string{"k:S:2001:0db8:1234:1a01:0000:0000:0000:0000", "k:S:10.0.0.1"}},
		{"documented 9.6", "anything-but", `{"k":[{"anything-but":"a"}]}`, []string{"k:S:b", "k:S:" + "ab"}, []string{"k:S:a", none}},
		{"documented 9.6", "anything-but-list", `{"sport":[{"anything-but":["rugby","tennis"]}]}`,
			[]string{"sport:S:baseball", `sport:A:["rugby","baseball"]`}, []string{"sport:S:rugby", `sport:A:["rugby"]`, none}},
		{"documented 9.6", "anything-but-number", `{"k":[{"anything-but":[100,500]}]}`, []string{"k:N:101", "k:N:100.1"}, []string{"k:N:100", "k:N:500.0"}},
		{"documented 9.6", "anything-but-prefix", `{"k":[{"anything-but":{"prefix":"ab"}}]}`, []string{"k:S:ba"}, []string{"k:S:ab", "k:S:abc", none}},
		{"documented 9.6", "array-literals", `{"k":[true,null,7]}`, []string{`k:A:[true]`, `k:A:["x",null]`, `k:A:[7]`},
			[]string{`k:A:[false]`, `k:A:["true"]`, "k:S:true", "k:S:null", "k:A:[8]", none}},
		{"inferred 9.5", "array-broken", `{"k":["a"]}`, []string{`k:A:["a"]`}, []string{"k:A:a", `k:A:{"a":"a"}`, `k:A:"a"`}},
		{"inferred 9.5", "binary", `{"k":[{"exists":false}]}`, []string{"k:B:bytes"}, nil},
		{"inferred 9.5", "labelled", `{"k":["a"]}`, []string{"k:String.x:a"}, []string{"k:String.x:b"}},
		{"inferred 9.5", "labelled-number", `{"k":[7]}`, []string{"k:Number.x:7"}, []string{"k:String.x:7"}},
		{"documented 9.2", "or", `{"$or":[{"k":["a"]},{"l":["b"]}],"m":["c"]}`, []string{"k:S:a\nm:S:c", "l:S:b\nm:S:c"},
			[]string{"k:S:a", "m:S:c", "k:S:b\nm:S:c"}},
		{"documented 9.2", "or-is-a-key", `{"$or":["a"]}`, nil, []string{none, "k:S:a"}},
	})
}

func filterBodyCases() []Case {
	const (
		object  = `{"object":{"key":[{"prefix":"auto-"},"hardcodedvalue"],"nested_key":[{"exists":false}]},"test":[{"exists":false}]}`
		events  = `{"Records":{"s3":{"object":{"key":[{"prefix":"auto-"}]}},"eventName":[{"prefix":"ObjectCreated:"}]}}`
		metrics = `{"$or":[{"metricName":["CPUUtilization","ReadLatency"]},{"namespace":["AWS/EC2","AWS/ES"]}],"detail":{"scope":["Service"],` +
			`"$or":[{"source":["aws.cloudwatch"]},{"type":["CloudWatch Alarm State Change"]}]}}`
	)
	event := func(key, name string) string {
		return `{"eventName":"` + name + `","s3":{"object":{"key":"` + key + `"}}}`
	}
	return vectors(filter.MessageBody, "body-", "the policy takes some messages by their body, and not others", []vector{
		{"recorded 9.8", "object", object, []string{`{"object":{"key":"auto-test"}}`, `{"object":{"key":"hardcodedvalue"}}`},
			[]string{`{"object":{"key":"test-auto"}}`, `{"object":{"key":"auto-test"},"test":"just-exists"}`,
				`{"object":{"key":"auto-test","nested_key":"just-exists"}}`, `{"object":{"test":"auto-test"}}`}},
		{"recorded 9.8", "array", `{"headers":{"route-to":["queue1"]}}`, []string{`{"headers":{"route-to":["queue1","queue2"]}}`},
			[]string{`{"headers":{"route-to":["queue2"]}}`, `{"headers":{"route-to":[]}}`}},
		{"recorded 9.8", "events", events, []string{
			`{"Records":[` + event("auto-1", "ObjectCreated:Put") + `]}`,
			`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":[[{"key":"auto-1"}]]}},` + event("home-1", "ObjectRemoved:Delete") + `]}`,
		}, []string{`{"Records":[` + event("auto-1", "ObjectRemoved:Delete") + `]}`, `{"Records":[` + event("home-1", "ObjectCreated:Put") + `]}`}},
		{"inferred 9.7", "same-element", events, nil,
			[]string{`{"Records":[` + event("auto-1", "ObjectRemoved:Delete") + `,` + event("home-1", "ObjectCreated:Put") + `]}`}},
		{"recorded 9.8", "or", metrics, []string{`{"metricName":"CPUUtilization","detail":{"scope":"Service","source":"aws.cloudwatch"}}`},
			[]string{`{"metricName":"AWS/EC2","detail":{"scope":"Service","source":"aws.cloudwatch"}}`,
				`{"metricName":"CPUUtilization","detail":{"scope":"Service"}}`,
				`{"metricName":"CPUUtilization","scope":"Service","detail":{"source":"aws.cloudwatch"}}`}},
		{"recorded 9.8", "empty-array-elsewhere", `{"detail":{"eventVersion":[""]}}`, []string{`{"resources":[],"detail":{"eventVersion":""}}`},
			[]string{`{"detail":{"eventVersion":"1"}}`, `{"detail":{}}`}},
		{"recorded 9.7", "dots", `{"a.b.c":["v"]}`, []string{`{"a":{"b":{"c":"v"}}}`, `{"a.b.c":"v"}`, `{"a.b":{"c":"v"}}`, `{"a":{"b.c":"v"}}`},
			[]string{`{"a":{"b":"v"}}`, `{"a":{"b":{"c":"w"}}}`}},
		{"recorded 9.7", "dots-in-message", `{"a":{"b":{"c":["v"]}}}`, []string{`{"a.b.c":"v"}`, `{"a.b":{"c":"v"}}`, `{"a":{"b.c":"v"}}`},
			[]string{`{"a.b.d":"v"}`}},
		{"recorded 9.1", "not-an-object", `{"k":[{"exists":false}]}`, []string{`{}`, `{"l":1}`},
			[]string{"text", `"text"`, `7`, `[{"l":1}]`, `null`, `{"k":1}`}},
		{"recorded 9.7", "nested-exists-not", `{"a":{"b":[{"exists":false}]}}`, []string{`{"a":{"c":1}}`, `{"b":1}`}, []string{`{"a":{"b":1}}`}},
		{"inferred 9.7", "exists-leaf", `{"a":[{"exists":true}]}`, []string{`{"a":1}`, `{"a":[1]}`, `{"a":""}`}, []string{`{"a":{"b":1}}`, `{"a":[]}`, `{}`}},
		{"documented 9.6", "literals", `{"a":[true,null,1.5,"x"]}`, []string{`{"a":true}`, `{"a":null}`, `{"a":1.50}`, `{"a":"x"}`},
			[]string{`{"a":false}`, `{"a":"true"}`, `{"a":"null"}`, `{"a":2}`, `{}`}},
		{"documented 9.6", "anything-but", `{"a":[{"anything-but":["x","y"]}]}`, []string{`{"a":"z"}`, `{"a":["x","z"]}`, `{"a":1}`}, []string{`{"a":"x"}`, `{"a":["x","y"]}`, `{}`}},
		{"documented 9.6", "numeric", `{"a":{"b":[{"numeric":[">=",1,"<",2]}]}}`, []string{`{"a":{"b":1}}`, `{"a":{"b":1.99}}`, `{"a":[{"b":9},{"b":1}]}`},
			[]string{`{"a":{"b":2}}`, `{"a":{"b":"1"}}`}},
	})
}
