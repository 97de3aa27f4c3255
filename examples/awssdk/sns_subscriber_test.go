package awssdk_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// webhook is an HTTP subscriber as it is written for production: it believes nobody whose signature it has not verified, confirms
// the subscriptions of its own topic, and books orders. What it fetches and visits goes over its client, http.DefaultClient in
// production, and that of the region in a test.
type webhook struct {
	client *http.Client
	topic  string
	// confirm is how it confirms: by a visit of the URL that it got, or by ConfirmSubscription with the token.
	confirm func(context.Context, envelope) error

	mu     sync.Mutex
	orders []string
	seen   map[string]bool // ids of messages: a delivery may be repeated
	down   bool
}

// ServeHTTP takes what the topic sends. Any status of 2xx ends the delivery, 5xx and 429 have it repeated, others give it up.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || h.isDown() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if err := h.take(r.Context(), body); errors.Is(err, errForged) {
		w.WriteHeader(http.StatusForbidden)
	} else if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

var errForged = errors.New("not what the topic has sent")

// take handles an envelope, wherever it comes from.
func (h *webhook) take(ctx context.Context, body []byte) error {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil || e.TopicArn != h.topic {
		return errForged
	}
	if err := h.verify(ctx, e); err != nil {
		return err
	}
	switch e.Type {
	case "SubscriptionConfirmation":
		return h.confirm(ctx, e)
	case "Notification":
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.seen == nil {
			h.seen = map[string]bool{}
		}
		if !h.seen[e.MessageId] {
			h.seen[e.MessageId] = true
			h.orders = append(h.orders, e.Message)
		}
	}
	return nil
}

// visit gets a URL that an envelope names.
func (h *webhook) visit(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := h.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", url, answer.Status, body)
	}
	return body, err
}

// confirmByVisit is how most confirm.
func (h *webhook) confirmByVisit(ctx context.Context, e envelope) error {
	_, err := h.visit(ctx, e.SubscribeURL)
	return err
}

// serviceHost is where certificates come from: whoever may choose the certificate may sign anything.
var serviceHost = regexp.MustCompile(`^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)

// verify checks the signature of an envelope, as subscribers must. A test that has no such code at hand can use sns.Verify.
func (h *webhook) verify(ctx context.Context, e envelope) error {
	from, err := url.Parse(e.SigningCertURL)
	if err != nil || from.Scheme != "https" || !serviceHost.MatchString(from.Host) || !strings.HasSuffix(from.Path, ".pem") {
		return errForged
	}
	text, err := h.visit(ctx, e.SigningCertURL) // in production this is kept
	if err != nil {
		return err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return errForged
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(e.Signature)
	if err != nil {
		return errForged
	}
	hash, digest := e.digest()
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok || rsa.VerifyPKCS1v15(key, hash, digest, signature) != nil {
		return errForged
	}
	return nil
}

// digest is the hash of what is signed: certain members and their names, each with a line break.
func (e envelope) digest() (crypto.Hash, []byte) {
	var b strings.Builder
	line := func(name, value string) { b.WriteString(name + "\n" + value + "\n") }
	line("Message", e.Message)
	line("MessageId", e.MessageId)
	if e.Type == "Notification" {
		if e.Subject != "" {
			line("Subject", e.Subject)
		}
		line("Timestamp", e.Timestamp)
	} else {
		line("SubscribeURL", e.SubscribeURL)
		line("Timestamp", e.Timestamp)
		line("Token", e.Token)
	}
	line("TopicArn", e.TopicArn)
	line("Type", e.Type)
	if e.SignatureVersion == "2" {
		sum := sha256.Sum256([]byte(b.String()))
		return crypto.SHA256, sum[:]
	}
	sum := sha1.Sum([]byte(b.String()))
	return crypto.SHA1, sum[:]
}

func (h *webhook) isDown() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.down
}

func (h *webhook) setDown(down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down = down
}

// booked returns the orders that were booked.
func (h *webhook) booked() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.orders...)
}
