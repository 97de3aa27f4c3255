package awswire

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/identity"
)

// Service is what answers the requests for one service, read and told apart.
type Service interface {
	// Do carries out a request. The id is that of the answer.
	Do(req *Request, id string) (*Answer, error)
	// Refuse words an error, of Do or of reading the request: one of the service's own, or one that [FaultOf] words.
	Refuse(req *Request, err error, id string) *Answer
}

// MaxBody bounds a request: a batch of 1 MiB may grow sixfold by escapes, and by its frame.
const MaxBody = 8 << 20

// Roomy is a [Service] that takes larger requests than others.
type Roomy interface {
	// MaxBody returns the bound of a request of which only the head is read.
	MaxBody(req *Request) int64
}

func maxBody(s Service, req *Request) int64 {
	if r, ok := s.(Roomy); ok {
		return r.MaxBody(req)
	}
	return MaxBody
}

// ErrEnded is the refusal of a request whose context ended before it was done: nothing was changed, nothing was lent.
var ErrEnded = errors.New("the request was ended before it was done")

// Ended is how the wire words [ErrEnded].
const Ended = "The request was ended before it was done."

// Handler returns a handler that answers by a service.
func Handler(s Service) http.Handler { return handler{s} }

type handler struct{ Service }

// ServeHTTP answers a request.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, _ := answer(h.Service, r) // there is an answer in any case
	a.Write(w)
}

// Client returns a client whose requests a service answers in the process, whatever their host.
func Client(s Service) *http.Client {
	return &http.Client{Transport: Transport(func(r *http.Request) (*Answer, error) { return answer(s, r) })}
}

// answer answers one request. When its context ended first it returns that error too, and the answer is for a client that still
// listens, of a server that stops: without one it would take an empty 200 for a success.
func answer(s Service, r *http.Request) (*Answer, error) {
	id := uuid.NewString()
	req := newRequest(r)
	err := req.read(maxBody(s, req))
	var a *Answer
	if err == nil {
		a, err = s.Do(req, id)
	}
	ended := r.Context().Err()
	switch {
	case err == nil:
		ended = nil
	case ended != nil && errors.Is(err, ended):
		a = s.Refuse(req, ErrEnded, id)
	default:
		a, ended = s.Refuse(req, err, id), nil
	}
	if !a.Bare {
		a.RequestID = id
	}
	return a, ended
}

// Identify returns the context of the caller of a request: account and region of the credential, where what is empty is the
// broker's own. With keys it must have signed the request, and is the identity of its key.
func (k *Keys) Identify(req *Request) (context.Context, error) {
	c := req.Credential
	caller := identity.Caller{Account: c.Account(), Region: c.Region}
	if k != nil {
		who, err := k.Verify(req)
		if err != nil {
			return nil, err
		}
		caller.Account, caller.ARN, caller.UserID = who.Account, who.ARN, who.UserID
	}
	return identity.NewContext(req.Context(), caller), nil
}

// Router is a service that is several: it picks the one that a request is for. The request may be one that is not read yet, or could
// not be read.
type Router func(*Request) Service

// Do has the service carry out the request.
func (r Router) Do(req *Request, id string) (*Answer, error) { return r(req).Do(req, id) }

// Refuse has the service word the error.
func (r Router) Refuse(req *Request, err error, id string) *Answer {
	return r(req).Refuse(req, err, id)
}

// MaxBody returns the bound of the service that the request is for.
func (r Router) MaxBody(req *Request) int64 { return maxBody(r(req), req) }

// Behind returns the service behind a handler that [Handler] returned.
func Behind(h http.Handler) Service { return h.(handler).Service }
