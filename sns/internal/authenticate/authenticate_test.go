package authenticate

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func mufasa(password, nonce string) Request {
	return Request{Method: "GET", URI: "/dir/index.html", User: "Mufasa", Password: password, Nonce: func() string { return nonce }}
}

// answered reads an answer back: it has the form of a challenge.
func answered(t *testing.T, answer string) map[string]string {
	t.Helper()
	all := parse(answer)
	require.Len(t, all, 1, answer)
	require.Equal(t, "digest", all[0].scheme)
	return all[0].params
}

// The examples of the standards, and of RFC 2069 the corrected one of its errata.
func TestPublishedExamples(t *testing.T) {
	const (
		line7616 = `realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ` +
			`opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
		nonce7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
		line2617  = `Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ` +
			`opaque="5ccc069c403ebaf9f0171e9517f40e41"`
		line2069 = `Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`
	)
	answer := mufasa("Circle of Life", nonce7616).Answer([]string{"Digest " + line7616 + ", algorithm=SHA-256"})
	require.Equal(t, `Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", `+
		`uri="/dir/index.html", algorithm=SHA-256, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, nc=00000001, `+
		`response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", `+
		`opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`, answer)
	for _, row := range []struct{ line, password, nonce, response string }{
		{"Digest " + line7616 + ", algorithm=MD5", "Circle of Life", nonce7616, "8ca523f5e9506fed4657c9700eebdbec"},
		{line2617, "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"},
		{line2069, "CircleOfLife", "", "1949323746fe6a43ef61f9606e7febea"},
	} {
		require.Equal(t, row.response, answered(t, mufasa(row.password, row.nonce).Answer([]string{row.line}))["response"], row.line)
	}
}

// What each form of digest consists of, put together by hand.
func TestForms(t *testing.T) {
	md5, sha := md5Hex, sha256Hex
	for _, row := range []struct {
		params string
		want   map[string]string // of those that depend on the form
		sum    string
	}{
		{`algorithm=MD5`, map[string]string{"algorithm": "MD5"}, md5(md5("u:r:p") + ":n:" + md5("POST:/x"))},
		{`algorithm="md5", qop="AUTH"`, map[string]string{"algorithm": "MD5", "qop": "auth", "nc": "00000001", "cnonce": "own"},
			md5(md5("u:r:p") + ":n:00000001:own:auth:" + md5("POST:/x"))},
		{`algorithm=MD5-sess, qop=auth`, map[string]string{"algorithm": "MD5-sess", "qop": "auth", "nc": "00000001", "cnonce": "own"},
			md5(md5(md5("u:r:p")+":n:own") + ":n:00000001:own:auth:" + md5("POST:/x"))},
		{`algorithm=sha-256-SESS, qop="auth-int,	auth "`, map[string]string{"algorithm": "SHA-256-sess", "qop": "auth", "nc": "00000001", "cnonce": "own"},
			sha(sha(sha("u:r:p")+":n:own") + ":n:00000001:own:auth:" + sha("POST:/x"))},
		{`algorithm=SHA-256-sess`, map[string]string{"algorithm": "SHA-256-sess", "cnonce": "own"},
			sha(sha(sha("u:r:p")+":n:own") + ":n:" + sha("POST:/x"))},
		{`qop=""`, map[string]string{}, md5(md5("u:r:p") + ":n:" + md5("POST:/x"))},
		{`opaque=""`, map[string]string{"opaque": ""}, md5(md5("u:r:p") + ":n:" + md5("POST:/x"))},
		{`stale=true, domain="/ /x", userhash=true, charset=UTF-8, colour="red"`, map[string]string{}, md5(md5("u:r:p") + ":n:" + md5("POST:/x"))},
	} {
		asked := 0
		r := Request{Method: "POST", URI: "/x", User: "u", Password: "p", Nonce: func() string { asked++; return "own" }}
		want := map[string]string{"username": "u", "realm": "r", "nonce": "n", "uri": "/x", "response": row.sum}
		for k, v := range row.want {
			want[k] = v
		}
		require.Equal(t, want, answered(t, r.Answer([]string{`Digest realm="r", nonce="n", ` + row.params})), row.params)
		_, needed := want["cnonce"]
		require.Equal(t, needed, asked == 1, row.params)
	}
}

