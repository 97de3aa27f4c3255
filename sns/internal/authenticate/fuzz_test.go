package authenticate

import (
	"strings"
	"testing"
)

// FuzzAnswer answers any two lines for any name, password and target: never a panic, and an answer that is Basic or reads as one
// challenge of Digest with what was given, that the challenge's own parser finds in the lines, without a byte that no header can hold.
func FuzzAnswer(f *testing.F) {
	for _, lines := range [][2]string{
		{someMD5, someSHA}, {someBasic, ""}, {"Negotiate YII=, " + someBasic, `Digest realm="r`}, {`Digest realm="a\"\\", nonce="n", qop="auth,auth-int"`, ","},
		{`Digest realm=r,nonce=n,algorithm=MD5-sess,opaque="é\x"`, "Basic ,"}, {"Digest realm=\"\x01\", nonce=\"\"", "Digest realm , nonce = = x"},
	} {
		f.Add(lines[0], lines[1], "user", "pass", "/x?y=1")
	}
	f.Add(someMD5, someBasic, "a\r\nb", "\x00", `/?"`)
	f.Fuzz(func(t *testing.T, first, second, user, password, uri string) {
		asked := 0
		r := Request{Method: "POST", URI: uri, User: user, Password: password, Nonce: func() string { asked++; return "own" }}
		answer := r.Answer([]string{first, second})
		if r.Answer([]string{first, second}) != answer {
			t.Fatal("the same question, another answer")
		}
		switch {
		case asked > 2:
			t.Fatalf("asked %d times", asked)
		case answer == "" || strings.HasPrefix(answer, "Basic "):
			return
		}
		for _, c := range []byte(answer) {
			if isControl(c) {
				t.Fatalf("%q", answer)
			}
		}
		all := parse(answer)
		if len(all) != 1 || all[0].scheme != "digest" {
			t.Fatalf("%q", answer)
		}
		p := all[0].params
		if p["username"] != user || p["uri"] != uri || len(p["response"]) != 32 && len(p["response"]) != 64 {
			t.Fatalf("%q", answer)
		}
		for _, c := range append(parse(first), parse(second)...) {
			if c.scheme == "digest" && c.params["nonce"] == p["nonce"] && c.params["realm"] == p["realm"] && c.params["opaque"] == p["opaque"] {
				return
			}
		}
		t.Fatalf("%q answers nobody", answer)
	})
}
