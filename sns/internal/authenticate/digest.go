package authenticate

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// algorithm is how a digest is made.
type algorithm struct {
	name    string // as answers write it
	hash    func(text string) string
	session bool // the hash of name and password takes the nonces in
	how     strength
}

// algorithmOf finds the algorithm that a challenge names; MD5 if it names none.
func algorithmOf(params map[string]string) (algorithm, bool) {
	name, named := params["algorithm"]
	if !named {
		return algorithm{hash: md5Hex, how: digestMD5}, true
	}
	switch strings.ToUpper(name) {
	case "MD5":
		return algorithm{"MD5", md5Hex, false, digestMD5}, true
	case "MD5-SESS":
		return algorithm{"MD5-sess", md5Hex, true, digestMD5}, true
	case "SHA-256":
		return algorithm{"SHA-256", sha256Hex, false, digestSHA}, true
	case "SHA-256-SESS":
		return algorithm{"SHA-256-sess", sha256Hex, true, digestSHA}, true
	}
	return algorithm{}, false
}

// digestStrength is how good a challenge is: of no use without realm and nonce, of an algorithm or a protection that is not known.
func digestStrength(params map[string]string) strength {
	_, hasRealm := params["realm"]
	_, hasNonce := params["nonce"]
	a, known := algorithmOf(params)
	if _, possible := protects(params); !hasRealm || !hasNonce || !known || !possible {
		return cannot
	}
	return a.how
}

// protects reports whether the answer has the protection auth. A challenge that offers none wants the form of RFC 2069, and one
// that offers others only is not possible to answer.
func protects(params map[string]string) (auth, possible bool) {
	offers := strings.FieldsFunc(params["qop"], func(c rune) bool { return c == ',' || c == ' ' || c == '\t' })
	for _, o := range offers {
		if strings.EqualFold(o, "auth") {
			return true, true
		}
	}
	return false, len(offers) == 0
}

// digest answers a challenge that can be answered. It is the only answer that its nonce gets, so the count is always 1.
func (r Request) digest(params map[string]string) string {
	const count = "00000001"
	a, _ := algorithmOf(params)
	auth, _ := protects(params)
	realm, nonce := params["realm"], params["nonce"]
	own := ""
	if auth || a.session {
		own = r.Nonce()
	}
	secret := a.hash(r.User + ":" + realm + ":" + r.Password)
	if a.session {
		secret = a.hash(secret + ":" + nonce + ":" + own)
	}
	middle := nonce
	if auth {
		middle += ":" + count + ":" + own + ":auth"
	}
	response := a.hash(secret + ":" + middle + ":" + a.hash(r.Method+":"+r.URI))

	var b strings.Builder
	b.WriteString("Digest username=" + quoted(r.User) + ", realm=" + quoted(realm) + ", nonce=" + quoted(nonce) + ", uri=" + quoted(r.URI))
	if a.name != "" {
		b.WriteString(", algorithm=" + a.name)
	}
	if own != "" {
		b.WriteString(", cnonce=" + quoted(own))
	}
	if auth {
		b.WriteString(", qop=auth, nc=" + count)
	}
	b.WriteString(", response=" + quoted(response))
	if opaque, ok := params["opaque"]; ok {
		b.WriteString(", opaque=" + quoted(opaque))
	}
	return b.String()
}

func md5Hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