// What stands in quotes is hashed as it is and written with the escapes that it needs.
func TestQuotes(t *testing.T) {
	r := Request{Method: "POST", URI: `/?q="a"`, User: `du\"ke`, Password: `p"`}
	got := answered(t, r.Answer([]string{`Digest realm="the \"old\\ realm", nonce="\n,o=\"", opaque="=,"`}))
	require.Equal(t, map[string]string{
		"username": `du\"ke`, "realm": `the "old\ realm`, "nonce": `n,o="`, "opaque": "=,", "uri": `/?q="a"`,
		"response": md5Hex(md5Hex(`du\"ke:the "old\ realm:p"`) + `:n,o=":` + md5Hex(`POST:/?q="a"`)),
	}, got)
}

const (
	someMD5   = `Digest realm="r", nonce="md5"`
	someSHA   = `Digest realm="r", nonce="sha", algorithm=SHA-256`
	someBasic = `Basic realm="r"`
)

// Which challenge is answered: "" none, "Basic", or by its nonce.
func TestChoice(t *testing.T) {
	for _, row := range []struct {
		answer string
		lines  []string
	}{
		{"", nil},
		{"", []string{"", " ", ",", `"`, "=", `\`, "\x00", "é", "Basic=x", "Basically realm=x", "Bearer abc"}},
		{"Basic", []string{"Basic"}},
		{"Basic", []string{"BASIC  "}},
		{"Basic", []string{"\t,, bAsIc\trealm=x ,"}},
		{"Basic", []string{"Negotiate", someBasic}},
		{"Basic", []string{"Negotiate, " + someBasic}},
		{"Basic", []string{"Negotiate YII=, " + someBasic}},
		{"Basic", []string{"NTLM TlRMTVNTUAAC==\t,Basic"}},
		{"Basic", []string{"Basic , Negotiate"}},
		{"Basic", []string{`Basic realm="a, Digest realm=b", charset="UTF-8"`}},
		{"md5", []string{someMD5}},
		{"md5", []string{`DIGEST REALM="r", Nonce="md5"`}},
		{"md5", []string{someMD5, someBasic}},
		{"md5", []string{someBasic + ", " + someMD5}},
		{"md5", []string{someMD5 + ", " + someBasic}},
		{"md5", []string{someMD5, `Digest realm="r", nonce="second", algorithm=MD5`}},
		{"md5", []string{`Digest,` + someMD5}},
		{"md5", []string{`Digest ,realm = r , , nonce= "md5",`}},
		{"sha", []string{someMD5, someSHA, someBasic}},
		{"sha", []string{someSHA + ", " + someMD5}},
		{"sha", []string{someMD5 + "," + someSHA}},
		{"sha", []string{someMD5, `Digest realm="r", nonce="sha", algorithm=SHA-256-sess, qop="auth"`}},

		// Nobody can answer these, but the others on other lines.
		{"", []string{`Digest`}},
		{"", []string{`Digest realm="r"`}},
		{"", []string{`Digest nonce="n"`}},
		{"", []string{`Digest realm="r", nonce="n", algorithm=SHA-512-256`}},
		{"", []string{`Digest realm="r", nonce="n", algorithm=""`}},
		{"", []string{`Digest realm="r", nonce="n", qop="auth-int"`}},
		{"", []string{`Digest realm="r", nonce="n", qop="author"`}},
		{"", []string{`Digest realm="r", nonce="n`, `Digest realm="r", nonce="n\`, `Digest realm="r", nonce="n\"`}},
		{"", []string{`Digest realm="r", nonce=`, `Digest realm="r", nonce`, `Digest realm="r", nonce=;`}},
		{"", []string{`Digest realm="r" nonce="n"`, `Digest realm="r", nonce="n", nonce="n"`, `Digest realm="r", Nonce="n", nOnce="m"`}},
		{"", []string{"Digest realm=\"r\", nonce=\"a\x01b\"", "Digest realm=\"r\", nonce=\"a\\\r\"", "Digest realm=\"\x7f\", nonce=\"a\""}},
		{"", []string{`"Digest" realm="r", nonce="n"`, `Digest: realm="r", nonce="n"`}},
		{"Basic", []string{`Digest realm="r`, someBasic}},
		{"Basic", []string{someBasic + `, Digest realm="r`}},
		{"md5", []string{someMD5 + `, =`}},
		{"md5", []string{someMD5 + `, Digest realm="r`, `Digest realm="r", nonce="n", algorithm=Tiger`}},
	} {
		r := Request{Method: "POST", URI: "/", User: "u", Password: "p", Nonce: func() string { return "own" }}
		answer := r.Answer(row.lines)
		switch row.answer {
		case "":
			require.Empty(t, answer, "%q", row.lines)
		case "Basic":
			require.Equal(t, "Basic "+base64.StdEncoding.EncodeToString([]byte("u:p")), answer, "%q", row.lines)
		default:
			require.Equal(t, row.answer, answered(t, answer)["nonce"], "%q", row.lines)
		}
	}
}

// A name that no header can hold is not written into one, and Basic hides it.
func TestNamesNoHeaderCanHold(t *testing.T) {
	for _, user := range []string{"a\r\nX: y", "a\x00", "\x7f"} {
		r := Request{Method: "POST", URI: "/", User: user, Password: "p"}
		require.Empty(t, r.Answer([]string{someMD5}))
		require.Equal(t, "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":p")), r.Answer([]string{someMD5, someBasic}))
	}
	r := Request{Method: "POST", URI: "/", User: "zoë", Password: "p"}
	require.Equal(t, "zoë", answered(t, r.Answer([]string{someMD5}))["username"])
}

// What is written as a list of challenges, however generous with blanks, commas and escapes, is read back.
func TestParseReadsWhatIsWritten(t *testing.T) {
	name := rapid.StringMatching("[a-z!#$%&'*+.^_`|~0-9-]{1,8}")
	blank, bad := rapid.StringMatching(`[ \t]{0,2}`), func(c rune) bool { return c < 0x80 && isControl(byte(c)) }
	rapid.Check(t, func(t *rapid.T) {
		var line strings.Builder
		var want []challenge
		for range rapid.IntRange(0, 4).Draw(t, "challenges") {
			c := challenge{name.Draw(t, "scheme"), map[string]string{}}
			want = append(want, c)
			line.WriteString(strings.ToUpper(c.scheme))
			kind := rapid.IntRange(0, 2).Draw(t, "kind")
			if kind == 1 {
				line.WriteString(" " + rapid.StringMatching(`[A-Za-z0-9._~+/-]{1,9}={0,2}`).Draw(t, "token68") + blank.Draw(t, "blank"))
			}
			for i := 0; kind == 2 && i < rapid.IntRange(1, 4).Draw(t, "parameters"); i++ {
				k := name.Filter(func(k string) bool { _, has := c.params[k]; return !has }).Draw(t, "name")
				v := rapid.OneOf(name, rapid.String().Filter(func(v string) bool { return !strings.ContainsFunc(v, bad) })).Draw(t, "value")
				c.params[k] = v
				if i == 0 {
					line.WriteByte(' ')
				} else {
					line.WriteByte(',')
				}
				text := quoted(v)
				if r := (reader{v}); r.token() == v && v != "" && rapid.Bool().Draw(t, "bare") {
					text = v
				}
				line.WriteString(blank.Draw(t, "blank") + k + blank.Draw(t, "blank") + "=" + blank.Draw(t, "blank") + text + blank.Draw(t, "blank"))
			}
			line.WriteString(rapid.StringMatching(`[ \t]{0,2},[ \t,]{0,3}`).Draw(t, "comma"))
		}
		got := parse(line.String())
		if len(got) != len(want) {
			t.Fatalf("%q: %v", line.String(), got)
		}
		for i := range got {
			require.Equal(t, want[i], got[i], "%q", line.String())
		}
	})
}
