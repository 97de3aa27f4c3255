package awswire

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// Answer is a complete HTTP answer.
type Answer struct {
	Status    int
	Type      string      // Content-Type
	RequestID string      // x-amzn-RequestId
	Header    http.Header // further ones
	Body      []byte
}

// Set sets a header.
func (a *Answer) Set(name, value string) {
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header[name] = []string{value}
}

// Write writes the answer in one piece with its length, so that clients which close the request early still get it whole.
func (a *Answer) Write(w http.ResponseWriter) {
	a.writeHeader(w.Header())
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a client that has gone away needs no answer
}

func (a *Answer) writeHeader(h http.Header) {
	maps.Copy(h, a.Header)
	vs := []string{a.Type, a.RequestID, strconv.Itoa(len(a.Body))} // one allocation for all
	h["Content-Type"], h["X-Amzn-Requestid"], h["Content-Length"] = vs[0:1:1], vs[1:2:2], vs[2:3:3]
}

// Response returns the answer as the response to an in-process request.
func (a *Answer) Response(r *http.Request) *http.Response {
	h := make(http.Header, 4)
	a.writeHeader(h)
	return &http.Response{
		Status: strconv.Itoa(a.Status) + " " + http.StatusText(a.Status), StatusCode: a.Status,
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
