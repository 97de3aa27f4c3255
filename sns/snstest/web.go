package snstest

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Web is a handler that HTTP deliveries arrive at. The implementation under test must reach it at its base URL: with
// sns.WithTransport(sns.HandlerTransport(web)) any URL will do. Its methods may be called concurrently.
type Web struct {
	base string

	mu      sync.Mutex
	got     map[string][]Request
	answers map[string][]int
}

// Request is one request that arrived.
type Request struct {
	Header http.Header
	Body   string
}

// NewWeb returns a handler for a base URL without a slash at its end, such as "http://web.test".
func NewWeb(base string) *Web {
	return &Web{base: base, got: map[string][]Request{}, answers: map[string][]int{}}
}

// ServeHTTP notes a request and answers it: 200, unless a case has something else in mind.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got[r.URL.Path] = append(w.got[r.URL.Path], Request{r.Header.Clone(), string(body)})
	status := http.StatusOK
	if left := w.answers[r.URL.Path]; len(left) > 0 {
		status, w.answers[r.URL.Path] = left[0], left[1:]
	}
	rw.WriteHeader(status)
}

// requests returns what arrived at a path.
func (w *Web) requests(path string) []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.got[path])
}

// answer has the next requests at a path answered with statuses.
func (w *Web) answer(path string, statuses ...int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[path] = append(w.answers[path], statuses...)
}

// scheme is http or https.
func (w *Web) scheme() string {
	scheme, _, _ := strings.Cut(w.base, ":")
	return scheme
}
