package awswire

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Key is an access key that may sign requests, and whom it stands for.
type Key struct {
	AccessKey, Secret string
	Account           string // empty: what the access key names, else the broker's own
	ARN               string // of the user or role; empty: the root of the account
	UserID            string // what messages show as their sender; empty: the account
}

// Keys verifies signatures.
type Keys struct{ byAccessKey map[string]Key }

// NewKeys returns the verifier of a set of keys.
func NewKeys(keys []Key) *Keys {
	k := &Keys{map[string]Key{}}
	for _, key := range keys {
		if key.Account == "" {
			key.Account = Credential{AccessKey: key.AccessKey}.Account()
		}
		k.byAccessKey[key.AccessKey] = key
	}
	return k
}

// AuthError is the refusal of a request whose signature is missing or wrong.
type AuthError struct {
	Code, Message string
	Status        int
}

// Error returns code and message.
func (e *AuthError) Error() string { return e.Code + ": " + e.Message }

func refused(code, message string) error { return &AuthError{code, message, http.StatusForbidden} }

// Verify returns the key that signed the request, or an [AuthError].
func (k *Keys) Verify(r *Request) (Key, error) {
	c := r.Credential
	if c.AccessKey == "" || c.Signature == "" {
		return Key{}, refused("MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	key, ok := k.byAccessKey[c.AccessKey]
	if !ok {
		return Key{}, refused("InvalidClientTokenId", "The security token included in the request is invalid.")
	}
	at, ok := r.signedAt()
	if !ok || at.Format("20060102") != c.Date {
		return Key{}, refused("SignatureDoesNotMatch", "Credential should be scoped to a valid date.")
	}
	want := signature(key.Secret, c, at, r.canonical())
	if subtle.ConstantTimeCompare([]byte(want), []byte(c.Signature)) != 1 {
		return Key{}, refused("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. "+
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return key, nil
}

const basicTime = "20060102T150405Z"

// signedAt returns when the request says it was signed. Its age is not looked at: a test's time may be virtual.
func (r *Request) signedAt() (time.Time, bool) {
	s := r.Header.Get("X-Amz-Date")
	if r.Credential.Presigned {
		s = r.URL.Query().Get("X-Amz-Date")
	}
	t, err := time.Parse(basicTime, s)
	return t, err == nil
}

func signature(secret string, c Credential, at time.Time, canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	text := Algorithm + "\n" + at.Format(basicTime) + "\n" + c.Date + "/" + c.Region + "/" + c.Service + "/aws4_request\n" +
		hex.EncodeToString(sum[:])
	key := []byte("AWS4" + secret)
	for _, part := range []string{c.Date, c.Region, c.Service, "aws4_request"} {
		key = mac(key, part)
	}
	return hex.EncodeToString(mac(key, text))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// canonical returns the canonical request, whose hash is signed.
func (r *Request) canonical() string {
	path := r.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	var b strings.Builder
	b.WriteString(r.Method + "\n" + escapePath(path) + "\n" + r.canonicalQuery() + "\n")
	for name := range strings.SplitSeq(r.Credential.SignedHeaders, ";") {
		b.WriteString(name + ":" + r.canonicalHeader(name) + "\n")
	}
	b.WriteString("\n" + r.Credential.SignedHeaders + "\n")
	if r.Header.Get("X-Amz-Content-Sha256") == "UNSIGNED-PAYLOAD" {
		b.WriteString("UNSIGNED-PAYLOAD")
	} else {
		sum := sha256.Sum256(r.Body)
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()
}

func (r *Request) canonicalHeader(name string) string {
	switch name {
	case "host":
		if r.Host != "" {
			return r.Host
		}
		return r.URL.Host
	case "content-length":
		if r.Header.Get(name) == "" {
			return strconv.FormatInt(r.ContentLength, 10)
		}
	}
	vs := slices.Clone(r.Header.Values(name))
	for i, v := range vs {
		vs[i] = strings.Join(strings.Fields(v), " ")
	}
	return strings.Join(vs, ",")
}

// canonicalQuery returns the parameters of the URL in order of name and value, but for the signature itself.
func (r *Request) canonicalQuery() string {
	query := r.URL.Query()
	delete(query, "X-Amz-Signature")
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, v := range slices.Sorted(slices.Values(query[name])) {
			pairs = append(pairs, escape(name)+"="+escape(v))
		}
	}
	return strings.Join(pairs, "&")
}

// escape escapes all but unreserved characters.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// escapePath escapes a path that is escaped already once more, as all services but one want it.
func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = escape(p)
	}
	return strings.Join(parts, "/")
}
