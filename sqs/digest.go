package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// MD5OfBody returns the digest that the service answers as MD5OfMessageBody and MD5OfBody: lower-case hex of the body's MD5. It
// is computed on each call; nothing else in this package computes a digest.
func MD5OfBody(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// MD5OfAttributes returns the digest that the service answers as MD5OfMessageAttributes, over the given attributes only; "" for
// none. On receive the service takes the attributes that it returns.
func MD5OfAttributes(attributes map[string]Attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var b []byte
	for _, a := range sortedAttributes(attributes) {
		b = appendSized(b, a.Name)
		b = appendSized(b, a.Type)
		if strings.HasPrefix(a.Type, "Binary") {
			b = appendSized(append(b, 2), string(a.Binary))
		} else {
			b = appendSized(append(b, 1), a.Text)
		}
	}
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

// MD5OfSystemAttributes returns the digest that the service answers as MD5OfMessageSystemAttributes: that of the trace header,
// the only system attribute that can be sent; "" for none.
func MD5OfSystemAttributes(header string) string {
	if header == "" {
		return ""
	}
	return MD5OfAttributes(map[string]Attribute{traceHeader: String(header)})
}

func appendSized(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}
