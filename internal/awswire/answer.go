package awswire

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Answer is a complete HTTP answer.
type Answer struct {
	Status int
	Type   string // Content-Type
	Header http.Header
	Body   []byte
}

// Set sets a header.
func (a *Answer) Set(name, value string) {
	if a.Header == nil {
		a.Header = make(http.Header, 4)
	}
	a.Header[name] = []string{value}
}

// Write writes the answer in one piece with its length, so that clients which close the request early still get it whole.
func (a *Answer) Write(w http.ResponseWriter) {
	h := w.Header()
	for name, vs := range a.Header {
		h[name] = vs
	}
	if a.Type != "" {
		h["Content-Type"] = []string{a.Type}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(a.Body))}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a client that has gone away needs no answer
}

// Response returns the answer as the response to an in-process request.
func (a *Answer) Response(r *http.Request) *http.Response {
	h := a.Header
	if h == nil {
		h = make(http.Header, 2)
	}
	if a.Type != "" {
		h["Content-Type"] = []string{a.Type}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(a.Body))}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)), StatusCode: a.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body)), Request: r,
	}
}

// Transport answers requests in the process: no socket, no goroutine, so that it works in a testing/synctest bubble. The
// function answers one request, on the caller's goroutine, or returns the error of a context that ended first.
type Transport func(*http.Request) (*Answer, error)

// RoundTrip answers the request.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := t(r)
	if err != nil {
		return nil, err
	}
	return a.Response(r), nil
}
