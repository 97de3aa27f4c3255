package awswire

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The key and the day of the examples that AWS publishes.
const (
	exampleKey    = "AKIDEXAMPLE"
	exampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	exampleTime   = "20150830T123600Z"
	exampleDay    = "20150830"
)

func exampleKeys() *Keys {
	return NewKeys([]Key{{AccessKey: exampleKey, Secret: exampleSecret, UserID: "AIDA"}})
}

func verify(t require.TestingT, keys *Keys, r *http.Request) (Key, error) {
	req, err := Read(r, 1<<20)
	require.NoError(t, err)
	return keys.Verify(req)
}

// Requests and signatures of the published test suite, and of the example of the IAM guide.
func TestPublishedSignatures(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		name, method, url, service, kind, body, signature string
	}{
		{"get-vanilla", "GET", "https://example.amazonaws.com/", "service", "", "",
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-vanilla-query-order-key-case", "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "service", "", "",
			"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"post-vanilla", "POST", "https://example.amazonaws.com/", "service", "", "",
			"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"post-x-www-form-urlencoded", "POST", "https://example.amazonaws.com/", "service", form, "Param1=value1",
			"ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		{"iam", "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "iam", form + "; charset=utf-8", "",
			"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.url, strings.NewReader(c.body))
			r.Header.Set("X-Amz-Date", exampleTime)
			signed := "host;x-amz-date"
			if c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
				signed = "content-type;" + signed
			}
			r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s/us-east-1/%s/aws4_request, SignedHeaders=%s, Signature=%s",
				exampleKey, exampleDay, c.service, signed, c.signature))
			key, err := verify(t, exampleKeys(), r)
			require.NoError(t, err)
			require.Equal(t, Key{AccessKey: exampleKey, Secret: exampleSecret, UserID: "AIDA"}, key)
		})
	}
}

// request is a signed request, told in the words of the specification.
type request struct {
	method, path, body string
	params             [][2]string // decoded, in any order
	headers            [][2]string // signed ones but for host and date
	payload            string      // its hash, if not that of the body
}

func sum(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }

func hash(key, s string) string {
	h := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(h, s)
	return string(h.Sum(nil))
}

// percent escapes every byte that is neither unreserved nor in keep.
func percent(s, keep string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"+keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// sign computes a signature step by step, as the specification tells it.
func (q request) sign(secret, host string, params [][2]string) (signed, signature string) {
	headers := append([][2]string{{"host", host}}, q.headers...)
	sort.Slice(headers, func(i, j int) bool { return headers[i][0] < headers[j][0] })
	sort.Slice(params, func(i, j int) bool {
		return params[i][0] < params[j][0] || params[i][0] == params[j][0] && params[i][1] < params[j][1]
	})
	var names, lines, query []string
	for _, h := range headers {
		names, lines = append(names, h[0]), append(lines, h[0]+":"+h[1]+"\n")
	}
	for _, p := range params {
		query = append(query, percent(p[0], "")+"="+percent(p[1], ""))
	}
	signed = strings.Join(names, ";")
	payload := q.payload
	if payload == "" {
		payload = sum(q.body)
	}
	canonical := strings.Join([]string{
		q.method, percent(percent(q.path, "/"), "/"), strings.Join(query, "&"), strings.Join(lines, ""), signed, payload,
	}, "\n")
	scope := exampleDay + "/eu-west-1/sqs/aws4_request"
	text := "AWS4-HMAC-SHA256\n" + exampleTime + "\n" + scope + "\n" + sum(canonical)
	key := hash(hash(hash(hash("AWS4"+secret, exampleDay), "eu-west-1"), "sqs"), "aws4_request")
	return signed, fmt.Sprintf("%x", hash(key, text))
}

// sent returns the request as it is sent, signed in its headers.
func (q request) sent(secret string) *http.Request {
	values := url.Values{}
	for _, p := range q.params {
		values.Add(p[0], p[1])
	}
	r := httptest.NewRequest(q.method, "http://sqs.test:4566"+percent(q.path, "/")+"?"+values.Encode(), strings.NewReader(q.body))
	q.headers = append(q.headers, [2]string{"x-amz-date", exampleTime})
	for _, h := range q.headers {
		r.Header.Add(h[0], h[1])
	}
	signed, signature := q.sign(secret, "sqs.test:4566", q.params)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+exampleKey+"/"+exampleDay+"/eu-west-1/sqs/aws4_request, SignedHeaders="+
		signed+", Signature="+signature)
	return r
}

