package sns

import (
	"context"

	"github.com/inflight-mq/inflight/sns/internal/sign"
)

// Verify checks the signature of what a standard topic sent: an envelope as HTTP endpoints, queues and e-mail-JSON get it, or the Sns
// member of a function's event. It returns nil if the text was signed, by signature version 1 or 2, with the key of the certificate
// that the envelope names. fetch gets that certificate, in PEM form; it is asked for https URLs of the service's own hosts only, once
// in each call, and its errors are returned. Dates and the issuer of the certificate are not looked at.
//
// Everything else is an error: a text that is no envelope, a certificate from elsewhere or of another key, and no signature, as from
// FIFO topics, raw deliveries and [WithoutSignatures]. So is every envelope of a broker that shows another endpoint, see
// [WithEndpoint]: a verifier that took certificates from anywhere would take anybody's word. Verify knows no broker, and may be called
// concurrently.
func Verify(ctx context.Context, envelope []byte, fetch func(ctx context.Context, url string) ([]byte, error)) error {
	return sign.Verify(ctx, envelope, fetch)
}
