package sign

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	notification = Fields{
		Type: Notification, Message: "a\n\"text\" & <more>", MessageID: "id", Subject: "s", Timestamp: "2026-01-02T03:04:05.678Z",
		TopicARN: "arn:aws:sns:us-east-1:1:t", SubscribeURL: "not covered", Token: "nor this",
	}
	confirmation = Fields{
		Type: SubscriptionConfirmation, Message: "m", MessageID: "id", Subject: "not covered", Timestamp: "now",
		TopicARN: "t", SubscribeURL: "u", Token: "k",
	}
)

func TestStringToSign(t *testing.T) {
	require.Equal(t, "Message\na\n\"text\" & <more>\nMessageId\nid\nSubject\ns\nTimestamp\n2026-01-02T03:04:05.678Z\n"+
		"TopicArn\narn:aws:sns:us-east-1:1:t\nType\nNotification\n", string(notification.stringToSign()))
	without := notification
	without.Subject = ""
	require.Equal(t, "Message\na\n\"text\" & <more>\nMessageId\nid\nTimestamp\n2026-01-02T03:04:05.678Z\n"+
		"TopicArn\narn:aws:sns:us-east-1:1:t\nType\nNotification\n", string(without.stringToSign()))
	for _, kind := range []string{SubscriptionConfirmation, UnsubscribeConfirmation} {
		c := confirmation
		c.Type = kind
		require.Equal(t, "Message\nm\nMessageId\nid\nSubscribeURL\nu\nTimestamp\nnow\nToken\nk\nTopicArn\nt\nType\n"+kind+"\n",
			string(c.stringToSign()))
	}
}

// The standard library agrees with both versions, and the same text is signed alike.
func TestSignatures(t *testing.T) {
	s := Builtin()
	cert, err := certificate(s.Certificate())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		f := Fields{
			Type:    rapid.SampledFrom([]string{Notification, SubscriptionConfirmation}).Draw(t, "type"),
			Message: rapid.String().Draw(t, "message"), Subject: rapid.String().Draw(t, "subject"),
		}
		v := rapid.SampledFrom([]Version{V1, V2, ""}).Draw(t, "version")
		signature, err := base64.StdEncoding.DecodeString(draw(t, s, v, f))
		require.NoError(t, err)
		if v == V2 {
			require.NoError(t, cert.CheckSignature(x509.SHA256WithRSA, f.stringToSign(), signature))
			return
		}
		digest := sha1.Sum(f.stringToSign())
		require.NoError(t, rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), crypto.SHA1, digest[:], signature))
	})
	require.Equal(t, draw(t, s, V1, notification), draw(t, Builtin(), V1, notification))
}

func draw(t require.TestingT, s *Signer, v Version, f Fields) string {
	text, err := s.Sign(v, f)
	require.NoError(t, err)
	return text
}

func TestBuiltinCertificate(t *testing.T) {
	s := Builtin()
	cert, err := certificate(s.Certificate())
	require.NoError(t, err)
	require.Equal(t, "sns.amazonaws.com", cert.Subject.CommonName)
	require.Equal(t, x509.SHA256WithRSA, cert.SignatureAlgorithm)
	require.NoError(t, cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature))
	require.Equal(t, 2048, cert.PublicKey.(*rsa.PublicKey).N.BitLen())
	require.True(t, cert.NotBefore.Before(time.Unix(0, 0).AddDate(40, 0, 0)))
	require.True(t, cert.NotAfter.After(time.Unix(0, 0).AddDate(200, 0, 0)))
	require.Regexp(t, regexp.MustCompile(`^https://sns\.eu-west-1\.amazonaws\.com/SimpleNotificationService-[0-9a-f]{32}\.pem$`),
		s.CertURL("https://sns.eu-west-1.amazonaws.com"))
	s.Certificate()[0] = 'x'
	require.Equal(t, builtinCert, s.Certificate())
}

type brokenKey struct{ crypto.Signer }

var errBroken = errors.New("broken")

func (brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, errBroken }

func TestOwnKeys(t *testing.T) {
	key, certPEM := newPair(t)
	s, err := New(key, certPEM)
	require.NoError(t, err)
	require.NotEqual(t, Builtin().CertPath(), s.CertPath())
	require.NotEqual(t, draw(t, Builtin(), V2, notification), draw(t, s, V2, notification))
	broken, err := New(brokenKey{key}, certPEM)
	require.NoError(t, err)
	_, err = broken.Sign(V1, notification)
	require.ErrorIs(t, err, errBroken)

	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})
	for name, pair := range map[string]struct {
		key  crypto.Signer
		cert []byte
	}{
		"nil key": {nil, certPEM}, "another's certificate": {key, builtinCert}, "no RSA key": {elliptical, certPEM},
		"no certificate": {key, nil}, "no PEM": {key, []byte("x")}, "another block": {key, keyPEM},
		"broken":             {key, bytes.Replace(builtinCert, []byte("MII"), []byte("AAA"), 1)},
		"no RSA certificate": {elliptical, selfSigned(t, elliptical)},
	} {
		_, err := New(pair.key, pair.cert)
		require.Error(t, err, name)
	}
}

func newPair(t require.TestingT) (*rsa.PrivateKey, []byte) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	return key, selfSigned(t, key)
}

func selfSigned(t require.TestingT, key crypto.Signer) []byte {
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{}, &x509.Certificate{}, key.Public(), key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func BenchmarkBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Builtin()
	}
}

func BenchmarkSign(b *testing.B) {
	s := Builtin()
	for _, v := range []Version{V1, V2} {
		b.Run("v"+string(v), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				draw(b, s, v, notification)
			}
		})
	}
}
