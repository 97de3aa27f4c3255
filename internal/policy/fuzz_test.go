package policy

import (
	"testing"
	"time"

	"github.com/inflight-mq/inflight/internal/jsontext"
)

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		``, `{}`, `{"Statement":[]}`, `{"Statement":{` + minimal + `},"Statement":null}`, one(minimal),
		`{"Version":"2008-10-17","Id":"i","Statement":[{"Sid":"s",` + minimal + `,"Resource":["arn:*","?"]},{` + minimal + `}]}`,
		one(`"Effect":"Deny","NotPrincipal":{"AWS":["1","arn:aws:iam::2:root"],"Service":"s"},"NotAction":"*","NotResource":"q"`),
		one(minimal + `,"Condition":{"ForAllValues:StringNotLikeIfExists":{"aws:SourceArn":["*","a?"]},"Null":{"k":true}}`),
		one(minimal + `,"Condition":{"DateLessThan":{"aws:CurrentTime":1e3},"NumericEquals":{"k":-1.5},"NotIpAddress":{"k":"::/0"}}`),
		one(minimal + `,"Condition":{"BinaryEquals":{"k":"QQ=="},"ArnNotLike":{"aws:SourceArn":"arn:*:sns:::"},"Nonsense":{"k":[]}}`),
		"{\"Statement\":{\"Sid\":\"\\ud800\xff\"," + minimal + "}}",
	} {
		f.Add(text)
	}
	requests := []Request{
		{},
		{Account: "1", Action: "sqs:SendMessage", Resource: queue, Now: time.Unix(0, 0)},
		{PrincipalARN: user, Action: "\xff", Resource: "\xff", Context: map[string][]string{"k": {"", "1", "\xff"}}},
		{Service: "sns.amazonaws.com", Action: "sqs:SendMessage", Context: map[string][]string{"aws:sourcearn": {topic}}},
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		edited, editErr := AddStatement(text, "id", receive("fuzzed", "1"))
		if err != nil {
			return
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("accepted once only: %v", err)
		}
		for _, r := range requests {
			if p.Evaluate(r) != again.Evaluate(r) {
				t.Fatal("two decisions about one request")
			}
		}
		if !Equal(text, text+" ") {
			t.Fatal("white space counts")
		}
		if HasSid(text, "fuzzed") {
			return
		}
		if editErr != nil {
			t.Fatalf("valid, but not editable: %v", editErr)
		}
		checkEdit(t, p, text, edited)
	})
}

// checkEdit checks that the edit added one statement and that it can be taken back.
func checkEdit(t *testing.T, before *Policy, text, edited string) {
	after, err := Parse(edited)
	if err != nil || after.Statements() != before.Statements()+1 {
		t.Fatalf("%v in %s", err, edited)
	}
	back, found, empty, err := Remove(edited, "fuzzed")
	if err != nil || !found || empty || HasSid(back, "fuzzed") {
		t.Fatalf("cannot remove: %v", err)
	}
	twice, err := AddStatement(back, "", receive("fuzzed", "1"))
	if err != nil || twice != edited {
		t.Fatalf("%v: %s is not %s", err, twice, edited)
	}
	members, _ := jsontext.Object([]byte(text))
	if members["Statement"][0] == '[' && !Equal(text, back) {
		t.Fatalf("%s came back as %s", text, back)
	}
}
