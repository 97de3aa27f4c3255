package authenticate

import (
	"encoding/base64"
	"strings"
)

// Request is the request that was challenged, and who makes it.
type Request struct {
	Method, URI    string // URI is the request target: path and query
	User, Password string
	// Nonce returns the client's own nonce, of characters that need no escape. It is asked once at most, and only where one is
	// needed.
	Nonce func() string
}

// Answer returns the value of the header Authorization that answers the lines of WWW-Authenticate: the strongest of Digest with
// SHA-256, Digest with MD5 and Basic that they offer in a form that can be answered, of equals the first. It is empty if there is
// none.
func (r Request) Answer(lines []string) string {
	var best challenge
	most := cannot
	for _, line := range lines {
		for _, c := range parse(line) {
			if how := r.strength(c); how > most {
				best, most = c, how
			}
		}
	}
	switch most {
	case cannot:
		return ""
	case basic:
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(r.User+":"+r.Password))
	}
	return r.digest(best.params)
}

// strength is how good a way to authenticate is.
type strength int

const (
	cannot strength = iota // be answered
	basic
	digestMD5
	digestSHA
)

// strength is how good an answer to a challenge is. Digest writes the name as it is, which a header must be able to hold.
func (r Request) strength(c challenge) strength {
	switch {
	case c.scheme == "basic":
		return basic
	case c.scheme == "digest" && !strings.ContainsFunc(r.User+r.URI, func(c rune) bool { return c < 0x80 && isControl(byte(c)) }):
		return digestStrength(c.params)
	}
	return cannot
}

// quoted writes a text as a quoted string.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
