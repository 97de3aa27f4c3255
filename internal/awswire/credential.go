package awswire

import (
	"net/http"
	"strings"
)

// Credential is what a request says of its signer: the scope of its signature. It proves nothing.
type Credential struct {
	AccessKey, Date, Region, Service string
	SignedHeaders                    []string
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
				c.SignedHeaders = strings.Split(value, ";")
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
		SignedHeaders: strings.Split(q.Get("X-Amz-SignedHeaders"), ";"), Signature: q.Get("X-Amz-Signature"), Presigned: true,
	}
	c.scope(q.Get("X-Amz-Credential"))
	return c
}

// scope reads <access key>/<date>/<region>/<service>/aws4_request. An access key may hold slashes.
func (c *Credential) scope(s string) {
	parts := strings.Split(s, "/")
	n := len(parts)
	if n < 5 || parts[n-1] != "aws4_request" {
		return
	}
	c.AccessKey = strings.Join(parts[:n-4], "/")
	c.Date, c.Region, c.Service = parts[n-4], parts[n-3], parts[n-2]
}

// Account returns the account that an access key of twelve digits names; "" for every other key.
func (c Credential) Account() string {
	if len(c.AccessKey) == 12 && strings.Trim(c.AccessKey, "0123456789") == "" {
		return c.AccessKey
	}
	return ""
}
