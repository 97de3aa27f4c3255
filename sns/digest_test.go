package sns_test

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Section 7.3: credentials in the URL become Digest authentication after a challenge.

// guard is an endpoint that lets in who knows the password, and asks all others by its challenge.
type guard struct {
	challenge string
	nonces    int             // handed out so far
	used      map[string]bool // nonces of the clients
	header    []string        // Authorization of every request
}

var parameter = regexp.MustCompile(`(\w+)=("(?:[^"\\]|\\.)*"|[^",\s]+)`)

func (g *guard) answer(_ int, w http.ResponseWriter, r *http.Request) {
	g.header = append(g.header, r.Header.Get("Authorization"))
	if !g.admits(r) {
		g.nonces++
		w.Header().Set("WWW-Authenticate", strings.ReplaceAll(g.challenge, "NONCE", fmt.Sprint("nonce-", g.nonces)))
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// admits checks the digest of a request against the last nonce that was handed out.
func (g *guard) admits(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Digest ")
	if !ok {
		return false
	}
	p := map[string]string{}
	for _, m := range parameter.FindAllStringSubmatch(given, -1) {
		text, quoted := strings.CutPrefix(m[2], `"`)
		if p[m[1]] = text; quoted {
			p[m[1]] = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(text[:len(text)-1])
		}
	}
	hash := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	if strings.HasPrefix(p["algorithm"], "SHA-256") {
		hash = func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	}
	secret := hash("mufasa:the realm:p@ss")
	if strings.HasSuffix(p["algorithm"], "-sess") {
		secret = hash(secret + ":" + p["nonce"] + ":" + p["cnonce"])
	}
	parts := []string{secret, p["nonce"]}
	if p["qop"] != "" {
		parts = append(parts, p["nc"], p["cnonce"], p["qop"])
	}
	want := hash(strings.Join(append(parts, hash(r.Method+":"+r.RequestURI)), ":"))
	fresh := p["nonce"] == fmt.Sprint("nonce-", g.nonces) && (p["cnonce"] == "" || !g.used[p["cnonce"]])
	if g.used == nil {
		g.used = map[string]bool{}
	}
	g.used[p["cnonce"]] = true
	return fresh && p["response"] == want && p["uri"] == r.RequestURI && p["username"] == "mufasa" && p["realm"] == "the realm" &&
		p["opaque"] == "o\"paque" && (p["nc"] == "" || p["nc"] == "00000001")
}

func TestDigestAuthentication(t *testing.T) {
	const challenge = `Digest realm="the realm", nonce="NONCE", opaque="o\"paque", stale=true, colour=red`
	for name, row := range map[string]struct {
		url, challenge string
		posts          int // of each message
		good           bool
	}{
		"MD5 by default": {"http://mufasa:p%40ss@a/x?y=1", challenge, 2, true},
		"MD5":            {"http://mufasa:p%40ss@a/", challenge + `, algorithm=MD5, qop="auth-int, auth"`, 2, true},
		"MD5-sess":       {"https://mufasa:p%40ss@a", challenge + `, algorithm=MD5-sess, qop="auth"`, 2, true},
		"SHA-256":        {"http://mufasa:p%40ss@a:8080/%20?a=\"b\"#c", challenge + `, algorithm=SHA-256, qop="auth"`, 2, true},
		"SHA-256-sess":   {"http://mufasa:p%40ss@a/", challenge + `, algorithm=SHA-256-sess, qop="auth"`, 2, true},
		"beside Basic":   {"http://mufasa:p%40ss@a/", `Basic realm="the realm", ` + challenge, 2, true},
		"wrong password": {"http://mufasa:pass@a/", challenge, 2, false},
		"another name":   {"http://scar:p%40ss@a/", challenge, 2, false},
		"no name":        {"http://a/", challenge, 1, false},
		"unknown":        {"http://mufasa:p%40ss@a/", challenge + `, algorithm=SHA-512-256`, 1, false},
		"auth-int":       {"http://mufasa:p%40ss@a/", challenge + `, qop="auth-int"`, 1, false},
		"malformed":      {"http://mufasa:p%40ss@a/", challenge + `, qop="auth`, 1, false},
		"nonsense":       {"http://mufasa:p%40ss@a/", "\x00\",=\\", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := &guard{challenge: row.challenge}
			s := &site{}
			w := withSite(s)
			topic := w.topic(t, "x", sns.Config{})
			w.web(t, s, topic, row.url, sns.SubscriptionConfig{})
			s.answer = g.answer
			j := w.Record()
			publish(t, topic, "1", "2")
			w.clk.Advance(day)
			posts := s.take()
			require.Len(t, posts, 2*row.posts)
			for i, p := range posts {
				require.Equal(t, i%row.posts != 0, g.header[i] != "", "only when asked")
				require.Equal(t, fmt.Sprint(i/row.posts+1), message(t, p.body), "the whole body each time")
				require.NotContains(t, p.url, "@")
				require.Zero(t, p.at, "a refusal is final")
			}
			require.Equal(t, row.good, j.Count(sns.EventDelivered) == 2)
			require.Equal(t, !row.good, j.Count(sns.EventLost) == 2)
		})
	}
}

// The request to confirm is authenticated as messages are.
func TestDigestOfConfirmations(t *testing.T) {
	g := &guard{challenge: `Digest realm="the realm", nonce="NONCE", opaque="o\"paque", qop="auth"`}
	s := &site{answer: g.answer}
	w := withSite(s)
	j := w.Record()
	subscribe(t, w.topic(t, "x", sns.Config{}), sns.ToURL("http://mufasa:p%40ss@a/"), sns.SubscriptionConfig{})
	w.clk.Advance(0)
	require.Equal(t, 1, j.Count(sns.EventDelivered))
}

// The client's nonce is another for each message, endpoint and attempt, and the same for the same seed.
func TestDigestNonces(t *testing.T) {
	nonces := func(seed uint64) (all []string) {
		g := &guard{challenge: `Digest realm="the realm", nonce="NONCE", qop="auth"`} // the answer lacks what it demands
		s := &site{}
		w := withSite(s, sns.WithSeed(seed))
		topic := w.topic(t, "x", sns.Config{})
		w.web(t, s, topic, "http://mufasa:p%40ss@a/", sns.SubscriptionConfig{})
		w.web(t, s, topic, "http://mufasa:p%40ss@b/", sns.SubscriptionConfig{})
		s.answer = func(n int, w http.ResponseWriter, r *http.Request) {
			if g.answer(n, w, r); r.Header.Get("Authorization") != "" {
				panic(http.ErrAbortHandler) // so that there is another attempt
			}
		}
		publish(t, topic, "1", "2")
		for range 4 {
			w.clk.Advance(20 * time.Second)
		}
		for _, h := range g.header {
			if m := regexp.MustCompile(`cnonce="(.+?)"`).FindStringSubmatch(h); m != nil {
				all = append(all, m[1])
			}
		}
		return all
	}
	one := nonces(1)
	require.Len(t, one, 4*4)
	different := map[string]bool{}
	for _, n := range append(one, nonces(2)...) {
		different[n] = true
	}
	require.Len(t, different, 2*4*4)
	require.Equal(t, one, nonces(1))
}
