package kinesishttp

import (
	"net/http"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// Option configures a handler or a client.
type Option func(*server)

// Credential is an access key that may sign requests, and whom it stands for.
type Credential struct {
	AccessKey, Secret string
	Account           string // empty: what an access key of twelve digits names, else the broker's own
	ARN               string // of the user or role; empty: the root of the account
	UserID            string // not used by this service
}

// WithCredentials verifies the signature of every request (Signature Version 4) and refuses those of other keys with the
// service's errors. The policies of streams and consumers are then evaluated for the key's identity. Without it no signature is
// verified: any credentials are accepted, and none; a key of twelve digits names the account, every other key means the broker's own.
func WithCredentials(keys ...Credential) Option {
	all := make([]awswire.Key, len(keys))
	for i, k := range keys {
		all[i] = awswire.Key(k)
	}
	return func(s *server) { s.keys = awswire.NewKeys(all) }
}

// NewHandler returns an HTTP handler that serves the broker in AWS JSON 1.1 and in CBOR, under any host and path. It reads a request
// whole before it answers, and answers in one piece; but a subscription goes on for up to five minutes, and ends when the client goes
// away.
func NewHandler(b *kinesis.Broker, opts ...Option) http.Handler {
	return awswire.Handler(newServer(b, opts))
}

// Client returns an HTTP client whose requests the broker answers, whatever their host: no socket is opened and no goroutine
// started, also for subscriptions, so it works in a testing/synctest bubble. It is what the SDK takes as Options.HTTPClient.
func Client(b *kinesis.Broker, opts ...Option) *http.Client {
	return awswire.Client(newServer(b, opts))
}

func newServer(b *kinesis.Broker, opts []Option) *server {
	s := &server{b: b}
	for _, o := range opts {
		o(s)
	}
	return s
}
