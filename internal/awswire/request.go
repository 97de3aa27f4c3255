package awswire

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Protocol is how a request is written.
type Protocol uint8

// The protocols.
const (
	JSON  Protocol = iota // AWS JSON: operation in a header, parameters in a JSON object
	Query                 // AWS Query: operation and parameters in a form
	CBOR                  // as JSON, with parameters in a CBOR map
)

// TypeCBOR is the content type of requests and answers in CBOR.
const TypeCBOR = "application/x-amz-cbor-1.1"

// Request is a request as the protocols see it. Nothing in it is checked but its form.
type Request struct {
	*http.Request
	Protocol   Protocol
	Operation  string // name as sent; empty if there is none
	Target     string // JSON, CBOR: what stands before the operation's name in X-Amz-Target
	Body       []byte
	Form       Params // Query: the parameters of URL and body
	QueryMode  bool   // JSON: the client wants the Query protocol's error codes and statuses
	WantsJSON  bool   // Query: the client asks for an answer in JSON
	Credential Credential
}

// Form errors of a request, for the service to word.
var (
	ErrTooLarge  = errors.New("the request body is too large")
	ErrMalformed = errors.New("the request body is malformed")
)

// Read reads a request with a body of up to limit bytes. It reads the body to its end, whatever it returns, unless the body is
// larger; so the connection stays usable.
func Read(r *http.Request, limit int64) (*Request, error) {
	req := newRequest(r)
	return req, req.read(limit)
}

// newRequest returns a request of which nothing but the head is read.
func newRequest(r *http.Request) *Request {
	req := &Request{Request: r, Credential: credentialOf(r)}
	req.route()
	return req
}

func (r *Request) read(limit int64) error {
	var err error
	if r.Request.Body != nil {
		r.Body, err = readAll(r.Request, limit)
		_ = r.Request.Body.Close()
	}
	switch {
	case err != nil:
		return err
	case r.Protocol == CBOR:
		return nil
	case !utf8.Valid(r.Body):
		return ErrMalformed
	case r.Protocol == Query:
		return r.readForm()
	}
	return nil
}

// Type returns the content type of the body without its parameters, in lower case; "" if there is none.
func (r *Request) Type() string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// readAll reads the body into one slice of the announced size, where one is announced. A client's request that never saw a
// socket may have a body and an announced size of 0, which then means nothing.
func readAll(r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, ErrTooLarge
	}
	if n := r.ContentLength; n > 0 {
		b := make([]byte, n)
		if _, err := io.ReadFull(r.Body, b); err != nil {
			return nil, ErrMalformed
		}
		return b, nil
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return nil, ErrMalformed
	case int64(len(b)) > limit:
		return nil, ErrTooLarge
	}
	return b, nil
}

// route finds out protocol and operation. A target header means JSON; everything else is a form.
func (r *Request) route() {
	target := r.Header.Get("X-Amz-Target")
	if target == "" {
		r.Protocol = Query
		r.WantsJSON = strings.Contains(r.Header.Get("Accept"), "application/json")
		return
	}
	if r.Type() == TypeCBOR {
		r.Protocol = CBOR
	}
	r.QueryMode = r.Header.Get("X-Amzn-Query-Mode") == "true"
	r.Target, r.Operation = target, ""
	if i := strings.LastIndexByte(target, '.'); i >= 0 {
		r.Target, r.Operation = target[:i], target[i+1:]
	}
}

// readForm reads the parameters of URL and body, which overrides the URL.
func (r *Request) readForm() error {
	form, err := parseParams(r.URL.RawQuery)
	if err != nil {
		return err
	}
	if len(r.Body) > 0 && r.Type() == "application/x-www-form-urlencoded" {
		body, err := parseParams(string(r.Body))
		if err != nil {
			return err
		}
		form = body.or(form)
	}
	r.Form, r.Operation = form, form.Get("Action")
	return nil
}
