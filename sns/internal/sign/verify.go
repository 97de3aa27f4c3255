package sign

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/inflight-mq/inflight/internal/jsontext"
)

// Fetch gets the PEM text of a certificate. It is only asked for URLs that the service could have written.
type Fetch func(ctx context.Context, url string) ([]byte, error)

// maxCert is more than any certificate needs.
const maxCert = 64 << 10

// Over returns the Fetch of a GET over a transport. It follows no redirect.
func Over(transport http.RoundTripper) Fetch {
	return func(ctx context.Context, url string) ([]byte, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		response, err := transport.RoundTrip(request)
		if err != nil {
			return nil, err
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("sns: the certificate was answered with status %d", response.StatusCode)
		}
		return io.ReadAll(io.LimitReader(response.Body, maxCert))
	}
}

// Verify checks the signature of an envelope, or of the Sns member of a function's event, as a subscriber does: the certificate
// comes from a URL that is the service's, and its key has signed the text. It does not look at dates or issuers. Whatever is
// wrong is an error, and so is an envelope without a signature, as FIFO topics send. It may be called concurrently.
func Verify(ctx context.Context, envelope []byte, fetch Fetch) error {
	e, err := read(envelope)
	if err != nil {
		return err
	}
	if err := checkURL(e.CertURL); err != nil {
		return err
	}
	if fetch == nil {
		return errors.New("sns: nothing to fetch the certificate with")
	}
	text, err := fetch(ctx, e.CertURL)
	if err != nil {
		return err
	}
	cert, err := certificate(text)
	if err != nil {
		return err
	}
	key := cert.PublicKey.(*rsa.PublicKey)
	for _, v := range e.versions {
		hash, digest := v.digest(e.fields.stringToSign())
		if rsa.VerifyPKCS1v15(key, hash, digest, e.signature) == nil {
			return nil
		}
	}
	return errors.New("sns: the signature is not that of the text")
}

// signed is an envelope as its reader sees it.
type signed struct {
	CertURL   string
	fields    Fields
	versions  []Version // those that may have been used
	signature []byte
}

func read(envelope []byte) (e signed, err error) {
	members, ok := jsontext.Object(envelope)
	if !ok {
		return e, errors.New("sns: the envelope is not a JSON object")
	}
	text := func(name string) string {
		var s *string // null is absent
		if raw, ok := members[name]; ok && err == nil {
			err = json.Unmarshal(raw, &s)
		}
		if s == nil {
			return ""
		}
		return *s
	}
	e.fields = Fields{
		Type: text("Type"), Message: text("Message"), MessageID: text("MessageId"), Timestamp: text("Timestamp"),
		TopicARN: text("TopicArn"), Subject: text("Subject"), SubscribeURL: text("SubscribeURL"), Token: text("Token"),
	}
	version, signature := Version(text("SignatureVersion")), text("Signature")
	e.CertURL, e.versions = text("SigningCertURL"), []Version{version}
	if forFunction := text("SigningCertUrl"); e.CertURL == "" && forFunction != "" {
		e.CertURL, e.versions = forFunction, []Version{V1, V2} // events of functions say 1 whatever it is
	}
	if err != nil {
		return e, err
	}
	switch e.fields.Type {
	case Notification, SubscriptionConfirmation, UnsubscribeConfirmation:
	default:
		return e, fmt.Errorf("sns: unknown type %q", e.fields.Type)
	}
	if version != V1 && version != V2 {
		return e, fmt.Errorf("sns: unknown signature version %q", version)
	}
	e.signature, err = base64.StdEncoding.DecodeString(signature)
	return e, err
}

// checkURL refuses certificates from elsewhere: whoever could choose the certificate could sign anything.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return err
	}
	host := regexp.MustCompile(`^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$`)
	if u.Scheme != "https" || u.User != nil || !host.MatchString(u.Host) || !strings.HasSuffix(u.Path, ".pem") {
		return fmt.Errorf("sns: %q is no place for a certificate of the service", text)
	}
	return nil
}
