package wiretest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// Sign signs a request with a body by Signature Version 4, as an SDK would that signs the host alone. Its path is /, without a query.
func Sign(r *http.Request, body, accessKey, secret, region, service string) {
	const at, date = "20260101T000000Z", "20260101"
	scope := date + "/" + region + "/" + service + "/aws4_request"
	canonical := r.Method + "\n/\n\nhost:" + r.Host + "\n\nhost\n" + hexSum(body)
	key := []byte("AWS4" + secret)
	for _, part := range []string{date, region, service, "aws4_request"} {
		key = mac(key, part)
	}
	signature := mac(key, "AWS4-HMAC-SHA256\n"+at+"\n"+scope+"\n"+hexSum(canonical))
	r.Header.Set("X-Amz-Date", at)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/"+scope+", SignedHeaders=host, Signature="+
		hex.EncodeToString(signature))
}

func hexSum(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
