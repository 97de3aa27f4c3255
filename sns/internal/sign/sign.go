// Package sign signs what topics deliver, and checks such signatures as a subscriber does.
//
// Its signatures are real: RSA with PKCS #1 v1.5 over SHA-1 (version 1) or SHA-256 (version 2). The built-in key is no secret.
// It is part of the source, so that every process signs alike.
package sign

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
)

var (
	//go:embed cert.pem
	builtinCert []byte
	//go:embed key.pem
	builtinKey []byte
)

// Version is a version of signatures, as a topic's attribute and the envelopes write it.
type Version string

// The versions.
const (
	V1 Version = "1" // SHA-1, the default
	V2 Version = "2" // SHA-256
)

func (v Version) digest(text []byte) (crypto.Hash, []byte) {
	if v == V2 {
		d := sha256.Sum256(text)
		return crypto.SHA256, d[:]
	}
	d := sha1.Sum(text)
	return crypto.SHA1, d[:]
}

// Signature is what an envelope says about its signature. The zero Signature is none: that of FIFO topics.
type Signature struct {
	Version Version
	Text    string // base64
	CertURL string
}

// Signer signs. It is immutable; a Signer may be used concurrently if its key may.
type Signer struct {
	key  crypto.Signer
	cert []byte // PEM
	path string
}

// Builtin returns the Signer of the built-in key and certificate. It parses them, which is dear: keep the Signer.
func Builtin() *Signer {
	block, _ := pem.Decode(builtinKey)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err) // a test has seen that it does not happen
	}
	s, err := New(key.(crypto.Signer), builtinCert)
	if err != nil {
		panic(err)
	}
	return s
}

// New returns a Signer with a key of the caller's and its certificate, the first in certPEM. It refuses a certificate that
// cannot be read or is not that of the key, and keys that are not RSA.
func New(key crypto.Signer, certPEM []byte) (*Signer, error) {
	if key == nil {
		return nil, errors.New("sns: the key is nil")
	}
	cert, err := certificate(certPEM)
	if err != nil {
		return nil, err
	}
	if public, ok := key.Public().(*rsa.PublicKey); !ok || !public.Equal(cert.PublicKey) {
		return nil, errors.New("sns: the certificate is not that of the key")
	}
	sum := sha256.Sum256(cert.Raw)
	return &Signer{key, bytes.Clone(certPEM), "/SimpleNotificationService-" + hex.EncodeToString(sum[:16]) + ".pem"}, nil
}

// certificate reads the first certificate of a PEM text. Its key is an RSA key.
func certificate(certPEM []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(certPEM)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("sns: no certificate in PEM form")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	if _, ok := cert.PublicKey.(*rsa.PublicKey); !ok {
		return nil, errors.New("sns: the certificate's key is not an RSA key")
	}
	return cert, nil
}

// Certificate returns the certificate in PEM form. The caller may change the copy.
func (s *Signer) Certificate() []byte { return bytes.Clone(s.cert) }

// CertPath returns the path of the certificate's URL, which is derived from the certificate.
func (s *Signer) CertPath() string { return s.path }

// CertURL returns the URL of the certificate behind an endpoint of the service, such as https://sns.us-east-1.amazonaws.com.
func (s *Signer) CertURL(endpoint string) string { return endpoint + s.path }

// Sign returns the signature in base64; versions other than [V2] count as [V1]. The same fields give the same signature. It
// takes about a millisecond: sign once per text. An error is the key's own; the built-in one has none.
func (s *Signer) Sign(v Version, f Fields) (string, error) {
	hash, digest := v.digest(f.stringToSign())
	signature, err := s.key.Sign(rand.Reader, digest, hash)
	return base64.StdEncoding.EncodeToString(signature), err
}
