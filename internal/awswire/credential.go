package awswire

import (
	"net/http"
	"strings"
)

// Credential is what a request says of its signer: the scope of its signature. It proves nothing.
type Credential struct {
	AccessKey, Date, Region, Service string
	SignedHeaders                    string // their names, separated by semicolons
	Signature                        string
	Presigned                        bool // in the URL, not in a header
}

// Algorithm is the signature that the services' SDKs make.
const Algorithm = "AWS4-HMAC-SHA256"

// credentialOf reads the Authorization header, or the parameters of a presigned URL. The zero Credential means none.
func credentialOf(r *http.Request) Credential {
	if rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), Algorithm+" "); ok {
		var c Credential
		for part := range strings.SplitSeq(rest, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			switch name {
			case "Credential":
				c.scope(value)
			case "SignedHeaders":
				c.SignedHeaders = value
			case "Signature":
				c.Signature = value
			}
		}
		return c
	}
	if r.URL == nil || !strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		return Credential{}
	}
	q := r.URL.Query()
	c := Credential{
		SignedHeaders: q.Get("X-Amz-SignedHeaders"), Signature: q.Get("X-Amz-Signature"), Presigned: true,
	}
	c.scope(q.Get("X-Amz-Credential"))
	return c
}

// scope reads <access key>/<date>/<region>/<service>/aws4_request, from its end: an access key may hold slashes.
func (c *Credential) scope(s string) {
	rest, ok := strings.CutSuffix(s, "/aws4_request")
	var parts [3]string
	for i := len(parts) - 1; ok && i >= 0; i-- {
		at := strings.LastIndexByte(rest, '/')
		if at < 0 {
			return
		}
		rest, parts[i] = rest[:at], rest[at+1:]
	}
	if ok {
		c.AccessKey, c.Date, c.Region, c.Service = rest, parts[0], parts[1], parts[2]
	}
}

// Account returns the account that an access key of twelve digits names; "" for every other key.
func (c Credential) Account() string {
	if len(c.AccessKey) == 12 && strings.Trim(c.AccessKey, "0123456789") == "" {
		return c.AccessKey
	}
	return ""
}