func jsonRequest() request {
	return request{method: "POST", path: "/", body: `{"QueueUrl":"q"}`, headers: [][2]string{
		{"content-length", "16"}, {"content-type", "application/x-amz-json-1.0"}, {"x-amz-target", "AmazonSQS.SendMessage"},
	}}
}

func TestSignaturesByTheSpecification(t *testing.T) {
	for name, q := range map[string]request{
		"json":   jsonRequest(),
		"path":   {method: "GET", path: "/123456789012/a b+é~*"},
		"params": {method: "GET", path: "/", params: [][2]string{{"b", ""}, {"a", "2"}, {"a", "1"}, {"a b", "é+/=&~*"}}},
		"many":   {method: "GET", path: "/", params: [][2]string{{"AttributeName.1", "x"}, {"AttributeName.10", "y"}, {"AttributeName", "z"}}},
		"blanks": {method: "GET", path: "/", headers: [][2]string{{"x-a", "a b"}}},
		"unsigned payload": {method: "POST", path: "/", body: "x", payload: "UNSIGNED-PAYLOAD",
			headers: [][2]string{{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := verify(t, exampleKeys(), q.sent(exampleSecret))
			require.NoError(t, err)
		})
	}
}

func TestParametersAreSignedInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-c.0-2 +~é=&%]{0,4}`)
		q := request{method: "GET", path: "/" + rapid.StringMatching(`[a +~é/]{0,4}`).Draw(t, "path")}
		q.path = "/" + strings.TrimLeft(q.path, "/")
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			q.params = append(q.params, [2]string{"n" + rapid.StringMatching(`[a-c0-2._~]{0,4}`).Draw(t, "name"), text.Draw(t, "value")})
		}
		_, err := verify(t, exampleKeys(), q.sent(exampleSecret))
		require.NoError(t, err)
	})
}

func TestHeadersAreTrimmedAndJoined(t *testing.T) {
	q := jsonRequest()
	q.headers = append(q.headers, [2]string{"x-a", "a b,c"})
	r := q.sent(exampleSecret)
	r.Header["X-A"] = []string{"  a \t  b ", "c"}
	_, err := verify(t, exampleKeys(), r)
	require.NoError(t, err)

	q = jsonRequest()
	r = q.sent(exampleSecret)
	r.Header.Del("Content-Length") // as package http does, and clients in the process
	_, err = verify(t, exampleKeys(), r)
	require.NoError(t, err)
	r = q.sent(exampleSecret)
	r.Host, r.URL.Host = "", "sqs.test:4566"
	_, err = verify(t, exampleKeys(), r)
	require.NoError(t, err)
}

func TestPresignedURL(t *testing.T) {
	params := [][2]string{
		{"Action", "SendMessage"}, {"MessageBody", "a b+é"}, {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"}, {"X-Amz-Date", exampleTime},
		{"X-Amz-Credential", exampleKey + "/" + exampleDay + "/eu-west-1/sqs/aws4_request"}, {"X-Amz-Expires", "60"},
		{"X-Amz-SignedHeaders", "host"},
	}
	_, signature := request{method: "GET", path: "/"}.sign(exampleSecret, "sqs.test", params)
	values := url.Values{"X-Amz-Signature": {signature}}
	for _, p := range params {
		values.Set(p[0], p[1])
	}
	_, err := verify(t, exampleKeys(), httptest.NewRequest("GET", "http://sqs.test/?"+values.Encode(), nil))
	require.NoError(t, err)
	values.Set("MessageBody", "changed")
	_, err = verify(t, exampleKeys(), httptest.NewRequest("GET", "http://sqs.test/?"+values.Encode(), nil))
	refuses(t, err, "SignatureDoesNotMatch")
}

func refuses(t testing.TB, err error, code string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		require.EqualError(t, err, code+": "+text)
	}
	e, ok := errors.AsType[*AuthError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, code, e.Code)
	require.Equal(t, http.StatusForbidden, e.Status)
	require.Equal(t, code+": "+e.Message, e.Error())
}

// Whatever is changed after the signature was made spoils it.
func TestChangedRequests(t *testing.T) {
	for name, change := range map[string]func(r *http.Request){
		"method":            func(r *http.Request) { r.Method = "PUT" },
		"path":              func(r *http.Request) { r.URL.Path = "/q" },
		"query":             func(r *http.Request) { r.URL.RawQuery = "a=b" },
		"host":              func(r *http.Request) { r.Host = "other" },
		"body":              func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"QueueUrl":"r"}`)) },
		"signed header":     func(r *http.Request) { r.Header.Set("X-Amz-Target", "AmazonSQS.DeleteQueue") },
		"signed header, no": func(r *http.Request) { r.Header.Del("Content-Type") },
		"one more value":    func(r *http.Request) { r.Header.Add("Content-Type", "x") },
		"time":              func(r *http.Request) { r.Header.Set("X-Amz-Date", "20150830T123601Z") },
		"region":            replaceAuth("eu-west-1", "eu-west-2"),
		"service":           replaceAuth("/sqs/", "/sns/"),
		"fewer headers":     replaceAuth("content-length;", ""),
		"signature":         replaceAuth("Signature=", "Signature=0"),
		"payload unsigned":  func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") },
	} {
		t.Run(name, func(t *testing.T) {
			r := jsonRequest().sent(exampleSecret)
			change(r)
			_, err := verify(t, exampleKeys(), r)
			refuses(t, err, "SignatureDoesNotMatch")
		})
	}
	r := jsonRequest().sent(exampleSecret)
	r.Header.Set("User-Agent", "other")
	_, err := verify(t, exampleKeys(), r)
	require.NoError(t, err, "what was not signed may change")
}

func replaceAuth(from, to string) func(r *http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
	}
}

func TestRefusals(t *testing.T) {
	const missing, date = "Request is missing Authentication Token", "Credential should be scoped to a valid date."
	for name, c := range map[string]struct {
		change func(r *http.Request)
		code   string
		text   string
	}{
		"not signed":     {func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationToken", missing},
		"no signature":   {replaceAuth("Signature=", "Other="), "MissingAuthenticationToken", missing},
		"no scope":       {replaceAuth("/aws4_request", ""), "MissingAuthenticationToken", missing},
		"unknown key":    {replaceAuth(exampleKey, "AKIDOTHER"), "InvalidClientTokenId", "The security token included in the request is invalid."},
		"no time":        {func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "SignatureDoesNotMatch", date},
		"malformed time": {func(r *http.Request) { r.Header.Set("X-Amz-Date", "today") }, "SignatureDoesNotMatch", date},
		"another day":    {replaceAuth(exampleDay, "20150831"), "SignatureDoesNotMatch", date},
	} {
		t.Run(name, func(t *testing.T) {
			r := jsonRequest().sent(exampleSecret)
			c.change(r)
			_, err := verify(t, exampleKeys(), r)
			refuses(t, err, c.code, c.text)
		})
	}
	_, err := verify(t, exampleKeys(), jsonRequest().sent("another secret"))
	refuses(t, err, "SignatureDoesNotMatch")
	_, err = verify(t, NewKeys(nil), jsonRequest().sent(exampleSecret))
	refuses(t, err, "InvalidClientTokenId")
}

func TestTheAccountOfAKey(t *testing.T) {
	for key, want := range map[Key]string{
		{AccessKey: "111111111111"}:                      "111111111111",
		{AccessKey: "111111111111", Account: "2222"}:     "2222",
		{AccessKey: exampleKey}:                          "",
		{AccessKey: exampleKey, Account: "210987654321"}: "210987654321",
	} {
		require.Equal(t, want, NewKeys([]Key{key}).byAccessKey[key.AccessKey].Account)
	}
}
