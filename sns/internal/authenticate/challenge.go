// Package authenticate answers the challenges of an HTTP endpoint, as RFC 9110 and RFC 7235 write them, by a name and a password:
// Basic (RFC 7617) and Digest (RFC 7616, and the forms of RFC 2617 and RFC 2069 that it replaced). It is pure.
package authenticate

import "strings"

// challenge is one way to authenticate that an endpoint offers.
type challenge struct {
	scheme string            // in lower case
	params map[string]string // by name in lower case, their values without quotes and escapes
}

// parse reads one line of WWW-Authenticate, which may hold several challenges. What is malformed ends the reading: the challenges
// before the one it stands in count.
func parse(line string) []challenge {
	var all []challenge
	for r := (reader{line}); ; {
		r.commas()
		scheme := r.token()
		if scheme == "" {
			return all
		}
		c := challenge{strings.ToLower(scheme), map[string]string{}}
		if !r.rest(&c) {
			return all
		}
		all = append(all, c)
	}
}

// reader is what is still to be read of a line.
type reader struct{ s string }

// rest reads what follows a scheme until the next one: nothing, a token68, which no scheme that is answered here has, or parameters.
func (r *reader) rest(c *challenge) (ok bool) {
	if !r.blanks() {
		return r.s == "" || r.s[0] == ','
	}
	if r.token68() {
		return true
	}
	for first := true; ; first = false {
		divided := r.commas()
		if r.s == "" || !first && !divided {
			return r.s == ""
		}
		was := r.s
		name := strings.ToLower(r.token())
		if r.blanks(); name == "" || !strings.HasPrefix(r.s, "=") {
			r.s = was // the next scheme
			return divided
		}
		r.s = r.s[1:]
		r.blanks()
		value, ok := r.value()
		if _, twice := c.params[name]; !ok || twice {
			return false
		}
		c.params[name] = value
		r.blanks()
	}
}

// token68 reads what Bearer and Negotiate write behind their names, and nothing if it is no token68.
func (r *reader) token68() bool {
	rest := strings.TrimLeft(r.s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/")
	if rest == r.s {
		return false
	}
	after := reader{strings.TrimLeft(rest, "=")}
	if after.blanks(); after.s != "" && after.s[0] != ',' {
		return false
	}
	*r = after
	return true
}

// value reads a token or a quoted string.
func (r *reader) value() (text string, ok bool) {
	if !strings.HasPrefix(r.s, `"`) {
		text = r.token()
		return text, text != ""
	}
	var b strings.Builder
	for i := 1; i < len(r.s); i++ {
		c := r.s[i]
		if c == '"' {
			r.s = r.s[i+1:]
			return b.String(), true
		}
		if c == '\\' {
			if i++; i == len(r.s) {
				break
			}
			c = r.s[i]
		}
		if isControl(c) {
			break
		}
		b.WriteByte(c)
	}
	return "", false
}

// token reads a token, which is empty if there is none.
func (r *reader) token() string {
	n := strings.IndexFunc(r.s, func(c rune) bool { return !isTokenChar(c) })
	if n < 0 {
		n = len(r.s)
	}
	token := r.s[:n]
	r.s = r.s[n:]
	return token
}

// blanks skips blanks, and reports whether there were any.
func (r *reader) blanks() bool {
	rest := strings.TrimLeft(r.s, " \t")
	some := rest != r.s
	r.s = rest
	return some
}

// commas skips commas, any number as lists may have, with blanks around, and reports whether there were any.
func (r *reader) commas() (some bool) {
	for r.blanks(); strings.HasPrefix(r.s, ","); r.blanks() {
		r.s, some = r.s[1:], true
	}
	return some
}

func isTokenChar(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c != 0 && strings.ContainsRune("!#$%&'*+-.^_`|~", c)
}

// isControl reports whether a byte can stand in no header.
func isControl(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }
