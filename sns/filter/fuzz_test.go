package filter

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse parses policies in both scopes: never a panic, errors of one type, and what is accepted is accepted again as the compact
// text, to the same effect. What is refused as no JSON is none for the standard library either.
func FuzzParse(f *testing.F) {
	for _, policy := range []string{
		ordinary, ordinaryNested, `{}`, `[]`, ` {"a" : [ "x" , 1, -1.5e3,true ,null ] } `, `{"a":["\ud83d\ude00\ud800\n\u001f"],"a":[1]}`,
		`{"$or":[{"a":["x"]},{"b":[{"exists":false}]}],"c":[{"suffix":""},{"equals-ignore-case":"X"}]}`, `{"$or":[{"prefix":"x"},"y"]}`,
		`{"k":[{"anything-but":["a","b"]},{"anything-but":{"prefix":"c"}},{"cidr":"10.0.0.0/8"},{"cidr":"::/0"}]}`, `{"k":[{"numeric":["=",1]},{"numeric":[">",1,"<=",2]}]}`,
		`{"k":[{"numeric":["<",100,">",10]}]}`, `{"k":[{"suffix":"a","prefix":"b"}]}`, `{"k":[{"cidr":"bad-/64x"}]}`, `{"k":{"suffix":"v"}}`, `{"k":[[]]}`,
		"{\"\xff\":[1]}", `{"a.b..":{"":[1e999]}}`, strings.Repeat(`{"a":`, 200) + `[1]` + strings.Repeat("}", 200),
	} {
		f.Add(policy)
	}
	in := ordinaryAttributes()
	in.Body = ParseBody(kilobyte(true))
	f.Fuzz(func(t *testing.T, policy string) {
		for _, scope := range []Scope{MessageAttributes, MessageBody} {
			p, err := Parse(policy, scope)
			if err != nil {
				e, ok := err.(*Error)
				if !ok || p != nil || e.Text == "" {
					t.Fatalf("%v %#v", p, err)
				}
				// A byte that is no number, no name and so on: only what we nest less deep than they is refused by us alone.
				if strings.HasPrefix(e.Text, "failed to parse JSON. ") && json.Valid([]byte(policy)) && utf8.ValidString(policy) && !strings.Contains(e.Text, "nesting depth") {
					t.Fatalf("%s: %v", policy, e)
				}
				continue
			}
			if !json.Valid([]byte(policy)) || !json.Valid([]byte(p.String())) {
				t.Fatalf("accepted %q as %q", policy, p)
			}
			again, err := Parse(p.String(), scope)
			if err != nil || again.String() != p.String() || again.Match(in) != p.Match(in) {
				t.Fatalf("%q became %q: %v", policy, p, err)
			}
			if p.Match(in) != (len(p.Explain(in)) == 0) {
				t.Fatalf("%q: %v", p, p.Explain(in))
			}
		}
	})
}

// FuzzMatch matches any message against any policy: never a panic, Match and Explain and the index agree, and what is read
// as a body is an object in JSON.
func FuzzMatch(f *testing.F) {
	for _, message := range []string{
		kilobyte(false), kilobyte(true), `{"a":{"b.c":[1,[{"d":null}]]},"a.b":[{"c":"10.0.0.1"}]}`, `["x",1,null,true]`, `{"a":"\ud800\u0041","a":1e999}`,
		`{"a":[{"b":1},{"c":2}],"a.b":1}`, `{"r":[{"a":1,"b":2},{"a":2,"b":1}]}`, `plain`, `{"a":01}`, "{\"\xff\":1}", `-1.5`, `{}`, `[]`, ``,
	} {
		f.Add(ordinaryNested, message)
		f.Add(`{"a":{"b":["10.0.0.1",1,{"exists":false}]},"$or":[{"a.b":{"c":[1]}},{"r":{"a":[1],"b":[1]}}]}`, message)
		f.Add(`{"a":["x",{"anything-but":[1]},{"cidr":"::/0"}],"b":[{"exists":false}]}`, message)
	}
	f.Fuzz(func(t *testing.T, policy, message string) {
		in := attributes("a", "String.Array", message, "b", "Number", message, "c", "String", message, message, message, message)
		in.Body = ParseBody(message)
		var object map[string]any
		if wanted := json.Unmarshal([]byte(message), &object) == nil && object != nil && utf8.ValidString(message); wanted != (in.Body != nil) {
			depth := strings.Count(message, "[") + strings.Count(message, "{")
			if in.Body != nil || depth <= deepest {
				// A number out of range is one all the same.
				if !json.Valid([]byte(message)) || in.Body == nil {
					t.Fatalf("%v: %q", wanted, message)
				}
			}
		}
		for _, scope := range []Scope{MessageAttributes, MessageBody} {
			p, err := Parse(policy, scope)
			if err != nil {
				continue
			}
			matched := p.Match(in)
			if why := p.Explain(in); matched != (len(why) == 0) {
				t.Fatalf("%v: %v", matched, why)
			}
			var x Index[int]
			x.Add(1, p)
			if matched != (len(x.Matches(in)) == 1) {
				t.Fatalf("the index disagrees with %v", matched)
			}
			if x.Remove(1); len(x.rest.list) > 0 || len(x.attributes.below) > 0 || len(x.body.below) > 0 {
				t.Fatal("something stays in the index")
			}
		}
	})
}
